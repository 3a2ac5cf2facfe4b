"""Five standing contrasts that tell what each part of the arbitration is worth, as Pega's Impact Analyzer keeps them.

Each holds a small group apart whose actions are chosen with one part left out, for good, beside the next best action as it is; what the group
does less well is what the part is worth. Lift is relative: (next best action - group) / group, its standard error by the delta
method,

    error(lift) = sqrt(error_t^2 + (t / c)^2 error_c^2) / c     with t and c the rates or values of both.

Source: which contrasts there are, their arms and the share of 2 % are read from `pegasystems/pega-datascientist-tools` (impactanalyzer), a
public reader of that product's figures, not from the product. The lift there is judged at z = 1.96 however often it is read;
here it comes with the sequential reading (`zhike.measure.experiments.sequential`), which may be read every day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.measure.experiments.assignment import Experiment
from zhike.measure.experiments.sequential import ArmCounts, Reading, SequentialReading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.decide.policy import Holdout

__all__ = [
    "NEXT_BEST",
    "STANDING_CONTRASTS",
    "Contrast",
    "Lift",
    "lift",
    "read_contrast",
    "standing_experiment",
]

NEXT_BEST: Final = "next_best_action"
_MORE: Final = 2
"""Answers of either kind by which the error of a share is steadied (A. Agresti, B. Coull, The American Statistician 52, 1998)."""
_SHARE: Final = 0.02
Z95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Contrast:
    """One comparison.

    Parameters
    ----------
    name : str
    control, test : str
        Arms; the lift is of the test arm above the control arm.
    left_out : str
        What the control arm's choice does without.
    """

    name: str
    control: str
    test: str
    left_out: str


STANDING_CONTRASTS: Final = (
    Contrast("random", "random_action", NEXT_BEST, "arbitration: any action that the rules allow, at random"),
    Contrast("propensity_only", "propensity_only", NEXT_BEST, "context, value and levers: by propensity alone"),
    Contrast("no_levers", "no_levers", NEXT_BEST, "levers: by propensity, context and value"),
    Contrast("eligibility_only", "eligibility_only", NEXT_BEST, "applicability and suitability: eligibility alone, then arbitration"),
    Contrast("model", "random_propensity", "propensity_only", "the model: by a random propensity"),
)  # fmt: skip
"""The five. ``eligibility_only`` leaves out suitability: under this bank's rules it may only be kept where no advice is given."""


def standing_experiment(holdout: Holdout, share: float = _SHARE) -> Experiment:
    """Return the arms of all five contrasts as one experiment; the rest gets the next best action.

    Parameters
    ----------
    holdout : Holdout
        The policy's; nobody of it is in any arm.
    share : float
        Of each control arm.

    Examples
    --------
    >>> from zhike.decide.policy import Holdout
    >>> round(standing_experiment(Holdout(0.05, "2026")).shares["next_best_action"], 2)
    0.9
    """
    controls = {one.control: share for one in STANDING_CONTRASTS}
    return Experiment(
        "standing contrasts", {**controls, NEXT_BEST: 1.0 - math.fsum(controls.values())}, holdout
    )


@dataclass(frozen=True, slots=True)
class Lift:
    """A relative difference with its 95 % interval for one look at a time fixed beforehand; NaN where the control is 0."""

    value: float
    low: float
    high: float


def lift(test: tuple[float, float], control: tuple[float, float]) -> Lift:
    """Return the lift of a test arm above a control arm.

    Parameters
    ----------
    test, control : pair of float
        Rate, or value a decision, and its standard error.

    Examples
    --------
    >>> round(lift((0.11, 0.002), (0.10, 0.004)).value, 3)
    0.1
    """
    if control[0] <= 0:
        return Lift(math.nan, math.nan, math.nan)
    ratio = test[0] / control[0]
    error = math.hypot(test[1], ratio * control[1]) / control[0]
    return Lift(ratio - 1.0, ratio - 1.0 - Z95 * error, ratio - 1.0 + Z95 * error)


def read_contrast(
    contrast: Contrast,
    counts: Mapping[str, tuple[int, int]],
    experiment: Experiment,
    reading: SequentialReading | None = None,
) -> tuple[Lift, Reading]:
    """Return a contrast's lift and the difference of its rates.

    Parameters
    ----------
    contrast : Contrast
    counts : mapping of str to pair of int
        Customers and those who accepted, by arm, since the beginning.
    experiment : Experiment
        See `standing_experiment`.
    reading : SequentialReading, optional
        That of the day before, to go on from; its probability must be the experiment's. A new one by default.
    """
    (n_c, yes_c), (n_t, yes_t) = counts[contrast.control], counts[contrast.test]
    going = reading or SequentialReading(experiment.probability(contrast.test, contrast.control))
    found = going.read(ArmCounts(n_c, yes_c, n_t, yes_t))
    return lift(_rate(yes_t, n_t), _rate(yes_c, n_c)), found


def _rate(yes: int, n: int) -> tuple[float, float]:
    """Return a share and its error, which is that of two answers more of either kind: where nobody or everybody accepted, it is not 0."""
    if n == 0:
        return 0.0, 0.0
    steadied = (yes + _MORE) / (n + 2 * _MORE)
    return yes / n, math.sqrt(steadied * (1.0 - steadied) / (n + 2 * _MORE))
