"""Answers to surveys go when they are old: own words first, then sheets and invitations; of customers, of kiosks, and of call-backs."""

from functools import partial

import decide_bank
import pytest

from zhike.act.survey_retention import SurveyDays, drop_old_answers
from zhike.core.errors import RuleError
from zhike.govern.audit_events import AuditEvent
from zhike.measure.surveys.versions import own_words

DAYS = SurveyDays(partial=30, kiosk_words=100, words=300, whole=1000)
SAID = "My neighbour Li at number 7 told me."
VERSION = "instruments.csat@2026-01-01"


def sheet(words, survey=VERSION):
    answers = {"satisfied": 1, "why": "waiting", "words": words}
    return {
        "version": survey,
        "seed": 1,
        "language": "en",
        "mode": "web",
        "elder": False,
        "given": {},
        "answers": answers,
    }


def put(bank, name="u1", state="complete", survey=VERSION):
    """Put a sheet of a customer, one of a kiosk, an invitation and a call-back with words."""
    now = bank.clock.now()
    kept = {
        "survey": survey,
        "state": state,
        "answer": sheet(SAID, survey),
        "scores": {"csat": 0.0},
        "changed_at": now,
        "recorded_at": now,
    }
    of = {"customer_id": "C01", "recorded_at": now, "actor": "customer"}
    with bank.store.write() as tx:
        tx.insert(
            "survey_answers", [{**kept, **of, "answer_id": name, "invitation_id": f"s{name}", "mode": "web"}]
        )
        tx.insert("kiosk_sheets", [{**kept, "sheet_id": f"k{name}", "kiosk_id": "b1", "branch": "north"}])
        tx.insert("survey_invitations", [{
            **of, "invitation_id": f"s{name}", "survey": survey, "mode": "web", "seed": 1, "state": "answered", "reminders": 0,
            "lapses_at": now, "changed_at": now, "given": {},
        }])  # fmt: skip
        tx.insert("loops", [{
            **of, "loop_id": f"l{name}", "invitation_id": f"s{name}", "trigger": "csat.satisfied", "detail": {"value": 1, "words": SAID},
            "due_at": now, "state": "closed", "result": {"action": "Done", "words": SAID},
        }])  # fmt: skip


def drop(bank):
    return drop_old_answers(bank.acting, DAYS, partial(own_words, decide_bank.SHIPPED), "keeper")


def answers(bank, table):
    return [row["answer"]["answers"] for row in bank.rows(table)]


def test_own_words_go_before_the_sheets_and_those_of_kiosks_first(bank):
    put(bank)
    bank.clock.later(days=99)
    assert drop(bank) == {"words": 0, "sheets": 0, "invitations": 0}
    bank.clock.later(days=1)
    assert drop(bank) == {"words": 1, "sheets": 0, "invitations": 0}
    without = {"satisfied": 1, "why": "waiting", "words": None}
    assert answers(bank, "kiosk_sheets") == [without]
    assert answers(bank, "survey_answers")[0]["words"] == SAID
    bank.clock.later(days=200)
    assert drop(bank)["words"] == 1
    assert answers(bank, "survey_answers") == [without]
    (loop,) = bank.rows("loops")
    assert (loop["detail"], loop["result"]) == ({"value": 1, "words": ""}, {"action": "Done", "words": ""})
    assert drop(bank)["words"] == 0  # what has none any more is not opened again
    told = bank.rows("audit_entries", {"stream": "privacy"})
    assert {row["event"] for row in told} == {AuditEvent.DATA_ERASED}
    assert len(told) == 2


def test_half_filled_sheets_and_old_ones_go_whole(bank):
    put(bank)
    put(bank, "u2", state="partial")
    bank.clock.later(days=30)
    assert drop(bank) == {"words": 0, "sheets": 2, "invitations": 0}
    assert [row["answer_id"] for row in bank.rows("survey_answers")] == ["u1"]
    bank.clock.later(days=970)
    assert drop(bank) == {"words": 2, "sheets": 2, "invitations": 2}
    for table in ("survey_answers", "kiosk_sheets", "survey_invitations"):
        assert bank.rows(table) == []


def test_of_a_questionnaire_that_nobody_knows_any_more_all_texts_go(bank):
    put(bank, survey="instruments.gone@2020-01-01")
    bank.clock.later(days=300)
    assert drop(bank)["words"] == 2
    assert answers(bank, "survey_answers") == [{"satisfied": 1, "why": None, "words": None}]


def test_what_had_to_be_written_leaves_a_dash(bank):
    put(bank)
    bank.clock.later(days=300)
    drop_old_answers(bank.acting, DAYS, lambda _: {"words": True}, "keeper")
    assert answers(bank, "survey_answers")[0]["words"] == "–"


@pytest.mark.parametrize(
    "value",
    [
        {"words": 3},
        {"partial": 1, "kiosk_words": 1, "words": -1, "whole": 1},
        {"partial": 1, "kiosk_words": 1, "words": "x", "whole": 1},
    ],
)
def test_days_that_are_none_are_refused(value):
    raw = decide_bank.document("parameter", value, unit="days")
    version = decide_bank.rulebook(privacy__survey_days=raw).entry("privacy.survey_days").versions[-1]
    with pytest.raises(RuleError, match="whole numbers"):
        SurveyDays.of(version)
