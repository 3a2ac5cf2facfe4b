"""Links to customers' own pages, as staff and machines make and withdraw them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

from zhike.act.acting import records_of
from zhike.act.customer_links import do_make_link, links_of, revoke_link
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.own_asking import link_rules
from zhike.api.own_models import LinkBody, LinkList, NewLink
from zhike.api.rendering import instant

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OWN_PAGE", "router"]

router = APIRouter(prefix="/customers/{customer_id}/links", tags=["own page"])
OWN_PAGE: Final = "/me"
"""Path of the page to which links lead."""
_MAKE: Final = "link.make"


@router.post("", response_model=NewLink, operation_id="make_link", openapi_extra=needs(_MAKE))
def make(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Make a link to a customer's own page.

    The token is shown this once, so asking again makes another link.
    """
    service = asking.service
    with service.acting.store.write() as tx:
        _, row = asking.may_with(_MAKE, tx, customer_id)
        link, token = do_make_link(
            service.acting, tx, link_rules(service), row["customer_id"], asking.actor.actor_id
        )
    return {**_body(link), "token": token, "path": f"{OWN_PAGE}/#{token}"}


@router.get("", response_model=LinkList, operation_id="links", openapi_extra=needs(_MAKE))
def links(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return the links that were made for a customer."""
    with asking.service.acting.store.read() as tx:
        _, row = asking.may_with(_MAKE, tx, customer_id)
        rows = links_of(tx, records_of(tx, row["customer_id"]))
    return {"links": [_body(one) for one in rows]}


@router.delete("/{link_id}", response_model=LinkBody, operation_id="revoke_link", openapi_extra=needs(_MAKE))
def revoke(customer_id: Identifier, link_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Withdraw a link; it lets nobody in from this moment."""
    acting = asking.service.acting
    with acting.store.write() as tx:
        _, row = asking.may_with(_MAKE, tx, customer_id)
        records = records_of(tx, row["customer_id"])
        return _body(revoke_link(acting, tx, records, link_id, asking.actor.actor_id))


def _body(row: Mapping[str, Any]) -> dict[str, Any]:
    dated = ("recorded_at", "expires_at", "revoked_at", "used_at")
    names = ("link_id", "customer_id", "actor")
    return {**{name: row[name] for name in names}, **{name: instant(row[name]) for name in dated}}
