"""How long a questionnaire takes, by the longest way through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.measure.surveys.exploring import explore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.measure.surveys.flow import Ask
    from zhike.measure.surveys.questionnaire import Questionnaire

__all__ = ["minutes_of", "minutes_on"]


def minutes_of(questionnaire: Questionnaire, timing: Mapping[str, Any], *, elder: bool = False) -> float:
    """Return the minutes that the longest way takes.

    Parameters
    ----------
    timing : mapping
        As ``surveys.timing`` has it.
    elder : bool
        The short version, at the pace of those who ask for it.
    """
    longest = explore(questionnaire, elder=elder, random=0).longest
    return minutes_on(longest, timing) * (timing["elder"] if elder else 1.0)


def minutes_on(way: tuple[Ask, ...], timing: Mapping[str, Any]) -> float:
    """Return the minutes that some questions take, and the turning of their pages."""
    seconds = sum(
        timing["seconds"][ask.question.kind] + timing["rows"].get(ask.question.kind, 0) * len(ask.offered)
        for ask in way
    )
    pages = len({ask.page for ask in way})
    return float(seconds + timing["page"] * pages) / 60.0
