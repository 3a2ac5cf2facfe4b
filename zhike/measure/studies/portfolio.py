r"""Which improvements to make with the money and hours there are: the best set by the bank's own allocation, and how sure each member is.

A candidate ``j`` is worth ``v_j = r_j sum_t w_t e_jt``: its effects on satisfaction, loyalty, value, each in points or money a customer, times what a point
is worth, times the share or number ``r_j`` of customers whom it reaches. Chosen is what `zhike.decide.allocation` finds for

    max sum v_j x_j   with   sum cost_rj x_j <= budget_r,   x_b <= x_a where b requires a,   x_a + x_c <= 1 where they exclude each other

with its certificate: no set exceeds ``bound``, and where ``complete`` holds all sets were searched. An effect may be that of a driver: the change of the
driver's index times the total effect of a path model (``points`` of ``zhike measure ecsi``); candidates on one driver then share its uncertainty.

Effects are known with intervals only. They are drawn again (normal, with the spread of the interval) and the best set is found each time: ``chance`` is the
share of draws whose best set holds the candidate. ``kept`` is how much of the best value, known in hindsight, the chosen set gives on average.

Associations of a survey are no effects. What an earlier improvement changed (``zhike measure effect``) is a better figure than a driver's share.

References
----------
H. Markowitz, "Portfolio selection", Journal of Finance 7, 1952; R. Michaud, Efficient Asset Management, 1998 (resampled choices).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.decide.allocation import Problem, allocate
from zhike.measure.scores.estimate import normal_quantile
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.allocation import Allocation
    from zhike.measure.studies.roles import Answers

__all__ = ["PortfolioModel", "Target", "portfolio_study"]

_KEYS: Final = (
    "candidate",
    "costs",
    "budgets",
    "targets",
    "reach",
    "driver",
    "change",
    "requires",
    "excludes",
    "level",
)
_TARGET: Final = ("worth", "effect", "low", "high", "of")
_MOST: Final = 120
"""Candidates; beyond, nobody chose them one by one."""
_GOAL: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Target:
    """What improvements are for: satisfaction, loyalty, value.

    Parameters
    ----------
    name : str
    worth : float
        Of one point a customer.
    effect, low, high : str or None
        Columns of the effect and its interval; None where it is that of the candidate's driver.
    of : str or None
        Target of the path model.
    """

    name: str
    worth: float
    effect: str | None
    low: str | None
    high: str | None
    of: str | None


@dataclass(frozen=True, slots=True)
class PortfolioModel:
    """Which column is what, and what there is to spend; see docs/reference/measure.md for the keys."""

    candidate: str
    costs: Mapping[str, str]
    budgets: Mapping[str, float]
    targets: tuple[Target, ...]
    reach: str | None
    driver: str | None
    change: str | None
    requires: tuple[tuple[str, str], ...]
    excludes: tuple[tuple[str, str], ...]
    level: float

    @classmethod
    def of(cls, document: object, name: str) -> PortfolioModel:
        """Return the model that a document describes.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles(document, name, _KEYS)
        costs = {key: str(value) for key, value in roles.entries("costs").items()}
        budgets = roles.part("budgets", tuple(costs))
        made = cls(
            roles.text("candidate"), costs, {key: budgets.number(key, np.nan, least=0) for key in costs}, _targets(roles),
            roles.optional_text("reach"), roles.optional_text("driver"), roles.optional_text("change"), _pairs(roles, "requires"),
            _pairs(roles, "excludes"), roles.level(),
        )  # fmt: skip
        if any(one.of for one in made.targets) and not (made.driver and made.change):
            raise roles.refused(
                phrase("a target of the path model"), phrase("keys of {names}", names="driver, change")
            )
        return made


def _targets(roles: Roles) -> tuple[Target, ...]:
    found = []
    for name in roles.entries("targets"):
        part = Roles(roles.entries("targets")[name], roles.name, _TARGET)
        effect, of = part.optional_text("effect"), part.optional_text("of")
        if (effect is None) == (of is None):
            raise roles.refused(
                phrase("target '{name}'", name=name), phrase("one of {names}", names="effect, of")
            )
        found.append(
            Target(
                name,
                part.number("worth", 1.0),
                effect,
                part.optional_text("low"),
                part.optional_text("high"),
                of,
            )
        )
    return tuple(found)


