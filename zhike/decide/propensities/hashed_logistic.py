"""Online logistic regression on hashed tokens and their pairs, with a step of its own for every weight (AdaGrad).

    logit P(y = 1 | x) = b + sum of w[h(t)] over the row's tokens t, and over its pairs of tokens
    g = s (P - y);  G[k] += g^2;  w[k] -= rate g / sqrt(G[k])

with s the row's weight. J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and stochastic
optimization", JMLR 12, 2011; H. B. McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013. Two terms that
hash to one place share a weight. The result depends on the order of rows: newer rows count for more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import numpy as np

from zhike.decide.propensities.hashed_kernels import column_shares, learn, logits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["HashedLogistic"]

_FIRST_SQUARE: Final = 1e-8
"""Keeps the first step finite; a first step has the length ``rate``."""


@dataclass
class HashedLogistic:
    """Logistic regression that learns row by row.

    Parameters
    ----------
    rate : float
        Length of a weight's first step, in logits. A row moves its logit by ``rate`` times the number of its terms.
    pairs : bool
        Whether pairs of tokens have weights too.
    bits : int
        2**bits weights.
    base_rate : float
        P before the first row.

    Examples
    --------
    >>> tokens = np.array([[3], [5]] * 200, dtype=np.uint64)
    >>> model = HashedLogistic(rate=0.1).partial_fit(tokens, np.array([0.0, 1.0] * 200))
    >>> (model.predict_proba(tokens[:2])[:, 1] > 0.5).tolist()
    [False, True]
    """

    rate: float = 0.006
    pairs: bool = True
    bits: int = 20
    base_rate: float = 0.05

    kind: ClassVar[str] = "hashed_logistic/1"

    def fit(
        self,
        tokens: NDArray[np.uint64],
        y: NDArray[np.float64],
        sample_weight: NDArray[np.float64] | None = None,
    ) -> Self:
        """Forget everything and learn from the rows in their order."""
        self._begin()
        return self.partial_fit(tokens, y, sample_weight)

    def partial_fit(
        self,
        tokens: NDArray[np.uint64],
        y: NDArray[np.float64],
        sample_weight: NDArray[np.float64] | None = None,
    ) -> Self:
        """Learn from further rows, in their order.

        Parameters
        ----------
        tokens : ndarray of uint64, shape (n_rows, n_columns)
            As ``hashed_tokens`` returns them; 0 adds no term.
        y : ndarray of float, shape (n_rows,)
            Outcome, 0 to 1.
        sample_weight : ndarray of float, shape (n_rows,), optional
            0 for a row that is no observation, as a send that was blocked.
        """
        if not hasattr(self, "weights_"):
            self._begin()
        weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        learn(
            tokens,
            np.asarray(y, dtype=np.float64),
            weight,
            self.weights_,
            self.squares_,
            self.rate,
            self.pairs,
        )
        return self

    def decision_function(self, tokens: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Return logits, shape (n_rows,)."""
        if not hasattr(self, "weights_"):
            self._begin()
        return np.asarray(logits(tokens, self.weights_, self.pairs), dtype=np.float64)

    def predict_proba(self, tokens: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Return P(no) and P(yes), shape (n_rows, 2)."""
        from scipy.special import expit

        logit = self.decision_function(tokens)
        return np.column_stack([expit(-logit), expit(logit)])

    def column_shares(self, tokens: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Return what each column adds to the logit of every row, a pair's weight halved between its two columns: shape (n_rows, n_columns)."""
        return np.asarray(column_shares(tokens, self.weights_, self.pairs), dtype=np.float64)

    @property
    def bias_(self) -> float:
        """Logit of a row without terms."""
        return float(self.weights_[-1])

    def state(self) -> dict[str, Any]:
        """Return what the model consists of; weights that are 0 are left out."""
        self.decision_function(np.zeros((0, 1), dtype=np.uint64))
        used = np.flatnonzero((self.weights_ != 0) | (self.squares_ != _FIRST_SQUARE))
        return {
            "kind": self.kind,
            "parameters": {
                "rate": self.rate,
                "pairs": self.pairs,
                "bits": self.bits,
                "base_rate": self.base_rate,
            },
            "used": used,
            "weights": self.weights_[used],
            "squares": self.squares_[used],
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the model of such a state; it goes on learning where the other stopped."""
        model = cls(**state["parameters"])
        model._begin()
        model.weights_[state["used"]] = state["weights"]
        model.squares_[state["used"]] = state["squares"]
        return model

    def _begin(self) -> None:
        """Set all weights to 0; the bias stands last."""
        size = (1 << self.bits) + 1
        self.weights_ = np.zeros(size)
        self.squares_ = np.full(size, _FIRST_SQUARE)
        self.weights_[-1] = np.log(self.base_rate / (1.0 - self.base_rate))
