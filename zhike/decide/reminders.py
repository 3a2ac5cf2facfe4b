"""What calls for a contact without being offered: an assessment that ends, a complaint that is open, a round birthday.

Each source is a small pure function of what is known of one customer and of its rule, registered under its name. A later engine adds
another source here and its rule to ``day.reminders``; nothing else changes. A source that finds the attribute it reads missing, or
unknown, is silent: nobody is reminded of what the bank does not know.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text
from zhike.decide.day_plan import Why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from zhike.decide.day_rules import ReminderRule

__all__ = ["READS", "REMINDERS", "Reminder", "Source", "reminders"]

READS: Final = ("risk_valid_until", "risk_status", "complaints_open", "age", "do_not_contact")
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
    """

    kind: str
    title: Text
    due_on: dt.date | None
    must: bool
    why: Why


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
    """

    title: Text
    find: Callable[[Mapping[str, Any], dt.date, ReminderRule], tuple[dt.date | None, Text] | None]


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
    for kind, rule in rules.items():
        source = REMINDERS.get(kind)
        found = None if source is None else source.find(known, today, rule)
        if source is None or found is None:
            continue
        due_on, text = found
        must = _must(due_on, today, rule)
        # Whoever wants to be left alone is called for nothing that could as well not be done.
        if must or not known.get("do_not_contact"):
            yield Reminder(kind, source.title, due_on, must, Why(f"reminder.{kind}", text))


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


def _turned_65(known: Mapping[str, Any], _: dt.date, rule: ReminderRule) -> tuple[None, Text] | None:
    age = known.get("age")
    if age is None or rule.ages is None or not rule.ages[0] <= age <= rule.ages[1]:
        return None
    return None, Text(
        "The customer is {age}.", "客户现年 {age} 岁。", "客戶現年 {age} 歲。"
    ).filled(age=int(age))  # fmt: skip


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
}  # fmt: skip
"""All sources by name; each has its rule in ``day.reminders``."""
