"""The day of a member of staff: planned, every offer in it judged again, and told.

A plan is computed when it is asked for and kept nowhere: whatever is done, refused, postponed or handed over, the next plan has it.
An offer that would be refused now is in no plan. Judging all offers of a large book would take longer than anybody waits, so those are
judged that the plan would show, and it is planned again without those that are refused, until all that it shows stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.absences import away_on, covered_on, stand_in_on
from zhike.act.clearance import offered
from zhike.act.day_book import day_book
from zhike.act.day_lines import DayLines
from zhike.act.identities import identities_of
from zhike.act.live_state import day_of as utc_day_of
from zhike.core.language import Text
from zhike.decide.catalogue import offer_of
from zhike.decide.contact_hours import local_day
from zhike.decide.day_plan import DayPlan, Line, Why, plan_day
from zhike.decide.day_rules import DayRules
from zhike.decide.standing import Standing, standing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from zhike.act.day_book import DayBook
    from zhike.act.decisions import DecisionDesk
    from zhike.core.language import Language
    from zhike.core.ports import Transaction
    from zhike.core.rulebook import Rulebook
    from zhike.decide.stand_ins import Away

__all__ = ["Day", "bank_day", "day_for", "day_of"]

_SHOWN: Final = 20
"""Lines that did not fit and are told nevertheless; how many there are is told as well."""
_SET_ASIDE: Final = Text(
    "Set aside by {actor} on {day}: {reason}",
    "{actor} 于 {day} 搁置：{reason}",
    "{actor} 於 {day} 擱置：{reason}",
)
_INSTEAD: Final = Text(
    "In place of {staff}, who is away.", "{staff} 缺勤，代为办理。", "{staff} 請假，代為辦理。"
)
_NO_DOSSIER: Final = "no_dossier"


@dataclass(frozen=True, slots=True)
class Day:
    """A planned day.

    Parameters
    ----------
    date : date
    lines : DayLines
    plan : DayPlan
    refused : mapping of line to tuple of str
        Lines whose offers would be refused now, with the codes of what refuses them.
    duties : mapping of line to tuple of str
        Codes of what must be done with an offer.
    set_aside : mapping of line to Why
        Offers of the same kind that were set aside for this customer before.
    covered : mapping of line to DayLines
        Lines of somebody who is away, by which they are made.
    away : Away or None
        That the member of staff is away.
    stand_in : str or None
        Who has what must be done, where they are away.
    """

    date: dt.date
    lines: DayLines
    plan: DayPlan
    refused: dict[str, tuple[str, ...]]
    duties: dict[str, tuple[str, ...]]
    set_aside: dict[str, Why]
    covered: dict[str, DayLines] = field(default_factory=dict)
    away: Away | None = None
    stand_in: str | None = None

    def of(self, line: Line) -> DayLines:
        """Return by what a line is made: the own book, or that of somebody who is away."""
        return self.covered.get(line.line_id, self.lines)


def bank_day(desk: DecisionDesk, tx: Transaction) -> dt.date:
    """Return today where the bank is; in UTC before anything is published."""
    current, _ = desk.dossiers(tx, ())
    return local_day(desk.acting.clock.now(), "UTC" if current is None else current.setting.timezone)


def day_of(
    desk: DecisionDesk,
    rulebook: Rulebook,
    staff_id: str,
    language: Language,
    *,
    today: dt.date | None = None,
    minutes: int | None = None,
) -> dict[str, Any]:
    """Return the day of a member of staff as plain values.

    Parameters
    ----------
    desk : DecisionDesk
    rulebook : Rulebook
    staff_id : str
    language : str
        Of titles and reasons.
    today : date, optional
        Today where the bank is, unless given.
    minutes : int, optional
        That can be planned; those of ``day.working_minutes`` unless given.
    """
    with desk.acting.store.read() as tx:
        found = _told(day_for(desk, tx, rulebook, staff_id, today=today, minutes=minutes), language)
        lines = [*found["lines"], *found["left_out"]]
        known = identities_of(tx, {line["customer_id"] for line in lines})
    for line in lines:
        one = known.get(line["customer_id"])
        line["name"] = None if one is None else one.name
    return found


def day_for(
    desk: DecisionDesk,
    tx: Transaction,
    rulebook: Rulebook,
    staff_id: str,
    *,
    today: dt.date | None = None,
    minutes: int | None = None,
) -> Day:
    """Return the planned day of a member of staff; see `day_of`."""
    date = bank_day(desk, tx) if today is None else today
    rules, away = DayRules.of(rulebook, date), away_on(tx, staff_id, date)
    room = (rules.working if away is None else 0) if minutes is None else minutes
    own, deputy = (
        _made(desk, tx, rules, date, staff_id),
        None if away is None else stand_in_on(tx, staff_id, date),
    )
    covered = _covered(desk, tx, rules, date, staff_id)
    whose = {line.line_id: made for made, lines in covered for line in lines}
    lines = [line for line in own if deputy is None or not line.must] + [
        line for _, lines in covered for line in lines
    ]
    plan, judged = _planned(desk, tx, lines, room, lambda line: whose.get(line.line_id, own))
    refused = {name: found.refusals for name, found in judged.items() if found.refusals}
    duties = {name: found.duties for name, found in judged.items() if found.duties}
    books = [own.book, *(made.book for made, _ in covered)]
    set_aside = {name: why for book in books for name, why in _set_aside(tx, book, _shown(plan)).items()}
    return Day(date, own, plan, refused, duties, set_aside, whose, away, deputy)


def _made(desk: DecisionDesk, tx: Transaction, rules: DayRules, date: dt.date, staff_id: str) -> DayLines:
    return DayLines(day_book(desk, tx, staff_id, rules, date), rules, date, desk.acting.clock.now())


def _covered(
    desk: DecisionDesk, tx: Transaction, rules: DayRules, date: dt.date, staff_id: str
) -> list[tuple[DayLines, list[Line]]]:
    """Return what must be done of those for whom a member of staff stands in."""
    made = [_made(desk, tx, rules, date, name) for name in covered_on(tx, staff_id, date)]
    return [(one, [line for line in one if line.must]) for one in made]


def _planned(
    desk: DecisionDesk, tx: Transaction, lines: list[Line], minutes: int, of: Callable[[Line], DayLines]
) -> tuple[DayPlan, dict[str, Standing]]:
    """Plan again without the lines whose offers are refused until all that the plan shows stand; return how they do."""
    judged: dict[str, Standing] = {}
    while True:
        plan = plan_day(lines, minutes)
        new = [line for line in _shown(plan) if line.offer_id is not None and line.line_id not in judged]
        judged |= {line.line_id: _standing(desk, tx, of(line).book, line, of(line).now) for line in new}
        if not any(judged[line.line_id].refusals for line in new):
            return plan, judged
        lines = [line for line in lines if line.line_id not in judged or not judged[line.line_id].refusals]


def _shown(plan: DayPlan) -> list[Line]:
    return [*plan.chosen, *plan.left_out[:_SHOWN]]


def _standing(desk: DecisionDesk, tx: Transaction, book: DayBook, line: Line, now: int) -> Standing:
    """Return how the offer of a line stands now; one that is open no more is nothing to be judged."""
    assert line.offer_id is not None  # noqa: S101 - asked for lines with an offer only
    offer = book.offers.get(line.offer_id)
    if offer is None:
        return Standing(())
    made, found = offered(desk, tx, offer), desk.dossier(tx, line.customer_id)
    glance = book.glances.get(line.customer_id)
    if made is None or found is None or glance is None:
        return Standing((_NO_DOSSIER,))
    current, dossier = found
    return standing(current.setting, dossier, glance.live.on(utc_day_of(now)), now, made)


def _set_aside(tx: Transaction, book: DayBook, lines: Sequence[Line]) -> dict[str, Why]:
    """Return when, by whom and why the same offer was set aside for the same customer before, the last time each."""
    lines = [line for line in lines if line.customer_id in book.records]
    customers = {line.customer_id for line in lines if line.offer_id is not None}
    records = [record for record, whose in book.records.items() if whose in customers]
    blocked = (
        tx.find("offers", {"customer_id": records, "state": "blocked"}, order=["changed_at"])
        if records
        else []
    )
    answers = {
        one["offer_id"]: one
        for one in (tx.find("responses", {"offer_id": [row["offer_id"] for row in blocked], "outcome": "blocked"}) if blocked else [])
    }  # fmt: skip
    last = {
        (book.records[row["customer_id"]], offer_of(row["action_id"])): answers.get(row["offer_id"])
        for row in blocked
    }
    found = {}
    for line in lines:
        answer = None if line.action_id is None else last.get((line.customer_id, offer_of(line.action_id)))
        if answer is not None:
            found[line.line_id] = _why_set_aside(
                answer, "UTC" if book.publication is None else book.publication.setting.timezone
            )
    return found


def _why_set_aside(answer: dict[str, Any], zone: str) -> Why:
    day = local_day(answer["responded_at"], zone)
    return Why(
        "offer.set_aside",
        _SET_ASIDE,
        {"actor": answer["actor"], "day": day, "reason": answer["reason"] or "-"},
    )


# -- told ----------------------------------------------------------------------------------------------------------------


def _told(day: Day, language: Language) -> dict[str, Any]:
    """Return a day as plain values."""
    plan, book = day.plan, day.lines.book
    current = book.publication
    missed = plan.next_best
    return {
        "date": str(day.date), "staff_id": book.staff_id, "publication": None if current is None else current.number,
        "as_of": None if current is None else str(current.setting.at), "minutes": plan.minutes, "used": plan.used, "over": plan.over,
        "value": plan.value, "lines": [_line(day, line, language) for line in plan.chosen],
        "left_out": [_line(day, line, language) for line in plan.left_out[:_SHOWN]], "left_out_count": len(plan.left_out),
        "next_best": None if missed is None else {"line_id": missed.line.line_id, "lacks": missed.lacks},
        "away_until": None if day.away is None else str(day.away.last_day), "stand_in": day.stand_in,
        "withdrawn": [{"offer_id": name, "codes": list(codes)} for name, codes in sorted(day.refused.items())],
    }  # fmt: skip


def _line(day: Day, line: Line, language: Language) -> dict[str, Any]:
    made, mine = day.of(line), line.line_id not in day.covered
    instead = [] if mine else [Why("deputy.for", _INSTEAD, {"staff": made.book.staff_id})]
    why = [
        *instead,
        *made.why(line),
        *([day.set_aside[line.line_id]] if line.line_id in day.set_aside else []),
    ]
    return {
        "line_id": line.line_id, "source": line.source, "customer_id": line.customer_id, "kind": line.kind,
        "title": line.title.in_language(language), "action_id": line.action_id, "offer_id": line.offer_id, "channel": line.channel,
        "value": line.value, "value_interval": None if line.value_interval is None else list(line.value_interval),
        "currency": line.currency, "minutes": line.minutes, "due_on": None if line.due_on is None else str(line.due_on),
        "must": line.must, "why": [{"code": one.code, "text": one.told(language)} for one in why],
        "duties": _duties(day, line, language),
        "preparation": [one.in_language(language) for one in made.rules.preparation.get(line.kind, ())], "evidence": list(line.evidence), "details": line.details,
        "for_staff": None if mine else made.book.staff_id,
    }  # fmt: skip


def _duties(day: Day, line: Line, language: Language) -> list[dict[str, str]]:
    current = day.lines.book.publication
    codes = day.duties.get(line.line_id, ())
    if current is None or not codes:
        return []
    titles = {one.code: one.title for one in current.setting.judge.conditions}
    return [{"code": code, "text": titles[code].in_language(language)} for code in codes]
