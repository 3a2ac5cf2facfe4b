"""Links to customers' own pages over the interface: who makes them, what they open, and that they open nothing else."""

import itertools
import json

import pytest
from own_visit import make_link
from served_bank import NORTH, SOUTH
from two_persons import erased, full_life, merged

from zhike.act.customer_links import link_row
from zhike.act.staff import add_staff, token_hash
from zhike.core.errors import UsageError
from zhike.core.service_errors import UnauthenticatedError
from zhike.govern.audit_events import AuditEvent

WHO = "C02"
READS = ("", "/consents", "/preferences", "/offers", "/kept", "/requests", "/data")
WRITES = (
    ("PUT", "/consents", {"purpose": "survey", "channel": "app", "status": "given"}),
    ("PUT", "/preferences/channels", {"unwanted": ["sms"]}), ("PUT", "/preferences/topics", {"unwanted": ["everyday"]}),
    ("PUT", "/preferences/frequency", {"most_in_30_days": 3}), ("PUT", "/preferences/hours", {"not_before": "09:00", "not_after": "10:00"}),
    ("POST", "/objections", {"to": "marketing", "words": "enough"}), ("POST", "/objections", {"to": "profiling"}),
    ("POST", "/requests", {"kind": "call", "on": "2026-07-02"}), ("POST", "/requests", {"kind": "correction", "words": "I am 41"}),
    ("POST", "/requests", {"kind": "erasure"}),
)  # fmt: skip


def holder(bank, customer, name="own"):
    """Make a link and show it from then on under a name; return what was answered."""
    made = make_link(bank, customer)
    bank.tokens[name] = made["token"]
    return made


def own(bank, method, path, body=None, name="own", **headers):
    given = {} if body is None else {"json": body}
    return bank.ask(name, method, f"/v1/me{path}", headers=headers, **given)


def sales(bank, customer=WHO):
    made = bank.decide(customer, direction="inbound").json()["actions"]
    return {one["action_id"] for one in made if one["kind"] == "sale"}


@pytest.mark.parametrize(
    ("staff", "purpose", "customer", "status"),
    [
        ("rm", "service", "C02", 200), ("rm", "service", "C06", 404), ("branch_manager", "service", "C01", 200),
        ("branch_manager", "service", "C06", 404), ("complaints_officer", "complaint", "C06", 200), ("rm", "marketing", "C02", 403),
        ("data_protection_officer", "privacy_request", "C06", 200), ("integration", "marketing", "C06", 200), ("channel", "service", "C02", 404),
        ("auditor", "audit", "C02", 403), ("compliance", "audit", "C02", 403), ("analyst", "analysis", "C02", 403), (None, "service", "C02", 401),
        ("administrator", "operation", "C02", 404), ("integration", "service", "C99", 404),
    ],
)  # fmt: skip
def test_who_makes_links(bank, staff, purpose, customer, status):
    before = bank.rows("customer_links")
    answer = bank.ask(staff, "POST", f"/v1/customers/{customer}/links", purpose=purpose)
    assert answer.status_code == status, answer.text
    assert len(bank.rows("customer_links")) - len(before) == (status == 200)


def test_the_token_is_kept_nowhere(bank):
    made = holder(bank, WHO)
    assert made["path"] == f"/me/#{made['token']}"
    (row,) = bank.rows("customer_links")
    assert row["link_hash"] == token_hash(made["token"])
    assert own(bank, "GET", "").status_code == 200
    for table in ("customer_links", "audit_openings", "outbox", "requests"):
        assert made["token"] not in repr(bank.rows(table)), table
    bank.store.close()
    assert all(made["token"].encode() not in path.read_bytes() for path in bank.folder.glob("zhike.db*"))


def test_a_link_opens_the_own_page_and_nothing_of_staff(bank):
    holder(bank, WHO)
    assert {path: own(bank, "GET", path).status_code for path in READS} == dict.fromkeys(READS, 200)
    for path in (
        f"/v1/customers/{WHO}",
        f"/v1/customers/{WHO}/data",
        "/v1/day",
        "/v1/requests",
        "/v1/sessions/current",
    ):
        assert bank.get("own", path).status_code == 401, path
    assert {own(bank, "GET", path, name="rm").status_code for path in READS} == {401}


