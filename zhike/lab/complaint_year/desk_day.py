"""One day of the simulated desk, planned before anything is written: which handler works on what, and which moves in the life of a case come of it when.

The plan of a day follows from where the cases stand in the morning and from nothing else, so that a day which was broken off is taken up where it stopped.
"""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.complaint_words import OUTCOMES
from zhike.decide.desk_order import Waiting, desk_order
from zhike.govern.complaint_life import Mover, Standing, move_on
from zhike.govern.deadlines.case_events import COMPLEXITIES
from zhike.lab.complaint_year.courses import (
    ACCEPTS,
    CHANNELS,
    DISMISSED,
    DISPUTES,
    FORWARDED,
    ISSUES,
    LOST,
    SILENT,
    SPECIAL,
    WITHDRAWN,
)
from zhike.lab.complaint_year.roles import ROLES
from zhike.lab.complaints import CAUSES
from zhike.measure.complaint_capacity.assumptions import PARTS

if TYPE_CHECKING:
    from zhike.lab.complaint_year.setting import Setting

__all__ = ["CLOSE", "NEVER", "Live", "Planned", "plan_day"]

ASSESS, INVESTIGATE, PROPOSE, INFORM, CLOSE = range(len(PARTS))
NEVER: Final = 1_000_000
"""A day that does not come."""
_EPS: Final = 1e-9
_LEAST_HOURS: Final = 0.1
"""Of a handler's day: with less nothing is begun."""
_URGENT, _LONG_AWAY = 2, 3
"""Working days before its date from which a case is given to whoever has time; days of absence from which it is in any case."""
_SILENCE: Final = 10
_TO_CLOSE: Final = 15
_ENOUGH: Final = 7
"""Days that have to be left for a case to be taken up anew; with fewer the customer is shown to the verification."""
_MEDIATION_DAYS, _REOPEN_AFTER = 20, 25
_VERIFY_WORKDAYS: Final = 6
_SECOND: Final = 1_000_000


