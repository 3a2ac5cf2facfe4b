"""Indicators of service by level of the bank, each on the chart that suits it, with signals that are honest over all charts together."""

from zhike.measure.indicators.board import indicator_board
from zhike.measure.indicators.definition import LEVELS, PREFIX, Indicator, indicators_of
from zhike.measure.indicators.evaluation import Unit, evaluated

__all__ = [
    "LEVELS",
    "PREFIX",
    "Indicator",
    "Unit",
    "evaluated",
    "indicator_board",
    "indicators_of",
]
