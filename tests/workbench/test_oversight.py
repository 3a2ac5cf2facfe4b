"""What those who control see, and that an auditor can prove a decision from the page."""

import re
from urllib.parse import quote

import decide_bank
import pytest
from served_bank import NORTH

from zhike.act.digests import sign_digest
from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

PAGES = (
    "/oversight", "/oversight/audit", "/oversight/rules", "/oversight/rules/access.roles", "/oversight/fairness", "/oversight/data",
)  # fmt: skip
TRAIL, FIGURES = "/oversight/audit", "/oversight/fairness"


@pytest.fixture
def decided(bank):
    """Customers of one branch are decided for, and a digest seals it; return their decisions by customer."""
    found = {name: bank.decide(name).json()["decision_id"] for name in NORTH}
    assert sign_digest(bank.acting, bank.store.keys.audit_seed)
    return found


@pytest.fixture
def auditor(visit):
    assert visit.sign_in("auditor", after="/oversight").url.path == "/workbench/oversight"
    return visit


def test_an_auditor_proves_a_decision(auditor, decided):
    page = auditor.get(f"/oversight/decisions?number={decided['C02']}")
    assert page.url.path.endswith(f"/oversight/decisions/{decided['C02']}")
    assert WORDS["outcome.identical"].en in page.text
    assert page.text.count(f'class="agrees">{WORDS["proof.agrees"].en}<') == 11
    told = auditor.bank.get("auditor", f"/v1/decisions/{decided['C02']}/proof", purpose="audit").json()
    assert told["proven"]
    for hashed in (told["entry"]["hash"], told["entry"]["previous"], told["digest"]["hash"]):
        assert hashed in page.text
    for found in told["explanation"]["best_refused"]:
        assert all(one["reference"] in page.text for one in found["reasons"] if one["effect"] == "refused")


def test_a_decision_that_was_changed_is_not_proven(auditor, decided):
    (row,) = auditor.bank.rows("decisions", {"decision_id": decided["C02"]})
    record = {**row["record"], "places": row["record"]["places"][:1]}
    with auditor.bank.store.write() as tx:
        tx.change("decisions", {"decision_id": decided["C02"]}, {"record": record})
    page = auditor.get(f"/oversight/decisions/{decided['C02']}").text
    assert WORDS["outcome.different"].en in page
    assert WORDS["proof.differs"].en in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [*PAGES, "/oversight/decisions/{}"])
def test_every_page_speaks_every_language(auditor, decided, path, language):
    chosen = {
        "form": auditor.form(),
        "language": language,
        "theme": "auto",
        "back": path.format(decided["C02"]),
    }
    page = auditor.post("/choices", chosen)
    assert f'<html lang="{language}"' in page.text
    assert WORDS["nav.oversight"].in_language(language) in page.text


@pytest.mark.parametrize(
    ("staff", "offered", "trail", "counted"),
    [
        ("auditor", True, 200, 200), ("compliance", True, 200, 200), ("data_protection_officer", True, 200, 200),
        ("service_quality", True, 403, 200), ("administrator", True, 403, 200), ("branch_manager", True, 403, 200), ("rm", False, 403, 403),
    ],
)  # fmt: skip
def test_who_may_see_what(visit, staff, offered, trail, counted):
    home = visit.sign_in(staff)
    assert ('href="/workbench/oversight"' in home.text) is offered
    assert visit.get(TRAIL).status_code == trail
    assert visit.get(FIGURES).status_code == counted
    first = visit.get("/oversight")
    assert first.status_code == 200
    assert (f'href="/workbench{TRAIL}"' in first.text) is (trail == 200)
    assert (WORDS["customer.not_yours"].en in first.text) is (trail != 200)


def test_nobody_reads_the_trail_before_they_have_signed_in(visit, decided):
    for path in (*PAGES, "/oversight/audit/export", f"/oversight/decisions/{decided['C02']}"):
        assert visit.get(path).url.path == "/workbench/sign-in"
    assert visit.post("/oversight/audit/verification", {}).url.path == "/workbench/sign-in"


