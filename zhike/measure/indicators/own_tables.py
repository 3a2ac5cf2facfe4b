"""Tables that indicators read beside the contract's: what only the store knows, call-backs and offers."""

from __future__ import annotations

from typing import Final

from zhike.core.contracts import CONTRACTS
from zhike.core.tables import Column, Table

__all__ = ["CALL_BACKS", "OFFERS", "TABLES"]

_WHO: Final = Column("customer_id", "string", "C1", "Whom it concerns.", required=True)
_KNOWN: Final = Column("known_at", "instant", "-", "When the store recorded it.", required=True)

CALL_BACKS: Final = Table(
    "call_backs", "A customer who was found unhappy and is to be called back.", "event", ("loop_id",), "opened_on",
    (
        Column("loop_id", "string", "C1", "Identifier.", required=True), _WHO,
        Column("staff_id", "string", "C1", "Who is to call back; empty where nobody has claimed it."),
        Column("opened_on", "date", "C2", "Day of the answer that opened it.", required=True),
        Column("in_time", "float64", "C2", "1 closed in time, 0 not; empty while there is time left.", unit="share"),
        Column("days_open", "float64", "C2", "Days from the answer until it was closed; empty while it is open.", unit="days"),
        Column("cause", "string", "C2", "Why the customer was unhappy, by listening.causes."),
        Column("outcome", "string", "C2", "resolved, partly, not_resolved or not_reached."), _KNOWN,
    ),
)  # fmt: skip
OFFERS: Final = Table(
    "offers", "An action that the store decided for a customer, and what became of it.", "event", ("offer_id",), "made_on",
    (
        Column("offer_id", "string", "C1", "Identifier.", required=True), _WHO,
        Column("made_on", "date", "C2", "Day of the decision.", required=True),
        Column("action_id", "string", "-", "Action.", required=True), Column("channel", "string", "C1", "Channel."),
        Column("shown", "float64", "C2", "1 shown, accepted or refused; 0 blocked or not heard of.", unit="share"),
        Column("accepted", "float64", "C2", "1 accepted, 0 not.", unit="share"), _KNOWN,
    ),
)  # fmt: skip
TABLES: Final = {**CONTRACTS, CALL_BACKS.name: CALL_BACKS, OFFERS.name: OFFERS}
"""Every table that an indicator may be of, by name."""
