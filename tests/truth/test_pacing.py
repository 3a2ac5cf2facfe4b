"""Paced days against the best plan made with hindsight, on made-up banks whose customers come in an unlucky order."""

import numpy as np
import pytest
from arriving_bank import arriving_bank

from zhike.decide.allocation import Pacer, Problem, allocate, simulate_day
from zhike.decide.allocation.realtime import arrival_order, portion

pytestmark = pytest.mark.campaign

CUSTOMERS, FORECAST = 6_000, 1_500
SEEDS = range(6)


def bank_of(seed):
    """Return the customers of the forecast and of the day, of one market."""
    whole = Problem.of(arriving_bank(CUSTOMERS + FORECAST, seed))
    who = np.random.default_rng(seed).permutation(whole.customers)
    return portion(whole, np.sort(who[:FORECAST])), portion(whole, np.sort(who[FORECAST:]))


class Unaware(Pacer):
    """Takes the rest of the day to be like the forecast, whoever came."""

    def awaited(self, pace, waiting):
        return super().awaited(self.opened(pace.prices), waiting)


@pytest.fixture(scope="module")
def played():
    """By seed and order: the bound, and the days with stored and with paced prices."""
    found = {}
    for seed in SEEDS:
        before, day = bank_of(seed)
        bound, prices = (allocate(one, np.random.default_rng(seed)) for one in (day, before))
        for drifting in (False, True):
            order = arrival_order(day, np.random.default_rng(seed), drifting=drifting)
            kinds = {"paced": Pacer, "unaware": Unaware}
            days = {"stored": simulate_day(day, order, prices.prices)}
            for name, kind in kinds.items():
                pacer = kind(before, day.capacity, day.customers, np.random.default_rng(seed))
                days[name] = simulate_day(day, order, prices.prices, pacer)
            found[seed, drifting] = bound.bound, day.capacity, days
    return found


def regret(played, policy, *, drifting):
    """Return the mean regret over the banks, against the bound."""
    days = [(bound, days[policy]) for (_, of), (bound, _, days) in played.items() if of == drifting]
    return np.mean([day.regret(bound) for bound, day in days])


@pytest.mark.parametrize(("drifting", "share", "most"), [(False, 0.25, 0.004), (True, 0.75, 0.012)])
def test_pacing_loses_less_than_prices_that_stay(played, drifting, share, most):
    """Prices from 1,500 customers are off by some per cent; pacing makes most of that good, less of it under a drifting order."""
    paced = regret(played, "paced", drifting=drifting)
    assert paced < share * regret(played, "stored", drifting=drifting)
    assert paced < most


def test_taking_a_drifting_day_to_be_like_its_forecast_would_lose_more_than_prices_that_stay(played):
    """What the readings of the day are for: without them, pacing is worse than none."""
    unaware = regret(played, "unaware", drifting=True)
    assert unaware > regret(played, "stored", drifting=True)
    assert regret(played, "paced", drifting=True) < 0.5 * unaware


@pytest.mark.parametrize("policy", ["stored", "paced"])
def test_capacities_are_kept_and_no_day_beats_the_bound(played, policy):
    for bound, _, days in played.values():
        assert days[policy].violation == 0
        # A floor that is missed may leave a little more for others.
        if not days[policy].missed.any():
            assert days[policy].objective <= bound


def test_floors_are_met_but_for_a_hundredth_where_stored_prices_miss_them_by_more(played):
    worst = {
        policy: max((days[policy].missed / np.abs(capacity)).max() for _, capacity, days in played.values())
        for policy in ("stored", "paced")
    }
    assert worst["paced"] < 0.01
    assert worst["stored"] > 0.03
