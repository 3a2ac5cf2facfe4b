"""A customer's own data, handed to them: everything that the ledger holds, with its meaning, and what was derived from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import customer_row, moment, records_of
from zhike.act.touched import dossiers_of, touched
from zhike.act.trail import Happened, canonical, record
from zhike.core.decision_tables import DecisionTable
from zhike.core.ledger import CUSTOMER, LEDGER
from zhike.govern.audit_events import AuditEvent
from zhike.know.features import FEATURES

if TYPE_CHECKING:
    import datetime as dt

    from zhike.act.acting import Acting
    from zhike.core.language import Language
    from zhike.core.ledger import LedgerColumn, LedgerTable
    from zhike.core.ports import Transaction
    from zhike.core.rulebook import Rulebook
    from zhike.know.feature import Feature

__all__ = ["ACCESS", "OWN_PAGE", "HandingOut", "export_customer", "give_access"]

ACCESS: Final = "privacy.access"
OWN_PAGE: Final = "privacy.own_page"
FORMAT: Final = "zhike-personal-data/1"
_FEATURES: Final[dict[str, Feature]] = {feature.name: feature for feature in FEATURES}
_PERSONAL: Final = tuple(table for table in LEDGER.values() if table.personal and table.name != "retained")


@dataclass(frozen=True, slots=True)
class HandingOut:
    """What is handed out to a customer, column by column, and in which language it is explained.

    Parameters
    ----------
    table : DecisionTable
    language : str
    further : DecisionTable or None
        What holds something back that the table hands out; None for nothing.
    """

    table: DecisionTable
    language: Language
    further: DecisionTable | None = None

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date, language: Language = "en") -> HandingOut:
        """Read ``privacy.access`` as it is in force on a day."""
        return cls(DecisionTable.of(rulebook.at(ACCESS, day)), language)

    @classmethod
    def on_own_page(cls, rulebook: Rulebook, day: dt.date, language: Language = "en") -> HandingOut:
        """Read what is handed out where no person looks at who asks: ``privacy.access`` less what ``privacy.own_page`` holds back."""
        return replace(cls.of(rulebook, day, language), further=DecisionTable.of(rulebook.at(OWN_PAGE, day)))

    def of_column(self, table: str, column: LedgerColumn) -> dict[str, Any]:
        """Return what a column is, and whether and why not it is handed out."""
        asked = {"table": table, "column": column.name}
        decided = self.table.decide(asked)
        if decided["handed_out"] and self.further is not None:
            decided = self.further.decide(asked)
        return {
            "meaning": column.meaning, "class": column.personal, "handed_out": decided["handed_out"], "because": decided["because"]
        }  # fmt: skip


def give_access(acting: Acting, customer: str, actor: str, handing: HandingOut) -> dict[str, Any]:
    """Return what is recorded and derived of a customer, for them to see; that it was handed out is an event.

    Parameters
    ----------
    acting : Acting
    customer : str
    actor : str
        Who hands it out.
    handing : HandingOut

    Raises
    ------
    RecordNotFoundError
        When there is no such customer.
    """
    return _handed_out(acting, customer, actor, handing, AuditEvent.ACCESS_GIVEN)


def export_customer(acting: Acting, customer: str, actor: str, handing: HandingOut) -> dict[str, Any]:
    """Return the same for them to take elsewhere; see `give_access`."""
    return _handed_out(acting, customer, actor, handing, AuditEvent.DATA_EXPORTED)


def _handed_out(
    acting: Acting, customer: str, actor: str, handing: HandingOut, event: AuditEvent
) -> dict[str, Any]:
    now = acting.clock.now()
    with acting.store.write() as tx:
        row = customer_row(tx, customer)
        records = records_of(tx, row[CUSTOMER])
        tables = {table.name: found for table in _PERSONAL if (found := _table(tx, table, records, handing))}
        content = {
            "format": FORMAT, "customer": row[CUSTOMER], "records": records, "at": moment(now).isoformat(), "tables": tables,
            "archive": _archive(tx, records, handing.language), "derived": touched(tx, records),
        }  # fmt: skip
        sizes = {name: len(one["rows"]) for name, one in tables.items()}
        said = {"rows": sizes, "sha256": hashlib.sha256(canonical(content)).hexdigest()}
        record(tx, [Happened("privacy", event, actor, row[CUSTOMER], said)], now, acting.chance)
    return content


def _table(
    tx: Transaction, table: LedgerTable, records: list[str], handing: HandingOut
) -> dict[str, Any] | None:
    rows = tx.find(table.name, {CUSTOMER: records})
    if not rows:
        return None
    columns = {one.name: handing.of_column(table.name, one) for one in table.columns}
    given = [one for one in table.columns if columns[one.name]["handed_out"]]
    return {
        "meaning": table.meaning, "columns": columns,
        "rows": [{one.name: _readable(one, row[one.name]) for one in given} for row in rows],
    }  # fmt: skip


def _readable(column: LedgerColumn, value: Any) -> Any:  # noqa: ANN401 - of any type
    """Return a value as JSON and a reader take it: instants as ISO texts, bytes as the text they hold or in hexadecimal."""
    if column.dtype == "instant" and value is not None:
        return moment(value).isoformat()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.hex()
    return value


def _archive(tx: Transaction, records: list[str], language: Language) -> list[dict[str, Any]]:
    """Return what each publication knows of a customer, attribute by attribute."""
    return [
        {"publication": number, "customer": one.customer_id,
         "attributes": [_attribute(name, value, language) for name, value in one.inputs.items()]}
        for number, dossiers in dossiers_of(tx, records).items() for one in dossiers
    ]  # fmt: skip


def _attribute(name: str, value: Any, language: Language) -> dict[str, Any]:  # noqa: ANN401 - of any type
    feature = _FEATURES.get(name)
    told = {
        "name": name,
        "value": value if isinstance(value, int | float | list | str) or value is None else str(value),
    }
    if feature is None:
        return {**told, "meaning": "", "class": "C2", "source": "ledger"}
    meaning = feature.meaning.in_language(language)
    return {**told, "meaning": meaning, "class": feature.personal, "source": feature.source}
