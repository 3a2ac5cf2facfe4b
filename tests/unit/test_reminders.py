"""What calls for a contact, and the rules of a day that say when."""

import datetime as dt

import pytest
import warned_bank

from zhike.adapters.rule_files import load_rulebook
from zhike.core.birthdays import age_on
from zhike.core.errors import RuleError, RuleNotFoundError
from zhike.core.language import LANGUAGES
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.decide.day_rules import DayRules, ReminderRule
from zhike.decide.reminders import READS, REMINDERS, reminders

RULEBOOK, TODAY = load_rulebook(), dt.date(2026, 7, 1)
RULES = DayRules.of(RULEBOOK, TODAY)


def brought_up(**known):
    """Return kind, day that matters and whether it must be done of what calls."""
    return [(one.kind, one.due_on, one.must) for one in reminders(known, TODAY, RULES.reminders)]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (31, []), (30, [("risk_expiring", False)]), (8, [("risk_expiring", False)]), (7, [("risk_expiring", True)]),
        (0, [("risk_expiring", True)]), (-1, [("risk_expired", False)]),
    ],
)  # fmt: skip
def test_an_assessment_calls_before_it_ends_and_after(days, found):
    until = TODAY + dt.timedelta(days=days)
    due_on = until if days >= 0 else None
    expected = [(kind, due_on, must) for kind, must in found]
    assert brought_up(risk_valid_until=until, risk_status="valid") == expected


def test_one_that_has_ended_calls_whether_its_day_is_known_or_not():
    assert brought_up(risk_status="expired") == [("risk_expired", None, False)]
    assert brought_up(risk_status="expired", risk_valid_until=None) == [("risk_expired", None, False)]
    assert brought_up(risk_status="missing") == brought_up(risk_status="imputed") == []


def test_a_complaint_calls_at_once_and_a_round_birthday_when_there_is_time():
    assert brought_up(complaints_open=2, age=64) == [("complaint_open", None, True)]
    assert brought_up(complaints_open=0, age=65) == [("turned_65", None, False)]
    assert brought_up(age=66) == []


def test_what_is_not_known_calls_nobody():
    assert brought_up() == []
    assert brought_up(risk_valid_until=None, risk_status=None, complaints_open=None, age=None) == []


def test_whoever_wants_to_be_left_alone_is_called_for_what_must_be_done_only():
    assert brought_up(do_not_contact=True, complaints_open=1, age=65) == [("complaint_open", None, True)]
    assert brought_up(do_not_contact=False, age=65) == [("turned_65", None, False)]


def test_every_source_has_its_rule_and_every_rule_its_source():
    assert set(REMINDERS) == set(RULES.reminders)
    for currency in RULES.worth:
        assert set(RULES.worth[currency]) == {*REMINDERS, "task"}


def test_a_kind_without_a_rule_or_without_a_source_is_not_brought_up():
    known = {"complaints_open": 1}
    assert list(reminders(known, TODAY, {})) == []
    assert list(reminders(known, TODAY, {"nothing": RULES.reminders["complaint_open"]})) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_are_told_in_every_language(language):
    born = {"birth_date": dt.date(1960, 7, 3), "age": 65, "consent_marketing_phone": True}
    known = {"risk_valid_until": TODAY, "complaints_open": 3, "next_maturity_on": dt.date(2026, 7, 9), **born}
    told = [one.why.told(language) for one in reminders(known, TODAY, RULES.reminders)]
    told += [
        one.why.told(language) for one in reminders(known, TODAY, {"birthday": RULES.reminders["birthday"]})
    ]
    assert len(told) == 5
    assert any("2026-07-01" in text for text in told)
    assert any("66" in text and "2026-07-03" in text for text in told)
    assert any("2026-07-09" in text for text in told)
    assert any("3" in text for text in told)
    assert any("65" in text for text in told)
    assert not any("{" in text for text in told)


def test_the_minutes_of_a_contact_are_those_of_the_catalogue_where_it_says_them():
    assert RULES.minutes("phone") == 20
    assert RULES.minutes("phone", 0.3) == 23
    assert RULES.minutes("adviser", 0.8) == 63
    assert RULES.minutes("visit") == 120
    assert RULES.minutes("app", 0.3) is None
    assert (
        RULES.worth_of("EUR", "task"),
        RULES.worth_of("XXX", "task"),
        RULES.worth_of("EUR", "nothing"),
    ) == (5.0, 0.0, 0.0)


