"""A history at a glance: what is in force and since when, and which proposal still waits."""

import datetime as dt
import typing

from learnt_models import NOW

from zhike.core.language import LANGUAGES
from zhike.learn.model_history import ModelStep, StepKind, crowning_step, next_step
from zhike.learn.model_summary import STEP_WORDS, summary_of


def history(*kinds):
    steps = []
    for day, (kind, version) in enumerate(kinds):
        step = ModelStep(0, NOW + dt.timedelta(days=day), kind, version, ("anna",), "")
        steps.append(next_step(steps, step))
    return steps


def test_what_was_rolled_back_to_is_in_force_since_then():
    kept = [
        ("kept", "a1"),
        ("promoted", "a1"),
        ("kept", "b2"),
        ("promoted", "b2"),
        ("rolled_back", "a1"),
        ("kept", "c3"),
    ]
    found = summary_of("attrition", history(*kept), NOW)
    assert found == {
        "name": "attrition", "versions": ["a1", "b2", "c3"], "champion": "a1", "since": "2026-07-04T09:00:00+00:00",
        "open_proposal": None, "steps": 6,
    }  # fmt: skip


def test_before_the_first_promotion_nothing_is_in_force():
    only = history(("kept", "a1"))
    assert crowning_step(only) is None
    assert (summary_of("attrition", only, NOW)["champion"], summary_of("attrition", only, NOW)["since"]) == (
        None,
        None,
    )


def test_every_kind_of_step_has_its_word():
    assert set(STEP_WORDS) == set(typing.get_args(StepKind))
    for language in LANGUAGES:
        assert len({text.in_language(language) for text in STEP_WORDS.values()}) == len(STEP_WORDS)