def _pairs(roles: Roles, key: str) -> tuple[tuple[str, str], ...]:
    found = roles.given.get(key, [])
    if not isinstance(found, list) or any(not isinstance(one, list) or len(one) != 2 for one in found):  # noqa: PLR2004 - pairs
        raise roles.refused(
            phrase("'{value}' under '{key}'", value=found, key=key), phrase("a list of pairs")
        )
    return tuple((str(one[0]), str(one[1])) for one in found)


def portfolio_study(
    model: PortfolioModel,
    answers: Answers,
    rng: np.random.Generator,
    draws: int = 200,
    drivers: Mapping[tuple[str, str], tuple[float, float, float]] | None = None,
) -> dict[str, Any]:
    """Return the best set of candidates under the budgets, as JSON holds it; see docs/reference/json.md.

    Parameters
    ----------
    model : PortfolioModel
    answers : Answers
        A row a candidate.
    rng : Generator
    draws : int
        How often effects are drawn again; 0: never.
    drivers : mapping, optional
        Points of a target by points of a driver, with its interval, by (target, driver).

    Raises
    ------
    AnswersError
        When a column is missing or holds something else, a name stands twice or is not there, or there are too many candidates.
    """
    names = _names(model, answers)
    costs = {key: _filled(answers, column, least=0.0) for key, column in model.costs.items()}
    means, spread = _effects(model, answers, drivers or {})
    values = means.sum(axis=1)
    rows = _rows(model, names, costs)
    best = _chosen(values, rows, rng)
    chosen = np.isin(np.arange(len(names)), best.chosen)
    chances, kept = _robust(means, spread, rows, chosen, rng, draws)
    return plain_record({
        "level": model.level, "value": best.objective, "bound": best.bound, "gap": best.gap, "complete": best.complete, "status": best.status,
        "conflict": None if best.conflict is None else list(best.conflict.rows),
        "budgets": [
            {"name": name, "budget": model.budgets[name], "spent": float(costs[name] @ chosen), "price": float(best.prices[place])}
            for place, name in enumerate(costs)
        ],
        "candidates": _told(model, names, costs, means, chosen, chances), "draws": draws, "kept": kept,
    })  # fmt: skip


def _told(
    model: PortfolioModel, names: Sequence[str], costs: Mapping[str, NDArray[np.float64]], means: NDArray[np.float64], chosen: NDArray[np.bool_],
    chances: NDArray[np.float64] | None,
) -> list[dict[str, Any]]:  # fmt: skip
    order = sorted(range(len(names)), key=lambda one: (not chosen[one], -means[one].sum(), names[one]))
    return [
        {
            "candidate": names[one], "chosen": bool(chosen[one]), "chance": None if chances is None else float(chances[one]), "value": float(means[one].sum()),
            "by_target": {target.name: float(means[one, place]) for place, target in enumerate(model.targets)},
            "costs": {key: float(cost[one]) for key, cost in costs.items()},
        }
        for one in order
    ]  # fmt: skip


def _names(model: PortfolioModel, answers: Answers) -> list[str]:
    names = [one or "" for one in answers.texts(model.candidate).to_list()]
    twice = next((one for one in names if not one or names.count(one) > 1), None)
    if twice is not None or len(names) > _MOST:
        raise AnswersError(
            what=phrase("{count:,} candidates", count=len(names)) if twice is None else phrase("candidate '{name}' more than once, or without a name", name=twice),
            expected=phrase("at most {most} candidates, each named once", most=_MOST),
            advice=phrase("Name each candidate once; leave out those that nobody would choose."),
        )  # fmt: skip
    for one in itertools.chain(*model.requires, *model.excludes):
        if one not in names:
            raise AnswersError(
                what=phrase("no candidate '{name}'", name=one), expected=", ".join(names[:12]), advice=phrase("Correct the name in the model."),
            )  # fmt: skip
    return names


def _filled(answers: Answers, column: str, least: float = -np.inf) -> NDArray[np.float64]:
    found = answers.numbers([column])[:, 0]
    if not np.isfinite(found).all() or (found < least).any():
        raise AnswersError(
            what=phrase("column '{column}' with gaps, or with numbers below {least:g}", column=column, least=least),
            expected=phrase("a number for every candidate"), advice=phrase("Fill in the column; what costs nothing costs 0."),
        )  # fmt: skip
    return found


