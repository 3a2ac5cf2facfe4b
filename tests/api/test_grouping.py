"""Calls that arrive together: decided together, apart where one spoils it, and nothing left unanswered."""

import asyncio
import contextlib
import threading
import time

import pytest
import served_bank

from zhike.act.acting import customer_row
from zhike.act.decision_calls import Call, settled
from zhike.act.drafts import Ask
from zhike.act.requests import Request
from zhike.api.grouping import Grouping
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.core.store_errors import StoreUnavailableError


def draft(bank, customer):
    with bank.store.read() as tx:
        return bank.service.desk.draft(tx, Ask(customer, "tests"))


def call(customer, key=None, content=None, *, permit=None):
    """Return a call that everybody may make, answered with the decision's identifier and customer."""
    return Call(
        Ask(customer, "tests"), Request("tests", key, content or {"customer": customer}),
        permit or (lambda tx, row: customer_row(tx, customer) if row is None else row),
        lambda decided: {"decision": decided.draft.decision_id, "customer": decided.draft.ask.customer},
    )  # fmt: skip


class Watched:
    """A store that notes how long its writers are ready to wait and how many wrote, and fails where it is told to."""

    def __init__(self, store, *, here=True):
        self.store, self.on_this_machine = store, here
        self.waits, self.threads, self.problem = [], set(), None
        self.asked, self.held = threading.Event(), threading.Event()
        self.held.set()

    def read(self):
        return self.store.read()

    @contextlib.contextmanager
    def write(self, patience=None):
        self.waits.append(patience)
        self.asked.set()
        self.threads.add(threading.current_thread().name)
        if self.problem is not None:
            raise self.problem
        if patience is None:
            self.held.wait()
        with self.store.write(patience) as tx:
            yield tx


@pytest.fixture
def watched(bank, monkeypatch):
    """Return a watched store under the bank's desk, and what groups its calls."""
    store = Watched(bank.store)
    acting = bank.service.acting
    monkeypatch.setattr(
        bank.service.desk, "acting", type(acting)(store, acting.clock, acting.chance, acting.routes)
    )
    return store


async def all_of(grouping, calls):
    return await asyncio.gather(*map(grouping.decide, calls), return_exceptions=True)


def test_what_arrives_together_is_written_together(bank, watched):
    grouping = Grouping(bank.service.desk)
    done = bank.run(all_of(grouping, [call(name) for name in served_bank.NORTH]))
    assert [one["customer"] for one in done] == list(served_bank.NORTH)
    assert len(watched.waits) == 1
    assert watched.threads == {threading.current_thread().name}
    assert {row["decision_id"] for row in bank.rows("decisions")} == {one["decision"] for one in done}
    grouping.close()


def test_a_store_elsewhere_is_asked_on_a_thread(bank, watched):
    watched.on_this_machine = False
    grouping = Grouping(bank.service.desk)
    done = bank.run(all_of(grouping, [call(name) for name in served_bank.NORTH]))
    assert [one["customer"] for one in done] == list(served_bank.NORTH)
    assert watched.threads == {"decisions_0"}
    grouping.close()


def test_the_loop_goes_on_while_somebody_else_writes(bank):
    """Another thread writes for long; meanwhile whatever else is asked is answered."""
    grouping, begun, let_go = Grouping(bank.service.desk), threading.Event(), threading.Event()

    def write():
        with bank.store.write():
            begun.set()
            let_go.wait()

    other = threading.Thread(target=write)
    other.start()
    begun.wait()

    async def meanwhile():
        waiting = asyncio.ensure_future(all_of(grouping, [call("C01"), call("C02")]))
        longest = 0.0
        for _ in range(20):
            since = time.monotonic()
            await asyncio.sleep(0.02)
            longest = max(longest, time.monotonic() - since)
        assert not waiting.done()
        let_go.set()
        return longest, await waiting

    longest, done = bank.run(meanwhile())
    other.join()
    assert [one["customer"] for one in done] == ["C01", "C02"]
    assert longest < bank.store._patience  # noqa: SLF001 - held up for a moment, not until the store gives up
    grouping.close()


