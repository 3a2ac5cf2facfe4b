"""Find a customer, and everything about one on a page: the archive in words, the household, flows, and what happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query

from zhike.act.acting import ACTIVE
from zhike.act.identities import find_customers, identities_of
from zhike.act.publications import active_publication, portrait
from zhike.act.timeline import timeline as happened
from zhike.act.warnings_shown import warnings_shown
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.page_models import CustomerPageBody, FoundCustomers, SearchRequest, TimelineBody
from zhike.api.rendering import instant
from zhike.core.contracts import contract
from zhike.decide.live import Live
from zhike.govern.masking import hidden_columns, mask
from zhike.govern.roles import permitted_scope
from zhike.know.customer_page import page_of
from zhike.know.features import FEATURES
from zhike.know.portraits import details_of
from zhike.know.rules import archive_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.identities import Identity
    from zhike.api.asking import Asking
    from zhike.core.ports import Transaction
    from zhike.core.tables import PersonalDataClass
    from zhike.govern.roles import Permission

__all__ = ["customer_page", "router", "search", "timeline"]

router = APIRouter(prefix="/customers", tags=["customers"])
_SEARCH: Final = "customer.search"
_VIEW: Final = "customer.view"
_NOTHING: Final[dict[str, Any]] = {
    "as_of": None,
    "archive": {},
    "hidden": [],
    "sections": [],
    "months": [],
    "holdings": [],
}
_HAPPENING: Final[dict[str, PersonalDataClass]] = {
    "at": "C1", "exact": "-", "kind": "C1", "what": "C1", "channel": "C1", "actor": "C1", "state": "C2", "reference": "C1",
}  # fmt: skip
_CLASSES: Final[dict[str, PersonalDataClass]] = {feature.name: feature.personal for feature in FEATURES}
_HOLDING: Final[dict[str, PersonalDataClass]] = {
    **{column.name: column.personal for column in contract("holdings").columns}, "name": "-", "family": "-", "started_on": "C2",
}  # fmt: skip
_SEEN: Final = "C2"
"""Whoever sees this class sees a page in words: nothing of it is masked then."""


@router.post(
    "/search", response_model=FoundCustomers, operation_id="search_customers", openapi_extra=needs(_SEARCH)
)
def search(body: SearchRequest, asking: AskingOf) -> dict[str, Any]:
    """Find customers by number, name, pinyin or its initials, or the last digits of the phone number.

    A name needs two letters or characters, a phone number four digits. Whoever looks after a book finds their own customers, a branch
    its own.
    """
    service, actor = asking.service, asking.actor
    reach = permitted_scope(service.access, actor, _SEARCH, asking.purpose, service.today())
    if reach is None:
        asking.may(_SEARCH)
    with service.acting.store.read() as tx:
        found = find_customers(
            tx,
            body.find,
            body.limit,
            branch=actor.branch if reach == "branch" else None,
            book=actor.book if reach == "own_book" else None,
        )
        known = identities_of(tx, [row["customer_id"] for row in found.rows])
        rows = [_found(asking, row, known.get(row["customer_id"])) for row in found.rows]
    return {"customers": [row for row in rows if row is not None], "more": found.more}


def _found(asking: Asking, row: dict[str, Any], known: Identity | None) -> dict[str, Any] | None:
    """Return a customer as a search shows them, None where a denial closes them to whoever asks."""
    who = row["customer_id"], row["branch"]
    permission = asking.service.permission(asking.actor, _SEARCH, asking.purpose, who)
    if not (permission.allowed and permission.visible):
        return None
    return {**_named(asking, row, known, permission), "branch": row["branch"], "adviser": row["adviser"]}


def _named(
    asking: Asking, row: dict[str, Any], known: Identity | None, permission: Permission
) -> dict[str, Any]:
    values = {
        "customer_id": row["customer_id"],
        "name": known and known.name,
        "phone": known and known.phone,
    }
    return mask(values, dict.fromkeys(values, "C2"), permission.highest_class, asking.service.masking())


@router.get(
    "/{customer_id}/page",
    response_model=CustomerPageBody,
    operation_id="customer_page",
    openapi_extra=needs(_VIEW),
)
def customer_page(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return what is published about a customer: the archive in words, household, holdings, and money in and out by month."""
    service = asking.service
    with service.acting.store.read() as tx:
        permission, row = asking.may_with(_VIEW, tx, customer_id)
        found, current = portrait(tx, row["customer_id"]), active_publication(tx)
        known = identities_of(tx, [row["customer_id"]]).get(row["customer_id"])
        household = [] if found is None else _household(asking, tx, row["customer_id"], found)
    # Whoever asks knows the number already.
    named = {
        **_named(asking, row, known, permission),
        "customer_id": row["customer_id"],
        "branch": row["branch"],
        "adviser": row["adviser"],
        "household": household,
    }
    if found is None or current is None:
        return {**named, **_NOTHING}
    found = {**found, "archive": warnings_shown(found["archive"], Live.of(row["live"]), asking.purpose)}
    highest, rules = permission.highest_class, service.masking()
    archive, seen = found["archive"], highest == _SEEN
    return {
        **named, "as_of": current["at"], "archive": mask(archive, _CLASSES, highest, rules),
        "hidden": sorted(hidden_columns(archive, _CLASSES, highest)), "months": found["months"] if seen else [],
        "holdings": [mask(one, _HOLDING, highest, rules) for one in found["holdings"]],
        "sections": _sections(asking, found, dt.date.fromisoformat(current["at"])) if seen else [],
    }  # fmt: skip


