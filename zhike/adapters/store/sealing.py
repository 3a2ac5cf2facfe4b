"""Sealed columns: encrypted under a key of the customer's own, so that without the key every copy is unreadable.

AES-256-GCM with a random nonce of 96 bits. Table, column and customer are authenticated with the content: a value moved to
another person or column does not open. Persons' keys are wrapped by a key derived from the bank's master key; what belongs to no
customer is sealed under a key derived from it as well. Random nonces bear 2**32 values a key: persons are far from it.

References
----------
NIST SP 800-38D, sections 8.2.2 and 8.3.
"""

from __future__ import annotations

import hmac
import os
import threading
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhike.core.store_errors import StoreInvalidError

if TYPE_CHECKING:
    from zhike.adapters.store.keys import Keys

__all__ = ["PersonKey", "Sealer"]

_FORMAT: Final = b"\x01"
_NONCE: Final = 12
_KEY: Final = 32


def _encrypt(cipher: AESGCM, content: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return _FORMAT + nonce + cipher.encrypt(nonce, content, bound)


def _decrypt(cipher: AESGCM, sealed: bytes, bound: bytes, what: str) -> bytes:
    nonce, content = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    with suppress(InvalidTag, ValueError):
        if sealed.startswith(_FORMAT):
            return cipher.decrypt(nonce, content, bound)
    raise StoreInvalidError(what=f"{what} that its key does not open")


class PersonKey:
    """One customer's key, opened: seals, unseals, and addresses content.

    Parameters
    ----------
    root : bytes
        32 bytes, from which a key to seal and a key to address are derived.
    owner : str
        The customer, bound into what is sealed; empty for the bank.
    wrapped : bytes
        The key as the row of ``person_keys`` holds it.
    """

    __slots__ = ("_addresses", "_cipher", "_owner", "wrapped")

    def __init__(self, root: bytes, owner: str, wrapped: bytes = b"") -> None:
        self._cipher = AESGCM(hmac.digest(root, b"zhike/1/seal", "sha256"))
        self._addresses = hmac.digest(root, b"zhike/1/address", "sha256")
        self._owner = owner
        self.wrapped: Final = wrapped

    def seal(self, content: bytes, table: str, column: str) -> bytes:
        """Return content sealed for a column."""
        return _encrypt(self._cipher, content, f"{table}\x1f{column}\x1f{self._owner}".encode())

    def unseal(self, sealed: bytes, table: str, column: str) -> bytes:
        """Return what is sealed in a column.

        Raises
        ------
        StoreInvalidError
            When it was changed, moved here from elsewhere, or sealed under another key.
        """
        bound = f"{table}\x1f{column}\x1f{self._owner}".encode()
        return _decrypt(self._cipher, sealed, bound, f"a value of column '{column}' of table '{table}'")

    def address(self, content: bytes) -> str:
        """Return the keyed hash of content, in hexadecimal."""
        return hmac.digest(self._addresses, content, "sha256").hex()


class Sealer:
    """Makes and opens persons' keys, and keeps those used last.

    A kept key is used only when the wrapped key that was read in the same transaction is the one it came from. So a key that
    another process destroyed is not used again, and no process needs to tell another.

    Parameters
    ----------
    keys : Keys
        The bank's.
    capacity : int
        How many opened keys are kept, about 1 KB each.
    """

    def __init__(self, keys: Keys, capacity: int = 20_000) -> None:
        self.bank: Final = PersonKey(keys.derived("bank"), "")
        self._wrapping: Final = AESGCM(keys.derived("wrap"))
        self._capacity: Final = capacity
        self._kept: OrderedDict[str, PersonKey] = OrderedDict()
        self._lock: Final = threading.Lock()

    def __contains__(self, customer: str) -> bool:
        return customer in self._kept

    def new(self, customer: str) -> PersonKey:
        """Return a new random key for a customer."""
        root = os.urandom(_KEY)
        return PersonKey(root, customer, _encrypt(self._wrapping, root, customer.encode()))

    def opened(self, customer: str, wrapped: bytes) -> PersonKey:
        """Return the key that was just read of a customer's row.

        Raises
        ------
        StoreInvalidError
            When the bank's key does not open it.
        """
        with self._lock:
            kept = self._kept.get(customer)
            if kept is not None and kept.wrapped == wrapped:
                self._kept.move_to_end(customer)
                return kept
        root = _decrypt(self._wrapping, wrapped, customer.encode(), "a person's key")
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
