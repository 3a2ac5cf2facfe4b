"""One holder at a time; a turn ends by itself when its holder has died."""

import threading

import pytest
from served_bank import Served

from zhike.act.acting import Acting
from zhike.act.turns import give_back, take_turn
from zhike.adapters.store.engine import open_store

LASTS = 10_000_000


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path) as served:
        yield served


def take(served, holder, name="keeper"):
    return take_turn(served.acting, name, holder, LASTS)


def test_a_turn_is_one_holders_until_it_ends(served):
    assert take(served, "a")
    assert not take(served, "b")
    served.clock.later(seconds=9)
    assert not take(served, "b")
    served.clock.later(seconds=1)
    assert take(served, "b")
    assert not take(served, "a")


def test_a_holder_prolongs_its_turn(served):
    for _ in range(5):
        assert take(served, "a")
        served.clock.later(seconds=6)
        assert not take(served, "b")


def test_a_turn_that_has_just_begun_is_not_written_again(served):
    assert take(served, "a")
    (before,) = served.rows("jobs")
    served.clock.later(seconds=4)
    assert take(served, "a")
    assert served.rows("jobs") == [before]
    served.clock.later(seconds=2)
    assert take(served, "a")
    assert served.rows("jobs")[0]["content"]["until"] > before["content"]["until"]


def test_a_turn_is_given_back_by_its_holder_only(served):
    assert take(served, "a")
    give_back(served.acting, "keeper", "b")
    assert not take(served, "b")
    give_back(served.acting, "keeper", "a")
    assert take(served, "b")


def test_turns_of_other_names_are_others(served):
    assert take(served, "a", "keeper")
    assert take(served, "b", "batches")


def test_of_many_at_once_one_gets_it(served):
    begin, got = threading.Barrier(4), []

    def asks(holder):
        with open_store(served.folder / "zhike.db", now=served.clock.now) as store:
            acting = Acting(store, served.clock, served.acting.chance)
            begin.wait()
            got.append(take_turn(acting, "keeper", holder, LASTS))

    threads = [threading.Thread(target=asks, args=(f"h{place}",)) for place in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(got) == [False, False, False, True]
