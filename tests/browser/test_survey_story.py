"""The closed loop in a real browser: a customer fills in a survey on a phone, is unhappy, is called back, and the next decision obeys."""

import os
from itertools import product

import pytest
from real_browser import BROWSER, answered, press, press_enter
from real_desk import Desk

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="found neither chromium nor google-chrome; install one to look at the pages"
)
PHONE = {"width": 360, "height": 740}
PICTURES = os.environ.get("ZHIKE_PICTURES")
SERIOUS = ("serious", "critical")
WHO, RM = "C02", "rm"
"""A customer of tier private who agreed to marketing, and who advises them."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from live_server import LiveServer

    served = LiveServer(tmp_path_factory.mktemp("story") / "bank")
    yield served
    served.stop()


@pytest.fixture
def phone(browser):
    """A phone-sized window without scripts; whatever a page complains of is kept."""
    opened = []

    def at(**given):
        context = browser.new_context(viewport=PHONE, java_script_enabled=False, **given)
        page, complaints = context.new_page(), []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened.append((context, complaints))
        return page

    yield at
    for context, complaints in opened:
        context.close()
        assert complaints == []


def invite(server, instrument="csat", customer=WHO):
    status, made = server.ask(
        "POST", "/v1/surveys", {"customer_id": customer, "instrument": instrument}, staff=RM
    )
    assert status == 200, made
    return made["invitation_id"]


def enter(page, server, customer=WHO):
    _, made = server.ask("POST", f"/v1/customers/{customer}/links", staff="integration")
    page.goto(f"http://127.0.0.1:{server.port}/me/")
    page.fill("[name=token]", made["token"])
    press_enter(page)
    assert page.locator("#surveys").count() == 1


def picture(page, name):
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def sales(server):
    _, answer = server.ask(
        "POST", "/v1/decisions", {"customer_id": WHO, "direction": "inbound"}, staff="integration"
    )
    return [one for one in answer["actions"] if one["kind"] == "sale"]


def test_an_unhappy_customer_is_called_back_and_offered_nothing_until_then(phone, browser, server):
    assert sales(server)
    invite(server)
    page = phone(locale="en")
    enter(page, server)
    press(page.get_by_role("link", name=WORDS["survey.start"].en))
    picture(page, "survey-1-asked")
    page.get_by_role("radio", name="1 – very dissatisfied").check()
    press(page.get_by_role("button", name=WORDS["survey.next"].en))
    page.get_by_role("radio", name="The waiting").check()
    page.get_by_role("textbox").fill("I waited for two hours.")
    picture(page, "survey-2-why")
    press(page.get_by_role("button", name=WORDS["survey.next"].en))
    picture(page, "survey-3-ready")
    press(page.get_by_role("button", name=WORDS["survey.send"].en))
    assert page.url.endswith("/thanks")
    picture(page, "survey-4-thanks")
    assert WORDS["survey.no_offers"].en in page.inner_text("main")
    assert not sales(server)

    desk = Desk(browser, server, {}).sign_in("/today", RM)
    line = desk.page.locator("article.line", has_text="Call back: unhappy in a survey")
    assert line.count() == 1
    assert WHO in line.inner_text() or "单芳" in line.inner_text()
    desk.picture("survey-5-day")
    desk.page.goto(f"{desk.place}/loops")
    assert "I waited for two hours." in desk.page.inner_text("main")
    desk.picture("survey-6-board")
    desk.page.get_by_text(WORDS["loop.close"].en).first.click()
    desk.page.locator("[name=cause]").select_option("waiting")
    desk.page.locator("[name=action]").fill("A second counter at noon; apologised.")
    desk.page.locator("[name=words]").fill("Good that somebody calls.")
    desk.picture("survey-7-closing")
    press(desk.page.get_by_role("button", name=WORDS["loop.close"].en))
    assert "/loops?state=closed" in desk.page.url
    assert "A second counter at noon" in desk.page.inner_text("main")
    desk.picture("survey-8-closed")
    desk.page.goto(f"{desk.place}/today")
    assert desk.page.locator("article.line", has_text="Call back: unhappy in a survey").count() == 0
    desk.page.goto(f"{desk.place}/customers/{WHO}")
    desk.picture("survey-9-customer")
    assert WORDS["happened.call_back"].en in desk.page.locator("#timeline").locator("..").inner_text()
    assert desk.complaints == []
    desk.context.close()

    assert sales(server)
    page.goto(f"http://127.0.0.1:{server.port}/me/")
    assert "A second counter at noon" in page.inner_text("main")
    picture(page, "survey-10-told")


@pytest.mark.parametrize(("language", "elder"), list(product(LANGUAGES, (False, True))))
def test_every_page_of_a_long_survey_fits_a_phone(phone, server, language, elder):
    customer = f"C0{1 + 2 * LANGUAGES.index(language) + elder}" if language != "en" else ("C10", "C07")[elder]
    status, made = server.ask(
        "POST",
        "/v1/surveys",
        {"customer_id": customer, "instrument": "complaint_handling"},
        staff="integration",
    )
    assert status == 200, made
    page = phone(locale=language)
    enter(page, server, customer)
    page.goto(f"http://127.0.0.1:{server.port}/me/surveys/{made['invitation_id']}")
    if elder:
        press(page.get_by_role("button", name=WORDS["survey.elder"].in_language(language)))
        assert page.locator(".large").count() == 1
    picture(page, f"survey-long-{language}-{'elder' if elder else 'usual'}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate("document.documentElement.lang") == language
    press(page.get_by_role("button", name=WORDS["survey.next"].in_language(language)))
    assert page.locator("[role=alert]").count() >= 1  # what was left out is said where it is
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_no_serious_barrier_in_a_survey(browser, server):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    context = browser.new_context(viewport=PHONE, locale="en")
    page, found = context.new_page(), []
    name = invite(server, "servqual_bank")
    enter(page, server)
    page.goto(f"http://127.0.0.1:{server.port}/me/surveys/{name}")
    found += axe.Axe().run(page).response["violations"]
    press(page.get_by_role("button", name=WORDS["survey.next"].en))
    found += axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == []
    context.close()


def handed_over(seat, instrument="csat"):
    """Ask from a customer's page, over this device; return the page as the customer has it."""
    page = seat.page
    page.locator(
        "#surveys ~ details summary", has_text=WORDS["asking.ask"].in_language(seat.language)
    ).click()
    page.locator("[name=instrument]").select_option(instrument)
    page.locator("[name=mode][value=tablet]").check()
    seat.picture(f"modes-ask-{seat.language}")
    press(page.get_by_role("button", name=WORDS["asking.go"].in_language(seat.language), exact=True))
    assert "/me/surveys/" in page.url
    return page


