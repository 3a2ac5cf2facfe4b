"""The rounds of a day over a store: each wave in force asks whom it may and whose answer teaches most; whoever has not answered is reminded.

A round of a wave happens once a day, whatever ends or repeats a run: that it was, who is asked, and the messages are one transaction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from zhike.act.days import bank_day
from zhike.act.decisions import DecisionDesk
from zhike.act.survey_messages import send_invitation, send_reminder
from zhike.act.survey_rounds import do_round, round_of
from zhike.act.surveys import (
    BEGUN,
    LAPSED,
    SENT,
    NewInvitation,
    Selection,
    check_remind,
    do_invite,
    sheet_of,
    state_of,
)
from zhike.adapters.survey_people import Asked, read_people, worth_by_cell
from zhike.adapters.survey_places import filled_places, full_quota, quota_rows
from zhike.core.language import LANGUAGES, Text
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.decide.contact_hours import local_day
from zhike.govern.customer_links import CUSTOMER_LINKS, LinkRules
from zhike.measure.surveys import counted, open_sheet, read_questionnaire
from zhike.measure.surveys.asking import AskingPolicy, due_reminders, whom_to_ask
from zhike.measure.surveys.filling import taken_up
from zhike.measure.surveys.length import minutes_of
from zhike.measure.surveys.lint import TIMING
from zhike.measure.surveys.quotas import QUOTAS, SurveyQuota, places_left, places_taken
from zhike.measure.surveys.waves import REMINDERS, WAVES, Wave

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.adapters.survey_people import People
    from zhike.core.ports import Transaction
    from zhike.core.rulebook import Rulebook
    from zhike.measure.surveys import Questionnaire
    from zhike.measure.surveys.questionnaire import Quota

__all__ = ["Round", "SurveyRounds"]

MESSAGES: Final = "surveys.messages"
INVITATIONS: Final = "listening.invitations"
_WEB: Final = "web"
_ASKED: Final = {"asked": False, "asked_at_random": True}
"""Reasons of those who are asked: whether they were drawn."""
_DUE, _REMINDED, _OVERTAKEN, _FULL = "due", "reminded", "overtaken", "quota_full"
_SENT: Final = {
    "survey_id": pl.String, "customer_id": pl.String, "sent_on": pl.Date, "reminders": pl.Int64, "answered": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Round:
    """A round: the wave (or that it reminds), and customers, or invitations, by reason."""

    wave: str
    survey: str
    counts: Mapping[str, int]


class _Inside(NamedTuple):
    """Quotas inside a questionnaire: of each person those that they are in by what is known of them, and the places left of each."""

    taken: list[list[str]]
    left: dict[str, int]


def _inside(
    questionnaire: Questionnaire, quotas: Sequence[tuple[Quota, int, int]], people: People
) -> _Inside:
    """Return who is in a quota before the first question; what is held is left, as it may be given back."""
    ending = {one.name: f"in:{one.name}" for one, _, _ in quotas if one.when is not None and not one.skip}
    left = {ending[one.name]: one.limit - taken for one, taken, _ in quotas if one.name in ending}
    names = people.frame["customer_id"]
    if not ending:
        return _Inside([[] for _ in names], {})
    sheets = (open_sheet(questionnaire, 0, given=people.given.get(name)) for name in names)
    return _Inside([[ending[one] for one in counted(questionnaire, sheet) if one in ending] for sheet in sheets], left)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SurveyRounds:
    """Rounds over a store.

    Parameters
    ----------
    acting : Acting
    rulebook : Rulebook
    actor : str
        In whose name customers are asked.
    """

    acting: Acting
    rulebook: Rulebook
    actor: str
    desk: DecisionDesk = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "desk", DecisionDesk(self.acting))

    def day(self) -> dt.date:
        """Return today where the bank is."""
        with self.acting.store.read() as tx:
            return bank_day(self.desk, tx)

    def waves(self, day: dt.date) -> tuple[Wave, ...]:
        """Return the waves in force on a day."""
        return Wave.all_of(self.rulebook.at(WAVES, day))

    def channels(self) -> frozenset[str]:
        """Return the channels over which something can leave the house now."""
        now = self.acting.clock.now()
        with self.acting.store.read() as tx:
            return self.acting.routes.told(tx, now).channels

    def ready(self) -> bool:
        """Return whether something is published that customers could be judged by."""
        with self.acting.store.read() as tx:
            return self.desk.setting(tx) is not None

    def run(self, stop: Callable[[], bool] = lambda: False) -> list[Round]:
        """Have the rounds of today that there have not been; return them, those of waves first."""
        day = self.day()
        found = [self._wave(wave, day) for wave in self.waves(day) if not stop()]
        return [one for one in (*found, None if stop() else self._reminders(day)) if one is not None]

    # -- waves ---------------------------------------------------------------------------------------------------------

    def _wave(self, wave: Wave, day: dt.date) -> Round | None:
        questionnaire = read_questionnaire(self.rulebook.at(f"instruments.{wave.instrument}", day))
        policy, open_channels = AskingPolicy.of(self.rulebook, day), self.channels()
        channels = [one for one in wave.channels if one in open_channels]
        with self.acting.store.read() as tx:
            setting = self.desk.setting(tx)
            if setting is None or round_of(tx, wave.name, day) is not None:
                return None
            asked = Asked.of(tx, setting.timezone)
            worth = worth_by_cell(tx, asked, questionnaire, wave.by)
            inside = quota_rows(tx, questionnaire, self.acting.clock.now())
        people = read_people(self.desk, asked, policy, lambda _: channels, about=questionnaire)
        chosen = self._chosen(
            wave, (people, asked, worth), (policy, day), _inside(questionnaire, inside, people)
        )
        return self._written(wave, questionnaire, chosen, people, day)

    def _chosen(
        self, wave: Wave, of: tuple[People, Asked, Mapping[str | None, float]], when: tuple[AskingPolicy, dt.date], inside: _Inside
    ) -> pl.DataFrame:  # fmt: skip
        (people, asked, worth), (policy, day) = of, when
        quotas = [
            one for one in SurveyQuota.all_of(self.rulebook.at(QUOTAS, day)) if one.covers(wave.instrument)
        ]
        frame = people.frame.with_columns(
            cell=pl.col(wave.by).fill_null(""),
            worth=pl.Series([worth.get(one, 0.0) for one in people.frame[wave.by]], dtype=pl.Float64),
            quotas=pl.Series([one + more for one, more in zip(places_taken(quotas, people.frame), inside.taken, strict=True)], dtype=pl.List(pl.String)),
        )  # fmt: skip
        left = {**places_left(quotas, asked.quotas(), people.frame, day), **inside.left}
        return whom_to_ask(
            frame, people.contacts, asked.surveys(), policy, day, places=wave.places, left=left, salt=wave.name, so_far=True
        )  # fmt: skip

    def _written(
        self, wave: Wave, questionnaire: Questionnaire, chosen: pl.DataFrame, people: People, day: dt.date
    ) -> Round | None:
        reasons = dict(chosen.select("customer_id", "reason").iter_rows())
        days = int(self.rulebook.at(INVITATIONS, day).value["days"])
        with self.acting.store.write() as tx:
            if round_of(tx, wave.name, day) is not None:
                return None
            counts = do_round(self.acting, tx, (wave.name, day, questionnaire.version), reasons, self.actor)
            for name, reason, chance in chosen.iter_rows():
                if reason in _ASKED:
                    how = Selection(wave.name, people.channels[name], _ASKED[reason], chance)
                    new = NewInvitation(
                        name, self.actor, questionnaire.version, _WEB, days, people.given[name], how
                    )
                    row = do_invite(self.acting, tx, new)
                    words = self._words(tx, "invited", row, day)
                    send_invitation(self.acting, tx, self._link_rules(day), row, words, self.actor)
        return Round(wave.name, questionnaire.version, counts)

    # -- reminders -----------------------------------------------------------------------------------------------------

    def _reminders(self, day: dt.date) -> Round | None:
        policy, now = AskingPolicy.of(self.rulebook, day), self.acting.clock.now()
        with self.acting.store.read() as tx:
            setting = self.desk.setting(tx)
            if setting is None or round_of(tx, REMINDERS, day) is not None:
                return None
            asked = Asked.of(tx, setting.timezone)
        waiting = {
            row["invitation_id"]: row for row in asked.rows
            if row["wave"] is not None and row["state"] in (SENT, BEGUN) and state_of(row, now) != LAPSED
        }  # fmt: skip
        if not waiting:
            return None
        reasons = self._standing(waiting, asked, policy, day)
        return self._reminded(waiting, reasons, policy, day)

    def _standing(
        self, waiting: Mapping[str, Mapping[str, Any]], asked: Asked, policy: AskingPolicy, day: dt.date
    ) -> dict[str, str]:
        """Return of each invitation why it is reminded of or is not."""
        over = {row["customer_id"]: row["asked"]["channel"] for row in waiting.values()}
        still = self.channels()
        people = read_people(
            self.desk, asked, policy, lambda name: [over[name]] if over[name] in still else [], list(over)
        )
        rows = [
            (name, row["customer_id"], max(asked.day(at) for at in [row["recorded_at"], *(at for at, _ in row["asked"]["contacts"])]), row["reminders"], False)
            for name, row in waiting.items()
        ]  # fmt: skip
        sent = pl.DataFrame(rows, _SENT, orient="row")
        return dict(due_reminders(sent, people.frame, people.contacts, policy, day, so_far=True).iter_rows())

    def _reminded(
        self,
        waiting: Mapping[str, Mapping[str, Any]],
        reasons: dict[str, str],
        policy: AskingPolicy,
        day: dt.date,
    ) -> Round | None:
        with self.acting.store.write() as tx:
            if round_of(tx, REMINDERS, day) is not None:
                return None
            done = {
                name: self._reminder(tx, name, policy, day) if why == _DUE else why
                for name, why in reasons.items()
            }
            by_customer = {waiting[name]["customer_id"]: why for name, why in done.items()}
            counts = do_round(self.acting, tx, (REMINDERS, day, ""), by_customer, self.actor)
        return Round(REMINDERS, "", counts)

    def _reminder(self, tx: Transaction, invitation: str, policy: AskingPolicy, day: dt.date) -> str:
        """Remind of an invitation, unless it was answered or declined since it was looked at; return what became of it."""
        try:
            row = check_remind(tx, invitation, policy.reminders, self.acting.clock.now())
        except (StateConflictError, RecordNotFoundError):
            return _OVERTAKEN
        if self._full(tx, row):
            return _FULL
        words = self._words(tx, "reminded", row, day)
        send_reminder(self.acting, tx, self._link_rules(day), row, words, self.actor)
        return _REMINDED

    def _full(self, tx: Transaction, row: Mapping[str, Any]) -> bool:
        """Whether somebody who goes on with an invitation would find their quota full."""
        questionnaire = self._questionnaire(row)
        if not questionnaire.quotas:
            return False
        kept, told = sheet_of(tx, row["invitation_id"]), {**row, "given": row["given"] or {}}
        sheet = taken_up(questionnaire, told, kept and kept["answer"], LANGUAGES[0])
        filled = filled_places(tx, questionnaire, self.acting.clock.now(), row["invitation_id"])
        return full_quota(questionnaire, sheet, filled) is not None

    # -- words ---------------------------------------------------------------------------------------------------------

    def _words(self, tx: Transaction, kind: str, row: Mapping[str, Any], day: dt.date) -> dict[str, Text]:
        """Return title and text of a message about an invitation."""
        questionnaire = self._questionnaire(row)
        setting = self.desk.setting(tx)
        until = local_day(row["lapses_at"], "UTC" if setting is None else setting.timezone)
        minutes = max(1, round(minutes_of(questionnaire, self.rulebook.at(TIMING, day).value)))
        text, title = Text.of(self.rulebook.at(MESSAGES, day).value[kind]), questionnaire.title
        told = (
            text.render(one, title=title.in_language(one), minutes=minutes, until=until) for one in LANGUAGES
        )
        return {"title": title, "text": Text(*told)}

    def _questionnaire(self, row: Mapping[str, Any]) -> Questionnaire:
        path, _, first_day = row["survey"].partition("@")
        return read_questionnaire(self.rulebook.at(path, dt.date.fromisoformat(first_day)))

    def _link_rules(self, day: dt.date) -> LinkRules:
        return LinkRules.of(self.rulebook.at(CUSTOMER_LINKS, day))
