"""What is queued, for whom, and that it is queued with what it tells or not at all."""

import json
import sqlite3

import pytest
from delivering import Outgoing
from ledger_rows import ledger_row
from served_bank import Served

from zhike.act import outbox, responses
from zhike.act.consents import ConsentAnswer, answer_consent, set_preference
from zhike.act.deliveries import deliver_due
from zhike.act.drafts import Ask
from zhike.act.outbox import drop_ended, queued
from zhike.act.responses import Response, do_lapse, respond
from zhike.act.webhooks import add_webhook, stop_webhook
from zhike.core.errors import UsageError
from zhike.govern.audit_events import AuditEvent

ALL = (
    "consent.changed",
    "customer.erased",
    "decision.made",
    "glass.broken",
    "offer.changed",
    "offer.made",
    "preference.changed",
)


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path) as served:
        yield served


def hook(out, *topics):
    return add_webhook(out.acting, "https://example.org/hook", topics, "tests")["webhook_id"]


def test_nothing_is_queued_where_nobody_is_told(served):
    out = Outgoing(served, channels=())
    assert out.decide().offers
    assert out.messages() == []


def test_an_outbound_offer_goes_to_the_deliverer_of_its_channel(served):
    out = Outgoing(served, channels=("app",))
    decided = out.decide()
    over_app = {
        one["offer_id"]
        for one in out.offers(decision_id=decided.draft.decision_id)
        if one["channel"] == "app"
    }
    assert over_app
    assert {one["content"]["offer_id"] for one in out.messages()} == over_app
    assert {(one["route"], one["topic"], one["state"], one["attempts"]) for one in out.messages()} == {
        ("app", "offer.made", "waiting", 0)
    }


def test_what_the_customer_asked_for_is_not_sent(served):
    out = Outgoing(served)
    assert out.decide(outbound=False).offers
    assert out.messages() == []


def test_a_webhook_is_told_of_its_topics_only(served):
    out = Outgoing(served, channels=())
    name = hook(out, "decision.made")
    decided = out.decide()
    (told,) = out.messages()
    assert (told["route"], told["topic"]) == (name, "decision.made")
    assert told["content"] == {
        "decision_id": decided.draft.decision_id, "customer_id": "C01", "decided_at": decided.draft.at, "origin": "online",
        "publication": 1, "degraded": None, "offers": list(decided.offers),
    }  # fmt: skip


def test_two_webhooks_are_each_told(served):
    out = Outgoing(served, channels=())
    first = hook(out, "decision.made", "offer.made")
    second = add_webhook(out.acting, "https://example.org/other", ["offer.made"], "tests")["webhook_id"]
    offers = len(out.decide().offers)
    told = [(one["route"], one["topic"]) for one in out.messages()]
    assert sorted(told) == sorted(
        [(first, "decision.made"), *[(first, "offer.made")] * offers, *[(second, "offer.made")] * offers]
    )
    assert len({one["message_id"] for one in out.messages()}) == len(told)


def test_a_decision_to_do_nothing_is_told_too(served):
    out = Outgoing(served, channels=("app",))
    hook(out, "decision.made", "offer.made")
    assert not out.decide("C05").offers
    assert [one["content"]["offers"] for one in out.messages()] == [[]]


def test_the_customers_word_is_told_without_how_it_was_given(served):
    out = Outgoing(served, channels=())
    hook(out, *ALL)
    evidence = {"form": "F-17", "place": "counter"}
    answer = ConsentAnswer("C01", "clerk", "marketing", "app", "given", evidence)
    answer_consent(out.acting, answer)
    set_preference(out.acting, "C01", "hours", {"not_before": "09:00", "not_after": "18:00"}, "clerk")
    told = {one["topic"]: one["content"] for one in out.messages()}
    assert sorted(told) == ["consent.changed", "preference.changed"]
    assert told["consent.changed"]["status"] == "given"
    assert told["preference.changed"]["value"] == {"not_before": "09:00", "not_after": "18:00"}
    assert "F-17" not in json.dumps(told)
    assert "clerk" not in json.dumps(told)


def test_what_became_of_an_offer_is_told_without_the_reason_given(served):
    out = Outgoing(served, channels=())
    hook(out, "offer.changed")
    offer = out.decide().offers[0]
    respond(out.acting, Response(offer, "refused", "clerk", None, "my divorce"))
    (told,) = out.messages()
    assert told["content"]["offer_id"] == offer
    assert (told["content"]["state"], told["content"]["late"]) == ("refused", False)
    assert "divorce" not in json.dumps(told["content"])


def test_an_offer_of_somebody_forgotten_holds_up_no_other(served):
    """As after an erasure that is done again on a store that came back from a backup."""
    out = Outgoing(served)
    hook(out, "offer.changed")
    offers = {
        one["offer_id"] for name in ("C02", "C03") for one in out.offers(decision_id=_decided(out, name))
    }
    with served.store.write() as tx:
        tx.destroy_key("C02", served.clock.now())
    served.clock.later(days=400)
    assert do_lapse(out.acting, "keeper") == len(offers)
    assert {one["state"] for one in served.rows("offers")} == {"lapsed"}
    told = {one["customer_id"] for one in served.rows("outbox", {"topic": "offer.changed"})}
    assert told == {"C03"}
    assert do_lapse(out.acting, "keeper") == 0


def _decided(out, customer):
    return out.decide(customer).draft.decision_id


