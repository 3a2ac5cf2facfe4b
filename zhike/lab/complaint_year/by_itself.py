"""What happens in a case of the simulated desk without a handler: customers answer, accept, dispute and withdraw, reviewers decide, times run out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.lab.complaint_year.courses import ACCEPTS, DISPUTES, SILENT, SPECIAL, WITHDRAWN
from zhike.lab.complaint_year.day_plan import ASSESS, CLOSE, INFORM, INVESTIGATE, NEVER, to_close

if TYPE_CHECKING:
    from zhike.lab.complaint_year.day_plan import DayPlan, Live

__all__ = ["by_itself", "enough"]

_AGAIN_DAYS, _AGAIN_LONGER = 5, 3
"""Working days that a case takes that is taken up anew, its reviews included, and how many more a special one."""
_MEDIATION_DAYS: Final = 20
_VERIFY_WORKDAYS: Final = 6


def by_itself(plan: DayPlan, live: Live) -> None:
    """Let a case move on by what others do: the customer, reviewers, time."""
    if _joined(plan, live):
        return
    if _withdrawn(plan, live):
        return
    if live.extend:
        plan.lead(live, "extend", to="special", reason="evidence has to be obtained from third parties", approver="superior_institution", notice=plan.notice(live, "extend"))  # fmt: skip
        live.extend = False
    if live.until <= plan.day and live.stage in _EVENTS:
        _EVENTS[live.stage](plan, live)


def enough(plan: DayPlan, live: Live, day: int) -> bool:
    """Return whether a case that is taken up anew on a day can be ended in the law's time that is left; if not, its customer is shown to the verification."""
    left = plan.setting.workdays_upto(day + live.spare) - plan.setting.workdays_upto(day)
    return left > _AGAIN_DAYS + (live.complexity == SPECIAL) * _AGAIN_LONGER


def _withdrawn(plan: DayPlan, live: Live) -> bool:
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
    to_close(live, plan.day, "withdrawn")
    return True


def _joined(plan: DayPlan, live: Live) -> bool:
    """Join a repetition to the case that it repeats, as long as both are at their beginning and the other is not known to be the longer one."""
    other = plan.live.get(int(plan.setting.arisen.again[live.case]))
    if (
        live.part != ASSESS
        or live.stage != "work"
        or other is None
        or other.stage not in ("work", "waiting", "review")
        or other.part >= CLOSE
        or other.complexity > 0
    ):
        return False
    plan.tell(live, "join", into=other.case)
    live.stage = "ended"
    return True


def _answered(plan: DayPlan, live: Live) -> None:
    silent = plan.setting.courses.answer_days[live.case] < 0
    plan.tell(live, "hear", reason="no answer came in time" if silent else "the customer sent the documents")
    live.stage, live.state, live.until, live.left, live.second = (
        "work",
        "investigating",
        NEVER,
        live.second,
        0.0,
    )


def _reviewed(plan: DayPlan, live: Live) -> None:
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


def _reviewer(plan: DayPlan, live: Live, state: str) -> str:
    role = _REVIEWERS[state]
    return plan.setting.staffing.lead(live.case) if role == "lead" else f"{role}-01"


def _reacted(plan: DayPlan, live: Live) -> None:
    """Let the customer react to what they were told: accept, say nothing, disagree, or ask for a verification."""
    reaction = plan.setting.courses.reaction[live.case]
    if reaction == ACCEPTS or live.rounds:
        plan.tell(live, "accept")
        to_close(live, plan.day, "accepted")
    elif reaction == SILENT:
        to_close(live, plan.day, "informed")
    elif reaction == DISPUTES and enough(plan, live, plan.day):
        plan.tell(live, "dispute", reason="the answer leaves out the second payment")
        _again(plan, live, "disputed")
    else:
        plan.tell(live, "verify", reason="the complainant asks for a verification")
        live.stage, live.rounds = "verification", live.rounds + 1
        live.until = plan.setting.workdays_on(plan.day, _VERIFY_WORKDAYS)


def _verified(plan: DayPlan, live: Live) -> None:
    plan.lead(live, "answer_verification", 1, findings="process, timeliness and result were looked at", outcome="not_upheld", notice=plan.notice(live, "answer_verification"))  # fmt: skip
    if plan.setting.courses.mediated[live.case]:
        plan.tell(live, "mediate", addressee="mediation centre")
        live.stage, live.until = "mediation", plan.day + _MEDIATION_DAYS
    else:
        to_close(live, plan.day, "verified")


def _mediated(plan: DayPlan, live: Live) -> None:
    plan.tell(live, "accept")
    to_close(live, plan.day, "accepted")


def _reopened(plan: DayPlan, live: Live) -> None:
    plan.tell(live, "reopen", reason="what was promised did not come")
    _again(plan, live, "investigating")


_EVENTS: Final = {
    "waiting": _answered, "review": _reviewed, "told": _reacted, "verification": _verified, "mediation": _mediated, "closed": _reopened,
}  # fmt: skip


def _again(plan: DayPlan, live: Live, state: str) -> None:
    live.rounds += 1
    live.stage, live.until, live.state, live.reviews = "work", NEVER, state, []
    live.part, live.left, live.second = (
        INVESTIGATE,
        plan.setting.courses.hours[live.case, INVESTIGATE] / 2,
        0.0,
    )
    live.due = live.safe = plan.day + live.spare
