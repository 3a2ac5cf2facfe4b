"""Beside a plan over all customers, too, what is drawn comes as often as recorded, over many salts, while every limit holds.

Tolerance: chi-square over bins of the probability at 0.999.
"""

import dataclasses

import decide_bank
import numpy as np
import pytest
from constrained_bank import calls, constraint
from scipy.stats import chi2

from zhike.decide.open_candidates import OpenCandidates
from zhike.decide.strategy import plan_of

pytestmark = pytest.mark.campaign

EDGES = np.array([1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 0.7, 0.9, 0.97])
SALTS = 80


def scores(chance, hit):
    """Return chi-square and its bins; what has no chance may not happen."""
    assert not hit[chance <= 0].any()
    inside = (chance > 0) & (chance < 1 - 1e-9)
    place = np.searchsorted(EDGES, chance[inside], side="right")
    found, expected, variance = (
        np.bincount(place, one, minlength=len(EDGES) + 1)
        for one in (hit[inside], chance[inside], (chance * (1 - chance))[inside])
    )
    enough = variance > 5
    return float(((found - expected)[enough] ** 2 / variance[enough]).sum()), int(enough.sum())


def first_places(plan):
    """Return which candidate stands at everybody's first place, shape (n_candidates,)."""
    open_, nothing = plan.open, int(np.setdiff1d(plan.open.action, plan.arrays["act"])[0])
    first = np.where(plan.lists.action[:, 0] < 0, nothing, plan.lists.action[:, 0])
    assert isinstance(open_, OpenCandidates)
    return open_.action == first[open_.customer]


@pytest.fixture(scope="module")
def drawn():
    """Chance of every candidate and what was drawn, by salt, for 300 customers alike in what is scarce."""
    content = {
        **decide_bank.rows(),
        "customers": [decide_bank.customer(f"N{number:03}") for number in range(300)],
    }
    declared = [
        calls(40), constraint("apps", "capacity", actions={"channel": ["app"]}, maximum=250),
        constraint("few", "volume", actions={"template": ["review"]}, minimum=20),
    ]  # fmt: skip
    ready = decide_bank.prepared(
        content, constraints=declared, exploration={"share": 0.3, "temperature": 5.0}
    )
    chances, hits, back = [], [], 0
    for salt in range(SALTS):
        holdout = dataclasses.replace(ready.policy.holdout, salt=f"s{salt}")
        plan = plan_of(dataclasses.replace(ready, policy=dataclasses.replace(ready.policy, holdout=holdout)))
        chances.append(plan.lists.chance)
        hits.append(first_places(plan))
        back += plan.lists.taken_back
        assert (plan.load <= plan.allocation.kept + 1e-6).all()
    return np.array(chances), np.array(hits), back


def test_first_places_come_as_often_as_recorded(drawn):
    chance, hit, _ = drawn
    found, bins = scores(chance.ravel(), hit.ravel())
    assert bins >= 3
    assert found < chi2.ppf(0.999, bins)


def test_an_unthinned_record_would_be_noticed(drawn):
    chance, hit, _ = drawn
    off = np.where(chance > 0.5, 1 - 1.3 * (1 - chance), np.minimum(1.3 * chance, 1.0))
    found, bins = scores(off.ravel(), hit.ravel())
    assert found > chi2.ppf(0.999, bins)


def test_hardly_a_draw_is_taken_back(drawn):
    _, hit, back = drawn
    assert back < 1e-3 * hit.sum()
