"""Questionnaires: what is read, what is asked next, what is refused, what a sheet scores."""

import datetime as dt
import json

import made_up_survey as made
import pytest

from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import AnswerError, RuleError
from zhike.core.language import LANGUAGES
from zhike.core.rule_cases import run_case
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.measure.surveys import (
    NOT_APPLICABLE,
    End,
    Page,
    accept,
    counted,
    next_page,
    open_sheet,
    pass_over,
    read_questionnaire,
    resumed,
    score,
    shown_page,
    walk,
)
from zhike.measure.surveys.cases import READERS, played
from zhike.measure.surveys.filling import taken_up
from zhike.measure.surveys.lint import findings
from zhike.measure.surveys.questionnaire import NO_ANSWERS
from zhike.measure.surveys.rows import answer_rows

EVERYTHING = made.everything()


def opened(questionnaire=EVERYTHING, **more):
    return open_sheet(questionnaire, more.pop("seed", 1), **more)


def keys(questionnaire, sheet, filled=None):
    return [ask.key for ask in walk(questionnaire, sheet, filled or {}).asks]


def pending(questionnaire, sheet, filled=None):
    page = next_page(questionnaire, sheet, filled or {})
    return page if isinstance(page, End) else list(page.pending)


def test_a_page_is_a_block_and_shows_what_its_conditions_let_through():
    assert pending(EVERYTHING, opened()) == ["used", "years", "since"]
    assert pending(EVERYTHING, opened(given={"age": 70})) == ["used", "years", "since", "old"]
    assert pending(EVERYTHING, opened(given={"age": None})) == ["used", "years", "since"]


def test_a_block_is_repeated_for_each_chosen_option_and_reads_its_own_answers():
    sheet = pass_over(EVERYTHING, accept(EVERYTHING, opened(), "used", ["branch", "app"]), ["years", "since"])
    assert pending(EVERYTHING, sheet) == ["liked@app"]
    sheet = accept(EVERYTHING, sheet, "liked@app", 2)
    assert pending(EVERYTHING, sheet) == ["why@app"]
    sheet = accept(EVERYTHING, accept(EVERYTHING, sheet, "why@app", "slow"), "liked@branch", 5)
    assert "why@branch" not in keys(EVERYTHING, sheet)
    assert next_page(EVERYTHING, sheet).block.name in ("one", "two")


def test_what_excludes_all_others_is_no_turn_of_the_loop():
    sheet = pass_over(EVERYTHING, accept(EVERYTHING, opened(), "used", ["none"]), ["years", "since"])
    assert not [key for key in keys(EVERYTHING, sheet) if "@" in key]
    assert "again" not in keys(EVERYTHING, sheet)


def test_choices_are_carried_forward():
    sheet = accept(EVERYTHING, opened(), "used", ["app", "phone"])
    asks = walk(EVERYTHING, sheet).keyed()
    assert asks["best"].offered == ("app", "phone")
    assert asks["missed"].offered == ("branch",)
    all_of_them = accept(EVERYTHING, opened(), "used", ["app", "branch", "phone"])
    assert "missed" not in keys(EVERYTHING, all_of_them)


FILLED = {
    "used": ["app"], "liked@app": 4, "first": 5, "second": 2, "third": 4, "gap": {"expected": 5, "perceived": 3},
    "trait": {"functional": 1, "dysfunctional": 5}, "best": "app", "table": {"speed": 3, "price": NOT_APPLICABLE},
    "share": {"speed": 75, "price": 25}, "again": 5,
}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_a_whole_sheet_ends_and_scores(seed):
    sheet = played(EVERYTHING, opened(seed=seed), FILLED)
    assert next_page(EVERYTHING, sheet) == End(complete=True)
    assert {name: one.value for name, one in score(EVERYTHING, sheet).items()} == {
        "mood": pytest.approx((5 + 4 + 4) / 3), "gaps": -2.0, "speed": 100.0, "price": 1.0, "whole": 75.25,
    }  # fmt: skip


def test_a_score_wants_half_of_its_answers():
    found = score(EVERYTHING, played(EVERYTHING, opened(), {"used": ["none"]}))
    assert (found["mood"].value, found["mood"].answered, found["mood"].asked) == (None, 0, 3)
    assert found["whole"].value is None


def test_an_answer_that_is_changed_drops_what_is_no_longer_asked():
    sheet = played(EVERYTHING, opened(), FILLED)
    changed = accept(EVERYTHING, sheet, "used", ["branch"])
    assert set(sheet.answers) - set(changed.answers) == {"liked@app", "best"}
    assert pending(EVERYTHING, changed) == ["liked@branch"]
    assert "share" not in accept(EVERYTHING, sheet, "used", ["none"]).answers


