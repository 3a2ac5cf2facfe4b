"""SERVQUAL and SERVPERF of a survey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.phrases import phrase
from zhike.measure.attributes.quality_gaps import quality_gaps
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.roles import Roles, enough, weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.measure.studies.roles import Answers

__all__ = ["QualityModel", "quality_figures", "quality_study"]

_KEYS: Final = ("scale", "dimensions", "weight", "missing_codes", "level")
_DIMENSION: Final = ("items", "points")
_ITEM: Final = ("perception", "expectation")


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension: its pairs of columns (perception, expectation), and the column of the points it was given."""

    name: str
    items: tuple[tuple[str, str], ...]
    points: str | None


@dataclass(frozen=True, slots=True)
class QualityModel:
    """Dimensions of service quality; see docs/reference/measure.md for the keys."""

    dimensions: tuple[Dimension, ...]
    scale: tuple[float, float] | None
    missing_codes: tuple[float | str, ...]
    level: float
    weight: str | None = None

    @classmethod
    def of(cls, document: object, name: str) -> QualityModel:
        """Return the model that a document describes.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles(document, name, _KEYS)
        dimensions = tuple(_dimension(roles, *one) for one in roles.entries("dimensions").items())
        if len({one.points is None for one in dimensions}) > 1:
            raise roles.refused(
                phrase("points for some dimensions only"), phrase("`points` for every dimension, or for none")
            )
        scale = roles.scale("scale", None) if "scale" in roles.given else None
        return cls(dimensions, scale, roles.codes(), roles.level(), roles.optional_text("weight"))


def _dimension(roles: Roles, name: str, given: object) -> Dimension:
    part = Roles({"items": given} if isinstance(given, list) else given, roles.name, _DIMENSION)
    items = part.given.get("items")
    if not isinstance(items, list) or not items:
        raise roles.refused(
            phrase("no items in '{name}'", name=name),
            phrase("a list of items with {keys}", keys=", ".join(_ITEM)),
        )
    pairs = [Roles(one, roles.name, _ITEM) for one in items]
    return Dimension(
        name,
        tuple((one.text("perception"), one.text("expectation")) for one in pairs),
        part.optional_text("points"),
    )


def quality_figures(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what groups are compared in: the gap of each dimension, and over all of them."""
    gaps = {f"gap {one['dimension']}": one["gap"] for one in told["dimensions"]}
    return {**gaps, "servqual": told["servqual"]["unweighted"], "servperf": told["servperf"]["unweighted"]}


def quality_study(model: QualityModel, answers: Answers) -> dict[str, Any]:
    """Return gaps by item and dimension, and the scores over all of them.

    Raises
    ------
    AnswersError
        When a column is not there or holds no numbers of the scale, or nobody answered both questions of any item.
    """
    answers = answers.counting(model.weight)
    pairs = [pair for one in model.dimensions for pair in one.items]
    got, expected = (
        answers.numbers([pair[side] for pair in pairs], model.scale, model.missing_codes) for side in (0, 1)
    )
    enough(int((np.isfinite(got) & np.isfinite(expected)).any(axis=1).sum()), 1)
    places, start = {}, 0
    for one in model.dimensions:
        places[one.name] = list(range(start, start + len(one.items)))
        start += len(one.items)
    columns = [one.points for one in model.dimensions if one.points is not None]
    points = answers.numbers(columns, (0.0, np.inf), model.missing_codes) if columns else None
    found = quality_gaps(got, expected, places, points, model.level, weights_of(answers, model.weight))
    owner = {place: name for name, ones in places.items() for place in ones}
    return plain_record({
        "level": model.level, "n": len(answers),
        "items": [
            {"perception_item": pairs[place][0], "expectation_item": pairs[place][1], "dimension": owner[place], **reading._asdict()}
            for place, reading in enumerate(found.items)
        ],
        "dimensions": [
            {"dimension": name, "points": found.weights.get(name), **reading._asdict()} for name, reading in found.dimensions.items()
        ],
        "servqual": {"unweighted": found.unweighted, "weighted": found.weighted},
        "servperf": {"unweighted": found.servperf, "weighted": found.weighted_servperf},
    })  # fmt: skip
