"""The complaint desk over HTTP: who takes in, who moves, what is refused, what the customer sees of it."""

import pytest

NOTICE = {"channel": "phone", "sha256": "ab" * 32}
ASSESSED = {"complexity": "simple", "business": "credit_card", "issue": "pricing"}
PROPOSED = {
    "findings": "taken twice", "outcome": "upheld", "major": False, "legal": False, "regulatory": False,
    "redress": [{"kind": "refund", "amount": 60000}, {"kind": "apology"}],
}  # fmt: skip


class Desk:
    """Staff at the desk of a served bank."""

    def __init__(self, bank):
        self.bank = bank

    def take_in(self, staff="rm", customer="C01", status=200, **more):
        body = {"customer_id": customer, "channel": "phone", "words": "charged twice 重复扣费", **more}
        answer = self.bank.post(staff, "/v1/complaints", body, purpose="complaint")
        assert answer.status_code == status, answer.text
        return answer.json() if status == 200 else answer.json()["error"]

    def move(self, complaint, move, staff="complaints_officer", status=200, **said):
        answer = self.bank.post(
            staff, f"/v1/complaints/{complaint}/moves", {"move": move, **said}, purpose="complaint"
        )
        assert answer.status_code == status, answer.text
        return answer.json() if status == 200 else answer.json()["error"]

    def see(self, complaint, staff="complaints_officer"):
        return self.bank.get(staff, f"/v1/complaints/{complaint}", purpose="complaint")


@pytest.fixture
def desk(bank):
    return Desk(bank)


def test_a_refund_above_the_limit_goes_by_a_leader(desk):
    name = desk.take_in()["complaint_id"]
    desk.move(name, "acknowledge", notice=NOTICE)
    desk.move(name, "assess", **ASSESSED)
    desk.move(name, "investigate")
    assert desk.move(name, "propose", **PROPOSED)["state"] == "leader_review"
    assert "case.approve" in desk.move(name, "pass", status=403, reason="mine")["found"]
    refused = desk.move(name, "inform", status=409, notice=NOTICE)
    assert "leader_review" in refused["found"]
    assert desk.move(name, "pass", staff="complaints_lead", reason="as it should be")["state"] == "decided"
    told = desk.move(name, "inform", notice=NOTICE)
    assert (told["state"], told["legal_due"], told["handler"]) == ("informed", None, "complaints_officer")
    case = desk.see(name).json()
    assert [one["move"] for one in case["steps"]] == [
        "receive",
        "acknowledge",
        "assess",
        "investigate",
        "propose",
        "pass",
        "inform",
    ]
    assert {one["move"] for one in case["moves"]} >= {"accept", "dispute", "close"}
    assert case["steps"][1]["said"]["notice"]["sha256"] == NOTICE["sha256"]
    decide = next(one for one in case["clocks"]["clocks"] if one["id"] == "decide")
    assert (decide["state"], decide["in_time"]) == ("stopped", True)


def test_who_is_called_as_the_date_comes_near(desk):
    """The handler, the head, the manager of the customer's branch, compliance; whoever is away is stood in for, whoever is named is passed by."""
    name = desk.take_in()["complaint_id"]
    assert called(desk, name)[0] == ("handler", "complaints_lead", None)  # nobody handles it yet
    desk.move(name, "assess", **ASSESSED)
    desk.move(name, "investigate")
    usual = [("handler", "complaints_officer", None), ("complaints_lead", "complaints_lead", None), ("branch_manager", "branch_manager", None), ("compliance", "compliance", None)]  # fmt: skip
    assert called(desk, name) == usual
    week = {"kind": "leave", "first_day": "2026-07-01", "last_day": "2026-07-31"}
    for staff, deputy in (("complaints_officer", "rm_south"), ("complaints_lead", None)):
        body = {"staff_id": staff, "deputy": deputy, **week}
        answer = desk.bank.post("administrator", "/v1/absences", body, purpose="operation")
        assert answer.status_code == 200, answer.text
    assert called(desk, name)[:2] == [("handler", "rm_south", "complaints_officer"), ("complaints_lead", "branch_manager", None)]  # fmt: skip
    about = desk.take_in(customer="C02", named=["branch_manager"])["complaint_id"]
    assert ("branch_manager", "compliance", None) in called(desk, about)
    assert [one["reached"] for one in desk.see(name).json()["ladder"]] == [False] * 4
    desk.bank.clock.later(days=9)
    assert all(one["reached"] for one in desk.see(name).json()["ladder"])
    desk.move(name, "withdraw", reason="settled")
    assert desk.see(name).json()["ladder"] == []


