"""Read the books of those who look at their day as soon as something is published, part by part, before anybody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhike.act.acting import ACTIVE
from zhike.core.ledger import CUSTOMER

if TYPE_CHECKING:
    from zhike.act.decisions import DecisionDesk

__all__ = ["read_ahead"]


def read_ahead(desk: DecisionDesk, most: int) -> bool:
    """Read some customers whose books were looked at before the publication that is active now; return whether there are more.

    So whoever looks at their day after a publication need not wait until a whole book is read.

    Parameters
    ----------
    desk : DecisionDesk
        Whose memory it is.
    most : int
        Customers read.
    """
    with desk.acting.store.read() as tx:
        current, memory = desk.remembered(tx)
        names = memory.unread[-most:]
        if current is None or not names:
            return False
        del memory.unread[-most:]
        rows = tx.find("customers", {CUSTOMER: names, "state": ACTIVE}, columns=[CUSTOMER, "version"])
        memory.glances(tx, current, {row[CUSTOMER]: row["version"] for row in rows})
    return bool(memory.unread)
