"""Complaints month by month on control charts: in all, and of the most frequent values of a facet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.measure.charting import charted
from zhike.measure.complaint_analysis.pareto import pareto

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.measure.charting import Charted
    from zhike.measure.complaint_analysis.register import Register
    from zhike.measure.complaint_analysis.rules import AnalysisRules

__all__ = ["trends"]

_KIND: Final = "u"
ALL: Final = "all"


def trends(register: Register, facet: str, rules: AnalysisRules, until: dt.date, customers: Mapping[str, int] | int | None = None) -> dict[str, Any]:  # fmt: skip
    """Return the whole months of a register on charts.

    Parameters
    ----------
    register : Register
    facet : str
        Of `zhike.measure.complaint_analysis.FACETS`, but not all three together.
    rules : AnalysisRules
    until : date
        A month counts when it is over by then.
    customers : mapping of str to int, or int, optional
        How many the bank had, by month (``2026-05``) or all along; where it is not known months are compared as they are.

    Returns
    -------
    dict
        ``months``; ``series`` by ``code`` (``all`` first), each with ``counts``, ``chart`` (None: too few months), ``centre``, ``points``, ``signal`` of the newest month: more, fewer or None;
        ``per``: customers to whom figures are, or None; ``expected_false``: signals of newest months that stable processes would give.
    """
    months = _months(register, until)
    top = [one["code"] for one in pareto(register, facet, rules)["items"][: rules.drawn]]
    sizes = _sizes(months, customers)
    series = [_series(register, None, months, sizes, rules), *(_series(register, (facet, code), months, sizes, rules) for code in top)]  # fmt: skip
    charts = [one for one in series if one["chart"] is not None]
    lengths = sum(1 / one["run_length"] for one in charts)
    return {"facet": facet, "months": months, "per": None if customers is None else rules.per_customers, "series": [_scaled(one, customers, rules) for one in series], "expected_false": lengths}  # fmt: skip


def _months(register: Register, until: dt.date) -> list[str]:
    """Return every whole month from the first to the last one that is over."""
    days = register.table["received_on"]
    if not len(days):
        return []
    first, found = days.min(), list[str]()
    assert isinstance(first, dt.date)  # noqa: S101 - a column of dates
    year, month = first.year, first.month
    while True:
        following = dt.date(year + month // 12, month % 12 + 1, 1)
        if following > until + dt.timedelta(days=1):
            return found
        found.append(f"{year:04}-{month:02}")
        year, month = following.year, following.month


def _sizes(months: list[str], customers: Mapping[str, int] | int | None) -> NDArray[np.float64]:
    if customers is None:
        return np.ones(len(months))
    return np.array(
        [float(customers if isinstance(customers, int) else customers[month]) for month in months]
    )


def _series(register: Register, of: tuple[str, str] | None, months: list[str], sizes: NDArray[np.float64], rules: AnalysisRules) -> dict[str, Any]:  # fmt: skip
    table = register.table if of is None else register.table.filter(pl.col(of[0]) == of[1])
    counted = dict(table.group_by(pl.col("received_on").dt.strftime("%Y-%m").alias("month")).len("count").iter_rows())  # fmt: skip
    counts = np.array([counted.get(month, 0) for month in months], dtype=np.float64)
    head = {"code": ALL if of is None else of[1], "counts": [int(one) for one in counts]}
    found = None
    if len(months) > rules.baseline and counts[: rules.baseline].sum() > 0:
        found = charted(_KIND, months, counts, sizes, baseline=rules.baseline, rules=rules.rules)
    if found is None:
        return {**head, "chart": None, "centre": None, "points": [], "signal": None, "run_length": None}
    return {**head, "chart": found.kind, "centre": found.centre, "points": found.points, "signal": _signal(found), "run_length": found.run_length}  # fmt: skip


def _signal(found: Charted) -> str | None:
    if not found.newest["rules"]:
        return None
    return "more" if found.newest["z"] > 0 else "fewer"


def _scaled(series: dict[str, Any], customers: Mapping[str, int] | int | None, rules: AnalysisRules) -> dict[str, Any]:  # fmt: skip
    """Return a series whose figures are to as many customers as the sector's are, where customers are known."""
    if customers is None or series["chart"] is None:
        return series
    per = rules.per_customers
    points = [
        {**one, **{name: one[name] * per for name in ("value", "low", "high")}} for one in series["points"]
    ]
    return {**series, "centre": series["centre"] * per, "points": points}
