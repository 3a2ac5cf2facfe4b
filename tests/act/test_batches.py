"""Every customer is decided for once, whatever ends a run; who cannot be decided for is counted and holds up nobody."""

from collections import Counter

import pytest
from delivering import Outgoing
from served_bank import Served

from zhike.act import batches as module
from zhike.act.batches import MOST_CUSTOMERS, batch, batches, run_batches, submit_batch
from zhike.act.decisions import DecisionDesk
from zhike.act.drafts import Ask
from zhike.act.replay import replay_log
from zhike.act.turns import give_back, take_turn
from zhike.core.errors import UsageError
from zhike.core.service_errors import RecordNotFoundError
from zhike.core.store_errors import StoreUnavailableError
from zhike.govern.audit_events import AuditEvent

EVERYBODY = [f"C{place:02}" for place in range(1, 11)]


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path) as served:
        yield served


@pytest.fixture
def desk(served):
    return DecisionDesk(served.acting)


def submitted(served, customers=None, direction="outbound"):
    with served.store.write() as tx:
        return submit_batch(served.acting, tx, customers, direction, "analyst")["job_id"]


def shown(served, job):
    with served.store.read() as tx:
        return batch(tx, job)


def decided_for(served):
    return Counter(row["customer_id"] for row in served.rows("decisions"))


def test_nothing_asked_for_is_nothing_done(desk):
    assert run_batches(desk) == 0


@pytest.mark.parametrize("chunk", [1, 3, 10, 500])
def test_everybody_is_decided_for_once(served, desk, chunk):
    job = submitted(served)
    assert run_batches(desk, chunk=chunk) == 10
    assert decided_for(served) == Counter(EVERYBODY)
    row = shown(served, job)
    assert (row["state"], row["result"]["customers"], row["result"]["done"]) == ("done", 10, 10)
    assert {one["origin"] for one in served.rows("decisions")} == {"batch"}
    assert run_batches(desk) == 0


def test_the_counts_are_those_of_the_decisions(served, desk):
    job = submitted(served)
    run_batches(desk, chunk=4)
    result, decisions, offers = shown(served, job)["result"], served.rows("decisions"), served.rows("offers")
    assert result["no_action"] == 10 - len({one["decision_id"] for one in offers}) > 0
    assert result["kinds"] == Counter(one["kind"] for one in offers) + Counter(
        none=sum(place[0] == "no_action" for one in decisions for place in one["record"]["places"])
    )
    assert result["arms"] == Counter(place[1] for one in decisions for place in one["record"]["places"])
    assert result["degraded"] == result["skipped"] == {}


def test_decided_together_is_decided_as_by_oneself(served, desk):
    """Each decision of a batch comes out bit for bit the same when computed again alone."""
    submitted(served)
    run_batches(desk)
    found = replay_log(served.acting, desk)
    assert (found.decisions, found.identical, found.proven) == (10, 10, True)


def test_drafts_made_together_are_those_made_alone(served, desk, monkeypatch):
    ids = iter([f"d-{name}" for name in EVERYBODY] * 2)
    monkeypatch.setattr(type(desk.acting), "new_id", lambda _self, _prefix: next(ids))
    with served.store.read() as tx:
        together = desk.drafts(tx, [Ask(name, "t") for name in EVERYBODY])
        alone = [desk.draft(tx, Ask(name, "t")) for name in EVERYBODY]
    for one, other in zip(together, alone, strict=True):
        assert one.reading.served.fingerprint == other.reading.served.fingerprint
        assert one.reading.moment == other.reading.moment
        assert (one.row, one.number, one.degraded) == (other.row, other.number, other.degraded)


def test_those_named_are_decided_for_and_nobody_else(served, desk):
    job = submitted(served, ["C07", "C02", "C02", "C05"])
    run_batches(desk)
    assert decided_for(served) == Counter(["C02", "C05", "C07"])
    assert shown(served, job)["result"]["customers"] == 3


def test_who_was_named_is_forgotten_part_by_part(served, desk, monkeypatch):
    monkeypatch.setattr(module, "_CHUNK", 4)
    submitted(served, EVERYBODY)

    def named():
        return [
            name
            for row in served.rows("jobs")
            if row["kind"] == "batch_part"
            for name in row["content"]["customers"]
        ]

    assert sorted(named()) == EVERYBODY
    left = iter([False, True])
    run_batches(desk, stop=lambda: next(left))
    assert sorted(named()) == EVERYBODY[4:]
    run_batches(desk)
    assert named() == []
    assert decided_for(served) == Counter(EVERYBODY)


