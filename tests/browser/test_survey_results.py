"""Pages of questionnaires and of results of surveys in a real browser: one visit over all of them, by whoever measures quality."""

import pytest
from real_browser import BROWSER, press
from real_desk import PICTURES, Desk

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="found neither chromium nor google-chrome; install one to look at the pages"
)
PHONE, DESK = 360, 1280
PAGES = (
    "/surveys", "/surveys/nps", "/surveys/servqual_bank/preview?elder=yes", "/surveys/ecsi_bank/results", "/surveys/nps/results?by=mode",
    "/surveys/ecsi_bank/model", "/surveys/nps/waves", "/surveys/complaint_handling/attributes", "/surveys/servqual_bank/attributes",
    "/surveys/kano_service/attributes", "/surveys/journey_pulse/journeys", "/surveys/nps/words", "/surveys/ces/results",
)  # fmt: skip
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from heard_bank import hear_everything
    from live_server import LiveServer

    folder = tmp_path_factory.mktemp("heard") / "bank"
    served = LiveServer(folder, publish=hear_everything)
    yield served
    served.stop()


LOOKS = [(language, width) for language in LANGUAGES for width in ((DESK, PHONE) if PICTURES else (PHONE,))]
"""Language and width: the desk too where pages are drawn; else a phone, where what is too wide and what scrolls shows."""


def test_results_are_read_in_every_language_on_a_phone(browser, server):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    sessions = {}
    for language, width in LOOKS:
        theme = "dark" if width == PHONE else "light"
        seat = Desk(browser, server, sessions, language=language, theme=theme, width=width)
        for path in PAGES if language == "en" or PICTURES else PAGES[3:7]:
            seat.sign_in(path, "service_quality")
            for fold in seat.page.query_selector_all("details:not(.choices)"):
                fold.evaluate("fold => fold.open = true")
            seat.picture(f"heard{path.replace('/', '-').partition('?')[0]}-{language}-{width}")
            assert seat.page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert seat.page.evaluate("document.documentElement.lang") == language
            if (language, width) == ("en", PHONE):
                found = axe.Axe().run(seat.page).response["violations"]
                serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS]
                assert serious == [], path
        assert seat.complaints == []
        seat.context.close()


def test_a_preview_is_filled_in_without_scripts_and_kept_nowhere(browser, server):
    seat = Desk(browser, server, {}).sign_in("/surveys/nps", "service_quality")
    cookies = seat.context.cookies()
    plain = browser.new_context(
        viewport={"width": PHONE, "height": 740}, java_script_enabled=False, locale="en"
    )
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(f"{seat.place}/surveys/nps")
    before = len(server.bank.rows("survey_answers"))
    press(page.get_by_role("link", name=WORDS["instrument.preview"].en))
    press(page.get_by_role("button", name=WORDS["survey.next"].en))
    assert page.locator("[role=alert]").count() == 1  # what is missing is said
    page.get_by_role("radio", name="6", exact=True).check()
    press(page.get_by_role("button", name=WORDS["survey.next"].en))
    assert "You answered 6. What disappointed you?" in page.inner_text("main")
    page.get_by_role("radio", name="No, thank you").check()
    press(page.get_by_role("button", name=WORDS["survey.next"].en))
    assert WORDS["instrument.preview_end"].en in page.inner_text("main")
    assert len(server.bank.rows("survey_answers")) == before
    assert seat.complaints == []
    plain.close()
    seat.context.close()
