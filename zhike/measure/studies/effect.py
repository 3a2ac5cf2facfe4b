"""What an improvement changed, from a series: interrupted, controlled, a difference of units, or a trial."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.effects import Season, drawn_units, interrupted_series, trial_change, unit_change
from zhike.measure.studies.periods import period_places
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.measure.studies.roles import Answers

__all__ = [
    "BETTER",
    "DESIGNS",
    "EffectBounds",
    "EffectModel",
    "Series",
    "effect_of",
    "effect_study",
    "panel_of",
    "series_of",
    "start_of",
]

DESIGNS: Final = ("interrupted", "controlled", "difference", "trial")
BETTER: Final = ("higher", "lower")
_KEYS: Final = (
    "design", "period", "value", "size", "unit", "start", "treated", "comparison", "draw", "slope", "season", "washout", "better",
    "missing_codes", "level",
)  # fmt: skip
_IN_TIME: Final = ("interrupted", "controlled")


@dataclass(frozen=True, slots=True)
class EffectBounds:
    """``listening.effects``: points before and after that are needed, level of intervals, chance from which an effect counts as shown."""

    before: int = 8
    after: int = 4
    level: float = 0.95
    better: float = 0.975

    @classmethod
    def of(cls, value: dict[str, Any]) -> EffectBounds:
        """Read the rule's value."""
        return cls(int(value["before"]), int(value["after"]), float(value["level"]), float(value["better"]))


