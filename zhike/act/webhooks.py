"""Who is told of events by a signed request: added, given another secret, stopped. A secret is seen once, when it is made."""

from __future__ import annotations

import base64
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from zhike.act.routes import TOPICS
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = [
    "STOPPED",
    "add_webhook",
    "check_webhook",
    "is_loopback",
    "rotate_secret",
    "stop_webhook",
    "webhooks",
]

STOPPED: Final = "webhook_stopped"
_SECRET_BYTES: Final = 32
_LONGEST: Final = 2_000
_STREAM: Final = "deliveries"


def add_webhook(acting: Acting, url: str, topics: Sequence[str], actor: str) -> dict[str, Any]:
    """Add a webhook; return its row, with the secret that is shown this once.

    Raises
    ------
    UsageError
        When the address or a topic cannot be used.
    StateConflictError
        When an active webhook has the same address: every event would be told twice.
    """
    check_webhook(url, topics)
    now = acting.clock.now()
    row = {
        "webhook_id": acting.new_id("w"), "url": url, "topics": sorted(set(topics)), "secret": _secret(acting),
        "state": "active", "recorded_at": now, "actor": actor,
    }  # fmt: skip
    with acting.store.write() as tx:
        if tx.count("webhooks", {"url": url, "state": "active"}):
            raise StateConflictError(
                what=phrase("an active webhook of this address"), expected=phrase("another address")
            )
        tx.insert("webhooks", [row])
        content = {"webhook": row["webhook_id"], "url": url, "topics": row["topics"]}
        record(tx, [Happened(_STREAM, AuditEvent.WEBHOOK_ADDED, actor, None, content)], now, acting.chance)
    acting.routes.forget()
    return row


def check_webhook(url: str, topics: Sequence[str]) -> None:
    """Refuse an address that is not https (http on this machine is), or a topic that nothing is told of.

    Raises
    ------
    UsageError
    """
    unknown = sorted(set(topics) - set(TOPICS))
    if unknown or not topics:
        raise UsageError(
            what=phrase("topics {unknown}", unknown=unknown or list(topics)), expected=", ".join(TOPICS)
        )
    expected = phrase(
        "https://HOST/PATH of at most {longest} characters, without a name or password in it",
        longest=_LONGEST,
    )
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as problem:
        raise UsageError(what=phrase("an address that cannot be read"), expected=expected) from problem
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= _LONGEST
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not (plain and secure and host) or parts.username is not None or parts.fragment:
        raise UsageError(what=phrase("an address that cannot be used"), expected=expected)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its very name.

    Examples
    --------
    >>> is_loopback("localhost"), is_loopback("127.0.0.2"), is_loopback("::1"), is_loopback("localhost.example.org")
    (True, True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def rotate_secret(acting: Acting, webhook_id: str, actor: str) -> dict[str, Any]:
    """Give a webhook another secret, used from the next attempt on; return its row with the new secret.

    Raises
    ------
    RecordNotFoundError
        When there is no active webhook of that identifier.
    """
    now, secret = acting.clock.now(), _secret(acting)
    with acting.store.write() as tx:
        row = _active(tx, webhook_id)
        tx.change("webhooks", {"webhook_id": webhook_id}, {"secret": secret})
        happened = Happened(_STREAM, AuditEvent.WEBHOOK_SECRET_CHANGED, actor, None, {"webhook": webhook_id})
        record(tx, [happened], now, acting.chance)
    return {**row, "secret": secret}


def stop_webhook(acting: Acting, webhook_id: str, actor: str) -> dict[str, Any]:
    """Stop a webhook, and hold back what it has not been told yet; return its row.

    Raises
    ------
    RecordNotFoundError
        When there is no active webhook of that identifier.
    """
    now = acting.clock.now()
    with acting.store.write() as tx:
        row = _active(tx, webhook_id)
        tx.change("webhooks", {"webhook_id": webhook_id}, {"state": "stopped"})
        held = {"state": "blocked", "next_at": now, "problem": STOPPED}
        count = tx.change("outbox", {"route": webhook_id, "state": "waiting"}, held)
        content = {"webhook": webhook_id, "held_back": count}
        record(tx, [Happened(_STREAM, AuditEvent.WEBHOOK_STOPPED, actor, None, content)], now, acting.chance)
    acting.routes.forget()
    return {**row, "state": "stopped"}


def webhooks(tx: Transaction) -> list[dict[str, Any]]:
    """Return all webhooks, the oldest first, without their secrets."""
    rows = tx.find("webhooks", order=["recorded_at"])
    return [{name: value for name, value in row.items() if name != "secret"} for row in rows]


def _active(tx: Transaction, webhook_id: str) -> dict[str, Any]:
    row = tx.one("webhooks", webhook_id=webhook_id)
    if row is None or row["state"] != "active":
        raise RecordNotFoundError(what=phrase("webhook"))
    return row


def _secret(acting: Acting) -> str:
    return base64.urlsafe_b64encode(acting.chance(_SECRET_BYTES)).decode().rstrip("=")
