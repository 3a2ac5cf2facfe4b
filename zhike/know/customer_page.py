"""One page about a customer that a relationship manager can use: facts with their day, groups with their reason, gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhike.core.language import Text
from zhike.know.page_business import BusinessLines, sparkline
from zhike.know.page_details import PageDetails, page_details
from zhike.know.page_lines import Line
from zhike.know.page_person import PersonLines
from zhike.know.page_warnings import warning_lines
from zhike.know.view import view

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import polars as pl

    from zhike.core.language import Language
    from zhike.know.rules import ArchiveRules

__all__ = ["CustomerPage", "Line", "Section", "customer_page", "page_of", "sparkline"]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of lines."""

    name: str
    title: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """What is known of one customer on a day.

    Parameters
    ----------
    customer_id : str
    at : date
    archive : mapping
        The customer's row of the archive.
    details : PageDetails
        The rows behind it.
    sections : tuple of Section
        The page, in order.
    """

    customer_id: str
    at: dt.date
    archive: Mapping[str, Any]
    details: PageDetails
    sections: tuple[Section, ...]

    def section(self, name: str) -> Section:
        """Return a section by name."""
        return next(section for section in self.sections if section.name == name)

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """Return the page for machines: the archive's row, the rows behind it and the lines in one language."""
        details = {name: getattr(self.details, name) for name in self.details.__slots__}
        page = [
            {
                "section": section.name,
                "title": section.title.in_language(language),
                "lines": [
                    {"label": line.label.in_language(language), "value": line.value.in_language(language)} for line in section.lines
                ],
            }
            for section in self.sections
        ]  # fmt: skip
        return {
            "customer_id": self.customer_id,
            "at": self.at,
            "archive": dict(self.archive),
            **details,
            "page": page,
        }


def customer_page(
    row: Mapping[str, Any],
    tables: Mapping[str, pl.LazyFrame],
    at: dt.date,
    timezone: str,
    rules: ArchiveRules,
    minor_units: Mapping[str, int],
) -> CustomerPage:
    """Build the page of one customer.

    Parameters
    ----------
    row : mapping
        The customer's row of `zhike.know.archive.archive` on that day.
    tables : mapping of str to LazyFrame
        Contract tables.
    at : date
        The day of the archive.
    timezone : str
        The bank's IANA zone.
    rules : ArchiveRules
        The rules by which the archive was made; the page names the rows that decided.
    minor_units : mapping of str to int
        Decimals of the currencies that do not have two.
    """
    return page_of(row, page_details(view(tables, at, timezone), row["customer_id"]), at, rules, minor_units)


def page_of(
    row: Mapping[str, Any],
    details: PageDetails,
    at: dt.date,
    rules: ArchiveRules,
    minor_units: Mapping[str, int],
) -> CustomerPage:
    """Build the page of one customer from the rows behind it; see `customer_page`."""
    facts = (row, at, details, rules, minor_units)
    person, business = PersonLines(*facts), BusinessLines(*facts)
    sections = (
        Section("who", Text("Who", "客户", "客戶"), tuple(person.who())),
        Section("accounts", Text("Household and accounts", "家庭与账户", "家庭與帳戶"), tuple(person.accounts())),
        Section("money", Text("Balances and flows", "余额与流水", "餘額與流水"), tuple(business.money())),
        Section("holdings", Text("Holdings", "持有产品", "持有產品"), tuple(business.holdings())),
        Section("groups", Text("Life stage and segments, with the reason", "人生阶段与分群（含理由）", "人生階段與分群（含理由）"), tuple(business.groups())),
        Section("needs", Text("Needs, with the evidence", "需求（含依据）", "需求（含依據）"), tuple(business.needs())),
        Section("risk", Text("Risk profile", "风险承受能力", "風險承受能力"), tuple(business.risk())),
        *_warnings(row),
        Section("consent", Text("Consents and preferences", "同意与偏好", "同意與偏好"), tuple(person.consents())),
        Section("contacts", Text("Recent contacts and complaints", "近期联系与投诉", "近期聯絡與申訴"), tuple(person.contacts())),
        Section("missing", Text("Missing from the archive, and how to get it", "档案缺失项与补全办法", "檔案缺漏項與補全辦法"), tuple(person.missing())),
    )  # fmt: skip
    return CustomerPage(row["customer_id"], at, row, details, sections)


def _warnings(row: Mapping[str, Any]) -> tuple[Section, ...]:
    """Return the section of early warnings; none where none was given, as in banks that have not learnt any."""
    lines = tuple(warning_lines(row))
    title = Text("Early warnings, with the reason", "早期预警（含依据）", "早期預警（含依據）")
    return (Section("warnings", title, lines),) if lines else ()
