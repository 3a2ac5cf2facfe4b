"""Rounds that ask customers: one budget with offers, a reason for everybody, a link that works, reminders by rule, once a day whatever happens."""

import datetime as dt

import decide_bank
import pytest
from delivering import Outgoing, never
from own_visit import OwnVisit
from served_bank import Served

from zhike.act.acting import DAY
from zhike.act.responses import Response  # noqa: F401
from zhike.adapters.survey_rounds import SurveyRounds

WAVE = {"wave": "yearly", "instrument": "csat", "channels": ["app", "email"], "by": "tier", "places": 2}
QUOTA = {"surveys": [], "by": "branch", "counts": "sent", "limit": 1, "days": 30}


class Asking:
    """A served bank whose waves ask over the app."""

    def __init__(self, served, waves=(WAVE,), quotas=None):
        self.served = served
        self.out = Outgoing(served)
        self.book = decide_bank.rulebook(
            surveys__waves=decide_bank.document("parameter", list(waves), unit="waves"),
            surveys__quotas=decide_bank.document("parameter", quotas or {}, unit="customers; days"),
        )

    def agree(self, *customers, channel="app"):
        for customer in customers:
            body = {
                "purpose": "survey",
                "channel": channel,
                "status": "given",
                "evidence": {"form": "branch"},
            }
            staff = "rm" if customer < "C06" else "rm_south"
            answer = self.served.post(staff, f"/v1/customers/{customer}/consents", body, purpose="service")
            assert answer.status_code == 200, answer.text

    def run(self):
        return {one.wave: one.counts for one in SurveyRounds(self.out.acting, self.book, "tests").run()}

    def reasons(self, wave="yearly"):
        return {
            row["customer_id"]: row["reason"] for row in self.served.rows("survey_askings", {"wave": wave})
        }

    def asked(self):
        return self.served.rows("survey_invitations", order=["customer_id"])


@pytest.fixture
def asking(tmp_path):
    with Served(tmp_path / "bank") as served:
        yield Asking(served)


def test_a_round_asks_whom_it_may_and_says_why_not_the_others(asking):
    asking.agree("C01", "C02", "C03", "C06")
    counts = asking.run()["yearly"]
    assert sum(counts.values()) == 10
    assert counts["not_permitted"] == 6
    assert counts.get("asked", 0) + counts.get("asked_at_random", 0) == 2
    invited = asking.asked()
    assert {row["asked"]["channel"] for row in invited} == {"app"}
    assert all(0 <= row["asked"]["chance"] <= 1 for row in invited)
    told = asking.reasons()
    assert {told[row["customer_id"]] for row in invited} <= {"asked", "asked_at_random"}
    assert told["C10"] == "not_permitted"
    assert asking.run() == {}  # once a day
    assert len(asking.asked()) == 2