def test_order_follows_from_the_seed_alone():
    orders = {tuple(keys(EVERYTHING, played(EVERYTHING, opened(seed=seed), FILLED))) for seed in range(60)}
    assert len(orders) == 12  # two places of the blocks, six orders of the questions
    sheets = [played(EVERYTHING, opened(seed=3), FILLED) for _ in range(2)]
    assert keys(EVERYTHING, sheets[0]) == keys(EVERYTHING, sheets[1])


def test_a_pick_asks_so_many_of_the_shuffled():
    block = {**made.FULL["blocks"][2], "pick": 2}
    payload = {"scales": made.FULL["scales"], "blocks": [block]}
    found = read_questionnaire(made.version(payload))
    picked = [set(keys(found, opened(found, seed=seed))) for seed in range(20)]
    assert {len(one) for one in picked} == {2}
    assert set.union(*picked) == {"first", "second", "third"}


def test_a_page_holds_so_many_questions():
    sheet = opened()
    sheet = played(
        EVERYTHING, sheet, {k: v for k, v in FILLED.items() if k not in ("best", "table", "share", "again")}
    )
    assert pending(EVERYTHING, sheet) == ["best", "missed"]
    sheet = played(EVERYTHING, sheet, {"best": "app"})
    assert pending(EVERYTHING, pass_over(EVERYTHING, sheet, ["missed"])) == ["table", "share"]


def test_the_short_version_asks_what_is_marked():
    blocks = [
        {
            **made.FULL["blocks"][2],
            "questions": [made.rating("first"), {**made.rating("second"), "short": False}],
        }
    ]
    found = read_questionnaire(made.version({
        "scales": made.FULL["scales"], "blocks": blocks,
        "scores": [{"id": "mood", "title": made.say("Mood"), "way": "mean", "of": ["first", "second"], "least": 2}],
    }))  # fmt: skip
    sheet = accept(found, opened(found, elder=True), "first", 4)
    assert next_page(found, sheet) == End(complete=True)
    assert score(found, sheet)["mood"].value == 4.0
    assert score(found, accept(found, opened(found), "first", 4))["mood"].value is None


def test_a_full_cell_ends_the_sheet():
    sheet = opened(given={"tier": "private"})
    assert isinstance(pending(EVERYTHING, sheet, {"rich": 1}), list)
    sheet = pass_over(EVERYTHING, accept(EVERYTHING, sheet, "used", ["none"]), ["years", "since"])
    assert next_page(EVERYTHING, sheet, {"rich": 2}) == End(complete=False, quota="rich")
    assert isinstance(pending(EVERYTHING, opened(given={"tier": "other"}), {"rich": 2}), list)


def played_panel(found, answers, filled=None, **given):
    return played(found, open_sheet(found, seed=1, given=given), answers, filled or {})


def test_a_cell_by_answers_ends_the_sheet_as_soon_as_it_is_known():
    found = made.read(made.panel())
    sheet = played_panel(found, {"age": 20})
    assert counted(found, sheet) == ("young",)
    assert next_page(found, sheet, {"young": 0}).pending == ("satisfied",)
    assert next_page(found, sheet, {"young": 1}) == End(complete=False, quota="young")
    assert counted(found, sheet, {"young": 1}) == ()  # one that was ended takes no place
    with pytest.raises(AnswerError, match="nothing more"):
        accept(found, sheet, "satisfied", 3, {"young": 1})


def test_a_cell_by_what_is_known_ends_the_sheet_before_the_first_question():
    found = made.read(made.panel(made.quota("north", 3, when="given.branch == 'north'")))
    sheet = open_sheet(found, seed=1, given={"branch": "north"})
    assert next_page(found, sheet, {"north": 3}) == End(complete=False, quota="north")
    assert walk(found, sheet, {"north": 3}).asks == ()
    assert counted(found, sheet, {"north": 2}) == ("north",)


def test_a_full_cell_can_pass_a_section_over():
    found = made.read(made.panel())
    sheet = played_panel(found, {"age": 60, "satisfied": 4, "again": 4}, {"silver": 1})
    assert next_page(found, sheet, {"silver": 1}) == End(complete=True)
    assert counted(found, sheet, {"silver": 1}) == ()  # nobody asked them what the quota counts
    assert next_page(found, sheet, {"silver": 0}).pending == ("advice",)
    assert counted(found, sheet, {"silver": 0}) == ("silver",)


