"""The entries of an audit trail: each states the hash of the one before it, and commits to its content without holding it.

Everything that is hashed is written as a version byte, then every field with its length in front (`encoding`), the kind of what
is hashed first. So two different records never give the same bytes. docs/concepts/audit.md has the fields for
whoever writes another verifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.govern.audit_events import AuditEvent

__all__ = ["LATEST", "NAME", "SHORTEST_SALT", "AuditEntry", "Head", "commitment", "encoding", "first_head", "hash_of", "next_entry"]  # fmt: skip

SHORTEST_SALT: Final = 16
"""Bytes; with fewer, a salt that was erased could be found again by trying."""
LATEST: Final = 253_402_300_799_999_999
"""Microseconds since 1970 at the end of the year 9999."""
NAME: Final = r"[!#-\[\]-~]{1,200}"
"""What a stream and an actor may be called: visible ASCII without quotation mark and backslash, one form in every encoding."""

_VERSION: Final = b"\x01"
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_NAME: Final = re.compile(NAME)
_EVENTS: Final = frozenset(map(int, AuditEvent))


class Head(NamedTuple):
    """The end of a stream: what the next entry follows.

    Parameters
    ----------
    stream : str
    number : int
        Of the last entry; 0 where there is none.
    hash : str
        Of the last entry, 64 hexadecimal digits; where there is none, what stands for it in this stream.
    """

    stream: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event of one stream.

    Parameters
    ----------
    stream : str
        What the entry is in order with. No personal data, nor in `actor`: both stay for good.
    number : int
        From 1, without a gap in its stream.
    at : int
        Microseconds since 1970, UTC, by the clock of whoever wrote it.
    event : int
        Of `zhike.govern.audit_events.AuditEvent`.
    actor : str
        Pseudonymous identifier of a member of staff or a machine.
    subject : str
        `commitment` to whom it is about; empty where it is about nobody.
    body : str
        `commitment` to what happened.
    previous : str
        Hash of the entry before; for the first one that of `first_head`.
    hash : str
        SHA-256 over all the others, 64 hexadecimal digits.
    """

    stream: str
    number: int
    at: int
    event: int
    actor: str
    subject: str
    body: str
    previous: str
    hash: str

    @property
    def head(self) -> Head:
        """The end of the stream when this entry is its last."""
        return Head(self.stream, self.number, self.hash)

    def computed_hash(self) -> str:
        """Return the hash that the content gives, whatever the entry states."""
        return _entry_hash(
            self.stream, self.number, self.at, self.event, self.actor, self.subject, self.body, self.previous
        )


def encoding(*fields: bytes) -> bytes:
    r"""Return fields as one unambiguous text: the version byte, then each field after its length in eight bytes.

    Examples
    --------
    >>> encoding(b"ab", b"")
    b'\x01\x00\x00\x00\x00\x00\x00\x00\x02ab\x00\x00\x00\x00\x00\x00\x00\x00'
    """
    return _VERSION + b"".join([len(field).to_bytes(8, "big") + field for field in fields])


def hash_of(*fields: bytes) -> str:
    """Return the SHA-256 of encoded fields as 64 hexadecimal digits."""
    return sha256(encoding(*fields)).hexdigest()


def commitment(salt: bytes, content: bytes) -> str:
    """Return what stands in an entry for a content: it binds whoever states it, and tells nobody what it is.

    Once salt and content are erased the content can be neither read nor found by trying, and every hash of the trail still
    holds, because entries are hashed over commitments.

    Parameters
    ----------
    salt : bytes
        Random, 16 bytes or more, 32 are usual. With one salt for each entry nobody sees which entries are about the same.
    content : bytes

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    UsageError
        When the salt is too short to protect the content.

    Examples
    --------
    >>> commitment(bytes(32), b"C000001") == commitment(bytes(31) + b"1", b"C000001")
    False
    """
    if len(salt) < SHORTEST_SALT:
        raise UsageError(
            what=phrase("a salt of {count} bytes", count=len(salt)),
            expected=phrase("{shortest_salt} bytes or more", shortest_salt=SHORTEST_SALT),
        )
    return hash_of(b"commitment", salt, content)


def first_head(stream: str) -> Head:
    """Return the head of a stream without entries.

    Raises
    ------
    UsageError
        When the stream's name is not of the form `NAME`.
    """
    if not _NAME.fullmatch(stream):
        raise UsageError(
            what=phrase("a stream called {stream!r}", stream=stream),
            expected=phrase("a name of the form {name}, without personal data", name=NAME),
        )
    return Head(stream, 0, stream_genesis(stream))


def stream_genesis(stream: str) -> str:
    """Return what the first entry of a stream follows, whatever the stream is called."""
    return hash_of(b"stream", _text(stream))


def next_entry(
    head: Head, *, at: int, event: AuditEvent, actor: str, body: str, subject: str = ""
) -> AuditEntry:
    """Return the entry that follows a head; `AuditEntry.head` is then the head for the one after it.

    Parameters
    ----------
    head : Head
        Of `first_head` or of the last entry. Whoever stores entries must see to it that a head is followed once.
    at : int
        Microseconds since 1970, UTC.
    event : AuditEvent
    actor : str
        Of the form `NAME`; pseudonymous.
    body, subject : str
        Of `commitment`; the subject may be empty.

    Raises
    ------
    UsageError
        When a part does not have its form: it would stay in the trail for good.

    Examples
    --------
    >>> from zhike.govern.audit_events import AuditEvent
    >>> body = commitment(bytes(32), b"marketing, app")
    >>> entry = next_entry(first_head("consents"), at=1, event=AuditEvent.CONSENT_GIVEN, actor="app", body=body)
    >>> entry.number, entry.previous == first_head("consents").hash, entry.hash == entry.computed_hash()
    (1, True, True)
    """
    if not (
        0 <= at <= LATEST
        and event in _EVENTS
        and _NAME.fullmatch(actor)
        and _HASH.fullmatch(body)
        and (not subject or _HASH.fullmatch(subject))
    ):
        raise _unfit(at=at, event=event, actor=actor, body=body, subject=subject)
    stream, number, previous = head.stream, head.number + 1, head.hash
    found = _entry_hash(stream, number, at, event, actor, subject, body, previous)
    return AuditEntry(stream, number, at, int(event), actor, subject, body, previous, found)


def _entry_hash(
    stream: str, number: int, at: int, event: int, actor: str, subject: str, body: str, previous: str
) -> str:
    # %d is the number of an event, whatever its class prints as.
    numbers = b"%d" % number, b"%d" % at, b"%d" % event
    texts = _text(actor), _text(subject), _text(body), _text(previous)
    return hash_of(b"entry", _text(stream), *numbers, *texts)


def _text(text: str) -> bytes:
    # What was read from anywhere must be hashed, not refused: half of a surrogate pair has bytes too.
    return text.encode("utf-8", "surrogatepass")


def _unfit(**found: object) -> UsageError:
    return UsageError(
        what=phrase("an audit entry of {found}", found=found),
        expected=phrase(
            "at from 0 to {latest}, a numbered event, actor of the form {name}, body and subject as commitment() returns them",
            latest=LATEST,
            name=NAME,
        ),
    )
