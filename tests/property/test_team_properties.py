"""The figures of a branch: staff and nobody add up to it, shares lie in their intervals, and the order of rows says nothing."""

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.act.team_book import LocalDays, TeamBook, TeamCustomer
from zhike.decide.day_rules import DayRules
from zhike.decide.service_standards import ServiceStandard, ServiceStandards
from zhike.measure.attainment import attained
from zhike.measure.team import Load, hand_overs, loads, refusals, summed

TODAY, DAY = dt.date(2026, 6, 30), 86_400_000_000
NOW = 1_782_820_800_000_000  # noon of that day in UTC
RULES = DayRules(
    360, {"phone": (15, 5, 0), "adviser": (45, 15, 0), "visit": (60, 20, 40), "desk": (15, 0, 0)}, {}, {}
)
STANDARDS = ServiceStandards(
    {
        "private": ServiceStandard(31, 2, 0.9),
        "mass": ServiceStandard(366, 5, 0.8),
        "other": ServiceStandard(366, 5, 0.8),
    }
)
STAFF = ("M1", "M2", "M3")
WHO, TIERS = st.sampled_from((*STAFF, None)), st.sampled_from(("private", "mass", "gold", None))
DAYS = st.none() | st.dates(dt.date(2025, 5, 1), TODAY)
INSTANTS = st.integers(NOW - 90 * DAY, NOW)


@st.composite
def books(draw):
    customers = {
        f"C{n}": TeamCustomer(draw(WHO), draw(TIERS), draw(DAYS), draw(DAYS))
        for n in range(draw(st.integers(1, 8)))
    }
    names = st.sampled_from(sorted(customers))
    offers = [
        {
            "offer_id": f"o-{n}", "customer_id": draw(names), "action_id": draw(st.sampled_from(("review:phone", "invest:B1:adviser"))),
            "channel": "phone", "kind": draw(st.sampled_from(("sale", "mandatory"))), "outbound": True,
            "state": draw(st.sampled_from(("made", "shown", "refused", "blocked"))), "made_at": draw(INSTANTS), "changed_at": NOW,
            "lapses_at": draw(st.none() | st.integers(NOW - DAY, NOW + DAY)),
        }
        for n in range(draw(st.integers(0, 6)))
    ]  # fmt: skip
    tasks = [
        _task(draw, n, names, [one["offer_id"] for one in offers]) for n in range(draw(st.integers(0, 8)))
    ]
    answers = [
        {"response_id": f"r-{n}", "offer_id": one["offer_id"], "customer_id": one["customer_id"], "outcome": one["state"],
         "responded_at": draw(INSTANTS), "actor": draw(st.sampled_from((*STAFF, "channel")))}
        for n, one in enumerate(offers) if one["state"] in ("refused", "blocked")
    ]  # fmt: skip
    given_on = [
        {"customer_id": task["customer_id"], "task_id": task["task_id"], "from_staff": draw(WHO),
         "to_staff": draw(st.sampled_from(STAFF)), "recorded_at": draw(INSTANTS)}
        for task in tasks if draw(st.booleans())
    ]  # fmt: skip
    return TeamBook(
        "north", TODAY, NOW, draw(st.integers(1, 60)), RULES, STANDARDS, None, LocalDays("UTC"), {name: name for name in STAFF}, customers,
        {name: name for name in customers}, tuple(tasks), (), {one["offer_id"]: one for one in offers}, tuple(answers), tuple(given_on),
    )  # fmt: skip


def _task(draw, n, names, offers):
    state, made = draw(st.sampled_from(("open", "claimed", "done", "cancelled"))), draw(INSTANTS)
    over = state in ("done", "cancelled")
    return {
        "task_id": f"t-{n}", "customer_id": draw(names), "offer_id": draw(st.none() | st.sampled_from(offers)) if offers else None,
        "assignee": draw(WHO), "kind": draw(st.sampled_from(("call", "visit", "paperwork"))), "state": state,
        "starts_on": draw(st.none() | st.dates(TODAY - dt.timedelta(60), TODAY + dt.timedelta(9)).map(str)),
        "due_on": draw(st.none() | st.dates(TODAY - dt.timedelta(60), TODAY + dt.timedelta(9)).map(str)),
        "minutes": draw(st.none() | st.integers(1, 90)), "outcome": None,
        "closed_at": draw(st.integers(made, NOW)) if over else None, "recorded_at": made,
    }  # fmt: skip


