"""Experiments on customers: who is in which arm, how many are needed, and what may be said on which day."""

from zhike.measure.experiments.assignment import Experiment, held_out
from zhike.measure.experiments.contrasts import STANDING_CONTRASTS, read_contrast, standing_experiment
from zhike.measure.experiments.power import Plan, size_for_means, size_for_shares
from zhike.measure.experiments.sample_ratio import sample_ratio, sequential_sample_ratio
from zhike.measure.experiments.sequential import SequentialReading
from zhike.measure.experiments.variance_reduction import adjusted_difference

__all__ = [
    "STANDING_CONTRASTS",
    "Experiment",
    "Plan",
    "SequentialReading",
    "adjusted_difference",
    "held_out",
    "read_contrast",
    "sample_ratio",
    "sequential_sample_ratio",
    "size_for_means",
    "size_for_shares",
    "standing_experiment",
]
