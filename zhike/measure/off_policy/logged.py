"""A log of choices with the probability of each, and what another policy would have chosen from the same actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LoggedChoices"]

_SUM_TOLERANCE: Final = 1e-6
_TABLE: Final = 2


@dataclass(frozen=True, slots=True)
class LoggedChoices:
    r"""What was chosen with which probability, what came of it, and the policy to be valued.

    Parameters
    ----------
    action : ndarray of int, shape (n,)
        Column of the action that was chosen, :math:`a_i`.
    reward : ndarray of float, shape (n,)
        What came of it, :math:`r_i`, in any unit; the value of a policy has the same.
    action_probability : ndarray of float, shape (n,)
        :math:`\pi_0(a_i \mid x_i)`, the probability of the choice under the policy that made it; above 0.
    evaluation : ndarray of float, shape (n, k)
        :math:`\pi(a \mid x_i)` of the policy to be valued; rows sum to one.
    features : ndarray of float, shape (n, d), or None
        :math:`x_i`, known before the choice. Reward models need them.
    eligible : ndarray of bool, shape (n, k), or None
        Which actions could be chosen; None where all could. The evaluated policy stays within it.
    logging : ndarray of float, shape (n, k), or None
        :math:`\pi_0(a \mid x_i)` of every action, where the log has it: tells exactly what has no support.
    group : ndarray of int, shape (n,), or None
        Rows of one customer share a number: they stay in one fold.

    Raises
    ------
    UsageError
        Where shapes do not fit, a probability is none, the log's own table does not have what was chosen, or a choice or the policy lies
        outside what was eligible.
    """

    action: NDArray[np.int64]
    reward: NDArray[np.float64]
    action_probability: NDArray[np.float64]
    evaluation: NDArray[np.float64]
    features: NDArray[np.float64] | None = None
    eligible: NDArray[np.bool_] | None = None
    logging: NDArray[np.float64] | None = None
    group: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        _check_shapes(self)
        _check_probabilities(self)
        _check_eligible(self)

    def __len__(self) -> int:
        return len(self.action)

    @property
    def actions(self) -> int:
        """Number of columns, k."""
        return int(self.evaluation.shape[1])

    @property
    def weight(self) -> NDArray[np.float64]:
        r"""Importance weights :math:`w_i = \pi(a_i \mid x_i) / \pi_0(a_i \mid x_i)`, shape (n,)."""
        return np.asarray(self.of_chosen(self.evaluation) / self.action_probability)

    def of_chosen(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the entries of a table of shape (n, k) at the actions that were chosen, shape (n,)."""
        return np.asarray(table[np.arange(len(self)), self.action])


def _require(found: bool, what: object, expected: object) -> None:  # noqa: FBT001 - a condition
    if not found:
        raise UsageError(what=what, expected=expected)


def _check_shapes(log: LoggedChoices) -> None:
    n = len(log.action)
    _require(
        n > 0 and log.evaluation.ndim == _TABLE,
        phrase("a log of {n} choices", n=n),
        phrase("one at least, with a table of n by k"),
    )
    for name in ("reward", "action_probability", "features", "group"):
        column = getattr(log, name)
        fits = column is None or len(column) == n
        _require(fits, phrase("{name} of another length", name=name), phrase("{n} rows", n=n))
    for name in ("evaluation", "eligible", "logging"):
        table = getattr(log, name)
        _require(
            table is None or table.shape == (n, log.actions),
            phrase("{name} of another shape", name=name),
            phrase("{n} by {k}", n=n, k=log.actions),
        )
    whole = np.issubdtype(np.asarray(log.action).dtype, np.integer)
    inside = whole and bool(((log.action >= 0) & (log.action < log.actions)).all())
    _require(
        inside,
        phrase("an action that is no column"),
        phrase("whole numbers from 0 to {last}", last=log.actions - 1),
    )


def _check_probabilities(log: LoggedChoices) -> None:
    known = log.action_probability
    chosen = bool(((known > 0) & (known <= 1)).all())
    _require(
        chosen, phrase("an action_probability of 0, above 1 or unknown"), phrase("one above 0, 1 at most")
    )
    _require(
        bool(np.isfinite(log.reward).all()), phrase("a reward that is no number"), phrase("finite rewards")
    )
    proper = bool((log.evaluation >= 0).all()) and np.allclose(
        log.evaluation.sum(axis=1), 1.0, atol=_SUM_TOLERANCE
    )
    _require(
        proper, phrase("an evaluation that is no distribution"), phrase("0 or more, rows that sum to one")
    )
    if log.logging is not None:
        told = bool(
            ((log.logging >= 0) & (log.logging <= 1)).all() and (log.of_chosen(log.logging) > 0).all()
        )
        _require(
            told,
            phrase("logging probabilities that do not have what was chosen"),
            phrase("0 to 1, above 0 where chosen"),
        )


def _check_eligible(log: LoggedChoices) -> None:
    if log.eligible is not None:
        chosen = bool(log.eligible[np.arange(len(log)), log.action].all())
        _require(chosen, phrase("a choice that was not eligible"), phrase("choices from what was eligible"))
        inside = not bool((log.evaluation[~log.eligible] > 0).any())
        _require(
            inside,
            phrase("an evaluation beyond what was eligible"),
            phrase("a policy over what was eligible"),
        )
