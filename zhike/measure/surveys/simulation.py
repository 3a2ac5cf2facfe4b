"""A questionnaire filled at random many times: which questions come up how often, how it ends, how long it takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.measure.surveys.exploring import random_sheet
from zhike.measure.surveys.flow import End, next_page, walk
from zhike.measure.surveys.length import minutes_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.measure.surveys.questionnaire import Questionnaire
    from zhike.measure.surveys.sheet import Sheet

__all__ = ["Simulation", "simulated"]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What random sheets met.

    Parameters
    ----------
    asked : mapping of str to float
        Share of the sheets in which a question was asked, in the order of the questionnaire.
    ends : mapping of str to int
        Sheets by how they ended: ``complete``, or the full quota.
    minutes : tuple of float
        The shortest, the median and the longest.
    """

    sheets: int
    asked: Mapping[str, float]
    ends: Mapping[str, int]
    minutes: tuple[float, float, float]


def simulated(
    questionnaire: Questionnaire, timing: Mapping[str, Any], sheets: int, seed: int = 0, *, elder: bool = False
) -> Simulation:  # fmt: skip
    """Fill ``sheets`` sheets, with the seeds from ``seed`` on.

    Parameters
    ----------
    timing : mapping
        As ``surveys.timing`` has it.
    elder : bool
        The short version, at its own pace.
    """
    asked: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    minutes: list[float] = []
    for one in range(seed, seed + sheets):
        sheet, _ = random_sheet(questionnaire, one, elder=elder)
        way = walk(questionnaire, sheet).asks
        asked.update({ask.question.name for ask in way})
        ends[_ending(questionnaire, sheet)] += 1
        minutes.append(minutes_on(way, timing) * (timing["elder"] if elder else 1.0))
    shares = {name: asked[name] / sheets for name in questionnaire.by_name}
    low, middle, high = (float(one) for one in np.quantile(minutes, (0.0, 0.5, 1.0)))
    return Simulation(sheets, shares, dict(ends), (low, middle, high))


def _ending(questionnaire: Questionnaire, sheet: Sheet) -> str:
    end = next_page(questionnaire, sheet)
    return "complete" if not isinstance(end, End) or end.quota is None else end.quota
