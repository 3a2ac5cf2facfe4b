"""Responses: potential outcomes that fit together, effects that differ, and a state that changes as it should."""

import dataclasses

import numpy as np
import pytest

from zhike.lab import campaigns, contact, offers
from zhike.lab.contact import SHOWN, Contacts
from zhike.lab.deck import Deck, Orders
from zhike.lab.outcomes import outcomes
from zhike.lab.shelf import FAMILIES, PRODUCTS, REGIONS, SHELF, TALKING
from zhike.lab.taking import Scene, chosen, shares
from zhike.lab.weather import weather_of

MONTH = 676
SALES = (
    "offer_deposit:D02:app", "offer_deposit:D03:branch", "offer_wealth:W02:phone", "offer_fund:F04:app", "offer_loan:L01:phone",
    "offer_insurance:I02:adviser", "offer_card:K01:sms", "offer_settlement:P01:app",
)  # fmt: skip
PACKAGES = ("salary_package:branch", "new_family_package:adviser", "small_business_package:branch")


@pytest.fixture
def weather(dice):
    return calm(dice, MONTH)


def calm(dice, month):
    return weather_of(dice, month, np.zeros(len(REGIONS)), np.zeros(len(TALKING)))


def here(crowd):
    return np.flatnonzero(crowd[1].here)


def judged(dice, deck, crowd, weather, action, row=None):
    row = here(crowd) if row is None else row
    return outcomes(
        dice, deck, *crowd, weather.month, weather, row, np.full(len(row), deck.ids.index(action))
    )


def shown(deck, action, row, day=3):
    size = len(row)
    position = deck.ids.index(action)
    return Contacts(
        row, np.full(size, position), np.full(size, 0.5), np.full(size, SHOWN, dtype=np.int8), np.full(size, day, dtype=np.int8)
    )  # fmt: skip


def silence():
    empty = np.zeros(0, dtype=np.int64)
    return Contacts(empty, empty, np.zeros(0), empty.astype(np.int8), empty.astype(np.int8))


def answered(dice, deck, crowd, weather, contacts):
    return offers.respond(dice, deck, *crowd, weather.month, weather, contacts)


def rested(crowd):
    """Let nobody be tired, aggrieved or fresh from a purchase."""
    crowd[1].fatigue[:] = 0
    crowd[1].complaint[:] = 0
    crowd[1].since[:] = np.minimum(crowd[1].since, MONTH - 12)
    crowd[0].patience[:] = 4
    return crowd


@pytest.mark.parametrize("action", [*SALES, *PACKAGES])
def test_an_offer_that_does_not_disturb_never_lowers_the_chance(dice, deck, crowd, weather, action):
    found = judged(dice, deck, crowd, weather, action)
    calm_ones = ~found.disturbs
    assert (found.p_takes >= found.p_nothing)[calm_ones].all()
    assert not (found.takes_nothing & ~found.takes & calm_ones).any()
    assert (found.p_takes[~calm_ones] <= found.p_nothing[~calm_ones]).all()
    assert not (found.takes & ~found.takes_nothing & ~calm_ones).any()
    assert ((found.p_takes >= 0) & (found.p_takes <= 1)).all()


@pytest.mark.parametrize(
    "action", ["offer_deposit:D03:branch", "offer_insurance:I02:adviser", "invite_assessment:phone"]
)
def test_what_happens_is_as_likely_as_is_said(dice, deck, crowd, action):
    found = [judged(dice, deck, crowd, calm(dice, month), action) for month in range(MONTH, MONTH + 12)]
    for chance, fact in (("p_takes", "takes"), ("p_nothing", "takes_nothing"), ("p_shown", "shown")):
        expected = np.concatenate([getattr(one, chance) for one in found])
        happened = np.concatenate([getattr(one, fact) for one in found])
        error = np.sqrt((expected * (1 - expected)).sum())
        assert abs(happened.sum() - expected.sum()) < 4 * error + 1


def test_outcomes_do_not_depend_on_what_else_is_judged(dice, deck, crowd, weather):
    row = np.arange(200)
    alone = [judged(dice, deck, crowd, weather, action, row) for action in SALES]
    both = outcomes(
        dice, deck, *crowd, MONTH, weather,
        np.tile(row, len(SALES)), np.repeat([deck.ids.index(action) for action in SALES], len(row)),
    )  # fmt: skip
    for field in dataclasses.fields(both):
        together = np.concatenate([getattr(one, field.name) for one in alone])
        assert (together == getattr(both, field.name)).all(), field.name


