"""P(yes | offer delivered) by customer and action, learnt from offers that were sent: labels late, sends blocked, segments.

It stands where the share that takes a product in history stood, for templates and channels that were delivered often enough. Trees read
bands of the customer's profile and what is offered; how they learn from offers whose time has not run out is told in
`zhike.decide.propensities.delayed_batch`, when a segment gets a model of its own in `zhike.decide.propensities.segment_models`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import polars as pl

from zhike.decide.contributions import TreeParts
from zhike.decide.counted_chances import CountedChances, count_chances
from zhike.decide.offer_features import CATEGORICAL, COLUMNS, OfferFeatures
from zhike.decide.policy import ADAPTIVE_BAYES
from zhike.decide.profiles import Profiles
from zhike.decide.propensities.boosted_propensity import BoostedPropensity
from zhike.decide.propensities.delayed_batch import Contacts, DelayedBatch
from zhike.decide.propensities.segment_models import SegmentModels
from zhike.decide.sent_offers import sent_offers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.contributions import Parts
    from zhike.decide.kept_models import KeptModel
    from zhike.decide.offer_features import Pairs
    from zhike.decide.policy import ChanceWindow
    from zhike.know.rules import ArchiveRules
    from zhike.know.view import View

__all__ = ["OfferChances", "learn_chances"]

_LEAVES, _ROUNDS = 8, 120


@dataclass(frozen=True, slots=True)
class OfferChances:
    """What was learnt.

    Parameters
    ----------
    models : SegmentModels
    levels : mapping of str to list of str
        Of each attribute of an offer, in order.
    edges : tuple of float
        Of the bands of money, minor units.
    by : str
        Attribute of the profile whose levels are segments; "" for none.
    deliveries : mapping of (template, channel) to int
        Offers delivered, of arms that have enough of them.
    learned : DataFrame
        The offers that it was learnt from; not kept with the model.
    kept : KeptModel or None
        As which a run was given it; no part of what was learnt.
    """

    kind: ClassVar[str] = "offer_chances/1"

    models: SegmentModels
    levels: Mapping[str, list[str]]
    edges: tuple[float, ...]
    by: str
    deliveries: Mapping[tuple[str, str], int]
    learned: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)
    kept: KeptModel | None = field(default=None, repr=False, compare=False)

    def known(self, actions: Actions) -> NDArray[np.bool_]:
        """Return of which actions something was learnt, shape (n_actions,)."""
        return np.array([arm in self.deliveries for arm in actions.arms], dtype=bool)

    def applied(self, actions: Actions, inputs: pl.DataFrame) -> NDArray[np.float64]:
        """Return P(yes | delivered), NaN where nothing was learnt, shape (n_customers, n_actions).

        Parameters
        ----------
        actions : Actions
        inputs : DataFrame
            With the columns of ``CELL_COLUMNS``.
        """
        reads = OfferFeatures(self.levels, self.edges)
        return reads.applied(actions, inputs, self.known(actions), self._said)

    def _said(self, pairs: Pairs) -> NDArray[np.float64]:
        return self.models.predict_proba(pairs.x, _segments(pairs, self.by))[:, 1]

    def said(self, sent: pl.DataFrame, actions: Actions) -> NDArray[np.float64]:
        """Return P(yes | delivered) of offers that were sent, shape (n_offers,); see `zhike.decide.sent_offers.sent_offers`."""
        return self._said(OfferFeatures(self.levels, self.edges).of_sent(sent, actions))

    def speakers(self, actions: Actions, inputs: pl.DataFrame) -> list[str]:
        """Return which model speaks for each customer; see `zhike.decide.chance_reasons.Explainable`."""
        if not self.by:
            return [""] * len(inputs)
        customers = Profiles.of(inputs, self.edges, actions.products.select("product_id", "family"))
        names = customers.level_names(self.by)
        told = (str(names[code]) for code in customers.codes[self.by].tolist())
        return [name if name in self.models.own_ else "" for name in told]

    def parts_of(
        self, actions: Actions, inputs: pl.DataFrame, column: int
    ) -> tuple[Parts, NDArray[np.float64]] | None:
        """Return what takes scores of an action apart; see `zhike.decide.chance_reasons.Explainable`."""
        pairs = OfferFeatures(self.levels, self.edges).of_action(inputs, actions, column)
        names = _segments(pairs, self.by)
        own = self.models.own_.get(str(names[0]))
        mine = names == names[0] if own is not None else ~np.isin(names, list(self.models.own_))
        booster = (self.models.joint_ if own is None else own).model.booster_
        return None if booster is None else (TreeParts(booster, COLUMNS), pairs.x[mine])

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept (`zhike.learn.stored_model`)."""
        arms = [[template, channel, count] for (template, channel), count in sorted(self.deliveries.items())]
        return {
            "models": self.models.state(), "levels": {name: list(levels) for name, levels in self.levels.items()},
            "edges": list(self.edges), "by": self.by, "deliveries": arms,
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the chances of such a state."""
        arms = {(str(template), str(channel)): int(count) for template, channel, count in state["deliveries"]}
        levels = {str(name): [str(one) for one in levels] for name, levels in state["levels"].items()}
        return cls(SegmentModels.from_state(state["models"]), levels, tuple(state["edges"]), str(state["by"]), arms)  # fmt: skip


def learn_chances(
    seen: View, timezone: str, rules: ArchiveRules, actions: Actions, window: ChanceWindow
) -> OfferChances | CountedChances | None:
    """Learn from the offers of a window; None where fewer than the least number were delivered.

    Parameters
    ----------
    seen : View
        The bank's tables on the day.
    timezone : str
        The bank's IANA zone.
    rules : ArchiveRules
    actions : Actions
        The actions of the day; templates that they do not have are not learnt from.
    window : ChanceWindow
    """
    sent = sent_offers(seen, timezone, rules, window)
    sent = sent.filter(pl.col("template").is_in(actions.table["template"].unique().to_list()))
    if window.model == ADAPTIVE_BAYES:
        return count_chances(sent, actions, window)
    delivered = sent.filter("delivered").group_by("template", "channel").len().sort("template", "channel")
    arms = {(str(t), str(c)): int(count) for t, c, count in delivered.iter_rows() if count >= window.minimum}
    if not arms:
        return None
    reads = OfferFeatures.of(sent, actions)
    pairs = reads.of_sent(sent, actions)
    models = SegmentModels(_unfitted(window)).fit(pairs.x, _contacts(sent), _segments(pairs, window.by))
    return OfferChances(models, reads.levels, reads.edges, window.by, arms, sent)


def _unfitted(window: ChanceWindow) -> DelayedBatch:
    trees = BoostedPropensity(CATEGORICAL, leaves=_LEAVES, rounds=_ROUNDS, seed=window.seed)
    return DelayedBatch(float(window.horizon_days), open_too=window.model == "delayed_batch", model=trees)


def _contacts(sent: pl.DataFrame) -> Contacts:
    waited = sent["waited"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    age = sent["days_ago"].cast(pl.Float64).to_numpy()
    return Contacts(waited, age, ~sent["delivered"].to_numpy(), np.ones(len(sent)))


def _segments(pairs: Pairs, by: str) -> NDArray[np.str_]:
    if not by:
        return np.full(len(pairs.row), "", dtype=str)
    names = np.array(pairs.customers.level_names(by), dtype=str)
    return names[pairs.customers.codes[by][pairs.row]]
