"""Money, rates and days: values that never travel without their unit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULT_MINOR_UNITS", "Money", "end_of_day"]

DEFAULT_MINOR_UNITS = 2
"""Decimals of a currency that the ISO 4217 table of exceptions does not list."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency; amounts of two currencies do not add.

    Examples
    --------
    >>> Money(Decimal("1.10"), "EUR") + Money(Decimal("2.20"), "EUR")
    Money(amount=Decimal('3.30'), currency='EUR')
    >>> Money(Decimal("1234.5"), "JPY").to_minor({"JPY": 0})
    Traceback (most recent call last):
    ...
    zhike.core.errors.UsageError: found 1234.5 JPY; needed an amount with at most 0 decimals. Run the command with --help for an example.
    """

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise UsageError(what=f"{self.currency} + {other.currency}", expected=phrase("one currency"))
        return Money(self.amount + other.amount, self.currency)

    def to_minor(self, minor_units: Mapping[str, int]) -> int:
        """Return the amount as an integer of the currency's smallest unit, without rounding."""
        decimals = minor_units.get(self.currency, DEFAULT_MINOR_UNITS)
        scaled = self.amount.scaleb(decimals)
        if scaled != scaled.to_integral_value():
            expected = phrase("an amount with at most {decimals} decimals", decimals=decimals)
            raise UsageError(what=f"{self.amount} {self.currency}", expected=expected)
        return int(scaled)

    @classmethod
    def from_minor(cls, minor: int, currency: str, minor_units: Mapping[str, int]) -> Money:
        """Return the money that an integer of smallest units stands for."""
        return cls(Decimal(minor).scaleb(-minor_units.get(currency, DEFAULT_MINOR_UNITS)), currency)


def end_of_day(day: dt.date, timezone: str) -> dt.datetime:
    """Return the last instant of a day in a zone, in UTC: what is known *on* a day is known by then.

    Examples
    --------
    >>> end_of_day(dt.date(2020, 6, 30), "Europe/Athens")
    datetime.datetime(2020, 6, 30, 20, 59, 59, 999999, tzinfo=datetime.timezone.utc)
    """
    local = dt.datetime.combine(day, dt.time.max, tzinfo=ZoneInfo(timezone))
    return local.astimezone(dt.UTC)
