"""Which complaint comes next: no order keeps a date that this one misses, and harm comes first where it costs nobody their date."""

import functools
import itertools

import numpy as np
import pytest

from zhike.decide.desk_order import Waiting, desk_order, slack_of


def keeps(cases, order, capacity):
    """Return whether cases done in an order, one after the other, all keep their dates."""
    reached = np.cumsum(capacity)
    done = 0.0
    for one in order:
        done += cases[one].hours
        if done > reached[cases[one].due] + 1e-9:
            return False
    return True


def random_cases(rng, most=5, days=4):
    return [
        Waiting(int(rng.integers(0, days)), float(rng.integers(1, 4)), float(rng.integers(0, 4)), n)
        for n in range(rng.integers(1, most + 1))
    ]


def test_what_any_order_keeps_this_order_keeps():
    rng, kept, missed = np.random.default_rng(11), 0, 0
    for _ in range(400):
        cases, capacity = random_cases(rng), rng.integers(0, 5, 4).astype(float)
        some = any(keeps(cases, order, capacity) for order in itertools.permutations(range(len(cases))))
        assert keeps(cases, desk_order(cases, capacity), capacity) == some
        kept, missed = kept + some, missed + (not some)
    assert min(kept, missed) > 50


def possible(arrivals, capacity):
    """Return whether whole hours that come in day by day can all be done by their dates, by trying every way to spend every day."""
    days = len(capacity)

    @functools.cache
    def tried(day, left):
        if day == days:
            return not any(left)
        waits = list(left)
        for due, hours in arrivals[day]:
            waits[due] += hours
        for spent in itertools.product(*(range(min(one, capacity[day]) + 1) for one in waits)):
            after = [one - two for one, two in zip(waits, spent, strict=True)]
            if sum(spent) <= capacity[day] and after[day] == 0 and tried(day + 1, tuple(after)):
                return True
        return False

    return tried(0, (0,) * days)


def followed(arrivals, capacity, reserve):
    """Return whether a desk that orders anew every day keeps every date."""
    open_, days = [], len(capacity)
    for day in range(days):
        open_ += [[due, hours, harm] for due, hours, harm in arrivals[day]]
        waiting = [Waiting(due - day, hours, harm) for due, hours, harm in open_]
        left = capacity[day]
        for one in desk_order(waiting, np.array(capacity[day:], dtype=float), reserve(day)):
            spent = min(left, open_[one][1])
            open_[one][1] -= spent
            left -= spent
        if any(hours > 0 and due <= day for due, hours, _ in open_):
            return False
        open_ = [one for one in open_ if one[1] > 0]
    return True


def needs_of(arrivals, day):
    """Return the hours up to each day that what comes in after a day will need: what the desk has to keep free, known in this test."""
    later = np.zeros(len(arrivals) - day)
    for came in arrivals[day + 1 :]:
        for due, hours, _ in came:
            later[due - day :] += hours
    return later


@pytest.mark.parametrize("knows", [True, False])
def test_with_arrivals_dates_are_kept_whenever_they_can_be(knows):
    """A reserve that covers what comes is enough; without knowing what comes, an infinite one is."""
    rng, kept, missed = np.random.default_rng(5), 0, 0
    for _ in range(150):
        capacity = [int(one) for one in rng.integers(0, 4, 3)]
        arrivals = [
            [(int(rng.integers(day, 3)), int(rng.integers(1, 3)), float(rng.integers(0, 3))) for _ in range(rng.integers(0, 3))]
            for day in range(3)
        ]  # fmt: skip
        can = possible(
            tuple(tuple((due, hours) for due, hours, _ in day) for day in arrivals), tuple(capacity)
        )

        def reserve(day, arrivals=arrivals):
            return needs_of(arrivals, day) if knows else np.full(len(arrivals) - day, np.inf)

        assert followed(arrivals, capacity, reserve) == can
        kept, missed = kept + can, missed + (not can)
    assert min(kept, missed) > 25


def test_harm_is_served_sooner_than_by_dates_alone_and_nobody_pays_with_their_date():
    rng, sooner = np.random.default_rng(3), 0.0
    for _ in range(200):
        cases, capacity = random_cases(rng, 6), np.full(4, 6.0)
        order = desk_order(cases, capacity)
        by_date = sorted(range(len(cases)), key=lambda one: cases[one].due)
        if not keeps(cases, by_date, capacity):
            continue
        assert keeps(cases, order, capacity)
        waits = [np.cumsum([cases[one].hours for one in some]) @ [cases[one].harm for one in some] for some in (order, by_date)]  # fmt: skip
        sooner += waits[1] - waits[0]
    assert sooner > 0


def test_cases_already_late_take_slack_and_their_floor_and_make_no_other_late():
    cases = [Waiting(-3, 2.0, 0.0), Waiting(-1, 2.0, 0.0), Waiting(0, 5.0, 0.0), Waiting(1, 3.0, 0.0)]
    assert desk_order(cases, np.array([5.0, 3.0])) == [2, 3, 0, 1]
    assert desk_order(cases, np.array([7.0, 5.0])) == [0, 2, 3, 1]
    assert desk_order(cases, np.array([5.0, 3.0]), floor=1.0) == [0, 2, 3, 1]


def test_slack_says_what_is_missing():
    assert slack_of([Waiting(0, 3.0, 0.0), Waiting(9, 4.0, 0.0)], np.array([2.0, 4.0])).tolist() == [
        -1.0,
        -1.0,
    ]
