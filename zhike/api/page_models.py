"""What the interface answers about a customer's page: search, the page itself, the timeline."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, Field

from zhike.api.models import Strict

__all__ = ["CustomerPageBody", "FoundCustomers", "SearchRequest", "TimelineBody"]


class SearchRequest(Strict):
    """What somebody remembers of a customer; in the body, as addresses are written into logs."""

    find: Annotated[
        str,
        Field(
            min_length=1, max_length=100, description="Number, name, pinyin or the end of the phone number."
        ),
    ]
    limit: Annotated[int, Field(ge=1, le=50)] = 20


class FoundCustomer(BaseModel):
    """A customer who was found; masked to what whoever asks may see."""

    customer_id: str
    name: str | None
    phone: str | None
    branch: str | None
    adviser: str | None


class FoundCustomers(BaseModel):
    """Customers who were found, those whose number or whole name it is first."""

    customers: list[FoundCustomer]
    more: bool = Field(description="Whether there are others: more must be typed to see them.")


class PageLine(BaseModel):
    """What it is about, and what is so."""

    label: str
    value: str


class PageSection(BaseModel):
    """A titled group of lines."""

    section: str
    title: str
    lines: list[PageLine]


class HouseholdMember(BaseModel):
    """Somebody of the same household; without name and number where whoever asks may not see them."""

    customer_id: str | None
    name: str | None
    role: str


class MonthFlow(BaseModel):
    """Money in and out of a month, in minor units of the customer's currency."""

    month: str
    money_in: int
    money_out: int


class CustomerPageBody(BaseModel):
    """What the bank knows of a customer, as of the day that was published."""

    customer_id: str
    name: str | None
    phone: str | None
    branch: str | None
    adviser: str | None
    as_of: dt.date | None = Field(description="Null where nothing is published about the customer.")
    archive: dict[str, Any] = Field(
        description="Features of the archive by name, masked to what whoever asks may see."
    )
    hidden: list[str] = Field(description="Features of which something is masked.")
    sections: list[PageSection] = Field(description="In words, where nothing of them is masked.")
    household: list[HouseholdMember]
    months: list[MonthFlow]
    holdings: list[dict[str, Any]]


class HappeningBody(BaseModel):
    """One thing that happened."""

    at: dt.datetime
    exact: bool = Field(description="Whether more than the day is known.")
    kind: str
    what: str
    channel: str | None
    actor: str | None
    state: str | None
    reference: str


class TimelineBody(BaseModel):
    """What happened last, the newest first."""

    happenings: list[HappeningBody]