def test_offers_without_an_end_hold_up_no_other(served, monkeypatch):
    out = Outgoing(served)
    offers = out.offers(decision_id=_decided(out, "C02"))
    with served.store.write() as tx:
        tx.insert("offers", [{**offers[0], "offer_id": f"endless-{n}", "lapses_at": None} for n in range(3)])
    monkeypatch.setattr(responses, "_MOST_LAPSED", 2)
    served.clock.later(days=400)
    assert do_lapse(out.acting, "keeper") == min(2, len(offers))
    while do_lapse(out.acting, "keeper"):
        pass
    assert len(served.rows("offers", {"state": "lapsed"})) == len(offers)
    assert len(served.rows("offers", {"state": "made"})) == 3


def test_that_offers_lapsed_is_told(served):
    out = Outgoing(served, channels=())
    hook(out, "offer.changed")
    offers = set(out.decide().offers)
    served.clock.later(days=31)
    assert do_lapse(out.acting, "keeper") == len(offers)
    assert {(one["content"]["offer_id"], one["content"]["state"]) for one in out.messages()} == {
        (offer, "lapsed") for offer in offers
    }


def test_either_both_are_recorded_or_neither(served):
    """A fault after the decision was written takes the message with it."""
    out = Outgoing(served)

    class LightsOutError(Exception):
        pass

    def decided_and_lost():
        with served.store.read() as tx:
            draft = out.desk.draft(tx, Ask("C01", "tests"))
        with served.store.write() as tx:
            assert out.desk.written(tx, [draft])[0].offers
            assert tx.count("outbox") > 0
            raise LightsOutError

    with pytest.raises(LightsOutError):
        decided_and_lost()
    assert served.rows("decisions") == []
    assert out.messages() == []


def test_a_stopped_webhook_is_told_nothing_more(served):
    out = Outgoing(served, channels=())
    name = hook(out, "decision.made")
    out.decide()
    stop_webhook(out.acting, name, "tests")
    out.decide("C02")
    assert [(one["state"], one["problem"]) for one in out.messages()] == [("blocked", "webhook_stopped")]


def test_webhooks_of_another_process_are_found_within_a_second(served):
    out, elsewhere = Outgoing(served, channels=()), Outgoing(served, channels=())
    out.decide()
    hook(elsewhere, "decision.made")
    out.decide("C02")
    assert out.messages() == []
    served.clock.later(seconds=1)
    out.decide("C03")
    assert [one["customer_id"] for one in out.messages()] == ["C03"]


def test_what_is_listed_says_nothing_about_anybody(served):
    out = Outgoing(served, channels=("app", "phone"))
    out.decide()
    with served.store.read() as tx:
        listed = queued(tx, "waiting")
    assert len(listed) == len(out.messages()) > 1
    assert {name for one in listed for name in one} == {
        "message_id", "route", "topic", "state", "attempts", "next_at", "problem", "recorded_at",
    }  # fmt: skip
    assert "C01" not in json.dumps(listed)


def test_what_a_message_says_is_sealed_in_the_file(served):
    out = Outgoing(served)
    out.decide()
    (content,) = {one["content"]["action_id"] for one in out.messages()} & {"invest:B1:app"}
    with sqlite3.connect(served.folder / "zhike.db") as raw:
        stored = [bytes(one) for (one,) in raw.execute("SELECT content FROM outbox")]
    raw.close()
    assert stored
    assert not any(content.encode() in one for one in stored)


def ended_messages(served, ages):
    """Write a message of every state for each age in days."""
    now, day = served.clock.now(), 86_400_000_000
    rows = [
        ledger_row(
            "outbox", message_id=f"{state}-{age}", customer_id="C02", state=state, next_at=now - age * day
        )
        for state in ("waiting", "sent", "failed", "blocked")
        for age in ages
    ]
    with served.store.write() as tx:
        tx.insert("outbox", rows)


def test_messages_that_have_ended_go_after_their_days_and_not_before(served, monkeypatch):
    ended_messages(served, (0, 89, 90, 400))
    monkeypatch.setattr(outbox, "_DROPPED_AT_ONCE", 4)  # more than a page
    assert drop_ended(served.acting, 90, "keeper") == 6
    left = {row["message_id"] for row in served.rows("outbox")}
    assert left == {
        *(f"waiting-{age}" for age in (0, 89, 90, 400)),
        *(f"{state}-{age}" for state in ("sent", "failed", "blocked") for age in (0, 89)),
    }
    events = served.rows("audit_entries", {"stream": "privacy"})
    assert [one["event"] for one in events] == [AuditEvent.DATA_ERASED] * 2
    openings = served.rows("audit_openings", {"stream": "privacy"})
    assert sum(json.loads(one["content"])["messages"] for one in openings) == 6
    assert drop_ended(served.acting, 90, "keeper") == 0
    assert len(served.rows("audit_entries", {"stream": "privacy"})) == 2
    with pytest.raises(UsageError):
        drop_ended(served.acting, -1, "keeper")


def test_what_was_delivered_is_kept_from_then_on(served):
    out = Outgoing(served)
    out.decide("C02")
    served.clock.later(days=40)
    deliver_due(out.acting, out.deliverers, "keeper")
    count = len(served.rows("outbox", {"state": ["sent", "failed", "blocked"]}))
    assert count > 0
    served.clock.later(days=89)
    assert drop_ended(out.acting, 90, "keeper") == 0
    served.clock.later(days=1)
    assert drop_ended(out.acting, 90, "keeper") == count