def test_quotas_that_cannot_work_are_found():
    def codes(*more, **changes):
        found = findings(made.read(made.panel(*more, **changes)), made.WORDING, made.TIMING)
        return [(one.code, one.path.partition(":")[2]) for one in found]

    assert codes() == []
    assert codes(made.quota("old", 1, when="age > 98 and age < 30")) == [("quota_unreachable", "old")]
    assert codes(made.quota("teens", 2, when="age < 20")) == [("quotas_overlap", "teens")]
    assert codes(made.quota("teens", 2, when="age < 20", margin="other")) == []
    assert ("quota_of_none", "none") in codes(made.quota("none", 0, when="age == 40"))


def test_a_full_option_is_not_offered_but_stays_where_it_was_chosen():
    full = {"phones": 1}
    assert walk(EVERYTHING, opened(), full).keyed()["used"].offered == ("app", "branch", "none")
    with pytest.raises(AnswerError, match="each once of app, branch, none"):
        accept(EVERYTHING, opened(), "used", ["phone"], full)
    chosen = accept(EVERYTHING, opened(), "used", ["phone"])
    assert walk(EVERYTHING, chosen, full).keyed()["used"].offered == ("app", "branch", "phone", "none")
    assert counted(EVERYTHING, chosen) == ("phones",)
    assert counted(EVERYTHING, opened(given={"tier": "private"})) == ("rich",)


REFUSED = [
    ("used", [], "no answer", "required"),
    ("used", ["app", "app"], "app", "each once of"),
    ("used", ["app", "none"], "none", "none alone"),
    ("used", "boat", "boat", "app, branch"),
    ("years", 81, "81", "a number from 0 to 80"),
    ("years", float("nan"), "nan", "a number"),
    ("years", True, "True", "a number"),
    ("since", "1.2.2026", "1.2.2026", "2026-02-01"),
    ("since", NOT_APPLICABLE, NOT_APPLICABLE, "an answer"),
    ("old", "x" * 21, "21 characters", "20 characters"),
    ("old", 7, "7", "20 characters"),
    ("again", 5, "not asked now", "used, years"),
    ("nothing", 5, "not asked now", "used, years"),
]


@pytest.mark.parametrize(("key", "value", "found", "needed"), REFUSED)
def test_what_is_no_answer_is_refused_and_says_what_would_be(key, value, found, needed):
    sheet = opened(given={"age": 70})
    with pytest.raises(AnswerError) as raised:
        accept(EVERYTHING, sheet, key, value)
    parts = raised.value.parts()
    assert found in parts["found"]
    assert key in parts["found"]
    assert needed in parts["needed"]
    assert sheet.answers == {}
    assert all(raised.value.render(language) for language in LANGUAGES)


LATER = [
    ("first", 6, "from 1 to 5"),
    ("first", 2.5, "from 1 to 5"),
    ("first", "two", "from 1 to 5"),
    ("first", NOT_APPLICABLE, "an answer"),
    ("gap", {"expected": 1}, "expected, perceived"),
    ("gap", {"expected": 1, "perceived": 9}, "from 1 to 5"),
    ("best", "branch", "app"),
    ("table", {"speed": 1}, "speed, price"),
    ("share", {"speed": 50, "price": 49}, "100 points"),
    ("share", {"speed": 101, "price": -1}, "from 0 to 100"),
]


@pytest.mark.parametrize(("key", "value", "needed"), LATER)
def test_answers_with_parts_are_checked_part_by_part(key, value, needed):
    sheet = played(EVERYTHING, opened(), FILLED)
    with pytest.raises(AnswerError) as raised:
        accept(EVERYTHING, sheet, key, value)
    assert needed in raised.value.parts()["needed"]


def test_an_answer_has_one_form_whichever_way_it_came():
    sheet = pass_over(EVERYTHING, accept(EVERYTHING, opened(), "used", "app"), ["years", "since"])
    assert sheet.answers["used"] == ("app",)
    assert accept(EVERYTHING, sheet, "liked@app", "4").answers["liked@app"] == 4
    assert accept(EVERYTHING, sheet, "since", "2020-02-03").answers["since"] == dt.date(2020, 2, 3)


def test_a_sheet_is_continued_from_what_was_kept():
    sheet = played(
        EVERYTHING,
        opened(mode="phone", language="zh-Hant", given={"age": 70.0}),
        {**FILLED, "since": "2020-02-03"},
    )
    kept = json.loads(json.dumps(sheet.to_json()))
    assert resumed(EVERYTHING, kept) == sheet


def test_a_sheet_of_another_version_is_not_continued():
    kept = opened().to_json()
    later = read_questionnaire(made.version(made.value(), dt.date(2026, 7, 1)))
    with pytest.raises(AnswerError, match=r"a sheet of instruments\.everything@2026-07-01"):
        resumed(later, kept)
    with pytest.raises(AnswerError, match="a sheet of"):
        next_page(later, opened())


