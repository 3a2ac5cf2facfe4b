"""Decisions as lists: notices stand aside, and a list says where it ended."""

import numpy as np
import polars as pl

from zhike.decide.logged_lists import first_chances, list_table, logged_lists

DECISIONS = pl.DataFrame(
    [
        ("1", "A", 1, "notice:post", "mandatory", 1.0),
        ("2", "A", 2, "card:app", "best", 0.9),
        ("3", "A", 3, "fund:app", "explored", 0.2),
        ("4", "B", 1, "no_action", "best", 0.7),
        ("5", "C", 1, "card:app", "best", 0.8),
        ("6", "C", 2, "no_action", "explored", 0.1),
        ("7", "D", 1, "notice:post", "mandatory", 1.0),
        ("8", "E", 1, "fund:app", "best", 0.5),
    ],
    schema=["decision_id", "customer_id", "rank", "action_id", "arm", "action_probability"],
    orient="row",
)


def listed(customers, places):
    found = logged_lists(DECISIONS, customers, places)
    return {
        customers[row]: list(
            zip(part["action_id"], part["action_probability"], part["decision_id"], strict=True)
        )
        for (row,), part in found.partition_by("row", as_dict=True, maintain_order=True).items()
    }


def test_a_list_ends_with_doing_nothing_or_is_full():
    rest = ("no_action", 1.0, None)
    assert listed(["A", "B", "C", "D"], 3) == {
        "A": [("card:app", 0.9, "2"), ("fund:app", 0.2, "3"), rest],
        "B": [("no_action", 0.7, "4")],
        "C": [("card:app", 0.8, "5"), ("no_action", 0.1, "6")],
        "D": [rest],
    }
    assert listed(["A"], 2)["A"] == [("card:app", 0.9, "2"), ("fund:app", 0.2, "3")]


def test_order_of_rows_and_other_customers_change_nothing():
    found = logged_lists(DECISIONS, ["A", "E"], 3)
    assert logged_lists(DECISIONS.reverse(), ["A", "E"], 3).equals(found)
    assert found["place"].to_list() == [0, 1, 2, 0, 1]


def test_as_a_table():
    found = list_table(logged_lists(DECISIONS, ["A", "E"], 3), "action_probability", 3, -1.0)
    np.testing.assert_array_equal(found, [[0.9, 0.2, 1.0], [0.5, 1.0, -1.0]])


def test_chances_of_the_first_place_are_those_on_record():
    candidates = pl.LazyFrame(
        {"customer_id": ["A", "A", "B", "Z"], "action_id": ["card:app", "no_action", "no_action", "card:app"],
         "probability": [0.9, 0.1, 1.0, 1.0]}
    )  # fmt: skip
    found = first_chances(candidates, ["A", "B"], ["no_action", "card:app", "fund:app"])
    np.testing.assert_array_equal(found, [[0.1, 0.9, 0.0], [1.0, 0.0, 0.0]])
