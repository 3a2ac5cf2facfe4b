"""After an erasure nothing personal is left in the database's files, byte for byte."""

from pathlib import Path

from ledger_rows import ledger_row

_PIECE = 8


def pieces(content):
    return {content[n : n + _PIECE] for n in range(len(content) - _PIECE + 1)}


def files_of(house):
    """Return the content of every file of the database; the server's log of changes is archived or recycled on its own."""
    folder = house.place.parent if house.kind == "sqlite" else house.server.data
    files = [path for path in Path(folder).rglob("*") if path.is_file() and path != house.keys]
    if house.kind == "postgresql":
        files = [path for path in files if "pg_wal" not in path.parts]
    return {path.name: path.read_bytes() for path in files}


def found_in(house, wanted):
    return {name for name, content in files_of(house).items() if not wanted.isdisjoint(pieces(content))}


def settle(house):
    if house.kind == "postgresql":
        house.server.run("CHECKPOINT")


def wrapped_key(house, customer):
    with house.open().read() as tx:
        return tx.one("person_keys", customer_id=customer)["wrapped"]


def test_nothing_of_an_erased_customer_is_left_in_the_files(house):
    store = house.open()
    customer, branch, text = (
        "customer-8800-4711-0815",
        "branch-of-the-erased",
        "柜台上说的话，谁也不能知道 8f14e45fceea167a",
    )
    with store.write() as tx:
        tx.insert("customers", [ledger_row("customers", n, customer_id=f"other-{n}") for n in range(200)])
        tx.insert("customers", [ledger_row("customers", customer_id=customer, branch=branch)])
        tx.insert("notes", [ledger_row("notes", n, customer_id=customer, text=text) for n in range(40)])
        tx.insert("notes", [ledger_row("notes", n, customer_id=f"other-{n}") for n in range(40, 400)])
    for n in range(40):  # pages are split and rewritten, so that copies come about
        with store.write() as tx:
            tx.change("notes", {"note_id": f"t{n}"}, {"text": text * (n % 7 + 1)})
    store.checkpoint()
    wrapped = wrapped_key(house, customer)
    settle(house)
    assert found_in(house, pieces(wrapped)) != set()  # the search finds what is there
    assert found_in(house, pieces(branch.encode())) != set()
    assert found_in(house, pieces(text.encode())) == set()  # never written in the clear

    with store.write() as tx:
        assert tx.destroy_key(customer, 1)
        tx.remove("notes", {"customer_id": customer})
        tx.remove("customers", {"customer_id": customer})
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", n, customer_id=f"later-{n}") for n in range(1000, 1100)])
    store.scrub()
    settle(house)
    assert found_in(house, pieces(wrapped)) == set()
    assert found_in(house, pieces(branch.encode())) == set()
    assert found_in(house, pieces(text.encode())) == set()
    with store.read() as tx:
        assert tx.count("notes") == 460
        assert tx.one("notes", note_id="t50") == ledger_row("notes", 50, customer_id="other-50")
        assert tx.one("person_keys", customer_id=customer)["wrapped"] is None  # that there was one is kept


def test_an_older_copy_of_the_files_opens_what_the_key_opened(lite, tmp_path):
    """The limit of an erasure: a backup from before it still holds the wrapped key, and the bank's key opens it."""
    store = lite.open()
    with store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1, customer_id="C1")])
    store.close()
    backup = tmp_path / "backup.db"
    backup.write_bytes(lite.place.read_bytes())
    with store.write() as tx:
        tx.destroy_key("C1", 1)
    store.scrub()
    lite.place = backup
    with lite.open().read() as tx:
        assert tx.one("notes", note_id="t1")["text"] == "t1"
