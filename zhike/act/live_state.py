"""What is live about one customer, gathered from the ledger: contacts by offers and surveys, answers, refusals, preferences, corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import DAY, customer_row, moment, raised, records_of
from zhike.decide.catalogue import offer_of
from zhike.decide.live import Live, Preferences, given_since
from zhike.know.corrections import Correction, corrected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhike.core.ports import Transaction

__all__ = ["day_of", "live_of", "refreshed"]

_KEPT_DAYS: Final = 366
"""Contacts and refusals older than the longest window of any rule say nothing any more."""
_NOT_MADE: Final = ("blocked",)
_UNCOUNTED: Final = ("mandatory", "none")


def live_of(tx: Transaction, customer: str, now: int) -> Live:
    """Return what is live about a customer.

    Parameters
    ----------
    tx : Transaction
    customer : str
        The record that stays; those merged into it count as well.
    now : int
        Microseconds of UTC.
    """
    since, own = now - _KEPT_DAYS * DAY, {"customer_id": records_of(tx, customer)}
    offers = [one for one in tx.find("offers", own, order=["made_at", "rank"]) if one["made_at"] >= since]
    asked = tx.find("survey_invitations", own, columns=("asked",))
    told = [
        (at, over) for one in asked if one["asked"] for at, over in one["asked"]["contacts"] if at >= since
    ]
    complaints = tx.count("complaints", {**own, "open": True})
    loops = tx.count("loops", {**own, "state": "open"})
    corrections = tx.find("corrections", own, order=["recorded_at"])
    # The last answer to each purpose and channel speaks.
    answers = {
        (one["purpose"], one["channel"]): one for one in tx.find("consents", own, order=["recorded_at"])
    }
    return Live(
        contacts=tuple(
            sorted([*((one["made_at"], one["channel"]) for one in offers if _is_contact(one)), *told])
        ),
        consents={asked: row["status"] == "given" for asked, row in answers.items()},
        refused={
            offer_of(one["action_id"]): one["changed_at"] for one in offers if one["state"] == "refused"
        },
        taken=tuple(sorted({product for one in offers if (product := _product(one)) is not None})),
        complaints=complaints,
        corrections=corrected(map(Correction.of, corrections), day_of(now), now),
        preferences=_preferences(tx.find("preferences", own, order=["recorded_at"])),
        ends={asked: row["expires_on"] for asked, row in answers.items() if _ends(row)},
        given=tuple(
            (one["made_at"], one["action_id"])
            for one in offers
            if _is_contact(one) and one["made_at"] >= given_since(now)
        ),
        loops=loops,
    )


def refreshed(tx: Transaction, customer: str, now: int) -> None:
    """Write anew what is live about a customer, from the ledger.

    Raises
    ------
    RecordNotFoundError
        When there is no such customer.
    """
    row = customer_row(tx, customer)
    raised(tx, row, live_of(tx, row["customer_id"], now).to_content())


def _is_contact(offer: Mapping[str, Any]) -> bool:
    return offer["outbound"] and offer["state"] not in _NOT_MADE and offer["kind"] not in _UNCOUNTED


def _product(offer: Mapping[str, Any]) -> str | None:
    """Return the product of an accepted sale: the middle of ``template:product:channel``."""
    parts = offer["action_id"].split(":")
    accepted = offer["state"] == "accepted" and offer["kind"] == "sale"
    return parts[1] if accepted and len(parts) > 2 else None  # noqa: PLR2004 - template, product, channel


def _ends(answer: Mapping[str, Any]) -> bool:
    return answer["status"] == "given" and answer["expires_on"] is not None


def day_of(now: int) -> str:
    """Return the day of an instant in UTC as ISO text.

    Examples
    --------
    >>> day_of(86_400_000_000)
    '1970-01-02'
    """
    return str(moment(now).date())


def _preferences(rows: Iterable[Mapping[str, Any]]) -> Preferences:
    last = {row["kind"]: row["value"] or {} for row in rows}
    hours = last.get("hours") or {}
    return Preferences(
        tuple(sorted(last.get("channels", {}).get("unwanted", ()))), tuple(sorted(last.get("topics", {}).get("unwanted", ()))),
        last.get("frequency", {}).get("most_in_30_days"),
        (hours["not_before"], hours["not_after"]) if "not_before" in hours else None,
    )  # fmt: skip
