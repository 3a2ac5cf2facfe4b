"""What must hold of the archive whatever the bank holds: order, partition, the future and the sum of money."""

import datetime as dt

import polars as pl
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from random_bank import AT, POOL, TIMEZONE, random_bank

from zhike.adapters.rule_files import load_rulebook
from zhike.core.contracts import CONTRACTS
from zhike.know.archive import archive, archive_rules
from zhike.know.look_ahead import CHANGES, changed_table, look_ahead_findings

RULES = archive_rules(load_rulebook(), AT, "cn.nfra.suitability.assessment_validity")
SEEDS = st.integers(0, 2**32 - 1)


def made(tables, at=AT):
    return archive(tables, at, TIMEZONE, RULES).collect(engine="streaming")


@settings(max_examples=examples(2))
@given(SEEDS)
def test_the_order_of_rows_changes_nothing(seed):
    tables = random_bank(seed)
    shuffled = {
        name: frame.collect().sample(fraction=1.0, shuffle=True, seed=seed).lazy()
        for name, frame in tables.items()
    }
    assert_frame_equal(made(shuffled), made(tables), check_exact=True)


@settings(max_examples=examples(2))
@given(SEEDS, st.integers(1, 100))
def test_the_cut_into_files_changes_nothing(seed, cut):
    tables = random_bank(seed)
    pieces = {name: pl.concat([frame.head(cut), frame.slice(cut)]) for name, frame in tables.items()}
    assert_frame_equal(made(pieces), made(tables), check_exact=True)


@pytest.fixture(scope="module")
def one_bank():
    """One bank of all tables, and its archive."""
    tables = random_bank(7)
    return tables, made(tables)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", CONTRACTS)
def test_what_is_not_yet_known_changes_nothing(one_bank, table, change):
    tables, expected = one_bank
    changed = changed_table(tables[table], CONTRACTS[table], change, AT, TIMEZONE).collect()
    if change not in ("future removed", "future shifted"):
        assert changed.height > tables[table].collect().height
    assert_frame_equal(made({**tables, table: changed.lazy()}), expected, check_exact=True)


@settings(max_examples=examples(3))
@given(SEEDS, st.integers(-400, 400))
def test_no_random_bank_shows_a_look_ahead_on_any_day(seed, days):
    day = AT + dt.timedelta(days=days)
    assert look_ahead_findings(random_bank(seed), day, TIMEZONE, RULES) == []


@settings(max_examples=examples(2))
@given(SEEDS)
def test_money_adds_up(seed):
    """With one owner an account and one currency, the customers' flows are the accounts' flows."""
    tables = random_bank(seed)
    tables["customers"] = tables["customers"].with_columns(
        currency=pl.lit("CNY"), valid_from=AT, valid_to=pl.lit(None, pl.Date), known_at=_noon(AT)
    )
    owners = pl.DataFrame(
        [
            {"relationship_id": f"r{n}", "customer_id": f"cust-{n % 3}", "object_type": "account", "object_id": f"acco-{n}",
             "role": "owner", "valid_from": AT, "known_at": dt.datetime.combine(AT, dt.time(1), tzinfo=dt.UTC)}
            for n in range(POOL)
        ],
        schema=CONTRACTS["relationships"].schema(),
    )  # fmt: skip
    rows = made({**tables, "relationships": owners.lazy()})
    until = dt.datetime.combine(AT, dt.time(15, 59, 59), tzinfo=dt.UTC)
    year = tables["transactions"].filter(
        pl.col("known_at") <= until, pl.col("booked_on") <= AT, pl.col("booked_on") > AT - dt.timedelta(days=365), pl.col("currency") == "CNY"
    )  # fmt: skip
    amounts = year.select(pl.col("amount")).collect().to_series()
    assert rows["inflow_365d"].sum() == amounts.filter(amounts > 0).sum()
    assert rows["outflow_365d"].sum() == -amounts.filter(amounts < 0).sum()
    assert rows["transactions_365d"].sum() == amounts.len()


def _noon(day):
    return pl.lit(dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)).cast(pl.Datetime("us", "UTC"))
