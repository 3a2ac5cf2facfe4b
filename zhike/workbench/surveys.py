"""Questionnaires as those who ask see them: which there are, one of them question by question, and as the customer sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.api.instruments import instrument, instruments, version_of
from zhike.api.models import MaybeDay, Strict
from zhike.api.survey_bodies import page_body
from zhike.measure.surveys import NOT_APPLICABLE, open_sheet, read_questionnaire
from zhike.measure.surveys.filling import filled_in, page_at
from zhike.workbench.instrument_titles import read_title
from zhike.workbench.own_surveys import answers_in
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_to, purpose_for, read_form, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking
    from zhike.measure.surveys import Questionnaire, Sheet

__all__ = ["KIOSKS", "RESULTS", "ROUTES", "WORDS_VERB", "shown_part"]

SEE, RESULTS, WORDS_VERB = "instrument.view", "survey.results", "survey.view"
KIOSKS: Final = "kiosk.manage"
_MOST_PAGES: Final = 200


class Version(Strict):
    """Which version is meant, and with which it is compared."""

    version: MaybeDay = None
    against: MaybeDay = None


async def shown_part(
    request: Request, name: str, verb: str, content: Callable[[Asking], dict[str, Any]]
) -> Response:
    """Return a page of surveys.

    Parameters
    ----------
    request : Request
    name : str
        Of its template.
    verb : str
        To whose end the visitor looks.
    content : callable
        From who asks to what the template names.
    """
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    found = await run_in_threadpool(content, asking_to(visitor.asking, verb))
    query = f"?{request.url.query}" if request.url.query else ""
    may = {
        one: purpose_for(visitor.asking.service, visitor.asking.actor, one) is not None
        for one in (RESULTS, WORDS_VERB, KIOSKS)
    }
    return rendered(
        visitor, name, here="surveys", back=request.url.path.removeprefix(PLACE) + query, tab=name, may_results=may[RESULTS],
        may_words=may[WORDS_VERB], may_kiosks=may[KIOSKS], **found,
    )  # fmt: skip


async def _list(request: Request) -> Response:
    return await shown_part(request, "surveys", SEE, _listed)


def _listed(asking: Asking) -> dict[str, Any]:
    found = instruments(asking)["instruments"]
    return {"found": found, "read": {one["instrument"]: _read(asking, one) for one in found}}


def _read(asking: Asking, one: Mapping[str, Any]) -> str:
    """Return in words what of an instrument opens a call-back."""
    return "" if one["opens"] is None else read_title(asking, one["instrument"], one["opens"])


async def _one(request: Request) -> Response:
    given = read_form(Version, dict(request.query_params))
    name = str(request.path_params["instrument_id"])
    return await shown_part(
        request,
        "survey_instrument",
        SEE,
        lambda asking: _shown(asking, name, given),
    )


def _shown(asking: Asking, name: str, given: Version) -> dict[str, Any]:
    one = instrument(name, asking, given.version, given.against)
    return {"one": one, "read": _read(asking, one)}


async def _preview(request: Request) -> Response:
    name, fields = str(request.path_params["instrument_id"]), dict(request.query_params)
    return await shown_part(request, "survey_preview", SEE, lambda asking: _previewed(asking, name, fields))


def _previewed(asking: Asking, name: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the next page of a questionnaire after the answers in the address; nothing of it is kept."""
    asking.may(SEE)
    given = read_form(Version, {"version": fields.get("version")})
    _, version = version_of(asking, name, given.version)
    questionnaire, elder = read_questionnaire(version), fields.get("elder") == "yes"
    sheet = open_sheet(questionnaire, 0, asking.language, elder=elder)
    sheet, problems, number = _played(questionnaire, sheet, fields)
    page = page_body(_NOBODY, questionnaire, sheet, number, problems)
    here = {f"a.{one['key']}" for one in page["questions"]}
    kept = {key: value for key, value in fields.items() if key.startswith("a.") and not _of(key, here)}
    return {
        "page": page, "none_of": NOT_APPLICABLE, "kept": kept, "instrument_id": name, "version": version.first_day, "elder": elder,
        "thanks": questionnaire.thanks and questionnaire.thanks.in_language(asking.language),
    }  # fmt: skip


_NOBODY: Final = {"invitation_id": "", "state": "sent", "lapses_at": None}
"""A preview is nobody's."""


def _of(field: str, names: set[str]) -> bool:
    return field in names or any(field.startswith(f"{name}.") for name in names)


def _played(
    questionnaire: Questionnaire, sheet: Sheet, fields: Mapping[str, str]
) -> tuple[Sheet, Mapping[str, Any], int | None]:
    """Return the sheet as far as the answers in the address lead, what is none of them, and the page on which that is."""
    for number in range(1, _MOST_PAGES):
        _, page = page_at(questionnaire, sheet, number)
        if page is None:
            break
        asked = page_body(_NOBODY, questionnaire, sheet, number)["questions"]
        names = {f"a.{one['key']}" for one in asked}
        if not any(_of(key, names) for key in fields) and fields.get("go") != str(number):
            break
        just_now = fields.get("go") == str(number)
        answers = answers_in(asked, fields, blanks=just_now)
        passed = [one["key"] for one in asked if not one["required"]]
        filled = filled_in(questionnaire, sheet, answers, passed)
        sheet = filled.sheet
        missing = [one["key"] for one in asked if one["key"] not in sheet.answers]
        if filled.problems or missing:
            return sheet, filled.problems, number
    return sheet, {}, None


ROUTES: Final = [
    Route("/surveys", _list),
    Route("/surveys/{instrument_id}", _one),
    Route("/surveys/{instrument_id}/preview", _preview),
]