def test_it_ends_when_it_is_withdrawn_and_by_itself(bank):
    first, second = holder(bank, WHO, "first"), holder(bank, WHO, "second")
    path = f"/v1/customers/{WHO}/links"
    assert bank.ask("rm_south", "DELETE", f"{path}/{first['link_id']}", purpose="service").status_code == 404
    assert (
        bank.ask("rm", "DELETE", f"/v1/customers/C01/links/{first['link_id']}", purpose="service").status_code
        == 404
    )
    assert bank.ask("rm", "DELETE", f"{path}/{first['link_id']}", purpose="service").status_code == 200
    assert bank.ask("rm", "DELETE", f"{path}/{first['link_id']}", purpose="service").status_code == 404
    assert own(bank, "GET", "", name="first").status_code == 401
    listed = bank.get("rm", path).json()["links"]
    assert {one["link_id"]: one["revoked_at"] is None for one in listed} == {
        first["link_id"]: False,
        second["link_id"]: True,
    }
    bank.clock.later(days=29, seconds=86_399)
    assert own(bank, "GET", "", name="second").status_code == 200
    bank.clock.later(seconds=1)
    assert own(bank, "GET", "", name="second").status_code == 401


def test_the_customer_withdraws_it(bank):
    holder(bank, WHO)
    assert own(bank, "DELETE", "/link").json()["actor"] == "customer"
    assert own(bank, "GET", "").status_code == 401


def same_answer(bank, name):
    """Return what a stranger and the holder of a dead link get."""
    answers = [own(bank, "GET", path, name=one) for one in (name, "made_up") for path in READS]
    return [(one.status_code, one.content, dict(one.headers)) for one in answers]


@pytest.mark.parametrize("fate", ["erased", "anonymised", "merged"])
def test_links_of_who_is_gone_say_what_a_made_up_one_says(bank, fate, monkeypatch):
    full_life(bank, WHO, "said at the counter")
    holder(bank, WHO)
    bank.tokens["made_up"] = "made-up"
    if fate == "merged":
        merged(bank, WHO, "C03")
    else:
        erased(bank, WHO, kind="erase" if fate == "erased" else "anonymise")
    answers = same_answer(bank, "own")
    half = len(READS)
    assert answers[:half] == answers[half:]
    assert {status for status, *_ in answers} == {401}
    # The same number of looks into the store, whichever it was: nothing to measure.
    looks = [looked_at(bank, monkeypatch, bank.tokens[name]) for name in ("own", "made_up")]
    assert looks == [["customer_links", "customers"]] * 2


def looked_at(bank, monkeypatch, token):
    """Return the tables in which a row is looked for because of a token that does not hold."""
    seen = []
    with bank.store.read() as tx, monkeypatch.context() as patched:
        one = type(tx).one
        patched.setattr(
            type(tx), "one", lambda self, table, **where: (seen.append(table), one(self, table, **where))[1]
        )
        with pytest.raises(UnauthenticatedError):
            link_row(tx, token, bank.clock.now())
    return seen


def test_of_an_erased_customer_no_link_is_left(bank):
    holder(bank, WHO)
    erased(bank, WHO)
    assert bank.rows("customer_links") == []


def test_through_a_link_nothing_of_another_is_reached_or_changed(bank):
    """Every call of the own page, with every name of somebody else's in it: their rows stay as they are, and none of them is told."""
    for customer in (*NORTH, *SOUTH):
        bank.decide(customer, direction="inbound")
    theirs = ("C01", "C06")
    holder(bank, WHO)
    made = {name: make_link(bank, name) for name in theirs}
    tables = (
        "customers",
        "offers",
        "responses",
        "consents",
        "preferences",
        "tasks",
        "cases",
        "customer_links",
        "audit_openings",
    )
    state = {
        (name, table): bank.rows(table, {"customer_id": name})
        for name, table in itertools.product(theirs, tables)
    }
    names = [row["offer_id"] for name in theirs for row in bank.rows("offers", {"customer_id": name})]
    told = [own(bank, "GET", path).text for path in READS]
    for offer, to in itertools.product(names, ("offer", "topic")):
        answer = own(bank, "POST", "/objections", {"to": to, "offer_id": offer})
        assert answer.status_code == 404
        told.append(answer.text)
    for method, path, body in WRITES:
        answer = own(bank, method, path, body)
        assert answer.status_code == 200, answer.text
        told.append(answer.text)
        for name in theirs:
            assert own(bank, method, path, {**body, "customer_id": name}).status_code == 422
            assert own(bank, method, f"{path}?customer_id={name}", body).status_code == 422
            assert own(bank, method, path, body, **{"X-Customer": name}).status_code in (200, 409)
    told += [own(bank, "GET", path).text for path in READS]
    assert state == {
        (name, table): bank.rows(table, {"customer_id": name})
        for name, table in itertools.product(theirs, tables)
    }
    secrets = [*names, *theirs, *(one["link_id"] for one in made.values())]
    assert not [secret for secret in secrets for text in told if f'"{secret}"' in text]


