"""Early warnings in the archive: entered, read again, left out where they may not be, and told in words."""

import datetime as dt
import json

import pytest
import small_bank
from warned_bank import AT, LAST, given, table

from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import UsageError
from zhike.core.language import LANGUAGES
from zhike.know.archive import archive, archive_rules
from zhike.know.features import archive_schema
from zhike.know.given_warnings import enter_warnings, given_to, without_warnings
from zhike.know.page_warnings import warning_lines
from zhike.know.warning_words import told_reason, told_warning

RULES = archive_rules(load_rulebook(), AT)
NO_PROFILE = {"customer_id": "b", "purpose": "profiling", "channel": "all", "status": "withdrawn", "consent_id": "1", "valid_from": "2026-06-30"}  # fmt: skip
TABLES = small_bank.bank(customers=[{"customer_id": name} for name in "abc"], consents=[NO_PROFILE])


def entered(*rows, at=AT):
    found = enter_warnings(archive(TABLES, at, small_bank.TIMEZONE, RULES), table(*rows), at).collect()
    assert dict(found.schema) == archive_schema()
    return {row["customer_id"]: row for row in found.iter_rows(named=True)}


def test_the_archive_itself_gives_no_warning():
    bare = archive(TABLES, AT, small_bank.TIMEZONE, RULES).collect()
    assert dict(bare.schema) == archive_schema()
    assert bare.select("warned_on", "withdrawal_probability", "warnings").null_count().row(0) == (3, 3, 3)


def test_warnings_are_entered_with_the_day_and_what_rules_may_read():
    found = entered(
        given("a"), given("a", "attrition", 0.3), given("a", "dissatisfaction", 0.4), given("gone")
    )
    assert (
        found["a"]["warned_on"],
        found["a"]["withdrawal_probability"],
        found["a"]["attrition_probability"],
    ) == (AT, 0.62, 0.3)
    assert [one["warning"] for one in found["a"]["warnings"]] == [
        "attrition",
        "dissatisfaction",
        "withdrawal",
    ]
    assert found["c"]["warnings"] is None
    assert set(found) == {"a", "b", "c"}


def test_whoever_refuses_profiling_is_warned_about_no_more_whenever_it_was_given():
    before = dt.date(2026, 6, 1)
    found = entered(given("a", at=before), given("b", at=before))
    assert found["a"]["warned_on"] == before
    assert [found["b"][name] for name in ("warned_on", "withdrawal_probability", "warnings")] == [None] * 3


def test_a_warning_holds_until_its_outcome_window_is_over_and_never_before_it_was_given():
    assert given_to(entered(given("a"), at=LAST)["a"])
    assert not given_to(entered(given("a"), at=LAST + dt.timedelta(1))["a"])
    with pytest.raises(UsageError):
        entered(given("a"), at=AT - dt.timedelta(1))


def test_what_was_entered_is_read_again_also_from_json_the_furthest_above_the_mean_first():
    row = entered(given("a"), given("a", "attrition", 0.3, usual=0.01, raised=False))["a"]
    stored = json.loads(json.dumps(row, default=str))
    assert given_to(row) == given_to(stored)
    assert [one.warning for one in given_to(row)] == ["attrition", "withdrawal"]
    assert [one.warning for one in given_to(row, raised=True)] == ["withdrawal"]
    assert given_to({}) == given_to({"warnings": None}) == ()


def test_what_rests_on_what_customers_say_can_be_left_out_alone():
    row = entered(given("a"), given("a", "dissatisfaction", 0.4))["a"]
    assert [one.warning for one in given_to(without_warnings(row, only_words=True))] == ["withdrawal"]
    alone = entered(given("a", "dissatisfaction", 0.4))["a"]
    assert alone["dissatisfaction_probability"] == 0.4
    shown = without_warnings(alone, only_words=True)
    assert (shown["warnings"], shown["dissatisfaction_probability"]) == (None, None)
    bare = without_warnings(row)
    assert {name for name in row if row[name] != bare[name]} == {
        "warned_on",
        "withdrawal_probability",
        "dissatisfaction_probability",
        "warnings",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_warning_is_told_with_its_interval_its_window_and_what_it_rests_on(language):
    row = entered(given("a"))["a"]
    lines = [(one.label.in_language(language), one.value.in_language(language)) for one in warning_lines(row)]
    told = "\n".join(value for _, value in lines)
    for part in (
        "62.0%",
        "52.0%",
        "72.0%",
        "20.0%",
        "2026-07-15",
        "2026-10-06",
        "0123456789abcdef",
        "2026-06-30",
        "-62%",
        "3.3",
    ):
        assert part in told
    assert "{" not in told
    assert len(lines) == 4


def test_words_of_the_three_languages_are_three():
    one = given_to(entered(given("a"))["a"])[0]
    for text in (told_warning(one), *(told_reason(reason) for reason in one.reasons)):
        assert len({text.in_language(language) for language in LANGUAGES}) == 3


@pytest.mark.parametrize(
    ("feature", "value", "told"),
    [
        ("balance_against_mean", "-0.5", "-50%"), ("salary_seen", "False", "no"), ("age", "47", "47"), ("age", None, "not known"),
        ("customer_type", "firm", "firm"), ("of_an_older_model", "7", "7"), ("card_share_365d", "0.25", "25%"),
    ],
)  # fmt: skip
def test_values_are_told_as_people_write_them(feature, value, told):
    assert f": {told} (odds x 1.0)" in told_reason({"feature": feature, "value": value, "effect": 0.0}).en


def test_a_row_from_before_there_were_warnings_has_none():
    assert list(warning_lines({"customer_id": "a"})) == []
