"""How answers become a score: recommendation, satisfaction or effort."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from zhike.measure.scores.estimate import Estimate, Floats, mean_estimate
from zhike.measure.scores.net_promoter import net_promoter, promoter_counts, promoter_values
from zhike.measure.scores.top_box import top_box

__all__ = ["SCORES", "Kind", "Score"]

Kind = Literal["nps", "csat", "ces"]
SCORES: Final = ("nps", "csat", "ces")


@dataclass(frozen=True, slots=True)
class Score:
    """How answers become a score: ``lowest_counted`` is the worst answer of the top box of ``csat``."""

    kind: Kind
    lowest_counted: float = math.nan

    def values(self, answers: Floats) -> Floats:
        """Return of each answer the value whose mean is the score."""
        if self.kind == "nps":
            return promoter_values(answers)
        if self.kind == "csat":
            return np.where(np.isnan(answers), np.nan, answers >= self.lowest_counted)
        return answers

    def estimate(self, answers: Floats, weights: Floats | None, level: float) -> Estimate:
        """Return the score: adjusted Wald, Wilson or Student."""
        if self.kind == "nps":
            found = net_promoter(*promoter_counts(answers, weights), level)
            return Estimate(
                found.wald.value, found.wald.error, *found.adjusted[2:4], int(np.isfinite(answers).sum())
            )
        if self.kind == "csat":
            return top_box(answers, self.lowest_counted, weights, level)
        return mean_estimate(answers, weights, level)

    @property
    def divisor(self) -> int:
        """What the divisor of the variance leaves of the number of answers: 1 for means, 0 for shares."""
        return int(self.kind == "ces")
