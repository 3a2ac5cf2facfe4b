"""Contracts: dated, classed, consistent; and what a table says on a day."""

import datetime as dt

import polars as pl
import pytest
import small_bank
from hypothesis import given
from hypothesis import strategies as st

from zhike.core.contracts import CHANNELS, CONTRACTS, FAMILIES, contract
from zhike.core.errors import ContractError, UsageError
from zhike.core.tables import KNOWN_AT, VALID_TO, as_known, polars_dtype
from zhike.core.units import end_of_day

AT = dt.date(2026, 6, 30)
DESIGN = [
    "customers",
    "relationships",
    "accounts",
    "products",
    "holdings",
    "transactions",
    "interactions",
    "decisions",
    "responses",
    "assessments",
    "consents",
    "preferences",
    "surveys",
    "answers",
    "complaints",
    "case_events",
    "prices",
    "staff",
    "channels",
]
TABLES = pytest.mark.parametrize("table", CONTRACTS.values(), ids=CONTRACTS)


def test_the_tables_are_those_of_the_design():
    assert sorted(CONTRACTS) == sorted(DESIGN)


@TABLES
def test_every_table_is_dated_by_valid_and_known_time(table):
    assert table.as_of == (table.day, KNOWN_AT)
    assert table.column(KNOWN_AT).dtype == "instant"
    assert table.column(table.day).dtype == "date"
    assert table.column(table.day).required
    assert (table.kind == "version") == (VALID_TO in table.schema())


@TABLES
def test_every_column_has_a_class_a_meaning_and_a_unit_where_it_is_a_quantity(table):
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert set(table.key) <= set(names)
    for column in table.columns:
        assert column.meaning.endswith(".")
        assert column.personal in ("C3", "C2", "C1", "-")
        if column.dtype in ("money", "float64"):
            assert column.unit, f"{table.name}.{column.name}"
        if column.dtype == "money":
            assert "currency" in names
        if column.references:
            target, _, key = column.references.partition(".")
            assert contract(target).column(key)
            assert key in contract(target).key


@TABLES
def test_an_empty_table_has_its_schema(table):
    assert table.empty().schema == table.schema()
    table.require([column.name for column in table.columns])
    with pytest.raises(ContractError, match=table.key[0]):
        table.require([KNOWN_AT])


def test_what_is_not_there_is_said_with_what_is():
    with pytest.raises(UsageError, match="holdings"):
        contract("portfolio")
    with pytest.raises(ContractError, match="birth_date"):
        contract("customers").column("age")


def test_money_and_instants_are_stored_exactly():
    assert polars_dtype("money") == pl.Int64
    assert polars_dtype("instant") == pl.Datetime("us", "UTC")
    assert "deposit" in FAMILIES
    assert "app" in CHANNELS


def known(rows, at=AT):
    frame = small_bank.table("consents", *rows)
    return as_known(frame, contract("consents"), at, end_of_day(at, small_bank.TIMEZONE)).collect()


def answer(status, since, **given_):
    return {
        "customer_id": "A",
        "purpose": "marketing",
        "channel": "all",
        "status": status,
        "valid_from": since,
        **given_,
    }


def test_the_latest_version_known_by_the_end_of_the_day_speaks():
    rows = [
        answer("given", "2026-01-01"),
        answer("withdrawn", "2026-06-30", known_at=dt.datetime(2026, 6, 30, 15, 59, tzinfo=dt.UTC)),
        answer("given", "2026-06-30", known_at=dt.datetime(2026, 6, 30, 16, 0, tzinfo=dt.UTC)),
    ]
    assert known(rows)["status"].to_list() == ["withdrawn"]
    assert known(rows, dt.date(2026, 7, 1))["status"].to_list() == ["given"]
    assert known(rows, dt.date(2026, 6, 29))["status"].to_list() == ["given"]
    assert known(rows, dt.date(2025, 12, 31)).is_empty()


def test_a_version_that_has_ended_does_not_bring_back_the_one_before():
    rows = [answer("given", "2026-01-01"), answer("withdrawn", "2026-03-01", valid_to="2026-05-01")]
    assert known(rows).is_empty()
    assert known(rows, dt.date(2026, 4, 30))["status"].to_list() == ["withdrawn"]


def test_a_correction_of_the_same_day_speaks_by_when_it_was_known():
    rows = [answer("given", "2026-01-01"), answer("withdrawn", "2026-01-01", known_at="2026-02-01")]
    assert known(rows)["status"].to_list() == ["withdrawn"]
    assert known(rows, dt.date(2026, 1, 31))["status"].to_list() == ["given"]


@given(st.permutations(range(4)))
def test_the_order_of_rows_changes_nothing(order):
    rows = [
        answer("given", "2026-01-01"),
        answer("withdrawn", "2026-02-01"),
        answer("given", "2026-02-01", known_at="2026-03-01"),
        answer("withdrawn", "2026-02-01", customer_id="B"),
    ]
    found = known([rows[place] for place in order]).sort("customer_id")
    assert found["status"].to_list() == ["given", "withdrawn"]
