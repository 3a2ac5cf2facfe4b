"""The lines of a day: offers that are open, tasks that are due or have begun, and what calls for a contact."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from zhike.act.day_book import OPEN_TASKS
from zhike.core.language import Text
from zhike.core.units import DEFAULT_MINOR_UNITS, Money
from zhike.decide.catalogue import offer_of
from zhike.decide.contact_hours import local_day
from zhike.decide.day_plan import Line, Why
from zhike.decide.day_rules import DESK
from zhike.decide.reminders import REMINDERS, Reminder
from zhike.decide.warning_reminders import DISCONTENT, LOSING, model_evidence, warning_reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhike.act.day_book import DayBook
    from zhike.decide.day_rules import DayRules
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["TASK_KINDS", "DayLines", "over_which", "reminder_id", "task_title"]

OFFER, TASK, REMINDER = "offer", "task", "reminder"
_MANDATORY: Final = "mandatory"
_MADE: Final = Text("Recommended on {day}.", "{day} 推荐。", "{day} 推薦。")
_LAPSES: Final = Text("Open until {day}.", "有效期至 {day}。", "有效期至 {day}。")
_PROPENSITY: Final = Text(
    "{share} of such customers accept when it is shown.",
    "向此类客户展示时，{share} 会接受。",
    "向此類客戶展示時，{share} 會接受。",
)
_GIVEN: Final = Text("Given by {actor} on {day}.", "{actor} 于 {day} 交办。", "{actor} 於 {day} 交辦。")
_DUE: Final = Text("Due on {day}.", "{day} 到期。", "{day} 到期。")
_OVERDUE: Final = Text("Was due on {day}.", "已于 {day} 到期。", "已於 {day} 到期。")
_AMOUNT: Final = Text(
    "It is about {amount} {currency}.", "涉及金额 {amount} {currency}。", "涉及金額 {amount} {currency}。"
)
TASK_KINDS: Final[dict[str, tuple[Text, str]]] = {
    "call": (Text("Call the customer", "致电客户", "致電客戶"), "phone"),
    "call_back": (
        Text("Call back: unhappy in a survey", "回访：调查中表示不满意", "回訪：調查中表示不滿意"),
        "phone",
    ),
    "meeting": (Text("Meet the customer", "与客户面谈", "與客戶面談"), "adviser"),
    "visit": (Text("Visit the customer", "上门拜访客户", "登門拜訪客戶"), "visit"),
    "follow_up": (Text("Follow up", "后续跟进", "後續跟進"), "phone"),
    "paperwork": (Text("Do the paperwork", "办理文书", "辦理文書"), DESK),
    "offer": (Text("Speak about a recommendation", "就推荐事项与客户沟通", "就推薦事項與客戶溝通"), "phone"),
}
"""What staff give each other to do, and how the customer is met for it; what dealt with a reminder or serves an offer is of its kind."""


def reminder_id(kind: str, customer: str) -> str:
    """Return the identifier of the line of a reminder; those of offers and tasks have no colon.

    Examples
    --------
    >>> reminder_id("turned_65", "C1")
    'turned_65:C1'
    """
    return f"{kind}:{customer}"


def task_title(kind: str) -> Text:
    """Return what a task of a kind is called."""
    if kind in TASK_KINDS:
        return TASK_KINDS[kind][0]
    return REMINDERS[kind].title if kind in REMINDERS else _plain(kind)


def over_which(kind: str, rules: DayRules) -> str:
    """Return how the customer is met for a task of a kind."""
    if kind in TASK_KINDS:
        return TASK_KINDS[kind][1]
    rule = rules.reminders.get(kind)
    return DESK if rule is None else rule.over


@dataclass(frozen=True, slots=True)
class _Action:
    """What is the same in all offers of an action: its place in the setting, and what a line tells of it."""

    place: int
    kind: str
    title: Text
    currency: str
    hours: float
    units: int
    cost: int
    doubt: float | None

    def interval(self, value: int) -> tuple[float, float] | None:
        """Return the 95 % interval of an expected value in minor units, in major ones; what the action costs is certain."""
        if self.doubt is None:
            return None
        half = abs(value + self.cost) * self.doubt
        return (value - half) / self.units, (value + half) / self.units


def _action_of(setting: ServingSetting, name: str) -> _Action | None:
    """Return an action of a setting, None where it is on sale no more."""
    place, columns = setting.places.get(name), setting.columns
    if place is None:
        return None
    template, currency = columns["template"][place], columns["currency"][place]
    title = setting.titles.get(template) or _plain(template)
    units = 10 ** setting.minor_units.get(currency, DEFAULT_MINOR_UNITS)
    doubt = setting.doubts[place] if setting.doubts else None
    return _Action(
        place,
        columns["kind"][place],
        title,
        currency,
        columns["hours"][place],
        units,
        columns["cost"][place],
        doubt,
    )


@dataclass(frozen=True)
class DayLines:
    """Makes the lines of a day.

    Parameters
    ----------
    book : DayBook
    rules : DayRules
    today : date
    now : int
        Microseconds of UTC.
    """

    book: DayBook
    rules: DayRules
    today: dt.date
    now: int
    _actions: dict[str, _Action | None] = field(default_factory=dict, repr=False)

    def __iter__(self) -> Iterator[Line]:
        yield from self.of_offers()
        yield from self.of_tasks()
        yield from self.of_reminders()

    @cached_property
    def zone(self) -> str:
        """The bank's zone."""
        current = self.book.publication
        return "UTC" if current is None else current.setting.timezone

    @cached_property
    def currency(self) -> str:
        """The currency of the catalogue, in which what has no price of its own is reckoned."""
        current = self.book.publication
        return (
            ""
            if current is None
            else str(current.setting.columns["currency"][current.setting.problem.nothing])
        )

    # -- offers ------------------------------------------------------------------------------------------------------

    def of_offers(self) -> Iterator[Line]:
        """Yield the open offers of the own book: of each to a customer the newest, unless an open task serves it."""
        newest = {self._offered(offer): offer for offer in sorted(self.book.offers.values(), key=_made)}
        bound = {task["offer_id"] for task in self.book.others if task["state"] in OPEN_TASKS}
        resting = {self._offered(offer) for name, offer in self.book.offers.items() if name in bound}
        for what, offer in newest.items():
            lapsed = offer["lapses_at"] is not None and offer["lapses_at"] <= self.now
            if what[0] in self.book.own and what not in resting and offer["state"] == "made" and not lapsed:
                line = self._of_offer(offer)
                if line is not None:
                    yield line

    def _offered(self, offer: Mapping[str, Any]) -> tuple[str, str]:
        """Return to whom what is offered, whatever the channel."""
        return self.book.records[offer["customer_id"]], offer_of(offer["action_id"])

    def _of_offer(self, offer: Mapping[str, Any]) -> Line | None:
        """Return the line of an offer, None where nothing is known any more of the action or of the customer."""
        customer, current = self.book.records[offer["customer_id"]], self.book.publication
        glance, action = self.book.glances.get(customer), self._action(offer["action_id"])
        if current is None or glance is None or action is None:
            return None
        minutes = self.rules.minutes(offer["channel"], action.hours)
        if minutes is None:
            return None
        lapses_on = None if offer["lapses_at"] is None else local_day(offer["lapses_at"], self.zone)
        value = int(glance.dossier.value[0, action.place])
        return Line(
            offer["offer_id"], OFFER, customer, action.kind, action.title, offer["action_id"], offer["offer_id"], offer["channel"],
            value / action.units, action.interval(value), action.currency, minutes, lapses_on, action.kind == _MANDATORY,
            (), (offer["decision_id"], offer["offer_id"], f"publication:{current.number}"),
        )  # fmt: skip

    def _action(self, name: str) -> _Action | None:
        """Return what is the same in all offers of an action; looked up once."""
        if name not in self._actions:
            current = self.book.publication
            self._actions[name] = None if current is None else _action_of(current.setting, name)
        return self._actions[name]

    def why(self, line: Line) -> tuple[Why, ...]:
        """Return the reasons of a line, those of its offer too; told of few lines, as most of a large book are never shown."""
        offer, glance = self.book.offers.get(line.offer_id or ""), self.book.glances.get(line.customer_id)
        action = None if offer is None else self._action(offer["action_id"])
        warned = self._warned(line)
        if offer is None or glance is None or action is None:
            return (*line.reasons, *warned)
        made = Why("offer.made", _MADE, {"day": local_day(offer["made_at"], self.zone)})
        share = f"{float(glance.dossier.propensity[0, action.place]):.1%}"
        found = [*line.reasons, made, Why("offer.propensity", _PROPENSITY, {"share": share})]
        if offer["lapses_at"] is not None:
            found.append(Why("offer.lapses", _LAPSES, {"day": local_day(offer["lapses_at"], self.zone)}))
        return (*found, *warned)

    def _warned(self, line: Line) -> tuple[Why, ...]:
        """Return what early warnings say on a line: on one that deals with them, and on offers those that may serve them."""
        glance = self.book.glances.get(line.customer_id)
        if glance is None or not (line.kind in (LOSING, DISCONTENT) or line.offer_id is not None):
            return ()
        told = {one.text for one in line.reasons}
        found = warning_reasons(glance.known(self.today), self.today, of_words=line.kind == DISCONTENT)
        return tuple(one for one in found if one.text not in told)

    # -- tasks -------------------------------------------------------------------------------------------------------

    def of_tasks(self) -> Iterator[Line]:
        """Yield the open tasks that do not rest today; what serves an offer that is open takes title, worth and minutes of it."""
        for task in self.book.tasks:
            if task["starts_on"] is None or dt.date.fromisoformat(task["starts_on"]) <= self.today:
                yield self._of_task(task)

    def _of_task(self, task: Mapping[str, Any]) -> Line:
        offer = self.book.offers.get(task["offer_id"]) if task["offer_id"] is not None else None
        served = None if offer is None else self._of_offer(offer)
        title, over = task_title(task["kind"]), over_which(task["kind"], self.rules)
        due_on = None if task["due_on"] is None else dt.date.fromisoformat(task["due_on"])
        usual = self.rules.minutes(over) or self.rules.minutes(DESK) or 0
        minutes = (
            task["minutes"] if task["minutes"] is not None else usual if served is None else served.minutes
        )
        worth = self.rules.worth_of(self.currency, task["kind"]) or self.rules.worth_of(self.currency, TASK)
        return Line(
            task["task_id"], TASK, self.book.records[task["customer_id"]], task["kind"], title if served is None else served.title,
            None if served is None else served.action_id, task["offer_id"], over if served is None else served.channel,
            worth if served is None else served.value, None if served is None else served.value_interval,
            self.currency if served is None else served.currency, minutes, due_on,
            due_on is not None and due_on <= self.today, self._why_task(task, due_on),
            (task["task_id"], *(() if served is None else served.evidence)), task["text"] or "",
        )  # fmt: skip

    def _why_task(self, task: Mapping[str, Any], due_on: dt.date | None) -> tuple[Why, ...]:
        day = local_day(task["recorded_at"], self.zone)
        given = Why("task.given", _GIVEN, {"actor": task["actor"], "day": day})
        if due_on is None:
            return (given,)
        late = due_on < self.today
        return given, Why("task.overdue" if late else "task.due", _OVERDUE if late else _DUE, {"day": due_on})

    # -- reminders ---------------------------------------------------------------------------------------------------

    def of_reminders(self) -> Iterator[Line]:
        """Yield what calls for a contact in the own book, unless a task deals with it or has lately."""
        dealt = self._dealt_with()
        for customer, calls in self.book.reminders.items():
            for one in calls:
                if (customer, one.kind) not in dealt:
                    yield self._of_reminder(customer, one)

    def _dealt_with(self) -> set[tuple[str, str]]:
        """Return customers and kinds of reminders that rest."""
        found = set()
        for task in self.book.others:
            rule = self.rules.reminders.get(task["kind"])
            if rule is None:
                continue
            closed = None if task["closed_at"] is None else local_day(task["closed_at"], self.zone)
            if closed is None or self.today < closed + dt.timedelta(days=rule.rest_days):
                found.add((self.book.records[task["customer_id"]], task["kind"]))
        return found

    def _of_reminder(self, customer: str, one: Reminder) -> Line:
        rule, current, about = self.rules.reminders[one.kind], self.book.publication, self._about(one)
        evidence: tuple[str, ...] = () if current is None else (f"publication:{current.number}",)
        if one.kind in (LOSING, DISCONTENT):
            known = self.book.glances[customer].known(self.today)
            evidence += model_evidence(known, self.today, of_words=one.kind == DISCONTENT)
        amount = {"amount": f"{about.amount:,f}", "currency": about.currency} if about is not None else None
        return Line(
            reminder_id(one.kind, customer), REMINDER, customer, one.kind, one.title, None, None, rule.over,
            self._worth(one, about), None, self.currency, self.rules.minutes(rule.over) or 0, one.due_on, one.must,
            (one.why, *([] if amount is None else [Why("reminder.amount", _AMOUNT, amount)])), evidence,
        )  # fmt: skip

    def _about(self, one: Reminder) -> Money | None:
        """Return the amount that a reminder is about."""
        if one.amount is None or self.book.publication is None:
            return None
        return Money.from_minor(one.amount, one.currency, self.book.publication.setting.minor_units)

    def _worth(self, one: Reminder, about: Money | None) -> float:
        """Return what a reminder is reckoned to be worth; a share of its amount only where that is in the currency of the catalogue."""
        usual = self.rules.worth_of(self.currency, one.kind)
        if about is None or about.currency != self.currency:
            return usual
        return usual + self.rules.reminders[one.kind].share * float(about.amount)


def _made(offer: Mapping[str, Any]) -> tuple[int, str]:
    return offer["made_at"], offer["offer_id"]


def _plain(name: str) -> Text:
    return Text(name, name, name)