def test_what_arrives_while_a_thread_decides_is_the_next_group(bank, watched):
    watched.on_this_machine = False
    grouping = Grouping(bank.service.desk)
    watched.held.clear()

    async def in_two_steps():
        first = asyncio.ensure_future(all_of(grouping, [call("C01")]))
        await asyncio.to_thread(watched.asked.wait)
        later = asyncio.ensure_future(all_of(grouping, [call("C02"), call("C03")]))
        await asyncio.sleep(0.05)
        watched.held.set()
        return await first + await later

    done = bank.run(in_two_steps())
    assert [one["customer"] for one in done] == ["C01", "C02", "C03"]
    assert len(watched.waits) == 2
    grouping.close()


def test_one_that_spoils_it_spoils_it_for_itself_only(bank):
    """The customer goes between what was read and what is written."""
    desk, drafts = bank.service.desk, bank.service.desk.drafts

    def and_then_erased(tx, asks, rows):
        found = drafts(tx, asks, rows)
        desk.drafts = drafts
        with bank.store.write() as other:
            other.change("customers", {"customer_id": "C03"}, {"state": "erased"})
        return found

    calls = [call(name) for name in served_bank.NORTH]
    desk.drafts = and_then_erased
    done = settled(desk, calls)
    assert [type(one) for one in done if isinstance(one, Exception)] == [RecordNotFoundError]
    assert isinstance(done[2], RecordNotFoundError)
    assert {one["customer_id"] for one in bank.rows("decisions")} == set(served_bank.NORTH) - {"C03"}


def test_who_may_not_is_told_so_and_the_others_are_answered(bank):
    def permit(*_):
        raise RecordNotFoundError(what="customer")

    outcomes = settled(bank.service.desk, [call("C01"), call("C02", permit=permit), call("C03")])
    assert [type(one) for one in outcomes] == [dict, RecordNotFoundError, dict]
    assert {row["customer_id"] for row in bank.rows("decisions")} == {"C01", "C03"}


def test_a_row_is_given_only_of_one_who_is_served(bank):
    seen = []

    def permit(tx, row):
        seen.append(row and row["customer_id"])
        return customer_row(tx, "C01") if row is None else row

    with bank.store.write() as tx:
        tx.change("customers", {"customer_id": "C02"}, {"state": "merged", "merged_into": "C01"})
    done = settled(bank.service.desk, [call("C01", permit=permit), call("C02", permit=permit)])
    assert seen == ["C01", None]
    assert [one["customer"] for one in done] == ["C01", "C01"]


def test_a_key_gives_the_same_answer_within_a_group_and_after_it(bank):
    calls = [call("C01", "k1"), call("C01", "k1"), call("C02", "k2")]
    first, same, other = settled(bank.service.desk, calls)
    assert first == same != other
    assert settled(bank.service.desk, [call("C01", "k1"), call("C02", "k2")]) == [first, other]
    assert len(bank.rows("decisions")) == 2


def test_a_key_that_came_with_something_else_is_told_to_its_caller_only(bank):
    settled(bank.service.desk, [call("C01", "k1")])
    outcomes = settled(bank.service.desk, [call("C02", "k1"), call("C03", "k3")])
    assert [type(one) for one in outcomes] == [StateConflictError, dict]
    assert len(bank.rows("decisions")) == 2


