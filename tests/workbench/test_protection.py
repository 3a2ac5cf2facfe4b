"""Data protection: requests of customers with their days, answers and refusals, data handed out, erasures certified."""

import csv
import io
import json
import re

import pytest
from own_visit import make_link

from zhike.api.request_tables import COLUMNS
from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

HOME, WHO, DPO, END = "/protection", "C02", "data_protection_officer", "privacy_request"
REASON = "asked for by the customer in writing"


@pytest.fixture
def asked(bank):
    """A customer asked for a correction and for an erasure on their page; return the requests by kind."""
    bank.tokens["own"] = make_link(bank, WHO)["token"]
    for body in ({"kind": "correction", "words": "I am <41>"}, {"kind": "erasure"}):
        assert bank.post("own", "/v1/me/requests", body).status_code == 200
    return {one["kind"]: one["case_id"] for one in bank.rows("cases", {"actor": "customer"})}


@pytest.fixture
def officer(visit):
    assert visit.sign_in(DPO, after=HOME).url.path == f"/workbench{HOME}"
    return visit


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_is_told_with_its_day_in_every_language(officer, asked, language):
    officer.post(
        "/choices", {"form": officer.form(), "language": language, "theme": "auto", "back": "/today"}
    )
    page = officer.get(HOME)
    assert page.status_code == 200
    for key in ("protection.title", "asked.correction", "asked.erasure", "progress.open", "nav.protection"):
        assert WORDS[key].in_language(language) in page.text
    assert "I am &lt;41&gt;" in page.text
    assert (
        WORDS["protection.granted"].in_language(language)
        in officer.get(f"{HOME}/requests/{asked['erasure']}").text
    )
    assert WORDS["protection.hand_out"].in_language(language) in officer.get(f"{HOME}/customers/{WHO}").text


def test_a_refusal_is_given_with_its_reason(officer, asked):
    path = f"{HOME}/requests/{asked['correction']}"
    fields = {"form": officer.form(), "answer": "The passport says <40>", "refused": "yes"}
    page = officer.post(f"{path}/answer", fields)
    assert page.url.path == f"/workbench{path}"
    assert "The passport says &lt;40&gt;" in page.text
    assert WORDS["progress.refused"].en in page.text
    assert 'name="answer"' not in page.text
    assert officer.post(f"{path}/answer", fields).status_code == 409
    told = officer.bank.get(DPO, f"/v1/requests/{asked['correction']}", purpose=END).json()
    assert (told["state"], told["refused"]) == ("answered", True)
    mine = {
        one["kind"]: one["refused"] for one in officer.bank.get("own", "/v1/me/requests").json()["requests"]
    }
    assert mine == {"correction": True, "erasure": False}


def test_a_request_that_is_granted_is_answered_too(officer, asked):
    path = f"{HOME}/requests/{asked['erasure']}"
    for broken in ({"answer": ""}, {"answer": "x" * 2001}, {"answer": "done", "form": "0" * 64}):
        fields = {"form": officer.form(), **broken}
        assert officer.post(f"{path}/answer", fields).status_code == 422
    page = officer.post(f"{path}/answer", {"form": officer.form(), "answer": "Done", "refused": "no"})
    assert WORDS["progress.answered"].en in page.text
    answered = officer.bank.get(DPO, "/v1/requests?state=answered", purpose=END).json()["requests"]
    assert [(one["request_id"], one["refused"]) for one in answered] == [(asked["erasure"], False)]
    waiting = officer.bank.get(DPO, "/v1/requests", purpose=END).json()["requests"]
    assert [one["request_id"] for one in waiting] == [asked["correction"]]


@pytest.mark.parametrize("act", ["access", "export"])
def test_data_are_handed_out_as_a_file(officer, act):
    answer = officer.post(f"{HOME}/customers/{WHO}/data/{act}", {"form": officer.form()})
    assert answer.headers["content-disposition"].startswith("attachment")
    assert WHO in json.dumps(json.loads(answer.text)["tables"])


