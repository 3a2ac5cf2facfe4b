"""Exact additive contributions to a score, against a stated reference population, told in words a customer understands.

    score(x) = base + sum over columns of c_j(x),    base = mean score of the reference population

trees           c_j = s_j(x) - mean of s_j over the reference, s the Shapley values of the trees' own cover
                (S. Lundberg et al., "From local explanations to global understanding with explainable AI for trees",
                Nature Machine Intelligence 2, 2020; LightGBM computes them exactly)
linear          c_j = w_j (x_j - mean of x_j over the reference)
hashed tokens   c_j = weights of the column's token and half of those of its pairs, less their mean over the reference
counts          c_j = contribution of the column's code by the number of active ones and one more, less its mean over the reference

Scores are logits: contributions add up exactly there, and in no other unit. Columns that say nearly the same share what they
explain in an arbitrary way, so correlated ones are added up before anything is told (``correlated_groups``, ``grouped``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.core.language import Text
    from zhike.decide.propensities.adaptive_bayes import AdaptiveBayes
    from zhike.decide.propensities.hashed_logistic import HashedLogistic

__all__ = [
    "Contributions",
    "CountedParts",
    "Explained",
    "HashedParts",
    "LinearParts",
    "Parts",
    "Reference",
    "TreeParts",
    "Wording",
    "contributions",
    "correlated_groups",
    "top_reasons",
]


class Parts(Protocol):
    """Splits the scores of rows into an offset and parts of columns, before any reference."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        ...

    def parts(self, x: NDArray[Any]) -> tuple[float, NDArray[np.float64]]:
        """Return the offset and parts of shape (n_rows, n_columns); offset and a row's parts add up to its score."""
        ...


@dataclass(frozen=True, slots=True)
class TreeParts:
    """Shapley values of a LightGBM model of one output.

    Parameters
    ----------
    booster : lightgbm.Booster
    columns : tuple of str
    """

    booster: Any
    columns: tuple[str, ...]

    def parts(self, x: NDArray[Any]) -> tuple[float, NDArray[np.float64]]:
        """Return the mean score under the trees' cover, and the Shapley values."""
        found = np.asarray(self.booster.predict(x, pred_contrib=True, num_threads=1), dtype=np.float64)
        return float(found[0, -1]) if len(found) else 0.0, found[:, :-1]


