r"""Complaints for the size of the bank, as the sector counts them: per 1,000 outlets, per 10 million personal customers, per outlet and month.

The count of a period is taken as Poisson; its interval is the exact one, :math:`\tfrac12 \chi^2_{\alpha/2}(2k)` to :math:`\tfrac12 \chi^2_{1-\alpha/2}(2k+2)`.

References
----------
F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28, 1936.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from zhike.measure.shares import quantile, share

if TYPE_CHECKING:
    import datetime as dt

    from zhike.measure.complaint_analysis.register import Register
    from zhike.measure.complaint_analysis.rules import AnalysisRules

__all__ = ["Size", "complaint_ratios"]

_MONTH: Final = 365.25 / 12
_SHARES: Final = ("in_time", "with_proof", "disputed", "reopened", "satisfied", "regulator")


class Size(NamedTuple):
    """How large the bank is: outlets and personal customers, None where it is not known."""

    outlets: int | None
    customers: int | None


def complaint_ratios(register: Register, size: Size, first: dt.date, last: dt.date, rules: AnalysisRules) -> dict[str, Any]:  # fmt: skip
    """Return the figures of a period.

    Parameters
    ----------
    register : Register
    size : Size
    first, last : date
        Of the days of receipt that count, both included.
    rules : AnalysisRules

    Returns
    -------
    dict
        ``received``, ``rejected``; ``rates``: ``per_outlets``, ``per_customers``, ``per_outlet_month``, ``per_customers_year`` each with ``value``, ``low``, ``high`` or None; ``shares`` of those of whom
        it is known, with ``count`` and ``of``; ``days_to_answer``: median and ninth decile; ``told``.
    """
    part = register.within(first, last)
    count, months = len(part), ((last - first).days + 1) / _MONTH
    rates = {
        "per_outlets": _rate(count, size.outlets, rules.per_outlets, rules.level),
        "per_customers": _rate(count, size.customers, rules.per_customers, rules.level),
        "per_customers_year": _rate(count, size.customers, rules.per_customers * 12 / months, rules.level),
        "per_outlet_month": _rate(count, size.outlets, 1 / months, rules.level),
    }
    return {
        "first": str(first), "last": str(last), "level": rules.level, "received": count, "rejected": part.rejected, "outlets": size.outlets, "customers": size.customers,
        "units": {"outlets": rules.per_outlets, "customers": rules.per_customers}, "rates": rates,
        "shares": {name: _share(part.table[name]) for name in _SHARES}, **_answered(part.table),
    }  # fmt: skip


def _rate(count: int, of: int | None, per: float, level: float) -> dict[str, float] | None:
    """Return a rate with its exact interval.

    Examples
    --------
    >>> {name: round(one, 2) for name, one in _rate(10, 50, 1000, 0.95).items()}
    {'value': 200.0, 'low': 95.91, 'high': 367.81}
    """
    from scipy.special import chdtri

    if not of:
        return None
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(chdtri(2 * count, 1 - tail)) / 2
    high = float(chdtri(2 * count + 2, tail)) / 2
    return {"value": count * per / of, "low": low * per / of, "high": high * per / of}


def _share(column: pl.Series) -> dict[str, Any] | None:
    known = column.drop_nulls()
    found = share(float(known.sum()), len(known), quantile())
    return None if found is None else {"value": found.value, "low": found.low, "high": found.high, "count": int(known.sum()), "of": len(known)}  # fmt: skip


def _answered(table: pl.DataFrame) -> dict[str, Any]:
    told = table.filter(pl.col("told_on").is_not_null())
    days = (told["told_on"] - told["received_on"]).dt.total_days().to_numpy()
    spread = {"median": float(np.median(days)), "ninth_decile": float(np.quantile(days, 0.9))} if len(days) else None  # fmt: skip
    return {"told": len(told), "days_to_answer": spread}
