"""What a store knows as tables that indicators read, alone or beside those of a bank's folder.

=============  ===========================================================================================================
``surveys``    sheets that were sent, under the number of the sheet
``answers``    what stands in them but for own words, a row an answer, by `zhike.measure.surveys.rows`
``complaints`` the case as a version for each change between open, decided and closed, by the phases of ``complaints.life``
``call_backs`` the loops that answers opened
``offers``     what was decided, and what became of it
``customers``, those of the store; beside a bank's folder only whom the folder does not have
``staff``
=============  ===========================================================================================================

A row that the folder has too, under the same number, is taken from the folder. All of it is as it was at the end of the day asked for:
what was closed or answered later was open then. A sheet that can be opened no more is left out: its person was erased.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from zhike.act.acting import DAY, moment
from zhike.act.surveys import COMPLETE
from zhike.core.contracts import CONTRACTS
from zhike.core.units import end_of_day
from zhike.measure.indicators.own_tables import TABLES
from zhike.measure.surveys import read_questionnaire
from zhike.measure.surveys.rows import CHANNEL_OF, parts_of_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhike.core.ports import Store, Transaction
    from zhike.core.rulebook import Rulebook
    from zhike.measure.surveys import Questionnaire

__all__ = ["with_store"]

_LIFE: Final = "complaints.life"
_NO_CHOICE: Final = ("mandatory", "none")
"""Kinds that nobody can accept."""
_SHOWN: Final = ("shown", "accepted", "refused")
_STATUS: Final = {
    "intake": "open", "work": "open", "wait": "open", "review": "open", "told": "decided", "outside": "decided", "ended": "closed",
}  # fmt: skip
"""Status of the contract by phase of a complaint's state."""
_LEFT: Final = ("erased", "anonymised")
_ALWAYS: Final = dt.date(1970, 1, 1)
_BEFORE: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
Rows = list[dict[str, Any]]


def with_store(
    tables: Mapping[str, pl.LazyFrame], store: Store, rulebook: Rulebook, at: dt.date, timezone: str
) -> dict[str, pl.LazyFrame]:
    """Return tables with what a store knows besides.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Of a bank's folder; empty without one.
    store : Store
    rulebook : Rulebook
        Questionnaires and the life of a complaint.
    at : date
        The day asked for, in the bank's zone.
    timezone : str
    """
    with store.read() as tx:
        own = _Reading(tx, rulebook, at, ZoneInfo(timezone)).tables()
    return {**tables, **{name: _beside(name, tables.get(name), rows) for name, rows in own.items()}}


def _beside(name: str, folder: pl.LazyFrame | None, rows: Rows) -> pl.LazyFrame:
    table = TABLES[name]
    own = pl.DataFrame(rows, schema=table.schema(), orient="row").lazy()
    if folder is None:
        return own
    # Of a sheet or a case that the folder has, nothing is taken from here: its rows may be cut otherwise there.
    key = [table.key[0]]
    known = folder.select(key).unique()
    return pl.concat([folder.select(list(table.schema())), own.join(known, on=key, how="anti")])


