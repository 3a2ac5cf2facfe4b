"""What surrounds a complaint over HTTP: who speaks and by which proof, what is missing, groups, what it was sorted into, cases like it."""

import pytest
from api_calls import waiting_message

NOTICE = {"channel": "phone", "sha256": "ab" * 32}
ASSESSED = {"complexity": "simple", "business": "credit_card", "issue": "pricing"}
PROPOSED = {
    "findings": "taken twice", "outcome": "upheld", "redress": [{"kind": "refund", "amount": 1200}], "major": False, "legal": False, "regulatory": False,
}  # fmt: skip
FIVE = ("who", "what", "when", "where", "why")


class Desk:
    """Staff at the desk of a served bank."""

    def __init__(self, bank):
        self.bank = bank

    def ask(self, method, path, body=None, staff="complaints_officer", status=200):
        answer = self.bank.ask(
            staff, method, path, purpose="complaint", **({} if body is None else {"json": body})
        )
        assert answer.status_code == status, answer.text
        return answer.json() if status == 200 else answer.json()["error"]

    def take_in(self, customer="C01", words="charged twice for my credit card", **more):
        body = {"customer_id": customer, "channel": "phone", "words": words, **more}
        return self.ask("POST", "/v1/complaints", body)["complaint_id"]

    def move(self, complaint, move, staff="complaints_officer", status=200, **said):
        return self.ask("POST", f"/v1/complaints/{complaint}/moves", {"move": move, **said}, staff, status)

    def walk(self, complaint, *moves):
        said = {"assess": ASSESSED, "propose": PROPOSED, "inform": {"notice": NOTICE}, "ask": {"documents": ["receipt"], "reason": "to see", "notice": NOTICE},
                "hear": {"reason": "it came"}}  # fmt: skip
        for move in moves:
            self.move(complaint, move, **said.get(move, {}))

    def case(self, complaint, staff="complaints_officer"):
        return self.ask("GET", f"/v1/complaints/{complaint}", staff=staff)

    def missing(self, complaint):
        return [(one["code"], one["what"]) for one in self.case(complaint)["missing"]]


@pytest.fixture
def desk(bank):
    return Desk(bank)


def test_what_is_missing_is_asked_for_until_it_is_known(desk):
    name = desk.take_in(particulars={"who": "the card desk", "when": "1 June"})
    assert desk.missing(name) == [("particular", one) for one in ("what", "where", "why")] + [
        ("business", "business"),
        ("issue", "issue"),
    ]
    desk.move(name, "record", particulars={"what": "a fee", "where": "app", "why": "no right to it"})
    desk.walk(name, "assess")
    case = desk.case(name)
    assert case["missing"] == []
    assert case["particulars"] == {
        "who": "the card desk",
        "when": "1 June",
        "what": "a fee",
        "where": "app",
        "why": "no right to it",
    }


def test_a_proxy_is_told_nothing_before_the_mandate_is_filed_and_it_is_asked_for_once(desk):
    name = desk.take_in(speaker={"name": "Li Si", "kind": "proxy", "mandate": "by word of mouth"})
    desk.walk(name, "assess", "investigate")
    assert ("authority", "mandate") in desk.missing(name)
    before = desk.case(name)["representative"]
    assert (before["name"], before["kind"], before["document"], before["held"], before["asked_on"]) == (
        "Li Si",
        "proxy",
        "mandate",
        False,
        None,
    )
    desk.move(name, "ask", documents=["mandate"], reason="who may speak", notice=NOTICE)
    assert desk.case(name)["representative"]["asked_on"] == "2026-07-01"
    desk.move(name, "hear", reason="on its way")
    assert (
        "asked for on 2026-07-01"
        in desk.move(name, "ask", status=409, documents=["mandate"], reason="again", notice=NOTICE)["found"]
    )
    desk.walk(name, "propose")
    assert "Li Si" in desk.move(name, "inform", status=409, notice=NOTICE, told="representative")["found"]
    desk.move(name, "file", document="mandate", sha256="cd" * 32)
    assert desk.case(name)["representative"]["held"] is True
    assert desk.move(name, "inform", notice=NOTICE, told="representative")["state"] == "informed"
    # The same proxy in another matter has proven it already; somebody else has not.
    held = [
        desk.case(desk.take_in(words="about my loan", speaker={"name": who}))["representative"]["held"]
        for who in ("Li Si", "Wang Wu")
    ]
    assert held == [True, False]


def test_nobody_speaks_for_a_customer_who_speaks(desk):
    name = desk.take_in()
    desk.walk(name, "assess", "investigate", "propose")
    refused = desk.move(name, "inform", status=409, notice=NOTICE, told="representative")
    assert "nobody" in refused["found"]


