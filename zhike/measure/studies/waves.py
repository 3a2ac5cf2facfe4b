"""A score in two waves of one survey, and how far it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.scores.estimate import Estimate, Floats, normal_quantile
from zhike.measure.scores.waves import shared_covariance, wave_difference
from zhike.measure.shares import difference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.studies.roles import Answers, Roles
    from zhike.measure.studies.score import Score

__all__ = ["Waves", "wave_report"]


class WavePlaces(NamedTuple):
    """Which rows are of which wave, shape (n,) each, and each row's place among persons, -1 where nobody knows it."""

    names: tuple[str, str]
    before: NDArray[np.bool_]
    after: NDArray[np.bool_]
    person: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Waves:
    """The column that tells waves apart, two of its values, and the column of who answered where waves share persons."""

    KEYS: ClassVar = ("column", "before", "after", "person")
    column: str
    before: str
    after: str
    person: str | None

    @classmethod
    def of(cls, roles: Roles) -> Waves:
        """Return waves as a model describes them."""
        return cls(
            roles.text("column"), roles.text("before"), roles.text("after"), roles.optional_text("person")
        )

    def places(self, answers: Answers) -> WavePlaces:
        """Return which rows are of which wave.

        Raises
        ------
        AnswersError
            When a wave has no row, or a person two in one wave.
        """
        column = answers.texts(self.column).fill_null("")
        sides = tuple((column == one).to_numpy() for one in (self.before, self.after))
        for name, rows in zip((self.before, self.after), sides, strict=True):
            if not rows.any():
                raise AnswersError(
                    what=phrase("no row with '{value}' in column '{column}'", value=name, column=self.column),
                    expected=phrase("answers of both waves"),
                    advice=phrase("Correct the names of the waves in the model."),
                )
        person = np.full(len(answers), -1) if self.person is None else self._persons(answers, sides)
        return WavePlaces((self.before, self.after), sides[0], sides[1], person)

    def _persons(self, answers: Answers, sides: tuple[NDArray[np.bool_], ...]) -> NDArray[np.int64]:
        column = answers.texts(str(self.person))
        known = column.is_not_null().to_numpy()
        places = np.unique(column.fill_null("").to_numpy().astype(str), return_inverse=True)[1]
        for rows in sides:
            if np.bincount(places[rows & known], minlength=1).max(initial=0) > 1:
                raise AnswersError(
                    what=phrase(
                        "a person with two rows in one wave, in column '{column}'", column=self.person
                    ),
                    expected=phrase("a row a person and wave"),
                    advice=phrase("Keep one answer of each person in each wave."),
                )
        return np.where(known, places, -1)


def wave_report(
    score: Score, answers: Floats, weights: Floats | None, waves: WavePlaces, level: float
) -> dict[str, Any]:
    """Return a score before and after, and its change.

    Returns
    -------
    dict
        ``before`` and ``after`` as estimates with the ``wave``, ``shared``: persons who answered both, ``covariance`` of the two scores, and
        ``difference``.

    Notes
    -----
    Shares of waves without shared persons and without weights are compared by Newcombe's interval, all others as
    `zhike.measure.scores.waves` says.
    """
    given = np.isfinite(answers)
    sides = [given & rows for rows in (waves.before, waves.after)]
    before, after = (
        score.estimate(answers[rows], None if weights is None else weights[rows], level) for rows in sides
    )
    shared, covariance = _covariance(score, answers, weights, sides, waves.person)
    change = wave_difference(before, after, covariance, level)
    if score.kind == "csat" and weights is None and not shared:
        low, high = _newcombe(before, after, level)
        change = change._replace(low=low, high=high)
    return {
        "before": {"wave": waves.names[0], **before._asdict()}, "after": {"wave": waves.names[1], **after._asdict()},
        "shared": shared, "covariance": covariance, "difference": change._asdict(),
    }  # fmt: skip


def _newcombe(before: Estimate, after: Estimate, level: float) -> tuple[float, float]:
    counts = [(round(one.value * one.n), one.n) for one in (after, before)]
    found = difference(counts[0], counts[1], normal_quantile(level))
    return (np.nan, np.nan) if found is None else (found.low, found.high)


def _covariance(
    score: Score,
    answers: Floats,
    weights: Floats | None,
    sides: list[NDArray[np.bool_]],
    person: NDArray[np.int64],
) -> tuple[int, float]:
    """Return how many persons answered both waves, and the covariance of the two scores."""
    parts = [_parts(score, answers[rows], None if weights is None else weights[rows]) for rows in sides]
    known = [person[rows] for rows in sides]
    shared, first, second = np.intersect1d(known[0], known[1], return_indices=True)
    real = shared >= 0
    return int(real.sum()), shared_covariance(parts[0][first[real]], parts[1][second[real]])


def _parts(score: Score, answers: Floats, weights: Floats | None) -> Floats:
    """Return what each answer adds to the error of its wave's score."""
    x = score.values(answers)
    w = np.ones(len(x)) if weights is None else weights
    n = len(x)
    inflated = np.sqrt(n / max(1, n - score.divisor))
    return np.asarray(inflated * w * (x - w @ x / w.sum()) / w.sum())
