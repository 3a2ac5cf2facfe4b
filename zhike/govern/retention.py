"""What happens to a value when a customer's data are erased: it goes, it loses the person, or a duty keeps it for some years.

``privacy.retention`` says it by table and column, and names the duties that keep a value; the longest duty counts. How many
years a duty lasts is a parameter of its own, with its own reference.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from zhike.core.decision_tables import DecisionTable
from zhike.core.errors import RuleError, UsageError
from zhike.core.phrases import either, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook, Version

__all__ = ["RETENTION", "Duty", "Retention", "RetentionRules", "retention", "years_after"]

RETENTION: Final = "privacy.retention"
_TREATMENTS: Final = ("erase", "anonymise", "retain")
Treatment = Literal["erase", "anonymise", "retain"]


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty to keep something.

    Parameters
    ----------
    rule : str
        Path of the parameter that says for how many years.
    years : int
        Counted from the end of the relationship.
    reference, status : str
        What the duty rests on, and whether that was read.
    last_day : date or None
        Last day on which it keeps; None while the relationship lasts.
    """

    rule: str
    years: int
    reference: str
    status: str
    last_day: dt.date | None


@dataclass(frozen=True, slots=True)
class Retention:
    """What happens to one value on one day.

    Parameters
    ----------
    treatment : str
        ``erase``, ``anonymise`` or ``retain``.
    afterwards : str
        What happens once nothing keeps it; ``retain`` where a person has to decide.
    last_day : date or None
        Last day on which it is kept; None where it is not kept, or where the last day is not known.
    on_hold : bool
        Kept for a dispute or an inquiry, whatever the duties say.
    duties : tuple of Duty
        Everything that keeps such a value, the longest first.
    """

    treatment: Treatment
    afterwards: Treatment
    last_day: dt.date | None
    on_hold: bool
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """The rules of retention as they are in force on a day.

    Parameters
    ----------
    day : date
    table : DecisionTable
        ``privacy.retention``, or one like it.
    duties : mapping of str to Version
        Years of each duty, by the name that the table uses.
    """

    day: dt.date
    table: DecisionTable
    duties: Mapping[str, Version]

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date, path: str = RETENTION) -> RetentionRules:
        """Read the rules of a day.

        Parameters
        ----------
        rulebook : Rulebook
        day : date
        path : str
            The table: that of the contract tables unless another is named.

        Raises
        ------
        RuleNotFoundError
            When the table or one of its duties is not in force.
        RuleError
            When a row names a treatment or a duty that there is not.
        """
        version = rulebook.at(path, day)
        named: Mapping[str, str] = version.head.get("parameters") or {}
        rules = cls(
            day,
            DecisionTable.of(version),
            {name: rulebook.at(path, day) for name, path in named.items()},
        )
        for row in rules.table.rows:
            treatment, kept_by = row["then"]["treatment"], row["then"]["kept_by"]
            if treatment not in _TREATMENTS or not set(kept_by) <= set(named):
                expected = phrase(
                    "{names}, kept by some of {names2}", names=either(_TREATMENTS), names2=", ".join(named)
                )
                raise RuleError(what=f"{row['then']}", path=path, expected=expected)
        return rules


def retention(
    rules: RetentionRules,
    table: str,
    column: str,
    relationship_end: dt.date | None,
    *,
    on_hold: bool = False,
) -> Retention:
    """Return what happens to a column's values of one customer on the day of the rules.

    Parameters
    ----------
    rules : RetentionRules
    table, column : str
        As the table of the rules names them.
    relationship_end : date or None
        Day on which the customer's last contract ended; None while one lasts.
    on_hold : bool
        A dispute or an inquiry needs it.

    Raises
    ------
    UsageError
        For a table or a column that the rules do not know: nothing is erased, and nothing kept, by oversight.

    Examples
    --------
    >>> import datetime as dt
    >>> from zhike.adapters.rule_files import load_rulebook
    >>> rules = RetentionRules.of(load_rulebook(), dt.date(2031, 7, 1))
    >>> found = retention(rules, "assessments", "level", dt.date(2026, 6, 30))
    >>> found.treatment, found.duties[0].last_day, found.duties[0].reference
    ('erase', datetime.date(2031, 6, 30), 'NFRA Order 2025-7 (金融机构产品适当性管理办法) Art. 17')
    >>> retention(rules, "assessments", "level", dt.date(2026, 7, 1)).treatment
    'retain'
    >>> retention(rules, "answers", "words", None).treatment
    'erase'
    """
    for key, value in (("table", table), ("column", column)):
        if value not in rules.table.inputs[key]:
            raise UsageError(what=f"{key} '{value}'", expected=", ".join(rules.table.inputs[key]))
    decided = rules.table.decide({"table": table, "column": column})
    duties = sorted(
        (_duty(rules.duties[name], relationship_end) for name in decided["kept_by"]),
        key=lambda duty: (-duty.years, duty.rule),
    )
    afterwards: Treatment = decided["treatment"]
    # Counted from one day, the duty of most years ends last.
    last_day = duties[0].last_day if duties else None
    kept = bool(duties) and (last_day is None or rules.day <= last_day)
    known = last_day if kept and not on_hold else None
    return Retention("retain" if kept or on_hold else afterwards, afterwards, known, on_hold, tuple(duties))


def years_after(day: dt.date, years: int) -> dt.date:
    """Return the same day so many years later; a year without that day ends it on the last day of the month.

    Examples
    --------
    >>> years_after(dt.date(2024, 2, 29), 5)
    datetime.date(2029, 2, 28)
    """
    year = day.year + years
    return dt.date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _duty(version: Version, relationship_end: dt.date | None) -> Duty:
    last_day = None if relationship_end is None else years_after(relationship_end, version.value)
    return Duty(version.path, version.value, version.reference.title, version.status, last_day)
