"""What a map leaves open is found and named, and a map that cannot be one is refused."""

import datetime as dt

import pytest

from zhike.adapters.rule_files import load_rulebook, read_text, rulebook_folder
from zhike.core.contracts import CHANNELS
from zhike.core.language import LANGUAGES
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.measure.journeys.lint import lint, promised
from zhike.measure.journeys.reading import read_journey
from zhike.measure.rule_kinds import READERS

BOOK = load_rulebook()
AT = dt.date(2026, 11, 27)
MAPS = [version.path for version in BOOK.in_force("journeys", "journey", AT)]
LOAN = "journeys/loan.yaml"
PLANTED = [
    ("            owner: product_owner\n", "", "no_owner", "loan_calculator"),
    ("owner: product_owner\n", "owner: nobody\n", "owner_unknown", "nobody"),
    ("            promise: standard.touchpoint_promises:page_answers\n", "", "no_promise", "loan_calculator"),
    ("touchpoint_promises:page_answers", "touchpoint_promises:soon", "promise_unknown", "soon"),
    ("promise: standard.touchpoint_promises:", "promise: standard.promises:", "promise_unknown", "standard.promises"),
    ("            often: 2\n", "", "no_frequency", "loan_calculator"),
    ("            metric: journey_pulse:loan_rated@loan_calculator\n", "", "no_metric", "loan_calculator"),
    ("loan_rated@loan_calculator", "liked@loan_calculator", "metric_unknown", "liked"),
    ("journey_pulse:overall", "journey_pulse:loan_met", "metric_unknown", "loan_met"),
    ("unmet.plain_words", "unmet.magic", "metric_unknown", "magic"),
    ("scale: {min: 1, max: 5}", "scale: {min: 1, max: 7}", "scale_other", "from 1 to 7"),
    ("        unserved: true\n", "", "stage_empty", "wait"),
    ("      - id: apply\n", "      - id: apply\n        unserved: true\n", "stage_served", "apply"),
    ("            channel: app\n            owner: product_owner\n            promise: standard.touchpoint_promises:loan_payout",
     "            channel: branch\n            activities: [signing]\n            owner: product_owner\n            promise: standard.touchpoint_promises:loan_payout",
     "activity_twice", "payout"),
    ('zh-Hans: "贷款计算器"', 'zh-Hans: "Loan calculator"', "untranslated", "loan_calculator"),
    # What cannot be a map.
    ("channel: web", "channel: fax", "rule_invalid", "fax"),
    ("      - id: sign\n", "      - id: apply\n", "rule_invalid", "apply twice"),
    ("          - id: signing\n", "          - id: documents\n", "rule_invalid", "documents twice"),
    ("often: 2\n", "often: -1\n", "rule_invalid", "often -1"),
    ("moment_of_truth: false", "moment_of_truth: perhaps", "rule_invalid", "perhaps"),
    ("wanted: journey_pulse:unmet.plain_words", "wanted: journey_pulse:unmet.plain_words, stage: later", "rule_invalid", "later"),
    ("scale: {min: 1, max: 5}", "scale: {min: 5, max: 1}", "rule_invalid", "min below max"),
    ("    overall: journey_pulse:overall\n", "", "rule_invalid", "no overall"),
    ("        activities: [documents_asked_again, status_question]\n", "        activities: []\n", "rule_invalid", "activities"),
]  # fmt: skip


def changed(old, new):
    """Return the findings of the rulebook's map of the loan with one change in its text."""
    text = (rulebook_folder() / LOAN).read_text("utf-8")
    assert old in text
    entry = parse_entry("journeys.loan", read_text(text.replace(old, new, 1), LOAN))
    book = Rulebook({**BOOK.entries, entry.path: entry})
    return lint(book, entry.versions[0])


@pytest.mark.parametrize(("old", "new", "code", "named"), PLANTED, ids=[f"{p[2]}-{n}" for n, p in enumerate(PLANTED)])  # fmt: skip
def test_a_planted_fault_is_found_and_named(old, new, code, named):
    found = [problem for problem in changed(old, new) if problem.code == code]
    assert any(named in problem.path or named in problem.sentence.en for problem in found), found
    for problem in found:
        assert len({problem.sentence.in_language(language) for language in LANGUAGES}) == 3


def test_the_map_without_a_fault_has_no_finding():
    assert changed("kind: journey", "kind: journey") == []


def test_there_are_maps_of_what_a_bank_does_most():
    assert [f"journeys.{name}" for name in ("account_opening", "complaint", "everyday_payments", "loan", "wealth_advice")] == MAPS  # fmt: skip


@pytest.mark.parametrize("path", MAPS)
def test_every_touchpoint_can_be_measured_and_has_a_promise_in_three_languages(path):
    journey = read_journey(BOOK.at(path, AT))
    assert any(one.moment_of_truth for one in journey.touchpoints)
    for one in journey.touchpoints:
        assert one.channel in CHANNELS
        value = promised(BOOK, one.promise, AT)
        assert "title" not in value or set(value["title"]) == set(LANGUAGES)


@pytest.mark.parametrize(
    "case",
    [
        {"touchpoint": "nowhere", "expect": {"owner": "x"}},
        {"stage": "nowhere", "expect": {"touchpoints": []}},
        {"touchpoint": "documents", "expect": {"colour": "red"}},
        {"expect": "a map"},
    ],
)
def test_a_case_about_what_is_not_there_says_what_is(case):
    from zhike.core.errors import RuleError

    with pytest.raises(RuleError, match=r"nowhere|expect"):
        READERS["journey"](BOOK, BOOK.at("journeys.loan", AT), {"name": "n", "at": AT, **case})
