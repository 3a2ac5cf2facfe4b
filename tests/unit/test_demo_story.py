"""The demonstration's story: figures go where they belong with their units, texts are there in three languages."""

import re
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from zhike.cli import demo_words
from zhike.cli.demo_console import aligned, show_dividend, show_prices
from zhike.cli.demo_story import (
    AGE_BANDS,
    Wanted,
    crowd_of,
    effects_of,
    first_day,
    funnel_named,
    funnel_of,
    losses_of,
    month_name,
    months_of,
    prices_of,
    served_of,
)
from zhike.cli.report_words import BETTER, MONTHLY, UNITS
from zhike.core.language import LANGUAGES, Text
from zhike.lab.dividend import dividend
from zhike.lab.groups import GROUPS
from zhike.lab.run import SUMMED, Played, Run
from zhike.lab.simulated_bank import LAST_DAY

CUSTOMERS, MONTHS = 200, 2
POLICIES = ("nothing", "standard", "tiered", "propensity", "zhike", "oracle")
EVIDENCE = SimpleNamespace(
    month=677,
    prices={"phone": 2.5, "app": 0.0, "adviser_hours_R01": 1.0, "adviser_hours_R02": 9.0, "adviser_hours_R03": 3.0},
    used={"phone": 60.0, "app": 10.0, "adviser_hours_R01": 5.0, "adviser_hours_R02": 20.0, "adviser_hours_R03": 7.0},
    capacity={"phone": 60.0, "app": 900.0, "adviser_hours_R01": 30.0, "adviser_hours_R02": 20.0, "adviser_hours_R03": 10.0},
)  # fmt: skip


