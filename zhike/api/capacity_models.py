"""The shapes of channels, of what is scarce, and of the constraints that the policy sets."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field

__all__ = ["CapBody", "CapacityBody", "ChannelBody", "ConstraintBody", "ResourceBody"]


class CapBody(BaseModel):
    """A cap on contacts with one customer."""

    window_days: int
    maximum: int


class ChannelBody(BaseModel):
    """A channel of the bank."""

    channel: str
    contact_from: str | None = Field(
        description="In the bank's time zone; null where no rule says any hours."
    )
    contact_until: str | None
    actions: int = Field(description="Actions that can go over it.")
    cost_least: float | None = Field(description="Of one contact, in major units; null without any.")
    cost_most: float | None
    currency: str | None = Field(description="Of the costs; null where they are in several.")
    caps: list[CapBody]
    at_once: int | None = Field(
        description="Most actions over it in one decision; null where there is no such limit."
    )
    draws_on: list[str] = Field(description="Constraints in force that an action over it counts against.")


class ResourceBody(BaseModel):
    """A row of the plan; figures but the price are null where only prices were kept."""

    row: str
    constraint: str
    kind: str
    title: str
    owner: str
    unit: str | None = Field(description="Currency code, contacts or hours.")
    sense: Literal["maximum", "minimum"] | None
    limit: float | None = Field(description="What there is, or, of a minimum, must be.")
    used: float | None = Field(description="By the plan, notices that must be sent included.")
    taken_by_mandatory: float | None
    left: float | None = Field(description="Of a minimum: how far beyond it the plan is.")
    share: float | None = Field(description="Used, of the limit; null where it is 0.")
    loosened_by: float | None = Field(description="Because all limits together cannot be kept.")
    price: float = Field(description="Value of one more unit; of a minimum, what one more unit would cost.")
    key: str | None = Field(
        description="Where the policy says the limit; null where no single value of it does."
    )


class ConstraintBody(BaseModel):
    """A constraint of the policy."""

    constraint: str
    kind: str
    title: str
    owner: str
    reference: str | None
    first_day: dt.date | None = Field(description="Null where it held from the beginning.")
    last_day: dt.date | None = Field(description="Null where it ends with the policy.")
    in_force: bool = Field(description="On the day of the publication.")
    about: dict[str, Any] = Field(
        description="Which actions and customers, as the policy says it; all where empty."
    )
    amounts: dict[str, Any] = Field(
        description="What it limits them to, by the key of the policy that says so."
    )
    rows: int = Field(description="Rows of the plan; 0 for one on a single customer or household.")


class CapacityBody(BaseModel):
    """What the bank can do at most, by the publication that is served from."""

    publication: int
    as_of: dt.date
    policy: str
    policy_version: str
    timezone: str
    currency: str = Field(description="Of prices.")
    plan: Literal["kept", "prices", "none"] = Field(
        description="prices: only they were kept; none: nothing is scarce."
    )
    caps: list[CapBody] = Field(description="On contacts with one customer, over all channels together.")
    at_once: int = Field(description="Most actions in one decision.")
    channels: list[ChannelBody]
    resources: list[ResourceBody]
    constraints: list[ConstraintBody]
