"""What passed between bank and customers in a month: decisions, contacts, responses, surveys and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.contracts import CHANNELS
from zhike.lab.contact import BLOCKED, NOT_REACHED, SHOWN, STAFF_REFUSED
from zhike.lab.facts_frame import composed, days, framed, known, month_label, named, numbers, with_rank
from zhike.lab.listening import ITEMS
from zhike.lab.shelf import SHELF, TALKING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.deck import Deck
    from zhike.lab.dice import Dice
    from zhike.lab.month_results import MonthResults
    from zhike.lab.state import State, Traits

    Numbers = NDArray[np.int64]

__all__ = ["contacts", "decisions", "responses", "surveys"]

INBOUND: Final = 0.25
"""Share of customers who come to the bank of themselves in a month. Given."""
APP_OF_DIGITAL: Final = 0.85
"""Share of digital contacts that come by the app, the others by web. Invented."""
AT_MACHINES: Final = 0.25
"""Share of the other contacts that are made at machines. Invented."""
SERVICE: Final = 0.5
"""Share of customers' own contacts that ask for service, the others for a transaction. Invented."""
ANSWERS_WITHIN: Final = 7
"""Days within which those who answer a survey do so. Invented."""
INSTRUMENT: Final = "ecsi-24:1"

_PURPOSE: Final = {
    "sale": "marketing",
    "care": "service",
    "service": "service",
    "mandatory": "mandatory",
    "none": None,
}
_OUTCOMES: Final = (None, "accepted", "refused", "ignored", "blocked", "complained")
"""Names of `offers.Sales.outcome`, in its order."""
_BLOCKED_OUTCOME: Final = 4
_ADVISER: Final = TALKING.index("adviser")
_MONTH_DAYS: Final = 28


def decisions(deck: Deck, traits: Traits, month: int, results: MonthResults) -> pl.DataFrame:
    """Return every order with the probability of its choice; doing nothing is one of them."""
    made = results.contacts
    day = days(month, made.day)
    columns = {
        "decision_id": _ids("D", traits, month, made.row), "customer_id": numbers("C", traits.who[made.row]), "decided_on": day,
        "action_id": named(deck.ids, made.action), "product_id": named(SHELF.codes, deck.product[made.action]),
        "channel": named(TALKING, deck.channel[made.action]).fill_null("none"), "rank": with_rank(made.row) + 1,
        "action_probability": made.probability, "policy": results.policy, "known_at": known(day),
    }  # fmt: skip
    return framed("decisions", columns, len(made.row))


def contacts(
    dice: Dice, deck: Deck, traits: Traits, state: State, month: int, results: MonthResults
) -> pl.DataFrame:
    """Return the contacts: those that the bank sent, surveys, complaints, and what customers came for of themselves."""
    parts = [
        _sent(deck, traits, month, results),
        _asked(traits, month, results),
        _complained(traits, month, results),
    ]
    return pl.concat([*parts, _came(dice, traits, state, month)])


def responses(deck: Deck, traits: Traits, month: int, results: MonthResults) -> pl.DataFrame:
    """Return what became of the contacts: shown, and what the customer did; an answer may lie in a later month.

    Notes
    -----
    A recommendation that staff did not place was never delivered, so it is ``blocked`` like a message that was not sent.
    """
    made, sales = results.contacts, results.sales
    undelivered = (made.status == BLOCKED) | (made.status == STAFF_REFUSED)
    outcome = np.where(undelivered, _BLOCKED_OUTCOME, sales.outcome).astype(np.int64)
    shown, answered = np.flatnonzero(made.status == SHOWN), np.flatnonzero(outcome > 0)
    wait = np.where(undelivered, 0, sales.answer_days).astype(np.int64)
    rank = with_rank(made.row)
    parts = []
    for place, mark, names, later in ((shown, "s", ("shown",), 0 * wait), (answered, "a", _OUTCOMES, wait)):
        row, day = made.row[place], days(month, made.day[place].astype(np.int64) + later[place])
        columns = {
            "response_id": composed(_ids("R", traits, month, row, rank[place]), f"-{mark}"),
            "decision_id": _ids("D", traits, month, row, rank[place]), "customer_id": numbers("C", traits.who[row]),
            "action_id": named(deck.ids, made.action[place]), "responded_on": day,
            "outcome": named(names, outcome[place] if mark == "a" else np.zeros(len(place), np.int64)), "known_at": known(day),
        }  # fmt: skip
        parts.append(framed("responses", columns, len(place)))
    return pl.concat(parts)


