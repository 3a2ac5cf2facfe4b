"""Where store, rulebook, bank folder and deliverers are, as given or as the environment says, and what acting on them needs."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zhike.act.acting import Acting
from zhike.act.routes import Routes
from zhike.adapters.clock import SystemClock

if TYPE_CHECKING:
    from zhike.adapters.bank_place import BankPlace
    from zhike.adapters.store.engine import LedgerStore

__all__ = [
    "BANK",
    "MAPPING",
    "RULEBOOK",
    "STORE",
    "acting_over",
    "bank_place",
    "rulebook_place",
    "store_place",
]

STORE: Final = "ZHIKE_STORE"
RULEBOOK: Final = "ZHIKE_RULEBOOK"
BANK: Final = "ZHIKE_BANK"
MAPPING: Final = "ZHIKE_BANK_MAPPING"
_DEFAULT_STORE: Final = "zhike.db"


def store_place(given: str | None = None) -> str:
    """Return where the store is: as given, else ``$ZHIKE_STORE``, else ``zhike.db`` in the current folder."""
    return given or os.environ.get(STORE) or _DEFAULT_STORE


def rulebook_place() -> Path | None:
    """Return the folder of ``$ZHIKE_RULEBOOK``, None for the one shipped."""
    named = os.environ.get(RULEBOOK)
    return Path(named) if named else None


def bank_place() -> BankPlace | None:
    """Return the bank folder of ``$ZHIKE_BANK``, with the mapping of ``$ZHIKE_BANK_MAPPING`` if it was loaded with one; None without."""
    named, mapping = os.environ.get(BANK), os.environ.get(MAPPING)
    if not named:
        return None
    from zhike.adapters.bank_place import BankPlace  # with all that reads tables behind it

    return BankPlace(Path(named), Path(mapping) if mapping else None)


def acting_over(store: LedgerStore, deliverers: Path | None = None) -> Acting:
    """Return what acting on an open store needs, with the machine's clock and unpredictable chance."""
    from zhike.adapters.delivery import ChannelsInForce, deliverers_file  # with all of deciding behind it

    clock = SystemClock()
    routes = Routes(ChannelsInForce(deliverers_file(deliverers), clock.now()))
    return Acting(store, clock, secrets.token_bytes, routes)
