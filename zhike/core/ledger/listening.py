"""What is made of what customers say: call-backs and improvements."""

from __future__ import annotations

from typing import Final

from zhike.core.ledger.table import ACTOR, AT, CUSTOMER, WHO, LedgerTable, column, optional, sealed

__all__ = ["TABLES"]

TABLES: Final = (
    LedgerTable(
        "loops", "That a customer was found unhappy and somebody answers to them: opened by a rule, closed with cause and action.", ("loop_id",),
        (
            column("loop_id", "text", "C1", "Identifier."), WHO,
            optional("invitation_id", "text", "C1", "The survey that opened it."),
            column("trigger", "text", "C2", "What opened it, by listening.loops: instrument and what was read of it."),
            sealed("detail", "json", "The value that was read, and the customer's words."),
            optional("owner", "text", "C1", "Member of staff who is to call back; nobody where it is to be claimed."),
            optional("task_id", "text", "C1", "The task to call back."), column("due_at", "instant", "C1", "Until when."),
            column("state", "text", "C2", "open or closed."), optional("cause", "text", "C2", "Why the customer was unhappy, by listening.causes."),
            optional("outcome", "text", "C2", "resolved, partly, not_resolved or not_reached."),
            sealed("result", "json", "What was done about it, and what the customer said."),
            optional("closed_at", "instant", "C1", "When it was closed."), AT, ACTOR,
        ),
        indexes=((CUSTOMER, "state"), ("state", "due_at")),
    ),
    LedgerTable(
        "improvements", "A cause of dissatisfaction that is put right: action, owner and due day, where and since when, and what it changed.",
        ("improvement_id",),
        (
            column("improvement_id", "text", "C1", "Identifier."), column("title", "text", "C1", "What it is about; names no customer."),
            column("cause", "text", "C1", "Root cause, by listening.causes."),
            column("evidence", "json", "C1", "What shows the cause: identifiers of closed call-backs, of complaints and of answers, and names of drivers."),
            column("action", "text", "C1", "What is changed."), column("owner", "text", "C1", "Member of staff who sees to it."),
            column("due_on", "day", "C1", "Day by which it is to be running."),
            column("measure", "json", "C1", "What is measured again: indicator or series, level, which way is better, by which design."),
            column("state", "text", "C1", "planned, running, measured or closed."),
            optional("start_on", "day", "C1", "First day on which it was running."),
            column("units", "json", "C1", "Where it was rolled out, and where it was not: named, or drawn by a hash."),
            optional("effect", "json", "C1", "What it changed, with its interval, as last measured."),
            optional("outcome", "text", "C1", "kept, changed or dropped."), optional("conclusion", "text", "C1", "Why."),
            column("history", "json", "C1", "Each step: state, when, by whom."),
            column("changed_at", "instant", "C1", "When it last changed."), AT, ACTOR,
        ),
        indexes=(("state", "due_on"), ("cause",)),
    ),
)  # fmt: skip
