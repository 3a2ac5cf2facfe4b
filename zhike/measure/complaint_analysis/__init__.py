"""Complaints as a whole: what they are about, how that moves, how many for the size of the bank, and what the supervisor asks for."""

from __future__ import annotations

from zhike.measure.complaint_analysis.pareto import FACETS, pareto
from zhike.measure.complaint_analysis.rating import protection_rating
from zhike.measure.complaint_analysis.ratios import Size, complaint_ratios
from zhike.measure.complaint_analysis.register import Codes, Register
from zhike.measure.complaint_analysis.returns import RETURN_COLUMNS, quarterly_return
from zhike.measure.complaint_analysis.rules import AnalysisRules
from zhike.measure.complaint_analysis.trends import trends

__all__ = [
    "FACETS", "RETURN_COLUMNS", "AnalysisRules", "Codes", "Register", "Size", "complaint_ratios", "pareto", "protection_rating", "quarterly_return",
    "trends",
]  # fmt: skip
