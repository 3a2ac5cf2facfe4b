"""Linear models that vote on the class of a text; each learns from the same rows and errs in its own way.

``margin``: a support vector machine for each class against all others, with squared hinge loss. ``logit``: a multinomial logistic regression. Both over
`zhike.know.text.grams` and, where an embedder is given, its points beside them. ``embedding``: a multinomial logistic regression over its points alone.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from scipy import sparse

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]
    Weighted: TypeAlias = sparse.csr_matrix | NDArray[np.float32]

__all__ = ["FIRMNESS", "GRAMS", "MEMBERS", "LinearScorer", "Setting", "fit_member"]

MEMBERS: Final = ("margin", "logit", "embedding")
GRAMS: Final = frozenset(("margin", "logit"))
"""Those that read grams."""
FIRMNESS: Final = (20.0, 2.0)
"""What the logit's C is chosen from: clean classes want the former, noisy ones the latter."""
_FIRM_POINTS: Final = 30.0
_UNSEEN: Final = 1.0
"""How far below the lowest score a class stands that a fold did not see."""


class LinearScorer(NamedTuple):
    """Scores of classes as weighted sums; ``weights`` of shape (n_features, n_classes), ``levels`` of shape (n_classes,)."""

    weights: NDArray[np.float32]
    levels: NDArray[np.float32]

    def scores(self, rows: Weighted) -> Floats:
        """Return scores, shape (n_texts, n_classes)."""
        return np.asarray(rows @ self.weights + self.levels, dtype=np.float64)

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept."""
        return self._asdict()

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> LinearScorer:
        """Return what such a state describes."""
        return cls(state["weights"], state["levels"])


class Setting(NamedTuple):
    """How members are fitted: ``firmness`` is the C of the logit over grams; ``balance``: classes count as if equally frequent."""

    firmness: float
    balance: bool
    seed: int


def fit_member(name: str, rows: Weighted, truth: Places, classes: int, setting: Setting) -> LinearScorer:
    """Return a fitted member.

    Parameters
    ----------
    name : str
        One of `MEMBERS`.
    rows : sparse matrix or array of shape (n_texts, n_features)
    truth : array of shape (n_texts,)
        Places of classes; a class that no text has is never the answer.
    classes : int
    setting : Setting
    """
    from sklearn.exceptions import ConvergenceWarning

    present = np.unique(truth)
    if len(present) == 1:
        # A fold of very few texts may hold one class only: then that one is the answer.
        alone = np.full(classes, -_UNSEEN, np.float32)
        alone[present] = 0
        return LinearScorer(np.zeros((rows.shape[1], classes), np.float32), alone)
    model = _model(name, setting)
    with warnings.catch_warnings():
        # Both stop after a number of steps that was chosen for speed: a little short of the optimum the answers are the same.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows, truth)
    weights, levels = np.atleast_2d(model.coef_), np.atleast_1d(model.intercept_)
    if len(weights) == 1:
        weights, levels = np.concatenate([-weights, weights]), np.concatenate([-levels, levels])
    seen = model.classes_
    whole = np.zeros((rows.shape[1], classes), np.float32)
    whole[:, seen] = weights.T
    heights = np.full(classes, levels.min() - _UNSEEN, np.float32)
    heights[seen] = levels
    return LinearScorer(whole, heights)


def _model(name: str, setting: Setting) -> Any:  # noqa: ANN401 - scikit-learn has no types
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    weight = "balanced" if setting.balance else None
    if name == "margin":
        return LinearSVC(C=1.0, class_weight=weight, random_state=setting.seed)
    firmness = setting.firmness if name in GRAMS else _FIRM_POINTS
    return LogisticRegression(C=firmness, class_weight=weight, max_iter=60, tol=1e-3)