def test_the_trail_is_verified_and_taken_along(auditor, decided):  # noqa: ARG001 - there is something to verify
    form = {"form": auditor.form(), "commitments": "yes"}
    page = auditor.post("/oversight/audit/verification", form)
    assert WORDS["audit.verified"].en in page.text
    (entry,) = auditor.bank.rows("audit_entries", {"event": 910})
    assert entry["actor"] == "auditor"
    with auditor.bank.store.write() as tx:
        tx.change("audit_entries", {"stream": "decisions", "number": 2}, {"actor": "nobody"})
    page = auditor.post("/oversight/audit/verification", {"form": auditor.form()})
    assert page.status_code == 200
    assert "hash_wrong" in page.text
    taken = auditor.get("/oversight/audit/export")
    assert taken.headers["content-disposition"] == 'attachment; filename="trail.jsonl"'
    assert taken.text.startswith('{"format":"zhike-audit/1"')


def test_a_form_from_elsewhere_verifies_nothing(auditor):
    assert auditor.post("/oversight/audit/verification", {"form": "0" * 64}).status_code == 422
    assert auditor.bank.rows("audit_entries", {"event": 910}) == []


def test_the_trail_is_searched(auditor, decided):  # noqa: ARG001 - there is something to find
    page = auditor.get(f"{TRAIL}?customer=C02&event=101").text
    assert page.count("<tr>") == 2
    assert "/workbench/oversight/decisions/" in page
    assert WORDS["audit.nothing"].en in auditor.get(f"{TRAIL}?since=2027-01-01").text
    pages = auditor.get(f"{TRAIL}?stream=staff")
    older = re.search(r'href="/workbench(/oversight/audit\?[^"]*after[^"]*)"', pages.text)
    assert older is None  # all of them fit on one page


@pytest.mark.parametrize(
    "query", ["event=x", "event=²", "since=yesterday", "after=!!", "stream=%00", "customer=%01", "actor=%22"]
)
def test_a_search_for_nonsense_is_answered_in_words(auditor, query):
    page = auditor.get(f"{TRAIL}?{query}")
    assert page.status_code in (200, 400, 422)
    assert "Traceback" not in page.text
    assert auditor.get(f"{FIGURES}?days=x").status_code in (400, 422)


def test_rules_are_filtered_and_shown_with_their_cases(auditor):
    page = auditor.get("/oversight/rules?text=least_group").text
    assert page.count("<tr>") == 2
    assert "fairness.least_group" in page
    one = auditor.get("/oversight/rules/fairness.least_group").text
    reference = decide_bank.SHIPPED.entry("fairness.least_group").versions[0].reference.title
    assert reference in one
    assert one.count('class="agrees"') == 2
    assert auditor.get("/oversight/rules/no.such").status_code == 404
    hostile = auditor.get(f"/oversight/rules?text={quote('<script>alert(1)</script>')}").text
    assert "<script>alert" not in hostile


@pytest.mark.parametrize("path", ["audit", "rules", "fairness", "data"])
def test_tables_are_there_as_files(auditor, decided, path):  # noqa: ARG001 - there is something to keep
    answer = auditor.get(f"/oversight/{path}.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert len(lines) > (1 if path != "fairness" else 0)
    auditor.client.cookies.clear()
    assert auditor.get(f"/oversight/{path}.csv").url.path == "/workbench/sign-in"


def test_an_emergency_view_that_nobody_looked_at_stands_out(auditor):
    body = {"reason": "the customer collapsed at the counter"}
    opened = auditor.bank.post("rm_south", "/v1/customers/C01/break-glass", body, purpose="emergency")
    assert opened.status_code == 200
    assert 'role="alert"' not in auditor.get("/oversight").text
    auditor.bank.clock.later(days=10)
    auditor.client.cookies.clear()
    auditor.sign_in("auditor")
    page = auditor.get("/oversight").text
    assert WORDS["security.overdue"].render("en", n=1) in page
    assert "rm_south" in page
