"""Drivers of an overall score: shares of what it is explained by, by two methods, and what is punished or rewarded. Associations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.measure.drivers.driver_shares import METHODS, DriverShares, driver_shares
from zhike.measure.drivers.penalty_reward import penalty_reward
from zhike.measure.drivers.shapley import EXACT_TO
from zhike.measure.scores.rank_sets import rank_sets
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.roles import Roles, enough, weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from zhike.measure.scores.estimate import Floats
    from zhike.measure.studies.roles import Answers

__all__ = ["DriverModel", "driver_figures", "driver_study"]

_KEYS: Final = (
    "overall",
    "drivers",
    "always",
    "methods",
    "scale",
    "cuts",
    "least",
    "weight",
    "missing_codes",
    "level",
)
_LEAST: Final = 5


@dataclass(frozen=True, slots=True)
class DriverModel:
    """The overall score, its drivers and what they are adjusted for; see docs/reference/measure.md for the keys.

    ``cuts`` are the highest answer that is low and the lowest that is high; None leaves out the contrast of penalty and reward.
    """

    overall: str
    drivers: tuple[str, ...]
    always: tuple[str, ...]
    methods: tuple[str, ...]
    scale: tuple[float, float] | None
    cuts: tuple[float, float] | None
    least: int
    missing_codes: tuple[float | str, ...]
    level: float
    weight: str | None = None

    @classmethod
    def of(cls, document: object, name: str) -> DriverModel:
        """Return the model that a document describes.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles(document, name, _KEYS)
        scale = roles.scale("scale", None) if "scale" in roles.given else None
        return cls(
            roles.text("overall"), roles.texts("drivers"), roles.texts("always", needed=False),
            METHODS if "methods" not in roles.given else roles.choices("methods", METHODS), scale, _cuts(roles, scale),
            int(roles.number("least", _LEAST, least=1)), roles.codes(), roles.level(), roles.optional_text("weight"),
        )  # fmt: skip


def _cuts(roles: Roles, scale: tuple[float, float] | None) -> tuple[float, float] | None:
    """Return the cuts of the model, else the outer quarters of the scale."""
    if "cuts" in roles.given:
        part = roles.part("cuts", ("low", "high"))
        return part.number("low", np.nan), part.number("high", np.nan)
    if scale is None:
        return None
    quarter = (scale[1] - scale[0]) / 4
    return scale[0] + quarter, scale[1] - quarter


def driver_figures(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what groups are compared in: penalty and reward of each driver, where they are told."""
    return {
        f"{side} {one['driver']}": one["contrast"][side]
        for one in told["drivers"]
        if one["contrast"]
        for side in ("penalty", "reward")
        if one["contrast"][side]
    }


def driver_study(
    model: DriverModel, answers: Answers, rng: np.random.Generator, draws: int = 1000
) -> dict[str, Any]:
    """Return the shares of drivers with their intervals, and penalty and reward of each.

    Raises
    ------
    AnswersError
        When a column is not there or holds no numbers, or too few rows are complete.
    """
    answers = answers.counting(model.weight)
    ratings = answers.numbers(model.drivers, model.scale, model.missing_codes)
    # The overall score may be of another scale than its drivers.
    overall = answers.numbers([model.overall], None, model.missing_codes)
    variables, names, known = _always(answers, model.always)
    table = np.column_stack([variables, ratings, overall])
    complete = np.isfinite(table).all(axis=1) & known
    table = table[complete]
    given = weights_of(answers, model.weight)
    weights = None if given is None else given[complete]
    enough(len(table), table.shape[1] + 2)
    found = {
        one: driver_shares(
            table, one, rng, always=len(names), draws=draws, level=model.level, weights=weights
        )
        for one in model.methods
    }
    first = next(iter(found.values()))
    return plain_record({
        "kind": "association", "overall": model.overall, "level": model.level, "n": len(table), "left_out": int((~complete).sum()),
        "bootstrap": draws, "r2": first.r2, "always": {"variables": names, "r2": first.always},
        "orders": "all" if len(model.drivers) <= EXACT_TO else "sampled",
        "drivers": _rows(model, table[:, len(names):], found, weights),
    })  # fmt: skip


def _always(answers: Answers, names: tuple[str, ...]) -> tuple[Floats, list[str], Any]:
    """Return adjustment variables as numbers: a column of numbers as it stands, one of words as a column of 0 and 1 for each word but the first."""
    columns: list[Floats] = []
    told: list[str] = []
    known = np.ones(len(answers), dtype=bool)
    for name in names:
        text = answers.texts(name)
        known &= text.is_not_null().to_numpy()
        for label, column in _columns(name, text):
            told.append(label)
            columns.append(column)
    return np.column_stack(columns) if columns else np.empty((len(answers), 0)), told, known


def _columns(name: str, text: pl.Series) -> list[tuple[str, Floats]]:
    import polars as pl

    numbers = text.cast(pl.Float64, strict=False)
    if numbers.is_null().sum() == text.is_null().sum():
        return [(name, numbers.fill_null(0.0).to_numpy())]
    words = sorted(text.drop_nulls().unique().to_list())
    return [
        (f"{name}: {word}", (text == word).fill_null(value=False).to_numpy().astype(np.float64))
        for word in words[1:]
    ]


def _rows(
    model: DriverModel, table: Floats, found: dict[str, DriverShares], weights: Floats | None
) -> list[dict[str, Any]]:
    """Return a row for each driver, the largest share first."""
    contrasts = (
        None
        if model.cuts is None
        else penalty_reward(
            table[:, :-1], table[:, -1], model.cuts, model.least, model.level, weights=weights
        )
    )
    rows = []
    for place, name in enumerate(model.drivers):
        row: dict[str, Any] = {"driver": name, "mean": float(np.average(table[:, place], weights=weights))}
        row |= {method: _share(one, place) for method, one in found.items()}
        rows.append({**row, "contrast": None if contrasts is None else contrasts[place]})
    first = next(iter(found))
    return sorted(rows, key=lambda row: -row[first]["share"])


def _share(found: DriverShares, place: int) -> dict[str, Any]:
    explained = float(found.share.sum())
    ranks = rank_sets(found.low, found.high)
    return {
        "share": found.share[place], "low": found.low[place], "high": found.high[place], "error": found.error[place],
        "percent": 100 * found.share[place] / explained if explained > 0 else None, "rank": ranks[place],
    }  # fmt: skip
