"""Sign the state of the audit trail now and then, so that nothing before can be changed without the bank's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.act.trail import STREAMS, Happened, head_of, record
from zhike.govern.audit import Opening
from zhike.govern.audit_chain import AuditEntry, Head
from zhike.govern.audit_digest import Digest, key_fingerprint, next_digest, public_key_of
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["digest_covering", "digests", "hand_over", "sign_digest", "signing_key", "trail"]

_PAGE = 5_000


def sign_digest(acting: Acting, private_key: bytes, every: int = 0) -> Digest | None:
    """Sign the heads of all streams; None where nothing has happened since the last digest, or it is not due yet.

    Parameters
    ----------
    acting : Acting
    private_key : bytes
        32 bytes, the seed of an Ed25519 key. Where another key of the store has replaced it since, that one signs.
    every : int
        Microseconds that must lie between two digests.
    """
    with acting.store.read() as tx:  # most often nothing is due, and no writer needs to wait for that
        last = tx.find("audit_digests", order=["-number"], limit=1)
    if last and acting.clock.now() - last[0]["recorded_at"] < every:
        return None
    with acting.store.write() as tx:
        before, heads = _last(tx), _heads(tx)
        if not heads or (before is not None and tuple(sorted(heads)) == before.heads):
            return None
        now, key = acting.clock.now(), signing_key(acting, tx, private_key)
        digest = next_digest(before, heads, at=now, private_key=key)
        _insert(tx, digest, now)
    return digest


def hand_over(acting: Acting, tx: Transaction, old: bytes, new: bytes, actor: str) -> Digest:
    """Sign, with the old key for the last time, a digest that names the new one.

    Parameters
    ----------
    acting : Acting
    tx : Transaction
        That puts the new key in force.
    old, new : bytes
        32 bytes, the seeds.
    actor : str
    """
    now, successor = acting.clock.now(), public_key_of(new)
    content = {"from": public_key_of(old).hex(), "to": successor.hex()}
    record(tx, [Happened("store", AuditEvent.AUDIT_KEY_CHANGED, actor, None, content)], now, acting.chance)
    digest = next_digest(_last(tx), _heads(tx), at=now, private_key=old, successor=successor)
    _insert(tx, digest, now)
    return digest


def signing_key(acting: Acting, tx: Transaction, private_key: bytes) -> bytes:
    """Return the seed that signs now: the one given, or the store's, where that has replaced it since it was given.

    Parameters
    ----------
    tx : Transaction
        One that writes: it begins by learning which keys are in force.
    private_key : bytes
        32 bytes.
    """
    last = _last(tx)
    if last is None:
        return private_key
    key = key_fingerprint(bytes.fromhex(last.successor)) if last.successor else last.key
    if key_fingerprint(public_key_of(private_key)) == key:
        return private_key
    own = acting.store.signing_seed()
    return own if key_fingerprint(public_key_of(own)) == key else private_key


def _last(tx: Transaction) -> Digest | None:
    last = tx.find("audit_digests", order=["-number"], limit=1)
    return _digest(last[0]) if last else None


def _heads(tx: Transaction) -> list[Head]:
    return [head for stream in STREAMS if (head := head_of(tx, stream)).number]


def _insert(tx: Transaction, digest: Digest, now: int) -> None:
    content = {name: getattr(digest, name) for name in Digest.__slots__}
    content["heads"] = [list(head) for head in digest.heads]
    tx.insert("audit_digests", [{"number": digest.number, "content": content, "recorded_at": now}])


def digests(tx: Transaction) -> list[Digest]:
    """Return every digest in its order."""
    return [_digest(row) for row in tx.find("audit_digests", order=["number"])]


def digest_covering(tx: Transaction, stream: str, number: int) -> Digest | None:
    """Return the first digest that seals an entry; None where it is newer than the last one.

    Heads never go back from one digest to the next, so it is found in as many steps as their number has binary digits.
    """
    last = _last(tx)
    if last is None or not _seals(last, stream, number):
        return None
    low, high = 1, last.number
    while low < high:
        middle = (low + high) // 2
        row = tx.one("audit_digests", number=middle)
        if row is not None and _seals(_digest(row), stream, number):
            high = middle
        else:
            low = middle + 1
    row = tx.one("audit_digests", number=low)
    return None if row is None else _digest(row)


def _seals(digest: Digest, stream: str, number: int) -> bool:
    return any(head.stream == stream and head.number >= number for head in digest.heads)


def trail(tx: Transaction, *, opened: bool) -> Iterator[AuditEntry | Opening]:
    """Yield every entry in its order, stream by stream.

    Parameters
    ----------
    tx : Transaction
    opened : bool
        Whether what opens its commitments follows each entry, empty where it was erased: then personal data are among it.
    """
    for stream in STREAMS:
        after = 0
        while rows := tx.find(
            "audit_entries", {"stream": stream}, order=["number"], after=[after, stream], limit=_PAGE
        ):
            numbers = [row["number"] for row in rows]
            found = tx.find("audit_openings", {"stream": stream, "number": numbers}) if opened else []
            openings = {row["number"]: row for row in found}
            for row in rows:
                yield AuditEntry(**{name: row[name] for name in AuditEntry.__slots__})
                if opened:
                    yield from _openings(row, openings.get(row["number"]))
            after = numbers[-1]


def _openings(entry: dict[str, Any], opening: dict[str, Any] | None) -> Iterator[Opening]:
    found = opening or {"salt": None, "content": None, "customer_id": None}
    salt, customer = found["salt"], found["customer_id"]
    if entry["subject"]:
        content = None if salt is None or customer is None else customer.encode()
        yield Opening(entry["stream"], entry["number"], "subject", None if content is None else salt, content)
    yield Opening(
        entry["stream"], entry["number"], "body", salt, found["content"] if salt is not None else None
    )


def _digest(row: dict[str, Any]) -> Digest:
    content = row["content"]
    return Digest(**{**content, "heads": tuple(Head(*head) for head in content["heads"])})
