"""Customers as a round of asking sees them: over which channel they may be asked, what they have been told, how much an answer would teach."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.act.acting import ACTIVE, DAY
from zhike.act.live_state import day_of
from zhike.act.survey_consent import known_now, survey_answers
from zhike.act.survey_results import CUSTOMER, known_customers, sheets
from zhike.act.surveys import ANSWERED
from zhike.adapters.survey_places import given_of
from zhike.decide.contact_hours import local_day
from zhike.decide.inputs import CONTACT_DAYS
from zhike.decide.live import Live
from zhike.decide.loop_rules import instrument_of
from zhike.measure.surveys.asking import information

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.act.decisions import DecisionDesk
    from zhike.act.survey_results import Known
    from zhike.core.ports import Transaction
    from zhike.measure.surveys.asking import AskingPolicy
    from zhike.measure.surveys.questionnaire import Questionnaire

__all__ = ["Asked", "People", "read_people", "worth_by_cell"]

_PAGE: Final = 1_000
_Row = tuple[Any, ...]
_PEOPLE: Final = {
    "customer_id": pl.String, "permitted": pl.Boolean, "do_not_contact": pl.Boolean, "complaint_open": pl.Boolean, "branch": pl.String,
    "tier": pl.String, "most": pl.Int64,
}  # fmt: skip
_CONTACTS: Final = {"customer_id": pl.String, "occurred_on": pl.Date, "purpose": pl.String}
_SURVEYS: Final = {"customer_id": pl.String, "sent_on": pl.Date}
_ASKED: Final = {
    "instrument": pl.String, "branch": pl.String, "tier": pl.String, "sent_on": pl.Date, "answered_on": pl.Date,
}  # fmt: skip
_USUAL_SPREAD: Final = 1.0
"""Of answers where nobody has answered yet: then the share of a cell alone decides."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Every invitation so far: of a customer by the record that stays, to which survey, when they were told, and what became of it."""

    rows: Sequence[Mapping[str, Any]] = field(repr=False)
    known: Known = field(repr=False)
    zone: str

    @classmethod
    def of(cls, tx: Transaction, zone: str) -> Asked:
        """Read the invitations of customers who are served."""
        known, _ = known_customers(tx, None)
        columns = (
            "invitation_id",
            "customer_id",
            "survey",
            "state",
            "asked",
            "wave",
            "reminders",
            "lapses_at",
            "changed_at",
            "recorded_at",
        )
        rows = tx.find("survey_invitations", columns=columns)
        return cls([{**row, "customer_id": known[row["customer_id"]].customer} for row in rows if row["customer_id"] in known], known, zone)  # fmt: skip

    def surveys(self) -> pl.DataFrame:
        """Return who was asked or reminded, and on which day of the bank."""
        rows = [(row["customer_id"], self.day(at)) for row in self.rows for at in _told(row)]
        return pl.DataFrame(rows, _SURVEYS, orient="row")

    def quotas(self) -> pl.DataFrame:
        """Return invitations as `zhike.measure.surveys.quotas` counts them."""
        rows = [
            (instrument_of(row["survey"]), *self.known[row["customer_id"]][1:], self.day(row["recorded_at"]),
             self.day(row["changed_at"]) if row["state"] == ANSWERED else None)
            for row in self.rows
        ]  # fmt: skip
        return pl.DataFrame(rows, _ASKED, orient="row")

    def messages(self) -> dict[str, list[int]]:
        """Return when messages told a customer of invitations: those are contacts that are counted among all others already."""
        found: dict[str, list[int]] = {}
        for row in self.rows:
            found.setdefault(row["customer_id"], []).extend(
                at for at, _ in (row["asked"] or {}).get("contacts", ())
            )
        return found

    def day(self, at: int) -> dt.date:
        """Return the day of the bank of an instant."""
        return local_day(at, self.zone)


def _told(row: Mapping[str, Any]) -> list[int]:
    """Return when somebody was told of an invitation; of one without a message, when it was made."""
    contacts = [at for at, _ in (row["asked"] or {}).get("contacts", ())]
    return contacts or [row["recorded_at"]]


@dataclass(frozen=True, slots=True)
class People:
    """Customers as frames of `zhike.measure.surveys.asking.whom_to_ask`; of those who may be asked the channel, and what the questionnaire is told."""

    frame: pl.DataFrame = field(repr=False)
    contacts: pl.DataFrame = field(repr=False)
    channels: Mapping[str, str] = field(repr=False)
    given: Mapping[str, Mapping[str, Any]] = field(repr=False)


