"""Start the HTTP interface: the store is opened, workers answer, a keeper beside them does what nobody waits for."""

from __future__ import annotations

import gc
import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from zhike.adapters.delivery import DELIVERERS
from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.store.engine import open_store
from zhike.api.app import create_app
from zhike.api.faults import LOG
from zhike.api.keeper import KeeperProcess
from zhike.api.logs import LOGGING
from zhike.api.places import (
    BANK,
    MAPPING,
    RULEBOOK,
    STORE,
    acting_over,
    bank_place,
    rulebook_place,
    store_place,
)
from zhike.api.reading_ahead import ReadingAhead
from zhike.api.service import service_of
from zhike.core.errors import ZhikeError

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from zhike.adapters.bank_place import BankPlace
    from zhike.adapters.store.engine import LedgerStore
    from zhike.api.service import Service

__all__ = ["INTERFACE", "app_from_environment", "serve"]

INTERFACE: Final = "zhike.api.server:app_from_environment"
"""The HTTP interface alone."""
_CHECKPOINT_EVERY: Final = 2.0
"""Seconds."""
_PATIENCE: Final = 3.0
"""Seconds after which a store that does not answer is given up: a caller waits for an answer, if only to do nothing."""


def app_from_environment() -> FastAPI:
    """Return the application over the store that the environment names; each worker makes its own."""
    store = open_store(store_place(), patience=_PATIENCE, create=False)
    service = service_of(
        store,
        load_rulebook(rulebook_place()),
        routes=acting_over(store).routes,
        private_key=store.keys.audit_seed,
        bank=bank_place(),
    )
    checkpoints = _Checkpoints(store)
    checkpoints.start()
    ahead = ReadingAhead(service.desk)
    ahead.start()
    service.beside += [store.close, checkpoints.end, ahead.end]
    app = create_app(service)
    _settled(service)
    return app


def _settled(service: Service) -> None:
    """Have at hand what every decision needs, and let the collector of garbage pass it over.

    To look through the hundred thousand objects of libraries and rules would hold up every request for 80 ms now and then.
    """
    with suppress(ZhikeError), service.acting.store.read() as tx:
        service.desk.dossier(tx, "")
    gc.collect()
    gc.freeze()


def serve(
    place: str,
    rulebook: Path | None,
    deliverers: Path | None,
    *,
    host: str,
    port: int,
    workers: int,
    application: str = INTERFACE,
    bank: BankPlace | None = None,
) -> None:
    """Serve until interrupted, with a keeper beside.

    Parameters
    ----------
    place : str
        Of the store.
    rulebook : Path or None
    deliverers : Path or None
        File that says which channel uses which deliverer.
    host, port, workers
        As uvicorn takes them.
    application : str
        What each worker calls for its application, as ``module:function``.
    bank : BankPlace, optional
        The bank folder whose imports are shown and corrected.
    """
    import uvicorn

    os.environ[STORE] = place
    folder, mapping = (None, None) if bank is None else (bank.folder, bank.mapping)
    for name, path in ((RULEBOOK, rulebook), (DELIVERERS, deliverers), (BANK, folder), (MAPPING, mapping)):
        if path is not None:
            os.environ[name] = str(path)
    keeper = KeeperProcess()
    keeper.start()
    try:
        uvicorn.run(
            application, factory=True, host=host, port=port, workers=workers, loop="uvloop", http="httptools",
            log_config=LOGGING, log_level="warning", access_log=False, server_header=False, date_header=False, timeout_keep_alive=30,
        )  # fmt: skip
    finally:
        keeper.close()


class _Checkpoints(threading.Thread):
    """Moves what was written ahead into the database file, beside the calls."""

    def __init__(self, store: LedgerStore) -> None:
        super().__init__(name="ledger-checkpoints", daemon=True)
        self._store, self._ending = store, threading.Event()

    def run(self) -> None:
        while not self._ending.wait(_CHECKPOINT_EVERY):
            try:
                self._store.checkpoint()
            except ZhikeError:
                continue  # the store is away for a while: calls say so, and the next round tries again
            except Exception as problem:  # noqa: BLE001 - whatever it was, the next round is due all the same
                LOG.error("ledger-checkpoints: %s", type(problem).__name__)

    def end(self) -> None:
        """Finish the round and stop."""
        self._ending.set()
        self.join()
