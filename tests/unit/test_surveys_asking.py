"""Whom to ask: one budget over everything, the first reason that holds, a control at random with a known chance."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from zhike.adapters.rule_files import load_rulebook
from zhike.measure.surveys.asking import REASONS, AskingPolicy, due_reminders, information, whom_to_ask
from zhike.measure.surveys.quotas import SurveyQuota, places_left, places_taken

DAY = dt.date(2026, 6, 30)
POLICY = AskingPolicy(30, 3, 3, 90, ("mandatory",), 0.2, 5, 1)
NO_CONTACTS = pl.DataFrame(schema={"customer_id": pl.String, "occurred_on": pl.Date, "purpose": pl.String})
NO_SURVEYS = pl.DataFrame(schema={"customer_id": pl.String, "sent_on": pl.Date})


def ago(days):
    return DAY - dt.timedelta(days=days)


def crowd(n, **columns):
    plain = {
        "customer_id": [f"C{i:04}" for i in range(n)], "permitted": [True] * n, "do_not_contact": [False] * n,
        "complaint_open": [False] * n, "cell": ["a"] * n, "worth": [0.0] * n,
    }  # fmt: skip
    return pl.DataFrame({**plain, **columns})


def contacts(*rows):
    return pl.DataFrame(rows, NO_CONTACTS.schema, orient="row")


def surveys(*rows):
    return pl.DataFrame(rows, NO_SURVEYS.schema, orient="row")


def ask(people, past=NO_CONTACTS, sent=NO_SURVEYS, places=100, left=None, policy=POLICY, day=DAY):
    return whom_to_ask(people, past, sent, policy, day, places=places, left=left or {}, salt="pulse")


def reason(past=(), sent=(), **columns):
    found = ask(
        crowd(1, **columns), contacts(*past), surveys(*sent), policy=replace(POLICY, control_share=0.0)
    )
    return found["reason"][0]


def test_one_budget_counts_surveys_marketing_and_calls_together():
    three = [("C0000", ago(10), "marketing"), ("C0000", ago(20), "service")]
    assert reason(three, [("C0000", ago(100))]) == "asked"
    assert reason([*three, ("C0000", ago(30), None)]) == "budget_spent"
    assert reason([*three, ("C0000", ago(31), "marketing")]) == "asked"
    assert reason([*three, ("C0000", ago(5), "mandatory")]) == "asked"
    assert reason([*three, ("C0000", ago(5), "survey")]) == "asked"  # counted as an invitation, once
    short = replace(POLICY, rest_days=4)
    found = ask(crowd(1), contacts(*three), surveys(("C0000", ago(5))), policy=short)
    assert found["reason"][0] == "budget_spent"


WHY = [
    ({"do_not_contact": [True], "permitted": [False]}, [], [], "do_not_contact"),
    ({"permitted": [None], "complaint_open": [True]}, [], [], "not_permitted"),
    ({"complaint_open": [True]}, [], [("C0000", ago(1))], "complaint_open"),
    ({}, [("C0000", ago(1), "marketing")], [("C0000", ago(89))], "asked_lately"),
    ({}, [("C0000", ago(2), "marketing")], [("C0000", ago(90))], "too_soon"),
    ({}, [("C0000", ago(3), "marketing")], [("C0000", ago(90))], "asked"),
    ({}, [("C0000", DAY, "marketing")], [], "asked"),  # of the day itself nothing is known yet
]


@pytest.mark.parametrize(("columns", "past", "sent", "expected"), WHY)
def test_the_first_reason_that_holds_is_told(columns, past, sent, expected):
    assert reason(past, sent, **columns) == expected


def test_places_go_to_those_who_teach_most_and_a_share_is_drawn():
    people = crowd(1000, worth=[float(i) for i in range(1000)])
    found = ask(people, places=100)
    counts = dict(found.group_by("reason").len().iter_rows())
    assert counts == {"asked": 80, "asked_at_random": 20, "no_place": 900}
    asked = people.filter(found["reason"] == "asked")["worth"]
    assert asked.min() >= 1000 - 80 - 20
    assert found["chance"].unique().to_list() == [0.02]
    assert found["customer_id"].to_list() == people["customer_id"].to_list()


def test_the_draw_follows_from_survey_day_and_person_alone():
    people = crowd(200)
    first = ask(people, places=50)
    assert ask(people.reverse(), places=50).reverse().equals(first)
    assert not ask(people, places=50, day=DAY + dt.timedelta(days=1)).equals(first)


def test_the_chance_is_that_of_the_draw():
    """Over many days, everybody is drawn at random as often as the chance says, whatever they would teach."""
    people = crowd(60, worth=list(np.linspace(0, 1, 60)), cell=["a", "b"] * 30)
    drawn, chance = np.zeros(60), np.zeros(60)
    for n in range(200):
        found = ask(people, places=30, left={"a": 2}, day=DAY + dt.timedelta(days=n))
        drawn += (found["reason"] == "asked_at_random").to_numpy()
        chance += found["chance"].to_numpy()
    error = (drawn - chance) / np.sqrt(chance * (1 - chance / 200))
    assert abs(error).max() < 4
    assert chance[::2].sum() < chance[1::2].sum()  # the quota holds cell a down


def test_quotas():
    people = crowd(20, cell=["a"] * 10 + ["b"] * 10)
    found = people.with_columns(ask(people, places=12, left={"a": 3})["reason"])
    told = found.group_by("cell", "reason").len().sort("cell", "reason").rows()
    asked = {(cell, why.startswith("asked")): 0 for cell, why, _ in told}
    for cell, why, n in told:
        asked[cell, why.startswith("asked")] += n
    assert asked == {("a", True): 3, ("a", False): 7, ("b", True): 9, ("b", False): 1}
    assert ("a", "quota_full", 7) in told
    assert ("b", "no_place", 1) in told
    assert set(ask(people, places=5, left={"a": 0, "b": 0})["reason"]) == {"quota_full"}


def test_nobody_and_no_place():
    assert ask(crowd(1).head(0)).height == 0
    assert set(ask(crowd(3), places=0)["reason"]) == {"no_place"}


def test_reminders():
    people = crowd(6, do_not_contact=[False] * 5 + [True])
    rows = [
        ("S0", "C0000", ago(5), 0, False), ("S1", "C0001", ago(4), 0, False), ("S2", "C0002", ago(9), 1, False),
        ("S3", "C0003", ago(9), 0, True), ("S4", "C0004", ago(9), 0, False), ("S5", "C0005", ago(9), 0, False),
    ]  # fmt: skip
    sent = pl.DataFrame(rows, ["survey_id", "customer_id", "sent_on", "reminders", "answered"], orient="row")
    past = contacts(("C0004", ago(1), "marketing"))
    found = due_reminders(sent, people, past, POLICY, DAY)
    assert dict(found.iter_rows()) == {
        "S0": "due", "S1": "too_early", "S2": "reminded_enough", "S3": "answered", "S4": "too_soon", "S5": "do_not_contact",
    }  # fmt: skip


def test_what_one_more_answer_teaches():
    """The gain is the difference of the stratified mean's variance, with and without the answer."""
    cells = pl.DataFrame({"cell": ["a", "b", "c"], "share": [0.7, 0.2, 0.1], "spread": [2.0, 3.0, 1.0], "answers": [50, 5, 0], "response": [0.3, 0.3, 0.1]})  # fmt: skip
    n, w, s = cells["answers"].to_numpy(), cells["share"].to_numpy(), cells["spread"].to_numpy()
    before = (w * s) ** 2 / np.maximum(n, 0.5)
    after = (w * s) ** 2 / np.maximum(n + 1, 1.5)
    assert information(cells)["worth"].to_numpy() == pytest.approx((before - after) * [0.3, 0.3, 0.1])
    assert information(cells)["cell"].to_list() == ["a", "b", "c"]


