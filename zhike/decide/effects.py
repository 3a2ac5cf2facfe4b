"""What an action changes, learnt from logged choices with known probabilities, and what a purchase is worth by value band.

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
import polars as pl

from zhike.decide.choice_log import UNKNOWN, cell_of, read_choices
from zhike.decide.shrinkage import Tally, shrunk
from zhike.know.view import view

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.choice_log import ChoiceLog, Offers
    from zhike.decide.policy import EffectWindow
    from zhike.know.rules import ArchiveRules
    from zhike.know.view import View

__all__ = ["ASSUMED", "CALIBRATED", "EFFECT_SCHEMA", "WORTH_SCHEMA", "Applied", "Effects", "learn_effects"]

EXPERIMENT, RESPONSES, CALIBRATED, ASSUMED = "experiment", "responses", "calibrated", "assumed"

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
}
WORTH_SCHEMA: Final[dict[str, Any]] = {
    "family": pl.String,
    "value_band": pl.String,
    "factor": pl.Float64,
    "holdings": pl.Int64,
}
_Z95: Final = 1.959963984540054
_REACH_PRIOR: Final = 20.0
"""Customers' worth of the arm's share delivered that every cell's share starts from."""
_LEAST_REACH: Final = 0.01
_FACTORS: Final = (0.2, 5.0)
_NONE: Final = 1e-9
"""What is left below it after subtracting sums of floats is nothing."""


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
    """

    effect: NDArray[np.float64]
    reach: NDArray[np.float64]
    factor: NDArray[np.float64]
    source: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """What was learnt, as two tables.

    Parameters
    ----------
    table : DataFrame with the columns of ``EFFECT_SCHEMA``
        A row for each template, channel and cell; ``cell`` null for a cell that the log does not have. ``effect`` is the
        change in P(gets the product) by a delivered offer, or P(accepts | delivered); ``error`` its standard error,
        ``low`` and ``high`` its 95 % interval; ``reach`` the share delivered; ``choices`` the logged choices of the
        template and channel, ``compared`` those of doing nothing; ``effective`` the cell's effective customers.
    worth : DataFrame with the columns of ``WORTH_SCHEMA``
    """

    table: pl.DataFrame
    worth: pl.DataFrame

    def applied(self, actions: Actions, inputs: pl.DataFrame) -> Applied:
        """Return effect, reach and worth of every action for customers with the columns of ``CELL_COLUMNS``."""
        cells = sorted(set(self.table["cell"].drop_nulls()))
        column = {name: position for position, name in enumerate([*cells, None])}
        arms = {key: row for row, key in enumerate(self.table.select("template", "channel").unique(maintain_order=True).rows())}  # fmt: skip
        effect, reach = np.full((2, len(arms) + 1, len(column)), np.nan)
        for template, channel, cell, one, share in self.table.select("template", "channel", "cell", "effect", "reach").rows():  # fmt: skip
            effect[arms[template, channel], column[cell]] = one
            reach[arms[template, channel], column[cell]] = share
        source = {(t, c): s for t, c, s in self.table.select("template", "channel", "source").rows()}
        keys = actions.table.select("template", "channel").rows()
        arm = np.array([arms.get(key, len(arms)) for key in keys], dtype=np.int64)
        place = [column.get(cell, len(cells)) for cell in inputs.select(cell_of()).to_series()]
        here = (arm[None, :], np.array(place, dtype=np.int64)[:, None])
        return Applied(effect[here], reach[here], self._factor(actions, inputs), tuple(map(source.get, keys)))

    def of(self, template: str, channel: str, cell: str) -> dict[str, Any] | None:
        """Return the row that speaks for a cell, None where nothing was learnt of the template and channel."""
        mine = self.table.filter(template=template, channel=channel)
        rows = mine.filter((pl.col("cell") == cell) | pl.col("cell").is_null()).sort("cell", nulls_last=True)
        return rows.row(0, named=True) if rows.height else None

    def _factor(self, actions: Actions, inputs: pl.DataFrame) -> NDArray[np.float64]:
        family = actions.products["family"].to_list()
        known = {(f, band): factor for f, band, factor, _ in self.worth.rows()}
        bands = inputs["value_band"].fill_null(UNKNOWN).to_list()
        names = sorted(set(bands))
        place = np.array([names.index(band) for band in bands], dtype=np.int64)
        families = [family[row] if row >= 0 else None for row in actions.product_index]
        by_band = [[known.get((f, band), 1.0) for f in families] for band in names]
        return np.array(by_band, dtype=np.float64).reshape(len(names), len(families))[place]


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
        Rules of the archive, with which the cells of the first day are made.
    actions : Actions
        The actions of the day; templates that they do not have are not learnt.
    window : EffectWindow

    Returns
    -------
    Effects or None
        None where the log has no choice in the window.

    Notes
    -----
    Holds where, given cell and month, the probability on record is all that decided between offer and nothing. A choice of
    nothing with probability 1 had no alternative and is left out. Purchases of a customer who already has the product count
    for repeatable templates only. Packages are not learnt.
    """
    seen = view(tables, at, timezone)
    log = read_choices(seen, timezone, rules, window)
    if log is None:
        return None
    arms = [arm for arm in _arms(log, actions, window.minimum) if arm is not None]
    rows = [row for group in _by_template(arms) for row in _estimates(log, group)]
    table = pl.DataFrame(rows, schema=EFFECT_SCHEMA, orient="row")
    currency = str(actions.table["currency"][0])
    return Effects(table, _worth(seen, log, currency))


