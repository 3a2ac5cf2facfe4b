"""Signed digests of an audit trail: the heads of all streams at a moment, each digest naming the hash of the one before.

A chain alone can be computed anew from any entry on. Under a digest it cannot: whoever changes an entry, or takes away the
last ones of a stream, contradicts a head that was signed. Keys and times come from the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.govern.audit_chain import LATEST, Head, encoding, hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FIRST_PREVIOUS", "Digest", "fell", "key_fingerprint", "next_digest", "public_key_of", "signature_holds"]  # fmt: skip

FIRST_PREVIOUS: Final = hash_of(b"digests")
"""What the first digest follows."""
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Digest:
    """The heads of all streams at a moment, signed.

    Parameters
    ----------
    number : int
        From 1, without a gap.
    at : int
        Microseconds since 1970, UTC, by the clock of whoever signed.
    heads : tuple of Head
        Of every stream that has an entry, in the order of their names.
    key : str
        Fingerprint of the public key: `key_fingerprint`.
    previous : str
        Hash of the digest before; `FIRST_PREVIOUS` for the first.
    hash : str
        SHA-256 over number, at, key, previous, heads and successor.
    signature : str
        Ed25519 over what the hash is over, 128 hexadecimal digits.
    successor : str
        The public key, 64 hexadecimal digits, that signs all digests after this one; empty where the key stays. Whoever trusts the key
        that names it need not be told of it.
    """

    number: int
    at: int
    heads: tuple[Head, ...]
    key: str
    previous: str
    hash: str
    signature: str
    successor: str = ""

    def computed_hash(self) -> str:
        """Return the hash that the content gives, whatever the digest states."""
        return sha256(self.signed_bytes()).hexdigest()

    def signed_bytes(self) -> bytes:
        """Return what is hashed and signed."""
        return _signed_bytes(self.number, self.at, self.key, self.previous, self.heads, self.successor)


def public_key_of(private_key: bytes) -> bytes:
    """Return the public key, 32 bytes, that belongs to a private one.

    Parameters
    ----------
    private_key : bytes
        32 random bytes; whoever knows them can sign.

    Raises
    ------
    UsageError
        When there are not 32 bytes.
    """
    return _signer(private_key).public_key().public_bytes_raw()


def key_fingerprint(public_key: bytes) -> str:
    """Return the SHA-256 of a public key's 32 bytes as 64 hexadecimal digits.

    Raises
    ------
    UsageError
        When there are not 32 bytes.
    """
    if len(public_key) != _KEY_BYTES:
        raise UsageError(
            what=phrase("a public key of {count} bytes", count=len(public_key)),
            expected=phrase("the {key_bytes} of Ed25519", key_bytes=_KEY_BYTES),
        )
    return sha256(public_key).hexdigest()


def next_digest(
    before: Digest | None,
    heads: Iterable[Head],
    *,
    at: int,
    private_key: bytes,
    successor: bytes | None = None,
) -> Digest:
    """Sign the heads of all streams.

    Parameters
    ----------
    before : Digest or None
        The last digest, None for the first one.
    heads : iterable of Head
        One for every stream with an entry, in any order; those of the digest before, or later ones, among them.
    at : int
        Microseconds since 1970, UTC.
    private_key : bytes
        32 bytes.
    successor : bytes or None
        32 bytes, the public key that signs from the next digest on; None where the key stays.

    Raises
    ------
    UsageError
        When a stream comes twice, is without an entry, is missing, or has gone back since the digest before, or when the digest before
        names another key: no trail with such a digest could be verified.

    Examples
    --------
    >>> key = bytes(range(32))
    >>> digest = next_digest(None, [], at=1, private_key=key)
    >>> digest.number, signature_holds(digest, public_key_of(key)), signature_holds(digest, public_key_of(bytes(32)))
    (1, True, False)
    """
    ordered = tuple(sorted(heads))
    _refuse_unfit(before, ordered, at)
    signer = _signer(private_key)
    number, previous = (1, FIRST_PREVIOUS) if before is None else (before.number + 1, before.hash)
    public = signer.public_key().public_bytes_raw()
    _refuse_successor(before, public, successor)
    key, named = key_fingerprint(public), "" if successor is None else successor.hex()
    signed = _signed_bytes(number, at, key, previous, ordered, named)
    hashed, signature = sha256(signed).hexdigest(), signer.sign(signed).hex()
    return Digest(number, at, ordered, key, previous, hashed, signature, named)


def signature_holds(digest: Digest, public_key: bytes) -> bool:
    """Tell whether a digest's content was signed with the private key that belongs to a public one."""
    try:
        signature = bytes.fromhex(digest.signature)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, digest.signed_bytes())
    except (InvalidSignature, ValueError):
        return False
    # Capital digits and spaces say the same bytes, and would still be another text.
    return signature.hex() == digest.signature


def fell(before: Iterable[Head], after: Iterable[Head]) -> list[tuple[Head, Head | None]]:
    """Return the heads that a later digest lacks, has with a lower number, or has otherwise with the same one, with what it has."""
    later = {head.stream: head for head in after}
    pairs = [(head, later.get(head.stream)) for head in before]
    return [(old, new) for old, new in pairs if new is None or new.number < old.number or (new.number == old.number and new != old)]  # fmt: skip


def _signed_bytes(
    number: int, at: int, key: str, previous: str, heads: tuple[Head, ...], successor: str
) -> bytes:
    texts = [str(number), str(at), key, previous, str(len(heads))]
    for head in heads:
        texts += [head.stream, str(head.number), head.hash]
    # How many heads there are is said before: a field after them is nothing else.
    texts += [successor] if successor else []
    return encoding(b"digest", *(text.encode("utf-8", "surrogatepass") for text in texts))


def _signer(private_key: bytes) -> Ed25519PrivateKey:
    if len(private_key) != _KEY_BYTES:
        raise UsageError(
            what=phrase("a private key of {count} bytes", count=len(private_key)),
            expected=phrase("{key_bytes} random bytes", key_bytes=_KEY_BYTES),
        )
    return Ed25519PrivateKey.from_private_bytes(private_key)


def _refuse_successor(before: Digest | None, public: bytes, successor: bytes | None) -> None:
    if before is not None and before.successor and before.successor != public.hex():
        raise UsageError(what=phrase("a key that the digest before does not name"), expected=before.successor)
    if successor is not None and (len(successor) != _KEY_BYTES or successor == public):
        raise UsageError(
            what=phrase("a key to follow that is none"),
            expected=phrase("{key_bytes} bytes of another key", key_bytes=_KEY_BYTES),
        )


def _refuse_unfit(before: Digest | None, heads: tuple[Head, ...], at: int) -> None:
    twice = [one.stream for one, other in pairwise(heads) if one.stream == other.stream]
    empty = [head.stream for head in heads if head.number < 1]
    back = [old.stream for old, _ in fell(before.heads if before else (), heads)]
    if twice or empty or back or not 0 <= at <= LATEST:
        raise UsageError(
            what=phrase(
                "heads to sign at {at}; twice: {twice}, without an entry: {empty}, missing or gone back: {back}",
                at=at,
                twice=twice,
                empty=empty,
                back=back,
            ),
            expected=phrase(
                "a time from 0 to {latest}, and the last entry of every stream once", latest=LATEST
            ),
        )
