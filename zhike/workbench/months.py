"""Balance and flows of a customer by month: as charts, and as the table behind them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from zhike.core.units import DEFAULT_MINOR_UNITS
from zhike.workbench import formats
from zhike.workbench.charts import Chart, columns
from zhike.workbench.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["month_charts", "month_table"]

_SERIES: Final = ("balance", "money_in", "money_out")


def month_charts(
    known: Mapping[str, Any], minor_units: Mapping[str, int], language: Language
) -> list[dict[str, Any]]:
    """Return the charts of a customer's page: balance, and money in and out; none where nothing is known or all is masked.

    Parameters
    ----------
    known : mapping
        Answer of ``GET /v1/customers/{id}/page``.
    minor_units : mapping of currency to decimals
    language : str
    """
    months = _months(known)
    currency, decimals = _currency(known, minor_units)
    charts = []
    for name, series in (("balance", ("balance",)), ("flows", ("money_in", "money_out"))):
        values = [[_major(row[one], decimals) for row in months] for one in series]
        if any(value is not None for one in values for value in one):
            header = [_said(f"month.{one}", language) for one in series]
            rows = [
                [_named(row["month"], language), *("" if row[one] is None else formats.money(row[one], currency, minor_units) for one in series)]
                for row in months
            ]  # fmt: skip
            charts.append(
                {
                    "name": name,
                    "header": header,
                    "rows": rows,
                    "chart": _drawn(months, values, currency, language),
                }
            )
    return charts


def _drawn(
    months: list[dict[str, Any]], values: list[list[float | None]], currency: str | None, language: Language
) -> Chart:
    names = [_named(row["month"], language) for row in months]
    return columns(names, values, lambda value: formats.rounded(value, currency, language))


def month_table(
    known: Mapping[str, Any], minor_units: Mapping[str, int], language: Language
) -> tuple[list[str], list[list[object]]]:
    """Return header and rows of the months, amounts in major units."""
    _, decimals = _currency(known, minor_units)
    header = [_said("month.month", language), *(_said(f"month.{one}", language) for one in _SERIES)]
    rows = [[row["month"], *(_major(row[one], decimals) for one in _SERIES)] for row in _months(known)]
    return header, rows


def _months(known: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the last months by name with balance at their end and what came and went; what is not known is None."""
    if known["as_of"] is None:
        return []
    balances = known["archive"].get("balances_month_end")
    balances = balances if isinstance(balances, list) else []
    flows = {row["month"]: row for row in known["months"]}
    names = _last_months(dt.date.fromisoformat(str(known["as_of"])), max(len(balances), 12 if flows else 0))
    padded = [None] * (len(names) - len(balances)) + balances
    return [
        {
            "month": name, "balance": balance, "money_in": flows.get(name, {}).get("money_in"),
            "money_out": flows.get(name, {}).get("money_out"),
        }
        for name, balance in zip(names, padded, strict=True)
    ]  # fmt: skip


def _last_months(at: dt.date, count: int) -> list[str]:
    """Return the last months that had ended by a day, the oldest first, as ``2026-06``.

    Examples
    --------
    >>> _last_months(dt.date(2026, 1, 31), 2), _last_months(dt.date(2026, 1, 30), 2)
    (['2025-12', '2026-01'], ['2025-11', '2025-12'])
    """
    newest = at.year * 12 + at.month - 1 - (0 if (at + dt.timedelta(days=1)).day == 1 else 1)
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(newest - count + 1, newest + 1)]


def _named(month: str, language: Language) -> str:
    year, number = month.split("-")
    return formats.month(int(year), int(number), language)


def _currency(known: Mapping[str, Any], minor_units: Mapping[str, int]) -> tuple[str | None, int]:
    currency = known["archive"].get("currency")
    return currency, minor_units.get(currency or "", DEFAULT_MINOR_UNITS)


def _major(value: int | None, decimals: int) -> float | None:
    return None if value is None else value / 10**decimals


def _said(key: str, language: Language) -> str:
    return WORDS[key].in_language(language)
