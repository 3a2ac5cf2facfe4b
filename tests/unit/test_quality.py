"""Checks of data quality: each declared check finds what is planted for it, and a sound bank has none of them."""

import datetime as dt

import polars as pl
import pytest
from small_bank import OWNS, TIMEZONE, bank, day

from zhike.observe.quality import CHECKS, QualityLimits, findings, quality_findings

LIMITS = QualityLimits(stale_days=120, silent_days=92, cut_share=0.05, volume_drop=0.5)
LOAN = {"holding_id": "l1", "customer_id": "anna", "product_id": "loan", "account_id": "a1"}


def sound():
    """A small bank about which no error and no warning is to be said."""
    return {
        "customers": [{"customer_id": "anna", "birth_date": "1990-01-01"}],
        "relationships": [OWNS],
        "accounts": [{"account_id": "a1", "opened_on": "2020-01-01", "currency": "CNY"}],
        "products": [{"product_id": "loan", "family": "loan", "regime": "none"}, {"product_id": "card", "family": "card", "regime": "none"}],
        "holdings": [{**LOAN, "status": "active", "valid_from": "2020-02-01"}, {**LOAN, "status": "repaid", "valid_from": "2020-03-20"},
                     {**LOAN, "holding_id": "c1", "product_id": "card", "valid_from": "2020-02-01"}],
        "transactions": [{"transaction_id": f"t{n}", "account_id": "a1", "booked_on": f"2020-{n}-10", "currency": "CNY", "amount": 10, "balance_after": 10 * i,
                          "purpose": "loan_payment"} for i, n in enumerate(("02", "03", "04"), 1)],
        "assessments": [{"assessment_id": "x", "customer_id": "anna", "kind": "knowledge", "method": "questionnaire",
                         "assessed_on": "2020-02-01", "valid_from": "2020-02-01"}],
        "complaints": [{"complaint_id": "k", "customer_id": "anna", "received_on": "2020-02-01", "status": "open", "valid_from": "2020-02-01"}],
        "case_events": [{"case_event_id": "e", "complaint_id": "k", "happened_on": "2020-02-02", "event": "call"}],
        "decisions": [{"decision_id": "d", "customer_id": "anna", "decided_on": "2020-02-02", "action_id": "x"}],
        "responses": [{"response_id": "s", "decision_id": "d", "customer_id": "anna", "action_id": "x", "responded_on": "2020-02-03", "outcome": "shown"}],
    }  # fmt: skip


def changed(name, number=0, **values):
    """The sound bank with one row changed."""
    rows = sound()
    rows[name][number] = {**rows[name][number], **values}
    return rows


def added(name, *rows, **values):
    """The sound bank with rows like its first one added."""
    tables = sound()
    more = rows or (values,)
    tables[name] = [*tables[name], *({**tables[name][0], **row} for row in more)]
    return tables


def told(tables, at=None):
    return {found.check.name: found for found in quality_findings(bank(**tables), at, TIMEZONE, LIMITS)}


def spoken(tables):
    """Names of the errors and warnings."""
    return {name for name, found in told(tables).items() if found.check.severity != "info"}


def bookings(*days, account="a1"):
    return [{"transaction_id": f"{account}-{on}", "account_id": account, "booked_on": on} for on in days]


TWO_ACCOUNTS = {"accounts": [{"account_id": name, "opened_on": "2020-01-01", "currency": "CNY"} for name in ("a1", "a2")],
                "relationships": [OWNS, {**OWNS, "relationship_id": "r2", "object_id": "a2"}]}  # fmt: skip

PLANTED = {
    "missing": (changed("customers"), "customers", 1),
    "required_missing": (changed("customers", customer_id=None), "customers", 1),
    "not_unique": (added("complaints", {}), "complaints", 1),
    "dangling_reference": (changed("holdings", 2, product_id="nothing"), "holdings", 1),
    "out_of_range": (changed("assessments", level=6), "assessments", 1),
    "stale": (added("customers", valid_from="2022-01-01"), None, None),
    "known_before_day": (changed("transactions", known_at="2019-12-01"), "transactions", 1),
    "no_rows": (sound(), None, 0),
    "no_bookings": (sound() | TWO_ACCOUNTS, "transactions", 1),
    "bookings_cut": ({**sound(), **TWO_ACCOUNTS, "transactions": [
        *sound()["transactions"], *({**sound()["transactions"][0], **b} for b in bookings("2020-09-01", account="a2"))]}, "transactions", 1),
    "bookings_end_early": (added("transactions", *bookings("2020-12-10", account="a2")) | TWO_ACCOUNTS, "transactions", 1),
    "bookings_drop": (added("transactions", *bookings("2020-02-11", "2020-02-12")), "transactions", 1),
    "months_without_bookings": (added("transactions", *bookings("2020-06-10")), "transactions", 1),
    "loan_paid_before_grant": (changed("holdings", 1, valid_from="2020-01-20"), "holdings", 1),
    "loan_payment_before_grant": (changed("transactions", booked_on="2020-01-31", known_at="2020-01-31"), "transactions", 1),
    "card_before_account": (changed("accounts", opened_on="2020-02-02"), "holdings", 1),
    "matures_before_start": (changed("holdings", 2, matures_on="2020-01-31"), "holdings", 1),
    "held_before_product": (changed("products", 1, valid_from="2020-02-02"), "holdings", 1),
    "booking_before_opening": (changed("accounts", opened_on="2020-02-11"), "transactions", 1),
    "booking_after_closing": (changed("accounts", closed_on="2020-04-09"), "transactions", 1),
    "born_after_account": (changed("customers", birth_date="2020-01-01"), "customers", 1),
    "closed_before_opened": (changed("accounts", closed_on="2019-12-31"), "accounts", 1),
    "ends_before_start": (changed("relationships", valid_to="2019-12-31"), "relationships", 1),
    "negative_balance": (changed("transactions", balance_after=-1), "transactions", 1),
    "balance_breaks": (changed("transactions", 2, balance_after=29), "transactions", 1),
    "step_before_complaint": (changed("case_events", happened_on="2020-01-31"), "case_events", 1),
    "assessment_dated_late": (changed("assessments", assessed_on="2020-02-04"), "assessments", 1),
    "response_before_decision": (changed("responses", responded_on="2020-02-01"), "responses", 1),
    "tie_to_unknown_account": (added("relationships", relationship_id="r2", object_id="gone"), "relationships", 1),
    "account_without_owner": (changed("relationships", role="authorised_user"), "accounts", 1),
}  # fmt: skip


