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
    checked = zhike("rules", "check", "--rulebook", str(tmp_path / "rulebook"), "--json")
    assert checked.code == 1
    assert [(one["path"], one["code"]) for one in checked.json["problems"]] == [
        ("instruments.nps:disappointed", "unreachable")
    ]


@pytest.fixture
def repository_rulebook():
    import shutil

    from zhike.adapters.rule_files import rulebook_folder

    return lambda target: shutil.copytree(rulebook_folder(), target)
