"""The archive feature by feature, on banks of a few rows."""

import datetime as dt

import polars as pl
import pytest
from small_bank import OWNS, TIMEZONE, bank, day, midnight, table

from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import RuleError
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.know.archive import archive, archive_rules
from zhike.know.features import FEATURES, archive_schema

AT = day("2026-06-30")
RULEBOOK = load_rulebook()
RULES = archive_rules(RULEBOOK, AT, "cn.nfra.suitability.assessment_validity")
ANNA = {"customer_id": "anna", "currency": "CNY"}
ACCOUNT = {"account_id": "a1", "opened_on": "2020-01-01", "currency": "CNY"}
CUSTOMER_WITH_ACCOUNT = {"customers": [ANNA], "relationships": [OWNS], "accounts": [ACCOUNT]}


def rows_of(at=AT, rules=RULES, **tables):
    return archive(bank(**tables), at, TIMEZONE, rules).collect(engine="streaming")


def anna(at=AT, rules=RULES, **tables):
    """The row of the one customer."""
    given = {"customers": [ANNA], **tables}
    return rows_of(at, rules, **given).row(0, named=True)


def with_bookings(*bookings, at=AT, **tables):
    """The row of a customer with one account and these bookings."""
    numbered = [
        {"transaction_id": f"t{n}", "account_id": "a1", "currency": "CNY", **booking}
        for n, booking in enumerate(bookings)
    ]
    return anna(at, **{**CUSTOMER_WITH_ACCOUNT, "transactions": numbered, **tables})


def booking(on, amount, after=None, **more):
    return {"booked_on": on, "amount": amount, "balance_after": after, **more}


class TestShape:
    def test_columns_are_those_of_the_registry(self):
        made = rows_of(customers=[ANNA])
        assert made.columns == [feature.name for feature in FEATURES]
        assert dict(made.schema) == archive_schema()

    def test_a_bank_without_any_table_has_an_empty_archive(self):
        made = archive({}, AT, TIMEZONE, RULES).collect()
        assert made.height == 0
        assert dict(made.schema) == archive_schema()

    def test_one_row_a_customer_in_order(self):
        made = rows_of(customers=[{"customer_id": name} for name in ("c", "a", "b")])
        assert made["customer_id"].to_list() == ["a", "b", "c"]

    def test_counts_are_zero_and_money_unknown_without_facts(self):
        row = anna()
        assert (
            row["holdings_count"],
            row["contacts_out_365d"],
            row["complaints_open"],
            row["products_held"],
        ) == (0, 0, 0, [])
        assert (row["balance"], row["inflow_90d"], row["salary_like_inflow"], row["value_total"]) == (
            None,
        ) * 4


class TestTime:
    def test_the_day_ends_in_the_banks_zone(self):
        last = midnight("2026-07-01") - dt.timedelta(microseconds=1)
        made = rows_of(
            customers=[
                {**ANNA, "known_at": last},
                {"customer_id": "later", "known_at": midnight("2026-07-01")},
            ]
        )
        assert made["customer_id"].to_list() == ["anna"]

    def test_a_version_supersedes_and_a_later_one_does_not_yet(self):
        versions = [{**ANNA, "region": region, "valid_from": day} for region, day in
                    (("old", "2025-01-01"), ("now", "2026-06-30"), ("future", "2026-07-01"))]  # fmt: skip
        assert anna(customers=versions)["region"] == "now"

    def test_a_correction_counts_from_the_day_it_is_known(self):
        versions = [{**ANNA, "region": "wrong"}, {**ANNA, "region": "right", "known_at": "2026-07-02"}]
        assert anna(customers=versions)["region"] == "wrong"
        assert anna(day("2026-07-02"), customers=versions)["region"] == "right"

    def test_a_customer_who_left_is_not_in_the_archive(self):
        assert rows_of(customers=[{**ANNA, "valid_to": "2026-06-30"}]).is_empty()


