"""The store of the ledger: SQLite for one machine, PostgreSQL for a team, with personal columns sealed under each customer's key."""

from zhike.adapters.store.engine import LedgerStore, open_store
from zhike.adapters.store.key_file import create_keys
from zhike.adapters.store.keys import Keys, load_keys

__all__ = ["Keys", "LedgerStore", "create_keys", "load_keys", "open_store"]
