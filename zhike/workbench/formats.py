"""Days, money, numbers and shares as people of a language write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.core.units import DEFAULT_MINOR_UNITS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["day", "figure", "minute", "money", "month", "number", "price", "rounded", "share"]

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIGNS: Final = {"CNY": "¥", "HKD": "HK$", "TWD": "NT$", "USD": "US$", "EUR": "€", "GBP": "£"}
_THIN: Final = "\u202f"
_SHORT: Final[dict[Language, tuple[tuple[float, str], ...]]] = {
    "en": ((1e6, " M"), (1e3, " k")), "zh-Hans": ((1e8, "亿"), (1e4, "万")), "zh-Hant": ((1e8, "億"), (1e4, "萬")),
}  # fmt: skip


def day(value: dt.date, language: Language) -> str:
    """Return a day.

    Examples
    --------
    >>> import datetime as dt
    >>> day(dt.date(2026, 4, 9), "en"), day(dt.date(2026, 4, 9), "zh-Hans")
    ('9 Apr 2026', '2026年4月9日')
    """
    if language == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def month(year: int, number: int, language: Language) -> str:
    """Return a month, short enough for the axis of a chart.

    Examples
    --------
    >>> month(2026, 4, "en"), month(2026, 4, "zh-Hans")
    ('Apr 26', '26年4月')
    """
    return f"{_MONTHS[number - 1]} {year % 100:02}" if language == "en" else f"{year % 100:02}年{number}月"


def rounded(value: float, currency: str | None, language: Language) -> str:
    """Return an amount in major units, rounded and short: in thousands and millions, or in ten thousands and hundred millions.

    Examples
    --------
    >>> rounded(12_500_000, "CNY", "en"), rounded(12_500_000, "CNY", "zh-Hant"), rounded(-250, None, "en")
    ('¥12.5 M', '¥1,250萬', '−250')
    """
    units = _SHORT[language]
    size, name = next((one for one in units if abs(value) >= one[0]), (1.0, ""))
    shown = number(abs(value) / size, 1).removesuffix(".0")
    sign = "" if currency is None else _SIGNS.get(currency, f"{currency}{_THIN}")
    return f"{'−' if value < 0 else ''}{sign}{shown}{name}"


def minute(value: dt.datetime, language: Language) -> str:
    """Return an instant to the minute, in the zone that it carries.

    Examples
    --------
    >>> import datetime as dt
    >>> minute(dt.datetime(2026, 4, 9, 8, 5), "zh-Hant")
    '2026年4月9日 08:05'
    """
    return f"{day(value.date(), language)} {value:%H:%M}"


def price(value: float, currency: str | None) -> str:
    """Return an amount in major units with the sign of its currency.

    Examples
    --------
    >>> price(-0.05, "CNY"), price(1000, "CHF")
    ('−¥0.05', 'CHF\u202f1,000.00')
    """
    return money(value * 10**DEFAULT_MINOR_UNITS, currency, {})


def number(value: float, decimals: int = 0) -> str:
    """Return a number with its thousands apart.

    Examples
    --------
    >>> number(-1234567.891, 1), number(0), number(-0.001, 2)
    ('−1,234,567.9', '0', '0.00')
    """
    # What is rounded to nothing has no sign.
    return f"{value:z,.{decimals}f}".replace("-", "−")


def figure(value: float) -> str:
    """Return a figure with as many decimals as its size makes worth reading.

    Examples
    --------
    >>> figure(1234.5), figure(-12.34), figure(0.0712), figure(0.0)
    ('1,234', '−12.3', '0.07', '0')
    """
    if value == 0:
        return "0"
    return number(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)  # noqa: PLR2004 - digits that are read


def money(value: float, currency: str | None, minor_units: Mapping[str, int]) -> str:
    """Return an amount in minor units with the sign of its currency.

    Examples
    --------
    >>> money(123456, "CNY", {}), money(-500, "JPY", {"JPY": 0}), money(100, None, {})
    ('¥1,234.56', '−JPY\u202f500', '1.00')
    """
    decimals = minor_units.get(currency or "", DEFAULT_MINOR_UNITS)
    amount = number(abs(value) / 10**decimals, decimals)
    sign = "" if currency is None else _SIGNS.get(currency, f"{currency}{_THIN}")
    return f"{'−' if value < 0 else ''}{sign}{amount}"


def share(value: float, decimals: int = 0) -> str:
    """Return a share as a percentage; one that is there but would be rounded to nothing says so.

    Examples
    --------
    >>> share(0.125, 1), share(0.0002, 1), share(0.0, 1)
    ('12.5%', '< 0.1%', '0.0%')
    """
    least = 10.0**-decimals
    return (
        f"< {number(least, decimals)}%"
        if 0 < 100 * value < least / 2
        else f"{number(100 * value, decimals)}%"
    )
