"""The keys that a process knows, and how it learns of others: from the key file, when the store names a pair that it does not know.

A store notes the fingerprint of the pair in force. Whoever writes compares it at the beginning of the transaction, so that nothing is
sealed any more under a key that was exchanged. Whoever reads looks into the file only when a value does not open.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhike.adapters.store.ciphers import PersonKey, decrypted, encrypted
from zhike.adapters.store.keys import load_key_file
from zhike.core.phrases import phrase
from zhike.core.store_errors import StoreKeysError
from zhike.govern.audit_digest import public_key_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhike.adapters.store.keys import KeyFile, Keys

__all__ = ["KeyRing", "MasterKey"]


class MasterKey:
    """A pair of the bank's keys, with what is derived from its master key.

    Parameters
    ----------
    keys : Keys
    """

    __slots__ = ("_wrapping", "bank", "fingerprint", "keys")

    def __init__(self, keys: Keys) -> None:
        self.keys: Final = keys
        self.fingerprint: Final = keys.fingerprint
        self.bank: Final = PersonKey(keys.derived("bank"), "")
        self._wrapping: Final = AESGCM(keys.derived("wrap"))

    def wrap(self, root: bytes, customer: str) -> bytes:
        """Return a person's key, wrapped."""
        return encrypted(self._wrapping, root, customer.encode())

    def unwrap(self, wrapped: bytes, customer: str) -> bytes | None:
        """Return a person's key; None where this key does not open it."""
        return decrypted(self._wrapping, wrapped, customer.encode())


class KeyRing:
    """The keys of one store that a process knows.

    Parameters
    ----------
    file : KeyFile
        What the key file says.
    path : Path, optional
        Where it lies; without it nothing is learnt.
    """

    def __init__(self, file: KeyFile, path: Path | None = None) -> None:
        self.path: Final = path
        self._lock: Final = threading.Lock()
        self.known: tuple[MasterKey, ...] = tuple(map(MasterKey, file.pairs))
        """All of them, the latest first: those that were dropped from the file still open what a transaction sees of before."""
        self.current = self.known[0]
        """What is sealed is sealed under it."""

    def take(self, noted: str, store: str, *, learning: bool = True) -> None:
        """Make the pair that the store notes the one in force.

        Parameters
        ----------
        noted : str
            Its fingerprint.
        store : str
            Name of the store in messages.
        learning : bool
            Whether it may be one that only the key file knows.

        Raises
        ------
        StoreKeysError
            When the key file does not have it, or it is not known and may not be learnt.
        """
        if noted == self.current.fingerprint:
            return
        if noted not in (self._learnt() if learning else {one.fingerprint for one in self.known}):
            raise StoreKeysError(
                what=phrase("the keys of another store, or of before they were exchanged"),
                path=self.path or "-",
                expected=phrase("the keys that '{store}' was last written under", store=store),
                advice=phrase("Name that file, or bring it back from its backup."),
            )
        self.current = next(one for one in self.known if one.fingerprint == noted)

    def audit_keys(self) -> tuple[bytes, ...]:
        """Return the public keys, 32 bytes each, that have signed audit digests, in the order in which they were used."""
        before = () if self.path is None else load_key_file(self.path).signed_before
        return tuple(dict.fromkeys((*before, public_key_of(self.current.keys.audit_seed))))

    def first(self, opened: Callable[[MasterKey], bytes | None]) -> bytes | None:
        """Return what the first key gives that gives something; the key file is read again before it is said that none does."""
        tried = self.known
        for master in tried:
            if (found := opened(master)) is not None:
                return found
        self._learnt()
        results = (opened(master) for master in self.known if master not in tried)
        return next((found for found in results if found is not None), None)

    def _learnt(self) -> frozenset[str]:
        """Add what the key file has to what is known; return the fingerprints of what it has."""
        if self.path is None:
            return frozenset(one.fingerprint for one in self.known)
        pairs = load_key_file(self.path).pairs
        with self._lock:
            had = {one.fingerprint for one in self.known}
            self.known = (*(MasterKey(one) for one in pairs if one.fingerprint not in had), *self.known)
        return frozenset(one.fingerprint for one in pairs)
