"""What calls for a contact without being offered: an assessment or a term that ends, an open complaint, a birthday.

Each source is a small pure function of what is known of one customer and of its rule, registered under its name. A later engine adds
another source here and its rule to ``day.reminders``; nothing else changes. A source that finds the attribute it reads missing, or
unknown, is silent: nobody is reminded of what the bank does not know.

A birthday is no business of the bank's: whoever is greeted must have agreed to marketing over the channel (``asks``). That somebody
turns 65, and what matures, are told as a service: the first because more care is due from then on, the second because a term is agreed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.birthdays import age_on, next_birthday
from zhike.core.language import Text
from zhike.decide.day_plan import Why
from zhike.decide.inputs import GREETED_OVER, MARKETING
from zhike.decide.warning_reminders import DISCONTENT, LOSING, discontent, losing
from zhike.govern.consent import consent_column
from zhike.know.warning_columns import WARNINGS_GIVEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from zhike.decide.day_rules import ReminderRule

__all__ = ["READS", "REMINDERS", "Reminder", "Source", "reminders"]

READS: Final = (
    "risk_valid_until", "risk_status", "complaints_open", "age", "do_not_contact", "next_maturity_on", "next_maturity_amount", "currency",
    "birth_date", "customer_type", WARNINGS_GIVEN, *(consent_column(MARKETING, channel) for channel in GREETED_OVER),
)  # fmt: skip
"""Attributes that the sources read; of a large book no more than these is kept at hand."""
_NONE: Final = dt.date.max


@dataclass(frozen=True, slots=True)
class Reminder:
    """That something calls for a contact.

    Parameters
    ----------
    kind : str
        Name of the source.
    title : Text
    due_on : date or None
        The day that matters, where there is one.
    must : bool
        Whether it is to be done today.
    why : Why
    amount : int or None
        What it is about, in minor units of ``currency``, where that is known.
    currency : str
    """

    kind: str
    title: Text
    due_on: dt.date | None
    must: bool
    why: Why
    amount: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One source of reminders.

    Parameters
    ----------
    title : Text
        What is to be done.
    find : callable
        Takes what is known of a customer, today and the rule; returns the day that matters (None where there is none) with why, or None
        where nothing calls.
    amount : str
        Attribute with the amount that it is about, in the customer's currency; empty for none.
    gives_way_to : str
        Source that takes its place when it finds something too; empty for none.
    """

    title: Text
    find: Callable[[Mapping[str, Any], dt.date, ReminderRule], tuple[dt.date | None, Text] | None]
    amount: str = ""
    gives_way_to: str = ""


def reminders(
    known: Mapping[str, Any], today: dt.date, rules: Mapping[str, ReminderRule]
) -> Iterator[Reminder]:
    """Yield what calls for a contact with one customer.

    Parameters
    ----------
    known : mapping of str to value
        Attributes of the customer as of now, see `zhike.decide.inputs.gather_inputs`.
    today : date
    rules : mapping of kind to ReminderRule
        Kinds without a rule are not brought up.
    """
    found = {kind: one for kind, rule in rules.items() for one in _found(known, today, kind, rule)}
    for kind, one in found.items():
        # Whoever wants to be left alone is called for nothing that could as well not be done.
        wanted = one.must or not known.get("do_not_contact")
        if wanted and REMINDERS[kind].gives_way_to not in found:
            yield one


def _found(known: Mapping[str, Any], today: dt.date, kind: str, rule: ReminderRule) -> Iterator[Reminder]:
    """Yield what one source finds, unless the customer has not agreed to what it asks for."""
    source = REMINDERS.get(kind)
    agreed = rule.asks is None or known.get(consent_column(rule.asks, rule.over)) is True
    found = source.find(known, today, rule) if source is not None and agreed else None
    if source is not None and found is not None:
        due_on, text = found
        amount = known.get(source.amount) if source.amount else None
        yield Reminder(
            kind, source.title, due_on, _must(due_on, today, rule), Why(f"reminder.{kind}", text), amount,
            "" if amount is None else known.get("currency") or "",
        )  # fmt: skip


def _must(due_on: dt.date | None, today: dt.date, rule: ReminderRule) -> bool:
    if rule.must_days is None:
        return False
    return due_on is None or today >= due_on - dt.timedelta(days=rule.must_days)


def _risk_expiring(
    known: Mapping[str, Any], today: dt.date, rule: ReminderRule
) -> tuple[dt.date, Text] | None:
    until = known.get("risk_valid_until")
    if until is None or not today <= until <= today + dt.timedelta(days=rule.within_days):
        return None
    return until, Text(
        "The risk assessment may be used until {day}.", "风险承受能力评估有效期至 {day}。", "風險承受能力評估有效期至 {day}。"
    ).filled(day=until)  # fmt: skip


