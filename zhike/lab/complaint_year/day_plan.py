"""A day of the simulated desk while it is planned: the cases that go on, what is to be written, and the hours that are left."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.lab.complaint_year.setting import NIGHTS
from zhike.measure.complaint_capacity.assumptions import PARTS

if TYPE_CHECKING:
    from zhike.lab.complaint_year.setting import Setting

__all__ = [
    "ASSESS",
    "CLOSE",
    "INFORM",
    "INVESTIGATE",
    "NEVER",
    "PROPOSE",
    "DayPlan",
    "Live",
    "Planned",
    "to_close",
    "work_by",
]

ASSESS, INVESTIGATE, PROPOSE, INFORM, CLOSE = range(len(PARTS))
NEVER: Final = 1_000_000
"""A day that does not come."""
_TO_CLOSE: Final = 15
_SECOND: Final = 1_000_000
_LONGER: Final = 1.5
"""Hours of a case against their mean that are reckoned with when it is dated: the mean and one spread."""


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
class DayPlan:
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


def work_by(setting: Setting, live: Live) -> int:
    """Return the day by which one person has to begin what is left of a case: off its safe date come days of work, nights of reviews, and the reserve."""
    return setting.workdays_before(live.safe, days_kept(setting, live))


def days_kept(setting: Setting, live: Live) -> int:
    """Return how many working days before its safe date what is left of a case is to be begun."""
    if live.part == CLOSE:
        return 0
    alone = int(_LONGER * setting.mean_left(live.complexity, live.part) / setting.day_hours)
    return setting.assumed.reserve_days + alone + NIGHTS[live.complexity]


def to_close(live: Live, day: int, state: str) -> None:
    """Leave nothing to do in a case but to close it, within some days."""
    live.stage, live.part, live.left, live.second, live.until, live.state = (
        "work",
        CLOSE,
        -1.0,
        0.0,
        NEVER,
        state,
    )
    live.due, live.safe, live.extend = NEVER, day + _TO_CLOSE, False