@dataclass(frozen=True, slots=True)
class EffectModel:
    """Which column is what, and how the effect is to be told; see docs/reference/measure.md for the keys."""

    design: str
    period: str
    value: str
    size: str | None
    unit: str | None
    start: str
    treated: tuple[str, ...]
    comparison: tuple[str, ...]
    draw: tuple[str, float] | None
    slope: bool
    season: Season | None
    washout: int
    better: str
    missing_codes: tuple[float | str, ...]
    level: float | None

    @classmethod
    def of(cls, document: object, name: str) -> EffectModel:
        """Return the model that a document describes.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles(document, name, _KEYS)
        made = cls(
            roles.choice("design", DESIGNS), roles.text("period"), roles.text("value"), roles.optional_text("size"),
            roles.optional_text("unit"), _start(roles), roles.texts("treated", needed=False), roles.texts("comparison", needed=False),
            _draw(roles), _slope(roles), _season(roles), int(roles.number("washout", 0, least=0)), roles.choice("better", BETTER), roles.codes(),
            roles.level() if "level" in roles.given else None,
        )  # fmt: skip
        made.check(roles)
        return made

    def check(self, roles: Roles) -> None:
        """Refuse a design without what it is made of."""
        if self.design != "interrupted" and self.unit is None:
            raise roles.refused(
                phrase("design {design} without a column of units", design=self.design),
                phrase("key '{key}'", key="unit"),
            )
        named = bool(self.treated) or self.draw is not None
        if self.unit is not None and not named:
            raise roles.refused(
                phrase("units of which none has the action"), phrase("keys of {names}", names="treated, draw")
            )
        if self.design == "trial" and self.draw is None:
            raise roles.refused(
                phrase("a trial whose units were not drawn"), phrase("key '{key}'", key="draw")
            )
        if self.draw is not None and (self.treated or self.comparison):
            raise roles.refused(phrase("units both drawn and named"), phrase("keys of {names}", names="draw"))
        if set(self.treated) & set(self.comparison):
            raise roles.refused(
                phrase("units both with the action and without"), phrase("units that are either")
            )


@dataclass(frozen=True, slots=True)
class Series:
    """A series, or one for each unit.

    Parameters
    ----------
    periods : list of str
        As they are written, in the order of time.
    places : array of int, shape (periods,)
        See `period_places`.
    units : list of str
        One empty name where there are no units.
    values, sizes : array, shape (units, periods)
        NaN where there is none.
    """

    periods: list[str]
    places: NDArray[np.int64]
    units: list[str]
    values: NDArray[np.float64]
    sizes: NDArray[np.float64] | None


def series_of(model: EffectModel, answers: Answers) -> Series:
    """Return the series that a model reads from a table, a row a unit and period.

    Raises
    ------
    AnswersError
        When a column is missing or holds something else, a period is of no known form, or a unit has a period twice.
    """
    written = [one or "" for one in answers.texts(model.period).to_list()]
    units = (
        [""] * len(written)
        if model.unit is None
        else [one or "" for one in answers.texts(model.unit).to_list()]
    )
    values = answers.numbers([model.value], None, model.missing_codes)[:, 0].tolist()
    sizes = None if model.size is None else answers.weights(model.size).tolist()
    return panel_of(written, units, values, sizes)


def panel_of(
    written: Sequence[str],
    units: Sequence[str],
    values: Sequence[float],
    sizes: Sequence[float] | None = None,
) -> Series:
    """Return the series of rows, one a unit and period.

    Parameters
    ----------
    written : sequence of str
        Periods.
    units : sequence of str
        Empty names where there are none.
    values : sequence of float
    sizes : sequence of float, optional

    Raises
    ------
    AnswersError
        When there are no rows, a period is of no known form, or a unit has a period twice.
    """
    if not written:
        raise AnswersError(
            what=phrase("no rows"), expected=phrase("a row a unit and period"), advice=phrase("Give the series."),
        )  # fmt: skip
    places = period_places(written)
    known, rows = np.unique(places, return_inverse=True)
    names = sorted(set(units))
    lines = np.array([names.index(one) for one in units])
    _check_once(lines, rows, names, written)
    shape = (len(names), len(known))
    panel, weights = np.full(shape, np.nan), None
    panel[lines, rows] = values
    if sizes is not None:
        weights = np.full(shape, np.nan)
        weights[lines, rows] = sizes
    first = {int(place): text for place, text in zip(places[::-1], written[::-1], strict=True)}
    return Series([first[int(one)] for one in known], known, names, panel, weights)


def start_of(day: str, series: Series) -> tuple[str, int]:
    """Return the first period with an action that began on a day, and 1 where that day lies within it: such a period is neither before nor after.

    Parameters
    ----------
    day : str
        In ISO form.
    series : Series
        Its periods are written 2026-05 or 2026-05-04; numbers have no days.

    Examples
    --------
    >>> months = panel_of(["2026-01", "2026-02", "2026-03"], [""] * 3, [1.0, 2.0, 3.0])
    >>> start_of("2026-02-01", months), start_of("2026-02-10", months)
    (('2026-02', 0), ('2026-02', 1))
    """
    firsts = [one if len(one) > len("2026-05") else f"{one}-01" for one in series.periods]
    began = [place for place, one in enumerate(firsts) if one <= day]
    if not began or "-" not in series.periods[0]:
        raise _no_periods(day)
    return series.periods[began[-1]], int(firsts[began[-1]] < day)


def effect_study(
    model: EffectModel, answers: Answers, rng: np.random.Generator, bounds: EffectBounds
) -> dict[str, Any]:
    """Return what an action changed, as JSON holds it; see docs/reference/json.md.

    Raises
    ------
    AnswersError
        When the series says too little, or has no such period or unit.
    """
    return effect_of(model, series_of(model, answers), rng, bounds)


def effect_of(
    model: EffectModel, series: Series, rng: np.random.Generator, bounds: EffectBounds
) -> dict[str, Any]:
    """Return what an action changed in a series that was read, see `effect_study`."""
    start = _place_of(model.start, series)
    level = model.level or bounds.level
    treated, others = _sides(model, series)
    told = _in_time if model.design in _IN_TIME else _of_units
    found = told(model, series, (treated, others), (start, level), rng, bounds)
    sign = 1.0 if model.better == "higher" else -1.0
    improved = found["above"] if sign > 0 else 1 - found["above"]
    return plain_record({
        "design": model.design, "value": model.value, "start": model.start, "better": model.better, "level": level,
        "verdict": _verdict(improved, bounds.better), "improved": improved,
        **{name: part for name, part in found.items() if name != "above"},
        "units": {"treated": [series.units[one] for one in treated if series.units[one]], "comparison": [series.units[one] for one in others]},
    })  # fmt: skip


def _in_time(
    model: EffectModel, series: Series, sides: tuple[list[int], list[int]], asked: tuple[int, float], _: np.random.Generator, bounds: EffectBounds,
) -> dict[str, Any]:  # fmt: skip
    (start, level), controlled = asked, model.design == "controlled"
    values, sizes = _mean_of(series, sides[0])
    if controlled:
        against, _sizes = _mean_of(series, sides[1])
        values = values - against
    out = (series.places >= start) & (series.places < start + model.washout)
    kept = np.isfinite(values) & ~out
    found = interrupted_series(
        values[kept], series.places[kept], start + model.washout, slope=model.slope, season=model.season,
        sizes=None if sizes is None else sizes[kept], least=(bounds.before, bounds.after), level=level,
    )  # fmt: skip
    shown = [series.periods[place] for place in np.flatnonzero(kept)]
    return {
        "effect": found.mean, "level_change": found.level, "slope_change": found.slope, "at_end": found.at_end, "trend": found.trend,
        "correlation": dict(zip(("value", "low", "high"), found.correlation, strict=True)), "p_value": None, "trend_before": None,
        "n": {"before": found.before, "after": found.after}, "above": found.improved,
        "points": [
            {"period": period, "value": value, "fitted": fit, "without": without}
            for period, value, fit, without in zip(shown, values[kept].tolist(), found.fitted.tolist(), found.without.tolist(), strict=True)
        ],
    }  # fmt: skip


def _of_units(
    model: EffectModel, series: Series, sides: tuple[list[int], list[int]], asked: tuple[int, float], rng: np.random.Generator, _: EffectBounds,
) -> dict[str, Any]:  # fmt: skip
    (start, level), rows = asked, [*sides[0], *sides[1]]
    kept = (series.places < start) | (series.places >= start + model.washout)
    later = series.places[kept] >= start
    if not later.any() or later.all():
        raise _no_periods(model.start)
    panel = series.values[rows][:, kept]
    with_it = np.arange(len(rows)) < len(sides[0])
    compare = trial_change if model.design == "trial" else unit_change
    found = compare(panel, with_it, later, rng, level)
    return {
        "effect": found.effect, "level_change": None, "slope_change": None, "at_end": None, "trend": None, "correlation": None,
        "p_value": found.p_value, "trend_before": found.before, "n": {"before": int((~later).sum()), "after": int(later.sum())},
        "above": found.improved, "points": _lines(series, kept, sides),
    }  # fmt: skip


def _lines(
    series: Series, kept: NDArray[np.bool_], sides: tuple[list[int], list[int]]
) -> list[dict[str, Any]]:
    """Return the mean of the units with the action and of the others, by period."""
    means = [_mean_of(series, side)[0] for side in sides]
    return [
        {"period": series.periods[one], "value": _known(means[0][one]), "fitted": None, "without": _known(means[1][one])}
        for one in np.flatnonzero(kept).tolist()
    ]  # fmt: skip


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _mean_of(series: Series, side: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Return the mean over units by period, by their sizes where there are any; NaN where a unit has no figure."""
    values = series.values[list(side)]
    if series.sizes is None:
        return values.mean(axis=0), None
    sizes = series.sizes[list(side)]
    total = sizes.sum(axis=0)
    return (values * sizes).sum(axis=0) / np.where(total > 0, total, np.nan), total


