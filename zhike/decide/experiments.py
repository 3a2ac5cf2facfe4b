"""What an order changes, by comparing offers with logged choices of doing nothing, and the share delivered.

A sale's effect is the difference between two rates: customers who got the product within the horizon after the offer, and
after a choice of doing nothing in the same month and cell. Both are weighted by one over the probability of the choice,
the second so that months, cells and products count as among the offers. Sends that were blocked reached nobody: what an
order changes is divided by the share delivered, which gives the effect of a delivered offer without comparing the reachable
with all (G. Imbens and J. Angrist, "Identification and estimation of local average treatment effects", Econometrica 62(2),
1994). Care and service have no outcome without them: there it is the share that accepted of those delivered.

Estimates by cell are drawn towards their channel and template, those towards their template (`zhike.decide.shrinkage`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.decide.shrinkage import Tally, shrunk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.choice_log import ChoiceLog, Offers

__all__ = ["Z95", "Arm", "CellRow", "arms_of", "cell_rows"]

Z95: Final = 1.959963984540054
_REACH_PRIOR: Final = 20.0
"""Customers' worth of the arm's share delivered that every cell's share starts from."""
_LEAST_REACH: Final = 0.01
_NONE: Final = 1e-9
"""What is left below it after subtracting sums of floats is nothing."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One template over one channel.

    Parameters
    ----------
    choices, compared : int
        Logged choices of it, and of doing nothing.
    treated, control, delivered : Tally
        ``control`` is None for care and service.
    shown : Offers
        The choices that the treated rate is made of, with their weights.
    """

    template: str
    channel: str
    choices: int
    compared: int
    treated: Tally
    control: Tally | None
    delivered: Tally
    shown: Offers

    def enough(self, minimum: int) -> bool:
        """Return whether each arm has the least effective number of customers, and something was delivered."""
        tallies = [self.treated, *([] if self.control is None else [self.control])]
        share = float(self.delivered.total().rate[0])
        return share >= _LEAST_REACH and all(t.total().effective[0] >= minimum for t in tallies)

    def whole(self) -> tuple[float, float]:
        """Return estimate and variance over all cells."""
        control = None if self.control is None else self.control.total()
        value, variance = _delivered_effect(self.treated.total(), control, self.reach()[-1:])
        return float(value[0]), float(variance[0])

    def by_cell(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return estimate and variance of every cell."""
        return _delivered_effect(self.treated, self.control, self.reach()[:-1])

    def reach(self) -> NDArray[np.float64]:
        """Return the share delivered in every cell, drawn towards that of all; the last is that of all."""
        every, n = float(self.delivered.total().rate[0]), self.delivered.effective
        share = (self.delivered.rate * n + every * _REACH_PRIOR) / (n + _REACH_PRIOR)
        return np.append(np.maximum(share, _LEAST_REACH), every)


def _delivered_effect(
    treated: Tally, control: Tally | None, reach: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the response of those delivered, or the change that an order makes by share delivered, with its variance."""
    rate, variance = treated.rate, treated.steadied_variance()
    if control is None:
        return rate, variance
    return (rate - control.rate) / reach, (variance + control.steadied_variance()) / reach**2


def arms_of(log: ChoiceLog, actions: Actions, minimum: int) -> list[Arm]:
    """Return every arm of the log that the catalogue has and that has enough behind it, by template and channel.

    Parameters
    ----------
    log : ChoiceLog
    actions : Actions
    minimum : int
        Least effective number of customers with the offer and without.
    """
    kinds = {
        t: (kind, again) for t, kind, again in actions.table.select("template", "kind", "repeatable").rows()
    }
    arms = []
    for (template, channel), offers in log.offers.items():
        kind, repeatable = kinds.get(template, ("none", False))
        if kind in ("care", "service"):
            arms.append(_answered(log, template, channel, offers))
        elif kind == "sale" and (offers.product >= 0).any():
            told = offers.kept(offers.product >= 0)
            arms.append(_compared(log, template, channel, told, repeatable=repeatable))
    return [arm for arm in arms if arm.enough(minimum)]


def _answered(log: ChoiceLog, template: str, channel: str, offers: Offers) -> Arm:
    shown = _evened(offers.kept(offers.delivered), log.months)
    treated = _tally(log, shown.profile, shown.weight, shown.accepted)
    delivered = _delivered(log, _evened(offers, log.months))
    return Arm(template, channel, len(offers), 0, treated, None, delivered, shown)


def _evened(offers: Offers, months: int) -> Offers:
    """Return the offers with weights by month scaled to their effective number.

    One offer of tiny probability would else outweigh all other months, where hundreds of probable ones say more.
    """
    total = np.bincount(offers.month, weights=offers.weight, minlength=months)
    squares = np.bincount(offers.month, weights=offers.weight**2, minlength=months)
    scale = np.divide(total, squares, out=np.zeros(months), where=squares > 0)
    return replace(offers, weight=offers.weight * scale[offers.month])


def _tally(
    log: ChoiceLog, profile: NDArray[np.int64], weight: NDArray[np.float64], hit: NDArray[Any]
) -> Tally:
    return Tally.of(profile, weight, weight * hit, log.cell, len(log.cells))


def _delivered(log: ChoiceLog, offers: Offers) -> Tally:
    return _tally(log, offers.profile, offers.weight, offers.delivered)


def _compared(log: ChoiceLog, template: str, channel: str, offers: Offers, *, repeatable: bool) -> Arm:
    """Return offers against doing nothing, the latter weighted to the months, cells and products of the former."""
    offers = _evened(offers.kept(~offers.held | repeatable), log.months)
    places = len(log.cells)
    stratum = log.month * places + log.cell[log.profile]
    open_, got = _what_nothing_did(log, offers, repeatable=repeatable)
    there = np.bincount(stratum, weights=log.weight * open_, minlength=log.months * places)
    offered = offers.month * places + log.cell[offers.profile]
    common = there[offered] > 0
    offers, offered = offers.kept(common), offered[common]
    wanted = np.bincount(offered, weights=offers.weight, minlength=len(there))
    match = log.weight * np.divide(wanted, there, out=np.zeros(len(there)), where=there > 0)[stratum]
    control = Tally.of(log.profile, match * open_, match * got, log.cell, places)
    treated = _tally(log, offers.profile, offers.weight, offers.new)
    compared = int(np.count_nonzero(match * open_))
    return Arm(template, channel, len(offers), compared, treated, control, _delivered(log, offers), offers)


def _what_nothing_did(
    log: ChoiceLog, offers: Offers, *, repeatable: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for every choice of nothing how far the products offered in its month were open, and how far they were got."""
    shape = (log.months, len(log.products))
    mix = np.zeros(shape)
    np.add.at(mix, (offers.month, offers.product), offers.weight)
    mix = np.divide(
        mix, mix.sum(axis=1, keepdims=True), out=np.zeros(shape), where=mix.sum(axis=1, keepdims=True) > 0
    )
    told = mix.any(axis=0)[log.product]
    row, product, month = log.row[told], log.product[told], log.month[log.row[told]]
    shut = log.held[told] & (not repeatable)
    # A product that many have has fewer left to compare with; each product still counts as among the offers.
    every = np.bincount(log.month, weights=log.weight, minlength=log.months)[:, None]
    left = np.repeat(every, shape[1], axis=1)
    np.subtract.at(left, (month[shut], product[shut]), log.weight[row[shut]])
    share = mix * np.divide(every, left, out=np.zeros(shape), where=left > _NONE * every)
    mean = share[month, product]
    open_ = share.sum(axis=1)[log.month] - np.bincount(row, weights=mean * shut, minlength=len(log.month))
    got = np.bincount(row, weights=mean * (log.new[told] & ~shut), minlength=len(log.month))
    return np.where(open_ > _NONE, open_, 0.0), np.asarray(got, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class CellRow:
    """What the experiment says of one arm in one cell; ``cell`` is None for one that the log does not have."""

    arm: Arm
    cell: str | None
    effect: float
    error: float
    reach: float
    effective: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.effect - Z95 * self.error, self.effect + Z95 * self.error


def cell_rows(log: ChoiceLog, arms: list[Arm]) -> Iterable[CellRow]:
    """Yield the estimates of every arm and cell, template by template."""
    for name in sorted({arm.template for arm in arms}):
        group = [arm for arm in arms if arm.template == name]
        value, variance = (np.array(part) for part in zip(*(arm.whole() for arm in group), strict=True))
        mean, error, _ = shrunk(value, variance)
        for arm, middle, doubt in zip(group, mean.tolist(), error.tolist(), strict=True):
            yield from _of_arm(log, arm, (middle, doubt))


def _of_arm(log: ChoiceLog, arm: Arm, centre: tuple[float, float]) -> Iterable[CellRow]:
    mean, variance, unseen = shrunk(*arm.by_cell(), centre=centre)
    effect, error = np.append(mean, unseen[0]), np.sqrt(np.append(variance, unseen[1]))
    effective = np.append(arm.treated.effective, arm.treated.total().effective)
    columns = (effect.tolist(), error.tolist(), arm.reach().tolist(), effective.tolist())
    for cell, *numbers in zip([*log.cells, None], *columns, strict=True):
        yield CellRow(arm, cell, *numbers)