class TestIdentity:
    @pytest.mark.parametrize(("born", "age"), [("1961-06-30", 65), ("1961-07-01", 64), ("2026-06-30", 0)])
    def test_age_is_in_complete_years(self, born, age):
        row = anna(customers=[{**ANNA, "birth_date": born}])
        assert (row["age"], row["birth_date"]) == (age, day(born))

    def test_tenure_counts_from_the_first_tie_account_or_holding(self):
        row = with_bookings()
        assert row["tenure_months"] == 77
        held = [{"holding_id": "h", "customer_id": "anna", "product_id": "p", "valid_from": "2018-06-30"}]
        assert with_bookings(holdings=held)["tenure_months"] == 96

    def test_tenure_falls_back_on_the_first_record(self):
        assert anna(customers=[{**ANNA, "valid_from": "2025-06-30"}])["tenure_months"] == 12

    def test_household_and_roles(self):
        others = [{**OWNS, "relationship_id": f"h{n}", "customer_id": who, "object_type": "household", "object_id": "home", "role": role}
                  for n, (who, role) in enumerate((("anna", "head"), ("bo", "member")))]  # fmt: skip
        uses = {**OWNS, "relationship_id": "u", "object_id": "a2", "role": "authorised_user"}
        gone = {**OWNS, "relationship_id": "g", "object_id": "a3"}
        accounts = [
            ACCOUNT,
            {**ACCOUNT, "account_id": "a2"},
            {**ACCOUNT, "account_id": "a3", "closed_on": "2026-06-30"},
        ]
        row = anna(relationships=[OWNS, uses, gone, *others], accounts=accounts)
        assert (row["household_id"], row["household_size"]) == ("home", 2)
        assert (row["accounts_owned"], row["accounts_authorised"]) == (1, 1)

    def test_a_language_asked_for_goes_before_the_one_on_record(self):
        asked = [{"customer_id": "anna", "topic": "language", "value": "yue"}]
        assert anna(customers=[{**ANNA, "language": "zh"}], preferences=asked)["language"] == "yue"

    def test_the_currency_is_that_of_most_accounts(self):
        accounts = [
            {**ACCOUNT, "account_id": f"a{n}", "currency": code}
            for n, code in ((1, "USD"), (2, "EUR"), (3, "EUR"))
        ]
        ties = [{**OWNS, "relationship_id": f"r{n}", "object_id": f"a{n}"} for n in (1, 2, 3)]
        assert (
            anna(customers=[{"customer_id": "anna"}], accounts=accounts, relationships=ties)["currency"]
            == "EUR"
        )