def _sides(model: EffectModel, series: Series) -> tuple[list[int], list[int]]:
    """Return the places of the units with the action and of those they are compared with."""
    if model.unit is None and model.design == "interrupted":
        return [0], []
    if model.unit is None or not (model.treated or model.draw):
        raise AnswersError(
            what=phrase("no unit with the action"), expected=phrase("units of which some have it and others not"),
            advice=phrase("Name the units with the action, or take design `interrupted`."),
        )  # fmt: skip
    named = model.treated or tuple(_drawn(model, series.units))
    for one in (*named, *model.comparison):
        if one not in series.units:
            raise AnswersError(
                what=phrase("no unit '{name}'", name=one), expected=", ".join(series.units),
                advice=phrase("Correct the name of the unit in the model."),
            )  # fmt: skip
    rest = model.comparison or tuple(one for one in series.units if one not in named)
    others = [] if model.design == "interrupted" else [series.units.index(one) for one in rest]
    if model.design == "controlled" and not others:
        raise AnswersError(
            what=phrase("no unit without the action"), expected=phrase("one at least to compare with"),
            advice=phrase("Name the units under `comparison`, or take design `interrupted`."),
        )  # fmt: skip
    return [series.units.index(one) for one in named], others


def _drawn(model: EffectModel, units: Sequence[str]) -> list[str]:
    name, share = model.draw or ("", 0.5)
    return drawn_units(units, name, share)