def test_an_erasure_is_proposed_carried_out_and_certified(officer, asked):
    assert asked
    customer = f"{HOME}/customers/{WHO}"
    page = officer.post(
        f"{customer}/erasure",
        {"form": officer.form(), "reason": REASON, "relationship_end": "2026-06-30"},
    )
    assert page.url.path == f"/workbench{HOME}"
    (row,) = officer.bank.rows("proposals")
    step = f"{HOME}/proposals/{row['proposal_id']}"
    assert f"{step}/approval" not in page.text  # nobody approves their own
    own = officer.post(f"{step}/approval", {"form": officer.form(), "reason": REASON})
    assert own.status_code == 409
    given = {"reason": REASON}
    other = officer.bank.post(
        "compliance", f"/v1/proposals/{row['proposal_id']}/approval", given, purpose="governance"
    )
    assert other.json()["state"] == "approved"
    assert f"{step}/execution" in officer.get(HOME).text
    assert officer.post(f"{step}/execution", {"form": officer.form()}).status_code == 200
    page = officer.get(customer).text
    assert WORDS["protection.certificate"].en in page
    assert "zhike-certificate/1" in page
    assert WORDS["protection.unsigned"].en not in page
    assert "/data/access" not in page


def propose(officer, customer=WHO, act="erasure"):
    """Propose to erase a customer as the officer; return the number of the proposal."""
    fields = {"form": officer.form(), "reason": REASON, "relationship_end": "2026-06-30"}
    assert officer.post(f"{HOME}/customers/{customer}/{act}", fields).status_code == 200
    (row,) = officer.bank.rows("proposals", {"subject": customer})
    return row["proposal_id"]


def as_staff(visit, staff):
    visit.client.cookies.clear()
    visit.sign_in(staff)
    return visit


@pytest.mark.parametrize("act", ["erasure", "anonymisation"])
def test_a_second_person_sees_who_proposed_what_and_approves_it(officer, asked, act):
    assert asked
    step = f"{HOME}/proposals/{propose(officer, act=act)}"
    second = as_staff(officer, "compliance")
    assert f'href="/workbench{HOME}"' in second.get("/today").text
    page = second.get(HOME).text
    assert WORDS["protection.by"].render("en", who=DPO) in page
    assert REASON in page
    assert "I am &lt;41&gt;" not in page  # what customers wrote is not theirs to answer
    assert page.count(WORDS["customer.not_yours"].en) == 2
    assert f"{step}/execution" not in page
    assert WORDS["protection.see"].en in second.get(f"{HOME}/customers/{WHO}").text
    assert "/data/access" not in second.get(f"{HOME}/customers/{WHO}").text
    page = second.post(f"{step}/approval", {"form": second.form(), "reason": REASON})
    assert page.url.path == f"/workbench{HOME}"
    assert WORDS["protection.approved_by_who"].render("en", who="compliance") in page.text
    assert f"{step}/" not in page.text  # nothing is left for them to do
    assert second.post(f"{step}/execution", {"form": second.form()}).status_code in (403, 404)
    assert f"{step}/execution" in as_staff(second, DPO).get(HOME).text


def test_a_second_person_refuses_and_the_proposal_is_gone(officer):
    step = f"{HOME}/proposals/{propose(officer)}"
    second = as_staff(officer, "compliance")
    assert second.post(f"{step}/refusal", {"form": second.form()}).status_code == 422
    page = second.post(f"{step}/refusal", {"form": second.form(), "reason": REASON}).text
    assert step not in page
    assert second.bank.rows("proposals")[0]["state"] == "refused"


def test_whoever_proposed_takes_it_back(officer):
    step = f"{HOME}/proposals/{propose(officer)}"
    assert f"{step}/withdrawal" in officer.get(HOME).text
    assert step not in officer.post(f"{step}/withdrawal", {"form": officer.form(), "reason": REASON}).text
    assert officer.bank.rows("proposals")[0]["state"] == "withdrawn"


