"""The bank's key file: made once with the store, for its owner alone, and missed loudly."""

import json
import stat

import pytest
from ledger_rows import ledger_row

from zhike.adapters.store import create_keys, load_keys
from zhike.adapters.store.keys import keys_path
from zhike.core.store_errors import StoreKeysError


def test_keys_are_made_with_the_store_for_their_owner_alone(house):
    house.open()
    assert stat.S_IMODE(house.keys.stat().st_mode) == 0o600
    content = json.loads(house.keys.read_text("utf-8"))
    assert content["format"] == "zhike-keys/1"
    assert len(bytes.fromhex(content["master"])) == len(bytes.fromhex(content["audit_seed"])) == 32
    assert content["master"] != content["audit_seed"]


def test_every_opening_finds_the_same_keys(house):
    first = house.open().keys
    assert house.open().keys == first
    assert first.audit_seed == load_keys(house.keys).audit_seed
    assert first.master.hex() not in repr(first)


def test_a_store_without_its_key_file_is_not_opened(house):
    house.open()
    house.keys.unlink()
    with pytest.raises(StoreKeysError, match="made with the database"):
        house.open()
    assert not house.keys.exists()  # new keys would open nothing


def test_keys_of_another_store_are_refused(house, tmp_path):
    house.open()
    create_keys(tmp_path / "other.keys")
    with pytest.raises(StoreKeysError, match="keys of another store"):
        house.open(keys=tmp_path / "other.keys")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o620, 0o610])
def test_a_key_file_that_others_reach_is_refused(lite, mode):
    lite.open()
    lite.keys.chmod(mode)
    with pytest.raises(StoreKeysError, match=f"mode {mode:04o}"):
        lite.open()
    lite.keys.chmod(0o400)
    lite.open()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\x00", b"[]", b"null", b"{}", b'{"format": "zhike-keys/1"}',
        b'{"format": "zhike-keys/2", "master": "%s", "audit_seed": "%s"}' % (b"00" * 32, b"00" * 32),
        b'{"format": "zhike-keys/1", "master": "%s", "audit_seed": "%s"}' % (b"00" * 31, b"00" * 32),
        b'{"format": "zhike-keys/1", "master": "%s", "audit_seed": "%s"}' % (b"zz" * 32, b"00" * 32),
        b'{"format": "zhike-keys/1", "master": 5, "audit_seed": "%s"}' % (b"00" * 32),
    ],
)  # fmt: skip
def test_a_damaged_key_file_is_refused(lite, content):
    lite.open()
    lite.keys.write_bytes(content)
    with pytest.raises(StoreKeysError, match="damaged"):
        lite.open()


def test_a_key_file_is_never_written_over(tmp_path):
    first = create_keys(tmp_path / "keys")
    with pytest.raises(StoreKeysError, match="without a key file"):
        create_keys(tmp_path / "keys")
    assert load_keys(tmp_path / "keys") == first
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]
    with pytest.raises(StoreKeysError):
        create_keys(tmp_path / "absent" / "keys")


def test_keys_lie_where_they_are_said_to(tmp_path, monkeypatch):
    monkeypatch.delenv("ZHIKE_KEYS", raising=False)
    database = tmp_path / "ledger.db"
    assert keys_path(database, None) == tmp_path / "ledger.db.keys"
    assert keys_path(None, tmp_path / "k") == tmp_path / "k"
    with pytest.raises(StoreKeysError, match="ZHIKE_KEYS"):
        keys_path(None, None)
    monkeypatch.setenv("ZHIKE_KEYS", str(tmp_path / "named"))
    assert keys_path(database, None) == keys_path(None, None) == tmp_path / "named"
    assert keys_path(database, tmp_path / "k") == tmp_path / "k"


def test_keys_beside_the_database_are_found(tmp_path, monkeypatch):
    from zhike.adapters.store import open_store

    monkeypatch.delenv("ZHIKE_KEYS", raising=False)
    for _ in range(2):
        with open_store(tmp_path / "ledger.db") as store, store.write() as tx:
            tx.insert("jobs", [ledger_row("jobs", tx.count("jobs"))])
    assert {path.name for path in tmp_path.iterdir()} == {"ledger.db", "ledger.db.keys"}


def test_derived_keys_differ_by_purpose_and_by_master(tmp_path):
    one, two = create_keys(tmp_path / "one"), create_keys(tmp_path / "two")
    derived = {keys.derived(purpose) for keys in (one, two) for purpose in ("bank", "wrap")}
    assert len(derived) == 4
    assert not derived & {one.master, two.master}
    assert one.fingerprint != two.fingerprint
