"""What is said with a step of a complaint: codes that there are, measures with their amounts, nothing too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.govern.deadlines.case_events import COMPLEXITIES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from zhike.act.complaint_desk import ComplaintDesk

__all__ = ["OUTCOMES", "amount_of", "checked_words"]

OUTCOMES: Final = ("upheld", "partly_upheld", "not_upheld")
"""Whether the customer was right."""
_REDRESS: Final = "redress"


def checked_words(given: Mapping[str, Any], desk: ComplaintDesk) -> None:
    """Refuse codes that there are not, and measures that are not complete.

    Raises
    ------
    UsageError
        Saying which, and which there are.
    """
    known: dict[str, Collection[str]] = {
        "origin": desk.origins, "business": desk.businesses, "issue": desk.issues, "cause": desk.causes, "outcome": OUTCOMES, "complexity": COMPLEXITIES,
        "document": desk.house.documents, "urgency": desk.house.signals.levels,
        "vulnerability": desk.house.signals.drivers,
    }  # fmt: skip
    for name, codes in known.items():
        _check_code(name, given.get(name), codes)
    for name, several in (("documents", desk.house.documents), ("particulars", desk.house.particulars)):
        for code in given.get(name) or ():
            _check_code(name, code, several)
    for measure in given.get(_REDRESS) or ():
        _check_measure(measure, desk)


def _check_code(name: str, code: Any, codes: Collection[str]) -> None:  # noqa: ANN401 - as it was said
    if code is not None and code not in codes:
        raise UsageError(what=phrase("{name} '{code}'", name=name, code=code), expected=", ".join(codes))


def _check_measure(measure: Mapping[str, Any], desk: ComplaintDesk) -> None:
    kind, amount = measure["kind"], measure.get("amount")
    if kind not in desk.measures:
        raise UsageError(
            what=phrase("{name} '{code}'", name=_REDRESS, code=kind), expected=", ".join(desk.measures)
        )
    if (kind in desk.money) != (amount is not None and amount > 0):
        raise UsageError(
            what=phrase("measure '{kind}' with the amount {amount}", kind=kind, amount=amount),
            expected=phrase(
                "an amount above 0 for {kinds}, none for the others", kinds=", ".join(sorted(desk.money))
            ),
        )


def amount_of(redress: Collection[Mapping[str, Any]]) -> int:
    """Return what all measures cost together, in minor units.

    Examples
    --------
    >>> amount_of([{"kind": "apology"}, {"kind": "refund", "amount": 1200}, {"kind": "goodwill", "amount": 500}])
    1700
    """
    return sum(one.get("amount") or 0 for one in redress)
