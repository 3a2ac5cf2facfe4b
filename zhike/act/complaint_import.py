"""Letters, forwards of a regulator and social messages that were written down as a table: each row a message, or refused with a reason code.

A row that is refused is not lost: it comes back in a file of its own, is corrected there, and imported again; rows that came in before change nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import microseconds, moment
from zhike.act.complaint_desk import CHANNELS
from zhike.act.complaint_messages import Incoming
from zhike.act.complaint_speakers import PROXY
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from zhike.act.complaint_desk import ComplaintDesk

__all__ = ["COLUMNS", "Line", "Refused", "incoming_rows"]

Line = tuple[int, "Mapping[str, str]"]
"""Line of the file on which a row begins, and its cells by column."""
COLUMNS: Final = (
    "channel", "received", "words", "reference", "customer", "name", "phone", "subject", "business", "issue", "authority", "regulator_reference",
    "forwarded_on", "speaker", "speaker_kind", "mandate", "account", "complaint", "who", "what", "when", "where", "why",
)  # fmt: skip
"""What a column may hold; the first three are needed."""
_NEEDED: Final = COLUMNS[:3]
_REGULATOR: Final = "regulator"
_PARTICULARS: Final = ("who", "what", "when", "where", "why")
_LONGEST_CELL: Final = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was refused: where, the code of `zhike.core.rejects`, what was found and needed, and its cells."""

    line: int
    code: str
    column: str
    found: str
    needed: str
    cells: Mapping[str, str]


def incoming_rows(
    columns: Sequence[str], lines: Sequence[Line], mapping: Mapping[str, Mapping[str, str]], desk: ComplaintDesk, now: int
) -> tuple[list[tuple[int, Incoming, Mapping[str, str]]], list[Refused]]:  # fmt: skip
    """Return the messages of a table with line and cells, and the rows that are none.

    Parameters
    ----------
    columns : sequence of str
    lines : sequence of Line
    mapping : mapping
        ``columns``: source column to one of `COLUMNS`; ``values``: value of the source to ours.
    desk : ComplaintDesk
    now : int
        Microseconds of UTC.

    Raises
    ------
    UsageError
        When a column that is needed is not there.
    """
    renamed = mapping.get("columns", {})
    named = {renamed.get(column, column): column for column in columns}
    missing = [name for name in _NEEDED if name not in named]
    if missing:
        raise UsageError(
            what=phrase("a table without the columns {names}", names=", ".join(missing)),
            expected=phrase("{names}, or a mapping", names=", ".join(COLUMNS)),
        )
    reader = _Reader(named, mapping.get("values", {}), desk, now)
    taken, refused = [], []
    for line, cells in lines:
        try:
            taken.append((line, reader.incoming(cells), cells))
        except _NotTaken as problem:
            refused.append(Refused(line, *problem.why, cells))
    return taken, refused


class _NotTaken(Exception):  # noqa: N818 - it is caught where the row is
    """Says why a row is no message: code, column, what was found and needed."""

    def __init__(self, code: str, column: str, found: str, needed: object) -> None:
        super().__init__(code)
        self.why = (code, column, found[:_LONGEST_CELL], str(needed))