def test_every_check_has_a_planted_case():
    assert set(PLANTED) == {check.name for check in CHECKS}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name):
    tables, table, rows = PLANTED[name]
    found = [f for f in quality_findings(bank(**tables), None, TIMEZONE, LIMITS) if f.check.name == name]
    assert found
    if table is not None:
        assert (table, rows) in {(f.table, f.rows) for f in found}
    for finding in found:
        texts = [finding.render(language) for language in ("en", "zh-Hans", "zh-Hant")]
        assert all(text and "{" not in text for text in texts)


def test_a_sound_bank_has_no_errors_and_no_warnings():
    assert spoken(sound()) == set()


def test_the_order_is_errors_first():
    found = findings(bank(**changed("customers", customer_id=None)), None, TIMEZONE, LIMITS)
    order = {"error": 0, "warning": 1, "info": 2}
    assert found["severity"].replace_strict(order).is_sorted()
    assert found.columns == ["check", "severity", "table", "column", "rows", "of", "share", "sentence"]


def test_only_what_was_known_by_the_day_is_looked_at():
    tables = changed("customers", birth_date="2020-01-01", known_at="2020-05-01")
    assert "born_after_account" in told(tables)
    assert "born_after_account" not in told(tables, day("2020-04-30"))


def test_an_ended_row_is_no_gap():
    open_ended = {
        f.column
        for f in quality_findings(bank(**sound()), None, TIMEZONE, LIMITS)
        if f.check.name == "missing"
    }
    assert {"valid_to", "closed_on"}.isdisjoint(open_ended)


def test_balances_are_compared_only_where_the_order_is_certain():
    twice = added("transactions", *bookings("2020-04-10"))
    twice["transactions"][-1]["transaction_id"] = "again"
    assert "balance_breaks" not in told(twice)


def test_accounts_that_stop_one_after_the_other_are_no_cut():
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=60 * n) for n in range(8)]
    tables = {
        "accounts": [{"account_id": f"a{n}", "opened_on": "2019-01-01", "currency": "CNY"} for n in range(8)],
        "transactions": [{"transaction_id": f"t{n}", "account_id": f"a{n}", "booked_on": on, "amount": 1, "currency": "CNY"} for n, on in enumerate(days)],
    }  # fmt: skip
    found = told(tables)
    assert "bookings_cut" not in found
    assert "bookings_end_early" in found


def test_few_dormant_accounts_are_no_cut():
    """One account of thirty that went quiet long ago says nothing about the extract."""
    names = [f"a{n}" for n in range(30)]
    last = {name: "2020-01-10" if name == "a0" else "2020-12-10" for name in names}
    tables = {
        "accounts": [{"account_id": name, "opened_on": "2019-01-01", "currency": "CNY"} for name in names],
        "transactions": [
            {
                "transaction_id": f"t{name}",
                "account_id": name,
                "booked_on": on,
                "amount": 1,
                "currency": "CNY",
            }
            for name, on in last.items()
        ],
    }
    assert "bookings_cut" not in told(tables)


@pytest.mark.data
def test_berka_says_that_its_transactions_are_partial(shared_data, tmp_path, rulebook):
    from zhike.adapters.bank import Bank
    from zhike.adapters.sources import load_source

    load_source(tmp_path / "berka", "berka", shared_data / "berka_pkdd99", rulebook)
    berka = Bank.open(tmp_path / "berka")
    found = findings(berka.tables(), None, berka.manifest.timezone, LIMITS)
    assert found.filter(pl.col("severity") == "error").is_empty()
    said = dict(found.select("check", "sentence").iter_rows())
    assert said["no_bookings"] == "2,917 of 4,500 accounts have no transactions (64.8%)"
    assert said["bookings_cut"].startswith(
        "transactions of 1,229 of 1,583 accounts end by 1994-03-30, while others run to 1998-12"
    )
    assert "the largest difference is 10 minor units" in said["balance_breaks"]
