"""A preference as staff and customers set it: written once what is wanted is known to be something."""

from __future__ import annotations

from typing import Any

from zhike.act.consents import check_topics, do_set_preference
from zhike.act.live_state import live_of
from zhike.act.publications import active_publication
from zhike.api.service import Service
from zhike.core.ports import Transaction

__all__ = ["wished"]


def wished(
    service: Service, tx: Transaction, who: tuple[str, str], kind: str, value: dict[str, Any]
) -> dict[str, Any]:
    """Record a preference of a customer; return it as recorded.

    Parameters
    ----------
    service : Service
    tx : Transaction
        One that writes.
    who : tuple of str
        The customer and whoever sets it.
    kind : str
    value : dict
        See `zhike.act.consents.set_preference`.

    Raises
    ------
    UsageError
        When a topic is neither of the publication that is served from nor among those unwanted before.
    """
    current = active_publication(tx)
    if kind == "topics" and current is not None:
        columns = service.desk.published(tx, current["number"]).setting.columns
        before = live_of(tx, who[0], service.acting.clock.now()).preferences.topics
        check_topics(value, {*columns["group"], *columns["template"], *before})
    return do_set_preference(service.acting, tx, who, kind, value)