def changed(path, value):
    """Return the rulebook with one document saying something else from 1993 on."""
    entry = RULEBOOK.entry(path)
    first = entry.versions[0].first_day
    raw = dict(entry.versions[0].head) | {
        "values": {first: value}, "reference": {first: {"title": "x"}}, "status": "provisional", "last_checked": TODAY,
    }  # fmt: skip
    return Rulebook({**RULEBOOK.entries, path: parse_entry(path, raw)})


PHONE = {"contact": 15, "preparation": 5, "travel": 0}
CALL = {"over": "phone", "within_days": 1, "must_days": None, "rest_days": 1}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("day.working_minutes", -1), ("day.working_minutes", "six hours"), ("day.working_minutes", True),
        ("day.contact_minutes", {"phone": PHONE}), ("day.contact_minutes", {"phone": PHONE, "desk": {**PHONE, "travel": -1}}),
        ("day.contact_minutes", {"phone": PHONE, "desk": 15}), ("day.reminders", {"complaint_open": {**CALL, "over": "pigeon"}}),
        ("day.reminders", {"complaint_open": {**CALL, "rest_days": None}}), ("day.reminders", {"complaint_open": {**CALL, "over": 5}}),
        ("day.reminders", {"complaint_open": {**CALL, "must_days": 1.5}}), ("day.reminders", {"birthday": {**CALL, "asks": "survey"}}),
        ("day.reminders", {"birthday": {**CALL, "over": "desk", "asks": "marketing"}}), ("day.reminders", {"maturing": {**CALL, "share": "all"}}),
        ("day.reminders", {"maturing": {**CALL, "share": 1.5}}), ("day.reminders", {"maturing": {**CALL, "share": True}}),
        ("day.preparation", {"birthday": ["a card"]}), ("day.preparation", {"birthday": [{"en": "a card"}]}), ("day.preparation", {"birthday": 1}),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_meant_are_refused(path, value):
    with pytest.raises(RuleError):
        DayRules.of(changed(path, value), TODAY)


def test_rules_are_those_of_the_day():
    with pytest.raises(RuleNotFoundError):
        DayRules.of(RULEBOOK, dt.date(1992, 12, 31))
    assert ReminderRule.of({**CALL, "from_age": 60, "to_age": 62}, "x").ages == (60, 62)


def test_sources_read_no_more_than_they_say():
    """Of a large book no more is kept at hand; what a source read beside would be missing there."""

    class Watched(dict):
        def __init__(self, **known):
            super().__init__(known)
            self.read = set()

        def get(self, name, default=None):
            self.read.add(name)
            return super().get(name, default)

    known = Watched(
        risk_valid_until=TODAY, risk_status="expired", complaints_open=1, age=65, do_not_contact=False, next_maturity_on=TODAY,
        next_maturity_amount=1, currency="EUR", consent_marketing_phone=True, birth_date=dt.date(1960, 7, 3),
        warnings=[warned_bank.given("C1"), warned_bank.given("C1", "dissatisfaction")],
    )  # fmt: skip
    found = {kind for one in RULES.reminders for kind in _kinds(known, one)}
    assert found == set(REMINDERS)
    assert known.read == set(READS) - {"consent_marketing_adviser", "consent_marketing_branch"}


def _kinds(known, kind):
    """Return what one source finds where no other speaks."""
    return [one.kind for one in reminders(known, TODAY, {kind: RULES.reminders[kind]})]


YES = {"consent_marketing_phone": True}


def born(text, age=None):
    """Return a day of birth with the age of today, or of a correction."""
    day = dt.date.fromisoformat(text)
    return {"birth_date": day, "age": age_on(day, TODAY) if age is None else age}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1980-06-30", []), ("1980-07-01", ["2026-07-01"]), ("1980-07-08", ["2026-07-08"]), ("1980-07-09", []),
        ("2008-07-08", ["2026-07-08"]), ("2009-07-08", []),
    ],
)  # fmt: skip
def test_a_birthday_of_an_adult_calls_in_the_week_before_it(text, found):
    assert brought_up(**born(text), **YES) == [("birthday", dt.date.fromisoformat(on), False) for on in found]


