"""Complaints: taken in once however often they are sent, moved step by step, with the clocks of the law computed anew at every step.

A step is written once and never changed; it keeps who made it, by which rules, on which ground, with which proof of notice, and the dates
before and after. What a complaint is now is its last step. While one is open, nothing is sold to the customer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import moment
from zhike.act.complaint_checks import further_missing
from zhike.act.complaint_clocks import Dues, dues_of, events_of
from zhike.act.complaint_desk import CHANNELS
from zhike.act.complaint_likeness import plain_words, trace_of
from zhike.act.complaint_record import do_file, known_facts, recorded
from zhike.act.complaint_triage import label_of
from zhike.act.complaint_words import checked_words
from zhike.act.identities import identities_of
from zhike.act.live_state import refreshed
from zhike.act.proposals import refused_step
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent
from zhike.govern.complaint_life import Standing, move_on
from zhike.govern.deadlines.case_events import COMPLEXITIES, EVENTS
from zhike.know.text.likeness import likeness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.ports import Transaction
    from zhike.govern.complaint_life import Mover, Step

__all__ = [
    "RECEIVE", "NewComplaint", "check_intake", "complaint_row", "do_intake", "do_move", "same_matter", "standing_of", "steps_of",
]  # fmt: skip

_JOIN, _EXTENDED = "join", "extended"
RECEIVE: Final = "receive"
"""The step by which a complaint comes in."""
_STREAM: Final = "cases"
_DAY: Final = 86_400_000_000
_TOLD: Final = {
    "acknowledge": AuditEvent.CASE_ACKNOWLEDGED, "inform": AuditEvent.CASE_ANSWERED, "propose": AuditEvent.REDRESS_DECIDED,
    "change_person": AuditEvent.CASE_ASSIGNED, "change_place": AuditEvent.CASE_ESCALATED, "change_time": AuditEvent.CASE_ESCALATED,
    "close": AuditEvent.CASE_CLOSED, "reopen": AuditEvent.CASE_REOPENED,
}  # fmt: skip
_WITH_EVENTS: Final = ("reason", "approver", "notice")
_KEPT: Final = ("complexity", "business", "issue", "cause", "into")
"""What is said with a move and stands in the complaint's row from then on."""


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """A complaint that comes in.

    Parameters
    ----------
    customer, actor : str
        Whose it is, and who takes it down.
    channel : str
        One of `zhike.act.complaint_desk.CHANNELS`.
    received_at : int
        When the bank received it, microseconds of UTC.
    words : str
        The complainant's.
    key : str or None
        Under which it was handed in, such as the message's identifier: one that is sent twice is one complaint.
    named : tuple of str
        Members of staff whom it is about.
    speaker : mapping
        Who speaks for the customer, and by which mandate; empty where they speak themselves.
    business, issue : str or None
    particulars : mapping
        Who, what, when, where, why, as far as it was said.
    regulator : mapping
        Of one that a regulator forwards: authority, reference, forwarded_on.
    """

    customer: str
    actor: str
    channel: str
    received_at: int
    words: str
    key: str | None = None
    named: tuple[str, ...] = ()
    speaker: Mapping[str, str] = field(default_factory=dict)
    business: str | None = None
    issue: str | None = None
    particulars: Mapping[str, str] = field(default_factory=dict)
    regulator: Mapping[str, str] = field(default_factory=dict)


def check_intake(
    tx: Transaction, new: NewComplaint, records: Sequence[str], desk: ComplaintDesk, now: int
) -> dict[str, Any] | None:
    """Return the row of the complaint that was handed in under the same key before; None where it is new.

    Raises
    ------
    UsageError
        When channel, business or issue are none, it has no words or too many, or was received after now.
    StateConflictError
        When the key is that of another customer's complaint.
    """
    _check_new(new, desk, now)
    before = None if new.key is None else tx.find("complaints", {"intake_key": new.key})
    if not before:
        return None
    if before[0]["customer_id"] not in records:
        raise StateConflictError(
            what=phrase("a key under which another complaint was handed in"),
            expected=phrase("a key of its own"),
        )
    return before[0]


