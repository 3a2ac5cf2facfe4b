"""The numbers behind the day of a member of staff, as the rules ``day.*`` say them on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.language import LANGUAGES, Text
from zhike.core.phrases import phrase
from zhike.decide.inputs import GREETED_OVER, MARKETING
from zhike.decide.stand_ins import is_holiday

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook, Version

__all__ = ["DESK", "DayRules", "ReminderRule"]

DESK: Final = "desk"
"""How a task is done that needs no meeting."""
_WORKING, _CONTACT, _REMINDERS, _WORTH, _PREPARATION = (
    "day.working_minutes", "day.contact_minutes", "day.reminders", "day.worth", "day.preparation",
)  # fmt: skip
_PARTS: Final = ("contact", "preparation", "travel")
_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """When something is brought up.

    Parameters
    ----------
    over : str
        How the customer is met, of ``day.contact_minutes``.
    within_days : int
        Days before the day that matters.
    must_days : int or None
        Days before it on which it is to be done whatever it is worth; None: never.
    rest_days : int
        Days for which it is not brought up again once it was dealt with.
    ages : tuple of (int, int) or None
        First and last age, in complete years, at which it is brought up.
    asks : str or None
        Purpose to which the customer must have agreed over the channel; None: to none.
    share : float
        Of the amount that it is about: so much it is worth on top of ``day.worth``.
    """

    over: str
    within_days: int
    must_days: int | None
    rest_days: int
    ages: tuple[int, int] | None = None
    asks: str | None = None
    share: float = 0.0

    @classmethod
    def of(cls, raw: Mapping[str, Any], path: str) -> ReminderRule:
        """Read one entry of ``day.reminders``.

        Raises
        ------
        RuleError
            When a number is missing or none that could be meant, or consent is asked for that nobody can have given.
        """
        days = [raw.get(name) for name in ("within_days", "rest_days")]
        ages = (raw["from_age"], raw["to_age"]) if "from_age" in raw and "to_age" in raw else None
        must = raw.get("must_days")
        numbers = [*days, *(ages or ()), *([] if must is None else [must])]
        if not isinstance(raw.get("over"), str) or any(type(one) is not int or one < 0 for one in numbers):
            raise RuleError(
                what=f"{raw!r}",
                path=path,
                expected=phrase("over, and whole numbers of days and years, 0 or more"),
            )
        return cls(
            raw["over"], raw["within_days"], must, raw["rest_days"], ages, _asks(raw, path), _share(raw, path)
        )


@dataclass(frozen=True, slots=True)
class DayRules:
    """The numbers of a day.

    Parameters
    ----------
    working : int
        Minutes that can be planned; none on a holiday.
    contact : mapping of str to (contact, preparation, travel)
        Minutes by how the customer is met.
    reminders : mapping of kind to ReminderRule
    worth : mapping of currency to mapping of kind to number
        What a reminder or a task is reckoned to be worth.
    preparation : mapping of kind to tuple of Text
        What to have ready for a reminder.

    Examples
    --------
    >>> rules = DayRules(360, {"phone": (15, 5, 0), "visit": (60, 20, 40)}, {}, {"EUR": {"task": 5}})
    >>> rules.minutes("phone"), rules.minutes("phone", 0.5), rules.minutes("app"), rules.worth_of("CNY", "task")
    (20, 35, None, 0.0)
    """

    working: int
    contact: Mapping[str, tuple[int, int, int]]
    reminders: Mapping[str, ReminderRule]
    worth: Mapping[str, Mapping[str, float]]
    preparation: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date) -> DayRules:
        """Read the rules of a day.

        Raises
        ------
        RuleNotFoundError
            When one is not in force.
        RuleError
            When one says something else than it must.
        """
        working, contact, brought_up, worth, preparation = (
            rulebook.at(path, day) for path in (_WORKING, _CONTACT, _REMINDERS, _WORTH, _PREPARATION)
        )
        if type(working.value) is not int or working.value < 0:
            raise RuleError(
                what=f"{working.value!r}", path=_WORKING, expected=phrase("whole minutes, 0 or more")
            )
        minutes = {name: _minutes(contact, name) for name in contact.value}
        found = {name: ReminderRule.of(raw, _REMINDERS) for name, raw in brought_up.value.items()}
        unknown = sorted({rule.over for rule in found.values()} - set(minutes)) or sorted(
            {DESK} - set(minutes)
        )
        if unknown:
            raise RuleError(
                what=phrase("no minutes of {names}", names=", ".join(unknown)),
                path=_CONTACT,
                expected=phrase("contact, preparation, travel"),
            )
        points = {name: _points(preparation, name) for name in preparation.value}
        room = 0 if is_holiday(rulebook, day) else working.value
        return cls(room, minutes, found, worth.value, points)

    def minutes(self, over: str, hours: float = 0.0) -> int | None:
        """Return the minutes of a contact, preparation and travel included; None where it takes nobody's time.

        Parameters
        ----------
        over : str
            How the customer is met.
        hours : float
            Of the contact itself, where the catalogue says them; else the usual ones.
        """
        if over not in self.contact:
            return None
        contact, preparation, travel = self.contact[over]
        return (round(hours * _HOUR) or contact) + preparation + travel

    def worth_of(self, currency: str, kind: str) -> float:
        """Return what a reminder or a task is reckoned to be worth, 0 where nothing is said."""
        return float(self.worth.get(currency, {}).get(kind, 0.0))


def _asks(raw: Mapping[str, Any], path: str) -> str | None:
    """Return the purpose that an entry asks for; refuse one that is known of nobody, as its reminder would never come."""
    asks: str | None = raw.get("asks")
    if asks is not None and (asks != MARKETING or raw["over"] not in GREETED_OVER):
        raise RuleError(
            what=f"{raw!r}",
            path=path,
            expected=phrase("asks: marketing, over {channels}", channels=", ".join(GREETED_OVER)),
        )
    return asks


def _share(raw: Mapping[str, Any], path: str) -> float:
    share = raw.get("share", 0)
    if type(share) not in (int, float) or not 0 <= share <= 1:
        raise RuleError(what=f"{raw!r}", path=path, expected=phrase("a share between 0 and 1"))
    return float(share)


def _points(version: Version, name: str) -> tuple[Text, ...]:
    try:
        return tuple(Text.of(texts) for texts in version.value[name])
    except (KeyError, TypeError):
        raise RuleError(
            what=f"{name}: {version.value[name]!r}",
            path=version.path,
            expected=phrase("a list of texts in {languages}", languages=", ".join(LANGUAGES)),
        ) from None


def _minutes(version: Version, name: str) -> tuple[int, int, int]:
    raw = version.value[name]
    parts = [raw.get(part) for part in _PARTS] if isinstance(raw, dict) else [None]
    if any(type(part) is not int or part < 0 for part in parts):
        raise RuleError(
            what=f"{name}: {raw!r}",
            path=version.path,
            expected=phrase("whole minutes of contact, preparation, travel"),
        )
    contact, preparation, travel = parts
    return int(contact or 0), int(preparation or 0), int(travel or 0)