def _effects(
    model: PortfolioModel, answers: Answers, drivers: Mapping[tuple[str, str], tuple[float, float, float]]
) -> tuple[NDArray[np.float64], list[tuple[NDArray[np.intp], NDArray[np.float64]]]]:
    """Return what each candidate is worth by target, and the parts that vary: which source each candidate draws from, and its deviation.

    Candidates with one source, as those on one driver, vary together.
    """
    reach = np.ones(len(answers)) if model.reach is None else _filled(answers, model.reach, least=0.0)
    wide = 2 * normal_quantile(model.level)
    means, varying = [], []
    for target in model.targets:
        if target.effect is not None:
            middle, deviation = _filled(answers, target.effect), np.zeros(len(answers))
            if target.low is not None and target.high is not None:
                deviation = (_filled(answers, target.high) - _filled(answers, target.low)) / wide
            source = np.arange(len(answers))
        else:
            middle, deviation, source = _of_drivers(model, answers, target, drivers, wide)
        means.append(target.worth * reach * middle)
        varying.append((source, target.worth * reach * deviation))
    return np.column_stack(means), varying


def _of_drivers(
    model: PortfolioModel, answers: Answers, target: Target, drivers: Mapping[tuple[str, str], tuple[float, float, float]], wide: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:  # fmt: skip
    named = [one or "" for one in answers.texts(model.driver or "").to_list()]
    change = _filled(answers, model.change or "")
    known = sorted(driver for to, driver in drivers if to == target.of)
    odd = next((one for one in named if one and (target.of or "", one) not in drivers), None)
    if odd is not None:
        raise AnswersError(
            what=phrase("driver '{driver}' of '{target}'", driver=odd, target=target.of), expected=", ".join(known) or phrase("a path model, by --drivers"),
            advice=phrase("Give the answer of `zhike measure ecsi --json` that has the driver."),
        )  # fmt: skip
    nothing = (0.0, 0.0, 0.0)
    effects = np.array([drivers[target.of or "", one] if one else nothing for one in named])
    return (
        change * effects[:, 0],
        change * (effects[:, 2] - effects[:, 1]) / wide,
        np.unique(named, return_inverse=True)[1],
    )


def _rows(
    model: PortfolioModel, names: Sequence[str], costs: Mapping[str, NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str]]:
    """Return coefficients, right-hand sides and names of the rows: budgets, what requires what, what excludes what."""
    place = {name: index for index, name in enumerate(names)}
    table, bounds, told = [*costs.values()], [model.budgets[key] for key in costs], [*costs]
    for later, first in model.requires:
        row = np.zeros(len(names))
        row[place[later]], row[place[first]] = 1.0, -1.0
        table.append(row)
        bounds.append(0.0)
        told.append(f"{later} requires {first}")
    for one, other in model.excludes:
        row = np.zeros(len(names))
        row[[place[one], place[other]]] = 1.0
        table.append(row)
        bounds.append(1.0)
        told.append(f"{one} excludes {other}")
    return np.array(table), np.array(bounds), told


def _chosen(
    values: NDArray[np.float64], rows: tuple[NDArray[np.float64], NDArray[np.float64], list[str]], rng: np.random.Generator
) -> Allocation:  # fmt: skip
    """Return the best set: each candidate is a customer of a segment of their own, to whom one action is open."""
    table, bounds, names = rows
    many = len(values)
    arrays: dict[str, Any] = {
        "indptr": np.arange(many + 1), "act": np.zeros(many, dtype=np.int64), "val": values, "cost": np.zeros(many), "seg": np.arange(many),
        "group": np.zeros(1, dtype=np.int64), "use_group": 0, "k": 1, "W0": table[:, :, None], "W1": np.zeros((*table.shape, 1)), "b": bounds,
        "names": np.array(names),
    }  # fmt: skip
    return allocate(Problem.of(arrays), rng, goal=_GOAL)


def _robust(
    means: NDArray[np.float64], varying: Sequence[tuple[NDArray[np.intp], NDArray[np.float64]]],
    rows: tuple[NDArray[np.float64], NDArray[np.float64], list[str]], chosen: NDArray[np.bool_], rng: np.random.Generator, draws: int,
) -> tuple[NDArray[np.float64] | None, float | None]:  # fmt: skip
    """Return how often each candidate is in the best set of drawn effects, and which share of its value the chosen set gives."""
    if draws == 0:
        return None, None
    held, ours, best = np.zeros(len(chosen)), 0.0, 0.0
    for _ in range(draws):
        drawn = means.sum(axis=1)
        for source, deviation in varying:
            drawn = drawn + rng.standard_normal(int(source.max()) + 1)[source] * deviation
        found = _chosen(drawn, rows, rng)
        held[found.chosen] += 1
        ours, best = ours + float(drawn[chosen].sum()), best + found.objective
    return held / draws, ours / best if best > 0 else None