def _check_new(new: NewComplaint, desk: ComplaintDesk, now: int) -> None:
    if new.channel not in CHANNELS:
        raise UsageError(what=phrase("channel '{name}'", name=new.channel), expected=", ".join(CHANNELS))
    if not new.words.strip():
        raise UsageError(what=phrase("no words"), expected=phrase("what is complained of"))
    if len(new.words) > desk.intake["longest"]:
        raise UsageError(
            what=phrase("a text of {count} characters", count=len(new.words)),
            expected=phrase("at most {longest}", longest=desk.intake["longest"]),
        )
    if new.received_at > now:
        raise UsageError(what=phrase("a receipt in the future"), expected=phrase("an instant up to now"))
    codes = {
        name: value for name, value in (("business", new.business), ("issue", new.issue)) if value is not None
    }
    checked_words(codes, desk)


def do_intake(acting: Acting, tx: Transaction, new: NewComplaint, desk: ComplaintDesk) -> dict[str, Any]:
    """Take in a complaint that was checked, with its clocks, and let the next decision know; return its row."""
    now, names = acting.clock.now(), _names(tx, new)
    triage = desk.sorter.read(new.words, names, desk.house)
    begun = {**_begun(acting, new, triage, desk), "trace": trace_of(acting, tx, new.words, names)}
    dues = dues_of(tx, begun, [], desk, now)
    row = {**begun, **dues.columns()}
    tx.insert("complaints", [row])
    standing = Standing(desk.life.begins, named=frozenset(new.named))
    content = {
        "given": {"channel": new.channel},
        "event": None,
        "standing": standing.to_content(),
        "dues": [None, dues.to_content()],
        "triage": triage,
    }
    step = {"move": RECEIVE, "from_state": "", "to_state": row["state"], "content": content}
    _write_step(acting, tx, row, 0, step, new.actor, desk)
    told = {
        "complaint": row["complaint_id"],
        **{name: row[name] for name in ("channel", "regime", "legal_due")},
    }
    record(tx, [Happened(_STREAM, AuditEvent.CASE_OPENED, new.actor, new.customer, told)], now, acting.chance)
    refreshed(tx, new.customer, now)
    return row


def _begun(
    acting: Acting, new: NewComplaint, triage: Mapping[str, Any], desk: ComplaintDesk
) -> dict[str, Any]:
    """Return the row of a complaint as it comes in, before its dates: what nobody said it is about it was sorted into."""
    now = acting.clock.now()
    business = new.business or _known(label_of(triage, "business"), desk.businesses)
    issue = new.issue or _known(label_of(triage, "issue"), desk.issues)
    said = {name: label_of(triage, name) for name in ("urgency", "vulnerability")}
    detail = {
        "words": new.words, "named": list(new.named), "speaker": dict(new.speaker), "particulars": dict(new.particulars),
        "regulator": dict(new.regulator), **said,
    }  # fmt: skip
    return {
        "complaint_id": acting.new_id("k"), "customer_id": new.customer, "state": desk.life.begins, "open": True,
        "received_at": new.received_at, "channel": new.channel, "intake_key": new.key,
        "regime": desk.regime(business, moment(new.received_at)).id, "complexity": None, "business": business, "issue": issue, "cause": None,
        "handler": None, "into": None, "group_id": None, "priority": desk.house.ranked(new.channel, **said), "changed_at": now,
        "detail": detail, "recorded_at": now, "actor": new.actor,
    }  # fmt: skip


def _known(label: str | None, codes: Mapping[str, Any]) -> str | None:
    return label if label in codes else None


def _names(tx: Transaction, new: NewComplaint) -> list[str]:
    """Return the names that a text of theirs may hold: the customer's, and of whoever speaks for them."""
    known = identities_of(tx, [new.customer]).get(new.customer)
    return [name for name in (known and known.name, new.speaker.get("name")) if name]


