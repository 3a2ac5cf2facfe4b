"""Answers to surveys go when they are old: first what was written in own words, then whole sheets; of customers as of people whom nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import DAY
from zhike.act.surveys import COMPLETE, PARTIAL
from zhike.act.trail import Happened, record
from zhike.core.errors import RuleError
from zhike.core.phrases import phrase
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.core.rulebook import Version

    Texts = Callable[[str], Mapping[str, bool] | None]

__all__ = ["SURVEY_DAYS", "SurveyDays", "drop_old_answers"]

SURVEY_DAYS: Final = "privacy.survey_days"
_KEYS: Final = {
    "survey_answers": "answer_id",
    "kiosk_sheets": "sheet_id",
    "survey_invitations": "invitation_id",
}
_AT_ONCE: Final = 500
"""Rows of one transaction: whoever writes beside need not wait for all of them."""
_GONE: Final = "–"
"""What stands where somebody had to write something."""


@dataclass(frozen=True, slots=True)
class SurveyDays:
    """For how many days what is kept of surveys.

    Parameters
    ----------
    partial : int
        Sheets that nobody went on with.
    kiosk_words, words : int
        Own words of people whom nobody knows, and of customers.
    whole : int
        Sheets and invitations.
    """

    partial: int
    kiosk_words: int
    words: int
    whole: int

    @classmethod
    def of(cls, version: Version) -> SurveyDays:
        """Read ``privacy.survey_days``.

        Raises
        ------
        RuleError
            When it is not made of days.
        """
        value, names = version.value, [one.name for one in fields(cls)]
        if set(value) != set(names) or any(type(days) is not int or days < 0 for days in value.values()):
            raise RuleError(
                what=f"{value!r}", path=version.path, expected=phrase("whole numbers of 0 or more: {names}", names=", ".join(names))
            )  # fmt: skip
        return cls(**value)


def drop_old_answers(acting: Acting, days: SurveyDays, texts: Texts, actor: str) -> dict[str, int]:
    """Take out own words that are too old, and remove sheets and invitations that are; return how many of each.

    Parameters
    ----------
    days : SurveyDays
    texts : callable
        Returns of a questionnaire and version the questions that are answered in own words, and whether each had to be; None where nobody knows
        any more: then everything that is text goes.
    actor : str
        In whose name it is recorded.
    """
    now = acting.clock.now()
    words = sum(
        _each(acting, table, {"state": COMPLETE, "words_gone_at": None}, now - kept * DAY, _Speechless(acting, texts, actor))
        for table, kept in (("survey_answers", days.words), ("kiosk_sheets", days.kiosk_words))
    )  # fmt: skip
    gone = _Gone(acting, actor)
    sheets = sum(
        _each(acting, table, {"state": state}, now - kept * DAY, gone)
        for table in ("survey_answers", "kiosk_sheets") for state, kept in ((PARTIAL, days.partial), (COMPLETE, days.whole))
    )  # fmt: skip
    invitations = _each(acting, "survey_invitations", {}, now - days.whole * DAY, gone)
    found = {"words": words, "sheets": sheets, "invitations": invitations}
    if any(found.values()):
        acting.store.scrub([*_KEYS, "loops"])
    return found


def _each(acting: Acting, table: str, where: Mapping[str, Any], until: int, does: _Speechless | _Gone) -> int:
    """Do something to the rows of a table that last changed up to an instant; return how many there were."""
    key, found = _KEYS[table], 0
    while True:
        with acting.store.write() as tx:
            rows = tx.find(table, where, order=["changed_at"], limit=_AT_ONCE, columns=(key, "changed_at"))
            old = [row[key] for row in rows if row["changed_at"] <= until]
            if old:
                does(tx, table, old)
        found += len(old)
        if len(old) < _AT_ONCE:
            return found


@dataclass(frozen=True, slots=True)
class _Gone:
    """Removes rows."""

    acting: Acting
    actor: str

    def __call__(self, tx: Transaction, table: str, names: list[str]) -> None:
        tx.remove(table, {_KEYS[table]: names})
        _tell(self.acting, tx, self.actor, {"table": table, "rows": len(names)})


@dataclass(frozen=True, slots=True)
class _Speechless:
    """Takes own words out of sheets, and of the call-backs that they opened."""

    acting: Acting
    texts: Texts
    actor: str

    def __call__(self, tx: Transaction, table: str, names: list[str]) -> None:
        key = _KEYS[table]
        for row in tx.find(table, {key: names}):
            values: dict[str, Any] = {"words_gone_at": self.acting.clock.now()}
            if row["answer"] is not None:
                values["answer"] = self._without(row["survey"], row["answer"])
            tx.change(table, {key: row[key]}, values)
            if row.get("invitation_id") is not None:
                _call_back(tx, row["invitation_id"])
        _tell(self.acting, tx, self.actor, {"table": table, "rows": len(names), "what": "words"})

    def _without(self, survey: str, sheet: Mapping[str, Any]) -> dict[str, Any]:
        texts = self.texts(survey)
        answers = {
            name: value if not isinstance(value, str) or (texts is not None and name.partition("@")[0] not in texts)
            else _GONE if texts and texts[name.partition("@")[0]] else None
            for name, value in sheet["answers"].items()
        }  # fmt: skip
        return {**sheet, "answers": answers}


def _call_back(tx: Transaction, invitation: str) -> None:
    """Take own words out of what a call-back says of a survey."""
    for row in tx.find("loops", {"invitation_id": invitation}):
        values = {
            part: {**row[part], "words": ""}
            for part in ("detail", "result")
            if (row[part] or {}).get("words")
        }
        if values:
            tx.change("loops", {"loop_id": row["loop_id"]}, values)


def _tell(acting: Acting, tx: Transaction, actor: str, content: Mapping[str, Any]) -> None:
    happened = Happened("privacy", AuditEvent.DATA_ERASED, actor, None, {"surveys": dict(content)})
    record(tx, [happened], acting.clock.now(), acting.chance)
