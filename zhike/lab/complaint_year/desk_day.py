"""One day of the simulated desk, planned before anything is written: which handler works on what, and which moves in the life of a case come of it when.

The plan of a day follows from where the cases stand in the morning and from nothing else, so that a day which was broken off is taken up where it stopped.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

from zhike.act.complaint_words import OUTCOMES
from zhike.decide.desk_order import Waiting, desk_order
from zhike.govern.complaint_life import Mover, Standing, move_on
from zhike.govern.deadlines.case_events import COMPLEXITIES
from zhike.lab.complaint_year.by_itself import by_itself, enough
from zhike.lab.complaint_year.courses import CHANNELS, DISMISSED, FORWARDED, ISSUES, LOST, SILENT, SPECIAL
from zhike.lab.complaint_year.day_plan import (
    ASSESS,
    CLOSE,
    INFORM,
    INVESTIGATE,
    NEVER,
    PROPOSE,
    DayPlan,
    Live,
    Planned,
    to_close,
    work_by,
)
from zhike.lab.complaint_year.roles import ROLES
from zhike.lab.complaints import CAUSES

if TYPE_CHECKING:
    from zhike.lab.complaint_year.setting import Setting

__all__ = ["plan_day"]

_EPS: Final = 1e-9
_LEAST_HOURS: Final = 0.1
"""Of a handler's day: with less nothing is begun."""
_URGENT, _LONG_AWAY = 2, 3
"""Working days before its date from which a case is given to whoever has time; days of absence from which it is in any case."""
_CLOSING_WAITS: Final = 5
_SILENCE: Final = 10
_REOPEN_AFTER: Final = 25


def plan_day(setting: Setting, day: int, live: dict[int, Live], handlers: int) -> list[Planned]:
    """Plan one day and move the cases on in ``live``; return what is to be written, in the order of its time.

    Parameters
    ----------
    day : int
        Counted from the year's first.
    live : dict of int to Live
        By number of the case; those that came in today are added, those that ended are taken out.
    handlers : int
        How many there are on this day.
    """
    plan = DayPlan(setting, day, live, handlers)
    _note_illness(plan)
    if setting.working(day):
        for one in sorted(live):
            by_itself(plan, live[one])
        _work(plan)
    for one in [key for key, case in live.items() if case.stage == "ended"]:
        del live[one]
    _receive(plan)
    return sorted(plan.planned, key=lambda one: one.at)


def _note_illness(plan: DayPlan) -> None:
    setting, at = plan.setting, plan.setting.morning(plan.day)
    for one in setting.staffing.absences:
        if one.first == plan.day and not one.planned and one.handler < plan.handlers:
            given = {"handler": one.handler, "first": one.first, "last": one.last, "kind": "other"}
            plan.planned.append(Planned(at, -1, "absence", setting.staffing.lead(one.handler), "lead", given))


def _receive(plan: DayPlan) -> None:
    """Take in what came today; what came over a machine or by telephone is acknowledged at once."""
    setting = plan.setting
    arisen, courses = setting.arisen, setting.courses
    for case in setting.of_day(plan.day):
        live = plan.live[case] = Live(case, "", plan.day)
        channel = list(CHANNELS)[int(courses.channel[case])]
        at = int(arisen.at[case])
        named = (
            [setting.staffing.handlers[case % setting.first_handlers]] if courses.names_handler[case] else []
        )
        plan.tell(live, "receive", actor="intake", at=at, channel=channel, named=named)
        plan.tell(live, "acknowledge", at=at + 1, notice=plan.notice(live, "acknowledge"))


def _work(plan: DayPlan) -> None:
    """Share the day's hours out among the cases, in the order of `zhike.decide.desk_order`."""
    setting, day = plan.setting, plan.day
    there = ~setting.staffing.away[: plan.handlers, day]
    plan.hours = [setting.day_hours if one else 0.0 for one in there]
    plan.free = [(-hours, who) for who, hours in enumerate(plan.hours) if hours > 0]
    heapq.heapify(plan.free)
    cases = [one for _, one in sorted(plan.live.items()) if one.stage == "work" and one.since < day]
    waiting = [_waiting(setting, one, day) for one in cases]
    ahead = setting.capacity_ahead(day, plan.handlers, int(there.sum()))
    order = desk_order(waiting, ahead, setting.reserve(day), setting.assumed.late_share * ahead[0])
    for place in order:
        if not plan.free:
            return
        live = cases[place]
        who = _handler(plan, live, waiting[place].due)
        if who is not None:
            _work_on(plan, live, who)
            heapq.heappush(plan.free, (-plan.hours[who], who))


