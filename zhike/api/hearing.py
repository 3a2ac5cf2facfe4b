"""From the store to results of a survey: which version and period, whose answers may count, read once and remembered until something changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from zhike.act.survey_results import (
    invitations,
    known_customers,
    sheet_counts,
    state_of_results,
)
from zhike.act.team_book import LocalDays
from zhike.adapters.filled_sheets import in_blocks, known_sheets, unknown_sheets
from zhike.adapters.survey_places import quota_rows
from zhike.api.imported_sheets import imported_sheets
from zhike.api.instruments import form_of, version_of
from zhike.api.survey_bodies import zone_of
from zhike.core.phrases import phrase
from zhike.core.service_errors import RequestInvalidError
from zhike.decide.contact_hours import local_day
from zhike.govern.roles import permitted_scope
from zhike.measure.results.answered import AskedOne
from zhike.measure.results.forms import ResultRules
from zhike.measure.results.whole import Heard, Whole, wave_pair, whole_results
from zhike.measure.surveys import read_questionnaire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.adapters.bank import Bank
    from zhike.api.asking import Asking
    from zhike.core.ports import Transaction
    from zhike.measure.results.forms import InstrumentForm
    from zhike.measure.surveys.questionnaire import Quota

__all__ = ["RESULTS", "Hearing", "hearing", "results_branch"]

Answer = TypeVar("Answer")
RESULTS: Final = "survey.results"
_ASKING: Final = "surveys.asking"
_ALL: Final = "all"
_SEED: Final = 20_261_127
"""The same sheets give the same intervals."""


@dataclass(frozen=True)
class Hearing:
    """Of what results are asked for.

    Parameters
    ----------
    name : str
        Of the instrument.
    form : InstrumentForm
        With the version of the questionnaire.
    rules : ResultRules
    counts : mapping of str to int
        Complete sheets of each version, by its first day.
    first, last : date
        Of the sheets that count, in the bank's days; no first day: from the beginning.
    branch : str or None
        The only one whose customers count.
    late_after : float
    bank : Bank, optional
        Whose imported sheets count as well.
    """

    asking: Asking
    name: str
    form: InstrumentForm
    rules: ResultRules
    counts: Mapping[str, int]
    first: dt.date | None
    last: dt.date
    branch: str | None
    late_after: float
    bank: Bank | None = None

    def whole(self) -> Whole:
        """Return all results; computed where something has changed since somebody last asked."""
        with self.asking.service.acting.store.read() as tx:
            return self._remembered(
                ("whole",),
                tx,
                lambda: whole_results(self.form, self.rules, self._heard(tx), np.random.default_rng(_SEED)),
            )

    def quotas(self) -> list[tuple[Quota, int, int]]:
        """Return the quotas of the questionnaire with the places that are taken and held now, whatever the period and the branch."""
        with self.asking.service.acting.store.read() as tx:
            return quota_rows(tx, self.form.questionnaire, self.asking.service.acting.clock.now())

    def pair(self, names: tuple[str, str]) -> dict[str, dict[str, Any] | None]:
        """Return two months compared, by score."""
        with self.asking.service.acting.store.read() as tx:
            return self._remembered(
                ("pair", names), tx, lambda: wave_pair(self.form, self.rules, self._heard(tx).sheets, names)
            )

    def _remembered(self, of: tuple[Any, ...], tx: Transaction, make: Callable[[], Answer]) -> Answer:
        version = self.form.questionnaire.version
        key = (*of, version, self.branch, self.first, self.last)
        loaded = None if self.bank is None else self.bank.sha256
        state = (*state_of_results(tx, version), self.asking.service.today(), loaded)
        return self.asking.service.remembered_results.get(key, state, make)

    def _heard(self, tx: Transaction) -> Heard:
        known, customers = known_customers(tx, self.branch)
        day, now = LocalDays(zone_of(self.asking.service, tx)), self.asking.service.acting.clock.now()
        version = self.form.questionnaire.version
        sent = {one.invitation_id: one for one in invitations(tx, version, known)}
        filled = known_sheets(tx, self.form.questionnaire, known, sent, day)
        imported = [] if self.bank is None else imported_sheets(self.bank, self.form.questionnaire, known)
        filled = sorted([*filled, *imported], key=lambda one: one.day)
        asked = [
            AskedOne(placed and placed.branch, placed and placed.tier, one.mode, one.answered, one.begun, one.lapses_at <= now, one.reminders > 0)
            for one in sent.values() for placed in [one.placed]
            if self._counts(day(one.at)) and (self.branch is None or placed is not None)
        ]  # fmt: skip
        margins = ("branch", "tier") if self.branch is None else ("tier",)
        counted = in_blocks(filled, self.rules.least, self._counts)
        return Heard(
            counted, asked, customers, self.late_after, margins,
            sum(self._counts(one.day) for one in imported), sum(self._counts(one.day) for one in filled) - len(counted),
            [one for one in unknown_sheets(tx, self.form.questionnaire, self.branch, day) if self._counts(one.day)],
        )  # fmt: skip

    def _counts(self, day: dt.date) -> bool:
        return (self.first is None or self.first <= day) and day <= self.last


def results_branch(asking: Asking) -> str | None:
    """Return the only branch whose results whoever asks may see, None for all; refuse whoever may see none.

    Raises
    ------
    ForbiddenError
    """
    service = asking.service
    scope = permitted_scope(service.access, asking.actor, RESULTS, asking.purpose, service.today())
    if scope is None:
        asking.may(RESULTS)  # refused as such: there is nobody whose answers would count
    branch = None if scope == _ALL else asking.actor.branch
    service.permitted(asking.actor, RESULTS, asking.purpose, ("", branch), phrase("branch"))
    return branch


def hearing(
    asking: Asking, name: str, version: dt.date | None, first: dt.date | None, until: dt.date | None
) -> Hearing:
    """Return of what results are asked for; refuse whoever may see none.

    Raises
    ------
    ForbiddenError
        When whoever asks may see no results.
    RecordNotFoundError
        When there is no such instrument or version.
    RequestInvalidError
        When the period ends before it begins.
    """
    service, branch = asking.service, results_branch(asking)
    entry, shown = version_of(asking, name, version)
    rules = ResultRules.of(service.rulebook, service.today())
    with service.acting.store.read() as tx:
        today = local_day(service.acting.clock.now(), zone_of(service, tx))
        counts = sheet_counts(tx, entry.path, tuple(str(one.first_day) for one in entry.versions))
    last = today if until is None else until
    if first is not None and first > last:
        raise RequestInvalidError(
            what=phrase("a period from {first} until {last}", first=first, last=last),
            expected=phrase("a first day that is not after the last"),
        )
    late_after = float(service.rulebook.at(_ASKING, service.today()).value["reminder_after_days"])
    form = form_of(asking, read_questionnaire(shown))
    bank = None if service.bank is None else service.bank.open()
    return Hearing(asking, name, form, rules, counts, first, last, branch, late_after, bank)
