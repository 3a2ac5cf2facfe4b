"""Weather: known by seed and month, with spells, seasons and campaigns of competitors that last."""

import numpy as np
import pytest

from zhike.lab.dice import Dice
from zhike.lab.shelf import FAMILIES, REGIONS, TALKING
from zhike.lab.weather import CALM, FALLING, FIRST_MONTH, RISING, weather_of

CALM_RUMOUR, CALM_LOAD = np.zeros(len(REGIONS)), np.zeros(len(TALKING))


def months(dice, first, last):
    return [weather_of(dice, month, CALM_RUMOUR, CALM_LOAD) for month in range(first, last)]


def test_a_month_has_one_weather_whatever_was_asked_before():
    late_first = weather_of(Dice(3), 700, CALM_RUMOUR, CALM_LOAD)
    weather_of(Dice(3), 600, CALM_RUMOUR, CALM_LOAD)
    again = weather_of(Dice(3), 700, CALM_RUMOUR, CALM_LOAD)
    assert late_first.regime == again.regime
    assert (late_first.returns == again.returns).all()
    assert (late_first.competitors == again.competitors).all()


def test_what_the_month_before_left_behind_is_handed_through():
    rumour, load = np.arange(12.0), np.arange(5.0)
    weather = weather_of(Dice(3), 676, rumour, load)
    assert (weather.rumour == rumour).all()
    assert (weather.load == load).all()


def test_regimes_come_in_spells_and_all_occur():
    found = [np.array([weather.regime for weather in months(Dice(seed), 400, 700)]) for seed in range(8)]
    regimes = np.concatenate(found)
    assert set(regimes) == {CALM, RISING, FALLING}
    stays = np.mean([(one[1:] == one[:-1]).mean() for one in found])
    assert stays == pytest.approx(0.91, abs=0.03)


def test_the_chain_begins_calm():
    assert weather_of(Dice(5), FIRST_MONTH, CALM_RUMOUR, CALM_LOAD).regime == CALM


def test_returns_follow_the_regime_and_level():
    found = [weather for seed in range(6) for weather in months(Dice(seed), 400, 700)]
    regime, returns = np.array([w.regime for w in found]), np.array([w.returns for w in found])
    assert (returns[:, 0] == 0).all()
    mean = [returns[regime == one].mean(axis=0) for one in (CALM, RISING, FALLING)]
    assert mean[RISING][4] > mean[CALM][4] > mean[FALLING][4]
    assert (np.diff(returns[regime == CALM].std(axis=0)) > 0).all()
    assert returns[:, 1].mean() * 12 == pytest.approx(0.0195, abs=0.001)


@pytest.mark.parametrize(
    ("family", "month", "other"), [("deposit", 1, 7), ("card", 11, 7), ("loan", 4, 10), ("wealth", 9, 10)]
)
def test_families_have_their_seasons(family, month, other):
    found = [w for seed in range(5) for w in months(Dice(seed), 600, 648) if w.regime == CALM]
    by_month = {w.month % 12 + 1: w.season[FAMILIES.index(family)] for w in found}
    assert by_month[month] > by_month[other]


def test_funds_are_wanted_when_the_market_rises():
    fund = FAMILIES.index("fund")
    found = [w for seed in range(6) for w in months(Dice(seed), 600, 640)]
    by_regime = [{w.season[fund] for w in found if w.regime == one} for one in (CALM, RISING, FALLING)]
    assert min(by_regime[RISING]) > max(by_regime[CALM]) > max(by_regime[FALLING])


def test_competitors_campaign_for_about_three_months_and_seldom():
    running = np.array([w.competitors for seed in range(6) for w in months(Dice(seed), 500, 620)])
    assert ((running >= 0) & (running <= 1)).all()
    assert (running > 0).mean() == pytest.approx(1 - 0.94**3, abs=0.02)
    opened = (running[1:] > 0) & (running[:-1] == 0)
    assert (running > 0).sum() / opened.sum() > 2.5
