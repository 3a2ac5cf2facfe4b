"""Who customers are by name and phone number, and how staff find them by what they remember of it.

A name is sealed under the customer's key. What it is found by are hashes under a key of the store's own, which is sealed under the bank's:
whoever has a copy of the store without the bank's key can try no name on it.
"""

from __future__ import annotations

import hmac
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import ACTIVE
from zhike.act.trail import canonical
from zhike.core.ledger import CUSTOMER
from zhike.know.names import TAIL, digits_of, keys_of, keys_sought, whole_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["Found", "Identity", "find_customers", "identities_of", "note_identities"]

_KEY_ID: Final = "names"
_KEY_BYTES: Final = 32
_CHUNK: Final = 2_000
_AT_A_TIME: Final = 200
"""Customers whose rows are read together until enough are found."""
_MOST_LOOKED_AT: Final = 4_000
"""Customers of one key who are looked at: what is typed fits more only where it says next to nothing."""
_TERM_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Identity:
    """Name and phone number of a customer; None where not on record."""

    customer_id: str
    name: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Parameters
    ----------
    rows : tuple of dict
        Of the ledger's customers, those whose number or whole name it is first.
    more : bool
        Whether there are others: more must be typed to see them.
    """

    rows: tuple[dict[str, Any], ...]
    more: bool


def note_identities(acting: Acting, identities: Iterable[Identity]) -> int:
    """Write names and phone numbers, and what they are found by, where they have changed; return how many have.

    Of customers who are not served, such as those who were erased, nothing is written.
    """
    each, changed = iter(identities), 0
    key = _key(acting)
    while chunk := list(itertools.islice(each, _CHUNK)):
        changed += _noted(acting, key, chunk)
    return changed


def _noted(acting: Acting, key: bytes, chunk: list[Identity]) -> int:
    names = [one.customer_id for one in chunk]
    with acting.store.write() as tx:
        served = {row[CUSTOMER] for row in tx.find("customers", {CUSTOMER: names, "state": ACTIVE})}
        # The sealed content of rows that stay as they are is not opened: their hash says so.
        before = {row[CUSTOMER]: row for row in tx.find("identities", {CUSTOMER: names})}
        new = {}
        for one in chunk:
            seen = before.get(one.customer_id)
            mark = _hash(key, canonical({"of": one.customer_id, **_content(one)})).hex()
            if one.customer_id in served and (seen is None or seen["fingerprint"] != mark):
                new[one.customer_id] = (one, mark)
        for name in new.keys() & before.keys():
            _forget(tx, key, before[name])
        tx.insert("identities", [
            {CUSTOMER: name, "content": _content(one), "fingerprint": mark} for name, (one, mark) in new.items()
        ])  # fmt: skip
        tx.insert("search_terms", [
            {"term": term, CUSTOMER: name} for name, (one, _) in new.items() for term in _terms(key, keys_of(one.name, one.phone))
        ])  # fmt: skip
    acting.store.checkpoint()
    return len(new)


def _content(one: Identity) -> dict[str, Any]:
    return {"name": one.name, "phone": one.phone}


def _forget(tx: Transaction, key: bytes, row: dict[str, Any]) -> None:
    kept = row["content"] or {}
    terms = _terms(key, keys_of(kept.get("name"), kept.get("phone")))
    if terms:
        tx.remove("search_terms", {CUSTOMER: row[CUSTOMER], "term": sorted(terms)})
    tx.remove("identities", {CUSTOMER: row[CUSTOMER]})


def _key(acting: Acting) -> bytes:
    with acting.store.write() as tx:
        row = tx.one("search_keys", key_id=_KEY_ID)
        if row is not None:
            return bytes(row["content"])
        made = acting.chance(_KEY_BYTES)
        tx.insert("search_keys", [{"key_id": _KEY_ID, "content": made, "recorded_at": acting.clock.now()}])
        return made


def _hash(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, "sha256")


def _terms(key: bytes, keys: Collection[str]) -> set[int]:
    return {int.from_bytes(_hash(key, one.encode())[:_TERM_BYTES], "big", signed=True) for one in keys}


def identities_of(tx: Transaction, customers: Collection[str]) -> dict[str, Identity]:
    """Return the identities of customers, by customer; nothing of those of whom none is on record."""
    rows = tx.find("identities", {CUSTOMER: list(customers)}) if customers else []
    return {row[CUSTOMER]: Identity(row[CUSTOMER], **row["content"]) for row in rows if row["content"]}


def find_customers(
    tx: Transaction, sought: str, most: int, *, branch: str | None = None, book: Collection[str] | None = None
) -> Found:
    """Find customers by number, name, pinyin or the end of the phone number.

    Parameters
    ----------
    tx : Transaction
    sought : str
        What somebody typed.
    most : int
        Most customers returned.
    branch : str, optional
        Only customers of this branch.
    book : collection of str, optional
        Only these customers.
    """
    text = sought.strip()
    names, cut = _candidates(tx, text, most, book)
    rows: list[dict[str, Any]] = []
    for start in range(0, len(names), _AT_A_TIME):
        if len(rows) > most:
            break
        part = names[start : start + _AT_A_TIME]
        there = {row[CUSTOMER]: row for row in tx.find("customers", {CUSTOMER: part})}
        allowed = [there[name] for name in part if name in there and _within(there[name], branch, book)]
        rows += _fitting(tx, text, allowed)
    return Found(tuple(rows[:most]), cut or len(rows) > most)


def _candidates(
    tx: Transaction, text: str, most: int, book: Collection[str] | None
) -> tuple[list[str], bool]:
    """Return who may be meant, those first whose number or whole name it is, and whether somebody may be missing."""
    by_number = _by_number(tx, text, most + 1)
    row = tx.one("search_keys", key_id=_KEY_ID)
    if row is None:
        return by_number, False
    key, among = bytes(row["content"]), None if book is None else sorted(book)
    whole = [name for term in _terms(key, whole_key(text)) for name in _kept_under(tx, term, among)]
    parts, cut = _under_all(tx, _terms(key, keys_sought(text)), among)
    return list(dict.fromkeys([*by_number, *whole, *parts])), cut


def _fitting(tx: Transaction, text: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out those of whom only the last digits of a phone number are those that were typed."""
    digits = digits_of(text)
    if len(digits) <= TAIL or not "".join(text.split()).isdecimal():
        return rows
    known = identities_of(tx, [row[CUSTOMER] for row in rows])
    return [
        row for row in rows
        if row[CUSTOMER].startswith(text) or (row[CUSTOMER] in known and digits_of(known[row[CUSTOMER]].phone).endswith(digits))
    ]  # fmt: skip


