"""The register of complaints as it is analysed: a row a complaint, its codes those of the house; a code that nobody mapped is a reject, not a guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import polars as pl

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from zhike.measure.studies.roles import Answers

__all__ = ["CODED", "FLAGS", "UNASSESSED", "UNMAPPED", "Codes", "Register"]

CODED: Final = ("origin", "business", "issue")
"""The three facets: where, what about, why."""
UNASSESSED, UNMAPPED = "unassessed", "unmapped"
"""A complaint that nobody has classed yet, and one whose code is in no table."""
FLAGS: Final = ("in_time", "with_proof", "disputed", "reopened", "satisfied", "regulator")
"""1 or 0, where it is known."""
_JUSTICES: Final = ("outcome_justice", "procedure_justice", "interaction_justice")
_DAYS: Final = ("received_on", "told_on", "closed_on")
_TEXTS: Final = ("cause", "branch")
_MOST: Final = 1_000
"""Rejects that are named."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes of the house by facet, and what the bank's own are in them.

    Parameters
    ----------
    known : mapping of str to collection of str
    mapped : mapping of str to mapping of str to str
    """

    known: Mapping[str, Collection[str]]
    mapped: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, known: Mapping[str, Collection[str]], mapped: Mapping[str, Mapping[str, str]]) -> Self:
        """Return codes that fit together.

        Raises
        ------
        AnswersError
            When a code is mapped to one that there is not.
        """
        for facet, table in mapped.items():
            odd = sorted({code for code in table.values() if code not in known.get(facet, ())})
            if odd:
                raise AnswersError(
                    what=phrase("complaints.codes maps {facet} to '{code}'", facet=facet, code=odd[0]),
                    expected=phrase("codes of {names}", names=", ".join(known.get(facet, ()))),
                    advice=phrase("Correct the rule complaints.codes."),
                )
        return cls(known, mapped)

    def column(self, facet: str) -> pl.Expr:
        """Return the house's code of a column of codes."""
        table = {**{code: code for code in self.known[facet]}, **self.mapped.get(facet, {})}
        code = pl.col(facet)
        return pl.when(code.is_null()).then(pl.lit(UNASSESSED)).otherwise(code.replace_strict(table, default=UNMAPPED, return_dtype=pl.String)).alias(facet)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Register:
    """Complaints in the order of their receipt.

    Parameters
    ----------
    table : DataFrame
        ``case``, ``received_on``, ``told_on``, ``closed_on`` (dates), ``origin``, ``business``, ``issue``, ``cause``, ``branch`` (texts), `FLAGS` and the three
        justices (numbers); null where it is not known.
    rejects : list of dict
        ``case``, ``facet`` and ``code`` of codes that nobody mapped, at most 1,000.
    rejected : int
        How many complaints have such a code.
    """

    table: pl.DataFrame
    rejects: list[dict[str, Any]]
    rejected: int

    def __len__(self) -> int:
        return len(self.table)

    @classmethod
    def of(cls, answers: Answers, codes: Codes) -> Self:
        """Read a register from a file or the store.

        Parameters
        ----------
        answers : Answers
            Columns ``case``, ``received_on``, ``origin``, ``business``, ``issue``; any other column of `Register` where it is there.
        codes : Codes

        Raises
        ------
        AnswersError
            When a column is not there, a day is none, or a complaint stands there twice or without a day of receipt.
        """
        there = answers.table.columns
        texts = [answers.texts(name) for name in ("case", *CODED, *(one for one in _TEXTS if one in there))]
        days = [_days(answers, name) for name in _DAYS if name in there or name == _DAYS[0]]
        numbers = [pl.Series(name, answers.numbers([name])[:, 0], nan_to_null=True) for name in (*FLAGS, *_JUSTICES) if name in there]  # fmt: skip
        table = pl.DataFrame([*texts, *days, *numbers])
        absent = {**dict.fromkeys(_DAYS, pl.Date), **dict.fromkeys(_TEXTS, pl.String), **dict.fromkeys((*FLAGS, *_JUSTICES), pl.Float64)}  # fmt: skip
        table = table.with_columns(pl.lit(None, kind).alias(name) for name, kind in absent.items() if name not in table.columns)  # fmt: skip
        _check(table)
        return cls._coded(table.sort("received_on", "case"), codes)

    @classmethod
    def _coded(cls, table: pl.DataFrame, codes: Codes) -> Self:
        coded = table.with_columns(codes.column(facet) for facet in CODED)
        odd = [
            {"case": case, "facet": facet, "code": code}
            for facet in CODED
            for case, code in table.filter(coded[facet] == UNMAPPED).select("case", facet).iter_rows()
        ]
        odd.sort(key=lambda one: (one["case"], CODED.index(one["facet"])))
        return cls(coded, odd[:_MOST], len({one["case"] for one in odd}))

    def within(self, first: dt.date | None, last: dt.date | None) -> Register:
        """Return the complaints received within some days."""
        kept = self.table
        if first is not None:
            kept = kept.filter(pl.col("received_on") >= first)
        if last is not None:
            kept = kept.filter(pl.col("received_on") <= last)
        names = set(kept["case"])
        rejects = [one for one in self.rejects if one["case"] in names]
        rejected = kept.filter(pl.any_horizontal(pl.col(facet) == UNMAPPED for facet in CODED)).height
        return Register(kept, rejects, rejected)


def _days(answers: Answers, name: str) -> pl.Series:
    texts = answers.texts(name)
    days = texts.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    odd = texts.filter(texts.is_not_null() & days.is_null())
    if len(odd):
        raise AnswersError(
            what=phrase("'{value}' in column '{column}'", value=odd[0], column=name),
            expected=phrase("days such as 2026-06-30"),
            advice=phrase("Write every day as year, month and day."),
        )
    return days.alias(name)


def _check(table: pl.DataFrame) -> None:
    lost = table.filter(pl.col("case").is_null() | pl.col("received_on").is_null()).height
    if lost:
        raise AnswersError(
            what=phrase("{count} rows without case or received_on", count=lost),
            expected=phrase("both in every row"),
            advice=phrase("Complete the rows, or leave them out."),
        )
    twice = table.filter(pl.col("case").is_duplicated())
    if len(twice):
        raise AnswersError(
            what=phrase("case '{name}' twice", name=twice["case"][0]),
            expected=phrase("each case once"),
            advice=phrase("Keep the last decision on each case."),
        )