@dataclass(frozen=True, slots=True)
class _Arm:
    """One template over one channel with its tallies; ``control`` is None for care and service."""

    template: str
    channel: str
    choices: int
    compared: int
    treated: Tally
    control: Tally | None
    delivered: Tally

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


def _arms(log: ChoiceLog, actions: Actions, minimum: int) -> Iterable[_Arm | None]:
    """Yield every arm of the log that the catalogue has, None for those with too little behind them."""
    kinds = {
        t: (kind, again) for t, kind, again in actions.table.select("template", "kind", "repeatable").rows()
    }
    for (template, channel), offers in log.offers.items():
        kind, repeatable = kinds.get(template, ("none", False))
        if kind in ("care", "service"):
            arm = _answered(log, template, channel, offers)
        elif kind == "sale" and (offers.product >= 0).any():
            arm = _compared(log, template, channel, offers.kept(offers.product >= 0), repeatable=repeatable)
        else:
            continue
        yield arm if arm.enough(minimum) else None


def _answered(log: ChoiceLog, template: str, channel: str, offers: Offers) -> _Arm:
    shown = _evened(offers.kept(offers.delivered), log.months)
    treated = _tally(log, shown.customer, shown.weight, shown.accepted)
    return _Arm(
        template, channel, len(offers), 0, treated, None, _delivered(log, _evened(offers, log.months))
    )


def _evened(offers: Offers, months: int) -> Offers:
    """Return the offers with weights by month scaled to their effective number.

    One offer of tiny probability would else outweigh all other months, where hundreds of probable ones say more.
    """
    total = np.bincount(offers.month, weights=offers.weight, minlength=months)
    squares = np.bincount(offers.month, weights=offers.weight**2, minlength=months)
    scale = np.divide(total, squares, out=np.zeros(months), where=squares > 0)
    return replace(offers, weight=offers.weight * scale[offers.month])


def _tally(
    log: ChoiceLog, customer: NDArray[np.int64], weight: NDArray[np.float64], hit: NDArray[Any]
) -> Tally:
    return Tally.of(customer, weight, weight * hit, log.cell, len(log.cells))


def _delivered(log: ChoiceLog, offers: Offers) -> Tally:
    return _tally(log, offers.customer, offers.weight, offers.delivered)


