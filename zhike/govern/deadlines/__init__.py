"""Deadlines of complaints: the clocks of the law and of the house, computed from events, calendars and dated rules."""

from __future__ import annotations

from zhike.govern.deadlines.calendars import Calendars
from zhike.govern.deadlines.case_events import CaseEvent, Notice, as_of, case_events
from zhike.govern.deadlines.clocks import Clock, RunningDate, clocks, running_dates
from zhike.govern.deadlines.regimes import Regime, regime_of, regimes

__all__ = [
    "Calendars",
    "CaseEvent",
    "Clock",
    "Notice",
    "Regime",
    "RunningDate",
    "as_of",
    "case_events",
    "clocks",
    "regime_of",
    "regimes",
    "running_dates",
]
