"""The rules that the archive follows on a day: tables and parameters taken from the rulebook once, then passed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhike.core.contracts import FAMILIES
from zhike.core.decision_tables import DecisionTable
from zhike.core.errors import RuleError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook

__all__ = ["LINES", "ArchiveRules", "archive_rules"]

LINES = ("deposit", "loan", "settlement", "intermediary")
"""Lines of business of the segment by product reliance."""


@dataclass(frozen=True, slots=True)
class ArchiveRules:
    """Decision tables and parameters in force on a day.

    Parameters
    ----------
    life_stage, tenure_band, reliance, demographic, rfm, value_band, expected_families : DecisionTable
        Tables over archive columns.
    family_line : mapping of str to str
        Line of business of each product family.
    peer_share : float
        Share of peers holding a family from which on it counts as a need.
    peer_minimum : int
        Least number of peers that count as evidence.
    salary_months : int
        Complete months in which a regular credit must be seen.
    salary_tolerance : float
        Greatest share by which recurring credits may differ.
    completeness : mapping of str to tuple of str
        Columns that a complete archive knows, by customer_type; ``other`` for types not named.
    validity_months : int or None
        Months for which a risk answer may be used; None when answers do not expire.
    silent_days : int
        Days without a booking after which balance and flows are shown with a caution.
    """

    life_stage: DecisionTable
    tenure_band: DecisionTable
    reliance: DecisionTable
    demographic: DecisionTable
    rfm: DecisionTable
    value_band: DecisionTable
    expected_families: DecisionTable
    family_line: Mapping[str, str]
    peer_share: float
    peer_minimum: int
    salary_months: int
    salary_tolerance: float
    completeness: Mapping[str, tuple[str, ...]]
    validity_months: int | None
    silent_days: int


def archive_rules(rulebook: Rulebook, at: dt.date, validity_path: str | None = None) -> ArchiveRules:
    """Take the archive's rules from a rulebook.

    Parameters
    ----------
    rulebook : Rulebook
        All documents.
    at : date
        The day whose versions apply.
    validity_path : str or None
        Path of the parameter that says for how many months a risk answer may be used; None when no law or policy says so.

    Returns
    -------
    ArchiveRules
        The versions in force that day.

    Raises
    ------
    RuleNotFoundError
        When a document is missing or not in force.
    RuleError
        When a table or a parameter does not have the form that the archive needs.
    """

    def table(name: str) -> DecisionTable:
        return DecisionTable.of(rulebook.at(f"know.{name}", at))

    def number(name: str) -> float:
        return float(rulebook.at(f"know.{name}", at).value)

    return ArchiveRules(
        life_stage=table("life_stage"),
        tenure_band=table("tenure_band"),
        reliance=table("segments.reliance"),
        demographic=table("segments.demographic"),
        rfm=table("segments.rfm"),
        value_band=table("segments.value_band"),
        expected_families=table("needs.expected_families"),
        family_line=_family_line(rulebook, at),
        peer_share=number("needs.peer_share"),
        peer_minimum=int(number("needs.peer_minimum")),
        salary_months=int(number("salary_like.months")),
        salary_tolerance=number("salary_like.tolerance"),
        completeness=_completeness(rulebook, at),
        validity_months=None if validity_path is None else _validity(rulebook, at, validity_path),
        silent_days=int(rulebook.at("know.quality.limits", at).value["silent_days"]),
    )


def _family_line(rulebook: Rulebook, at: dt.date) -> dict[str, str]:
    path = "know.segments.family_line"
    lines = dict(rulebook.at(path, at).value)
    wrong = [family for family in FAMILIES if lines.get(family) not in LINES]
    if wrong:
        expected = phrase("one of {names} for every family", names=", ".join(LINES))
        raise RuleError(
            what=phrase("no line of business for {names}", names=", ".join(wrong)),
            path=path,
            expected=expected,
        )
    return lines


def _completeness(rulebook: Rulebook, at: dt.date) -> dict[str, tuple[str, ...]]:
    path = "know.completeness"
    lists = {kind: tuple(names) for kind, names in dict(rulebook.at(path, at).value).items()}
    if not lists.get("other"):
        raise RuleError(
            what=phrase("no list 'other'"),
            path=path,
            expected=phrase("archive columns for the types not named"),
        )
    return lists


def _validity(rulebook: Rulebook, at: dt.date, path: str) -> int | None:
    """Months of validity; a document that is not in force that day sets no limit."""
    version = rulebook.entry(path).in_force(at)
    return None if version is None else int(version.value)
