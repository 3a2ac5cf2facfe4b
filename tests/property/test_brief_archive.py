"""The brief archive says of every customer and day what the whole one says, on disk and in memory, whatever rules a bank has."""

import dataclasses
import datetime as dt

import decide_bank
import polars as pl
import pytest
from random_bank import AT, TIMEZONE, random_bank

from zhike.know.archive import archive
from zhike.know.brief_archive import BRIEF_COLUMNS, brief_archive
from zhike.know.rules import archive_rules

RULES = archive_rules(decide_bank.rulebook(), AT)


def whole(tables, at, rules=RULES):
    return archive(tables, at, TIMEZONE, rules).select("customer_id", *BRIEF_COLUMNS).collect()


@pytest.mark.parametrize("seed", range(6))
def test_it_says_what_the_whole_archive_says(seed):
    tables = random_bank(seed)
    for at in (AT, AT - dt.timedelta(200 + 31 * seed)):
        expected = whole(tables, at)
        for in_memory in (False, True):
            assert brief_archive(tables, at, TIMEZONE, RULES, in_memory=in_memory).equals(expected)


def test_of_every_column_some_rows_say_something():
    rows = pl.concat(whole(random_bank(seed), AT) for seed in range(6))
    assert all(rows[name].null_count() < len(rows) for name in BRIEF_COLUMNS)
    assert rows["value_band"].n_unique() > 2


def test_rules_that_go_by_more_get_the_whole_archive():
    table = RULES.value_band
    holders = {"when": {"holdings_count": ">= 1"}, "then": {"value_band": "holder"}}
    inputs = {**table.inputs, "holdings_count": {"minimum": 0, "maximum": 99}}
    own = dataclasses.replace(table, inputs=inputs, rows=(holders, *table.rows))
    rules = dataclasses.replace(RULES, value_band=own)
    tables = random_bank(0)
    expected = whole(tables, AT, rules)
    assert "holder" in expected["value_band"]
    assert brief_archive(tables, AT, TIMEZONE, rules, in_memory=True).equals(expected)