def _risk_expired(known: Mapping[str, Any], today: dt.date, _: ReminderRule) -> tuple[None, Text] | None:
    until = known.get("risk_valid_until")
    # Between two publications the status stands still; the day does not.
    over = known.get("risk_status") == "expired" or (until or _NONE) < today
    if not over:
        return None
    if until is None:
        return None, Text(
            "The risk assessment may no longer be used.",
            "风险承受能力评估已失效。",
            "風險承受能力評估已失效。",
        )
    return None, Text(
        "The risk assessment could be used until {day}.", "风险承受能力评估已于 {day} 到期。", "風險承受能力評估已於 {day} 到期。"
    ).filled(day=until)  # fmt: skip


def _complaint_open(known: Mapping[str, Any], _: dt.date, __: ReminderRule) -> tuple[None, Text] | None:
    count = known.get("complaints_open") or 0
    if not count:
        return None
    return None, Text("Complaints open: {count}.", "未结投诉 {count} 件。", "未結申訴 {count} 件。").filled(
        count=int(count)
    )


def _maturing(known: Mapping[str, Any], today: dt.date, rule: ReminderRule) -> tuple[dt.date, Text] | None:
    day = known.get("next_maturity_on")
    # Between two publications the day passes; what matures after it is known with the next one.
    if day is None or not today <= day <= today + dt.timedelta(days=rule.within_days):
        return None
    return day, Text(
        "A deposit, bond or wealth product matures on {day}.", "存款、债券或理财将于 {day} 到期。", "存款、債券或理財將於 {day} 到期。"
    ).filled(day=day)  # fmt: skip


def _birthday(known: Mapping[str, Any], today: dt.date, rule: ReminderRule) -> tuple[dt.date, Text] | None:
    coming = _next_birthday(known, today, rule)
    if coming is None:
        return None
    day, age = coming
    return day, Text(
        "The customer turns {age} on {day}.", "客户将于 {day} 年满 {age} 岁。", "客戶將於 {day} 年滿 {age} 歲。"
    ).filled(day=day, age=age)  # fmt: skip


def _turned_65(
    known: Mapping[str, Any], today: dt.date, rule: ReminderRule
) -> tuple[dt.date | None, Text] | None:
    if (coming := _birthday(known, today, rule)) is not None:
        return coming
    age = known.get("age") if _trusted(known, today) is None else age_on(known["birth_date"], today)
    if age is None or rule.ages is None or not _between(age, rule):
        return None
    return None, Text(
        "The customer is {age}.", "客户现年 {age} 岁。", "客戶現年 {age} 歲。"
    ).filled(age=int(age))  # fmt: skip


def _next_birthday(
    known: Mapping[str, Any], today: dt.date, rule: ReminderRule
) -> tuple[dt.date, int] | None:
    """Return the birthday that a rule has brought up, and the age then."""
    born = _trusted(known, today)
    if born is None:
        return None
    day = next_birthday(born, today)
    near, age = day <= today + dt.timedelta(days=rule.within_days), day.year - born.year
    return (day, age) if near and _between(age, rule) else None


def _trusted(known: Mapping[str, Any], today: dt.date) -> dt.date | None:
    """Return a person's day of birth where their age agrees with it: where one of them alone was corrected, nobody knows which is right."""
    born, age = known.get("birth_date"), known.get("age")
    if known.get("customer_type") == "firm" or born is None or age is None:
        return None
    now = age_on(born, today)
    # Since the publication there may have been a birthday.
    return born if age in (now, now - 1) else None


def _between(age: int, rule: ReminderRule) -> bool:
    return rule.ages is None or rule.ages[0] <= age <= rule.ages[1]


REMINDERS: Final[dict[str, Source]] = {
    "risk_expiring": Source(
        Text("Renew the risk assessment before it ends", "在到期前更新风险承受能力评估", "在到期前更新風險承受能力評估"),
        _risk_expiring,
    ),
    "risk_expired": Source(
        Text("Renew the risk assessment that has ended", "更新已到期的风险承受能力评估", "更新已到期的風險承受能力評估"),
        _risk_expired,
    ),
    "complaint_open": Source(
        Text("Speak with the customer about the open complaint", "就未结投诉与客户沟通", "就未結申訴與客戶溝通"), _complaint_open
    ),
    "turned_65": Source(
        Text("Congratulate on the 65th birthday, and explain what changes", "65岁生日问候并说明相关变化", "65歲生日問候並說明相關變化"),
        _turned_65,
    ),
    "maturing": Source(
        Text("Speak with the customer about what matures", "就到期资金与客户沟通", "就到期資金與客戶溝通"), _maturing,
        amount="next_maturity_amount",
    ),
    "birthday": Source(Text("Congratulate on the birthday", "生日问候", "生日問候"), _birthday, gives_way_to="turned_65"),
    LOSING: Source(
        Text("Speak with a customer who may withdraw money or leave", "与可能转出资金或流失的客户沟通", "與可能轉出資金或流失的客戶溝通"), losing
    ),
    DISCONTENT: Source(
        Text("Ask a customer who may be dissatisfied", "回访可能不满意的客户", "回訪可能不滿意的客戶"), discontent, gives_way_to="complaint_open"
    ),
}  # fmt: skip
"""All sources by name; each has its rule in ``day.reminders``."""
