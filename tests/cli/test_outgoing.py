"""`zhike batch` and `zhike deliver`: what they print, what they leave behind, with which exit code they leave."""

import json
import secrets
import shutil

import pytest
import served_bank

from zhike.act.acting import Acting
from zhike.act.consents import ConsentAnswer, answer_consent
from zhike.act.turns import take_turn
from zhike.adapters.clock import SystemClock
from zhike.adapters.rule_files import rulebook_folder
from zhike.adapters.store.engine import open_store

DELIVERERS = "values: {2026-01-01: {channels: {adviser: {deliverer: file, path: adviser.jsonl}}}}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A store of a bank that is served, with a file of deliverers beside it."""
    for name in ("ZHIKE_STORE", "ZHIKE_DELIVERERS", "ZHIKE_KEYS"):
        monkeypatch.delenv(name, raising=False)
    served_bank.Served(tmp_path).close()
    (tmp_path / "deliverers.yaml").write_text(DELIVERERS, "utf-8")
    return tmp_path


def store_of(folder):
    return ["--store", folder / "zhike.db"]


def test_a_batch_from_asking_to_its_result(zhike, folder):
    asked = zhike("batch", "submit", "--all", *store_of(folder))
    assert asked.code == 0
    assert asked.out.endswith(": 10 customers wait\n")
    assert zhike("batch", "run", *store_of(folder)).out == "decisions made: 10; studies answered: 0\n"
    shown = zhike("batch", "show", *store_of(folder), "--json").json
    assert [(one["state"], one["result"]["done"]) for one in shown] == [("done", 10)]
    name = shown[0]["job_id"]
    assert zhike("batch", "show", name, *store_of(folder), "--json").json == shown
    heads, row = zhike("batch", "show", *store_of(folder)).out.splitlines()[-2:]
    assert heads == "batch\tstate\tcustomers\tdone\tasked for"
    assert row.split("\t")[:4] == [name, "done", "10", "10"]


def test_customers_come_from_a_file(zhike, folder):
    names = folder / "names.txt"
    names.write_text("C02\n\n  C01  \nC02\n", "utf-8")
    told = zhike(
        "batch", "submit", "--customers", names, "--direction", "inbound", *store_of(folder), "--json"
    ).json
    assert (told["result"]["customers"], told["direction"], told["state"]) == (2, "inbound", "waiting")
    assert zhike("batch", "run", *store_of(folder), "--json").json == {"decisions": 2, "studies": 0}


def test_a_file_of_customers_may_begin_with_a_mark_and_is_utf_8(zhike, folder):
    names = folder / "names.txt"
    names.write_bytes(b"\xef\xbb\xbfC02\r\nC01\r\n")
    assert zhike("batch", "submit", "--customers", names, *store_of(folder)).code == 0
    zhike("batch", "run", *store_of(folder))
    (told,) = zhike("batch", "show", *store_of(folder), "--json").json
    assert (told["result"]["done"], told["result"]["skipped"]) == (2, {})
    names.write_bytes("C02\n客户\n".encode("gbk"))
    refused = zhike("batch", "submit", "--customers", names, *store_of(folder))
    assert refused.code == 2
    assert "byte 4 is no UTF-8" in refused.err


def test_what_is_decided_with_deliverers_goes_out_with_them(zhike, folder):
    """Adviser is a channel without hours of its own: what is offered over it goes whatever the time is."""
    carriers = ["--deliverers", folder / "deliverers.yaml"]
    zhike("batch", "submit", "--all", *store_of(folder))
    zhike("batch", "run", *carriers, *store_of(folder))
    with served_bank.open_store(folder / "zhike.db") as store, store.read() as tx:
        waiting = [one["content"]["offer_id"] for one in tx.find("outbox")]
        over = [one["offer_id"] for one in tx.find("offers", {"channel": "adviser"})]
    assert sorted(waiting) == sorted(over)
    assert waiting
    told = zhike("deliver", *carriers, *store_of(folder), "--json").json
    assert told == {"sent": len(waiting), "later": 0, "retried": 0, "failed": 0, "blocked": 0}
    lines = [json.loads(line) for line in (folder / "adviser.jsonl").read_text("utf-8").splitlines()]
    assert sorted(one["content"]["offer_id"] for one in lines) == sorted(waiting)
    assert zhike("deliver", *carriers, *store_of(folder)).out == (
        "sent 0, put off 0, to be tried again 0, failed 0, held back 0\n"
    )


