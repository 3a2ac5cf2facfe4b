"""Which store a command works on, and as whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zhike.cli.console import said

if TYPE_CHECKING:
    from zhike.act.acting import Acting
    from zhike.adapters.store.engine import LedgerStore
    from zhike.core.ports import Transaction

__all__ = ["OPERATOR", "DeliverersFile", "StorePlace", "acting_alone", "acting_on", "store_on", "zone_of"]

OPERATOR: Final = "operator"
"""Who acts from the command line: whoever has the store and its keys at hand."""

StorePlace = Annotated[
    str | None,
    typer.Option("--store", metavar="STORE", help=said("Database file, or postgresql://...; default: $ZHIKE_STORE, else zhike.db.",
                                                       "数据库文件或 postgresql://…；默认 $ZHIKE_STORE，否则 zhike.db。",
                                                       "資料庫檔或 postgresql://…；預設 $ZHIKE_STORE，否則 zhike.db。")),
]  # fmt: skip
DeliverersFile = Annotated[
    Path | None,
    typer.Option("--deliverers", metavar="FILE", help=said("Which channel uses which deliverer, YAML or TOML; default: $ZHIKE_DELIVERERS.",
                                                           "各渠道的送达方式（YAML 或 TOML）；默认 $ZHIKE_DELIVERERS。",
                                                           "各通路的送達方式（YAML 或 TOML）；預設 $ZHIKE_DELIVERERS。")),
]  # fmt: skip


def store_on(store: str | None, *, create: bool = False) -> LedgerStore:
    """Return the store that is named, opened.

    Raises
    ------
    StoreNotFoundError
        When there is none and none is to be made.
    """
    from zhike.adapters.store.engine import open_store
    from zhike.api.places import store_place

    return open_store(store_place(store), create=create)


def acting_on(store: str | None, *, create: bool = False, deliverers: Path | None = None) -> Acting:
    """Return what acting on a store needs, what is decided going to the channels of a file of deliverers; see `store_on`."""
    from zhike.api.places import acting_over

    return acting_over(store_on(store, create=create), deliverers)


def acting_alone(store: str | None, *, create: bool = False) -> Acting:
    """Return what acting on a store needs where nothing of it concerns anybody outside; see `store_on`."""
    import secrets

    from zhike.act.acting import Acting
    from zhike.adapters.clock import SystemClock

    return Acting(store_on(store, create=create), SystemClock(), secrets.token_bytes)


def zone_of(tx: Transaction) -> str:
    """Return the bank's zone as the active publication has it; UTC before anything is published."""
    from zhike.act.publications import active_publication, publication

    row = active_publication(tx)
    return "UTC" if row is None else publication(tx, row["number"]).setting.timezone
