"""Prove one decision: it comes out again bit for bit, the trail says that it was made so, and a signed digest seals what the trail says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhike.act.digests import digest_covering
from zhike.act.replay import computed_again, listed_places
from zhike.act.trail_search import opened_content
from zhike.govern.audit_chain import AuditEntry, commitment, first_head
from zhike.govern.audit_digest import key_fingerprint, signature_holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.act.decisions import DecisionDesk
    from zhike.act.replay import Again
    from zhike.core.ports import Transaction
    from zhike.govern.audit_digest import Digest

__all__ = ["Comparison", "Proof", "prove"]

IDENTICAL, DIFFERENT, SAFE, ERASED, GONE = "identical", "different", "safe_answer", "erased", "dossier_gone"
_STREAM: Final = "decisions"
_PAGE: Final = 5_000


class Comparison(NamedTuple):
    """One thing that was looked at: its name, what is stored, what came out, and whether they agree."""

    name: str
    stored: str
    found: str

    @property
    def agrees(self) -> bool:
        """Whether what is stored is what came out."""
        return self.stored == self.found


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of proving a decision.

    Parameters
    ----------
    outcome : str
        identical, different, safe_answer (it rests on nothing), erased (its customer was), or dossier_gone.
    comparisons : tuple of Comparison
        All that was compared, whatever came of it.
    again : Again or None
        The decision as it came out now.
    entry : AuditEntry or None
        That says it was made; None where its customer was erased, or there is none.
    digest : Digest or None
        The first that seals the entry; None where none does yet.
    """

    outcome: str
    comparisons: tuple[Comparison, ...]
    again: Again | None
    entry: AuditEntry | None
    digest: Digest | None

    @property
    def proven(self) -> bool:
        """Whether it came out the same and everything that was compared agrees."""
        return self.outcome == IDENTICAL and all(one.agrees for one in self.comparisons)


def prove(desk: DecisionDesk, tx: Transaction, row: dict[str, Any], public_keys: tuple[bytes, ...]) -> Proof:
    """Prove a stored decision.

    Parameters
    ----------
    desk : DecisionDesk
    tx : Transaction
    row : dict
        Of the ledger.
    public_keys : tuple of bytes
        Keys that sign digests.
    """
    again = computed_again(desk, tx, row)
    opening = _opening(tx, row)
    entry = None if opening is None else _entry(tx, opening["number"])
    digest = None if entry is None else digest_covering(tx, _STREAM, entry.number)
    found = [] if again is None else list(_computed(again, row["record"]))
    outcome = _outcome(row, again)
    if entry is not None and opening is not None:
        found += _recorded(tx, entry, opening, row)
    elif outcome != ERASED:
        found.append(Comparison("entry", row["decision_id"], ""))
    if entry is not None and digest is not None:
        found += _sealed(tx, entry, digest, public_keys)
    return Proof(outcome, tuple(found), again, entry, digest)


def _outcome(row: dict[str, Any], again: Again | None) -> str:
    if row["record"] is None:
        return ERASED
    if row["degraded"]:
        return SAFE
    if again is None:
        return GONE
    return IDENTICAL if again.same(row["record"]) else DIFFERENT


def _computed(again: Again, record: dict[str, Any]) -> Iterator[Comparison]:
    """Yield what the decision itself is held against."""
    yield Comparison("verdicts", "true", str(again.follows).lower())
    yield Comparison("fingerprint", record["fingerprint"], again.fingerprint)
    yield Comparison("list", _said(listed_places(record)), _said(again.places))


def _said(places: list[list[Any]]) -> str:
    return "; ".join(f"{action} {arm} {probability!r}" for action, arm, probability in places)


def _opening(tx: Transaction, row: dict[str, Any]) -> dict[str, Any] | None:
    """Return what opens the entry that says the decision was made; None where it was erased or is not there."""
    theirs = tx.find("audit_openings", {"customer_id": row["customer_id"], "stream": _STREAM})
    told = ((one, opened_content(one)) for one in theirs)
    return next(
        (one for one, content in told if content and content.get("decision") == row["decision_id"]), None
    )


def _entry(tx: Transaction, number: int) -> AuditEntry | None:
    row = tx.one("audit_entries", stream=_STREAM, number=number)
    return None if row is None else _of_row(row)


def _of_row(row: dict[str, Any]) -> AuditEntry:
    return AuditEntry(**{name: row[name] for name in AuditEntry.__slots__})


def _recorded(
    tx: Transaction, entry: AuditEntry, opening: dict[str, Any], row: dict[str, Any]
) -> Iterator[Comparison]:
    """Yield what the entry is held against: its content, its own hash, the entry before it."""
    content, record = opened_content(opening), row["record"] or {}
    yield Comparison("entry_fingerprint", record.get("fingerprint", ""), content["fingerprint"])
    yield Comparison("entry_body", entry.body, commitment(opening["salt"], opening["content"]))
    whose = commitment(opening["salt"], row["customer_id"].encode())
    yield Comparison("entry_subject", entry.subject, whose)
    yield Comparison("entry_hash", entry.hash, entry.computed_hash())
    before = _entry(tx, entry.number - 1)
    yield Comparison("link", entry.previous, first_head(_STREAM).hash if before is None else before.hash)


def _sealed(
    tx: Transaction, entry: AuditEntry, digest: Digest, public_keys: tuple[bytes, ...]
) -> Iterator[Comparison]:
    """Yield what the digest is held against: the chain from the entry to what it seals, its own hash, its signature."""
    head = next(head for head in digest.heads if head.stream == _STREAM)
    yield Comparison("chain", head.hash, _chained(tx, entry, head.number))
    yield Comparison("digest_hash", digest.hash, digest.computed_hash())
    signed = any(signature_holds(digest, key) for key in public_keys if key_fingerprint(key) == digest.key)
    yield Comparison("signature", "true", str(signed).lower())


def _chained(tx: Transaction, entry: AuditEntry, last: int) -> str:
    """Return the hash to which an entry leads, entry by entry, each with its own hash right and following the one before."""
    found, number = entry.computed_hash(), entry.number
    while number < last:
        rows = tx.find(
            "audit_entries", {"stream": _STREAM}, order=["number"], after=[number, _STREAM], limit=_PAGE
        )
        for one in map(_of_row, rows[: last - number]):
            if (one.number, one.previous) != (number + 1, found):
                return ""
            found, number = one.computed_hash(), one.number
        if not rows:
            return ""
    return found