class TestHoldings:
    PRODUCTS = ({"product_id": "loan", "family": "loan", "regime": "none"}, {"product_id": "fund", "family": "fund", "regime": "none"},
                {"product_id": "order", "family": "payment", "regime": "none"})  # fmt: skip

    def held(self, *holdings, at=AT, products=PRODUCTS):
        numbered = [
            {"holding_id": f"h{n}", "customer_id": "anna", "currency": "CNY", **h}
            for n, h in enumerate(holdings)
        ]
        return anna(at, holdings=numbered, products=products)

    def test_families_are_counted(self):
        row = self.held(
            {"product_id": "fund"}, {"product_id": "fund"}, {"product_id": "order", "amount": 700}
        )
        assert (row["holds_fund"], row["holds_payment"], row["holdings_count"], row["families_count"]) == (
            2,
            1,
            3,
            2,
        )
        assert row["products_held"] == ["fund", "order"]
        assert row["standing_payments"] == 700

    def test_the_later_state_of_a_loan_is_not_seen_before(self):
        loan = {"product_id": "loan", "holding_id": "l", "amount": 900}
        versions = [
            {**loan, "status": "active", "valid_from": "2025-01-01"},
            {**loan, "status": "repaid", "valid_from": "2026-06-30"},
        ]
        before = self.held(*versions, at=day("2026-06-29"))
        assert (before["holds_loan"], before["loan_outstanding"]) == (1, 900)
        after = self.held(*versions)
        assert (after["holds_loan"], after["loan_outstanding"]) == (0, 0)
        assert after["first_holding_on"] == after["last_holding_on"] == day("2025-01-01")

    def test_amounts_in_another_currency_are_left_out(self):
        row = self.held(
            {"product_id": "fund", "amount": 5}, {"product_id": "fund", "amount": 9, "currency": "USD"}
        )
        assert row["assets_held"] == 5

    def test_assets_without_any_amount_are_unknown(self):
        assert self.held({"product_id": "fund"})["assets_held"] is None

    TERMED = (
        *(
            {"product_id": name, "family": name, "regime": "none"}
            for name in ("deposit", "bond", "wealth", "loan", "insurance")
        ),
    )

    def matures(self, *holdings, at=AT):
        row = self.held(*holdings, at=at, products=self.TERMED)
        return row["next_maturity_on"], row["next_maturity_amount"]

    def test_what_matures_first_is_known_with_its_day_and_amount(self):
        rows = [
            {"product_id": name, "matures_on": on, "amount": amount}
            for name, on, amount in (("deposit", "2026-08-01", 5), ("wealth", "2026-07-09", 7), ("bond", "2026-07-09", 11))
        ]  # fmt: skip
        assert self.matures(*rows) == (day("2026-07-09"), 18)
        assert self.matures(*rows, at=day("2026-07-09")) == (day("2026-07-09"), 18)
        assert self.matures(*rows, at=day("2026-07-10")) == (day("2026-08-01"), 5)
        assert self.matures(*rows, at=day("2026-08-02")) == (None, None)

    def test_of_loans_and_insurances_nothing_is_known_to_come_back(self):
        rows = [
            {"product_id": name, "matures_on": "2026-07-09", "amount": 5} for name in ("loan", "insurance")
        ]
        assert self.matures(*rows) == (None, None)

    def test_a_term_that_was_prolonged_or_ended_matures_no_more_on_its_first_day(self):
        first = {"product_id": "deposit", "holding_id": "d", "matures_on": "2026-07-09", "amount": 5}
        longer = {**first, "matures_on": "2027-07-09", "valid_from": "2026-06-30", "amount": 6}
        assert self.matures(first, longer, at=day("2026-06-29")) == (day("2026-07-09"), 5)
        assert self.matures(first, longer) == (day("2027-07-09"), 6)
        assert self.matures(first, {**longer, "status": "closed"}) == (None, None)
        unknown_yet = {**longer, "known_at": "2026-07-02"}
        assert self.matures(first, unknown_yet) == (day("2026-07-09"), 5)

    def test_an_amount_that_is_not_stated_or_of_another_currency_is_not_known(self):
        term = {"product_id": "deposit", "matures_on": "2026-07-09"}
        assert self.matures(term) == (day("2026-07-09"), None)
        assert self.matures({**term, "amount": 5, "currency": "USD"}) == (day("2026-07-09"), None)
        assert self.matures(term, {**term, "amount": 5}) == (day("2026-07-09"), 5)

    def test_a_product_not_yet_known_has_no_family(self):
        row = self.held({"product_id": "fund"}, products=[{**self.PRODUCTS[1], "valid_from": "2026-07-01"}])
        assert (row["holdings_count"], row["families_count"], row["holds_fund"]) == (1, 0, 0)


