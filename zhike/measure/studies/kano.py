"""Kano's categories of features, all together and by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.attributes.kano import FEELINGS, kano_categories, kano_count
from zhike.measure.attributes.kano_continuous import kano_point
from zhike.measure.studies.cells import folded
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.roles import Roles, weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.measure.studies.roles import Answers

    _Pair = tuple[NDArray[np.int64], NDArray[np.int64]]

__all__ = ["KanoModel", "kano_study"]

_KEYS: Final = ("features", "answers", "group", "weight", "least", "missing_codes", "level")
_SIDES: Final = ("functional", "dysfunctional")
_LEAST: Final = 10
_DOUBTFUL: Final = 0.1
"""Share of questionable pairs from which a feature's questions were probably not understood; our own line."""


@dataclass(frozen=True, slots=True)
class KanoModel:
    """Both questions of each feature, and which answer means what; see docs/reference/measure.md for the keys.

    ``places`` holds of each answer, as it stands in the file, its place in `FEELINGS`.
    """

    features: Mapping[str, tuple[str, str]]
    places: Mapping[str, int]
    group: str | None
    least: int
    level: float
    weight: str | None = None
    missing_codes: tuple[float | str, ...] = ()

    @classmethod
    def of(cls, document: object, name: str) -> KanoModel:
        """Return the model that a document describes.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles(document, name, _KEYS)
        features = {}
        for feature, given in roles.entries("features").items():
            part = Roles(given, name, _SIDES)
            features[feature] = (part.text("functional"), part.text("dysfunctional"))
        words = Roles(roles.given.get("answers", {}), name, FEELINGS).given
        places: dict[str, int] = {}
        for place, feeling in enumerate(FEELINGS):
            given = words.get(feeling, [place + 1, feeling])
            for one in given if isinstance(given, list) else [given]:
                if _spelled(one) in places:
                    raise roles.refused(
                        phrase("'{value}' under two answers", value=one), phrase("each answer once")
                    )
                places[_spelled(one)] = place
        return cls(
            features,
            places,
            roles.optional_text("group"),
            int(roles.number("least", _LEAST, least=1)),
            roles.level(),
            roles.optional_text("weight"),
            roles.codes(),
        )


def _spelled(value: object) -> str:
    """Return an answer as it is compared: ``1``, ``1.0`` and `` 1`` are one, as are ``Must be`` and ``must_be``."""
    text = folded(str(value))
    try:
        return f"{float(text):g}"
    except ValueError:
        return text.replace(" ", "_").replace("-", "_")


def kano_study(model: KanoModel, answers: Answers) -> dict[str, Any]:
    """Return how each feature is seen.

    Raises
    ------
    AnswersError
        When a column is not there or an answer is none of the model's.
    """
    answers = answers.counting(model.weight)
    pairs = {
        name: (_placed(model, answers, columns[0]), _placed(model, answers, columns[1]))
        for name, columns in model.features.items()
    }
    weights = weights_of(answers, model.weight)
    groups = None if model.group is None else answers.texts(model.group).fill_null("").to_numpy()
    return plain_record({
        "level": model.level, "provisional": ["fong", "continuous"],
        "features": [
            {"feature": name, **_told((functional, dysfunctional), weights, model.level), "groups": None if groups is None else _grouped(model, (functional, dysfunctional), weights, groups)}
            for name, (functional, dysfunctional) in pairs.items()
        ],
    })  # fmt: skip


def _placed(model: KanoModel, answers: Answers, column: str) -> NDArray[np.int64]:
    """Return each row's place in `FEELINGS`, -1 where there is no answer."""
    text = answers.texts(column)
    none = {_spelled(code) for code in model.missing_codes}
    told = [one for one in text.drop_nulls().unique().to_list() if _spelled(one) not in none]
    spelled = {one: model.places.get(_spelled(one)) for one in told}
    odd = next((one for one, place in sorted(spelled.items()) if place is None), None)
    if odd is not None:
        numbers = _numbered(model, answers, column)
        if numbers is not None:
            return numbers
        raise AnswersError(
            what=phrase("'{value}' in column '{column}'", value=odd, column=column),
            expected=phrase("one of the five answers"),
            advice=phrase("Say under `answers` in the model which value means what."),
        )
    return np.array([spelled.get(one, -1) for one in text.to_list()], dtype=np.int64)


def _numbered(model: KanoModel, answers: Answers, column: str) -> NDArray[np.int64] | None:
    """Return each row's place by the number that stands beside its label; None where that does not tell every answer."""
    try:
        numbers = answers.numbers([column], None, model.missing_codes)[:, 0]
    except AnswersError:
        return None
    places = [-1 if np.isnan(one) else model.places.get(_spelled(one)) for one in numbers.tolist()]
    return None if None in places else np.array(places, dtype=np.int64)


def _told(pair: _Pair, weights: NDArray[np.float64] | None, level: float) -> dict[str, Any]:
    both = (pair[0] >= 0) & (pair[1] >= 0)
    functional, dysfunctional = (side[both] for side in pair)
    own = None if weights is None else weights[both]
    found = kano_count(kano_categories(functional, dysfunctional), level, own)
    return {
        "n": int(both.sum()), **found._asdict(), "doubtful": bool(both.any()) and found.questionable >= _DOUBTFUL,
        "continuous": kano_point(functional, dysfunctional, level, own),
    }  # fmt: skip


def _grouped(
    model: KanoModel, pair: _Pair, weights: NDArray[np.float64] | None, groups: NDArray[Any]
) -> list[dict[str, Any]]:
    rows = []
    for name in sorted(set(groups.tolist()) - {""}):
        kept = groups == name
        n = int((kept & (pair[0] >= 0) & (pair[1] >= 0)).sum())
        own = None if weights is None else weights[kept]
        told = {} if n < model.least else _told((pair[0][kept], pair[1][kept]), own, model.level)
        rows.append({"group": name, "n": n, "suppressed": n < model.least, **told})
    return rows