@dataclass(frozen=True, slots=True)
class LinearParts:
    """Terms of a linear score.

    Parameters
    ----------
    weights : ndarray of shape (n_columns,)
    intercept : float
    """

    weights: NDArray[np.float64]
    intercept: float
    columns: tuple[str, ...]

    def parts(self, x: NDArray[Any]) -> tuple[float, NDArray[np.float64]]:
        """Return the intercept, and weight times value."""
        return self.intercept, np.asarray(x * self.weights, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class HashedParts:
    """Terms of a hashed logistic regression; a pair's weight is halved between its two columns."""

    model: HashedLogistic
    columns: tuple[str, ...]

    def parts(self, x: NDArray[Any]) -> tuple[float, NDArray[np.float64]]:
        """Return the bias, and each column's share of the row's weights."""
        return self.model.bias_, self.model.column_shares(x)


@dataclass(frozen=True, slots=True)
class CountedParts:
    """Contributions of an adaptive naive Bayes model's score, see `zhike.decide.propensities.adaptive_bayes`."""

    model: AdaptiveBayes
    columns: tuple[str, ...]

    def parts(self, x: NDArray[Any]) -> tuple[float, NDArray[np.float64]]:
        """Return what the base rate adds, and what each column's code does."""
        return self.model.parts(x)


@dataclass(frozen=True, slots=True)
class Reference:
    """A population that rows are compared with.

    Parameters
    ----------
    population : str
        Who they are, as it is kept with the decision: "approved in 2026", "all who were asked".
    score : float
        Their mean score.
    parts : ndarray of shape (n_columns,)
        Mean part of each column.
    """

    population: str
    score: float
    parts: NDArray[np.float64]

    @classmethod
    def of(cls, model: Parts, x: NDArray[Any], population: str) -> Reference:
        """Describe the rows x of shape (n_rows, n_columns), at least one, under a model."""
        offset, parts = model.parts(x)
        mean = parts.mean(axis=0)
        return cls(population, offset + float(mean.sum()), mean)


@dataclass(frozen=True, slots=True)
class Contributions:
    """What each column, or group of columns, adds to the reference's mean score.

    Parameters
    ----------
    population : str
    base : float
        Mean score of the reference, in logits.
    values : ndarray of shape (n_rows, n_names)
        In logits.
    names : tuple of str
    """

    population: str
    base: float
    values: NDArray[np.float64]
    names: tuple[str, ...]

    def totals(self) -> NDArray[np.float64]:
        """Return base plus contributions: the rows' scores, shape (n_rows,)."""
        return np.asarray(self.base + self.values.sum(axis=1), dtype=np.float64)

    def grouped(self, groups: Mapping[str, Sequence[str]]) -> Contributions:
        """Return the contributions added up by group; a column in no group stays alone, under its own name."""
        of_column = {column: group for group, columns in groups.items() for column in columns}
        labels = [of_column.get(name, name) for name in self.names]
        names = tuple(dict.fromkeys(labels))
        belongs = np.array([[label == name for name in names] for label in labels], dtype=np.float64)
        return Contributions(self.population, self.base, self.values @ belongs, names)


def contributions(model: Parts, x: NDArray[Any], reference: Reference) -> Contributions:
    """Return the contributions of every column for every row.

    Parameters
    ----------
    model : TreeParts, LinearParts or HashedParts
    x : ndarray of shape (n_rows, n_columns)
    reference : Reference
        Of the same model.

    Examples
    --------
    >>> model = LinearParts(np.array([1.0, -2.0]), 0.5, ("age", "debt"))
    >>> told = contributions(model, np.array([[3.0, 1.0]]), Reference.of(model, np.array([[1.0, 1.0]]), "all"))
    >>> told.base, told.values.tolist(), told.totals().tolist()
    (-0.5, [[2.0, 0.0]], [1.5])
    """
    _, parts = model.parts(x)
    return Contributions(reference.population, reference.score, parts - reference.parts, model.columns)


def correlated_groups(
    x: NDArray[np.float64], columns: Sequence[str], least: float = 0.7
) -> dict[str, tuple[str, ...]]:
    """Return groups of columns linked by a rank correlation of at least ``least`` either way, named by their first column.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_columns)
        Rows without missing values, such as the reference population's.

    Examples
    --------
    >>> x = np.array([[1.0, 10, 3], [2, 20, 1], [3, 30, 2], [4, 40, 2]])
    >>> correlated_groups(x, ["salary", "income", "age"])
    {'salary': ('salary', 'income'), 'age': ('age',)}
    """
    from scipy.sparse.csgraph import connected_components
    from scipy.stats import rankdata

    ranks = rankdata(x, axis=0) - (len(x) + 1) / 2
    length = np.sqrt((ranks**2).sum(axis=0))
    together = ranks.T @ ranks / np.maximum(np.outer(length, length), 1e-12)
    _, labels = connected_components(np.abs(together) >= least, directed=False)
    groups: dict[int, list[str]] = {}
    for label, column in zip(labels.tolist(), columns, strict=True):
        groups.setdefault(label, []).append(column)
    return {members[0]: tuple(members) for members in groups.values()}


@dataclass(frozen=True, slots=True)
class Wording:
    """What to say of a group where it raises the score, and where it lowers it."""

    raises: Text
    lowers: Text


@dataclass(frozen=True, slots=True)
class Explained:
    """One reason: a group, what it adds to the score in logits, and the words for it."""

    group: str
    value: float
    text: Text


def top_reasons(
    told: Contributions, row: int, words: Mapping[str, Wording], most: int = 4
) -> tuple[Explained, ...]:
    """Return a row's strongest reasons, strongest first; ties by the groups' order.

    Parameters
    ----------
    told : Contributions
        Grouped as the words are.
    words : mapping
        Groups that have none are not told: a reason that nobody can understand is none.
    most : int
        Credit rules usually ask for up to four.
    """
    values = told.values[row]
    order = [
        k for k in np.argsort(-np.abs(values), kind="stable") if told.names[k] in words and values[k] != 0
    ]
    return tuple(_explained(told.names[k], float(values[k]), words) for k in order[:most])


def _explained(group: str, value: float, words: Mapping[str, Wording]) -> Explained:
    return Explained(group, value, words[group].raises if value > 0 else words[group].lowers)