@pytest.mark.parametrize(
    ("document", "said"),
    [("contract", "the bank has it"), ("moon", "mandate"), ("receipt", "was handed in on")],
)
def test_no_document_is_asked_for_twice_or_that_the_bank_has(desk, document, said):
    before = desk.take_in()
    desk.move(before, "file", document="receipt", sha256="ef" * 32)
    name = desk.take_in(words="another matter altogether")
    desk.walk(name, "assess")
    refused = desk.move(
        name,
        "ask",
        status=422 if document == "moon" else 409,
        documents=[document],
        reason="to see",
        notice=NOTICE,
    )
    assert said in refused["found"] + refused["needed"]
    if document == "receipt":
        asked = desk.move(
            name, "ask", documents=[document], reason="to see", notice=NOTICE, again="the scan cannot be read"
        )
        assert asked["state"] == "awaiting_customer"


def test_the_right_to_approve_a_longer_time_is_the_movers_own(desk):
    name = desk.take_in()
    desk.walk(name, "assess", "investigate")
    longer = {"to": "special", "reason": "an expert is abroad", "notice": NOTICE}
    for staff, status, more, said in (
        ("branch_manager", 409, {"approver": "superior_institution"}, "branch_manager"),
        ("complaints_lead", 409, {"approver": "head_office_senior_management"}, "head_office"),
        ("complaints_lead", 409, {}, "approver"), ("complaints_lead", 422, {"approver": "the_king"}, "superior_institution"),
    ):  # fmt: skip
        refused = desk.move(name, "extend", staff, status, **longer, **more)
        assert said in refused["found"] + refused["needed"]
    assert len(desk.case(name)["steps"]) == 3
    before = desk.case(name)["legal_due"]
    assert (
        desk.move(name, "extend", "complaints_lead", **longer, approver="superior_institution")["legal_due"]
        > before
    )


def test_twenty_people_are_a_major_complaint_that_needs_a_plan_and_is_answered_in_one(desk):
    names = [desk.take_in(customer) for customer in ("C01", "C02", "C06")]
    body = {
        "subject": "the branch was closed",
        "complaints": names,
        "representatives": names[:1],
        "people": 20,
    }
    group = desk.ask("POST", "/v1/complaint-groups", body)
    assert (group["major"], group["cases"], group["plan"], group["representatives"]) == (
        True,
        3,
        None,
        names[:1],
    )
    path = f"/v1/complaint-groups/{group['group_id']}"
    moved = desk.ask("POST", f"{path}/moves", {"move": "assess", **ASSESSED})["moved"]
    assert {one["state"] for one in moved} == {"assessed"}
    refused = desk.ask("POST", f"{path}/moves", {"move": "investigate"}, status=409)
    assert "from 20 on a plan" in refused["found"]
    assert ("plan", "20") in desk.missing(names[1])
    desk.ask("POST", f"{path}/plan", {"text": "a room, two officers", "lead": "complaints_lead"})
    desk.ask("POST", f"{path}/moves", {"move": "investigate"})
    # Whoever proposes says that it is not major; the group says that it is.
    desk.ask("POST", f"{path}/moves", {"move": "propose", **PROPOSED})
    assert {desk.case(name)["state"] for name in names} == {"leader_review"}
    desk.move(names[2], "send_back", "complaints_lead", reason="not yet")
    refused = desk.ask("POST", f"{path}/moves", {"move": "pass", "reason": "sound"}, "complaints_lead", 409)
    assert names[2] in refused["found"]
    assert desk.case(names[0])["state"] == "leader_review"
    seen = desk.ask("GET", path, staff="rm")
    assert set(seen["complaints"]) == set(names[:2])
    assert desk.bank.ask("rm_south", "GET", path, purpose="complaint").json()["complaints"] == names[2:]


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"complaints": ["twice", "twice"]}, 422), ({"representatives": ["stranger"]}, 422), ({"complaints": ["k-none"]}, 404), ({"complaints": ["taken"]}, 409)],
)  # fmt: skip
def test_what_is_no_group(desk, changed, status):
    first, second = desk.take_in(), desk.take_in()
    desk.ask("POST", "/v1/complaint-groups", {"subject": "x", "complaints": [second]})
    known = {"twice": first, "taken": second}
    body = {
        "subject": "x",
        "complaints": [first],
        **{key: [known.get(one, one) for one in value] for key, value in changed.items()},
    }
    desk.ask("POST", "/v1/complaint-groups", body, status=status)
    assert len(desk.bank.rows("complaint_groups")) == 1


def test_what_it_was_sorted_into_and_what_a_person_said_otherwise(desk):
    name = desk.take_in(words="我住院期间银行卡被盗刷了，账户里的钱没了")
    case = desk.case(name)
    triage = case["triage"]
    assert (triage["urgency"]["label"], triage["vulnerability"]["label"]) == ("immediate", "health")
    assert triage["business"]["dont_know"] is True
    assert set(triage["unsure"]) == {"business", "issue", "sentiment"}
    assert (triage["model"], triage["rules"], triage["changed"]) == (
        None,
        "complaints.signals@2026-01-01",
        {},
    )
    assert (case["priority"], case["urgency"]) == (3, "immediate")
    sorted_anew = desk.move(name, "sort", urgency="normal")
    assert sorted_anew["priority"] == 2
    changed = desk.case(name)["triage"]["changed"]
    assert changed == {
        "urgency": {"from": "immediate", "to": "normal", "step": 1, "actor": "complaints_officer"}
    }
    desk.move(name, "sort", urgency="immediate", vulnerability="none")
    assert set(desk.case(name)["triage"]["changed"]) == {"vulnerability"}


