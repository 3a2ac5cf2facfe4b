"""The level on record against the level that a customer truly tolerates: overstated as often as candour implies."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from zhike.know.archive import archive, archive_rules
from zhike.lab.simulated_bank import LAST_DAY, TIMEZONE
from zhike.lab.traits import _ANSWER_SPREAD, _CANDOUR

SIGMA = 4.0
LEVELS = np.arange(1, 6)


@pytest.fixture(scope="module")
def answered(tables, world, rulebook):
    """Level on record and true tolerance of those who answered."""
    rules = archive_rules(rulebook, LAST_DAY, "cn.nfra.suitability.assessment_validity")
    known = archive(tables, LAST_DAY, TIMEZONE, rules)
    rows = (
        known.filter(pl.col("risk_method") == "questionnaire").select("customer_id", "risk_level").collect()
    )
    row = rows["customer_id"].str.slice(1).cast(pl.Int64).to_numpy()
    return rows["risk_level"].to_numpy().astype(float), world.traits.tolerance[row].astype(float), row


def chance_of_level(tolerance, centre, spread):
    """Return P(level on record) of every customer, shape (n, 5): rounded and cut to 1 to 5."""
    edges = np.append(LEVELS[:-1] + 0.5, np.inf)
    below = norm.cdf((edges[None, :] - tolerance[:, None] - centre) / spread)
    return np.diff(below, axis=1, prepend=0.0)


def overstated(tolerance, centre, spread):
    """Return P(level on record above the true tolerance, rounded), shape (n,)."""
    above = LEVELS[None, :] > np.rint(tolerance)[:, None]
    return (chance_of_level(tolerance, centre, spread) * above).sum(axis=1)


def test_levels_are_overstated_as_often_as_candour_implies(answered):
    level, tolerance, _ = answered
    spread = np.hypot(_CANDOUR[1], _ANSWER_SPREAD)
    share = (level > np.rint(tolerance)).mean()
    implied = overstated(tolerance, _CANDOUR[0], spread).mean()
    error = np.sqrt(implied * (1 - implied) / len(level))
    candid = overstated(tolerance, 0.0, spread).mean()
    assert len(level) > 1_000
    assert abs(share - implied) < SIGMA * error
    assert abs(share - candid) > SIGMA * error


def test_levels_are_spread_as_candour_implies(answered):
    level, tolerance, _ = answered
    spread = np.hypot(_CANDOUR[1], _ANSWER_SPREAD)
    chance = chance_of_level(tolerance, _CANDOUR[0], spread)
    found = np.array([(level == one).sum() for one in LEVELS])
    error = np.sqrt((chance * (1 - chance)).sum(axis=0))
    assert (np.abs(found - chance.sum(axis=0)) < SIGMA * error).all()


def test_what_the_archive_shows_is_the_last_answer(answered, world):
    level, _, row = answered
    np.testing.assert_array_equal(level, world.state.stated_level[row])
