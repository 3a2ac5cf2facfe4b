"""Scores of surveys: recommendation, satisfaction and effort, their waves, and groups of a few answers told honestly."""

from zhike.measure.scores.effort import effort
from zhike.measure.scores.estimate import Estimate, mean_estimate
from zhike.measure.scores.funnel import FunnelPoint, funnel
from zhike.measure.scores.net_promoter import NetPromoter, net_promoter, promoter_values
from zhike.measure.scores.rank_sets import RankSet, rank_sets
from zhike.measure.scores.small_groups import Shrunk, shrunk_means, shrunk_shares
from zhike.measure.scores.top_box import top_box
from zhike.measure.scores.waves import wave_difference

__all__ = [
    "Estimate",
    "FunnelPoint",
    "NetPromoter",
    "RankSet",
    "Shrunk",
    "effort",
    "funnel",
    "mean_estimate",
    "net_promoter",
    "promoter_values",
    "rank_sets",
    "shrunk_means",
    "shrunk_shares",
    "top_box",
    "wave_difference",
]