@dataclass(slots=True)
class Live:
    """A case that goes on.

    Parameters
    ----------
    case, id, since : int, str, int
        Which, its identifier in the ledger, the day on which it came in.
    stage : str
        ``work``, ``waiting``, ``review``, ``told``, ``verification``, ``mediation`` or ``closed``.
    part, left, second : int, float, float
        Which part of the work is next, hours left of it, and hours of it after a break in the middle.
    owner, bound : int, bool
        Its handler, -1 for none, and whether the ledger has them as such.
    until : int
        Day on which the next thing happens by itself.
    due, safe : int
        Day of the legal and the safe date.
    """

    case: int
    id: str
    since: int
    stage: str = "work"
    part: int = ASSESS
    left: float = -1.0
    second: float = 0.0
    owner: int = -1
    bound: bool = False
    state: str = "acknowledged"
    complexity: int = -1
    until: int = NEVER
    due: int = NEVER
    safe: int = NEVER
    reviews: list[str] = field(default_factory=list)
    spare: int = 0
    rounds: int = 0
    sent_back: bool = False
    extend: bool = False

    def to_row(self) -> list[Any]:
        """Return it as JSON holds it."""
        return [getattr(self, name) for name in self.__slots__]


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing to be written: when, about which case (-1 for none), what, who does it in which role, what is said with it."""

    at: int
    case: int
    name: str
    actor: str
    role: str
    given: dict[str, Any]


@dataclass(slots=True)
class _Day:
    """A day being planned."""

    setting: Setting
    day: int
    live: dict[int, Live]
    handlers: int
    planned: list[Planned] = field(default_factory=list)
    hours: list[float] = field(default_factory=list)
    free: list[tuple[float, int]] = field(default_factory=list)
    events: int = 0

    # -- writing down ----------------------------------------------------------------------------------------------------

    def tell(
        self,
        live: Live,
        name: str,
        role: str = "duty",
        actor: str | None = None,
        at: int | None = None,
        **given: Any,  # noqa: ANN401 - as it is said
    ) -> None:
        """Plan a move; one that happens by itself takes place before the desk opens, one second after the other."""
        if at is None:
            self.events += 1
            at = self.setting.morning(self.day) + self.events * _SECOND // 4
        self.planned.append(Planned(at, live.case, name, actor or self.setting.duty, role, given))

    def worked(self, live: Live, who: int, name: str, **given: Any) -> None:  # noqa: ANN401 - as it is said
        """Plan a move by a handler, at the time that their hours have come to."""
        at = self.setting.hour(self.day, self.setting.day_hours - self.hours[who])
        # So many microseconds keep what happens at one instant in the order in which it was planned.
        self.tell(live, name, "handler", self.setting.staffing.handlers[who], at + len(self.planned), **given)

    def lead(self, live: Live, name: str, step: int = 0, **given: Any) -> None:  # noqa: ANN401 - as it is said
        """Plan a move by one of the leads."""
        self.tell(live, name, "lead", self.setting.staffing.lead(live.case, step), **given)

    def notice(self, live: Live, name: str, channel: str = "electronic") -> dict[str, str]:
        """Return the proof that something was told."""
        return {
            "channel": channel,
            "sha256": hashlib.sha256(f"{live.case} {name} {self.day}".encode()).hexdigest(),
        }


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
    plan = _Day(setting, day, live, handlers)
    _note_illness(plan)
    if setting.working(day):
        for one in sorted(live):
            _by_itself(plan, live[one])
        _work(plan)
    for one in [key for key, case in live.items() if case.stage == "ended"]:
        del live[one]
    _receive(plan)
    return sorted(plan.planned, key=lambda one: one.at)


def _note_illness(plan: _Day) -> None:
    setting, at = plan.setting, plan.setting.morning(plan.day)
    for one in setting.staffing.absences:
        if one.first == plan.day and not one.planned and one.handler < plan.handlers:
            given = {"handler": one.handler, "first": one.first, "last": one.last, "kind": "other"}
            plan.planned.append(Planned(at, -1, "absence", setting.staffing.lead(one.handler), "lead", given))


def _receive(plan: _Day) -> None:
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


# -- what happens by itself ----------------------------------------------------------------------------------------------


def _by_itself(plan: _Day, live: Live) -> None:
    if _joined(plan, live):
        return
    if _withdrawn(plan, live):
        return
    if live.extend:
        plan.lead(live, "extend", to="special", reason="evidence has to be obtained from third parties", approver="superior_institution", notice=plan.notice(live, "extend"))  # fmt: skip
        live.extend = False
    if live.until <= plan.day and live.stage in _EVENTS:
        _EVENTS[live.stage](plan, live)


def _withdrawn(plan: _Day, live: Live) -> bool:
    """Let a customer withdraw whose day for it has come, as long as they were told nothing."""
    courses = plan.setting.courses
    untold = live.stage in ("work", "waiting", "review") and not live.rounds and live.part < CLOSE
    if (
        courses.end[live.case] != WITHDRAWN
        or not untold
        or plan.day - live.since < courses.withdrawn_after[live.case]
    ):
        return False
    plan.tell(live, "withdraw", reason="settled otherwise")
    _to_close(live, plan.day, "withdrawn")
    return True


def _joined(plan: _Day, live: Live) -> bool:
    """Join a repetition to the case that it repeats, as long as both are at their beginning."""
    other = plan.live.get(int(plan.setting.arisen.again[live.case]))
    if (
        live.part != ASSESS
        or live.stage != "work"
        or other is None
        or other.stage not in ("work", "waiting", "review")
        or other.part >= CLOSE
    ):
        return False
    plan.tell(live, "join", into=other.case)
    live.stage = "ended"
    return True


def _answered(plan: _Day, live: Live) -> None:
    silent = plan.setting.courses.answer_days[live.case] < 0
    plan.tell(live, "hear", reason="no answer came in time" if silent else "the customer sent the documents")
    live.stage, live.state, live.until, live.left, live.second = (
        "work",
        "investigating",
        NEVER,
        live.second,
        0.0,
    )


def _reviewed(plan: _Day, live: Live) -> None:
    courses = plan.setting.courses
    now, live.reviews = live.reviews[0], live.reviews[1:]
    if courses.sent_back[live.case] and not live.sent_back:
        plan.tell(
            live,
            "send_back",
            _REVIEWERS[now],
            _reviewer(plan, live, now),
            reason="the findings do not carry the decision",
        )
        live.sent_back, live.reviews, live.stage, live.until, live.state = (
            True,
            [],
            "work",
            NEVER,
            "investigating",
        )
        live.part, live.left, live.second = INVESTIGATE, courses.hours[live.case, INVESTIGATE] / 4, 0.0
        return
    plan.tell(live, "pass", _REVIEWERS[now], _reviewer(plan, live, now), reason="carried by the findings")
    if live.reviews:
        live.until = plan.setting.next_working(plan.day + 1)
    else:
        live.stage, live.until, live.part, live.left, live.state = "work", NEVER, INFORM, -1.0, "decided"


_REVIEWERS: Final = {"leader_review": "lead", "legal_review": "legal", "quality_review": "quality"}


def _reviewer(plan: _Day, live: Live, state: str) -> str:
    role = _REVIEWERS[state]
    return plan.setting.staffing.lead(live.case) if role == "lead" else f"{role}-01"


def _reacted(plan: _Day, live: Live) -> None:
    """Let the customer react to what they were told: accept, say nothing, disagree, or ask for a verification."""
    reaction = plan.setting.courses.reaction[live.case]
    if reaction == ACCEPTS or live.rounds:
        plan.tell(live, "accept")
        _to_close(live, plan.day, "accepted")
    elif reaction == SILENT:
        _to_close(live, plan.day, "informed")
    elif reaction == DISPUTES and live.spare >= _ENOUGH:
        plan.tell(live, "dispute", reason="the answer leaves out the second payment")
        _again(plan, live, "disputed")
    else:
        plan.tell(live, "verify", reason="the complainant asks for a verification")
        live.stage, live.rounds = "verification", live.rounds + 1
        live.until = plan.setting.workdays_on(plan.day, _VERIFY_WORKDAYS)


def _verified(plan: _Day, live: Live) -> None:
    plan.lead(live, "answer_verification", 1, findings="process, timeliness and result were looked at", outcome="not_upheld", notice=plan.notice(live, "answer_verification"))  # fmt: skip
    if plan.setting.courses.mediated[live.case]:
        plan.tell(live, "mediate", addressee="mediation centre")
        live.stage, live.until = "mediation", plan.day + _MEDIATION_DAYS
    else:
        _to_close(live, plan.day, "verified")


def _mediated(plan: _Day, live: Live) -> None:
    plan.tell(live, "accept")
    _to_close(live, plan.day, "accepted")


def _reopened(plan: _Day, live: Live) -> None:
    plan.tell(live, "reopen", reason="what was promised did not come")
    _again(plan, live, "investigating")


_EVENTS: Final = {
    "waiting": _answered, "review": _reviewed, "told": _reacted, "verification": _verified, "mediation": _mediated, "closed": _reopened,
}  # fmt: skip


def _to_close(live: Live, day: int, state: str) -> None:
    live.stage, live.part, live.left, live.second, live.until, live.state = (
        "work",
        CLOSE,
        -1.0,
        0.0,
        NEVER,
        state,
    )
    live.due, live.safe, live.extend = NEVER, day + _TO_CLOSE, False


def _again(plan: _Day, live: Live, state: str) -> None:
    live.rounds += 1
    live.stage, live.until, live.state, live.reviews = "work", NEVER, state, []
    live.part, live.left, live.second = (
        INVESTIGATE,
        plan.setting.courses.hours[live.case, INVESTIGATE] / 2,
        0.0,
    )
    live.due = live.safe = plan.day + live.spare


# -- work ----------------------------------------------------------------------------------------------------------------


def _work(plan: _Day) -> None:
    """Share the day's hours out among the cases, in the order of `zhike.decide.desk_order`."""
    setting, day = plan.setting, plan.day
    there = ~setting.staffing.away[: plan.handlers, day]
    plan.hours = [setting.day_hours if one else 0.0 for one in there]
    plan.free = [(-hours, who) for who, hours in enumerate(plan.hours) if hours > 0]
    heapq.heapify(plan.free)
    cases = [one for _, one in sorted(plan.live.items()) if one.stage == "work" and one.since < day]
    waiting = [
        Waiting(setting.workdays_before(one.safe) - day if one.due >= day else one.due - day, setting.mean_left(one.complexity, one.part), float(setting.courses.harm[one.case]) if one.part < CLOSE else 0.0, one.case)
        for one in cases
    ]  # fmt: skip
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


