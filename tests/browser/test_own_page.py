"""The customer's own page in a real browser: a link lets in and leaves no trace, a withdrawal holds, and it fits a phone."""

import os
from itertools import product

import pytest
from real_browser import BROWSER, follow, press, press_enter

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="found neither chromium nor google-chrome; install one to look at the page"
)
DESK, PHONE = 1280, 360
PICTURES = os.environ.get("ZHIKE_PICTURES")
"""Folder into which every page is drawn, for whoever builds it."""
SERIOUS = ("serious", "critical")
WHO = "C02"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from live_server import LiveServer

    served = LiveServer(tmp_path_factory.mktemp("own") / "bank")
    served.bank.decide(WHO, direction="inbound")
    yield served
    served.stop()


class Phone:
    """A window of the browser; whatever the page complains of is kept, and every address that is asked for."""

    def __init__(self, browser, server, language="en", theme="light", width=PHONE, *, scripts=True):
        self.place, self.server = f"http://127.0.0.1:{server.port}", server
        self.context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale=language,
            color_scheme=theme,
            java_script_enabled=scripts,
        )
        self.page, self.complaints, self.asked = self.context.new_page(), [], []
        self.expected = None
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append((request.url, request.headers)))

    def open_link(self, customer=WHO):
        """Open a link as from a message; return its token."""
        status, made = self.server.ask("POST", f"/v1/customers/{customer}/links", staff="integration")
        assert status == 200
        follow(self.page, self.place + made["path"], "#consents")
        return made["token"]

    def picture(self, name):
        if PICTURES:
            self.page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


@pytest.fixture
def phone(browser, server):
    opened = []

    def at(**given):
        opened.append(Phone(browser, server, **given))
        return opened[-1]

    yield at
    for one in opened:
        one.context.close()
        assert [said for said in one.complaints if not (one.expected and one.expected in said)] == []


def test_a_link_lets_in_and_leaves_no_trace(phone, server):
    seat = phone()
    token = seat.open_link()
    assert seat.page.url == f"{seat.place}/me/"
    assert token not in seat.page.content()
    assert seat.page.evaluate("document.cookie") == ""
    for url, headers in seat.asked:
        assert token not in url.partition("#")[0]
        assert token not in headers.get("referer", "")
    seat.page.go_back()
    assert token not in seat.page.url
    assert token not in server.log.read_text("utf-8")


def test_without_scripts_the_link_is_pasted(phone, server):
    seat = phone(scripts=False)
    _, made = server.ask("POST", f"/v1/customers/{WHO}/links", staff="integration")
    seat.page.goto(f"{seat.place}/me/")
    seat.page.fill("[name=token]", f"https://bank.example{made['path']}")
    press_enter(seat.page)
    assert seat.page.locator("#consents").count() == 1
    press(seat.page.locator("#marketing button").first)
    assert seat.page.get_by_role("status").is_visible()


def test_a_withdrawal_on_the_page_holds_for_the_next_decision(phone, server):
    def sales():
        asked = {"customer_id": WHO, "direction": "inbound"}
        _, answer = server.ask("POST", "/v1/decisions", asked, staff="integration")
        return [one for one in answer["actions"] if one["kind"] == "sale"]

    seat = phone()
    seat.open_link()
    marketing = seat.page.locator("#marketing")
    press(marketing.get_by_role("button", name=WORDS["own.yes"].en).first)
    assert seat.page.get_by_role("status").is_visible()
    assert sales()
    press(marketing.get_by_role("button", name=WORDS["own.no"].en, exact=True).first)
    assert seat.page.locator("#marketing > p", has_text=WORDS["agreed.no"].en).first.is_visible()
    assert not sales()
    press(marketing.get_by_role("button", name=WORDS["own.yes"].en).first)
    assert seat.page.locator("#marketing > p", has_text=WORDS["agreed.yes"].en).first.is_visible()
    assert sales()


def test_the_file_is_fetched(phone):
    seat = phone()
    seat.open_link()
    with seat.page.expect_download() as fetched:
        seat.page.get_by_role("button", name=WORDS["own.download"].en).click()
    assert fetched.value.suggested_filename == "my-data.json"


def test_a_dead_link_says_so(phone):
    seat = phone()
    seat.expected = "401"
    follow(seat.page, f"{seat.place}/me/#{'x' * 43}", "[role=alert]")
    assert WORDS["own.ended"].en in seat.page.content()
    assert "x" * 43 not in seat.page.url


@pytest.mark.parametrize(
    ("language", "theme", "width"), list(product(LANGUAGES, ("light", "dark"), (DESK, PHONE)))
)
def test_nothing_is_wider_than_the_window(phone, language, theme, width):
    seat = phone(language=language, theme=theme, width=width)
    seat.page.goto(f"{seat.place}/me/")
    seat.picture(f"own-enter-{language}-{theme}-{width}")
    seat.open_link()
    for fold in seat.page.query_selector_all("main details"):
        fold.evaluate("fold => fold.open = true")
    seat.picture(f"own-{language}-{theme}-{width}")
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= width
    assert seat.page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_barrier(phone, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    seat = phone(theme=theme)
    seat.page.goto(f"{seat.place}/me/")
    serious = axe.Axe().run(seat.page).response["violations"]
    seat.open_link()
    for fold in seat.page.query_selector_all("details"):
        fold.evaluate("fold => fold.open = true")
    serious += axe.Axe().run(seat.page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in serious if one["impact"] in SERIOUS] == []
