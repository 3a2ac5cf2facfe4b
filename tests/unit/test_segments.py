"""Segments, scores and value of the archive."""

import polars as pl
import pytest
from small_bank import TIMEZONE, bank, day

from zhike.adapters.rule_files import load_rulebook
from zhike.know.archive import archive, archive_rules
from zhike.know.segments import segments

AT = day("2026-06-30")
RULES = archive_rules(load_rulebook(), AT)
FAMILIES = (
    "deposit",
    "loan",
    "settlement",
    "card",
    "fund",
    "bond",
    "stock",
    "wealth",
    "insurance",
    "payment",
    "metal",
)


def customers(*rows):
    """Rows with the features that segments are made from."""
    usual = {
        "customer_id": "c", "customer_type": "person", "sex": None, "age": None, "household_size": None, "tenure_months": 0,
        "currency": "CNY", "balance": None, "assets_held": None, "transaction_recency_days": None, "transactions_365d": None,
        "inflow_365d": None, "holding_recency_days": None, "holdings_count": 0, "capacity_level": None,
        **dict.fromkeys((f"holds_{family}" for family in FAMILIES), 0),
    }  # fmt: skip
    texts = {"customer_id": pl.String, "customer_type": pl.String, "sex": pl.String, "currency": pl.String}
    schema = {name: texts.get(name, pl.Int64) for name in usual}
    filled = [{**usual, "customer_id": f"c{number}", **row} for number, row in enumerate(rows)]
    return segments(pl.DataFrame(filled, schema=schema).lazy(), RULES).collect()


@pytest.mark.parametrize(
    ("held", "segment"),
    [
        ({"holds_deposit": 2, "holds_card": 1}, "deposit"),
        ({"holds_loan": 1}, "loan"),
        ({"holds_card": 1, "holds_payment": 1, "holds_fund": 1}, "settlement"),
        ({"holds_fund": 1, "holds_metal": 1, "holds_loan": 1}, "intermediary"),
        ({"holds_fund": 1, "holds_loan": 1}, "balanced"),
        ({}, "none"),
    ],
)
def test_reliance_is_the_line_of_most_products(held, segment):
    made = customers(held)
    assert made["segment_reliance"].to_list() == [segment]
    shares = made.select(pl.sum_horizontal("^reliance_.*$")).item()
    assert shares == (pytest.approx(1.0) if held else 0.0)


@pytest.mark.parametrize(
    ("given", "stage", "demographic"),
    [
        ({"age": 17, "sex": "male"}, "minor", "minor"),
        ({"age": 18, "sex": "female"}, "starting", "women_18_29"),
        ({"age": 40, "sex": "male", "household_size": 3}, "family", "men_30_44"),
        ({"age": 64}, "preparing", "adults_60_plus"),
        ({"age": 65}, "retired", "adults_60_plus"),
        ({"customer_type": "firm", "age": 30}, "firm", "firm"),
        ({}, "unknown", "unknown"),
    ],
)
def test_life_stage_and_demographic_segment(given, stage, demographic):
    made = customers(given)
    assert made.select("life_stage", "segment_demographic").row(0) == (stage, demographic)


@pytest.mark.parametrize(
    ("months", "band"), [(11, "new"), (12, "established"), (60, "long"), (120, "decade")]
)
def test_tenure_band(months, band):
    assert customers({"tenure_months": months})["tenure_band"].item() == band


class TestScores:
    def scored(self, *inflows, **more):
        rows = [
            {"transaction_recency_days": 1, "transactions_365d": 1, "inflow_365d": value, **more}
            for value in inflows
        ]
        return customers(*rows)["rfm_monetary"].to_list()

    def test_fifths_of_ten(self):
        assert self.scored(*range(10)) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]

    def test_equal_customers_are_in_the_same_fifth(self):
        assert self.scored(0, 0, 0, 0, 9) == [3, 3, 3, 3, 5]
        assert self.scored(7, 7, 7) == [3, 3, 3]

    def test_the_order_of_rows_does_not_matter(self):
        assert self.scored(9, 0, 5, 3) == [5, 1, 4, 2]

    def test_the_latest_are_the_best(self):
        days = [
            {"transaction_recency_days": days, "transactions_365d": 1, "inflow_365d": 1}
            for days in (1, 50, 300, 600, 900)
        ]
        assert customers(*days)["rfm_recency"].to_list() == [5, 4, 3, 2, 1]

    def test_customers_without_bookings_are_ranked_among_themselves_by_holdings(self):
        booked = [{"transaction_recency_days": 1, "transactions_365d": n, "inflow_365d": 1} for n in (1, 2)]
        held = [{"holding_recency_days": 900, "holdings_count": n} for n in (1, 2)]
        made = customers(*booked, *held, {})
        assert made["rfm_basis"].to_list() == ["transactions", "transactions", "holdings", "holdings", None]
        assert made["rfm_frequency"].to_list() == [2, 4, 2, 4, None]
        assert made["segment_rfm"].to_list()[-1] == "unknown"
        assert made["rfm_monetary"].to_list()[2:] == [None, None, None]


class TestValue:
    def test_value_is_what_is_known_of_balance_and_assets(self):
        made = customers({"balance": 5}, {"assets_held": 7}, {"balance": 5, "assets_held": 7}, {})
        assert made["value_total"].to_list() == [5, 7, 12, None]
        assert made["value_position"].to_list() == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0, None]

    def test_currencies_are_ranked_apart(self):
        made = customers({"balance": 5, "currency": "CNY"}, {"balance": 700, "currency": "JPY"})
        assert made["value_position"].to_list() == [1.0, 1.0]

    def test_bands_by_position_then_by_capacity(self):
        made = customers(*({"balance": n} for n in range(1, 101)), {"capacity_level": 3}, {})
        bands = made["value_band"].to_list()
        assert [bands.count(band) for band in ("basic", "core", "affluent", "top", "unknown")] == [
            40,
            40,
            16,
            5,
            1,
        ]
        assert bands[100] == "affluent"


def test_segments_reach_the_archive():
    tables = bank(
        customers=[
            {"customer_id": "c", "customer_type": "person", "birth_date": "1960-01-01", "sex": "female"}
        ]
    )
    row = archive(tables, AT, TIMEZONE, RULES).collect().row(0, named=True)
    assert (row["life_stage"], row["segment_demographic"], row["value_band"]) == (
        "retired",
        "women_60_plus",
        "unknown",
    )
