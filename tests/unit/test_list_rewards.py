"""What came of lists, by hand: answers, purchases by whatever way, costs, and the horizon."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
import small_bank

from zhike.measure.list_rewards import list_rewards

AT = dt.date(2026, 3, 31)
ACTIONS = pl.DataFrame(
    [
        ("card:K1:app", "K1", "sale", 1000, 10), ("card:K1:phone", "K1", "sale", 1200, 50), ("fund:F1:app", "F1", "sale", 500, 10),
        ("review:phone", None, "care", 300, 40), ("no_action", None, "none", 0, 0),
    ],
    schema=["action_id", "product_id", "kind", "worth", "cost"], orient="row",
)  # fmt: skip
LISTS = pl.DataFrame(
    [
        (0, 0, "d1", "A", "card:K1:app"), (0, 1, "d2", "A", "review:phone"), (1, 0, "d3", "B", "card:K1:phone"),
        (2, 0, None, "C", "no_action"), (3, 0, "d4", "D", "unknown:app"),
    ],
    schema=["row", "place", "decision_id", "customer_id", "action_id"], orient="row",
)  # fmt: skip


def response(name, customer, action, outcome, decision=None, day="2026-04-10"):
    return {"response_id": name, "decision_id": decision, "customer_id": customer, "action_id": action,
            "responded_on": day, "outcome": outcome}  # fmt: skip


def holding(name, customer, product, since):
    return {"holding_id": name, "customer_id": customer, "product_id": product, "valid_from": since}


def came(outcome, responses=(), holdings=(), days=30, lists=LISTS):
    tables = small_bank.bank(responses=list(responses), holdings=list(holdings))
    return list_rewards(tables, small_bank.TIMEZONE, AT, days, lists, ACTIONS, outcome)


def test_without_any_answer_contacts_cost():
    for outcome in ("acquired", "accepted"):
        found = came(outcome)
        np.testing.assert_array_equal(found.values, [[-10, -40], [-50, 0], [0, 0], [0, 0]])
        assert (found.answers, found.hits.tolist()) == (0, [False] * 4)


def test_accepted_counts_at_its_place_and_blocked_costs_nothing():
    answers = [
        response("r1", "A", "review:phone", "accepted", "d2"), response("r2", "B", "card:K1:phone", "blocked", "d3"),
        response("r3", "A", "card:K1:app", "refused", "d1"),
    ]  # fmt: skip
    found = came("accepted", answers)
    np.testing.assert_array_equal(found.values, [[-10, 260], [0, 0], [0, 0], [0, 0]])
    assert (found.answers, found.hits.tolist()) == (3, [True, False, False, False])


def test_a_sale_accepted_counts_once_it_is_had():
    answers = [response("r1", "B", "card:K1:phone", "accepted", "d3")]
    assert came("accepted", answers).values[1, 0] == 1150
    assert came("acquired", answers).values[1, 0] == -50
    bought = came("acquired", answers, [holding("h", "B", "K1", "2026-04-12")])
    assert bought.values[1, 0] == 1150


def test_acquired_counts_what_nobody_offered_too():
    """The largest worth of the product, at the end of the list, and once however many contracts."""
    begun = [
        holding("h1", "C", "K1", "2026-04-30"), holding("h2", "C", "K1", "2026-04-02"), holding("h3", "C", "X9", "2026-04-02"),
        holding("h4", "A", "F1", "2026-04-02"),
    ]  # fmt: skip
    found = came("acquired", (), begun)
    np.testing.assert_array_equal(found.values, [[-10, 460], [-50, 0], [1200, 0], [0, 0]])
    assert found.hits.tolist() == [True, False, True, False]
    assert came("accepted", (), begun).values[2, 0] == 0


@pytest.mark.parametrize(("since", "counts"), [("2026-03-31", False), ("2026-04-01", True), ("2026-04-30", True), ("2026-05-01", False)])  # fmt: skip
def test_the_horizon(since, counts):
    assert came("acquired", (), [holding("h", "C", "K1", since)]).hits[2] == counts


def test_a_contract_from_before_that_changed_is_not_new():
    rows = [
        holding("h", "C", "K1", "2026-01-01"),
        holding("h", "C", "K1", "2026-04-05") | {"status": "blocked"},
    ]
    assert not came("acquired", (), rows).hits.any()


def test_an_answer_belongs_to_the_decision_it_names_else_to_customer_and_action():
    unnamed = [response("r1", "B", "card:K1:phone", "accepted")]
    assert came("accepted", unnamed).values[1, 0] == 1150
    other = [response("r1", "B", "card:K1:phone", "accepted", "another")]
    assert came("accepted", other).answers == 0
    late = [response("r1", "B", "card:K1:phone", "accepted", "d3", "2026-05-01")]
    assert came("accepted", late).answers == 0
    assert came("accepted", late, days=31).answers == 1


def test_an_answer_to_one_place_of_a_list_is_none_to_the_others():
    """Decisions in real time have one number for the whole list."""
    whole = LISTS.with_columns(
        decision_id=pl.when(pl.col("row") == 0).then(pl.lit("d1")).otherwise("decision_id")
    )
    answers = [
        response("r1", "A", "review:phone", "accepted", "d1"),
        response("r2", "B", "card:K1:app", "blocked", "d3"),
    ]
    found = came("accepted", answers, lists=whole)
    np.testing.assert_array_equal(found.values, [[-10, 260], [0, 0], [0, 0], [0, 0]])
    assert found.answers == 2
