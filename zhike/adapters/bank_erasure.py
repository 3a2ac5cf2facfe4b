"""Erase persons from a bank folder after the ledger has: copies that a duty keeps go to the ledger first, then the rows go.

Nothing is half erased: the copies are durable before the folder changes, the folder changes in one swap, and whoever is killed in
between is finished by the next call. A bank folder that is loaded from an extract that still has a person has them again; calling this
once more takes them out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.act.acting import moment
from zhike.act.digests import signing_key
from zhike.act.erasure import heads
from zhike.act.retained import erasures_of, keep
from zhike.act.trail import Happened, record
from zhike.adapters.bank import Bank
from zhike.adapters.bank_load import loading
from zhike.adapters.bank_persons import about, persons_of
from zhike.adapters.bank_rewriting import rewrite
from zhike.core.contracts import contract
from zhike.core.phrases import phrase
from zhike.core.service_errors import StateConflictError
from zhike.core.tables import VALID_TO
from zhike.govern.audit_events import AuditEvent
from zhike.govern.certificate import certified
from zhike.govern.erasure import FRESH, Renaming, kept_copies, left_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from zhike.act.acting import Acting
    from zhike.adapters.bank_persons import Person
    from zhike.core.ports import Transaction
    from zhike.core.tables import Column, Table
    from zhike.govern.erasure import ErasureRules

__all__ = ["erase_in_bank", "erased_customers"]

_EVENTS: Final = {"erase": AuditEvent.DATA_ERASED, "anonymise": AuditEvent.DATA_ANONYMISED}
_DAY: Final = dt.date(1970, 1, 1)
_NEUTRAL: Final[dict[str, Any]] = {
    "string": "", "int64": 0, "int16": 0, "money": 0, "float64": 0.0, "bool": False, "date": _DAY,
    "instant": dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
}  # fmt: skip
_NOT_REACHED: Final = (
    "copies and backups of the folder",
    "the bank's own systems",
    "folders of decisions and reports",
)


def erased_customers(acting: Acting) -> list[str]:
    """Return every customer whom the ledger has erased, in the order of their identifiers."""
    with acting.store.read() as tx:
        return sorted({row["subject"] for row in tx.find("erasures", {"place": "ledger"})})


def erase_in_bank(
    acting: Acting,
    folder: Path,
    customers: Sequence[str],
    rules: ErasureRules,
    *,
    actor: str,
    private_key: bytes,
) -> dict[str, dict[str, Any]]:
    """Take customers whom the ledger has erased out of a bank folder; return the certificate of each.

    Parameters
    ----------
    acting : Acting
    folder : Path
        The bank folder.
    customers : sequence of str
        Every file with a row of one of them is written anew once, however many they are.
    rules : ErasureRules
        `zhike.govern.erasure.BANK`, as in force today.
    actor : str
    private_key : bytes
        32 bytes, the seed of the key that signs the digests of the audit trail.

    Raises
    ------
    StateConflictError
        When the ledger has not erased one of them: two persons' word is needed, and it is given there.
    BankNotFoundError
        When the folder is no bank folder.
    UsageError
        When a load is at work in the folder.
    """
    Bank.open(folder)  # before anything is made in the folder
    lawful = {name: _lawful(acting, name) for name in dict.fromkeys(customers)}
    with loading(folder) as work:
        bank = Bank.open(folder)
        erasing = _Erasing(acting, bank, rules, actor)
        persons = persons_of(bank, {name: one["content"]["records"] for name, one in lawful.items()})
        frames = {name: _rows_about(bank, name, persons) for name in bank.manifest.tables}
        begun = [erasing.begun(lawful[one.customer], own, one) for one, own in _shared_out(frames, persons)]
        left = {
            name: _frame(contract(name), [row for one in begun for row in one.left.get(name, ())])
            for name in frames
        }
        rewrite(work, bank.manifest, persons, left)
        after = Bank.open(folder).sha256
    return {
        one.customer: _finished(acting, step, after, private_key)
        for one, step in zip(persons, begun, strict=True)
    }


def _lawful(acting: Acting, customer: str) -> dict[str, Any]:
    """Return the erasure of a customer in the ledger."""
    with acting.store.read() as tx:
        found = [row for row in erasures_of(tx, customer) if row["place"] == "ledger"]
    if not found:
        raise StateConflictError(
            what=phrase("a customer whom the ledger has not erased"),
            expected=phrase("an erasure there, on two persons' word"),
        )
    return found[-1]


@dataclass(frozen=True, slots=True)
class _Begun:
    """An erasure that the ledger knows of, and what stays of its rows; ``done`` where there was nothing to do."""

    row: dict[str, Any]
    left: Mapping[str, list[dict[str, Any]]]


class _Erasing:
    """Erasures in one bank folder."""

    def __init__(self, acting: Acting, bank: Bank, rules: ErasureRules, actor: str) -> None:
        self._acting, self._bank, self._rules, self._actor = acting, bank, rules, actor
        self._place = f"bank:{bank.manifest.name}"

    def begun(self, lawful: Mapping[str, Any], frames: Mapping[str, pl.DataFrame], person: Person) -> _Begun:
        """Write what duties keep of a person's rows, and what is about to be erased, before anything is."""
        acting = self._acting
        with acting.store.write() as tx:
            mine = [row for row in erasures_of(tx, person.customer) if row["place"] == self._place]
            open_row = next((row for row in mine if row["state"] == "begun"), None)
            if not frames and mine:
                # Somebody was here: what they kept stays as it is.
                return _Begun(open_row or mine[-1], {})
            if open_row is not None:
                self._reopened(tx, open_row)
            row = self._row(lawful, open_row)
            kept, erased, left = [], {}, {}
            renaming = Renaming(acting.chance)
            for name, frame in frames.items():
                fates = self._fates(name, lawful)
                rows = frame.to_dicts()
                kept += keep(acting, tx, row["erasure_id"], f"bank:{name}", kept_copies(rows, fates))
                left[name] = left_rows(rows, fates, _blanks(contract(name)), renaming)
                gone = [column for column, fate in fates.items() if not fate.stays]
                erased[name] = {"rows": len(rows), "left_of_nobody": len(left[name]), "columns": gone}
            row["content"] |= {
                "erased": erased,
                "kept": kept,
                "shared_accounts": person.shared_accounts,
                "heads_before": heads(tx),
            }
            tx.insert("erasures", [row])
        return _Begun(row, left)

    def _reopened(self, tx: Transaction, row: Mapping[str, Any]) -> None:
        """Make way for an erasure that is begun again; copies go only where the folder still has what they are copies of."""
        tx.remove("erasures", {"erasure_id": row["erasure_id"]})
        if row["content"]["manifest_before"] == self._bank.sha256:
            tx.remove("retained", {"erasure_id": row["erasure_id"]})

    def _fates(self, table: str, lawful: Mapping[str, Any]) -> Any:  # noqa: ANN401 - mapping of column to Fate
        ended = lawful["relationship_end"]
        end = None if ended is None else dt.date.fromisoformat(ended)
        return self._rules.fates(table, list(contract(table).schema()), end, lawful["kind"])

    def _row(self, lawful: Mapping[str, Any], open_row: Mapping[str, Any] | None) -> dict[str, Any]:
        now = self._acting.clock.now()
        same = ("subject", "kind", "proposal_id", "relationship_end")
        erasure_id = self._acting.new_id("e") if open_row is None else open_row["erasure_id"]
        content = lawful["content"]
        told = ("customer", "records", "kind", "relationship_end", "proposal", "proposed_by", "approved_by")
        return {
            **{name: lawful[name] for name in same}, "erasure_id": erasure_id, "place": self._place, "state": "begun",
            "content": {
                "erasure": erasure_id, **{name: content[name] for name in told}, "place": self._place, "at": moment(now).isoformat(),
                "after": lawful["erasure_id"], "manifest_before": self._bank.sha256, "not_reached": list(_NOT_REACHED),
            },
            "recorded_at": now, "actor": self._actor,
        }  # fmt: skip


