"""What leaves the house, and work done beside the call."""

from __future__ import annotations

from typing import Final

from zhike.core.ledger.table import ACTOR, AT, CUSTOMER, LedgerTable, column, optional, sealed

__all__ = ["TABLES"]

TABLES: Final = (
    LedgerTable(
        "outbox", "What is to leave the house: a message, an event for a webhook.", ("message_id",),
        (
            column("message_id", "text", "C1", "Identifier, the same in every attempt."), optional(CUSTOMER, "text", "C2", "The customer."),
            column("route", "text", "-", "Name of the deliverer, or of the webhook."),
            column("topic", "text", "-", "What it is."), sealed("content", "json", "What it says."),
            column("state", "text", "-", "waiting, sent, blocked or failed."), column("attempts", "int", "-", "Attempts made."),
            column("next_at", "instant", "-", "When it is tried next."), optional("problem", "text", "-", "What went wrong last."), AT,
        ),
        indexes=(("state", "next_at"), (CUSTOMER,)),
    ),
    LedgerTable(
        "webhooks", "Where events are sent.", ("webhook_id",),
        (
            column("webhook_id", "text", "-", "Identifier."), column("url", "text", "-", "Address."),
            column("topics", "json", "-", "What it is told."), sealed("secret", "text", "Key of its signatures.", "C3"),
            column("state", "text", "-", "active or stopped."), AT, ACTOR,
        ),
    ),
    LedgerTable(
        "requests", "Answers already given, by the caller's key, so that asking again does nothing twice.", ("caller", "request_key"),
        (
            column("caller", "text", "C1", "Who asked."), column("request_key", "text", "-", "The caller's key."),
            column("fingerprint", "text", "-", "Hash of what was asked."), column("status", "int", "-", "HTTP status."),
            optional(CUSTOMER, "text", "C2", "The customer, where there is one."),
            sealed("answer", "json", "The answer."), AT,
        ),
        indexes=(("recorded_at",), (CUSTOMER,)),
    ),
    LedgerTable(
        "jobs", "Work asked for and done beside the call.", ("job_id",),
        (
            column("job_id", "text", "-", "Identifier."), column("kind", "text", "-", "What is done."),
            column("state", "text", "-", "waiting, running, done or failed."), column("content", "json", "-", "With what."),
            optional("result", "json", "-", "What came of it."), AT, ACTOR,
        ),
        indexes=(("state",),),
    ),
    LedgerTable(
        "job_inputs", "With what a job is done where that may be personal; it goes when the job has ended.", ("job_id",),
        (column("job_id", "text", "-", "Identifier of the job."), sealed("content", "json", "With what."), AT),
    ),
)  # fmt: skip
