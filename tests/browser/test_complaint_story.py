"""Complaints in a real browser: from a telephone to the root cause, and one that needs longer; every page in every language, light and dark."""

import os
from itertools import product

import pytest
from real_browser import BROWSER, press, press_enter
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
        press_enter(page)
        assert page.locator("#complaints").count() == 1
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
    return [
        title.partition(". ")[2] for title in reversed(page.locator("#steps ~ article h3").all_inner_texts())
    ]


def move(page, name, ticked=(), **said):
    """Fill in the form of a move and send it; the case stands there with it."""
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
    press(fold.locator("button.main"))
    assert page.locator("#steps ~ article").count() == before + 1
    assert page.locator(f"#step-{before}").count() == 1


def complain(page, words, **more):
    """Complain on one's own page; return the number of the case."""
    press(page.get_by_role("link", name=WORDS["mine.new"].en, exact=True))
    page.fill("[name=words]", words)
    for field, value in more.items():
        box = page.locator(f"[name={field}]")
        if field == "business":
            box.select_option(value)
        else:
            box.fill(value)
    picture(page, "complaint-1-form")
    press(page.get_by_role("button", name=WORDS["mine.send"].en))
    assert page.get_by_role("status").is_visible()
    return page.url.partition("?")[0].rpartition("/")[2]


def sales(server, customer=WHO):
    asked = {"customer_id": customer, "direction": "inbound"}
    _, answer = server.ask("POST", "/v1/decisions", asked, staff="integration")
    return [one for one in answer["actions"] if one["kind"] == "sale"]


def test_from_a_telephone_to_the_root_cause(phone, seat, server):
    assert sales(server)
    mine = phone(WHO)
    name = complain(
        mine,
        "The annual fee was taken twice.",
        business="credit_card",
        why="I want my money, and an explanation.",
    )
    picture(mine, "complaint-2-taken-in")
    assert not sales(server)

    desk = seat(OFFICER)
    desk.picture("complaint-3-desk")
    press(desk.page.locator(f"#{name} h3 a"))
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
    press(mine.get_by_role("button", name=WORDS["mine.survey_start"].en))
    mine.get_by_role("radio", name="Yes", exact=True).first.check()
    picture(mine, "complaint-7-survey")
    mine.goto(f"http://127.0.0.1:{server.port}/me/complaints/{name}")
    press(mine.get_by_role("button", name=WORDS["move.accept"].en))
    assert mine.get_by_role("status").is_visible()

    desk.page.reload()
    move(desk.page, "close", cause="mistake")
    desk.picture("complaint-8-closed")
    assert steps(desk.page) == [
        "received", "acknowledge", "assess", "investigate", "propose a decision", "pass", "tell the customer", "note that the customer accepts",
        "close with the cause",
    ]  # fmt: skip
    proof = desk.page.locator("#step-6 dd code").first.inner_text()
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
    move(
        lead.page,
        "extend",
        to="special",
        reason="The issuer's records are abroad.",
        approver="superior_institution",
        notice="electronic",
    )
    lead.picture("complaint-10-extended")
    _, after = case(server, name)
    assert after["legal_due"] > before["legal_due"]
    decide = next(one for one in after["clocks"]["clocks"] if one["id"] == "decide")
    assert (decide["state"], decide["needs"], decide["legal_due"]) == ("running", [], after["legal_due"])

    mine.goto(f"http://127.0.0.1:{server.port}/me/complaints/{name}")
    picture(mine, "complaint-11-told")
    assert "we need more time" in mine.inner_text("main")


EVERY = tuple(product(LANGUAGES, ("light", "dark"), (DESK, PHONE)))
FEW = (("en", "light", DESK), ("zh-Hans", "dark", PHONE), ("zh-Hant", "light", PHONE))
"""Ways to look at a page; all of them for whoever builds it, else each language, appearance and size once."""


