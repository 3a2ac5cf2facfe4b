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
