"""Which rows of a bank folder are about a person: by customer, by the accounts that only they own, by their complaints."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.contracts import CONTRACTS
from zhike.know.identity import OWNER_ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zhike.adapters.bank import Bank

__all__ = ["Person", "about", "mentions", "persons_of"]

_CUSTOMER, _ACCOUNT, _COMPLAINT = "customer_id", "account_id", "complaint_id"
_BY_ACCOUNT: Final = ("accounts", "transactions")
_BY_COMPLAINT: Final = ("case_events",)


@dataclass(frozen=True, slots=True)
class Person:
    """What identifies one person in a bank folder.

    Parameters
    ----------
    customer : str
        The record under which the ledger knows them.
    records : frozenset of str
        All of their records.
    accounts : frozenset of str
        Accounts that only they have ever owned, or only persons who leave with them; each is one person's.
    complaints : frozenset of str
    shared_accounts : int
        Accounts that somebody else owns or owned as well: they are that person's too.
    """

    customer: str
    records: frozenset[str]
    accounts: frozenset[str]
    complaints: frozenset[str]
    shared_accounts: int

    @property
    def identifiers(self) -> frozenset[str]:
        """Everything that leads to the person."""
        return self.records | self.accounts | self.complaints


def persons_of(bank: Bank, records: Mapping[str, Sequence[str]]) -> list[Person]:
    """Return what identifies persons in a bank folder.

    Parameters
    ----------
    bank : Bank
    records : mapping of customer to identifiers
        All records of each.
    """
    every = [name for names in records.values() for name in names]
    owners = _owners(bank, every)
    complaints = (
        bank.scan("complaints")
        .filter(pl.col(_CUSTOMER).is_in(every))
        .select(_CUSTOMER, _COMPLAINT)
        .unique()
        .collect()
    )
    leaving, found, taken = frozenset(every), list[Person](), frozenset[str]()
    for name, own in records.items():
        one = _person(name, frozenset(own), leaving, owners, complaints)
        found.append(replace(one, accounts=one.accounts - taken))
        taken |= one.accounts
    return found


def _owners(bank: Bank, records: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return all who have ever owned the accounts of some customers, by account."""
    owning = bank.scan("relationships").filter(
        pl.col("object_type") == "account", pl.col("role").is_in(OWNER_ROLES)
    )
    theirs = owning.filter(pl.col(_CUSTOMER).is_in(records)).select("object_id").unique()
    found = (
        owning.join(theirs, on="object_id").group_by("object_id").agg(pl.col(_CUSTOMER).unique()).collect()
    )
    return {account: frozenset(owners) for account, owners in found.iter_rows()}


def _person(
    customer: str,
    records: frozenset[str],
    leaving: frozenset[str],
    owners: Mapping[str, frozenset[str]],
    complaints: pl.DataFrame,
) -> Person:
    mine = {account: who for account, who in owners.items() if who & records}
    alone = frozenset(account for account, who in mine.items() if who <= leaving)
    own = complaints.filter(pl.col(_CUSTOMER).is_in(list(records)))[_COMPLAINT]
    return Person(customer, records, alone, frozenset(own), len(mine) - len(alone))


def about(table: str, persons: Iterable[Person]) -> pl.Expr | None:
    """Return which rows of a contract table are about some persons, None where the table is about nobody.

    A tie of somebody else to one of them is about both.
    """
    every = list(persons)
    if table in _BY_ACCOUNT:
        return pl.col(_ACCOUNT).is_in(sorted({name for one in every for name in one.accounts}))
    if table in _BY_COMPLAINT:
        return pl.col(_COMPLAINT).is_in(sorted({name for one in every for name in one.complaints}))
    if not any(column.name == _CUSTOMER for column in CONTRACTS[table].columns):
        return None
    records = sorted({name for one in every for name in one.records})
    own = pl.col(_CUSTOMER).is_in(records)
    if table != "relationships":
        return own
    return own | ((pl.col("object_type") == "customer") & pl.col("object_id").is_in(records)).fill_null(
        value=False
    )


def mentions(text: str | None, identifiers: frozenset[str]) -> bool:
    """Return whether a rejected row names one of some identifiers as a whole value.

    What its columns meant is not known any more; so another value that reads the same counts as well.

    Examples
    --------
    >>> mentions('{"no": "C1", "words": "said C2"}', frozenset({"C1"})), mentions('{"words": "said C2"}', frozenset({"C2"}))
    (True, False)
    """
    if text is None:
        return False
    try:
        found = json.loads(text)
    except ValueError:
        return any(name in text for name in identifiers)
    return any(value in identifiers for value in _values(found))


def _values(found: object) -> Iterable[str]:
    if isinstance(found, dict | list):
        for inner in found.values() if isinstance(found, dict) else found:
            yield from _values(inner)
    elif found is not None:
        yield str(found)
