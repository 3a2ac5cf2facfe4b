"""Messages are sent at least once, by one worker at a time, again when they were not taken, and not for ever."""

import threading
from collections import Counter
from dataclasses import replace

import pytest
from delivering import RULES, SECOND, Carrier, Outgoing, later, never
from served_bank import Served

from zhike.act.acting import Acting
from zhike.act.deliveries import Deliverers, deliver_due
from zhike.act.webhooks import add_webhook
from zhike.adapters.store.engine import open_store
from zhike.govern.audit_events import AuditEvent

NONE = dict.fromkeys(("sent", "later", "retried", "failed", "blocked"), 0)


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path) as served:
        yield served


@pytest.fixture
def out(served):
    return Outgoing(served, channels=("app",))


def carrier(out, *answers):
    out.carriers["app"] = Carrier(answers)
    return out.carriers["app"]


def one_message(out):
    """Decide for a customer to whom one action goes over the app."""
    out.decide("C02")
    (message,) = out.messages()
    return message["message_id"]


def state(out):
    return [(one["state"], one["attempts"], one["problem"]) for one in out.messages()]


def test_nothing_due_is_nothing_done(out):
    assert out.deliver() == NONE


def test_a_message_is_sent_once_and_told_in_the_trail(out):
    name = one_message(out)
    assert out.deliver() == NONE | {"sent": 1}
    assert out.deliver() == NONE
    (told,) = out.carriers["app"].taken
    offer = out.offers(channel="app")[0]
    assert (told["message_id"], told["attempt"], told["topic"], told["route"]) == (
        name,
        1,
        "offer.made",
        "app",
    )
    assert told["recorded_at"] == "2026-07-01T10:00:00+00:00"
    assert told["content"]["offer_id"] == offer["offer_id"]
    assert told["content"]["title"] == {
        "en": "everyday",
        "zh-Hans": "everyday（简）",
        "zh-Hant": "everyday（繁）",
    }
    assert told["content"]["made_at"] == "2026-07-01T10:00:00+00:00"
    assert state(out) == [("sent", 1, None)]
    assert out.events() == [AuditEvent.MESSAGE_SENT]
    assert offer["state"] == "made"


def test_a_receiver_that_fails_then_recovers(out):
    """Each wait is longer than the one before, the identifier stays, and in the end it is taken once."""
    name, failing = one_message(out), carrier(out, later(), later("no answer in time"), later(), None)
    waits = []
    for _ in range(4):
        before = out.served.clock.now()
        out.deliver()
        due = out.messages()[0]["next_at"]
        if out.messages()[0]["state"] == "sent":
            break
        waits.append((due - before) / SECOND)
        assert out.deliver() == NONE  # not before it is due
        out.served.clock.later(microseconds=due - before)
    assert state(out) == [("sent", 4, None)]
    for wait, least in zip(waits, (30, 90, 270), strict=True):
        assert least <= wait <= least * 1.2 + 1
    assert [one["message_id"] for one in failing.tried] == [name] * 4
    assert [one["attempt"] for one in failing.tried] == [1, 2, 3, 4]
    assert len(failing.taken) == 1
    assert out.events() == [AuditEvent.MESSAGE_FAILED] * 3 + [AuditEvent.MESSAGE_SENT]


def test_the_last_problem_is_kept_while_it_waits(out):
    one_message(out)
    carrier(out, later("HTTP 503"))
    out.deliver()
    assert state(out) == [("waiting", 1, "HTTP 503")]


def test_after_the_last_attempt_it_has_failed_and_the_contact_still_counts(out):
    """Nobody knows whether one of the attempts got through: a contact too many is worse than one too few."""
    one_message(out)
    carrier(out, *[later()] * 50)
    contacts = out.live("C02")["contacts"]
    for _ in range(RULES.attempts):
        assert out.messages()[0]["state"] == "waiting"
        out.deliver()
        out.served.clock.later(hours=8)
        out.served.clock.later(hours=16)  # hours of the day stay the same
    assert state(out) == [("failed", RULES.attempts, "HTTP 503")]
    assert len(out.carriers["app"].tried) == RULES.attempts
    assert out.deliver() == NONE
    assert out.offers(channel="app")[0]["state"] == "made"
    assert out.live("C02")["contacts"] == contacts


