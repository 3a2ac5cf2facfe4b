"""Staff and channels follow from the number of customers."""

import numpy as np
import pytest

from zhike.lab.dice import Dice
from zhike.lab.resources import REGION_WEIGHTS, STAFF_ROLES, Resources, managers_by_region
from zhike.lab.shelf import REGIONS, TALKING


def test_every_region_has_a_manager_even_in_the_smallest_bank():
    assert managers_by_region(10).tolist() == [1] * len(REGIONS)
    assert sum(REGION_WEIGHTS) == pytest.approx(1)


def test_a_manager_has_about_250_advised_customers():
    assert managers_by_region(1_000_000).sum() == pytest.approx(1_000_000 * 0.12 / 250, rel=0.02)


def test_staff_begin_with_the_managers_in_the_order_of_regions():
    resources = Resources.of(100_000)
    count = int(resources.managers.sum())
    assert (resources.role[:count] == 0).all()
    assert (np.diff(resources.region[:count]) >= 0).all()
    assert set(resources.role.tolist()) == set(range(len(STAFF_ROLES)))
    assert len(resources) == len(resources.region) == len(resources.skill)


def test_capacity_grows_with_the_bank():
    small, large = Resources.of(20_000), Resources.of(200_000)
    assert small.monthly.shape == (len(TALKING),)
    assert (large.monthly > small.monthly).all()
    assert small.adviser_hours.shape == (len(REGIONS),)
    assert (small.adviser_hours > 0).all()
    assert (Resources.of(10).monthly > 0).all()


def test_skills_are_bounded_and_follow_the_dice():
    skill = Resources.of(1_000_000).skill
    assert np.abs(skill).max() <= 1
    assert skill.mean() == pytest.approx(0, abs=0.06)
    assert (Resources.of(100_000, Dice(3)).skill != Resources.of(100_000).skill).any()
    assert np.array_equal(Resources.of(100_000).skill, Resources.of(100_000).skill)
