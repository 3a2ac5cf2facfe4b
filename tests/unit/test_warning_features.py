"""What warnings go by, whom they are of, and the outcomes that they should have been given for."""

import datetime as dt

import pytest
import small_bank

from zhike.adapters.rule_files import load_rulebook
from zhike.know.rules import archive_rules
from zhike.learn.attrition import attrition
from zhike.learn.dissatisfaction import dissatisfaction
from zhike.learn.warning_features import FEATURE_WORDS, features_for, warning_features
from zhike.learn.warning_rules import WarningRules
from zhike.learn.windows import OutcomeWindow
from zhike.learn.withdrawal import withdrawal

AT, TIMEZONE = dt.date(2026, 6, 30), small_bank.TIMEZONE
RULEBOOK = load_rulebook()
RULES = archive_rules(RULEBOOK, AT), WarningRules.of(RULEBOOK, AT)
WINDOW = OutcomeWindow(dt.date(2026, 3, 31), dt.date(2026, 4, 15), AT)


def customer(name, **more):
    return {"customer_id": name, "currency": "CNY", **more}


def owns(name, **more):
    tie = {
        "relationship_id": f"{name}:own",
        "customer_id": name,
        "object_type": "account",
        "object_id": f"A{name}",
        "role": "owner",
    }
    return {**tie, **more}


def account(name):
    return {"account_id": f"A{name}", "currency": "CNY"}


def booked(name, balances):
    """Return the bookings that lead to balances, by day of booking."""
    before, rows = 0, []
    for day, balance in balances.items():
        rows.append(
            {"transaction_id": f"{name}{day}", "account_id": f"A{name}", "booked_on": day, "amount": balance - before,
             "balance_after": balance, "currency": "CNY"}
        )  # fmt: skip
        before = balance
    return rows


def answered(name, day, question, score, survey="S1"):
    return {
        "survey_id": survey,
        "customer_id": name,
        "question": question,
        "score": score,
        "answered_on": day,
    }


def features(at=AT, **tables):
    found = warning_features(small_bank.bank(**tables), at, TIMEZONE, RULES)
    assert found.columns == ["customer_id", *FEATURE_WORDS]
    return {row["customer_id"]: row for row in found.iter_rows(named=True)}


def test_only_customers_who_are_and_may_be_profiled_have_a_row():
    refusal = {
        "consent_id": "1",
        "customer_id": "b",
        "purpose": "profiling",
        "channel": "app",
        "status": "withdrawn",
    }
    other = {
        "consent_id": "2",
        "customer_id": "c",
        "purpose": "marketing",
        "channel": "app",
        "status": "withdrawn",
    }
    people = [customer("a"), customer("b"), customer("c"), customer("d", customer_type="inactive")]
    found = features(customers=people, consents=[refusal, other])
    assert set(found) == {"a", "c"}
    assert (found["a"]["consents_withdrawn_count"], found["c"]["consents_withdrawn_count"]) == (0, 1)


def test_balances_are_told_against_what_is_usual_for_the_customer():
    found = features(
        customers=[customer("a"), customer("b")], relationships=[owns("a")], accounts=[account("a")],
        transactions=booked("a", {"2026-01-28": 1_000, "2026-06-29": 200}),
    )  # fmt: skip
    mean = (5 * 1_000 + 200) / 6
    assert found["a"]["balance_against_mean"] == pytest.approx((200 - mean) / mean, rel=1e-3)
    assert found["a"]["balance_low_share"] == pytest.approx(200 / mean, rel=1e-3)
    assert found["a"]["net_flow_share"] == pytest.approx(4 * -800 / 1_000)
    assert found["a"]["penalty_paid"] is False
    unknown = ("balance_against_mean", "net_flow_share", "penalty_paid", "salary_seen")
    assert {found["b"][name] for name in unknown} == {None}


def test_a_ratio_to_next_to_nothing_is_cut():
    rows = booked("a", {"2026-01-28": 1, "2026-06-30": -90_000})
    found = features(
        customers=[customer("a")], relationships=[owns("a")], accounts=[account("a")], transactions=rows
    )
    assert found["a"]["net_flow_share"] == -10.0


