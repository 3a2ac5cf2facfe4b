"""Sealed columns: unreadable without the customer's key, bound to their place, gone with the key."""

import pytest
from ledger_rows import ledger_row, ledger_rows

from zhike.adapters.store.keyring import KeyRing
from zhike.adapters.store.keys import KeyFile, Keys
from zhike.adapters.store.sealing import PersonKey, Sealer
from zhike.core.errors import UsageError
from zhike.core.ledger import LEDGER
from zhike.core.service_errors import RecordNotFoundError
from zhike.core.store_errors import ErasedError, StoreInvalidError

EMPTY = dict.fromkeys(LEDGER["notes"].sealed)
"""A note of which nothing is sealed."""
KEYS = Keys(b"m" * 32, b"s" * 32)


def stored(house, table):
    """Return a table's rows as they lie in the database, by key."""
    names = [column.name for column in LEDGER[table].columns]
    with house.outside() as connection:
        columns = ", ".join(f'"{name}"' for name in names)
        rows = connection.execute(f'SELECT {columns} FROM "{table}"').fetchall()  # noqa: S608
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


def write_stored(house, table, values, where):
    """Change a row past the store; values are bytes, the condition is the first column of the key."""
    place = "?" if house.kind == "sqlite" else "%s"
    with house.outside() as connection:
        (name, value), key = *values.items(), LEDGER[table].key[0]
        connection.execute(f'UPDATE "{table}" SET "{name}" = {place} WHERE "{key}" = {place}', (value, where))  # noqa: S608


def undone(store, work):
    """Do something in a transaction that the caller then gives up."""

    def give_up():
        with store.write() as tx:
            work(tx)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        give_up()


def test_what_is_sealed_cannot_be_read_in_the_database(house, store):
    told = "我的密码 never to be read"
    rows = [ledger_row("notes", n, customer_id="C1", text=told) for n in (1, 2)]
    with store.write() as tx:
        tx.insert("notes", rows)
        tx.insert("outbox", [ledger_row("outbox", 1, customer_id=None, content={"told": told})])
    contents = [row["text"] for row in stored(house, "notes").values()] + [
        stored(house, "outbox")["t1"]["content"]
    ]
    assert len({bytes(content) for content in contents}) == 3  # the same text never gives the same bytes
    for content in contents:
        assert told.encode() not in bytes(content)
        assert b"never" not in bytes(content)


def test_every_sealed_column_is_sealed(house, store):
    for table in (name for name, found in LEDGER.items() if found.sealed):
        row = ledger_row(table, 1)
        with store.write() as tx:
            tx.insert(table, [row])
        for name in LEDGER[table].sealed:
            content = bytes(next(iter(stored(house, table).values()))[name])
            assert content[:1] == b"\x01"
            assert len(content) > 1 + 12 + 16


def test_what_no_table_gives_a_customer_is_sealed_under_the_banks_key(house, store):
    hooks = [ledger_row("webhooks", n, secret=f"secret of hook {n}") for n in (1, 2)]
    with store.write() as tx:
        tx.insert("webhooks", hooks)
        assert (
            tx.change("webhooks", {"webhook_id": "t1"}, {"secret": "another secret", "state": "stopped"}) == 1
        )
        assert tx.count("person_keys") == 0
    hooks[0] |= {"secret": "another secret", "state": "stopped"}
    for one in (store, house.open()):
        with one.read() as tx:
            assert tx.find("webhooks") == hooks
    for row in stored(house, "webhooks").values():
        assert b"secret" not in bytes(row["secret"])
        assert store.workings.sealer.bank.unseal(bytes(row["secret"]), "webhooks", "secret").decode() in {
            one["secret"] for one in hooks
        }
    with pytest.raises(UsageError), store.read() as tx:
        tx.find("webhooks", {"secret": "another secret"})


@pytest.mark.parametrize("change", ["bit", "cut", "format", "empty", "column", "customer", "table"])
def test_what_was_changed_or_moved_does_not_open(house, store, change):
    with store.write() as tx:
        tx.insert("corrections", [ledger_row("corrections", n, customer_id=f"C{n}") for n in (1, 2)])
        tx.insert("notes", [ledger_row("notes", 1, customer_id="C1", text="x")])
    rows, notes = stored(house, "corrections"), stored(house, "notes")
    value = bytes(rows["t1"]["value"])
    changed = {
        "bit": value[:-1] + bytes([value[-1] ^ 1]),
        "cut": value[:-1],
        "format": b"\x02" + value[1:],
        "empty": b"",
        "column": bytes(rows["t1"]["before"]),
        "customer": bytes(rows["t2"]["value"]),
        "table": bytes(notes["t1"]["text"]),
    }[change]
    write_stored(house, "corrections", {"value": changed}, "t1")
    with store.read() as tx:
        with pytest.raises(StoreInvalidError, match="column 'value' of table 'corrections'"):
            tx.one("corrections", correction_id="t1")
        assert tx.one("corrections", correction_id="t2") == ledger_row("corrections", 2, customer_id="C2")


