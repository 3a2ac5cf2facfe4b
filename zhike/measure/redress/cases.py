"""Decided complaints as they are compared: what about, how much harm, who was at fault, what was given, how fast, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import polars as pl

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.measure.studies.roles import Answers

__all__ = ["JUSTICES", "OUTCOME_COLUMNS", "RedressCases"]

CASE: Final = "case"
_FACTS: Final = ("business", "issue", "outcome", "evidence")
_NUMBERS: Final = ("harm", "redress")
JUSTICES: Final = ("outcome", "procedure", "interaction")
"""The three of a handling, each from 1 to 5."""
_JUSTICE: Final = tuple(f"{name}_justice" for name in JUSTICES)
_OPTIONAL: Final = ("days", "satisfied", "retained", *_JUSTICE)
OUTCOME_COLUMNS: Final = ("satisfied", "retained")
"""What may have come of a case, 1 or 0."""
_MEASURES: Final = "measures"
_SEPARATOR: Final = ";"


@dataclass(frozen=True, slots=True)
class RedressCases:
    """Decided complaints, in the order of their identifiers.

    Parameters
    ----------
    case : Series of str, shape (n,)
    facts : DataFrame
        Texts: ``business``, ``issue``, ``outcome`` and ``evidence``, each known.
    harm, redress : array, shape (n,)
        Minor units of one currency.
    days : array, shape (n,)
        From receipt to answer; NaN where it is not known, as in what follows.
    measures : tuple of frozenset of str, shape (n,)
    outcomes : mapping of str to array
        ``satisfied`` and ``retained``, 1 or 0.
    justices : mapping of str to array
        By `JUSTICES`, from 1 to 5.
    groups : mapping of str to Series of str
        By attribute; null where it is not known.
    left_out : mapping of str to int
        Cases that cannot be compared, by the first column that they lack.
    """

    case: pl.Series
    facts: pl.DataFrame
    harm: NDArray[np.float64]
    redress: NDArray[np.float64]
    days: NDArray[np.float64]
    measures: tuple[frozenset[str], ...]
    outcomes: Mapping[str, NDArray[np.float64]]
    justices: Mapping[str, NDArray[np.float64]]
    groups: Mapping[str, pl.Series]
    left_out: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.case)

    @classmethod
    def of(cls, answers: Answers, by: Sequence[str]) -> Self:
        """Read the cases of a table.

        Parameters
        ----------
        answers : Answers
            Columns ``case``, ``business``, ``issue``, ``outcome``, ``evidence``, ``harm`` and ``redress``; where they are there ``measures``
            (separated by semicolons), ``days``, ``satisfied``, ``retained`` and the three justices, such as ``outcome_justice``.
        by : sequence of str
            Attributes that are compared; those that are no column are left out.

        Raises
        ------
        AnswersError
            When a column is not there, a case stands there twice, or money is below 0.
        """
        there = answers.table.columns
        numbers = answers.numbers(_NUMBERS, (0.0, np.inf))
        optional = {name: answers.numbers([name])[:, 0] if name in there else np.full(len(answers), np.nan) for name in _OPTIONAL}  # fmt: skip
        texts = [answers.texts(name) for name in (CASE, *_FACTS, *(one for one in by if one in there))]
        said = answers.texts(_MEASURES) if _MEASURES in there else pl.Series(_MEASURES, [None] * len(answers), dtype=pl.String)  # fmt: skip
        table = pl.DataFrame([
            *texts, *(pl.Series(f"{name}#", numbers[:, place], nan_to_null=True) for place, name in enumerate(_NUMBERS)),
            *(pl.Series(f"{name}#", values) for name, values in optional.items()), said.alias(f"{_MEASURES}#"),
        ])  # fmt: skip
        return cls._known(table, [one for one in by if one in there])

    @classmethod
    def _known(cls, table: pl.DataFrame, by: Sequence[str]) -> Self:
        left_out: dict[str, int] = {}
        for name in (CASE, *_FACTS, *(f"{one}#" for one in _NUMBERS)):
            kept = table.filter(pl.col(name).is_not_null())
            if len(kept) < len(table):
                left_out[name.removesuffix("#")] = len(table) - len(kept)
            table = kept
        table = table.sort(CASE)
        if table[CASE].is_duplicated().any():
            twice = table.filter(pl.col(CASE).is_duplicated())[CASE][0]
            raise AnswersError(
                what=phrase("case '{name}' twice", name=twice),
                expected=phrase("each case once"),
                advice=phrase("Keep the last decision on each case."),
            )
        values = {name: table[f"{name}#"].to_numpy().astype(np.float64) for name in (*_NUMBERS, *_OPTIONAL)}
        measures = tuple(
            frozenset(filter(None, (one or "").split(_SEPARATOR))) for one in table[f"{_MEASURES}#"]
        )
        return cls(
            table[CASE], table.select(_FACTS), values["harm"], values["redress"], values["days"], measures,
            {name: values[name] for name in OUTCOME_COLUMNS}, dict(zip(JUSTICES, (values[name] for name in _JUSTICE), strict=True)), {name: table[name] for name in by}, left_out,
        )  # fmt: skip
