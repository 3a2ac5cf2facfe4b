"""Authenticated encryption of the ledger's values, and the key of one person.

AES-256-GCM with a random nonce of 96 bits. Table, column and customer are authenticated with the content: a value moved to
another person or column does not open. Random nonces bear 2**32 values a key: persons are far from it.

References
----------
NIST SP 800-38D, sections 8.2.2 and 8.3.
"""

from __future__ import annotations

import hmac
import os
from contextlib import suppress
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhike.core.phrases import phrase
from zhike.core.store_errors import StoreInvalidError

__all__ = ["PersonKey", "decrypted", "encrypted", "unopened"]

_FORMAT: Final = b"\x01"
_NONCE: Final = 12


def encrypted(cipher: AESGCM, content: bytes, bound: bytes) -> bytes:
    """Return content encrypted, with what it is bound to authenticated."""
    nonce = os.urandom(_NONCE)
    return _FORMAT + nonce + cipher.encrypt(nonce, content, bound)


def decrypted(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes | None:
    """Return what was encrypted; None where it was changed, bound to something else, or encrypted under another key."""
    nonce, content = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    with suppress(InvalidTag, ValueError):
        if sealed.startswith(_FORMAT):
            return cipher.decrypt(nonce, content, bound)
    return None


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
        return encrypted(self._cipher, content, self._bound(table, column))

    def opened(self, sealed: bytes, table: str, column: str) -> bytes | None:
        """Return what is sealed in a column; None where it was changed, moved here, or sealed under another key."""
        return decrypted(self._cipher, sealed, self._bound(table, column))

    def unseal(self, sealed: bytes, table: str, column: str) -> bytes:
        """Return what is sealed in a column.

        Raises
        ------
        StoreInvalidError
            When it was changed, moved here from elsewhere, or sealed under another key.
        """
        content = self.opened(sealed, table, column)
        if content is None:
            raise unopened(table, column)
        return content

    def address(self, content: bytes) -> str:
        """Return the keyed hash of content, in hexadecimal."""
        return hmac.digest(self._addresses, content, "sha256").hex()

    def _bound(self, table: str, column: str) -> bytes:
        return f"{table}\x1f{column}\x1f{self._owner}".encode()


def unopened(table: str, column: str) -> StoreInvalidError:
    """Return what is told of a value that no key opens."""
    return StoreInvalidError(
        what=phrase(
            "a value of column '{column}' of table '{table}' that its key does not open",
            column=column,
            table=table,
        )
    )