def read_people(
    desk: DecisionDesk,
    asked: Asked,
    policy: AskingPolicy,
    wanted: Callable[[str], Sequence[str]],
    only: Sequence[str] | None = None,
    about: Questionnaire | None = None,
) -> People:
    """Return customers who are served.

    Parameters
    ----------
    desk : DecisionDesk
    asked : Asked
    policy : AskingPolicy
    wanted : callable
        Returns the channels over which a customer might be asked, the best first.
    only : sequence of str, optional
        These; all of them unless given.
    about : Questionnaire, optional
        What they would be asked: then what it is told of each of them is read.
    """
    now, told = desk.acting.clock.now(), asked.messages()
    today, frame, contacts, channels = asked.day(now), list[_Row](), list[_Row](), dict[str, str]()
    given: dict[str, dict[str, Any]] = {}
    for tx, rows in _pages(desk.acting, only):
        lives = {row[CUSTOMER]: Live.of(row["live"]).on(day_of(now)) for row in rows}
        known = known_now(desk, tx, lives)
        for row in rows:
            name = row[CUSTOMER]
            live, facts = lives[name], known[name]
            answers = survey_answers(facts, live)
            channel = next((one for one in wanted(name) if answers.get(one) is True), None)
            if channel is not None:
                channels[name] = channel
                given[name] = {} if about is None else given_of(about, row, facts)
            frame.append(_standing(row, facts, live, permitted=channel is not None))
            ages = _ages(facts, live, told.get(name, ()), (policy.window_days, now))
            contacts += [(name, today - dt.timedelta(days=age), None) for age in ages]
    return People(
        pl.DataFrame(frame, _PEOPLE, orient="row"), pl.DataFrame(contacts, _CONTACTS, orient="row"), channels, given
    )  # fmt: skip


def _standing(row: Mapping[str, Any], facts: Mapping[str, Any], live: Live, *, permitted: bool) -> _Row:
    """Return a row of `_PEOPLE`; whoever waits for a call-back is as unhappy as one who complains."""
    unhappy = bool(facts.get("complaints_open") or live.complaints or live.loops)
    left_alone = bool(facts.get("do_not_contact"))
    return row[CUSTOMER], permitted, left_alone, unhappy, row["branch"], row["tier"], live.preferences.most


def _ages(facts: Mapping[str, Any], live: Live, surveys: Sequence[int], at: tuple[int, int]) -> list[int]:
    """Return how many days ago the bank was in touch about anything but surveys, so that their number and the latest are those that are known.

    The archive tells how many contacts there were within a window and how long ago the last one was, not when each of them was.
    """
    window, now = at
    since = now - window * DAY
    number = facts.get(f"contacts_all_{window}d")
    if number is None:
        number = sum(one > since for one, _ in live.contacts)
    others = int(number) - sum(one > since for one in surveys)
    last = facts.get(CONTACT_DAYS)
    if last is None and live.contacts:
        last = (now - max(one for one, _ in live.contacts)) // DAY
    return [window if last is None or place else min(int(last), window) for place in range(others)]


def _pages(acting: Acting, only: Sequence[str] | None) -> Iterator[tuple[Transaction, list[dict[str, Any]]]]:
    """Yield customers by pages, each read in a transaction of its own."""
    after, more = "", True
    where = {"state": ACTIVE} if only is None else {"state": ACTIVE, CUSTOMER: sorted(set(only))}
    while more:
        with acting.store.read() as tx:
            rows = tx.find("customers", where, order=[CUSTOMER], after=[after], limit=_PAGE)
            yield tx, rows
        more = len(rows) == _PAGE
        after = rows[-1][CUSTOMER] if rows else after


def worth_by_cell(
    tx: Transaction, asked: Asked, questionnaire: Questionnaire, by: str
) -> dict[str | None, float]:
    """Return how much one more invitation teaches about the bank's mean of an instrument's first score, by branch or tier.

    See `zhike.measure.surveys.asking.information`. A cell of which too little is known to have a spread of its own has that of all.
    """
    place = ("branch", "tier").index(by) + 1
    everybody = Counter(one[place] for name, one in asked.known.items() if one.customer == name)
    rule = questionnaire.scores[0].name if questionnaire.scores else ""
    told: dict[str | None, list[float]] = {}
    for sheet in sheets(tx, questionnaire.version, asked.known):
        value = sheet.scores.get(rule)
        if value is not None:
            told.setdefault(sheet.placed[place], []).append(value)
    sent = Counter(
        asked.known[row["customer_id"]][place] for row in asked.rows if row["survey"] == questionnaire.version
    )
    usual = _spread([value for values in told.values() for value in values]) or _USUAL_SPREAD
    cells = [
        (name, count / everybody.total(), _spread(values) or usual, len(values), (len(values) + 1) / (sent[name] + 2))
        for name, count in everybody.items() for values in [told.get(name, [])]
    ]  # fmt: skip
    frame = pl.DataFrame(cells, ["cell", "share", "spread", "answers", "response"], orient="row")
    return dict(information(frame).iter_rows())


def _spread(values: Sequence[float]) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
