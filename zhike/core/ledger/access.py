"""Who may act: staff, machines, the second person, access in an emergency."""

from __future__ import annotations

from typing import Final

from zhike.core.ledger.table import ACTOR, AT, CUSTOMER, WHO, LedgerTable, column, optional, sealed

__all__ = ["TABLES"]

TABLES: Final = (
    LedgerTable(
        "staff", "A member of staff or a machine that may act.", ("staff_id",),
        (
            column("staff_id", "text", "C1", "Identifier."), column("name", "text", "C1", "Name shown."),
            optional("branch", "text", "C1", "Branch."), column("roles", "json", "C1", "Roles."),
            column("state", "text", "C1", "active or left."), optional("password", "text", "C3", "Salted hash of the password."),
            optional("failed_tries", "int", "C1", "Wrong passwords since the last right one, or since it was locked."),
            optional("locked_until", "instant", "C1", "Until when nobody signs in under the name."),
            optional("password_until", "instant", "C1", "Until when a password that somebody else made opens the way to one of their own."), AT,
        ),
    ),
    LedgerTable(
        "absences", "Days on which a member of staff is away, and who stands in.", ("absence_id",),
        (
            column("absence_id", "text", "-", "Identifier."), column("staff_id", "text", "C1", "Who is away."),
            column("kind", "text", "C1", "leave, training, elsewhere or other; never why somebody is unwell."),
            column("first_day", "day", "C1", "First day."), column("last_day", "day", "C1", "Last day."),
            optional("deputy", "text", "C1", "Who stands in."), column("state", "text", "-", "noted, or ended before its time."),
            optional("ended_at", "instant", "C1", "When it was ended."), optional("ended_by", "text", "C1", "By whom."), AT, ACTOR,
        ),
        indexes=(("staff_id", "last_day"), ("deputy", "last_day")),
    ),
    LedgerTable(
        "tokens", "What a machine or a session shows to be let in.", ("token_hash",),
        (
            column("token_hash", "text", "C3", "SHA-256 of the token; the token itself is kept nowhere."),
            column("staff_id", "text", "C1", "Whose it is."), column("kind", "text", "-", "machine or session."),
            column("scopes", "json", "-", "Verbs, or families of them, that it is limited to; none: all that its owner may."),
            optional("expires_at", "instant", "-", "When it ends."), optional("revoked_at", "instant", "-", "When it was withdrawn."),
            optional("used_at", "instant", "C1", "Of a session: its last use, to about a minute."),
            optional("idle", "int", "-", "Of a session: microseconds from its last use after which it has ended."), AT,
        ),
        indexes=(("staff_id",),),
    ),
    LedgerTable(
        "proposals", "A change that needs a second person.", ("proposal_id",),
        (
            column("proposal_id", "text", "-", "Identifier."), column("verb", "text", "-", "What is to be done."),
            column("subject", "text", "C1", "To what."), column("content", "json", "C1", "How."),
            column("state", "text", "-", "proposed, approved, refused, withdrawn or carried_out."),
            column("proposed_by", "text", "C1", "First person."), optional("decided_by", "text", "C1", "Second person."),
            column("reason", "text", "C1", "Why."), optional("expires_at", "instant", "-", "When it ends undecided."), AT,
        ),
        indexes=(("state",),),
    ),
    LedgerTable(
        "break_glass", "Access beyond one's rights in an emergency.", ("opening_id",),
        (
            column("opening_id", "text", "-", "Identifier."), column("staff_id", "text", "C1", "Who."), WHO,
            sealed("reason", "text", "Why."), column("until", "instant", "-", "When it ends."),
            column("review_by", "instant", "-", "Until when somebody else looks at it."),
            optional("reviewed_by", "text", "C1", "Who looked at it."), optional("justified", "bool", "C1", "What was found."),
            sealed("finding", "text", "Why that was found."), AT,
        ),
        indexes=(("staff_id", CUSTOMER), (CUSTOMER,)),
    ),
)  # fmt: skip
