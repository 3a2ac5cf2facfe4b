"""Read the constraints of a policy's document; whatever is not what it should be is a `PolicyError` that names the constraint."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import PolicyError
from zhike.core.language import LANGUAGES, Text
from zhike.core.phrases import both, either, phrase
from zhike.decide.constraints import (
    CONSTRAINTS,
    Band,
    Budget,
    Capacity,
    Constraint,
    Floor,
    Limit,
    PerCustomer,
    Resource,
    Volume,
)
from zhike.decide.selections import ACTION_KEYS, ActionSelection, CustomerSelection, Range

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["constraint_keys", "read_constraints"]

_HEAD: Final = ("id", "kind", "title", "owner", "first_day", "last_day", "reference", "actions")
_WHO: Final = ("customers", "by")
_MOST: Final = ("maximum", "maximum_per_1000")
_LEAST: Final = ("minimum", "minimum_per_1000")
_ID: Final = re.compile(r"[a-z][a-z0-9_]*")
_RANGE: Final = ("minimum", "maximum")


def constraint_keys(kind: str) -> tuple[str, ...]:
    """Return the keys that a kind of constraint knows.

    Examples
    --------
    >>> constraint_keys("floor")[-1], constraint_keys("per_customer")[-1]
    ('share', 'maximum')
    """
    sort = CONSTRAINTS[kind]
    if issubclass(sort, PerCustomer):
        return (*_HEAD, "maximum")
    own: tuple[str, ...] = ("share",) if sort is Floor else ("width",)
    if issubclass(sort, Resource):
        own = (*_MOST, *_LEAST) if sort is Volume else _MOST
    return (*_HEAD, *_WHO, *own)


def read_constraints(path: str, raw: object) -> tuple[Constraint, ...]:
    """Return the constraints that a policy declares, in their order.

    Parameters
    ----------
    path : str
        Of the policy, for messages.
    raw : list of mapping, or None
        As the document holds it.

    Raises
    ------
    PolicyError
        At the first thing that is wrong.
    """
    if raw is None:
        return ()
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise PolicyError(
            what=phrase("constraints {raw!r}", raw=raw), path=path, expected=phrase("a list of constraints")
        )
    found = tuple(_Reader(path, one).constraint() for one in raw)
    names = [one.id for one in found]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise PolicyError(
            what=phrase("constraint {names} twice", names=", ".join(repeated)),
            path=path,
            expected=phrase("each id once"),
        )
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one constraint."""

    path: str
    raw: Mapping[str, Any]

    def constraint(self) -> Constraint:
        kind = self.raw.get("kind")
        if kind not in CONSTRAINTS:
            raise self._odd("kind", kind, either(CONSTRAINTS))
        self._check_keys(str(kind))
        sort = CONSTRAINTS[str(kind)]
        read: dict[str, Any] = {
            "id": self._id(), "title": self._title(), "owner": self._text("owner"), "reference": self._reference(),
            **self._days(), "actions": self._actions(sort),
        }  # fmt: skip
        if not issubclass(sort, PerCustomer):
            read |= {"customers": self._customers(), "by": self._by(sort)}
        return sort(**read, **self._amounts(sort))

    def _days(self) -> dict[str, dt.date | None]:
        first, last = self._day("first_day"), self._day("last_day")
        if first and last and last < first:
            raise self._odd("last_day", str(last), phrase("a day not before first_day, {first}", first=first))
        return {"first_day": first, "last_day": last}

    def _check_keys(self, kind: str) -> None:
        known = constraint_keys(kind)
        unknown = sorted(str(key) for key in set(self.raw) - set(known))
        missing = [key for key in ("id", "title", "owner") if key not in self.raw]
        if unknown or missing:
            what = ", ".join([*(f"no {key}" for key in missing), *(f"unknown key {key}" for key in unknown)])
            raise PolicyError(
                what=phrase("{what} of constraint '{name}'", what=what, name=self._name),
                path=self.path,
                expected=phrase("for {kind} the keys {names}", kind=kind, names=", ".join(known)),
            )

    def _amounts(self, sort: type[Constraint]) -> dict[str, Any]:
        if issubclass(sort, PerCustomer):
            return {"maximum": self._count("maximum")}
        if sort is Floor:
            return {"share": self._number("share", self.raw.get("share"))}
        if sort is Band:
            return {"width": self._number("width", self.raw.get("width"))}
        sides = {"maximum": self._limit(sort, _MOST), "minimum": self._limit(sort, _LEAST)}
        if not any(sides.values()):
            raise self._odd(
                "maximum",
                None,
                phrase("a maximum") if sort is not Volume else phrase("a maximum, a minimum or both"),
            )
        self._check_order(sides["maximum"], sides["minimum"])
        return sides

    def _limit(self, sort: type[Constraint], keys: tuple[str, str]) -> Limit | None:
        given = [key for key in keys if self.raw.get(key) is not None]
        if not given:
            return None
        if len(given) > 1:
            raise self._odd(keys[0], self.raw[keys[0]], phrase("one of {names}", names=both(keys)))
        key, amount = given[0], self.raw[given[0]]
        read = self._money if sort is Budget else self._number
        per_1000 = key == keys[1]
        if not isinstance(amount, dict):
            return Limit(read(key, amount), per_1000)
        if self.raw.get("by") is None:
            raise self._odd(
                key, amount, phrase("a number, or one for each value of the attribute that 'by' names")
            )
        return Limit({str(name): read(f"{key}.{name}", one) for name, one in amount.items()}, per_1000)

    def _check_order(self, most: Limit | None, least: Limit | None) -> None:
        if most is None or least is None or most.per_1000 != least.per_1000:
            return
        if isinstance(most.amount, float) and isinstance(least.amount, float) and least.amount > most.amount:
            raise self._odd(
                "minimum", least.amount, phrase("no more than the maximum, {amount}", amount=most.amount)
            )

    def _number(self, key: str, found: object) -> float:
        good = isinstance(found, int | float) and not isinstance(found, bool)
        if not good or not 0 <= float(str(found)) < math.inf:
            raise self._odd(key, found, phrase("a number, 0 or more"))
        return float(str(found))

    def _money(self, key: str, found: object) -> float:
        try:
            amount = float(Decimal(found)) if isinstance(found, str) else math.nan
        except InvalidOperation:
            amount = math.nan
        if not 0 <= amount < math.inf:
            raise self._odd(key, found, phrase('an amount in quotes, such as "5000.00", 0 or more'))
        return amount

    def _count(self, key: str) -> int:
        found = self.raw.get(key)
        if type(found) is not int or found < 0:
            raise self._odd(key, found, phrase("a whole number, 0 or more"))
        return found

    def _id(self) -> str:
        found = self.raw["id"]
        if not isinstance(found, str) or not _ID.fullmatch(found):
            raise self._odd("id", found, phrase("small letters, digits and underscores"))
        return found

    def _text(self, key: str) -> str:
        found = self.raw.get(key)
        if not isinstance(found, str) or not found.strip():
            raise self._odd(key, found, phrase("a text"))
        return found

    def _title(self) -> Text:
        found = self.raw["title"]
        if not isinstance(found, dict) or not all(
            isinstance(found.get(language), str) for language in LANGUAGES
        ):
            raise self._odd("title", found, phrase("a text in {names}", names=", ".join(LANGUAGES)))
        return Text.of(found)

    def _reference(self) -> str | None:
        return None if self.raw.get("reference") is None else self._text("reference")

    def _day(self, key: str) -> dt.date | None:
        # A plan keeps the policy as JSON, where a day is a text.
        found = self.raw.get(key)
        if found is None or (isinstance(found, dt.date) and not isinstance(found, dt.datetime)):
            return found
        try:
            return dt.date.fromisoformat(str(found))
        except ValueError as problem:
            raise self._odd(key, found, phrase("a day such as 2026-02-01")) from problem

    def _by(self, sort: type[Constraint]) -> str | None:
        if self.raw.get("by") is not None:
            return self._text("by")
        if sort in (Floor, Band) and not self.raw.get("customers"):
            raise self._odd(
                "customers",
                self.raw.get("customers"),
                phrase("a group of customers, or the attribute that makes groups in 'by'"),
            )
        return None

    def _actions(self, sort: type[Constraint]) -> ActionSelection:
        found = self._mapping("actions")
        unknown = sorted(set(map(str, found)) - set(ACTION_KEYS))
        if unknown:
            raise self._odd(
                "actions", ", ".join(unknown), phrase("only {names}", names=", ".join(ACTION_KEYS))
            )
        if sort is Capacity and "channel" not in found:
            raise self._odd("actions", dict(found), phrase("the channels that it is the capacity of"))
        only = {str(key): self._values(f"actions.{key}", values) for key, values in found.items()}
        return ActionSelection({key: tuple(map(str, values)) for key, values in only.items()})

    def _customers(self) -> CustomerSelection:
        found = self._mapping("customers")
        return CustomerSelection(
            {str(key): self._wanted(f"customers.{key}", one) for key, one in found.items()}
        )

    def _wanted(self, key: str, found: object) -> tuple[Any, ...] | Range:
        if not isinstance(found, dict):
            return self._values(key, found)
        if not found or set(found) - set(_RANGE):
            raise self._odd(key, found, phrase("a list of values, or minimum and maximum"))
        sides = {name: self._side(f"{key}.{name}", one) for name, one in found.items()}
        if sides.get("minimum", -math.inf) > sides.get("maximum", math.inf):
            raise self._odd(key, found, phrase("a minimum that is no more than the maximum"))
        return Range(**sides)

    def _side(self, key: str, found: object) -> float:
        if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
            raise self._odd(key, found, phrase("a number"))
        return float(found)

    def _values(self, key: str, found: object) -> tuple[Any, ...]:
        values = found if isinstance(found, list) else [found]
        if not values or not all(isinstance(one, str | int | bool) for one in values):
            raise self._odd(key, found, phrase("a list of values, at least one"))
        return tuple(values)

    def _mapping(self, key: str) -> Mapping[str, Any]:
        found = self.raw.get(key) or {}
        if not isinstance(found, dict):
            raise self._odd(key, found, phrase("attributes and lists of values"))
        return found

    @property
    def _name(self) -> str:
        return str(self.raw.get("id", "?"))

    def _odd(self, key: str, found: object, expected: object) -> PolicyError:
        shown = phrase("no {key}", key=key) if found is None else f"{key} {found!r}"
        return PolicyError(
            what=phrase("{shown} of constraint '{name}'", shown=shown, name=self._name),
            path=self.path,
            expected=expected,
        )