def _place_of(start: str, series: Series) -> int:
    """Return the number of the first period with the action, which need not be in the series."""
    try:
        place = int(period_places([*series.periods, start])[-1])
        same = bool(np.array_equal(period_places([*series.periods, start])[:-1], series.places))
    except AnswersError:
        same, place = False, 0
    if not same or not series.places[0] < place <= series.places[-1]:
        raise _no_periods(start)
    return place


def _no_periods(start: str) -> AnswersError:
    return AnswersError(
        what=phrase("start '{start}'", start=start),
        expected=phrase("a period after the first and not after the last one"),
        advice=phrase("Write the start as the periods are written."),
    )


def _check_once(
    lines: NDArray[np.int64], rows: NDArray[np.int64], names: Sequence[str], written: Sequence[str]
) -> None:
    seen: set[tuple[int, int]] = set()
    for place, pair in enumerate(zip(lines.tolist(), rows.tolist(), strict=True)):
        if pair in seen:
            raise AnswersError(
                what=phrase("period '{period}' twice for '{unit}'", period=written[place], unit=names[pair[0]]),
                expected=phrase("a row a unit and period"),
                advice=phrase("Name the column of units, or sum up to one row a period first."),
            )  # fmt: skip
        seen.add(pair)


def _start(roles: Roles) -> str:
    found = roles.given.get("start")
    # YAML reads 2026-05-01 as a day.
    return found.isoformat() if isinstance(found, dt.date) else roles.text("start")


def _slope(roles: Roles) -> bool:
    found = roles.given.get("slope", True)
    if not isinstance(found, bool):
        raise roles.refused(phrase("'{value}' under '{key}'", value=found, key="slope"), "true, false")
    return found


def _season(roles: Roles) -> Season | None:
    if roles.given.get("season") is None:
        return None
    part = roles.part("season", ("period", "waves"))
    period = part.number("period", np.nan, least=2)
    waves = int(part.number("waves", 2, least=1))
    if 2 * waves > period:
        raise part.refused(
            phrase("{waves} waves of a season of {period:g} periods", waves=waves, period=period), phrase("half as many waves as periods at most")
        )  # fmt: skip
    return Season(period, waves)


def _draw(roles: Roles) -> tuple[str, float] | None:
    if roles.given.get("draw") is None:
        return None
    part = roles.part("draw", ("name", "share"))
    share = part.number("share", 0.5)
    if not 0 < share < 1:
        raise part.refused(
            phrase("'{value}' under '{key}'", value=share, key="share"), phrase("a number between 0 and 1")
        )
    return part.text("name"), share


def _verdict(improved: float, bound: float) -> str:
    return "better" if improved >= bound else "worse" if improved <= 1 - bound else "not_shown"