def _compared(log: ChoiceLog, template: str, channel: str, offers: Offers, *, repeatable: bool) -> _Arm:
    """Return offers against doing nothing, the latter weighted to the months, cells and products of the former."""
    offers = _evened(offers.kept(~offers.held | repeatable), log.months)
    places = len(log.cells)
    stratum = log.month * places + log.cell[log.customer]
    open_, got = _what_nothing_did(log, offers, repeatable=repeatable)
    there = np.bincount(stratum, weights=log.weight * open_, minlength=log.months * places)
    offered = offers.month * places + log.cell[offers.customer]
    common = there[offered] > 0
    offers, offered = offers.kept(common), offered[common]
    wanted = np.bincount(offered, weights=offers.weight, minlength=len(there))
    match = log.weight * np.divide(wanted, there, out=np.zeros(len(there)), where=there > 0)[stratum]
    control = Tally.of(log.customer, match * open_, match * got, log.cell, places)
    treated = _tally(log, offers.customer, offers.weight, offers.new)
    compared = int(np.count_nonzero(match * open_))
    return _Arm(template, channel, len(offers), compared, treated, control, _delivered(log, offers))


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


def _by_template(arms: list[_Arm]) -> list[list[_Arm]]:
    names = sorted({arm.template for arm in arms})
    return [[arm for arm in arms if arm.template == name] for name in names]


def _estimates(log: ChoiceLog, arms: list[_Arm]) -> Iterable[tuple[Any, ...]]:
    """Yield the rows of one template: its arms drawn towards each other, their cells towards the arm."""
    value, variance = (np.array(part) for part in zip(*(arm.whole() for arm in arms), strict=True))
    mean, error, _ = shrunk(value, variance)
    for arm, middle, doubt in zip(arms, mean.tolist(), error.tolist(), strict=True):
        yield from _cell_rows(log, arm, (middle, doubt))


def _cell_rows(log: ChoiceLog, arm: _Arm, centre: tuple[float, float]) -> Iterable[tuple[Any, ...]]:
    mean, variance, unseen = shrunk(*arm.by_cell(), centre=centre)
    reach = arm.reach()
    effect, error = np.append(mean, unseen[0]), np.sqrt(np.append(variance, unseen[1]))
    source = RESPONSES if arm.control is None else EXPERIMENT
    effective = np.append(arm.treated.effective, arm.treated.total().effective)
    for place, cell in enumerate([*log.cells, None]):
        one, wide = float(effect[place]), float(_Z95 * error[place])
        yield (
            arm.template, arm.channel, cell, source, one, float(error[place]), one - wide, one + wide,
            float(reach[place]), arm.choices, arm.compared, float(effective[place]),
        )  # fmt: skip


def _worth(seen: View, log: ChoiceLog, currency: str) -> pl.DataFrame:
    """Return the mean amount of the holdings begun in the window by family and band, relative to the family's mean."""
    families = seen.current("products").select("product_id", "family")
    first = seen.history("holdings").sort("valid_from", "known_at").group_by("holding_id").first()
    begun = first.filter(pl.col("valid_from") >= log.first_day, pl.col("amount") > 0)
    own = begun.filter(pl.col("currency").is_null() | (pl.col("currency") == currency))
    banded = own.join(families, on="product_id").join(log.bands.lazy(), on="customer_id", how="left")
    amount = pl.col("amount").cast(pl.Float64)
    groups = banded.group_by("family", pl.col("value_band").fill_null(UNKNOWN)).agg(
        pl.len().cast(pl.Int64).alias("holdings"), amount.mean().alias("mean"), amount.var().alias("spread")
    )
    found = groups.drop_nulls("family").sort("family", "value_band").collect()
    parts = found.partition_by("family", maintain_order=True)
    return pl.concat([pl.DataFrame(schema=WORTH_SCHEMA), *map(_factors, parts)])


def _factors(family: pl.DataFrame) -> pl.DataFrame:
    """Return the factors of one family's bands, drawn towards 1."""
    holdings, mean = family["holdings"].to_numpy(), family["mean"].to_numpy()
    overall = float((holdings * mean).sum() / holdings.sum())
    variance = family["spread"].fill_null(np.inf).fill_nan(np.inf).to_numpy() / holdings / overall**2
    factor, _, _ = shrunk(mean / overall, np.maximum(variance, 1e-6), centre=(1.0, 0.0))
    told = np.where(np.isfinite(variance), np.clip(factor, *_FACTORS), 1.0)
    return family.select("family", "value_band", pl.Series("factor", told), "holdings")