@pytest.mark.parametrize("state", ["open", "answered"])
def test_requests_are_kept_as_a_file(officer, asked, state):
    fields = {"form": officer.form(), "answer": "=1+1 is two", "refused": "yes"}
    officer.post(f"{HOME}/requests/{asked['erasure']}/answer", fields)
    link = re.search(rf'href="/workbench({HOME}/requests\.csv\?state={state})"', officer.get(HOME).text)[1]
    answer = officer.get(link)
    assert answer.headers["content-type"].startswith("text/csv")
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head == [title.en for title in COLUMNS.values()]
    kind = {"open": "correction", "answered": "erasure"}[state]
    (row,) = rows
    assert (row[0], row[1], row[2]) == (asked[kind], kind, WHO)
    assert row[8] == {"open": "", "answered": "'=1+1 is two"}[state]
    assert officer.bank.get(DPO, f"/v1/requests.csv?state={state}", purpose=END).text == answer.text
    assert as_staff(officer, "compliance").get(link).status_code == 403


def test_a_certificate_is_kept_as_a_file(officer):
    proposal = propose(officer)
    given = {"reason": REASON}
    officer.bank.post("compliance", f"/v1/proposals/{proposal}/approval", given, purpose="governance")
    officer.post(f"{HOME}/proposals/{proposal}/execution", {"form": officer.form()})
    link = f"{HOME}/customers/{WHO}/certificates.json"
    for staff in (DPO, "compliance"):
        seat = as_staff(officer, staff)
        assert link in seat.get(f"{HOME}/customers/{WHO}").text
        (kept,) = json.loads(seat.get(link).text)
        assert (kept["customer"], kept["approved_by"]) == (WHO, "compliance")


@pytest.mark.parametrize("staff", ["rm", "administrator", "auditor"])
def test_whoever_may_not_finds_nothing(visit, asked, staff):
    visit.sign_in(staff)
    number = asked["correction"]
    assert f'href="/workbench{HOME}"' not in visit.get("/today").text
    assert visit.get(HOME).status_code in (403, 404)
    assert visit.get(f"{HOME}/requests/{number}").status_code in (403, 404)
    for path in (f"requests/{number}/answer", f"customers/{WHO}/data/access", f"customers/{WHO}/erasure"):
        fields = {"form": visit.form(), "answer": "no", "reason": REASON}
        assert visit.post(f"{HOME}/{path}", fields).status_code in (403, 404)
    assert {one["state"] for one in visit.bank.rows("cases", {"actor": "customer"})} == {"open"}
    assert visit.bank.rows("proposals") == []


def test_what_is_not_there_is_said(officer):
    for path in (
        "/requests/q-none",
        "/customers/C99",
        "/requests.csv?state=lost",
        "/customers/C99/certificates.json",
    ):
        assert officer.get(f"{HOME}{path}").status_code == 404
    for path in (f"customers/{WHO}/nothing", f"customers/{WHO}/data/all", "proposals/a-1/nothing"):
        assert officer.post(f"{HOME}/{path}", {"form": officer.form()}).status_code == 404


def test_a_customer_is_found_by_a_number_that_stands_in_no_address(officer):
    assert "C02" not in officer.get(HOME).text
    for number, where in ((f" {WHO} ", f"/customers/{WHO}"), ("a/b?c", "/customers/a/b?c"), ("", "")):
        page = officer.post(f"{HOME}/customers", {"form": officer.form(), "customer": number})
        assert page.url.path == f"/workbench{HOME}{where}"
    assert officer.post(f"{HOME}/customers", {"customer": WHO}).status_code == 422


def test_a_stranger_is_asked_to_sign_in(visit):
    for path in ("", "/requests.csv", f"/customers/{WHO}/certificates.json"):
        assert visit.get(f"{HOME}{path}").url.path == "/workbench/sign-in"
    assert visit.post(f"{HOME}/customers", {"customer": WHO}).url.path == "/workbench/sign-in"
    assert visit.post(f"{HOME}/customers/{WHO}/erasure", {}).url.path == "/workbench/sign-in"
