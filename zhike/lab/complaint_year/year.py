"""Play a year of the complaint desk in a ledger, day by day; one that was broken off is taken up where it stopped, and ends the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.act.complaint_load import on_desk
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.lab.complaint_year.carrying import JOB, STATE, Carrier
from zhike.lab.complaint_year.day_plan import CLOSE, NEVER, Live
from zhike.lab.complaint_year.desk_day import plan_day
from zhike.lab.complaint_year.setting import RULES_ON, TAIL_DAYS, Setting
from zhike.lab.complaint_year.telling import told_year
from zhike.measure.complaint_capacity import desk_load, told_forecast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.act.complaint_load import OnDesk
    from zhike.core.ports import Store
    from zhike.core.rulebook import Rulebook

__all__ = ["Year", "YearOrder", "play_year"]

_EVERY: Final = 5
"""Working days between two forecasts."""
_HIRED_AFTER: Final = 5
"""Working days after which handlers that a warning asked for are there."""
_KEPT: Final = (
    "today",
    "sufficient",
    "chance_of_miss",
    "missed_from",
    "act_by",
    "planned",
    "needed",
    "late",
    "open",
    "cases_at_risk",
)
"""What is kept of each forecast."""
_DEFAULT_CUSTOMERS: Final = 4_000


@dataclass(frozen=True, slots=True)
class YearOrder:
    """Which year is to be played.

    Parameters
    ----------
    cases, days : int
        Complaints, and calendar days over which they come in: 30 to 365.
    handlers : int or None
        How many the desk has; as many as the year turns out to need unless given.
    seed : int
    heed : bool
        Whether the desk gets the handlers that its forecast asks for, some working days after it has warned.
    customers : int
        Of the world from whose state complaints arise; each stands for many alike.
    """

    cases: int
    days: int = 365
    handlers: int | None = None
    seed: int = 7
    heed: bool = False
    customers: int = _DEFAULT_CUSTOMERS

    def check(self) -> None:
        """Refuse what cannot be played.

        Raises
        ------
        UsageError
            When there are no complaints, too few or too many days, or no handlers.
        """
        if self.cases < 1:
            raise UsageError(what=f"--cases {self.cases}", expected=phrase("{fewest} or more", fewest=1))
        if not 30 <= self.days <= 365:  # noqa: PLR2004 - a month, a year
            raise UsageError(
                what=f"--days {self.days}", expected=phrase("{first} to {last}", first=30, last=365)
            )
        if self.handlers is not None and self.handlers < 1:
            raise UsageError(
                what=f"--handlers {self.handlers}", expected=phrase("{fewest} or more", fewest=1)
            )

    def to_content(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {name: getattr(self, name) for name in self.__slots__}


def play_year(
    store: Store, rulebook: Rulebook, order: YearOrder, *, resume: bool = False, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> dict[str, Any]:  # fmt: skip
    """Play a year in a ledger and return what came of it, see `zhike.lab.complaint_year.telling`.

    Parameters
    ----------
    store : Store
        Without a year in it; with ``resume`` with one that was begun by the same order.
    progress : callable
        Told the days done and the days there are.

    Raises
    ------
    UsageError
        When the order cannot be played, the store has a year already, or with ``resume`` another one or none.
    """
    order.check()
    setting = Setting.of(rulebook, order.seed, order.cases, order.days, order.handlers, order.customers)
    carrier = Carrier(store, setting)
    place = _begun(store, carrier, order, resume=resume)
    year = Year(
        order,
        carrier,
        place["live"],
        set(place["late"]),
        place["forecasts"],
        place["handlers"],
        place["day"],
        place["done"],
    )
    last = order.days + TAIL_DAYS
    while year.day < last and (year.day < order.days or year.live):
        progress(year.day, last)
        year.play_day()
    progress(last, last)
    return told_year(store, year.setting, year.late, year.forecasts, year.handlers)


def _begun(store: Store, carrier: Carrier, order: YearOrder, *, resume: bool) -> dict[str, Any]:
    """Return where the year stands in the morning of its day, and how much of that day is written."""
    with store.read() as tx:
        noted, morning = tx.one("jobs", job_id=JOB), tx.one("jobs", job_id=STATE)
    if noted is not None and not resume:
        raise UsageError(what=phrase("a store with a year of complaints in it"), expected=phrase("a new store, or --resume"))  # fmt: skip
    if noted is not None and noted["content"] != order.to_content():
        raise UsageError(what=phrase("a year that was begun otherwise: {order}", order=_said(noted["content"])), expected=phrase("the same options"))  # fmt: skip
    if noted is None:
        carrier.open(order.to_content())
        return _begun(store, carrier, order, resume=True)
    state: Mapping[str, Any] = morning["result"] if morning is not None else {}
    return {**state, **noted["result"], "live": {row[0]: Live(*row) for row in state["live"]}}


def _said(order: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in order.items())


@dataclass
class Year:
    """The year as it stands."""

    order: YearOrder
    carrier: Carrier
    live: dict[int, Live]
    late: set[int]
    forecasts: list[dict[str, Any]]
    handlers: list[list[int]]
    day: int
    done: int

    @property
    def setting(self) -> Setting:
        """What it rests on."""
        return self.carrier.setting

    def count(self, day: int) -> int:
        """Return how many handlers there are on a day."""
        return max(number for first, number in self.handlers if first <= day)

    def play_day(self) -> None:
        """Plan a day, write what is not written of it, look ahead, and note that it is over."""
        self.carrier.setting = self.setting.grown(self.handlers[-1][1])
        before = set(self.live)
        self.late |= {case for case, one in self.live.items() if one.due < self.day}
        planned = plan_day(self.setting, self.day, self.live, self.count(self.day))
        for _ in self.carrier.carry(self.day, planned, self.done):
            pass
        moved = {one.case for one in planned if one.case >= 0}
        moved |= {one.given["into"] for one in planned if "into" in one.given}
        self.carrier.caught_up(sorted(moved & (before | set(self.live))))
        self._date(moved)
        self.carrier.seal(self.day)
        forecast = self._look_ahead()
        self.end(forecast)
        self.day, self.done = self.day + 1, 0

    def _date(self, moved: set[int]) -> None:
        """Take the dates over that the ledger has."""
        for case in sorted(moved & set(self.live)):
            live = self.live[case]
            live.id = self.carrier.ids[case]
            legal, safe = (self.setting.number(one) for one in self.carrier.dues[case])
            if legal is not None:
                live.due, live.safe = legal, legal if safe is None else safe
            elif live.stage != "work" or live.part == CLOSE:
                live.due = NEVER
        for case in moved:
            self.carrier.dues.pop(case, None)

    def _look_ahead(self) -> dict[str, Any] | None:
        """Return the forecast of the next morning, every so many working days."""
        setting, tomorrow = self.setting, self.day + 1
        if not self._looks(tomorrow):
            return None
        seen = self.seen(tomorrow)
        load = desk_load(seen, setting.desk, setting.assumed, RULES_ON, self.count(tomorrow))
        told = told_forecast(seen, load, setting.assumed, np.random.default_rng([setting.seed, tomorrow]))
        return {"day": tomorrow, **{name: told[name] for name in _KEPT}}

    def seen(self, day: int) -> OnDesk:
        """Return what the ledger knows of the desk in the morning of a day."""
        setting, assumed = self.setting, self.setting.assumed
        with self.carrier.store.read() as tx:
            return on_desk(
                tx, setting.service.zone, setting.morning(day), assumed.role, assumed.history_days, assumed.horizon_days
            )  # fmt: skip

    def _looks(self, day: int) -> bool:
        """Return whether there is a forecast in the morning of a day."""
        worked = self.setting.workdays_upto(day)
        return self.setting.working(day) and not worked % _EVERY and day < self.order.days

    def end(self, forecast: dict[str, Any] | None) -> None:
        """Note the morning of the next day, in one transaction with the handlers that are hired for it."""
        if forecast is not None:
            self.forecasts.append(forecast)
        hired = self.asked(forecast)
        state = {
            "live": [one.to_row() for _, one in sorted(self.live.items())],
            "late": sorted(self.late),
            "forecasts": self.forecasts,
            "handlers": self.handlers,
        }
        with self.carrier.store.write() as tx:
            if hired is not None:
                self.carrier.setting = self.setting.grown(hired[1])
                self.carrier.clock.at = self.setting.morning(self.day + 1)
                self.carrier.chance.at(self.day, -1)
                self.carrier.hire(tx, *hired)
            tx.change("jobs", {"job_id": STATE}, {"result": state})
            tx.change("jobs", {"job_id": JOB}, {"result": {"day": self.day + 1, "done": 0}})

    def asked(self, forecast: dict[str, Any] | None) -> tuple[int, int] | None:
        """Return from which handler to which the desk grows, when it heeds a warning."""
        have, want = self.handlers[-1][1], None if forecast is None else forecast["needed"]["handlers"]
        if not self.order.heed or forecast is None or forecast["sufficient"] or want is None or want <= have:
            return None
        self.handlers.append([self.setting.workdays_on(self.day, _HIRED_AFTER), want])
        return have, want
