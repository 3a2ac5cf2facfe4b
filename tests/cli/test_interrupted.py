"""`zhike publish` that is interrupted leaves no store where there was none, serves what it served before, and says so."""

import os
import signal
import subprocess
import sys

import decide_bank
import pytest

from zhike.adapters.store import open_store

AT = str(decide_bank.AT)


def interrupt(*_given, **_more):
    raise KeyboardInterrupt


def served(place):
    with open_store(place, create=False) as store, store.read() as tx:
        return [row["number"] for row in tx.find("publications", {"state": "active"})]


SLOW = """
import time
from zhike.adapters import publishing
from zhike.cli.main import main
publishing.archive_of = lambda *_given: (print("ready", flush=True), time.sleep(600))
main()
"""
"""A publication that takes its time over the archive."""


def test_nothing_is_left_where_there_was_no_store(bank, tmp_path):
    place = tmp_path / "zhike.db"
    whole = [
        sys.executable,
        "-c",
        SLOW,
        "publish",
        str(bank),
        "--at",
        AT,
        "--store",
        str(place),
        "--lang",
        "en",
    ]
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = subprocess.Popen(whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=path)
    assert running.stdout.readline() == "ready\n"
    assert place.exists()
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130, told
    assert told == "Interrupted. Nothing was published: what is served is as it was.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "zh-Hant"])
def test_what_was_served_is_served_on(zhike, bank, tmp_path, monkeypatch, lang):
    place = tmp_path / "zhike.db"
    assert zhike("publish", bank, "--at", AT, "--store", place).code == 0
    keys = (tmp_path / "zhike.db.keys").read_bytes()
    monkeypatch.setattr("zhike.act.publications._activated", interrupt)
    answer = zhike("publish", bank, "--at", AT, "--store", place, "--lang", lang)
    assert answer.code == 130
    assert {"en": "Nothing was published", "zh-Hans": "未发布任何内容", "zh-Hant": "未發布任何內容"}[
        lang
    ] in answer.err
    assert served(place) == [1]
    assert (tmp_path / "zhike.db.keys").read_bytes() == keys
    monkeypatch.undo()
    monkeypatch.setenv("ZHIKE_LANG", "en")
    assert zhike("publish", bank, "--at", AT, "--store", place).code == 0


def test_a_publication_that_is_served_by_then_is_said_to_be(zhike, bank, tmp_path, monkeypatch):
    place = tmp_path / "zhike.db"
    monkeypatch.setattr("zhike.adapters.publishing.note_identities", interrupt)
    answer = zhike("publish", bank, "--at", AT, "--store", place)
    assert (answer.code, answer.err[:41]) == (130, "Interrupted. Publication 1 is served, but")
    assert served(place) == [1]


def test_an_interruption_is_no_json(zhike, bank, tmp_path, monkeypatch):
    monkeypatch.setattr("zhike.act.publications._activated", interrupt)
    answer = zhike("publish", bank, "--at", AT, "--store", tmp_path / "zhike.db", "--json")
    assert (answer.code, answer.out, answer.err) == (130, "", "")
    assert list(tmp_path.iterdir()) == []
