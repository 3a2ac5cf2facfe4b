r"""What a measure of recovery changed: satisfied customers and customers who stayed, doubly robust, from past cases.

Measures are not given by lot: whoever was wronged more gets more. For a measure :math:`T`, what was known of the case :math:`X` (business, issue, fault, evidence,
harm, days, the other measures) and what came of it :math:`Y`,

.. math:: \psi = \mu_1(X) - \mu_0(X) + \frac{T (Y - \mu_1(X))}{e(X)} - \frac{(1 - T) (Y - \mu_0(X))}{1 - e(X)}

has the mean effect as its mean if either the chance of the measure :math:`e` or the outcomes :math:`\mu` are right. All are fitted on the other folds. Cases that
were all but certain to get it, or not to, say nothing and are set aside; where those are many, nothing is told. That nothing else decided who got the measure
is an assumption, and is said to be one.

References
----------
J. Robins, A. Rotnitzky, L. Zhao, JASA 89, 1994; V. Chernozhukov et al., "Double/debiased machine learning", Econometrics Journal 21, 2018;
R. Crump et al., "Dealing with limited overlap in estimation of average treatment effects", Biometrika 96, 2009.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.measure.off_policy.ridge_logistic import RidgeLogistic
from zhike.measure.redress.cases import OUTCOME_COLUMNS
from zhike.measure.redress.justice_links import justice_links

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from zhike.measure.redress.cases import RedressCases
    from zhike.measure.redress.choosing import RecoveryRules

__all__ = ["recovery_effects", "recovery_menu"]

_FOLDS: Final = 3
_RARE: Final = 20
"""Cases below which a code is one with the other rare ones."""
HELPS, HARMS, UNSHOWN, FEW, APART = "helps", "harms", "not_shown", "not_enough_data", "too_little_overlap"
NONE: Final = "none"


def recovery_effects(cases: RedressCases, menu: Sequence[str], rules: RecoveryRules) -> list[dict[str, Any]]:
    """Return of each measure and outcome what giving it changed.

    Parameters
    ----------
    cases : RedressCases
    menu : sequence of str
        Measures; ``none`` is none.
    rules : RecoveryRules

    Returns
    -------
    list of dict
        ``measure``, ``outcome``, ``given`` and ``not_given`` (cases with the outcome known), ``kept`` (share of them with overlap), ``days`` (mean to the answer
        where it was given), ``rate`` (outcome where it was given), ``effect`` with ``low`` and ``high``, ``verdict``: helps, harms, not_shown,
        not_enough_data or too_little_overlap. Intervals hold all together.
    """
    asked = [(name, outcome) for name in menu if name != NONE for outcome in OUTCOME_COLUMNS]
    z = rules.quantile(len(asked))
    return [_effect(cases, name, outcome, rules, z) for name, outcome in asked]


def _effect(cases: RedressCases, name: str, outcome: str, rules: RecoveryRules, z: float) -> dict[str, Any]:
    known = np.isfinite(cases.outcomes[outcome])
    given = np.array([name in one for one in cases.measures], dtype=bool)
    arms = int((known & given).sum()), int((known & ~given).sum())
    head = {"measure": name, "outcome": outcome, "given": arms[0], "not_given": arms[1], "days": _mean(cases.days[given]), "rate": _mean(cases.outcomes[outcome][known & given])}  # fmt: skip
    nothing = {"kept": None, "effect": None, "low": None, "high": None}
    if min(arms) < rules.least_each:
        return {**head, **nothing, "verdict": FEW}
    x, t, y = _features(cases, name)[known], given[known], cases.outcomes[outcome][known]
    psi, chance = _psi(x, t, y, _folds(cases.case.filter(known)))
    low, high = rules.propensity
    kept = (chance > low) & (chance < high)
    share = float(kept.mean())
    if share < rules.least_kept or min(int((kept & t).sum()), int((kept & ~t).sum())) < rules.least_each:
        return {**head, **nothing, "kept": share, "verdict": APART}
    effect = float(psi[kept].mean())
    half = z * float(psi[kept].std(ddof=1) / np.sqrt(kept.sum()))
    verdict = HELPS if effect - half > 0 else HARMS if effect + half < 0 else UNSHOWN
    return {**head, "kept": share, "effect": effect, "low": effect - half, "high": effect + half, "verdict": verdict}  # fmt: skip


def _mean(values: NDArray[np.float64]) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _folds(names: pl.Series) -> NDArray[np.int64]:
    """Return the fold of each case by a hash of its name: the same whatever other cases there are."""
    return np.array([zlib.crc32(name.encode()) % _FOLDS for name in names], dtype=np.int64)


def _features(cases: RedressCases, name: str) -> NDArray[np.float64]:
    """Return what was known of each case, scaled: codes as columns of 0 and 1, the other measures, harm and days by their logarithms."""
    columns = [column for fact in cases.facts.columns for column in _codes(cases.facts[fact])]
    others = sorted(set().union(*cases.measures) - {name, NONE})
    columns += [np.array([other in one for one in cases.measures], dtype=np.float64) for other in others]
    columns += [_scaled(np.log1p(cases.harm)), _scaled(np.log1p(np.nan_to_num(cases.days)))]
    return np.column_stack(columns)


def _codes(column: pl.Series) -> list[NDArray[np.float64]]:
    counted = column.value_counts().filter(column.value_counts()["count"] >= _RARE)
    return [(column == code).to_numpy().astype(np.float64) for code in sorted(counted[column.name].to_list())[1:]]  # fmt: skip


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    deviation = float(values.std())
    return np.asarray((values - values.mean()) / (deviation or 1.0))


def _psi(
    x: NDArray[np.float64], t: NDArray[np.bool_], y: NDArray[np.float64], folds: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return of each case its part of the effect, and its chance of the measure, by models of the other folds."""
    chance, mu = np.empty(len(y)), np.empty((2, len(y)))
    for fold in range(_FOLDS):
        here, away = folds == fold, folds != fold
        chance[here] = RidgeLogistic().fit(x[away], t[away].astype(np.float64)).predict(x[here])
        for arm in (0, 1):
            learnt = away & (t == bool(arm))
            mu[arm, here] = RidgeLogistic().fit(x[learnt], y[learnt]).predict(x[here])
    chance = np.clip(chance, 1e-6, 1 - 1e-6)
    return mu[1] - mu[0] + np.where(t, (y - mu[1]) / chance, -(y - mu[0]) / (1 - chance)), chance