def test_the_file_of_deliverers_may_be_named_by_the_environment(zhike, folder, monkeypatch):
    monkeypatch.setenv("ZHIKE_DELIVERERS", str(folder / "deliverers.yaml"))
    zhike("batch", "submit", "--all", *store_of(folder))
    zhike("batch", "run", *store_of(folder))
    assert zhike("deliver", *store_of(folder), "--json").json["sent"] > 0


@pytest.mark.parametrize(
    "words", [["--all", "--customers", "names.txt"], [], ["--all", "--direction", "upwards"]]
)
def test_what_cannot_be_asked_for(zhike, folder, words):
    answer = zhike("batch", "submit", *words, *store_of(folder), "--json")
    assert (answer.code, json.loads(answer.err)["error"]["code"]) == (2, "usage")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["batch", "submit", "--customers", "nowhere.txt"], "input_not_found"), (["batch", "show", "b-none"], "record_not_found"),
        (["deliver", "--deliverers", "nowhere.yaml"], "input_not_found"), (["batch", "run", "--deliverers", "nowhere.yaml"], "input_not_found"),
    ],
)  # fmt: skip
def test_what_is_not_there(zhike, folder, words, code):
    answer = zhike(*words, *store_of(folder), "--json")
    assert (answer.code, json.loads(answer.err)["error"]["code"]) == (2, code)


def test_one_process_at_a_time(zhike, folder):
    zhike("batch", "submit", "--all", *store_of(folder))
    with served_bank.open_store(folder / "zhike.db") as store:
        assert take_turn(
            Acting(store, SystemClock(), secrets.token_bytes), "batches", "somebody else", 3_600_000_000
        )
    answer = zhike("batch", "run", *store_of(folder), "--json")
    assert (answer.code, json.loads(answer.err)["error"]["code"]) == (2, "state_conflict")


WAVE = "[{wave: yearly, instrument: csat, channels: [adviser], by: tier, places: 3}]"


def test_customers_are_asked_once_a_day_and_the_message_goes_out(zhike, folder):
    """Adviser is a channel without hours of its own, as above; the clock is the machine's."""
    rules = folder / "rules"
    shutil.copytree(rulebook_folder(), rules)
    waves = rules / "surveys" / "waves.yaml"
    waves.write_text(waves.read_text("utf-8").replace("2026-01-01: []", f"2026-01-01: {WAVE}"), "utf-8")
    asked = ["surveys", "ask", *store_of(folder), "--rulebook", rules]
    carriers = ["--deliverers", folder / "deliverers.yaml"]
    refused = zhike(*asked)
    assert refused.code == 2
    assert "no channel with a deliverer" in refused.err
    with open_store(folder / "zhike.db", create=False) as store:
        acting = Acting(store, SystemClock(), secrets.token_bytes)
        for name in ("C01", "C02"):
            answer_consent(acting, ConsentAnswer(name, "clerk", "survey", "all", "given", {"form": "branch"}))
    told = zhike(*asked, *carriers, "--json").json
    assert told["waves"] == 1
    counts = {(one["wave"], one["reason"]): one["customers"] for one in told["rounds"]}
    assert counts == {
        ("yearly", "asked"): 1,
        ("yearly", "asked_at_random"): 1,
        ("yearly", "not_permitted"): 8,
        ("reminders", "too_early"): 2,
    }
    assert zhike(*asked, *carriers).out == "1 waves in force, 0 rounds now\n"
    assert zhike(*asked, *carriers, "--lang", "zh-Hans").out == "生效批次 1 个，本次执行 0 轮\n"
    zhike("deliver", *store_of(folder), *carriers)
    lines = [json.loads(line) for line in (folder / "adviser.jsonl").read_text("utf-8").splitlines()]
    assert [line["topic"] for line in lines] == ["survey.invited"] * 2
    assert all(line["content"]["path"].startswith("/me/#") for line in lines)


def test_nobody_is_asked_before_anything_is_published(zhike, folder):
    with open_store(folder / "empty.db"):
        pass
    refused = zhike(
        "surveys", "ask", "--store", folder / "empty.db", "--deliverers", folder / "deliverers.yaml"
    )
    assert refused.code == 2
    assert "no active publication" in refused.err
