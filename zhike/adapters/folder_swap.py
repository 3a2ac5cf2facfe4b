"""Folders that are complete or absent: built beside their place, moved there in one step, mended after a kill.

A killed process leaves at most a hidden folder beside the place: ``.NAME-building-PID``, which the next run removes when
that process is gone, or ``.NAME-replaced-PID``, which the next run puts back when the place is empty.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["built_folder", "mend_folder"]


@contextlib.contextmanager
def built_folder(place: Path) -> Iterator[Path]:
    """Give an empty folder to build in; it takes the place when the block ends without an exception.

    Parameters
    ----------
    place : Path
        Where the folder goes; a link stays a link, what it points to is replaced.
    """
    place = place.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    building = _beside(place, "building", os.getpid())
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        yield building
        _swap(building, place)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def mend_folder(place: Path) -> None:
    """Put back what a killed run had set aside, and remove what it left half-built."""
    place = place.resolve()
    for left in _left(place, "replaced"):
        if place.exists():
            shutil.rmtree(left)
        else:
            left.rename(place)
    for left in _left(place, "building"):
        shutil.rmtree(left)


def _left(place: Path, what: str) -> list[Path]:
    """Return what processes that are gone left beside a place, in the order of their numbers."""
    found = {path: path.name.rpartition("-")[2] for path in place.parent.glob(f".{place.name}-{what}-*")}
    return sorted(path for path, number in found.items() if number.isdigit() and not _runs(int(number)))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _swap(building: Path, place: Path) -> None:
    if not place.exists():
        building.rename(place)
        return
    aside = _beside(place, "replaced", os.getpid())
    place.rename(aside)
    building.rename(place)
    shutil.rmtree(aside)


def _beside(place: Path, what: str, process: int) -> Path:
    return place.with_name(f".{place.name}-{what}-{process}")