def test_decided_cases_like_it_are_shown_with_their_outcomes_to_whoever_may_see_them(desk):
    known = {
        "C01": "信用卡被重复扣费两次，要求退款，王小明", "C06": "信用卡重复扣费，请退还多扣的一次", "C02": "网点排队时间太长，没有座位",
    }  # fmt: skip
    decided = {}
    for customer, words in known.items():
        decided[customer] = desk.take_in(customer, words)
        desk.bank.clock.later(days=2)
        desk.walk(decided[customer], "assess", "investigate", "propose", "inform")
    undecided = desk.take_in("C03", "信用卡重复扣费两次")
    name = desk.take_in("C02", "我的信用卡又重复扣费两次，请退款")
    similar = desk.case(name)["similar"]
    assert [one["complaint_id"] for one in similar[:2]] == [decided["C01"], decided["C06"]]
    assert undecided not in {one["complaint_id"] for one in similar}
    first = similar[0]
    assert (first["outcome"], first["redress"], first["days"], first["satisfied"]) == (
        "upheld",
        [{"kind": "refund", "amount": 1200}],
        2,
        None,
    )
    assert "王小明" not in first["words"]
    assert first["likeness"] > 0.5
    seen = {one["complaint_id"] for one in desk.case(name, "rm")["similar"]}
    assert decided["C01"] in seen
    assert decided["C06"] not in seen


def test_a_second_complaint_on_one_matter_is_seen_by_its_words_and_joined_once(desk):
    first = desk.take_in(words="信用卡被重复扣费两次，要求退款")
    second = desk.take_in(words="上次说的信用卡被重复扣费两次，我要求退款")
    assert desk.case(second)["same_matter"] == [first]
    joined = desk.move(first, "join", into=second)
    assert desk.move(first, "join", into=second) == joined
    assert [one["move"] for one in desk.case(first)["steps"]] == ["receive", "join"]


def test_messages_that_wait_have_a_date_and_are_placed_by_who_may(desk):
    message = waiting_message(desk.bank, "我叫王小明，重复扣费")
    (waits,) = desk.ask("GET", "/v1/complaint-messages")["messages"]
    assert (waits["message_id"], waits["code"], waits["words"]) == (
        message,
        "no_customer",
        "我叫王小明，重复扣费",
    )
    assert waits["legal_due"] is not None
    desk.ask("GET", "/v1/complaint-messages", staff="rm", status=403)
    path = f"/v1/complaint-messages/{message}/placement"
    desk.ask("POST", path, {"customer_id": "C01", "set_aside": "thanks"}, status=422)
    desk.ask("POST", path, {"customer_id": "nobody"}, status=404)
    placed = desk.ask("POST", path, {"customer_id": "C01"})
    assert (placed["state"], placed["customer_id"], placed["candidates"]) == ("opened", "C01", [])
    assert desk.ask("POST", path, {"customer_id": "C01"})["complaint_id"] == placed["complaint_id"]
    assert desk.case(placed["complaint_id"])["messages"][0]["message_id"] == message
    thanks = waiting_message(desk.bank, "thank you all")
    assert (
        desk.ask("POST", f"/v1/complaint-messages/{thanks}/placement", {"set_aside": "thanks"})["code"]
        == "thanks"
    )
    assert desk.ask("GET", "/v1/complaint-messages?state=set_aside")["messages"][0]["message_id"] == thanks


def test_deadlines_are_those_of_the_command(desk):
    asked = {
        "regime": "cn-cbirc-2020-3",
        "received": "2026-02-02T09:30:00+08:00",
        "at": "2026-02-03T09:30:00+08:00",
    }
    found = desk.ask("POST", "/v1/deadlines", asked)
    decide = next(one for one in found["clocks"] if one["id"] == "decide")
    assert (decide["legal_due"], decide["safe_due"]) == ("2026-02-24", "2026-02-14")
    regimes = desk.ask("GET", "/v1/deadlines")["regimes"]
    assert {"cn-cbirc-2020-3", "uk-disp"} <= {one["id"] for one in regimes}
    assert "cn-cbirc-2020-3" in desk.ask("POST", "/v1/deadlines", {"regime": "mars"}, status=422)["needed"]
    desk.ask("POST", "/v1/deadlines", {**asked, "events": [{"event": "flown"}]}, status=422)


def test_what_the_clocks_cannot_have_is_refused_and_no_fault_of_ours(desk):
    name = desk.take_in()
    desk.walk(name, "assess", "investigate", "propose")
    refused = desk.move(name, "inform", status=422, notice={**NOTICE, "at": "2026-07-03T09:00:00+00:00"})
    assert refused["code"] == "case_event_invalid"
    assert desk.case(name)["state"] == "decided"
