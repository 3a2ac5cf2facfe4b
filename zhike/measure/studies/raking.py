"""Weights of a survey: against non-response, to the margins of the population, what they cost, and means under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.scores.estimate import mean_estimate
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.roles import Roles, enough
from zhike.measure.weighting.design_effect import design_effect
from zhike.measure.weighting.linearised import Clusters, weighted_mean
from zhike.measure.weighting.raking import Margin, Raked, Trim, rake
from zhike.measure.weighting.response import CLASSES, Response, response_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.measure.scores.estimate import Floats
    from zhike.measure.studies.roles import Answers

__all__ = ["RakingModel", "Weighted", "raking_study"]

_KEYS: Final = (
    "margins", "weight", "trim", "response", "cluster", "stratum", "population", "means", "missing_codes", "level",
)  # fmt: skip
_NEAR: Final = 1e-6
"""Relative difference of the totals of two margins that is rounding."""


@dataclass(frozen=True, slots=True)
class Asked:
    """All who were asked: the column that says who answered (1 or 0), and what is known of everybody."""

    answered: str
    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    classes: int


@dataclass(frozen=True, slots=True)
class RakingModel:
    """Margins and how rows were drawn; see docs/reference/measure.md for the keys."""

    margins: Mapping[str, Mapping[str, float]]
    weight: str | None
    trim: Trim | None
    response: Asked | None
    cluster: str | None
    stratum: str | None
    population: str | None
    means: tuple[str, ...]
    missing_codes: tuple[float | str, ...]
    level: float

    @classmethod
    def of(cls, document: object, name: str) -> RakingModel:
        """Return the model that a document describes.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles(document, name, _KEYS)
        margins = {
            column: _totals(roles, column, given) for column, given in roles.entries("margins").items()
        }
        sums = [sum(one.values()) for one in margins.values()]
        if max(sums) > min(sums) * (1 + _NEAR):
            what = phrase("margins of {low:g} and of {high:g} in all", low=min(sums), high=max(sums))
            raise roles.refused(what, phrase("margins of one population, with one total"))
        return cls(
            margins, roles.optional_text("weight"), _trim(roles), _asked(roles),
            roles.optional_text("cluster"), roles.optional_text("stratum"), roles.optional_text("population"),
            roles.texts("means", needed=False), roles.codes(), roles.level(),
        )  # fmt: skip


def _totals(roles: Roles, column: str, given: object) -> dict[str, float]:
    part = Roles(given, roles.name, [str(one) for one in given] if isinstance(given, dict) else [])
    totals = {category: part.number(category, np.nan, least=0.0) for category in part.given}
    if not totals or min(totals.values()) <= 0:
        raise roles.refused(
            phrase("margin '{column}' without a total above 0 for each category", column=column),
            phrase("a total for each category"),
        )
    return totals


def _trim(roles: Roles) -> Trim | None:
    if roles.given.get("trim") is None:
        return None
    part = roles.part("trim", ("low", "high"))
    found = Trim(part.number("low", 0.0, least=0.0), part.number("high", 1e300, least=1.0))
    if found.low > 1:
        raise roles.refused(
            phrase("'{value}' under '{key}'", value=found.low, key="trim"),
            phrase("low at most 1 and high at least 1, times the mean weight"),
        )
    return found


def _asked(roles: Roles) -> Asked | None:
    if roles.given.get("response") is None:
        return None
    part = roles.part("response", ("answered", "numbers", "categories", "classes"))
    known = part.texts("numbers", needed=False), part.texts("categories", needed=False)
    if not any(known):
        raise roles.refused(
            phrase("nothing known of those asked"), phrase("`numbers` or `categories` under `response`")
        )
    return Asked(part.text("answered"), *known, int(part.number("classes", CLASSES, least=1)))


class Weighted(NamedTuple):
    """What is told, and the weight of each row of the answers, 0 for whoever did not answer."""

    told: dict[str, Any]
    weights: Floats


def raking_study(model: RakingModel, answers: Answers) -> Weighted:
    """Return weights that meet the margins, with what they cost and the means under them.

    Raises
    ------
    AnswersError
        When a row has a category that no margin names, or a category no row.
    """
    response = None if model.response is None else _responded(model.response, answers)
    rows = np.ones(len(answers), dtype=bool) if response is None else response.weights > 0
    before = np.ones(len(answers)) if model.weight is None else answers.weights(model.weight)
    before = (before if response is None else before * response.weights)[rows]
    margins = [_margin(answers, column, totals, rows) for column, totals in model.margins.items()]
    found = rake(before, margins, model.trim)
    weights = np.zeros(len(answers))
    weights[rows] = found.weights
    return Weighted(_told(model, answers, rows, (before, margins, found), response), weights)


