"""What may go is looked at again when it goes: consent, preferences, hours, the customer's state, the offer's own."""

import datetime as dt
from zoneinfo import ZoneInfo

import decide_bank
import pytest
from delivering import Carrier, Outgoing, later
from served_bank import Served, content, publish_small

from zhike.act.consents import ConsentAnswer, answer_consent, set_preference
from zhike.act.corrections import Correcting, correct
from zhike.act.responses import Response, respond
from zhike.govern.audit_events import AuditEvent

EVERYBODY = tuple(f"C{place:02}" for place in range(1, 11))
CHANNELS = ("app", "phone", "adviser", "email", "post")


@pytest.fixture
def served(tmp_path):
    with Served(tmp_path) as served:
        yield served


@pytest.fixture
def out(served):
    return Outgoing(served, channels=("app", "phone"))


def by_action(out):
    offers = {one["offer_id"]: one["action_id"] for one in out.offers()}
    return {offers[one["content"]["offer_id"]]: one for one in out.messages()}


def problems(out):
    return {action: (one["state"], one["problem"]) for action, one in by_action(out).items()}


def withdraw(out, customer="C01", channel="all"):
    answer_consent(out.acting, ConsentAnswer(customer, "clerk", "marketing", channel, "withdrawn"))


def insert(out, table, **row):
    """Record something whose verb is not this test's matter, and refresh nothing: the check reads the ledger itself."""
    usual = {"customer_id": "C01", "recorded_at": out.served.clock.now(), "actor": "clerk"}
    with out.served.store.write() as tx:
        tx.insert(table, [{**usual, **row}])


def test_what_was_just_decided_may_go(served):
    """Nothing that a decision offers is refused a moment later: the offer and those made with it do not count against it."""
    out = Outgoing(served, CHANNELS)
    offered = sum(len(out.decide(name).offers) for name in EVERYBODY)
    assert out.deliver() == {"sent": offered, "later": 0, "retried": 0, "failed": 0, "blocked": 0}
    assert offered > 10


def test_contacts_since_do_not_hold_back_what_was_offered_before(out):
    """Whoever offered those knew of this one; had they refused, both would be lost."""
    first = out.decide("C02")
    out.served.clock.later(minutes=10)
    now = out.served.clock.now()
    usual = {"decision_id": "d-x", "rank": 1, "action_id": "review:phone", "channel": "phone", "kind": "care", "outbound": True,
             "probability": 1.0, "state": "made", "made_at": now, "changed_at": now, "customer_id": "C02"}  # fmt: skip
    with out.served.store.write() as tx:
        tx.insert("offers", [{**usual, "offer_id": f"o-{number}"} for number in range(30)])
    assert out.deliver()["sent"] == len(first.offers)


def test_consent_withdrawn_between_decision_and_delivery(out):
    """The offer is blocked, the contact is counted no more, and what needs no such consent goes."""
    out.decide()
    assert len(out.live()["contacts"]) == 3
    withdraw(out)
    assert out.deliver() == {"sent": 1, "later": 0, "retried": 0, "failed": 0, "blocked": 2}
    assert problems(out) == {
        "invest:B1:app": ("blocked", "consent.withdrawn"), "everyday:P0:app": ("blocked", "consent.withdrawn"),
        "review:phone": ("sent", None),
    }  # fmt: skip
    assert out.carriers["app"].tried == []
    assert {one["action_id"]: one["state"] for one in out.offers()} == {
        "invest:B1:app": "blocked", "everyday:P0:app": "blocked", "review:phone": "made",
    }  # fmt: skip
    assert [channel for _, channel in out.live()["contacts"]] == ["phone"]
    assert sorted(out.events()) == [AuditEvent.MESSAGE_SENT] + [AuditEvent.MESSAGE_SUPPRESSED] * 2
    assert out.events("responses") == [AuditEvent.OFFER_WITHDRAWN] * 2


def test_consent_withdrawn_after_the_first_attempt(out):
    out.decide()
    out.carriers = {"app": Carrier([later(), later()]), "phone": Carrier()}
    assert out.deliver()["retried"] == 2
    withdraw(out)
    out.served.clock.later(minutes=1)
    assert out.deliver()["blocked"] == 2
    assert out.carriers["app"].taken == []


