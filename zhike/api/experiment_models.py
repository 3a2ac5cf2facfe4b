"""The shapes of the standing experiment."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

__all__ = ["ContrastBody", "ExperimentsBody", "OutcomeBody", "UnreadableBody"]


class OutcomeBody(BaseModel):
    """An outcome in the two arms of a contrast."""

    outcome: Literal["accepted", "refused", "withdrew"] = Field(
        description="An offer accepted, an offer refused, a consent taken back; each within the days for an answer."
    )
    test: int = Field(description="Customers in the test arm who have it.")
    control: int = Field(description="Customers in the control arm who have it.")
    test_share: float | None
    control_share: float | None
    difference: float | None = Field(description="Share in the test arm less that in the control arm.")
    low: float | None = Field(
        description="Interval that may be looked at every day; all of an answer together are right with 95 %."
    )
    high: float | None
    p: float | None = Field(description="Of no difference, at any time, for as many outcomes as are shown.")
    verdict: Literal["higher", "lower", "open"] | None = Field(
        description="open: the interval holds 0, there is no conclusion. None: the arms cannot be compared."
    )


class ContrastBody(BaseModel):
    """Two arms of customers."""

    contrast: Literal["holdout", "exploration"]
    test_arm: Literal["served", "best"]
    control_arm: Literal["holdout", "explored"]
    test_customers: int
    control_customers: int
    planned_share: float = Field(description="Of the control arm, as the policy says.")
    sample_ratio: float | None = Field(
        description="p-value of the arms' sizes, at any time; below 0.0005 they cannot be compared."
    )
    obstacle: Literal["not_run", "empty", "sample_ratio", "sold"] | None = Field(
        description="Why the arms cannot be compared; sold: a sale was offered to somebody who is held out."
    )
    outcomes: list[OutcomeBody]


class UnreadableBody(BaseModel):
    """A contrast that the ledger does not tell."""

    contrast: str
    why: Literal["no_arm", "softmax"] = Field(
        description="no_arm: nobody is served so; softmax: exploring draws by value, not evenly among all that is allowed."
    )


class ExperimentsBody(BaseModel):
    """What the standing experiment shows, of no customer anything."""

    publication: int
    policy: str
    policy_version: str
    since: str = Field(
        description="Since when this version of the policy has been served from; nothing before is counted."
    )
    first_day: str
    last_day: str
    decisions: int = Field(description="Full decisions that were looked at, the earliest of the period.")
    counted_until: str | None = Field(
        description="Decisions before this moment were looked at, where there are more than are looked at; None where these are all."
    )
    customers: int = Field(description="Each with the first decision of the period.")
    waiting: int = Field(
        description="Customers whose first decision can still be answered, who are not counted yet."
    )
    answer_days: int
    contrasts: list[ContrastBody]
    unreadable: list[UnreadableBody]
