"""Judge and value every candidate of a slice of customers: the part of deciding in which nobody depends on anybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import polars as pl

from zhike.decide.candidate_values import Valued
from zhike.decide.decisions import Judged
from zhike.decide.ranked_scoring import BEFORE_RANKING, RankedScoring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.choice import ChoiceProblem
    from zhike.decide.effects import Applied
    from zhike.decide.policy import Policy
    from zhike.decide.preparation import Preparation

__all__ = [
    "POSITION",
    "ChoiceSetting",
    "judged_slices",
    "optional_candidates",
    "preference",
    "valued",
]

POSITION = "position"
"""Row of a customer among all of the run."""


def judged_slices(
    prepared: Preparation, cells: int, customers: list[str] | None = None
) -> Iterator[tuple[Judged, pl.DataFrame]]:
    """Yield slices of customers, judged, with their inputs and their ``position``.

    Parameters
    ----------
    prepared : Preparation
    cells : int
        Candidates judged at once.
    customers : list of str or None
        All customers, or only those named; by ``customer_id``.
    """
    inputs = prepared.inputs.with_row_index(POSITION)
    if customers is not None:
        inputs = inputs.filter(pl.col("customer_id").is_in(customers))
    for chunk in inputs.iter_slices(max(1, cells // max(1, len(prepared.actions)))):
        yield _judged(prepared, chunk), chunk


def valued(prepared: Preparation, inputs: pl.DataFrame, refused: NDArray[np.uint64] | None = None) -> Valued:
    """Return what every candidate of a slice of customers is worth, allowed or not.

    Parameters
    ----------
    prepared : Preparation
    inputs : DataFrame
    refused : ndarray of uint64, optional
        The first of what `zhike.decide.candidates.Judge.words` returns of them, where it is known already.
    """
    if prepared.known is not None:
        rows, known = inputs[POSITION].to_numpy(), prepared.known
        return Valued(known.score[rows], known.propensity[rows], known.expected[rows], None)
    score, propensity, reached = _scored(prepared, inputs, refused)
    if prepared.chances is not None:
        answered = prepared.chances.applied(prepared.actions, inputs)
        propensity = np.where(np.isnan(answered) | ~reached, propensity, answered)
    learnt = None if prepared.effects is None else prepared.effects.applied(prepared.actions, inputs)
    return Valued(score, propensity, _values(prepared, propensity, learnt), learnt)


def _judged(prepared: Preparation, inputs: pl.DataFrame) -> Judged:
    words = prepared.judge.words(inputs)
    verdicts, found = prepared.judge.verdicts(*words), valued(prepared, inputs, words[0])
    return Judged(
        inputs["customer_id"].to_list(), verdicts, found.score, found.propensity, found.expected, found.learnt
    )


def _values(
    prepared: Preparation, propensity: NDArray[np.float64], learnt: Applied | None
) -> NDArray[np.int64]:
    """Return the expected value of every candidate in minor units: effect, or propensity, x reach x worth - cost."""
    reach, worth, cost = (prepared.actions.column(name)[None, :] for name in ("reach", "worth", "cost"))
    if learnt is None:
        gain = propensity * reach * worth
    else:
        known = ~np.isnan(learnt.effect)
        lift, share = np.where(known, learnt.effect, propensity), np.where(known, learnt.reach, reach)
        gain = lift * share * worth * learnt.factor
    value = np.rint(gain).astype(np.int64) - cost
    value[:, prepared.problem.nothing] = 0
    return np.asarray(value, dtype=np.int64)


class ChoiceSetting(Protocol):
    """What choosing needs of a run, or of a publication that decisions are served from."""

    @property
    def actions(self) -> Actions:
        """The actions of the day."""

    @property
    def problem(self) -> ChoiceProblem:
        """What excludes what."""

    @property
    def policy(self) -> Policy:
        """The policy in force."""

    @property
    def major(self) -> NDArray[np.float64]:
        """Minor units in one major unit of each action's currency, shape (n_actions,)."""


def optional_candidates(
    setting: ChoiceSetting, value: NDArray[np.int64], allowed: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return what may be chosen freely: allowed, not mandatory, worth more than the policy's least value.

    Parameters
    ----------
    setting : ChoiceSetting
    value : ndarray of int, shape (n_customers, n_actions)
        Expected value in minor units.
    allowed : ndarray of bool, same shape
    """
    worthwhile = value / setting.major[None, :] > float(setting.policy.minimum_value)
    optional = allowed & worthwhile & (~setting.actions.mandatory & setting.problem.within_limits)[None, :]
    optional[:, setting.problem.nothing] = True
    return np.asarray(optional, dtype=np.bool_)


def preference(
    setting: ChoiceSetting, value: NDArray[np.int64], scores: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the order of preference in minor units, and the utility in major units.

    Parameters
    ----------
    setting : ChoiceSetting
    value : ndarray of int, shape (n_customers, n_actions)
        Expected value in minor units.
    scores : ndarray of float, same shape
        Recommender's scores, NaN for none.
    """
    score = np.where(np.isnan(scores), 0.0, scores)
    # Values are whole minor units, so a score squeezed into (0, 1) orders equal values and nothing else.
    keys = value + 0.5 + 0.5 * score / (1.0 + np.abs(score))
    keys[:, setting.problem.nothing] = 0.0
    return keys, value / setting.major[None, :]


def _scored(
    prepared: Preparation, inputs: pl.DataFrame, refused: NDArray[np.uint64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return score (NaN where there is none) and propensity of every candidate, and whether it is within what is ranked."""
    scoring, actions = prepared.scoring, prepared.actions
    unscored = np.broadcast_to(actions.column("effect_when_unscored")[None, :], (len(inputs), len(actions)))
    if isinstance(scoring, RankedScoring):
        words = prepared.judge.words(inputs)[0] if refused is None else refused
        score, reached = scoring.candidates(inputs, actions, prepared.judge.passed(words, BEFORE_RANKING))
        unscored = np.where(reached, unscored, 0.0)
    else:
        score, reached = scoring.candidates(inputs, actions), np.ones(unscored.shape, dtype=bool)
    if scoring.calibration is None:
        return score, unscored, reached
    calibrated = scoring.calibration.propensity(np.nan_to_num(score))
    return score, np.where(np.isnan(score), unscored, calibrated), reached