def test_a_consent_that_has_expired_since(served):
    """Nothing is recorded when it ends; it is the day that ends it."""
    out = Outgoing(served)
    given = ConsentAnswer("C02", "clerk", "marketing", "app", "given", {"form": "F"}, dt.date(2026, 7, 2))
    answer_consent(out.acting, given)
    out.decide("C02")
    assert len(out.messages()) == 1
    served.clock.later(days=1)
    assert out.deliver()["blocked"] == 1
    assert out.messages()[0]["problem"] == "consent.withdrawn"


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("channels", {"unwanted": ["app"]}, "preference.unwanted"),
        ("topics", {"unwanted": ["investment"]}, "preference.unwanted"),
        ("frequency", {"most_in_30_days": 0}, "preference.unwanted"),
    ],
)
def test_a_preference_set_since(out, kind, value, code):
    out.decide()
    set_preference(out.acting, "C01", kind, value, "clerk")
    out.deliver()
    state, problem = problems(out)["invest:B1:app"]
    assert state == "blocked"
    assert code in problem.split(";")


def test_a_limit_of_contacts_counts_those_before_the_offer_only(out):
    out.decide("C02")
    set_preference(out.acting, "C02", "frequency", {"most_in_30_days": 1}, "clerk")
    assert out.deliver()["blocked"] == 0


def test_the_wish_not_to_be_contacted(out):
    out.decide()
    asked = Correcting("C01", "do_not_contact", True, dt.date(2026, 7, 1), "clerk")
    correct(out.acting, asked, ["do_not_contact"])
    assert out.deliver()["blocked"] == 3
    assert "contact.do_not_contact" in problems(out)["review:phone"][1]


def test_a_complaint_opened_since_stops_sales_and_not_care(out):
    out.decide()
    now = out.served.clock.now()
    insert(
        out,
        "complaints",
        complaint_id="x1",
        state="received",
        open=True,
        received_at=now,
        channel="phone",
        regime="r",
        changed_at=now,
    )
    out.deliver()
    assert {action: state for action, (state, _) in problems(out).items()} == {
        "invest:B1:app": "blocked", "everyday:P0:app": "blocked", "review:phone": "sent",
    }  # fmt: skip


def test_a_product_bought_since(out):
    out.decide()
    with out.served.store.write() as tx:
        tx.insert("offers", [{
            "offer_id": "o-x", "decision_id": "d-x", "customer_id": "C01", "rank": 1, "action_id": "everyday:P0:branch",
            "channel": "branch", "kind": "sale", "outbound": False, "probability": 1.0, "state": "accepted",
            "made_at": out.served.clock.now(), "changed_at": out.served.clock.now(),
        }])  # fmt: skip
    out.deliver()
    assert problems(out)["everyday:P0:app"][0] == "blocked"
    assert problems(out)["invest:B1:app"][0] == "sent"


@pytest.mark.parametrize("outcome", ["shown", "accepted", "refused"])
def test_an_offer_that_has_its_answer_is_not_sent(out, outcome):
    decided = out.decide("C02")
    (offer,) = [one for one in out.offers(decision_id=decided.draft.decision_id) if one["channel"] == "app"]
    respond(out.acting, Response(offer["offer_id"], outcome, "clerk"))
    out.deliver()
    assert problems(out)[offer["action_id"]] == ("blocked", f"offer_{outcome}")
    assert out.offers(offer_id=offer["offer_id"])[0]["state"] == outcome


def test_an_offer_whose_time_is_over_is_not_sent(out):
    out.decide("C02")
    out.served.clock.later(days=30)
    assert out.deliver()["blocked"] == len(out.messages())
    assert {problem for _, problem in problems(out).values()} == {"offer_lapsed"}


@pytest.mark.parametrize("state", ["merged", "anonymised", "erased"])
def test_a_customer_who_is_gone_is_sent_nothing(out, state):
    out.decide("C02")
    with out.served.store.write() as tx:
        tx.change("customers", {"customer_id": "C02"}, {"state": state})
    assert out.deliver()["blocked"] == len(out.messages())
    assert {problem for _, problem in problems(out).values()} == {f"customer_{state}"}
    assert {one["state"] for one in out.offers()} == {"blocked"}


def test_of_an_erased_customer_nothing_is_left_to_send(out):
    out.decide("C02")
    with out.served.store.write() as tx:
        tx.change("customers", {"customer_id": "C02"}, {"state": "erased"})
        tx.destroy_key("C02", out.served.clock.now())
    assert out.deliver()["blocked"] == len(out.messages())
    assert {one["problem"] for one in out.messages()} == {"erased"}
    assert out.events() == [AuditEvent.MESSAGE_SUPPRESSED] * len(out.messages())
    assert all(carrier.tried == [] for carrier in out.carriers.values())
    openings = out.served.rows("audit_openings", {"stream": "deliveries"})
    assert {one["customer_id"] for one in openings} == {None}


