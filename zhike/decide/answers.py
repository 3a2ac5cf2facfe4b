"""The three response models of a log, and what they say of every customer and action.

`sales`: P(gets the product within the horizon | offer delivered); `organic`: the same | nothing chosen; `care`: P(accepts |
delivered). Both of the first count the same outcome over the same horizon, so their difference is what a delivered offer
changes; a purchase that a later offer brings about counts in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import polars as pl

from zhike.decide.profiles import UNKNOWN, Profiles, money_edges
from zhike.decide.response_model import CARE, LIFTS, MODEL_SCHEMA, ORGANIC, Offered, ResponseModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.choice_log import ChoiceLog, Offers
    from zhike.decide.experiments import Arm

__all__ = ["Answers"]

_EDGE: Final = "edge of money"
_TERMS: Final = {"lift": LIFTS, "organic": ORGANIC, "care": CARE}
_CARE: Final = ("care", "service")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a log says of answers.

    Parameters
    ----------
    edges : tuple of float
        Of the bands of money, minor units.
    models : mapping of str to ResponseModel
        Those that the log has enough for.
    deliveries : mapping of (template, channel) to int
        Offers delivered that the models rest on.
    """

    edges: tuple[float, ...]
    models: Mapping[str, ResponseModel]
    deliveries: Mapping[tuple[str, str], int]

    @classmethod
    def learn(cls, log: ChoiceLog, actions: Actions, minimum: int) -> Self:
        """Fit what a log has at least ``minimum`` deliveries, and for sales choices of nothing, for."""
        edges = money_edges(log.profiles)
        customers = _profiles(log.profiles, edges, actions)
        sold, cared = (_delivered(log, actions, sold=sold) for sold in (True, False))
        models: dict[str, ResponseModel] = {}
        deliveries: dict[tuple[str, str], int] = {}
        if len(cared.row) >= minimum:
            models["care"] = ResponseModel.fit(
                CARE, customers, cared.row, cared.offered, cared.trials_and_wins()
            )
            deliveries |= cared.counts
        if min(len(sold.row), len(log.profile)) >= minimum:
            organic = models["organic"] = _organic(log, actions, customers)
            anyway = organic.chance(customers, sold.row, sold.offered.coded_by(organic.names))
            models["lift"] = ResponseModel.fit(
                LIFTS, customers, sold.row, sold.offered, sold.trials_and_wins(), anyway
            )
            deliveries |= sold.counts
        return cls(edges, models, deliveries)

    def mean_effect(self, log: ChoiceLog, actions: Actions, arm: Arm) -> float:
        """Return the models' effect over the choices that a sale's experiment rests on, weighted as they are."""
        customers, offers = _profiles(log.profiles, self.edges, actions), arm.shown
        columns = _columns(actions, arm.template, arm.channel, [log.products[one] for one in offers.product])
        won, anyway = (
            self.models[kind].chance(customers, offers.profile, Offered.of(columns, self.models[kind].names))
            for kind in ("lift", "organic")
        )
        return float(np.average((1.0 - anyway) * won, weights=offers.weight))

    def effects(self, actions: Actions, inputs: pl.DataFrame) -> NDArray[np.float64]:
        """Return the change that a delivered offer makes, or P(accepts), NaN without a model, shape (n_customers, n_actions)."""
        customers = _profiles(inputs, self.edges, actions)
        result = np.full((len(inputs), len(actions)), np.nan)
        kinds = actions.table["kind"]
        sold = ((kinds == "sale").to_numpy()) & (actions.product_index >= 0)
        if "lift" in self.models:
            place = np.flatnonzero(sold)
            won = self._chances("lift", customers, actions, place)
            result[:, place] = (1.0 - self._chances("organic", customers, actions, place)) * won
        if "care" in self.models:
            place = np.flatnonzero(kinds.is_in(_CARE).to_numpy())
            result[:, place] = self._chances("care", customers, actions, place)
        return result

    def _chances(
        self, kind: str, customers: Profiles, actions: Actions, place: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        model, table = self.models[kind], actions.table[place]
        family = dict(actions.products.select("product_id", "family").rows())
        product = table["product_id"].fill_null(UNKNOWN).to_list()
        columns = {
            "template": table["template"].to_list(), "channel": table["channel"].to_list(), "product": product,
            "arm": [_arm(*key) for key in table.select("template", "channel").rows()],
            "family": [family.get(name) or UNKNOWN for name in product],
        }  # fmt: skip
        if kind != "organic" or not len(place):
            return model.chances(customers, Offered.of(columns, model.names))
        # Without an offer, templates and channels make no difference: each product once.
        names, which = np.unique(np.array(product, dtype=object).astype(str), return_inverse=True)
        once = {"product": names.tolist(), "family": [family.get(name) or UNKNOWN for name in names.tolist()]}
        return model.chances(customers, Offered.of(once, model.names))[:, which]

    def table(self) -> pl.DataFrame:
        """Return everything as rows of ``MODEL_SCHEMA``."""
        edges = [("all", _EDGE, None, str(place), edge) for place, edge in enumerate(self.edges)]
        counts = [("all", "deliveries", *arm, float(count)) for arm, count in sorted(self.deliveries.items())]
        parts = [pl.DataFrame([*edges, *counts], schema=MODEL_SCHEMA, orient="row")]
        return pl.concat([*parts, *(model.table(kind) for kind, model in sorted(self.models.items()))])

    @classmethod
    def read(cls, table: pl.DataFrame) -> Self:
        """Return what `table` returned."""
        rows = {name: table.filter(model="all", term=name) for name in (_EDGE, "deliveries")}
        found = {kind: ResponseModel.read(table, kind, terms) for kind, terms in _TERMS.items()}
        counts = {
            (t, c): int(n)
            for t, c, n in rows["deliveries"].select("of_customer", "of_action", "coefficient").rows()
        }
        return cls(
            tuple(rows[_EDGE]["coefficient"]), {kind: model for kind, model in found.items() if model is not None}, counts
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """Deliveries: customer, offer, whether it was answered, and how many there are of each arm."""

    row: NDArray[np.int64]
    offered: Offered
    won: NDArray[np.float64]
    counts: Mapping[tuple[str, str], int]

    def trials_and_wins(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return one trial a delivery, and its answer."""
        return np.ones(len(self.row)), self.won


def _profiles(frame: pl.DataFrame, edges: Sequence[float], actions: Actions) -> Profiles:
    return Profiles.of(frame, edges, actions.products.select("product_id", "family"))


def _arm(template: str, channel: str) -> str:
    return f"{template}|{channel}"


def _columns(actions: Actions, template: str, channel: str, product: list[str]) -> dict[str, list[str]]:
    family = dict(actions.products.select("product_id", "family").rows())
    size = len(product)
    return {
        "template": [template] * size, "channel": [channel] * size, "arm": [_arm(template, channel)] * size,
        "product": product, "family": [family.get(name) or UNKNOWN for name in product],
    }  # fmt: skip


def _delivered(log: ChoiceLog, actions: Actions, *, sold: bool) -> _Part:
    """Return the deliveries of all sales, or of all care and service, that the catalogue has."""
    wanted = {
        template: again
        for template, one, again in actions.table.select("template", "kind", "repeatable").rows()
        if (one == "sale" if sold else one in _CARE)
    }
    columns: dict[str, list[str]] = {name: [] for name in ("template", "channel", "arm", "product", "family")}
    rows, won, counts = [np.zeros(0, dtype=np.int64)], [np.zeros(0)], {}
    for (template, channel), offers in log.offers.items():
        if template not in wanted:
            continue
        some = _telling(offers, sold=sold, repeatable=wanted[template])
        product = [log.products[one] if one >= 0 else UNKNOWN for one in some.product]
        for name, column in _columns(actions, template, channel, product).items():
            columns[name] += column
        rows.append(some.profile)
        won.append((some.new if sold else some.accepted).astype(np.float64))
        counts[template, channel] = len(some)
    return _Part(np.concatenate(rows), Offered.of(columns), np.concatenate(won), counts)


def _telling(offers: Offers, *, sold: bool, repeatable: bool) -> Offers:
    if not sold:
        return offers.kept(offers.delivered)
    return offers.kept(offers.delivered & (offers.product >= 0) & (~offers.held | repeatable))


def _organic(log: ChoiceLog, actions: Actions, customers: Profiles) -> ResponseModel:
    """Fit the rate without an offer: choices of nothing by profile, counted for every product that a sale can offer."""
    sales = actions.table.filter(pl.col("kind") == "sale", pl.col("product_id").is_not_null())
    repeatable = set(sales.filter("repeatable")["product_id"])
    products = sorted(set(sales["product_id"]))
    group, first = customers.alike()
    count = len(first)
    trials = np.bincount(group[log.profile], minlength=count).astype(np.float64)
    position = {name: place for place, name in enumerate(log.products)}
    open_, won = np.repeat(trials[:, None], len(products), axis=1), np.zeros((count, len(products)))
    of_pair = group[log.profile[log.row]]
    for column, name in enumerate(products):
        mine = log.product == position.get(name, -1)
        shut = mine & log.held & (name not in repeatable)
        open_[:, column] -= np.bincount(of_pair[shut], minlength=count)
        won[:, column] = np.bincount(of_pair[mine & log.new & ~shut], minlength=count)
    some, which = np.nonzero(open_ > 0)
    family = dict(actions.products.select("product_id", "family").rows())
    names = {"product": products, "family": [family.get(name) or UNKNOWN for name in products]}
    offered = Offered.of(names).at(which)
    return ResponseModel.fit(ORGANIC, customers, first[some], offered, (open_[some, which], won[some, which]))