def test_who_cannot_be_decided_for_is_counted_and_holds_up_nobody(served, desk):
    with served.store.write() as tx:
        tx.change("customers", {"customer_id": "C03"}, {"state": "merged"})
    job = submitted(served, [*EVERYBODY, "C99"])
    assert run_batches(desk) == 9
    assert decided_for(served) == Counter(set(EVERYBODY) - {"C03"})
    row = shown(served, job)
    assert (row["state"], row["result"]["done"], row["result"]["skipped"]) == (
        "done",
        11,
        {"record_not_found": 2},
    )


def test_a_batch_in_which_everybody_was_skipped_has_failed(served, desk):
    job = submitted(served, ["C98", "C99"])
    assert run_batches(desk) == 0
    assert shown(served, job)["state"] == "failed"


def test_a_fault_over_one_customer_holds_up_nobody_else(served, desk, monkeypatch):
    written = desk.written

    def breaks(tx, drafts):
        if any(one.ask.customer == "C04" for one in drafts):
            raise ZeroDivisionError
        return written(tx, drafts)

    monkeypatch.setattr(desk, "written", breaks)
    job = submitted(served)
    assert run_batches(desk) == 9
    assert shown(served, job)["result"]["skipped"] == {"internal_error": 1}
    assert decided_for(served) == Counter(set(EVERYBODY) - {"C04"})


def test_without_a_dossier_the_answer_is_a_safe_one(served, desk):
    with served.store.write() as tx:
        tx.remove("dossiers", {"publication": 1, "customer_id": "C01"})
    job = submitted(served)
    run_batches(desk)
    assert shown(served, job)["result"]["degraded"] == {"no_dossier": 1}


def test_without_a_publication_every_answer_is_a_safe_one(served, desk):
    with served.store.write() as tx:
        tx.change("publications", {"number": 1}, {"state": "retired"})
    job = submitted(served)
    assert run_batches(desk) == 10
    assert shown(served, job)["result"]["degraded"] == {"no_publication": 10}


def test_a_store_that_is_away_ends_the_run_and_loses_nothing(served, desk, monkeypatch):
    job, written, calls = submitted(served), desk.written, []

    def away(tx, drafts):
        calls.append(1)
        if len(calls) == 2:
            raise StoreUnavailableError(store="here", what="it is away")
        return written(tx, drafts)

    monkeypatch.setattr(desk, "written", away)
    with pytest.raises(StoreUnavailableError):
        run_batches(desk, chunk=4)
    assert shown(served, job)["result"]["done"] == 4
    assert run_batches(desk, chunk=4) == 6
    assert decided_for(served) == Counter(EVERYBODY)


class PowerCut(BaseException):
    """What no handler catches."""


@pytest.mark.parametrize("named", [None, EVERYBODY])
@pytest.mark.parametrize("cut", range(1, 9))
def test_cut_off_anywhere_it_goes_on_and_decides_for_nobody_twice(served, desk, monkeypatch, cut, named):
    """The power fails after so many writes of decisions, inside the transaction that writes them."""
    monkeypatch.setattr(module, "_CHUNK", 2)
    written, calls = desk.written, []

    def fails(tx, drafts):
        made = written(tx, drafts)
        calls.append(1)
        if len(calls) % 2 == cut % 2 and len(calls) <= cut:
            raise PowerCut
        return made

    monkeypatch.setattr(desk, "written", fails)
    job = submitted(served, named)
    for _ in range(30):
        try:
            run_batches(desk, chunk=2)
        except PowerCut:
            continue
        if shown(served, job)["state"] == "done":
            break
    assert decided_for(served) == Counter(EVERYBODY)
    assert shown(served, job)["result"]["done"] == 10


def test_asked_to_stop_it_ends_after_the_chunk_under_way(served, desk):
    job, asked = submitted(served), iter([False, True])
    assert run_batches(desk, chunk=3, stop=lambda: next(asked)) == 3
    assert (shown(served, job)["state"], shown(served, job)["result"]["done"]) == ("running", 3)
    assert run_batches(desk) == 7