def same_matter(
    tx: Transaction, row: Mapping[str, Any], records: Sequence[str], desk: ComplaintDesk
) -> list[str]:
    """Return the customer's other complaints of the last days on the same matter: the same business and issue, or much the same words."""
    since = row["received_at"] - int(desk.intake["same_matter_days"]) * _DAY
    found = tx.find("complaints", {"customer_id": list(records)}, order=["received_at"])
    return [
        one["complaint_id"] for one in found
        if one["complaint_id"] != row["complaint_id"] and since <= one["received_at"] <= row["received_at"] and _is_alike(row, one, desk)
    ]  # fmt: skip


def _is_alike(row: Mapping[str, Any], other: Mapping[str, Any], desk: ComplaintDesk) -> bool:
    matter = (row["business"], row["issue"])
    if None not in matter and matter == (other["business"], other["issue"]):
        return True
    return likeness(plain_words(row), plain_words(other)) >= float(desk.intake["same_matter_likeness"])


def complaint_row(tx: Transaction, complaint_id: str) -> dict[str, Any]:
    """Return the row of a complaint.

    Raises
    ------
    RecordNotFoundError
        When there is none.
    """
    row = tx.one("complaints", complaint_id=complaint_id)
    if row is None:
        raise RecordNotFoundError(what=phrase("complaint"))
    return row


def steps_of(tx: Transaction, complaint_id: str) -> list[dict[str, Any]]:
    """Return the steps of a complaint in their order."""
    return tx.find("complaint_steps", {"complaint_id": complaint_id}, order=["number"])


def standing_of(steps: Sequence[Mapping[str, Any]]) -> Standing:
    """Return where a complaint stands after its last step."""
    return Standing.of(steps[-1]["content"]["standing"])


def do_move(
    acting: Acting, tx: Transaction, row: dict[str, Any], name: str, mover: Mover, given: Mapping[str, Any], desk: ComplaintDesk
) -> dict[str, Any]:  # fmt: skip
    """Make a move in the life of a complaint, and compute its clocks anew; return its row.

    Parameters
    ----------
    row : dict
        From `complaint_row`.
    name : str
        A move of ``complaints.life``.
    given : mapping
        What is said with it; ``facts`` of a decision that is proposed.

    Raises
    ------
    UsageError
        When there is no such move, or something that is said has no such code.
    ForbiddenError, StateConflictError
        When the move may not be made: all that is missing is named.
    CaseEventError
        When what is said to the clocks contradicts what happened before, or is not complete.
    """
    if name not in desk.life.moves:
        raise UsageError(what=phrase("move '{name}'", name=name), expected=", ".join(desk.life.moves))
    checked_words(given, desk)
    if name == _JOIN and row["into"] is not None and row["into"] == given.get("into"):
        return row
    _check_joined(tx, row, given.get("into"))
    given = known_facts(tx, row, given, desk)
    now, steps = acting.clock.now(), steps_of(tx, row["complaint_id"])
    taken = move_on(desk.life, standing_of(steps), name, mover, given)
    missing = (*taken.missing, *further_missing(tx, row, steps, name, mover, given, desk))
    if taken.step is None or missing:
        raise refused_step(missing)
    event = _event(taken.step, given, now)
    moved = {**_moved(row, taken.step, taken.standing, given, desk, now), **recorded(row, name, given, desk)}
    events = [one["content"]["event"] for one in steps if one["content"]["event"]] + (
        [event] if event else []
    )
    before, after = Dues.of(row), dues_of(tx, moved, events, desk, now)
    moved |= after.columns()
    content = {
        "given": dict(given), "event": event, "standing": taken.standing.to_content(), "dues": [before.to_content(), after.to_content()],
    }  # fmt: skip
    step = {"move": name, "from_state": taken.step.before, "to_state": taken.step.after, "content": content}
    _write_step(acting, tx, row, len(steps), step, mover.staff_id, desk)
    do_file(acting, tx, row, name, given, mover.staff_id)
    _change(tx, row, moved)
    if name == _JOIN:
        _date_joined(tx, str(given["into"]), desk, now)
    told = {
        "complaint": row["complaint_id"],
        "move": name,
        "after": taken.step.after,
        "legal_due": moved["legal_due"],
    }
    happened = Happened(
        _STREAM, _TOLD.get(name, AuditEvent.CASE_STEPPED), mover.staff_id, row["customer_id"], told
    )
    record(tx, [happened], now, acting.chance)
    if moved["open"] != row["open"]:
        refreshed(tx, row["customer_id"], now)
    return moved


