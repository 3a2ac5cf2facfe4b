"""Content that many rows share: kept once in the ledger under its SHA-256, and proven against it on every read."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.core.store_errors import StoreInvalidError

if TYPE_CHECKING:
    from zhike.core.ports import Transaction

__all__ = ["get_blob", "put_blob"]

_TABLE = "blobs"


def put_blob(tx: Transaction, content: bytes) -> str:
    """Keep content where it is not kept yet; return its address.

    Parameters
    ----------
    tx : Transaction
        One that writes.
    content : bytes
        Nothing personal: blobs are not sealed and outlast an erasure.

    Returns
    -------
    str
        SHA-256 of the content in hexadecimal.
    """
    address = hashlib.sha256(content).hexdigest()
    if not tx.count(_TABLE, {"address": address}):
        tx.insert(_TABLE, [{"address": address, "content": content}])
    return address


def get_blob(tx: Transaction, address: str) -> bytes:
    """Return the content at an address.

    Raises
    ------
    RecordNotFoundError
        When there is none.
    StoreInvalidError
        When what is there does not have the hash: it was changed after it was kept.
    """
    row = tx.one(_TABLE, address=address)
    if row is None:
        raise RecordNotFoundError(what=phrase("blob '{address}'", address=address))
    content: bytes = row["content"]
    if hashlib.sha256(content).hexdigest() != address:
        raise StoreInvalidError(
            what=phrase("blob '{address}' with other content than it had", address=address)
        )
    return content
