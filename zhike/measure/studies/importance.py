"""Importance and performance of attributes: quadrants, how sure they are, and what another choice of lines would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.phrases import phrase
from zhike.measure.attributes.importance_performance import (
    CROSSES,
    QUADRANTS,
    derived_importance,
    quadrants,
    vavra,
)
from zhike.measure.attributes.quadrant_chances import quadrant_chances
from zhike.measure.scores.estimate import mean_estimate
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.roles import Roles, enough, weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.measure.scores.estimate import Floats
    from zhike.measure.studies.roles import Answers

__all__ = ["ImportanceModel", "importance_figures", "importance_study"]

_KEYS: Final = (
    "attributes", "overall", "importance", "derived", "cross", "scale", "importance_scale", "weight", "missing_codes", "level",
)  # fmt: skip
_ATTRIBUTE: Final = ("performance", "importance")
_DERIVED: Final = ("shapley", "standardised")
_MIDDLE: Final = "scale_middle"
_CROSSES: Final = ("grand_mean", _MIDDLE, "median")


@dataclass(frozen=True, slots=True)
class ImportanceModel:
    """Attributes with their columns; see docs/reference/measure.md for the keys.

    ``stated`` says which importance the quadrants are of: the one stated, else the one derived from the overall score.
    """

    attributes: dict[str, tuple[str, str | None]]
    overall: str | None
    stated: bool
    derived: str
    cross: str
    scales: tuple[tuple[float, float] | None, tuple[float, float] | None]
    missing_codes: tuple[float | str, ...]
    level: float
    weight: str | None = None

    @classmethod
    def of(cls, document: object, name: str) -> ImportanceModel:
        """Return the model that a document describes.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles(document, name, _KEYS)
        attributes = {one: _columns(given, name) for one, given in roles.entries("attributes").items()}
        overall = roles.optional_text("overall")
        asked = all(column is not None for _, column in attributes.values())
        stated = (
            roles.choice("importance", ("stated", "derived") if asked else ("derived", "stated")) == "stated"
        )
        if stated and not asked:
            raise roles.refused(
                phrase("an attribute without a column of importance"),
                phrase("one for each, or `importance: derived`"),
            )
        if not stated and overall is None:
            raise roles.refused(
                phrase("nothing under '{key}'", key="overall"),
                phrase("the column that importance is derived from"),
            )
        scales = _scales(roles)
        cross = roles.choice("cross", _CROSSES)
        if cross == _MIDDLE and None in scales:
            raise roles.refused(
                phrase("nothing under '{key}'", key="scale"), phrase("the scale whose middle is the line")
            )
        return cls(
            attributes, overall, stated, roles.choice("derived", _DERIVED), cross, scales, roles.codes(), roles.level(),
            roles.optional_text("weight"),
        )  # fmt: skip

    @property
    def asked(self) -> bool:
        """Whether importance was asked for of every attribute."""
        return all(column is not None for _, column in self.attributes.values())


def _scales(roles: Roles) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Return the scales of importance and performance; None where the model does not say it."""
    scale = roles.scale("scale", None) if "scale" in roles.given else None
    known = "importance_scale" in roles.given or scale is not None
    return (roles.scale("importance_scale", scale) if known else None), scale


def _columns(given: object, name: str) -> tuple[str, str | None]:
    if isinstance(given, str):
        return given, None
    part = Roles(given, name, _ATTRIBUTE)
    return part.text("performance"), part.optional_text("importance")


def importance_figures(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what groups are compared in: performance of each attribute, and importance where it was asked for."""
    kinds = ("performance", "stated")
    return {
        f"{kind} {one['attribute']}": one[kind] for one in told["attributes"] for kind in kinds if one[kind]
    }


