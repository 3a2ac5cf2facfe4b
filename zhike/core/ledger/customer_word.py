"""The customer's word: consents, preferences and requests, what staff note and what they are to do about it."""

from __future__ import annotations

from typing import Final

from zhike.core.ledger.table import ACTOR, AT, CUSTOMER, WHO, LedgerTable, column, optional, sealed

__all__ = ["TABLES"]

TABLES: Final = (
    LedgerTable(
        "consents", "An answer to a purpose on a channel; the last one speaks, a withdrawal at once.", ("consent_id",),
        (
            column("consent_id", "text", "C1", "Identifier."), WHO,
            column("purpose", "text", "C2", "Purpose."), column("channel", "text", "C2", "Channel, or all."),
            column("status", "text", "C2", "given or withdrawn."),
            sealed("evidence", "json", "How it was given: form, wording, place."),
            column("valid_from", "day", "C2", "First day."), optional("expires_on", "day", "C2", "First day on which it no longer holds."),
            AT, ACTOR,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "preferences", "What a customer wants of channels, hours, frequency and topics; the last one of a kind speaks.", ("preference_id",),
        (
            column("preference_id", "text", "C1", "Identifier."), WHO,
            column("kind", "text", "C1", "channels, hours, frequency or topics."),
            sealed("value", "json", "What is wanted."), AT, ACTOR,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "notes", "What staff wrote about a customer: facts, the customer's words, judgement and suggestion, each apart.", ("note_id",),
        (
            column("note_id", "text", "C1", "Identifier."), WHO, column("kind", "text", "C1", "note, call, meeting or visit."),
            optional("channel", "text", "C1", "Over which channel, where there was a contact."),
            optional("happened_at", "instant", "C1", "When the contact was."),
            sealed("text", "text", "Facts."), sealed("words", "text", "What the customer said, in their words."),
            sealed("judgement", "text", "What the writer makes of it."), sealed("suggestion", "text", "What the writer would do."),
            AT, ACTOR,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "tasks", "Something that a member of staff is to do.", ("task_id",),
        (
            column("task_id", "text", "C1", "Identifier."), WHO,
            optional("offer_id", "text", "C1", "The offer it serves."), optional("assignee", "text", "C1", "Member of staff."),
            column("kind", "text", "C1", "What is to be done."), column("state", "text", "C1", "open, claimed, done or cancelled."),
            optional("starts_on", "day", "C1", "Day before which it rests."), optional("due_on", "day", "C1", "Last day."),
            optional("minutes", "int", "C1", "That it takes, where that is known."), sealed("text", "text", "Details."),
            optional("outcome", "text", "C2", "achieved, not_reached, not_needed or set_aside."),
            sealed("result", "text", "What came of it, or why it was not done."),
            optional("closed_at", "instant", "C1", "When it was done or cancelled."), AT, ACTOR,
        ),
        indexes=((CUSTOMER,), ("assignee", "state")),
    ),
    LedgerTable(
        "hand_overs", "That a task was given to somebody else to do.", ("hand_over_id",),
        (
            column("hand_over_id", "text", "C1", "Identifier."), WHO, column("task_id", "text", "C1", "The task."),
            optional("from_staff", "text", "C1", "Member of staff who had it; nobody where it was to be claimed."),
            column("to_staff", "text", "C1", "Member of staff who has it since."), AT, ACTOR,
        ),
        indexes=((CUSTOMER,), ("recorded_at",)),
    ),
    LedgerTable(
        "cases", "A request of a customer, with its clock.", ("case_id",),
        (
            column("case_id", "text", "C1", "Identifier."), WHO,
            column("kind", "text", "C2", "correction, access, erasure or other."),
            column("state", "text", "C2", "open, answered or closed."),
            column("opened_on", "day", "C2", "First day."), optional("due_on", "day", "C2", "Last day for an answer."),
            sealed("text", "json", "What it is about and what was done."), AT, ACTOR,
        ),
        indexes=((CUSTOMER, "state"), ("state", "due_on")),
    ),
)  # fmt: skip
