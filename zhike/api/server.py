"""Start the HTTP interface: the store is opened, workers answer, a thread beside each keeps the store in order."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zhike.act.responses import do_lapse
from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.store.engine import open_store
from zhike.api.app import create_app
from zhike.api.service import service_of
from zhike.core.errors import ZhikeError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from zhike.act.acting import Acting
    from zhike.adapters.store.engine import LedgerStore

__all__ = ["STORE", "app_from_environment", "serve", "store_place"]

STORE: Final = "ZHIKE_STORE"
_DEFAULT_STORE: Final = "zhike.db"
_RULEBOOK: Final = "ZHIKE_RULEBOOK"
_KEPT_EVERY: Final = 2.0
"""Seconds between two rounds of keeping the store in order."""


def store_place(given: str | None) -> str:
    """Return where the store is: as given, else ``$ZHIKE_STORE``, else ``zhike.db`` in the current folder."""
    return given or os.environ.get(STORE) or _DEFAULT_STORE


def app_from_environment() -> FastAPI:
    """Return the application over the store that the environment names; each worker makes its own."""
    rulebook = os.environ.get(_RULEBOOK)
    store = open_store(store_place(None))
    service = service_of(
        store, load_rulebook(Path(rulebook) if rulebook else None), private_key=store.keys.audit_seed
    )
    _Keeper(store, service.acting).start()
    return create_app(service)


def serve(place: str, rulebook: Path | None, host: str, port: int, workers: int) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    place : str
        Of the store.
    rulebook : Path or None
    host, port, workers
        As uvicorn takes them.
    """
    import uvicorn

    os.environ[STORE] = place
    if rulebook is not None:
        os.environ[_RULEBOOK] = str(rulebook)
    uvicorn.run(
        "zhike.api.server:app_from_environment", factory=True, host=host, port=port, workers=workers, loop="uvloop", http="httptools",
        log_level="warning", access_log=False, server_header=False, date_header=False, timeout_keep_alive=30,
    )  # fmt: skip


class _Keeper(threading.Thread):
    """Moves what was written into the database file, and lets offers lapse, beside the calls."""

    def __init__(self, store: LedgerStore, acting: Acting) -> None:
        super().__init__(name="ledger-keeper", daemon=True)
        self._store, self._acting = store, acting

    def run(self) -> None:
        while True:
            threading.Event().wait(_KEPT_EVERY)
            try:
                self._store.checkpoint()
                do_lapse(self._acting, "ledger-keeper")
            except ZhikeError:
                continue  # the store is away for a while: calls say so, and the next round tries again