def test_a_key_of_another_person_does_not_open(house, store):
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", n, customer_id=f"C{n}") for n in (1, 2)])
    write_stored(
        house, "person_keys", {"wrapped": bytes(stored(house, "person_keys")["C2"]["wrapped"])}, "C1"
    )
    with store.read() as tx, pytest.raises(StoreInvalidError, match="person's key"):
        tx.one("notes", note_id="t1")


def test_a_key_is_made_once_for_a_customer_and_only_to_seal(house, store):
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1, customer_id="C1", **EMPTY)])
        tx.insert("offers", [ledger_row("offers", 1, customer_id="C1")])
        assert tx.count("person_keys") == 0
        tx.insert("notes", [ledger_row("notes", n, customer_id="C1") for n in (2, 3)])
        tx.insert("cases", [ledger_row("cases", 1, customer_id="C1")])
        assert tx.count("person_keys") == 1
    first = stored(house, "person_keys")
    with house.open().write() as tx:
        tx.insert("notes", [ledger_row("notes", 4, customer_id="C1")])
    assert stored(house, "person_keys") == first


def test_an_undone_transaction_leaves_no_key_behind(house, store):
    undone(store, lambda tx: tx.insert("notes", [ledger_row("notes", 1, customer_id="C1")]))
    row = ledger_row("notes", 1, customer_id="C1")
    with store.write() as tx:
        tx.insert("notes", [row])
    with house.open().read() as tx:
        assert tx.find("notes") == [row]


def test_after_the_key_is_destroyed_nothing_sealed_is_read(store):
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", n, customer_id=f"C{n}") for n in (1, 2)])
        tx.insert("decisions", [ledger_row("decisions", 1, customer_id="C1")])
    with store.write() as tx:
        assert tx.destroy_key("C1", 5) is True
        assert tx.one("notes", note_id="t1")["text"] is None  # within the same transaction too
    with store.read() as tx:
        assert tx.one("notes", note_id="t1") == ledger_row("notes", 1, customer_id="C1", **EMPTY)
        assert tx.one("decisions", customer_id="C1") == ledger_row(
            "decisions", 1, customer_id="C1", context=None, record=None
        )
        assert tx.one("notes", note_id="t2") == ledger_row("notes", 2, customer_id="C2")
        kept = tx.one("person_keys", customer_id="C1")
        assert (kept["wrapped"], kept["destroyed_at"]) == (None, 5)
    with store.write() as tx:
        assert tx.destroy_key("C1", 6) is False
        assert tx.destroy_key("C9", 6) is False
        assert tx.one("person_keys", customer_id="C1")["destroyed_at"] == 5


def test_a_destroyed_key_is_not_made_again(store):
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1, customer_id="C1")])
        tx.destroy_key("C1", 5)
        tx.insert("offers", [ledger_row("offers", 1, customer_id="C1")])
        tx.insert("notes", [ledger_row("notes", 2, customer_id="C1", **EMPTY)])
        with pytest.raises(ErasedError, match="'notes'"):
            tx.insert("notes", [ledger_row("notes", 3, customer_id="C1")])
        with pytest.raises(ErasedError):
            tx.change("notes", {"note_id": "t1"}, {"text": "again"})
        with pytest.raises(ErasedError):
            tx.address("C1", b"x")
        assert tx.change("notes", {"note_id": "t1"}, {"text": None, "actor": "x"}) == 1
    with store.read() as tx:
        assert tx.count("notes") == 2


def test_a_change_of_many_that_meets_an_erased_customer_changes_none(store):
    rows = [ledger_row("notes", n, customer_id=f"C{n}") for n in (1, 2, 3)]
    with store.write() as tx:
        tx.insert("notes", rows)
        tx.destroy_key("C3", 5)
        with pytest.raises(ErasedError):
            tx.change("notes", {"note_id": ["t1", "t2", "t3"]}, {"text": "new", "actor": "new"})
        with pytest.raises(ErasedError):
            tx.insert("notes", [ledger_row("notes", n, customer_id=f"C{n}") for n in (4, 3)])
    with store.read() as tx:
        assert tx.find("notes") == [*rows[:2], {**rows[2], **EMPTY}]