def _sections(asking: Asking, found: dict[str, Any], at: dt.date) -> list[dict[str, Any]]:
    service = asking.service
    with service.acting.store.read() as tx:
        setting = service.desk.setting(tx)
    validity = None if setting is None else setting.policy.risk_validity
    rules = archive_rules(service.rulebook, at, validity)
    page = page_of(found["archive"], details_of(found), at, rules, service.desk.minor_units())
    sections: list[dict[str, Any]] = page.to_json(asking.language)["page"]
    return sections


def _household(
    asking: Asking, tx: Transaction, customer: str, found: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return who else belongs to the household; of those whom whoever asks may not see, only that there is somebody."""
    others = [one for one in found["household"] if one["member_id"] != customer]
    rows = {
        row["customer_id"]: row
        for row in tx.find("customers", {"customer_id": [one["member_id"] for one in others]})
    }
    known = identities_of(tx, rows)
    return [_member(asking, one, rows.get(one["member_id"]), known) for one in others]


def _member(
    asking: Asking, tie: dict[str, Any], row: dict[str, Any] | None, known: Mapping[str, Identity]
) -> dict[str, Any]:
    hidden = {"customer_id": None, "name": None, "role": tie["role"]}
    if row is None or row["state"] != ACTIVE:
        return hidden
    found = asking.service.permission(
        asking.actor, _VIEW, asking.purpose, (row["customer_id"], row["branch"])
    )
    if not (found.allowed and found.visible):
        return hidden
    return {**_named(asking, row, known.get(row["customer_id"]), found), "role": tie["role"]}


@router.get(
    "/{customer_id}/timeline",
    response_model=TimelineBody,
    operation_id="timeline",
    openapi_extra=needs(_VIEW),
)
def timeline(
    customer_id: Identifier, asking: AskingOf, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> dict[str, Any]:
    """Return what happened last between a customer and the bank over all channels, the newest first."""
    with asking.service.acting.store.read() as tx:
        permission, row = asking.may_with(_VIEW, tx, customer_id)
        who = row["customer_id"]
        rows = happened(tx, who, portrait(tx, who), limit)
    told = [{**asdict(one), "at": instant(one.at)} for one in rows]
    rules = asking.service.masking()
    return {"happenings": [mask(one, _HAPPENING, permission.highest_class, rules) for one in told]}
