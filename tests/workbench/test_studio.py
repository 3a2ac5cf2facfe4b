"""The studio: what decides is shown as the interface tells it; a change is tried, proposed, approved by somebody else, adopted."""

import re
from html import unescape

import decide_bank
import pytest
import served_bank
from constrained_bank import calls

from zhike.act.studies import run_studies
from zhike.adapters.base_studies import Studies
from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

REASON = "fewer contacts, as the board decided in June"
PAGES = ("", "/catalogue", "/policy", "/rules", "/prices", "/whatif",
         "/funnel", "/experiments", "/changes")  # fmt: skip


def as_staff(visit, staff):
    visit.client.cookies.clear()
    visit.sign_in(staff)
    return visit


@pytest.fixture
def owner(visit):
    return as_staff(visit, "policy_owner")


def send(seat, path, **fields):
    return seat.post(f"/studio{path}", {"form": seat.form(), **fields})


def answered(bank):
    rules = decide_bank.rulebook(fairness__least_group=decide_bank.document("parameter", 5))
    return run_studies(bank.acting, Studies(bank.acting, rules))


def tried(seat):
    """Try a change from the page; return the page of its study once it is answered."""
    page = send(seat, "/whatif", key="limits.actions_per_customer", value="1")
    assert WORDS["studio.waits"].en in page.text
    assert answered(seat.bank) == 1
    return page.url.path.removeprefix("/workbench/studio")


def proposed(seat):
    study = tried(seat)
    page = send(seat, "/changes", study=study.rpartition("/")[2], reason=REASON)
    return page.url.path.removeprefix("/workbench/studio"), page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_read_in_every_language(owner, language):
    served_bank.publish_small(owner.bank.acting, constraints=[calls(2)])
    owner.bank.clock.later(seconds=2)
    owner.post("/choices", {"form": owner.form(), "language": language, "theme": "auto", "back": "/studio"})
    study = send(owner, "/whatif", key="limits.actions_per_customer", value="1").url.path.removeprefix(
        "/workbench/studio"
    )
    answered(owner.bank)
    change = send(owner, "/changes", study=study.rpartition("/")[2], reason=REASON).url.path
    send(owner, "/funnel", days="30")
    answered(owner.bank)
    for path in (*PAGES, study, change.removeprefix("/workbench/studio")):
        page = owner.get(f"/studio{path}")
        assert page.status_code == 200, (path, page.text)
        assert WORDS["studio.title"].in_language(language) in page.text


@pytest.mark.parametrize("staff", ["product_owner", "analyst", "compliance", "auditor"])
def test_whoever_shapes_or_controls_policies_sees_the_studio(visit, staff):
    seat = as_staff(visit, staff)
    assert 'href="/workbench/studio"' in seat.get("/today").text
    for path in PAGES:
        answer = seat.get(f"/studio{path}")
        expected = 403 if path == "/changes" and staff in ("analyst", "auditor") else 200
        assert answer.status_code == expected, (path, answer.text)
    may = staff in ("product_owner", "analyst")
    assert ('action="/workbench/studio/whatif"' in seat.get("/studio/whatif").text) is may


def test_whoever_serves_customers_is_not_offered_it_and_sees_no_study(desk):
    assert 'href="/workbench/studio"' not in desk.get("/today").text
    for path in ("/whatif", "/funnel", "/experiments", "/changes"):
        assert desk.get(f"/studio{path}").status_code == 403
    assert send(desk, "/whatif", key="limits.actions_per_customer", value="1").status_code == 403
    assert desk.bank.rows("jobs") == []


def test_the_catalogue_and_the_rules_are_those_of_the_interface_and_can_be_narrowed(owner):
    told = owner.bank.get("policy_owner", "/v1/conditions", purpose="governance").json()["conditions"]
    page = owner.get("/studio/rules").text.replace("<wbr>", "")
    assert all(f"<code>{one['code']}</code>" in page for one in told)
    assert all(one["reference"] in unescape(page) for one in told)
    narrowed = owner.get("/studio/catalogue?q=S5").text
    assert narrowed.count("<td>S5</td>") == 1
    assert "everyday" not in narrowed
    hostile = owner.get("/studio/catalogue?q=%3Cscript%3E").text
    assert "<script>" not in hostile.replace('<script src="', "")


def test_prices_say_what_one_more_would_bring(owner):
    assert WORDS["studio.no_plan"].en in unescape(owner.get("/studio/prices").text)
    served_bank.publish_small(owner.bank.acting, constraints=[calls(2)])
    owner.bank.clock.later(seconds=2)
    page = owner.get("/studio/prices").text
    told = owner.bank.get("policy_owner", "/v1/plans/active", purpose="governance").json()["plan"]
    assert told["rows"][0]["price"] > 0
    assert WORDS["studio.brings"].en.split(" {")[0] in page
    assert WORDS["studio.verified_words"].en.split(":")[0] in page
    assert f"at most {told['rows'][0]['limit']:,.1f} contacts" in page


def test_prices_of_a_publication_without_a_plan_are_shown_alone(owner, monkeypatch):
    bare = {"publication": 1, "as_of": "2026-06-30", "plan": None, "prices": {"calls": 12.5}}
    monkeypatch.setattr("zhike.workbench.studio.plan", lambda _asking: bare)
    page = owner.get("/studio/prices").text
    assert WORDS["studio.plan_not_kept"].en in page
    assert "12.50" in page