def _margin(answers: Answers, column: str, totals: Mapping[str, float], rows: NDArray[np.bool_]) -> Margin:
    text = answers.texts(column).filter(rows)
    places = {category: place for place, category in enumerate(totals)}
    found = text.to_list()
    odd = next((one for one in found if one not in places), "")
    if odd != "":
        told = phrase("no answer") if odd is None else odd
        raise _unmatched(
            phrase("'{value}' in column '{column}'", value=told, column=column),
            phrase("one of the categories of its margin"),
        )
    codes = np.array([places[one] for one in found], dtype=np.int64)
    empty = next((category for category, place in places.items() if not np.any(codes == place)), None)
    if empty is not None:
        raise _unmatched(
            phrase("no row with '{value}' in column '{column}'", value=empty, column=column),
            phrase("a row for each category of the margin"),
        )
    return Margin(codes, np.array(list(totals.values()), dtype=np.float64))


def _unmatched(what: object, expected: object) -> AnswersError:
    advice = phrase("Join categories of the margin, or correct the answers, so that both have the same.")
    return AnswersError(what=what, expected=expected, advice=advice)


def _responded(asked: Asked, answers: Answers) -> Response:
    answered = answers.numbers([asked.answered], (0.0, 1.0))[:, 0] == 1
    enough(int(answered.sum()), 1)
    columns = []
    if asked.numbers:
        numbers = answers.numbers(asked.numbers)
        centre, spread = np.nanmean(numbers, axis=0), np.nanstd(numbers, axis=0)
        # Whoever's number is unknown counts as average in it, and unknown as a thing of its own.
        columns += [
            np.nan_to_num((numbers - centre) / np.where(spread > 0, spread, 1.0)),
            np.isnan(numbers).astype(np.float64),
        ]
    for name in asked.categories:
        text = answers.texts(name).fill_null("").to_numpy()
        columns.append(
            np.stack([text == one for one in sorted(set(text.tolist()))], axis=1).astype(np.float64)
        )
    return response_weights(np.column_stack(columns), answered, asked.classes)


def _told(
    model: RakingModel,
    answers: Answers,
    rows: NDArray[np.bool_],
    ways: tuple[Floats, list[Margin], Raked],
    response: Response | None,
) -> dict[str, Any]:
    before, margins, found = ways
    cost = design_effect(found.weights)
    relative = found.weights / found.weights.mean()
    drawn = _clusters(model, answers, rows)
    values = (
        answers.numbers(model.means, None, model.missing_codes)[rows]
        if model.means
        else np.empty((len(before), 0))
    )
    return plain_record({
        "n": int(rows.sum()), "level": model.level, "cycles": found.cycles, "converged": found.converged, "off": found.off,
        "trimmed": found.trimmed, "deff": cost.deff, "n_eff": cost.n_eff,
        "weights": {"mean": found.weights.mean(), "smallest": relative.min(), "largest": relative.max(), "sum": found.weights.sum()},
        "margins": [
            {"column": column, "category": category, "total": total, "before": _share_of(one, place, before), "after": reached}
            for (column, totals), one in zip(model.margins.items(), margins, strict=True)
            for place, ((category, total), reached) in enumerate(zip(totals.items(), np.bincount(one.codes, found.weights).tolist(), strict=True))
        ],
        "means": [
            {
                "column": name, "unweighted": mean_estimate(column, level=model.level),
                **weighted_mean(column, found.weights, drawn, (before, margins), model.level)._asdict(),
            }
            for name, column in zip(model.means, values.T, strict=True)
        ],
        "response": None if response is None else {"rate": response.rate, "asked": len(answers), "classes": response.by_class},
    })  # fmt: skip


def _share_of(margin: Margin, place: int, before: Floats) -> float:
    """Return a category's total before raking, on the scale of the population."""
    return float(before[margin.codes == place].sum() / before.sum() * margin.totals.sum())


def _clusters(model: RakingModel, answers: Answers, rows: NDArray[np.bool_]) -> Clusters:
    """Return how rows were drawn: by the model's columns of cluster, stratum and the stratum's clusters in the population."""
    n = int(rows.sum())
    stratum = (
        np.zeros(n, dtype=np.int64) if model.stratum is None else _numbered(answers, model.stratum, rows)
    )
    cluster = np.arange(n) if model.cluster is None else _numbered(answers, model.cluster, rows)
    # The same name in two strata is two clusters.
    cluster = np.unique(np.stack([stratum, cluster]), axis=1, return_inverse=True)[1].ravel()
    strata = int(stratum.max()) + 1
    population = np.full(strata, np.inf)
    if model.population is not None:
        sizes = answers.weights(model.population)[rows]
        population = np.array([sizes[stratum == one][0] for one in range(strata)])
    return Clusters(cluster, stratum, population)


def _numbered(answers: Answers, column: str, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.asarray(
        np.unique(
            answers.texts(column).fill_null("").filter(rows).to_numpy().astype(str), return_inverse=True
        )[1]
    )
