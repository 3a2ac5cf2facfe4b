"""Rounds that ask customers: one budget with offers, a reason for everybody, a link that works, reminders by rule, once a day whatever happens."""

import decide_bank
import made_up_survey as made
import pytest
from delivering import Carrier, Outgoing, never
from own_visit import OwnVisit
from served_bank import Served

from zhike.adapters.survey_rounds import SurveyRounds
from zhike.core.errors import RuleError
from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

WAVE = {"wave": "yearly", "instrument": "csat", "channels": ["app", "email"], "by": "tier", "places": 2}
QUOTA = {"surveys": [], "by": "branch", "counts": "sent", "limit": 1, "days": 30}


class Asking:
    """A served bank whose waves ask over the app."""

    def __init__(self, served, waves=(WAVE,), quotas=None, **documents):
        self.served = served
        self.out = Outgoing(served)
        self.book = decide_bank.rulebook(
            surveys__waves=decide_bank.document("parameter", list(waves), unit="waves"),
            surveys__quotas=decide_bank.document("parameter", quotas or {}, unit="customers; days"),
            **documents,
        )

    def agree(self, *customers, channel="app", status="given"):
        for customer in customers:
            body = {"purpose": "survey", "channel": channel, "status": status, "evidence": {"form": "branch"}}
            if status != "given":
                del body["evidence"]
            staff = "rm" if customer < "C06" else "rm_south"
            answer = self.served.post(staff, f"/v1/customers/{customer}/consents", body, purpose="service")
            assert answer.status_code == 200, answer.text

    def run(self):
        return {one.wave: one.counts for one in SurveyRounds(self.out.acting, self.book, "tests").run()}

    def later(self, **span):
        self.served.clock.later(**span)

    def reasons(self, wave="yearly"):
        return {
            row["customer_id"]: row["reason"] for row in self.served.rows("survey_askings", {"wave": wave})
        }

    def asked(self):
        return self.served.rows("survey_invitations", order=["customer_id"])

    def contacts(self, customer="C01"):
        live = self.served.rows("customers", {"customer_id": customer})[0]["live"] or {}
        return [channel for _, channel in live.get("contacts", ())]

    def taken(self):
        return self.out.carriers["app"].taken


@pytest.fixture
def asking(tmp_path):
    with Served(tmp_path / "bank") as served:
        yield Asking(served)


def test_a_round_asks_whom_it_may_and_says_why_not_the_others(asking):
    asking.agree("C01", "C02", "C03", "C06")
    counts = asking.run()["yearly"]
    assert counts["not_permitted"] == 6
    assert counts.get("asked", 0) + counts.get("asked_at_random", 0) == 2
    assert sum(counts.values()) == 10
    invited = asking.asked()
    assert {row["asked"]["channel"] for row in invited} == {"app"}
    assert all(0 <= row["asked"]["chance"] <= 1 for row in invited)
    told = asking.reasons()
    assert {told[row["customer_id"]] for row in invited} <= {"asked", "asked_at_random"}
    assert told["C10"] == "not_permitted"


def test_once_a_day_however_often_it_runs(asking):
    asking.agree("C01", "C02", "C03")
    asking.run()
    before = asking.served.rows("outbox"), asking.served.rows("audit_entries")
    assert asking.run() == {}
    assert (asking.served.rows("outbox"), asking.served.rows("audit_entries")) == before
    asking.later(days=1)
    counts = asking.run()
    assert counts["yearly"]["asked_lately"] == 2
    assert counts["reminders"] == {"too_early": 3}
    assert len(asking.asked()) == 3


