"""A store that was made for a piece of work which then came to nothing is taken back: nobody finds an empty one."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zhike.adapters.store.engine import OF_WORTH, open_store
from zhike.adapters.store.keys import keys_path
from zhike.core.errors import ZhikeError
from zhike.core.store_errors import StoreKeysError, StoreNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.adapters.store.engine import LedgerStore

__all__ = ["store_for"]

_BESIDE: Final = ("-wal", "-shm")
"""Files that SQLite keeps beside the database as long as somebody has it open."""


@contextmanager
def store_for(place: str | Path) -> Iterator[LedgerStore]:
    """Open a store for a piece of work, made where there is none; see `open_store`.

    Where the work ends by an exception, an interruption included, and the store was made for it and holds nothing that was done for
    good, it is removed, and its keys if they were made with it. A store that was there before is left as it is, and so is a database
    file that another process has open by then.
    """
    fresh, keyed = _absent(place), _has_keys(place)
    store: LedgerStore | None = None
    try:
        store = open_store(place)
        yield store
    except BaseException:
        if fresh:
            # What ended the work is told, not what stood in the way of tidying up after it.
            with suppress(ZhikeError, OSError):
                # What was interrupted while it was made is made, so that it can be told from something else.
                _taken_back(store or open_store(place), keyed=keyed)
        raise
    finally:
        if store is not None:
            store.close()


def _absent(place: str | Path) -> bool:
    try:
        open_store(place, create=False).close()
    except StoreNotFoundError:
        return True
    return False


def _has_keys(place: str | Path) -> bool:
    file = None if isinstance(place, str) and "://" in place else Path(place)
    with suppress(StoreKeysError):
        return keys_path(file, None).exists()
    return False


def _taken_back(store: LedgerStore, *, keyed: bool) -> None:
    path, keys = store.workings.backend.path, store.ring.path
    if path is None:
        gone = store.drop_unused()
        store.close()
    else:
        with store.read() as tx:
            gone = not any(tx.count(name) for name in OF_WORTH)
        store.close()
        gone = gone and not any(path.with_name(path.name + ending).exists() for ending in _BESIDE)
        if gone:
            path.unlink()
    if gone and keys is not None and not keyed:
        keys.unlink(missing_ok=True)
