"""The ledger's transactions do the same on SQLite and PostgreSQL."""

import pytest
from ledger_rows import ledger_row, ledger_rows

from zhike.core.errors import UsageError
from zhike.core.ledger import LEDGER, ordering
from zhike.core.store_errors import AlreadyRecordedError

WRITABLE = [name for name in LEDGER if name != "person_keys"]


def test_every_table_gives_back_what_it_was_given(store):
    for table in WRITABLE:
        rows = ledger_rows(table, 3)
        with store.write() as tx:
            tx.insert(table, rows)
        with store.read() as tx:
            assert tx.find(table) == rows
            key = {name: rows[1][name] for name in LEDGER[table].key}
            assert tx.one(table, **key) == rows[1]
            assert [type(value) for value in tx.one(table, **key).values()] == [
                type(value) for value in rows[1].values()
            ]


def test_columns_without_a_value_come_back_as_none(store):
    for table in WRITABLE:
        needed = {column.name for column in LEDGER[table].columns if column.required}
        row = {name: value for name, value in ledger_row(table).items() if name in needed}
        with store.write() as tx:
            tx.insert(table, [row])
        with store.read() as tx:
            assert tx.find(table) == [{name: row.get(name) for name in ledger_row(table)}]


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "客户",
        "𠮷",
        "a\nb\t",
        "\x01\x7f",
        "é",
        "e\u0301",
        "'; DROP TABLE notes; --",
        "%s %% ? :x",
        "x" * 200_000,
    ],
)
def test_any_text_comes_back_unchanged(store, value):
    row = ledger_row("notes", text=value, actor=value)
    with store.write() as tx:
        tx.insert("notes", [row])
        assert tx.find("notes", {"actor": value}) == [row]


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        1.5,
        True,
        [],
        {},
        "",
        "\0",
        "\ud800",
        {"a": {"b": [1, None]}},
        2**80,
        1e308,
        5e-324,
        "客" * 1000,
    ],
)
def test_any_json_comes_back_unchanged(store, value):
    for table, column in (("jobs", "content"), ("jobs", "result"), ("preferences", "value")):
        row = ledger_row(table, **{column: value})
        if value == "\ud800":
            with store.write() as tx, pytest.raises(UsageError):
                tx.insert(table, [row])
            continue
        with store.write() as tx:
            tx.insert(table, [row])
            assert tx.one(table, **{column_of(table): row[column_of(table)]}) == row
            tx.remove(table, {column_of(table): row[column_of(table)]})


def column_of(table):
    return LEDGER[table].key[0]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("notes", "actor", "a\0b"), ("notes", "actor", "\udc00"), ("notes", "actor", 5), ("notes", "actor", b"x"),
        ("notes", "text", "a\0b"), ("notes", "text", 5), ("notes", "text", "\ud8ff"),
        ("offers", "rank", 1 << 63), ("offers", "rank", -(1 << 63) - 1), ("offers", "rank", True), ("offers", "rank", "1"),
        ("offers", "rank", 1.0), ("offers", "probability", float("nan")), ("offers", "probability", float("inf")),
        ("offers", "probability", "0.5"), ("offers", "probability", True), ("offers", "outbound", 1),
        ("offers", "made_at", 1.5), ("consents", "valid_from", "2026-02-30"), ("consents", "valid_from", "20260228"),
        ("consents", "valid_from", "2026-W01-1"), ("jobs", "content", float("nan")), ("jobs", "content", {1, 2}),
        ("jobs", "content", b"x"), ("blobs", "content", "text"), ("blobs", "content", 5), ("dossiers", "content", "text"),
        ("notes", "actor", None), ("notes", "customer_id", None), ("offers", "probability", 10**400),
    ],
)  # fmt: skip
def test_values_that_a_back_end_would_change_or_refuse_are_refused_before(store, table, column, value):
    good = ledger_row(table, 2)
    with store.write() as tx:
        with pytest.raises(UsageError) as refused:
            tx.insert(table, [ledger_row(table, 1, **{column: value})])
        assert column in str(refused.value)
        assert "\\x00" not in str(refused.value)
        tx.insert(table, [good])  # nothing was sent, so the transaction goes on
    with store.read() as tx:
        assert tx.find(table) == [good]


