"""Which customer asks for themselves, by the link that they hold: what every route of their own page needs of a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from zhike.act.acting import records_of
from zhike.act.customer_links import link_row, note_link_use
from zhike.act.live_state import day_of
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.api.asking import KEY, header_of, shown_token
from zhike.api.faults import route_of
from zhike.api.languages import spoken
from zhike.api.queries import refuse_undescribed
from zhike.api.service import Service
from zhike.core.language import Language
from zhike.core.phrases import phrase
from zhike.core.service_errors import TooManyRequestsError, UnauthenticatedError
from zhike.decide.live import Live
from zhike.govern.customer_links import CUSTOMER_LINKS, LinkRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhike.core.ports import Transaction

__all__ = ["OneSurveyOf", "Own", "OwnOf", "link_rules", "own_of", "shown_link", "survey_own_of"]

_NOBODY: Final = "-"


@dataclass(frozen=True, slots=True)
class Own:
    """A customer who asks for themselves.

    Parameters
    ----------
    service : Service
    token : str
        Of the link.
    link : dict
        The ledger's row of it.
    language : str
    key : str or None
        The caller's, under which asking again gives the same answer.
    """

    service: Service
    token: str = field(repr=False)
    link: dict[str, Any] = field(repr=False)
    language: Language = "en"
    key: str | None = None

    @property
    def survey(self) -> str | None:
        """The invitation to which alone the link leads; None where it leads to the whole page."""
        found: str | None = self.link["invitation_id"]
        return found

    @property
    def customer(self) -> str:
        """The record for which the link was made: the only one that is ever looked for."""
        return str(self.link["customer_id"])

    def row(self, tx: Transaction) -> dict[str, Any]:
        """Return the customer's row, as the transaction sees it.

        Raises
        ------
        UnauthenticatedError
            When the link has ended meanwhile.
        """
        return link_row(tx, self.token, self.service.acting.clock.now())[1]

    def records(self, tx: Transaction) -> list[str]:
        """Return all records of the customer, where the link still holds."""
        return records_of(tx, self.row(tx)["customer_id"])

    def live(self, row: dict[str, Any]) -> Live:
        """Return what is live about the customer today."""
        return Live.of(row["live"]).on(day_of(self.service.acting.clock.now()))

    def written(
        self, verb: str, content: dict[str, Any], do: Callable[[Transaction, dict[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        """Do something in one transaction with the question whether the link holds, once under the caller's key."""
        acting = self.service.acting
        keyed = Keyed(str(self.link["link_id"]), self.key, {"verb": verb, "body": content})
        with acting.store.write() as tx:
            row = self.row(tx)
            return once(acting, tx, keyed, row["customer_id"], lambda: do(tx, row))


def link_rules(service: Service) -> LinkRules:
    """Return how long links hold today."""
    return LinkRules.of(service.rulebook.at(CUSTOMER_LINKS, service.today()))


def shown_link(
    service: Service, token: str | None, address: str, language: Language, key: str | None = None
) -> Own:
    """Return who holds a link, if they do not guess.

    Parameters
    ----------
    service : Service
    token : str or None
    address : str
        Of the other side of the connection: whoever was wrong too often from there waits before anything is looked up.
    language : str
    key : str, optional

    Raises
    ------
    UnauthenticatedError
        When there is no such link, it has ended or was withdrawn, or its customer is not served any more.
    TooManyRequestsError
        When links from this address were wrong too often, or this one asks for more than is served.
    """
    now = service.acting.clock.now()
    if not token:
        raise UnauthenticatedError(what=phrase("no link"))
    service.guesses.check(address, now)
    try:
        with service.acting.store.read() as tx:
            link, _ = link_row(tx, token, now)
    except UnauthenticatedError:
        service.guesses.take(address, now)
        raise
    service.pace.take(link["link_id"], now)
    note_link_use(service.acting, link)
    return Own(service, token, link, language, key)


async def own_of(request: Request) -> Own:
    """Return which customer asks, from the headers of a request; who is turned away is told in the log, without the address.

    A link to one survey opens nothing else.
    """
    return await _asking(request, None)


async def survey_own_of(request: Request) -> Own:
    """Return which customer asks for a survey, by a link to their whole page or to this survey; see `own_of`."""
    return await _asking(request, request.path_params["invitation_id"])


async def _asking(request: Request, survey: str | None) -> Own:
    service: Service = request.app.state.service
    language, key = spoken(request.headers.get("accept-language")), header_of(request, KEY)
    address = _NOBODY if request.client is None else request.client.host
    try:
        own = await run_in_threadpool(shown_link, service, shown_token(request), address, language, key)
        _check_reach(own, survey)
    except (UnauthenticatedError, TooManyRequestsError) as problem:
        service.security.refused(problem.code, route=route_of(request.scope))
        raise
    refuse_undescribed(request)
    return own


def _check_reach(own: Own, survey: str | None) -> None:
    if own.survey not in (None, survey):
        raise UnauthenticatedError(what=phrase("a link to a survey and to nothing else"))


OwnOf = Annotated[Own, Depends(own_of)]
OneSurveyOf = Annotated[Own, Depends(survey_own_of)]
