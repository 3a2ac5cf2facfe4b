"""Serving one customer: the same verdicts and choices as the batch, draws from the seed, caps kept, everything proven again."""

import dataclasses
import itertools
import json

import decide_bank
import numpy as np
import pytest
from constrained_bank import SALES, constraint

from zhike.decide.decisions import BEST
from zhike.decide.dossier import dossiers, packed, unpacked
from zhike.decide.live import Live, Preferences, changed_inputs, unwanted_actions
from zhike.decide.policy import Exploration
from zhike.decide.served_answer import Reading, explained, listed
from zhike.decide.serving import Moment, attempts, serve, serve_all
from zhike.decide.serving_setting import ServingSetting
from zhike.decide.strategy import decide_blocks, plan_of

NOW = 1_782_900_000_000_000
DAY = 86_400_000_000
CONSTRAINTS = [
    {"id": "calls", "kind": "capacity", "title": decide_bank.text("calls"), "owner": "tests", "first_day": "2018-01-03",
     "reference": "tests", "actions": {"channel": ["phone"]}, "maximum": 2},
]  # fmt: skip

DAY_CAPS = [
    constraint("offers", "per_household", actions=SALES, maximum=3),
    constraint("one_care", "per_customer", actions={"kind": ["care"]}, maximum=1),
]


def made(**changes):
    rules = decide_bank.rulebook()
    prepared = decide_bank.prepared(decide_bank.rows(), rules=rules, **changes)
    setting = ServingSetting.of(prepared, plan_of(prepared), rules, {"zhike": "tests"})
    stored = ServingSetting.from_content(json.loads(json.dumps(setting.content())))
    assert stored.content() == setting.content()
    return prepared, stored, [unpacked(packed(one), stored) for one in dossiers(prepared)]


@pytest.fixture(scope="module")
def small():
    return made()


def test_without_exploration_the_list_is_the_batch_s(small):
    prepared, setting, known = small
    names = setting.columns["action_id"]
    batch = {
        customer: [(row["action_id"], row["action_probability"]) for row in rows]
        for block in decide_blocks(prepared)
        for customer, rows in _by_customer(block.decisions.to_dicts()).items()
    }
    free = [one for one in known if not one.inputs["contacts_all_30d"]]
    assert free
    for dossier in known:
        served = serve(setting, dossier, Moment("any", outbound=False))
        assert [(names[place.action], place.probability) for place in served.places] == batch[
            dossier.customer_id
        ]


def _by_customer(rows):
    found = {}
    for row in rows:
        found.setdefault(row["customer_id"], []).append(row)
    return found


def test_verdicts_of_a_dossier_are_those_of_the_batch(small):
    prepared, _, known = small
    whole = prepared.judge.words(prepared.inputs)
    for row, dossier in enumerate(known):
        assert (dossier.refused == whole[0][:, row : row + 1]).all()
        assert (dossier.obliged == whole[1][:, row : row + 1]).all()
        assert dossier.inputs == prepared.inputs.row(row, named=True)


def test_judging_again_by_what_changed_is_judging_again_by_everything(small):
    _, setting, known = small
    lives = (
        Live(contacts=((NOW - DAY, "phone"), (NOW - 40 * DAY, "app"))),
        Live(consents={("marketing", "app"): False}), Live(complaints=1), Live(taken=("C0", "F2")),
        Live(refused={"invest:F2": NOW - DAY}, preferences=Preferences(channels=("adviser",))),
        Live(corrections={"age": 12, "full_capacity": False, "risk_status": "expired"}),
    )  # fmt: skip
    for dossier in known:
        for live in lives:
            changed = changed_inputs(dossier, live, NOW)
            served = serve(setting, dossier, Moment("any", changed))
            refused, obliged = setting.judge.words(dossier.one(setting, changed))
            assert (served.refused == refused).all()
            assert (served.obliged == obliged).all()


def test_draws_follow_from_the_seed_with_their_exact_probability():
    prepared, setting, known = made(exploration={"share": 0.4, "temperature": 20.0})
    dossier = max(known, key=lambda one: serve(setting, one, Moment("any")).optional.sum())
    served = [serve(setting, dossier, Moment(f"d{turn}", most=1)) for turn in range(4_000)]
    assert serve(setting, dossier, Moment("d7", most=1)).fingerprint == served[7].fingerprint
    expected = served[0].probability
    assert expected.sum() == pytest.approx(1.0)
    drawn = np.bincount([one.places[0].action for one in served], minlength=len(expected)) / len(served)
    assert np.abs(drawn - expected).max() < 4 * np.sqrt(0.25 / len(served))
    for one in served[:50]:
        assert one.places[0].probability == expected[one.places[0].action]
    assert any(one.places[0].arm != BEST for one in served)
    assert prepared.policy.exploration == Exploration(0.4, 20.0)


def test_outbound_lists_keep_what_the_caps_leave(small):
    _, setting, known = small
    dossier = max(known, key=lambda one: len(serve(setting, one, Moment("any")).places))
    assert len(serve(setting, dossier, Moment("any")).places) > 1
    columns = {column: maximum for _, column, maximum in setting.caps}
    changed = {"contacts_all_30d": columns["contacts_all_30d"] - 1}
    served = serve(setting, dossier, Moment("any", changed))
    kinds = [setting.columns["kind"][place.action] for place in served.places]
    assert sum(kind in ("sale", "care") for kind in kinds) == 1
    none_left = serve(setting, dossier, Moment("any", {"contacts_all_30d": columns["contacts_all_30d"]}))
    assert not {setting.columns["kind"][place.action] for place in none_left.places} & {"sale", "care"}


