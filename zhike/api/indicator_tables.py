"""What indicators of a server are read from: the bank's folder where it has one, and the store; computed anew when something has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.adapters.store_tables import with_store
from zhike.api.survey_bodies import zone_of
from zhike.measure.indicators import evaluated, indicator_board

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import polars as pl

    from zhike.api.asking import Asking
    from zhike.core.ports import Transaction
    from zhike.measure.indicators import Indicator, Unit

__all__ = ["stored_board", "stored_units"]

_COUNTED: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("survey_answers", {"state": "complete"}), ("complaint_steps", {}), ("loops", {}), ("loops", {"state": "open"}), ("loops", {"owner": None}),
    ("offers", {}), ("responses", {}), ("erasures", {}), ("merges", {}),
)  # fmt: skip
"""What changes the figures of indicators when it happens."""


@dataclass(frozen=True, slots=True)
class _Tables:
    """Tables by name, the day, and the bank's zone."""

    tables: Mapping[str, pl.LazyFrame]
    at: dt.date
    timezone: str


def stored_board(asking: Asking, indicators: Sequence[Indicator], level: str | None) -> dict[str, Any]:
    """Return every indicator with its units; see `zhike.measure.indicators.indicator_board`. Figures are remembered, never what they are of."""
    service = asking.service
    with service.acting.store.read() as tx:
        loaded = None if service.bank is None else service.bank.open().sha256
        state = (_state(tx), service.today(), loaded, tuple(indicators))

    def make() -> dict[str, Any]:
        read = _tables(asking)
        return indicator_board(indicators, read.tables, read.at, read.timezone, level)

    return service.remembered_results.get(("indicators", level), state, make)


def stored_units(asking: Asking, indicator: Indicator) -> list[Unit]:
    """Return the figures of one indicator."""
    read = _tables(asking)
    return evaluated(indicator, read.tables, read.at, read.timezone)


def _tables(asking: Asking) -> _Tables:
    service, today = asking.service, asking.service.today()
    bank = None if service.bank is None else service.bank.open()
    with service.acting.store.read() as tx:
        timezone = zone_of(service, tx) if bank is None else bank.manifest.timezone
    folder = {} if bank is None else bank.tables()
    return _Tables(
        with_store(folder, service.acting.store, service.rulebook, today, timezone), today, timezone
    )


def _state(tx: Transaction) -> tuple[int, ...]:
    return (tx.generation, *(tx.count(table, where) for table, where in _COUNTED))