class TestBalance:
    def test_the_last_booking_by_day_and_sequence_states_the_balance(self):
        row = with_bookings(
            booking("2026-06-02", 5, 105, sequence=9),
            booking("2026-06-03", 1, 111, sequence=2),
            booking("2026-06-03", 5, 110, sequence=1),
        )
        assert row["balance"] == 111

    def test_where_the_order_within_the_day_is_unknown_the_lowest_balance_is_taken(self):
        assert with_bookings(booking("2026-06-03", 5, 110), booking("2026-06-03", 1, 111))["balance"] == 110

    def test_negative_and_large_balances_survive(self):
        assert with_bookings(booking("2026-06-03", 1, -5))["balance"] == -5
        assert with_bookings(booking("2026-06-03", 1, 2**62, sequence=2**62))["balance"] == 2**62

    def test_without_stated_balances_the_amounts_are_added_up(self):
        assert with_bookings(booking("2026-06-01", 70), booking("2026-06-02", -30))["balance"] == 40

    def test_month_ends_follow_from_the_latest_balance(self):
        bookings = (
            booking("2026-03-05", 100, 100),
            booking("2026-04-30", 20, 120),
            booking("2026-06-30", -50, 70),
        )
        assert with_bookings(*bookings)["balances_month_end"] == [100, 120, 120, 70]
        assert with_bookings(*bookings, at=day("2026-06-29"))["balances_month_end"] == [100, 120, 120]

    def test_twelve_month_ends_at_most(self):
        bookings = [booking(f"{2024 + n // 12}-{n % 12 + 1:02}-15", 1) for n in range(30)]
        row = with_bookings(*bookings)
        assert row["balances_month_end"] == list(range(19, 31))
        assert (row["balance_trend_12m"], row["balance_mean_12m"], row["balance_low_12m"]) == (
            pytest.approx(1.0),
            24.5,
            19,
        )
        assert row["balance_volatility_12m"] == pytest.approx(pl.Series(range(12)).std())

    def test_one_month_end_has_a_mean_but_no_trend(self):
        row = with_bookings(booking("2026-06-30", 8, 8))
        assert (row["balance_mean_12m"], row["balance_trend_12m"], row["balance_volatility_12m"]) == (
            8.0,
            None,
            None,
        )

    def test_a_closed_account_has_flows_but_no_balance(self):
        row = with_bookings(booking("2026-06-03", 9, 9), accounts=[{**ACCOUNT, "closed_on": "2026-06-20"}])
        assert (row["balance"], row["inflow_30d"]) == (0, 9)

    def test_a_joint_account_counts_for_each_owner(self):
        both = [OWNS, {**OWNS, "relationship_id": "r2", "customer_id": "bo", "role": "joint_owner"}]
        spent = [
            {"transaction_id": "t", "account_id": "a1", "currency": "CNY", **booking("2026-06-03", 9, 9)}
        ]
        made = rows_of(
            customers=[ANNA, {**ANNA, "customer_id": "bo"}],
            relationships=both,
            accounts=[ACCOUNT],
            transactions=spent,
        )
        assert made["balance"].to_list() == [9, 9]

    def test_bookings_in_another_currency_are_left_out(self):
        assert (
            with_bookings(booking("2026-06-03", 9, 9), booking("2026-06-04", 5, 5, currency="USD"))["balance"]
            == 9
        )


class TestFlows:
    @pytest.mark.parametrize(("days", "name"), [(30, "inflow_30d"), (90, "inflow_90d"), (365, "inflow_365d")])
    def test_a_window_holds_its_days_and_no_more(self, days, name):
        first = AT - dt.timedelta(days=days - 1)
        row = with_bookings(booking(first, 1), booking(first - dt.timedelta(days=1), 10))
        assert row[name] == 1

    def test_outflows_are_positive_and_the_net_is_the_difference(self):
        row = with_bookings(booking("2026-06-03", 50), booking("2026-06-04", -20))
        assert (row["inflow_90d"], row["outflow_90d"], row["net_flow_90d"]) == (50, 20, 30)
        assert (row["transactions_90d"], row["transaction_recency_days"]) == (2, 26)

    def test_fees_and_penalty_interest_count_as_paid(self):
        row = with_bookings(
            booking("2026-06-03", -5, purpose="fee"), booking("2026-06-04", -7, purpose="penalty_interest")
        )
        assert (row["fees_365d"], row["penalty_interest_365d"]) == (5, 7)

    def test_shares_are_of_bookings_with_a_known_method(self):
        row = with_bookings(
            *(booking("2026-06-03", -1, method=method) for method in ("cash", "cash", "card", "other", None))
        )
        assert (row["cash_share_365d"], row["card_share_365d"], row["transfer_share_365d"]) == (
            0.5,
            0.25,
            0.0,
        )

    def test_old_bookings_leave_the_shares_unknown(self):
        assert with_bookings(booking("2024-06-03", -1, method="cash"))["cash_share_365d"] is None


