"""The shapes of the models that a bank keeps: the list, a card, what happened to a model."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, Field

from zhike.learn.model_history import StepKind

__all__ = [
    "AlarmBody",
    "BinBody",
    "CardBody",
    "CheckBody",
    "ContactBody",
    "FigureBody",
    "GroupBody",
    "ModelBody",
    "ModelLine",
    "ModelList",
    "ModelName",
    "OriginBody",
    "ReadingBody",
    "StepBody",
    "TableReadBody",
]

ModelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="What the model is for.")]


class ModelLine(BaseModel):
    """The models of one name."""

    name: ModelName
    versions: list[str] = Field(description="In the order in which they were kept.")
    champion: str | None = Field(description="The version in force; null where none was promoted yet.")
    since: dt.datetime | None = Field(description="When it was put in force.")
    open_proposal: str | None = Field(description="That waits to be approved or carried out.")
    steps: int = Field(description="Of the history.")


class ModelList(BaseModel):
    """The models of the bank."""

    models: list[ModelLine]


class FigureBody(BaseModel):
    """A figure with the ends of its 95 % interval; null where it cannot be computed."""

    metric: str
    title: str
    value: float | None
    low: float | None
    high: float | None


class GroupBody(BaseModel):
    """Figures of one group."""

    attribute: str
    group: str
    cases: int
    events: int
    figures: list[FigureBody]


class BinBody(BaseModel):
    """Cases of similar probability: what was expected of them, and what was observed, with its interval."""

    cases: int
    events: int
    expected: float
    observed: float
    low: float | None
    high: float | None


class MeasuredBody(BaseModel):
    """The cases that a card was measured on; the model was not fitted on them."""

    cases: int
    events: int
    first: dt.date
    last: dt.date


class TableReadBody(BaseModel):
    """A table that the model was fitted on, without a row of it."""

    table: str
    rows: int
    columns: list[str]
    sha256: str = Field(description="Over the rows in any order.")


class OriginBody(BaseModel):
    """From what, by what and how a model was fitted."""

    at: dt.date = Field(description="Nothing known later was read.")
    first: dt.date = Field(description="Of the days on which outcomes were observed.")
    last: dt.date
    code_version: str
    seed: int
    configuration: dict[str, Any]
    tables: list[TableReadBody]


class ContactBody(BaseModel):
    """What a contact changes in one group of customers; all intervals of a card hold together at 95 %."""

    attribute: str
    attribute_title: str
    group: str
    group_title: str
    customers: int
    choices: int = Field(description="Logged choices of a contact or of nothing.")
    effect: float = Field(description="Change in the chance of getting a product.")
    low: float
    high: float
    do_not_contact: bool = Field(description="Whether all of the interval is below 0: a contact harms.")


class CardBody(BaseModel):
    """A model's card; nothing of a customer is on it."""

    kind: str
    purpose: str
    limits: list[str] = Field(description="What it must not be used for, and what it does not know.")
    measured: MeasuredBody
    figures: list[FigureBody]
    groups: list[GroupBody] = Field(description="Those with enough cases to be told.")
    calibration: list[BinBody] = Field(description="By ascending probability.")
    features: list[str]
    contact_effects: list[ContactBody] = Field(
        description="Of a model that says what a contact changes; empty of others."
    )
    origin: OriginBody


class ReadingBody(BaseModel):
    """What a version would gain over the one in force, as it was proposed."""

    source: str = Field(description="off_policy or experiment, and which.")
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    refused: bool = Field(description="Whether whoever measured refused to say.")
    reason: str


class StepBody(BaseModel):
    """Something that happened to a model."""

    number: int
    at: dt.datetime
    kind: StepKind
    title: str
    version: str
    actors: list[str] = Field(description="Who did it, and who approved.")
    reason: str
    proposal: str | None
    reading: ReadingBody | None
    hash: str = Field(description="As the audit trail states it.")


class AlarmBody(BaseModel):
    """One thing that was looked at when a version was compared with the bank."""

    kind: str = Field(description="population, calibration or performance.")
    title: str
    subject: str = Field(description="The feature, or what was measured.")
    raised: bool = Field(description="Whether it rings.")
    measures: dict[str, float | None]
    false_alarms: str = Field(description="How often it would ring for nothing.")


class CheckBody(BaseModel):
    """What was found when a version was last compared with the bank, and kept."""

    at: dt.date = Field(description="Of whose customers the model was asked.")
    compared_with: dt.date = Field(description="Of whose customers the card is.")
    checked_at: dt.datetime
    raised: int = Field(description="How many ring.")
    alarms: list[AlarmBody] = Field(description="What rings first.")


class ModelBody(ModelLine):
    """A model with the card of one version, and its history."""

    version: str = Field(description="Whose card it is.")
    card: CardBody
    check: CheckBody | None = Field(description="Null where nobody kept a look at this version.")
    history: list[StepBody]
