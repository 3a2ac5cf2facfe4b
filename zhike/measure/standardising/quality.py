r"""What customers say about a standard way: satisfaction of cases that went it against the others, and of hands and rework.

    y_i = c + s standard_i + h hand_offs_i + w rework_i + e_i

over cases with an answer (HC3); columns that do not vary, or that the log does not have, are left out. Beside it the plain difference of the two
means. ``supports`` where ``s`` is above 0 beyond chance, ``warns`` where it is below, else ``silent``: hands and rework are held, for they make
customers discontent on any way. Cases that leave the standard way do so for a reason: an association.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.drivers.regression import hc3
from zhike.measure.scores.estimate import Estimate, around, mean_estimate, student_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.standardising.cases import Cases

__all__ = ["Quality", "quality_of"]

_FEWEST: Final = 20
"""Answers on either side below which nothing is told."""


class Quality(NamedTuple):
    """Satisfaction by the way of a case; slopes are None where they cannot be told."""

    answered: int
    standard: Estimate
    others: Estimate
    difference: Estimate | None
    beside: Estimate | None
    hand_off: Estimate | None
    rework: Estimate | None
    says: str


def quality_of(cases: Cases, standard: NDArray[np.bool_], level: float) -> Quality | None:
    """Return what satisfaction says of a standard way; None where no case has any."""
    said = np.isfinite(cases.satisfaction)
    if not said.any():
        return None
    y, way = cases.satisfaction[said], standard[said]
    one, other = (mean_estimate(y[side], level=level) for side in (way, ~way))
    difference = _slopes(way[:, None].astype(np.float64), y, level)[0]
    enough = min(way.sum(), (~way).sum()) >= _FEWEST
    if not enough or difference is None:
        return Quality(int(said.sum()), one, other, None, None, None, None, "silent")
    columns = np.column_stack([way, cases.hand_offs[said], cases.rework[said]]).astype(np.float64)
    beside, hands, again = _slopes(columns, y, level)
    held = difference if beside is None else beside
    says = "supports" if held.low > 0 else "warns" if held.high < 0 else "silent"
    return Quality(int(said.sum()), one, other, difference, beside, hands, again, says)


def _slopes(columns: NDArray[np.float64], y: NDArray[np.float64], level: float) -> list[Estimate | None]:
    """Return a slope for each column that is known and varies."""
    told = np.nan_to_num(columns.std(axis=0)) > 0
    found: list[Estimate | None] = [None] * columns.shape[1]
    if told.any() and len(y) > told.sum() + 1:
        slopes, errors, degrees = hc3(columns[:, told], y)
        t = student_quantile(level, degrees)
        for at, place in enumerate(np.flatnonzero(told).tolist()):
            found[place] = around(float(slopes[at]), float(errors[at]), len(y), t)
    return found
