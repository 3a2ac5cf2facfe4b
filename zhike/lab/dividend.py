"""What personalisation is worth: policies side by side, the dividend over the same offer to all, and where it loses.

All figures are over the customers who were with the bank in any month of the run, with intervals clustered by household;
differences are paired by customer, since policies are played with common random numbers.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.lab.groups import GROUPS
from zhike.lab.intervals import Interval, clusters, difference, pooled
from zhike.lab.measures import MEASURES
from zhike.lab.situation import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from zhike.lab.intervals import Estimate
    from zhike.lab.run import Run

__all__ = ["Dividend", "GroupFigure", "Loss", "Study", "dividend", "study_of", "to_json"]

PERSONAL: Final = "zhike"
RIVALS: Final = (REFERENCE, "tiered", "propensity")
"""Policies against which a loss of the personalised one is reported."""
ORACLE, NOTHING = "oracle", "nothing"
BY_GROUP: Final = ("served", "customer_benefit", "bank_value", "satisfaction")
"""Measures that are shown by group; losses by group are looked for where more is better."""
_FEWEST: Final = 30
"""Customers below which a group is not looked at by itself."""


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One measure of one policy in one group, and its difference to the reference there."""

    group: str
    level: str
    policy: str
    measure: str
    customers: int
    figure: Interval
    less_reference: Interval


@dataclass(frozen=True, slots=True)
class Loss:
    """Where the personalised policy does worse than a rival beyond chance; ``group`` and ``level`` are empty for all customers."""

    measure: str
    against: str
    group: str
    level: str
    difference: Interval


@dataclass(frozen=True, slots=True)
class Dividend:
    """The policies of one run compared.

    Parameters
    ----------
    customers, households : int
        Over which the figures are.
    figures, less_reference : mapping of policy to mapping of measure to Interval
        Level and paired difference to the reference.
    regret : mapping of str to Interval
        Yuan a customer of bank value and customer benefit by which a policy falls short of the oracle.
    regret_share : mapping of str to float
        The same as a share of what the oracle gains over doing nothing.
    groups : list of GroupFigure
    gaps : mapping of policy to mapping of group to mapping of measure to float
        Best less worst level of a group.
    losses : list of Loss
    compared : int
        Differences that were looked at for losses; one in forty excludes 0 on the losing side by chance alone.
    """

    seed: int
    first_month: int
    months: int
    customers: int
    households: int
    figures: Mapping[str, Mapping[str, Interval]]
    less_reference: Mapping[str, Mapping[str, Interval]]
    regret: Mapping[str, Interval]
    regret_share: Mapping[str, float]
    groups: list[GroupFigure]
    gaps: Mapping[str, Mapping[str, Mapping[str, float]]]
    losses: list[Loss]
    compared: int


