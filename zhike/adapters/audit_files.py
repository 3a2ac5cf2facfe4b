"""Audit trails as files: an export that somebody without the bank's system can check, and the check.

An export is one file of JSON lines: the header, all digests, all entries, each followed by what opens its commitments, and a
line of counts. docs/concepts/audit.md has every line. Reading holds one line at a time, apart from the heads that digests seal.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import chain
from typing import IO, TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from zhike.adapters.audit_lines import FORMAT, End, header_keys, header_line, line_of, record_of
from zhike.adapters.seal import refuse_sealed
from zhike.core.errors import InputNotFoundError, InputUnreadableError, UsageError
from zhike.core.phrases import phrase
from zhike.govern.audit import Opening, TrailCheck
from zhike.govern.audit_chain import AuditEntry
from zhike.govern.audit_digest import Digest, key_fingerprint
from zhike.govern.audit_failures import TrailFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from zhike.adapters.audit_lines import Record
    from zhike.govern.audit import TrailReport

__all__ = ["LONGEST_LINE", "read_public_key", "verify_trail_file", "write_trail"]

LONGEST_LINE: Final = 1 << 28
"""Bytes: content of 190 MB, or the heads of about two million streams. What is longer is not read into memory."""
_KINDS: Final = {Digest: "digest", AuditEntry: "entry", Opening: "opening", End: "end"}
_MAY_COME: Final = {
    "digest": ("digest", "entry", "end"),
    "entry": ("entry", "opening", "end"),
    "end": (),
}
"""By stage of the reading: which lines may come next; an opening does not begin a stage of its own."""
_STAGE: Final = {"digest": "digest", "entry": "entry", "end": "end"}
_NEEDED: Final = "a line of the format, in its one form"
_SHOWN: Final = 80
_LARGEST_KEY: Final = 10_000
_KEY_BYTES: Final = 32


def write_trail(
    path: Path,
    records: Iterable[AuditEntry | Opening],
    digests: Sequence[Digest],
    public_keys: Sequence[bytes],
) -> None:
    """Write an export, in one step; equal trails give equal bytes.

    Parameters
    ----------
    path : Path
        A former file there is replaced.
    records : iterable of AuditEntry and Opening
        Those of one stream in their order; openings directly after their entry. They are not checked here.
    digests : sequence of Digest
        In their order.
    public_keys : sequence of bytes
        32 bytes each, in the order in which they were used; those that no digest is of are left out.

    Raises
    ------
    UsageError
        When a line would be longer than `LONGEST_LINE`.
    TruthSealedError
        When the place is a simulated bank's sealed truth.
    """
    refuse_sealed(path)
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f".{path.name}-building-{os.getpid()}")
    used = {digest.key for digest in digests}
    try:
        with building.open("w", encoding="ascii", newline="\n") as file:
            file.write(header_line([key for key in public_keys if key_fingerprint(key) in used]))
            _write_records(file, digests, records)
            file.flush()
            os.fsync(file.fileno())
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)


def verify_trail_file(
    path: Path, public_keys: Sequence[bytes] = (), *, anchor: tuple[int, str] | None = None
) -> TrailReport:
    """Check an export.

    Parameters
    ----------
    path : Path
    public_keys : sequence of bytes
        The keys that the bank vouches for, in the order in which they were used. Without any, those that the file names are
        taken: then the report says that nobody vouches for them.
    anchor : (int, str) or None
        Number and hash of a digest known from elsewhere.

    Returns
    -------
    TrailReport
        Lines that are not of the format are failures too.

    Raises
    ------
    InputNotFoundError
        When there is no file at that place.
    InputUnreadableError
        When its first line is not that of an export of this format.
    TruthSealedError
        When it lies in a simulated bank's sealed truth.
    """
    refuse_sealed(path)
    if not path.is_file():
        raise InputNotFoundError(path=path)
    with path.open("rb") as file:
        line = file.readline(LONGEST_LINE)
        named = header_keys(line)
        if named is None:
            raise _unreadable(
                path, _shown(line), phrase("the first line of an export of format '{format}'", format=FORMAT)
            )
        check = TrailCheck(public_keys or named, anchor=anchor)
        _check_lines(check, _lines(file))
    for key in map(key_fingerprint, named):
        if key not in check.seals.keys:
            used = ", ".join(sorted(check.seals.keys)) or "-"
            check.failure(TrailFailure("key_unused", found=key, needed=used, line=1))
    return check.report(vouched=bool(public_keys))


def read_public_key(path: Path) -> bytes:
    """Read a public key: PEM, or its 32 bytes as 64 hexadecimal digits.

    Raises
    ------
    InputNotFoundError
        When there is no file at that place.
    InputUnreadableError
        When it holds no public key of Ed25519.
    """
    refuse_sealed(path)
    if not path.is_file():
        raise InputNotFoundError(path=path)
    with path.open("rb") as file:
        key = _key_of(file.read(_LARGEST_KEY))
    if key is None:
        raise _unreadable(
            path, phrase("no such key"), phrase("a public key of Ed25519: PEM, or 64 hexadecimal digits")
        )
    return key


def _key_of(content: bytes) -> bytes | None:
    try:
        if content.lstrip().startswith(b"-----BEGIN"):
            key = load_pem_public_key(content)
            return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else None
        raw = bytes.fromhex(content.decode("ascii"))
    except (ValueError, UnsupportedAlgorithm):
        return None
    return raw if len(raw) == _KEY_BYTES else None


def _write_records(file: IO[str], digests: Sequence[Digest], records: Iterable[AuditEntry | Opening]) -> None:
    counted: Counter[str] = Counter()
    for record in chain[Digest | AuditEntry | Opening](digests, records):
        line = line_of(record)
        if len(line) > LONGEST_LINE:
            raise UsageError(
                what=phrase("a line of {count:,} bytes", count=len(line)),
                expected=phrase("at most {longest_line:,}", longest_line=LONGEST_LINE),
            )
        file.write(line)
        counted[_KINDS[type(record)]] += 1
    file.write(line_of(_end(counted)))


def _check_lines(check: TrailCheck, lines: Iterator[tuple[int, bytes]]) -> None:
    counted: Counter[str] = Counter()
    stage, number, line = "digest", 1, b""
    for number, line in lines:
        record = record_of(line)
        if record is None:
            check.failure(TrailFailure("line_unknown", found=_shown(line), needed=_NEEDED, line=number))
            continue
        kind = _KINDS[type(record)]
        if kind not in _MAY_COME[stage]:
            may = " | ".join(_MAY_COME[stage]) or "-"
            check.failure(TrailFailure("line_misplaced", found=kind, needed=may, line=number))
            continue
        stage = _STAGE.get(kind, stage)
        _check_record(check, record, counted, number)
        counted[kind] += 1
    if stage != "end":
        check.failure(TrailFailure("end_missing", found=_shown(line), needed='{"end":{...}}', line=number))


def _check_record(check: TrailCheck, record: Record, counted: Counter[str], line: int) -> None:
    match record:
        case AuditEntry():
            check.entry(record, line)
        case Opening():
            check.opening(record, line)
        case Digest():
            check.digest(record, line)
        case End() if record != _end(counted):
            found, needed = (line_of(end).strip() for end in (record, _end(counted)))
            check.failure(TrailFailure("count_wrong", found=found, needed=needed, line=line))


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines after the first with their numbers; of one that is too long only its beginning, which is no line."""
    number = 1
    while line := file.readline(LONGEST_LINE):
        number += 1
        yield number, line
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)


def _end(counted: Counter[str]) -> End:
    return End(counted["digest"], counted["entry"], counted["opening"])


def _shown(line: bytes) -> str:
    """Return a line as a message can hold it: its beginning, with every odd byte visible."""
    return repr(line[:_SHOWN].decode("utf-8", "backslashreplace")) + ("..." if len(line) > _SHOWN else "")


def _unreadable(path: Path, what: object, expected: object) -> InputUnreadableError:
    advice = phrase("See docs/concepts/audit.md for the format.")
    return InputUnreadableError(path=path, what=what, expected=expected, advice=advice)
