"""What the forecast of a complaint desk assumes, as the rulebook has it: hours by part of the work, shares, margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import keyed, phrase
from zhike.govern.deadlines.case_events import COMPLEXITIES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook

__all__ = ["CAPACITY", "PARTS", "Assumptions", "check_assumptions"]

CAPACITY: Final = "complaints.capacity"
"""Path of the document."""
PARTS: Final = ("assess", "investigate", "propose", "inform", "close")
"""Parts of the work on a case, in their order."""
_STARTED, _VERIFICATION = "started", "verification"
_SHARES: Final = ("started", "at_cases", "present", "surge", "late_share", "unsettled", "confidence")
_DAYS: Final = (
    "horizon_days",
    "history_days",
    "fewest_days",
    "settled_days",
    "reserve_days",
    "paths",
    "shares_weight",
)
_LONGEST: Final = 120
"""Days that are looked ahead at most: work by day of arrival and day it is due is a square of them."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The document in force on a day; see its own comments for what each value is.

    Parameters
    ----------
    version : str
        Path and first day.
    hours : mapping of str to mapping
        By complexity and part.
    """

    version: str
    hours: Mapping[str, Mapping[str, float]]
    verification: float
    states: Mapping[str, tuple[str, ...]]
    spread: float
    shares: Mapping[str, float]
    started: float
    at_cases: float
    present: float
    surge: float
    late_share: float
    unsettled: float
    confidence: float
    horizon_days: int
    history_days: int
    fewest_days: int
    settled_days: int
    reserve_days: int
    paths: int
    shares_weight: int
    role: str

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date) -> Assumptions:
        """Read the document as it is in force on a day.

        Raises
        ------
        RuleNotFoundError
            When none is.
        RuleError
            When hours are missing, shares do not add up to 1, or a share or number of days is none.
        """
        version = rulebook.at(CAPACITY, day)
        raw: Mapping[str, Any] = version.value
        check_assumptions(raw)
        plain = {name: raw[name] for name in ("hours", "verification", "spread", "role", *_SHARES, *_DAYS)}
        return cls(
            version=f"{version.path}@{version.first_day}", shares={name: float(raw["shares"][name]) for name in COMPLEXITIES},
            states={state: tuple(parts) for state, parts in raw["states"].items()}, **plain,
        )  # fmt: skip

    def hours_of(self, complexity: str, parts: tuple[str, ...] = PARTS) -> float:
        """Return the hours that parts of a case take on average.

        Examples
        --------
        >>> import datetime as dt
        >>> from zhike.adapters.rule_files import load_rulebook
        >>> assumed = Assumptions.of(load_rulebook(), dt.date(2026, 6, 30))
        >>> round(assumed.hours_of("simple"), 6), assumed.hours_left("investigating", "complex")
        (2.0, 2.8)
        """
        own = self.hours[complexity]
        return sum(self._part(own, part) for part in parts)

    def hours_left(self, state: str, complexity: str | None) -> float:
        """Return the hours that are left of a case on average; of one that was not assessed as such cases divide."""
        parts = self.states.get(state, ())
        if complexity is not None:
            return self.hours_of(complexity, parts)
        return sum(share * self.hours_of(name, parts) for name, share in self.shares.items())

    def _part(self, own: Mapping[str, float], part: str) -> float:
        if part == _VERIFICATION:
            return self.verification
        return self.started * own["investigate"] if part == _STARTED else own[part]


def check_assumptions(raw: Mapping[str, Any]) -> None:
    """Refuse a document whose hours, shares or days cannot be.

    Raises
    ------
    RuleError
        Saying what was found and what was needed.
    """
    for name in COMPLEXITIES:
        own = raw["hours"].get(name, {})
        if set(own) != set(PARTS) or not all(value >= 0 for value in own.values()):
            raise _wrong(
                f"hours.{name}", own, phrase("hours, 0 or more, for {names}", names=", ".join(PARTS))
            )
    known = {*PARTS, _STARTED, _VERIFICATION}
    for state, parts in raw["states"].items():
        if not set(parts) <= known:
            raise _wrong(f"states.{state}", parts, ", ".join(sorted(known)))
    _check_numbers(raw)


def _check_numbers(raw: Mapping[str, Any]) -> None:
    total = sum(raw["shares"].get(name, 0.0) for name in COMPLEXITIES)
    if abs(total - 1.0) > 1e-9:  # noqa: PLR2004 - rounding
        raise _wrong("shares", raw["shares"], phrase("shares that add up to 1"))
    for name in _SHARES:
        if not 0 <= raw[name] <= 1:
            raise _wrong(name, raw[name], phrase("a share from 0 to 1"))
    for name in _DAYS:
        if type(raw[name]) is not int or raw[name] < 0:
            raise _wrong(name, raw[name], phrase("a whole number, 0 or more"))
    if not 1 <= raw["horizon_days"] <= _LONGEST:
        raise _wrong(
            "horizon_days", raw["horizon_days"], phrase("a whole number from 1 to {most}", most=_LONGEST)
        )


def _wrong(name: str, value: object, expected: object) -> RuleError:
    return RuleError(what=keyed(name, value), path=CAPACITY, expected=expected)