class _Reading:
    """One reading of a store: each method makes the rows of a table."""

    def __init__(self, tx: Transaction, rulebook: Rulebook, at: dt.date, zone: ZoneInfo) -> None:
        self.tx, self.rulebook, self.zone = tx, rulebook, zone
        self.until = int((end_of_day(at, str(zone)) - moment(0)) / dt.timedelta(microseconds=1))
        self.at = at
        self.read: dict[str, Questionnaire | None] = {}

    def tables(self) -> dict[str, Rows]:
        surveys, answers = self._sheets()
        return {
            "surveys": surveys, "answers": answers, "complaints": list(self._complaints()), "call_backs": list(self._call_backs()),
            "offers": list(self._offers()), "customers": list(self._customers()), "staff": list(self._staff()),
        }  # fmt: skip

    def _day(self, at: int) -> dt.date:
        return moment(at).astimezone(self.zone).date()

    def _found(
        self, table: str, where: Mapping[str, Any] | None = None, at: str = "recorded_at"
    ) -> Iterator[dict[str, Any]]:
        return (row for row in self.tx.find(table, dict(where or {})) if row[at] <= self.until)

    def _sheets(self) -> tuple[Rows, Rows]:
        sent = {row["invitation_id"]: row["recorded_at"] for row in self.tx.find("survey_invitations", columns=("invitation_id", "recorded_at"))}  # fmt: skip
        surveys: Rows = []
        answers: Rows = []
        for row in self._found("survey_answers", {"state": COMPLETE}, "changed_at"):
            questionnaire = self._questionnaire(row["survey"])
            if row["answer"] is None or questionnaire is None:
                continue
            head = {
                "survey_id": row["answer_id"],
                "customer_id": row["customer_id"],
                "known_at": moment(row["changed_at"]),
            }
            asked = self._day(sent.get(row["invitation_id"], row["changed_at"]))
            surveys.append(
                {
                    **head,
                    "instrument": row["survey"],
                    "sent_on": asked,
                    "channel": CHANNEL_OF.get(row["mode"]),
                }
            )
            on = self._day(row["changed_at"])
            answers += [
                {**head, "question": key, "answered_on": on, "score": score, "words": words}
                for key, score, words in _told(questionnaire, row["answer"]["answers"])
            ]
        return surveys, answers

    def _questionnaire(self, version: str) -> Questionnaire | None:
        """Return the version of a questionnaire that a sheet is of; None where the rulebook has it no more."""
        if version not in self.read:
            self.read[version] = self._read(version)
        return self.read[version]

    def _read(self, version: str) -> Questionnaire | None:
        path, _, day = version.partition("@")
        entry = self.rulebook.entries.get(path)
        found = next((one for one in entry.versions if str(one.first_day) == day), None) if entry else None
        return None if found is None else read_questionnaire(found)

    def _complaints(self) -> Iterator[dict[str, Any]]:
        life = self.rulebook.entries.get(_LIFE)
        version = life and life.in_force(self.at)
        phases = {name: one["phase"] for name, one in version.value["states"].items()} if version else {}
        steps: dict[str, list[tuple[int, str]]] = {}
        for row in self.tx.find(
            "complaint_steps",
            order=["recorded_at"],
            columns=("complaint_id", "to_state", "recorded_at", "number"),
        ):
            if row["recorded_at"] <= self.until:
                steps.setdefault(row["complaint_id"], []).append((row["recorded_at"], row["to_state"]))
        for row in self._found("complaints"):
            received = self._day(row["received_at"])
            before = None
            for at, state in steps.get(row["complaint_id"], []):
                status = _STATUS.get(phases.get(state, "work"), "open")
                if status != before:
                    begins = received if before is None else self._day(at)
                    before = status
                    yield {
                        "complaint_id": row["complaint_id"], "customer_id": row["customer_id"], "received_on": received, "status": status,
                        "channel": row["channel"], "business": row["business"], "reason": row["issue"], "valid_from": begins,
                        "known_at": moment(at),
                    }  # fmt: skip

    def _call_backs(self) -> Iterator[dict[str, Any]]:
        for row in self._found("loops"):
            closed = (
                row["closed_at"] if row["closed_at"] is not None and row["closed_at"] <= self.until else None
            )
            over = row["due_at"] <= self.until
            in_time = (0.0 if over else None) if closed is None else float(closed <= row["due_at"])
            yield {
                "loop_id": row["loop_id"], "customer_id": row["customer_id"], "staff_id": row["owner"], "opened_on": self._day(row["recorded_at"]),
                "in_time": in_time, "days_open": None if closed is None else (closed - row["recorded_at"]) / DAY,
                "cause": None if closed is None else row["cause"], "outcome": None if closed is None else row["outcome"],
                "known_at": moment(row["recorded_at"]),
            }  # fmt: skip

    def _offers(self) -> Iterator[dict[str, Any]]:
        told: dict[str, set[str]] = {}
        for row in self.tx.find("responses", columns=("response_id", "offer_id", "outcome", "recorded_at")):
            if row["recorded_at"] <= self.until:
                told.setdefault(row["offer_id"], set()).add(row["outcome"])
        for row in self._found("offers", at="made_at"):
            if row["kind"] in _NO_CHOICE:
                continue
            outcomes = told.get(row["offer_id"], set())
            yield {
                "offer_id": row["offer_id"], "customer_id": row["customer_id"], "made_on": self._day(row["made_at"]), "action_id": row["action_id"],
                "channel": row["channel"], "shown": float(not outcomes.isdisjoint(_SHOWN)), "accepted": float("accepted" in outcomes),
                "known_at": moment(row["made_at"]),
            }  # fmt: skip

    def _customers(self) -> Iterator[dict[str, Any]]:
        for row in self.tx.find("customers", columns=("customer_id", "branch", "tier", "state")):
            if row["state"] not in _LEFT:
                yield _always(
                    "customers",
                    customer_id=row["customer_id"],
                    region=row["branch"],
                    service_tier=row["tier"],
                )

    def _staff(self) -> Iterator[dict[str, Any]]:
        for row in self.tx.find("staff", columns=("staff_id", "branch", "roles")):
            yield _always(
                "staff", staff_id=row["staff_id"], region=row["branch"], role=next(iter(row["roles"]), None)
            )


def _told(
    questionnaire: Questionnaire, answers: Mapping[str, Any]
) -> Iterator[tuple[str, float | None, str | None]]:
    """Yield the rows of a sheet's answers; what somebody wrote in own words stays where it is sealed."""
    for key, value in answers.items():
        question = questionnaire.question(key)
        if question is not None and question.kind != "text":
            yield from parts_of_answer(key, question, value, question.part_names())


def _always(table: str, **values: str | None) -> dict[str, Any]:
    """Return a row that held all along: the store keeps who belongs where now, not since when."""
    return {**dict.fromkeys(CONTRACTS[table].schema()), **values, "valid_from": _ALWAYS, "known_at": _BEFORE}
