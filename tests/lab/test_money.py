"""Money of a month: it adds up to the fen, never falls below nothing, and neither explodes nor dies."""

import dataclasses

import numpy as np
import pytest

from zhike.lab import livelihood, money
from zhike.lab.consenting import withdraw
from zhike.lab.maturing import CLOSED, LAPSED, REPAID, maturity_day
from zhike.lab.opening import join
from zhike.lab.shelf import SHELF
from zhike.lab.tiers import tier_of
from zhike.lab.weather import weather_of

MONTH = 676
IN = ("income", "windfall", "interest", "matured")
OUT = ("card_1", "card_2", "cash", "bill", "transfer", "loan_payment", "premium", "fee", "penalty")


def quiet(dice, month=MONTH):
    return weather_of(dice, month, np.zeros(12), np.zeros(5))


def advanced(dice, crowd, months=1, first=MONTH):
    traits, state = crowd
    return [
        money.advance(dice, traits, state, month, quiet(dice, month))
        for month in range(first, first + months)
    ]


def fen(yuan):
    return np.rint(yuan * 100).astype(np.int64)


def put(state, row, code, amount, since):
    product = SHELF.codes.index(code)
    state.amount[row, product], state.since[row, product] = amount, since
    return product


def calm(state, row):
    """A customer of whom nothing but what the test gives them is known."""
    state.amount[row], state.since[row], state.distress[row], state.jobless[row] = 0, 0, 0, 0


def test_flows_add_up_to_the_balance_in_whole_fen(dice, crowd):
    _, state = crowd
    for flows in advanced(dice, crowd, months=4):
        closing = (
            fen(flows.opening)
            + sum(fen(getattr(flows, name)) for name in IN)
            - sum(fen(getattr(flows, name)) for name in OUT)
        )
        assert (closing >= 0).all()
        for name in (*IN, *OUT):
            assert (getattr(flows, name) >= 0).all()
            assert np.allclose(getattr(flows, name) * 100, fen(getattr(flows, name)), atol=1e-4)
    assert (closing == fen(state.balance)).all()


def test_nothing_moves_for_those_who_are_not_here(dice, crowd):
    _, state = crowd
    state.here[:50] = False
    before = state.copy()
    flows = advanced(dice, crowd)[0]
    for name in (*IN, *OUT, "base_margin"):
        assert not getattr(flows, name)[:50].any()
    assert (state.balance[:50] == np.rint(before.balance[:50] * 100) / 100).all()
    assert (state.distress[:50] == before.distress[:50]).all()


def test_balances_neither_explode_nor_die(dice, crowd):
    traits, state = crowd
    here = state.here.copy()
    middle, mean = np.median(state.balance[here]), state.balance[here].mean()
    for month in range(MONTH, MONTH + 24):
        join(dice, traits, state, month)
        money.advance(dice, traits, state, month, quiet(dice, month))
        assert (state.balance >= 0).all()
        assert 0.5 < np.median(state.balance[here]) / middle < 2
    assert 0.5 < state.balance[here].mean() / mean < 2
    assert 0.5 < np.quantile(state.balance[here], 0.9) / np.quantile(crowd[1].balance[here], 0.9) < 2


def test_who_is_out_of_work_is_near_the_published_share(dice, crowd):
    traits, state = crowd
    advanced(dice, crowd, months=24)
    age = MONTH + 24 - traits.born
    works = (traits.kind != 2) & (age > 22 * 12) & (age < 59 * 12)
    assert 0.025 < (state.jobless[works] > 0).mean() < 0.075
    assert not state.jobless[age > 61 * 12].any()
    assert 0.001 < (state.distress[state.here] > money.DISTRESSED).mean() < 0.05


def test_without_work_less_comes_in_and_work_is_found_again(dice, crowd):
    traits, state = crowd
    age = MONTH - traits.born
    rows = np.flatnonzero((traits.kind != 2) & (age > 30 * 12) & (age < 50 * 12) & state.here)
    state.jobless[rows] = 3
    usual = state.income[rows].astype(float)
    source = livelihood.sources(dice, traits, MONTH, np.zeros(len(traits), bool))
    came = livelihood.income(dice, traits, state, MONTH, source)[rows]
    out = state.jobless[rows] > 0
    salaried = source[rows] == livelihood.SALARY
    assert np.allclose(came[out & salaried], livelihood.BENEFIT * usual[out & salaried], rtol=0.4)
    assert abs((~out).mean() - livelihood.BACK_TO_WORK) < 4 * np.sqrt(0.1 / len(rows))


