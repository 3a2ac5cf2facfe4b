"""Needs of the archive against the true chance of taking something of the family next month without any contact."""

import numpy as np
import polars as pl
import pytest

from zhike.know.archive import archive, archive_rules
from zhike.lab.shelf import FAMILIES
from zhike.lab.simulated_bank import LAST_DAY, TIMEZONE
from zhike.lab.taking import Scene


@pytest.fixture(scope="module")
def lacking(tables, world, rulebook):
    """For every family: true chance, and whether it is a need, of the customers who hold nothing of it."""
    rules = archive_rules(rulebook, LAST_DAY, "cn.nfra.suitability.assessment_validity")
    columns = [f"holds_{family}" for family in FAMILIES]
    known = archive(tables, LAST_DAY, TIMEZONE, rules).select("customer_id", "needs", *columns).collect()
    row = known["customer_id"].str.slice(1).cast(pl.Int64).to_numpy()
    scene = Scene(world.dice, world.deck, world.traits, world.state, world.month, world.weather())
    found = {}
    for place, family in enumerate(FAMILIES):
        named = pl.col("needs").list.eval(pl.element().struct.field("family")).list.contains(family)
        needs = known.select(named).to_series().to_numpy()
        free = (known[f"holds_{family}"] == 0).to_numpy() & world.state.here[row]
        found[family] = scene.chance[place, row[free]].astype(float), needs[free]
    return found


def lift(chance, needs):
    """Return the mean true chance with the need over that without."""
    return chance[needs].mean() / chance[~needs].mean()


@pytest.fixture(scope="module")
def lifts(lacking):
    """By family of which at least 100 have the need and 100 do not: lift, and lifts of 200 shuffled needs."""
    lot, found = np.random.default_rng(5), {}
    for family, (chance, needs) in lacking.items():
        if min(needs.sum(), (~needs).sum()) >= 100:
            shuffled = [lift(chance, lot.permutation(needs)) for _ in range(200)]
            found[family] = lift(chance, needs), np.array(shuffled)
    return found


def test_who_needs_a_family_takes_of_it_more_often(lifts):
    """Beyond what 199 of 200 shuffled needs reach, for four families at least, and by a third on the mean."""
    assert len(lifts) >= 5
    assert all(found > 1 for found, _ in lifts.values()), lifts
    assert sum(found > np.quantile(shuffled, 0.995) for found, shuffled in lifts.values()) >= 4
    assert np.exp(np.mean([np.log(found) for found, _ in lifts.values()])) > 1.33


def test_shuffled_needs_tell_nothing(lifts):
    """Their mean lift over 200 lots is 1 within 3 %."""
    for family, (_, shuffled) in lifts.items():
        assert abs(np.log(shuffled).mean()) < 0.03, family
