"""The contract tables: what a bank's extract is turned into, column by column."""

from __future__ import annotations

import dataclasses
from typing import Final

from zhike.core.errors import UsageError
from zhike.core.tables import KNOWN_AT, VALID_FROM, VALID_TO, Column, Table

__all__ = ["CHANNELS", "CONTRACTS", "FAMILIES", "contract"]

FAMILIES: Final = (
    "deposit", "loan", "settlement", "card", "fund", "bond", "stock", "wealth", "insurance", "payment", "metal",
)  # fmt: skip
"""Product families; each belongs to one line of business in the segment by product reliance."""

CHANNELS: Final = ("branch", "adviser", "phone", "app", "web", "email", "sms", "post", "atm")

_VERSION: Final = (
    Column(VALID_FROM, "date", "C1", "First day on which the row is so.", required=True),
    Column(VALID_TO, "date", "C1", "First day on which it is no longer so; empty while it lasts."),
    Column(KNOWN_AT, "instant", "C1", "When the bank learnt it.", required=True),
)
_KNOWN: Final = (Column(KNOWN_AT, "instant", "C1", "When the bank learnt it.", required=True),)
_CURRENCY: Final = Column("currency", "string", "C1", "ISO 4217 code of the row's amounts.")
_CURRENCY_REQUIRED: Final = dataclasses.replace(_CURRENCY, required=True)


def _version(name: str, meaning: str, key: tuple[str, ...], *columns: Column) -> Table:
    return Table(name, meaning, "version", key, VALID_FROM, (*columns, *_VERSION))


def _event(name: str, meaning: str, key: tuple[str, ...], day: str, *columns: Column) -> Table:
    return Table(name, meaning, "event", key, day, (*columns, *_KNOWN))


def _id(name: str, meaning: str, references: str | None = None, *, required: bool = True) -> Column:
    return Column(
        name,
        "string",
        "C2" if "customer" in name else "C1",
        meaning,
        required=required,
        references=references,
    )


_CUSTOMER: Final = _id("customer_id", "The customer.", "customers.customer_id")
_PRODUCT: Final = _id("product_id", "The product.", "products.product_id")