def test_integers_of_64_bits_and_small_floats_are_kept(store):
    rows = [
        ledger_row("offers", 1, rank=(1 << 63) - 1, probability=0.1 + 0.2),
        ledger_row("offers", 2, rank=-(1 << 63), probability=5e-324),
        ledger_row("offers", 3, rank=0, probability=1.7976931348623157e308),
    ]
    with store.write() as tx:
        tx.insert("offers", rows)
        assert tx.find("offers") == rows
        assert tx.find("offers", {"probability": 0.1 + 0.2}) == rows[:1]


def test_unknown_tables_and_columns_are_named(store):
    with store.write() as tx:
        for call in (
            lambda: tx.find("offer"),
            lambda: tx.find("offers", {"offer": "x"}),
            lambda: tx.find("offers", order=("made",)),
            lambda: tx.one("offers", made="x"),
            lambda: tx.insert("offers", [{**ledger_row("offers"), "made": 1}]),
            lambda: tx.change("offers", {"offer_id": "x"}, {"made": 1}),
            lambda: tx.remove("offers", {"made": 1}),
            lambda: tx.count("offers", {"made": 1}),
        ):
            with pytest.raises(UsageError, match=r"'offer'|'made'"):
                call()
        with pytest.raises(UsageError, match="no 'channel' in a row"):
            tx.insert("offers", [{name: v for name, v in ledger_row("offers").items() if name != "channel"}])


def test_sealed_and_json_columns_cannot_be_sought(store):
    with store.read() as tx:
        for table, column in (("notes", "text"), ("jobs", "content"), ("decisions", "record")):
            with pytest.raises(UsageError, match="neither sealed nor JSON"):
                tx.find(table, {column: "x"})
            with pytest.raises(UsageError, match="neither sealed nor JSON"):
                tx.find(table, order=(column,))


def test_rows_are_sought_by_values_lists_and_absence(store):
    rows = [
        ledger_row("tasks", n, assignee=who) for n, who in enumerate(["a", "b", None, "a", "客", None], 1)
    ]
    with store.write() as tx:
        tx.insert("tasks", rows)
        found = {
            "a": [0, 3], "客": [4], "c": [], None: [2, 5], ("a", "b"): [0, 1, 3], ("a", None): [0, 2, 3, 5], (None,): [2, 5],
            (): [], ("a", "b", "c"): [0, 1, 3], ("a", "a", "a"): [0, 3], tuple(map(str, range(5000))): [],
        }  # fmt: skip
        for value, places in found.items():
            where = {"assignee": list(value) if isinstance(value, tuple) else value}
            assert tx.find("tasks", where) == [rows[n] for n in places]
            assert tx.count("tasks", where) == len(places)
        assert tx.find("tasks", {"assignee": {"a"}, "task_id": "t4"}) == [rows[3]]
        with pytest.raises(UsageError, match="at most 16384"):
            tx.find("tasks", {"assignee": [f"s{n}" for n in range(16_385)]})
        assert tx.count("tasks", {"assignee": [f"s{n}" for n in range(16_384)]}) == 0


def test_one_refuses_to_choose_among_several(store):
    with store.write() as tx:
        tx.insert("notes", ledger_rows("notes", 3, customer_id="C1"))
        assert tx.one("notes", customer_id="C2") is None
        assert tx.one("notes", note_id="t4") is None
        assert tx.one("notes", customer_id="C1", note_id="t2")["note_id"] == "t2"
        with pytest.raises(UsageError, match="several"):
            tx.one("notes", customer_id="C1")
        with pytest.raises(UsageError, match="several"):
            tx.one("notes", note_id=["t1", "t2"])


ORDERS = [
    (), ("assignee",), ("-assignee",), ("due_on", "-assignee"), ("-due_on", "assignee"), ("state", "task_id"), ("-state",),
    ("-task_id",), ("task_id", "-state"), ("-state", "-recorded_at"), ("state", "-due_on", "assignee"),
]  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
def test_pages_join_to_the_whole_in_one_order(store, order):
    choices = {
        "assignee": [None, "a", "B", "é", "客"],
        "due_on": [None, "2026-01-05", "2026-01-31"],
        "state": ["open", "done"],
    }
    rows = [
        ledger_row("tasks", n, **{name: values[n * prime % len(values)] for (name, values), prime in zip(choices.items(), (3, 7, 5), strict=True)})
        for n in range(1, 61)
    ]  # fmt: skip
    columns = ordering(LEDGER["tasks"], order)

    def place(row):
        # No value before every value; text by its code points, a number by its size.
        return [(row[name] is not None, row[name]) for name, _ in columns]

    expected = rows
    for n, (_, falls) in reversed(list(enumerate(columns))):
        expected = sorted(
            expected, key=lambda row, n=n: (place(row)[n][0], place(row)[n][1] or ""), reverse=falls
        )
    with store.write() as tx:
        tx.insert("tasks", rows)
        assert tx.find("tasks", order=order) == expected
        for size in (1, 7, 60):
            pages, after = [], None
            while page := tx.find("tasks", order=order, after=after, limit=size):
                pages += page
                after = [page[-1][name] for name, _ in columns]
            assert pages == expected
        assert tx.find("tasks", order=order, limit=0) == []


