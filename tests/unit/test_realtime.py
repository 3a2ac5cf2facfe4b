"""One customer answered at prices, and prices kept up with the day."""

import dataclasses
import json

import numpy as np
import pytest
from arriving_bank import CALLS, SEGMENTS, arriving_bank
from brute_force import locally_feasible, weights

from zhike.cli.pace import pace
from zhike.core.errors import UsageError
from zhike.decide.allocation import Pacer, Problem, Terms, allocate, respond_one, simulate_day
from zhike.decide.allocation.arrays import arrays_of
from zhike.decide.allocation.kernels import screen
from zhike.decide.allocation.realtime import arrival_order, portion
from zhike.decide.allocation.units import respond_units

CUSTOMERS = 300
PRICES = np.array([9.0, 0.8, 3.0, 0.5])
CALL, BUDGET, SEGMENT, VOLUME = range(4)


def generator(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def arrays():
    return arriving_bank(CUSTOMERS, 1)


def answers(problem, prices):
    """Answer every customer alone."""
    terms = Terms.of(problem, prices)
    for customer in range(problem.customers):
        of = slice(problem.indptr[customer], problem.indptr[customer + 1])
        yield respond_one(terms, problem.seg[customer], problem.act[of], problem.val[of], problem.cost[of])


def batch(problem, prices):
    """Return the best response of everybody at once."""
    data, _ = arrays_of(problem)
    taken = np.empty((problem.customers, problem.k), dtype=np.int32)
    count, spent = np.zeros((2, problem.segments, problem.actions))
    screen(
        data, 0, problem.customers, problem.price_tables(prices), np.zeros((SEGMENTS, 2, problem.actions)), taken,
        np.empty(problem.customers, bool), count, spent,
    )  # fmt: skip
    return taken


def test_a_single_answer_is_the_best_response_of_the_batch(arrays):
    problem = Problem.of(arrays)
    taken = batch(problem, PRICES)
    found = list(answers(problem, PRICES))
    assert sum(len(one.chosen) for one in found) > CUSTOMERS / 2
    for one, row in zip(found, taken, strict=True):
        assert one.chosen.tolist() == row[row >= 0].tolist()
        assert one.closed == 0


def test_with_caps_it_is_the_best_response_of_the_batch_to_caps_of_customers():
    arrays = arriving_bank(60, 2, capped=True) | {
        "cap_scope": np.array([0, 0]),
        "cap_limit": np.array([1, 1]),
    }
    problem, best = Problem.of(arrays), np.zeros(60)
    respond_units(arrays_of(problem)[0], problem.price_tables(PRICES), 1.0, np.empty((60, 2), np.int32), best)
    found = list(answers(problem, PRICES))
    assert [one.net.sum() for one in found] == pytest.approx(best.tolist())
    assert max(len(one.chosen) for one in found) == 1


def test_the_pieces_of_a_score_add_up(arrays):
    problem, use = Problem.of(arrays), weights(arrays)
    for customer, one in enumerate(answers(problem, PRICES)):
        at = problem.indptr[customer] + one.chosen
        assert one.value.tolist() == problem.val[at].tolist()
        assert one.use == pytest.approx(use[:, at].T)
        assert one.charge == pytest.approx(one.use * PRICES)
        assert one.net == pytest.approx(one.value - one.charge @ np.ones(4))
        assert (one.net > 0).all()
        assert sorted(one.net.tolist(), reverse=True) == one.net.tolist()


def two_calls(calls_left):
    """Answer a customer with two good calls and a poor message while so many calls are left."""
    problem = Problem.of(arriving_bank(1, 0))
    terms = Terms.of(problem, np.zeros(4))
    left = np.array([calls_left, 100.0, -5.0, -5.0])
    return respond_one(terms, 0, [1, 3, 5, 4], [9.0, 8.0, 7.0, 1.0], np.ones(4), left=left)


@pytest.mark.parametrize(
    ("calls_left", "chosen", "closed"), [(2, [0, 1], 0), (1.5, [0, 3], 2), (1, [0, 3], 2), (0, [3], 3)]
)
def test_what_no_longer_fits_gives_way_to_the_next_best(calls_left, chosen, closed):
    found = two_calls(calls_left)
    assert (found.chosen.tolist(), found.closed) == (chosen, closed)


def test_a_floor_that_is_not_met_yet_stops_nobody():
    assert two_calls(2).use[:, VOLUME].sum() == -1
    assert not Terms.of(Problem.of(arriving_bank(9, 0)), np.zeros(4)).stops[VOLUME]


def test_a_customer_with_nothing_open_gets_nothing():
    terms = Terms.of(Problem.of(arriving_bank(1, 0)), PRICES)
    assert respond_one(terms, 0, [], [], []).use.shape == (0, 4)
    assert len(respond_one(dataclasses.replace(terms, k=0), 0, [0], [5.0], [1.0]).chosen) == 0


def test_a_household_that_had_its_share_gets_no_more():
    problem = Problem.of(arriving_bank(30, 2, capped=True))
    terms = Terms.of(problem, np.zeros(4))
    customer = ([1, 3, 4], [9.0, 8.0, 1.0], np.ones(3))
    assert respond_one(terms, 0, *customer).chosen.tolist() == [0, 2]
    assert respond_one(terms, 0, *customer, limit=np.array([1, 1])).chosen.tolist() == [0]
    assert respond_one(terms, 0, *customer, limit=np.array([1, 0])).chosen.tolist() == []


def test_members_of_a_household_share_their_cap_through_the_day():
    arrays = arriving_bank(60, 2, share=1.0, floors=False, capped=True)
    problem = Problem.of(arrays)
    day = simulate_day(problem, generator().permutation(60), np.zeros(2))
    sets = np.zeros((1, len(problem.act)), int)
    sets[0, day.chosen] = 1
    assert locally_feasible(arrays, sets).all()
    without = simulate_day(problem.uncapped(), generator().permutation(60), np.zeros(2))
    assert without.objective > day.objective


def test_the_books_of_a_day_are_right(arrays):
    problem = Problem.of(arrays)
    day = simulate_day(problem, generator().permutation(CUSTOMERS), np.array([2.0, 0.2, 0.0, 0.0]))
    load = weights(arrays)[:, day.chosen].sum(axis=1)
    assert day.load == pytest.approx(load)
    assert day.objective == pytest.approx(arrays["val"][day.chosen].sum(dtype=float))
    assert day.violation == 0
    assert day.refused > 0
    short = np.maximum(load - arrays["b"], 0)[SEGMENT:]
    assert short.max() > 0
    assert day.missed == pytest.approx([0, 0, *short])
    assert day.regret(2 * day.objective) == pytest.approx(0.5)


def test_customers_who_stay_away_get_nothing(arrays):
    problem = Problem.of(arrays)
    chosen = simulate_day(problem, np.arange(40), PRICES).chosen
    assert len(chosen) > 0
    assert chosen.max() < problem.indptr[40]


@pytest.mark.parametrize("order", [[0, 0], [-1], [CUSTOMERS]])
def test_an_order_with_a_customer_twice_or_of_elsewhere_is_refused(arrays, order):
    with pytest.raises(UsageError):
        simulate_day(Problem.of(arrays), np.array(order), PRICES)


@pytest.fixture(scope="module")
def pacer():
    """Paces a day of 3,000 customers with a forecast of 2,000."""
    day = arriving_bank(3_000, 4)
    return Pacer(Problem.of(arriving_bank(2_000, 3)), day["b"], 3_000, generator())


def half_way(pacer, used):
    """Return prices at noon when so much of each right-hand side was used, beside those when half was."""
    start, came = pacer.opened(PRICES), half_of_the_forecast(pacer)
    even = pacer.refreshed(start, 0.5, 0.5 * pacer.capacity, came)
    return pacer.refreshed(start, 0.5, used * pacer.capacity, came).prices, even.prices


def half_of_the_forecast(pacer):
    """Return counts of 1,500 customers who are like the forecast."""
    problem = pacer.forecast
    data, _ = arrays_of(problem)
    worth = np.maximum.reduceat(data.val, data.indptr[:-1])
    of = pacer.strata(problem.seg, worth)
    return np.bincount(of, minlength=len(pacer.opened(PRICES).came)) * 3 // 4


@pytest.mark.parametrize("row", [CALL, BUDGET])
def test_prices_rise_where_much_is_used_and_fall_where_little_is(pacer, row):
    much, little = np.full(4, 0.5), np.full(4, 0.5)
    much[row], little[row] = 0.8, 0.2
    dear, even = half_way(pacer, much)
    cheap, _ = half_way(pacer, little)
    assert dear[row] > 1.05 * even[row] >= 1.1 * cheap[row]
    assert dear[row] > 1


@pytest.mark.parametrize("row", [SEGMENT, VOLUME])
def test_the_price_of_a_floor_rises_when_it_lags(pacer, row):
    lag, lead = np.full(4, 0.5), np.full(4, 0.5)
    lag[row], lead[row] = 0.3, 0.9
    dear, even = half_way(pacer, lag)
    cheap, _ = half_way(pacer, lead)
    assert dear[row] > 1.2 * even[row] > 1.2 * cheap[row]


def test_a_floor_that_can_no_longer_be_filled_asks_for_a_finite_price(pacer):
    found, even = half_way(pacer, np.array([0.5, 0.5, 0.5, -50.0]))
    assert np.isfinite(found).all()
    assert found[VOLUME] > 10 * even[VOLUME]


def test_a_state_is_never_changed(pacer):
    start = pacer.opened(PRICES)
    kept = start.prices.copy(), start.used.copy(), start.came.copy()
    later = pacer.refreshed(start, 0.5, 0.7 * pacer.capacity, half_of_the_forecast(pacer))
    assert [start.prices.tolist(), start.used.tolist(), start.came.tolist()] == [one.tolist() for one in kept]
    assert (later.refreshes, later.progress, start.refreshes) == (1, 0.5, 0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        later.progress = 0.0


def test_after_the_last_expected_customer_prices_stay(pacer):
    start = pacer.opened(PRICES)
    assert pacer.refreshed(start, 1.0, pacer.capacity, start.came).prices.tolist() == start.prices.tolist()


def test_who_is_awaited_follows_from_who_came(pacer):
    """As forecast; the rest of the forecast, when one segment comes first; more of those who came, when the day is another one."""
    start, full = pacer.opened(PRICES), half_of_the_forecast(pacer) * 2
    segment = np.arange(len(full)) // (len(full) // SEGMENTS)
    share = full / full.sum()
    alike = dataclasses.replace(start, came=full // 2)
    assert pacer.awaited(alike, 1_500.0) == pytest.approx(1_500 * share, rel=0.02)
    first = np.where(segment == 0, full, 0)
    order = dataclasses.replace(start, came=first, change=1e6, chance=10.0)
    assert pacer.awaited(order, 1_500.0)[segment == 0].sum() < 0.05 * 1_500
    another = dataclasses.replace(start, came=first)
    assert pacer.awaited(another, 1_500.0)[segment == 0].sum() > 1_500 * (share[segment == 0].sum() + 0.1)


def test_a_change_during_the_day_is_told_from_another_day(pacer):
    """Segment after segment is a change; the same mixture of few segments all the day is none."""
    full = half_of_the_forecast(pacer) * 2
    segment = np.arange(len(full)) // (len(full) // SEGMENTS)
    changing = steady = pacer.opened(PRICES)
    for part in range(1, SEGMENTS):
        changing = pacer.refreshed(
            changing, part / 3, part / 3 * pacer.capacity, np.where(segment < part, full, 0)
        )
        steady = pacer.refreshed(
            steady, part / 3, part / 3 * pacer.capacity, np.where(segment < 2, full, 0) * part // 3
        )
    assert changing.change > 100 * changing.chance
    assert steady.change < steady.chance


def test_drifting_customers_come_rich_and_of_one_segment_first():
    problem = Problem.of(arriving_bank(2_000, 5))
    order = arrival_order(problem, generator(), drifting=True)
    assert sorted(order.tolist()) == list(range(2_000))
    worth = np.maximum.reduceat(problem.val, problem.indptr[:-1])[order]
    assert worth[:500].mean() > 2 * worth[-500:].mean()
    assert (problem.seg[order[:500]] == 0).mean() > 1.5 * (problem.seg[order[-500:]] == 0).mean()
    shuffled = arrival_order(problem, generator(), drifting=False)
    assert abs((problem.seg[shuffled[:500]] == 0).mean() - (problem.seg == 0).mean()) < 0.08


def test_a_portion_has_its_share_of_every_row():
    problem = Problem.of(arriving_bank(40, 6, capped=True))
    some = portion(problem, np.array([3, 7, 8, 30]))
    assert some.capacity == pytest.approx(0.1 * problem.capacity)
    assert some.caps.household.tolist() == problem.caps.household[[3, 7, 8, 30]].tolist()
    of = np.r_[problem.indptr[7] : problem.indptr[8]]
    assert some.val[some.indptr[1] : some.indptr[2]].tolist() == problem.val[of].tolist()


def test_a_day_with_caps_is_paced():
    """Stored prices of nothing give calls to whoever comes first; paced ones keep them for those to whom they are worth most."""
    day, before = (Problem.of(arriving_bank(600, seed, share=0.05, capped=True)) for seed in (7, 8))
    pacer = Pacer(before, day.capacity, day.customers, generator(), sample=300)
    order = generator().permutation(600)
    paced = simulate_day(day, order, np.zeros(4), pacer)
    fixed = simulate_day(day, order, np.zeros(4))
    assert paced.objective > 1.05 * fixed.objective
    assert paced.violation == 0


@pytest.fixture(scope="module")
def problem_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("pace") / "problem.npz"
    np.savez(file, **arriving_bank(1_500, 9))
    return file


def test_the_command_tells_of_both_policies(problem_file, capsys):
    asked = {"forecast": 0.3, "order": "drifting", "seed": 2, "lang": "en"}
    assert pace(problem_file, as_json=True, **asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["customers"], told["forecast_customers"]) == (1_050, 450)
    stored, paced = told["policies"]
    assert (stored["refreshes"], stored["policy"], paced["policy"]) == (0, "stored", "paced")
    assert paced["refreshes"] > 10
    for one in told["policies"]:
        assert one["worst_violation"] == 0
        assert one["regret_to_bound"] >= one["regret"]
        assert one["share_of_optimum"] == pytest.approx(1 - one["regret"])
        assert one["objective"] == pytest.approx(told["offline"]["objective"] * (1 - one["regret"]))
        assert 0 < one["cpu_microseconds"]["p50"] <= one["cpu_microseconds"]["p99"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "prices paced"), ("zh-Hans", "随时调价"), ("zh-Hant", "隨時調價")],
)
def test_the_command_speaks_three_languages(problem_file, capsys, lang, words):
    pace(problem_file, forecast=0.3, order="shuffled", seed=2, as_json=False, lang=lang)
    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("forecast", "order"), [(0.0, "shuffled"), (1.0, "shuffled"), (1e-6, "shuffled"), (0.2, "other")]
)
def test_the_command_refuses_what_cannot_be_played(problem_file, forecast, order):
    with pytest.raises(UsageError):
        pace(problem_file, forecast=forecast, order=order, seed=0, as_json=True, lang="en")


def test_a_day_with_prices_of_the_batch_comes_close_to_it(arrays):
    """With the prices of the plan itself only rounding is lost: a customer or two of 300."""
    problem = Problem.of(arrays)
    best = allocate(problem, generator())
    day = simulate_day(problem, generator().permutation(CUSTOMERS), best.prices)
    assert -0.005 < day.regret(best.objective) < 0.02
    assert (problem.act[day.chosen][CALLS[problem.act[day.chosen]]]).size <= problem.capacity[CALL]
