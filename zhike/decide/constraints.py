"""What is scarce and what must be kept: small objects that add up, each with its owner and the days on which it holds.

A constraint over all customers says what one action takes of it, by segment of customers and action: a unit, the action's cost, or
its hours. Rows of all constraints stand side by side; `zhike.decide.constraint_rows` lays them together. A cap limits what one
customer or one household may get.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from zhike.core.language import Text
from zhike.decide.selections import ActionSelection, CustomerSelection

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.selections import Segments

__all__ = [
    "CONSTRAINTS",
    "Band",
    "Budget",
    "Cap",
    "Capacity",
    "Constraint",
    "Floor",
    "Hours",
    "Limit",
    "PerCustomer",
    "PerGroup",
    "PerHousehold",
    "Row",
    "Volume",
]

HOUSEHOLD: Final = "household_id"
UNKNOWN: Final = "unknown"
"""Stands for the value of an attribute that is not known of a customer."""
CONTACTS, HOURS = "contacts", "hours"
_UNKNOWN: Final = Text(UNKNOWN, "未知", "未知")
_OF_VALUE: Final = Text("{title} ({value})", "{title}（{value}）", "{title}（{value}）")
_LEAST: Final = Text("{title}, at least", "{title}（下限）", "{title}（下限）")
_MOST: Final = Text("{title}, at most", "{title}（上限）", "{title}（上限）")
_THOUSAND: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Row:
    """One limit over all customers, as staff know it: a minimum is not negated here.

    Parameters
    ----------
    name : str
        Identifier: the constraint's, with the value and the side where it has several.
    unit : str
        Currency code, ``contacts`` or ``hours``.
    by_unit, by_cost : ndarray of shape (n_segments, n_actions)
        What one action takes: so much, and so much for each unit of its cost.
    """

    name: str
    constraint: str
    kind: str
    title: Text
    owner: str
    unit: str
    minimum: bool
    limit: float
    by_unit: NDArray[np.float64]
    by_cost: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many of some actions for a customer, or for a household together; ``counted`` has shape (n_actions,)."""

    name: str
    counted: NDArray[np.bool_]
    limit: int
    by_household: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount, or one by value of an attribute, absolute or for every thousand customers concerned."""

    amount: float | Mapping[str, float]
    per_1000: bool = False

    def of(self, value: str | None, customers: int) -> float:
        """Return the limit for the customers with a value; nothing for one that is not named.

        Examples
        --------
        >>> Limit(30.0, per_1000=True).of("R01", 500), Limit({"R01": 40.0}).of("R02", 500)
        (15.0, 0.0)
        """
        named = self.amount if isinstance(self.amount, float) else self.amount.get(value or UNKNOWN, 0.0)
        return named * customers / _THOUSAND if self.per_1000 else named


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """What every constraint says of itself.

    Parameters
    ----------
    first_day, last_day : date or None
        The days on which it holds, both included; None leaves a side open.
    actions, customers : ActionSelection, CustomerSelection
        What it is about.
    by : str or None
        Customer attribute each value of which has a limit of its own.
    """

    kind: ClassVar[str] = ""

    id: str
    title: Text
    owner: str
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    reference: str | None = None
    actions: ActionSelection = field(default_factory=ActionSelection)
    customers: CustomerSelection = field(default_factory=CustomerSelection)
    by: str | None = None

    def in_force(self, at: dt.date) -> bool:
        """Return whether it holds on a day."""
        begun = self.first_day is None or self.first_day <= at
        return begun and (self.last_day is None or at <= self.last_day)

    @property
    def reads(self) -> frozenset[str]:
        """The customer attributes that it reads."""
        return self.customers.reads | ({self.by} if self.by else frozenset())

    def rows(self, _actions: Actions, _segments: Segments, _currency: str) -> list[Row]:
        """Return its limits over all customers."""
        return []

    def caps(self, _actions: Actions) -> list[Cap]:
        """Return its limits on one customer or household."""
        return []

    def groups(self, segments: Segments) -> Iterator[tuple[str, str | None, Text, NDArray[np.bool_]]]:
        """Yield identifier, value, title and segments of every group of customers that has a limit of its own."""
        inside = segments.within(self.customers)
        if self.by is None:
            yield self.id, None, self.title, inside
            return
        for value, members in segments.values(self.by):
            told = _UNKNOWN if value is None else Text(value, value, value)
            parts = zip(_languages(_OF_VALUE), _languages(self.title), _languages(told), strict=True)
            title = Text(*(form.format(title=name, value=word) for form, name, word in parts))
            yield f"{self.id}[{value or UNKNOWN}]", value, title, members & inside

    def row(
        self, name: str, title: Text, unit: str, limit: float, uses: tuple[NDArray[np.float64], NDArray[np.float64]], *, minimum: bool
    ) -> Row:  # fmt: skip
        """Return one limit of this constraint; ``uses`` are by unit and by cost, of shape (n_segments, n_actions)."""
        return Row(name, self.id, self.kind, title, self.owner, unit, minimum, limit, *uses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Constraint):
    """Something of which there is only so much, or of which at least so much must be used."""

    maximum: Limit | None = None
    minimum: Limit | None = None

    def unit(self, _currency: str) -> str:
        """Return the unit in which it is counted."""
        return CONTACTS

    def use(self, actions: Actions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what one of each action takes: by unit and by cost, shape (n_actions,)."""
        return np.ones(len(actions)), np.zeros(len(actions))

    def rows(self, actions: Actions, segments: Segments, currency: str) -> list[Row]:
        """Return one row a group and side."""
        chosen = self.actions.chosen(actions, mandatory=True)
        by_unit, by_cost = (np.where(chosen, use, 0.0) for use in self.use(actions))
        found = []
        for name, value, title, members in self.groups(segments):
            customers = int(segments.customers[members].sum())
            uses = np.outer(members, by_unit), np.outer(members, by_cost)
            for suffix, side_title, limit in self._sides(name, title):
                found.append(
                    self.row(
                        suffix,
                        side_title,
                        self.unit(currency),
                        limit.of(value, customers),
                        uses,
                        minimum=limit is self.minimum,
                    )
                )
        return found

    def _sides(self, name: str, title: Text) -> list[tuple[str, Text, Limit]]:
        if self.maximum is not None and self.minimum is not None:
            return [
                (f"{name}.maximum", _told(_MOST, title), self.maximum),
                (f"{name}.minimum", _told(_LEAST, title), self.minimum),
            ]
        limit = self.maximum if self.maximum is not None else self.minimum
        return [] if limit is None else [(name, title, limit)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget(Resource):
    """Money: at most so much may be spent on the actions selected."""

    kind: ClassVar[str] = "budget"

    def unit(self, currency: str) -> str:
        """Return the currency."""
        return currency

    def use(self, actions: Actions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the cost of every action as its use."""
        return np.zeros(len(actions)), np.ones(len(actions))


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity(Resource):
    """Contacts: the channels selected carry at most so many."""

    kind: ClassVar[str] = "capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(Resource):
    """Hours of staff: the catalogue says how many an action takes."""

    kind: ClassVar[str] = "hours"

    def unit(self, _currency: str) -> str:
        """Return that hours are counted."""
        return HOURS

    def use(self, actions: Actions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the hours of every action."""
        return np.asarray(actions.column("hours"), dtype=np.float64), np.zeros(len(actions))


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Resource):
    """A number of actions: at most, at least, or both."""

    kind: ClassVar[str] = "volume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor(Constraint):
    """Fairness: a group of customers gets at least so many actions a head."""

    kind: ClassVar[str] = "floor"
    share: float

    def rows(self, actions: Actions, segments: Segments, _currency: str) -> list[Row]:
        """Return one minimum a group that has customers."""
        chosen = self.actions.chosen(actions, mandatory=False).astype(np.float64)
        nothing = np.zeros((len(segments), len(actions)))
        found = []
        for name, _, title, members in self.groups(segments):
            customers = int(segments.customers[members].sum())
            if customers:
                found.append(
                    self.row(
                        name,
                        title,
                        CONTACTS,
                        self.share * customers,
                        (np.outer(members, chosen), nothing),
                        minimum=True,
                    )
                )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Band(Constraint):
    """Fairness: what a group gets a head lies within a distance of what all customers get a head.

    With ``n_g`` customers of the group, ``n`` in all and ``x`` actions: ``|x_g - n_g x / n| <= width n_g``, two rows in contacts.
    """

    kind: ClassVar[str] = "band"
    width: float

    def rows(self, actions: Actions, segments: Segments, _currency: str) -> list[Row]:
        """Return both sides for every group that has customers."""
        chosen = self.actions.chosen(actions, mandatory=False).astype(np.float64)
        every, nothing = max(int(segments.customers.sum()), 1), np.zeros((len(segments), len(actions)))
        found = []
        for name, _, title, members in self.groups(segments):
            customers = int(segments.customers[members].sum())
            uses = np.outer(members - customers / every, chosen), nothing
            width = self.width * customers
            if customers:
                found.append(
                    self.row(f"{name}.maximum", _told(_MOST, title), CONTACTS, width, uses, minimum=False)
                )
                found.append(
                    self.row(f"{name}.minimum", _told(_LEAST, title), CONTACTS, -width, uses, minimum=True)
                )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PerCustomer(Constraint):
    """At most so many of the actions selected for one customer."""

    kind: ClassVar[str] = "per_customer"
    maximum: int

    def caps(self, actions: Actions) -> list[Cap]:
        """Return the one cap."""
        return [Cap(self.id, self.actions.chosen(actions, mandatory=False), self.maximum)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerGroup(PerCustomer):
    """At most so many actions of each of the catalogue's groups for one customer."""

    kind: ClassVar[str] = "per_group"

    def caps(self, actions: Actions) -> list[Cap]:
        """Return one cap a group."""
        chosen, groups = self.actions.chosen(actions, mandatory=False), actions.table["group"]
        names = groups.filter(chosen).unique().sort().to_list()
        return [
            Cap(f"{self.id}[{name}]", chosen & (groups == name).to_numpy(), self.maximum) for name in names
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerHousehold(PerCustomer):
    """At most so many of the actions selected for a household together; who belongs to none is one by themselves."""

    kind: ClassVar[str] = "per_household"

    @property
    def reads(self) -> frozenset[str]:
        """The household too."""
        return self.customers.reads | {HOUSEHOLD}

    def caps(self, actions: Actions) -> list[Cap]:
        """Return the one cap that the members share."""
        return [Cap(self.id, self.actions.chosen(actions, mandatory=False), self.maximum, by_household=True)]


CONSTRAINTS: Final[Mapping[str, type[Constraint]]] = {
    one.kind: one
    for one in (Budget, Capacity, Hours, Volume, Floor, Band, PerCustomer, PerGroup, PerHousehold)
}
"""Every sort of constraint by the name that a policy gives it."""


def _languages(text: Text) -> tuple[str, str, str]:
    return text.en, text.zh_hans, text.zh_hant


def _told(form: Text, title: Text) -> Text:
    """Return a title with its side."""
    return Text(
        *(one.format(title=name) for one, name in zip(_languages(form), _languages(title), strict=True))
    )
