r"""Does a model still see what it was made for? Three alarms, each of which says how often it would ring for nothing.

Population, of each feature and of the probability itself, between the card's profile (counts :math:`a_k`, n in all) and now
(:math:`b_k`, m), :math:`p_k = a_k / n`, :math:`q_k = b_k / m`:

.. math::
   PSI = \sum_k (q_k - p_k) \log(q_k / p_k), \quad
   KS = \max_k \Big| \sum_{i \le k} (q_i - p_i) \Big|, \quad
   \chi^2 = \sum_k \frac{(a_k m - b_k n)^2}{n m (a_k + b_k)}

Without a shift :math:`PSI \cdot nm/(n+m)` and :math:`\chi^2` are near chi-square with K - 1 degrees of freedom, and KS over the edges
of the profile is at most as large as over all values, so its p-value is cautious. KS is of numbers, chi-square of texts. An alarm
needs both a p-value below alpha divided by the number of tests (Bonferroni: alpha is the chance of any false alarm) and a PSI that matters.

Calibration, batch by batch in time, with y the outcomes and p the probabilities of batch t, for odds ratios R on both sides of 1:

.. math::
   L_t(R) = \prod_i \frac{R^{y_i}}{1 - p_i + R p_i}, \quad M_t(R) = (1 + M_{t-1}(R))\, L_t(R), \quad \text{alarm where } \tfrac1J \sum_R M_t(R) \ge c

As long as the probabilities are right, the mean number of batches to a false alarm is c or more, however the batches are cut. It needs also that
observed by expected since then is beyond a tolerance.

Performance: AUC of the card less AUC now, by its standard error, one-sided at alpha; it needs also a fall that matters.

References
----------
B. Yurdakul, "Statistical properties of population stability index", dissertation, Western Michigan University 2018. S. Steiner, R. Cook,
V. Farewell, T. Treasure, "Monitoring surgical performance using risk-adjusted cumulative sum charts", Biostatistics 1, 2000. J. Shin,
A. Ramdas, A. Rinaldo, "E-detectors", New England Journal of Statistics in Data Science 2, 2024: the run length of sums of M_t.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase
from zhike.learn.model_metrics import area_under_curve
from zhike.measure.shares import LEVEL, quantile

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook
    from zhike.learn.model_card import ModelCard
    from zhike.learn.model_metrics import Estimate
    from zhike.learn.profile import FeatureProfile

__all__ = [
    "Alarm",
    "Batch",
    "DriftRules",
    "calibration_drift",
    "drift",
    "performance_drift",
    "population_drift",
]

PATH: Final = "learn.drift"
_HALF: Final = 0.5
"""Added to each count before a logarithm is taken: an empty level would make PSI infinite."""


@dataclass(frozen=True, slots=True)
class DriftRules:
    """``learn.drift`` as it is read.

    Parameters
    ----------
    false_alarms : float
        Chance of a false alarm of one look, for population and for performance.
    stability : float
        PSI from which on a shift matters.
    run_length : float
        c: batches between false alarms of calibration, on average.
    odds_ratios : tuple of float
        R above.
    tolerance : float
        Observed by expected, or its inverse, from which on it matters.
    auc_fall : float
        Fall of the AUC from which on it matters.
    """

    false_alarms: float
    stability: float
    run_length: float
    odds_ratios: tuple[float, ...]
    tolerance: float
    auc_fall: float

    @classmethod
    def of(cls, rulebook: Rulebook, at: dt.date) -> DriftRules:
        """Read the document in force on a day.

        Raises
        ------
        RuleNotFoundError
            When none is in force.
        RuleError
            When it is malformed.
        """
        raw = rulebook.at(PATH, at).value
        names = list(cls.__dataclass_fields__)
        if not isinstance(raw, dict) or set(raw) != set(names):
            raise RuleError(
                what=f"{raw!r}", path=PATH, expected=phrase("the keys {names}", names=", ".join(names))
            )
        ratios = tuple(map(float, raw["odds_ratios"]))
        numbers = {name: float(raw[name]) for name in names if name != "odds_ratios"}
        if not ratios or min(*ratios, *numbers.values()) <= 0:
            raise RuleError(what=f"{raw!r}", path=PATH, expected=phrase("numbers above 0"))
        if numbers["false_alarms"] >= 1 or numbers["tolerance"] <= 1:
            raise RuleError(
                what=f"{raw!r}", path=PATH, expected=phrase("false_alarms below 1, tolerance above 1")
            )
        return cls(**numbers, odds_ratios=ratios)


class Batch(NamedTuple):
    """Cases of one period whose outcomes are known, each of shape (n,)."""

    outcome: NDArray[np.bool_]
    probability: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that was looked at.

    Parameters
    ----------
    kind : str
        ``population``, ``calibration`` or ``performance``.
    subject : str
        The feature, or what was measured.
    measures : mapping of str to float
        What was found; p-values among it.
    raised : bool
        Whether it rings.
    false_alarms : str
        How often it would ring for nothing.
    """

    kind: str
    subject: str
    measures: Mapping[str, float | None]
    raised: bool
    false_alarms: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "raised": self.raised,
            "measures": dict(self.measures),
            "false_alarms": self.false_alarms,
        }


