r"""Whether a log can say anything about a draft, rank by rank: of the lists cut off behind their first place, their second, and so on.

The weight of a list as far as rank :math:`k`, :math:`w_{ik} = \prod_{j \le k} \pi / \pi_0`, is one on average at every rank where the probabilities are
right and all is supported. Whole lists alone would not show it: chances that were recorded too high at one place and too low at the next make up for each
other. So every rank has to pass, and where one does not it is said which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhike.measure.list_values import error_between, summed
from zhike.measure.off_policy.overlap import Lack, overlap_of

if TYPE_CHECKING:
    from zhike.measure.list_log import ListLog
    from zhike.measure.off_policy.overlap import Limits, Overlap

__all__ = ["RankOverlap", "rank_overlaps"]


@dataclass(frozen=True, slots=True)
class RankOverlap:
    """What a log holds of a draft as far as a rank.

    Parameters
    ----------
    rank : int
        From 1.
    lists : int
        Lists of the log that have such a place.
    untried : float
        Share of the draft without support at this place alone.
    overlap : Overlap
        Of the weights as far as this rank; ``unsupported`` is what has no support up to here, ``lacks`` all that was found wanting.
    weight_error : float
        Standard error of the mean weight.
    """

    rank: int
    lists: int
    untried: float
    overlap: Overlap
    weight_error: float


def rank_overlaps(
    log: ListLog, least_chance: float, limits: Limits, astray: float, normal: float
) -> list[RankOverlap]:
    """Return what a log holds of a draft, one entry a rank.

    Parameters
    ----------
    log : ListLog
    least_chance : float
        A chance below it counts as never tried.
    limits : Limits
    astray : float
        By how much a mean weight may differ from what it should be beyond chance.
    normal : float
        Standard errors that chance explains.
    """
    weight, untried = log.weight, log.untried(least_chance).sum(axis=1)
    found = []
    for place in range(log.places):
        one, lost = weight[:, place], float(untried[: place + 1].sum())
        error = error_between(one, log.group)
        seen = overlap_of(one, summed(one, log.group), lost, limits)
        # A share without support is told as such; what is missing beyond it was tried too rarely, or is on record with wrong chances.
        if abs(seen.mean_weight - (1.0 - lost)) - normal * error > astray:
            seen = seen.lacking(Lack.WEIGHTS_ASTRAY)
        lists = int((log.taken[:, place] >= 0).sum())
        found.append(RankOverlap(place + 1, lists, float(untried[place]), seen, error))
    return found