def test_a_key_of_another_customer_gives_no_answer_of_theirs(bank):
    holder(bank, "C01", "first")
    holder(bank, WHO, "second")
    body = {"kind": "correction", "words": "first"}
    first = own(bank, "POST", "/requests", body, "first", **{"Idempotency-Key": "k"}).json()
    again = own(bank, "POST", "/requests", body, "first", **{"Idempotency-Key": "k"}).json()
    second = own(bank, "POST", "/requests", body, "second", **{"Idempotency-Key": "k"}).json()
    assert first == again != second
    assert len(bank.rows("cases")) == 2


def test_what_was_withdrawn_holds_for_the_next_decision(bank):
    holder(bank, WHO)
    assert sales(bank)
    answer = own(bank, "PUT", "/consents", {"purpose": "marketing", "status": "withdrawn"})
    assert next(one for one in answer.json()["consents"] if one["purpose"] == "marketing")["answer"] is False
    assert not sales(bank)
    (row,) = bank.rows("consents")
    assert (row["actor"], row["evidence"]["form"]) == ("customer", "own page")
    assert row["evidence"]["wording"] == "The bank may contact me with offers."


@pytest.mark.parametrize("to", ["marketing", "profiling"])
def test_an_objection_holds_for_the_next_decision(bank, to):
    holder(bank, WHO)
    assert sales(bank)
    answer = own(bank, "POST", "/objections", {"to": to, "words": "enough"}).json()
    assert {one["purpose"] for one in answer["consents"] if one["answer"] is False} == {"marketing", to}
    assert not sales(bank)
    assert {row["evidence"]["words"] for row in bank.rows("consents")} == {"enough"}


def test_what_is_not_wanted_any_more_is_not_proposed_any_more(bank):
    holder(bank, WHO)
    offer = bank.decide(WHO, direction="inbound").json()["actions"][0]
    answer = own(bank, "POST", "/objections", {"to": "topic", "offer_id": offer["offer_id"]}).json()
    assert [one["topic"] for one in answer["topics"] if one["unwanted"]] == ["everyday"]
    bank.clock.later(days=300)
    assert "everyday:P0:app" not in sales(bank)
    shown = own(bank, "GET", "/offers")
    assert shown.status_code == 401  # the link has ended meanwhile
    holder(bank, WHO)
    told = {one["offer_id"]: one for one in own(bank, "GET", "/offers").json()["offers"]}
    assert told[offer["offer_id"]]["state"] == "refused"


def test_a_notice_that_must_be_sent_cannot_be_objected_to(bank):
    made = bank.decide("C07", direction="inbound").json()["actions"]
    notice = next(one["offer_id"] for one in made if one["kind"] == "mandatory")
    holder(bank, "C07")
    assert own(bank, "POST", "/objections", {"to": "offer", "offer_id": notice}).status_code == 409
    (told,) = [one for one in own(bank, "GET", "/offers").json()["offers"] if one["offer_id"] == notice]
    assert (told["can_object"], told["how"]) == (False, "The bank has to tell you this.")


def test_why_an_offer_was_made_names_rules_and_data_and_no_figure_of_the_house(bank):
    made = bank.decide(WHO, direction="inbound").json()["actions"]
    holder(bank, WHO)
    told = own(bank, "GET", "/offers").json()["offers"]
    assert {one["offer_id"] for one in told} == {one["offer_id"] for one in made}
    sale = next(one for one in told if one["kind"] == "sale")
    assert sale["how"].startswith("Of everything that the rules allow")
    assert "Consent has not been withdrawn" in sale["because"]
    assert {"Your consents", "The products that you hold"} <= set(sale["data"])
    assert not any("comparison group" in text for one in told for text in one["because"])
    assert not {"probability", "propensity", "expected_value", "net_value"} & set(sale)
    with bank.store.write() as tx:
        tx.remove("dossiers", {"customer_id": WHO})
    bare = own(bank, "GET", "/offers").json()["offers"]
    assert all((one["how"], one["because"], one["data"]) == ("", [], []) for one in bare)


