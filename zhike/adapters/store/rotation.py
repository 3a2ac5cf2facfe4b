"""Exchange the bank's keys for new ones while the store is in use.

In this order, each step durable before the next, so that whoever is killed anywhere leaves a store that opens with the key file beside
it, and whoever comes next goes on from there:

1. The key file holds the new pair beside the old one; nothing is sealed under the new one yet.
2. The store notes the new pair as the one in force, and the old one as being replaced. From this commit on everybody who writes seals
   under the new one, and learns it from the file. Where the audit key is exchanged, this commit holds the digest that names its successor,
   the last one signed with the old key.
3. Persons' keys, then what belongs to nobody, are moved to the new key, a page at a time, so that nobody waits long for their turn to write.
4. The files are written anew without what was sealed under the old key.
5. The store notes that nothing is being replaced any more, with an event in the trail.
6. The key file drops the old pair.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from zhike.act.digests import hand_over
from zhike.act.trail import Happened, record
from zhike.adapters.store.key_file import HeldKeyFile
from zhike.adapters.store.keyring import MasterKey
from zhike.adapters.store.opening import KEYS
from zhike.adapters.store.resealing import BANKS_OWN, Resealer
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import StateConflictError
from zhike.govern.audit_digest import public_key_of
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhike.act.acting import Acting
    from zhike.adapters.store.engine import LedgerStore
    from zhike.adapters.store.keys import KeyFile
    from zhike.adapters.store.resealing import Page

__all__ = ["Rotation", "rotate_keys"]

_REPLACING: Final = "keys_replaced"
"""Under which name the store notes the fingerprint of the pair that is being replaced."""
_PERSONS_AT_ONCE: Final = 500
_ROWS_AT_ONCE: Final = 50
"""A row that a duty keeps may hold a thousand others."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation has done.

    Parameters
    ----------
    resumed : bool
        Whether one that had been broken off was finished.
    fingerprint : str
        Of the master key in force.
    audit_key : bytes
        Public key, 32 bytes, that signs from now on.
    persons, rows : int
        How many persons' keys and rows of nobody this call has moved.
    """

    resumed: bool
    fingerprint: str
    audit_key: bytes
    persons: int
    rows: int


def rotate_keys(acting: Acting, store: LedgerStore, actor: str, *, audit_seed: bool = False) -> Rotation:
    """Exchange the master key, and finish an exchange that was broken off instead where there is one.

    Parameters
    ----------
    acting : Acting
        Over ``store``.
    store : LedgerStore
    actor : str
        In whose name it is recorded.
    audit_seed : bool
        Whether the key that signs digests is exchanged as well.

    Raises
    ------
    StateConflictError
        When somebody else exchanges the keys, or one that was broken off left the audit key as it is and this is to exchange it.
    StoreKeysError
        When the key file cannot be read or written, or is not this store's.
    StoreUnavailableError
        When somebody reads an old state for too long; what is done stays done, and the next call goes on.
    """
    if store.ring.path is None:
        raise UsageError(
            what=phrase("keys without a file"), expected=phrase("a store opened with its key file")
        )
    with HeldKeyFile(store.ring.path) as file:
        content = file.read()
        resumed = content.previous is not None
        if not resumed:
            with store.write():
                pass  # the file is this store's, or nothing is written over it
            content = content.exchanging(acting.clock.now(), audit_seed=audit_seed)
            file.write(content)
        elif audit_seed and not _changes_seed(content):
            raise StateConflictError(
                what=phrase("an exchange under way that leaves the audit key"),
                expected=phrase("its end first, without --audit-seed"),
            )
        persons, rows = _Exchange(acting, store, content, actor).done()
        file.write(replace(content, previous=None))
    keys = content.keys
    return Rotation(resumed, keys.master_fingerprint, public_key_of(keys.audit_seed), persons, rows)


def _changes_seed(content: KeyFile) -> bool:
    return content.previous is not None and content.previous.audit_seed != content.keys.audit_seed


class _Exchange:
    """One exchange at work."""

    def __init__(self, acting: Acting, store: LedgerStore, content: KeyFile, actor: str) -> None:
        assert content.previous is not None  # noqa: S101 - see above
        self.acting, self.store, self.actor = acting, store, actor
        self.old, self.new = MasterKey(content.previous), MasterKey(content.keys)
        self.changes_seed = _changes_seed(content)

    def done(self) -> tuple[int, int]:
        """Do what is left to do; return how many persons' keys and rows were moved."""
        if not self._begun():
            return 0, 0
        persons = self._paged(lambda one, after: one.persons(self.old, self.new, after, _PERSONS_AT_ONCE))
        rows = sum(self._table(table) for table in BANKS_OWN)
        self.store.scrub(["person_keys", *BANKS_OWN])
        self._ended()
        return persons, rows

    def _begun(self) -> bool:
        """Put the new pair in force, unless it is; return whether anything may still be sealed under the old one."""
        with self.store.reseal() as (tx, resealer):
            noted = resealer.noted()
            if noted[KEYS] == self.old.fingerprint:
                if self.changes_seed:
                    hand_over(self.acting, tx, self.old.keys.audit_seed, self.new.keys.audit_seed, self.actor)
                resealer.note(KEYS, self.new.fingerprint)
                resealer.note(_REPLACING, self.old.fingerprint)
                return True
        return noted.get(_REPLACING) == self.old.fingerprint

    def _table(self, table: str) -> int:
        return self._paged(lambda one, after: one.rows(table, self.old, self.new, after, _ROWS_AT_ONCE))

    def _paged(self, page: Callable[[Resealer, tuple[object, ...] | None], Page]) -> int:
        changed, after = 0, None
        while True:
            with self.store.reseal() as (_, resealer):
                found = page(resealer, after)
            if found.last is None:
                return changed
            changed, after = changed + found.changed, found.last

    def _ended(self) -> None:
        content = {
            "from": self.old.keys.master_fingerprint, "to": self.new.keys.master_fingerprint,
            "audit_key": public_key_of(self.new.keys.audit_seed).hex(), "audit_key_changed": self.changes_seed,
        }  # fmt: skip
        with self.store.reseal() as (tx, resealer):
            resealer.note(_REPLACING, None)
            event = Happened("store", AuditEvent.KEYS_ROTATED, self.actor, None, content)
            record(tx, [event], self.acting.clock.now(), self.acting.chance)