@pytest.mark.parametrize(
    ("more", "needed"),
    [
        ({"language": "de"}, "en or zh-Hans"),
        ({"mode": "fax"}, "web or tablet"),
        ({"given": {"name": "Li"}}, "tier or age"),
        ({"given": {"age": "old"}}, "a number"),
    ],
)
def test_a_sheet_is_opened_with_what_the_questionnaire_knows(more, needed):
    with pytest.raises(AnswerError, match=needed):
        opened(**more)


def test_earlier_answers_are_piped_in():
    sheet = played(EVERYTHING, opened(), {key: FILLED[key] for key in FILLED if key != "again"})
    _, shown = shown_page(EVERYTHING, sheet, next_page(EVERYTHING, sheet))
    assert [(one.key, one.text) for one in shown] == [("again", "Again app?")]
    assert shown[0].labels == ((1, "at 1"), (5, "at 5"))


def test_a_loop_says_what_it_is_about():
    sheet = pass_over(EVERYTHING, accept(EVERYTHING, opened(), "used", ["branch"]), ["years", "since"])
    assert shown_page(EVERYTHING, sheet, next_page(EVERYTHING, sheet))[0] == "branch"


def changed(place, **more):
    payload = made.value()
    payload["blocks"][place[0]]["questions"][place[1]].update(more)
    return payload


def block_changed(place, **more):
    payload = made.value()
    payload["blocks"][place].update(more)
    return payload


BROKEN = [
    ([], "a mapping"),
    ({"blocks": []}, "a list with something in it"),
    (made.value(colour="red"), "given, scales, blocks"),
    (made.value(scales={"five": {"low": 5, "high": 1, "labels": {}}}), "low below high"),
    (made.value(scales={"five": made.scale(), "kano": {**made.scale(), "labels": {9: {"lean": "neutral", **made.say("x")}}}}), "points from 1 to 5"),
    (made.value(scales={"five": made.scale(leans=("good", "bad")), "kano": made.scale()}), "negative or neutral"),
    (changed((0, 0), kind="guess"), "rating or single"),
    (changed((0, 0), text={"en": "Used", "zh-Hans": "用过"}), "a text in en, zh-Hans, zh-Hant"),
    (changed((0, 0), id="Used"), "small letters"),
    (changed((0, 1), id="used"), "each id once"),
    (changed((2, 0), scale="six"), "five or kano"),
    (changed((0, 1), scale="five"), "no scale"),
    (changed((0, 1), choices=[made.choice("a")]), "no choices"),
    (changed((0, 0), choices=None), "a list with something in it"),
    (changed((3, 0), sides={}), "expected, perceived"),
    (changed((0, 3), when="given.age >= 'old'"), "both sides to be numbers"),
    (changed((0, 3), when="again >= 3"), "a name such as"),
    (changed((0, 3), when="__import__('os')"), "known"),
    (changed((2, 0), when="second == 1"), "a name such as"),  # shuffled: it may come before
    (changed((3, 0), when="first == 1"), "a name such as"),  # the blocks trade places
    (changed((4, 4), when="liked == 1"), "a name such as"),  # a loop's answers stay within it
    (changed((4, 0), carried={"question": "share", "chosen": True}), "used"),
    (changed((4, 0), choices=[made.choice("boat")]), "app or branch"),
    (changed((4, 4), text=made.say("Again {gap}?")), "the name of an earlier question"),
    (changed((4, 4), text=made.say("Again {best}?")), "the same places in every language"),
    (block_changed(1, repeat="years"), "used"),
    (block_changed(0, repeat="used"), "an earlier multiple choice"),
    (made.value(quotas=[made.quota("q", 1)]), "one of them"),
    (made.value(quotas=[made.quota("q", 1, option="used.boat")]), "question and option"),
    (made.value(quotas=[made.quota("q", 1, option="used.app", skip=["end"])]), "is not offered"),
    (made.value(quotas=[made.quota("q", 1.5, when="years > 3")]), "whole numbers"),
    (made.value(quotas=[made.quota("q", 1, when="years > 3", days=0)]), "whole numbers"),
    (made.value(quotas=[made.quota("q", 1, when="years > 3", skip=["nowhere"])]), "start"),
    (made.value(quotas=[made.quota("q", 1, when="years > 3", skip=["start"])]), "a name such as"),
    (made.value(scores=[{"id": "s", "title": made.say("S"), "way": "guess", "of": ["first"]}]), "mean or index"),
    (made.value(scores=[{"id": "s", "title": made.say("S"), "way": "mean", "of": ["fourth"]}]), "again or best"),
    (made.value(scores=[{"id": "s", "title": made.say("S"), "way": "gap", "of": ["first"]}]), "pair"),
    (made.value(scores=[{"id": "s", "title": made.say("S"), "way": "nps", "of": ["first"]}]), "from 0 to 10"),
    (made.value(scores=[*made.FULL["scores"][:4], {**made.FULL["scores"][4], "weights": "first"}]), "a row for each of speed, price"),
    (made.value(given={"tier": "word", "age": "number"}), "number or text"),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "needed"), BROKEN)
