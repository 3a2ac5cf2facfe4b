"""Check the digests of a trail, and say which of them may seal entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhike.govern.audit_digest import FIRST_PREVIOUS, fell, key_fingerprint, signature_holds
from zhike.govern.audit_failures import TrailFailure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhike.govern.audit_digest import Digest

__all__ = ["SealCheck"]


class SealCheck:
    """Check digests one after the other.

    Parameters
    ----------
    public_keys : sequence of bytes
        The trusted keys, 32 bytes each, in the order in which they were used: each replaces the one before for good. One that a digest of a
        trusted key names as its successor is trusted as well.

    Attributes
    ----------
    digests : int
        How many were looked at.
    last : Digest or None
        The last one that is rightly signed by a trusted key. What others say is not used.
    keys : set of str
        Fingerprints that digests name, trusted or not.

    Raises
    ------
    UsageError
        When a key does not have 32 bytes.
    """

    def __init__(self, public_keys: Sequence[bytes]) -> None:
        self._trusted = {key_fingerprint(key): key for key in public_keys}
        self._order = list(self._trusted)
        self._turn = 0
        self._before: Digest | None = None
        self.digests = 0
        self.last: Digest | None = None
        self.keys: set[str] = set()

    def failures(self, digest: Digest, line: int = 0) -> Iterator[TrailFailure]:
        """Yield what is wrong with the next digest; take all of it before the digest after."""
        self.digests += 1
        self.keys.add(digest.key)
        yield from self._place(digest, line)
        unsigned = list(self._signing(digest, line))
        yield from unsigned
        yield from self._heads(digest, line)
        self._before = digest
        if not unsigned:
            self.last = digest

    def _place(self, digest: Digest, line: int) -> Iterator[TrailFailure]:
        number, previous = (
            (1, FIRST_PREVIOUS) if self._before is None else (self._before.number + 1, self._before.hash)
        )
        pairs = [
            ("digest_number_wrong", str(digest.number), str(number)),
            ("digest_link_broken", digest.previous, previous),
        ]
        yield from _differing(digest, pairs, line)

    def _signing(self, digest: Digest, line: int) -> Iterator[TrailFailure]:
        yield from _differing(digest, [("digest_hash_wrong", digest.hash, digest.computed_hash())], line)
        if digest.key not in self._trusted:
            trusted = ", ".join(self._order) or "-"
            yield TrailFailure("digest_unknown_key", "", digest.number, digest.key, trusted, line=line)
        elif not signature_holds(digest, self._trusted[digest.key]):
            yield TrailFailure(
                "digest_signature_wrong", "", digest.number, digest.signature, digest.key, line=line
            )
        elif self._order.index(digest.key) < self._turn:
            # A key that was replaced may be in other hands.
            yield TrailFailure(
                "digest_old_key", "", digest.number, digest.key, self._order[self._turn], line=line
            )
        else:
            self._turn = self._order.index(digest.key)
            yield from self._succession(digest, line)

    def _succession(self, digest: Digest, line: int) -> Iterator[TrailFailure]:
        """Trust the key that a digest names from the next digest on, and those before it no more."""
        if not digest.successor:
            return
        key = bytes.fromhex(digest.successor)
        named = key_fingerprint(key)
        if named not in self._trusted:
            self._trusted[named] = key
            self._order.insert(self._turn + 1, named)
        turn = self._order.index(named)
        if turn <= self._turn:
            yield TrailFailure("digest_old_key", "", digest.number, named, digest.key, line=line)
            return
        self._turn = turn

    def _heads(self, digest: Digest, line: int) -> Iterator[TrailFailure]:
        names = [head.stream for head in digest.heads]
        yield from _differing(digest, [("digest_unordered", ", ".join(names), ", ".join(sorted(set(names))))], line)  # fmt: skip
        for old, new in fell(self._before.heads if self._before else (), digest.heads):
            said = "-" if new is None else f"{new.number} {new.hash}"
            yield TrailFailure(
                "digest_went_back", old.stream, digest.number, said, f"{old.number} {old.hash}", line=line
            )


def _differing(digest: Digest, pairs: list[tuple[str, str, str]], line: int) -> Iterator[TrailFailure]:
    for code, found, needed in pairs:
        if found != needed:
            yield TrailFailure(code, "", digest.number, found, needed, line=line)