def _handler(plan: _Day, live: Live, due: int) -> int | None:
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


def _freest(plan: _Day, live: Live) -> int | None:
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


def _given_to(plan: _Day, live: Live, who: int) -> int:
    if live.bound:
        plan.lead(
            live,
            "change_person",
            handler=plan.setting.staffing.handlers[who],
            reason="the handler is away or has no time before the date",
        )
    live.owner = who
    return who


def _is_named(plan: _Day, live: Live, who: int) -> bool:
    return (
        bool(plan.setting.courses.names_handler[live.case]) and live.case % plan.setting.first_handlers == who
    )


def _work_on(plan: _Day, live: Live, who: int) -> None:
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


def _begin(plan: _Day, live: Live) -> None:
    courses = plan.setting.courses
    hours = float(courses.hours[live.case, live.part])
    broken = (
        live.part == INVESTIGATE
        and not live.rounds
        and (courses.answer_days[live.case] != 0 or _lightly(plan, live))
    )
    live.left, live.second = (hours / 2, hours / 2) if broken else (hours, 0.0)


def _lightly(plan: _Day, live: Live) -> bool:
    return bool(live.complexity < plan.setting.courses.complexity[live.case])


def _assessed(plan: _Day, live: Live, who: int) -> None:
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


def _investigated(plan: _Day, live: Live, who: int) -> None:
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
    if live.second > 0:
        plan.worked(
            live, who, "ask", documents=["receipt"], reason="to be compared", notice=plan.notice(live, "ask")
        )
        wait = int(courses.answer_days[live.case])
        latest = plan.setting.workdays_before(live.safe, 4)
        answer = plan.day + (wait if wait > 0 else _SILENCE)
        live.stage, live.until = "waiting", max(min(answer, latest), plan.day + 1)
        return
    live.part, live.left = PROPOSE, -1.0


def _proposed(plan: _Day, live: Live, who: int) -> None:
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


def _informed(plan: _Day, live: Live, who: int) -> None:
    courses = plan.setting.courses
    if courses.end[live.case] == LOST and not live.rounds:
        plan.worked(live, who, "lose", tries=3, reason="three calls on three days")
        _to_close(live, plan.day, "unreachable")
        return
    plan.worked(live, who, "inform", notice=plan.notice(live, "inform", "written"))
    live.spare = max(live.due - plan.day, 0) if live.due < NEVER else 0
    wait = int(courses.reaction_days[live.case]) + (_SILENCE if courses.reaction[live.case] == SILENT else 0)
    live.stage, live.until, live.due, live.safe = "told", plan.day + wait, NEVER, NEVER


def _closed(plan: _Day, live: Live, who: int) -> None:
    courses = plan.setting.courses
    cause = ISSUES[CAUSES[int(plan.setting.arisen.cause[live.case])]][2]
    plan.worked(live, who, "close", cause=cause)
    comes_back = (
        courses.reopened[live.case]
        and not live.rounds
        and live.spare >= _ENOUGH
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
