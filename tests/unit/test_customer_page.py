"""One customer's page: what it says, with its reason, in three languages."""

import json

import pytest
from small_bank import FULL, TIMEZONE, bank
from small_bank import FULL_DAY as AT

from zhike.adapters.rule_files import load_rulebook
from zhike.know.archive import archive, archive_rules
from zhike.know.customer_page import customer_page, sparkline
from zhike.know.vocabulary import MISSING_REMEDIES

RULES = archive_rules(load_rulebook(), AT, "cn.nfra.suitability.assessment_validity")


def page_of(customer="anna", **changes):
    tables = bank(**{**FULL, **changes})
    rows = archive(tables, AT, TIMEZONE, RULES).collect()
    row = next(row for row in rows.iter_rows(named=True) if row["customer_id"] == customer)
    return customer_page(row, tables, AT, TIMEZONE, RULES, {})


@pytest.fixture(scope="module")
def page():
    return page_of()


def said(page, section, language="en"):
    lines = page.section(section).lines
    return "\n".join(
        f"{line.label.in_language(language)}: {line.value.in_language(language)}" for line in lines
    )


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("who", ["person, gold", "65, female", "north", "77 months", "123,456.78 CNY", "Looked after by: M7"]),
        ("accounts", ["home: 2 customers (bo)", "owner, opened 2020-01-01, centre; also customer bo as authorised user"]),
        ("money", ["600.00 CNY", "▁▂▄▅▇█", "+100.00 CNY a month", "90 days: in 300.00 CNY", "transfer 100%", "Regular credit a month: 100.00 CNY"]),
        ("holdings", ["precious metal: Gold plan: since 2025-03-01, 500.00 CNY, running, was due 2026-01-01"]),
        ("groups", ["of retirement age (65 and over) - age 65 [know.life_stage, row 8]", "fifths by bookings"]),
        ("needs", ["Needs: none found"]),
        ("risk", ["3 (C3), valid", "Answered on: 2026-02-10", "May be used until: 2027-02-10"]),
        ("consent", ["DO NOT CONTACT", "Withdrawn: marketing, phone"]),
        ("contacts", ["1 by the bank, 0 by the customer", "2026-06-01: bank to customer, phone, service", "complaint K1, open, fee"]),
        ("missing", ["of what a complete archive knows", "preferred channel: ask at the next contact"]),
    ],
)  # fmt: skip
def test_a_section_says(page, section, words):
    text = said(page, section)
    assert [word for word in words if word not in text] == []


def test_a_need_names_its_evidence():
    text = said(
        page_of(products=[*FULL["products"], {"product_id": "p3", "family": "deposit", "regime": "none"}]),
        "needs",
    )
    assert "deposit: expected in the life stage 'of retirement age (65 and over)', strength 0.80" in text


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_every_line_is_filled_in_every_language(page, language):
    for section in page.sections:
        assert section.title.in_language(language)
        assert section.lines
        for line in section.lines:
            assert line.label.in_language(language)
            assert "{" not in line.value.in_language(language)
            assert "None" not in line.value.in_language(language)


def test_chinese_pages_use_their_own_characters(page):
    assert "贵金属" in said(page, "holdings", "zh-Hans")
    assert "貴金屬" in said(page, "holdings", "zh-Hant")


def test_the_page_of_a_customer_without_facts_says_what_is_missing():
    page = page_of("bo")
    assert "no transactions of this customer's accounts are known" in said(page, "money")
    assert "no answer on record" in said(page, "consent")
    assert all(
        what.en in said(page, "missing")
        for what in (MISSING_REMEDIES["age"][0], MISSING_REMEDIES["risk_level"][0])
    )


def test_long_silence_is_a_caution(page):
    assert "CAUTION" not in said(page, "money")
    old = [{**row, "booked_on": row["booked_on"].replace("2026", "2025")} for row in FULL["transactions"]]
    assert "CAUTION" in said(page_of(transactions=old), "money")


def test_every_attribute_of_completeness_has_a_remedy():
    assert {name for names in RULES.completeness.values() for name in names} <= set(MISSING_REMEDIES)


def test_the_page_is_json(page):
    made = json.loads(json.dumps(page.to_json("zh-Hans"), default=str))
    assert made["archive"]["balance"] == 600_00
    assert made["holdings"][0]["holding_id"] == "h1"
    assert made["page"][0]["title"] == "客户"


@pytest.mark.parametrize(
    ("values", "drawn"), [([], ""), ([5], "▅"), ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"), ([-10, 0], "▁█")]
)
def test_sparkline(values, drawn):
    assert sparkline(values) == drawn
