"""Publish dossiers from an archive for decisions in real time: written aside, then made the active publication in one step."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from zhike.act.acting import ACTIVE, ANONYMISED, ERASED, MERGED
from zhike.act.trail import Happened, canonical, record
from zhike.core.blobs import get_blob, put_blob
from zhike.core.ledger import CUSTOMER
from zhike.core.phrases import phrase
from zhike.core.service_errors import NotServingError
from zhike.decide.constraints import HOUSEHOLD
from zhike.decide.dossier import packed
from zhike.decide.inputs import CONTACT_DAYS
from zhike.decide.serving_setting import ServingSetting
from zhike.govern.audit_events import AuditEvent
from zhike.know.portraits import read_portrait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.decide.dossier import Dossier

__all__ = ["Owner", "Publication", "active_publication", "archives_of", "portrait", "publication", "publish"]

Item = TypeVar("Item")
_SERVED: Final = (ACTIVE, MERGED)
_GONE: Final = (ERASED, ANONYMISED)
_CHUNK: Final = 2_000
"""Dossiers a transaction: decisions go on being written between two."""


class Owner(NamedTuple):
    """Whose customer somebody is.

    Parameters
    ----------
    branch, adviser : str or None
    tier : str or None
        By which service standards they are served.
    """

    branch: str | None = None
    adviser: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication, ready to serve from."""

    number: int
    setting: ServingSetting


def publish(
    acting: Acting,
    setting: ServingSetting,
    dossiers: Iterable[Dossier],
    owners: Mapping[str, Owner],
    *,
    manifest: str,
    actor: str,
    portraits: Iterable[tuple[str, str]] = (),
    progress: Callable[[int], None] = lambda _done: None,
) -> int:
    """Write a publication and make it the active one; return its number.

    Parameters
    ----------
    acting : Acting
    setting : ServingSetting
    dossiers : iterable of Dossier
    owners : mapping of customer to Owner
        Whose customer each is.
    manifest : str
        SHA-256 of the bank's manifest.
    actor : str
    portraits : iterable of (customer, JSON text)
        What pages show of each, see `zhike.know.portraits`.
    progress : callable
        Told the dossiers written.

    Notes
    -----
    A run that ends half-way leaves a publication that is never served; the next run removes it. Customers who were erased get no
    dossier, whatever the archive still has of them.
    """
    number = _begun(acting, setting, manifest, actor)
    done = 0
    for chunk in _chunks(dossiers):
        with acting.store.write() as tx:
            gone = _known(tx, chunk, owners, setting.at)
            rows = [
                {"publication": number, "customer_id": one.customer_id, "content": packed(one)}
                for one in chunk
                if one.customer_id not in gone
            ]
            tx.insert("dossiers", rows)
        acting.store.checkpoint()
        done += len(rows)
        progress(done)
    for part in _chunks(portraits):
        _portrayed(acting, number, part)
    _activated(acting, number, done, actor)
    return number


def _begun(acting: Acting, setting: ServingSetting, manifest: str, actor: str) -> int:
    now = acting.clock.now()
    with acting.store.write() as tx:
        for left in tx.find("publications", {"state": "building"}):
            tx.remove("dossiers", {"publication": left["number"]})
            tx.remove("portraits", {"publication": left["number"]})
            tx.change("publications", {"number": left["number"]}, {"state": "abandoned"})
        last = tx.find("publications", order=["-number"], limit=1)
        number = last[0]["number"] + 1 if last else 1
        address = put_blob(tx, canonical(setting.content()))
        tx.insert("publications", [{
            "number": number, "at": str(setting.at), "policy": setting.policy.path, "policy_version": setting.policy.version,
            "manifest": manifest, "setting": address, "customers": 0, "state": "building", "recorded_at": now, "actor": actor,
        }])  # fmt: skip
    return number