def dividend(run: Run) -> Dividend:
    """Compare the policies of a run."""
    table = _Table.of(run)
    names = list(run.played)
    groups = table.group_figures()
    losses, compared = table.losses()
    regret, share = table.regret()
    return Dividend(
        seed=run.seed,
        first_month=run.first_month,
        months=run.months,
        customers=len(table.household),
        households=int(table.household.max(initial=-1)) + 1,
        figures={name: table.levels(name) for name in names},
        less_reference={name: table.less(name, REFERENCE) for name in names if name != REFERENCE},
        regret=regret,
        regret_share=share,
        groups=groups,
        gaps=_gaps(groups),
        losses=losses,
        compared=compared,
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Customers who were ever here, under any policy the same; by policy their sums."""

    household: NDArray[np.int64]
    groups: pl.DataFrame
    played: dict[str, pl.DataFrame]

    @classmethod
    def of(cls, run: Run) -> _Table:
        ever = np.zeros(len(run.groups), dtype=bool)
        for played in run.played.values():
            ever |= played.customers["ever_here"].to_numpy()
        groups = run.groups.filter(ever)
        found = {name: played.customers.filter(ever) for name, played in run.played.items()}
        return cls(clusters(groups["household"].to_numpy()), groups, found)

    def part(self, mask: NDArray[np.bool_]) -> _Table:
        played = {name: rows.filter(mask) for name, rows in self.played.items()}
        return _Table(clusters(self.household[mask]), self.groups.filter(mask), played)

    def estimate(self, policy: str, measure: str) -> Estimate:
        return MEASURES[measure].estimate(self.played[policy])

    def levels(self, policy: str) -> dict[str, Interval]:
        return {name: self.estimate(policy, name).interval(self.household) for name in MEASURES}

    def less(self, policy: str, other: str) -> dict[str, Interval]:
        return {name: self.apart(policy, other, name) for name in MEASURES}

    def apart(self, policy: str, other: str, measure: str) -> Interval:
        return difference(self.estimate(policy, measure), self.estimate(other, measure), self.household)

    def parts(self) -> list[tuple[str, str, _Table]]:
        """Return the groups that are large enough: dimension, level, customers."""
        found = []
        for group in GROUPS:
            for level in self.groups[group].drop_nulls().unique().sort():
                mask = (self.groups[group] == level).fill_null(value=False).to_numpy()
                if int(mask.sum()) >= _FEWEST:
                    found.append((group, str(level), self.part(mask)))
        return found

    def group_figures(self) -> list[GroupFigure]:
        return [
            GroupFigure(
                group, level, policy, measure, len(part.household),
                part.estimate(policy, measure).interval(part.household), part.apart(policy, REFERENCE, measure),
            )
            for group, level, part in self.parts()
            for policy in self.played
            for measure in BY_GROUP
        ]  # fmt: skip

    def losses(self) -> tuple[list[Loss], int]:
        if PERSONAL not in self.played:
            return [], 0
        rivals = [name for name in RIVALS if name in self.played]
        everyone = [
            Loss(name, rival, "", "", self.apart(PERSONAL, rival, name))
            for rival in rivals
            for name, measure in MEASURES.items()
            if measure.better
        ]
        grouped = [
            Loss(name, rival, group, level, part.apart(PERSONAL, rival, name))
            for group, level, part in self.parts()
            for rival in rivals
            for name in BY_GROUP
            if MEASURES[name].better
        ]
        every = everyone + grouped
        return [loss for loss in every if _worse(loss)], len(every)

    def regret(self) -> tuple[dict[str, Interval], dict[str, float]]:
        if ORACLE not in self.played:
            return {}, {}
        found = {name: self.apart(ORACLE, name, "total") for name in self.played if name != ORACLE}
        gain = found[NOTHING].value if NOTHING in found else 0.0
        return found, {name: lost.value / gain for name, lost in found.items()} if gain > 0 else {}


def _worse(loss: Loss) -> bool:
    return loss.difference.excludes_zero and loss.difference.value * MEASURES[loss.measure].better < 0


def _gaps(figures: Sequence[GroupFigure]) -> dict[str, dict[str, dict[str, float]]]:
    """Return best less worst level of every group and measure, by policy."""
    found: dict[str, dict[str, dict[str, list[float]]]] = {}
    for one in figures:
        found.setdefault(one.policy, {}).setdefault(one.group, {}).setdefault(one.measure, []).append(
            one.figure.value
        )
    return {
        policy: {
            group: {measure: max(values) - min(values) for measure, values in measures.items()}
            for group, measures in groups.items()
        }
        for policy, groups in found.items()
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Study:
    """The same comparison in several worlds.

    Parameters
    ----------
    seeds : tuple of int
    each : list of Dividend
        One a seed.
    figures, less_reference : mapping of policy to mapping of measure to Interval
        Mean over seeds with its t-interval.
    regret : mapping of str to Interval
    losses : list of Loss
        What the personalised policy loses to a rival on the mean over seeds, with the interval beyond 0.
    """

    seeds: tuple[int, ...]
    each: list[Dividend]
    figures: Mapping[str, Mapping[str, Interval]]
    less_reference: Mapping[str, Mapping[str, Interval]]
    regret: Mapping[str, Interval]
    losses: list[Loss]


def study_of(found: Sequence[Dividend]) -> Study:
    """Pool the dividends of several seeds."""
    first = found[0]

    def over(part: str) -> dict[str, dict[str, Interval]]:
        return {
            policy: {
                name: pooled([getattr(one, part)[policy][name].value for one in found]) for name in MEASURES
            }
            for policy in getattr(first, part)
        }

    regret = {name: pooled([one.regret[name].value for one in found]) for name in first.regret}
    figures = over("figures")
    return Study(
        tuple(one.seed for one in found),
        list(found),
        figures,
        over("less_reference"),
        regret,
        _lost_on_mean(found),
    )


def _lost_on_mean(found: Sequence[Dividend]) -> list[Loss]:
    if PERSONAL not in found[0].figures:
        return []
    rivals = [name for name in RIVALS if name in found[0].figures]
    judged = [name for name, measure in MEASURES.items() if measure.better]
    every = [
        Loss(
            name, rival, "", "",
            pooled([one.figures[PERSONAL][name].value - one.figures[rival][name].value for one in found]),
        )
        for rival in rivals
        for name in judged
    ]  # fmt: skip
    return [loss for loss in every if _worse(loss)]


def to_json(found: Dividend | Study) -> dict[str, Any]:
    """Return a comparison as plain mappings, lists, texts and numbers."""
    return dict(dataclasses.asdict(found))
