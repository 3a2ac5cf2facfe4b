"""A household's cap counts what all of its members were offered today, whoever of them is decided for."""

import itertools

import household_bank
import pytest
from constrained_bank import SALES, constraint
from household_bank import HOME, MOST, publish, sales
from running_postgres import running_postgres
from served_bank import Served
from two_persons import merged

from zhike.act.decisions import DecisionDesk
from zhike.act.drafts import Ask
from zhike.act.replay import replay_log
from zhike.act.responses import Response, respond

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server; tests on it skip where its packages are not installed."""
    yield from running_postgres()


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request, tmp_path):
    """The bank with a household, published on each back end."""
    if request.param == "sqlite":
        found = Served(tmp_path / "bank")
    else:
        server, schema = request.getfixturevalue("server"), f"h{next(NUMBERS)}"
        server.run(f"CREATE SCHEMA {schema}")
        found = Served.over(server.url(schema), tmp_path / "keys")
    with found as bank:
        publish(bank)
        yield bank


@pytest.fixture
def home(bank):
    """The bank with a household, published."""
    publish(bank)
    return bank


def offered(bank, customer, **body):
    return [one["action_id"] for one in bank.decide(customer, **body).json()["actions"]]


def replayed(bank):
    found = replay_log(bank.acting, DecisionDesk(bank.acting))
    assert found.proven
    return found


def test_the_members_share_what_the_cap_leaves_and_the_day_after_it_begins_anew(anywhere):
    assert len(offered(anywhere, "C01")) == 3  # two sales and a call
    assert [one.partition(":")[0] for one in offered(anywhere, "C02")] == ["everyday", "review"]
    for customer in HOME:
        assert offered(anywhere, customer) == ["review:phone"]
    assert len(sales(anywhere, *HOME)) == MOST
    anywhere.clock.later(days=1)
    assert len(offered(anywhere, "C02")) > 1
    found = replayed(anywhere)
    assert found.identical == found.decisions == 5


def test_who_is_in_no_household_shares_with_nobody(home):
    for customer in HOME:
        offered(home, customer)
    publish(home, caps=[constraint("household_offers", "per_household", actions=SALES, maximum=1)])
    before = len(sales(home, "C06"))
    offered(home, "C06")
    offered(home, "C06")
    assert (before, len(sales(home, "C06"))) == (0, 1)
    assert offered(home, "C01") == ["review:phone"]  # what was offered under the publication before counts


def test_a_day_is_the_bank_s(home):
    desk = DecisionDesk(home.acting)
    with home.store.read() as tx:
        assert desk.setting(tx).timezone == "Asia/Shanghai"
    home.clock.later(hours=5, minutes=30)  # half past eleven in the evening
    offered(home, "C01")
    assert len(sales(home, *HOME)) == 2
    home.clock.later(hours=1)
    offered(home, "C02")
    offered(home, "C01")
    assert len(sales(home, *HOME)) == 2 + MOST


def test_a_contact_that_was_blocked_does_not_count(home):
    body = home.decide("C01").json()
    sale = next(one for one in body["actions"] if one["kind"] == "sale")
    respond(home.acting, Response(sale["offer_id"], "blocked", "tests"))
    assert len(sales(home, *HOME)) == 1
    offered(home, "C02")
    offered(home, "C02")
    assert len(sales(home, *HOME)) == MOST
    assert replayed(home).identical == 3


def test_what_a_customer_asks_for_neither_counts_nor_is_limited(home):
    asked = offered(home, "C01", direction="inbound")
    for _ in range(2):
        offered(home, "C01")
        offered(home, "C02")
    assert len(sales(home, *HOME)) == MOST
    assert offered(home, "C01", direction="inbound") == asked
    assert replayed(home).identical == 6


def test_drafts_of_one_household_are_made_again_where_another_came_first(anywhere):
    desk = DecisionDesk(anywhere.acting)
    with anywhere.store.read() as tx:
        drafts = desk.drafts(tx, [Ask(customer, "tests") for customer in (*HOME, *HOME)])
    assert {draft.reading.moment.left for draft in drafts} == {(MOST,)}
    done = desk.do_decide(drafts)
    assert [one.draft.reading.moment.left for one in done] == [(3,), (1,), (0,), (0,)]
    assert len(sales(anywhere, *HOME)) == MOST
    assert replayed(anywhere).identical == 4


def test_a_draft_stands_as_long_as_nobody_of_the_household_was_offered_anything(home):
    desk = DecisionDesk(home.acting)
    with home.store.read() as tx:
        draft = desk.draft(tx, Ask("C01", "tests"))
    offered(home, "C03")
    assert desk.do_decide([draft])[0].draft is draft


def test_whoever_moves_out_takes_their_share_along(home):
    offered(home, "C01")
    desk = DecisionDesk(home.acting)
    with home.store.read() as tx:
        draft = desk.draft(tx, Ask("C02", "tests"))
    rows = household_bank.content()
    rows["relationships"] = [one for one in rows["relationships"] if one["relationship_id"] != "C02:home"]
    publish(home, rows=rows)
    assert draft.reading.moment.left == (1,)
    assert desk.do_decide([draft])[0].draft.reading.moment.left == (MOST,)


def test_a_record_that_turned_out_to_be_another_s_counts_where_that_one_lives(home):
    offered(home, "C02")
    merged(home, "C02", "C03")
    offered(home, "C01")
    offered(home, "C01")
    assert len(sales(home, "C01")) == MOST


def test_caps_on_one_customer_hold_over_the_day_too(home):
    publish(home, caps=[constraint("one_sale", "per_customer", actions=SALES, maximum=1)])
    for _ in range(3):
        offered(home, "C01")
    assert len(sales(home, "C01")) == 1
    offered(home, "C02")
    assert len(sales(home, "C02")) == 1
    assert replayed(home).identical == 4


def test_without_such_caps_nothing_is_asked_of_a_household(home):
    publish(home, caps=())
    assert {row["household_id"] for row in home.rows("customers")} == {None}
    offered(home, "C01")
    (row,) = home.rows("decisions", {"customer_id": "C01"})
    assert "left" not in row["context"]["moment"]