def importance_study(
    model: ImportanceModel, answers: Answers, rng: np.random.Generator, draws: int = 1000
) -> dict[str, Any]:
    """Return the quadrant of each attribute, its chance to be in each, and what other lines would change.

    Raises
    ------
    AnswersError
        When a column is not there or holds no numbers of the scale, or too few rows are complete.
    """
    answers = answers.counting(model.weight)
    columns = model.attributes.values()
    performance = answers.numbers([one for one, _ in columns], model.scales[1], model.missing_codes)
    stated = (
        answers.numbers([str(one) for _, one in columns], model.scales[0], model.missing_codes)
        if model.asked
        else None
    )
    overall = None if model.overall is None else answers.numbers([model.overall], None, model.missing_codes)
    derived = (
        None
        if overall is None
        else _derived(model, np.column_stack([performance, overall]), rng, weights_of(answers, model.weight))
    )
    for answered in (performance, stated):
        enough(len(answers) if answered is None else int(np.isfinite(answered).sum(axis=0).min()), 1)
    weights = weights_of(answers, model.weight)
    how = [mean_estimate(column, weights, model.level) for column in performance.T]
    what = None if stated is None else [mean_estimate(column, weights, model.level) for column in stated.T]
    chances = _chances(model, performance, stated, overall, rng, draws, weights)
    importance = np.array([one.value for one in what]) if model.stated and what else derived
    found = _placed(model, np.asarray(importance), np.array([one.value for one in how]))
    same_scale = stated is not None and model.scales[0] == model.scales[1]
    gaps = (
        [mean_estimate(column, weights, model.level) for column in (performance - stated).T]
        if same_scale and stated is not None
        else None
    )
    both = vavra(np.array([one.value for one in what]), derived) if what and derived is not None else None
    rows = [
        {
            "attribute": name, "performance": how[place], "importance": float(np.asarray(importance)[place]),
            "stated": what[place] if what else None, "derived": None if derived is None else float(derived[place]),
            **found["places"][place], "chances": None if chances is None else dict(zip(QUADRANTS, chances[place], strict=True)),
            "gap": gaps[place] if gaps else None, "stated_against_derived": both[place] if both else None,
        }
        for place, name in enumerate(model.attributes)
    ]  # fmt: skip
    return plain_record({
        "importance": "stated" if model.stated else "derived", "derived": model.derived if derived is not None else None,
        "cross": model.cross, "level": model.level, "n": len(answers), "bootstrap": draws,
        "lines": found["lines"], "sensitivity": found["sensitivity"], "attributes": rows, "provisional": ["stated_against_derived"],
    })  # fmt: skip


def _derived(
    model: ImportanceModel, table: Floats, rng: np.random.Generator, weights: Floats | None
) -> Floats:
    known = np.isfinite(table).all(axis=1)
    enough(int(known.sum()), table.shape[1] + 2)
    counts = None if weights is None else weights[None, known]
    return np.asarray(derived_importance(table[known], model.derived, rng, counts)[0])


def _middles(model: ImportanceModel) -> tuple[float, float]:
    """Return the middle of the scales of importance and performance; derived importance has none."""
    what, how = (np.nan if one is None else sum(one) / 2 for one in model.scales)
    return what if model.stated else np.nan, how


def _chances(
    model: ImportanceModel, performance: Floats, stated: Floats | None, overall: Floats | None, rng: np.random.Generator, draws: int,
    weights: Floats | None,
) -> Floats | None:  # fmt: skip
    if not draws:
        return None
    middles = _middles(model)
    if model.stated and stated is not None:
        return quadrant_chances(performance, stated, model.cross, middles, rng, draws=draws, weights=weights)
    outcome = np.asarray(overall)[:, 0]
    return quadrant_chances(
        performance, outcome, model.cross, middles, rng, derived=model.derived, draws=draws, weights=weights
    )


def _placed(model: ImportanceModel, importance: Floats, performance: Floats) -> dict[str, Any]:
    """Return quadrants by the chosen lines, and by the others beside them."""
    known = [kind for kind in CROSSES if kind != _MIDDLE or None not in model.scales]
    ways = {kind: quadrants(importance, performance, kind, _middles(model)) for kind in known}
    chosen = ways[model.cross]
    by_kind = [
        {kind: QUADRANTS[way.place[place]] for kind, way in ways.items()} for place in range(len(importance))
    ]
    moved = {
        kind: int(np.sum(way.place != chosen.place)) for kind, way in ways.items() if kind != model.cross
    }
    return {
        "lines": {"importance": chosen.importance_line, "performance": chosen.performance_line},
        "places": [{"quadrant": one[model.cross], "by_cross": one} for one in by_kind],
        "sensitivity": {"moved": moved, "settled": sum(len(set(one.values())) == 1 for one in by_kind), "attributes": len(by_kind)},
    }  # fmt: skip