def test_a_store_that_fails_fails_all_of_them_at_once(bank, watched):
    grouping = Grouping(bank.service.desk)
    watched.problem = StoreUnavailableError(store="s", what="it is locked")
    done = bank.run(all_of(grouping, [call(name) for name in served_bank.NORTH]))
    assert {type(one) for one in done} == {StoreUnavailableError}
    assert len(watched.waits) == 2  # for a moment, then with patience; nobody was tried again on their own
    assert watched.waits[1] is None
    again = bank.run(all_of(grouping, [call("C01"), call("C02")]))
    assert {type(one) for one in again} == {StoreUnavailableError}
    assert watched.waits[2:] == [None]  # the loop is not held up by a store that is away
    watched.problem = None
    for _ in range(2):
        assert bank.run(grouping.decide(call("C01")))["customer"] == "C01"
    assert watched.waits[3] is None
    assert watched.waits[4] is not None
    grouping.close()


def test_who_comes_after_the_end_is_turned_away(bank):
    grouping = Grouping(bank.service.desk)
    grouping.close()
    with pytest.raises(StoreUnavailableError):
        bank.run(asyncio.wait_for(grouping.decide(call("C01")), 5))
    grouping.close()  # again is no harm
    assert bank.rows("decisions") == []


def test_who_waits_at_the_end_is_not_left_unanswered(bank, watched):
    watched.on_this_machine = False
    grouping = Grouping(bank.service.desk)
    watched.held.clear()

    async def ended():
        first = asyncio.ensure_future(all_of(grouping, [call("C01")]))
        await asyncio.to_thread(watched.asked.wait)
        later = asyncio.ensure_future(all_of(grouping, [call("C02")]))
        await asyncio.sleep(0.01)
        closing = asyncio.ensure_future(asyncio.to_thread(grouping.close))
        while not grouping._ended:  # noqa: ASYNC110, SLF001 - a thread sets it
            await asyncio.sleep(0.01)
        watched.held.set()
        found = await first + await later
        await closing
        return found

    done, late = bank.run(asyncio.wait_for(ended(), 60))
    assert done["customer"] == "C01"
    assert isinstance(late, StoreUnavailableError)


def test_a_caller_who_has_gone_holds_up_nobody(bank):
    grouping = Grouping(bank.service.desk)

    async def one_goes():
        waiting = [asyncio.ensure_future(grouping.decide(call(name))) for name in ("C01", "C02")]
        await asyncio.sleep(0)
        waiting[0].cancel()
        return await asyncio.gather(*waiting, return_exceptions=True)

    gone, done = bank.run(one_goes())
    assert isinstance(gone, asyncio.CancelledError)
    assert done["customer"] == "C02"
    grouping.close()


def test_two_decisions_for_one_customer_in_a_group_are_made_one_after_the_other(bank):
    drafts = [draft(bank, "C02") for _ in range(3)]
    first, *others = bank.service.desk.do_decide(drafts)
    assert len(first.offers) == 2
    assert [one.offers for one in others] == [(), ()]
    assert first.draft.decision_id == drafts[0].decision_id
    assert all(
        one.draft.decision_id != made.decision_id for one, made in zip(others, drafts[1:], strict=True)
    )


def test_a_customer_who_changed_since_is_decided_for_anew(bank):
    made = draft(bank, "C02")
    assert made.reading is not None
    body = {"purpose": "marketing", "channel": "all", "status": "withdrawn"}
    bank.post("rm", "/v1/customers/C02/consents", body, purpose="service")
    (done,) = bank.service.desk.do_decide([made])
    kinds = {row["kind"] for row in bank.rows("offers", {"decision_id": done.draft.decision_id})}
    assert kinds == {"care"}
    assert bank.rows("decisions", {"decision_id": made.decision_id}) == []


def test_a_desk_asked_first_by_many_at_once_knows_its_publication(bank):
    """What was seen and when are one value: nobody sees the one without the other."""
    from zhike.act.decisions import DecisionDesk

    for _ in range(20):
        desk, found, start = DecisionDesk(bank.acting), [], threading.Barrier(4)

        def look(desk=desk, found=found, start=start):
            start.wait()
            with bank.store.read() as tx:
                found.append(desk.draft(tx, Ask("C02", "tests")).degraded)

        threads = [threading.Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [""] * 4
