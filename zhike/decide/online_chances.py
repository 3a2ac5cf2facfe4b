"""P(yes | offer delivered) by customer and action, learnt offer by offer: hashed pairs of what is offered and to whom, updated when an offer closes.

An offer closes when nobody waits for a yes any more, a fixed number of days after it was made, whatever came before: if a yes were counted at once and
a no at the end, chances would be too high for as long as offers are open. It is learnt once, on the day that it closes, from what was known by
the end of that day; so learning up to a day in one step or in many gives the same model, bit for bit. A send that was blocked is no
observation.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import polars as pl

from zhike.decide.contributions import HashedParts
from zhike.decide.policy import ChanceWindow
from zhike.decide.profiles import Profiles
from zhike.decide.propensities.hashed_logistic import HashedLogistic
from zhike.decide.propensities.tokens import hashed_tokens
from zhike.decide.sent_offers import sent_offers
from zhike.know.view import view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.contributions import Parts
    from zhike.decide.kept_models import KeptModel
    from zhike.know.rules import ArchiveRules

__all__ = ["OnlineChances", "closed_offers", "offer_tokens"]

_OF_OFFER = ("template", "channel", "family", "product_id")
_OF_CUSTOMER = ("age", "money", "tenure", "digital", "kind")
_RATE, _BITS = 0.02, 18
"""Of the hashed logistic regression: a bank has thousands of offers a day and not millions, so a step is longer than its usual one."""


@dataclass(frozen=True, slots=True)
class OnlineChances:
    """What was learnt so far.

    Parameters
    ----------
    model : HashedLogistic
    edges : tuple of float
        Of the bands of money, minor units; they stay as they were when it began.
    horizon_days : int
        Days after which an offer closes.
    minimum : int
        Offers delivered of an arm, a template over a channel, below which it is not known.
    until : date
        All offers that closed by its end were learnt.
    deliveries : mapping of (template, channel) to int
        Offers delivered that were learnt.
    kept : KeptModel or None
        As which a run was given it; no part of what was learnt.
    """

    kind: ClassVar[str] = "online_chances/1"

    model: HashedLogistic = field(repr=False)
    edges: tuple[float, ...]
    horizon_days: int
    minimum: int
    until: dt.date
    deliveries: Mapping[tuple[str, str], int]
    kept: KeptModel | None = field(default=None, repr=False, compare=False)

    @classmethod
    def begun(cls, edges: Sequence[float], window: ChanceWindow, until: dt.date) -> Self:
        """Return a model that has learnt nothing and waits for offers that close after a day."""
        model = HashedLogistic(rate=_RATE, bits=_BITS)
        return cls(model, tuple(edges), window.horizon_days, window.minimum, until, {})

    def known(self, actions: Actions) -> NDArray[np.bool_]:
        """Return of which actions enough was learnt, shape (n_actions,)."""
        return np.array([self.deliveries.get(arm, 0) >= self.minimum for arm in actions.arms], dtype=bool)

    def applied(self, actions: Actions, inputs: pl.DataFrame) -> NDArray[np.float64]:
        """Return P(yes | delivered), NaN where too little was learnt, shape (n_customers, n_actions).

        Parameters
        ----------
        actions : Actions
        inputs : DataFrame
            With the columns of ``CELL_COLUMNS``.
        """
        customers = Profiles.of(inputs, self.edges, _families(actions.products))
        group, first = customers.alike()
        place = np.flatnonzero(self.known(actions))
        offers = actions.table[place].select("template", "channel", "product_id")
        row, column = np.repeat(first, len(place)), np.tile(np.arange(len(place)), len(first))
        tokens = offer_tokens(customers, row, offers[column], actions.products)
        p = self.model.predict_proba(tokens)[:, 1]
        found = np.full((len(inputs), len(actions)), np.nan)
        found[:, place] = p.reshape(len(first), len(place))[group]
        return found

    def speakers(self, actions: Actions, inputs: pl.DataFrame) -> list[str]:  # noqa: ARG002
        """Return which model speaks for each customer; see `zhike.decide.chance_reasons.Explainable`."""
        return [""] * len(inputs)

    def parts_of(
        self, actions: Actions, inputs: pl.DataFrame, column: int
    ) -> tuple[Parts, NDArray[np.uint64]] | None:
        """Return what takes scores of an action apart; see `zhike.decide.chance_reasons.Explainable`."""
        customers = Profiles.of(inputs, self.edges, _families(actions.products))
        offers = actions.table[[column] * len(inputs)].select("template", "channel", "product_id")
        tokens = offer_tokens(customers, np.arange(len(inputs)), offers, actions.products)
        return HashedParts(self.model, (*_OF_OFFER, *_OF_CUSTOMER, "own", "others")), tokens

    def said(self, closed: pl.DataFrame, products: pl.DataFrame) -> NDArray[np.float64]:
        """Return P(yes) of offers that have closed, shape (n_offers,); see `closed_offers`."""
        return self.model.predict_proba(self._tokens(closed, products))[:, 1]

    def folded(self, closed: pl.DataFrame, products: pl.DataFrame, until: dt.date) -> OnlineChances:
        """Return the model after the offers that closed on a day; this one stays as it is.

        Parameters
        ----------
        closed : DataFrame
            See `closed_offers`.
        products : DataFrame
            ``product_id`` and ``family``.
        until : date
            The day.
        """
        model = HashedLogistic.from_state(self.model.state())
        model.partial_fit(self._tokens(closed, products), closed["yes"].cast(pl.Float64).to_numpy())
        counts = Counter(closed.select("template", "channel").rows())
        return replace(self, model=model, until=until, deliveries=dict(Counter(self.deliveries) + counts))

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept (`zhike.learn.stored_model`)."""
        arms = [[template, channel, count] for (template, channel), count in sorted(self.deliveries.items())]
        return {
            "model": self.model.state(), "edges": list(self.edges), "horizon_days": self.horizon_days, "minimum": self.minimum,
            "until": self.until.isoformat(), "deliveries": arms,
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the model of such a state; it goes on learning where the other stopped."""
        arms = {(str(template), str(channel)): int(count) for template, channel, count in state["deliveries"]}
        until = dt.date.fromisoformat(state["until"])
        numbers = int(state["horizon_days"]), int(state["minimum"])
        return cls(HashedLogistic.from_state(state["model"]), tuple(state["edges"]), *numbers, until, arms)

    def _tokens(self, closed: pl.DataFrame, products: pl.DataFrame) -> NDArray[np.uint64]:
        customers = Profiles.of(closed, self.edges, _families(products))
        return offer_tokens(customers, np.arange(len(closed)), closed, products)


def closed_offers(
    tables: Mapping[str, pl.LazyFrame],
    day: dt.date,
    timezone: str,
    rules: ArchiveRules,
    horizon_days: int,
    *,
    in_memory: bool = False,
) -> pl.DataFrame:
    """Return the delivered offers that close on a day, by ``decision_id``, as known by its end.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        The bank's contract tables, all rows.
    day : date
    timezone : str
        The bank's IANA zone.
    rules : ArchiveRules
    horizon_days : int
    in_memory : bool
        Whether the tables are in memory; see `zhike.know.brief_archive.brief_archive`.

    Returns
    -------
    DataFrame
        See `zhike.decide.sent_offers.sent_offers`; ``yes`` says whether a yes came within the horizon.
    """
    made = pl.col("decided_on") == pl.lit(day - dt.timedelta(horizon_days))
    of_day = {**tables, "decisions": tables["decisions"].filter(made)}
    window = ChanceWindow(window_days=horizon_days + 1, horizon_days=horizon_days)
    sent = sent_offers(view(of_day, day, timezone), timezone, rules, window, in_memory=in_memory)
    yes = pl.col("waited").is_not_null() & (pl.col("waited") <= horizon_days)
    return sent.filter("delivered").with_columns(yes=yes)


def offer_tokens(
    customers: Profiles, row: NDArray[np.int64], offers: pl.DataFrame, products: pl.DataFrame
) -> NDArray[np.uint64]:
    """Return what is learnt from pairs of a customer and an offer as hashed tokens, shape (n_pairs, 11).

    Parameters
    ----------
    customers : Profiles
    row : ndarray of int, shape (n_pairs,)
        Customer of each pair.
    offers : DataFrame
        ``template``, ``channel``, ``product_id`` of each pair.
    products : DataFrame
        ``product_id`` and ``family``.
    """
    told = offers.select("template", "channel", "product_id").join(
        _families(products), on="product_id", how="left", maintain_order="left"
    )
    place = {name: position for position, name in enumerate(customers.families)}
    family = np.array([place.get(name, -1) for name in told["family"].to_list()], dtype=np.int64)
    levels = {name: customers.codes[name][row] for name in _OF_CUSTOMER}
    held = {"own": customers.holds[row, family], "others": customers.code("others", row, family)}
    return hashed_tokens(told.select(_OF_OFFER).with_columns(**{
        name: pl.Series(np.asarray(values, dtype=np.int64)) for name, values in {**levels, **held}.items()
    }))  # fmt: skip


def _families(products: pl.DataFrame) -> pl.DataFrame:
    return products.select("product_id", "family").unique("product_id", keep="first", maintain_order=True)