def test_staff_of_one_employer_lose_work_together(dice, crowd):
    traits, state = crowd
    firm = int(traits.who[np.flatnonzero(traits.kind == 2)[0]])
    age = MONTH - traits.born
    rows = np.flatnonzero((traits.kind != 2) & (age > 25 * 12) & (age < 55 * 12))
    traits.employer[rows], state.jobless[rows] = firm, 0
    month = next(
        m
        for m in range(MONTH, MONTH + 5_000)
        if dice.happens(livelihood.FIRM_SHOCK, "firm sheds staff", np.array([firm]), m)[0]
    )
    source = livelihood.sources(dice, traits, month, np.zeros(len(traits), bool))
    traits.born[rows] = month - 40 * 12 - 1
    livelihood.income(dice, traits, state, month, source)
    assert abs((state.jobless[rows] > 0).mean() - livelihood.SHOCK_LOSES) < 0.05


def test_retirement_cuts_income_once(dice, crowd):
    traits, state = crowd
    row = int(np.flatnonzero((traits.kind == 0) & ((traits.who + MONTH) % 12 != 0))[0])
    traits.born[row] = MONTH - 60 * 12
    before = float(state.income[row])
    advanced(dice, crowd)
    assert state.income[row] == pytest.approx(before * livelihood.REPLACEMENT, rel=1e-5)


def test_a_deposit_comes_back_at_the_end_of_its_term_or_is_renewed(dice, crowd):
    _, state = crowd
    rows = np.flatnonzero(state.here)[:400]
    for row in rows:
        calm(state, row)
        product = put(state, row, "D02", 10_000, MONTH - 12)
    flows = advanced(dice, crowd)[0]
    ended = np.isin(flows.ended.row, rows) & (flows.ended.product == product)
    assert ended.sum() == len(rows)
    assert (flows.ended.status[ended] == CLOSED).all()
    back = flows.ended.row[ended & ~flows.ended.renewed]
    renewed = flows.ended.row[ended & flows.ended.renewed]
    assert 0.35 < len(renewed) / len(rows) < 0.65
    assert flows.matured[back] == pytest.approx(10_095)
    assert not state.amount[back, product].any()
    assert not state.since[back, product].any()
    assert state.amount[renewed, product] == pytest.approx(10_095)
    assert (state.since[renewed, product] == MONTH).all()


def test_a_loan_is_paid_back_by_the_end_of_its_term(dice, crowd):
    traits, state = crowd
    row = int(np.flatnonzero((traits.kind == 0) & state.here & (traits.born < MONTH - 400))[0])
    calm(state, row)
    product = put(state, row, "L01", 36_000, MONTH - 1)
    owed, status = [], []
    for month in range(MONTH, MONTH + 38):
        state.balance[row], state.jobless[row], state.distress[row] = 50_000, 0, 0
        flows = money.advance(dice, traits, state, month, quiet(dice, month))
        owed.append(float(state.amount[row, product]))
        status += list(flows.ended.status[(flows.ended.row == row) & (flows.ended.product == product)])
    assert owed == sorted(owed, reverse=True)
    assert owed[-1] == 0
    assert status == [REPAID]
    assert state.since[row, product] == 0


def test_under_distress_instalments_are_missed_and_penalty_is_booked(dice, crowd):
    traits, state = crowd
    row = int(np.flatnonzero((traits.kind == 0) & state.here)[0])
    calm(state, row)
    product = put(state, row, "L01", 30_000, MONTH - 5)
    state.distress[row], state.balance[row] = 0.9, 90_000
    flows = advanced(dice, crowd)[0]
    assert flows.loan_payment[row] == 0
    assert flows.penalty[row] > 0
    assert flows.distressed[row]
    assert state.amount[row, product] > 30_000


