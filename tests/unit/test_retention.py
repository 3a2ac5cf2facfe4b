"""Erasure against retention: by table and column, by duty, to the day."""

import datetime as dt

import pytest

from zhike.adapters.rule_files import load_rulebook
from zhike.core.contracts import CONTRACTS
from zhike.core.errors import RuleError, RuleNotFoundError, UsageError
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.govern.retention import RETENTION, RetentionRules, retention, years_after

RULEBOOK = load_rulebook()
DAY = dt.date(2026, 6, 30)
END = dt.date(2026, 3, 31)


def on(day, table="assessments", column="level", end=END, **hold):
    return retention(RetentionRules.of(RULEBOOK, day), table, column, end, **hold)


def test_kept_to_the_last_day_and_not_one_more():
    last = dt.date(2031, 3, 31)
    kept, gone = on(last), on(last + dt.timedelta(1))
    assert (kept.treatment, kept.last_day, kept.afterwards) == ("retain", last, "erase")
    assert (gone.treatment, gone.last_day) == ("erase", None)
    assert gone.duties[0].last_day == last
    assert (gone.duties[0].rule, gone.duties[0].status) == ("cn.nfra.suitability.record_years", "confirmed")


def test_the_longest_duty_counts():
    found = on(DAY, "holdings", "amount")
    assert [(duty.rule, duty.years) for duty in found.duties] == [
        ("privacy.business_record_years", 10), ("cn.nfra.suitability.record_years", 5),
    ]  # fmt: skip
    assert found.last_day == dt.date(2036, 3, 31)
    assert on(dt.date(2033, 1, 1), "holdings", "amount").treatment == "retain"


def test_while_the_relationship_lasts_what_a_duty_keeps_has_no_last_day():
    found = on(DAY, end=None)
    assert (found.treatment, found.last_day, found.duties[0].last_day) == ("retain", None, None)
    assert on(DAY, "answers", "words", end=None).treatment == "erase"
    assert on(DAY, "answers", "score", end=None).treatment == "anonymise"


def test_a_dispute_keeps_what_would_go():
    found = on(DAY, "answers", "words", on_hold=True)
    assert (found.treatment, found.last_day, found.on_hold, found.afterwards) == (
        "retain",
        None,
        True,
        "erase",
    )
    assert on(DAY, on_hold=True).last_day is None


@pytest.mark.parametrize(
    ("table", "column"), [("answers", "wods"), ("answer", "words"), ("", ""), ("products", "name")]
)
def test_what_the_rules_do_not_know_is_refused(table, column):
    with pytest.raises(UsageError, match="needed"):
        on(DAY, table, column)


def test_before_the_rules_nothing_is_decided():
    with pytest.raises(RuleNotFoundError):
        RetentionRules.of(RULEBOOK, dt.date(2026, 1, 31))


def test_every_column_about_customers_is_decided_by_a_row_of_its_table():
    """A table or column that is added to the contracts must say what erasure does to it."""
    rules = RetentionRules.of(RULEBOOK, DAY)
    about = [table for table in CONTRACTS.values() if any(c.personal in ("C2", "C3") for c in table.columns)]
    assert rules.table.inputs["table"] == [table.name for table in about]
    assert set(rules.table.inputs["column"]) == {column.name for table in about for column in table.columns}
    fallback = len(rules.table.rows) - 1
    for table in about:
        for column in table.columns:
            row = rules.table.deciding_row({"table": table.name, "column": column.name})
            assert row != fallback, f"{table.name}.{column.name}"


def test_words_of_customers_go_whole():
    assert on(DAY, "answers", "words").treatment == "erase"
    assert on(DAY, "answers", "words").duties == ()


@pytest.mark.parametrize(
    ("day", "years", "found"),
    [
        (dt.date(2026, 6, 30), 5, dt.date(2031, 6, 30)),
        (dt.date(2024, 2, 29), 1, dt.date(2025, 2, 28)),
        (dt.date(2024, 2, 29), 4, dt.date(2028, 2, 29)),
        (dt.date(2026, 6, 30), 0, dt.date(2026, 6, 30)),
    ],
)
def test_years_after_a_day(day, years, found):
    assert years_after(day, years) == found


def changed(**then):
    """The rulebook with the outputs of one row changed."""
    version = RULEBOOK.at(RETENTION, DAY)
    rows = [dict(row) for row in version.value]
    rows[0] = {"when": rows[0]["when"], "then": rows[0]["then"] | then}
    raw = dict(version.head) | {"values": {version.first_day: rows}, "last_checked": DAY, "status": "provisional",
                                "reference": {version.first_day: {"title": "x"}}}  # fmt: skip
    return Rulebook({**RULEBOOK.entries, RETENTION: parse_entry(RETENTION, raw)})


@pytest.mark.parametrize("then", [{"treatment": "burn"}, {"kept_by": ["tax"]}])
def test_a_row_with_a_slip_is_refused(then):
    with pytest.raises(RuleError, match=r"privacy\.retention"):
        RetentionRules.of(changed(**then), DAY)
    assert RetentionRules.of(changed(), DAY).day == DAY
