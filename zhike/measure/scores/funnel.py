"""Funnel limits: how far the score of a group may lie from that of all by chance alone, given how many answered.

With the score ``c`` of all, the deviation ``s`` of answers and ``n`` answers of a group,

    c +- z s / sqrt(n),   z = 1.96 for a warning and 3.09 for an alarm (2 in 20 and 2 in 1,000 of groups that are like all)

Where groups differ by more than chance as a matter of course, every large one would be an alarm: the dispersion ``phi`` is the mean of
squared standardised distances, after the outer tenth on each side is drawn in, and where it exceeds 1 limits are wider by its root; of
fewer than ten groups it is told, but widens nothing.

References
----------
D. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24, 2005.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.scores.estimate import normal_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ALARM", "WARNING", "FunnelPoint", "funnel"]

WARNING: Final = 0.95
ALARM: Final = 0.998
_DRAWN_IN: Final = 0.1
_LIKE_ALL: Final = 1.0
_GROUPS: Final = 10
"""Groups from which their dispersion can be told at all."""


class FunnelPoint(NamedTuple):
    """Where a group lies: its distance in errors, both pairs of limits, and ``inside``, ``warning`` or ``alarm``."""

    z: float
    warning_low: float
    warning_high: float
    alarm_low: float
    alarm_high: float
    position: str


def funnel(
    values: NDArray[np.float64], sizes: NDArray[np.float64], centre: float, deviation: float
) -> tuple[float, list[FunnelPoint]]:
    """Return the dispersion and a point for each group.

    Parameters
    ----------
    values, sizes : array, shape (groups,)
        Scores and answers.
    centre : float
        The score of all.
    deviation : float
        Of answers; ``sqrt(c (1 - c))`` for a share.

    Examples
    --------
    >>> dispersion, points = funnel(np.array([50.0, 52, 90]), np.array([100.0, 400, 25]), 50.0, 80.0)
    >>> round(dispersion, 2), [point.position for point in points]
    (1.56, ['inside', 'inside', 'warning'])
    """
    error = deviation / np.sqrt(sizes)
    z = (values - centre) / np.where(error > 0, error, np.nan)
    known = z[np.isfinite(z)]
    ends = np.quantile(known, [_DRAWN_IN, 1 - _DRAWN_IN]) if len(known) else (0.0, 0.0)
    dispersion = float(np.mean(np.clip(known, *ends) ** 2)) if len(known) else 0.0
    wider = max(_LIKE_ALL, dispersion) ** 0.5 if len(known) >= _GROUPS else _LIKE_ALL
    warning, alarm = (normal_quantile(one) * wider for one in (WARNING, ALARM))
    return dispersion, [
        FunnelPoint(
            float(one), centre - warning * half, centre + warning * half, centre - alarm * half, centre + alarm * half,
            "alarm" if abs(one) > alarm else "warning" if abs(one) > warning else "inside",
        )
        for one, half in zip(z.tolist(), error.tolist(), strict=True)
    ]  # fmt: skip
