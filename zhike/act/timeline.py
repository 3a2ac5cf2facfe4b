"""What happened between a customer and the bank, over all channels, in one order: the newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import microseconds, records_of
from zhike.core.ledger import CUSTOMER
from zhike.decide.loop_rules import instrument_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from zhike.core.ports import Transaction

__all__ = ["Happening", "timeline"]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened.

    Parameters
    ----------
    at : int
        Instant; the noon of UTC where only the day is known.
    exact : bool
        Whether more than the day is known.
    kind : str
        contact, offer, response, note, task, consent, preference, complaint, survey or call_back.
    what : str
        More closely: direction of a contact, action of an offer, outcome of a response, kind of a note or task, purpose of a consent,
        kind of a preference, status of a complaint, instrument of a survey, what opened a call-back.
    channel, actor : str or None
    state : str or None
        State of an offer or survey, answer to a consent, outcome of a task or call-back, what a contact was for.
    reference : str
        Identifier of the row.
    """

    at: int
    exact: bool
    kind: str
    what: str
    channel: str | None
    actor: str | None
    state: str | None
    reference: str = field(compare=False)


def timeline(
    tx: Transaction, customer: str, portrait: Mapping[str, Any] | None, most: int
) -> tuple[Happening, ...]:
    """Return what happened last with a customer, the newest first.

    Parameters
    ----------
    tx : Transaction
    customer : str
        The record that stays; what belongs to those merged into it counts as well.
    portrait : mapping or None
        What the archive knows, see `zhike.know.portraits`: contacts and complaints from before the ledger.
    most : int
    """
    own = {CUSTOMER: records_of(tx, customer)}
    found = [*_archived(portrait or {})]
    for table, order, read in _TABLES:
        found += read(tx.find(table, own, order=[f"-{order}"], limit=most))
    return tuple(sorted(found, key=lambda one: (-one.at, one.kind, one.reference))[:most])


def _archived(portrait: Mapping[str, Any]) -> Iterator[Happening]:
    for row in portrait.get("contacts", ()):
        yield Happening(
            _noon(row["occurred_on"]), False, "contact", row["direction"], row["channel"], row["staff_id"], row["purpose"],
            row["interaction_id"],
        )  # fmt: skip
    for row in portrait.get("complaints", ()):
        yield Happening(
            _noon(row["received_on"]),
            False,
            "complaint",
            row["status"],
            row["channel"],
            None,
            None,
            row["complaint_id"],
        )


def _noon(day: dt.date) -> int:
    return microseconds(dt.datetime.combine(day, dt.time(12), dt.UTC))


def _offers(rows: Iterable[Row]) -> Iterator[Happening]:
    for row in rows:
        yield Happening(
            row["made_at"],
            True,
            "offer",
            row["action_id"],
            row["channel"],
            None,
            row["state"],
            row["offer_id"],
        )


def _responses(rows: Iterable[Row]) -> Iterator[Happening]:
    for row in rows:
        yield Happening(
            row["responded_at"],
            True,
            "response",
            row["outcome"],
            None,
            row["actor"],
            None,
            row["response_id"],
        )


def _notes(rows: Iterable[Row]) -> Iterator[Happening]:
    for row in rows:
        at = row["happened_at"] or row["recorded_at"]
        yield Happening(at, True, "note", row["kind"], row["channel"], row["actor"], None, row["note_id"])


def _tasks(rows: Iterable[Row]) -> Iterator[Happening]:
    for row in rows:
        if row["closed_at"] is not None:
            yield Happening(
                row["closed_at"],
                True,
                "task",
                row["kind"],
                None,
                row["assignee"],
                row["outcome"],
                row["task_id"],
            )


def _consents(rows: Iterable[Row]) -> Iterator[Happening]:
    for row in rows:
        yield Happening(
            row["recorded_at"],
            True,
            "consent",
            row["purpose"],
            row["channel"],
            row["actor"],
            row["status"],
            row["consent_id"],
        )


def _preferences(rows: Iterable[Row]) -> Iterator[Happening]:
    for row in rows:
        yield Happening(
            row["recorded_at"],
            True,
            "preference",
            row["kind"],
            None,
            row["actor"],
            None,
            row["preference_id"],
        )


def _surveys(rows: Iterable[Row]) -> Iterator[Happening]:
    for row in rows:
        yield Happening(
            row["changed_at"], True, "survey", instrument_of(row["survey"]), None, None, row["state"], row["invitation_id"]
        )  # fmt: skip


def _loops(rows: Iterable[Row]) -> Iterator[Happening]:
    for row in rows:
        yield Happening(
            row["recorded_at"], True, "call_back", row["trigger"], None, row["owner"], "open", row["loop_id"]
        )
        if row["closed_at"] is not None:
            yield Happening(
                row["closed_at"], True, "call_back", row["trigger"], "phone", row["owner"], row["outcome"], row["loop_id"]
            )  # fmt: skip


_TABLES: Final[tuple[tuple[str, str, Callable[[Iterable[Row]], Iterator[Happening]]], ...]] = (
    ("offers", "made_at", _offers), ("responses", "responded_at", _responses), ("notes", "recorded_at", _notes),
    ("tasks", "closed_at", _tasks), ("consents", "recorded_at", _consents), ("preferences", "recorded_at", _preferences),
    ("survey_invitations", "changed_at", _surveys), ("loops", "recorded_at", _loops),
)  # fmt: skip
