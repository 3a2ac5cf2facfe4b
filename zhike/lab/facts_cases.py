"""Complaints of a month as records: receipt, decision and end, and the steps in between.

How long a case takes is settled when it comes in, so all its states are written at once, each known when its day has come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.core.contracts import CHANNELS
from zhike.lab.complaints import CAUSES
from zhike.lab.facts_frame import composed, days, framed, known, month_label, named, numbers
from zhike.lab.shelf import FAMILIES, SHELF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.month_results import MonthResults
    from zhike.lab.state import State, Traits

__all__ = ["case_records"]

ENTERED_WITHIN: Final = 3
"""Days within which a complaint is entered. Given."""
CLOSED_AFTER: Final = 7
"""Days from the decision to the end of the case. Invented."""
_ABOUT: Final = {
    "collection": ("card", "loan"),
    "returns": ("wealth", "fund"),
    "marketing": ("insurance", "wealth", "fund"),
}
_USUALLY: Final = ("card", "loan", "wealth", "fund", "deposit", "insurance", "payment")
_ELSE: Final = "settlement"


def case_records(
    dice: Dice, traits: Traits, state: State, month: int, results: MonthResults
) -> dict[str, pl.DataFrame]:
    """Return the complaints with their states, and the steps of handling them."""
    cases = results.cases
    who = traits.who[cases.row]
    received = days(month, cases.day)
    wait = np.floor(
        (ENTERED_WITHIN + 1) * dice.uniform("days until a complaint is entered", who, month)
    ).astype(np.int64)
    decided = received + cases.days.astype(np.int64)
    closed = decided + CLOSED_AFTER
    complaint = composed(numbers("Q", who), f"-{month_label(month)}")
    shared = {
        "complaint_id": complaint, "customer_id": numbers("C", who), "received_on": received, "channel": named(CHANNELS, cases.channel),
        "business": named(FAMILIES, _business(state, results)), "reason": named(CAUSES, cases.cause),
    }  # fmt: skip
    states = (("open", received, received + wait), ("decided", decided, decided), ("closed", closed, closed))
    rows = [
        framed(
            "complaints", {**shared, "status": status, "valid_from": since, "known_at": known(seen)}, len(who)
        )
        for status, since, seen in states
    ]
    steps = (
        ("received", received, received + wait),
        ("decided", decided, decided),
        ("closed", closed, closed),
    )
    events = [_event(complaint, name, day, seen) for name, day, seen in steps]
    return {
        "complaints": pl.concat(rows),
        "case_events": pl.concat([*events, _redress(traits, month, results)]),
    }


def _event(complaint: pl.Series, name: str, day: NDArray[np.int64], seen: NDArray[np.int64]) -> pl.DataFrame:
    columns = {
        "case_event_id": composed(complaint, f"-{name}"), "complaint_id": complaint, "happened_on": day, "event": name,
        "known_at": known(seen),
    }  # fmt: skip
    return framed("case_events", columns, len(complaint))


def _redress(traits: Traits, month: int, results: MonthResults) -> pl.DataFrame:
    """Return the payments that went with decisions which the customers found fair."""
    cases = results.cases
    fair = np.flatnonzero(cases.resolved_fair)
    opened = cases.resolved_opened[fair].astype(np.int64)
    labels, place = np.unique(opened, return_inverse=True)
    label = named([f"-{month_label(int(name))}" for name in labels], place)
    complaint = composed(numbers("Q", traits.who[cases.resolved_row[fair]]), label)
    day = days(month, cases.resolved_day[fair])
    return _event(complaint, "redress", day, day)


def _business(state: State, results: MonthResults) -> NDArray[np.int64]:
    """Return the family that a complaint is about: the first of the cause's own that the customer holds."""
    cases = results.cases
    since = np.maximum(state.since[cases.row], results.flows.since[cases.row])
    found = np.full(len(cases.row), FAMILIES.index(_ELSE))
    for place, cause in enumerate(CAUSES):
        for family in reversed(_ABOUT.get(cause, _USUALLY)):
            held = (since[:, SHELF.family == FAMILIES.index(family)] > 0).any(axis=1)
            found[(cases.cause == place) & held] = FAMILIES.index(family)
    return found