def one_played(policy, gain):
    """A policy under which every customer brings the bank ``gain`` yuan, and every second one a benefit of 2."""
    sums = {name: np.zeros(CUSTOMERS) for name in SUMMED}
    sums["margin"] += gain + np.arange(CUSTOMERS) % 3 * 0.01
    sums["benefit"][::2] = 2.0
    sums["served"][: CUSTOMERS // 4] = 1.0
    sums["left"][:2] = 1.0
    customers = pl.DataFrame(
        {**sums, "satisfaction": np.full(CUSTOMERS, 0.1), "ever_here": np.ones(CUSTOMERS, bool)}
    )
    monthly = pl.DataFrame(
        [
            {"month": 676 + at, **{name: float(sums[name].sum()) / MONTHS for name in SUMMED}, "customers": 199, "satisfaction": 0.1}
            for at in range(MONTHS)
        ]
    )  # fmt: skip
    return Played(policy, customers, monthly, EVIDENCE if policy == "zhike" else None, 0.0)


@pytest.fixture(scope="module")
def played():
    halves = {group: ["low"] * (CUSTOMERS // 2) + ["high"] * (CUSTOMERS // 2) for group in GROUPS}
    named = {"customer_id": [f"C{one:07d}" for one in range(CUSTOMERS)], "household": np.arange(CUSTOMERS)}
    gains = {"zhike": -1.0, "oracle": 5.0}
    runs = {policy: one_played(policy, gains.get(policy, 0.0)) for policy in POLICIES}
    return Run(7, 676, MONTHS, pl.DataFrame({**named, **halves}), runs)


@pytest.fixture(scope="module")
def found(played):
    return dividend(played)


def test_effects_have_the_reports_metrics_and_units(found):
    effects = effects_of(found)
    assert {one.metric for one in effects} == set(BETTER)
    assert {one.unit for one in effects} <= set(UNITS)
    value = {one.policy: one.mean for one in effects if one.metric == "bank_value"}
    assert value == pytest.approx({"nothing": 0, "tiered": 0, "propensity": 0, "zhike": -1, "oracle": 5})
    regret = {one.policy: one.mean for one in effects if one.metric == "regret"}
    assert regret["zhike"] == pytest.approx(6)
    assert "oracle" not in regret


def test_shares_are_fractions_and_months_are_per_customer_present(played):
    course = months_of(played)
    assert course.labels == ["2026-05", "2026-06"]
    assert list(course.series) == list(MONTHLY)
    assert course.units == {"satisfaction": "sd"}
    assert course.series["attrition"]["zhike"] == pytest.approx([0.005] * MONTHS)
    assert course.series["customer_benefit"]["zhike"] == pytest.approx([0.5] * MONTHS)


def test_losses_are_those_of_the_projects_policy_alone(found):
    losses = losses_of(found)
    assert {one.metric for one in losses} == {"bank_value"}
    assert {(one.group, one.label) for one in losses} == {
        (group, level) for group in GROUPS for level in ("low", "high")
    }
    assert all(one.mean == pytest.approx(-1) for one in losses)


def test_served_counts_customers_not_months(played, found):
    served = {(one.policy, one.kind, one.group): one for one in served_of(played, found)}
    assert served["zhike", "age", "low"].share == pytest.approx(0.5)
    assert served["zhike", "age", "high"].share == 0
    assert served["zhike", "age", "low"].mean == pytest.approx(1)


def test_the_funnel_ends_with_what_is_proposed():
    summary = {"kind:sale": 5, "kind:care": 2, "kind:service": 1, "kind:mandatory": 9, "kind:none": 4}
    funnel = funnel_of({"summary": summary, "funnel": {"considered": 100, "after_eligibility": 90}})
    assert list(funnel.items()) == [("considered", 100), ("after_eligibility", 90), ("proposed", 8)]
    assert list(funnel_named(funnel, "zh-Hans")) == [
        "considered",
        "after_eligibility",
        "提出建议（每位客户至多三项）",
    ]


def test_prices_keep_their_units():
    units = {one.resource: one.unit for one in prices_of(EVIDENCE)}
    assert units["phone"] == "call"
    assert units["adviser_hours_R02"] == "hour"
    assert set(units.values()) <= set(UNITS)


def test_the_console_shows_the_dearest_region_and_the_rest_together(capsys):
    show_prices(EVIDENCE, "en")
    printed = capsys.readouterr().out
    assert "2026-06" in printed
    assert re.search(r"adviser hours, R02 +9\.00 +CNY an hour +20 of 20 used", printed)
    assert re.search(r"adviser hours elsewhere +1\.50 +CNY an hour +12 of 40 used", printed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dividend_is_told_in_one_language_and_its_losses_are_named(found, language, capsys):
    show_dividend(found, language)
    printed = capsys.readouterr().out
    assert "−1.00 ± 0.00" in printed
    words = set(re.findall(r"[A-Za-z]{3,}", printed))
    assert language == "en" or not words
    lost = demo_words.said(
        "loses", language, lost=len(found.losses), compared=found.compared, chance=0.025 * found.compared
    )
    assert lost in printed


def test_columns_line_up_where_characters_are_wide():
    assert aligned([["客户", "1"], ["bank", "123"]], "") == ["客户    1", "bank  123"]


def test_every_text_is_in_three_languages_and_asks_for_the_same_values():
    texts = [
        *demo_words.STEPS,
        *demo_words.SAID.values(),
        *demo_words.UNITS.values(),
        *demo_words.LABELS.values(),
    ]
    for text in (*texts, *(meaning for _, meaning in demo_words.COMMANDS)):
        assert isinstance(text, Text)
        asked = [set(re.findall(r"{(\w+)", one)) for one in (text.en, text.zh_hans, text.zh_hant)]
        assert asked[0] == asked[1] == asked[2], text.en


@pytest.mark.parametrize(("history", "first"), [(1, "2026-04-01"), (4, "2026-01-01"), (12, "2025-05-01"), (24, "2024-05-01")])  # fmt: skip
def test_history_begins_on_the_first_of_its_month(history, first):
    assert str(first_day(Wanted(10, 7, history, 1), LAST_DAY)) == first


def test_months_have_names():
    assert [month_name(month) for month in (0, 671, 676)] == ["1970-01", "2025-12", "2026-05"]


def test_the_crowd_comes_from_the_banks_own_tables(made_up_bank):
    from made_up.small_bank import LAST_DAY as LAST

    from zhike.adapters.bank import Bank

    crowd = crowd_of(Bank.open(made_up_bank), LAST)
    assert crowd.lorenz[0] == (0.0, 0.0)
    assert crowd.lorenz[-1] == (1.0, 1.0)
    assert all(y <= x + 1e-12 for x, y in crowd.lorenz)
    assert [len(crowd.ages[sex]) for sex in ("female", "male")] == [len(AGE_BANDS)] * 2
    assert 0 < sum(map(sum, crowd.ages.values())) <= 200
