"""Who visits: the session in the cookie, the language and the appearance that they chose, and forms that come from our own pages."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_args
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from zhike.api.asking import Asking
from zhike.api.languages import spoken
from zhike.api.mistakes import mistakes
from zhike.core.errors import UsageError
from zhike.core.language import LANGUAGES, Language
from zhike.core.phrases import phrase
from zhike.core.service_errors import RequestInvalidError, UnauthenticatedError
from zhike.govern.roles import decide_access, permitted_scope

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.service import Service
    from zhike.govern.roles import Actor

__all__ = [
    "PLACE",
    "THEMES",
    "Visitor",
    "asking_first",
    "asking_to",
    "bounds",
    "came_from",
    "choose",
    "forget_session",
    "form_of",
    "keep_session",
    "one_of",
    "purpose_for",
    "read_form",
    "shown_session",
    "stranger_of",
    "visitor_of",
    "written_in",
]

PLACE: Final = "/workbench"
Model = TypeVar("Model", bound=BaseModel)
Known = TypeVar("Known", bound=str)
Theme = Literal["auto", "light", "dark"]
THEMES: Final[tuple[Theme, ...]] = get_args(Theme)
_SESSION, LANGUAGE, THEME = "zhike_session", "zhike_language", "zhike_theme"
_USUAL, _LOOK = "service", "customer.view"
_YEAR: Final = 365 * 86_400
_FORM: Final = "form"
_MOST_FIELDS: Final = 100
_TYPED: Final = "zhike.typed"
_LONG: Final = 20
"""Signs from which a text is given back."""
_SECRETS: Final = ("form", "password", "token", "sha256", "once", "key")
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
"""Of a field that is not given; false is."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody in front of a page.

    Parameters
    ----------
    language : str
    theme : str
        auto, light or dark.
    asking : Asking or None
        What routes need to know of who asks; None before they have signed in.
    form : str
        What a form of this session carries to show where it comes from.
    """

    language: Language
    theme: Theme
    asking: Asking | None = None
    form: str = ""


async def visitor_of(request: Request) -> Visitor:
    """Return who visits, as somebody unknown where there is no session in force."""
    service: Service = request.app.state.service
    stranger, token = stranger_of(request), shown_session(request)
    if token is None:
        return stranger
    try:
        known = service.remembered(token)
        actor = await run_in_threadpool(service.actor, token) if known is None else known
    except UnauthenticatedError:
        return stranger
    service.pace.take(actor.actor_id, service.acting.clock.now())
    form = hmac.digest(token.encode(), b"zhike/1/form", "sha256").hex()
    asking = Asking(service, actor, purpose_for(service, actor, _LOOK) or _USUAL, stranger.language, None)
    return replace(stranger, asking=asking, form=form)


def stranger_of(request: Request) -> Visitor:
    """Return whoever visits as somebody unknown, in their language."""
    return Visitor(_language(request), _theme(request))


def purpose_for(service: Service, actor: Actor, verb: str) -> str | None:
    """Return to which end somebody may do something: to serve customers, or else what their role is there for; None for no end."""
    rules, day = service.access.at(service.today()), service.today()
    ends = (_USUAL, *(() if rules is None else rules.table.purposes))
    return next((one for one in ends if _reaches(service, actor, verb, one, day)), None)


def _reaches(service: Service, actor: Actor, verb: str, purpose: str, day: dt.date) -> bool:
    """Return whether somebody may do something to an end, for some customer or for none."""
    if permitted_scope(service.access, actor, verb, purpose, day) is not None:
        return True
    return decide_access(service.access, actor, verb, None, purpose, day).allowed


def asking_to(asking: Asking, verb: str) -> Asking:
    """Return who asks, to the end to which they may do something; as they are where they may do it to none."""
    return replace(asking, purpose=purpose_for(asking.service, asking.actor, verb) or asking.purpose)


def asking_first(asking: Asking, verb: str, first: str) -> Asking:
    """Return who asks, to one end where they may do something to it, else as `asking_to`."""
    service, actor = asking.service, asking.actor
    if _reaches(service, actor, verb, first, service.today()):
        return replace(asking, purpose=first)
    return asking_to(asking, verb)


def _language(request: Request) -> Language:
    chosen = request.cookies.get(LANGUAGE)
    return next((one for one in LANGUAGES if one == chosen), None) or spoken(
        request.headers.get("accept-language")
    )


def _theme(request: Request) -> Theme:
    chosen = request.cookies.get(THEME)
    return next((one for one in THEMES if one == chosen), "auto")


async def form_of(request: Request, visitor: Visitor | None = None) -> dict[str, str]:
    """Return the fields of a form; the last where a name comes twice.

    Parameters
    ----------
    request : Request
    visitor : Visitor, optional
        Whose form it must be; without one, a form that needs no session, such as the one to sign in.

    Raises
    ------
    UsageError
        When it does not come from a page of ours: another site's page, or one of a session before.
    """
    here = request.headers.get("host", "")
    origin = request.headers.get("origin")
    elsewhere = origin is not None and urlsplit(origin).netloc != here
    fields = dict(
        parse_qsl(
            (await request.body()).decode("utf-8", "replace"),
            keep_blank_values=True,
            max_num_fields=_MOST_FIELDS,
        )
    )
    theirs = visitor is not None and not hmac.compare_digest(fields.get(_FORM, ""), visitor.form)
    if (
        elsewhere
        or theirs
        or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    ):
        raise UsageError(
            what=phrase("a form from elsewhere, or of a session that has ended"),
            expected=phrase("the page, loaded again"),
        )
    if visitor is not None:
        request.scope[_TYPED] = fields
    return fields


def written_in(request: Request) -> list[str]:
    """Return the longer texts of the form that was sent, so that a page that refuses it can give them back; no password and no token."""
    fields: Mapping[str, str] = request.scope.get(_TYPED) or {}
    return [
        text
        for name, text in fields.items()
        if len(text.strip()) >= _LONG and not any(part in name for part in _SECRETS)
    ]


def came_from(request: Request, place: str = PLACE) -> str | None:
    """Return the address of ours from which a request came, None where it did not or is the same."""
    parts = urlsplit(request.headers.get("referer", ""))
    here = parts.netloc == request.headers.get("host", "") and parts.path.startswith(f"{place}/")
    found = parts.path + (f"?{parts.query}" if parts.query else "")
    return found if here and request.method == "POST" else None


def one_of(known: Sequence[Known], wanted: str | None) -> Known:
    """Return what an address asks for, or the first of ``known`` where it asks for anything else."""
    return next((one for one in known if one == wanted), known[0])


def read_form(model: type[Model], fields: Mapping[str, Any]) -> Model:
    """Return what a form says as the interface wants it; fields left empty are not given.

    Raises
    ------
    RequestInvalidError
        When a field is not as it is described.
    """
    given = {name: fields[name] for name in model.model_fields if fields.get(name) not in _EMPTY}
    try:
        return model.model_validate_json(json.dumps(given))
    except ValidationError as problem:
        found = mistakes(problem.errors(include_input=False, include_url=False))
        raise RequestInvalidError(what=found, expected=phrase("every field as its label says")) from problem


def shown_session(request: Request) -> str | None:
    """Return the token of the session in the cookie."""
    return request.cookies.get(_SESSION) or None


def keep_session(request: Request, response: Response, token: str) -> None:
    """Put a session into the cookie: for this place only, never for scripts, never sent from other sites' pages."""
    response.set_cookie(_SESSION, token, **bounds(request))


def forget_session(request: Request, response: Response) -> None:
    """Take the session out of the cookie."""
    response.delete_cookie(_SESSION, **bounds(request))


def choose(request: Request, response: Response, fields: Mapping[str, str], place: str = PLACE) -> None:
    """Remember a language and an appearance that were chosen, for pages under a place."""
    for name, field, known in ((LANGUAGE, "language", LANGUAGES), (THEME, "theme", THEMES)):
        if fields.get(field) in known:
            response.set_cookie(name, fields[field], max_age=_YEAR, **bounds(request, place))


def bounds(request: Request, place: str = PLACE) -> dict[str, Any]:
    """Return what every cookie of pages under a place is bound to: never for scripts, never sent from other sites' pages."""
    return {"path": place, "secure": request.url.scheme == "https", "httponly": True, "samesite": "strict"}
