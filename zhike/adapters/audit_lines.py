"""The lines of an export of an audit trail: JSON in one form only, so that no byte can be another without being noticed.

Every text in them is visible ASCII without quotation mark and backslash, keys have one order, and there are no spaces. A
line that JSON would read alike but is written otherwise is therefore no line of an export.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from zhike.govern.audit import Opening
from zhike.govern.audit_chain import NAME, SHORTEST_SALT, AuditEntry, Head
from zhike.govern.audit_digest import Digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

__all__ = ["FORMAT", "End", "Record", "header_keys", "header_line", "line_of", "record_of"]

FORMAT: Final = "zhike-audit/1"


@dataclass(frozen=True, slots=True)
class End:
    """The last line: how many lines there are of each kind."""

    digests: int
    entries: int
    openings: int


Record = AuditEntry | Digest | Opening | End

_NAME: Final = f"({NAME})"
_INT: Final = r"(0|[1-9][0-9]{0,17})"
_HASH: Final = r"([0-9a-f]{64})"
_BASE64: Final = r"([A-Za-z0-9+/]*={0,2})"
_OF_ENTRY: Final = rf'"stream":"{_NAME}","number":{_INT}'
_HEADER: Final = re.compile(rf'\{{"format":"{FORMAT}","keys":\[([0-9a-f",]*)\]\}}\n')
_ENTRY: Final = re.compile(
    rf'\{{"entry":\{{{_OF_ENTRY},"at":{_INT},"event":{_INT},"actor":"{_NAME}","subject":"([0-9a-f]{{64}}|)",'
    rf'"body":"{_HASH}","previous":"{_HASH}","hash":"{_HASH}"\}}\}}\n'
)
_DIGEST: Final = re.compile(
    rf'\{{"digest":\{{"number":{_INT},"at":{_INT},"heads":\[(.*)\],"key":"{_HASH}","previous":"{_HASH}",'
    rf'"hash":"{_HASH}","signature":"([0-9a-f]{{128}})"(?:,"successor":"{_HASH}")?\}}\}}\n'
)
_HEAD: Final = re.compile(rf'\["{_NAME}",{_INT},"{_HASH}"\]')
_OPENING: Final = re.compile(
    rf'\{{"opening":\{{{_OF_ENTRY},"part":"(subject|body)","salt":"{_BASE64}","content":"{_BASE64}"\}}\}}\n'
)
_ERASED: Final = re.compile(rf'\{{"erased":\{{{_OF_ENTRY},"part":"(subject|body)"\}}\}}\n')
_END: Final = re.compile(rf'\{{"end":\{{"digests":{_INT},"entries":{_INT},"openings":{_INT}\}}\}}\n')


def header_line(public_keys: Sequence[bytes]) -> str:
    """Return the first line: the format, and the keys of the digests in the order in which they were used."""
    keys = ",".join(f'"{key.hex()}"' for key in public_keys)
    return f'{{"format":"{FORMAT}","keys":[{keys}]}}\n'


def header_keys(line: bytes) -> list[bytes] | None:
    """Return the public keys of a first line; None where it is not one of this format."""
    found = _HEADER.fullmatch(line.decode("ascii", "replace"))
    if found is None:
        return None
    keys = [bytes.fromhex(key) for key in re.findall(r'"([0-9a-f]{64})"', found[1])]
    return keys if header_line(keys).encode() == line else None


def line_of(record: Record) -> str:
    """Return the one line that says a record."""
    match record:
        case AuditEntry():
            return (
                f'{{"entry":{{"stream":"{record.stream}","number":{record.number},"at":{record.at},"event":{record.event},'
                f'"actor":"{record.actor}","subject":"{record.subject}","body":"{record.body}",'
                f'"previous":"{record.previous}","hash":"{record.hash}"}}}}\n'
            )
        case Digest():
            return _digest_line(record)
        case Opening():
            return _opening_line(record)
        case End():
            return f'{{"end":{{"digests":{record.digests},"entries":{record.entries},"openings":{record.openings}}}}}\n'


def record_of(line: bytes) -> Record | None:
    r"""Return what a line says; None where it is not exactly a line that `line_of` writes.

    Examples
    --------
    >>> record_of(b'{"end":{"digests":1,"entries":20,"openings":0}}\n')
    End(digests=1, entries=20, openings=0)
    >>> record_of(b'{"end": {"digests":1,"entries":20,"openings":0}}\n') is None
    True
    """
    try:
        text = line.decode("ascii")
    except UnicodeDecodeError:
        return None
    # Almost every line is an entry, and the pattern leaves it only one form.
    if found := _ENTRY.fullmatch(text):
        stream, number, at, event, actor, subject, body, previous, found_hash = found.groups()
        return AuditEntry(
            stream, int(number), int(at), int(event), actor, subject, body, previous, found_hash
        )
    record = _digest(text) or _opening(text) or _end(text)
    return record if record is not None and line_of(record) == text else None


def _digest_line(digest: Digest) -> str:
    heads = ",".join(f'["{stream}",{number},"{found}"]' for stream, number, found in digest.heads)
    successor = f',"successor":"{digest.successor}"' if digest.successor else ""
    return (
        f'{{"digest":{{"number":{digest.number},"at":{digest.at},"heads":[{heads}],"key":"{digest.key}",'
        f'"previous":"{digest.previous}","hash":"{digest.hash}","signature":"{digest.signature}"{successor}}}}}\n'
    )


def _opening_line(opening: Opening) -> str:
    which = f'"stream":"{opening.stream}","number":{opening.number},"part":"{opening.part}"'
    if opening.salt is None or opening.content is None:
        return f'{{"erased":{{{which}}}}}\n'
    salt, content = (b64encode(part).decode() for part in (opening.salt, opening.content))
    return f'{{"opening":{{{which},"salt":"{salt}","content":"{content}"}}}}\n'


def _digest(text: str) -> Digest | None:
    found = _DIGEST.fullmatch(text)
    if found is None:
        return None
    number, at, listed, key, previous, hashed, signature, successor = found.groups()
    heads = tuple(Head(stream, int(entry), last) for stream, entry, last in _HEAD.findall(listed))
    return Digest(int(number), int(at), heads, key, previous, hashed, signature, successor or "")


def _opening(text: str) -> Opening | None:
    if found := _ERASED.fullmatch(text):
        return Opening(found[1], int(found[2]), _part(found[3]), None, None)
    found = _OPENING.fullmatch(text)
    if found is None:
        return None
    try:
        salt, content = (b64decode(found[group], validate=True) for group in (4, 5))
    except Base64Error:
        return None
    return (
        None
        if len(salt) < SHORTEST_SALT
        else Opening(found[1], int(found[2]), _part(found[3]), salt, content)
    )


def _end(text: str) -> End | None:
    found = _END.fullmatch(text)
    return None if found is None else End(*map(int, found.groups()))


def _part(word: str) -> Literal["subject", "body"]:
    # The pattern lets no other word pass.
    return cast("Literal['subject', 'body']", word)
