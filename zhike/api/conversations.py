"""Coded notes of interviews and focus groups, read and not kept: what was spoken of, how far coders agree, quotations without personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from fastapi import APIRouter

from zhike.api.asking import AskingOf
from zhike.api.conversation_models import ConversationsBody, ConversationsRequest
from zhike.api.description import needs
from zhike.api.hearing import RESULTS, results_branch
from zhike.core.errors import UsageError
from zhike.core.measure_errors import AnswersError, MeasureModelError
from zhike.core.phrases import phrase
from zhike.measure.notes.code_book import CODE_BOOK, NOTE_RULES, NoteRules, read_code_book
from zhike.measure.studies.note_reading import read_notes
from zhike.measure.studies.notes import Drawing, notes_study

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.api.asking import Asking
    from zhike.measure.notes import Code

__all__ = ["code_book", "conversations", "read_conversations", "router"]

router = APIRouter(tags=["surveys"])
_DRAWS: Final = 1000
_NAME: Final = "notes"


@router.post(
    "/conversations",
    response_model=ConversationsBody,
    operation_id="read_conversations",
    openapi_extra=needs(RESULTS),
)
def conversations(body: ConversationsRequest, asking: AskingOf) -> dict[str, Any]:
    """Return what coded notes of interviews and focus groups say: agreement of coders, codes, causes and touchpoints, quotations that may be shown."""
    document = body.model_dump(mode="json", exclude={"by"}, exclude_none=True)
    return read_conversations(asking, document, body.by)


def read_conversations(asking: Asking, document: object, by: str | None) -> dict[str, Any]:
    """Return what a document of notes says; refuse whoever may see no results.

    Raises
    ------
    ForbiddenError
    UsageError
        When the notes do not fit their form, or none may be used.
    """
    results_branch(asking)
    service, today = asking.service, asking.service.today()
    rules = NoteRules.of(service.rulebook.at(NOTE_RULES, today).value)
    try:
        notes = read_notes(document, _NAME)
        return notes_study(
            notes,
            lambda day: code_book(asking, day),
            rules,
            today,
            by,
            Drawing(np.random.default_rng(0), _DRAWS),
        )
    except (AnswersError, MeasureModelError) as problem:
        # Whoever calls handed in the notes: it is the request that does not fit.
        where = problem.data.get("path")
        what = (
            problem.data["what"]
            if where is None
            else phrase("{problem} in {where}", problem=problem.data["what"], where=where)
        )
        raise UsageError(what=what, expected=problem.data["expected"]) from problem


def code_book(asking: Asking, day: dt.date) -> Mapping[str, Code]:
    """Return the codes in force on a day; none before the first book."""
    version = asking.service.rulebook.entries[CODE_BOOK].in_force(day)
    return {} if version is None else read_code_book(version.value)
