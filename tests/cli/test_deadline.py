"""Transcripts of deadlines: the keys that are promises, what people read in three languages, and what is refused."""

import json
import shutil

import pytest
from deadline_cases import TOLD, event

from zhike.adapters.rule_files import rulebook_folder

CASE = ("--regime", "cn-cbirc-2020-3", "--received", "2026-02-02")
PROMISED = {"id", "legal_due", "safe_due", "computable", "reason", "reference"}


@pytest.fixture(scope="module")
def few_rules(tmp_path_factory):
    """Folder with the rules of complaints alone: a call that reads them all takes ten times as long."""
    folder = tmp_path_factory.mktemp("rules")
    for name in ("calendars", "cn/complaints", "uk/complaints"):
        shutil.copytree(rulebook_folder() / name, folder / name)
    return folder


@pytest.fixture
def deadline(zhike, few_rules, monkeypatch):
    monkeypatch.setenv("ZHIKE_RULEBOOK", str(few_rules))
    return lambda *words: zhike("deadline", *words)


def test_the_promised_keys_are_there(deadline):
    told = deadline(*CASE, "--json").json
    assert {"regime", "version", "clocks"} <= set(told)
    assert (told["regime"], told["version"]) == ("cn-cbirc-2020-3", "2020-03-01")
    assert all(set(clock) >= PROMISED for clock in told["clocks"])
    decide = told["clocks"][0]
    assert {name: decide[name] for name in sorted(PROMISED)} == {
        "computable": True, "id": "decide", "legal_due": "2026-02-24", "reason": None,
        "reference": "CBIRC Order 2020-3 (银行业保险业消费投诉处理管理办法)", "safe_due": "2026-02-14",
    }  # fmt: skip
    waiting = told["clocks"][1]
    assert (waiting["legal_due"], waiting["computable"], waiting["code"]) == (None, False, "not_started")
    assert waiting["reason"]


def test_the_list_names_regimes_and_clocks(deadline):
    told = {one["id"]: one for one in deadline("--list", "--json").json["regimes"]}
    assert told["uk-disp"]["clocks"] == [
        "summary_resolution", "final_response", "payment_response", "payment_exceptional_response", "ombudsman_referral",
    ]  # fmt: skip
    assert (told["cn-2026-draft"]["enabled"], told["cn-2026-draft"]["clocks"]) == (False, [])
    assert told["cn-cbrc-2012"]["until"] == "2020-03-01"
    for language, word in (
        ("en", "draft, not enabled"),
        ("zh-Hans", "草案，未启用"),
        ("zh-Hant", "草案，未啟用"),
    ):
        assert word in deadline("--list", "--lang", language).out


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["legal date", "that day is not counted", "the legal date is 2026-02-24"]),
        ("zh-Hans", ["法定期限", "当日不计入", "顺延至 2026-02-24", "最后一个工作日为 2026-02-14"]),
        ("zh-Hant", ["法定期限", "當日不計入", "順延至 2026-02-24", "最後一個工作日為 2026-02-14"]),
    ],
)
def test_people_read_every_step_in_their_language(deadline, language, words):
    answer = deadline(*CASE, "--lang", language)
    assert (answer.code, answer.err) == (0, "")
    assert [word for word in words if word not in answer.out] == []


def test_the_hour_at_which_business_closes_is_shown(deadline):
    answer = deadline("--regime", "uk-disp", "--received", "2026-12-18", "--lang", "en")
    assert "2026-12-23 17:00" in answer.out


def test_events_are_read_from_json_and_from_yaml(deadline, tmp_path):
    events = [
        event("2026-02-10", "assessed", complexity="complex"),
        event("2026-02-20", "informed", notice=TOLD),
    ]
    as_json, as_yaml = tmp_path / "case.json", tmp_path / "case.yaml"
    as_json.write_text(json.dumps(events), "utf-8")
    as_yaml.write_text(
        "- {at: 2026-02-10T10:00:00+08:00, event: assessed, complexity: complex}\n"
        f"- {{at: 2026-02-20T10:00:00+08:00, event: informed, notice: {{channel: written, sha256: {TOLD['sha256']}}}}}\n",
        "utf-8",
    )
    one, other = (
        deadline(*CASE, "--events", str(file), "--at", "2026-03-01", "--json").json
        for file in (as_json, as_yaml)
    )
    assert one == other
    decide, window = one["clocks"][:2]
    assert (decide["state"], decide["in_time"], decide["legal_due"]) == ("stopped", True, "2026-03-04")
    assert (window["state"], window["legal_due"]) == ("running", "2026-03-23")