_TABLES: Final = (
    _version(
        "customers", "A person or firm the bank serves.", ("customer_id",),
        _id("customer_id", "The bank's identifier of the customer."),
        Column("name", "string", "C2", "Name, as the customer writes it."),
        Column("phone", "string", "C2", "Phone number."),
        Column("customer_type", "string", "C1", "What kind of customer.", values=("person", "professional", "firm", "inactive")),
        Column("service_tier", "string", "C1", "The bank's own service tier."),
        Column("sex", "string", "C2", "As the bank records it.", values=("female", "male", "other")),
        Column("birth_date", "date", "C2", "Day of birth."),
        Column("full_capacity", "bool", "C2", "Whether the customer has full legal capacity."),
        Column("region", "string", "C2", "Region or district of residence."),
        Column("language", "string", "C1", "Language the customer prefers, as a BCP 47 tag."),
        Column("household_income", "money", "C2", "Yearly income of the household.", unit="minor units / year", minimum=0),
        _CURRENCY,
        Column("origin", "string", "C1", "Where the row comes from; 'inferred' when only other tables name the customer.",
               values=("source", "inferred")),
    ),
    _version(
        "relationships", "A tie of a customer to an account, another customer or a member of staff.", ("relationship_id",),
        _id("relationship_id", "The tie."),
        _CUSTOMER,
        Column("object_type", "string", "C1", "What the customer is tied to.", required=True, values=("account", "customer", "staff", "household")),
        # As the identifier of a customer: it is one where the tie is to a customer.
        Column("object_id", "string", "C2", "Identifier of the account, customer, member of staff or household.", required=True),
        Column("role", "string", "C2", "The customer's part in the tie.", required=True,
               values=("owner", "joint_owner", "authorised_user", "member", "head", "adviser", "guardian", "beneficiary", "employer",
                       "same_person")),
    ),
    _version(
        "accounts", "An account with a balance.", ("account_id",),
        _id("account_id", "The account."),
        _id("product_id", "The product it is an account of.", "products.product_id", required=False),
        Column("region", "string", "C1", "Region or district of the branch that keeps it."),
        Column("opened_on", "date", "C2", "Day of opening."),
        Column("closed_on", "date", "C2", "Day of closing."),
        _CURRENCY_REQUIRED,
    ),
    _version(
        "products", "A product the bank offers or once offered.", ("product_id",),
        _id("product_id", "The product."),
        Column("name", "string", "-", "Its name."),
        Column("family", "string", "-", "Line of product.", required=True, values=FAMILIES),
        Column("product_group", "string", "-", "Group within the family: at most one of a group is proposed at a time."),
        Column("regime", "string", "-", "Suitability regime that governs its sale; 'none' for products without one.", required=True),
        Column("seller_risk_level", "int16", "-", "Risk level by the seller's rating, 1 the lowest.", unit="level", minimum=1, maximum=5),
        Column("issuer_risk_level", "int16", "-", "Risk level by the issuer's rating.", unit="level", minimum=1, maximum=5),
        Column("complex", "bool", "-", "Whether the regime counts it as complex."),
        Column("target_market", "string", "-", "Whom it is made for.", values=("retail", "professional", "all")),
        Column("minimum_amount", "money", "-", "Least amount of a purchase.", unit="minor units", minimum=0),
        _CURRENCY,
        Column("term_months", "int16", "-", "Term.", unit="months", minimum=0),
        Column("annual_premium", "money", "-", "Yearly premium of an insurance product.", unit="minor units / year", minimum=0),
        Column("single_premium", "money", "-", "Single premium of an insurance product.", unit="minor units", minimum=0),
        Column("paying_years", "int16", "-", "Years over which the premium is paid.", unit="years", minimum=0),
        Column("uncertain_benefit", "bool", "-", "Whether an insurance benefit depends on investment results."),
        Column("terms", "string", "-", "Free text shown to staff."),
    ),
    _version(
        "holdings", "A product that a customer has.", ("holding_id",),
        _id("holding_id", "The holding."),
        _CUSTOMER,
        _PRODUCT,
        _id("account_id", "The account it is kept on.", "accounts.account_id", required=False),
        Column("started_after", "date", "C2", "Earliest possible first day, where the source dates the start to an interval only."),
        Column("amount", "money", "C2", "Principal, value or regular payment.", unit="minor units"),
        _CURRENCY,
        Column("status", "string", "C2", "State of a loan or contract.",
               values=("active", "repaid", "in_arrears", "written_off", "lapsed", "closed")),
        Column("matures_on", "date", "C2", "Day of maturity."),
    ),
    _event(
        "transactions", "A booking on an account.", ("transaction_id",), "booked_on",
        _id("transaction_id", "The booking."),
        _id("account_id", "The account.", "accounts.account_id"),
        Column("booked_on", "date", "C2", "Day of booking.", required=True),
        Column("sequence", "int64", "C1", "Order of bookings within a day, where the source knows it."),
        Column("amount", "money", "C2", "Positive for money in, negative for money out.", unit="minor units", required=True),
        _CURRENCY_REQUIRED,
        Column("balance_after", "money", "C2", "Balance of the account after the booking.", unit="minor units"),
        Column("method", "string", "C2", "How the money moved.", values=("cash", "card", "transfer", "direct_debit", "internal", "other")),
        Column("purpose", "string", "C2", "What it was for.",
               values=("salary", "pension", "household", "insurance", "loan_payment", "interest", "fee", "penalty_interest", "leasing", "investment", "other")),
        Column("counterparty", "string", "C2", "Bank or merchant on the other side."),
    ),
    _event(
        "interactions", "A contact with a customer, whoever began it.", ("interaction_id",), "occurred_on",
        _id("interaction_id", "The contact."),
        _CUSTOMER,
        Column("occurred_on", "date", "C2", "Day of the contact.", required=True),
        Column("channel", "string", "C1", "Channel.", required=True, values=CHANNELS),
        Column("direction", "string", "C1", "Who began it.", required=True, values=("inbound", "outbound")),
        Column("purpose", "string", "C1", "What it was for.", values=("marketing", "service", "mandatory", "survey", "complaint", "transaction")),
        _id("action_id", "The action that caused it.", required=False),
        _id("staff_id", "Who held it.", "staff.staff_id", required=False),
    ),
    _event(
        "decisions", "An action that was chosen for a customer, with the probability of the choice.", ("decision_id",), "decided_on",
        _id("decision_id", "The decision."),
        _CUSTOMER,
        Column("decided_on", "date", "C2", "Day of the decision.", required=True),
        _id("action_id", "The action."),
        _id("product_id", "Its product.", "products.product_id", required=False),
        Column("channel", "string", "C1", "Its channel.", values=(*CHANNELS, "none")),
        Column("rank", "int16", "C1", "Place in the customer's list, 1 the first.", minimum=1),
        Column("action_probability", "float64", "C1", "P(shown) under the policy that decided.", unit="probability", minimum=0, maximum=1),
        Column("policy", "string", "C1", "Policy and version that decided."),
    ),
    _event(
        "responses", "What a customer did with a decision.", ("response_id",), "responded_on",
        _id("response_id", "The response."),
        _id("decision_id", "The decision.", "decisions.decision_id", required=False),
        _CUSTOMER,
        _id("action_id", "The action."),
        Column("responded_on", "date", "C2", "Day of the response.", required=True),
        Column("outcome", "string", "C2", "What happened; 'blocked' means it was never delivered and says nothing about the customer.",
               required=True, values=("shown", "accepted", "refused", "ignored", "blocked", "complained")),
    ),
    _version(
        "assessments", "An answer to a questionnaire on risk, capacity, knowledge or need.", ("assessment_id",),
        _id("assessment_id", "The assessment."),
        _CUSTOMER,
        Column("kind", "string", "C1", "What was assessed.", required=True, values=("risk_tolerance", "capacity_for_loss", "knowledge", "sustainability")),
        Column("method", "string", "C1", "How the level came about.", required=True, values=("questionnaire", "imputed")),
        Column("level", "int16", "C2", "Level, 1 the lowest; empty when not available.", unit="level", minimum=1, maximum=5),
        Column("label", "string", "C2", "The source's own word for the level."),
        Column("assessed_on", "date", "C2", "Day of the answer."),
        Column("lower_amount", "money", "C2", "Least amount of the band that the answer names.", unit="minor units"),
        Column("upper_amount", "money", "C2", "Greatest amount of that band; empty when open.", unit="minor units"),
        _CURRENCY,
    ),
    _version(
        "consents", "A customer's answer to one purpose of use, on one channel or on all.", ("customer_id", "purpose", "channel"),
        _CUSTOMER,
        Column("purpose", "string", "C1", "What the data or the contact is for.", required=True,
               values=("marketing", "profiling", "household_view", "third_party", "survey")),
        Column("channel", "string", "C1", "Channel, or 'all'.", required=True, values=(*CHANNELS, "all")),
        Column("status", "string", "C2", "The answer.", required=True, values=("given", "withdrawn")),
        Column("evidence", "string", "C1", "Where the proof of the answer is kept."),
    ),
    _version(
        "preferences", "What a customer asked for: channel, language, hours, frequency, topic.", ("customer_id", "topic"),
        _CUSTOMER,
        Column("topic", "string", "C1", "What the preference is about.", required=True,
               values=("channel", "language", "do_not_contact", "contact_hours", "frequency", "interest")),
        Column("value", "string", "C2", "The customer's choice.", required=True),
    ),
    _event(
        "surveys", "An invitation to a survey.", ("survey_id",), "sent_on",
        _id("survey_id", "The invitation."),
        _CUSTOMER,
        Column("instrument", "string", "C1", "Questionnaire and version.", required=True),
        Column("sent_on", "date", "C2", "Day of sending.", required=True),
        Column("channel", "string", "C1", "Channel.", values=CHANNELS),
    ),
    _event(
        "answers", "One answer to one question.", ("survey_id", "question"), "answered_on",
        _id("survey_id", "The invitation.", "surveys.survey_id"),
        _CUSTOMER,
        Column("question", "string", "C1", "The question's code.", required=True),
        Column("answered_on", "date", "C2", "Day of the answer.", required=True),
        Column("score", "float64", "C2", "Answer on the question's scale.", unit="points"),
        Column("words", "string", "C2", "Answer in words."),
    ),
    _version(
        "complaints", "A complaint and the state it is in.", ("complaint_id",),
        _id("complaint_id", "The complaint."),
        _CUSTOMER,
        Column("received_on", "date", "C2", "Day of receipt.", required=True),
        Column("status", "string", "C2", "Where it stands.", required=True, values=("open", "decided", "closed", "withdrawn")),
        Column("channel", "string", "C1", "Channel it came by.", values=CHANNELS),
        Column("business", "string", "C1", "Business it is about."),
        Column("reason", "string", "C2", "Cause."),
    ),
    _event(
        "case_events", "A step in handling a complaint.", ("case_event_id",), "happened_on",
        _id("case_event_id", "The step."),
        _id("complaint_id", "The complaint.", "complaints.complaint_id"),
        Column("happened_on", "date", "C2", "Day of the step.", required=True),
        Column("event", "string", "C2", "What was done.", required=True),
        _id("staff_id", "Who did it.", "staff.staff_id", required=False),
    ),
    _event(
        "prices", "The price of a product on a day.", ("product_id", "priced_on"), "priced_on",
        _PRODUCT,
        Column("priced_on", "date", "-", "Day of the price.", required=True),
        Column("price", "float64", "-", "Price, rate or fee.", unit="currency units", required=True, minimum=0),
        _CURRENCY_REQUIRED,
    ),
    _version(
        "staff", "A member of staff with hours to give.", ("staff_id",),
        _id("staff_id", "The member of staff."),
        Column("role", "string", "C1", "Role.", required=True, values=("relationship_manager", "adviser", "service", "complaints", "compliance")),
        Column("region", "string", "C1", "Region."),
        Column("weekly_hours", "float64", "C1", "Hours for customers.", unit="hours / week", minimum=0, maximum=168),
    ),
    _version(
        "channels", "A channel and what it can carry.", ("channel",),
        Column("channel", "string", "-", "The channel.", required=True, values=CHANNELS),
        Column("daily_capacity", "int64", "-", "Contacts it can carry.", unit="contacts / day", minimum=0),
        Column("cost_per_contact", "money", "-", "Cost of one contact.", unit="minor units", minimum=0),
        _CURRENCY,
    ),
)  # fmt: skip

CONTRACTS: Final[dict[str, Table]] = {table.name: table for table in _TABLES}


def contract(name: str) -> Table:
    """Return a contract table by name; the error lists the tables there are."""
    if name not in CONTRACTS:
        raise UsageError(what=f"'{name}'", expected=", ".join(CONTRACTS))
    return CONTRACTS[name]
