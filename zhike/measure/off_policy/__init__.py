"""The value of a policy from the log of another one: estimators, tuning and cross-fitted reward models. Pure."""

from zhike.measure.off_policy.blending import Blend, blended
from zhike.measure.off_policy.estimators import ESTIMATORS, Contributions, Terms, contributions, terms
from zhike.measure.off_policy.fold_rewards import FoldRewards, fold_rewards
from zhike.measure.off_policy.kernel_rewards import PerActionKernel
from zhike.measure.off_policy.logged import LoggedChoices
from zhike.measure.off_policy.overlap import Lack, Limits, Overlap, overlap
from zhike.measure.off_policy.reward_models import BoostedRewards, PerActionLogistic, cross_fitted
from zhike.measure.off_policy.tuning import half_width, slope

__all__ = [
    "ESTIMATORS",
    "Blend",
    "BoostedRewards",
    "Contributions",
    "FoldRewards",
    "Lack",
    "Limits",
    "LoggedChoices",
    "Overlap",
    "PerActionKernel",
    "PerActionLogistic",
    "Terms",
    "blended",
    "contributions",
    "cross_fitted",
    "fold_rewards",
    "half_width",
    "overlap",
    "slope",
    "terms",
]
