"""Members' logits and the last days' shifts, combined by what became known, forgotten by age: mixture and recalibration in one.

    logit P = sum_k a_k logit P_k + c + sum_h r_h s_h,    w = (a, c, r)
    minimise  1/2 sum_i l_i (w_i - w0_i)^2  +  sum over known rows j of 2^-((i - j) / half_life) log loss of j

with w0 a mean logit (a_k in proportion to 2^-(delay / lasting_k), the rest 0), q the probability that it gives, and s_h by how many logits the known rows
of late lay above it, as one Newton step from 0 tells that holds a shift against a prior variance of one:

    s_h = sum_j 2^-((i - j) / h) v_j (y_j - q_j) / (1 + sum_j 2^-((i - j) / h) v_j q_j (1 - q_j)),    v_j the row's weight

So a handful of yeses among rare ones counts for what it says of the rate; as a difference of probabilities it would be drowned by the pull to 0. Loss
is counted as it was when the row was predicted (prequential: A. P. Dawid, JRSS A 147(2), 1984), in the quadratic
approximation at the weights of its day, so a step costs one small linear system (West and Harrison's discounted Bayesian
regression). What is known is as old as the delay: a long delay leaves little of it, and the mixture stays near that
mean; labels at once let it follow the day. A logarithmic pool may sharpen or flatten (G. Hinton, 2002), so c and the sum of a
recalibrate as they mix.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["PropensityMix", "with_shifts"]

_SURE: Final = 1e-4
"""Members are heard as no surer than this."""
_PRIOR: Final = 1.0
"""Information, one over the variance in logits, that a shift is held against."""


@dataclass
class PropensityMix:
    """Combination of propensities that learns from rows as their labels become known.

    Parameters
    ----------
    members : int
    delay : int
        Rows between a prediction and its label.
    half_life : float
        Rows after which what was learned counts half.
    ridge : float
        l: strength of the pull to w0, in rows' information (p (1 - p) each).
    memories : tuple of float
        h: half-lives of the shifts, in rows.
    lasting : tuple of float
        Delay in rows at which a member's start weight is half of what it has without delay, one a member; empty for equal
        weights at any delay. What the newest rows teach is soon worth nothing, what a long window teaches lasts.
    """

    members: int
    delay: int = 0
    half_life: float = 1000.0
    ridge: float = 10.0
    memories: tuple[float, ...] = (5.0, 25.0, 100.0)
    lasting: tuple[float, ...] = ()

    kind: ClassVar[str] = "propensity_mix/2"

    def fit(
        self,
        propensities: NDArray[np.float64],
        y: NDArray[np.float64],
        sample_weight: NDArray[np.float64] | None = None,
    ) -> Self:
        """Forget everything and learn from the rows in their order."""
        self._begin()
        return self.partial_fit(propensities, y, sample_weight)

    def partial_fit(
        self,
        propensities: NDArray[np.float64],
        y: NDArray[np.float64],
        sample_weight: NDArray[np.float64] | None = None,
    ) -> Self:
        """Learn from the next rows whose labels became known, in their order.

        Parameters
        ----------
        propensities : ndarray of float, shape (n_rows, n_members)
            What the members answered when the row was decided, before its label or a later one was known.
        y : ndarray of float, shape (n_rows,)
            Outcome, 0 to 1; NaN for a row that is no observation.
        sample_weight : ndarray of float, shape (n_rows,), optional
            Weight of each row's loss; 0 for a row that is no observation, as a send that was blocked.
        """
        if not hasattr(self, "weights_"):
            self._begin()
        weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        for logits, outcome, counts in zip(self._logits(propensities), y, weight, strict=True):
            self._learn(logits, float(outcome) if counts > 0 else np.nan, float(counts))
        return self

    def decision_function(self, propensities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the combined logits, shape (n_rows,)."""
        if not hasattr(self, "weights_"):
            self._begin()
        logits = self._logits(propensities)
        beside = np.append(1.0, self.shifts_) @ self.weights_[self.members :]
        return np.asarray(logits @ self.weights_[: self.members] + beside, dtype=np.float64)

    def predict_proba(self, propensities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P(no) and P(yes), shape (n_rows, 2), for rows decided now."""
        logit = self.decision_function(propensities)
        yes = _logistic(logit)
        return np.column_stack([1.0 - yes, yes])

    def state(self) -> dict[str, Any]:
        """Return weights, what they rest on and the shifts of the last rows."""
        if not hasattr(self, "weights_"):
            self._begin()
        return {
            "kind": self.kind,
            "parameters": {
                "members": self.members, "delay": self.delay, "half_life": self.half_life, "ridge": self.ridge,
                "memories": list(self.memories),
                "lasting": list(self.lasting),
            },
            "information": self.information_,
            "pull": self.pull_,
            "weights": self.weights_,
            "sums": self.sums_,
            "shifts": self.shifts_,
            "earlier": np.array(self.earlier_),
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the mixture of such a state; it goes on learning where the other stopped."""
        known = state["parameters"]
        model = cls(**{**known, "memories": tuple(known["memories"]), "lasting": tuple(known["lasting"])})
        model._begin()
        model.information_, model.pull_ = state["information"].copy(), state["pull"].copy()
        model.weights_, model.shifts_ = state["weights"].copy(), state["shifts"].copy()
        model.sums_ = state["sums"].copy()
        model.earlier_.clear()
        model.earlier_.extend(state["earlier"])
        return model

    def _begin(self) -> None:
        size = self.members + 1 + len(self.memories)
        self.start_ = np.zeros(size)
        start = 0.5 ** (self.delay / np.array(self.lasting or (np.inf,) * self.members))
        self.start_[: self.members] = start / start.sum()
        self.weights_ = self.start_.copy()
        self.information_, self.pull_ = np.zeros((size, size)), np.zeros(size)
        self.sums_ = np.zeros((2, len(self.memories)))
        self.shifts_ = np.zeros(len(self.memories))
        self.earlier_: deque[NDArray[np.float64]] = deque(
            [self.shifts_] * (self.delay + 1), maxlen=self.delay + 1
        )

    def _learn(self, logits: NDArray[np.float64], outcome: float, weight: float) -> None:
        """Add one row's loss, with the shifts that were known when it was decided."""
        terms = np.concatenate([logits, [1.0], self.earlier_[0]])
        fade = 0.5 ** (1.0 / self.half_life)
        self.information_ *= fade
        self.pull_ *= fade
        if not np.isnan(outcome):
            self._observe(terms, outcome, weight)
            expected = float(_logistic(logits @ self.start_[: self.members]))
            told = weight * np.array([outcome - expected, expected * (1.0 - expected)])
            self.sums_ = 0.5 ** (1.0 / np.asarray(self.memories)) * self.sums_ + told[:, None]
            self.shifts_ = self.sums_[0] / (_PRIOR + self.sums_[1])
        self.earlier_.append(self.shifts_)
        aged = 0.5 ** (self.delay / self.half_life)
        system = self.ridge * np.eye(len(self.weights_)) + aged * self.information_
        self.weights_ = np.linalg.solve(system, self.ridge * self.start_ + aged * self.pull_)

    def _observe(self, terms: NDArray[np.float64], outcome: float, weight: float) -> None:
        """Add the quadratic approximation of a row's log loss at the weights of its day."""
        logit = float(terms @ self.weights_)
        chance = float(np.clip(_logistic(logit), _SURE, 1.0 - _SURE))
        bend = weight * chance * (1.0 - chance)
        self.information_ += bend * np.outer(terms, terms)
        self.pull_ += terms * (bend * logit + weight * (outcome - chance))

    def _logits(self, propensities: NDArray[np.float64]) -> NDArray[np.float64]:
        kept = np.clip(propensities, _SURE, 1.0 - _SURE)
        return np.asarray(np.log(kept) - np.log1p(-kept), dtype=np.float64)


def with_shifts(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state of a mixture that kept mean residuals (``propensity_mix/1``) as one that keeps shifts: its answers stay.

    A shift is taken as the mean residual times the rows that it stands for, over their information; a row's mean information is that which the
    weights rest on.
    """
    known = state["parameters"]
    rows = 1.0 / (1.0 - 0.5 ** (1.0 / np.asarray(known["memories"], dtype=np.float64)))
    bend = state["information"][known["members"], known["members"]] * (
        1.0 - 0.5 ** (1.0 / known["half_life"])
    )
    scale = rows / (_PRIOR + bend * rows)
    of_weight = np.ones(len(state["weights"]))
    of_weight[known["members"] + 1 :] = scale
    return {
        "parameters": known,
        "information": state["information"] * np.outer(of_weight, of_weight),
        "pull": state["pull"] * of_weight,
        "weights": state["weights"] / of_weight,
        "sums": np.stack([state["residuals"] * rows, bend * rows]),
        "shifts": state["residuals"] * scale,
        "earlier": state["earlier"] * scale,
    }


def _logistic(logit: Any) -> Any:  # noqa: ANN401 - a number or an array, as it comes
    from scipy.special import expit

    return expit(logit)
