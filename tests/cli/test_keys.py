"""`zhike keys`: fingerprints and never a key, in three languages; an exchange from the command line."""

import json

import pytest
from ledger_rows import ledger_row

from zhike.adapters.store import load_keys, open_store


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.delenv("ZHIKE_KEYS", raising=False)
    with open_store(tmp_path / "zhike.db") as store, store.write() as tx:
        tx.insert("notes", [ledger_row("notes", 1)])
    return tmp_path / "zhike.db"


def secrets_of(place):
    keys = load_keys(place.with_name("zhike.db.keys"))
    return keys.master.hex(), keys.audit_seed.hex()


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "zh-Hant"])
def test_no_key_is_shown(zhike, place, lang):
    for words in (["keys", "show"], ["keys", "rotate"], ["keys", "show"], ["keys", "show", "--json"]):
        before = secrets_of(place)
        done = zhike(*words, "--store", str(place), "--lang", lang)
        assert done.code == 0, done.err
        assert not any(secret in done.out + done.err for secret in (*before, *secrets_of(place)))


def test_an_exchange_is_told(zhike, place):
    first = json.loads(zhike("keys", "show", "--store", str(place), "--json").out)
    told = json.loads(zhike("keys", "rotate", "--audit-seed", "--store", str(place), "--json").out)
    assert (told["persons"], told["resumed"]) == (1, False)
    shown = json.loads(zhike("keys", "show", "--store", str(place), "--json").out)
    assert shown["master"] == told["master"] != first["master"]
    assert shown["audit_key"] == told["audit_key"] != first["audit_key"]
    assert shown["audit_keys_before"] == [first["audit_key"]]
    assert first["audit_keys_before"] == shown["exchanging"] == []
    assert shown["master_at"] >= first["master_at"]


def test_the_key_that_is_printed_verifies_the_trail_after_it_was_exchanged(zhike, place, tmp_path):
    for _ in range(2):
        assert zhike("audit", "sign", "--store", str(place)).code == 0
        assert zhike("keys", "rotate", "--audit-seed", "--store", str(place)).code == 0
    trail, key = tmp_path / "trail.jsonl", tmp_path / "bank.key"
    assert zhike("audit", "export", trail, "--store", str(place)).code == 0
    key.write_text(zhike("audit", "key", "--store", str(place)).out, "utf-8")
    told = zhike("audit", "verify", trail, "--public-key", key)
    assert told.code == 0, told.out
