"""What is drawn comes as often as recorded, over many salts: the choice of `zhike decide` and the loop of the lab.

Tolerance: chi-square over bins of the probability at 0.999.
"""

import dataclasses

import numpy as np
import pytest
from scipy.stats import chi2

from zhike.decide.choice import ChoiceProblem, choice_probabilities, choose
from zhike.decide.inputs import hash_uniforms
from zhike.decide.policy import Exploration, Limits
from zhike.lab import loop
from zhike.lab.dice import Dice

pytestmark = pytest.mark.campaign

EDGES = np.array([0.0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.5, 0.9, 0.97, 0.999])
WHO = [f"C{number:07d}" for number in range(200)]
SALTS = 150


def misfit(chance, hit):
    """Return chi-square and its bins; what has no chance may not happen."""
    assert not hit[chance <= 0].any()
    sure = chance >= 1 - 1e-9
    assert hit[sure].all()
    inside = (chance > 0) & ~sure
    place = np.searchsorted(EDGES, chance[inside], side="right")
    found, expected, variance = (
        np.bincount(place, one, minlength=len(EDGES) + 1)
        for one in (hit[inside], chance[inside], (chance * (1 - chance))[inside])
    )
    enough = variance > 5
    return float(((found - expected)[enough] ** 2 / variance[enough]).sum()), int(enough.sum())


def sound(chance, hit):
    found, bins = misfit(chance, hit)
    return found < chi2.ppf(0.999, bins)


@pytest.fixture(scope="module")
def picked():
    """Chance of every candidate at the first place, and whether it was chosen, for each salt; and what was put on record."""
    dice, exploration = Dice(3), Exploration(0.2, 2.0)
    size, who = 7, np.arange(len(WHO))
    values = 4 * dice.normal("value", who[:, None], np.arange(size)) - 1
    values[:, 0] = 0
    open_ = dice.uniform("open", who[:, None], np.arange(size)) < 0.7
    open_[:, 0] = True
    names = [f"p{number}" for number in range(size)]
    problem = ChoiceProblem.of(names, ["g"] * size, ["c"] * size, Limits(1), 0)
    chance = choice_probabilities(values, values, open_, exploration)
    hits, recorded = np.zeros((SALTS, *values.shape), dtype=bool), np.zeros((SALTS, len(WHO)))
    for salt in range(SALTS):
        lot = hash_uniforms(WHO, f"salt {salt}", 2)[:, None, :]
        made = choose(problem, values, values, open_, lot, exploration)[0]
        hits[salt, who, made.action], recorded[salt] = True, made.probability
    return chance, hits, recorded


def test_choices_come_as_often_as_their_probability(picked):
    chance, hits, recorded = picked
    every = np.broadcast_to(chance, hits.shape)
    assert np.allclose(chance.sum(axis=1), 1.0)
    assert np.allclose(recorded[:, :, None][hits[:, :, :].any(axis=2)].ravel(), every[hits])
    assert sound(every.ravel(), hits.ravel())


def test_a_wrong_probability_is_noticed(picked):
    """Taking the share explored as 0.18 where it is 0.2, or candidates in another order."""
    chance, hits, _ = picked
    best = chance > 0.7
    off = np.where(best, 1 - 0.9 * (1 - chance), 0.9 * chance)
    assert not sound(np.broadcast_to(off, hits.shape).ravel(), hits.ravel())
    with pytest.raises(AssertionError):
        misfit(np.broadcast_to(np.roll(chance, 1, axis=1), hits.shape).ravel(), hits.ravel())


@pytest.fixture(scope="module")
def looped(situation, prepared, policy):
    """The loop of the lab for some customers under many salts: chance of every action, and what was ordered."""
    found = loop._candidates(situation, prepared)  # noqa: SLF001 - one judgement for all salts
    few = np.arange(0, len(found.row), 20)
    due = np.isin(found.due_row, few)
    found = dataclasses.replace(
        found, customers=[found.customers[one] for one in few], row=found.row[few], value=found.value[few], open=found.open[few],
        due_row=np.searchsorted(few, found.due_row[due]), due_action=found.due_action[due],
    )  # fmt: skip
    situation = dataclasses.replace(
        situation, capacity=situation.capacity / 20, adviser_hours=situation.adviser_hours / 20
    )
    chances, hits, recorded = [], [], []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "prepare", lambda *_: prepared)
        patch.setattr(loop, "_candidates", lambda *_: found)
        told, drawing = [], loop._drawn  # noqa: SLF001 - told what it draws from
        patch.setattr(loop, "_drawn", lambda chance, *rest: told.append(chance) or drawing(chance, *rest))
        for salt in range(60):
            salted = dataclasses.replace(policy, holdout=dataclasses.replace(policy.holdout, salt=f"s{salt}"))
            patch.setattr(loop, "load_policy", lambda *_, salted=salted: salted)
            made = loop.Zhike().orders(situation)
            place = np.searchsorted(found.row, made.row)
            free = ~np.isin(
                made.row * 1_000 + made.action, found.row[found.due_row] * 1_000 + found.due_action
            )
            hit = np.zeros(told[-1].shape, dtype=bool)
            hit[place[free], made.action[free]] = True
            chances.append(told[-1]), hits.append(hit)
            recorded.append(np.abs(made.probability[free] - told[-1][place[free], made.action[free]]).max())
    return np.array(chances), np.array(hits), max(recorded)


def test_the_loop_orders_as_often_as_it_records(looped):
    chance, hit, off = looped
    assert off < 1e-12
    assert np.allclose(chance.sum(axis=2), 1.0)
    assert sound(chance.ravel(), hit.ravel())


def test_the_loop_s_probability_unthinned_would_be_noticed(looped):
    """Explored actions are thinned where there is no room: without that the record would be wrong."""
    chance, hit, _ = looped
    off = np.where(chance > 0.9, 1 - 1.3 * (1 - chance), 1.3 * chance)
    assert not sound(off.ravel(), hit.ravel())
