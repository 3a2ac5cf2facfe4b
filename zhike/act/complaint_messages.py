"""Messages that may be complaints: each kept once and placed: it opens a complaint, comes to one, waits for a person, or is set aside.

Nothing is lost: whatever nobody can tell waits with a code and the day by which the law would have it answered, and what was set aside is kept for a while.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import DAY, customer_row, records_of
from zhike.act.complaint_senders import candidates_of, customer_of, sender_hash
from zhike.act.complaints import NewComplaint, check_intake, do_intake, do_move
from zhike.act.trail import Happened, record
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent
from zhike.govern.complaint_life import Mover
from zhike.know.text.language import normal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.ports import Transaction

__all__ = [
    "ADDED", "OPENED", "SET_ASIDE", "WAITING", "Attached", "Incoming", "Placed", "Placement", "check_message", "do_drop_old", "do_message", "do_place", "message_row",
]  # fmt: skip

OPENED, ADDED, WAITING, SET_ASIDE = "opened", "added", "waiting", "set_aside"
_STREAM: Final = "cases"
_HEAR_MORE: Final = "hear_more"
_RIGHT: Final = "case.open"
_CASE: Final = re.compile(r"\bk-[0-9a-f]{32}\b")


@dataclass(frozen=True, slots=True)
class Attached:
    """What came with a message."""

    name: str | None
    media_type: str
    sha256: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it came in, whatever the way.

    Parameters
    ----------
    channel : str
        One of `zhike.act.complaint_desk.CHANNELS`.
    key : str
        By which it is known again.
    received_at : int
        Microseconds of UTC.
    words, subject : str
    sender, sender_name : str or None
        Address, and what they call themselves.
    customer : str or None
        Where it is said whose it is.
    complaint : str or None
        Where it is said to which complaint it comes.
    reference : str or None
        Hash of its own name.
    answers : tuple of str
        Hashes of the names of what it answers.
    automatic : str or None
        Why no person wrote it.
    held : str or None
        Why a person must look at it, such as that it could not be read.
    attached : tuple of Attached
    notes : tuple of str
    below : str
        An earlier message that it quotes.
    contact : str
        Telephone number or the like that was noted beside it.
    regulator, speaker, particulars : mapping
    business, issue : str or None
    """

    channel: str
    key: str
    received_at: int
    words: str
    subject: str = ""
    sender: str | None = None
    sender_name: str | None = None
    customer: str | None = None
    complaint: str | None = None
    reference: str | None = None
    answers: tuple[str, ...] = ()
    automatic: str | None = None
    held: str | None = None
    attached: tuple[Attached, ...] = ()
    notes: tuple[str, ...] = ()
    below: str = ""
    contact: str = ""
    regulator: Mapping[str, str] = field(default_factory=dict)
    speaker: Mapping[str, str] = field(default_factory=dict)
    particulars: Mapping[str, str] = field(default_factory=dict)
    business: str | None = None
    issue: str | None = None

    @property
    def said(self) -> str:
        """Subject and words, as the complaint has them."""
        return f"{self.subject}\n\n{self.words}" if self.subject else self.words


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a person puts a message: a complaint of a customer, part of a complaint, or none.

    Parameters
    ----------
    customer, complaint, aside : str or None
        One of them; ``aside`` says why it is no complaint.
    words : str or None
        What it says, where it has no words or too many, taken down by a person.
    """

    customer: str | None = None
    complaint: str | None = None
    aside: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a message.

    Parameters
    ----------
    message_id, state : str
    code : str or None
        Why it waits or was set aside.
    complaint_id, customer_id : str or None
    known : bool
        Whether it had come in before: then nothing was done.
    """

    message_id: str
    state: str
    code: str | None
    complaint_id: str | None
    customer_id: str | None
    known: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any], *, known: bool = False) -> Placed:
        """Return what a row of ``complaint_messages`` says."""
        return cls(
            row["message_id"], row["state"], row["code"], row["complaint_id"], row["customer_id"], known
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message goes."""

    state: str
    code: str | None = None
    customer: str | None = None
    complaint: Mapping[str, Any] | None = None


def check_message(tx: Transaction, new: Incoming) -> tuple[str, str, str] | None:
    """Return column, what was found and what was needed where a message names a customer or a complaint that there is not; else None."""
    if new.customer is not None and _served(tx, new.customer) is None:
        return "customer", new.customer, "customer_id | -"
    if new.complaint is not None and tx.one("complaints", complaint_id=new.complaint) is None:
        return "complaint", new.complaint, "complaint_id | -"
    return None


def do_message(acting: Acting, tx: Transaction, new: Incoming, desk: ComplaintDesk, actor: str) -> Placed:
    """Take in a message; one that came in before changes nothing.

    Raises
    ------
    UsageError
        When channel, business or issue are none.
    """
    before = tx.one("complaint_messages", intake_key=new.key)
    if before is not None:
        return Placed.of(before, known=True)
    now, sender = acting.clock.now(), sender_hash(acting, tx, new.sender)
    facts = candidates_of(tx, f"{new.subject}\n{new.words}\n{new.contact}", new.sender_name, sender)
    place = _placed(tx, new, sender, facts, desk, now)
    row = {
        "message_id": acting.new_id("i"), "customer_id": place.customer, "complaint_id": None, "channel": new.channel, "state": place.state,
        "code": place.code, "intake_key": new.key, "reference": new.reference, "sender": sender, "received_at": min(new.received_at, now),
        "content": _content(new, facts), "recorded_at": now, "actor": actor,
    }  # fmt: skip
    complaint = _carried(acting, tx, row, new, place, desk, actor)
    row["complaint_id"] = complaint
    tx.insert("complaint_messages", [row])
    _keep_attached(acting, tx, row, new.attached, desk, actor)
    return _told(acting, tx, row, actor)


def _told(acting: Acting, tx: Transaction, row: Mapping[str, Any], actor: str) -> Placed:
    """Write into the trail what became of a message; return it."""
    told = {name: row[name] for name in ("message_id", "complaint_id", "state", "code")}
    happened = Happened(_STREAM, AuditEvent.MESSAGE_PLACED, actor, row["customer_id"], told)
    record(tx, [happened], acting.clock.now(), acting.chance)
    return Placed.of(row)


def _content(new: Incoming, facts: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    return {
        "subject": new.subject, "words": new.words, "below": new.below, "contact": new.contact, "from": new.sender, "from_name": new.sender_name,
        "notes": list(new.notes), "candidates": {name: sorted(found) for name, found in facts.items()},
        "regulator": dict(new.regulator), "speaker": dict(new.speaker), "particulars": dict(new.particulars), "business": new.business,
        "issue": new.issue,
    }  # fmt: skip


# -- where it goes ---------------------------------------------------------------------------------------------------------


def _placed(
    tx: Transaction, new: Incoming, sender: str | None, facts: Mapping[str, frozenset[str]], desk: ComplaintDesk, now: int
) -> _Place:  # fmt: skip
    aside = new.automatic or ("loop" if _loops(tx, sender, desk, now) else None)
    if aside is not None:
        return _Place(SET_ASIDE, aside)
    if new.held is not None:
        return _Place(WAITING, new.held)
    complaint = _complaint_of(tx, new)
    if complaint is not None:
        state, code = (ADDED, None) if complaint["open"] else (WAITING, "case_ended")
        return _Place(state, code, complaint["customer_id"], complaint)
    if not new.words.strip():
        return _Place(WAITING, "no_words")
    if len(new.said) > desk.intake["longest"]:
        return _Place(WAITING, "too_long")
    return _of_customer(tx, new, facts, desk)


def _of_customer(
    tx: Transaction, new: Incoming, facts: Mapping[str, frozenset[str]], desk: ComplaintDesk
) -> _Place:
    customer = _served(tx, new.customer or customer_of(facts))
    if customer is None:
        return _Place(WAITING, "no_customer")
    same = _said_before(tx, customer, new, desk)
    if same is not None:
        return _Place(ADDED, "same_words", same["customer_id"], same)
    return _Place(OPENED, None, customer)


def _served(tx: Transaction, customer: str | None) -> str | None:
    """Return the record that stays of a customer who is served; None where nobody is."""
    if customer is None:
        return None
    try:
        return str(customer_row(tx, customer)["customer_id"])
    except RecordNotFoundError:
        return None


def _loops(tx: Transaction, sender: str | None, desk: ComplaintDesk, now: int) -> bool:
    """Return whether a sender has sent so many messages within a day that a machine answers a machine."""
    if sender is None:
        return False
    rows = tx.find("complaint_messages", {"sender": sender}, columns=["recorded_at"])
    today = [row for row in rows if row["recorded_at"] > now - DAY]
    return len(today) >= int(desk.house.mail["loop_from"])


def _complaint_of(tx: Transaction, new: Incoming) -> dict[str, Any] | None:
    """Return the complaint to which a message comes: named, answered, or numbered in it; of one that was joined, the one that goes on."""
    named = [new.complaint, *(_CASE.findall(f"{new.subject}\n{new.words}\n{new.below}")[:1])]
    rows = tx.find("complaint_messages", {"reference": list(new.answers)}) if new.answers else []
    known = {row["reference"]: row["complaint_id"] for row in rows if row["complaint_id"] is not None}
    for name in [named[0], *(known[one] for one in new.answers if one in known), *named[1:]]:
        row = None if name is None else tx.one("complaints", complaint_id=name)
        while row is not None and row["into"] is not None:
            row = tx.one("complaints", complaint_id=row["into"])
        if row is not None and _served(tx, row["customer_id"]) is not None:
            return row
    return None


def _said_before(tx: Transaction, customer: str, new: Incoming, desk: ComplaintDesk) -> dict[str, Any] | None:
    """Return the customer's open complaint in the very same words, taken in within the days of one matter."""
    since = new.received_at - int(desk.intake["same_matter_days"]) * DAY
    wanted = {normal(new.words), normal(new.said)}
    rows = tx.find("complaints", {"customer_id": records_of(tx, customer), "open": True}, order=["received_at"])  # fmt: skip
    return next(
        (row for row in rows if row["received_at"] >= since and normal(row["detail"]["words"]) in wanted),
        None,
    )


# -- what is done with it --------------------------------------------------------------------------------------------------


def _carried(
    acting: Acting, tx: Transaction, row: Mapping[str, Any], new: Incoming, place: _Place, desk: ComplaintDesk, actor: str
) -> str | None:  # fmt: skip
    """Open the complaint or add to it; return its identifier, None where there is none."""
    if place.complaint is not None:
        said = {"source": new.channel, "message": row["message_id"]}
        do_move(acting, tx, dict(place.complaint), _HEAR_MORE, Mover(actor, frozenset({_RIGHT})), said, desk)
        return str(place.complaint["complaint_id"])
    if place.state != OPENED or place.customer is None:
        return None
    opened = NewComplaint(
        place.customer, actor, new.channel, row["received_at"], new.said, new.key, (), new.speaker, new.business, new.issue,
        new.particulars, new.regulator,
    )  # fmt: skip
    before = check_intake(tx, opened, records_of(tx, place.customer), desk, acting.clock.now())
    return str((before or do_intake(acting, tx, opened, desk))["complaint_id"])


def _keep_attached(
    acting: Acting, tx: Transaction, row: Mapping[str, Any], attached: Sequence[Attached], desk: ComplaintDesk, actor: str
) -> None:  # fmt: skip
    """Keep what came with a message; of what the case has already, and of what is too large, the hash only."""
    largest, now = int(desk.house.mail["largest"]), acting.clock.now()
    had = {} if row["complaint_id"] is None else {
        one["sha256"] for one in tx.find("complaint_documents", {"complaint_id": row["complaint_id"]})
    }  # fmt: skip
    tx.insert("complaint_documents", [
        {
            "document_id": acting.new_id("f"), "customer_id": row["customer_id"], "complaint_id": row["complaint_id"],
            "message_id": row["message_id"], "kind": None, "sha256": one.sha256,
            "content": {
                "name": one.name, "type": one.media_type, "bytes": len(one.content),
                "base64": base64.b64encode(one.content).decode() if len(one.content) <= largest and one.sha256 not in had else None,
            },
            "recorded_at": now, "actor": actor,
        }
        for one in attached
    ])  # fmt: skip


# -- what a person makes of one that waits ---------------------------------------------------------------------------------


def message_row(tx: Transaction, message_id: str) -> dict[str, Any]:
    """Return the row of a message.

    Raises
    ------
    RecordNotFoundError
        When there is none.
    """
    row = tx.one("complaint_messages", message_id=message_id)
    if row is None:
        raise RecordNotFoundError(what=phrase("message"))
    return row


def do_place(
    acting: Acting, tx: Transaction, row: dict[str, Any], where: Placement, desk: ComplaintDesk, actor: str
) -> Placed:
    """Place a message that waits or was set aside.

    Raises
    ------
    RecordNotFoundError
        When there is no such customer or complaint.
    StateConflictError
        When it was placed before, otherwise than is asked for now.
    UsageError
        When it has no words and none were taken down.
    """
    if row["state"] in (OPENED, ADDED):
        return _placed_before(row, where)
    if where.aside is not None:
        aside = {"state": SET_ASIDE, "code": where.aside}
        tx.change("complaint_messages", {"message_id": row["message_id"]}, aside)
        return _told(acting, tx, {**row, **aside}, actor)
    new = _incoming(row, where)
    known = None if where.complaint is None else _complaint_of(tx, replace(new, words="", subject=""))
    if where.complaint is not None and known is None:
        raise RecordNotFoundError(what=phrase("complaint"))
    owner = known["customer_id"] if known is not None else _owner(tx, where.customer)
    place = _Place(ADDED if known is not None else OPENED, None, owner, known)
    moved = {**row, "customer_id": owner, "state": place.state, "code": None}
    moved["complaint_id"] = _carried(acting, tx, moved, new, place, desk, actor)
    _rewritten(tx, row, moved)
    return _told(acting, tx, moved, actor)


def _placed_before(row: Mapping[str, Any], where: Placement) -> Placed:
    same = row["complaint_id"] if where.complaint is not None else row["customer_id"]
    if same == (where.complaint or where.customer):
        return Placed.of(row, known=True)
    raise StateConflictError(
        what=phrase("a message that was placed before"), expected=phrase("one that waits or was set aside")
    )


def _owner(tx: Transaction, customer: str | None) -> str:
    found = _served(tx, customer)
    if found is None:
        raise RecordNotFoundError(what=phrase("customer"))
    return found


def _incoming(row: Mapping[str, Any], where: Placement) -> Incoming:
    """Return a message as it came in, from its row, with what a person says of it."""
    content = row["content"]
    words, subject = (where.words, "") if where.words else (content["words"], content["subject"])
    return Incoming(
        row["channel"], row["intake_key"], row["received_at"], words, subject, complaint=where.complaint, regulator=content["regulator"],
        speaker=content["speaker"], particulars=content["particulars"], business=content["business"], issue=content["issue"],
    )  # fmt: skip


def _rewritten(tx: Transaction, row: Mapping[str, Any], moved: Mapping[str, Any]) -> None:
    """Write a message and what came with it anew, now under the key of the customer whose it is: a sealed row keeps its customer."""
    documents = tx.find("complaint_documents", {"message_id": row["message_id"]})
    tx.remove("complaint_documents", {"message_id": row["message_id"]})
    tx.remove("complaint_messages", {"message_id": row["message_id"]})
    tx.insert("complaint_messages", [moved])
    placed = {"customer_id": moved["customer_id"], "complaint_id": moved["complaint_id"]}
    tx.insert("complaint_documents", [{**one, **placed} for one in documents])


def do_drop_old(acting: Acting, tx: Transaction, desk: ComplaintDesk) -> int:
    """Remove what was set aside longer ago than the house keeps it; return how many messages."""
    before = acting.clock.now() - int(desk.house.mail["set_aside_days"]) * DAY
    rows = tx.find("complaint_messages", {"state": SET_ASIDE}, order=["received_at"], columns=["message_id", "recorded_at"])  # fmt: skip
    old = [row["message_id"] for row in rows if row["recorded_at"] < before]
    if old:
        tx.remove("complaint_documents", {"message_id": old})
        tx.remove("complaint_messages", {"message_id": old})
    return len(old)
