"""Whether a complaint desk will keep every legal date: arrivals to come, hours left, the day on which they no longer fit, and how many hours would."""

from __future__ import annotations

from zhike.measure.complaint_capacity.arrivals import arrival_paths
from zhike.measure.complaint_capacity.assumptions import Assumptions
from zhike.measure.complaint_capacity.feasibility import hours_short, latest_start, least_levels
from zhike.measure.complaint_capacity.forecast import CapacityForecast, DeskLoad, OpenCase, capacity_forecast
from zhike.measure.complaint_capacity.reckoning import desk_forecast, desk_load, told_forecast

__all__ = [
    "Assumptions",
    "CapacityForecast",
    "DeskLoad",
    "OpenCase",
    "arrival_paths",
    "capacity_forecast",
    "desk_forecast",
    "desk_load",
    "hours_short",
    "latest_start",
    "least_levels",
    "told_forecast",
]
