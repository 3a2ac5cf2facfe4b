"""Where events go when they leave the house: channels that have a deliverer, and webhooks by what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.core.ports import Transaction

__all__ = [
    "CONSENT_CHANGED",
    "CUSTOMER_ERASED",
    "DECISION_MADE",
    "GLASS_BROKEN",
    "OFFER_CHANGED",
    "OFFER_MADE",
    "PREFERENCE_CHANGED",
    "SURVEY_INVITED",
    "SURVEY_REMINDED",
    "SURVEY_TOPICS",
    "TOPICS",
    "Routes",
]

DECISION_MADE: Final = "decision.made"
OFFER_MADE: Final = "offer.made"
OFFER_CHANGED: Final = "offer.changed"
CONSENT_CHANGED: Final = "consent.changed"
PREFERENCE_CHANGED: Final = "preference.changed"
CUSTOMER_ERASED: Final = "customer.erased"
GLASS_BROKEN: Final = "glass.broken"
SURVEY_INVITED: Final = "survey.invited"
SURVEY_REMINDED: Final = "survey.reminded"
SURVEY_TOPICS: Final = (SURVEY_INVITED, SURVEY_REMINDED)
"""What a customer alone is told, over a channel: it carries a link that lets its holder in, so no webhook hears of it."""
TOPICS: Final = (
    CONSENT_CHANGED,
    CUSTOMER_ERASED,
    DECISION_MADE,
    GLASS_BROKEN,
    OFFER_CHANGED,
    OFFER_MADE,
    PREFERENCE_CHANGED,
)
"""What a webhook can be told."""
_LOOKED_EVERY: Final = 1_000_000
"""Microseconds after which webhooks and channels are looked up anew."""


class Told(NamedTuple):
    """Who is told.

    Parameters
    ----------
    channels : frozenset of str
        Channels with a deliverer: what the bank offers over them goes out by itself.
    webhooks : mapping of topic to tuple of str
        Identifiers of those that are told of it; topics of nobody are left out.
    """

    channels: frozenset[str]
    webhooks: Mapping[str, tuple[str, ...]]


class Routes:
    """Who is told what; looked up once a second, as every decision asks.

    Parameters
    ----------
    channels : callable, optional
        Returns the channels with a deliverer, by the microseconds of UTC; without it there are none.
    """

    def __init__(self, channels: Callable[[int], frozenset[str]] = lambda _now: frozenset()) -> None:
        self._channels = channels
        self._known: tuple[int, Told] | None = None

    def told(self, tx: Transaction, now: int) -> Told:
        """Return who is told of events."""
        known = self._known
        if known is None or not 0 <= now - known[0] < _LOOKED_EVERY:
            known = self._known = now, Told(self._channels(now), _webhooks(tx))
        return known[1]

    def forget(self) -> None:
        """Look it up anew the next time."""
        self._known = None


def _webhooks(tx: Transaction) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in tx.find("webhooks", {"state": "active"}):
        for topic in row["topics"]:
            found[topic] = (*found.get(topic, ()), row["webhook_id"])
    return found
