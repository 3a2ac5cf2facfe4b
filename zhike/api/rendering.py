"""Rows of the ledger as answers of the interface."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from typing import TYPE_CHECKING, Any, cast

from zhike.act.drafts import chain_of
from zhike.core.errors import UsageError
from zhike.core.ledger import ledger_table
from zhike.core.phrases import phrase
from zhike.decide.served_answer import explained, listed
from zhike.govern.masking import MaskingRules, mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.act.drafts import Decided
    from zhike.core.language import Language
    from zhike.core.tables import PersonalDataClass

__all__ = [
    "batch_body",
    "consent_body",
    "cursor",
    "decided_body",
    "instant",
    "masked_row",
    "offer_body",
    "position",
    "preference_body",
    "stored_body",
]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def instant(at: int | None) -> str | None:
    """Return an instant as ISO text in UTC.

    Examples
    --------
    >>> instant(1_500_000)
    '1970-01-01T00:00:01.500000+00:00'
    """
    return None if at is None else (_EPOCH + dt.timedelta(microseconds=at)).isoformat()


def decided_body(
    decided: Decided, language: Language, *, explain: bool = False, stored: bool = True
) -> dict[str, Any]:
    """Return the answer of a decision."""
    draft, reading = decided.draft, decided.draft.reading
    setting = None if reading is None else reading.setting
    hours = draft.live.preferences.hours
    actions = [] if reading is None else listed(reading, language, hours)
    return {
        "decision_id": draft.decision_id, "customer_id": draft.ask.customer, "decided_at": instant(draft.at),
        "publication": draft.number, "as_of": None if setting is None else str(setting.at),
        "policy": None if setting is None else setting.policy.path,
        "policy_version": None if setting is None else setting.policy.version,
        "actions": [{"offer_id": offer, **one} for offer, one in zip(decided.offers, actions, strict=True)],
        "no_action": not actions, "attempts": {} if actions else chain_of(draft), "degraded": draft.degraded or None,
        "stored": stored, "explanation": explained(reading, language) if explain and reading is not None else None,
    }  # fmt: skip


def stored_body(
    row: dict[str, Any],
    highest: PersonalDataClass | None,
    rules: MaskingRules,
    *,
    identical: bool | None = None,
) -> dict[str, Any]:
    """Return a decision as it was recorded; what was sealed is empty once the customer is erased.

    Parameters
    ----------
    row : dict
        Of the ledger.
    highest : str or None
        Class of personal data up to which whoever asks may see.
    rules : MaskingRules
    identical : bool or None
        What came of computing it again.
    """
    record, context = row["record"] or {}, row["context"] or {}
    personal = {"customer_id": row["customer_id"], "reason": context.get("reason", "")}
    return {
        **mask(personal, dict.fromkeys(personal, "C2"), highest, rules),
        "decision_id": row["decision_id"], "decided_at": instant(row["decided_at"]),
        "origin": row["origin"], "publication": row["publication"], "degraded": row["degraded"] or None,
        "places": record.get("places", []), "fingerprint": record.get("fingerprint", ""), "identical": identical,
    }  # fmt: skip


def masked_row(
    table: str, row: dict[str, Any], highest: PersonalDataClass | None, rules: MaskingRules
) -> dict[str, Any]:
    """Return a row of the ledger, masked to a class of personal data by the classes of its columns."""
    classes = {
        column.name: cast("PersonalDataClass", column.personal) for column in ledger_table(table).columns
    }
    return mask(row, classes, highest, rules)


def offer_body(row: dict[str, Any]) -> dict[str, Any]:
    """Return an offer."""
    names = ("offer_id", "decision_id", "action_id", "channel", "state")
    return {
        **{name: row[name] for name in names},
        "made_at": instant(row["made_at"]),
        "lapses_at": instant(row["lapses_at"]),
    }


def consent_body(row: dict[str, Any]) -> dict[str, Any]:
    """Return a consent."""
    names = ("consent_id", "purpose", "channel", "status", "valid_from", "expires_on")
    return {**{name: row[name] for name in names}, "recorded_at": instant(row["recorded_at"])}


def preference_body(row: dict[str, Any]) -> dict[str, Any]:
    """Return a preference."""
    names = ("preference_id", "kind")
    return {
        **{name: row[name] for name in names}, "value": row["value"] or {}, "recorded_at": instant(row["recorded_at"]),
    }  # fmt: skip


def batch_body(row: dict[str, Any]) -> dict[str, Any]:
    """Return a batch; how far it got is told as a number, as the place is a customer's."""
    result = {name: value for name, value in row["result"].items() if name not in ("part", "after")}
    return {
        "job_id": row["job_id"], "state": row["state"], "direction": row["content"]["direction"], "result": result,
        "recorded_at": instant(row["recorded_at"]),
    }  # fmt: skip


def cursor(values: Sequence[Any]) -> str:
    """Return where a page ended as text.

    Examples
    --------
    >>> position(cursor([5, "d-1"]))
    [5, 'd-1']
    """
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def position(text: str) -> list[Any]:
    """Return what `cursor` wrote.

    Raises
    ------
    UsageError
        When it is no cursor.
    """
    try:
        found: list[Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as problem:
        raise UsageError(
            what=phrase("a cursor that cannot be read"), expected=phrase("the value of 'next' of a page")
        ) from problem
    good = isinstance(found, list) and len(found) == 2 and type(found[0]) is int and isinstance(found[1], str)  # noqa: PLR2004
    # Nothing in it is secret and nothing is trusted: a made-up one begins elsewhere in the same customer's list.
    if not (good and found[1].isascii()):
        raise UsageError(
            what=phrase("a cursor of something else"), expected=phrase("the value of 'next' of this list")
        )
    return found
