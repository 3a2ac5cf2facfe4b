"""Content that many rows share, kept once under its hash."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from zhike.core.errors import InputUnreadableError
from zhike.core.service_errors import RecordNotFoundError

if TYPE_CHECKING:
    from zhike.core.ports import Transaction

__all__ = ["blob", "put_blob"]


def put_blob(tx: Transaction, content: bytes) -> str:
    """Keep content and return its address; what is there already is not written again."""
    address = hashlib.sha256(content).hexdigest()
    if not tx.count("blobs", {"address": address}):
        tx.insert("blobs", [{"address": address, "content": content}])
    return address


def blob(tx: Transaction, address: str) -> bytes:
    """Return the content of an address.

    Raises
    ------
    RecordNotFoundError
        When there is none.
    InputUnreadableError
        When it is not what its address says: it was changed.
    """
    row = tx.one("blobs", address=address)
    if row is None:
        raise RecordNotFoundError(what=f"blob {address}")
    content: bytes = row["content"]
    found = hashlib.sha256(content).hexdigest()
    if found != address:
        raise InputUnreadableError(
            path=f"blob {address}", what=f"content of hash {found}", expected="the content that was kept",
            advice="Restore the store from a backup.",
        )  # fmt: skip
    return content