def drift(card: ModelCard, now: pl.DataFrame, batches: Sequence[Batch], rules: DriftRules) -> list[Alarm]:
    """Look at everything that a card allows to.

    Parameters
    ----------
    card : ModelCard
    now : DataFrame
        The features, and ``probability``, of the customers of today; features that it lacks are not looked at.
    batches : sequence of Batch
        Since the model is in use, oldest first; empty where no outcome is known yet.
    rules : DriftRules
    """
    found = population_drift(card.profiles, now, rules)
    if batches:
        found += [calibration_drift(batches, rules), performance_drift(card.metrics["auc"], batches, rules)]
    return found


def population_drift(profiles: Sequence[FeatureProfile], now: pl.DataFrame, rules: DriftRules) -> list[Alarm]:
    """Compare customers of today with those of the card, feature by feature."""
    looked = [profile for profile in profiles if profile.feature in now.columns]
    tests = sum(2 for profile in looked)
    level = rules.false_alarms / max(1, tests)
    stated = f"{rules.false_alarms:g} a look, all {tests} tests together"
    return [_shift(profile, now[profile.feature], level, rules.stability, stated) for profile in looked]


def calibration_drift(batches: Sequence[Batch], rules: DriftRules) -> Alarm:
    """Judge whether as many events come as were expected, in whatever period that began to fail."""
    ratios = np.log(np.array(rules.odds_ratios))
    total = np.full(len(ratios), -np.inf)
    highest = -np.inf
    for batch in batches:
        gain = batch.outcome.sum() * ratios
        gain -= np.log1p(batch.probability[:, None] * np.expm1(ratios)[None, :]).sum(axis=0)
        total = np.logaddexp(0.0, total) + gain
        highest = max(highest, float(np.logaddexp.reduce(total) - math.log(len(ratios))))
    outcome = np.concatenate([batch.outcome for batch in batches])
    observed, expected = int(outcome.sum()), float(sum(batch.probability.sum() for batch in batches))
    ratio, low, high = _observed_by_expected(observed, expected)
    # A shift of late is thinned out by the time before: the worse of all batches and the last one counts.
    worst = max(_away(ratio), _away(_ratio_of(batches[-1])))
    measures = {"observed": float(observed), "expected": expected, "ratio": ratio, "low": low, "high": high,
                "log_detector": highest, "log_bound": math.log(rules.run_length)}  # fmt: skip
    raised = highest >= math.log(rules.run_length) and worst >= rules.tolerance
    return Alarm(
        "calibration",
        "observed / expected",
        measures,
        raised,
        f"once in {rules.run_length:g} batches or more",
    )


