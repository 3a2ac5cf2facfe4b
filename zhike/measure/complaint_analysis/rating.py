"""The self-rating of consumer protection: points from live figures, a range where something is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.measure.scores.estimate import mean_estimate
from zhike.measure.shares import share

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEDUCTION", "RATING", "protection_rating", "register_figures"]

RATING: Final = "complaints.protection_rating"
DEDUCTION: Final = "deduction"
_JUSTICES: Final = ("outcome_justice", "procedure_justice", "interaction_justice")


def register_figures(ratios: Mapping[str, Any], table: Any, unknown_cause: str) -> dict[str, Any]:  # noqa: ANN401 - a polars frame
    """Return the measures of the rating that complaints tell.

    Parameters
    ----------
    ratios : mapping
        Of `zhike.measure.complaint_analysis.complaint_ratios`.
    table : DataFrame
        The register of the same days.
    unknown_cause : str
        The cause that says that none was found.

    Returns
    -------
    dict
        ``value``, ``low``, ``high`` and ``of`` by measure; None where nothing is known.
    """
    shares = ratios["shares"]
    turned = {"undisputed": shares["disputed"], "not_reopened": shares["reopened"]}
    closed = table.filter(table["closed_on"].is_not_null() & table["cause"].is_not_null())
    known = share(int((closed["cause"] != unknown_cause).sum()), len(closed))
    per_year = ratios["rates"]["per_customers_year"]
    return {
        "told_in_time": shares["in_time"], "told_with_proof": shares["with_proof"], "satisfied": shares["satisfied"], "justice": _justice(table),
        "cause_known": None if known is None else {"value": known.value, "low": known.low, "high": known.high, "of": len(closed)},
        "per_customers": None if per_year is None else {**per_year, "of": ratios["received"]},
        **{name: None if one is None else {"value": 1 - one["value"], "low": 1 - one["high"], "high": 1 - one["low"], "of": one["of"]} for name, one in turned.items()},
    }  # fmt: skip


def _justice(table: Any) -> dict[str, Any] | None:  # noqa: ANN401
    """Return the mean of the three justices on 0 to 1, each case with as many as are known of it."""
    means = table.select(_JUSTICES).mean_horizontal().drop_nulls()
    values = (means.to_numpy() - 1) / 4
    if len(values) < 2:  # noqa: PLR2004 - no interval of one
        return None
    found = mean_estimate(values)
    return {"value": found.value, "low": found.low, "high": found.high, "of": len(values)}


def protection_rating(rule: Mapping[str, Any], figures: Mapping[str, Mapping[str, Any] | None], facts: Mapping[str, float]) -> dict[str, Any]:  # fmt: skip
    """Return the points of each element, and of the whole.

    Parameters
    ----------
    rule : mapping
        A version of ``complaints.protection_rating``.
    figures : mapping
        ``value``, ``low`` and ``high`` by measure; None where nothing is known.
    facts : mapping of str to float
        What the bank itself says: points of an element that nothing measures, and ``deduction``.

    Returns
    -------
    dict
        ``elements`` with ``points`` (None: not known), ``low``, ``high`` and ``most``; ``measures`` with their figure and points; ``deduction``; ``total`` (None where anything is not known),
        ``low``, ``high``: the ends by what is not known and by the intervals of what is.

    Raises
    ------
    UsageError
        When a fact is none of the rule's, or more than its points.
    """
    elements = rule["elements"]
    measured = {one["element"] for one in rule["measures"].values()}
    _check_facts(rule, facts, measured)
    measures = [_measure(name, one, figures.get(name)) for name, one in rule["measures"].items()]
    told = [_element(name, one, [m for m in measures if m["element"] == name], facts.get(name)) for name, one in elements.items()]  # fmt: skip
    taken = facts.get(DEDUCTION)
    most_taken = float(rule[DEDUCTION]["most"])
    whole = None if taken is None or any(one["points"] is None for one in told) else sum(one["points"] for one in told) - taken  # fmt: skip
    low = sum(one["low"] for one in told) - (most_taken if taken is None else taken)
    high = sum(one["high"] for one in told) - (0.0 if taken is None else taken)
    return {
        "elements": told, "measures": measures, "deduction": {"points": taken, "most": most_taken}, "total": whole, "low": low,
        "high": high, "unknown": [one["measure"] for one in measures if one["points"] is None] + [one["element"] for one in told if one["element"] not in measured and one["points"] is None] + ([DEDUCTION] if taken is None else []),
    }  # fmt: skip


def _check_facts(rule: Mapping[str, Any], facts: Mapping[str, float], measured: set[str]) -> None:
    most = {name: float(one["points"]) for name, one in rule["elements"].items() if name not in measured}
    most[DEDUCTION] = float(rule[DEDUCTION]["most"])
    for name, value in facts.items():
        if name not in most or not 0 <= value <= most[name]:
            raise UsageError(
                what=phrase("{value:g} points of '{name}'", value=value, name=name),
                expected=", ".join(f"{one} 0–{top:g}" for one, top in most.items()),
            )


def _measure(name: str, rule: Mapping[str, Any], figure: Mapping[str, Any] | None) -> dict[str, Any]:
    head = {"measure": name, "element": rule["element"], "most": float(rule["points"])}
    if figure is None:
        return {**head, "figure": None, "points": None, "low": 0.0, "high": float(rule["points"])}
    ends = sorted(_points(rule, figure[end]) for end in ("low", "high"))
    return {**head, "figure": dict(figure), "points": _points(rule, figure["value"]), "low": ends[0], "high": ends[1]}  # fmt: skip


def _points(rule: Mapping[str, Any], value: float) -> float:
    """Return the points of a figure: none at one end, all at the other, in proportion between.

    Examples
    --------
    >>> _points({"points": 10, "none": 0.8, "full": 1.0}, 0.9), _points({"points": 10, "none": 100.0, "full": 20.0}, 10.0)
    (5.0, 10.0)
    """
    reached = (value - rule["none"]) / (rule["full"] - rule["none"])
    return float(round(float(rule["points"]) * min(1.0, max(0.0, reached)), 6))


def _element(
    name: str, rule: Mapping[str, Any], measures: list[dict[str, Any]], said: float | None
) -> dict[str, Any]:
    head = {"element": name, "most": float(rule["points"])}
    if not measures:
        points, ends = said, (0.0, head["most"]) if said is None else (said, said)
        return {**head, "points": points, "low": ends[0], "high": ends[1]}
    unknown = any(one["points"] is None for one in measures)
    points = None if unknown else sum(one["points"] for one in measures)
    return {**head, "points": points, "low": sum(one["low"] for one in measures), "high": sum(one["high"] for one in measures)}  # fmt: skip
