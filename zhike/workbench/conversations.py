"""Coded notes of interviews and focus groups in the workbench: pasted, read and shown; nothing of them is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.adapters.rule_files import read_text
from zhike.api.conversations import code_book, read_conversations
from zhike.api.hearing import RESULTS, results_branch
from zhike.core.errors import RuleError, UsageError
from zhike.decide.loop_rules import LoopRules
from zhike.workbench import formats
from zhike.workbench.instrument_titles import touchpoint_titles
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.surveys import KIOSKS
from zhike.workbench.visitors import asking_to, form_of, purpose_for, visitor_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking
    from zhike.workbench.visitors import Visitor

__all__ = ["ROUTES"]

_PLACE: Final = "/surveys/conversations"
_NAME: Final = "notes"
_LONGEST: Final = 100
"""Characters of the name of a group."""


async def _page(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    return await _shown(visitor, visitor.asking, {})


async def _read(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    return await _shown(visitor, visitor.asking, await form_of(request, visitor))


async def _shown(visitor: Visitor, asking: Asking, fields: Mapping[str, str]) -> Response:
    """Show the form with what was pasted, and what it says or why it cannot be read."""
    content = await run_in_threadpool(_content, asking_to(asking, RESULTS), fields)
    status = 422 if content["problem"] else 200
    return rendered(
        visitor,
        "conversations",
        status,
        here="surveys",
        back=_PLACE,
        percent=formats.share,
        may_results=True,
        may_kiosks=purpose_for(asking.service, asking.actor, KIOSKS) is not None,
        **content,
    )


def _content(asking: Asking, fields: Mapping[str, str]) -> dict[str, Any]:
    results_branch(asking)
    given, by = fields.get("notes", ""), fields.get("by", "").strip()[:_LONGEST]
    found, problem = None, None
    if given.strip():
        try:
            found = read_conversations(asking, _document(given), by or None)
        except UsageError as refused:
            problem = refused.render(asking.language)
    causes = LoopRules.of(asking.service.rulebook, asking.service.today()).causes
    points = touchpoint_titles(asking)
    book = [
        {
            "id": one.id, "title": one.title.in_language(asking.language), "use": one.use.in_language(asking.language),
            "cause": causes[one.cause].in_language(asking.language) if one.cause and one.cause in causes else None,
            "touchpoint": points.get(one.touchpoint or "", one.touchpoint),
        }
        for one in code_book(asking, asking.service.today()).values()
    ]  # fmt: skip
    titles = {one["id"]: one["title"] for one in book}
    return {
        "found": found,
        "problem": problem,
        "given": given,
        "by": by,
        "book": book,
        "titles": titles,
        "points": points,
        "causes": {name: words.in_language(asking.language) for name, words in causes.items()},
        "language": asking.language,
    }


def _document(text: str) -> object:
    try:
        return read_text(text, _NAME)
    except RuleError as problem:
        raise UsageError(what=problem.data["what"], expected=problem.data["expected"]) from problem


ROUTES: Final = [Route(_PLACE, _page), Route(_PLACE, _read, methods=["POST"])]
