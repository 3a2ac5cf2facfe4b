"""The shapes of requests and answers, as the OpenAPI description shows them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Identifier = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_:.\-]+$")]
Channel = Literal["branch", "adviser", "phone", "app", "web", "email", "sms", "post", "atm"]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Such as 09:00.")]
_EACH_ONCE: Final[dict[str, Any]] = {"uniqueItems": True}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    rf"{_DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}([.][0-9]{{1,6}})?(Z|[+-][0-9]{{2}}:[0-9]{{2}})"
)


def _day(text: object) -> object:
    if isinstance(text, str) and _DAY.fullmatch(text):
        return text
    message = "a day such as 2026-06-30"
    raise ValueError(message)


def _instant(text: object) -> object:
    if isinstance(text, str) and _INSTANT.fullmatch(text):
        return text
    message = "an instant with its offset, such as 2026-06-30T09:00:00+08:00"
    raise ValueError(message)


def _of_the_calendar(at: dt.datetime | None) -> dt.datetime | None:
    # 9999-12-31T23:59:59-14:00 has a form and no day in UTC.
    if at is not None:
        try:
            at.astimezone(dt.UTC)
        except OverflowError as problem:
            message = "an instant of the years 1 to 9999 in UTC"
            raise ValueError(message) from problem
    return at


def _whole(number: object) -> object:
    # 2.0 is a whole number to JSON, True and "2" are none.
    if type(number) is float and number.is_integer():
        return int(number)
    if type(number) is int:
        return number
    message = "a whole number"
    raise ValueError(message)


def _maybe(check: Callable[[object], object]) -> BeforeValidator:
    return BeforeValidator(lambda value: None if value is None else check(value))


Day = Annotated[dt.date, BeforeValidator(_day)]
MaybeDay = Annotated[dt.date | None, _maybe(_day)]
MaybeInstant = Annotated[dt.datetime | None, _maybe(_instant), AfterValidator(_of_the_calendar)]
MaybeWhole = _maybe(_whole)
"""Of an integer or nothing: 2.0 is one, True and "2" are none."""


class Strict(BaseModel):
    """Nothing but what is described, and no guess at what was meant."""

    model_config = ConfigDict(extra="forbid")


class JustDone(Strict):
    """An action and what became of it a moment ago, not recorded yet."""

    action_id: Identifier
    outcome: Literal["accepted", "refused"]


class DecisionRequest(Strict):
    """What is asked for."""

    customer_id: Identifier
    channels: Annotated[
        list[Channel],
        Field(max_length=9, description="Channels over which an action can go now; empty: all."),
    ] = []
    direction: Annotated[
        Literal["outbound", "inbound"],
        Field(description="outbound: what is chosen counts as a contact by the bank."),
    ] = "outbound"
    reason: Annotated[Name, Field(description="Why the customer is in contact; see contact.reasons.")] = (
        "none"
    )
    just_done: Annotated[list[JustDone], Field(max_length=50)] = []
    most: Annotated[
        Annotated[int, Field(ge=1, le=20)] | None,
        _maybe(_whole),
        Field(description="Most actions, where fewer than the policy's."),
    ] = None
    explain: Annotated[
        bool,
        Field(strict=True, description="Whether to say why, candidate by candidate; needs decision.explain."),
    ] = False


class ErrorPart(BaseModel):
    """What was found, what was needed, what to do."""

    code: str
    retryable: bool
    found: str
    needed: str
    remedy: str
    data: dict[str, Any]


class ErrorBody(BaseModel):
    """The one shape of errors; codes are in docs/ERRORS.md."""

    error: ErrorPart


class ListedAction(BaseModel):
    """One action of a list."""

    rank: int
    action_id: str
    title: str
    kind: str
    product_id: str | None
    channel: str
    arm: str
    probability: float
    propensity: float
    expected_value: float
    net_value: float
    currency: str
    duties: list[str]
    contact_not_before: str | None
    contact_not_after: str | None


class ServedAction(ListedAction):
    """One action that was offered."""

    offer_id: str


class ContactBudget(BaseModel):
    """How many contacts by the bank a cap leaves."""

    channel: str = Field(description="A channel, or all.")
    days: int = Field(description="Length of the window.")
    used: int
    most: int
    left: int


class RecommendationList(BaseModel):
    """What would be decided for a customer now; nothing of it is recorded."""

    customer_id: str
    publication: int
    as_of: dt.date | None
    actions: list[ListedAction]
    attempts: dict[str, int]
    degraded: str | None
    budget: list[ContactBudget]
    titles: dict[str, str] = Field(
        description="Of every action, by its identifier, in the caller's language."
    )
    explanation: dict[str, Any] | None


class DecisionAnswer(BaseModel):
    """A decision; doing nothing is one too."""

    decision_id: str
    customer_id: str
    decided_at: dt.datetime
    publication: int
    as_of: dt.date | None
    policy: str | None
    policy_version: str | None
    actions: list[ServedAction]
    no_action: bool
    attempts: dict[str, int]
    degraded: str | None
    stored: bool
    explanation: dict[str, Any] | None = None


class StoredDecision(BaseModel):
    """A decision as it was recorded."""

    decision_id: str
    customer_id: str
    decided_at: dt.datetime
    origin: str
    publication: int
    degraded: str | None
    reason: str
    places: list[list[Any]]
    fingerprint: str
    identical: bool | None = Field(
        description="Whether it came out the same when computed again; null where not asked for."
    )


class ResponseRequest(Strict):
    """What became of an offer."""

    outcome: Literal["shown", "accepted", "refused", "blocked"]
    reason: Annotated[str, Field(max_length=2000)] = ""
    at: Annotated[MaybeInstant, Field(description="When it happened; now where empty.")] = None


class ResponseAnswer(BaseModel):
    """A response as recorded."""

    response_id: str
    offer_id: str
    outcome: str
    late: bool
    responded_at: dt.datetime


class _Consent(Strict):
    purpose: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    channel: Channel | Literal["all"]


class ConsentGiven(_Consent):
    """A yes to a purpose on a channel, with how it was given."""

    status: Literal["given"]
    evidence: Annotated[
        dict[str, Any], Field(min_length=1, max_length=50, description="Form, wording, place.")
    ]
    expires_on: Annotated[MaybeDay, Field(description="First day on which it no longer holds.")] = None


class ConsentWithdrawn(_Consent):
    """A no to a purpose on a channel; it needs no reason."""

    status: Literal["withdrawn"]
    evidence: Annotated[dict[str, Any], Field(max_length=50, description="Form, wording, place.")] = {}


class ConsentAnswerBody(BaseModel):
    """A consent as recorded."""

    consent_id: str
    purpose: str
    channel: str
    status: str
    valid_from: dt.date
    expires_on: dt.date | None
    recorded_at: dt.datetime


class Channels(Strict):
    """Channels over which the customer does not want to be addressed."""

    unwanted: Annotated[list[Channel], Field(max_length=9, json_schema_extra=_EACH_ONCE)]


class Topics(Strict):
    """Groups and templates of actions of which the customer wants to hear nothing."""

    unwanted: Annotated[list[Name], Field(max_length=100, json_schema_extra=_EACH_ONCE)]


class Frequency(Strict):
    """How often the bank may be in contact."""

    most_in_30_days: Annotated[int, Field(ge=0, le=1000), BeforeValidator(_whole)]


class Hours(Strict):
    """Between which times of day, the earlier first."""

    not_before: TimeOfDay
    not_after: TimeOfDay


class Lifted(Strict):
    """Nothing in particular is wanted any more."""


class PreferenceBody(BaseModel):
    """A preference as recorded."""

    preference_id: str
    kind: str
    value: dict[str, Any]
    recorded_at: dt.datetime


class ConsentList(BaseModel):
    """A customer's consents, the oldest first."""

    consents: list[ConsentAnswerBody]