class TestSalary:
    """Salary-like inflow on 2026-06-30, a month's end: the complete months are June, May, April, and March to spare."""

    def credits(self, amounts, **more):
        months = ("2026-06-25", "2026-05-25", "2026-04-25", "2026-03-25")
        return with_bookings(
            *(booking(on, amount, **more) for on, amount in zip(months, amounts, strict=False))
        )["salary_like_inflow"]

    def test_named_credits_give_their_monthly_mean(self):
        assert self.credits((100, 500, 300), purpose="salary") == 300

    def test_like_credits_recur(self):
        assert self.credits((100, 90, 80), method="transfer") == 80

    def test_credits_that_differ_too_much_do_not(self):
        assert self.credits((100, 90, 79), method="transfer") == 0

    def test_one_exceptional_month_does_not_hide_the_rest(self):
        assert self.credits((100, 5000, 100, 100), method="transfer") == 100
        assert self.credits((100, 2, 100, 100), method="transfer") == 100

    def test_a_missing_month_breaks_the_run(self):
        assert self.credits((100, 100), method="transfer") == 0

    @pytest.mark.parametrize("kind", [{"method": "cash"}, {"method": "internal"}, {"purpose": "interest"}])
    def test_cash_internal_transfers_and_interest_do_not_count(self, kind):
        assert self.credits((100, 100, 100, 100), **kind) == 0

    def test_an_unfinished_month_does_not_count(self):
        bookings = [booking(on, 100, purpose="pension") for on in ("2026-06-25", "2026-05-25", "2026-04-25")]
        assert with_bookings(*bookings, at=day("2026-06-29"))["salary_like_inflow"] == 0


class TestContacts:
    def test_contacts_are_counted_by_side_and_window(self):
        sides = [
            ("outbound", "2026-06-24"),
            ("outbound", "2026-06-23"),
            ("outbound", "2026-05-31"),
            ("inbound", "2026-06-30"),
        ]
        contacts = [{"interaction_id": f"i{n}", "customer_id": "anna", "channel": "phone", "direction": side, "occurred_on": on}
                    for n, (side, on) in enumerate(sides)]  # fmt: skip
        row = anna(interactions=contacts)
        assert [row[f"contacts_out_{days}d"] for days in (7, 30, 365)] == [1, 2, 3]
        assert (row["contacts_in_365d"], row["days_since_last_contact_out"], row["main_channel"]) == (
            1,
            6,
            "phone",
        )

    def test_a_withdrawn_consent_is_no_longer_given(self):
        answers = [{"customer_id": "anna", "purpose": "marketing", "channel": "all", "status": status, "valid_from": since}
                   for status, since in (("given", "2026-01-01"), ("withdrawn", "2026-06-30"))]  # fmt: skip
        assert anna(day("2026-06-29"), consents=answers)["consents_given"] == ["marketing/all"]
        row = anna(consents=answers)
        assert (row["consents_given"], row["consents_withdrawn"], row["consent_on_record"]) == (
            [],
            ["marketing/all"],
            True,
        )

    @pytest.mark.parametrize(
        ("value", "asked"), [("yes", True), ("all", True), ("No", False), ("false", False)]
    )
    def test_do_not_contact(self, value, asked):
        assert (
            anna(preferences=[{"customer_id": "anna", "topic": "do_not_contact", "value": value}])[
                "do_not_contact"
            ]
            is asked
        )

    def test_interests_are_a_list(self):
        asked = [
            {"customer_id": "anna", "topic": "interest", "value": "gold, funds"},
            {"customer_id": "anna", "topic": "channel", "value": "app"},
        ]
        row = anna(preferences=asked)
        assert (row["interests"], row["preferred_channel"]) == (["gold", "funds"], "app")

    def test_a_decided_complaint_is_no_longer_open(self):
        states = [{"complaint_id": "c", "customer_id": "anna", "received_on": "2025-06-30", "status": status, "valid_from": since}
                  for status, since in (("open", "2025-06-30"), ("decided", "2026-06-30"))]  # fmt: skip
        assert anna(day("2026-06-29"), complaints=states)["complaints_open"] == 1
        row = anna(complaints=states)
        assert (row["complaints_open"], row["complaints_365d"]) == (0, 0)


