"""Who answered of those who were asked: response rates as AAPOR's RR1, by group.

RR1 is complete sheets over all who were asked, whatever became of the others: half filled, never opened, not delivered. Counted are invitations
whose time is over, answered or not: among those that still run, whoever has answered is known and whoever will is not, and to count them would
say that nearly everybody answers at first.

References
----------
AAPOR, Standard Definitions, 10th edition, 2023: RR1 = I / ((I + P) + (R + NC + O) + (UH + UO)), with complete sheets I.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.measure.shares import share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["AskedOne", "in_steps", "response_rates", "usable_groups"]


@dataclass(frozen=True, slots=True)
class AskedOne:
    """An invitation.

    Parameters
    ----------
    branch, tier : str or None
    mode : str
    answered, begun, over, reminded : bool
        Whether the sheet is complete, whether it is half filled, whether its time is over, and whether the customer was reminded.
    """

    branch: str | None
    tier: str | None
    mode: str
    answered: bool
    begun: bool
    over: bool
    reminded: bool = False


def response_rates(asked: Sequence[AskedOne], groupings: Sequence[str], least: int) -> dict[str, Any]:
    """Return how many answered, all together and by group.

    Parameters
    ----------
    asked : sequence of AskedOne
    groupings : sequence of str
        ``branch``, ``tier``, ``mode``.
    least : int
        Invitations below which the rate of a group is not told.

    Examples
    --------
    >>> ones = [AskedOne("n", None, "web", k < 3, False, True) for k in range(12)] + [AskedOne("n", None, "web", True, False, False)]
    >>> found = response_rates(ones, ["branch"], 10)
    >>> found["invited"], found["running"], found["answered"], found["rate"]["value"]
    (12, 1, 3, 0.25)
    """
    over = [one for one in asked if one.over]
    return {
        "invited": len(over), "running": len(asked) - len(over),
        "running_answered": sum(one.answered for one in asked if not one.over),
        "answered": sum(one.answered for one in over), "begun": sum(one.begun and not one.answered for one in over),
        "reminded": sum(one.reminded for one in over), "reminded_answered": sum(one.reminded and one.answered for one in over),
        "rate": _rate(sum(one.answered for one in over), len(over)),
        "groups": [row for name in groupings for row in _grouped(over, name, least)],
    }  # fmt: skip


def _grouped(asked: Sequence[AskedOne], by: str, least: int) -> list[dict[str, Any]]:
    invited = Counter(getattr(one, by) for one in asked)
    answered = Counter(getattr(one, by) for one in asked if one.answered)
    return [
        {
            "by": by, "group": name, "invited": count, "answered": answered[name],
            "rate": _rate(answered[name], count) if count >= least else None,
        }
        for name, count in sorted(invited.items(), key=lambda one: (one[0] is None, one[0]))
    ]  # fmt: skip


def _rate(count: int, size: int) -> dict[str, float] | None:
    found = share(count, size)
    return None if found is None else dict(found._asdict())


def in_steps(given: NDArray[np.bool_], step: int) -> NDArray[np.bool_]:
    """Return which of the answers that are given count: the oldest ones, in whole steps, so that two looks differ by a step or not at all.

    Parameters
    ----------
    given : array of shape (n,)
        In the order in which the sheets were sent.
    step : int

    Examples
    --------
    >>> in_steps(np.array([True, False, True, True, True, True]), 2).tolist()
    [True, False, True, True, True, False]
    """
    return given & (np.cumsum(given) <= int(given.sum()) // step * step)


def usable_groups(sizes: Mapping[str | None, int], least: int) -> set[str]:
    """Return the groups of which something is told: large ones, and so many that those held back do not follow from the others.

    Parameters
    ----------
    sizes : mapping of str to int
        Answers by group; None: of whom nobody knows the group, who are never told.
    least : int

    Notes
    -----
    What is told of all together less what is told of the groups is what was held back. So the groups held back have ``least`` answers together, or
    there is none; the smallest that is told is held back as well until that is so.

    Examples
    --------
    >>> sorted(usable_groups({"a": 50, "b": 30, "c": 12, "d": 3}, 10)), sorted(usable_groups({"a": 50, "b": 30}, 10))
    (['a', 'b'], ['a', 'b'])
    """
    told = sorted((size, name) for name, size in sizes.items() if name is not None and size >= least)
    held = sum(sizes.values()) - sum(size for size, _ in told)
    while told and 0 < held < least:
        held += told.pop(0)[0]
    return {name for _, name in told}
