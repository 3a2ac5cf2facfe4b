"""Sheets weighted to all customers: raked to how many there are in each branch and tier, with what that costs.

A category is a margin of its own where enough of its people answered. Those where too few did are one category together; where that is still too few,
nobody stands for them: they are told as not represented, and weights are to the others.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.measure.weighting.design_effect import design_effect
from zhike.measure.weighting.raking import Margin, Trim, rake

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.measure.results.sheets import SheetTable

__all__ = ["OTHERS", "Represented", "represented"]

OTHERS: Final = "*"
"""The category of all that are too small to be one."""
Known = tuple[str | None, str | None]


@dataclass(frozen=True)
class Represented:
    """How sheets stand for all customers.

    Parameters
    ----------
    weights : array of shape (n,), optional
        None where there is nothing to weight by: one category in each margin, or too few sheets.
    margins : list of dict
        ``by``, ``group`` (None: not known), ``customers``, ``answered``, ``share`` and ``answered_share`` of all.
    deff, n_eff : float
        Kish's design effect, and the effective number of sheets.
    unrepresented : int
        Customers for whom nobody stands.
    converged : bool
        Whether the margins hold.
    smallest, largest : float
        Weights, times their mean.
    """

    weights: NDArray[np.float64] | None = field(repr=False)
    margins: list[dict[str, Any]]
    deff: float
    n_eff: float
    unrepresented: int
    converged: bool
    smallest: float = 1.0
    largest: float = 1.0


def represented(
    table: SheetTable, customers: Mapping[Known, int], names: Sequence[str], least: int, trim: Trim
) -> Represented:
    """Return weights of sheets.

    Parameters
    ----------
    table : SheetTable
    customers : mapping of (branch, tier) to int
        How many there are.
    names : sequence of str
        Margins: ``branch``, ``tier``.
    least : int
        Sheets below which a category is no margin.
    trim : Trim
    """
    places = [("branch", "tier").index(name) for name in names]
    sheets = [(one.branch, one.tier) for one in table.sheets]
    margins = [
        row
        for name, place in zip(names, places, strict=True)
        for row in _told(name, place, sheets, customers)
    ]
    if len(sheets) < least or not customers:
        return Represented(None, margins, 1.0, float(len(sheets)), 0, converged=True)
    joined, lost = _joined(places, sheets, customers, least)
    kept = {cell: count for cell, count in customers.items() if not _outside(cell, places, lost)}
    made = [_margin(place, sheets, kept, joined[place]) for place in places]
    made = [one for one in made if len(one.totals) > 1]
    unrepresented = sum(customers.values()) - sum(kept.values())
    if not made:
        return Represented(None, margins, 1.0, float(len(sheets)), unrepresented, converged=True)
    found = rake(np.ones(len(sheets)), made, trim)
    cost = design_effect(found.weights)
    relative = found.weights / found.weights.mean()
    return Represented(
        relative, margins, cost.deff, cost.n_eff, unrepresented, found.converged, float(relative.min()), float(relative.max())
    )  # fmt: skip


def _told(
    name: str, place: int, sheets: Sequence[Known], customers: Mapping[Known, int]
) -> list[dict[str, Any]]:
    answered = Counter(one[place] for one in sheets)
    there: Counter[str | None] = Counter()
    for cell, count in customers.items():
        there[cell[place]] += count
    total = max(1, sum(there.values()))
    return [
        {
            "by": name, "group": group, "customers": there[group], "answered": answered[group],
            "share": there[group] / total, "answered_share": answered[group] / max(1, len(sheets)),
        }
        for group in sorted({*there, *answered}, key=lambda one: (one is None, one))
    ]  # fmt: skip


def _joined(
    places: Sequence[int], sheets: Sequence[Known], customers: Mapping[Known, int], least: int
) -> tuple[dict[int, dict[str | None, str]], dict[int, set[str | None]]]:
    """Return the category of each group by margin, and the groups for which nobody stands."""
    joined: dict[int, dict[str | None, str]] = {}
    lost: dict[int, set[str | None]] = {}
    for place in places:
        answered = Counter(one[place] for one in sheets)
        groups = {cell[place] for cell in customers} | set(answered)
        large = {
            one for one in groups if answered[one] >= least and any(cell[place] == one for cell in customers)
        }
        small = groups - large
        together = sum(answered[one] for one in small)
        lost[place] = small if together < least else set()
        joined[place] = {one: str(one) for one in large} | dict.fromkeys(small, OTHERS)
    return joined, lost


def _outside(cell: Known, places: Sequence[int], lost: Mapping[int, set[str | None]]) -> bool:
    return any(cell[place] in lost[place] for place in places)


def _margin(
    place: int, sheets: Sequence[Known], customers: Mapping[Known, int], joined: Mapping[str | None, str]
) -> Margin:
    """Return a margin; sheets of whom nobody knows enough keep the share that they have."""
    totals: Counter[str] = Counter()
    for cell, count in customers.items():
        totals[joined[cell[place]]] += count
    there = Counter(joined[one[place]] for one in sheets)
    whole = sum(totals.values())
    loose = {name: count for name, count in there.items() if name not in totals}
    free = sum(loose.values()) / len(sheets)
    shares = {name: count / whole * (1 - free) for name, count in totals.items() if there[name]}
    shares |= {name: count / len(sheets) for name, count in loose.items()}
    names = sorted(shares)
    codes = np.array([names.index(joined[one[place]]) for one in sheets], dtype=np.int64)
    values = np.array([shares[name] for name in names])
    return Margin(codes, values / values.sum())
