"""What customers wrote in surveys, in their own words: searched by whoever may read it, without numbers and names, beside the call-back that it led to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query

from zhike.act.acting import ACTIVE, MERGED
from zhike.act.identities import identities_of
from zhike.act.survey_results import opened_sheets, sent_sheets
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.instruments import VersionDay, form_parts, version_of
from zhike.api.models import Name
from zhike.api.rendering import cursor, instant, position
from zhike.api.survey_models import SurveyWords
from zhike.api.surveys import reach_checked
from zhike.govern.redaction import redacted
from zhike.measure.surveys import Sheet, read_questionnaire
from zhike.measure.surveys.wording import piped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zhike.api.asking import Asking
    from zhike.core.ports import Transaction
    from zhike.measure.surveys import Questionnaire

__all__ = ["router", "words"]

router = APIRouter(prefix="/instruments/{instrument_id}", tags=["surveys"])
_SEE, _LOOPS = "survey.view", "loop.view"
_WORDS: Final = "C2"
"""Class of what customers say."""
LOOKED_AT: Final = 2_000
"""The newest sheets that are opened: nobody waits longer."""
_SHOWN: Final = 50
_TEXT: Final = "text"
Sought = Annotated[
    str, Query(alias="q", max_length=100, description="Only words with this in them, whatever its case.")
]
After = Annotated[str | None, Query(max_length=500, description="The value of 'next' of the page before.")]


@router.get(
    "/words", response_model=SurveyWords, operation_id="survey_words", openapi_extra=needs(_SEE, _LOOPS)
)
def words(
    instrument_id: Name,
    asking: AskingOf,
    sought: Sought = "",
    version: VersionDay = None,
    after: After = None,
) -> dict[str, Any]:
    """Return what customers wrote whom the caller may see, newest first, numbers and known names taken out, with the call-back that it led to."""
    _, shown = version_of(asking, instrument_id, version)
    questionnaire, service = read_questionnaire(shown), asking.service
    with service.acting.store.read() as tx:
        reach_checked(asking, _SEE)
        rows = sent_sheets(tx, questionnaire.version)
        allowed = _allowed(asking, tx, {row["customer_id"] for row in rows})
        seen = [row["answer_id"] for row in rows if row["customer_id"] in allowed][:LOOKED_AT]
        sheets = opened_sheets(tx, seen)
        names = _names(tx, {row["customer_id"] for row in sheets})
        loops = _loops(asking, tx, sheets, allowed)
        found = sorted(
            _said(asking, questionnaire, sheets, names, loops), key=lambda one: _order(one["place"])
        )
    matching = [one for one in found if sought.strip().casefold() in one["words"].casefold()]
    page = _page(matching, after)
    more = bool(page) and page[-1] is not matching[-1]
    theirs = sum(row["customer_id"] not in allowed for row in rows)
    return {
        "instrument": instrument_id, "title": questionnaire.title.in_language(asking.language), "version": shown.first_day,
        "parts": list(form_parts(asking, questionnaire)),
        "looked_at": len(seen), "hidden": theirs, "matching": len(matching),
        "words": [{name: value for name, value in one.items() if name != "place"} for one in page],
        "next": cursor(page[-1]["place"]) if more else None,
    }  # fmt: skip


def _allowed(asking: Asking, tx: Transaction, customers: set[str]) -> dict[str, str | None]:
    """Return those of some customers whose words whoever asks may read, each with the branch."""
    rows = tx.find("customers", {"state": [ACTIVE, MERGED]}, columns=("customer_id", "branch"))
    places = {row["customer_id"]: row["branch"] for row in rows if row["customer_id"] in customers}
    return {name: branch for name, branch in places.items() if _may(asking, _SEE, name, branch)}


def _may(asking: Asking, verb: str, customer: str, branch: str | None) -> bool:
    found = asking.service.permission(asking.actor, verb, asking.purpose, (customer, branch))
    return found.allowed and found.shows(_WORDS)


def _names(tx: Transaction, customers: set[str]) -> dict[str, list[str]]:
    """Return what is taken out of each customer's words: their own name, and those of staff."""
    staff = [
        str(row["name"])
        for row in tx.find("staff", columns=("staff_id", "name"))
        if row["name"] != row["staff_id"]
    ]
    known = identities_of(tx, sorted(customers))
    return {
        name: [*staff, *([identity.name] if identity is not None and identity.name else [])]
        for name in customers for identity in [known.get(name)]
    }  # fmt: skip


def _loops(
    asking: Asking, tx: Transaction, sheets: Iterable[Mapping[str, Any]], allowed: Mapping[str, str | None]
) -> dict[str, dict[str, Any]]:
    """Return the call-back of each invitation that the caller may see."""
    ids = {row["invitation_id"] for row in sheets if row["invitation_id"] is not None}
    rows = tx.find("loops", columns=("loop_id", "invitation_id", "state", "customer_id")) if ids else []
    return {
        row["invitation_id"]: {"loop_id": row["loop_id"], "state": row["state"]}
        for row in rows
        if row["invitation_id"] in ids and row["customer_id"] in allowed and _may(asking, _LOOPS, row["customer_id"], allowed[row["customer_id"]])
    }  # fmt: skip


def _said(
    asking: Asking,
    questionnaire: Questionnaire,
    sheets: Iterable[Mapping[str, Any]],
    names: Mapping[str, list[str]],
    loops: Mapping[str, dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """Yield every answer in words, redacted."""
    titles = {one.name: one.title.in_language(asking.language) for one in questionnaire.scores}
    for row in sheets:
        scores = [
            {"name": name, "title": titles.get(name, name), "value": value}
            for name, value in (row["scores"] or {}).items()
        ]
        answers = row["answer"]["answers"]
        given = row["answer"].get("given", {})
        sheet = Sheet(questionnaire.version, 0, asking.language, given=given, answers=answers)
        for key, value in answers.items():
            question = questionnaire.question(key)
            if question is None or question.kind != _TEXT or not isinstance(value, str) or not value.strip():
                continue
            yield {
                "place": [row["changed_at"], f"{row['answer_id']}:{key}"], "customer_id": row["customer_id"], "key": key,
                "question": piped(question.text, questionnaire, sheet, key.partition("@")[2]), "words": redacted(value, names[row["customer_id"]]),
                "answered_at": instant(row["changed_at"]), "mode": row["mode"], "scores": scores, "loop": loops.get(row["invitation_id"]),
            }  # fmt: skip


def _page(matching: list[dict[str, Any]], after: str | None) -> list[dict[str, Any]]:
    """Return what comes after a place, newest first."""
    if after is None:
        return matching[:_SHOWN]
    at, name = position(after)
    return [one for one in matching if _order(one["place"]) > _order([at, name])][:_SHOWN]


def _order(place: list[Any]) -> tuple[int, str]:
    return -place[0], place[1]
