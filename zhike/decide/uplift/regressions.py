"""The regressions that the learners of an effect are made of, each a handful of settings that makes a fitted model.

A learner asks for two kinds: one of the outcome, P(y | x) or E(y | x), and one of the effect, a weighted least-squares fit
of a pseudo-outcome. What a campaign changes is small beside what customers do anyway, so every default is strongly
regularised. Settings are frozen and compare by value: two learners with equal settings can share their fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BoostedTrees", "Fitted", "Logistic", "Regression", "Ridge"]

_SURE = 1e-6
"""An outcome model never says less than this or more than one less it."""


class Fitted(Protocol):
    """A fitted regression."""

    def predict(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean of the outcome for features of shape (n, n_features)."""
        ...


class Regression(Protocol):
    """Settings that make a fitted regression."""

    def fit(
        self, x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64] | None = None
    ) -> Fitted:
        """Fit to features of shape (n, n_features) and an outcome and weights of shape (n,)."""
        ...


@dataclass(frozen=True, slots=True)
class _Constant:
    value: float

    def predict(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.full(len(x), self.value)


@dataclass(frozen=True, slots=True)
class _Probability:
    model: Any

    def predict(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.clip(np.asarray(self.model.predict_proba(x)[:, 1], dtype=np.float64), _SURE, 1.0 - _SURE)


@dataclass(frozen=True, slots=True)
class _Trees:
    booster: Any
    binary: bool

    def predict(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.asarray(self.booster.predict(x, num_threads=1), dtype=np.float64)
        return np.clip(found, _SURE, 1.0 - _SURE) if self.binary else found


@dataclass(frozen=True, slots=True)
class Logistic:
    """Logistic regression on standardised features.

    Parameters
    ----------
    penalty : float
        Weight of half the squared coefficients against the sum of the log losses.

    Notes
    -----
    Where everybody or nobody answered, the share itself is predicted, drawn to one half by half a case.
    """

    penalty: float = 10.0

    def fit(
        self, x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64] | None = None
    ) -> Fitted:
        """See `Regression`; ``y`` is 0 or 1."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        if y.min() == y.max():
            return _Constant(float((y.sum() + 0.5) / (len(y) + 1.0)))
        line = LogisticRegression(C=1.0 / self.penalty, max_iter=1000)
        model = make_pipeline(StandardScaler(), line)
        return _Probability(model.fit(x, y, logisticregression__sample_weight=weight))


@dataclass(frozen=True, slots=True)
class Ridge:
    """Linear regression on standardised features with squared penalty.

    Parameters
    ----------
    penalty : float
        Weight of the squared coefficients against the *mean* squared error, so that it means the same for few rows and many.
    """

    penalty: float = 1.0

    def fit(
        self, x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64] | None = None
    ) -> Fitted:
        """See `Regression`."""
        from sklearn.linear_model import Ridge as Line
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        total = float(len(y) if weight is None else weight.sum())
        model: Any = make_pipeline(StandardScaler(), Line(alpha=self.penalty * total))
        return model.fit(x, y, ridge__sample_weight=weight)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """Gradient boosted trees (LightGBM) on one thread.

    Parameters
    ----------
    binary : bool
        Log loss of an outcome of 0 or 1, else squared error.
    trees, leaves : int
    rate : float
        Learning rate.
    least : int
        Least number of rows in a leaf.
    seed : int
    """

    binary: bool = True
    trees: int = 100
    leaves: int = 8
    rate: float = 0.05
    least: int = 50
    seed: int = 0

    def fit(
        self, x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64] | None = None
    ) -> Fitted:
        """See `Regression`."""
        import lightgbm

        settings = {
            "objective": "binary" if self.binary else "regression",
            "num_leaves": self.leaves,
            "learning_rate": self.rate,
            "min_data_in_leaf": self.least,
            "max_bin": 63,
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }
        if self.binary and y.min() == y.max():
            return _Constant(float((y.sum() + 0.5) / (len(y) + 1.0)))
        data = lightgbm.Dataset(x, label=y, weight=weight, free_raw_data=True)
        return _Trees(lightgbm.train(settings, data, num_boost_round=self.trees), self.binary)