def test_one_process_at_a_time(served, desk):
    submitted(served)
    assert take_turn(served.acting, "batches", "somebody else", 60_000_000)
    assert run_batches(desk) is None
    assert decided_for(served) == Counter()
    give_back(served.acting, "batches", "somebody else")
    assert run_batches(desk) == 10


@pytest.mark.parametrize("chunks", [1, 2, 5])
def test_a_run_that_was_taken_for_dead_writes_nothing_twice(served, desk, monkeypatch, chunks):
    """Its turn ran out while it decided; another run went on for some chunks meanwhile; what it would write then is not written."""
    job, drafts, slept = submitted(served), desk.drafts, []

    def slow(tx, asks):
        found = drafts(tx, asks)
        if not slept:
            slept.append(1)
            served.clock.later(minutes=2)
            stops = iter([False] * chunks + [True])
            assert run_batches(DecisionDesk(served.acting), chunk=3, stop=lambda: next(stops)) > 0
        return found

    monkeypatch.setattr(desk, "drafts", slow)
    run_batches(desk, chunk=5)
    assert decided_for(served) == Counter(EVERYBODY)
    assert (shown(served, job)["state"], shown(served, job)["result"]["done"]) == ("done", 10)


def test_cut_off_between_two_halves_of_a_part_nobody_is_decided_for_twice(served, desk, monkeypatch):
    """A fault over one customer makes a part fall into halves; the power fails after the first of them."""
    written, calls = desk.written, []

    def fails(tx, drafts):
        calls.append(1)
        if len(drafts) > 5:
            raise ZeroDivisionError
        if len(calls) == 3:
            raise PowerCut
        return written(tx, drafts)

    monkeypatch.setattr(desk, "written", fails)
    submitted(served, EVERYBODY)
    with pytest.raises(PowerCut):
        run_batches(desk)
    assert decided_for(served) == Counter(EVERYBODY[:5])
    assert run_batches(desk) == 5
    assert decided_for(served) == Counter(EVERYBODY)


def test_the_oldest_batch_comes_first(served, desk):
    first = submitted(served, ["C01"])
    served.clock.later(seconds=1)
    second = submitted(served, ["C02"])
    stops = iter([False, False, True])
    run_batches(desk, stop=lambda: next(stops))
    assert (shown(served, first)["state"], shown(served, second)["state"]) == ("done", "waiting")


def test_what_is_decided_goes_out(served):
    out = Outgoing(served)
    submitted(served)
    run_batches(out.desk)
    over_app = [one for one in out.offers() if one["channel"] == "app"]
    assert len(out.messages()) == len(over_app) > 0


def test_inbound_counts_as_no_contact(served, desk):
    submitted(served, None, "inbound")
    run_batches(desk)
    assert {one["outbound"] for one in served.rows("offers")} == {False}
    assert all(not (row["live"] or {}).get("contacts") for row in served.rows("customers"))


def test_progress_is_told(served, desk):
    submitted(served)
    told = []
    run_batches(desk, chunk=4, progress=lambda done, of: told.append((done, of)))
    assert told == [(4, 10), (8, 10), (10, 10), (10, 10)]


def test_asking_and_the_end_are_told_in_the_trail(served, desk):
    submitted(served)
    run_batches(desk)
    events = [one["event"] for one in served.rows("audit_entries", {"stream": "decisions"}, order=["number"])]
    assert events == [AuditEvent.DECISIONS_ASKED, *[AuditEvent.DECISION_MADE] * 10, AuditEvent.DECISIONS_RUN]


@pytest.mark.parametrize(
    ("customers", "direction"),
    [([], "outbound"), (["C"] * (MOST_CUSTOMERS + 1), "outbound"), (None, "upwards")],
)
def test_what_cannot_be_asked_for(served, customers, direction):
    with pytest.raises(UsageError):
        submitted(served, customers, direction)
    assert served.rows("jobs") == []


def test_what_is_no_batch_is_not_found(served):
    assert take_turn(served.acting, "keeper", "me", 1)
    for name in ("b-none", "turn-keeper"):
        with pytest.raises(RecordNotFoundError):
            shown(served, name)
    with served.store.read() as tx:
        assert batches(tx) == []