class _Reader:
    """Reads rows one by one."""

    def __init__(
        self, named: Mapping[str, str], values: Mapping[str, str], desk: ComplaintDesk, now: int
    ) -> None:
        self.named, self.values, self.desk, self.now = named, values, desk, now
        self.zone: ZoneInfo = desk.regime(None, moment(now)).zone
        self.seen: dict[str, str] = {}

    def incoming(self, cells: Mapping[str, str]) -> Incoming:
        """Return the message of a row."""
        if cells.get(""):
            raise _NotTaken("wrong_column_count", "", cells[""], len(self.named))
        said = {name: self._value(cells, column) for name, column in self.named.items()}
        row = {name: said.get(name, "") for name in COLUMNS}
        row |= {facet: codes.get(row[facet], row[facet]) for facet, codes in self.desk.own_codes.items() if facet in row}  # fmt: skip
        for name in _NEEDED:
            if not row[name]:
                raise _NotTaken("missing_value", name, "", "")
        self._check_codes(row)
        received = self._received(row)
        key = self._key(row)
        before = self.seen.setdefault(key, row["words"])
        if before != row["words"]:
            raise _NotTaken("duplicate_key", self._named_by(row), row[self._named_by(row)], "")
        return Incoming(
            row["channel"], key, received, row["words"], row["subject"], f"social:{row['account']}" if row["account"] else None,
            row["name"] or row["account"] or None, row["customer"] or None, row["complaint"] or None, key,
            notes=("import",), regulator=self._regulator(row), speaker=self._speaker(row), business=row["business"] or None,
            particulars={name: row[name] for name in _PARTICULARS if row[name]}, issue=row["issue"] or None, contact=row["phone"],
        )  # fmt: skip

    def _value(self, cells: Mapping[str, str], column: str) -> str:
        cell = cells.get(column, "").strip()
        return self.values.get(cell, cell)

    def _check_codes(self, row: Mapping[str, str]) -> None:
        known: dict[str, Collection[str]] = {
            "channel": CHANNELS, "business": self.desk.businesses, "issue": self.desk.issues, "speaker_kind": self.desk.house.speakers,
        }  # fmt: skip
        for name, codes in known.items():
            if row[name] and row[name] not in codes:
                raise _NotTaken("bad_value", name, row[name], " | ".join(codes))
        longest = int(self.desk.intake["longest"])
        if len(row["words"]) + len(row["subject"]) + 2 > longest:
            raise _NotTaken("out_of_range", "words", str(len(row["words"])), f"<= {longest - 2}")
        if row["channel"] == _REGULATOR and not row["regulator_reference"]:
            raise _NotTaken("missing_value", "regulator_reference", "", "")
        if row["speaker_kind"] and not row["speaker"]:
            raise _NotTaken("missing_value", "speaker", "", "")

    def _received(self, row: Mapping[str, str]) -> int:
        at = self._instant("received", row["received"])
        if microseconds(at) > self.now:
            raise _NotTaken(
                "dates_contradict", "received", row["received"], f"<= {moment(self.now).astimezone(self.zone).date()}"
            )  # fmt: skip
        forwarded = self._instant("forwarded_on", row["forwarded_on"]) if row["forwarded_on"] else None
        if forwarded is not None and forwarded.date() > at.astimezone(self.zone).date():
            raise _NotTaken("dates_contradict", "forwarded_on", row["forwarded_on"], f"<= {at.date()}")
        return microseconds(at)

    def _instant(self, column: str, text: str) -> dt.datetime:
        """Return an instant; a day is its first instant in the regime's zone, in which a time without offset is as well."""
        try:
            at = dt.datetime.fromisoformat(text.replace("/", "-"))
        except ValueError:
            raise _NotTaken("bad_date", column, text, "2026-06-01 | 2026-06-01 09:30") from None
        return at.replace(tzinfo=self.zone) if at.tzinfo is None else at

    @staticmethod
    def _named_by(row: Mapping[str, str]) -> str:
        named = ("regulator_reference", "reference")
        return next((name for name in named if row[name]), "words")

    def _key(self, row: Mapping[str, str]) -> str:
        """Return by what a row is known again: the regulator's number, the row's own, else all that it says."""
        by = self._named_by(row)
        parts = {
            "regulator_reference": (row["authority"], row["regulator_reference"]),
            "reference": (row["channel"], row["reference"]),
            "words": (row["channel"], row["received"], row["customer"], row["account"], row["words"]),
        }[by]
        return hashlib.sha256("\n".join((by, *parts)).encode()).hexdigest()

    @staticmethod
    def _regulator(row: Mapping[str, str]) -> dict[str, Any]:
        told = {
            "authority": row["authority"] or "-",
            "reference": row["regulator_reference"],
            "forwarded_on": row["forwarded_on"] or None,
        }
        return {name: value for name, value in told.items() if value} if row["regulator_reference"] else {}  # fmt: skip

    @staticmethod
    def _speaker(row: Mapping[str, str]) -> dict[str, str]:
        if not row["speaker"]:
            return {}
        told = {"name": row["speaker"], "kind": row["speaker_kind"] or PROXY, "mandate": row["mandate"]}
        return {name: value for name, value in told.items() if value}
