"""P(yes | offer delivered) by adaptive naive Bayes, as decisioning suites count it: the baseline that banks know, to follow or to be beaten.

One model for each template over a channel counts yeses and noes by what is read of the pair (`zhike.decide.offer_features`), day by day in the order in which the
offers were made, see `zhike.decide.propensities.adaptive_bayes`. Only offers whose time has run out are counted: who says yes does so earlier than who stays silent
is known to, so counting answers as they come would make chances too high.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import polars as pl

from zhike.decide.contributions import CountedParts
from zhike.decide.offer_features import COLUMNS, OfferFeatures
from zhike.decide.propensities.adaptive_bayes import AdaptiveBayes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.contributions import Parts
    from zhike.decide.kept_models import KeptModel
    from zhike.decide.offer_features import Pairs
    from zhike.decide.policy import ChanceWindow

__all__ = ["CountedChances", "count_chances"]

Arm = tuple[str, str]
"""Template and channel."""


@dataclass(frozen=True, slots=True)
class CountedChances:
    """What was counted.

    Parameters
    ----------
    models : mapping of (template, channel) to AdaptiveBayes
    levels : mapping of str to list of str
        Of each attribute of an offer, in order.
    edges : tuple of float
        Of the bands of money, minor units.
    deliveries : mapping of (template, channel) to int
        Offers counted, of arms that have enough of them.
    learned : DataFrame
        The offers that were counted; not kept with the model.
    kept : KeptModel or None
        As which a run was given it; no part of what was counted.
    """

    kind: ClassVar[str] = "counted_chances/1"

    models: Mapping[Arm, AdaptiveBayes]
    levels: Mapping[str, list[str]]
    edges: tuple[float, ...]
    deliveries: Mapping[Arm, int]
    learned: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)
    kept: KeptModel | None = field(default=None, repr=False, compare=False)

    def known(self, actions: Actions) -> NDArray[np.bool_]:
        """Return of which actions something was counted, shape (n_actions,)."""
        return np.array([arm in self.deliveries for arm in actions.arms], dtype=bool)

    def applied(self, actions: Actions, inputs: pl.DataFrame) -> NDArray[np.float64]:
        """Return P(yes | delivered), NaN where nothing was counted, shape (n_customers, n_actions).

        Parameters
        ----------
        actions : Actions
        inputs : DataFrame
            With the columns of ``CELL_COLUMNS``.
        """
        reads = OfferFeatures(self.levels, self.edges)
        return reads.applied(actions, inputs, self.known(actions), lambda pairs: self._said(reads, pairs))

    def _said(self, reads: OfferFeatures, pairs: Pairs) -> NDArray[np.float64]:
        codes, found = reads.codes(pairs.x), np.full(len(pairs.row), np.nan)
        for arm, model in self.models.items():
            mine = _of_arm(pairs.offers, arm)
            if mine.any():
                found[mine] = model.predict_proba(codes[mine])[:, 1]
        return found

    def said(self, sent: pl.DataFrame, actions: Actions) -> NDArray[np.float64]:
        """Return P(yes | delivered) of offers that were sent, shape (n_offers,); see `zhike.decide.sent_offers.sent_offers`."""
        reads = OfferFeatures(self.levels, self.edges)
        return self._said(reads, reads.of_sent(sent, actions))

    def speakers(self, actions: Actions, inputs: pl.DataFrame) -> list[str]:  # noqa: ARG002
        """Return which model speaks for each customer; see `zhike.decide.chance_reasons.Explainable`."""
        return [""] * len(inputs)

    def parts_of(
        self, actions: Actions, inputs: pl.DataFrame, column: int
    ) -> tuple[Parts, NDArray[np.int64]] | None:
        """Return what takes scores of an action apart; see `zhike.decide.chance_reasons.Explainable`."""
        template, channel = actions.table[column].select("template", "channel").row(0)
        reads = OfferFeatures(self.levels, self.edges)
        codes = reads.codes(reads.of_action(inputs, actions, column).x)
        return CountedParts(self.models[template, channel], COLUMNS), codes

    def state(self) -> dict[str, Any]:
        """Return what was counted, as it is kept (`zhike.learn.stored_model`)."""
        arms = [
            {"template": arm[0], "channel": arm[1], "count": self.deliveries[arm], "model": model.state()}
            for arm, model in sorted(self.models.items())
        ]
        return {
            "arms": arms, "levels": {name: list(levels) for name, levels in self.levels.items()}, "edges": list(self.edges),
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the chances of such a state."""
        arms = {(str(one["template"]), str(one["channel"])): one for one in state["arms"]}
        levels = {str(name): [str(one) for one in levels] for name, levels in state["levels"].items()}
        models = {arm: AdaptiveBayes.from_state(one["model"]) for arm, one in arms.items()}
        return cls(
            models, levels, tuple(state["edges"]), {arm: int(one["count"]) for arm, one in arms.items()}
        )


def count_chances(sent: pl.DataFrame, actions: Actions, window: ChanceWindow) -> CountedChances | None:
    """Count the offers of a window; None where of no arm the least number has closed.

    Parameters
    ----------
    sent : DataFrame
        See `zhike.decide.sent_offers.sent_offers`.
    actions : Actions
    window : ChanceWindow
    """
    closed = sent.filter("delivered", pl.col("days_ago") >= window.horizon_days)
    closed = closed.with_columns(
        yes=pl.col("waited").is_not_null() & (pl.col("waited") <= window.horizon_days)
    )
    counts = closed.group_by("template", "channel").len().sort("template", "channel")
    arms = {(str(t), str(c)): int(count) for t, c, count in counts.iter_rows() if count >= window.minimum}
    if not arms:
        return None
    reads, closed = OfferFeatures.of(closed, actions), closed.sort("decided_on", "decision_id")
    codes = reads.codes(reads.of_sent(closed, actions).x)
    models = {arm: _counted(reads, closed, codes, _of_arm(closed, arm)) for arm in arms}
    return CountedChances(models, reads.levels, reads.edges, arms, closed)


def _counted(
    reads: OfferFeatures, closed: pl.DataFrame, codes: NDArray[np.int64], mine: NDArray[np.bool_]
) -> AdaptiveBayes:
    """Return a model that has counted its offers day by day."""
    model, yes = AdaptiveBayes(reads.sizes), closed["yes"].cast(pl.Float64).to_numpy()[mine]
    days = closed["decided_on"].filter(pl.Series(mine)).to_numpy()
    for rows in np.split(np.arange(len(days)), np.flatnonzero(days[1:] != days[:-1]) + 1):
        model.partial_fit(codes[mine][rows], yes[rows])
    return model


def _of_arm(offers: pl.DataFrame, arm: Arm) -> NDArray[np.bool_]:
    same = (pl.col("template") == arm[0]) & (pl.col("channel") == arm[1])
    return offers.select(same.fill_null(value=False)).to_series().to_numpy()
