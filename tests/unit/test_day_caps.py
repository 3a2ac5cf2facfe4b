"""Caps of a day: what each counts, for whom, and what it leaves."""

import decide_bank
import pytest
from constrained_bank import SALES, constraint

from zhike.decide.constraint_rows import in_force
from zhike.decide.day_caps import DayCaps

CONSTRAINTS = (
    constraint("offers", "per_household", actions=SALES, maximum=2),
    constraint("calls", "per_customer", actions={"channel": ["phone"]}, maximum=1),
    constraint("each", "per_group", actions={"group": ["daily", "investment"]}, maximum=1),
    constraint("budget", "budget", maximum="1000.00"),
)
SALE, OTHER, CALL = "invest:F2:app", "everyday:P0:app", "review:phone"


@pytest.fixture(scope="module")
def ready():
    return decide_bank.prepared(constraints=list(CONSTRAINTS))


def caps_of(ready):
    return DayCaps.of(in_force(ready.policy.constraints, ready.at), ready.actions)


def places_of(ready):
    return {name: place for place, name in enumerate(ready.actions.table["action_id"])}


def test_caps_of_customers_and_households_count_and_rows_over_all_customers_do_not(ready):
    caps = caps_of(ready)
    assert caps.names == ("offers", "calls", "each[daily]", "each[investment]")
    assert (caps.by_household.tolist(), caps.shared) == ([True, False, False, False], True)
    assert caps.counted[:, places_of(ready)[SALE]].tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    ("own", "household", "left"),
    [
        ((), (), (2, 1, 1, 1)),
        ((SALE,), (SALE,), (1, 1, 1, 0)),
        ((), (SALE, OTHER, CALL), (0, 1, 1, 1)),
        ((CALL, CALL), (CALL, CALL, SALE, SALE, SALE), (0, 0, 1, 1)),
        (("gone:X9:app",), ("gone:X9:app",), (1, 0, 0, 0)),  # no longer on sale: it counts against every cap
    ],
)
def test_what_is_left_is_of_the_household_where_it_shares_the_cap(ready, own, household, left):
    assert caps_of(ready).left(places_of(ready), own, household) == left


def test_a_policy_without_caps_has_none():
    ready = decide_bank.prepared()
    caps = caps_of(ready)
    assert (len(caps), caps.shared, caps.counted.shape) == (0, False, (0, len(ready.actions)))
    assert caps.left(places_of(ready), (SALE,), (SALE,)) == ()
