r"""Tier may speed, never sweeten: whether equal harm got equal redress in every group, by matched pairs.

Each group's cases are paired with those of all others that are alike in business, issue, fault, evidence and band of harm, harm within a caliper
(`matched_pairs`). Of :math:`n` pairs with redress :math:`r` and harm :math:`h` the differences

.. math:: d = (r_1 - r_2) - \beta (h_1 - h_2)

have their mean told with Student's interval; :math:`\beta` is the slope of redress on harm within the strata, so that what harm still differs within the caliper counts
for nothing. Whether anything was paid and how many days it took are compared alike; days are speed, which a tier may buy, and are never
held against anybody. All comparisons of redress together give a false alarm in at most ``1 - level`` of repetitions (Holm).

References
----------
S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6, 1979; A. Abadie, G. Imbens, "Bias-corrected matching
estimators for average treatment effects", JBES 29, 2011; D. Schuirmann, J. Pharmacokinetics and Biopharmaceutics 15, 1987 (equivalence).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import polars as pl

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.redress.matching import matched_pairs
from zhike.measure.shares import share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.measure.redress.cases import RedressCases

__all__ = ["AUDIT", "MEASURES", "AuditRules", "redress_audit"]

AUDIT: Final = "complaints.redress_audit"
MEASURES: Final = ("redress", "relief", "days")
"""Money given, whether any was, and days until the answer."""
_SPEED: Final = "days"
MORE, LESS, EQUAL, OPEN, FEW, APART = "more", "less", "equal", "not_settled", "too_few_pairs", "too_little_overlap"  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuditRules:
    """What the rule ``complaints.redress_audit`` says."""

    match: tuple[str, ...]
    harm_bands: tuple[float, ...]
    caliper: float
    by: tuple[str, ...]
    least_pairs: int
    least_overlap: float
    margin: float
    level: float
    power: float

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """Return what a version of the rule holds."""
        given: dict[str, Any] = {
            name: tuple(one) if isinstance(one, list) else one for name, one in value.items()
        }
        return cls(**given)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A group against all others on one measure: its pairs' differences, and what margin counts as none."""

    attribute: str
    group: str
    cases: int
    measure: str
    differences: NDArray[np.float64]
    reach: float
    margin: float
    means: tuple[float, float]
    problem: str | None


def redress_audit(cases: RedressCases, rules: AuditRules, by: Sequence[str] | None = None) -> dict[str, Any]:
    """Return whether equal harm got equal redress in every group.

    Parameters
    ----------
    cases : RedressCases
    rules : AuditRules
    by : sequence of str, optional
        Attributes that are compared; those of the rules unless given.

    Returns
    -------
    dict
        ``comparisons``: of each attribute, group and measure the pairs, their mean ``difference`` with ``low`` and ``high``, ``p`` and ``p_adjusted``,
        ``detectable`` (the difference that would be found with the power), and ``verdict``: more, less, equal (within the margin), not_settled,
        too_few_pairs or too_little_overlap; the last two tell no difference. ``verdict`` of the whole: differs, equal, not_settled or refused.

    Raises
    ------
    AnswersError
        When there is nothing to compare.
    """
    wanted = [name for name in (rules.by if by is None else by) if name in cases.groups]
    compared = [one for name in wanted for one in _compared(cases, rules, name)]
    if not compared:
        raise AnswersError(
            what=phrase("no group to compare"),
            expected=phrase("two groups or more of {names}", names=", ".join(rules.by if by is None else by)),
            advice=phrase("Give a column with the group of each case, or name it with --by."),
        )
    held = [one for one in compared if one.problem is None and one.measure != _SPEED]
    adjusted = dict(zip(map(id, held), _holm([_p(one) for one in held]), strict=True))
    told = [_told(one, rules, adjusted.get(id(one)), len(held)) for one in compared]
    redress = [one["verdict"] for one in told if one["held"]]
    return {
        "kind": "matched_pairs", "level": rules.level, "power": rules.power, "caliper": rules.caliper, "margin": rules.margin, "match": list(rules.match),
        "cases": len(cases), "left_out": dict(cases.left_out), "tests": len(held), "comparisons": told,
        "verdict": _whole(redress),
    }  # fmt: skip


def _whole(verdicts: Sequence[str]) -> str:
    """Return the verdict of all comparisons of redress together: equal only where every one of them is.

    Examples
    --------
    >>> _whole(["equal", "equal"]), _whole(["equal", "not_settled"]), _whole(["equal", "too_few_pairs"])
    ('equal', 'not_settled', 'not_settled')
    >>> _whole(["equal", "less"]), _whole(["too_few_pairs"])
    ('differs', 'refused')
    """
    if any(one in {MORE, LESS} for one in verdicts):
        return "differs"
    told = [one for one in verdicts if one not in {FEW, APART}]
    if not told:
        return "refused"
    return EQUAL if all(one == EQUAL for one in verdicts) else OPEN


