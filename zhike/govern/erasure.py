"""What becomes of each column of a row when its customer is erased: what a duty keeps of it, and what stays of it without the person.

Two tables decide, one pair for the ledger and one for bank folders: `zhike.govern.retention` says whether a value goes, loses the
person or is kept by a duty; a table of forms says what is left of it without the person. Both can hold at once: a duty keeps a copy
apart until its last day, while the statistics go on with the row of nobody. *Erasing* leaves rows where the rules anonymise;
*making anonymous* leaves whatever has a form.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from zhike.core.decision_tables import DecisionTable
from zhike.core.errors import RuleError, UsageError
from zhike.core.phrases import either, phrase
from zhike.govern.retention import RETENTION, RetentionRules, retention

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zhike.core.rulebook import Rulebook
    from zhike.govern.retention import Duty, Retention

__all__ = [
    "BANK",
    "FRESH",
    "KINDS",
    "LEDGER",
    "ErasureRules",
    "Fate",
    "Kind",
    "Renaming",
    "kept_copies",
    "left_rows",
]

Kind = Literal["erase", "anonymise"]
KINDS: Final[tuple[Kind, ...]] = ("erase", "anonymise")
BANK: Final = (RETENTION, "privacy.anonymous_form")
LEDGER: Final = ("privacy.ledger_retention", "privacy.ledger_anonymous_form")
"""Paths of the two tables."""
NOTHING, SAME = "nothing", "same"
_FORMS: Final = (NOTHING, SAME, "day", "month", "year", "renamed", "nobody")
FRESH: Final = object()
"""A blank that is another identifier in each row, for columns by which rows are told apart."""
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a column.

    Parameters
    ----------
    retention : Retention
    form : str
        What stays of a value in its place.
    """

    retention: Retention
    form: str

    @property
    def kept_by(self) -> Duty | None:
        """The duty that keeps a copy, the longest where there are several."""
        return (
            self.retention.duties[0]
            if self.retention.treatment == "retain" and self.retention.duties
            else None
        )

    @property
    def stays(self) -> bool:
        """Whether something stays in its place."""
        return self.form != NOTHING


@dataclass(frozen=True, slots=True)
class ErasureRules:
    """The two tables as they are in force on a day.

    Parameters
    ----------
    retention : RetentionRules
    forms : DecisionTable
    """

    retention: RetentionRules
    forms: DecisionTable

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date, paths: tuple[str, str]) -> ErasureRules:
        """Read the tables of a day, those of `LEDGER` or of `BANK`.

        Raises
        ------
        RuleNotFoundError
            When one of them is not in force.
        RuleError
            When one names a treatment, a duty or a form that there is not.
        """
        forms = DecisionTable.of(rulebook.at(paths[1], day))
        for row in forms.rows:
            if row["then"]["form"] not in _FORMS:
                raise RuleError(what=f"{row['then']}", path=paths[1], expected=either(_FORMS))
        return cls(RetentionRules.of(rulebook, day, paths[0]), forms)

    def fates(
        self, table: str, columns: Iterable[str], relationship_end: dt.date | None, kind: Kind
    ) -> dict[str, Fate]:
        """Return what becomes of each column of a table.

        Parameters
        ----------
        table : str
        columns : iterable of str
        relationship_end : date or None
            Last day of the relationship; None while it lasts.
        kind : str
            erase or anonymise.

        Raises
        ------
        UsageError
            For a table or column that the rules do not know, and for another kind.
        """
        if kind not in KINDS:
            raise UsageError(what=phrase("kind '{kind}'", kind=kind), expected=either(KINDS))
        return {name: self._fate(table, name, relationship_end, kind) for name in columns}

    def _fate(self, table: str, column: str, relationship_end: dt.date | None, kind: Kind) -> Fate:
        found = retention(self.retention, table, column, relationship_end)
        if found.afterwards == "retain":
            return Fate(found, SAME)
        form: str = self.forms.decide({"table": table, "column": column})["form"]
        goes = kind == "erase" and found.afterwards == "erase"
        return Fate(found, NOTHING if goes else form)


class Renaming:
    """Identifiers without a meaning, in place of those that lead to a person.

    Parameters
    ----------
    chance : callable
        Returns so many unpredictable bytes.
    """

    def __init__(self, chance: Callable[[int], bytes]) -> None:
        self._chance = chance
        self._known: dict[str, str] = {}

    def nobody(self) -> str:
        """Return an identifier that occurs nowhere else."""
        return f"nobody-{self._chance(12).hex()}"

    def renamed(self, value: str) -> str:
        """Return what stands for an identifier, the same each time."""
        if value not in self._known:
            self._known[value] = f"anon-{self._chance(12).hex()}"
        return self._known[value]

    def left_of(self, value: Any, form: str) -> Any:  # noqa: ANN401 - any value of a row
        """Return what a form leaves of a value."""
        if value is None or form == NOTHING:
            return None
        if form == "renamed":
            return self.renamed(value)
        if form == "nobody":
            return self.nobody()
        return value if form == SAME else _coarser(value, form)


def _coarser(value: Any, form: str) -> Any:  # noqa: ANN401 - an instant or a day, as either store holds it
    """Return the beginning of the day, month or year of an instant or a day."""
    if isinstance(value, int):
        floor = _coarser(_EPOCH + dt.timedelta(microseconds=value), form)
        return (floor - _EPOCH) // dt.timedelta(microseconds=1)
    if isinstance(value, str):
        return str(_coarser(dt.date.fromisoformat(value), form))
    parts: dict[str, Any] = {"day": {}, "month": {"day": 1}, "year": {"month": 1, "day": 1}}[form]
    clock = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0} if isinstance(value, dt.datetime) else {}
    return value.replace(**parts, **clock)


def left_rows(
    rows: Iterable[Mapping[str, Any]],
    fates: Mapping[str, Fate],
    blanks: Mapping[str, Any],
    renaming: Renaming,
) -> list[dict[str, Any]]:
    """Return what stays of rows without the person; nothing where nothing of any column stays.

    Parameters
    ----------
    rows : iterable of mapping
    fates : mapping of column to Fate
    blanks : mapping of column to value
        What stands in a column of which nothing stays.
    renaming : Renaming
    """
    if not any(fate.stays for fate in fates.values()):
        return []
    return [
        {name: renaming.left_of(row[name], fate.form) if fate.stays else _blank(blanks[name], renaming)
         for name, fate in fates.items()}
        for row in rows
    ]  # fmt: skip


def _blank(blank: Any, renaming: Renaming) -> Any:  # noqa: ANN401 - of any column
    return renaming.nobody() if blank is FRESH else blank


def kept_copies(
    rows: Sequence[Mapping[str, Any]], fates: Mapping[str, Fate]
) -> dict[Duty, list[dict[str, Any]]]:
    """Return what duties keep of rows, by duty: of each row the columns that the duty keeps longest, as plain JSON values."""
    found: dict[Duty, list[dict[str, Any]]] = {}
    for duty in dict.fromkeys(fate.kept_by for fate in fates.values()):
        if duty is not None:
            names = [name for name, fate in fates.items() if fate.kept_by == duty]
            found[duty] = [{name: _plain(row[name]) for name in names} for row in rows]
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a row
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value
