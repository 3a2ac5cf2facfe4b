"""What an action changes for each customer, learnt from one comparison with known probabilities."""

from zhike.decide.uplift.groups import bands, do_not_contact, group_effects
from zhike.decide.uplift.learners import DRLearner, ResponseRanking, RLearner, SLearner, TLearner, XLearner
from zhike.decide.uplift.linear_effect import LinearEffect
from zhike.decide.uplift.selector import EffectSelector
from zhike.decide.uplift.trial import Trial

__all__ = [
    "DRLearner",
    "EffectSelector",
    "LinearEffect",
    "RLearner",
    "ResponseRanking",
    "SLearner",
    "TLearner",
    "Trial",
    "XLearner",
    "bands",
    "do_not_contact",
    "group_effects",
]