def _waiting(setting: Setting, live: Live, day: int) -> Waiting:
    """Return a case as the order of work sees it: due on the day by which one person has to have begun it, or late."""
    by = live.due if live.due < day else work_by(setting, live)
    if live.part == CLOSE:
        # To close a case is no date of the law: it waits for those that have one.
        by = max(by, day + _CLOSING_WAITS)
    harm = float(setting.courses.harm[live.case]) if live.part < CLOSE else 0.0
    hours = setting.mean_left(live.complexity, live.part)
    passed = max(day - by, 0) if live.due >= day and live.part < CLOSE else 0
    return Waiting(by - day if live.due < day else max(by - day, 0), hours, harm, live.case, passed)


def _handler(plan: DayPlan, live: Live, due: int) -> int | None:
    """Return who works on a case now: its handler; where they are not there and it presses, their deputy, or whoever has most time."""
    owner = live.owner
    if owner >= 0 and plan.hours[owner] >= _LEAST_HOURS:
        return owner
    if owner >= 0:
        away = plan.setting.staffing.away[owner, plan.day : plan.day + _LONG_AWAY]
        if due > _URGENT and not (away.all() and len(away) == _LONG_AWAY):
            return None
        deputy = plan.setting.staffing.deputy(owner) % plan.handlers
        if (
            plan.hours[owner] <= 0
            and plan.hours[deputy] >= _LEAST_HOURS
            and not _is_named(plan, live, deputy)
        ):
            return _given_to(plan, live, deputy)
    return _freest(plan, live)


def _freest(plan: DayPlan, live: Live) -> int | None:
    """Return whoever has most hours left and is not named in the case."""
    kept: list[tuple[float, int]] = []
    found = None
    while plan.free:
        hours, who = heapq.heappop(plan.free)
        if -hours != plan.hours[who] or -hours < _LEAST_HOURS:
            continue
        if _is_named(plan, live, who):
            kept.append((hours, who))
            continue
        found = who
        break
    for one in kept:
        heapq.heappush(plan.free, one)
    if found is None:
        return None
    if live.owner >= 0 and live.bound:
        return _given_to(plan, live, found)
    live.owner = found
    return found


def _given_to(plan: DayPlan, live: Live, who: int) -> int:
    if live.bound:
        plan.lead(
            live,
            "change_person",
            handler=plan.setting.staffing.handlers[who],
            reason="the handler is away or has no time before the date",
        )
    live.owner = who
    return who


def _is_named(plan: DayPlan, live: Live, who: int) -> bool:
    return (
        bool(plan.setting.courses.names_handler[live.case]) and live.case % plan.setting.first_handlers == who
    )


def _work_on(plan: DayPlan, live: Live, who: int) -> None:
    """Work on a case until the day's hours are used up, or it waits for somebody else."""
    while live.stage == "work" and plan.hours[who] > _EPS:
        if live.left < 0:
            _begin(plan, live)
        if live.part == INVESTIGATE and live.state != "investigating":
            plan.worked(live, who, "investigate")
            live.state, live.bound = "investigating", True
        spent = min(live.left, plan.hours[who])
        plan.hours[who] -= spent
        live.left -= spent
        if live.left > _EPS:
            return
        _DONE[live.part](plan, live, who)


def _begin(plan: DayPlan, live: Live) -> None:
    courses = plan.setting.courses
    hours = float(courses.hours[live.case, live.part])
    broken = (
        live.part == INVESTIGATE
        and not live.rounds
        and (courses.answer_days[live.case] != 0 or _lightly(plan, live))
    )
    live.left, live.second = (hours / 2, hours / 2) if broken else (hours, 0.0)


def _lightly(plan: DayPlan, live: Live) -> bool:
    return bool(live.complexity < plan.setting.courses.complexity[live.case])


def _assessed(plan: DayPlan, live: Live, who: int) -> None:
    courses = plan.setting.courses
    business, issue, _ = ISSUES[CAUSES[int(plan.setting.arisen.cause[live.case])]]
    live.complexity = int(courses.first_taken[live.case])
    plan.worked(live, who, "assess", complexity=COMPLEXITIES[live.complexity], business=business, issue=issue)
    live.part, live.left, live.state = INVESTIGATE, -1.0, "assessed"
    live.extend = live.complexity == SPECIAL
    end = courses.end[live.case]
    if end in (DISMISSED, FORWARDED):
        name, more = (
            ("dismiss", {})
            if end == DISMISSED
            else ("forward", {"addressee": "the institution that it concerns"})
        )
        plan.worked(
            live, who, name, reason="about no business of this bank", notice=plan.notice(live, name), **more
        )
        live.stage = "ended"