def surveys(dice: Dice, traits: Traits, month: int, results: MonthResults) -> dict[str, pl.DataFrame]:
    """Return the invitations of a month and the questions that were answered."""
    asked = results.answers
    who = traits.who[asked.row]
    sent, customer = days(month, asked.day), numbers("C", who)
    survey = composed(numbers("S", who), f"-{month_label(month)}")
    invited = {
        "survey_id": survey, "customer_id": customer, "instrument": INSTRUMENT, "sent_on": sent,
        "channel": named(CHANNELS, asked.channel), "known_at": known(sent),
    }  # fmt: skip
    entry, question = np.nonzero(~np.isnan(asked.scores))
    wait = np.floor(ANSWERS_WITHIN * dice.uniform("days until the survey's answer", who, month)).astype(
        np.int64
    )
    day, index = (sent + wait)[entry], pl.Series(entry.astype(np.uint32))
    given = {
        "survey_id": survey.gather(index), "customer_id": customer.gather(index), "question": named(list(ITEMS), question),
        "answered_on": day, "score": asked.scores[entry, question], "known_at": known(day),
    }  # fmt: skip
    return {"surveys": framed("surveys", invited, len(who)), "answers": framed("answers", given, len(entry))}


def _ids(letter: str, traits: Traits, month: int, row: Numbers, rank: Numbers | None = None) -> pl.Series:
    place = with_rank(row) if rank is None else rank
    return composed(numbers(letter, traits.who[row]), f"-{month_label(month)}-", place)


def _interactions(
    traits: Traits, month: int, row: Numbers, day: NDArray[Any], mark: str, columns: dict[str, Any]
) -> pl.DataFrame:
    on = days(month, day)
    label = composed(numbers("X", traits.who[row]), f"-{month_label(month)}-{mark}")
    shared = {
        "interaction_id": label, "customer_id": numbers("C", traits.who[row]), "occurred_on": on, "known_at": known(on),
    }  # fmt: skip
    return framed("interactions", {**shared, **columns}, len(row))


def _sent(deck: Deck, traits: Traits, month: int, results: MonthResults) -> pl.DataFrame:
    made = results.contacts
    place = np.flatnonzero(
        ((made.status == SHOWN) | (made.status == NOT_REACHED)) & (deck.channel[made.action] >= 0)
    )
    row, action = made.row[place], made.action[place]
    purposes = [_PURPOSE[kind] for kind in deck.kind]
    channel = deck.channel[action]
    staff = np.where(channel == _ADVISER, traits.adviser[row], -1)
    columns = {
        "interaction_id": _ids("X", traits, month, row, with_rank(made.row)[place]), "channel": named(TALKING, channel),
        "direction": "outbound", "purpose": named(purposes, action), "action_id": named(deck.ids, action), "staff_id": _staff(staff),
    }  # fmt: skip
    return _interactions(traits, month, row, made.day[place], "", columns)


def _staff(number: NDArray[Any]) -> pl.Series:
    """Return identifiers of relationship managers, who come first among the staff."""
    text = pl.Series("staff", np.asarray(number, dtype=np.int64) + 1).cast(pl.String).str.zfill(4)
    frame = pl.DataFrame({"text": text, "there": number >= 0})
    return frame.select(pl.when("there").then(pl.format("M{}", "text"))).to_series()


def _asked(traits: Traits, month: int, results: MonthResults) -> pl.DataFrame:
    asked = results.answers
    columns = {"channel": named(CHANNELS, asked.channel), "direction": "outbound", "purpose": "survey"}
    return _interactions(traits, month, asked.row, asked.day, "s", columns)


def _complained(traits: Traits, month: int, results: MonthResults) -> pl.DataFrame:
    cases = results.cases
    columns = {"channel": named(CHANNELS, cases.channel), "direction": "inbound", "purpose": "complaint"}
    return _interactions(traits, month, cases.row, cases.day, "c", columns)


def _came(dice: Dice, traits: Traits, state: State, month: int) -> pl.DataFrame:
    row = np.flatnonzero(state.here & dice.happens(INBOUND, "comes of himself", traits.who, month))
    who = traits.who[row]
    day = 1 + np.floor(_MONTH_DAYS * dice.uniform("day of coming", who, month)).astype(np.int64)
    service = dice.happens(SERVICE, "comes for service", who, month)
    columns = {
        "channel": _way(dice, traits.at(row), month), "direction": "inbound",
        "purpose": named(("transaction", "service"), service.astype(np.int64)),
    }  # fmt: skip
    return _interactions(traits, month, row, day, "i", columns)


def _way(dice: Dice, people: Traits, month: int) -> pl.Series:
    """Return the channel by which customers come: the skilled by app or web, others to machines, branch or telephone as they like."""
    drawn, kind = (dice.uniform(stream, people.who, month) for stream in ("way of coming", "kind of way"))
    likes_phone = people.liking[:, TALKING.index("phone")] > people.liking[:, TALKING.index("branch")]
    digital = np.where(kind < APP_OF_DIGITAL, 0, 1)
    other = np.where(kind < AT_MACHINES, 2, np.where(likes_phone, 3, 4))
    return named(("app", "web", "atm", "phone", "branch"), np.where(drawn < people.digital, digital, other))
