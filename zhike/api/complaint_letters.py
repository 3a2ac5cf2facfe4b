"""Letters to complainants over HTTP: drafted from the case, to be changed by whoever sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Query

from zhike.act.acting import moment
from zhike.act.complaint_clocks import Dues, clocks_of, events_in, running_of
from zhike.act.complaint_desk import ComplaintDesk
from zhike.act.complaint_letters import draft_letter, hash_of_letter, letter_moves, ways_out
from zhike.act.complaints import complaint_row, steps_of
from zhike.api.asking import AskingOf
from zhike.api.complaint_models import LetterBody
from zhike.api.description import needs
from zhike.api.models import Identifier, Name
from zhike.api.rendering import masked_row
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["letter", "router"]

router = APIRouter(tags=["complaints"])
_SEE: Final = "case.view"
_EXTENDED: Final = "extended"
_COMPLAINT: Final = phrase("complaint")
_BEFORE_ANSWER: Final = ("acknowledge", "extend", "tell", "ask")
To = Annotated[
    Literal["complex", "special"], Query(description="Of a letter about a longer time: as what it is taken.")
]


@router.get(
    "/complaints/{complaint_id}/letter",
    response_model=LetterBody,
    operation_id="draft_letter",
    openapi_extra=needs(_SEE),
)
def letter(complaint_id: Identifier, move: Name, asking: AskingOf, to: To = "complex") -> dict[str, Any]:
    """Return the draft of the letter that goes with a move, in the language of whoever asks; nothing is sent by it."""
    service, day, now = asking.service, asking.service.today(), asking.service.acting.clock.now()
    desk = ComplaintDesk.of(service.rulebook, day)
    known = letter_moves(desk, day)
    if move not in known:
        raise UsageError(what=phrase("move '{name}'", name=move), expected=", ".join(known))
    with service.acting.store.read() as tx:
        found = tx.one("complaints", complaint_id=complaint_id)
        permission, _ = asking.may_with(_SEE, tx, "" if found is None else found["customer_id"], _COMPLAINT)
        row, steps = complaint_row(tx, complaint_id), steps_of(tx, complaint_id)
    shown = masked_row("complaints", row, permission.highest_class, service.masking())
    if shown["detail"] != row["detail"]:
        raise ForbiddenError(verb=_SEE)
    events = events_in(steps)
    ways = ways_out(
        desk, row["regime"], clocks_of(row, events, desk, now), day, answered=move not in _BEFORE_ANSWER
    )
    text = draft_letter(
        move, row, steps, desk, day, asking.language, ways=ways, extended=_longer(row, events, desk, now, to)
    )
    return {"move": move, "text": text, "sha256": hash_of_letter(text)}


def _longer(
    row: Mapping[str, Any], events: Sequence[Mapping[str, Any]], desk: ComplaintDesk, now: int, to: str
) -> str | None:
    """Return the last day as it would be after a longer time."""
    more = {"at": moment(now).isoformat(), "event": _EXTENDED, "to": to}
    return Dues.among(running_of(row, [*events, more], desk, now)).legal