def test_whoever_is_called_finds_it_and_so_does_who_stands_in(desk):
    """Nobody is called while there is time; then each finds what calls them, a deputy also what they may not see."""
    name = desk.take_in()["complaint_id"]
    desk.move(name, "assess", **ASSESSED)
    desk.move(name, "investigate")

    def calls(staff):
        found = desk.bank.get(staff, "/v1/complaints/calls", purpose="complaint").json()["calls"]
        return [(one["complaint_id"], one["role"], one["instead_of"], one["customer_id"]) for one in found]

    everybody = ("complaints_officer", "complaints_lead", "branch_manager", "compliance", "rm_south")
    assert [calls(staff) for staff in everybody] == [[]] * 5
    desk.bank.clock.later(days=9)
    asked = {staff: calls(staff) for staff in everybody}
    assert asked["complaints_officer"] == [(name, "handler", None, "C01")]
    assert asked["compliance"] == [(name, "compliance", None, "C01")]
    assert asked["rm_south"] == []
    week = {"kind": "leave", "first_day": "2026-07-01", "last_day": "2026-07-31"}
    for staff, deputy in (("complaints_officer", "rm_south"), ("complaints_lead", None)):
        desk.bank.post("administrator", "/v1/absences", {"staff_id": staff, "deputy": deputy, **week}, purpose="operation")  # fmt: skip
    desk.bank.clock.later(minutes=16)
    # Where nobody of the role is there, the next one up is called, by the highest of their steps.
    assert calls("complaints_officer") == calls("complaints_lead") == []
    assert calls("rm_south") == [(name, "handler", "complaints_officer", None)]
    assert calls("branch_manager") == [(name, "branch_manager", None, "C01")]
    desk.move(name, "withdraw", staff="complaints_lead", reason="settled")
    assert [calls(staff) for staff in everybody] == [[]] * 5


def called(desk, name):
    return [(one["role"], one["to"], one["instead_of"]) for one in desk.see(name).json()["ladder"]]


def test_who_is_named_takes_no_part(desk):
    name = desk.take_in(named=["complaints_officer"])["complaint_id"]
    assert desk.see(name).json()["moves"] == []
    assert "complaints_officer" in desk.move(name, "assess", status=409, **ASSESSED)["found"]
    assert desk.move(name, "assess", staff="complaints_lead", **ASSESSED)["state"] == "assessed"


@pytest.mark.parametrize(
    ("staff", "customer", "status"),
    [("rm", "C01", 200), ("rm", "C06", 404), ("complaints_officer", "C06", 200), ("compliance", "C01", 403), ("branch_manager", "C02", 200)],
)  # fmt: skip
def test_who_takes_in_for_whom(desk, staff, customer, status):
    desk.take_in(staff, customer, status)
    assert len(desk.bank.rows("complaints")) == (status == 200)


def test_the_board_shows_each_their_own_by_date(desk):
    later = desk.take_in(received_at="2026-06-30T09:00:00+08:00")["complaint_id"]
    first = desk.take_in("complaints_officer", "C06", received_at="2026-06-10T09:00:00+08:00")["complaint_id"]

    def board(staff, state="open"):
        answer = desk.bank.get(staff, f"/v1/complaints?state={state}", purpose="complaint").json()
        return [one["complaint_id"] for one in answer["complaints"]]

    assert board("complaints_officer") == [first, later]
    assert board("rm") == [later]
    assert board("complaints_officer", "overdue") == [first]
    assert board("complaints_officer", "ended") == []
    assert desk.bank.get("rm", "/v1/complaints", purpose="marketing").status_code == 403
    assert desk.see(first, "rm").status_code == 404


@pytest.mark.parametrize(
    ("said", "needed"),
    [({"channel": "drum"}, "branch"), ({"words": ""}, "1"), ({"named": ["nobody"]}, "active"), ({"business": "weather"}, "loan"),
     ({"received_at": "2999-01-01T00:00:00+00:00"}, "up to now")],
)  # fmt: skip
def test_what_is_no_complaint_is_refused_and_says_what_is_needed(desk, said, needed):
    refused = desk.take_in(status=422, **said)
    assert needed in refused["found"] + refused["needed"]
    assert desk.bank.rows("complaints") == []


def test_a_customer_complains_follows_it_and_buys_nothing_meanwhile(desk):
    bank = desk.bank
    bank.tokens["own"] = bank.post("integration", "/v1/customers/C01/links", None, purpose="service").json()[
        "token"
    ]
    assert [one for one in bank.decide("C01", direction="inbound").json()["actions"] if one["kind"] == "sale"]
    made = bank.post("own", "/v1/me/complaints", {"words": "charged twice"}).json()
    assert (made["title"], made["open"]) == ("received", True)
    assert made["due"] is not None
    assert not [
        one for one in bank.decide("C01", direction="inbound").json()["actions"] if one["kind"] == "sale"
    ]
    desk.move(made["complaint_id"], "assess", **ASSESSED)
    (seen,) = bank.get("own", "/v1/me/complaints").json()["complaints"]
    assert (seen["title"], seen["words"]) == ("assessed", "charged twice")
    for _ in range(9):
        bank.post("own", "/v1/me/complaints", {"words": "and again"})
    assert bank.post("own", "/v1/me/complaints", {"words": "one more"}).status_code == 409


def test_the_same_message_twice_is_one_complaint(desk):
    first = desk.take_in(channel="email", intake_key="<7@mail.example>")
    assert desk.take_in(channel="email", intake_key="<7@mail.example>", words="sent again") == first