def _investigated(plan: DayPlan, live: Live, who: int) -> None:
    courses = plan.setting.courses
    if live.second > 0 and _lightly(plan, live):
        business, issue, _ = ISSUES[CAUSES[int(plan.setting.arisen.cause[live.case])]]
        live.complexity = int(courses.complexity[live.case])
        plan.worked(
            live, who, "assess", complexity=COMPLEXITIES[live.complexity], business=business, issue=issue
        )
        plan.worked(live, who, "investigate")
        if courses.answer_days[live.case] == 0:
            live.left, live.second = live.second, 0.0
            return
    latest = work_by(plan.setting, live)
    if live.second > 0 and latest <= plan.day:
        # No time is left in which to wait: it is decided on what the bank has.
        live.left, live.second = live.second, 0.0
        return
    if live.second > 0:
        plan.worked(
            live, who, "ask", documents=["receipt"], reason="to be compared", notice=plan.notice(live, "ask")
        )
        wait = int(courses.answer_days[live.case])
        answer = plan.day + (wait if wait > 0 else _SILENCE)
        live.stage, live.until = "waiting", max(min(answer, latest), plan.day + 1)
        return
    live.part, live.left = PROPOSE, -1.0


def _proposed(plan: DayPlan, live: Live, who: int) -> None:
    courses, setting = plan.setting.courses, plan.setting
    upheld, amount = OUTCOMES[int(courses.outcome[live.case])], int(courses.redress[live.case])
    redress = (
        [{"kind": "explanation"}]
        if upheld == "not_upheld"
        else [{"kind": "apology"}, {"kind": "refund", "amount": amount}]
    )
    flags = {name: int(getattr(courses, name)[live.case]) for name in ("major", "legal", "regulatory")}
    facts = {
        **flags,
        "amount": 0 if upheld == "not_upheld" else amount,
        "limit": setting.limit,
        "complexity": COMPLEXITIES[live.complexity],
    }
    said = {
        "findings": "what was complained of was compared with the records",
        "outcome": upheld,
        "redress": redress,
        "facts": facts,
    }
    plan.worked(live, who, "propose", **said)
    mover = Mover(setting.staffing.handlers[who], setting.verbs["handler"], frozenset({ROLES["handler"]}))
    step = move_on(
        setting.desk.life, Standing("investigating", handler=mover.staff_id), "propose", mover, said
    ).step
    live.reviews = list(step.reviews) if step is not None else []
    live.bound = True
    if live.reviews:
        live.stage, live.until = "review", setting.next_working(plan.day + 1)
    else:
        live.part, live.left, live.state = INFORM, -1.0, "decided"


def _informed(plan: DayPlan, live: Live, who: int) -> None:
    courses = plan.setting.courses
    if courses.end[live.case] == LOST and not live.rounds:
        plan.worked(live, who, "lose", tries=3, reason="three calls on three days")
        to_close(live, plan.day, "unreachable")
        return
    plan.worked(live, who, "inform", notice=plan.notice(live, "inform", "written"))
    # Of the rolled date nothing is left once the clock goes on: what counts is the day on which the law's time itself ends, or one before.
    live.spare = max(live.safe - plan.day, 0) if live.due < NEVER else 0
    wait = int(courses.reaction_days[live.case]) + (_SILENCE if courses.reaction[live.case] == SILENT else 0)
    live.stage, live.until, live.due, live.safe = "told", plan.day + wait, NEVER, NEVER


def _closed(plan: DayPlan, live: Live, who: int) -> None:
    courses = plan.setting.courses
    cause = ISSUES[CAUSES[int(plan.setting.arisen.cause[live.case])]][2]
    plan.worked(live, who, "close", cause=cause)
    comes_back = (
        courses.reopened[live.case]
        and not live.rounds
        and enough(plan, live, plan.day + _REOPEN_AFTER)
        and live.state in ("accepted", "informed")
    )
    live.stage, live.until, live.due, live.safe = (
        ("closed", plan.day + _REOPEN_AFTER, NEVER, NEVER) if comes_back else ("ended", NEVER, NEVER, NEVER)
    )


_DONE: Final = {
    ASSESS: _assessed,
    INVESTIGATE: _investigated,
    PROPOSE: _proposed,
    INFORM: _informed,
    CLOSE: _closed,
}
