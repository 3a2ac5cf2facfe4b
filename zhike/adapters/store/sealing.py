"""Sealed columns: encrypted under a key of the customer's own, so that without the key every copy is unreadable.

Persons' keys are wrapped by a key derived from the bank's master key; what belongs to no customer is sealed under a key derived from it
as well. While the master key is exchanged both are known: a value is opened by whichever opens it, and sealed under the one in force.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from zhike.adapters.store.ciphers import PersonKey, unopened
from zhike.core.phrases import phrase
from zhike.core.store_errors import StoreInvalidError

if TYPE_CHECKING:
    from zhike.adapters.store.keyring import KeyRing

__all__ = ["PersonKey", "Sealer"]

_KEY: Final = 32


class Sealer:
    """Makes and opens persons' keys, and keeps those used last.

    A kept key is used only when the wrapped key that was read in the same transaction is the one it came from. So a key that
    another process destroyed is not used again, and no process needs to tell another.

    Parameters
    ----------
    ring : KeyRing
        The bank's keys.
    capacity : int
        How many opened keys are kept, about 1 KB each.
    """

    def __init__(self, ring: KeyRing, capacity: int = 20_000) -> None:
        self.ring: Final = ring
        self._capacity: Final = capacity
        self._kept: OrderedDict[str, PersonKey] = OrderedDict()
        self._lock: Final = threading.Lock()

    def __contains__(self, customer: str) -> bool:
        return customer in self._kept

    @property
    def bank(self) -> PersonKey:
        """The key under which is sealed what belongs to no customer."""
        return self.ring.current.bank

    def unseal(self, sealed: bytes, table: str, column: str) -> bytes:
        """Return what is sealed in a column under the bank's key.

        Raises
        ------
        StoreInvalidError
            When no key of the bank opens it.
        """
        content = self.ring.first(lambda master: master.bank.opened(sealed, table, column))
        if content is None:
            raise unopened(table, column)
        return content

    def new(self, customer: str) -> PersonKey:
        """Return a new random key for a customer."""
        root = os.urandom(_KEY)
        return PersonKey(root, customer, self.ring.current.wrap(root, customer))

    def opened(self, customer: str, wrapped: bytes) -> PersonKey:
        """Return the key that was just read of a customer's row.

        Raises
        ------
        StoreInvalidError
            When no key of the bank opens it.
        """
        with self._lock:
            kept = self._kept.get(customer)
            if kept is not None and kept.wrapped == wrapped:
                self._kept.move_to_end(customer)
                return kept
        root = self.ring.first(lambda master: master.unwrap(wrapped, customer))
        if root is None:
            raise StoreInvalidError(what=phrase("a person's key that its key does not open"))
        return self._keep(customer, PersonKey(root, customer, wrapped))

    def forget(self, customer: str) -> None:
        """Drop a key from memory."""
        with self._lock:
            self._kept.pop(customer, None)

    def _keep(self, customer: str, key: PersonKey) -> PersonKey:
        with self._lock:
            self._kept[customer] = key
            self._kept.move_to_end(customer)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return key
