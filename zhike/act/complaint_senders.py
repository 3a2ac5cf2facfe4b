"""Whose a message is: known again by its sender, or by two things that it says and the bank has on record.

One thing alone is not enough: anybody can write a customer's name. What one thing points to is proposed to a person.
"""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import ACTIVE, MERGED
from zhike.act.complaint_likeness import keyed
from zhike.act.identities import find_customers, identities_of
from zhike.know.names import digits_of, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["candidates_of", "customer_of", "sender_hash"]

_SENDER, _NUMBER, _PHONE, _NAME = "sender", "number", "phone", "name"
_NUMBERED: Final = re.compile(
    r"(?:客户(?:编号|号码?|号)|客戶(?:編號|號碼?|號)|customer\s*(?:no\.?|number|id))\s*[:：#]?\s*([A-Za-z0-9][\w-]{1,39})",
    re.IGNORECASE,
)
_PHONES: Final = re.compile(r"\+?\d(?:[\s-]?\d){6,14}")
_PREFIXES: Final = ("86", "852", "853", "886")
_MOST: Final = 5
"""Numbers of a message that are looked up."""
_ENOUGH: Final = 2


def sender_hash(acting: Acting, tx: Transaction, address: str | None) -> str | None:
    """Return the keyed hash under which a sender's address is kept; None without one."""
    return None if address is None else hmac.digest(keyed(acting, tx), address.encode(), "sha256").hex()


def customer_of(facts: Mapping[str, frozenset[str]]) -> str | None:
    """Return the only customer whom enough points to; None where there is none, or more than one.

    Examples
    --------
    >>> customer_of({"C1": frozenset({"phone", "name"}), "C2": frozenset({"name"})}), customer_of({"C1": frozenset({"name"})})
    ('C1', None)
    """
    sure = [name for name, found in facts.items() if _SENDER in found or len(found) >= _ENOUGH]
    return sure[0] if len(sure) == 1 else None


def candidates_of(
    tx: Transaction, text: str, name: str | None, sender: str | None
) -> dict[str, frozenset[str]]:
    """Return the customers whom a message points to, and by what: ``sender``, ``number``, ``phone``, ``name``.

    Parameters
    ----------
    text : str
        Subject and words.
    name : str or None
        What the sender calls themselves.
    sender : str or None
        Hash of the address, see `sender_hash`.
    """
    facts: dict[str, set[str]] = {}
    for one in _numbered(tx, text):
        facts.setdefault(one, set()).add(_NUMBER)
    for one in _by_phone(tx, text):
        facts.setdefault(one, set()).add(_PHONE)
    for one in _known_senders(tx, sender):
        facts.setdefault(one, set()).add(_SENDER)
    if name and not facts:
        found = find_customers(tx, name, 2)
        facts = {} if found.more else {row["customer_id"]: set() for row in found.rows}
    for who, identity in identities_of(tx, list(facts)).items():
        if identity.name and _says(identity.name, f"{name or ''}\n{text}"):
            facts[who].add(_NAME)
    return {who: frozenset(found) for who, found in facts.items() if found}


def _says(name: str, text: str) -> bool:
    bare, within = plain(name), plain(text)
    edges = (r"\b", r"\b") if bare.isascii() else ("", "")
    return len(bare) > 1 and re.search(edges[0] + re.escape(bare) + edges[1], within) is not None


def _numbered(tx: Transaction, text: str) -> list[str]:
    named = list(dict.fromkeys(_NUMBERED.findall(text)))[:_MOST]
    rows = tx.find("customers", {"customer_id": named}) if named else []
    return [_stays(tx, row) for row in rows if row["state"] in (ACTIVE, MERGED)]


def _stays(tx: Transaction, row: dict[str, Any]) -> str:
    while row["state"] == MERGED:
        row = tx.one("customers", customer_id=row["merged_into"]) or {**row, "state": ""}
    return str(row["customer_id"])


def _by_phone(tx: Transaction, text: str) -> list[str]:
    found: list[str] = []
    for written in list(dict.fromkeys(map(digits_of, _PHONES.findall(text))))[:_MOST]:
        tried = [written, *(written.removeprefix(one) for one in _PREFIXES if written.startswith(one))]
        for digits in tried:
            rows = [row["customer_id"] for row in find_customers(tx, digits, 2).rows]
            known = identities_of(tx, rows)
            found += [
                name for name in rows if name in known and digits_of(known[name].phone).endswith(digits)
            ]
    return found


def _known_senders(tx: Transaction, sender: str | None) -> set[str]:
    """Return the customers whose messages came from an address before, as a person or two things said."""
    if sender is None:
        return set()
    rows = tx.find("complaint_messages", {"sender": sender, "state": ["opened", "added"]})
    return {row["customer_id"] for row in rows if row["customer_id"] is not None}