def test_a_correction_is_seen_at_once(bank):
    holder(bank, WHO)
    bank.post(
        "rm",
        f"/v1/customers/{WHO}/corrections",
        {"attribute": "risk_level", "value": 4, "valid_from": "2026-06-01"},
        purpose="service",
    )
    known = {one["name"]: one for one in own(bank, "GET", "").json()["attributes"]}
    assert known["risk_level"]["value"] == 4
    assert {one["personal"] for one in known.values()} <= {"-", "C1", "C2"}


HELD_BACK = {
    ("notes", "judgement"), ("notes", "suggestion"), ("break_glass", "reason"), ("break_glass", "finding"), ("portraits", "content"),
    ("complaint_justices", "judged"),
}  # fmt: skip
"""Columns that staff hand out, and the own page does not."""
GOES_ON = ("audit_openings", "customer_links")
"""Tables in which the handing out itself leaves a row, or the visit."""


def test_the_export_is_what_staff_hand_out_less_what_a_person_tells(bank):
    full_life(bank, WHO, "said at the counter")
    holder(bank, WHO)
    path = f"/v1/customers/{WHO}/data?portable=true"
    theirs = bank.get("data_protection_officer", path, purpose="privacy_request").json()
    mine = own(bank, "GET", "/data").json()
    for part in ("format", "customer", "records", "archive", "derived"):
        assert mine[part] == theirs[part], part
    assert set(mine["tables"]) == set(theirs["tables"])
    for name in set(theirs["tables"]) - {*GOES_ON, "search_terms"}:
        rows = theirs["tables"][name]["rows"]
        expected = [
            {key: value for key, value in row.items() if (name, key) not in HELD_BACK} for row in rows
        ]
        assert mine["tables"][name]["rows"] == expected, name
    assert not any(mine["tables"].get("search_terms", {"rows": []})["rows"])


def test_the_export_says_what_it_holds_back_and_opens_no_lock(bank):
    full_life(bank, WHO, "said at the counter")
    holder(bank, WHO)
    tables = own(bank, "GET", "/data").json()["tables"]
    held = {
        (name, key)
        for name, table in tables.items()
        for key, one in table["columns"].items()
        if one["because"] == "told by a person"
    }
    assert held >= {("notes", "judgement"), ("notes", "suggestion")}
    assert held <= HELD_BACK
    (row,) = bank.rows("customer_links")
    assert row["link_hash"] not in json.dumps(tables)
    assert "wrapped" not in tables["person_keys"]["rows"][0]


def test_requests_reach_who_answers_them(bank):
    holder(bank, WHO)
    for method, path, body in WRITES[-3:]:
        assert own(bank, method, path, body).status_code == 200
    waiting = bank.get("data_protection_officer", "/v1/requests", purpose="privacy_request").json()[
        "requests"
    ]
    assert sorted(one["kind"] for one in waiting) == ["correction", "erasure"]
    assert {one["due_on"] for one in waiting} == {"2026-07-31"}
    assert bank.get("rm", "/v1/requests").status_code in (403, 404)
    number = next(one["request_id"] for one in waiting if one["kind"] == "correction")
    asked = {"answer": "corrected"}
    assert bank.post("rm", f"/v1/requests/{number}/answer", asked, purpose="service").status_code in (
        403,
        404,
    )
    path, end = f"/v1/requests/{number}/answer", "privacy_request"
    assert bank.post("data_protection_officer", path, asked, purpose=end).json()["state"] == "answered"
    assert bank.post("data_protection_officer", path, asked, purpose=end).status_code == 409
    assert (
        bank.post("data_protection_officer", "/v1/requests/q-none/answer", asked, purpose=end).status_code
        == 404
    )
    mine = {one["kind"]: one for one in own(bank, "GET", "/requests").json()["requests"]}
    assert (mine["correction"]["answer"], mine["erasure"]["state"], mine["call"]["state"]) == (
        "corrected",
        "open",
        "open",
    )
    assert (
        own(bank, "POST", "/requests", {"kind": "erasure"}).status_code == 409
    )  # asked for, and not answered


