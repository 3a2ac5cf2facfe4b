"""The thread that writes decisions in groups: together, apart where one spoils it, and nothing left unanswered."""

import asyncio
import threading

import pytest
import served_bank

from zhike.act.decisions import Ask
from zhike.api.writer import GroupWriter
from zhike.core.service_errors import RecordNotFoundError
from zhike.core.store_errors import StoreUnavailableError


def draft(bank, customer):
    with bank.store.read() as tx:
        return bank.service.desk.draft(tx, Ask(customer, "tests"))


class Held:
    """A desk that lets nobody pass until it is opened, and notes the sizes of the groups."""

    def __init__(self, desk):
        self.desk, self.groups, self.opened = desk, [], threading.Event()
        self.problem = None

    def do_decide(self, drafts):
        self.groups.append(len(drafts))
        self.opened.wait()
        if self.problem is not None:
            raise self.problem
        return self.desk.do_decide(drafts)


async def all_of(writer, drafts, then):
    waiting = [asyncio.ensure_future(writer.write(one)) for one in drafts]
    await asyncio.sleep(0.05)
    then()
    return await asyncio.gather(*waiting, return_exceptions=True)


def test_what_waits_is_written_together(bank):
    held = Held(bank.service.desk)
    writer = GroupWriter(held)
    drafts = [draft(bank, customer) for customer in served_bank.NORTH]
    done = bank.run(all_of(writer, drafts, held.opened.set))
    assert [one.draft.ask.customer for one in done] == list(served_bank.NORTH)
    assert held.groups in ([1, 4], [5])
    writer.close()


def test_one_that_spoils_it_spoils_it_for_itself_only(bank):
    held = Held(bank.service.desk)
    writer = GroupWriter(held)
    drafts = [draft(bank, customer) for customer in served_bank.NORTH]
    with bank.store.write() as tx:
        tx.change("customers", {"customer_id": "C03"}, {"state": "erased"})
    done = bank.run(all_of(writer, drafts, held.opened.set))
    assert [type(one) for one in done if isinstance(one, Exception)] == [RecordNotFoundError]
    assert isinstance(done[2], RecordNotFoundError)
    assert {one["customer_id"] for one in bank.rows("decisions")} == set(served_bank.NORTH) - {"C03"}
    writer.close()


def test_a_store_that_fails_fails_all_of_them_at_once(bank):
    held = Held(bank.service.desk)
    writer = GroupWriter(held)
    drafts = [draft(bank, customer) for customer in served_bank.NORTH]
    held.problem = StoreUnavailableError(store="s", what="it is locked")
    done = bank.run(all_of(writer, drafts, held.opened.set))
    assert {type(one) for one in done} == {StoreUnavailableError}
    assert len(held.groups) <= 2  # nobody was tried again on their own
    held.problem = None
    assert bank.run(writer.write(draft(bank, "C01"))).draft.ask.customer == "C01"
    writer.close()


def test_closing_writes_what_waits_and_turns_away_who_comes_later(bank):
    held = Held(bank.service.desk)
    writer = GroupWriter(held)
    closing = threading.Thread(target=writer.close)

    def close():
        closing.start()
        held.opened.set()

    drafts = [draft(bank, customer) for customer in served_bank.NORTH]
    done = bank.run(all_of(writer, drafts, close))
    closing.join()
    assert not [one for one in done if isinstance(one, Exception)]
    with pytest.raises(StoreUnavailableError):
        bank.run(asyncio.wait_for(writer.write(drafts[0]), 5))
    writer.close()  # again is no harm


def test_a_caller_who_has_gone_holds_up_nobody(bank):
    held = Held(bank.service.desk)
    writer = GroupWriter(held)
    first, second = draft(bank, "C01"), draft(bank, "C02")

    async def one_goes():
        waiting = [asyncio.ensure_future(writer.write(one)) for one in (first, second)]
        await asyncio.sleep(0.05)
        waiting[0].cancel()
        held.opened.set()
        return await asyncio.gather(*waiting, return_exceptions=True)

    gone, done = bank.run(one_goes())
    assert isinstance(gone, asyncio.CancelledError)
    assert done.draft.ask.customer == "C02"
    writer.close()


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
