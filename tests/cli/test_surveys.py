"""``zhike surveys``: what each command prints, its exit codes, and what it refuses."""

import pytest
import yaml

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
CALLS = {
    "list": ["surveys", "list", "--at", "2026-11-27"],
    "show": ["surveys", "show", "ces"],
    "lint": ["surveys", "lint", "nps"],
    "simulate": ["surveys", "simulate", "nps", "--sheets", "20"],
    "simulate --answer": ["surveys", "simulate", "nps", "--answer", "recommend=6"],
}


@pytest.mark.parametrize("name", CALLS)
def test_every_command_speaks_three_languages(zhike, name):
    spoken = [zhike(*CALLS[name], "--lang", language) for language in LANGUAGES]
    assert {(answer.code, answer.err) for answer in spoken} == {(0, "")}
    assert len({answer.out for answer in spoken}) == 3


@pytest.mark.parametrize("name", [name for name in CALLS if name != "list"])
def test_every_command_has_one_json_document(zhike, name):
    assert zhike(*CALLS[name], "--json").json


def test_given_answers_are_played(zhike):
    answer = zhike(
        "surveys", "simulate", "touchpoint_pulse", "--answer", "touchpoints=branch,app", "--lang", "zh-Hant"
    )
    assert answer.code == 0
    assert answer.out.splitlines()[:5] == [
        "題目\t作答",
        'touchpoints\t["branch", "app"]',
        "下一頁",
        "題目\t題型\t題幹",
        "satisfied@branch\trating\t您對「分行」滿意嗎？",
    ]


def test_parts_are_given_as_json(zhike):
    parts = '{"functional": 1, "dysfunctional": 5}'
    answer = zhike(
        "surveys", "simulate", "kano_service", "--elder", "--answer", f"calls_back={parts}", "--json"
    )
    assert answer.json["sheet"]["answers"] == {"calls_back": {"functional": 1, "dysfunctional": 5}}
    assert zhike("surveys", "simulate", "kano_service", "--answer", "calls_back={1").code == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["simulate", "nps", "--answer", "recommend=11"], 2, "a whole number from 0 to 10"),
        (["simulate", "nps", "--answer", "recommend"], 2, "a question, = and its answer"),
        (["show", "npss"], 2, "instruments.npss"),
        (["list", "--at", "27.11.2026"], 2, "27.11.2026"),
    ],
)
def test_misuse_is_told(zhike, words, code, said):
    answer = zhike("surveys", *words, "--lang", "en")
    assert answer.code == code
    assert said in answer.err
    assert answer.out == ""


def test_lint_leaves_with_1_where_something_is_wrong(zhike, tmp_path, repository_rulebook):
    file = tmp_path / "rulebook" / "instruments" / "nps.yaml"
    repository_rulebook(tmp_path / "rulebook")
    text = file.read_text("utf-8")
    file.write_text(
        text.replace("What pleased you?", "What pleased you and whom?", 1).replace(
            "recommend <= 6", "recommend < 0", 1
        ),
        "utf-8",
    )
    assert yaml.safe_load(file.read_text("utf-8"))
    answer = zhike("surveys", "lint", "nps", "--rulebook", str(tmp_path / "rulebook"), "--lang", "en")
    assert answer.code == 1
    assert "instruments.nps:disappointed\tunreachable" in answer.out
    assert answer.out.splitlines()[-1] == "1 questionnaires, 1 problems"
    listed = zhike("surveys", "list", "--rulebook", str(tmp_path / "rulebook"), "--json")
    assert [one["instrument"] for one in listed.json] == ["nps"]
    checked = zhike("rules", "check", "--rulebook", str(tmp_path / "rulebook"), "--json")
    assert checked.code == 1
    assert [(one["path"], one["code"]) for one in checked.json["problems"]] == [
        ("instruments.nps:disappointed", "unreachable")
    ]


@pytest.fixture
def repository_rulebook():
    import shutil

    from zhike.adapters.rule_files import rulebook_folder

    def copied(target):
        """Copy the lists of words and times, and one questionnaire."""
        shutil.copytree(rulebook_folder() / "surveys", target / "surveys")
        (target / "instruments").mkdir()
        for file in (rulebook_folder() / "instruments").glob("nps.*"):
            shutil.copy(file, target / "instruments")

    return copied


