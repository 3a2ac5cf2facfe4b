r"""What to make of a touchpoint: a defect, misplaced effort, sound or minor, and the probability of each.

Importance is cut at the mean (or median) of all touchpoints, experience at the same of theirs or at a target, effort at the mean of all:

    important and experienced below the line      defect
    important and experienced at or above it      sound
    less important, effort above the line         misplaced
    less important, effort at or below it         minor

Effort *on* its line is no more than its part: where all take the same, nothing is misplaced. Probabilities are shares of samples drawn again,
touchpoints drawn to their mean as far as chance explains their distance, as with the quadrants of importance and performance
(`zhike.measure.attributes.quadrant_chances`); `tests/truth/test_journey_verdicts.py` shows that they hold what they say.

References
----------
J. Martilla, J. James, "Importance-performance analysis", J. Marketing 41, 1977 (the plane).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.attributes.importance_performance import cross
from zhike.measure.attributes.quadrant_chances import steadied
from zhike.measure.journeys.result import VERDICTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.scores.estimate import Floats

__all__ = ["Judged", "judged"]

_SAME: Final = 1e-9
"""Effort that rounding alone lifts above the mean is not above it."""


class Judged(NamedTuple):
    """Places in `VERDICTS`, shape (touchpoints,); probabilities, shape (touchpoints, 4), None without draws; the lines."""

    place: NDArray[np.int64]
    chances: Floats | None
    lines: dict[str, float]


def judged(
    importance: Floats, experience: Floats, effort: Floats, kind: str, target: float | None = None
) -> Judged:
    """Return the verdict on each touchpoint.

    Parameters
    ----------
    importance, experience, effort : array, shape (1 + draws, touchpoints)
        Of the sample first, without NaN there; a drawn sample with NaN is left out.
    kind : str
        ``grand_mean`` or ``median``: where importance and experience are cut.
    target : float, optional
        Experience from which it counts as good, in place of ``kind``.

    Examples
    --------
    >>> found = judged(np.array([[0.6, 0.5, 0.1, 0.1]]), np.array([[2.0, 4.5, 4.0, 4.0]]), np.array([[0.2, 0.2, 0.5, 0.1]]), "grand_mean")
    >>> [VERDICTS[one] for one in found.place]
    ['defect', 'sound', 'misplaced', 'minor']
    """
    whole, lines = _places(importance[:1], experience[:1], effort[:1], kind, target)
    known = np.isfinite(importance) & np.isfinite(experience) & np.isfinite(effort)
    kept = known[1:].all(axis=1)
    told = dict(zip(("importance", "experience", "effort"), (float(one[0, 0]) for one in lines), strict=True))
    if not kept.any():
        return Judged(whole[0], None, told)
    drawn = [steadied(one[0], one[1:][kept]) for one in (importance, experience, effort)]
    places, _ = _places(drawn[0], drawn[1], drawn[2], kind, target)
    chances = np.stack([np.mean(places == one, axis=0) for one in range(len(VERDICTS))], axis=1)
    return Judged(chances.argmax(axis=1), chances, told)


def _places(
    importance: Floats, experience: Floats, effort: Floats, kind: str, target: float | None
) -> tuple[NDArray[np.int64], list[Floats]]:
    what = cross(importance, kind, np.nan)[:, None]
    how = cross(experience, kind, np.nan)[:, None] if target is None else np.full_like(what, target)
    much = effort.mean(axis=1, keepdims=True)
    important = importance >= what
    second = np.where(important, experience >= how, effort > much + _SAME)
    return 2 * important.astype(np.int64) + second.astype(np.int64), [what, how, much]
