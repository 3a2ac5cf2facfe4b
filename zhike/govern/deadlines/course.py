"""The course of one clock: when it started, how long it has, when it stood, when it stopped, as the events of a case make it.

Nothing here counts days; `zhike.govern.deadlines.counting` does. A longer time counts only where it came in time and with what the law
asks for (who approves, a reason, notice); anything else leaves the clock as it was, and a step says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zhike.core.language import Text
from zhike.govern.deadlines import words
from zhike.govern.deadlines.case_events import CLOSING, TELLING
from zhike.govern.deadlines.counting import Hold
from zhike.govern.deadlines.regimes import Needs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from zhike.govern.deadlines.case_events import CaseEvent
    from zhike.govern.deadlines.counting import Counting

__all__ = ["Course", "run_course"]

_NOTHING: Final = Text("", "", "")


@dataclass(slots=True)
class Course:
    """What the events made of a clock.

    Parameters
    ----------
    counting : Counting
    at : datetime
        Until when events are known.
    approvers : mapping of str to Text
    level : str
        Complexity that counts; ``granted`` is the longest that is proven.
    started, stopped : datetime or None
    holds : list of Hold
        Spans in which the clock stood and after which it went on.
    standing : mapping of str to datetime
        Why the clock stands, and since when: ``paused``, ``suspended``.
    """

    counting: Counting
    at: dt.datetime
    approvers: Mapping[str, Text]
    level: str
    granted: str
    started: dt.datetime | None = None
    stopped: dt.datetime | None = None
    stopped_by: str | None = None
    holds: list[Hold] = field(default_factory=list)
    standing: dict[str, dt.datetime] = field(default_factory=dict)
    steps: list[Text] = field(default_factory=list)

    @property
    def held(self) -> tuple[str, dt.datetime] | None:
        """Why the clock stands now and since when; None where it runs, has not started, or has stopped."""
        if self.started is None or self.stopped is not None or not self.standing:
            return None
        return min(self.standing.items(), key=lambda one: (one[1], one[0]))

    def take(self, event: CaseEvent) -> None:
        """Go on by one event."""
        rule = self.counting.rule
        match event.name:
            case "assessed":
                self._assess(event)
            case "extended":
                self._extend(event)
            case "paused" | "suspended":
                self._stand(event)
            case "resumed" | "lifted":
                self._go_on(event)
            case "reopened":
                self._reopen(event)
        if event.name in rule.stops and self.started is not None and self.stopped is None:
            self._stop(event)
        if event.name in CLOSING:
            self.standing.pop("paused", None)
        if event.name == rule.starts:
            self._start(event)

    def needs(self, level: str) -> Needs:
        """Return what a complexity needs before its length counts."""
        rule = self.counting.rule
        return rule.needs.get(rule.level(level), Needs())

    def said(self, needs: Iterable[str], level: str) -> Text:
        """Return needs in words."""
        approvers = words.one_of(self.approvers[name] for name in self.needs(level).approvers)
        return words.listed(words.say(words.NEEDS[one], approvers=approvers) for one in needs)

    def _start(self, event: CaseEvent) -> None:
        running = self.started is not None and self.stopped is None
        if running and self.counting.rule.actor == "bank":
            return  # a clock of the bank's that runs is not started afresh
        at = event.notice.at if event.notice is not None and event.name in TELLING else event.at
        self.started, self.stopped, self.stopped_by, self.holds = at, None, None, []
        self.standing = dict.fromkeys(self.standing, at)
        told = {
            "event": words.EVENT_TITLES[event.name],
            "day": self.counting.day(at),
            "zone": self.counting.zone.key,
        }
        self.steps.append(words.say(words.STARTED, **told))

    def _stop(self, event: CaseEvent) -> None:
        at = event.at
        if self.counting.rule.proof and event.name in TELLING:
            if event.notice is None or event.notice.sha256 is None:
                self.steps.append(words.say(words.UNPROVEN_STOP, day=self.counting.day(at)))
                return
            at = event.notice.at
        held = self.held
        if held is not None:
            self._close(held, at)
        self.stopped, self.stopped_by = at, event.name
        told = {"event": words.EVENT_TITLES[event.name], "day": self.counting.day(at)}
        self.steps.append(words.say(words.STOPPED, **told))

    def _reopen(self, event: CaseEvent) -> None:
        if self.stopped is None or self.stopped_by not in CLOSING:
            return
        self.holds.append(Hold(self.stopped, event.at, words.REOPENING))
        self.stopped, self.stopped_by = None, None
        self.standing = dict.fromkeys(self.standing, event.at)
        self.steps.append(words.say(words.REOPENED, day=self.counting.day(event.at)))

    def _stand(self, event: CaseEvent) -> None:
        if not event.touches(self.counting.rule.id):
            return
        if event.name == "paused" and not self.counting.rule.pauses:
            if self.started is not None and self.stopped is None:
                self.steps.append(words.say(words.NO_PAUSE, day=self.counting.day(event.at)))
            return
        self.standing[event.name] = event.at

    def _go_on(self, event: CaseEvent) -> None:
        held, why = self.held, {"resumed": "paused", "lifted": "suspended"}[event.name]
        self.standing.pop(why, None)
        if held is not None and not self.standing:
            self._close(held, event.at)

    def _close(self, held: tuple[str, dt.datetime], at: dt.datetime) -> None:
        self.holds.append(Hold(held[1], at, words.EVENT_TITLES[held[0]]))

    def _assess(self, event: CaseEvent) -> None:
        rule, asked = self.counting.rule, str(event.data["complexity"])
        granted = rule.proven(asked)
        longer = rule.lengths[granted] > rule.lengths[rule.level(self.granted)]
        if longer and self._late(event.at):
            missing = words.say(
                words.NOT_EXTENDED, day=self.counting.day(event.at), needs=words.NEEDS["time"]
            )
            self.steps.append(missing)
            return
        self.level = self.granted = granted
        told = {
            "complexity": words.COMPLEXITIES[asked],
            "count": rule.lengths[granted],
            "unit": words.UNITS[rule.unit],
        }
        self.steps.append(words.say(words.ASSESSED, day=self.counting.day(event.at), **told))

    def _extend(self, event: CaseEvent) -> None:
        rule, asked = self.counting.rule, str(event.data["to"])
        longer = rule.lengths[rule.level(asked)] > rule.lengths[rule.level(self.granted)]
        if not event.touches(rule.id) or self.started is None or len(rule.lengths) == 1:
            return
        day = self.counting.day(event.at)
        if self.stopped is not None or not longer:
            self.steps.append(self._no_longer(day))
            return
        missing = self._missing(event, asked)
        if missing:
            self.steps.append(words.say(words.NOT_EXTENDED, day=day, needs=self.said(missing, asked)))
            return
        self.level = self.granted = rule.level(asked)
        approver = event.data.get("approver")
        by = (
            words.say(words.APPROVED, approver=self.approvers.get(str(approver), str(approver)))
            if approver
            else _NOTHING
        )
        told = {"count": rule.lengths[self.level], "unit": words.UNITS[rule.unit], "approver": by}
        self.steps.append(words.say(words.EXTENDED, day=day, **told))

    def _no_longer(self, day: dt.date) -> Text:
        """Return why a longer time that was asked for adds nothing."""
        if self.stopped is not None:
            return words.say(words.STOPPED_BEFORE, day=day)
        rule = self.counting.rule
        told = {"count": rule.lengths[rule.level(self.granted)], "unit": words.UNITS[rule.unit]}
        return words.say(words.NO_LONGER, day=day, **told)

    def _missing(self, event: CaseEvent, asked: str) -> list[str]:
        """Return what a longer time lacks."""
        needs, notice = self.needs(asked), event.notice
        told = (
            notice is not None
            and notice.sha256 is not None
            and notice.at <= self.at
            and not self._late(notice.at)
        )
        lacks = {
            "approver": bool(needs.approvers) and event.data.get("approver") not in needs.approvers,
            "reason": needs.reason and not event.data.get("reason"),
            "notice": needs.notice and not told,
            "time": self._late(event.at),
        }
        return [name for name, lack in lacks.items() if lack]

    def _late(self, at: dt.datetime) -> bool:
        """Return whether the time that is granted had run out by an instant; a clock that stands runs out of nothing."""
        if self.started is None or self.held is not None:
            return False
        last = self.counting.due(self.granted, self.counting.day(self.started), self.holds)
        day = last.legal or last.counted
        return day is not None and at > self.counting.closing(day)


def run_course(
    counting: Counting,
    complexity: str,
    events: Iterable[CaseEvent],
    approvers: Mapping[str, Text],
    at: dt.datetime,
) -> Course:
    """Return what events make of a clock, the receipt first among them.

    Parameters
    ----------
    complexity : str
        As the case is taken at its receipt.
    """
    rule = counting.rule
    course = Course(counting, at, approvers, rule.level(complexity), rule.proven(complexity))
    for event in events:
        course.take(event)
    return course