def _known(tx: Transaction, chunk: list[Dossier], owners: Mapping[str, Owner], at: dt.date) -> set[str]:
    """See to it that every customer of a chunk has a row, with the branch and adviser of today; return those who were erased."""
    names = [one.customer_id for one in chunk]
    current = {one.customer_id: _current(one, owners.get(one.customer_id), at) for one in chunk}
    there = {row["customer_id"]: row for row in tx.find("customers", {"customer_id": names})}
    new, gone = [], set()
    for name in names:
        row, values = there.get(name), current[name]
        if row is None:
            new.append(
                {
                    "customer_id": name,
                    **values,
                    "merged_into": None,
                    "state": "active",
                    "version": 0,
                    "live": None,
                }
            )
        elif row["state"] in _GONE:
            gone.add(name)
        elif any(row[column] != value for column, value in values.items()):
            tx.change("customers", {"customer_id": name}, values)
    tx.insert("customers", new)
    return gone


def _current(dossier: Dossier, owner: Owner | None, at: dt.date) -> dict[str, Any]:
    """Return what the row of a customer has of the publication."""
    days = dossier.inputs.get(CONTACT_DAYS)
    contacted = None if days is None else str(at - dt.timedelta(days=days))
    known = {"contacted_on": contacted, HOUSEHOLD: dossier.inputs.get(HOUSEHOLD)}
    return {**(owner or Owner())._asdict(), **known}


def _portrayed(acting: Acting, number: int, part: list[tuple[str, str]]) -> None:
    with acting.store.write() as tx:
        served = {
            row[CUSTOMER]
            for row in tx.find("customers", {CUSTOMER: [name for name, _ in part], "state": _SERVED})
        }
        tx.insert("portraits", [
            {"publication": number, CUSTOMER: name, "content": zlib.compress(text.encode(), 1)}
            for name, text in part if name in served
        ])  # fmt: skip
    acting.store.checkpoint()


def portrait(tx: Transaction, customer: str) -> dict[str, Any] | None:
    """Return what pages show of a customer: the object of `zhike.know.portraits`; None where nothing was published."""
    current = active_publication(tx)
    row = (
        None if current is None else tx.one("portraits", publication=current["number"], customer_id=customer)
    )
    if row is None or row["content"] is None:
        return None
    return read_portrait(zlib.decompress(row["content"]).decode())


def archives_of(tx: Transaction, customers: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the archive's attributes of some customers of the active publication; those of whom it has none are left out."""
    current = active_publication(tx)
    if current is None:
        return {}
    rows = tx.find("portraits", {"publication": current["number"], "customer_id": list(customers)})
    opened = {row["customer_id"]: row["content"] for row in rows if row["content"] is not None}
    return {
        name: read_portrait(zlib.decompress(content).decode())["archive"] for name, content in opened.items()
    }


def _activated(acting: Acting, number: int, customers: int, actor: str) -> None:
    with acting.store.write() as tx:
        for retired in tx.find("publications", {"state": "active"}):
            # Dossiers stay, as decisions rest on them; what pages showed is of no more use.
            tx.remove("portraits", {"publication": retired["number"]})
        tx.change("publications", {"state": "active"}, {"state": "retired"})
        tx.change("publications", {"number": number}, {"state": "active", "customers": customers})
        content = {"publication": number, "customers": customers}
        happened = Happened("store", AuditEvent.ARCHIVE_PUBLISHED, actor, None, content)
        record(tx, [happened], acting.clock.now(), acting.chance)


def _chunks(items: Iterable[Item]) -> Iterable[list[Item]]:
    each = iter(items)
    while chunk := list(itertools.islice(each, _CHUNK)):
        yield chunk


def active_publication(tx: Transaction) -> dict[str, Any] | None:
    """Return the row of the publication that is served from, None where there is none."""
    rows = tx.find("publications", {"state": "active"}, limit=1)
    return rows[0] if rows else None


def publication(tx: Transaction, number: int) -> Publication:
    """Return a publication with its setting.

    Raises
    ------
    NotServingError
        When there is no such publication.
    """
    row = tx.one("publications", number=number)
    if row is None:
        raise NotServingError(what=phrase("no publication {number}", number=number))
    return Publication(number, ServingSetting.from_content(json.loads(get_blob(tx, row["setting"]))))
