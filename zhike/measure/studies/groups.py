"""A score by group: small groups held back, all others drawn together, inside or outside of the funnel, ranked only where they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from zhike.measure.scores.funnel import funnel
from zhike.measure.scores.rank_sets import rank_sets
from zhike.measure.scores.small_groups import shrunk_means, shrunk_shares

if TYPE_CHECKING:
    import polars as pl

    from zhike.measure.scores.estimate import Estimate, Floats
    from zhike.measure.studies.score import Score

__all__ = ["group_report"]


class _Group(NamedTuple):
    name: str
    answers: Floats
    weights: Floats | None


def group_report(
    score: Score, answers: Floats, weights: Floats | None, groups: pl.Series, limits: tuple[int, float]
) -> dict[str, Any]:
    """Return a score by group.

    Parameters
    ----------
    score : Score
    answers, weights : array, shape (n,)
    groups : Series of String
        Null where nobody knows it: such rows are left out.
    limits : tuple of (int, float)
        Answers below which a group is not told, and the level of intervals.

    Returns
    -------
    dict
        ``groups``, each with ``group``, ``n`` and, unless ``suppressed``, ``value``, ``error``, ``low``, ``high``, ``shrunk``, ``funnel`` and the
        ``rank`` it may have; ``grouping``: ``centre`` and ``dispersion`` of the funnel, ``ranked``: whether every group has one place only,
        ``heterogeneity``: whether groups differ beyond chance.
    """
    least, level = limits
    found = _parted(answers, weights, groups)
    told = [one for one in found if len(one.answers) >= least]
    small = [
        {"group": one.name, "n": len(one.answers), "suppressed": True}
        for one in found
        if len(one.answers) < least
    ]
    if not told:
        return {"groups": small, "grouping": None}
    rows, of_all = _rows(score, told, level)
    return {
        "groups": sorted([*rows, *small], key=lambda one: one["group"]),
        "grouping": {
            "least": least, **of_all,
            "ranked": len(rows) > 1 and all(one["rank"]["best"] == one["rank"]["worst"] for one in rows),
            "heterogeneity": _heterogeneity([score.estimate(one.answers, one.weights, level) for one in told]),
        },
    }  # fmt: skip


def _parted(answers: Floats, weights: Floats | None, groups: pl.Series) -> list[_Group]:
    given = np.isfinite(answers) & groups.is_not_null().to_numpy()
    names = groups.fill_null("").to_numpy()
    return [
        _Group(str(name), answers[rows], None if weights is None else weights[rows])
        for name in sorted(set(names[given].tolist()))
        for rows in [given & (names == name)]
    ]


def _rows(score: Score, told: list[_Group], level: float) -> tuple[list[dict[str, Any]], dict[str, float]]:
    estimates = [score.estimate(one.answers, one.weights, level) for one in told]
    together = [score.estimate(one.answers, one.weights, 1 - (1 - level) / len(told)) for one in told]
    ranks = rank_sets(*(np.array([getattr(one, end) for one in together]) for end in ("low", "high")))
    sizes = np.array([_effective(one) for one in told])
    values = np.array([one.value for one in estimates])
    centre, within, overall = _spread(score, told)
    drawn = (
        shrunk_shares(values * sizes, sizes, level)
        if score.kind == "csat"
        else shrunk_means(values, sizes, within, level)
    )
    dispersion, points = funnel(values, sizes, centre, overall)
    rows = [
        {
            "group": one.name, "suppressed": False, **found._asdict(), "rank": rank._asdict(),
            "shrunk": {name: float(getattr(drawn, name)[place]) for name in ("value", "low", "high", "weight")},
            "funnel": point._asdict(),
        }
        for place, (one, found, rank, point) in enumerate(zip(told, estimates, ranks, points, strict=True))
    ]  # fmt: skip
    return rows, {"centre": centre, "dispersion": dispersion}


def _effective(one: _Group) -> float:
    if one.weights is None:
        return float(len(one.answers))
    return float(one.weights.sum() ** 2 / (one.weights @ one.weights))


def _spread(score: Score, told: list[_Group]) -> tuple[float, float, float]:
    """Return the score of all groups together, the deviation of answers within groups, and around that score."""
    parts = [
        (score.values(one.answers), np.ones(len(one.answers)) if one.weights is None else one.weights)
        for one in told
    ]
    total = sum(float(w.sum()) for _, w in parts)
    centre = sum(float(w @ x) for x, w in parts) / total
    inner = sum(float(w @ (x - np.average(x, weights=w)) ** 2) for x, w in parts) / total
    outer = sum(float(w @ (x - centre) ** 2) for x, w in parts) / total
    n = sum(len(x) for x, _ in parts)
    degrees = n / max(1, n - len(parts) * score.divisor)
    return centre, float(np.sqrt(inner * degrees)), float(np.sqrt(outer))


def _heterogeneity(estimates: list[Estimate]) -> dict[str, float] | None:
    """Return Cochran's Q of the groups; None where it has no degree of freedom or a group no error."""
    from scipy.special import chdtrc

    errors = np.array([one.error for one in estimates])
    if len(estimates) == 1 or not np.all(errors > 0):
        return None
    values, weight = np.array([one.value for one in estimates]), errors**-2
    q = float(weight @ (values - weight @ values / weight.sum()) ** 2)
    degrees = len(estimates) - 1
    return {"q": q, "degrees": degrees, "p_value": float(chdtrc(degrees, q))}
