"""Decisions and what became of them."""

from __future__ import annotations

from typing import Final

from zhike.core.ledger.table import ACTOR, AT, CUSTOMER, WHO, LedgerTable, column, optional, sealed

__all__ = ["TABLES"]

TABLES: Final = (
    LedgerTable(
        "decisions", "One decision for one customer, served or from a batch.", ("decision_id",),
        (
            column("decision_id", "text", "C1", "Identifier; also the seed of its draws."), WHO,
            column("decided_at", "instant", "C1", "When."),
            column("origin", "text", "-", "online or batch."),
            column("publication", "int", "-", "Number of the publication."),
            optional("prices", "text", "-", "Address of the prices used."),
            column("degraded", "text", "-", "Why a safe answer was given; empty for a full decision."),
            sealed("context", "json", "Channel, reason of contact and what the customer did a moment before."),
            sealed("record", "json", "What was chosen, with probabilities and values."),
        ),
        indexes=((CUSTOMER, "decided_at"), ("decided_at",)),
    ),
    LedgerTable(
        "offers", "An action made to a customer and what became of it.", ("offer_id",),
        (
            column("offer_id", "text", "C1", "Identifier."), column("decision_id", "text", "C1", "The decision."), WHO,
            column("rank", "int", "C1", "Place in the list."),
            column("action_id", "text", "C1", "The action."),
            column("channel", "text", "C1", "Channel."),
            column("kind", "text", "-", "sale, care, service, mandatory or none."),
            column("outbound", "bool", "-", "Whether it counts as a contact by the bank."),
            column("probability", "float", "-", "P(chosen at its place)."),
            column("state", "text", "C1", "made, shown, accepted, refused, lapsed or blocked."),
            column("made_at", "instant", "C1", "When it was made."),
            column("changed_at", "instant", "C1", "When its state last changed."),
            optional("lapses_at", "instant", "C1", "When it lapses unanswered."),
        ),
        indexes=((CUSTOMER, "made_at"), ("decision_id",), ("state", "lapses_at")),
    ),
    LedgerTable(
        "responses", "What a customer or a channel answered to an offer.", ("response_id",),
        (
            column("response_id", "text", "C1", "Identifier."), column("offer_id", "text", "C1", "The offer."), WHO,
            column("outcome", "text", "C2", "shown, accepted, refused, lapsed or blocked."),
            sealed("reason", "text", "The reason given."),
            column("responded_at", "instant", "C1", "When it happened."),
            column("late", "bool", "-", "Whether it came after the offer had lapsed."), AT, ACTOR,
        ),
        indexes=((CUSTOMER,), ("offer_id",)),
    ),
)  # fmt: skip
