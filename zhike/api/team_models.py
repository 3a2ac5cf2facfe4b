"""The shapes of the figures of a branch."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, Field

__all__ = ["Attained", "HandedOn", "ReasonGiven", "Refused", "StandardBody", "TeamBody", "TeamMember", "Work"]

Who = Literal["staff", "customer"]


class StandardBody(BaseModel):
    """What is promised to a service tier."""

    tier: str
    contact_days: int = Field(description="Most days between two contacts by the bank.")
    task_days: int = Field(
        description="Most calendar days from the beginning of a task until it is dealt with."
    )
    share: float = Field(description="Of customers, or tasks, for which it is to be so.")


class Work(BaseModel):
    """What is to be done today; minutes without reminders, and before any offer is judged again."""

    book: int = Field(description="Customers.")
    open_tasks: int = Field(description="Without those that rest.")
    overdue_tasks: int
    available: int = Field(description="Minutes that can be planned.")
    must: int = Field(description="Minutes of what must be done today.")
    work: int = Field(description="Minutes of all that is open.")
    beyond: int = Field(description="Minutes of it for which there is no time.")


class TeamMember(Work):
    """A member of staff, of the branch or working for its customers."""

    staff_id: str
    name: str


class Attained(BaseModel):
    """How far a standard was attained."""

    standard: Literal["contact", "task"]
    level: Literal["branch", "staff", "nobody"] = Field(
        description="nobody: customers without an adviser, tasks that nobody has."
    )
    staff_id: str | None
    tier: str | None = Field(description="None: all together.")
    met: int
    cases: int
    share: float | None
    low: float = Field(description="Wilson score interval, 95 %.")
    high: float
    target: float
    verdict: Literal["attained", "missed", "open"] = Field(description="open: the interval holds the target.")
    met_before: int | None = Field(description="In the window before; None where it is not known.")
    cases_before: int | None
    change: float | None = Field(description="Difference to the window before.")
    change_low: float | None = Field(description="Newcombe's interval of it, 95 %.")
    change_high: float | None
    direction: Literal["up", "down", "none"] = Field(
        description="none: the interval holds 0; no claim that nothing changed."
    )


class HandedOn(BaseModel):
    """Tasks handed over from one to another."""

    from_staff: str | None
    to_staff: str
    count: int
    still_open: int
    done: int
    median_days: float | None = Field(description="From the hand-over until done.")


class Refused(BaseModel):
    """How often the same was refused."""

    who: Who = Field(description="staff: set aside; customer: they said no.")
    staff_id: str | None = Field(description="Who set it aside; or the customer's adviser.")
    source: Literal["offer", "task"]
    kind: str
    what: str = Field(description="Template and product of the action.")
    title: str
    count: int


class ReasonGiven(BaseModel):
    """A reason in the words in which it was given."""

    at: dt.datetime
    who: Who
    staff_id: str | None
    title: str
    words: str


class TeamBody(BaseModel):
    """The figures of a branch."""

    branch: str
    branches: list[str] = Field(description="That have staff and that the caller may see.")
    date: dt.date
    publication: int | None
    as_of: dt.date | None = Field(description="Day of the archive from which contacts before are known.")
    days: int
    window_from: dt.date
    window_to: dt.date
    standards: list[StandardBody]
    total: Work
    nobody: Work = Field(description="Customers without an adviser, tasks that nobody has.")
    staff: list[TeamMember]
    attained: list[Attained]
    hand_overs: list[HandedOn]
    refusals: list[Refused]
    reasons: list[ReasonGiven] | None = Field(description="None: not shown to the caller's role.")