def test_answers_are_imported_and_load(zhike, tmp_path):
    file = tmp_path / "answers.csv"
    head = "survey_id,customer_id,answered_on,mode,recommend,call_back\n"
    file.write_text(f"{head}S1,C1,2026-03-02,tablet,6,yes\nS2,C2,2026-03-02,,11,\n", "utf-8")
    out = tmp_path / "extract"
    words = ["surveys", "import", str(file), "--instrument", "nps", "--out", str(out)]
    answer = zhike(*words, "--json")
    assert answer.code == 3
    assert (answer.json["surveys"], answer.json["answers"], answer.json["rejects"]) == (2, 4, 1)
    assert answer.json["rejected"][0]["code"] == "out_of_range"
    assert zhike(*words).code == 2  # the folder is there
    (out / "customers.csv").write_text("customer_id,valid_from\nC1,2020-01-01\nC2,2020-01-01\n", "utf-8")
    loaded = zhike("init", str(tmp_path / "bank"), "--from", "csv", str(out), "--json")
    assert loaded.code == 0
    assert zhike(*words[:-1], str(tmp_path / "other"), "--form", "paper").code == 2
    spoken = {zhike(*words[:-1], str(tmp_path / language), "--lang", language).out for language in LANGUAGES}
    assert len(spoken) == 3


def test_quotas_are_told_as_the_store_has_them(zhike, tmp_path):
    import datetime as dt

    import made_up_survey as made

    from zhike.adapters.store.engine import open_store

    folder, store = tmp_path / "rules", str(tmp_path / "zhike.db")
    (folder / "instruments").mkdir(parents=True)
    (folder / "instruments" / "panel.yaml").write_text(
        yaml.safe_dump(made.panel(), allow_unicode=True), "utf-8"
    )
    until = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    row = {"instrument": "instruments.panel", "quota": "young", "recorded_at": 0, "state": "held"}
    with open_store(tmp_path / "zhike.db") as opened, opened.write() as tx:
        tx.insert(
            "survey_places",
            [
                {**row, "sheet_id": "s1", "held_until": int(until.timestamp()) * 1_000_000},
                {**row, "sheet_id": "s2", "held_until": 1},
            ],
        )
    words = ["surveys", "quotas", "--store", store, "--rulebook", str(folder)]
    told = {
        one["quota"]: (one["taken"], one["held"], one["left"])
        for one in zhike(*words, "--json").json["quotas"]
    }
    assert told == {"young": (0, 1, 0), "silver": (0, 0, 1)}
    assert len({zhike(*words, "--lang", language).out for language in LANGUAGES}) == 3
    assert (
        zhike("surveys", "quotas", "--store", store, "--lang", "en").out
        == "no questionnaire in force has a quota\n"
    )


@pytest.mark.parametrize(("encoding", "separator"), [("utf-8-sig", ","), ("gb18030", ";"), ("utf-16", "\t")])
def test_answers_are_imported_as_spreadsheets_write_them(zhike, tmp_path, encoding, separator):
    file = tmp_path / "answers.csv"
    lines = "survey_id,customer_id,answered_on,mode,recommend,disappointed\r\nS1,C1,2026-03-02,tablet,6,等候太久\r\n"
    file.write_bytes(lines.replace(",", separator).encode(encoding))
    out = tmp_path / "extract"
    answer = zhike("surveys", "import", str(file), "--instrument", "nps", "--out", str(out), "--json")
    assert (answer.code, answer.json["answers"], answer.json["unused"]) == (0, 3, [])
    assert "等候太久" in (out / "answers.csv").read_text("utf-8")


def test_sheets_of_the_store_are_measured_and_lead_to_nobody(zhike, tmp_path):
    import heard_bank as heard
    import polars as pl
    import served_bank

    out = str(tmp_path / "answers.csv")
    with served_bank.Served(tmp_path / "bank") as bank:
        who = [row["customer_id"] for row in heard.people(bank.store, 65)]
        heard.hear(bank.acting, "nps", dict(zip(who, heard.nps(65), strict=True)))
        store = str(next((tmp_path / "bank").glob("*.db")))
        words = ["surveys", "export", "nps", "--store", store, "--out", out]
        told = zhike(*words, "--json").json
        assert (told["sheets"], told["held"], told["least"]) == (60, 5, 10)
        assert "disappointed" in told["left_out"]
        table = pl.read_csv(out)
        assert table.columns == told["columns"]
        assert not set(table.columns) & {"customer_id", *told["left_out"]}
        # Branch and tier stand where ten share both, and in no other sheet.
        shared = table.group_by("branch", "tier").len().drop_nulls()
        assert shared["len"].min() >= 10
        assert table["branch"].null_count() == told["coarse"] > 0
        assert "138 0013" not in (tmp_path / "answers.csv").read_text("utf-8")
        assert (
            zhike("measure", "nps", out, "--question", "recommend", "--bootstrap", "0", "--json").json["n"]
            == 60
        )
        assert len({zhike(*words, "--lang", language).out for language in LANGUAGES}) == 3
        assert zhike(*words, "--from", "2031-01-01", "--json").json["sheets"] == 0
    assert zhike(*words[:-1], str(tmp_path / "nowhere" / "x.csv")).code == 2