def test_what_cannot_be_asked_is_refused_when_it_is_read(payload, needed):
    with pytest.raises(RuleError) as raised:
        read_questionnaire(made.version(payload))
    assert needed in raised.value.parts()["needed"]
    assert str(raised.value.data["path"]).startswith("instruments.everything")
    assert all(raised.value.render(language) for language in LANGUAGES)


def run(case):
    found = made.version(made.value())
    raw = {
        "kind": "questionnaire", "title": made.say("E"), "owner": "q", "last_checked": made.DAY, "status": "provisional",
        "values": {made.DAY: found.value}, "reference": {made.DAY: {"title": "made up"}},
    }  # fmt: skip
    book = Rulebook({"instruments.e": parse_entry("instruments.e", raw)})
    return run_case(book, "instruments.e", {"name": "c", "at": made.DAY, **case}, READERS)


def test_cases_of_a_questionnaire():
    assert run({"answers": {"used": ["none"]}, "expect": {"end": "open", "next": ["years", "since"]}}).passed
    assert run({"answers": FILLED, "expect": {"end": "complete"}}).passed
    assert not run({"answers": FILLED, "expect": {"end": "open"}}).passed
    assert run({"answers": {"years": 99}, "expect": {"refused": "years"}}).passed
    assert run({"answers": {"why@app": "x"}, "expect": {"refused": "why@app"}}).passed
    assert run({"given": {"age": 70}, "expect": {"next": ["used", "years", "since", "old"]}}).passed
    with pytest.raises(RuleError, match="asked or next"):
        run({"expect": {"colour": "red"}})


def test_a_kind_that_nobody_reads_is_told():
    entry = parse_entry("e", {
        "kind": "questionnaire", "title": made.say("E"), "owner": "q", "last_checked": made.DAY, "status": "provisional",
        "values": {made.DAY: {}}, "reference": {made.DAY: {"title": "made up"}},
    })  # fmt: skip
    with pytest.raises(RuleError, match="kind 'questionnaire'"):
        run_case(Rulebook({"e": entry}), "e", {"name": "c", "at": made.DAY, "expect": {}})


@pytest.mark.parametrize(
    "instrument", ["csat", "nps", "ecsi_bank", "servqual_bank", "kano_service", "complaint_handling"]
)
@pytest.mark.parametrize("said", NO_ANSWERS)
def test_on_the_phone_nobody_can_be_made_to_answer_and_what_is_not_said_counts_in_nothing(instrument, said):
    asked = read_questionnaire(load_rulebook().at(f"instruments.{instrument}", dt.date(2026, 11, 27)))
    sheet = opened(asked, mode="phone")
    while isinstance(page := next_page(asked, sheet), Page):
        shown_page(asked, sheet, page)
        for key in page.pending:
            sheet = accept(asked, sheet, key, said)
    assert page.complete
    assert {one.value for one in score(asked, sheet).values()} <= {None}
    assert resumed(asked, json.loads(json.dumps(sheet.to_json()))) == sheet
    assert {words for _, number, words in answer_rows(asked, sheet) if number is None} == {"phone", said}
    first = next(iter(sheet.answers))
    with pytest.raises(AnswerError):
        accept(asked, opened(asked), first, said)  # a page offers neither


def test_what_is_not_said_on_the_phone_is_asked_again_elsewhere():
    nps = read_questionnaire(load_rulebook().at("instruments.nps", dt.date(2026, 11, 27)))
    invited = {"seed": 1, "mode": "web", "given": {}}
    sheet = accept(nps, accept(nps, opened(nps, mode="phone"), "recommend", 3), "disappointed", "refused")
    again = taken_up(nps, invited, sheet.to_json(), "en", mode="web")
    assert (again.mode, dict(again.answers)) == ("web", {"recommend": 3})
    assert taken_up(nps, invited, sheet.to_json(), "en", mode="phone").answers == sheet.answers
    assert taken_up(nps, invited, None, "en", mode="tablet").mode == "tablet"
