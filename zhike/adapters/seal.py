"""The seal on a simulated bank's truth: whatever reads a bank, an extract or decisions refuses a path that leads into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.core.errors import TruthSealedError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SEAL", "refuse_sealed"]

SEAL: Final = "SEALED.json"
"""The file that marks a folder as sealed truth."""


def refuse_sealed(path: Path) -> None:
    """Refuse a path that is sealed, lies in a sealed folder, or is a link into one.

    Raises
    ------
    TruthSealedError
        When the path or one of its parents, links followed, holds the seal.
    """
    real = path.resolve()
    if any((folder / SEAL).exists() for folder in (real, *real.parents)):
        raise TruthSealedError(path=path)
