"""Who is in which arm of an experiment, from the customer's identifier alone.

A customer's arm is a place on a line of hashed numbers (`zhike.decide.inputs.hash_uniforms`): no table of assignments, no random
state, the same answer on any machine and in any row order. The permanent hold-out is drawn first, with the policy's own salt, so
that it is the very same customers whom the day plan holds out (`zhike.decide.preparation`), and no experiment ever touches them: what all
experiments together are worth can then be read against them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.decide.inputs import hash_uniforms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.decide.policy import Holdout

__all__ = ["HELD_OUT", "Experiment", "held_out"]

HELD_OUT: Final = "holdout"


def held_out(customers: Sequence[str], holdout: Holdout) -> list[bool]:
    """Return who is in the permanent hold-out.

    Parameters
    ----------
    customers : sequence of str
    holdout : Holdout
        The policy's.
    """
    lots = hash_uniforms(customers, f"holdout|{holdout.salt}", 1)[:, 0]
    return [bool(one) for one in lots < holdout.share]


@dataclass(frozen=True, slots=True)
class Experiment:
    """Arms with their shares, drawn among those whom the permanent hold-out leaves.

    Parameters
    ----------
    name : str
        Salt of the assignment: two experiments of different names are drawn independently of each other.
    shares : mapping of str to float
        Share of each arm, adding up to 1, in the order in which they lie on the line. To widen an arm later, let the arm beside it
        give way: customers between unchanged bounds keep their arm.
    holdout : Holdout
        The policy's permanent hold-out.

    Raises
    ------
    UsageError
        Where shares are negative or do not add up to 1, or an arm is named as the hold-out.

    Examples
    --------
    >>> from zhike.decide.policy import Holdout
    >>> trial = Experiment("spring", {"letter": 0.5, "nothing": 0.5}, Holdout(0.1, "2026"))
    >>> trial.arms(["a", "b", "c"]) == trial.arms(["c", "b", "a"])[::-1]
    True
    """

    name: str
    shares: Mapping[str, float]
    holdout: Holdout

    def __post_init__(self) -> None:
        if HELD_OUT in self.shares:
            raise UsageError(
                what=phrase("an arm called {name}", name=HELD_OUT),
                expected=phrase("another name: that is the permanent hold-out"),
            )
        whole = math.fsum(self.shares.values())
        if not self.shares or min(self.shares.values()) < 0 or not math.isclose(whole, 1.0, abs_tol=1e-9):
            raise UsageError(
                what=phrase("shares of arms that add up to {whole}", whole=whole),
                expected=phrase("shares from 0 on that add up to 1"),
            )

    def arms(self, customers: Sequence[str]) -> list[str]:
        """Return every customer's arm, ``holdout`` for those held out for good."""
        names = list(self.shares)
        bounds = np.cumsum(list(self.shares.values()))
        lots = hash_uniforms(customers, f"experiment|{self.name}", 1)[:, 0]
        # The last bound may fall short of 1 by rounding.
        place = np.minimum(np.searchsorted(bounds, lots, side="right"), len(names) - 1)
        out = held_out(customers, self.holdout)
        return [HELD_OUT if kept else names[one] for kept, one in zip(out, place.tolist(), strict=True)]

    def probability(self, arm: str, against: str) -> float:
        """Return the probability of being in an arm among those who are in it or in another.

        Raises
        ------
        UsageError
            Where there is no such arm, or neither has a share.
        """
        missing = [one for one in (arm, against) if one not in self.shares]
        both = 0.0 if missing else self.shares[arm] + self.shares[against]
        if both <= 0:
            raise UsageError(
                what=phrase("arms {arm} and {against}", arm=arm, against=against),
                expected=phrase("two of {names}, of which one has a share", names=", ".join(self.shares)),
            )
        return self.shares[arm] / both