def test_the_message_carries_a_link_that_opens_this_survey_alone(asking):
    asking.agree("C01")
    asking.run()
    assert asking.out.deliver()["sent"] == 1
    (message,) = asking.taken()
    assert message["topic"] == "survey.invited"
    assert set(message["content"]["text"]) == set(LANGUAGES)
    assert "2026-07-15" in message["content"]["text"]["en"]
    own, token = OwnVisit(asking.served), message["content"]["path"].removeprefix("/me/#")
    page = own.enter(token)
    assert page.url.path == f"/me/surveys/{message['content']['invitation_id']}"
    assert (
        asking.served.ask(None, "GET", "/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code
        == 401
    )
    own.send(page.url.path.removeprefix("/me"), number="1", go="next", **{"a.satisfied": "5"})
    own.send(page.url.path.removeprefix("/me") + "/send")
    assert asking.asked()[0]["state"] == "answered"
    assert (
        WORDS["survey.close"].en in own.get(page.url.path.removeprefix("/me")).text
    )  # opened again, it says so


def test_a_survey_and_an_offer_are_of_one_budget(asking):
    asking.agree("C01")
    assert asking.contacts() == []
    asking.run()
    assert asking.contacts() == ["app"]
    decided = asking.served.decide("C01", "rm", direction="outbound", explain=True).json()
    codes = {code for one in decided["explanation"]["candidates"] for code in one["codes"]}
    assert "contact.gap" in codes  # an offer two days after a survey is as unwelcome as after an offer


def test_an_offer_of_today_keeps_a_survey_waiting(asking):
    asking.agree("C01")
    assert asking.served.decide("C01", direction="outbound").json()["actions"]
    asking.run()
    assert asking.reasons()["C01"] in ("too_soon", "budget_spent")


def test_outside_the_hours_it_waits_and_a_no_since_then_holds_it_back(asking):
    asking.agree("C01", "C02")
    asking.later(hours=5)  # 23:00 where the bank is
    asking.run()
    assert asking.out.deliver() == {"sent": 0, "later": 2, "retried": 0, "failed": 0, "blocked": 0}
    asking.agree("C01", channel="all", status="withdrawn")
    asking.later(hours=10)
    assert asking.out.deliver() == {"sent": 1, "later": 0, "retried": 0, "failed": 0, "blocked": 1}
    assert asking.served.rows("outbox", {"state": "blocked"})[0]["problem"] == "consent.survey"
    assert (asking.contacts("C01"), asking.contacts("C02")) == ([], ["app"])


def test_what_never_arrives_is_no_contact(asking):
    asking.agree("C01")
    asking.run()
    asking.out.carriers["app"] = Carrier([never()])
    assert asking.out.deliver()["failed"] == 1
    assert asking.contacts() == []
    assert asking.asked()[0]["state"] == "sent"  # it waits on the customer's own page


def test_reminders_by_rule_and_none_after_an_answer_or_a_no(asking):
    asking.book = decide_bank.rulebook(
        surveys__waves=decide_bank.document("parameter", [{**WAVE, "places": 4}], unit="waves")
    )
    asking.agree("C01", "C02", "C03", "C04")
    asking.run()
    names = {row["customer_id"]: row["invitation_id"] for row in asking.asked()}
    assert len(names) == 4
    asking.served.post("rm", f"/v1/surveys/{names['C02']}/decline", {}, purpose="service")
    asking.agree("C03", channel="all", status="withdrawn")
    asking.served.put(
        "rm", f"/v1/surveys/{names['C04']}/sheet", {"answers": {"satisfied": 5}, "turn": 1}, purpose="service"
    )
    sent = asking.served.post("rm", f"/v1/surveys/{names['C04']}/sheet/send", {}, purpose="service")
    assert sent.status_code == 200, sent.text
    asking.out.deliver()
    asking.later(days=5)
    assert asking.run()["reminders"] == {"not_permitted": 1, "reminded": 1}
    asking.out.deliver()
    assert [one["topic"] for one in asking.taken() if one["customer_id"] == "C01"] == [
        "survey.invited",
        "survey.reminded",
    ]
    assert asking.contacts() == ["app", "app"]
    asking.later(days=5)
    assert asking.run()["reminders"] == {"not_permitted": 1, "reminded_enough": 1}
    asking.later(days=5)
    assert "reminders" not in asking.run()  # its time is over


def test_nobody_is_asked_or_reminded_whose_quota_is_full(tmp_path):
    """The cell follows from the archive: the round tells the questionnaire, counts places as they were taken, and leaves out whoever finds none."""
    cell = made.quota("south", 1, when="given.branch == 'south'")
    with Served(tmp_path / "bank") as served:
        asking = Asking(served, [{**WAVE, "places": 9}], instruments__csat=made.panel(quotas=[cell]))
        asking.agree("C01", "C02", "C06", "C08", "C09")
        counts = asking.run()["yearly"]
        assert counts["quota_full"] == 2  # one place, three customers of that branch
        assert {row["customer_id"]: row["given"]["branch"] for row in asking.asked()}.items() >= {
            ("C01", "north"),
            ("C02", "north"),
        }
        with served.store.write() as tx:
            row = {"sheet_id": "s0", "instrument": "instruments.csat", "quota": "south", "state": "taken"}
            tx.insert("survey_places", [{**row, "held_until": None, "recorded_at": 0}])
        asking.later(days=5)
        assert asking.run()["reminders"] == {"quota_full": 1, "reminded": 2}


def test_a_quota_holds_over_surveys_and_waves(tmp_path):
    """One customer a branch, whatever they are asked: who was asked for one survey takes the place in the other."""
    waves = WAVE, {**WAVE, "wave": "other", "instrument": "ces", "places": 9}
    with Served(tmp_path / "bank") as served:
        asking = Asking(served, waves, {"month": QUOTA})
        asking.agree("C01", "C02", "C03", "C06", "C07")
        found = asking.run()
        assert sum(found["yearly"].get(name, 0) for name in ("asked", "asked_at_random")) == 2
        assert found["other"] == {"asked_lately": 2, "complaint_open": 1, "not_permitted": 5, "quota_full": 2}
        assert {row["customer_id"] < "C06" for row in asking.asked()} == {True, False}


def test_who_is_unhappy_or_left_alone_is_not_asked(asking):
    asking.agree("C01", "C02", "C03")
    with asking.served.store.write() as tx:
        tx.insert("complaints", [{"complaint_id": "q1", "customer_id": "C01", "state": "received", "open": True, "received_at": asking.served.clock.now(),
                                  "channel": "phone", "regime": "cn-cbirc-2020-3", "changed_at": asking.served.clock.now(),
                                  "recorded_at": asking.served.clock.now(), "actor": "rm"}])  # fmt: skip
    from zhike.act.live_state import refreshed

    with asking.served.store.write() as tx:
        refreshed(tx, "C01", asking.served.clock.now())
    asking.served.put(
        "rm", "/v1/customers/C02/preferences/channels", {"unwanted": ["app"]}, purpose="service"
    )
    asking.served.put(
        "rm", "/v1/customers/C03/preferences/frequency", {"most_in_30_days": 0}, purpose="service"
    )
    asking.run()
    found = asking.reasons()
    assert (found["C01"], found["C02"], found["C03"]) == ("complaint_open", "not_permitted", "budget_spent")


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("surveys__waves", [{**WAVE, "places": 0}]), ("surveys__waves", [WAVE, WAVE]), ("surveys__waves", [{**WAVE, "channels": ["pigeon"]}]),
        ("surveys__waves", [{**WAVE, "by": "age"}]), ("surveys__quotas", {"q": {**QUOTA, "limit": "many"}}), ("surveys__quotas", {"q": {"limit": 3}}),
    ],
)  # fmt: skip
def test_a_wave_or_quota_that_is_none_says_what_is_needed(asking, rule, value):
    usual = {"surveys__waves": [WAVE], "surveys__quotas": {}} | {rule: value}
    asking.book = decide_bank.rulebook(
        **{name: decide_bank.document("parameter", one, unit="-") for name, one in usual.items()}
    )
    with pytest.raises(RuleError) as problem:
        asking.run()
    for language in LANGUAGES:
        assert problem.value.parts(language)["needed"]
    assert asking.served.rows("survey_rounds") == []
