"""Weights that let the few who answered stand for all: margins of the population, chances of answering, and what weights cost."""

from zhike.measure.weighting.design_effect import DesignEffect, design_effect
from zhike.measure.weighting.linearised import Clusters, weighted_mean
from zhike.measure.weighting.raking import Raked, Trim, rake
from zhike.measure.weighting.response import Response, response_weights

__all__ = [
    "Clusters",
    "DesignEffect",
    "Raked",
    "Response",
    "Trim",
    "design_effect",
    "rake",
    "response_weights",
    "weighted_mean",
]
