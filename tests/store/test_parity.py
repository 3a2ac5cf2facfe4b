"""Whatever is done to a ledger, SQLite and PostgreSQL answer the same."""

import operator
import os

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from zhike.core.errors import ZhikeError
from zhike.core.ledger import LEDGER, ordering

TABLES = ("notes", "tasks", "customers", "requests", "publications", "offers", "outbox", "audit_openings")
"""Sealed and plain, with values of every kind, keys of one and two columns, columns without a value."""
EXAMPLES = int(os.environ.get("PARITY_EXAMPLES", "60"))

# Few values of each kind, so that rows meet; among them what the two back ends might order, round or compare in their own way.
POOL = {
    "text": ["", "a", "A", "ä", "z", "客户", "\U0001f600", "\uffff", " a", "a ", "10", "9", "%", "a\x01"],
    "int": [0, 1, -1, 2, 10, 2**53 + 1, -(2**63), 2**63 - 1],
    "float": [0.0, -0.5, 0.1, 1e-300, 1e300, 0.1 + 0.2, 3.0],
    "bool": [True, False],
    "instant": [0, 1, 1_790_000_000_000_000],
    "day": ["2026-01-01", "2026-12-31", "1999-09-09"],
    "json": [{}, [], None, {"b": 1, "a": [1.5, None]}, "客", 0, {"n": 2**60}],
    "bytes": [b"", b"\x00", b"\xff\x00\xff", b"a" * 300],
}
WRONG = [object(), "2026-13-01", 2**64, float("nan"), "a\x00b", b"bytes", 1.5, True, "\ud800"]
CUSTOMERS = ["C1", "C2", "C3"]


def values(table, name):
    if name == "customer_id":
        return st.sampled_from(CUSTOMERS)
    column = LEDGER[table].column(name)
    usual = st.sampled_from(POOL[column.dtype])
    return usual if column.required else st.none() | usual


def whole_rows(table):
    return st.fixed_dictionaries(
        {column.name: values(table, column.name) for column in LEDGER[table].columns}
    )


def rows(table):
    """Return strategies of rows; now and then with a wrong value, or without a column that must have one."""
    names, whole = [column.name for column in LEDGER[table].columns], whole_rows(table)
    odd = st.builds(
        lambda row, name, value: {**row, name: value}, whole, st.sampled_from(names), st.sampled_from(WRONG)
    )
    short = st.builds(
        lambda row, name: {key: row[key] for key in row if key != name}, whole, st.sampled_from(names)
    )
    return st.one_of(*[whole] * 12, odd, short)


def plain(table):
    return [column.name for column in LEDGER[table].columns if not column.sealed]


@st.composite
def conditions(draw, table):
    names = draw(st.lists(st.sampled_from(plain(table)), max_size=2, unique=True))
    among = {name: st.lists(st.none() | values(table, name), max_size=4) for name in names}
    return {name: draw(values(table, name) | st.none() | among[name]) for name in names}


@st.composite
def finds(draw, table):
    names = draw(st.lists(st.sampled_from(plain(table)), max_size=3, unique=True))
    order = [draw(st.sampled_from(["", "-"])) + name for name in names]
    columns = ordering(LEDGER[table], order)
    after = draw(st.none() | st.tuples(*(st.none() | values(table, name) for name, _ in columns)).map(list))
    asked = {"order": order, "after": after, "limit": draw(st.none() | st.integers(0, 5))}
    return "find", (table, draw(conditions(table))), asked


@st.composite
def steps(draw, tables):
    """Draw one call of a transaction: its name, its arguments."""
    table = draw(st.sampled_from(tables))
    kind = draw(
        st.sampled_from(
            ["insert", "insert", "insert", "find", "find", "change", "remove", "one", "count", "destroy"]
        )
    )
    if kind == "find":
        return draw(finds(table))
    if kind == "insert":
        return "insert", (table, draw(st.lists(rows(table), min_size=1, max_size=4))), {}
    if kind == "destroy":
        return "destroy_key", (draw(st.sampled_from(CUSTOMERS)), draw(st.sampled_from(POOL["instant"]))), {}
    if kind == "change":
        names = draw(
            st.lists(
                st.sampled_from([column.name for column in LEDGER[table].columns]), max_size=3, unique=True
            )
        )
        return (
            "change",
            (table, draw(conditions(table)), {name: draw(values(table, name)) for name in names}),
            {},
        )
    if kind == "one":
        return "one", (table,), draw(conditions(table))
    return kind, (table, draw(conditions(table))), {}