def test_a_call_goes_to_who_leads_the_branch_or_is_not_lost(bank):
    with bank.store.write() as tx:
        tx.change("staff", {"staff_id": "rm"}, {"state": "left"})
    holder(bank, WHO)
    holder(bank, "C10", "nobodys")
    call = {"kind": "call", "on": "2026-07-02", "words": "the card"}
    own(bank, "POST", "/requests", call)
    own(bank, "POST", "/requests", call, "nobodys")
    assert [row["assignee"] for row in bank.rows("tasks", {"actor": "customer"})] == ["branch_manager"]
    (case,) = bank.rows("cases", {"customer_id": "C10"})
    assert (case["kind"], case["text"]["words"]) == ("other", "2026-07-02 the card")


def test_nobody_buries_staff_under_requests(bank):
    holder(bank, WHO)
    answers = [
        own(bank, "POST", "/requests", {"kind": "correction", "words": f"no {n}"}).status_code
        for n in range(11)
    ]
    assert answers == [200] * 10 + [409]


def test_every_act_is_told_by_the_customer_and_a_look_once_a_day(bank):
    holder(bank, WHO)
    offer = bank.decide(WHO, direction="inbound").json()["actions"][0]["offer_id"]
    for _ in range(3):
        own(bank, "GET", "")
    own(bank, "POST", "/objections", {"to": "offer", "offer_id": offer})
    for method, path, body in WRITES:
        own(bank, method, path, body)
    own(bank, "GET", "/data")
    bank.clock.later(days=1)
    own(bank, "GET", "")
    told = [AuditEvent(row["event"]) for row in bank.rows("audit_entries", {"actor": "customer"})]
    assert told.count(AuditEvent.LINK_USED) == 2
    assert set(told) == {
        AuditEvent.LINK_USED, AuditEvent.CONSENT_GIVEN, AuditEvent.CONSENT_WITHDRAWN, AuditEvent.PREFERENCE_SET, AuditEvent.OBJECTION_RAISED,
        AuditEvent.OFFER_REFUSED, AuditEvent.TASK_CREATED, AuditEvent.CASE_OPENED, AuditEvent.DATA_EXPORTED,
    }  # fmt: skip
    assert [AuditEvent(row["event"]) for row in bank.rows("audit_entries", {"actor": "integration"})].count(
        AuditEvent.LINK_MADE
    ) == 1


def test_who_is_the_customer_stands_in_no_actor(bank):
    """An entry of the trail stays when the customer goes; so it says that it was the customer, and not which one."""
    holder(bank, WHO)
    own(bank, "PUT", "/consents", {"purpose": "survey", "status": "given"})
    assert WHO not in {row["actor"] for row in bank.rows("audit_entries")}
    with pytest.raises(UsageError, match="stand for customers"):
        add_staff(bank.acting, "customer", ["adviser"], known=["adviser"], actor="tests")


def test_who_guesses_waits_and_takes_nothing_from_others(bank):
    holder(bank, WHO)
    bank.service.guesses.limit = 3
    bank.tokens["made_up"] = "made-up"
    assert [own(bank, "GET", "", name="made_up").status_code for _ in range(5)] == [401, 401, 401, 429, 429]
    assert own(bank, "GET", "").status_code == 429  # from the same address
    bank.service.guesses.check("198.51.100.7", bank.clock.now())
    bank.clock.later(seconds=1)
    assert own(bank, "GET", "").status_code == 200


def test_a_link_that_was_withdrawn_meanwhile_writes_nothing(bank, monkeypatch):
    made = holder(bank, WHO)
    from zhike.api import own_asking

    shown = own_asking.shown_link

    def and_withdrawn(*given):
        found = shown(*given)
        with bank.store.write() as tx:
            tx.change("customer_links", {"link_id": made["link_id"]}, {"revoked_at": bank.clock.now()})
        return found

    monkeypatch.setattr(own_asking, "shown_link", and_withdrawn)
    assert own(bank, "PUT", "/consents", {"purpose": "survey", "status": "given"}).status_code == 401
    assert bank.rows("consents") == []
