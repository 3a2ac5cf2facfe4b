"""Journeys of customers: the map, what its touchpoints are worth, and where the whole is worse than its parts."""

from zhike.measure.journeys.journey_map import Journey, Need, Stage, Touchpoint
from zhike.measure.journeys.result import UNTOLD, VERDICTS, JourneyResult, TouchpointResult

__all__ = [
    "UNTOLD",
    "VERDICTS",
    "Journey",
    "JourneyResult",
    "Need",
    "Stage",
    "Touchpoint",
    "TouchpointResult",
]
