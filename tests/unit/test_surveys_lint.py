"""What spoils answers is found, each fault where it was planted and nowhere else."""

import datetime as dt

import made_up_survey as made
import pytest

from zhike.adapters.rule_files import load_rulebook
from zhike.core.language import LANGUAGES
from zhike.core.rulebook import Rulebook
from zhike.measure.surveys import read_questionnaire
from zhike.measure.surveys.exploring import explore, random_sheet
from zhike.measure.surveys.length import minutes_of, minutes_on
from zhike.measure.surveys.lint import findings, lint
from zhike.measure.surveys.simulation import simulated

AT = dt.date(2026, 11, 27)
PLAIN = made.say("How was it?", "怎么样？", "怎麼樣？")


def rating(name, **more):
    return {**made.rating(name), "text": PLAIN, **more}


def codes(questionnaire, **timing):
    found = findings(questionnaire, made.WORDING, {**made.TIMING, **timing})
    assert all(one.sentence.in_language(language) for one in found for language in LANGUAGES)
    return [(one.path.partition(":")[2], one.code) for one in found]


def test_a_sound_questionnaire_has_no_finding():
    assert codes(made.small(rating("a"), rating("b"))) == []
    assert codes(made.everything()) == []


WORDED = [
    ({"en": "Is it fast and cheap?", "zh-Hans": "怎么样？", "zh-Hant": "怎麼樣？"}, ["double_barrelled"]),
    ({"en": "How fast?", "zh-Hans": "速度和价格如何？", "zh-Hant": "速度如何？"}, ["double_barrelled"]),
    ({"en": "How fast?", "zh-Hans": "速度如何？", "zh-Hant": "速度和價格如何？"}, ["double_barrelled"]),
    (
        {
            "en": "How good are the terms and conditions?",
            "zh-Hans": "员工和气吗？",
            "zh-Hant": "員工和氣嗎？",
        },
        [],
    ),
    ({"en": "How good is the brand?", "zh-Hans": "品牌如何？", "zh-Hant": "品牌如何？"}, []),
    ({"en": "How excellent was it?", "zh-Hans": "怎么样？", "zh-Hant": "怎麼樣？"}, ["leading"]),
    ({"en": "How was it?", "zh-Hans": "How was it?", "zh-Hant": "怎麼樣？"}, ["untranslated"]),
    ({"en": "怎么样？", "zh-Hans": "怎么样？", "zh-Hant": "怎麼樣？"}, ["untranslated"]),
]


@pytest.mark.parametrize(("text", "expected"), WORDED)
def test_wording(text, expected):
    assert codes(made.small(rating("a", text=text))) == [("a", code) for code in expected]


def test_a_list_of_options_may_join_but_a_row_of_a_matrix_may_not():
    both = {"id": "x", "text": made.say("speed and price")}
    choice = made.question("a", "multiple", choices=[both, made.choice("y")])
    assert codes(made.small(choice)) == []
    rows = made.question("a", "matrix", scale="five", everyone=True, choices=[both, made.choice("y")])
    assert codes(made.small(rows)) == [("a", "double_barrelled")]


SCALES = [
    ({1: "negative", 5: "positive"}, []),
    ({1: "negative", 2: "negative", 3: "neutral", 4: "positive", 5: "positive"}, []),
    ({1: "negative", 3: "positive", 5: "positive"}, ["unbalanced_scale"]),
    ({1: "negative", 4: "positive"}, ["ends_unnamed"]),
    ({1: "positive", 2: "negative", 4: "positive", 5: "negative"}, ["scale_out_of_order"]),
]


@pytest.mark.parametrize(("leans", "expected"), SCALES)
def test_scales(leans, expected):
    scale = {
        "low": 1,
        "high": 5,
        "labels": {point: {"lean": lean, **made.say("x")} for point, lean in leans.items()},
    }
    found = made.small(rating("a"), scales={"five": scale})
    assert codes(found) == [("a", code) for code in expected]


def test_scales_that_run_against_each_other():
    scales = {"five": made.scale(), "down": made.scale(leans=("positive", "negative"))}
    found = made.small(rating("a"), rating("b", scale="down"), scales=scales)
    assert codes(found) == [("b", "direction_mixed")]


