"""Random answers never trap, never skip what is asked, and a sheet that was kept goes on as if it had not been."""

import datetime as dt
import json

import made_up_survey as made
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import AnswerError
from zhike.measure.surveys import (
    End,
    accept,
    next_page,
    open_sheet,
    read_questionnaire,
    resumed,
    score,
    shown_page,
    walk,
)
from zhike.measure.surveys.exploring import random_sheet
from zhike.measure.surveys.wording import UNKNOWN

AT = dt.date(2026, 11, 27)
BOOK = load_rulebook()
FOUND = [made.everything()] + [
    read_questionnaire(v) for v in BOOK.in_force("instruments", "questionnaire", AT)
]
SEEDS = st.integers(0, 10**6)


@given(st.sampled_from(FOUND), SEEDS, st.booleans())
@settings(max_examples=60)
def test_a_random_sheet_ends_with_everything_answered(questionnaire, seed, elder):
    sheet, pages = random_sheet(questionnaire, seed, elder=elder)
    assert next_page(questionnaire, sheet) == End(complete=True)
    asks = walk(questionnaire, sheet).asks
    assert {ask.key for ask in asks} == set(sheet.answers)
    assert all(sheet.answers[ask.key] is not None for ask in asks if ask.question.required)
    assert not elder or all(ask.question.short for ask in asks)
    for page, before in pages:
        assert not any(UNKNOWN in one.text for one in shown_page(questionnaire, before, page)[1])


@given(st.sampled_from(FOUND), SEEDS)
@settings(max_examples=40)
def test_a_sheet_that_was_kept_goes_on_as_before(questionnaire, seed):
    _, pages = random_sheet(questionnaire, seed)
    for page, before in pages[:: max(1, len(pages) // 5)]:
        again = resumed(questionnaire, json.loads(json.dumps(before.to_json())))
        assert again == before
        assert next_page(questionnaire, again) == page


@given(st.sampled_from(FOUND), SEEDS, SEEDS)
@settings(max_examples=40)
def test_whatever_is_changed_what_is_left_is_still_asked(questionnaire, seed, other):
    """Answers of another sheet thrown at a full one: each is taken or refused, and no answer is left to what is not asked."""
    sheet, _ = random_sheet(questionnaire, seed)
    for key, value in random_sheet(questionnaire, other)[0].answers.items():
        try:
            sheet = accept(questionnaire, sheet, key, value)
        except AnswerError:
            continue
        asks = walk(questionnaire, sheet).keyed()
        assert set(sheet.answers) <= set(asks)
    assert isinstance(next_page(questionnaire, sheet), End) or next_page(questionnaire, sheet).pending


@given(
    st.sampled_from(FOUND),
    SEEDS,
    st.text(max_size=5) | st.integers() | st.floats() | st.lists(st.text(max_size=3)),
)
@settings(max_examples=60)
def test_rubbish_is_refused_or_is_an_answer(questionnaire, seed, rubbish):
    sheet = open_sheet(questionnaire, seed)
    key = next_page(questionnaire, sheet).pending[0]
    try:
        after = accept(questionnaire, sheet, key, rubbish)
    except AnswerError:
        after = sheet
    assert resumed(questionnaire, json.loads(json.dumps(after.to_json()))) == after


@given(st.sampled_from(FOUND), SEEDS)
@settings(max_examples=40)
def test_scores_stay_on_their_scales(questionnaire, seed):
    sheet, _ = random_sheet(questionnaire, seed)
    ends = {"index": (0, 100), "nps": (-100, 100), "top_two": (0, 1), "mean": (0, 10), "gap": (-9, 9)}
    for rule in questionnaire.scores:
        value = score(questionnaire, sheet)[rule.name].value
        if value is not None and rule.way in ends:
            low, high = ends[rule.way]
            assert low <= value <= high


@pytest.mark.parametrize("questionnaire", FOUND, ids=lambda one: one.path)
def test_every_question_comes_up_in_some_random_sheet(questionnaire):
    met = {
        ask.question.name
        for seed in range(60)
        for page, _ in random_sheet(questionnaire, seed)[1]
        for ask in page.asks
    }
    assert met == set(questionnaire.by_name)