def test_whoever_did_not_agree_to_marketing_over_the_phone_is_not_greeted():
    day = born("1980-07-01")
    for answers in (
        {},
        {"consent_marketing_phone": None},
        {"consent_marketing_phone": False},
        {"consent_marketing_branch": True},
    ):
        assert brought_up(**day, **answers) == []
    assert brought_up(**day, **YES, do_not_contact=True) == []
    assert brought_up(**day, **YES, customer_type="firm") == []


def test_the_65th_birthday_calls_before_its_day_and_after_and_no_second_time_as_a_birthday():
    def calls(text, **known):
        return brought_up(**born(text), **known)

    day = dt.date(2026, 7, 15)
    assert calls("1961-07-16") == []
    assert calls("1961-07-15") == [("turned_65", day, False)]
    assert calls("1961-07-03", **YES) == [("turned_65", dt.date(2026, 7, 3), False)]
    assert calls("1961-07-01", **YES) == [("turned_65", TODAY, False)]
    assert calls("1961-06-30", **YES) == [("turned_65", None, False)]
    assert calls("1960-07-03", **YES) == [("turned_65", None, False)]  # nobody has called since
    assert calls("1960-07-01", **YES) == [("birthday", TODAY, False)]


def test_an_age_published_before_the_birthday_is_no_other_age():
    assert brought_up(**born("1961-06-20", age=64)) == [("turned_65", None, False)]
    assert brought_up(**born("1960-06-20", age=65)) == []


def test_where_age_and_day_of_birth_do_not_agree_the_day_calls_nobody():
    assert brought_up(**born("1980-07-03", age=65), **YES) == [("turned_65", None, False)]
    assert brought_up(**born("1961-07-03", age=40), **YES) == []
    assert brought_up(**{**born("1961-07-03"), "age": None}, **YES) == []


@pytest.mark.parametrize(("days", "found"), [(-1, []), (0, ["maturing"]), (30, ["maturing"]), (31, [])])
def test_what_matures_calls_in_the_month_before(days, found):
    on = TODAY + dt.timedelta(days=days)
    known = {"next_maturity_on": on, "next_maturity_amount": 1_000, "currency": "CNY"}
    told = list(reminders(known, TODAY, RULES.reminders))
    assert [(one.kind, one.due_on, one.must, one.amount, one.currency) for one in told] == [
        (kind, on, False, 1_000, "CNY") for kind in found
    ]
    assert list(reminders({**known, "do_not_contact": True}, TODAY, RULES.reminders)) == []


def test_what_matures_without_an_amount_is_told_without_one():
    (one,) = reminders({"next_maturity_on": TODAY, "currency": "CNY"}, TODAY, RULES.reminders)
    assert (one.amount, one.currency) == (None, "")


def test_every_reminder_has_points_to_prepare_in_every_language():
    assert set(RULES.preparation) == set(REMINDERS)
    for points in RULES.preparation.values():
        assert points
        assert all(point.in_language(language) for point in points for language in LANGUAGES)


def test_a_raised_warning_calls_until_its_window_is_over_and_an_open_complaint_goes_first():
    both = [warned_bank.given("C1"), warned_bank.given("C1", "dissatisfaction", 0.4)]
    last = warned_bank.LAST
    assert brought_up(warnings=both) == [("losing_warning", last, False), ("discontent_warning", last, False)]
    assert brought_up(warnings=both, complaints_open=1) == [
        ("complaint_open", None, True),
        ("losing_warning", last, False),
    ]
    assert brought_up(warnings=both, do_not_contact=True) == brought_up(warnings=None) == []
    calm = [warned_bank.given("C1", raised=False)]
    over = [warned_bank.given("C1", window_last=TODAY - dt.timedelta(1))]
    assert brought_up(warnings=calm) == brought_up(warnings=over) == []
    far = {"losing_warning": ReminderRule("phone", 30, None, 90)}
    assert list(reminders({"warnings": both}, TODAY, far)) == []