def test_judging_changes_nothing(dice, deck, crowd, weather):
    before = crowd[1].copy()
    judged(dice, deck, crowd, weather, "salary_package:branch")
    for field in dataclasses.fields(before):
        assert (getattr(before, field.name) == getattr(crowd[1], field.name)).all(), field.name


def test_doing_nothing_does_nothing(dice, deck, crowd, weather):
    found = judged(dice, deck, crowd, weather, "no_action")
    for name in (
        "p_shown",
        "p_takes",
        "p_nothing",
        "margin",
        "benefit",
        "mood",
        "annoyance",
        "hazard",
        "cost",
        "hours",
    ):
        assert not getattr(found, name).any(), name


@pytest.mark.parametrize(
    ("action", "low", "high"),
    [("offer_deposit:D02:app", 0.003, 0.02), ("offer_card:K01:sms", 0.003, 0.02), ("offer_wealth:W02:phone", 0.01, 0.06),
     ("offer_deposit:D03:branch", 0.02, 0.10), ("offer_insurance:I02:adviser", 0.03, 0.15)],
)  # fmt: skip
def test_response_rates_are_those_of_the_trade(dice, deck, crowd, weather, action, low, high):
    found = judged(dice, deck, rested(crowd), weather, action)
    assert low < found.p_takes[found.p_takes > 0].mean() < high


