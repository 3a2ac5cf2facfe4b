"""Is every group of customers served alike? Shares by group, each against everybody else, with intervals.

A group is compared with all customers who are known not to be of it, whatever is unknown of others. Every share and every difference
has an interval of its own; whether a difference is *beyond chance* is judged for all comparisons of the answer together, so that one
does not stand out only because there were many.

What is found is no verdict: groups differ in what they hold, want and may be sold. It says where to look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.measure.shares import difference, quantile, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["REASONS", "UNKNOWN", "group_reasons", "group_shares"]

REASONS: Final = "reasons"
UNKNOWN: Final = "unknown"
"""The group of those of whom an attribute is not known."""
_FEWEST: Final = 2
"""Groups of an attribute below which there is nothing to compare."""


def group_shares(
    customers: pl.DataFrame, attributes: Sequence[str], measures: Sequence[str], least: int
) -> list[dict[str, Any]]:
    """Return of each group which share of its customers counts, and how far that is from everybody else.

    Parameters
    ----------
    customers : DataFrame
        A row a customer: a text for each attribute, true or false for each measure; null where it is not known of them, and then they
        are not counted for it.
    attributes, measures : sequence of str
        Columns.
    least : int
        Customers of a group below which it is not told: shares of a few are shares of persons.

    Returns
    -------
    list of dict
        By attribute, group and measure: ``attribute``, ``group``, ``measure``, ``count``, ``customers``, ``share``, ``low``, ``high``,
        ``difference`` to everybody else with ``difference_low`` and ``difference_high`` (None where too few are left), ``beyond_chance``.
    """
    cells = [
        {"attribute": attribute, "group": group, "measure": measure, "one": one, "rest": rest}
        for attribute in attributes
        for measure in measures
        for group, one, rest in _pairs(customers, attribute, measure, least)
    ]
    z = quantile(len(cells))
    return [_told(cell, z) for cell in cells]


def group_reasons(
    customers: pl.DataFrame, attributes: Sequence[str], least: int, most: int
) -> list[dict[str, Any]]:
    """Return which reasons meet some group otherwise than everybody else, the largest difference beyond chance first.

    Parameters
    ----------
    customers : DataFrame
        As for `group_shares`; in ``reasons`` the codes of what stands against a customer.
    attributes : sequence of str
    least : int
        As for `group_shares`.
    most : int
        Rows that are returned at most.

    Returns
    -------
    list of dict
        As `group_shares`, with ``measure`` the code of the reason.
    """
    codes = customers.get_column(REASONS).explode().drop_nulls().unique().sort().to_list()
    flags = [pl.col(REASONS).list.contains(code).fill_null(value=False).alias(code) for code in codes]
    found = group_shares(customers.select(*attributes, *flags), attributes, codes, least)
    apart = [one for one in found if one["difference"] is not None]
    return sorted(apart, key=_by_difference)[:most]


def _by_difference(row: Mapping[str, Any]) -> tuple[bool, float, str, str, str]:
    return not row["beyond_chance"], -abs(row["difference"]), row["attribute"], row["group"], row["measure"]


def _pairs(
    customers: pl.DataFrame, attribute: str, measure: str, least: int
) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Yield each group with what counts of how many, in it and in all other known groups."""
    counted = (
        customers.filter(pl.col(measure).is_not_null())
        .group_by(pl.col(attribute).fill_null(UNKNOWN).alias("group"))
        .agg(pl.col(measure).sum().cast(pl.Int64).alias("count"), pl.len().cast(pl.Int64).alias("size"))
        .sort("group")
    )
    groups: list[tuple[str, int, int]] = counted.rows()
    if len(groups) < _FEWEST:
        return
    known = [one for one in groups if one[0] != UNKNOWN]
    for group, count, size in groups:
        if size >= least:
            others = [one for one in known if one[0] != group]
            rest = sum(one[1] for one in others), sum(one[2] for one in others)
            # With a few others alone, the difference would tell of them what is not told.
            yield group, (count, size), rest if rest[1] >= least else (0, 0)


def _told(cell: Mapping[str, Any], z: float) -> dict[str, Any]:
    (count, size), rest = cell["one"], cell["rest"]
    found = share(count, size)
    apart, strict = difference((count, size), rest), difference((count, size), rest, z)
    names = ("difference", "difference_low", "difference_high")
    return {
        "attribute": cell["attribute"], "group": cell["group"], "measure": cell["measure"], "count": count, "customers": size,
        **dict(zip(("share", "low", "high"), found or (None,) * 3, strict=True)),
        **dict(zip(names, apart or (None,) * 3, strict=True)),
        "beyond_chance": strict is not None and strict.excludes_zero,
    }  # fmt: skip
