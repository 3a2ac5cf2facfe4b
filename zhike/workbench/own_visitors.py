"""Who visits their own page: the link in the cookie, for as long as a browser keeps it.

A link is ``/me/#TOKEN``. What stands behind the # is sent to nobody: it is in no log of a server or a gateway and in no referrer. A small
script puts it into a form that our own page sends to itself, and takes it out of the address, so that the history of the browser has
it no more; without scripts the customer pastes the code. From then on it is in a cookie that scripts do not see and other sites'
pages do not send.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from zhike.api.links import OWN_PAGE
from zhike.api.own_asking import Own, link_rules, shown_link
from zhike.core.service_errors import UnauthenticatedError
from zhike.workbench.visitors import Visitor, bounds, stranger_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.service import Service

__all__ = [
    "OwnVisitor",
    "forget_link",
    "form_key",
    "keep_link",
    "let_in",
    "own_visitor_of",
    "shown_kiosk_token",
    "stranger_here",
]  # fmt: skip

_LINK: Final = "zhike_own"
KIOSK: Final = "zhike_kiosk"
"""The cookie by which a device is a kiosk."""
_NOBODY: Final = "-"
_FORM: Final = b"zhike/1/own form"


@dataclass(frozen=True, slots=True)
class OwnVisitor:
    """Somebody in front of their own page.

    Parameters
    ----------
    visitor : Visitor
        Language, appearance, and what their forms carry.
    own : Own or None
        None before a link was shown, and once it holds no more.
    ended : bool
        Whether a link was shown that does not hold.
    leads : str or None
        Where the link opens one survey and this page is none of it: which one.
    """

    visitor: Visitor
    own: Own | None = None
    ended: bool = False
    leads: str | None = None


def stranger_here(request: Request) -> OwnVisitor:
    """Return whoever visits as somebody unknown, in their language."""
    return OwnVisitor(stranger_of(request))


async def own_visitor_of(request: Request) -> OwnVisitor:
    """Return who visits, as somebody unknown where no link that holds is in the cookie.

    A link to one survey lets nobody in anywhere else.
    """
    stranger, token = stranger_of(request), request.cookies.get(_LINK)
    if not token:
        kiosk = shown_kiosk_token(request)
        return OwnVisitor(replace(stranger, form=form_key(kiosk)) if kiosk else stranger)
    try:
        own = await let_in(request, token)
    except UnauthenticatedError as problem:
        service: Service = request.app.state.service
        service.security.refused(problem.code, route=OWN_PAGE)
        return OwnVisitor(stranger, ended=True)
    visitor = replace(stranger, form=form_key(token))
    if own.survey not in (None, request.path_params.get("invitation_id")):
        return OwnVisitor(visitor, leads=own.survey)
    return OwnVisitor(visitor, own)


def form_key(token: str) -> str:
    """Return what a form carries of whoever shows a token."""
    return hmac.digest(token.encode(), _FORM, "sha256").hex()


def shown_kiosk_token(request: Request) -> str | None:
    """Return what the device shows as a kiosk, None where it is none."""
    return request.cookies.get(KIOSK) or None


async def let_in(request: Request, token: str) -> Own:
    """Return who holds a link; see `zhike.api.own_asking.shown_link`."""
    address = _NOBODY if request.client is None else request.client.host
    language = stranger_of(request).language
    return await run_in_threadpool(shown_link, request.app.state.service, token, address, language)


def keep_link(request: Request, response: Response, token: str) -> None:
    """Put a link into the cookie, until the page was left alone for as long as ``access.customer_links`` says."""
    idle = link_rules(request.app.state.service).idle
    response.set_cookie(_LINK, token, max_age=idle, **bounds(request, OWN_PAGE))


def forget_link(request: Request, response: Response) -> None:
    """Take the link out of the cookie."""
    response.delete_cookie(_LINK, **bounds(request, OWN_PAGE))
