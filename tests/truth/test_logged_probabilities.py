"""The log of the campaigns: probabilities on record are those of the lot, and weighting by them undoes whom rules target.

Tolerances: a chi-square over bins at 0.999; means within 4 standard errors, which a sound estimator exceeds in 1 of 16,000
repetitions.
"""

import numpy as np
import pytest
from scipy.stats import chi2

from zhike.lab.shelf import TALKING

BINS = 20
SIGMA = 4.0


@pytest.fixture(scope="module")
def lots(logged, deck):
    """Chance of every pair that could have been chosen, and whether it was."""
    pairs = [month.pairs for month in logged.months]
    keys = [pair.row * len(deck) + pair.action for pair in pairs]
    ordered = [month.row * len(deck) + month.action for month in logged.months]
    hit = [np.isin(key, made) for key, made in zip(keys, ordered, strict=True)]
    return np.concatenate([pair.chance for pair in pairs]), np.concatenate(hit)


def misfit(chance, hit):
    """Return the sum over bins of the chance of (found - expected)^2 / variance."""
    edges = np.unique(np.quantile(chance, np.linspace(0, 1, BINS + 1)))
    place = np.clip(np.searchsorted(edges, chance, side="right") - 1, 0, len(edges) - 2)
    found, expected, variance = (np.bincount(place, one) for one in (hit, chance, chance * (1 - chance)))
    return float(((found - expected) ** 2 / variance).sum())


def test_actions_are_chosen_as_often_as_their_probability_says(lots):
    assert misfit(*lots) < chi2.ppf(0.999, BINS)


def test_a_probability_three_percent_off_is_noticed(lots):
    chance, hit = lots
    assert misfit(1.03 * chance, hit) > chi2.ppf(0.999, BINS)
    assert misfit(np.roll(chance, 1), hit) > chi2.ppf(0.999, BINS)


def test_the_probabilities_of_a_customer_add_up_to_one(logged, deck):
    for month in logged.months:
        idle = month.action == deck.nothing
        of_actions = np.bincount(month.pairs.row, month.pairs.chance, minlength=logged.customers)
        assert np.allclose(month.probability[idle] + of_actions[month.row[idle]], 1.0)
        assert set(month.row) == set(np.unique(month.pairs.row))


def test_what_is_on_record_is_the_chance(logged, deck):
    for month in logged.months:
        pairs = month.pairs
        action, probability = month.chosen(logged.customers)
        mine = action[pairs.row] == pairs.action
        np.testing.assert_allclose(probability[pairs.row[mine]], pairs.chance[mine])
        assert mine.sum() == (month.action != deck.nothing).sum()


@pytest.fixture(scope="module")
def by_channel(logged, deck):
    """By channel, over months and products: estimate off the log, truth, naive difference and standard error."""
    sums = {name: np.zeros(5) for name in TALKING}
    for month in logged.months:
        action, probability = month.chosen(logged.customers)
        idle = action == deck.nothing
        for arm in np.unique(month.pairs.action[deck.product[month.pairs.action] >= 0]):
            mine = month.pairs.at(month.pairs.action == arm)
            got = month.got[:, deck.product[arm]].astype(float)
            sums[TALKING[deck.channel[arm]]] += _arm(mine, got, action, probability, arm, idle)
    return {name: (*(total[:3] / total[4]), np.sqrt(total[3]) / total[4]) for name, total in sums.items()}


def _arm(mine, got, action, probability, arm, idle):
    """Return estimate, truth, naive difference, variance and weight of one arm and month, times the pairs that had it open."""
    row, size = mine.row, len(mine.row)
    offered, left = action[row] == arm, idle[row]
    if not offered.any():
        return np.zeros(5)
    weight, beside = 1 / mine.chance[offered], 1 / probability[row[left]]
    weighted = np.average(got[row[offered]], weights=weight) - np.average(got[row[left]], weights=beside)
    truth = (mine.with_order - mine.p_nothing).mean()
    naive = got[row[offered]].mean() - got[idle].mean()
    # Known chances give the variance: no few hits are trusted.
    one, none = mine.with_order, mine.p_nothing
    variance = ((one * (1 - one) + (one - one.mean()) ** 2) / mine.chance).sum() / size**2
    variance += (none / 0.5).sum() / size**2
    return np.array([weighted * size, truth * size, naive * size, variance * size**2, size])


def test_weighting_by_the_probabilities_recovers_the_true_effect_of_an_order(by_channel):
    z = {name: (weighted - truth) / error for name, (weighted, truth, _, error) in by_channel.items()}
    assert max(map(abs, z.values())) < SIGMA, z
    assert abs(sum(z.values()) / np.sqrt(len(z))) < SIGMA, z


def test_the_naive_difference_is_biased_by_the_rules_of_target(by_channel):
    """Whom a rule is meant for takes more by himself: the naive difference is noticed by the same measure."""
    z = [(naive - truth) / error for _, truth, naive, error in by_channel.values()]
    assert sum(z) / np.sqrt(len(z)) > SIGMA


def test_what_happens_is_what_was_true_of_it(logged, deck):
    """Among the ordered and the idle, takings are as many as their chances add up to."""
    for ordered in (True, False):
        found = expected = variance = 0.0
        for month in logged.months:
            pairs = month.pairs.at(deck.product[month.pairs.action] >= 0)
            action, _ = month.chosen(logged.customers)
            mine = pairs.at(action[pairs.row] == (pairs.action if ordered else deck.nothing))
            chance = mine.with_order if ordered else mine.p_nothing
            # A product open over several channels stands with each; it is one chance.
            _, first = np.unique(mine.row * 100 + deck.product[mine.action], return_index=True)
            found += month.got[mine.row[first], deck.product[mine.action[first]]].sum()
            expected += chance[first].sum()
            variance += (chance[first] * (1 - chance[first])).sum()
        assert abs(found - expected) < SIGMA * np.sqrt(variance)
        assert abs(found - 1.3 * expected) > SIGMA * np.sqrt(variance)