@st.composite
def histories(draw):
    """Draw transactions on two tables: whether each reads only, whether the caller catches what fails inside, its calls."""
    tables = draw(st.sampled_from(TABLES)), draw(st.sampled_from(TABLES))
    begun = []
    for table in sorted(set(tables)):
        key = operator.itemgetter(*LEDGER[table].key)
        several = st.lists(whole_rows(table), min_size=3, max_size=6, unique_by=key)
        begun.append(("insert", (table, draw(several)), {}))
    modes = st.sampled_from([False, False, False, True]), st.booleans()
    calls = st.lists(steps(tables), min_size=2, max_size=6)
    return [(False, False, begun), *draw(st.lists(st.tuples(*modes, calls), min_size=1, max_size=5))]


SEEN = set()
"""Kinds of answers that examples have met."""


def told(error):
    SEEN.add(type(error).__name__)
    return type(error).__name__, {name: value for name, value in error.data.items() if name != "store"}


def answered(call):
    """Return what a call answered: a value with its types, or an error."""
    try:
        found = call()
    except ZhikeError as error:
        return told(error)
    if isinstance(found, list) and found:
        SEEN.add("rows")
    return repr(found)  # equal numbers of two types are not equal here


def done(store, transactions):
    """Do transactions; return everything that was answered."""
    answers = []
    for reading, catching, calls in transactions:
        try:
            with store.read() if reading else store.write() as tx:
                for name, given_values, named in calls:
                    call = lambda: getattr(tx, name)(*given_values, **named)  # noqa: B023, E731 - called at once
                    answers.append(answered(call) if catching else repr(call()))
        except ZhikeError as error:
            answers.append(told(error))
    return answers


def contents(store):
    with store.read() as tx:
        found = {table: tx.find(table) for table in TABLES}
        keys = [
            (row["customer_id"], row["wrapped"] is None, row["destroyed_at"])
            for row in tx.find("person_keys")
        ]
    return found, keys


def emptied(store):
    connection = store.workings.backend.engine.raw_connection()
    for table in (*TABLES, "person_keys"):
        connection.dbapi_connection.execute(f'DELETE FROM "{table}"')  # noqa: S608
    connection.close()


@pytest.fixture(scope="module")
def both(tmp_path_factory, postgres):
    from zhike.adapters.store import open_store

    folder = tmp_path_factory.mktemp("parity")
    postgres.run("CREATE SCHEMA parity")
    with (
        open_store(folder / "ledger.db", folder / "lite") as lite,
        open_store(postgres.url("parity"), folder / "served") as served,
    ):
        yield lite, served
    # Not all was misuse: something was recorded and found, met what is there already, met a customer who is erased.
    assert {"rows", "AlreadyRecordedError", "ErasedError", "UsageError"} <= SEEN
    postgres.run("DROP SCHEMA parity CASCADE")


ROW = {column.name: POOL[column.dtype][0] for column in LEDGER["notes"].columns}
ERASURE = [
    (
        False,
        True,
        [("insert", ("notes", [ROW]), {}), ("insert", ("notes", [ROW]), {}), ("count", ("notes", {}), {})],
    ),
    (
        False,
        False,
        [("insert", ("notes", [ROW]), {}), ("destroy_key", ("", 1), {}), ("find", ("notes",), {})],
    ),
    (False, True, [("insert", ("notes", [{**ROW, "note_id": "b"}]), {}), ("find", ("notes",), {})]),
]
"""A transaction that failed, an erasure, an insert for a customer who is erased."""


@example(ERASURE)
@given(histories())
@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_both_back_ends_answer_the_same(both, transactions):
    for store in both:
        emptied(store)
    lite, served = (done(store, transactions) for store in both)
    assert lite == served
    lite, served = map(contents, both)
    assert lite == served