def test_a_page_ends_with_its_condition(store):
    with store.write() as tx:
        tx.insert("offers", ledger_rows("offers", 10, customer_id="C1"))
        found = tx.find(
            "offers",
            {"customer_id": ["C1"]},
            order=("-made_at",),
            after=[ledger_row("offers", 5)["made_at"], "t5"],
        )
        assert [row["offer_id"] for row in found] == ["t4", "t3", "t2", "t1"]
        with pytest.raises(UsageError, match="made_at, offer_id"):
            tx.find("offers", order=("-made_at",), after=[5])
        with pytest.raises(UsageError, match="each column once"):
            tx.find("offers", order=("-made_at", "made_at"))
        for limit in (-1, True, 1.0):
            with pytest.raises(UsageError, match="limit"):
                tx.find("offers", limit=limit)


def test_changes_meet_the_rows_sought_and_no_other(store):
    rows = [ledger_row("tasks", n, customer_id=f"C{n % 3}", state="open") for n in range(1, 10)]
    with store.write() as tx:
        tx.insert("tasks", rows)
        assert tx.change("tasks", {"customer_id": "C1"}, {"state": "done", "due_on": None}) == 3
        assert tx.change("tasks", {"customer_id": "C9"}, {"state": "done"}) == 0
        assert tx.change("tasks", {"task_id": "t5"}, {}) == 1
    with store.read() as tx:
        expected = [
            {**row, "state": "done", "due_on": None} if row["customer_id"] == "C1" else row for row in rows
        ]
        assert tx.find("tasks") == expected
    with store.write() as tx:
        assert tx.remove("tasks", {"state": "done", "task_id": ["t1", "t2"]}) == 1
        assert tx.count("tasks") == 8
        assert tx.remove("tasks", {"state": ["done", "open"]}) == 8


def test_sealed_columns_of_many_customers_change_at_once(store):
    rows = [ledger_row("tasks", n, customer_id=f"C{n % 3}") for n in range(1, 10)]
    with store.write() as tx:
        tx.insert("tasks", rows)
        assert tx.change("tasks", {"task_id": ["t1", "t2", "t3", "t4"]}, {"text": "新", "state": "t"}) == 4
        assert tx.change("tasks", {"task_id": "t9"}, {"text": None}) == 1
        assert tx.change("tasks", {"task_id": "no"}, {"text": "x"}) == 0
    changed = (
        [{**row, "text": "新", "state": "t"} for row in rows[:4]] + rows[4:8] + [{**rows[8], "text": None}]
    )
    with store.read() as tx:
        assert tx.find("tasks") == changed


def test_changes_that_would_part_a_row_from_its_key_are_refused(store):
    with store.write() as tx:
        with pytest.raises(UsageError, match="sealed for its customer"):
            tx.change("notes", {"note_id": "t1"}, {"customer_id": "C2"})
        with pytest.raises(UsageError, match="a value"):
            tx.change("notes", {"note_id": "t1"}, {"actor": None})
        tx.insert("offers", [ledger_row("offers", 1)])
        assert tx.change("offers", {"offer_id": "t1"}, {"customer_id": "C2"}) == 1


def test_no_condition_changes_or_removes_nothing(store):
    with store.write() as tx:
        tx.insert("notes", ledger_rows("notes", 2))
        with pytest.raises(UsageError, match="no condition"):
            tx.remove("notes", {})
        with pytest.raises(UsageError, match="no condition"):
            tx.change("notes", {}, {"actor": "x"})
        assert tx.find("notes") == ledger_rows("notes", 2)


def test_a_key_is_recorded_once_and_a_failed_transaction_leaves_nothing(store):
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1)])
    with pytest.raises(AlreadyRecordedError, match="notes"), store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 2), ledger_row("notes", 1, actor="other")])
    with store.read() as tx:
        assert tx.find("notes") == [ledger_row("notes", 1)]


