"""The lines of a customer's page, and the facts that they are written from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text
from zhike.core.units import DEFAULT_MINOR_UNITS
from zhike.know.vocabulary import word

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.know.page_details import PageDetails
    from zhike.know.rules import ArchiveRules

__all__ = ["UNKNOWN", "Line", "PageFacts", "day_text", "joined", "line"]

UNKNOWN: Final = Text("not known", "未知", "未知")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is about, and what is so."""

    label: Text
    value: Text


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A row of the archive, the rows behind it, and the rules by which it was made.

    Parameters
    ----------
    row : mapping
        The customer's row of the archive.
    at : date
        Its day.
    details : PageDetails
        The rows behind it.
    rules : ArchiveRules
        The rules that grouped the customer.
    minor_units : mapping of str to int
        Decimals of the currencies that do not have two.
    """

    row: Mapping[str, Any]
    at: dt.date
    details: PageDetails
    rules: ArchiveRules
    minor_units: Mapping[str, int]

    def amount(self, minor: int, currency: str | None = None, *, signed: bool = False) -> str:
        """Return an amount of smallest units as text, in the customer's currency unless another is named."""
        own = currency or self.row["currency"]
        decimals = self.minor_units.get(own or "", DEFAULT_MINOR_UNITS)
        amount = Decimal(minor).scaleb(-decimals)
        return f"{amount:{'+' if signed else ''},.{decimals}f} {own or ''}".strip()

    def known(self, name: str) -> Text:
        """Return the words for one of the customer's features."""
        return UNKNOWN if self.row[name] is None else word(self.row[name])


def line(label: str, value: object) -> Line:
    """Return a line from a label written as ``English|简体|繁體``."""
    return Line(Text(*label.split("|")), value if isinstance(value, Text) else Text(*[str(value)] * 3))


def day_text(day: object) -> Text:
    """Return a day as it is written in every language."""
    return Text(*[str(day)] * 3)


def joined(*parts: object) -> Text:
    """Join what is there, each part in its own language."""
    texts = [part if isinstance(part, Text) else Text(*[str(part)] * 3) for part in parts if part is not None]
    return Text(
        ", ".join(t.en for t in texts),
        "，".join(t.zh_hans for t in texts),
        "，".join(t.zh_hant for t in texts),
    )
