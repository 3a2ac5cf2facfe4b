"""Linear models that vote on the class of a text; each learns from the same rows and errs in its own way.

``margin``: a support vector machine for each class against all others, with squared hinge loss. ``logit``: a multinomial logistic regression. Both over
`zhike.know.text.grams` and, where an embedder is given, its points beside them. ``embedding``: a multinomial logistic regression over its points alone.
``ratio``, where classes are to count alike: a softer machine for each class over grams weighted by

    |log (share of the class's texts' grams / share of all others' grams)| ** (1/2),    each gram counted once a text, and one more

so that a gram that tells the class from the others weighs more. Where texts of a class are few and their labels unsure it errs least.

References
----------
S. Wang and C. D. Manning, "Baselines and bigrams: simple, good sentiment and topic classification", ACL 2012.
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

__all__ = ["FIRMNESS", "GRAMS", "MEMBERS", "POINTED", "LinearScorer", "Setting", "fit_member"]

MEMBERS: Final = ("margin", "logit", "ratio", "embedding")
GRAMS: Final = frozenset(("margin", "logit", "ratio"))
"""Those that read grams."""
POINTED: Final = frozenset(("margin", "logit"))
"""Those of them that read an embedder's points beside."""
FIRMNESS: Final = (20.0, 2.0)
"""What the logit's C is chosen from: clean classes want the former, noisy ones the latter."""
_FIRM_POINTS: Final = 30.0
_FIRM_RATIO: Final = 0.1
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
    with warnings.catch_warnings():
        # All stop after a number of steps that was chosen for speed: a little short of the optimum the answers are the same.
        warnings.simplefilter("ignore", ConvergenceWarning)
        # Many classes of one text each are what somebody sorted, not numbers to be fitted.
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        weights, levels = (
            _by_ratio(rows, truth, present, setting)
            if name == "ratio"
            else _at_once(_model(name, setting), rows, truth)
        )
    whole = np.zeros((rows.shape[1], classes), np.float32)
    whole[:, present] = weights.T
    heights = np.full(classes, levels.min() - _UNSEEN, np.float32)
    heights[present] = levels
    return LinearScorer(whole, heights)


def _at_once(model: Any, rows: Weighted, truth: Places) -> tuple[Floats, Floats]:  # noqa: ANN401 - scikit-learn has no types
    """Return weights, shape (n_classes_present, n_features), and levels of a model of all classes."""
    model.fit(rows, truth)
    weights, levels = np.atleast_2d(model.coef_), np.atleast_1d(model.intercept_)
    if len(weights) == 1:
        weights, levels = np.concatenate([-weights, weights]), np.concatenate([-levels, levels])
    return weights, levels


def _by_ratio(rows: Weighted, truth: Places, present: Places, setting: Setting) -> tuple[Floats, Floats]:
    """Return the same of a machine for each class over grams weighted by how well they tell it."""
    from scipy import sparse
    from sklearn.svm import LinearSVC

    held = sparse.csr_matrix(rows > 0, dtype=np.float64)
    weights, levels = np.empty((len(present), rows.shape[1])), np.empty(len(present))
    for at, one in enumerate(present):
        inside, outside = (
            np.asarray(held[part].sum(axis=0)).ravel() + 1 for part in (truth == one, truth != one)
        )
        telling = np.sqrt(np.abs(np.log(inside / inside.sum()) - np.log(outside / outside.sum())))
        model = LinearSVC(C=_FIRM_RATIO, random_state=setting.seed)
        model.fit(rows @ sparse.diags_array(telling), truth == one)
        weights[at], levels[at] = telling * model.coef_[0], model.intercept_[0]
    return weights, levels


def _model(name: str, setting: Setting) -> Any:  # noqa: ANN401 - scikit-learn has no types
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    weight = "balanced" if setting.balance else None
    if name == "margin":
        return LinearSVC(C=1.0, class_weight=weight, random_state=setting.seed)
    firmness = setting.firmness if name in GRAMS else _FIRM_POINTS
    return LogisticRegression(C=firmness, class_weight=weight, max_iter=60, tol=1e-3)