def test_what_is_refused_for_good_is_no_contact(out):
    one_message(out)
    carrier(out, never("SMTP 550"))
    assert out.deliver() == NONE | {"failed": 1}
    assert state(out) == [("failed", 1, "SMTP 550")]
    assert out.offers(channel="app")[0]["state"] == "blocked"
    assert [channel for _, channel in out.live("C02")["contacts"]] == ["phone"]
    assert out.served.rows("responses")[0]["reason"] == "SMTP 550"


def test_a_deliverer_of_others_that_breaks_loses_nothing(out):
    one_message(out)
    carrier(out, ZeroDivisionError("C02 is called Wang"))
    assert out.deliver() == NONE | {"retried": 1}
    assert state(out) == [("waiting", 1, "ZeroDivisionError")]


def test_a_route_that_is_down_is_left_alone_and_what_waits_is_not_counted(out):
    for customer in ("C01", "C02", "C04", "C06", "C07", "C09", "C10"):
        out.decide(customer)
    waiting = len(out.messages())
    assert waiting > RULES.pause_after + 1
    down = carrier(out, *[later()] * 100)
    assert out.deliver() == NONE | {"retried": RULES.pause_after}
    assert len(down.tried) == RULES.pause_after
    assert Counter(one["attempts"] for one in out.messages()) == {
        1: RULES.pause_after,
        0: waiting - RULES.pause_after,
    }
    assert {one["next_at"] for one in out.messages() if not one["attempts"]} == {
        out.served.clock.now() + RULES.first_wait
    }
    assert out.deliver() == NONE


def test_one_bad_message_does_not_hold_up_the_others(out):
    for customer in ("C01", "C02", "C04"):
        out.decide(customer)
    many = len(out.messages())
    bad = out.messages(route="app")[0]["message_id"]

    class Picky(Carrier):
        def deliver(self, message):
            if message["message_id"] == bad:
                raise later()
            super().deliver(message)

    out.carriers["app"] = Picky()
    assert out.deliver() == NONE | {"sent": many - 1, "retried": 1}


def test_a_slow_route_does_not_hold_up_another(served):
    out = Outgoing(served, channels=("app", "phone"))
    out.decide("C01")
    gone = threading.Event()

    class Waits(Carrier):
        def deliver(self, message):
            assert gone.wait(20)
            super().deliver(message)

    class Tells(Carrier):
        def deliver(self, message):
            super().deliver(message)
            gone.set()

    out.carriers = {"app": Waits(), "phone": Tells()}
    assert out.deliver()["sent"] == len(out.messages())


def test_messages_of_a_route_that_nobody_here_delivers_wait(out):
    one_message(out)
    out.carriers = {}
    assert out.deliver() == NONE
    assert state(out) == [("waiting", 0, None)]


def test_asked_to_stop_nothing_more_is_sent_and_nothing_is_lost(out):
    for customer in ("C01", "C02", "C04"):
        out.decide(customer)
    many = len(out.messages())
    taken = out.carriers["app"].taken
    assert out.deliver(stop=lambda: len(taken) >= 1) == NONE | {"sent": 1}
    assert out.deliver() == NONE | {"sent": many - 1}
    assert len({one["message_id"] for one in taken}) == len(taken) == many


class PowerCut(BaseException):
    """What no handler catches."""


def test_killed_before_it_sent_the_message_is_due_when_the_lease_ends(out):
    name = one_message(out)
    carrier(out, PowerCut())
    with pytest.raises(PowerCut):
        out.deliver()
    assert out.deliver() == NONE
    out.served.clock.later(microseconds=RULES.lease - 1)
    assert out.deliver() == NONE
    out.served.clock.later(microseconds=1)
    assert out.deliver() == NONE | {"sent": 1}
    assert [one["message_id"] for one in out.carriers["app"].taken] == [name]