class TestRisk:
    def answered(self, *answers, at=AT, rules=RULES):
        given = [{"assessment_id": f"x{n}", "customer_id": "anna", "kind": "risk_tolerance", "method": "questionnaire", "level": 3,
                  "valid_from": answer.get("assessed_on", "2026-01-01"), **answer} for n, answer in enumerate(answers)]  # fmt: skip
        return anna(at, rules, assessments=given)

    @pytest.mark.parametrize(("at", "status"), [("2027-02-10", "valid"), ("2027-02-11", "expired")])
    def test_an_answer_is_valid_for_twelve_months(self, at, status):
        row = self.answered({"assessed_on": "2026-02-10"}, at=day(at))
        assert (row["risk_status"], row["risk_valid_until"]) == (status, day("2027-02-10"))

    def test_a_shorter_month_ends_it_on_its_last_day(self):
        assert self.answered({"assessed_on": "2024-02-29"})["risk_valid_until"] == day("2025-02-28")

    def test_no_limit_no_expiry(self):
        row = self.answered({"assessed_on": "2010-02-10"}, rules=archive_rules(RULEBOOK, AT))
        assert (row["risk_status"], row["risk_valid_until"]) == ("valid", None)

    def test_an_answer_without_a_day_cannot_be_shown_valid(self):
        assert self.answered({"assessed_on": None, "valid_from": "2026-06-01"})["risk_status"] == "expired"

    def test_an_imputed_level_says_so(self):
        row = self.answered({"assessed_on": "2026-06-01", "method": "imputed"})
        assert (row["risk_status"], row["risk_valid_until"], row["assessments_12m"]) == ("imputed", None, 0)

    def test_the_latest_answer_speaks_even_when_it_has_no_level(self):
        row = self.answered({"assessed_on": "2026-05-01"}, {"assessed_on": "2026-06-01", "level": None})
        assert (row["risk_level"], row["risk_status"]) == (None, "missing")

    def test_different_answers_are_counted_restated_ones_are_not(self):
        row = self.answered(
            {"assessed_on": "2026-06-30"}, {"assessed_on": "2026-06-30"}, {"assessed_on": "2025-07-01"}, {"assessed_on": "2025-06-30"},
            {"assessed_on": "2026-06-30", "assessment_id": "x0", "level": 4, "known_at": "2026-06-30", "valid_from": "2026-06-29"},
        )  # fmt: skip
        assert (row["assessments_on_day"], row["assessments_12m"]) == (2, 3)

    def test_capacity_and_knowledge_stand_beside_tolerance(self):
        row = self.answered(
            {"kind": "capacity_for_loss", "level": 2, "lower_amount": 3, "upper_amount": 8},
            {"kind": "knowledge", "level": 5},
        )
        assert (
            row["capacity_level"],
            row["capacity_lower"],
            row["capacity_upper"],
            row["knowledge_level"],
        ) == (2, 3, 8, 5)
        assert row["risk_status"] == "missing"


class TestCompleteness:
    def test_what_is_missing_is_named(self):
        row = anna(customers=[{**ANNA, "sex": "female", "birth_date": "1980-01-01", "region": "north"}])
        assert {"sex", "age", "region"}.isdisjoint(row["missing"])
        assert {"consent_on_record", "balance", "risk_level"} <= set(row["missing"])
        listed = RULES.completeness["other"]
        assert row["completeness"] == pytest.approx(1 - len(row["missing"]) / len(listed))

    def test_a_firm_has_no_age_to_miss(self):
        assert "age" not in anna(customers=[{**ANNA, "customer_type": "firm"}])["missing"]


class TestRules:
    def replaced(self, path, value):
        entry = RULEBOOK.entry(path)
        since = entry.versions[0].first_day
        raw = {**entry.versions[0].head, "title": {"en": "t", "zh-Hans": "t", "zh-Hant": "t"}, "last_checked": since, "status": "provisional",
               "values": {since: value}, "reference": {since: {"title": "test"}}}  # fmt: skip
        return Rulebook({**RULEBOOK.entries, path: parse_entry(path, raw)})

    def test_a_family_without_a_line_is_refused(self):
        with pytest.raises(RuleError, match="metal"):
            archive_rules(self.replaced("know.segments.family_line", {"deposit": "deposit"}), AT)

    def test_a_completeness_without_a_general_list_is_refused(self):
        with pytest.raises(RuleError, match="other"):
            archive_rules(self.replaced("know.completeness", {"firm": ["region"]}), AT)

    def test_a_validity_that_is_not_in_force_sets_no_limit(self):
        assert (
            archive_rules(
                RULEBOOK, day("1999-01-01"), "cn.nfra.suitability.assessment_validity"
            ).validity_months
            is None
        )

    def test_absent_tables_are_allowed(self):
        made = archive({"customers": table("customers", ANNA)}, AT, TIMEZONE, RULES).collect()
        assert made.height == 1
