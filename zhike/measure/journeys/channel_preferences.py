r"""Channels wanted against channels used, who is forced, and what satisfaction goes along with being served where one wants.

With ``w_i`` the channel a person prefers and ``u_i`` the one used, the share served is that of ``w_i = u_i`` (Wilson). A channel forces its users
where the share of them who would rather use another one lies above the share ``forced`` of the rules, the lower end of its interval included;
intervals of channels hold all together (Bonferroni). What goes along with being served is the slope ``d`` of

    y_i = c + d [w_i = u_i] + sum_w g_w [w_i = w] + e_i

within persons who want the same channel (HC3), so that those who like branches are not compared with those who like the app. An association:
whoever is content may also say that they wanted what they got.

References
----------
E. Wilson, JASA 22, 1927.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.measure.drivers.regression import hc3
from zhike.measure.journeys.meetings import share_estimate
from zhike.measure.journeys.result import ChannelUse, Preferences
from zhike.measure.scores.estimate import around, student_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.measure.scores.estimate import Estimate, Floats

__all__ = ["channel_preferences"]

_FEWEST: Final = 20
"""Persons below which the slope is not told."""


def channel_preferences(
    preferred: Sequence[str], used: Sequence[str], overall: Floats, forced: float, level: float, least: int = 10,
    weights: Floats | None = None,
) -> Preferences | None:  # fmt: skip
    """Return how wanted and used channels agree; None without a person.

    Parameters
    ----------
    preferred, used : sequence of str
        Of each person.
    overall : array, shape (n,)
        Overall score of the same persons.
    forced : float
        Share of unwilling users above which a channel forces them.
    level : float
    least : int
        Users below which a channel is not told to force them.
    weights : array, shape (n,), optional
        What each person counts; persons are then told as effective numbers.

    Examples
    --------
    >>> found = channel_preferences(["app", "branch", "app"], ["app", "app", "app"], np.array([5.0, 2.0, 4.0]), 0.2, 0.95)
    >>> found.channels, found.matrix, round(found.served.value, 2)
    (['app', 'branch'], [[2, 0], [1, 0]], 0.67)
    """
    channels = sorted({*preferred, *used})
    if not channels:
        return None
    place = {name: one for one, name in enumerate(channels)}
    want, use = (np.array([place[one] for one in given]) for given in (preferred, used))
    each = 1 if weights is None else weights * weights.sum() / (weights @ weights)
    matrix: NDArray[Any] = np.zeros((len(channels),) * 2, dtype=np.int64 if weights is None else np.float64)
    np.add.at(matrix, (want, use), each)
    together = 1 - (1 - level) / max(1, int((matrix.sum(axis=0) >= least).sum()))
    rows = [_use(matrix, one, name, forced, (level, together), least) for one, name in enumerate(channels)]
    served = share_estimate(float(np.trace(matrix)), float(matrix.sum()), level)
    return Preferences(
        len(want), channels, matrix.tolist(), served, rows, _effect(want, use, overall, level, weights)
    )


def _use(
    matrix: NDArray[Any],
    one: int,
    name: str,
    forced: float,
    levels: tuple[float, float],
    least: int,
) -> ChannelUse:
    wanted, used, both = matrix[one].sum(), matrix[:, one].sum(), matrix[one, one]
    served = share_estimate(both, wanted, levels[0]) if wanted else None
    unwilling = share_estimate(used - both, used, levels[1]) if used else None
    told = unwilling is not None and used >= least and unwilling.low > forced
    return ChannelUse(name, round(float(wanted)), served, round(float(used)), unwilling, told)


def _effect(
    want: NDArray[np.int64], use: NDArray[np.int64], overall: Floats, level: float, weights: Floats | None
) -> Estimate | None:
    served = (want == use).astype(np.float64)
    dummies = (want[:, None] == np.unique(want)[1:]).astype(np.float64)
    if len(overall) < _FEWEST or served.std() == 0 or len(overall) <= 2 + dummies.shape[1]:
        return None
    slopes, errors, degrees = hc3(np.column_stack([served, dummies]), overall, weights)
    return around(float(slopes[0]), float(errors[0]), len(overall), student_quantile(level, degrees))
