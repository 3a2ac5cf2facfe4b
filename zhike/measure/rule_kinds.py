"""Kinds of documents of the rulebook that `zhike.core` does not read: questionnaires, maps of journeys, calendars and clocks; their cases and their lint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.govern.deadlines.cases import READERS as DEADLINES
from zhike.measure.journeys.cases import READERS as JOURNEYS
from zhike.measure.journeys.lint import journey_findings
from zhike.measure.surveys.cases import READERS as QUESTIONNAIRES
from zhike.measure.surveys.lint import rulebook_findings

if TYPE_CHECKING:
    import datetime as dt

    from zhike.core.rulebook import Rulebook
    from zhike.decide.rule_lint import Problem

__all__ = ["READERS", "measured_findings"]

READERS: Final = {**QUESTIONNAIRES, **JOURNEYS, **DEADLINES}
"""What `zhike.core.rule_cases.run_case` is handed to run cases of these kinds."""


def measured_findings(rulebook: Rulebook, at: dt.date) -> list[Problem]:
    """Return what is wrong with every questionnaire and every map of a rulebook; ``at`` is today."""
    return [*rulebook_findings(rulebook, at), *journey_findings(rulebook)]
