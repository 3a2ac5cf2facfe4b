"""Complaints: cases, their steps, what came in with them, and how fairly they were handled."""

from __future__ import annotations

from typing import Final

from zhike.core.ledger.table import ACTOR, AT, CUSTOMER, WHO, LedgerTable, column, optional, sealed

__all__ = ["TABLES"]

TABLES: Final = (
    LedgerTable(
        "complaints", "A complaint as it stands; how it came to stand so is in its steps.", ("complaint_id",),
        (
            column("complaint_id", "text", "C1", "Identifier."), WHO,
            column("state", "text", "C2", "Of complaints.life."), column("open", "bool", "C2", "Whether it is not at its end."),
            column("received_at", "instant", "C1", "When the bank received it; never changed."),
            column("channel", "text", "C2", "Over which it came in."),
            optional("intake_key", "text", "C1", "Name under which it was handed in, so that it comes in once however often it is sent."),
            column("regime", "text", "C1", "Whose clocks run."), optional("complexity", "text", "C2", "simple, complex or special; none before it is assessed."),
            optional("business", "text", "C2", "What it is about, by complaints.businesses."),
            optional("issue", "text", "C2", "What is complained of, by complaints.issues."),
            optional("cause", "text", "C2", "Its root cause, by listening.causes."),
            optional("handler", "text", "C1", "Member of staff who handles it."),
            optional("legal_due", "day", "C2", "Earliest legal date of a clock that runs; none where none runs or it cannot be computed."),
            optional("safe_due", "day", "C2", "Earliest last working day on or before such a date."),
            optional("into", "text", "C1", "The complaint that it was joined to."),
            optional("group_id", "text", "C1", "The group complaint that it is part of."),
            optional("priority", "int", "C2", "How soon it is to be looked at, the highest first; none where nobody said."),
            optional("trace", "bytes", "C2", "Keyed sketch of its words without personal data: like complaints have like ones."),
            sealed("detail", "json", "The complainant's words, who speaks for them, whom it is about."),
            column("changed_at", "instant", "C1", "When its last step was made."), AT, ACTOR,
        ),
        unique=(("intake_key",),), indexes=((CUSTOMER, "open"), ("open", "safe_due"), ("state",), ("group_id",), ("business", "issue", "changed_at")),
    ),
    LedgerTable(
        "complaint_steps", "One step in the life of a complaint: who, what, when, on which ground, and the dates before and after.", ("complaint_id", "number"),
        (
            column("complaint_id", "text", "C1", "The complaint."), column("number", "int", "-", "Counted from 0, the receipt."), WHO,
            column("move", "text", "C2", "Of complaints.life; receive for the receipt."),
            column("from_state", "text", "C2", "State before; empty for the receipt."), column("to_state", "text", "C2", "State after."),
            column("rules", "text", "C1", "Version of complaints.life by which it was made."),
            sealed("content", "json", "What was said with it, proof of notice, and the dates before and after."), AT, ACTOR,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "complaint_messages", "A message that came in and may be a complaint: kept once, with what was made of it.", ("message_id",),
        (
            column("message_id", "text", "C1", "Identifier."), optional(CUSTOMER, "text", "C2", "The customer, once it is known whose it is."),
            optional("complaint_id", "text", "C1", "The complaint that it opened, or came to."),
            column("channel", "text", "C2", "Over which it came in."),
            column("state", "text", "C1", "opened, added, waiting for a person, or set_aside."),
            optional("code", "text", "C1", "Why it waits or was set aside."),
            column("intake_key", "text", "C1", "Hash of the name under which it was handed in."),
            optional("reference", "text", "C1", "Hash of its own name, by which answers refer to it."),
            optional("sender", "text", "C1", "Keyed hash of the address from which it came."),
            column("received_at", "instant", "C1", "When the bank received it."),
            sealed("content", "json", "Words, subject, sender, whose answer it is, what was noticed in reading it."), AT, ACTOR,
        ),
        unique=(("intake_key",),), indexes=((CUSTOMER,), ("complaint_id",), ("state", "received_at"), ("reference",), ("sender",)),
    ),
    LedgerTable(
        "complaint_documents", "A document that came in with a complaint or was handed in for one: nothing is asked for twice.", ("document_id",),
        (
            column("document_id", "text", "C1", "Identifier."), optional(CUSTOMER, "text", "C2", "The customer."),
            optional("complaint_id", "text", "C1", "The complaint that it was filed to."), optional("message_id", "text", "C1", "The message with which it came."),
            optional("kind", "text", "C2", "Of complaints.documents; none until a person says what it is."),
            column("sha256", "text", "C2", "Hash of its bytes."),
            sealed("content", "json", "Name, type, size and, where it is kept here, its bytes as base64."), AT, ACTOR,
        ),
        indexes=((CUSTOMER, "kind"), ("complaint_id",), ("message_id",)),
    ),
    LedgerTable(
        "complaint_groups", "Complaints of several people about one thing, answered in one.", ("group_id",),
        (
            column("group_id", "text", "C1", "Identifier."), column("people", "int", "C1", "How many people it is said to be."),
            sealed("content", "json", "What it is about, which complaints speak for all, the plan."),
            column("changed_at", "instant", "C1", "When it last changed."), AT, ACTOR,
        ),
    ),
    LedgerTable(
        "complaint_justices", "A reviewer's judgement of how fairly a complaint was handled: its outcome, its procedure, and how the customer was treated.",
        ("judgement_id",),
        (
            column("judgement_id", "text", "C1", "Identifier."), WHO, column("complaint_id", "text", "C1", "The complaint."),
            sealed("judged", "json", "outcome, procedure and interaction from 1 to 5, and why."), AT, ACTOR,
        ),
        indexes=((CUSTOMER,), ("complaint_id",)),
    ),
)  # fmt: skip