def test_a_key_destroyed_by_another_process_is_not_used_from_memory(house):
    store, other = house.open(), house.open()
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1, customer_id="C1")])
    for kept in (store, other):
        with kept.read() as tx:
            assert tx.one("notes", note_id="t1")["text"] == "t1"
    with other.write() as tx:
        tx.destroy_key("C1", 5)
    with store.read() as tx:
        assert tx.one("notes", note_id="t1")["text"] is None
    assert all("C1" not in kept.workings.sealer for kept in (store, other))
    with store.write() as tx, pytest.raises(ErasedError):
        tx.insert("notes", [ledger_row("notes", 2, customer_id="C1")])


def test_a_destruction_that_is_undone_destroys_nothing(store):
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1, customer_id="C1")])
    undone(store, lambda tx: tx.destroy_key("C1", 5))
    with store.read() as tx:
        assert tx.one("notes", note_id="t1")["text"] == "t1"


def test_a_missing_key_is_not_taken_for_a_destroyed_one(house, store):
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1, customer_id="C1")])
    with house.outside() as connection:
        connection.execute("DELETE FROM person_keys")
    with store.read() as tx, pytest.raises(StoreInvalidError, match="no key"):
        tx.find("notes")


def test_the_store_alone_writes_keys(store):
    with store.write() as tx:
        for call in (
            lambda: tx.insert("person_keys", [ledger_row("person_keys")]),
            lambda: tx.change("person_keys", {"customer_id": "C1"}, {"destroyed_at": 1}),
            lambda: tx.remove("person_keys", {"customer_id": "C1"}),
        ):
            with pytest.raises(UsageError, match="by itself"):
                call()
        for customer in ("a\0", "\ud800", 5, None):
            with pytest.raises(UsageError, match="customer_id"):
                tx.destroy_key(customer, 1)
            with pytest.raises(UsageError, match="customer_id"):
                tx.address(customer, b"x")


def test_an_address_is_of_a_person_and_a_content(house, store):
    with store.read() as tx, pytest.raises(RecordNotFoundError):
        tx.address("C1", b"x")
    with store.write() as tx:
        found = {(who, what): tx.address(who, what) for who in ("C1", "C2") for what in (b"x", b"y")}
        assert len(set(found.values())) == 4
        assert all(len(address) == 64 for address in found.values())
    with house.open().read() as tx:
        assert {key: tx.address(*key) for key in found} == found


def test_many_customers_get_their_keys_at_once(store):
    rows = ledger_rows("notes", 1300)
    rows = [{**row, "customer_id": f"C{n % 1100}"} for n, row in enumerate(rows)]
    with store.write() as tx:
        tx.insert("notes", rows)
        assert tx.count("person_keys") == 1100
    with store.read() as tx:
        assert sorted(tx.find("notes"), key=lambda row: row["recorded_at"]) == rows


def test_few_keys_are_kept_in_memory_those_used_last():
    sealer = Sealer(KeyRing(KeyFile(KEYS)), capacity=2)
    made = {name: sealer.new(name) for name in "abc"}
    for name in "abac":
        opened = sealer.opened(name, made[name].wrapped)
        assert opened.unseal(made[name].seal(b"x", "t", "c"), "t", "c") == b"x"
    assert [name for name in "abc" if name in sealer] == ["a", "c"]
    assert sealer.opened("a", made["a"].wrapped) is sealer.opened("a", made["a"].wrapped)
    with pytest.raises(StoreInvalidError):
        Sealer(KeyRing(KeyFile(Keys(b"n" * 32, b"s" * 32)))).opened("a", made["a"].wrapped)
    with pytest.raises(StoreInvalidError):
        sealer.opened("a", made["b"].wrapped)  # it is in memory, but not the one that was read


def test_sealing_hides_and_binds():
    key, other = PersonKey(b"k" * 32, "C1"), PersonKey(b"k" * 32, "C2")
    sealed = key.seal(b"content", "notes", "text")
    assert key.unseal(sealed, "notes", "text") == b"content"
    assert key.address(b"x") == other.address(b"x")  # of the key, not of the name
    for opener, table, column in ((other, "notes", "text"), (key, "cases", "text"), (key, "notes", "name")):
        with pytest.raises(StoreInvalidError):
            opener.unseal(sealed, table, column)
