"""Scores of an instrument with honest intervals: all together, weighted to all customers, by group, and each question by answer.

What a score is follows from the way in which a sheet is scored: ``nps`` of one question is a net promoter score, ``top_two`` of one question a share,
everything else the mean over sheets.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.measure.results.answered import in_steps, usable_groups
from zhike.measure.results.sheets import SCORE
from zhike.measure.scores.net_promoter import net_promoter, promoter_counts
from zhike.measure.scores.waves import wave_difference
from zhike.measure.studies.groups import group_report
from zhike.measure.studies.plain import plain, plain_record
from zhike.measure.studies.score import Score
from zhike.measure.surveys.questionnaire import NO_ANSWERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from zhike.measure.results.sheets import SheetTable
    from zhike.measure.scores.estimate import Estimate, Floats
    from zhike.measure.surveys.questionnaire import Question, Questionnaire, ScoreRule

__all__ = ["GROUPINGS", "ScoreRead", "grouped_scores", "read_scores", "told_apart"]

GROUPINGS: Final = ("branch", "tier", "mode", "version")
_COUNTED: Final = ("rating", "single", "multiple", "matrix")
_UNITS: Final = {
    "nps": "points",
    "top_two": "share",
    "index": "index",
    "mean": "scale",
    "gap": "gap",
    "weighted": "gap",
    "sum": "scale",
}


@dataclass(frozen=True, slots=True)
class ScoreRead:
    """A score of an instrument: its rule, the kind of statistic, and the column that it is of.

    Parameters
    ----------
    rule : ScoreRule
    score : Score
    column : str
    unit : str
        ``points``, ``share``, ``index`` (0 to 100), ``scale`` or ``gap``.
    """

    rule: ScoreRule
    score: Score
    column: str
    unit: str

    @classmethod
    def of(cls, questionnaire: Questionnaire, rule: ScoreRule) -> ScoreRead:
        """Return how a score is read."""
        name = rule.questions[0]
        plain_one = len(rule.questions) == 1 and not _in_loop(questionnaire, name)
        if rule.way == "nps" and plain_one:
            return cls(rule, Score("nps"), name, "points")
        share = rule.way == "top_two" and plain_one
        # A sheet's own score is 1 or 0 then.
        return cls(rule, Score("csat", 1.0) if share else Score("ces"), SCORE + rule.name, _UNITS[rule.way])

    @classmethod
    def all_of(cls, questionnaire: Questionnaire) -> tuple[ScoreRead, ...]:
        """Return the scores of a questionnaire in its order."""
        return tuple(cls.of(questionnaire, rule) for rule in questionnaire.scores)

    def values(self, table: SheetTable) -> Floats:
        """Return the score's column, shape (n,)."""
        return np.asarray(table.numbers([self.column])[:, 0])

    def estimate(self, table: SheetTable, weights: Floats | None, level: float) -> Estimate:
        """Return the score with its interval."""
        given = self.values(table)
        kept = np.isfinite(given)
        return self.score.estimate(given[kept], None if weights is None else weights[kept], level)


def _in_loop(questionnaire: Questionnaire, name: str) -> bool:
    return any(
        block.repeat and any(one.name == name for one in block.questions) for block in questionnaire.blocks
    )


def read_scores(
    questionnaire: Questionnaire, table: SheetTable, weights: Floats | None, least: int, level: float
) -> list[dict[str, Any]]:
    """Return every score: as it was answered and, with weights, for all customers.

    Parameters
    ----------
    questionnaire : Questionnaire
    table : SheetTable
        A row a person.
    weights : array of shape (n,), optional
    least : int
        Sheets below which a score is not told.
    level : float
    """
    return [_read(one, table, weights, least, level) for one in ScoreRead.all_of(questionnaire)]


def _read(
    one: ScoreRead, table: SheetTable, weights: Floats | None, least: int, level: float
) -> dict[str, Any]:
    kept = in_steps(np.isfinite(one.values(table)), least)
    n = int(kept.sum())
    told = {"score": one.rule.name, "unit": one.unit, "n": n, "suppressed": n < least}
    if n < least:
        return {**told, "answered": None, "weighted": None, "shares": None}
    table, weights = table.taken(kept), None if weights is None else weights[kept]
    return plain_record({
        **told, "answered": one.estimate(table, None, level),
        "weighted": None if weights is None else one.estimate(table, weights, level),
        "shares": _shares(one, table, weights) if one.score.kind == "nps" else None,
    })  # fmt: skip


def _shares(one: ScoreRead, table: SheetTable, weights: Floats | None) -> dict[str, float]:
    """Return the shares of promoters, passives and detractors."""
    given = one.values(table)
    kept = np.isfinite(given)
    found = net_promoter(*promoter_counts(given[kept], None if weights is None else weights[kept]))
    names = ("promoters", "passives", "detractors")
    whole = sum(float(getattr(found, name)) for name in names)
    return {name: float(getattr(found, name)) / whole for name in names}


