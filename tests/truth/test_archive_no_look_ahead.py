"""The archive of a messy simulated bank, with late facts, rests on nothing that was not known on the day."""

import datetime as dt

import polars as pl
import pytest

from zhike.adapters.bank import Bank
from zhike.core.contracts import CONTRACTS
from zhike.core.units import end_of_day
from zhike.know.archive import archive, archive_rules
from zhike.know.look_ahead import look_ahead_findings
from zhike.lab.simulated_bank import TIMEZONE, Order, build

AT = dt.date(2026, 3, 10)


@pytest.fixture(scope="module")
def messy(tmp_path_factory, rulebook):
    """Tables of a messy bank; of each, every fortieth row is entered three weeks late beside those that were anyway."""
    folder = tmp_path_factory.mktemp("messy") / "bank"
    build(folder, Order(800, 4, 13, messy=True), rulebook=rulebook)
    late = pl.col("known_at") + dt.timedelta(days=21)
    entered = pl.when(pl.int_range(pl.len()) % 40 == 0).then(late).otherwise("known_at").alias("known_at")
    return {
        name: rows.with_columns(entered).collect().lazy() for name, rows in Bank.open(folder).tables().items()
    }


@pytest.fixture(scope="module")
def rules(rulebook):
    return archive_rules(rulebook, AT, "cn.nfra.suitability.assessment_validity")


def late(tables):
    """Return how many rows were dated by the day and known only after it, by table."""
    until = end_of_day(AT, TIMEZONE)
    after = {
        name: rows.filter(pl.col(CONTRACTS[name].day) <= AT, pl.col("known_at") > until)
        .select(pl.len())
        .collect()
        .item()
        for name, rows in tables.items()
    }
    return {name: rows for name, rows in after.items() if rows}


def test_there_are_late_facts(messy):
    found = late(messy)
    assert sum(found.values()) > 50, found
    assert len(found) >= 3, found


def test_nothing_that_became_known_later_has_any_effect(messy, rules):
    assert look_ahead_findings(messy, AT, TIMEZONE, rules) == []


def test_a_feature_that_uses_the_future_is_found(messy, rules):
    """Planted: contacts of the next two days stand beside the archive's own features."""

    def build_with_future(tables, at, timezone, rules):
        known = archive(tables, at, timezone, rules).select("customer_id", "contacts_out_7d")
        future = archive(tables, at + dt.timedelta(days=2), timezone, rules)
        ahead = future.select("customer_id", pl.col("contacts_out_7d").alias("next"))
        return known.join(ahead, on="customer_id", how="left").sort("customer_id")

    tables = {name: messy[name] for name in ("customers", "interactions")}
    found = look_ahead_findings(tables, AT, TIMEZONE, rules, build=build_with_future)
    assert {column for finding in found for column in finding.columns} == {"next"}
    assert {finding.table for finding in found} == {"interactions"}


def test_a_late_fact_that_is_taken_as_known_is_found(messy, rules):
    """Planted: customers' records count from the day they are dated, not from when they were entered."""
    last = pl.lit(end_of_day(AT, TIMEZONE)).cast(pl.Datetime("us", "UTC"))

    def build_early(tables, at, timezone, rules):
        early = pl.min_horizontal("known_at", last).alias("known_at")
        return archive({**tables, "customers": tables["customers"].with_columns(early)}, at, timezone, rules)

    tables = {name: messy[name] for name in ("customers", "holdings")}
    found = look_ahead_findings(tables, AT, TIMEZONE, rules, build=build_early)
    assert {finding.table for finding in found} == {"customers"}