def test_catching_a_failure_does_not_save_its_transaction(store):
    def record():
        with store.write() as tx:
            tx.insert("notes", [ledger_row("notes", 1)])
            for call in (
                lambda: tx.insert("notes", [ledger_row("notes", 2), ledger_row("notes", 1)]),
                lambda: tx.count("notes"),
            ):
                with pytest.raises(AlreadyRecordedError):
                    call()

    with pytest.raises(AlreadyRecordedError):
        record()
    with store.read() as tx:
        assert tx.count("notes") == 0


def test_an_exception_of_the_caller_undoes_everything(store):
    def record():
        with store.write() as tx:
            tx.insert("notes", ledger_rows("notes", 3))
            tx.insert("jobs", [ledger_row("jobs")])
            raise InterruptedError

    with pytest.raises(InterruptedError):
        record()
    with store.read() as tx:
        assert [tx.count(table) for table in ("notes", "jobs", "person_keys")] == [0, 0, 0]


def test_a_transaction_ends_with_its_block(store):
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes")])
    for call in (lambda: tx.count("notes"), lambda: tx.insert("notes", [ledger_row("notes", 2)])):
        with pytest.raises(UsageError, match="has ended"):
            call()


def test_a_reader_writes_nothing(store):
    with store.read() as tx:
        for call in (
            lambda: tx.insert("notes", [ledger_row("notes")]),
            lambda: tx.change("notes", {"note_id": "x"}, {"actor": "x"}),
            lambda: tx.remove("notes", {"note_id": "x"}),
            lambda: tx.destroy_key("C1", 1),
        ):
            with pytest.raises(UsageError, match="write\\(\\)"):
                call()


def test_nothing_is_inserted_by_an_empty_list(store):
    with store.write() as tx:
        tx.insert("notes", [])
        assert tx.count("notes") == 0


def test_a_reader_sees_one_state(house):
    store, other = house.open(), house.open()
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1)])
    with store.read() as reading:
        assert reading.count("notes") == 1
        with other.write() as tx:
            assert tx.count("notes") == 1
            tx.insert("notes", [ledger_row("notes", 2)])
            assert reading.count("notes") == 1
        assert reading.count("notes") == 1
        assert reading.one("notes", note_id="t2") is None
    with store.read() as reading:
        assert reading.count("notes") == 2


def test_nothing_is_in_an_empty_list_whatever_is_sought_beside_it(store):
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1)])
        where = {"note_id": [], "customer_id": "t1"}
        assert tx.find("notes", where, order=["-recorded_at"], limit=3) == []
        assert tx.one("notes", **where) is None
        assert (
            tx.count("notes", where)
            == tx.change("notes", where, {"actor": "x"})
            == tx.remove("notes", where)
            == 0
        )
        assert tx.count("notes", {"customer_id": "t1"}) == 1


def test_no_page_comes_after_the_end(store):
    with store.write() as tx:
        tx.insert("tasks", [ledger_row("tasks", 1, assignee=None, due_on=None)])
        ends = {"order": ["-assignee", "-due_on"], "after": [None, None, "t0"], "limit": 2}
        assert tx.find("tasks", {"customer_id": "t1"}, **ends) == []


def test_some_columns_are_read_alone_and_nothing_is_opened(store):
    rows = ledger_rows("notes", 3)
    with store.write() as tx:
        tx.insert("notes", rows)
        tx.insert("staff", ledger_rows("staff", 2))
        tx.destroy_key(rows[0]["customer_id"], 1)
    with store.read() as tx:
        names = ("recorded_at", "note_id")
        found = tx.find("notes", order=["-recorded_at"], columns=names, limit=2)
        assert found == [{name: row[name] for name in names} for row in rows[:0:-1]]
        assert [list(row) for row in found] == [list(names)] * 2
        some = tx.find("notes", {"note_id": rows[1]["note_id"]}, columns=["kind"])
        assert some == [{"kind": rows[1]["kind"]}]
        after = tx.find(
            "notes", order=["recorded_at"], after=[rows[1]["recorded_at"], ""], columns=["note_id"]
        )
        assert [row["note_id"] for row in after] == [row["note_id"] for row in rows[1:]]
        assert tx.find("staff", columns=["roles"]) == [
            {"roles": row["roles"]} for row in ledger_rows("staff", 2)
        ]


@pytest.mark.parametrize("columns", [[], ["text"], ["note_id", "note_id"], ["note_id", "nothing"]])
def test_columns_that_cannot_be_read_alone(store, columns):
    with store.read() as tx, pytest.raises(UsageError):
        tx.find("notes", columns=columns)
