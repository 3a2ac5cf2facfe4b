"""The experiments that every policy runs by itself: permanent hold-out against the rest, exploring against the best.

Both are drawn by hashes whatever happened before, so whoever has the identifiers knows the arm: a customer's from their own
(`zhike.measure.experiments.assignment`), that of a decision's first place from the decision's (`zhike.decide.serving.lots`). Each customer counts once,
with the first decision of the period, in the arm that was drawn, whatever was offered then: a lot to explore that fell on the best action is
exploring still.

Outcomes stand in the ledger for both arms: an offer accepted, an offer refused, a consent taken back. What somebody in the hold-out buys unasked does
not: how much more is *sold* cannot be read here. All intervals together are ever wrong with a probability of 5 % at most, however often they
are looked at, as long as the beginning of the period was chosen beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from zhike.act.first_decisions import ACCEPTED, REFUSED, SOLD, WITHDREW
from zhike.decide.serving import BEST, EXPLORED, HELD_OUT, lots
from zhike.measure.experiments.assignment import held_out
from zhike.measure.experiments.contrasts import STANDING_CONTRASTS
from zhike.measure.experiments.sample_ratio import ALARM, sequential_sample_ratio
from zhike.measure.experiments.sequential import ArmCounts, SequentialReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.act.first_decisions import FirstDecision
    from zhike.decide.policy import Policy

__all__ = ["OUTCOMES", "UNREADABLE", "ContrastRead", "OutcomeRead", "read_standing"]

SERVED: Final = "served"
"""Everybody who is not held out, exploring or not."""
OUTCOMES: Final = (ACCEPTED, REFUSED, WITHDREW)
CONTRASTS: Final = ("holdout", "exploration")
_ALPHA: Final = 0.05 / (len(CONTRASTS) * len(OUTCOMES))
"""Of one interval: so many are shown together (Bonferroni)."""
UNREADABLE: Final = {
    one.name: "softmax" if one.control == "random_action" else "no_arm" for one in STANDING_CONTRASTS
}
"""The standing contrasts that this ledger does not tell, and why: exploring draws by value, not evenly; the others have no arm."""
Verdict = Literal["higher", "lower", "open"]
Obstacle = Literal["not_run", "empty", "sample_ratio", "sold"]


class Arm(NamedTuple):
    """An arm: its name, and the first decisions in it."""

    name: str
    rows: list[FirstDecision]

    def having(self, outcome: str) -> int:
        """Return how many have an outcome."""
        return sum(outcome in one.what for one in self.rows)


@dataclass(frozen=True, slots=True)
class OutcomeRead:
    """What is known of one outcome.

    Parameters
    ----------
    outcome : str
        One of `OUTCOMES`.
    test, control : int
        Customers who have it, by arm.
    difference, low, high, p : float or None
        Share in the test arm less that in the control arm, with what may be said on any day; None where the arms cannot be compared.
    verdict : str or None
        ``open`` where the interval holds 0: no conclusion.
    """

    outcome: str
    test: int
    control: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class ContrastRead:
    """What is known of one contrast.

    Parameters
    ----------
    name : str
        One of `CONTRASTS`.
    test, control : str
        Arms.
    n_test, n_control : int
        Customers in them.
    share : float
        Of the control arm, as planned.
    sample_ratio : float or None
        p-value of the arms' sizes, which may be looked at on any day; None where there is one arm only.
    obstacle : str or None
        Why the arms cannot be compared; None where they can.
    outcomes : tuple of OutcomeRead
    """

    name: str
    test: str
    control: str
    n_test: int
    n_control: int
    share: float
    sample_ratio: float | None
    obstacle: Obstacle | None
    outcomes: tuple[OutcomeRead, ...]


def read_standing(rows: Sequence[FirstDecision], policy: Policy) -> list[ContrastRead]:
    """Return the contrasts that the ledger tells: those not held out against the hold-out, the best against exploring.

    Parameters
    ----------
    rows : sequence of FirstDecision
        All of them decided under this policy.
    policy : Policy
        Its hold-out and its share of exploration say who is in which arm.
    """
    kept = held_out([one.customer_id for one in rows], policy.holdout)
    out = [one for one, held in zip(rows, kept, strict=True) if held]
    served = [one for one, held in zip(rows, kept, strict=True) if not held]
    explored, best = _by_lot(served, policy.exploration.share)
    return [
        _contrast("holdout", Arm(SERVED, served), Arm(HELD_OUT, out), policy.holdout.share),
        _contrast("exploration", Arm(BEST, best), Arm(EXPLORED, explored), policy.exploration.share),
    ]


def _by_lot(rows: Sequence[FirstDecision], share: float) -> tuple[list[FirstDecision], list[FirstDecision]]:
    """Return the decisions whose first place was to explore, and the others."""
    drawn = lots([one.decision_id for one in rows], 1)[:, 0, 0] < share
    halves: tuple[list[FirstDecision], list[FirstDecision]] = [], []
    for one, explores in zip(rows, drawn.tolist(), strict=True):
        halves[0 if explores else 1].append(one)
    return halves


def _contrast(name: str, test: Arm, control: Arm, share: float) -> ContrastRead:
    ratio = None
    if 0 < share < 1:
        ratio = sequential_sample_ratio([(len(test.rows), len(control.rows))], (1.0 - share, share))
    obstacle = _obstacle(test, control, ratio)
    outcomes = tuple(_outcome(one, test, control, None if obstacle else 1.0 - share) for one in OUTCOMES)
    sizes = len(test.rows), len(control.rows)
    return ContrastRead(name, test.name, control.name, *sizes, share, ratio, obstacle, outcomes)


def _obstacle(test: Arm, control: Arm, ratio: float | None) -> Obstacle | None:
    """Return what stands against comparing two arms."""
    if ratio is None:
        return "not_run"
    if not test.rows or not control.rows:
        return "empty"
    # A sale to somebody held out: the hold-out was drawn in another way than the policy says now.
    if control.name == HELD_OUT and control.having(SOLD):
        return "sold"
    return "sample_ratio" if ratio < ALARM else None


def _outcome(outcome: str, test: Arm, control: Arm, probability: float | None) -> OutcomeRead:
    """Return what is known of an outcome; counts alone where the arms cannot be compared."""
    yes, no_yes = test.having(outcome), control.having(outcome)
    if probability is None:
        return OutcomeRead(outcome, yes, no_yes)
    reading = SequentialReading(probability, alpha=_ALPHA)
    found = reading.read(ArmCounts(len(control.rows), no_yes, len(test.rows), yes))
    # As many intervals are shown, each p-value counts as often.
    p = min(1.0, found.p * len(CONTRASTS) * len(OUTCOMES))
    return OutcomeRead(
        outcome, yes, no_yes, found.difference, found.low, found.high, p, _verdict(found.low, found.high)
    )


def _verdict(low: float, high: float) -> Verdict:
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "open"
