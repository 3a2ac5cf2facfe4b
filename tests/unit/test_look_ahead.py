"""The check for look-ahead finds an archive that cheats, and passes the one that does not."""

import datetime as dt

import polars as pl
import pytest
from random_bank import AT, TIMEZONE, random_bank

from zhike.adapters.rule_files import load_rulebook
from zhike.core.contracts import CONTRACTS
from zhike.core.units import end_of_day
from zhike.know.archive import archive, archive_rules
from zhike.know.look_ahead import changed_table, look_ahead_findings

RULES = archive_rules(load_rulebook(), AT)
READ = ("customers", "relationships", "accounts", "products", "holdings", "transactions", "interactions", "assessments",
        "consents", "preferences", "complaints")  # fmt: skip


def known_too_early(table):
    """An archive that takes one table as if all of it had been known by the end of the day."""

    def build(tables, at, timezone, rules):
        last = pl.lit(end_of_day(at, timezone)).cast(pl.Datetime("us", "UTC"))
        early = pl.min_horizontal("known_at", last).alias("known_at")
        return archive({**tables, table: tables[table].with_columns(early)}, at, timezone, rules)

    return build


@pytest.fixture(scope="module")
def tables():
    """A bank in which a later row of any table matters, whichever of two rows learnt at once is taken for the last."""
    return random_bank(10)


@pytest.mark.parametrize("table", READ)
def test_a_change_of_what_is_not_known_shows_in_an_archive_that_cheats(tables, table):
    """Every table that the archive reads is changed in a way that could be seen."""
    build = known_too_early(table)
    changed = {**tables, table: changed_table(tables[table], CONTRACTS[table], "known later", AT, TIMEZONE)}
    made = [build(given, AT, TIMEZONE, RULES).collect() for given in (tables, changed)]
    assert not made[0].equals(made[1])


def test_the_table_that_leaks_is_named(tables):
    among = {name: tables[name] for name in ("customers", "complaints", "interactions", "consents")}
    found = look_ahead_findings(among, AT, TIMEZONE, RULES, build=known_too_early("complaints"))
    assert {finding.table for finding in found} == {"complaints"}
    assert {column for finding in found for column in finding.columns} == {
        "complaints_open",
        "complaints_365d",
    }
    assert all(finding.customers > 0 for finding in found)
    assert "complaints" in found[0].sentence.en
    assert "客户" in found[0].sentence.zh_hans
    assert "客戶" in found[0].sentence.zh_hant


def test_a_look_at_later_days_is_found():
    def build(tables, at, timezone, rules):
        return archive(tables, at + dt.timedelta(days=2), timezone, rules)

    tables = {name: frame for name, frame in random_bank(7).items() if name in ("customers", "interactions")}
    found = look_ahead_findings(tables, AT, TIMEZONE, RULES, build=build)
    assert {"known later", "dated later", "future removed"} <= {finding.change for finding in found}


def test_the_archive_is_clean():
    assert look_ahead_findings(random_bank(7), AT, TIMEZONE, RULES) == []


def test_known_rows_stay_as_they_are():
    """Each change keeps every row known on the day, or it would prove nothing."""
    for name, frame in random_bank(7).items():
        table, rows = CONTRACTS[name], frame.collect()
        until = dt.datetime.combine(AT, dt.time(15, 59, 59, 999999), tzinfo=dt.UTC)
        past = rows.filter(pl.col("known_at") <= until, pl.col(table.day) <= AT)
        for change in ("known later", "dated later", "future removed", "future shifted"):
            changed = changed_table(frame, table, change, AT, TIMEZONE).collect()
            kept = changed.filter(pl.col("known_at") <= until, pl.col(table.day) <= AT)
            assert kept.equals(past), (name, change)
