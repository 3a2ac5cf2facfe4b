"""What complaints are about, the most frequent first, with the places that each may truly have.

Intervals of shares are Wilson's, wide enough to hold all together (Bonferroni); from them follow the places in the order (`zhike.measure.scores.rank_sets`): what overlaps is not told
apart, however the counts stand this time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.measure.complaint_analysis.register import UNASSESSED, UNMAPPED
from zhike.measure.scores.rank_sets import joint_quantile, rank_sets
from zhike.measure.shares import share

if TYPE_CHECKING:
    from zhike.measure.complaint_analysis.register import Register
    from zhike.measure.complaint_analysis.rules import AnalysisRules

__all__ = ["FACETS", "JOINED", "pareto"]

JOINED: Final = "facets"
"""Origin, business and issue together."""
FACETS: Final = ("origin", "business", "issue", "cause", "branch", JOINED)
_TOGETHER: Final = ("origin", "business", "issue")
_BETWEEN: Final = " · "


def pareto(register: Register, facet: str, rules: AnalysisRules) -> dict[str, Any]:
    """Return how many complaints each value of a facet has.

    Parameters
    ----------
    register : Register
    facet : str
        One of `FACETS`.
    rules : AnalysisRules

    Returns
    -------
    dict
        ``items``: ``code`` (of `JOINED` a list of three), ``count``, ``share`` with ``low`` and ``high``, ``cumulative``, ``best`` and ``worst`` place, ``vital`` (whether it belongs to the fewest
        that add up to ``complaints.analysis``' share); ``total`` of those that are classed, ``unassessed`` and ``rejected`` beside them.
    """
    parts = _TOGETHER if facet == JOINED else (facet,)
    table = register.table.select(pl.col(name).fill_null(UNASSESSED) for name in parts)
    rejected = pl.any_horizontal(pl.col(name) == UNMAPPED for name in parts)
    unassessed = pl.any_horizontal(pl.col(name) == UNASSESSED for name in parts)
    classed = table.filter(~rejected & ~unassessed)
    counted = classed.group_by(parts).len("count").sort(["count", *parts], descending=[True, *(False for _ in parts)])  # fmt: skip
    codes = counted.select(parts).rows()
    return {
        "facet": facet, "level": rules.level, "vital": rules.vital, "total": len(classed),
        "unassessed": table.filter(unassessed & ~rejected).height, "rejected": table.filter(rejected).height,
        "items": _items([one if facet == JOINED else one[0] for one in codes], counted["count"].to_list(), rules),
    }  # fmt: skip


def _items(codes: list[Any], counts: list[int], rules: AnalysisRules) -> list[dict[str, Any]]:
    total, z = sum(counts), joint_quantile(len(counts), rules.level)
    found = [one for count in counts if (one := share(count, total, z)) is not None]
    places = rank_sets(np.array([one.low for one in found]), np.array([one.high for one in found]))
    running, items = 0, []
    for code, count, told, place in zip(codes, counts, found, places, strict=True):
        vital = running < rules.vital * total
        running += count
        items.append({
            "code": list(code) if isinstance(code, tuple) else code, "count": count, "share": told.value, "low": told.low, "high": told.high,
            "cumulative": running / total, "best": place.best, "worst": place.worst, "vital": vital,
        })  # fmt: skip
    return items
