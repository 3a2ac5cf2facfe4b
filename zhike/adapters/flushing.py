"""Bring to the disk what must outlast a power cut."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["flush"]


def flush(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk, so that a power cut cannot undo the order of the steps."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