def recovery_menu(cases: RedressCases, menu: Sequence[str], rules: RecoveryRules) -> dict[str, Any]:
    """Return each measure with what it cost, how fast it was, what came after it, and what it changed.

    Parameters
    ----------
    cases : RedressCases
    menu : sequence of str
    rules : RecoveryRules

    Returns
    -------
    dict
        ``measures``: ``measure``, ``given``, ``share``, ``cost`` (work, minor units), ``paid`` (mean of what was paid in cases with it), ``days``, ``satisfied`` and ``retained`` (shares of those
        of whom it is known), ``owed`` (whether it is due in some cases and so never weighed) and ``effects``; ``justices``: see `justice_links`.
    """
    effects = recovery_effects(cases, menu, rules)
    return {"level": rules.level, "cases": len(cases), "left_out": dict(cases.left_out), "measures": [_menu(cases, name, effects, rules) for name in menu], "justices": justice_links(cases, rules)}  # fmt: skip


def _menu(
    cases: RedressCases, name: str, effects: Sequence[dict[str, Any]], rules: RecoveryRules
) -> dict[str, Any]:
    given = np.array([name in one for one in cases.measures], dtype=bool)
    after = {outcome: _mean(cases.outcomes[outcome][given]) for outcome in OUTCOME_COLUMNS}
    return {
        "measure": name, "given": int(given.sum()), "share": float(given.mean()) if len(given) else None, "cost": rules.cost(name), "paid": _mean(cases.redress[given]),
        "days": _mean(cases.days[given]), **after, "owed": name in rules.owed, "effects": [one for one in effects if one["measure"] == name],
    }  # fmt: skip
