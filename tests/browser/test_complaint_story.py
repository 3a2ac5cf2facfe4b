"""Complaints in a real browser: from a telephone to the root cause, and one that needs longer; every page in every language, light and dark."""

import os
from itertools import product

import pytest
from real_browser import BROWSER
from real_desk import DESK, Desk

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="found neither chromium nor google-chrome; install one to look at the pages"
)
PHONE = 360
PICTURES = os.environ.get("ZHIKE_PICTURES")
SERIOUS = ("serious", "critical")
WHO, OTHER = "C02", "C06"
OFFICER, LEAD = "complaints_officer", "complaints_lead"
PATIENCE = 60_000
"""Milliseconds for which a page may take to come, on a slow machine."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from live_thread import LiveThread

    with LiveThread(tmp_path_factory.mktemp("complaints") / "bank") as served:
        yield served


@pytest.fixture(scope="module")
def sessions():
    return {}


@pytest.fixture
def phone(browser, server):
    """Somebody in front of their own page, on a telephone without scripts; whatever a page complains of is kept."""
    opened = []

    def at(customer, **given):
        usual = {"viewport": {"width": PHONE, "height": 740}, "java_script_enabled": False, "locale": "en"}
        context = browser.new_context(**{**usual, **given})
        context.set_default_timeout(PATIENCE)
        page, complaints = context.new_page(), []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened.append((context, complaints))
        _, made = server.ask("POST", f"/v1/customers/{customer}/links", staff="integration")
        page.goto(f"http://127.0.0.1:{server.port}/me/")
        page.fill("[name=token]", made["token"])
        page.keyboard.press("Enter")
        page.locator("#complaints").wait_for()
        return page

    yield at
    for context, complaints in opened:
        context.close()
        assert complaints == []


@pytest.fixture
def seat(browser, server, sessions):
    """Members of staff in front of the desk."""
    opened = []

    def at(staff, path="/complaints", **given):
        desk = Desk(browser, server, sessions, **given)
        desk.context.set_default_timeout(PATIENCE)
        opened.append(desk)
        return desk.sign_in(path, staff)

    yield at
    for desk in opened:
        desk.context.close()
        assert desk.complaints == []


def picture(page, name):
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def steps(page):
    """Return the titles of the steps that the page shows, the first of them first."""
    return [title.partition(". ")[2] for title in reversed(page.locator("#steps ~ article h3").all_inner_texts())]


def move(page, name, ticked=(), **said):
    """Fill in the form of a move and send it; wait until the case stands there with it."""
    before = page.locator("#steps ~ article").count()
    fold = page.locator(f"#move-{name}")
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.click()
    for field, value in said.items():
        box = fold.locator(f"[name='{field}']")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    for field in ticked:
        fold.locator(f"[name='{field}']").check()
    fold.locator("button.main").click()
    page.locator(f"#step-{before}").wait_for()


def complain(page, words, **more):
    """Complain on one's own page; return the number of the case."""
    page.get_by_role("link", name=WORDS["mine.new"].en, exact=True).click()
    page.fill("[name=words]", words)
    for field, value in more.items():
        box = page.locator(f"[name={field}]")
        if field == "business":
            box.select_option(value)
        else:
            box.fill(value)
    picture(page, "complaint-1-form")
    page.get_by_role("button", name=WORDS["mine.send"].en).click()
    page.get_by_role("status").wait_for()
    return page.url.partition("?")[0].rpartition("/")[2]


def sales(server, customer=WHO):
    asked = {"customer_id": customer, "direction": "inbound"}
    _, answer = server.ask("POST", "/v1/decisions", asked, staff="integration")
    return [one for one in answer["actions"] if one["kind"] == "sale"]


def test_from_a_telephone_to_the_root_cause(phone, seat, server):
    assert sales(server)
    mine = phone(WHO)
    name = complain(mine, "The annual fee was taken twice.", business="credit_card", wanted="My money, and an explanation.")
    picture(mine, "complaint-2-taken-in")
    assert not sales(server)

    desk = seat(OFFICER)
    desk.picture("complaint-3-desk")
    desk.page.locator(f"#{name} h3 a").click()
    desk.picture("complaint-4-case")
    move(desk.page, "acknowledge", notice="electronic")
    move(desk.page, "assess", complexity="simple", business="credit_card", issue="pricing")
    move(desk.page, "investigate")
    money = {"amount.refund": "600"}
    move(
        desk.page, "propose", ["redress.refund", "redress.apology"], findings="The run of 30 June went twice.", outcome="upheld",
        major="no", legal="no", regulatory="no", **money,
    )  # fmt: skip
    assert desk.page.locator("#move-pass").count() == 0  # nobody approves what they proposed
    desk.picture("complaint-5-proposed")

    lead = seat(LEAD, f"/complaints/{name}")
    move(lead.page, "pass", reason="As it should be.")

    desk.page.reload()
    assert "The run of 30 June went twice." in desk.page.locator("#move-inform [name=letter]").input_value()
    move(desk.page, "inform", notice="electronic")

    mine.goto(f"http://127.0.0.1:{server.port}/me/complaints/{name}")
    picture(mine, "complaint-6-answer")
    assert "refund 600.00" in mine.inner_text("main")
    mine.get_by_role("button", name=WORDS["mine.survey_start"].en).click()
    mine.get_by_role("radio", name="Yes", exact=True).first.check()
    picture(mine, "complaint-7-survey")
    mine.goto(f"http://127.0.0.1:{server.port}/me/complaints/{name}")
    mine.get_by_role("button", name=WORDS["move.accept"].en).click()
    mine.get_by_role("status").wait_for()

    desk.page.reload()
    move(desk.page, "close", cause="mistake")
    desk.picture("complaint-8-closed")
    assert steps(desk.page) == [
        "received", "acknowledge", "assess", "investigate", "propose a decision", "pass", "tell the customer", "note that the customer accepts",
        "close with the cause",
    ]  # fmt: skip
    proof = desk.page.locator("#step-6 code").first.inner_text()
    desk.page.goto(f"{desk.place}/complaints/{name}/letters/6")
    assert proof in desk.page.inner_text("main")
    desk.picture("complaint-9-letter")
    assert sales(server)


def test_one_that_needs_longer_by_law_is_told_so(phone, seat, server):
    mine = phone(OTHER)
    name = complain(mine, "I lost money on a product that nobody explained.", business="agency")
    desk = seat(OFFICER, f"/complaints/{name}")
    move(desk.page, "assess", complexity="complex", business="agency", issue="disclosure")
    move(desk.page, "investigate")
    _, before = case(server, name)
    assert desk.page.locator("#move-extend").count() == 0
    assert "another person" not in desk.page.locator("#do ~ details").last.inner_text()

    lead = seat(LEAD, f"/complaints/{name}")
    draft = lead.page.locator("#move-extend [name=letter]").input_value()
    assert "we need more time" in draft
    move(lead.page, "extend", to="special", reason="The issuer's records are abroad.", approver="superior_institution", notice="electronic")
    lead.picture("complaint-10-extended")
    _, after = case(server, name)
    assert after["legal_due"] > before["legal_due"]
    decide = next(one for one in after["clocks"]["clocks"] if one["id"] == "decide")
    assert (decide["state"], decide["needs"], decide["legal_due"]) == ("running", [], after["legal_due"])

    mine.goto(f"http://127.0.0.1:{server.port}/me/complaints/{name}")
    picture(mine, "complaint-11-told")
    assert "we need more time" in mine.inner_text("main")


def case(server, name):
    return server.ask("GET", f"/v1/complaints/{name}", staff=OFFICER, purpose="complaint")