def test_the_policy_in_force_shares_the_budget_of_all_contacts():
    found = AskingPolicy.of(load_rulebook(), dt.date(2026, 11, 27))
    assert (found.window_days, found.maximum, found.gap_days, found.rest_days) == (30, 4, 3, 90)
    assert found.exempt == ("mandatory", "transaction")
    assert len(set(REASONS)) == len(REASONS)


def test_a_round_in_the_middle_of_a_day_knows_of_its_morning():
    people, past = crowd(2), contacts(("C0000", DAY, "marketing"))
    assert ask(people, past)["reason"].to_list().count("too_soon") == 0
    found = whom_to_ask(
        people, past, surveys(("C0001", DAY)), POLICY, DAY, places=9, salt="pulse", so_far=True
    )
    assert found["reason"].to_list() == ["too_soon", "asked_lately"]


def test_who_bears_fewer_contacts_than_the_house_allows_has_that_budget():
    past = contacts(("C0000", ago(10), "marketing"), ("C0001", ago(10), "marketing"))
    found = ask(crowd(3, most=[1, None, 0]), past)
    assert found["reason"].to_list()[0] == "budget_spent"
    assert found["reason"].to_list()[1].startswith("asked")
    assert found["reason"].to_list()[2] == "budget_spent"  # none at all


