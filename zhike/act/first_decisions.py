"""The first decision for each customer in a period, and what came of it: what a standing experiment is read from.

A customer counts once, with the first full decision of the period: whatever came of it is nobody else's answer, and which arm it fell into does not
hang on answers before it. It counts once all its time to be answered is over, so that no answer that was counted changes later. Nothing sealed is
opened: an arm follows from identifiers alone (`zhike.measure.standing_experiment`). Read are the earliest decisions of the period, up to a
limit that does not hang on their answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhike.core.ports import Transaction

__all__ = [
    "ACCEPTED",
    "REFUSED",
    "SOLD",
    "WITHDREW",
    "FirstDecision",
    "FirstDecisions",
    "Standing",
    "first_decisions",
    "standing_since",
]

ACCEPTED, REFUSED, WITHDREW, SOLD = "accepted", "refused", "withdrew", "sold"
_PAGE: Final = 5_000
_SERVED: Final = ("active", "retired")
_LAST: Final = "\U0010ffff"
"""What comes after every identifier."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Since when decisions are made by the policy that is served from, without a break.

    Parameters
    ----------
    publications : tuple of int
        Numbers of the publications that were served from meanwhile.
    since : int
        Microseconds of UTC.
    """

    publications: tuple[int, ...]
    since: int


@dataclass(slots=True)
class FirstDecision:
    """A customer's first decision of a period.

    Parameters
    ----------
    decision_id, customer_id : str
    at : int
        Microseconds of UTC.
    what : set of str
        ``accepted`` and ``refused``: an offer of it that is no notice; ``withdrew``: the customer took back a consent, on whatever ground; each within
        the days for an answer. ``sold``: a sale was offered.
    """

    decision_id: str
    customer_id: str
    at: int
    what: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class FirstDecisions:
    """What was read of a period.

    Parameters
    ----------
    decisions : int
        Full decisions that were looked at, those for the same customers too.
    waiting : int
        Customers whose first decision can still be answered; they are not among the rows.
    rows : list of FirstDecision
        Oldest first.
    until : int
        Decisions before this moment were looked at.
    whole : bool
        Whether these are all of the period.
    """

    decisions: int
    waiting: int
    rows: list[FirstDecision]
    until: int
    whole: bool


def standing_since(tx: Transaction, active: int) -> Standing:
    """Return since when the policy of the active publication has been served from, publication after publication.

    Parameters
    ----------
    tx : Transaction
    active : int
        Number of the active publication.
    """
    names = ("number", "policy", "policy_version", "recorded_at", "state")
    rows = tx.find("publications", {"state": list(_SERVED)}, order=["-number"], columns=names)
    rows = [row for row in rows if row["number"] <= active]
    policy = rows[0]["policy"], rows[0]["policy_version"]
    run = []
    for row in rows:
        if (row["policy"], row["policy_version"]) != policy:
            break
        run.append(row)
    return Standing(tuple(row["number"] for row in run), run[-1]["recorded_at"])


def first_decisions(
    tx: Transaction, standing: Standing, period: tuple[int, int], now: int, answer_days: int, most: int
) -> FirstDecisions:
    """Read a period.

    Parameters
    ----------
    tx : Transaction
    standing : Standing
        Decisions of other publications are passed over.
    period : pair of int
        Microseconds of UTC: from the first on, before the second.
    now : int
        Microseconds of UTC.
    answer_days : int
        Days within which an answer counts.
    most : int
        Decisions that are looked at, the earliest of the period.
    """
    found: dict[str, FirstDecision] = {}
    looked, until, whole = 0, period[1], True
    for row in _decisions(tx, standing, period):
        if looked == most:
            until, whole = row["decided_at"], False
            break
        looked += 1
        if row["customer_id"] not in found:
            found[row["customer_id"]] = FirstDecision(
                row["decision_id"], row["customer_id"], row["decided_at"]
            )
    answered = [one for one in found.values() if one.at + answer_days * DAY <= now]
    for some in _parted(answered):
        _note_offers(tx, some, answer_days)
        _note_withdrawals(tx, some, answer_days)
    return FirstDecisions(looked, len(found) - len(answered), answered, until, whole)


def _decisions(tx: Transaction, standing: Standing, period: tuple[int, int]) -> Iterator[dict[str, Any]]:
    """Yield full decisions of a period, the oldest first."""
    since, until = max(period[0], standing.since), period[1]
    where = {"publication": list(standing.publications), "degraded": ""}
    names, after = ("decision_id", "customer_id", "decided_at"), [since - 1, _LAST]
    while True:
        rows = tx.find("decisions", where, order=["decided_at"], after=after, limit=_PAGE, columns=names)
        for row in rows:
            if row["decided_at"] >= until:
                return
            yield row
        if len(rows) < _PAGE:
            return
        after = [rows[-1]["decided_at"], rows[-1]["decision_id"]]


def _parted(rows: list[FirstDecision]) -> Iterator[list[FirstDecision]]:
    for start in range(0, len(rows), _PAGE):
        yield rows[start : start + _PAGE]


def _note_offers(tx: Transaction, some: Sequence[FirstDecision], answer_days: int) -> None:
    """Note what was offered and answered."""
    by_decision = {one.decision_id: one for one in some}
    names = ("decision_id", "kind", "state", "changed_at")
    for row in tx.find("offers", {"decision_id": list(by_decision)}, columns=names):
        one = by_decision[row["decision_id"]]
        if row["kind"] == "sale":
            one.what.add(SOLD)
        if row["state"] in (ACCEPTED, REFUSED) and row["kind"] != "mandatory":
            _note(one, row["state"], row["changed_at"], answer_days)


def _note_withdrawals(tx: Transaction, some: Sequence[FirstDecision], answer_days: int) -> None:
    by_customer = {one.customer_id: one for one in some}
    where = {"customer_id": list(by_customer), "status": "withdrawn"}
    for row in tx.find("consents", where, columns=("customer_id", "recorded_at")):
        _note(by_customer[row["customer_id"]], WITHDREW, row["recorded_at"], answer_days)


def _note(one: FirstDecision, what: str, at: int, answer_days: int) -> None:
    """Note something that happened within the days for an answer."""
    # A channel's clock may go behind ours: an answer is never before its decision. Of a consent it says that it was about something else.
    if at < one.at + answer_days * DAY and (what != WITHDREW or at >= one.at):
        one.what.add(what)