def _within(row: dict[str, Any], branch: str | None, book: Collection[str] | None) -> bool:
    return (
        row["state"] == ACTIVE
        and (branch is None or row["branch"] == branch)
        and (book is None or row[CUSTOMER] in book)
    )


def _by_number(tx: Transaction, text: str, most: int) -> list[str]:
    """Return customers whose number begins with a text."""
    if not text:
        return []
    exact = tx.find("customers", {CUSTOMER: text})
    later = tx.find("customers", order=[CUSTOMER], after=[text], limit=most)
    return [row[CUSTOMER] for row in exact + later if row[CUSTOMER].startswith(text)]


def _under_all(tx: Transaction, terms: set[int], among: list[str] | None) -> tuple[list[str], bool]:
    """Return who is kept under all terms, the rarest looked up first, and whether somebody may be missing."""
    if not terms:
        return [], False
    first, *others = sorted(terms, key=lambda term: tx.count("search_terms", {"term": term}))
    found = list(_kept_under(tx, first, among))
    cut = among is None and len(found) == _MOST_LOOKED_AT
    for term in others:
        found = list(_kept_under(tx, term, found))
    return found, cut


def _kept_under(tx: Transaction, term: int, among: list[str] | None) -> Iterator[str]:
    """Yield customers kept under a term, in order; where it is said among whom, those are looked up, and nobody else's thousands are read."""
    if among is None:
        rows = tx.find("search_terms", {"term": term}, order=["term", CUSTOMER], limit=_MOST_LOOKED_AT)
        yield from (row[CUSTOMER] for row in rows)
        return
    for start in range(0, len(among), _CHUNK):
        rows = tx.find("search_terms", {"term": term, CUSTOMER: among[start : start + _CHUNK]})
        yield from sorted(row[CUSTOMER] for row in rows)
