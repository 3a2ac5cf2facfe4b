"""The page of the ledger's tables, made from their declaration."""

from zhike.core.ledger import LEDGER

INTRO = """\
# Tables of the ledger

What the [store](../concepts/store.md) keeps: the same tables in SQLite and in PostgreSQL. Programs reach them through `zhike.core.ports`,
not past it: a row written by another hand is not sealed and not in the audit trail.

**Types.** `instant` is whole microseconds since 1970 in UTC, `day` an ISO text, `json` a text that JSON reads, `bytes` are as they are.

**Personal data** is classed after JR/T 0171-2020: C3 authentication data, C2 identifies a person or their financial state,
C1 for internal use, `-` not personal. **Sealed** columns are encrypted under the key of the row's `customer_id`; in a row without
a customer under the bank's. They can be neither sought nor ordered by, and are empty once the customer is erased.
"""


def ledger_page(note):
    """Return the page."""
    lines = [
        note.format(source="zhike.core.ledger"),
        INTRO,
        "| table | a row is | key | of a customer |",
        "|---|---|---|---|",
        *(
            f"| [{one.name}](#{one.name}) | {one.meaning} | {_names(one.key)} | {'yes' if one.personal else ''} |"
            for one in LEDGER.values()
        ),
    ]
    for one in LEDGER.values():
        lines += ["", f"## {one.name}", "", " ".join([one.meaning, *_looked_up(one)]), ""]
        lines += ["| column | type | personal | sealed | required | meaning |", "|---|---|---|---|---|---|"]
        lines += [_column(column) for column in one.columns]
    return "\n".join(lines) + "\n"


def _names(names):
    return ", ".join(f"`{name}`" for name in names)


def _looked_up(table):
    """Yield sentences on the key, what is unique, what has an index."""
    yield f"Key: {_names(table.key)}."
    for names in table.unique:
        yield f"Unique: {_names(names)}."
    if table.indexes:
        yield f"Indexes: {'; '.join(_names(names) for names in table.indexes)}."


def _column(column):
    sealed, required = ("yes" if flag else "" for flag in (column.sealed, column.required))
    return (
        f"| `{column.name}` | {column.dtype} | {column.personal} | {sealed} | {required} | {column.meaning} |"
    )