def performance_drift(card: Estimate, batches: Sequence[Batch], rules: DriftRules) -> Alarm:
    """Judge whether order has been lost against the card's AUC."""
    outcome, probability = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    now = area_under_curve(outcome, probability)
    seen: dict[str, float | None] = {"card": card.value, "now": now.value, "low": now.low, "high": now.high}
    stated = f"{rules.false_alarms:g} a look"
    if card.value is None or now.value is None:
        return Alarm("performance", "auc", {**seen, "p": None}, raised=False, false_alarms=stated)
    fall, error = card.value - now.value, math.hypot(_error(card), _error(now))
    chance = _upper(fall / error) if error else float(fall <= 0)
    raised = chance < rules.false_alarms and fall >= rules.auc_fall
    return Alarm("performance", "auc", {**seen, "p": chance}, raised=raised, false_alarms=stated)


def _shift(profile: FeatureProfile, column: pl.Series, level: float, stability: float, stated: str) -> Alarm:
    from scipy.stats import chi2, kstwobign

    before, after = np.array(profile.counts, dtype=np.float64), profile.counted(column).astype(np.float64)
    seen = before + after > 0
    n, m, freedom = before.sum(), after.sum(), max(1, int(seen.sum()) - 1)
    if not n or not m:
        return Alarm(
            "population", profile.feature, {"psi": None, "p_psi": None}, raised=False, false_alarms=stated
        )
    p, q = ((part[seen] + _HALF) / (part[seen] + _HALF).sum() for part in (before, after))
    psi = float(((q - p) * np.log(q / p)).sum())
    measures: dict[str, float | None] = {"psi": psi, "p_psi": float(chi2.sf(psi * n * m / (n + m), freedom))}
    if profile.edges is None:
        squares = (before * m - after * n)[seen] ** 2 / (n * m * (before + after)[seen])
        measures |= {
            "chi_square": float(squares.sum()),
            "p_chi_square": float(chi2.sf(squares.sum(), freedom)),
        }
    else:
        distance, size = _distance(before[:-1], after[:-1])
        measures |= {
            "ks": distance,
            "p_ks": float(kstwobign.sf(distance * math.sqrt(size))) if size else None,
        }
    least = min(value for name, value in measures.items() if name.startswith("p_") and value is not None)
    return Alarm("population", profile.feature, measures, least < level and psi >= stability, stated)


def _distance(before: NDArray[np.float64], after: NDArray[np.float64]) -> tuple[float, float]:
    """Return the largest distance of two distributions over shared edges, and the size that its error goes by."""
    n, m = before.sum(), after.sum()
    if not n or not m:
        return 0.0, 0.0
    return float(np.abs(np.cumsum(after / m - before / n)).max()), float(n * m / (n + m))


def _observed_by_expected(observed: int, expected: float) -> tuple[float, float, float]:
    """Return observed by expected with the exact interval of a Poisson count, which for shares is cautious."""
    from scipy.stats import chi2

    if expected <= 0:
        return 1.0, 0.0, math.inf
    tail = (1.0 - LEVEL) / 2.0
    low = float(chi2.ppf(tail, 2 * observed)) / 2.0 if observed else 0.0
    high = float(chi2.ppf(1.0 - tail, 2 * (observed + 1))) / 2.0
    return observed / expected, low / expected, high / expected


def _ratio_of(batch: Batch) -> float:
    expected = float(batch.probability.sum())
    return float(batch.outcome.sum()) / expected if expected > 0 else 1.0


def _away(ratio: float) -> float:
    return max(ratio, 1.0 / ratio) if ratio > 0 else math.inf


def _error(found: Estimate) -> float:
    """Return the standard error that an interval on the log-odds scale came from."""
    value, low, high = found
    if value is None or low is None or high is None or not 0.0 < low < high < 1.0:
        return 0.0
    wide = math.log(high / (1.0 - high)) - math.log(low / (1.0 - low))
    return wide / (2.0 * quantile()) * value * (1.0 - value)


def _upper(z: float) -> float:
    return 0.5 * math.erfc(z / math.sqrt(2.0))
