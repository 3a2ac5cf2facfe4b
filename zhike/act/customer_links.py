"""Links to a customer's own page: made by staff or a machine, used by the customer, withdrawn by either.

A link carries a token that nobody can guess. The ledger keeps its hash alone, so nobody who reads the ledger can let themselves in.
Of a customer who was erased, made anonymous or merged, a link says what a token that never was says, after the same looks into the store.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import ACTIVE
from zhike.act.live_state import day_of
from zhike.act.staff import THE_CUSTOMER, new_token, token_hash
from zhike.act.trail import Happened, record
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, UnauthenticatedError
from zhike.core.store_errors import StoreUnavailableError
from zhike.govern.audit_events import AuditEvent
from zhike.govern.customer_links import link_holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.govern.customer_links import LinkRules

__all__ = ["OneSurvey", "do_make_link", "link_row", "links_of", "note_link_use", "revoke_link"]

_STREAM: Final = "privacy"
_NOBODY: Final = ""


@dataclass(frozen=True, slots=True)
class OneSurvey:
    """That a link leads to one survey and to nothing else of the customer.

    Parameters
    ----------
    invitation : str
    mode : str
        Over what it is filled in: web, tablet or kiosk.
    ends : int
        Microseconds of UTC.
    code : str or None
        What the link carries, where somebody types it; drawn like that of any link unless given.
    """

    invitation: str
    mode: str
    ends: int
    code: str | None = field(default=None, repr=False)


def do_make_link(
    acting: Acting, tx: Transaction, rules: LinkRules, customer: str, actor: str, survey: OneSurvey | None = None
) -> tuple[dict[str, Any], str]:  # fmt: skip
    """Make a link for a customer who is served.

    Parameters
    ----------
    acting : Acting
    tx : Transaction
        That writes.
    rules : LinkRules
    customer : str
        The record that stays.
    actor : str
        Who makes it.
    survey : OneSurvey, optional
        The whole page unless given.

    Returns
    -------
    tuple of (dict, str)
        The row, and the token, which is shown this once and kept nowhere.
    """
    now, token = acting.clock.now(), (survey and survey.code) or new_token(acting)
    row = {
        "link_id": acting.new_id("l"), "customer_id": customer, "link_hash": token_hash(token),
        "expires_at": survey.ends if survey else now + rules.holds, "revoked_at": None, "used_at": None,
        "invitation_id": survey and survey.invitation, "mode": survey and survey.mode, "recorded_at": now, "actor": actor,
    }  # fmt: skip
    tx.insert("customer_links", [row])
    content = {"link": row["link_id"], "until": row["expires_at"]} | (
        {"survey": survey.invitation, "mode": survey.mode} if survey else {}
    )
    record(tx, [Happened(_STREAM, AuditEvent.LINK_MADE, actor, customer, content)], now, acting.chance)
    return row, token


def link_row(tx: Transaction, token: str, now: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the ledger's row of a link, and that of its customer.

    Raises
    ------
    UnauthenticatedError
        When there is no such link, it has ended or was withdrawn, or its customer is not served any more.
    """
    link = tx.one("customer_links", link_hash=token_hash(token))
    # Looked for where there is no link as well: both take as long.
    customer = tx.one("customers", customer_id=_NOBODY if link is None else link["customer_id"])
    if link is None or customer is None or customer["state"] != ACTIVE or not link_holds(link, now):
        raise UnauthenticatedError(what=phrase("a link that does not hold"))
    return link, customer


def note_link_use(acting: Acting, link: dict[str, Any]) -> None:
    """Note that a link was used, once a day, with its event.

    Notes
    -----
    A store that can only be read keeps nobody from their page.
    """
    now, before = acting.clock.now(), link["used_at"]
    if before is not None and day_of(before) == day_of(now):
        return
    with suppress(StoreUnavailableError), acting.store.write() as tx:
        # Of two pages that are opened at once, one notes it.
        if tx.change("customer_links", {"link_id": link["link_id"], "used_at": before}, {"used_at": now}):
            happened = Happened(
                _STREAM, AuditEvent.LINK_USED, THE_CUSTOMER, link["customer_id"], {"link": link["link_id"]}
            )
            record(tx, [happened], now, acting.chance)


def revoke_link(
    acting: Acting, tx: Transaction, records: Sequence[str], link_id: str, actor: str
) -> dict[str, Any]:
    """Withdraw a link of a customer; return its row.

    Parameters
    ----------
    records : sequence of str
        All records of the customer.

    Raises
    ------
    RecordNotFoundError
        When the customer has no such link, or it was withdrawn.
    """
    now = acting.clock.now()
    own = {"link_id": link_id, "customer_id": list(records), "revoked_at": None}
    found = tx.find("customer_links", own)
    if not found:
        raise RecordNotFoundError(what=phrase("link"))
    tx.change("customer_links", {"link_id": link_id}, {"revoked_at": now})
    happened = Happened(_STREAM, AuditEvent.LINK_REVOKED, actor, found[0]["customer_id"], {"link": link_id})
    record(tx, [happened], now, acting.chance)
    return {**found[0], "revoked_at": now}


def links_of(tx: Transaction, records: Sequence[str]) -> list[dict[str, Any]]:
    """Return the links of a customer, the newest first."""
    return tx.find("customer_links", {"customer_id": list(records)}, order=["-recorded_at"])