def test_killed_after_it_sent_the_message_comes_again_with_the_same_identifier(out):
    name = one_message(out)

    class SentThenCut(Carrier):
        def deliver(self, message):
            super().deliver(message)
            if len(self.taken) == 1:
                raise PowerCut

    out.carriers["app"] = SentThenCut()
    with pytest.raises(PowerCut):
        out.deliver()
    out.served.clock.later(microseconds=RULES.lease)
    assert out.deliver() == NONE | {"sent": 1}
    assert [one["message_id"] for one in out.carriers["app"].taken] == [name, name]


def test_a_worker_that_was_taken_for_dead_spoils_nothing(out):
    """Its lease ran out while it waited for an answer; another sent the message meanwhile; then its own attempt fails."""
    one_message(out)
    second = Outgoing(out.served, channels=("app",))

    class Slow(Carrier):
        def deliver(self, message):
            assert message["attempt"] == 1
            out.served.clock.later(microseconds=RULES.lease)
            assert second.deliver() == NONE | {"sent": 1}
            raise later()

    out.carriers["app"] = Slow()
    assert out.deliver() == NONE
    assert state(out) == [("sent", 2, None)]
    assert out.events() == [AuditEvent.MESSAGE_SENT]


def test_a_failure_of_a_worker_taken_for_dead_leaves_the_message_to_the_next(out):
    """The other has claimed it and is still sending: to make it due again would let a third begin."""
    one_message(out)
    second = Outgoing(out.served, channels=("app",))
    second.carriers["app"] = Carrier([PowerCut()])

    class Slow(Carrier):
        def deliver(self, message):
            assert message["attempt"] == 1
            out.served.clock.later(microseconds=RULES.lease)
            with pytest.raises(PowerCut):
                second.deliver()
            raise later()

    out.carriers["app"] = Slow()
    assert out.deliver() == NONE
    (message,) = out.messages()
    assert (message["attempts"], message["next_at"]) == (2, out.served.clock.now() + RULES.lease)


def test_a_webhook_is_told_what_happened_whatever_came_after(served):
    out = Outgoing(served, channels=())
    add_webhook(out.acting, "https://example.org/hook", ["offer.made", "decision.made"], "tests")
    decided = out.decide("C02")
    assert out.deliver()["sent"] == 1 + len(decided.offers)
    assert {one["topic"] for one in out.hook.taken} == {"offer.made", "decision.made"}
    (made,) = [one for one in out.hook.taken if one["topic"] == "decision.made"]
    assert made["content"]["decided_at"] == "2026-07-01T10:00:00+00:00"


def test_two_workers_at_once_send_each_message_once(served):
    """Two processes as far as the store is concerned: each with its own connections."""
    out = Outgoing(served, channels=("app", "phone"))
    for customer in ("C01", "C02", "C03", "C04", "C06", "C07", "C08", "C09", "C10"):
        out.decide(customer)
    many = len(out.messages())
    carriers, begin, counts = {"app": Carrier(), "phone": Carrier()}, threading.Barrier(3), []

    def work():
        with open_store(served.folder / "zhike.db", now=served.clock.now) as store:
            acting = Acting(store, served.clock, served.acting.chance)
            begin.wait()
            deliverers = Deliverers(carriers, lambda _row: None, RULES)
            counts.extend(deliver_due(acting, deliverers, "courier") for _ in range(3))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    taken = [one["message_id"] for carrier in carriers.values() for one in carrier.tried]
    assert sorted(taken) == sorted(one["message_id"] for one in out.messages())
    assert sum(one["sent"] for one in counts) == many
    assert {one["state"] for one in out.messages()} == {"sent"}


def test_sending_ends_when_half_of_the_lease_is_over(out):
    """So a message under way has the other half, and nobody else begins with it."""
    for customer in ("C01", "C02", "C04"):
        out.decide(customer)
    out.retries = replace(RULES, lease=10 * SECOND)

    class Slow(Carrier):
        def deliver(self, message):
            super().deliver(message)
            out.served.clock.later(seconds=4)

    out.carriers["app"] = Slow()
    assert out.deliver()["sent"] == 2
    assert {one["attempts"] for one in out.messages(state="waiting")} == {0}
    assert out.deliver()["sent"] == 1
