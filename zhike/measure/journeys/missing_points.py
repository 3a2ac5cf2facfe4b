r"""What customers expect or look for on a journey and do not find, each with the chance that it concerns more than a few.

With ``k`` of ``n`` persons concerned and the share ``s`` from which the rules call a point missing, the true share has the posterior
``Beta(k + 1/2, n - k + 1/2)`` under Jeffreys' prior, and

    P(missing) = P(share > s) = 1 - I_s(k + 1/2, n - k + 1/2)

Four kinds are looked for: a stage without a touchpoint at which customers drop off; an activity of the log that no touchpoint has; a need that
was expected and not met; a channel that is preferred and on which the journey has no touchpoint.

References
----------
L. Brown, T. Cai, A. DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16, 2001 (Jeffreys' prior).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.measure.journeys.meetings import share_estimate
from zhike.measure.journeys.result import MissingPoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.core.language import Text

__all__ = ["Lack", "missing_points", "plain_title", "share_chance"]


class Lack(NamedTuple):
    """What may be missing: how many of how many persons it concerns, and the share from which it is called missing."""

    kind: str
    name: str
    title: Text | None
    stage: str | None
    concerned: float
    persons: float
    threshold: float


def share_chance(count: float, size: float, threshold: float) -> float:
    """Return the chance that a true share lies above a threshold.

    Examples
    --------
    >>> round(share_chance(30, 100, 0.2), 3), round(share_chance(3, 10, 0.2), 3), share_chance(0, 0, 0.2)
    (0.992, 0.795, nan)
    """
    from scipy.special import betaincc

    return float(betaincc(count + 0.5, size - count + 0.5, threshold)) if size > 0 else np.nan


def missing_points(lacks: Sequence[Lack], level: float, chance: float) -> list[MissingPoint]:
    """Return the points, the surest first.

    Parameters
    ----------
    lacks : sequence of Lack
        Those that concern nobody among nobody are left out.
    level : float
        Of the shares' intervals.
    chance : float
        From which a point is told to be missing.
    """
    found = []
    for one in lacks:
        if one.persons > 0:
            p = share_chance(one.concerned, one.persons, one.threshold)
            share = share_estimate(one.concerned, one.persons, level)
            found.append(
                MissingPoint(one.kind, one.name, plain_title(one.title), one.stage, share, p, p >= chance)
            )
    return sorted(found, key=lambda point: (-point.probability, -point.share.value, point.kind, point.name))


def plain_title(title: Text | None) -> dict[str, str] | None:
    """Return a title by language, as JSON holds it."""
    return None if title is None else {"en": title.en, "zh-Hans": title.zh_hans, "zh-Hant": title.zh_hant}
