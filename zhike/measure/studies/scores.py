"""Recommendation, satisfaction and effort of a survey: all together, by group, and from wave to wave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.scores.effort import effort
from zhike.measure.scores.net_promoter import net_promoter, promoter_counts
from zhike.measure.studies.groups import group_report
from zhike.measure.studies.roles import Roles, enough
from zhike.measure.studies.score import Kind, Score
from zhike.measure.studies.waves import Waves, wave_report

if TYPE_CHECKING:
    from zhike.measure.scores.estimate import Estimate, Floats
    from zhike.measure.studies.roles import Answers

__all__ = ["ScoreModel", "score_study"]

_SCALES: Final = {"nps": (0.0, 10.0), "csat": (1.0, 5.0), "ces": (1.0, 7.0)}
_KEYS: Final = ("question", "scale", "top", "weight", "group", "least", "waves", "missing_codes", "level")
_LEAST: Final = 10
_TOP: Final = 2


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """Which columns a score is of; see docs/reference/measure.md for the keys."""

    score: Score
    question: str | None
    scale: tuple[float, float]
    weight: str | None
    group: str | None
    least: int
    waves: Waves | None
    missing_codes: tuple[float | str, ...]
    level: float

    @classmethod
    def of(cls, kind: Kind, document: object, name: str) -> ScoreModel:
        """Return the model that a document describes; one of no document takes every default.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles(document or {}, name, _KEYS)
        scale = roles.scale("scale", _SCALES[kind])
        top = roles.number("top", _TOP, least=1)
        waves = Waves.of(roles.part("waves", Waves.KEYS)) if "waves" in roles.given else None
        return cls(
            Score(kind, scale[1] - top + 1), roles.optional_text("question"), scale, roles.optional_text("weight"),
            roles.optional_text("group"), int(roles.number("least", _LEAST, least=1)), waves, roles.codes(), roles.level(),
        )  # fmt: skip


def score_study(
    model: ScoreModel, answers: Answers, rng: np.random.Generator, draws: int = 2000
) -> dict[str, Any]:
    """Return a score with its intervals, by group and by wave where the model names them.

    Parameters
    ----------
    model : ScoreModel
    answers : Answers
    rng : Generator
        Draws samples for the effort score.
    draws : int

    Raises
    ------
    AnswersError
        When a column is not there or holds something else than the scale's numbers.
    """
    answers = answers.counting(model.weight)
    question = model.question or _only_column(answers, model.score.kind)
    given = answers.numbers([question], model.scale, model.missing_codes)[:, 0]
    weights = None if model.weight is None else answers.weights(model.weight)
    enough(int(np.isfinite(given).sum()), 1)
    waves = None if model.waves is None else model.waves.places(answers)
    # With waves, the score itself and its groups are of the later one: both together are of no day.
    rows = np.ones(len(given), dtype=bool) if waves is None else waves.after
    now = np.where(rows, given, np.nan)
    by_group = (
        {}
        if model.group is None
        else group_report(model.score, now, weights, answers.texts(model.group), (model.least, model.level))
    )
    return {
        "score": model.score.kind, "question": question, "level": model.level, "missing": int(np.isnan(given[rows]).sum()),
        **_whole(model, now, weights, rng, draws), "groups": None, "grouping": None, **by_group,
        "waves": None if waves is None else wave_report(model.score, given, weights, waves, model.level),
    }  # fmt: skip


def _only_column(answers: Answers, kind: str) -> str:
    """Return the column named like the score, or the only one."""
    columns = answers.table.columns
    named = [one for one in columns if one.lower() == kind] or columns
    if len(named) != 1:
        raise AnswersError(
            what=phrase("{count} columns and no question named", count=len(columns)),
            expected=phrase("the column with the answers"),
            advice=phrase("Name it with --question, or under `question` in the model."),
        )
    return named[0]


def _whole(
    model: ScoreModel, answers: Floats, weights: Floats | None, rng: np.random.Generator, draws: int
) -> dict[str, Any]:
    found = model.score.estimate(answers, weights, model.level)
    told = {
        "n": found.n, "n_eff": _effective(answers, weights),
        "value": found.value, "error": found.error, "low": found.low, "high": found.high,
    }  # fmt: skip
    if model.score.kind == "nps":
        counted = net_promoter(*promoter_counts(answers, weights), model.level)
        n = counted.promoters + counted.passives + counted.detractors
        shares = {name: getattr(counted, name) / n for name in ("promoters", "passives", "detractors")}
        return {**told, **shares, "wald": _ends(counted.wald), "adjusted": _ends(counted.adjusted)}
    if model.score.kind == "ces" and weights is None and draws:
        _, (low, high) = effort(answers, rng, draws, model.level)
        return {**told, "bootstrap": {"low": low, "high": high}}
    return told


def _effective(answers: Floats, weights: Floats | None) -> float:
    given = np.isfinite(answers)
    if weights is None:
        return float(given.sum())
    w = weights[given]
    return float(w.sum() ** 2 / (w @ w))


def _ends(one: Estimate) -> dict[str, float]:
    return {"low": one.low, "high": one.high}