def _compared(cases: RedressCases, rules: AuditRules, attribute: str) -> Iterator[_Compared]:
    column = cases.groups[attribute]
    names = column.drop_nulls().unique().sort().to_list()
    if len(names) < 2:  # noqa: PLR2004 - nobody else to compare with
        return
    strata, known = _strata(cases, rules), column.is_not_null().to_numpy()
    slope = _slope(strata[known], cases.harm[known], cases.redress[known])
    for name in names:
        group = (column == name).fill_null(value=False).to_numpy()
        others = known & ~group
        if len(names) == 2 and name == names[1]:  # noqa: PLR2004
            return  # the other side of the same comparison
        pairs = matched_pairs(strata, cases.harm, group, others, rules.caliper)
        for measure in MEASURES:
            yield _one(
                cases,
                rules,
                (attribute, name, int(group.sum())),
                min(group.sum(), others.sum()),
                measure,
                pairs,
                slope,
            )


def _strata(cases: RedressCases, rules: AuditRules) -> NDArray[np.int64]:
    """Return the stratum of each case: all that must be alike, and the band of harm."""
    band = np.searchsorted(np.array(rules.harm_bands), cases.harm, side="right")
    alike = cases.facts.select(rules.match).with_columns(pl.Series("band", band))
    return alike.select(pl.struct(pl.all()).rank("dense")).to_series().to_numpy().astype(np.int64)


def _one(
    cases: RedressCases, rules: AuditRules, who: tuple[str, str, int], fewer: int, measure: str,
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]], slope: float,
) -> _Compared:  # fmt: skip
    values = {"redress": cases.redress, "relief": (cases.redress > 0).astype(np.float64), _SPEED: cases.days}[measure]  # fmt: skip
    one, other = pairs
    told = np.isfinite(values[one]) & np.isfinite(values[other])
    one, other = one[told], other[told]
    apart = values[one] - values[other]
    if measure == "redress":
        apart = apart - slope * (cases.harm[one] - cases.harm[other])
    problem = (
        APART
        if len(pairs[0]) < rules.least_overlap * fewer
        else FEW
        if len(one) < rules.least_pairs
        else None
    )
    mean_harm = float(cases.harm[np.concatenate([one, other])].mean()) if len(one) else 0.0
    margin = rules.margin * (mean_harm if measure == "redress" else 1.0)
    both = np.concatenate([values[one], values[other]])
    reach = float(both.max() - min(0.0, both.min())) if len(both) else 0.0
    means = (float(values[one].mean()), float(values[other].mean())) if len(one) else (np.nan, np.nan)
    return _Compared(*who, measure, apart, reach, margin, means, problem)


def _slope(strata: NDArray[np.int64], harm: NDArray[np.float64], redress: NDArray[np.float64]) -> float:
    """Return the slope of redress on harm within strata; 0 where harm does not vary."""
    if not len(strata):
        return 0.0
    _, place = np.unique(strata, return_inverse=True)
    size = np.bincount(place)
    within = harm - (np.bincount(place, harm) / size)[place]
    given = redress - (np.bincount(place, redress) / size)[place]
    spread = float(within @ within)
    return float(within @ given) / spread if spread > 0 else 0.0


def _spread(one: _Compared) -> float:
    """Return the standard error of the mean; of differences that are all alike, what as many cases can leave unseen."""
    n, deviation = len(one.differences), float(one.differences.std(ddof=1))
    if deviation > 0:
        return deviation / float(np.sqrt(n))
    unseen = share(0, n)
    return 0.0 if unseen is None else unseen.high * one.reach / NormalDist().inv_cdf(0.975)


def _p(one: _Compared) -> float:
    from scipy.special import stdtr

    error = _spread(one)
    if error == 0:
        return 1.0
    t = abs(float(one.differences.mean())) / error
    return float(2 * stdtr(len(one.differences) - 1, -t))


def _holm(values: Sequence[float]) -> list[float]:
    """Return p values that hold all together, in the order given.

    Examples
    --------
    >>> _holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(values)), key=lambda place: values[place])
    found, highest = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[place]))
        found[place] = highest
    return found


def _told(one: _Compared, rules: AuditRules, adjusted: float | None, tests: int) -> dict[str, Any]:
    speed = one.measure == _SPEED
    head = {"attribute": one.attribute, "group": one.group, "measure": one.measure, "held": not speed, "cases": one.cases, "pairs": len(one.differences)}  # fmt: skip
    if one.problem is not None:
        nothing = dict.fromkeys(("difference", "low", "high", "p", "p_adjusted", "detectable", "mean", "mean_others", "margin"))  # fmt: skip
        return {**head, **nothing, "verdict": one.problem}
    from scipy.special import stdtrit

    error, mean, n = _spread(one), float(one.differences.mean()), len(one.differences)
    half = float(stdtrit(n - 1, (1 + rules.level) / 2)) * error
    z = NormalDist().inv_cdf(1 - (1 - rules.level) / (2 * max(1, tests)))
    detectable = (z + NormalDist().inv_cdf(rules.power)) * error
    p = _p(one)
    beyond = (p if adjusted is None else adjusted) < 1 - rules.level
    inside = max(abs(mean - half), abs(mean + half)) <= one.margin
    verdict = (MORE if mean > 0 else LESS) if beyond else EQUAL if inside and not speed else OPEN
    return {
        **head, "difference": mean, "low": mean - half, "high": mean + half, "p": p, "p_adjusted": adjusted, "detectable": detectable,
        "mean": one.means[0], "mean_others": one.means[1], "margin": None if speed else one.margin, "verdict": verdict,
    }  # fmt: skip