def looked_at(seat, width, name, axe=None):
    """Draw a page, see that it is not wider than its window and, where asked for, that it has no serious barrier."""
    seat.picture(f"modes-{name}-{seat.language}-{width}")
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= width, name
    if axe is not None:
        found = axe.Axe().run(seat.page).response["violations"]
        serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS]
        assert serious == [], name


LOOKS = [
    (language, theme, width) for language in LANGUAGES for theme, width in (("dark", 360), ("light", 1280))
]


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS if PICTURES else LOOKS[::2])
def test_a_tablet_is_handed_over_and_a_kiosk_left_alone(browser, server, language, theme, width):
    """On a narrow window in every language: what the customer has in hand shows no way back, and forgets by itself."""
    axe = (
        pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
        if language == "en"
        else None
    )
    seat = Desk(browser, server, {}, language=language, theme=theme, width=width)
    seat.language = language
    seat.sign_in("/customers/C05", RM)
    page = handed_over(seat, {"en": "csat", "zh-Hans": "ces", "zh-Hant": "branch_service"}[language] if width == 360 else {"en": "nps", "zh-Hans": "five_satisfactions", "zh-Hant": "kano_service"}[language])  # fmt: skip
    looked_at(seat, width, "tablet", axe)
    assert page.locator("nav, .find, .out").count() == 0
    page.go_back()
    assert "/workbench/sign-in" in page.url
    page.goto(f"{seat.place.removesuffix('/workbench')}/me/")
    assert "/me/surveys/" in page.url
    page.locator("details.leaving summary").click()
    press(page.get_by_role("button", name=WORDS["survey.not_this"].in_language(language)))
    assert page.url.endswith("/thanks")
    assert WORDS["device.back"].in_language(language) in page.inner_text("main")
    looked_at(seat, width, "tablet-back", axe)
    kiosk_left_alone(seat, width, axe)
    assert seat.complaints == []
    seat.context.close()


def kiosk_left_alone(seat, width, axe):
    """Make the device a kiosk, begin, and go away."""
    page, words = seat.page, lambda key: WORDS[key].in_language(seat.language)
    page.clock.install()
    seat.sessions.clear()
    seat.sign_in("/kiosks", "branch_manager")
    page.locator("[name=name]").fill("At the door")
    looked_at(seat, width, "kiosks", axe)
    press(page.get_by_role("button", name=words("kiosk.set_up")))
    assert page.url.endswith("/me/kiosk")
    looked_at(seat, width, "kiosk", axe)
    press(page.get_by_role("button", name=words("survey.start"), exact=True))
    assert page.url.endswith("/me/kiosk/sheet")
    looked_at(seat, width, "kiosk-sheet", axe)
    page.get_by_role("radio").nth(3).check()
    left_alone(page, 61, "/still")
    looked_at(seat, width, "kiosk-still", axe)
    press(page.get_by_role("link", name=words("kiosk.go_on")))
    assert page.url.endswith("/me/kiosk/sheet")
    left_alone(page, 61, "/still")
    left_alone(page, 31, "")


def left_alone(page, seconds, leads):
    """Let nobody touch the kiosk for so long; see to which of its pages it goes."""
    with answered(page):
        page.clock.fast_forward(1_000 * seconds)
    assert page.url.endswith(f"/me/kiosk{leads}")


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS if PICTURES else LOOKS[:1])
def test_a_survey_is_read_out_on_the_phone(browser, server, language, theme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    seat = Desk(browser, server, {}, language=language, theme=theme, width=width)
    seat.language = language
    status, made = server.ask("POST", "/v1/surveys", {"customer_id": "C04", "instrument": {"en": "csat", "zh-Hans": "nps", "zh-Hant": "ces"}[language] if width == 360 else {"en": "branch_service", "zh-Hans": "kano_service", "zh-Hant": "five_satisfactions"}[language], "mode": "phone"}, staff=RM)  # fmt: skip
    assert status == 200, made
    seat.sign_in(f"/asking/{made['invitation_id']}", RM)
    looked_at(seat, width, "call", axe)
    page = seat.page
    for box in page.locator(".unsaid [value=refused]").all():
        box.check()
    press(page.get_by_role("button", name=WORDS["survey.next"].in_language(language)))
    looked_at(seat, width, "call-2", axe)
    assert server.bank.rows("survey_answers", {"invitation_id": made["invitation_id"]})[0]["mode"] == "phone"
    assert seat.complaints == []
    seat.context.close()