@pytest.fixture(scope="module")
def told(server):
    """Return a complaint with an answer, a named member of staff and an extension behind it, and one that waits for the customer."""
    body = {
        "channel": "letter",
        "words": "重复扣费\nThe fee was taken twice.",
        "named": ["rm"],
        "particulars": {"when": "last week", "why": "I want my money."},
        "speaker": {"name": "Ann Li", "mandate": "power of attorney of 1 June"},
    }
    both = [
        server.ask(
            "POST", "/v1/complaints", {"customer_id": "C01", **body}, staff=OFFICER, purpose="complaint"
        )[1]["complaint_id"]
        for _ in range(2)
    ]
    assess = {"move": "assess", "complexity": "complex", "business": "credit_card", "issue": "pricing"}
    notice = {"notice": {"channel": "electronic"}, "letter": "A letter.\n\nWith two paragraphs."}
    asks = {"move": "ask", "documents": ["receipt"], "reason": "to compare", **notice}
    more = {
        "move": "extend",
        "to": "special",
        "reason": "abroad",
        "approver": "superior_institution",
        **notice,
    }
    plan = [(OFFICER, assess), (OFFICER, {"move": "investigate"}), (LEAD, more)]
    ends = (
        [(OFFICER, asks)],
        [
            (OFFICER, FOUND),
            (LEAD, {"move": "pass", "reason": "As it should be."}),
            (OFFICER, {"move": "inform", **notice}),
        ],
    )
    for name, end in zip(both, ends, strict=True):
        for staff, said in [*plan, *end]:
            status, answer = server.ask(
                "POST", f"/v1/complaints/{name}/moves", said, staff=staff, purpose="complaint"
            )
            assert status == 200, answer
    group = {"subject": "the fee of June", "complaints": both, "representatives": both[:1], "people": 25}
    assert server.ask("POST", "/v1/complaint-groups", group, staff=OFFICER, purpose="complaint")[0] == 200
    return both


FOUND = {
    "move": "propose", "findings": "taken twice", "outcome": "upheld", "redress": [{"kind": "refund", "amount": 12050}], "major": False,
    "legal": False, "regulatory": False,
}  # fmt: skip


@pytest.mark.parametrize(("language", "theme", "width"), EVERY if PICTURES else FEW)
def test_nothing_is_wider_than_the_window(phone, seat, told, server, language, theme, width):
    asked, answered = told
    given = {"language": language, "theme": theme, "width": width}
    desk = seat(OFFICER, **given)
    shown = {
        "desk": "/complaints", "new": "/complaints/new", "asked": f"/complaints/{asked}", "answered": f"/complaints/{answered}",
        "standards": "/complaints/standards", "letter": f"/complaints/{answered}/letters/6",
    }  # fmt: skip
    for name, path in shown.items():
        desk.page.goto(f"{desk.place}{path}")
        looked_at(desk.page, f"desk-{name}-{language}-{theme}-{width}", language, width)
    lead = seat(LEAD, f"/complaints/{answered}", **given)
    looked_at(lead.page, f"desk-lead-{language}-{theme}-{width}", language, width)
    size = {"width": width, "height": 740}
    mine = phone("C01", locale=language, color_scheme=theme, viewport=size)
    for name, path in {"list": "", "form": "/new", "asked": f"/{asked}", "answered": f"/{answered}"}.items():
        mine.goto(f"http://127.0.0.1:{server.port}/me/complaints{path}")
        looked_at(mine, f"mine-{name}-{language}-{theme}-{width}", language, width)


def looked_at(page, name, language, width):
    page.locator("h1").wait_for()
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
    picture(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert page.evaluate("document.documentElement.lang") == language


def test_no_serious_barrier(phone, seat, told, server):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    desk, found = seat(OFFICER), []
    for path in ("/complaints", "/complaints/new", f"/complaints/{told[1]}", "/complaints/standards"):
        desk.page.goto(f"{desk.place}{path}")
        found += axe.Axe().run(desk.page).response["violations"]
    mine = phone("C01", java_script_enabled=True, color_scheme="dark")
    for path in ("/new", f"/{told[0]}", f"/{told[1]}"):
        mine.goto(f"http://127.0.0.1:{server.port}/me/complaints{path}")
        found += axe.Axe().run(mine).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == []


def case(server, name):
    return server.ask("GET", f"/v1/complaints/{name}", staff=OFFICER, purpose="complaint")