def test_the_best_twentieth_of_calls_answers_as_published(dice, deck, crowd, weather):
    chance = np.sort(judged(dice, deck, crowd, weather, "offer_wealth:W02:phone").p_takes)
    assert chance[-len(chance) // 20 :].mean() == pytest.approx(0.117, abs=0.04)


def test_customers_buy_by_themselves_now_and_then(dice, deck, crowd, weather):
    chance = Scene(dice, deck, *crowd, MONTH, weather).chance[:, crowd[1].here].mean(axis=1)
    assert (chance > 0.0015).all()
    assert (chance < 0.012).all()


@pytest.mark.parametrize(
    "action", ["offer_deposit:D02:app", "offer_wealth:W02:phone", "offer_fund:F04:app", "offer_card:K01:sms"]
)
def test_who_would_take_anyway_is_not_whom_an_offer_moves(dice, deck, crowd, weather, action):
    found = judged(dice, deck, crowd, weather, action)
    can = found.p_takes > 0
    effect = (found.p_takes - found.p_nothing)[can]
    assert abs(np.corrcoef(found.p_nothing[can], effect)[0, 1]) < 0.5


def test_ranking_messages_by_response_is_not_ranking_them_by_effect(dice, deck, crowd, weather):
    found = judged(dice, deck, crowd, weather, "offer_deposit:D02:app")
    effect = found.p_takes - found.p_nothing
    best = len(effect) // 20
    by_response, by_effect = np.argsort(-found.p_takes)[:best], np.argsort(-effect)[:best]
    assert effect[by_response].mean() < 0.75 * effect[by_effect].mean()


def test_too_many_contacts_turn_the_effect_round(dice, deck, crowd, weather):
    calm_ones = judged(dice, deck, rested(crowd), weather, "offer_deposit:D02:branch")
    crowd[1].fatigue[:] = 10
    tired = judged(dice, deck, crowd, weather, "offer_deposit:D02:branch")
    can = calm_ones.p_nothing > 0
    assert (calm_ones.p_takes > calm_ones.p_nothing)[can].all()
    assert (tired.p_takes < tired.p_nothing)[can].all()
    assert (tired.hazard > calm_ones.hazard).all()
    assert (tired.annoyance > calm_ones.annoyance).all()
    assert (tired.mood < calm_ones.mood).all()


@pytest.mark.parametrize("why", ["complaint", "bought"])
def test_the_wrong_time_disturbs(dice, deck, crowd, weather, why):
    _, state = rested(crowd)
    if why == "complaint":
        state.complaint[:] = 1
    else:
        state.amount[:, SHELF.codes.index("D01")], state.since[:, SHELF.codes.index("D01")] = 100, MONTH - 1
    found = judged(dice, deck, crowd, weather, "offer_deposit:D02:branch")
    assert found.disturbs.all()
    assert (found.hazard > 0).all()


def test_liking_and_the_persuadable_are_won_more_easily(dice, deck, crowd, weather):
    traits, _ = rested(crowd)
    found = judged(dice, deck, crowd, weather, "offer_wealth:W02:phone")
    traits.persuadable[:] += 1
    more = judged(dice, deck, crowd, weather, "offer_wealth:W02:phone")
    assert (more.p_nothing == found.p_nothing).all()
    assert (more.p_takes >= found.p_takes).all()
    assert more.p_takes.mean() > 1.5 * found.p_takes.mean()


def test_what_cannot_be_had_is_not_taken(dice, deck, crowd, weather):
    _, state = crowd
    state.balance[:] = 100
    for action in ("offer_deposit:D04:branch", "offer_insurance:I02:adviser"):
        assert not judged(dice, deck, crowd, weather, action).p_takes.any()
    state.amount[:, SHELF.codes.index("K01")] = 1_000
    assert not judged(dice, deck, crowd, weather, "offer_card:K01:sms").p_takes.any()


def test_firms_products_are_for_firms(dice, deck, crowd, weather):
    row = here(crowd)
    person = crowd[0].kind[row] == 0
    for action in ("offer_loan:L03:phone", "offer_settlement:S02:app"):
        found = judged(dice, deck, crowd, weather, action)
        assert not found.p_takes[person].any()
        assert found.p_takes[~person].any()


def test_unsuitable_investments_are_known_and_do_harm(dice, deck, crowd, weather):
    traits, _ = crowd
    found = judged(dice, deck, crowd, weather, "offer_fund:F05:branch")
    can = found.p_takes > 0
    beyond = 5 - np.minimum(traits.tolerance, traits.capacity)[here(crowd)] > 0.5
    assert (found.unsuitable == (beyond & (found.amount > 0)))[can].all()
    share = found.benefit[can] / found.amount[can]
    assert share[beyond[can]].mean() < 0 < share[~beyond[can]].mean() + 0.01


def test_credit_under_distress_and_high_premiums_are_unsuitable(dice, deck, crowd, weather):
    crowd[1].distress[:] = 0.8
    found = judged(dice, deck, crowd, weather, "offer_loan:L01:phone")
    assert found.unsuitable[found.amount > 0].all()
    assert (found.benefit[found.amount > 0] < 0).all()
    crowd[1].income[:], crowd[1].balance[:] = 3_000, 100_000
    premium = judged(dice, deck, crowd, weather, "offer_insurance:I03:adviser")
    assert (premium.unsuitable == (premium.amount > 0.2 * 36_000)).all()
    assert premium.unsuitable.any()


def test_amounts_keep_to_least_and_to_what_there_is(dice, deck, crowd, weather):
    for action, code in (
        ("offer_deposit:D04:app", "D04"),
        ("offer_wealth:W03:app", "W03"),
        ("offer_insurance:I02:branch", "I02"),
    ):
        found = judged(dice, deck, crowd, weather, action)
        amount = found.amount[found.p_takes > 0]
        assert (amount >= SHELF.least[SHELF.codes.index(code)]).all()
        assert (amount <= crowd[1].balance[here(crowd)][found.p_takes > 0]).all()


def test_a_package_is_taken_as_one(dice, deck, crowd, weather):
    row = here(crowd)
    sales = answered(dice, deck, rested(crowd), weather, shown(deck, "salary_package:branch", row))
    members = deck.members[deck.ids.index("salary_package:branch")]
    accepted = np.flatnonzero(sales.outcome == offers.ACCEPTED)
    assert accepted.size > 20
    bought = np.isin(sales.p_contact, accepted)
    per_contact = np.bincount(sales.p_contact[bought], minlength=len(row))
    late = sales.answer_days + 3 > 31
    assert (per_contact[accepted[~late[accepted]]] >= 2).all()
    assert np.isin(sales.p_product[bought], members).all()


def test_choosing_by_oneself_follows_the_shares(dice, deck, crowd, weather):
    scene = Scene(dice, deck, *crowd, MONTH, weather)
    row = here(crowd)
    family = np.full(len(row), FAMILIES.index("fund"))
    share = shares(scene, row, family)
    product = chosen(scene, row, family, share)
    some = share.sum(axis=1) > 0
    assert ((product >= 0) == some).all()
    assert np.allclose(share[some].sum(axis=1), 1)
    first = SHELF.codes.index("F01")
    assert (product[some] == first).mean() == pytest.approx(share[some, 0].mean(), abs=0.03)


def test_accepting_moves_money_and_begins_a_holding(dice, deck, crowd, weather):
    _, state = rested(crowd)
    before = state.copy()
    sales = answered(dice, deck, crowd, weather, shown(deck, "offer_deposit:D02:branch", here(crowd)))
    d02 = SHELF.codes.index("D02")
    mine = (sales.p_product == d02) & (sales.p_contact >= 0)
    row = sales.p_row[mine]
    assert row.size > 20
    assert np.allclose(state.amount[row, d02], sales.p_amount[mine], rtol=1e-5)
    assert (state.since[row, d02] == MONTH).all()
    assert (before.amount[row, d02] == 0).all()
    assert (state.balance >= np.minimum(before.balance, 0) - 1e-6).all()


def test_money_adds_up(dice, deck, crowd, weather):
    from zhike.lab.worth import money_moved

    _, state = crowd
    before = state.balance.copy()
    sales = answered(dice, deck, crowd, weather, shown(deck, "offer_loan:L01:phone", here(crowd)))
    moved = np.bincount(
        sales.p_row, weights=money_moved(sales.p_product, sales.p_amount), minlength=len(state)
    )
    assert np.allclose(state.balance - before, moved)


def test_one_purchase_a_family_and_customer(dice, deck, crowd, weather):
    row = np.repeat(here(crowd), 2)
    actions = np.tile(
        [deck.ids.index("offer_deposit:D02:branch"), deck.ids.index("offer_deposit:D03:branch")],
        len(row) // 2,
    )
    contacts = shown(deck, "no_action", row)
    sales = answered(dice, deck, rested(crowd), weather, dataclasses.replace(contacts, action=actions))
    key = sales.p_row * len(FAMILIES) + SHELF.family[sales.p_product]
    assert len(np.unique(key)) == len(key)
    assert (np.diff(sales.p_row) >= 0).all()


def test_late_answers_are_carried_out_next_month(dice, deck, crowd, weather):
    _, state = rested(crowd)
    row = here(crowd)
    sales = answered(dice, deck, crowd, weather, shown(deck, "offer_deposit:D02:branch", row, day=28))
    waiting = np.flatnonzero(state.pending >= 0)
    assert waiting.size > 5
    accepted = sales.outcome == offers.ACCEPTED
    assert set(waiting) == set(row[accepted & (28 + sales.answer_days > 31)])
    assert not np.isin(sales.p_row[sales.p_contact >= 0], waiting).any()
    assert (state.pending_month[waiting] == MONTH + 1).all()
    following = answered(dice, deck, crowd, calm(dice, MONTH + 1), silence())
    done = following.p_contact == offers.BEFORE
    assert np.isin(following.p_row[done], waiting).all()
    assert done.sum() > 0.8 * waiting.size
    assert (state.pending == -1).all()


def test_the_day_of_a_late_purchase_is_that_of_its_answer(dice, deck, crowd, weather):
    _, state = rested(crowd)
    row = here(crowd)
    orders = Orders(row, np.full(len(row), deck.ids.index("offer_deposit:D02:branch")), np.ones(len(row)))
    contacts = contact.deliver(dice, deck, *crowd, MONTH, weather, orders)
    sales = answered(dice, deck, crowd, weather, contacts)
    expected = contacts.day.astype(int) + sales.answer_days - 31
    waiting = dict(
        zip(row[sales.outcome == offers.ACCEPTED], expected[sales.outcome == offers.ACCEPTED], strict=True)
    )
    following = answered(dice, deck, crowd, calm(dice, MONTH + 1), silence())
    done = following.p_contact == offers.BEFORE
    assert done.any()
    assert all(
        waiting[who] == day for who, day in zip(following.p_row[done], following.p_day[done], strict=True)
    )
    assert (state.pending == -1).all()


def test_contacts_tire_and_silence_rests(dice, deck, crowd, weather):
    _, state = crowd
    state.fatigue[:] = 1
    row = here(crowd)
    sales = answered(dice, deck, crowd, weather, shown(deck, "offer_card:K01:sms", row))
    assert (state.fatigue[row] == 1.5).all()
    assert (sales.contacts_felt[row] == 1).all()
    answered(dice, deck, crowd, calm(dice, MONTH + 1), silence())
    assert (state.fatigue[row] == 0.75).all()


def test_notices_that_the_law_asks_for_do_not_tire(dice, deck, crowd, weather):
    sales = answered(dice, deck, crowd, weather, shown(deck, "assessment_expired_notice:sms", here(crowd)))
    assert not sales.contacts_felt.any()
    assert not sales.annoyance.any()
    assert (sales.outcome == offers.NONE).all()
    assert sales.cost.sum() == pytest.approx(0.05 * len(here(crowd)))


def test_app_and_message_are_mostly_ignored_and_people_answer(dice, deck, crowd, weather):
    ignored = answered(dice, deck, crowd, weather, shown(deck, "offer_card:K01:sms", here(crowd)))
    assert (ignored.outcome == offers.IGNORED).mean() > 0.85
    refused = answered(dice, deck, crowd, weather, shown(deck, "offer_wealth:W02:phone", here(crowd)))
    assert (refused.outcome == offers.REFUSED).mean() > 0.7


def test_those_who_are_contacted_too_often_sometimes_complain(dice, deck, crowd, weather):
    crowd[1].fatigue[:] = 40
    tired = answered(dice, deck, crowd, weather, shown(deck, "offer_card:K01:sms", here(crowd)))
    complained = (tired.outcome == offers.COMPLAINED).mean()
    assert complained == pytest.approx(0.0008 * 18.8, rel=0.5)
    calm_ones = answered(dice, deck, rested(crowd), weather, shown(deck, "offer_card:K01:sms", here(crowd)))
    assert not (calm_ones.outcome == offers.COMPLAINED).any()


def test_answers_by_people_take_about_two_days(dice, deck, crowd, weather):
    sales = answered(dice, deck, crowd, weather, shown(deck, "offer_wealth:W02:phone", here(crowd)))
    days = sales.answer_days[sales.outcome == offers.REFUSED]
    assert np.median(days + 0.5) == pytest.approx(2, abs=0.6)
    assert days.max() <= 27


def test_an_invitation_that_is_accepted_leaves_an_answer_to_the_questionnaire(dice, deck, crowd, weather):
    _, state = crowd
    state.assessed[:] = 0
    state.stated_level[:] = 0
    sales = answered(dice, deck, crowd, weather, shown(deck, "invite_assessment:phone", here(crowd), day=1))
    row = here(crowd)[(sales.outcome == offers.ACCEPTED) & (sales.answer_days < 25)]
    assert row.size > 50
    assert (state.assessed[row] == MONTH).all()
    assert ((state.stated_level[row] >= 1) & (state.stated_level[row] <= 5)).all()


def test_care_helps_those_who_need_it(dice, deck, crowd, weather):
    traits, state = rested(crowd)
    state.distress[:] = 0.0
    state.distress[:2_000] = 0.9
    found = judged(dice, deck, crowd, weather, "debt_counselling:phone", np.arange(4_000))
    assert found.p_takes[:2_000].mean() > found.p_takes[2_000:].mean()
    assert found.benefit[:2_000].min() > 100 > found.benefit[2_000:].max()
    answered(dice, deck, crowd, weather, shown(deck, "debt_counselling:phone", here(crowd), day=1))
    assert state.distress[:2_000].mean() < 0.9
    skill = traits.digital[here(crowd)]
    helped = judged(dice, deck, crowd, weather, "digital_help:phone")
    assert helped.benefit[skill < 0.2].mean() > helped.benefit[skill > 0.6].mean()


def test_a_recovery_call_soothes_and_keeps(dice, deck, crowd, weather):
    _, state = rested(crowd)
    state.complaint[:], state.wronged[:] = 1, 1.0
    found = judged(dice, deck, crowd, weather, "complaint_recovery_call:phone")
    assert (found.hazard[found.takes] < 0).mean() > 0.95
    assert not found.disturbs.any()
    answered(dice, deck, crowd, weather, shown(deck, "complaint_recovery_call:phone", here(crowd), day=1))
    assert state.wronged.min() == pytest.approx(0.5)


def test_other_catalogues_can_be_played(dice, crowd, weather):
    """Unknown care and notices, one sale, and nothing: a little effect by kind, no error."""
    deck = Deck(
        ("birthday:sms", "card:K01:web", "none", "offer:D02:branch", "told:app"), ("birthday", "card", "none", "offer", "told"),
        ("care", "sale", "none", "sale", "mandatory"), np.array([-1, SHELF.codes.index("K01"), -1, 1, -1]),
        np.array([-1, 4, -1, 0, -1]), np.array([4, -1, -1, 0, 3]), tuple(np.zeros(0, dtype=np.int64) for _ in range(5)),
        np.full(5, 1.0), np.full(5, 0.1), 2,
    )  # fmt: skip
    row = np.repeat(np.arange(800), 5)
    orders = Orders(row, np.tile(np.arange(5), 800), np.ones(len(row)))
    contacts = contact.deliver(dice, deck, *crowd, MONTH, weather, orders)
    sales = offers.respond(dice, deck, *crowd, MONTH, weather, contacts)
    assert (sales.outcome[contacts.action == 0] == offers.ACCEPTED).any()
    assert (contacts.status[contacts.action == 1] == contact.NOTHING).all()
    found = outcomes(dice, deck, *crowd, MONTH, weather, row, orders.action)
    assert abs(found.mood[(orders.action == 0) & found.takes & ~found.disturbs].mean() - 0.02) < 0.01


def test_a_chunk_is_the_sum_of_its_parts(dice, deck, crowd):
    traits, state = (half.part(0, 1_000) for half in crowd)
    whole = state.copy()
    parts = [state.part(0, 500).copy(), state.part(500, 1_000).copy()]
    pieces = [traits.part(0, 500), traits.part(500, 1_000)]
    for month in range(MONTH, MONTH + 3):
        at_once = played(dice, deck, traits, whole, month)
        one, two = (played(dice, deck, *half, month) for half in zip(pieces, parts, strict=True))
        for name in (
            "outcome",
            "answer_days",
            "p_product",
            "p_amount",
            "p_benefit",
            "p_day",
            "mood",
            "hazard",
            "annoyance",
            "cost",
            "care",
        ):
            assert (
                getattr(at_once, name) == np.concatenate([getattr(one, name), getattr(two, name)])
            ).all(), name
    for field in dataclasses.fields(whole):
        halves = np.concatenate([getattr(part, field.name) for part in parts])
        assert (getattr(whole, field.name) == halves).all(), field.name


def played(dice, deck, traits, state, month):
    weather = calm(dice, month)
    row = np.repeat(np.arange(len(state)), 2)
    action = (traits.who[row] * 7 + np.tile([0, 31], len(state)) + month) % len(deck)
    contacts = contact.deliver(
        dice, deck, traits, state, month, weather, Orders(row, action, np.ones(len(row)))
    )
    return offers.respond(dice, deck, traits, state, month, weather, contacts)


def test_common_random_numbers_hold_across_policies(dice, deck, crowd, weather):
    """Who is not contacted buys the same whatever happens to others."""
    _, state = crowd
    other = state.copy()
    quiet = answered(dice, deck, crowd, weather, silence())
    even = here(crowd)[here(crowd) % 2 == 0]
    loud = answered(dice, deck, (crowd[0], other), weather, shown(deck, "offer_deposit:D02:branch", even))
    for name in ("p_product", "p_amount", "p_day"):
        mine, theirs = (getattr(sales, name)[sales.p_row % 2 == 1] for sales in (quiet, loud))
        assert (mine == theirs).all()


def test_nobody_buys_without_being_there(dice, deck, crowd, weather):
    sales = answered(dice, deck, crowd, weather, silence())
    assert crowd[1].here[sales.p_row].all()
    assert (sales.p_contact == offers.ORGANIC).all()
    assert sales.p_row.size > 40
    assert (sales.p_product < len(PRODUCTS)).all()


def test_history_holds_unsuitable_sales_of_old_campaigns(dice, deck, crowd):
    traits, state = crowd
    capacity = np.full(len(TALKING), 1e9)
    orders = campaigns.orders(dice, deck, traits, state, calm(dice, 660), capacity)
    risky = SHELF.level[np.maximum(deck.product[orders.action], 0)] * (deck.product[orders.action] >= 0)
    assert (risky > state.stated_level[orders.row]).any()
