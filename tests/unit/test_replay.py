"""Replay on a small bank: what counts as taken, who is evaluated, what suitability leaves, what a breach is."""

import dataclasses
import datetime as dt

import decide_bank
import numpy as np
import polars as pl
import pytest
from decide_bank import customer, holding, level

from zhike.measure import replay
from zhike.measure.replay import Window, mean_results, replay_window, windows_between

AT, UNTIL = dt.date(2026, 3, 31), dt.date(2026, 6, 30)


def content():
    """Return three customers who hold B1 at the start; A buys F2, B buys S5 above their level, C nothing."""
    bought = [
        holding("A", "F2", "2026-05-01"),
        holding("B", "S5", "2026-05-01"),
        holding("C", "F4", "2026-07-05"),
    ]
    return {
        "customers": [customer(name) for name in "ABCDE"],
        "products": list(decide_bank.PRODUCTS),
        "assessments": [level("A", 3), level("B", 2), level("C", 5), level("D", 5)],
        "holdings": [
            *(holding(name, "B1") for name in "ABCD"),
            holding("D", "S5"),
            *bought,
            holding("E", "F2", "2026-05-01"),
        ],
    }


def replayed(bank=None, window=None, **changes):
    tables = decide_bank.tables(content() if bank is None else bank)
    used = decide_bank.policy(**changes)
    return replay_window(
        tables, window or Window("w", AT, UNTIL), decide_bank.TIMEZONE, decide_bank.rulebook(), used
    )


def test_customers_evaluated_held_something_and_took_something_new():
    found = replayed()
    # C bought after the window, D bought nothing, E held nothing at its start.
    assert (found.customers, found.relevant_pairs, found.train_pairs) == (2, 2, 5)
    assert found.candidates == len(decide_bank.PRODUCTS) - 1


def test_another_version_of_a_product_held_is_no_purchase():
    bank = content()
    bank["holdings"].append({**holding("D", "B1", "2026-05-10"), "amount": 5})
    assert replayed(bank).customers == 2


def test_suitability_takes_out_what_the_customer_may_not_have():
    figures = replayed().methods["popularity+suitability"]
    # A's level 3 permits F2: one of one relevant product; B's level 2 does not permit S5.
    assert figures["recall"] == pytest.approx(0.5)
    assert replayed().methods["popularity"]["recall"] == 1.0
    assert replayed().breaches == 0


def test_a_breach_is_counted_by_code_that_shares_nothing_with_the_judge(monkeypatch):
    monkeypatch.setattr(replay, "_suitable", lambda *arguments: np.ones(arguments[-1].candidate.shape, bool))
    # Levels 3 and 2 permit F2, not F4 and S5; cards have no level: two breaches each, for each of three methods.
    assert replayed().breaches == 2 * 2 * 3


def test_an_imputed_level_permits_nothing(monkeypatch):
    monkeypatch.setattr(replay, "_suitable", lambda *arguments: np.ones(arguments[-1].candidate.shape, bool))
    bank = content()
    bank["assessments"] = [{**row, "method": "imputed"} for row in bank["assessments"]]
    assert replayed(bank).breaches == 2 * 3 * 3


def test_the_band_of_comparable_levels_is_the_policys():
    one, four = (replayed(replay={"k": 10, "comparable_bands": bands}) for bands in (1, 4))
    assert four.methods["popularity"]["pc"] == 1.0
    assert one.methods["popularity"]["pc"] < 1.0


def test_the_policys_recommender_is_measured_whatever_was_asked():
    found = replay_window(
        decide_bank.tables(content()), Window("w", AT, UNTIL), decide_bank.TIMEZONE, decide_bank.rulebook(),
        decide_bank.policy(recommender={"kind": "blend"}), ("popularity",),
    )  # fmt: skip
    assert set(found.methods) == {"popularity", "popularity+suitability", "blend", "blend+suitability"}


def test_published_purchases_and_offers_replace_the_banks_own():
    purchases = pl.DataFrame({"customer_id": ["C", "nobody"], "product_id": ["F4", "F4"]})
    found = replayed(window=Window("w", AT, UNTIL, purchases, ["F4", "B1"]))
    assert (found.customers, found.candidates, found.relevant_pairs) == (1, 1, 1)
    assert found.methods["popularity"]["ndcg"] == 1.0


def test_a_window_in_which_nothing_was_taken_has_no_customers():
    bank = content()
    bank["holdings"] = [row for row in bank["holdings"] if row["valid_from"] < "2026-04-01"]
    found = replayed(bank)
    assert found.customers == 0
    assert found.methods["popularity"]["ndcg"] == 0.0


def test_what_is_known_later_changes_neither_lists_nor_learning():
    bank = content()
    late = {"known_at": "2026-06-01", "valid_from": "2026-01-15"}
    bank["holdings"] += [{**holding(name, "P0"), **late} for name in "ABCD"]
    bank["assessments"].append({**level("B", 5), **late, "valid_from": "2026-03-02"})
    assert replayed(bank) == replayed()


def test_means_leave_out_what_has_no_value():
    base = replayed()
    results = [
        dataclasses.replace(base, methods={"m": {"ndcg": n, "pc": p}})
        for n, p in ((0.2, float("nan")), (0.4, 0.5))
    ]
    assert mean_results(results) == {"m": {"ndcg": pytest.approx(0.3), "pc": 0.5}}
    assert mean_results([]) == {}


def test_windows_start_at_both_ends_of_the_range_when_the_step_fits():
    found = windows_between(dt.date(2026, 1, 1), dt.date(2026, 1, 31), 10, 90)
    assert [window.at.day for window in found] == [1, 11, 21, 31]
    assert {(window.until - window.at).days for window in found} == {90}