QUOTAS = (
    SurveyQuota("branch", (), "branch", "sent", 5, 30), SurveyQuota("answers", ("nps",), "tier", "answered", 3, 30), SurveyQuota("bank", ("nps",), None, "sent", 9, 7),
)  # fmt: skip


def test_quotas_over_surveys_count_whatever_was_asked_within_their_days():
    rows = [
        ("csat", "north", "mass", ago(1), None), ("nps", "north", "mass", ago(29), ago(2)), ("nps", "north", "mass", ago(30), ago(30)),
        ("nps", None, "mass", ago(6), ago(1)), ("csat", "south", "mass", ago(3), ago(1)),
    ]  # fmt: skip
    asked = pl.DataFrame(rows, ["instrument", "branch", "tier", "sent_on", "answered_on"], orient="row")
    people = pl.DataFrame({"branch": ["north", None, "south"], "tier": ["mass", "mass", "private"]})
    assert places_left(QUOTAS, asked, people, DAY) == {
        "branch:north": 3, "branch:": 4, "branch:south": 4, "answers:mass": 1, "answers:private": 3, "bank": 8,
    }  # fmt: skip
    assert places_taken(QUOTAS, people)[2] == ["branch:south", "answers:private", "bank"]


def test_no_quota_of_several_is_overfilled_and_the_draw_stays_fair():
    """A person takes a place of each quota that they are in; the chance is that of their cell and quotas together."""
    n = 60
    tiers, branches = ["x", "y"] * (n // 2), ["n", "n", "s"] * (n // 3)
    quotas = [[f"t:{tier}", f"b:{branch}"] for tier, branch in zip(tiers, branches, strict=True)]
    people = crowd(n, cell=tiers, quotas=quotas, worth=[float(one) for one in range(n)])
    left = {"t:x": 4, "t:y": 30, "b:n": 6, "b:s": 30}
    drawn, chance = np.zeros(n), np.zeros(n)
    for day in range(150):
        found = ask(people, places=20, left=left, day=DAY + dt.timedelta(days=day))
        asked = found["reason"].is_in(["asked", "asked_at_random"]).to_list()
        used = Counter(quota for own, one in zip(quotas, asked, strict=True) if one for quota in own)
        assert all(used[name] <= most for name, most in left.items())
        drawn += (found["reason"] == "asked_at_random").to_numpy()
        chance += found["chance"].to_numpy()
    error = (drawn - chance) / np.sqrt(chance * (1 - chance / 150))
    assert abs(error).max() < 4
    assert set(ask(people, places=60, left=left)["reason"]) == {"asked", "asked_at_random", "quota_full"}