def _date_joined(tx: Transaction, complaint_id: str, desk: ComplaintDesk, now: int) -> None:
    """Date a complaint that another was joined to: the earlier date holds from now on, not from its next step."""
    row = complaint_row(tx, complaint_id)
    dues = dues_of(tx, row, events_of(tx, complaint_id), desk, now).columns()
    if any(row[name] != value for name, value in dues.items()):
        tx.change("complaints", {"complaint_id": complaint_id}, dues)


def _check_joined(tx: Transaction, row: Mapping[str, Any], into: Any) -> None:  # noqa: ANN401 - as it was said
    if into is None:
        return
    other = tx.one("complaints", complaint_id=str(into))
    if (
        other is None
        or other["customer_id"] != row["customer_id"]
        or not other["open"]
        or into == row["complaint_id"]
    ):
        raise UsageError(
            what=phrase("complaint '{name}' to be joined to", name=into),
            expected=phrase("another open complaint of the same customer"),
        )


def _event(step: Step, given: Mapping[str, Any], now: int) -> dict[str, Any] | None:
    """Return what a step is to the clocks, as `zhike.govern.deadlines.case_events` reads it."""
    if step.event is None:
        return None
    fields = {*EVENTS[step.event], *_WITH_EVENTS}
    said = {name: given[name] for name in sorted(fields) if given.get(name) is not None}
    return {"at": moment(now).isoformat(), "event": step.event, **said}


def _moved(
    row: dict[str, Any],
    step: Step,
    standing: Standing,
    given: Mapping[str, Any],
    desk: ComplaintDesk,
    now: int,
) -> dict[str, Any]:
    kept: dict[str, Any] = {
        name: given[name] for name in _KEPT if name in given and name in desk.life.moves[step.move].needs
    }
    if step.event == _EXTENDED and given["to"] in COMPLEXITIES[1:]:
        kept["complexity"] = max(row["complexity"] or COMPLEXITIES[0], given["to"], key=COMPLEXITIES.index)
    regime = desk.regime(kept.get("business", row["business"]), moment(row["received_at"]))
    return {
        **row, **kept, "regime": regime.id, "state": step.after, "open": desk.life.is_open(step.after), "handler": standing.handler, "changed_at": now
    }  # fmt: skip


def _change(tx: Transaction, row: dict[str, Any], moved: dict[str, Any]) -> None:
    """Write a complaint's row, unless somebody else has moved it since it was read."""
    changed = {name: value for name, value in moved.items() if value != row[name]}
    key = {"complaint_id": row["complaint_id"], "changed_at": row["changed_at"], "state": row["state"]}
    if changed and not tx.change("complaints", key, changed):
        raise StateConflictError(
            what=phrase("another step of the same complaint"), expected=phrase("one step at a time")
        )


def _write_step(
    acting: Acting, tx: Transaction, row: Mapping[str, Any], number: int, step: dict[str, Any], actor: str, desk: ComplaintDesk
) -> None:  # fmt: skip
    written = {
        "complaint_id": row["complaint_id"], "number": number, "customer_id": row["customer_id"], **step,
        "rules": desk.life.version, "recorded_at": acting.clock.now(), "actor": actor,
    }  # fmt: skip
    tx.insert("complaint_steps", [written])