def grouped_scores(
    one: ScoreRead, table: SheetTable, weights: Floats | None, by: str, limits: tuple[int, float]
) -> dict[str, Any]:
    """Return a score by group; see `zhike.measure.studies.groups.group_report`, whose small groups are here such that none follows from the others.

    Parameters
    ----------
    one : ScoreRead
    table : SheetTable
    weights : array of shape (n,), optional
    by : str
        One of `GROUPINGS`.
    limits : tuple of (int, float)
        Sheets below which a group is not told, and the level of intervals.
    """
    import polars as pl

    values, names = one.values(table), table.known(by)
    every = set(names.filter(pl.Series(np.isfinite(values))).drop_nulls().to_list())
    given = _in_group_steps(np.isfinite(values), names, limits[0])
    values = np.where(given, values, np.nan)
    sizes = Counter(names.filter(pl.Series(given)).to_list())
    usable = usable_groups(sizes, limits[0])
    told = names.set(~names.is_in(sorted(usable)).fill_null(value=False), None)
    report = group_report(one.score, values, weights, told, limits)
    held = [{"group": name, "n": None, "suppressed": True} for name in every - usable]
    rows = sorted(
        [*(row for row in report["groups"] if not row["suppressed"]), *held], key=lambda row: row["group"]
    )
    return {"by": by, "score": one.rule.name, "groups": plain(rows), "grouping": plain(report["grouping"])}


def _in_group_steps(given: NDArray[np.bool_], names: pl.Series, step: int) -> NDArray[np.bool_]:
    """Return which answers count, each group in steps of its own; what is left over of the whole is then whole steps as well."""
    found = np.zeros(len(given), dtype=bool)
    for name in names.unique().to_list():
        found |= in_steps(given & names.eq_missing(name).to_numpy(), step)
    return found


def told_apart(one: ScoreRead, sides: tuple[SheetTable, ...], least: int, level: float) -> dict[str, Any]:
    """Return a score of two sets of other persons and the second less the first, nothing where a side is too small.

    Parameters
    ----------
    one : ScoreRead
    sides : tuple of SheetTable
    least : int
    level : float
    """
    sides = tuple(side.taken(in_steps(np.isfinite(one.values(side)), least)) for side in sides)
    sizes = [len(side) for side in sides]
    told: dict[str, Any] = {
        "score": one.rule.name,
        "unit": one.unit,
        "n": sizes,
        "suppressed": min(sizes) < least,
    }
    if min(sizes) < least:
        return {**told, "first": None, "second": None, "difference": None, "verdict": None}
    first, second = (one.estimate(side, None, level) for side in sides)
    change = wave_difference(first, second, 0.0, level)
    return plain_record(
        {**told, "first": first, "second": second, "difference": change, "verdict": verdict(change)}
    )


def verdict(change: Estimate) -> str:
    """Return ``higher``, ``lower`` or ``open``: whether the interval leaves out 0."""
    return "open" if not change.excludes_zero else "higher" if change.value > 0 else "lower"


def answers_by_question(questionnaire: Questionnaire, table: SheetTable, least: int) -> list[dict[str, Any]]:
    """Return how often each answer was given, by question with few answers to choose from; nothing of one that few answered."""
    return [row for question in questionnaire.by_name.values() for row in _counted(question, table, least)]


def _counted(question: Question, table: SheetTable, least: int) -> Iterator[dict[str, Any]]:
    if question.kind not in _COUNTED:
        return
    for column, part in _columns(question, table):
        answered = table.table[column].drop_nulls()
        cells = answered.head(len(answered) // least * least).to_list()
        counts = Counter(f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in cells)
        known = _known_answers(question)
        held = len(cells) < least
        yield {
            "column": column, "question": question.name, "part": part, "kind": question.kind, "n": len(cells), "suppressed": held,
            "unsaid": {name: 0 if held else _unsaid(table, column, name) for name in NO_ANSWERS},
            "answers": [] if held else [{"answer": name, "n": counts[name], "share": counts[name] / len(cells)} for name in known],
        }  # fmt: skip


def _unsaid(table: SheetTable, column: str, code: str) -> int:
    """Return how many said that they have no answer to the question of a column."""
    return sum(one.unsaid.get(column.partition(".")[0]) == code for one in table.sheets)


def _columns(question: Question, table: SheetTable) -> Iterator[tuple[str, str | None]]:
    """Yield the columns of a question that somebody answered, with the part or the option of the loop."""
    parts = question.part_names()
    for column in table.table.columns:
        key, _, part = column.partition(".")
        name, _, option = key.partition("@")
        if name == question.name and (not part or part in parts):
            yield column, part or option or None


def _known_answers(question: Question) -> Sequence[str]:
    if question.kind == "multiple":
        return ("1",)
    if question.scale is not None:
        return [str(point) for point in range(question.scale.low, question.scale.high + 1)]
    return [choice.code for choice in question.choices]
