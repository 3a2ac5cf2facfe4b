"""All indicators of a day: a tree by level, each unit's chart, and which signals stand when so many charts are looked at.

Of many charts of stable processes some give a signal: with M charts and a run length of L points, M / L of each period's newest points. That figure
is told beside what was found. A signal of a newest point *stands* where it is among those that the procedure of Benjamini and Hochberg keeps, so
that among all signals that stand the expected share of false ones is at most `FALSE_SHARE`. The others are worth a look, not an action.

References
----------
Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57, 1995; D. Spiegelhalter, "Funnel plots for
comparing institutional performance", Statistics in Medicine 24, 2005.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.measure.charting import charted
from zhike.measure.indicators.definition import LEVELS
from zhike.measure.indicators.evaluation import evaluated
from zhike.measure.scores.funnel import funnel
from zhike.measure.studies.plain import plain_record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from zhike.measure.charting import Charted
    from zhike.measure.indicators.definition import Indicator
    from zhike.measure.indicators.evaluation import Unit

__all__ = ["FALSE_SHARE", "indicator_board", "kept"]

FALSE_SHARE: Final = 0.1
_FEWEST: Final = 3
"""Units that are compared; of two, each is the other's only measure."""


def indicator_board(
    indicators: Sequence[Indicator],
    tables: Mapping[str, pl.LazyFrame],
    at: dt.date,
    timezone: str,
    level: str | None = None,
) -> dict[str, Any]:
    """Return every indicator with its units, as JSON holds it; see docs/reference/json.md.

    Parameters
    ----------
    indicators : sequence of Indicator
    tables : mapping of str to LazyFrame
        Contract tables by name.
    at : date
    timezone : str
        The bank's IANA zone.
    level : str, optional
        One of `LEVELS`; all unless given.
    """
    told = [_indicator(one, evaluated(one, tables, at, timezone), level) for one in indicators]
    told = [one for one in told if level is None or one["units"]]
    units = [unit for one in told for unit in one["units"] if unit["chart"] is not None]
    standing = kept([unit["chance"] for unit in units], FALSE_SHARE)
    for unit, stands in zip(units, standing, strict=True):
        unit["stands"] = bool(stands and unit["signal"] is not None)
    return plain_record({
        "at": at.isoformat(), "level": level, "indicators": told, "charts": len(units),
        "expected_false": float(sum(1 / unit["run_length"] for unit in units)),
        "signals": sum(unit["signal"] is not None for unit in units), "standing": sum(unit.get("stands", False) for unit in units),
        "false_share": FALSE_SHARE,
    })  # fmt: skip


def kept(chances: Sequence[float], share: float) -> NDArray[np.bool_]:
    """Return which of several findings are kept so that at most a share of those kept is expected to be false.

    Parameters
    ----------
    chances : sequence of float
        Of each finding where there is nothing to find.
    share : float

    Examples
    --------
    >>> kept([0.001, 0.02, 0.5, 0.9], 0.1).tolist(), kept([0.04, 0.5, 0.9, 0.9], 0.1).tolist()
    ([True, True, False, False], [False, False, False, False])
    """
    found = np.asarray(chances, dtype=np.float64)
    order = np.sort(found)
    passed = np.flatnonzero(order <= share * np.arange(1, len(order) + 1) / max(len(order), 1))
    return found <= (order[passed[-1]] if len(passed) else -1.0)


def _indicator(indicator: Indicator, units: Sequence[Unit], level: str | None) -> dict[str, Any]:
    newest = max((one.periods[-1] for one in units if one.periods), default="")
    wanted = sorted(
        (one for one in units if level in (None, one.level)),
        key=lambda one: (LEVELS.index(one.level), one.name),
    )
    return {
        "name": indicator.name, "title": indicator.title.by_language(),
        "unit": indicator.unit, "owner": indicator.owner, "status": indicator.status, "measure": indicator.measure, "per": indicator.per,
        "period": indicator.period, "better": indicator.better, "target": indicator.target,
        "units": [_unit(indicator, one, newest) for one in wanted], "funnels": _funnels(indicator, wanted),
    }  # fmt: skip


def _unit(indicator: Indicator, unit: Unit, newest: str) -> dict[str, Any]:
    head = {"level": unit.level, "name": unit.name}
    kind = indicator.chart if unit.sizes is None else {"share": "p", "rate": "u"}[indicator.measure]
    chart = charted(
        kind, unit.periods, unit.values, unit.sizes, baseline=indicator.baseline, rules=indicator.rules
    )
    if chart is None:
        return {**head, "chart": None, "points": [], "periods": len(unit.periods)}
    return {
        **head, "chart": chart.kind, "centre": chart.centre, "run_length": chart.run_length, "points": chart.points,
        "periods": len(unit.periods), "value": chart.newest["value"], "period": chart.newest["period"],
        "signal": _signal(indicator, chart, newest), "chance": chart.chance, "meets_target": _meets(indicator, chart),
    }  # fmt: skip


def _signal(indicator: Indicator, chart: Charted, period: str) -> str | None:
    """Return whether the newest point says better or worse than usual; None where chance explains it, or nothing is known of the period."""
    newest = chart.newest
    of_now = newest["period"] == period or chart.kind == "g"
    if not newest["rules"] or newest["baseline"] or not of_now:
        return None
    # Of cases between events more is better where fewer events are.
    rising = newest["z"] > 0
    wanted = (indicator.better == "higher") != (chart.kind == "g")
    return "better" if rising == wanted else "worse"


def _meets(indicator: Indicator, chart: Charted) -> bool | None:
    """Return whether the process as it usually runs keeps what was promised; None without a promise."""
    if indicator.target is None or chart.kind == "g":
        return None
    low = chart.centre <= indicator.target
    return low if indicator.better == "lower" else chart.centre >= indicator.target


def _funnels(indicator: Indicator, units: Sequence[Unit]) -> list[dict[str, Any]]:
    """Return where units of a level lie beside each other in the newest period, each by its own size."""
    return [
        one for level in LEVELS[1:] if (one := _funnel(indicator, [unit for unit in units if unit.level == level]))
    ]  # fmt: skip


def _funnel(indicator: Indicator, units: Sequence[Unit]) -> dict[str, Any] | None:
    sized = [(unit, unit.sizes) for unit in units if unit.sizes is not None and unit.periods]
    newest = max((unit.periods[-1] for unit, _ in sized), default="")
    now = [(unit, float(sizes[-1])) for unit, sizes in sized if unit.periods[-1] == newest]
    if len(now) < _FEWEST:
        return None
    sizes = np.array([size for _, size in now])
    counts = np.array([float(unit.values[-1]) for unit, _ in now])
    centre = float(counts.sum() / sizes.sum())
    spread = centre * (1 - centre) if indicator.measure == "share" else centre
    dispersion, points = funnel(counts / sizes, sizes, centre, spread**0.5)
    return {
        "level": now[0][0].level, "period": newest, "centre": centre, "dispersion": dispersion,
        "units": [{"name": unit.name, "value": value, "size": size, **point._asdict()} for (unit, size), value, point in zip(now, counts / sizes, points, strict=True)],
    }  # fmt: skip
