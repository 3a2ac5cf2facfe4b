r"""An additive scorecard: a table of points for each feature, which whoever answers for it can read.

Every feature is cut into levels - numbers by quantiles, texts by their value, unknown as a level of its own - and

.. math:: \operatorname{logit} P(y = 1) = \beta_0 + \sum_f \beta_{f, \text{level}}

maximises the log likelihood less

.. math:: \tfrac12 \sum_f \Big( \frac{1}{\sigma^2} \sum_k \beta_{fk}^2 + \frac{1}{\tau^2} \sum_k (\beta_{f,k+1} - \beta_{fk})^2 \Big)

the second sum over neighbouring levels of numbers: rare events give no steep steps. The share of each feature in a score is exact.

References
----------
P. Eilers, B. Marx, "Flexible smoothing with B-splines and penalties", Statistical Science 11, 1996: penalties on neighbours.
J. Singer, J. Willett, "It's about time: using discrete-time survival analysis", Journal of Educational Statistics 18, 1993: windows of
one customer that do not overlap are separate cases of the likelihood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import polars as pl

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.learn.recalibration import newton_logit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

__all__ = ["Scorecard"]

_FREE: Final = 1e-6
"""Penalty of the level of all: next to none."""
_CHUNK: Final = 50_000
"""Rows whose product with the covariance is held at once."""


class Scorecard:
    """Additive logistic regression on levels of features.

    Parameters
    ----------
    levels : int
        Levels of a number, beside unknown.
    spread : float
        Standard deviation of effects that is expected beforehand.
    step : float
        The same of the difference of neighbouring levels of a number.
    most_texts : int
        Levels of a text; rarer ones count as other.
    """

    def __init__(
        self, levels: int = 8, spread: float = 0.5, step: float = 0.25, most_texts: int = 12
    ) -> None:
        self.levels = levels
        self.spread = spread
        self.step = step
        self.most_texts = most_texts

    def fit(self, features: pl.DataFrame, outcome: NDArray[np.bool_]) -> Self:
        """Learn effects.

        Parameters
        ----------
        features : DataFrame of n rows
            Numbers, truth values and texts; null where unknown.
        outcome : ndarray of bool, shape (n,)

        Raises
        ------
        UsageError
            When only one outcome is there: nothing can be learnt from that.
        """
        if outcome.all() or not outcome.any():
            raise UsageError(
                what=phrase("{count} cases with one outcome", count=len(outcome)),
                expected=phrase("cases of both outcomes"),
            )
        self.cuts_ = {name: self._cut(features[name]) for name in features.columns}
        design = self._design(features)
        flat, self.covariance_ = newton_logit(design, outcome, np.zeros(len(outcome)), self._penalty())
        self.level_, sizes = float(flat[0]), np.cumsum(self._sizes())[:-1]
        self.effects_ = dict(zip(self.cuts_, np.split(flat[1:], sizes), strict=True))
        usual = {name: self._codes(features[name], self.cuts_[name]) for name in self.cuts_}
        self.usual_ = {name: float(self.effects_[name][codes].mean()) for name, codes in usual.items()}
        return self

    def log_odds(self, features: pl.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return log-odds and their variance, both of shape (n,)."""
        design = self._design(features)
        flat = np.concatenate([[self.level_], *self.effects_.values()])
        parts = [design[start : start + _CHUNK] for start in range(0, features.height, _CHUNK)]
        variance = [np.asarray(part.multiply(part @ self.covariance_).sum(axis=1)).ravel() for part in parts]
        return np.asarray(design @ flat), np.maximum(np.concatenate([np.zeros(0), *variance]), 0.0)

    def contributions(self, features: pl.DataFrame) -> NDArray[np.float64]:
        """Return what each feature adds to the log-odds, against the mean of all whom it was fitted on, shape (n, n_features).

        Together with `usual_odds` they add up to the log-odds.
        """
        parts = [
            self.effects_[name][self._codes(features[name], cut)] - self.usual_[name]
            for name, cut in self.cuts_.items()
        ]
        return np.stack(parts, axis=1)

    @property
    def usual_odds(self) -> float:
        """Log-odds of a customer of whom every feature adds what it adds on average."""
        return self.level_ + sum(self.usual_.values())

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept."""
        setting = {name: getattr(self, name) for name in ("levels", "spread", "step", "most_texts")}
        learnt = {"level": self.level_, "effects": self.effects_, "usual": self.usual_}
        cuts = [{"feature": name, "cut": cut} for name, cut in self.cuts_.items()]
        return {"setting": setting, "cuts": cuts, **learnt, "covariance": self.covariance_}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the scorecard of such a state."""
        found = cls(**state["setting"])
        found.cuts_ = {row["feature"]: row["cut"] for row in state["cuts"]}
        found.level_, found.usual_ = state["level"], {name: state["usual"][name] for name in found.cuts_}
        found.effects_ = {name: np.asarray(state["effects"][name]) for name in found.cuts_}
        found.covariance_ = np.asarray(state["covariance"])
        return found

    def _cut(self, column: pl.Series) -> NDArray[np.float64] | list[str]:
        """Return the inner edges of a number, or the levels of a text, commonest first."""
        if column.dtype == pl.String:
            counts = (
                column.drop_nulls()
                .value_counts(sort=False)
                .sort(["count", column.name], descending=[True, False])
            )
            return [str(one) for one in counts[column.name][: self.most_texts]]
        known = _numbers(column)
        known = known[~np.isnan(known)]
        inner = np.linspace(0.0, 1.0, self.levels + 1)[1:-1]
        # An edge at the least value would leave the level below it empty.
        edges = np.unique(np.quantile(known, inner, method="higher")) if len(known) else np.zeros(0)
        return edges[edges > known.min()] if len(edges) else edges

    def _sizes(self) -> list[int]:
        return [len(cut) + 2 for cut in self.cuts_.values()]

    def _codes(self, column: pl.Series, cut: NDArray[np.float64] | list[str]) -> NDArray[np.int64]:
        """Return each value's level: the last is unknown; of a text the last but one is other."""
        if isinstance(cut, list):
            known = column.cast(pl.String).replace_strict(
                {n: p for p, n in enumerate(cut)}, default=len(cut), return_dtype=pl.Int64
            )
            return np.where(
                column.is_null().to_numpy(), len(cut) + 1, known.fill_null(len(cut) + 1).to_numpy()
            )
        values = _numbers(column)
        return np.where(np.isnan(values), len(cut) + 1, np.searchsorted(cut, values, side="right")).astype(
            np.int64
        )

    def _design(self, features: pl.DataFrame) -> csr_matrix:
        from scipy.sparse import csr_matrix

        starts = 1 + np.concatenate([[0], np.cumsum(self._sizes())[:-1]]).astype(np.int64)
        codes = [
            self._codes(features[name], cut) + start
            for (name, cut), start in zip(self.cuts_.items(), starts, strict=True)
        ]
        rows = features.height
        columns = np.stack([np.zeros(rows, dtype=np.int64), *codes], axis=1)
        width, total = columns.shape[1], 1 + sum(self._sizes())
        place = np.arange(0, rows * width + 1, width)
        return csr_matrix((np.ones(rows * width), columns.ravel(), place), shape=(rows, total))

    def _penalty(self) -> NDArray[np.float64]:
        blocks = [np.array([[_FREE]])]
        for cut in self.cuts_.values():
            block = np.eye(len(cut) + 2) / self.spread**2
            if not isinstance(cut, list):
                steps = np.diff(np.eye(len(cut) + 1), axis=0)
                block[:-1, :-1] += steps.T @ steps / self.step**2
            blocks.append(block)
        whole = np.zeros((sum(map(len, blocks)),) * 2)
        start = 0
        for block in blocks:
            whole[start : start + len(block), start : start + len(block)] = block
            start += len(block)
        return whole


def _numbers(column: pl.Series) -> NDArray[np.float64]:
    return np.asarray(column.cast(pl.Float64).fill_null(float("nan")).to_numpy(), dtype=np.float64)
