"""Gradient-boosted trees fitted anew on the last rows whose outcomes are known.

Trees hold the last known level beyond the range they saw, which is what macro figures under drift need: they are clipped to
that range by construction. J. Friedman, "Greedy function approximation", Annals of Statistics 29(5), 2001; fitted with LightGBM
(G. Ke et al., NeurIPS 2017), one thread, deterministic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["BoostedPropensity"]


@dataclass
class BoostedPropensity:
    """Trees over the last ``window`` rows, fitted anew every ``every`` rows.

    Parameters
    ----------
    categorical : tuple of int
        Columns whose values are codes.
    monotone : tuple of int
        -1, 0 or 1 for each column: P may only fall, go either way, or only rise with it; empty for no such rule.
    window, every : int
        Rows.
    rounds, leaves, least_rows : int
        Trees; leaves of a tree; rows of a leaf.
    rate : float
        Share of each tree that is added.
    """

    categorical: tuple[int, ...] = ()
    monotone: tuple[int, ...] = ()
    window: int = 20_000
    every: int = 250
    rounds: int = 60
    leaves: int = 15
    least_rows: int = 20
    rate: float = 0.05
    seed: int = 1

    kind: ClassVar[str] = "boosted_propensity/1"

    def fit(
        self, x: NDArray[np.float64], y: NDArray[np.float64], sample_weight: NDArray[np.float64] | None = None
    ) -> Self:
        """Forget everything, keep the last ``window`` of these rows and fit the trees."""
        self._begin(x.shape[1])
        self._keep(x, y, sample_weight)
        self._refit()
        return self

    def partial_fit(
        self, x: NDArray[np.float64], y: NDArray[np.float64], sample_weight: NDArray[np.float64] | None = None
    ) -> Self:
        """Keep further rows, in their order; fit anew when ``every`` have come since the last fit.

        Parameters
        ----------
        x : ndarray of float, shape (n_rows, n_columns)
            NaN for missing.
        y : ndarray of float, shape (n_rows,)
            Outcome, 0 to 1.
        sample_weight : ndarray of float, shape (n_rows,), optional
            0 for a row that is no observation: it does not enter the window.
        """
        if not hasattr(self, "y_"):
            self._begin(x.shape[1])
        self._keep(x, y, sample_weight)
        if self.fresh_ >= self.every:
            self._refit()
        return self

    def predict_proba(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P(no) and P(yes), shape (n_rows, 2); the window's smoothed rate before trees can be fitted."""
        if not hasattr(self, "y_"):
            self._begin(x.shape[1])
        if self.booster_ is None:
            rate = float((self.weight_ @ self.y_ + 0.5) / (self.weight_.sum() + 1.0))
            yes = np.full(len(x), rate)
        else:
            yes = np.asarray(self.booster_.predict(x, num_threads=1), dtype=np.float64)
        return np.column_stack([1.0 - yes, yes])

    def state(self) -> dict[str, Any]:
        """Return the trees as LightGBM's text, and the window."""
        names = ("window", "every", "rounds", "leaves", "least_rows", "rate", "seed")
        return {
            "kind": self.kind,
            "parameters": {name: getattr(self, name) for name in names},
            "categorical": list(self.categorical),
            "monotone": list(self.monotone),
            "trees": "" if self.booster_ is None else self.booster_.model_to_string(),
            "x": self.x_,
            "y": self.y_,
            "weight": self.weight_,
            "fresh": self.fresh_,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the model of such a state."""
        import lightgbm

        model = cls(tuple(state["categorical"]), tuple(state["monotone"]), **state["parameters"])
        model.x_, model.y_, model.weight_ = state["x"], state["y"], state["weight"]
        model.fresh_ = state["fresh"]
        model.booster_ = lightgbm.Booster(model_str=state["trees"]) if state["trees"] else None
        return model

    def _begin(self, columns: int) -> None:
        self.x_, self.y_, self.weight_ = np.zeros((0, columns)), np.zeros(0), np.zeros(0)
        self.fresh_ = 0
        self.booster_: Any = None

    def _keep(
        self, x: NDArray[np.float64], y: NDArray[np.float64], sample_weight: NDArray[np.float64] | None
    ) -> None:
        weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        seen = weight > 0
        self.x_ = np.concatenate([self.x_, np.asarray(x, dtype=np.float64)[seen]])[-self.window :]
        self.y_ = np.concatenate([self.y_, np.asarray(y, dtype=np.float64)[seen]])[-self.window :]
        self.weight_ = np.concatenate([self.weight_, weight[seen]])[-self.window :]
        self.fresh_ += int(seen.sum())

    def _refit(self) -> None:
        """Fit the trees, unless the window has one kind of outcome only."""
        import lightgbm

        if not self.y_.size or self.y_.min() == self.y_.max():
            return
        rows = lightgbm.Dataset(
            self.x_,
            self.y_,
            weight=self.weight_,
            categorical_feature=list(self.categorical),
            params=self._settings(),
        )
        self.booster_, self.fresh_ = lightgbm.train(self._settings(), rows, self.rounds), 0

    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "objective": "cross_entropy", "num_leaves": self.leaves, "learning_rate": self.rate, "min_data_in_leaf": self.least_rows,
            "feature_fraction": 0.7, "lambda_l2": 5.0, "cat_smooth": 20.0, "max_bin": 63,
            "seed": self.seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
        }  # fmt: skip
        if any(self.monotone):
            settings["monotone_constraints"] = list(self.monotone)
        return settings
