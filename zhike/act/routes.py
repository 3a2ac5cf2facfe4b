"""Where events go when they leave the house: channels that have a deliverer, and webhooks by what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhike.core.ports import Transaction

__all__ = [
    "CONSENT_CHANGED",
    "DECISION_MADE",
    "OFFER_CHANGED",
    "OFFER_MADE",
    "PREFERENCE_CHANGED",
    "TOPICS",
    "Routes",
]

DECISION_MADE: Final = "decision.made"
OFFER_MADE: Final = "offer.made"
OFFER_CHANGED: Final = "offer.changed"
CONSENT_CHANGED: Final = "consent.changed"
PREFERENCE_CHANGED: Final = "preference.changed"
TOPICS: Final = (CONSENT_CHANGED, DECISION_MADE, OFFER_CHANGED, OFFER_MADE, PREFERENCE_CHANGED)
"""What a webhook can be told."""
_LOOKED_EVERY: Final = 1_000_000
"""Microseconds after which the webhooks are looked up anew."""


class Routes:
    """Who is told what; the webhooks are looked up once a second, as every decision asks.

    Parameters
    ----------
    channels : iterable of str
        Channels with a deliverer: what is offered over them goes out by itself.
    """

    def __init__(self, channels: Iterable[str] = ()) -> None:
        self.channels: Final = frozenset(channels)
        self._looked = -_LOOKED_EVERY
        self._webhooks: Mapping[str, tuple[str, ...]] = {}

    def webhooks(self, tx: Transaction, now: int) -> Mapping[str, tuple[str, ...]]:
        """Return the identifiers of the webhooks that are told of each topic; topics of nobody are left out."""
        if now - self._looked >= _LOOKED_EVERY:
            found: dict[str, tuple[str, ...]] = {}
            for row in tx.find("webhooks", {"state": "active"}):
                for topic in row["topics"]:
                    found[topic] = (*found.get(topic, ()), row["webhook_id"])
            self._webhooks, self._looked = found, now
        return self._webhooks

    def forget(self) -> None:
        """Look the webhooks up anew the next time."""
        self._looked = -_LOOKED_EVERY