def test_an_action_that_is_not_on_sale_any_more(served):
    out = Outgoing(served)
    out.decide()
    left = decide_bank.rulebook([one for one in decide_bank.ACTIONS if one is not decide_bank.EVERYDAY])
    served.clock.later(seconds=2)
    publish_small(out.acting, rules=left)
    out.deliver()
    assert problems(out)["everyday:P0:app"] == ("blocked", "action.not_on_sale")
    assert problems(out)["invest:B1:app"][0] == "sent"


def test_the_archive_of_today_speaks_and_contacts_of_then(served):
    """A newer archive knows of the contacts that went with the offer; they hold nothing back. What else it knows counts."""
    out = Outgoing(served)
    out.decide("C01")
    out.decide("C02")
    rows = content()
    rows["interactions"] += [
        decide_bank.contact("C01", "2026-06-30", "app"),
        decide_bank.contact("C02", "2026-06-30", "app"),
    ]
    rows["consents"] += [decide_bank.consent("C02", "withdrawn", since="2026-06-30")]
    served.clock.later(seconds=2)
    publish_small(out.acting, rows)
    out.deliver()
    states = {(one["customer_id"], one["state"]) for one in out.messages()}
    assert states == {("C01", "sent"), ("C02", "blocked")}


def test_a_customer_of_whom_nothing_is_published_any_more(served):
    out = Outgoing(served)
    out.decide("C01")
    with served.store.write() as tx:
        tx.remove("dossiers", {"publication": 1, "customer_id": "C01"})
    assert out.deliver()["blocked"] == 2
    assert {one["problem"] for one in out.messages()} == {"no_dossier"}


def test_without_a_publication_messages_wait(served):
    out = Outgoing(served)
    out.decide("C02")
    with served.store.write() as tx:
        tx.change("publications", {"number": 1}, {"state": "retired"})
    assert out.deliver()["later"] == 1
    assert [(one["state"], one["attempts"], one["problem"]) for one in out.messages()] == [
        ("waiting", 0, "no_publication")
    ]


def local(instant):
    return dt.datetime.fromtimestamp(instant / 1e6, ZoneInfo(decide_bank.TIMEZONE)).isoformat()


def test_at_night_a_message_waits_for_the_hours_of_its_channel(out):
    """The bank's zone is Shanghai; the app may be used from 08:00 to 21:00, the phone from 09:00 to 19:00."""
    out.served.clock.later(hours=6)  # midnight there
    out.decide()
    assert out.deliver() == {"sent": 0, "later": 3, "retried": 0, "failed": 0, "blocked": 0}
    assert {one["route"]: local(one["next_at"]) for one in out.messages()} == {
        "app": "2026-07-02T08:00:00+08:00", "phone": "2026-07-02T09:00:00+08:00",
    }  # fmt: skip
    assert {(one["state"], one["attempts"]) for one in out.messages()} == {("waiting", 0)}
    assert out.events() == []
    out.served.clock.later(hours=8)
    assert out.deliver()["sent"] == 2
    out.served.clock.later(hours=1)
    assert out.deliver()["sent"] == 1


def test_the_hours_that_the_customer_wants_narrow_those_of_the_channel(out):
    set_preference(out.acting, "C02", "hours", {"not_before": "20:00", "not_after": "23:00"}, "clerk")
    out.decide("C02")
    assert out.deliver() == {"sent": 0, "later": 1, "retried": 0, "failed": 0, "blocked": 1}
    assert {one["route"]: (one["state"], one["problem"]) for one in out.messages()} == {
        "app": ("waiting", "contact.quiet_hours"), "phone": ("blocked", "no_common_hours"),
    }  # fmt: skip
    assert local(out.messages(route="app")[0]["next_at"]) == "2026-07-01T20:00:00+08:00"


def test_what_is_said_of_a_problem_names_nobody(out):
    for name in EVERYBODY:
        out.decide(name)
    withdraw(out)
    out.deliver()
    said = {one["problem"] or "" for one in out.messages()}
    assert not any(name in text for name in EVERYBODY for text in said)