def test_what_cannot_be_paid_raises_distress(dice, crowd):
    traits, state = crowd
    row = int(np.flatnonzero((traits.kind == 0) & state.here)[0])
    calm(state, row)
    put(state, row, "L01", 500_000, MONTH - 5)
    state.balance[row] = 0
    advanced(dice, crowd)
    assert state.distress[row] > 0.2
    assert state.balance[row] >= 0


def test_premiums_are_paid_each_year_or_the_contract_lapses(dice, crowd):
    traits, state = crowd
    payer, poor = np.flatnonzero((traits.kind == 0) & state.here)[:2]
    for row in (payer, poor):
        calm(state, row)
    product = put(state, payer, "I02", 5_000, MONTH - 24)
    put(state, poor, "I02", 1e9, MONTH - 24)
    state.balance[payer] = 50_000
    flows = advanced(dice, crowd)[0]
    assert flows.premium[payer] == 5_000
    assert state.amount[payer, product] == 5_000
    assert state.amount[poor, product] == 0
    gone = (flows.ended.row == poor) & (flows.ended.product == product)
    assert flows.ended.status[gone].tolist() == [LAPSED]


def test_funds_move_with_the_market_by_level(dice, crowd):
    _, state = crowd
    row = int(np.flatnonzero(state.here)[0])
    calm(state, row)
    product = put(state, row, "F04", 1_000, MONTH - 3)
    weather = dataclasses.replace(quiet(dice), returns=np.array([0, 0, 0, 0, -0.1, 0.3]))
    money.advance(dice, *crowd, MONTH, weather)
    assert state.amount[row, product] == pytest.approx(900)


def test_interest_comes_once_a_quarter(dice, crowd):
    june, july = advanced(dice, crowd, months=2, first=677)
    assert (june.interest > 0).mean() > 0.5
    assert not july.interest.any()


def test_the_bank_earns_on_balances(dice, crowd):
    _, state = crowd
    flows = advanced(dice, crowd)[0]
    assert flows.base_margin == pytest.approx(np.where(state.here, state.balance * 0.001, 0))


def test_tiers_follow_the_money_and_are_reviewed_once_a_quarter(dice, crowd):
    traits, state = crowd
    rows = np.flatnonzero(state.here)[:3]
    state.amount[rows] = 0
    state.balance[rows] = 0
    put(state, rows[1], "D03", 60_000, MONTH - 2)
    put(state, rows[2], "F01", 6e6, MONTH - 2)
    assert tier_of(state)[rows].tolist() == [0, 1, 2]
    state.tier[:] = 0
    money.advance(dice, traits, state, MONTH, quiet(dice))
    assert not state.tier.any()
    money.advance(dice, traits, state, MONTH + 2, quiet(dice, MONTH + 2))
    assert state.tier[rows[1:]].tolist() == [1, 2]


def test_a_chunk_is_the_sum_of_its_parts_and_twice_is_the_same(dice, crowd):
    traits, state = crowd
    again, halves = state.copy(), state.copy()
    whole = money.advance(dice, traits, state, MONTH, quiet(dice))
    money.advance(dice, traits, again, MONTH, quiet(dice))
    parts = [
        money.advance(dice, traits.part(*part), halves.part(*part), MONTH, quiet(dice))
        for part in ((0, 1_500), (1_500, 4_000))
    ]
    for field in dataclasses.fields(state):
        one = getattr(state, field.name)
        assert np.array_equal(one, getattr(again, field.name))
        assert np.array_equal(one, getattr(halves, field.name))
    for name in (*IN, *OUT):
        assert np.array_equal(getattr(whole, name), np.concatenate([getattr(part, name) for part in parts]))


def test_maturities_are_settled_in_the_first_ten_days():
    day = maturity_day(np.arange(1_000), np.arange(1_000) % 25)
    assert day.min() == 1
    assert day.max() == 10


def test_consent_is_taken_back_by_those_who_are_contacted_too_often(dice, crowd):
    traits, state = crowd
    state.consent[:] = 1
    calmly = state.copy()
    state.fatigue[:], calmly.fatigue[:] = traits.patience + 4, 0
    pressed, others = withdraw(dice, traits, state, MONTH), withdraw(dice, traits, calmly, MONTH)
    assert set(others) <= set(pressed)
    assert len(pressed) > 10 * max(len(others), 1)
    assert not state.consent[pressed].any()