def test_only_channels_that_are_open_and_wanted_are_chosen(small):
    _, setting, known = small
    for dossier in known:
        served = serve(setting, dossier, Moment("any", channels=("adviser",)))
        chosen = [place.action for place in served.places if place.arm != "mandatory"]
        assert {setting.columns["channel"][column] for column in chosen} <= {"adviser", "none"}
        unwanted = unwanted_actions(setting, Live(preferences=Preferences(topics=("investment",))), NOW)
        calmer = serve(setting, dossier, Moment("any", unwanted=tuple(np.flatnonzero(unwanted).tolist())))
        assert not any(setting.columns["group"][place.action] == "investment" for place in calmer.places)


def test_no_action_says_what_became_of_the_alternatives(small):
    _, setting, known = small
    for dossier in known:
        served = serve(setting, dossier, Moment("any", {"do_not_contact": True}))
        assert sum(attempts(setting, served).values()) == len(setting.actions) - 1


def test_prices_charge_what_is_scarce():
    prepared, setting, known = made(constraints=CONSTRAINTS)
    assert setting.scarcity is not None
    dear = dataclasses.replace(setting.scarcity, prices=np.full(len(setting.scarcity.names), 1e6))
    costly = dataclasses.replace(setting, scarcity=dear)
    phone = setting.by_channel["phone"]
    assert prepared.constraints
    assert any(
        setting.columns["channel"][place.action] == "phone"
        for one in known
        for place in serve(setting, one, Moment("a")).places
    )
    for dossier in known:
        served = serve(costly, dossier, Moment("any"))
        assert not any(phone[place.action] for place in served.places if place.arm != "mandatory")
        assert (served.net[phone] < 0).all()
        again = Moment("any", prices=tuple(dear.prices.tolist()))
        assert serve(setting, dossier, again).fingerprint == served.fingerprint


def test_a_moment_survives_being_written():
    moment = Moment("d1", {"age": 4}, ("app",), (3,), outbound=False, most=2, prices=(0.5,))
    assert Moment.of("d1", json.loads(json.dumps(moment.to_content()))) == moment
    assert Moment("d2").to_content() == {}
    live = Live(
        ((5, "app"),),
        {("marketing", "all"): False},
        {"a": 3},
        ("P",),
        2,
        {"age": 3},
        Preferences(("sms",), ("x",), 0, ("09:00", "18:00")),
    )
    assert Live.of(json.loads(json.dumps(live.to_content()))) == live


def test_a_withdrawal_on_all_channels_outlives_a_yes_on_one(small):
    _, _, known = small
    dossier = known[0]
    columns = [name for name in dossier.inputs if name.startswith("consent_marketing_")]
    assert columns
    every = Live(consents={("marketing", "all"): False, ("marketing", "app"): True})
    assert not any(changed_inputs(dossier, every, NOW).get(name, dossier.inputs[name]) for name in columns)


def test_an_explanation_names_every_candidate_and_the_rules(small):
    _, setting, known = small
    for dossier in known:
        moment = Moment("any", {"do_not_contact": True} if dossier is known[0] else {})
        reading = Reading(setting, dossier, moment, serve(setting, dossier, moment))
        told = explained(reading, "zh-Hant")
        assert [one["action_id"] for one in told["candidates"]] == setting.columns["action_id"]
        refused = {one["action_id"] for one in told["candidates"] if one["verdict"] != "allowed"}
        for one in told["best_refused"]:
            assert one["action_id"] in refused
            assert one["reasons"][0]["effect"] == "refused"
        for one in listed(reading, "zh-Hans"):
            assert one["action_id"] not in refused
            assert one["title"].endswith("（简）")


def test_what_the_day_s_caps_leave_is_never_exceeded_and_not_asked_they_limit_nothing():
    _, setting, known = made(
        exploration={"share": 0.5, "temperature": 20.0}, constraints=[*CONSTRAINTS, *DAY_CAPS]
    )
    caps, seen = setting.day_caps, set()
    assert caps.names == ("offers", "one_care")
    for dossier, left, turn in itertools.product(known, itertools.product(range(3), range(2)), range(5)):
        served = serve(setting, dossier, Moment(f"d{turn}", left=left))
        used = caps.counted[:, [place.action for place in served.places]].sum(axis=1)
        assert (used <= left).all()
        assert not served.optional[caps.counted[np.array(left) == 0].any(axis=0)].any()
        assert served.probability.sum() == pytest.approx(1.0)
        seen.add((left, *used.tolist()))
    assert ((2, 1), 2, 1) in seen
    free, usual = (serve(setting, known[0], Moment("d1", left=left)) for left in ((9, 9), None))
    assert (free.fingerprint, free.places) == (usual.fingerprint, usual.places)


def test_decided_together_they_are_bit_for_bit_what_they_are_one_by_one():
    _, setting, known = made(
        exploration={"share": 0.4, "temperature": 20.0}, constraints=[*CONSTRAINTS, *DAY_CAPS]
    )
    moments = [
        Moment(f"d{row}", {"age": 12} if row % 3 else {}, ("app",) if row % 2 else (), outbound=row % 4 > 0, most=None if row % 5 else 1,
               left=(row % 3, 2) if row % 4 == 1 else None)
        for row in range(60)
    ]  # fmt: skip
    dossiers_of = [known[row % len(known)] for row in range(60)]
    together = serve_all(setting, dossiers_of, moments)
    alone = [serve(setting, *one) for one in zip(dossiers_of, moments, strict=True)]
    assert [one.fingerprint for one in together] == [one.fingerprint for one in alone]
    assert [one.places for one in together] == [one.places for one in alone]
