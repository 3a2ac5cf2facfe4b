"""What an action changes, learnt from logged choices with known probabilities, and what a purchase is worth by value band.

Two sources speak, and each says what it knows best:

- the *experiment* (`zhike.decide.experiments`): offers against choices of doing nothing, weighted by one over their
  probability. Right on average by design, and coarse: it speaks for an arm, a template over a channel;
- the *models* (`zhike.decide.answers`): P(gets the product | delivered) less P(gets it | nothing chosen), by customer and
  product. Fine, and as good as their terms.

The effect applied is the models', times a level of the arm that the experiment sets,

    effect_ia = level_a (response_ia - organic_ia),   level_a = 1 + w_a (E_a / M_a - 1),   w_a = s^2 / (s^2 + v_a / M_a^2),

with E the experiment's effect, v its variance, M the models' mean over the same choices and s = 0.5 the standard deviation of
levels around 1 that is expected beforehand: the posterior mean of a normal level with known variance (A. Gelman et al.,
"Bayesian Data Analysis", 3rd ed., 2013, 2.5). A strong experiment speaks, a weak one does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.decide.answers import Answers
from zhike.decide.choice_log import read_choices
from zhike.decide.experiments import Z95, arms_of, cell_rows
from zhike.decide.profiles import cell_of
from zhike.decide.response_model import MODEL_SCHEMA
from zhike.decide.worth_factors import WORTH_SCHEMA, applied_factors, learn_worth
from zhike.know.view import view

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.choice_log import ChoiceLog
    from zhike.decide.experiments import Arm
    from zhike.decide.policy import EffectWindow
    from zhike.know.rules import ArchiveRules

__all__ = [
    "ANSWERS",
    "ASSUMED",
    "CALIBRATED",
    "EFFECT_SCHEMA",
    "WORTH_SCHEMA",
    "Applied",
    "Effects",
    "Told",
    "learn_effects",
]

EXPERIMENT, RESPONSES, ANSWERS, CALIBRATED, ASSUMED = (
    "experiment",
    "responses",
    "answers",
    "calibrated",
    "assumed",
)

EFFECT_SCHEMA: Final[dict[str, Any]] = {
    "template": pl.String,
    "channel": pl.String,
    "cell": pl.String,
    "source": pl.String,
    "effect": pl.Float64,
    "error": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "reach": pl.Float64,
    "choices": pl.Int64,
    "compared": pl.Int64,
    "effective": pl.Float64,
    "level": pl.Float64,
    "level_error": pl.Float64,
    "weight": pl.Float64,
}
LEVEL_SPREAD: Final = 0.5
"""Standard deviation of an arm's level around 1 before its experiment is seen. Invented."""
LEVELS: Final = (0.1, 4.0)
"""Least and largest level. Invented."""
HALF: Final = 0.5
"""Weight of the experiment from which an effect counts as the experiment's."""
EFFECTS: Final = (-0.05, 1.0)
"""Least and largest effect. The first is invented: no offer keeps more from buying."""
_TINY: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Applied:
    """Effects for some customers and actions.

    Parameters
    ----------
    effect, reach : ndarray of shape (n_customers, n_actions)
        NaN where nothing was learnt.
    factor : ndarray of shape (n_customers, n_actions)
        Worth of an accepted action relative to the catalogue's, 1 where nothing is known.
    source : tuple of str or None, length n_actions
        ``experiment`` where the experiment weighs at least one half in the level, else ``responses``.
    """

    effect: NDArray[np.float64]
    reach: NDArray[np.float64]
    factor: NDArray[np.float64]
    source: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be said of one effect applied to one customer.

    Parameters
    ----------
    effect : float
    low, high : float
        As far as the level of the arm is uncertain (95 %); how customers differ is not in it.
    reach : float
        Share delivered.
    choices, compared : int
        Logged choices of the template and channel, and of doing nothing.
    source : str
    """

    effect: float
    low: float
    high: float
    reach: float
    choices: int
    compared: int
    source: str


@dataclass(frozen=True, slots=True)
class Effects:
    """What was learnt, as three tables.

    Parameters
    ----------
    table : DataFrame with the columns of ``EFFECT_SCHEMA``
        A row for each template, channel and cell; ``cell`` null for a cell that the log does not have. ``effect`` is the
        experiment's change in P(gets the product) by a delivered offer, or P(accepts | delivered); ``error`` its standard
        error, ``low`` and ``high`` its 95 % interval, all null without an experiment; ``reach`` the share delivered;
        ``choices`` the logged choices of the template and channel, ``compared`` those of doing nothing; ``effective`` the
        cell's effective customers. Of the whole arm: ``level`` with its standard error, and the experiment's ``weight`` in it.
    worth : DataFrame with the columns of ``WORTH_SCHEMA``
    model : DataFrame with the columns of ``MODEL_SCHEMA``
        See `zhike.decide.answers.Answers.table`.
    """

    table: pl.DataFrame
    worth: pl.DataFrame
    model: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MODEL_SCHEMA))

    def applied(self, actions: Actions, inputs: pl.DataFrame) -> Applied:
        """Return effect, reach and worth of every action for customers with the columns of ``CELL_COLUMNS``."""
        arms = (
            self.table.filter(pl.col("cell").is_null())
            .select("template", "channel", "weight", "level")
            .rows()
        )
        source = {(t, c): EXPERIMENT if weight >= HALF else RESPONSES for t, c, weight, _ in arms}
        level = {(t, c): one for t, c, _, one in arms}
        scale = np.array([level.get(key, np.nan) for key in actions.arms], dtype=np.float64)
        effect = np.clip(Answers.read(self.model).effects(actions, inputs) * scale, *EFFECTS)
        factor = applied_factors(self.worth, actions, inputs)
        return Applied(
            effect, self._reach(actions.arms, inputs), factor, tuple(map(source.get, actions.arms))
        )

    def told(self, actions: Actions, inputs: pl.DataFrame, column: int) -> tuple[Told | None, float]:
        """Return what is to be said of one action for one customer (None where nothing was learnt), and the factor of worth."""
        found = self.applied(actions, inputs)
        effect, factor = float(found.effect[0, column]), float(found.factor[0, column])
        template, channel = actions.arms[column]
        row = self.of(template, channel, inputs.select(cell_of()).item())
        if row is None or np.isnan(effect):
            return None, factor
        wide = abs(effect) * Z95 * row["level_error"] / row["level"]
        reach, source = float(found.reach[0, column]), str(found.source[column])
        return Told(
            effect, effect - wide, effect + wide, reach, row["choices"], row["compared"], source
        ), factor

    def doubts(self, actions: Actions, inputs: pl.DataFrame) -> NDArray[np.float64]:
        """Return how uncertain the effect of each action is, shape (n_actions,): half of its 95 % interval, relative to the effect.

        Parameters
        ----------
        actions : Actions
        inputs : DataFrame
            Any customers; the level of an arm is as uncertain for one as for another, and how customers differ is not in it.

        Returns
        -------
        ndarray of float
            NaN where nothing was learnt.
        """
        arms = self.table.filter(pl.col("cell").is_null())
        told = {
            (t, c): Z95 * error / level
            for t, c, error, level in arms.select("template", "channel", "level_error", "level").rows()
        }
        found = np.array([told.get(key, np.nan) for key in actions.arms], dtype=np.float64)
        learnt = ~np.isnan(self.applied(actions, inputs.head(1)).effect).all(axis=0)
        return np.where(learnt, found, np.nan)

    def of(self, template: str, channel: str, cell: str) -> dict[str, Any] | None:
        """Return the row that speaks for a cell, None where nothing was learnt of the template and channel."""
        mine = self.table.filter(template=template, channel=channel)
        rows = mine.filter((pl.col("cell") == cell) | pl.col("cell").is_null()).sort("cell", nulls_last=True)
        return rows.row(0, named=True) if rows.height else None

    def _reach(self, keys: list[tuple[str, str]], inputs: pl.DataFrame) -> NDArray[np.float64]:
        cells = sorted(set(self.table["cell"].drop_nulls()))
        column = {name: position for position, name in enumerate([*cells, None])}
        known = {
            key: place
            for place, key in enumerate(sorted(set(self.table.select("template", "channel").rows())))
        }
        share = np.full((len(known) + 1, len(column)), np.nan)
        for template, channel, cell, reach in self.table.select(
            "template", "channel", "cell", "reach"
        ).rows():
            share[known[template, channel], column[cell]] = reach
        usual = share[:, -1:]
        share = np.where(np.isnan(share), usual, share)
        arm = np.array([known.get(key, len(known)) for key in keys], dtype=np.int64)
        place = [column.get(cell, len(cells)) for cell in inputs.select(cell_of()).to_series()]
        return share[arm[None, :], np.array(place, dtype=np.int64)[:, None]]


def learn_effects(
    tables: Mapping[str, pl.LazyFrame],
    at: dt.date,
    timezone: str,
    rules: ArchiveRules,
    actions: Actions,
    window: EffectWindow,
) -> Effects | None:
    """Learn from the choices of a window whose horizon closed by a day.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        The bank's contract tables; only what was known by the end of ``at`` is used.
    at : date
    timezone : str
        The bank's IANA zone.
    rules : ArchiveRules
        Rules of the archive, with which profiles and cells are made.
    actions : Actions
        The actions of the day; templates that they do not have are not learnt.
    window : EffectWindow

    Returns
    -------
    Effects or None
        None where the log has no choice in the window.

    Notes
    -----
    The experiment holds where, given cell and month, the probability on record is all that decided between offer and nothing;
    the models where that holds given their terms. A choice of nothing with probability 1 had no alternative and is left out.
    Purchases of a customer who already has the product count for repeatable templates only. Packages are not learnt.
    """
    seen = view(tables, at, timezone)
    log = read_choices(seen, timezone, rules, window)
    if log is None:
        return None
    answers = Answers.learn(log, actions, window.minimum)
    arms = [
        arm
        for arm in arms_of(log, actions, window.minimum)
        if (arm.template, arm.channel) in answers.deliveries
    ]
    rows = [*_measured(log, actions, answers, arms), *_borrowed(log, actions, answers, arms, window.minimum)]
    table = pl.DataFrame(rows, schema=EFFECT_SCHEMA, orient="row")
    worth = learn_worth(seen, log, str(actions.table["currency"][0]))
    return Effects(table, worth, answers.table())


def _measured(
    log: ChoiceLog, actions: Actions, answers: Answers, arms: list[Arm]
) -> Iterable[tuple[Any, ...]]:
    """Yield the rows of the arms that have an experiment, or for care and service enough answers."""
    levels = {(arm.template, arm.channel): _level(log, actions, answers, arm) for arm in arms}
    for row in cell_rows(log, arms):
        arm = row.arm
        level, doubt, weight = levels[arm.template, arm.channel]
        source = RESPONSES if arm.control is None else EXPERIMENT
        yield (
            arm.template, arm.channel, row.cell, source, row.effect, row.error, *row.interval, row.reach, arm.choices,
            arm.compared, row.effective, level, doubt, weight,
        )  # fmt: skip


def _level(log: ChoiceLog, actions: Actions, answers: Answers, arm: Arm) -> tuple[float, float, float]:
    """Return an arm's level, its standard error, and the experiment's weight in it."""
    value, variance = arm.whole()
    if arm.control is None:
        return 1.0, min(float(np.sqrt(variance)) / max(value, _TINY), LEVEL_SPREAD), 0.0
    mean = answers.mean_effect(log, actions, arm)
    if mean < _TINY:
        return 1.0, LEVEL_SPREAD, 0.0
    noise = variance / mean**2
    weight = LEVEL_SPREAD**2 / (LEVEL_SPREAD**2 + noise)
    level = float(np.clip(1.0 + weight * (value / mean - 1.0), *LEVELS))
    return level, float(np.sqrt(weight * noise)), weight


def _borrowed(
    log: ChoiceLog, actions: Actions, answers: Answers, arms: list[Arm], minimum: int
) -> Iterable[tuple[Any, ...]]:
    """Yield the rows of arms that have too little of their own, where template and channel were both seen often enough."""
    done = {(arm.template, arm.channel) for arm in arms}
    by_template, by_channel = (_summed(answers.deliveries, place) for place in (0, 1))
    for template, channel in (
        actions.table.select("template", "channel").unique().sort("template", "channel").rows()
    ):
        seen = min(by_template.get(template, 0), by_channel.get(channel, 0))
        if (template, channel) in done or seen < minimum:
            continue
        own = log.offers.get((template, channel))
        yield (
            template, channel, None, RESPONSES, None, None, None, None, _share(log, channel), 0 if own is None else len(own),
            0, 0.0, 1.0, LEVEL_SPREAD, 0.0,
        )  # fmt: skip


def _summed(deliveries: Mapping[tuple[str, str], int], place: int) -> dict[str, int]:
    total: dict[str, int] = {}
    for key, count in deliveries.items():
        total[key[place]] = total.get(key[place], 0) + count
    return total


def _share(log: ChoiceLog, channel: str) -> float:
    """Return the share delivered of everything sent over a channel."""
    parts = [offers.delivered for (_, one), offers in log.offers.items() if one == channel]
    return float(np.concatenate(parts).mean())