def test_the_latest_survey_of_a_year_speaks_and_questions_of_other_things_do_not():
    first, second, third = RULES[1].satisfaction_questions
    answers = [
        answered("a", "2026-01-10", first, 2.0), answered("a", "2026-05-10", first, 8.0, "S2"), answered("a", "2026-05-11", second, 9.0, "S2"),
        answered("a", "2026-05-11", "Q99", 1.0, "S2"), answered("b", "2025-06-29", third, 3.0),
    ]  # fmt: skip
    found = features(customers=[customer("a"), customer("b")], answers=answers)
    assert (found["a"]["satisfaction_told"], found["b"]["satisfaction_told"]) == (8.5, None)


def test_what_customers_say_is_told_to_no_warning_but_that_of_dissatisfaction():
    said = {"complaints_open", "complaints_365d", "satisfaction_told"}
    assert said <= set(features_for("dissatisfaction")) == set(FEATURE_WORDS)
    for warning in ("attrition", "withdrawal"):
        assert set(features_for(warning)) == set(FEATURE_WORDS) - said


def outcomes(found):
    return dict(found.select("customer_id", "outcome").iter_rows())


def test_who_leaves_in_the_window_has_left_and_who_left_before_is_not_asked():
    ends = {"a": None, "b": "2026-05-01", "c": "2026-04-01"}
    ties = [owns(name, valid_to=end) for name, end in ends.items()]
    tables = small_bank.bank(customers=[customer(name) for name in "abcd"], relationships=ties)
    assert outcomes(attrition(tables, WINDOW, TIMEZONE, AT)) == {"a": False, "b": True, "d": False}
    later = small_bank.bank(customers=[customer("a")], relationships=[owns("a", valid_to="2026-07-05")])
    assert outcomes(attrition(later, WINDOW, TIMEZONE, dt.date(2026, 12, 31))) == {"a": False}


def test_money_is_withdrawn_where_the_month_ends_of_the_window_fall_by_half():
    after = {"a": 500, "b": 510, "c": 0}
    rows = [
        row for name, left in after.items() for row in booked(name, {"2026-01-28": 1_000, "2026-04-20": left})
    ]
    gone = [
        customer("c", valid_to="2026-05-31"),
        customer("c", customer_type="inactive", valid_from="2026-06-01"),
    ]
    tables = small_bank.bank(
        customers=[*(customer(name) for name in "abd"), *gone], relationships=[owns(name) for name in "abcd"],
        accounts=[account(name) for name in "abcd"], transactions=rows,
    )  # fmt: skip
    assert outcomes(withdrawal(tables, WINDOW, TIMEZONE, RULES[0], 0.5)) == {"a": True, "b": False}


def test_who_says_so_in_the_window_is_dissatisfied_and_who_does_not_answer_is_not_judged():
    first, second, _ = RULES[1].satisfaction_questions
    answers = [
        answered("a", "2026-05-01", first, 7.0), answered("a", "2026-06-01", second, 5.0), answered("b", "2026-05-01", first, 6.1),
        answered("c", "2026-04-01", first, 1.0), answered("d", "2026-05-01", first, None),
    ]  # fmt: skip
    tables = small_bank.bank(customers=[customer(name) for name in "abcde"], answers=answers)
    assert outcomes(dissatisfaction(tables, WINDOW, TIMEZONE, AT, RULES[1])) == {"a": True, "b": False}


def test_an_answer_to_another_survey_shows_dissatisfaction_too():
    """One point of five for a matter, or a recommendation below seven of ten, as the rule has it; neither is mixed into the mean of the index."""
    first = RULES[1].satisfaction_questions[0]
    answers = [
        answered("a", "2026-05-01", "satisfied", 2.0), answered("b", "2026-05-01", "satisfied", 3.0), answered("c", "2026-05-01", "recommend", 6.0),
        answered("d", "2026-05-01", first, 9.0), answered("d", "2026-05-02", "satisfied", 3.0), answered("e", "2026-05-01", "else", 1.0),
    ]  # fmt: skip
    tables = small_bank.bank(customers=[customer(name) for name in "abcde"], answers=answers)
    found = outcomes(dissatisfaction(tables, WINDOW, TIMEZONE, AT, RULES[1]))
    assert found == {"a": True, "b": False, "c": True, "d": False}