class PreferenceList(BaseModel):
    """A customer's preferences, the oldest first; the last of a kind speaks."""

    preferences: list[PreferenceBody]


class OfferBody(BaseModel):
    """An offer and what became of it."""

    offer_id: str
    decision_id: str
    action_id: str
    channel: str
    state: str
    made_at: dt.datetime
    lapses_at: dt.datetime | None


class CustomerView(BaseModel):
    """What is known of a customer, masked to what whoever asks may see."""

    customer_id: str
    branch: str | None
    adviser: str | None
    as_of: dt.date | None
    attributes: dict[str, Any]
    hidden: list[str]
    offers: list[OfferBody]


class DecisionList(BaseModel):
    """A page of decisions, the newest first."""

    decisions: list[StoredDecision]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class ActionBody(BaseModel):
    """An action that can be chosen."""

    action_id: str
    template: str
    title: str
    kind: str
    product_id: str | None
    channel: str
    purpose: str
    group: str


class ActionList(BaseModel):
    """The actions of the publication that is served from."""

    publication: int
    actions: list[ActionBody]


class PolicyBody(BaseModel):
    """The policy that is served from."""

    publication: int
    as_of: dt.date
    path: str
    version: str
    content: dict[str, Any]


class HealthBody(BaseModel):
    """Whether decisions can be served."""

    status: Literal["serving", "degraded"]
    publication: int | None
    as_of: dt.date | None
    problems: list[str]
