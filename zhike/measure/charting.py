"""A series on the chart that suits it, point by point, with what a stable process would give by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.measure.control_charts import RUN_LENGTHS, individuals_chart, p_chart, signals, u_chart
from zhike.measure.rare_charts import (
    exact_p_chart,
    exact_u_chart,
    foreseen,
    g_chart,
    laney_chart,
    overdispersed,
    sparse,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from zhike.measure.control_charts import Chart

__all__ = ["KINDS", "Charted", "charted"]

KINDS: Final = ("p", "u", "individuals", "g")
_FEWEST: Final = 3
"""Points of a baseline; fewer have no spread to speak of."""


@dataclass(frozen=True, slots=True)
class Charted:
    """A chart as it is read.

    Parameters
    ----------
    kind : str
        ``p``, ``u``, ``exact_p``, ``exact_u``, ``laney_p``, ``laney_u``, ``individuals`` or ``g``: the one that suited.
    centre : float
    points : list of dict
        ``period``, ``value``, ``size``, ``low``, ``high``, ``z``, ``rules`` (those that give a signal there), ``baseline``.
    run_length : float
        Points of a stable process until the first false alarm, on average.
    """

    kind: str
    centre: float
    points: list[dict[str, Any]]
    run_length: float

    @property
    def newest(self) -> dict[str, Any]:
        """The last point."""
        return self.points[-1]

    @property
    def chance(self) -> float:
        """Chance that a stable process gives a last point as far out, on either side."""
        from scipy.special import ndtr

        return float(min(1.0, 2 * ndtr(-abs(self.newest["z"]))))


def charted(
    kind: str,
    periods: Sequence[str],
    values: NDArray[np.float64],
    sizes: NDArray[np.float64] | None,
    *,
    baseline: int,
    rules: Sequence[int],
) -> Charted | None:
    """Return a series on its chart; None with fewer points than a baseline takes.

    Parameters
    ----------
    kind : str
        One of `KINDS`. A ``p`` or ``u`` chart becomes exact where cases are few, and Laney's where points vary by more than chance.
    periods : sequence of str
    values : array, shape (points,)
        Counts for ``p`` and ``u``, figures for ``individuals``, cases between events for ``g``.
    sizes : array, shape (points,), optional
        Cases behind each count, above 0.
    baseline : int
        Points at the start that tell centre and limits; at most all.
    rules : sequence of int
        See `zhike.measure.control_charts.RULES`.
    """
    known = min(baseline, len(values))
    if known < _FEWEST:
        return None
    told, chart = _chosen(kind, values, sizes, known)
    found = signals(chart.z, rules)
    points = [
        {
            "period": period, "value": float(chart.values[place]), "size": None if sizes is None else float(sizes[place]),
            "low": float(chart.low[place]), "high": float(chart.high[place]), "z": float(chart.z[place]),
            "rules": [rule for rule in rules if found[rule][place]], "baseline": place < known,
        }
        for place, period in enumerate(periods)
    ]  # fmt: skip
    return Charted(told, chart.centre, points, RUN_LENGTHS[frozenset(rules)])


def _chosen(
    kind: str, values: NDArray[np.float64], sizes: NDArray[np.float64] | None, known: int
) -> tuple[str, Chart]:
    if kind == "individuals" or sizes is None:
        if kind == "g":
            return kind, g_chart(values, known)
        return "individuals", foreseen(individuals_chart(values, known), known)
    share = kind == "p"
    usual = (p_chart if share else u_chart)(values, sizes, known)
    if sparse(usual, sizes[:known], share=share):
        return f"exact_{kind}", (exact_p_chart if share else exact_u_chart)(values, sizes, known)
    if overdispersed(usual, known):
        return f"laney_{kind}", laney_chart(values, sizes, known, share=share)
    return kind, usual