def test_a_change_is_tried_proposed_approved_by_another_adopted(owner):
    change, page = proposed(owner)
    bank, path = owner.bank, change
    assert WORDS["studio.own_change"].en in page.text
    assert WORDS["studio.winners"].en in page.text  # what was tried stands on the request
    assert f'{path}/approve"' not in page.text
    assert send(owner, f"{path}/approve", reason=REASON).status_code == 409
    assert bank.rows("proposals")[0]["state"] == "proposed"
    second = as_staff(owner, "compliance")
    seen = second.get(f"/studio{path}").text
    assert WORDS["studio.winners"].en in seen
    assert f'{path}/approve"' in seen
    assert WORDS["next.approved"].en in send(second, f"{path}/approve", reason=REASON).text
    assert send(second, f"{path}/carry-out").status_code == 403
    first = as_staff(second, "policy_owner")
    done = send(first, f"{path}/carry-out")
    assert WORDS["next.carried_out"].en in done.text
    assert bank.rows("proposals")[0]["state"] == "carried_out"
    assert "zhike publish" in first.get("/studio").text  # nothing is served by it yet, and the page says so
    history = first.get("/studio/changes").text
    assert WORDS["changing.carried_out"].en in history


def test_a_change_is_refused_with_a_reason_or_withdrawn(owner):
    path, _ = proposed(owner)
    second = as_staff(owner, "compliance")
    assert send(second, f"{path}/refuse", reason="x").status_code == 409
    assert send(second, f"{path}/refuse").status_code == 422
    page = send(second, f"{path}/refuse", reason="the study shows too many who lose")
    assert WORDS["next.refused"].en in page.text
    assert "the study shows too many who lose" in page.text
    first = as_staff(second, "policy_owner")
    path = send(
        first, "/changes", study=first.bank.rows("jobs", {"kind": "whatif"})[0]["job_id"], reason=REASON
    ).url.path
    path = path.removeprefix("/workbench/studio")
    assert (
        WORDS["next.withdrawn"].en
        in send(first, f"{path}/withdraw", reason="not needed any more after all").text
    )


def test_the_funnel_of_the_last_count_stays(owner):
    send(owner, "/funnel", days="7")
    answered(owner.bank)
    page = owner.get("/studio/funnel").text
    numbers = re.findall(r'<td class="n">([\d,]+)</td>', page)
    assert int(numbers[0].replace(",", "")) > 0
    assert WORDS["stage.within_capacity"].en in page


def test_tables_are_kept_as_files_by_whoever_may_see_them(owner):
    import csv

    def table(path):
        answer = owner.get(f"/studio{path}")
        assert answer.headers["content-type"].startswith("text/csv")
        return list(csv.DictReader(answer.text.removeprefix("\ufeff").splitlines()))

    bank = owner.bank
    rules = bank.get("policy_owner", "/v1/conditions", purpose="governance").json()["conditions"]
    assert [one["code"] for one in table("/rules.csv")] == [one["code"] for one in rules]
    offers = bank.get("policy_owner", "/v1/catalogue", purpose="governance").json()["offers"]
    actions = [by["action_id"] for one in offers for by in one["channels"]]
    assert [one["action_id"] for one in table("/catalogue.csv")] == actions
    study = tried(owner)
    assert [one["group"] for one in table(f"{study}/groups.csv")] == ["north"]
    assert owner.get("/studio/studies/nothing/groups.csv").status_code == 404
    owner.client.cookies.clear()
    assert owner.get("/studio/rules.csv").url.path == "/workbench/sign-in"


@pytest.mark.parametrize(("path", "fields", "status"), [
    ("/whatif", {}, 422), ("/whatif", {"key": "holdout.share", "value": "7"}, 422), ("/whatif", {"text": "a: {"}, 422),
    ("/funnel", {"days": "none"}, 422), ("/funnel", {"days": "0"}, 422), ("/changes", {"reason": REASON}, 422),
    ("/changes", {"study": "nothing", "reason": REASON}, 404), ("/changes/nothing/approve", {"reason": REASON}, 404),
    ("/changes/nothing/dance", {}, 404), ("/changes/nothing/carry-out", {}, 404),
])  # fmt: skip
def test_what_cannot_be_done_is_said_and_changes_nothing(owner, path, fields, status):
    page = send(owner, path, **fields)
    assert page.status_code == status, page.text
    assert 'role="alert"' in page.text
    assert (owner.bank.rows("jobs"), owner.bank.rows("proposals")) == ([], [])


def test_a_form_of_another_site_does_nothing(owner):
    fields = {"key": "limits.actions_per_customer", "value": "1"}
    assert owner.post("/studio/whatif", {"form": "0" * 64, **fields}).status_code == 422
    assert owner.bank.rows("jobs") == []


def test_a_study_that_failed_says_why(owner):
    page = send(owner, "/whatif", key="limits.actions_per_customer", value="1").url.path.removeprefix(
        "/workbench"
    )
    with owner.bank.store.write() as tx:
        (row,) = tx.find("jobs", {"kind": "whatif"})
        tx.change("jobs", {"job_id": row["job_id"]}, {"content": {**row["content"], "content": {}}})
    answered(owner.bank)
    assert 'role="alert"' in owner.get(page).text
    assert "packs" in owner.get(page).text


def test_nobody_who_has_not_signed_in_sees_or_does_anything(visit):
    for path in PAGES:
        assert visit.get(f"/studio{path}").url.path == "/workbench/sign-in"
    assert visit.post("/studio/whatif", {"key": "x", "value": "1"}).url.path == "/workbench/sign-in"


@pytest.mark.parametrize(
    ("staff", "sees"), [("analyst", False), ("policy_owner", True), ("compliance", True)]
)
def test_proposals_are_linked_for_those_alone_who_may_see_them(visit, staff, sees):
    page = as_staff(visit, staff).get("/studio").text
    assert ("/studio/changes" in page) is sees
    assert "/studio/funnel" in page