def _finished(acting: Acting, begun: _Begun, manifest: str, private_key: bytes) -> dict[str, Any]:
    """Tell that a person's rows are gone, and sign; what was signed before stays as it is."""
    row = begun.row
    if row["state"] == "done":
        found: dict[str, Any] = row["content"]
        return found
    now = acting.clock.now()
    with acting.store.write() as tx:
        content = {"erasure": row["erasure_id"], "place": row["place"]}
        record(
            tx, [Happened("privacy", _EVENTS[row["kind"]], row["actor"], None, content)], now, acting.chance
        )
        said = {
            **row["content"],
            "manifest_after": manifest,
            "heads_after": heads(tx),
            "finished_at": moment(now).isoformat(),
        }
        certificate = certified(said, signing_key(acting, tx, private_key))
        tx.change("erasures", {"erasure_id": row["erasure_id"]}, {"state": "done", "content": certificate})
    return certificate


def _rows_about(bank: Bank, table: str, persons: Sequence[Person]) -> pl.DataFrame:
    which = about(table, persons)
    return contract(table).empty() if which is None else bank.scan(table).filter(which).collect()


def _shared_out(
    frames: Mapping[str, pl.DataFrame], persons: Sequence[Person]
) -> Iterator[tuple[Person, dict[str, pl.DataFrame]]]:
    """Yield each person with their rows, by table; a row about two of them is the first one's, tables without one are left out."""
    rest = dict(frames)
    for person in persons:
        own = {}
        for name in frames:
            which = about(name, [person])
            if which is not None:
                mine = rest[name].select(which.fill_null(value=False).alias("mine")).to_series()
                own[name], rest[name] = rest[name].filter(mine), rest[name].filter(~mine)
        yield person, {name: frame for name, frame in own.items() if frame.height}


def _frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=table.schema(), orient="row")


def _blanks(table: Table) -> dict[str, Any]:
    """Return what stands in each column of which nothing stays; a state without its days was over before anybody asks."""
    return {column.name: _blank(column, table) for column in table.columns}


def _blank(column: Column, table: Table) -> Any:  # noqa: ANN401 - of any type
    if column.name == VALID_TO:
        return _DAY
    if not column.required and column.name not in table.key:
        return None
    return (
        FRESH
        if column.dtype == "string" and column.name in (*table.key, "customer_id")
        else _NEUTRAL[column.dtype]
    )
