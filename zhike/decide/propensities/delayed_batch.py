r"""A batch model of P(yes | contact) that also learns from contacts whose time has not run out.

With :math:`w_i` the weight of the outcome (0 where the send was blocked), :math:`F(e_i)` the share of yeses that have come by the
contact's age, and :math:`p_i` the model's probability, it climbs

.. math:: \sum_{yes} w_i \log p_i + \sum_{none\ yet} w_i \log(1 - p_i F(e_i))

by expectation and maximisation (O. Chapelle, KDD 2014; A. Dempster, N. Laird, D. Rubin, JRSS B 39(1), 1977): a contact without a yes
counts as the yes that may still come of it, the model is fitted on these labels, and so on. A yes counts however late it comes. F is
taken from the contacts whose time has run out; with these alone nothing is expected any more, and it is an ordinary batch model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from zhike.decide.propensities.boosted_propensity import BoostedPropensity
from zhike.decide.propensities.delayed_labels import (
    arrived_share,
    delayed_log_likelihood,
    expected_labels,
    observation_weight,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Contacts", "DelayedBatch"]

_INSIDE = 1e-9
_CLOSE = 1e-5
"""Gain of log likelihood a contact below which the labels have settled."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """What came of contacts so far: arrays of shape (n_contacts,).

    Parameters
    ----------
    waited : ndarray of float
        Days from the contact to its yes, NaN where none has come.
    age : ndarray of float
        Days since the contact.
    blocked : ndarray of bool
        Sends that never arrived: no contact, no observation.
    weight : ndarray of float
        Of the outcome, as its value or 1 over the probability of the choice.
    """

    waited: NDArray[np.float64]
    age: NDArray[np.float64]
    blocked: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.age)

    @property
    def yes(self) -> NDArray[np.bool_]:
        """Whether a yes has come, however late."""
        return ~np.isnan(self.waited)

    @property
    def counts(self) -> NDArray[np.float64]:
        """Weight in the likelihood: 0 where the send was blocked."""
        return observation_weight(self.weight, self.blocked)

    def kept(self, rows: NDArray[Any]) -> Contacts:
        """Return some of the contacts."""
        return Contacts(*(getattr(self, name)[rows] for name in self.__slots__))

    def closed(self, followed: float) -> NDArray[np.bool_]:
        """Return which contacts have been followed to the end."""
        return self.age >= followed

    def arrived(self, followed: float) -> NDArray[np.float64]:
        """Return F at each contact's age, from the yeses of the closed contacts that arrived."""
        telling = self.closed(followed) & self.yes & (self.counts > 0)
        return arrived_share(self.waited[telling], self.age, followed)


@dataclass
class DelayedBatch:
    """Boosted trees fitted on what contacts have brought, and on what they may still bring.

    Parameters
    ----------
    followed : float
        Days after which no yes is waited for.
    open_too : bool
        Whether contacts whose time has not run out are learned from; without them it is a batch model that is behind by ``followed`` days.
    model : BoostedPropensity
        Unfitted, with the settings to be used.
    rounds : int
        At most so many rounds of expectation and maximisation.

    Attributes
    ----------
    likelihood_ : list of float
        Mean log likelihood of a contact after each round.
    """

    followed: float
    open_too: bool = True
    model: BoostedPropensity = field(default_factory=lambda: BoostedPropensity(leaves=8, rounds=120))
    rounds: int = 8

    kind: ClassVar[str] = "delayed_batch/1"

    def fit(self, x: NDArray[np.float64], contacts: Contacts) -> Self:
        """Learn from contacts.

        Parameters
        ----------
        x : ndarray of float, shape (n_contacts, n_columns)
        contacts : Contacts
        """
        rows = np.flatnonzero((contacts.counts > 0) & (self.open_too | contacts.closed(self.followed)))
        mine, seen = contacts.kept(rows), x[rows]
        arrived = contacts.arrived(self.followed)[rows]
        p = np.full(len(rows), self._share(mine, arrived))
        self.likelihood_: list[float] = []
        for _ in range(self.rounds):
            labels = expected_labels(p, mine.yes, arrived)
            self.model.window = max(len(rows), 1)
            self.model.fit(seen, labels, mine.counts)
            p = np.clip(self.model.predict_proba(seen)[:, 1], _INSIDE, 1.0 - _INSIDE)
            self.likelihood_.append(self._mean(p, mine, arrived))
            if self._settled() or (arrived >= 1.0).all():
                break
        self._forget_rows()
        return self

    def predict_proba(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P(no) and P(yes, ever), shape (n_rows, 2)."""
        return self.model.predict_proba(x)

    def state(self) -> dict[str, Any]:
        """Return the trees and the settings; no row of anybody."""
        return {
            "kind": self.kind, "followed": self.followed, "open_too": self.open_too, "rounds": self.rounds,
            "model": self.model.state(),
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the model of such a state."""
        trees = BoostedPropensity.from_state(state["model"])
        return cls(float(state["followed"]), bool(state["open_too"]), trees, int(state["rounds"]))

    @staticmethod
    def _share(mine: Contacts, arrived: NDArray[np.float64]) -> float:
        """Return yeses per contact that would have brought its yes by now, smoothed."""
        weight = mine.counts
        return float((weight @ mine.yes + 0.5) / (weight @ np.where(mine.yes, 1.0, arrived) + 1.0))

    @staticmethod
    def _mean(p: NDArray[np.float64], mine: Contacts, arrived: NDArray[np.float64]) -> float:
        total = delayed_log_likelihood(p, mine.yes, arrived, mine.counts).sum()
        return float(total / max(mine.counts.sum(), _INSIDE))

    def _settled(self) -> bool:
        gains = np.diff(self.likelihood_)
        return bool(len(gains)) and abs(float(gains[-1])) < _CLOSE

    def _forget_rows(self) -> None:
        """Keep the trees, or without any the rate, and none of the rows that they were fitted on."""
        rate = float((self.model.weight_ @ self.model.y_ + 0.5) / (self.model.weight_.sum() + 1.0))
        # One row that stands for all: what `predict_proba` falls back on is its smoothed rate.
        self.model.x_ = self.model.x_[:0]
        self.model.y_, self.model.weight_ = np.array([rate]), np.array([1e12])
