"""The store is what the layers that act ask for."""

from typing import assert_type

from zhike.adapters.store import LedgerStore
from zhike.core.ports import Store, Transaction


def is_a_store(store: LedgerStore) -> Store:
    """Accept the store where the port is asked for."""
    return store


def gives_transactions(store: Store) -> int:
    """Read and write as the layers that act do."""
    with store.read() as tx:
        assert_type(tx, Transaction)
        rows = tx.find("offers", {"state": ["made", "shown"]}, order=("-made_at",), limit=10)
    with store.write() as tx:
        return tx.change("offers", {"offer_id": rows[0]["offer_id"]}, {"state": "lapsed"})