def test_what_is_to_come_is_a_question_and_a_past_day_knows_none_of_it(deadline, tmp_path):
    """An extension on New Year's Eve three years on is looked at as if it had been made; as of the receipt it has not."""
    file = tmp_path / "case.json"
    longer = {"to": "special", "approver": "superior_institution", "reason": "an expert", "notice": TOLD}
    events = [
        event("2029-12-20", "assessed", complexity="complex"),
        event("2029-12-31", "extended", **longer),
    ]
    file.write_text(json.dumps(events), "utf-8")
    asked = deadline(*CASE[:2], "--received", "2029-12-10", "--events", str(file), "--json").json
    decide = asked["clocks"][0]
    assert (asked["at"], decide["length"], decide["code"]) == ("2029-12-31T10:00:00+08:00", 60, "not_covered")
    file.write_text(json.dumps([event("2026-02-10", "assessed", complexity="complex")]), "utf-8")
    then = deadline(*CASE, "--events", str(file), "--at", "2026-02-09", "--json").json
    assert then["clocks"][0]["length"] == 15


def test_a_replay_knows_nothing_that_came_later(deadline, tmp_path):
    file = tmp_path / "case.json"
    file.write_text(json.dumps([event("2026-02-20", "withdrawn")]), "utf-8")
    states = [
        deadline(*CASE, "--events", str(file), "--at", day, "--json").json["clocks"][0]["state"]
        for day in ("2026-02-19", "2026-02-20")
    ]
    assert states == ["running", "stopped"]


@pytest.mark.parametrize(
    ("regime", "time", "offset", "due"),
    [
        ("cn-cbirc-2020-3", "2026-02-02T23:59:59.999", "+08:00", "2026-02-24"),
        ("uk-disp", "2026-10-25T01:30", "+01:00", "2026-10-28"),  # shown twice: the first is the earlier
        ("uk-disp", "2026-10-25T02:00", "+00:00", "2026-10-28"),
        ("uk-disp", "2026-12-18T23:30", "+00:00", "2026-12-23"),
    ],
)
def test_a_time_without_offset_is_one_of_the_regimes_zone(deadline, tmp_path, regime, time, offset, due):
    file = tmp_path / "case.json"
    file.write_text(json.dumps([{"at": time, "event": "acknowledged"}]), "utf-8")
    told, other = (
        deadline("--regime", regime, "--received", one, "--events", str(file), "--json").json
        for one in (time, time + offset)
    )
    assert told["received"] == other["received"]
    assert (told["received"][-6:], told["clocks"][0]["legal_due"]) == (offset, due)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--regime", "nowhere", "--received", "2026-02-02"), "'nowhere'"),
        (("--regime", "cn-2026-draft", "--received", "2026-11-27"), "draft"),
        (("--regime", "cn-cbirc-2020-3", "--received", "2020-02-29"), "2020-03-01"),
        (("--regime", "cn-cbrc-2012", "--received", "2020-03-01"), "replaces it"),
        (("--regime", "cn-cbirc-2020-3", "--received", "yesterday"), "a day such as"),
        (("--regime", "cn-cbirc-2020-3", "--received", "2026-02-30"), "a day such as"),
        (("--regime", "us-cfpb", "--received", "9999-12-31"), "a day such as"),
        (("--regime", "uk-disp", "--received", "2026-03-29T01:30"), "that clocks in Europe/London show"),
        ((*CASE, "--complexity", "hard"), "simple or complex or special"),
        ((*CASE, "--at", "2026-02-01"), "receipt"),
        ((*CASE, "--at", "2999-01-01"), "a day to come"),
        ((*CASE, "--events", "nowhere.yaml"), "nowhere.yaml"),
        (("--regime", "cn-cbirc-2020-3"), "--received"),
        ((), "--regime, --received"),
    ],
)
def test_what_cannot_be_computed_is_refused_in_words(deadline, words, found):
    answer = deadline(*words, "--lang", "en")
    assert (answer.code, answer.out) == (2, "")
    assert found in answer.err


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"- {at: 2026-02-10T09:00:00+08:00, event: resumed}", "in event 1"),
        (b"- {at: 9999-12-31T23:59:59-12:00, event: answered}", "offset"),
        (b"- {at: 2026-02-10, event: answered}", "offset"),
        (b"- {at: '2026-02-10', event: answered}", "offset"),
        (b"at,event\n2026-02-10T09:00,answered", "found text that is no list"),
        (b"", "found nothing"),
        (b"- {at: [", "case.yaml"),
        (b"event: answered", "a list of events"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"- &a {at: 2026-02-10T09:00:00+08:00, event: answered}\n- *a", "parts of itself"),
    ],
)
def test_events_that_cannot_be_read_are_refused(deadline, tmp_path, content, found):
    file = tmp_path / "case.yaml"
    file.write_bytes(content)
    answer = deadline(*CASE, "--events", str(file), "--lang", "en")
    assert (answer.code, answer.out) == (2, "")
    assert found in answer.err