@settings(max_examples=40)
@given(books())
def test_staff_and_nobody_add_up_to_the_branch(book):
    found = attained(book)
    tiers = {(one.standard, one.tier) for one in found}
    for standard, tier in tiers:
        here = [one for one in found if (one.standard, one.tier) == (standard, tier)]
        (whole,) = [one for one in here if one.level == "branch"]
        parts = [one for one in here if one.level != "branch"]
        assert (sum(one.now.met for one in parts), sum(one.now.cases for one in parts)) == (
            whole.now.met,
            whole.now.cases,
        )
    for level, staff_id in {(one.level, one.staff_id) for one in found}:
        for standard in ("contact", "task"):
            mine = [
                one for one in found if (one.level, one.staff_id, one.standard) == (level, staff_id, standard)
            ]
            for whole in (one for one in mine if one.tier is None):
                parts = [one.now for one in mine if one.tier is not None]
                assert (sum(one.met for one in parts), sum(one.cases for one in parts)) == (
                    whole.now.met,
                    whole.now.cases,
                )
    contacts = [one for one in found if (one.standard, one.level, one.tier) == ("contact", "branch", None)]
    assert contacts[0].now.cases == len(book.customers)


@settings(max_examples=40)
@given(books())
def test_a_share_lies_in_its_interval_and_what_is_told_follows_from_it(book):
    for one in attained(book):
        low, high = one.now.interval
        assert 0 <= low <= high <= 1
        assert 0 <= one.target <= 1
        if one.now.cases:
            assert low <= one.now.value <= high
            assert one.verdict == (
                "attained" if low >= one.target else "missed" if high < one.target else "open"
            )
        else:
            assert one.verdict == "open"
        if one.change is not None:
            change, least, most = one.change
            assert least <= change <= most
            assert (one.direction == "none") == (least <= 0 <= most)
        else:
            assert one.direction == "none"


@settings(max_examples=40)
@given(books())
def test_loads_add_up_and_name_everybody(book):
    found = loads(book)
    assert set(STAFF) <= set(found)
    total = summed(found.values())
    assert total.book == len(book.customers)
    assert total.available == 360 * len(STAFF)
    for one in found.values():
        assert 0 <= one.must <= one.work
        assert one.overdue_tasks <= one.open_tasks
        assert one.beyond == max(0, one.work - one.available)
    assert summed([]) == Load()


@settings(max_examples=40)
@given(books())
def test_every_refusal_and_hand_over_is_counted_once(book):
    found = refusals(book)
    rows = [row for _, rows in found for row in rows]
    assert len(rows) == len(set(rows)) == sum(one.count for one, _ in found)
    late = [one for one in book.responses if book.day(one["responded_at"]) > book.before]
    assert sum(table == "responses" for table, _ in rows) == sum(
        one["outcome"] == "refused" or one["actor"] in STAFF for one in late
    )
    ways = hand_overs(book)
    assert sum(one.count for one in ways) == sum(
        book.day(one["recorded_at"]) > book.before for one in book.hand_overs
    )
    assert all(0 <= one.still_open + one.done <= one.count for one in ways)
    assert all((one.median_days is None) == (one.done == 0) for one in ways)


@settings(max_examples=40)
@given(books(), st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(book, random):
    def mixed(rows):
        rows = list(rows)
        random.shuffle(rows)
        return rows

    other = replace(
        book, customers=dict(mixed(book.customers.items())), tasks=tuple(mixed(book.tasks)), offers=dict(mixed(book.offers.items())),
        responses=tuple(mixed(book.responses)), hand_overs=tuple(mixed(book.hand_overs)),
    )  # fmt: skip
    assert attained(other) == attained(book)
    assert loads(other) == loads(book)
    assert hand_overs(other) == hand_overs(book)
    assert [one for one, _ in refusals(other)] == [one for one, _ in refusals(book)]