def test_who_is_not_concerned_needs_a_way_out():
    assert codes(made.small(rating("a", everyone=False))) == [("a", "no_way_out")]
    assert codes(made.small(rating("a", everyone=False, not_applicable=True))) == []
    assert codes(made.small(rating("a", everyone=False, required=False))) == []


def test_a_question_that_no_answers_lead_to():
    found = made.small(rating("a"), rating("b", when="a <= 2 and a >= 4"), rating("c", when="a == 3"))
    assert [code for code in codes(found) if code[0] == "b"] == [
        ("b", "unreachable"),
        ("b", "unreachable_short"),
    ]
    assert not [code for code in codes(found) if code[0] == "c"]


def test_a_question_that_the_short_version_never_comes_to():
    found = made.small(rating("a", short=False), rating("b"), rating("c", when="a == 3"))
    assert codes(found) == [("c", "unreachable_short")]
    assert codes(made.small(rating("a", short=False))) == [("", "no_short_version")]


def test_an_answer_that_may_have_been_passed_over_is_not_piped():
    text = made.say("Why {a}?", "为何 {a}？", "為何 {a}？")
    loose = made.small(rating("a", required=False), rating("b", text=text))
    assert codes(loose) == [("b", "piped_unknown")]
    asked = made.small(rating("a", required=False), rating("b", text=text, when="known(a)"))
    assert codes(asked) == []


def test_length():
    long = made.small(*(rating(f"a{n}") for n in range(5)))
    assert minutes_of(long, made.TIMING) == pytest.approx((5 * 7 + 3) / 60)
    assert minutes_of(long, made.TIMING, elder=True) == pytest.approx((5 * 7 + 3) / 60 * 1.5)
    assert codes(long, most_minutes=0.6) == [("", "too_long")]
    assert minutes_on((), made.TIMING) == 0.0


def test_what_breaks_the_schema_is_told_first():
    version = made.version({"blocks": []})
    assert [one.code for one in lint(load_rulebook(), version, AT)] == ["rule_invalid"]
    sound = made.version(made.value())
    assert [one.code for one in lint(Rulebook(), sound, AT)] == ["rule_not_found"]


def test_exploring_gives_up_where_there_are_too_many_ways():
    questions = [rating(f"a{n}") for n in range(3)]
    last = rating("z", when=" and ".join(f"a{n} == {n % 5 + 1}" for n in range(3)))
    found = made.small(*questions, last)
    whole = explore(found, random=0, most=100_000)
    assert whole.whole
    assert "z" in whole.asked
    cut = explore(found, random=0, most=5)
    assert not cut.whole


def test_random_sheets_follow_from_their_seed():
    found = made.everything()
    assert random_sheet(found, 7)[0] == random_sheet(found, 7)[0]
    assert random_sheet(found, 7)[0] != random_sheet(found, 8)[0]


def test_a_simulation_counts():
    found = made.small(rating("a"), rating("b", when="a == 1"))
    result = simulated(found, made.TIMING, 300, seed=5)
    assert (result.sheets, result.ends, result.asked["a"]) == (300, {"complete": 300}, 1.0)
    assert 0.1 < result.asked["b"] < 0.3  # one of five
    assert result.minutes == pytest.approx((10 / 60, 10 / 60, 17 / 60))


def test_every_instrument_of_the_rulebook_has_what_it_is_named_for():
    book = load_rulebook()
    found = {v.path: read_questionnaire(v) for v in book.in_force("instruments", "questionnaire", AT)}
    kinds = {path: [one.kind for one in q.by_name.values()] for path, q in found.items()}
    assert kinds["instruments.ecsi_bank"].count("rating") == 25  # 24 items, one of them in two forms
    assert kinds["instruments.servqual_bank"] == ["pair"] * 22 + ["points"]
    assert kinds["instruments.branch_service"] == ["rating"] * 17
    assert kinds["instruments.kano_service"].count("kano") == 8
    assert kinds["instruments.five_satisfactions"] == ["rating"] * 21
    assert {"nps", "csat", "ces", "touchpoint_pulse", "complaint_handling"} <= {
        p.partition(".")[2] for p in found
    }
