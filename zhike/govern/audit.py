"""Is an audit trail whole and unchanged? Everything is computed anew from entries, digests and the bank's public key.

What cannot be found by construction: that entries were taken away which came after the last digest, and with them digests at
the end. The first are counted (`TrailReport.unsealed`); the second show when a digest known from elsewhere is asked for (`anchor`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from zhike.govern.audit_chain import hash_of, stream_genesis
from zhike.govern.audit_events import AuditEvent
from zhike.govern.audit_failures import TrailFailure
from zhike.govern.audit_report import MOST_FAILURES, TrailReport
from zhike.govern.audit_seals import SealCheck

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhike.govern.audit_chain import AuditEntry
    from zhike.govern.audit_digest import Digest

__all__ = ["MOST_FAILURES", "Opening", "TrailCheck", "TrailReport", "verify_trail"]

_NAMED: Final = frozenset(map(int, AuditEvent))


@dataclass(frozen=True, slots=True)
class Opening:
    """What a commitment of an entry was made from, or that it was erased.

    Parameters
    ----------
    stream : str
    number : int
        Which entry.
    part : {"subject", "body"}
        Which of its commitments.
    salt, content : bytes or None
        None where they were erased.
    """

    stream: str
    number: int
    part: Literal["subject", "body"]
    salt: bytes | None
    content: bytes | None


def verify_trail(
    entries: Iterable[AuditEntry],
    digests: Iterable[Digest],
    public_keys: Sequence[bytes],
    *,
    opened: Iterable[Opening] = (),
    anchor: tuple[int, str] | None = None,
) -> TrailReport:
    """Check a trail that is in memory.

    Parameters
    ----------
    entries : iterable of AuditEntry
        Those of one stream in their order; streams may be mixed.
    digests : iterable of Digest
        In their order.
    public_keys : sequence of bytes
        The keys that the bank vouches for, 32 bytes each, in the order in which they were used.
    opened : iterable of Opening
        What commitments were made from, in any order. It is held in memory; `TrailCheck` needs it one by one.
    anchor : (int, str) or None
        Number and hash of a digest known from elsewhere: it must be there.

    Returns
    -------
    TrailReport

    Raises
    ------
    UsageError
        When a key does not have 32 bytes.

    Examples
    --------
    >>> from zhike.govern.audit_chain import commitment, first_head, next_entry
    >>> from zhike.govern.audit_digest import next_digest, public_key_of
    >>> key, salt = bytes(range(32)), bytes(32)
    >>> entry = next_entry(
    ...     first_head("consents"), at=1, event=AuditEvent.CONSENT_GIVEN, actor="app", body=commitment(salt, b"yes")
    ... )
    >>> digest = next_digest(None, [entry.head], at=2, private_key=key)
    >>> verify_trail([entry], [digest], [public_key_of(key)]).verified
    True
    >>> [failure.code for failure in verify_trail([], [digest], [public_key_of(key)]).failures]
    ['stream_missing']
    """
    check = TrailCheck(public_keys, anchor=anchor)
    for digest in digests:
        check.digest(digest)
    waiting: dict[tuple[str, int], list[Opening]] = defaultdict(list)
    for opening in opened:
        waiting[opening.stream, opening.number].append(opening)
    for entry in entries:
        check.entry(entry)
        for opening in waiting.pop((entry.stream, entry.number), ()) if waiting else ():
            check.opening(opening)
    for left in waiting.values():
        for opening in left:
            check.opening(opening)
    return check.report()


class TrailCheck:
    """Check a trail of any length, record by record: first all digests, then entries, each followed by what opens it.

    Parameters
    ----------
    public_keys, anchor
        As for `verify_trail`.

    Raises
    ------
    UsageError
        When a key does not have 32 bytes.
    """

    def __init__(self, public_keys: Sequence[bytes], *, anchor: tuple[int, str] | None = None) -> None:
        self.seals: Final = SealCheck(public_keys)
        self._anchor = anchor
        self._anchor_found = "-"
        self._streams: dict[str, _Stream] = {}
        self._entry: AuditEntry | None = None
        self._closed: set[str] = set()
        self._commitments = self._opened = self._erased = self._unnamed = self._failed = 0
        self._failures: list[TrailFailure] = []

    def failure(self, failure: TrailFailure) -> None:
        """Count something that is wrong, and keep it unless there are too many."""
        self._failed += 1
        if len(self._failures) < MOST_FAILURES:
            self._failures.append(failure)

    def digest(self, digest: Digest, line: int = 0) -> None:
        """Check the next digest, and note what it seals when it is rightly signed."""
        for failure in self.seals.failures(digest, line):
            self.failure(failure)
        if self._anchor and digest.number == self._anchor[0]:
            self._anchor_found = digest.computed_hash()
        if self.seals.last is digest:
            for head in digest.heads:
                self._stream(head.stream).seal(head.number, head.hash)

    def entry(self, entry: AuditEntry, line: int = 0) -> None:
        """Check the next entry."""
        stream = self._streams.get(entry.stream) or self._stream(entry.stream)
        computed = entry.computed_hash()
        if (
            entry.number != stream.number + 1
            or entry.previous != stream.hash
            or entry.hash != computed
            or stream.sealed.get(entry.number, computed) != computed
        ):
            self._entry_failures(entry, stream, computed, line)
        stream.follow(entry)
        self._unnamed += entry.event not in _NAMED
        self._commitments += 2 if entry.subject else 1
        self._entry, self._closed = entry, {"subject", "body"} if entry.subject else {"body"}

    def opening(self, opening: Opening, line: int = 0) -> None:
        """Check what opens a commitment of the entry that came last."""
        entry = self._entry
        of_last = entry and (entry.stream, entry.number) == (opening.stream, opening.number)
        if not of_last or opening.part not in self._closed:
            self.failure(TrailFailure("opening_stray", opening.stream, opening.number, part=opening.part, line=line))  # fmt: skip
            return
        self._closed.remove(opening.part)
        if opening.salt is None or opening.content is None:
            self._erased += 1
            return
        self._opened += 1
        found, needed = hash_of(b"commitment", opening.salt, opening.content), getattr(entry, opening.part)
        if found != needed:
            self.failure(TrailFailure("opening_wrong", opening.stream, opening.number, found, needed, opening.part, line))  # fmt: skip

    def report(self, *, vouched: bool = True) -> TrailReport:
        """Return what was found, once everything was looked at.

        Parameters
        ----------
        vouched : bool
            Whether the keys came from whoever asks.
        """
        self._whole_failures()
        streams = {name: stream for name, stream in self._streams.items() if stream.entries}
        return TrailReport(
            entries=sum(stream.entries for stream in streams.values()),
            streams=len(streams),
            digests=self.seals.digests,
            opened=self._opened,
            erased=self._erased,
            unopened=self._commitments - self._opened - self._erased,
            unnamed=self._unnamed,
            unsealed={name: streams[name].unsealed for name in sorted(streams) if streams[name].unsealed},
            last_digest=self.seals.last,
            vouched=vouched,
            failed=self._failed,
            failures=tuple(self._failures),
        )

    def _stream(self, name: str) -> _Stream:
        return self._streams.setdefault(name, _Stream(name))

    def _entry_failures(self, entry: AuditEntry, stream: _Stream, computed: str, line: int) -> None:
        number, sealed = entry.number, stream.sealed.get(entry.number, computed)
        pairs = [
            ("number_wrong", str(number), str(stream.number + 1)),
            ("link_broken", entry.previous, stream.hash),
            ("hash_wrong", entry.hash, computed),
            ("seal_broken", computed, sealed),
        ]
        for code, found, needed in pairs:
            if found != needed:
                self.failure(TrailFailure(code, entry.stream, number, found, needed, line=line))

    def _whole_failures(self) -> None:
        """Find what is missing: sealed entries, digests, the digest known from elsewhere."""
        for name, stream in sorted(self._streams.items()):
            if stream.sealed:
                # One for a stream: of all heads that are missing the latest says the most.
                number = max(stream.sealed)
                missing = TrailFailure(
                    "entry_missing", name, number, str(stream.number), stream.sealed[number]
                )
                self.failure(missing if stream.entries else replace(missing, code="stream_missing"))
        if self.seals.last is None:
            self.failure(TrailFailure("no_digest"))
        if self._anchor and self._anchor_found != self._anchor[1]:
            number, known = self._anchor
            self.failure(TrailFailure("digest_missing", "", number, self._anchor_found, known))


class _Stream:
    """What is known of one stream while its entries pass by."""

    __slots__ = ("entries", "hash", "number", "sealed", "sealed_to", "unsealed")

    def __init__(self, name: str) -> None:
        self.number = 0
        self.hash = stream_genesis(name)
        self.sealed: dict[int, str] = {}
        self.sealed_to = 0
        self.entries = 0
        self.unsealed = 0

    def seal(self, number: int, found: str) -> None:
        self.sealed[number] = found
        self.sealed_to = max(self.sealed_to, number)

    def follow(self, entry: AuditEntry) -> None:
        # What the entry states, not what it should: a change is told of where it was made, not in every entry after it.
        self.number, self.hash = entry.number, entry.hash
        self.sealed.pop(entry.number, None)
        self.entries += 1
        self.unsealed += entry.number > self.sealed_to
