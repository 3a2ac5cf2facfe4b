"""The shapes of what customers ask for on their own page, of links to it, and of what staff answer."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Channel, Day, Identifier, Strict, TimeOfDay

Words = Annotated[str, Field(max_length=2000, description="In the customer's own words.")]
Purpose = Literal["marketing", "profiling", "household_view", "third_party", "survey"]


class LinkBody(BaseModel):
    """A link to a customer's own page, without what lets anybody in."""

    link_id: str
    customer_id: str
    recorded_at: dt.datetime
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    used_at: dt.datetime | None
    actor: str


class NewLink(LinkBody):
    """A link that has been made now."""

    token: Annotated[str, Field(description="Shown this once.")]
    path: Annotated[
        str, Field(description="Of the page, with the token behind the #: browsers send that nowhere.")
    ]


class LinkList(BaseModel):
    """A customer's links, the newest first."""

    links: list[LinkBody]


class OwnAttribute(BaseModel):
    """One thing that is known of a customer."""

    name: str
    meaning: str
    value: Any
    personal: Annotated[str, Field(description="Class of personal data.")]


class OwnView(BaseModel):
    """What is known of a customer, told to them."""

    customer_id: str
    name: str | None
    phone: str | None
    branch: str | None
    has_adviser: bool
    as_of: dt.date | None
    link_ends_at: dt.datetime
    attributes: list[OwnAttribute]


class OwnConsent(BaseModel):
    """What holds of one purpose: true, false, or null where nobody asked."""

    purpose: str
    wording: str
    answer: Annotated[bool | None, Field(description="That all channels have; null where they differ, too.")]
    channels: dict[str, bool | None]
    by_channel: Annotated[bool, Field(description="Whether it matters over which channel.")]


class OwnConsents(BaseModel):
    """What holds of every purpose that a customer can agree to."""

    consents: list[OwnConsent]


class OwnAnswer(Strict):
    """A yes or a no to a purpose, on one channel or on all of them."""

    purpose: Purpose
    channel: Channel | Literal["all"] = "all"
    status: Literal["given", "withdrawn"]


class Topic(BaseModel):
    """Something of which a customer can want to hear nothing."""

    topic: str
    title: str
    unwanted: bool


class OwnPreferences(BaseModel):
    """What a customer wants now; what is null or empty is left to the bank."""

    channels: list[str]
    topics: list[Topic]
    most_in_30_days: int | None
    not_before: str | None
    not_after: str | None


class OwnOffer(BaseModel):
    """An offer, and why it was made; the reasons are empty where the data that it was made from are kept no more."""

    offer_id: str
    title: str
    topic: str
    channel: str
    kind: str
    state: str
    made_at: dt.datetime
    lapses_at: dt.datetime | None
    how: str
    because: list[str]
    data: list[str]
    speaks: list[str] = Field(
        description="What of the person speaks for a yes, the strongest first; empty where no kept model says how likely one is."
    )
    can_object: bool


class OwnOffers(BaseModel):
    """A customer's offers, the newest first."""

    offers: list[OwnOffer]


class ObjectionToAll(Strict):
    """An objection to offers, or to being evaluated for them."""

    to: Literal["marketing", "profiling"]
    words: Words = ""


class ObjectionToOffer(Strict):
    """An objection to one offer, or to everything of its kind."""

    to: Literal["offer", "topic"]
    offer_id: Identifier
    words: Words = ""


class ObjectionBody(BaseModel):
    """An objection that holds."""

    to: str
    offer_id: str | None
    consents: list[OwnConsent]
    topics: list[Topic]


class CallRequest(Strict):
    """A person is to call."""

    kind: Literal["call"]
    on: Day
    not_before: TimeOfDay | None = None
    not_after: TimeOfDay | None = None
    words: Words = ""


class CorrectionWanted(Strict):
    """Something is wrong."""

    kind: Literal["correction"]
    words: Annotated[
        str, Field(min_length=1, max_length=2000, description="What is wrong, and what is right.")
    ]


class ErasureWanted(Strict):
    """Everything is to be erased."""

    kind: Literal["erasure"]
    words: Words = ""


class KeptBody(BaseModel):
    """What one duty keeps of a customer who is erased."""

    rule: str
    title: str
    years: Annotated[int, Field(description="From the end of the relationship.")]
    reference: str
    tables: list[str]


class KeptList(BaseModel):
    """What the law keeps of a customer who is erased."""

    kept: list[KeptBody]


class OwnRequest(BaseModel):
    """A request of a customer, and what was answered."""

    request_id: str
    kind: str
    state: str
    opened_on: dt.date
    due_on: dt.date | None
    words: str
    answer: str
    refused: Annotated[bool, Field(description="Answered with no: the answer says why.")]


class OwnRequests(BaseModel):
    """A customer's requests, the newest first."""

    requests: list[OwnRequest]


class RequestOpened(BaseModel):
    """A request as recorded, and for an erasure what the law keeps."""

    request: OwnRequest
    kept: list[KeptBody]


class WaitingRequest(OwnRequest):
    """A request as staff see it."""

    customer_id: str


class WaitingRequests(BaseModel):
    """Requests of customers about their data, the one that is due first comes first."""

    requests: list[WaitingRequest]


class AnswerRequest(Strict):
    """What the customer is to read."""

    answer: Annotated[str, Field(min_length=1, max_length=2000)]
    refused: Annotated[
        bool, Field(description="Whether what was asked for is not done; the answer says why.")
    ] = False
