"""The whole base of the active publication, read from the store with what has happened to each customer since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.act.acting import ACTIVE
from zhike.act.live_state import day_of
from zhike.act.publications import active_publication, publication
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import NotServingError
from zhike.decide.dossier import unpacked
from zhike.decide.live import Live, changed_inputs, unwanted_actions
from zhike.decide.stored_base import StoredBase, StoredCustomer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhike.act.acting import Acting
    from zhike.act.publications import Publication
    from zhike.core.ports import Transaction

__all__ = ["MOST_CANDIDATES", "active", "read_base"]

MOST_CANDIDATES: Final = 40_000_000
"""Customers x actions that are held in memory at once: about a gigabyte."""
_CHUNK: Final = 1_000


def active(tx: Transaction) -> Publication:
    """Return the publication that is served from.

    Raises
    ------
    NotServingError
        When there is none.
    """
    row = active_publication(tx)
    if row is None:
        raise NotServingError(what=phrase("no active publication"))
    return publication(tx, row["number"])


def read_base(
    acting: Acting, current: Publication, alive: Callable[[], None]
) -> tuple[StoredBase, dict[str, str | None]]:
    """Return everybody who is served, and the branch of each.

    Parameters
    ----------
    acting : Acting
    current : Publication
    alive : callable
        Called now and then.

    Raises
    ------
    NotServingError
        When nobody has a dossier.
    UsageError
        When the base is too large to be held in memory.
    """
    branches: dict[str, str | None] = {}
    customers = list(_customers(acting, current, branches, alive))
    if not customers:
        raise NotServingError(what=phrase("a publication without dossiers"))
    return StoredBase.of(current.setting, customers), branches


def _customers(
    acting: Acting, current: Publication, branches: dict[str, str | None], alive: Callable[[], None]
) -> Iterator[StoredCustomer]:
    now, after, setting = acting.clock.now(), "", current.setting
    today, most = day_of(now), MOST_CANDIDATES // len(setting.actions)
    while True:
        alive()
        with acting.store.read() as tx:
            rows = tx.find("customers", {"state": ACTIVE}, order=["customer_id"], after=[after], limit=_CHUNK)
            names = [row["customer_id"] for row in rows]
            kept = tx.find("dossiers", {"publication": current.number, "customer_id": names}) if names else []
        if not rows:
            return
        contents = {one["customer_id"]: one["content"] for one in kept if one["content"] is not None}
        for row in rows:
            name = after = row["customer_id"]
            if name in contents:
                dossier, live = unpacked(contents[name], setting), Live.of(row["live"]).on(today)
                branches[name] = row["branch"]
                changed = changed_inputs(dossier, live, now)
                yield StoredCustomer(dossier, changed, unwanted_actions(setting, live, now))
        if len(branches) > most:
            expected = phrase(
                "at most {most:,}; with the bank's folder, `zhike whatif` tries any number", most=most
            )
            raise UsageError(what=phrase("more than {most:,} customers", most=most), expected=expected)
