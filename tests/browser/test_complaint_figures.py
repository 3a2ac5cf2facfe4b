"""What the desk and the analysis of complaints say first, in a real browser: what is due, what is pressing, what moves; by keyboard and on a phone."""

import pytest
from complained_bank import complain
from real_browser import BROWSER, press
from real_desk import DESK, PICTURES, Desk

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="found neither chromium nor google-chrome; install one to look at the pages"
)
PHONE = 360
SERIOUS = ("serious", "critical")
OFFICER, COMPLIANCE = "complaints_officer", "compliance"
PRESSING, USUAL = "C06", "C07"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from live_thread import LiveThread

    with LiveThread(tmp_path_factory.mktemp("figures") / "bank") as served:
        served.bank.clock.later(days=-177)  # so that the calendar of what is due now is published
        complain(served.bank, 110, apart=55, tiers=("C01", "C02"), sweetened=4_000)
        for customer, words in (
            (PRESSING, "有人上门催收，威胁我的家人。"),
            (USUAL, "The queue was long."),
        ):
            body = {"customer_id": customer, "channel": "phone", "words": words}
            assert served.ask("POST", "/v1/complaints", body, staff=OFFICER, purpose="complaint")[0] == 200
        yield served


@pytest.fixture(scope="module")
def sessions():
    return {}


@pytest.fixture
def seat(browser, server, sessions):
    opened = []

    def at(staff, path, **given):
        desk = Desk(browser, server, sessions, **given)
        opened.append(desk)
        return desk.sign_in(path, staff)

    yield at
    for desk in opened:
        desk.context.close()
        assert desk.complaints == []


def test_the_desk_is_filtered_by_harm_and_from_its_counts(seat):
    page = seat(OFFICER, "/complaints").page
    lines = page.locator("article.case")
    assert lines.filter(has_text=USUAL).count() > 0
    page.locator("[name=urgency]").select_option("highest")
    press(page.get_by_role("button", name=WORDS["complaint.filter"].en))
    assert "urgency=highest" in page.url
    assert lines.count() == 1
    assert "王小红" in lines.inner_text()
    assert WORDS["pressing.3"].en in lines.inner_text()
    assert lines.get_attribute("class").split()[-1] == "urgent"
    free = page.locator(".counts div", has_text=WORDS["complaint.count_free"].en)
    count = int(free.locator("dd").inner_text())
    press(free.get_by_role("link"))
    assert "handler=none" in page.url
    assert page.locator("[name=handler]").input_value() == "none"
    assert lines.count() == count


def test_columns_of_the_queue_stand_below_each_other(seat):
    page = seat(OFFICER, "/complaints").page
    places = page.locator("article.case > div:nth-child(3)").evaluate_all(
        "found => found.map(one => Math.round(one.getBoundingClientRect().left / 4))"
    )
    assert len(places) > 1
    assert max(places) - min(places) <= 1  # a border of what is urgent is wider


def test_a_case_says_next_step_and_dates_first_and_opens_the_next_move(seat, server):
    row = server.bank.rows("complaints", {"customer_id": PRESSING, "open": True})[-1]
    page = seat(OFFICER, f"/complaints/{row['complaint_id']}").page
    first = page.locator("main > p.verdict")
    assert WORDS["complaint.next"].en in first.inner_text()
    assert page.locator("#do ~ details[open]").count() == 1
    assert page.locator("#do ~ details").first.get_attribute("open") is not None
    facts = page.locator("main > dl.facts dt").all_inner_texts()
    assert facts[:2] == [WORDS["complaint.safe"].en, WORDS["complaint.legal"].en]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past head and navigation
    page.wait_for_function("document.activeElement.id === 'content'")
    # By keyboard alone to the next move: what is reached is seen, and in the order of the page.
    tops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        tops.append(page.evaluate("document.activeElement.getBoundingClientRect().top + scrollY"))
        if page.evaluate("document.activeElement.name") == "notice":
            break
    else:
        raise AssertionError("twelve steps do not lead to the next move")
    assert tops == sorted(tops)


LOOKS = [(language, "dark", PHONE) for language in LANGUAGES] + [("en", "light", DESK)]


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    LOOKS if PICTURES else LOOKS[1:2],
)
def test_the_analysis_is_read_on_a_phone_and_at_a_desk(seat, language, theme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    desk = seat(COMPLIANCE, "/complaints/analysis?facet=issue", language=language, theme=theme, width=width)
    page = desk.page
    # What asks for somebody leads to the part that tells it.
    pointed = page.locator("#attention ~ ul a")
    assert WORDS["audit.differs"].in_language(language) in pointed.all_inner_texts()
    for one in pointed.all():
        assert page.locator(one.get_attribute("href")).count() == 1
    # Every chart has its figures beside it.
    charts = page.locator("svg.chart")
    assert charts.count() == 1 + 4
    for figure in page.locator("#trend ~ .charts figure").all():
        dots, rows = figure.locator("circle").count(), figure.locator("tbody tr").count()
        assert dots == rows > 6
    sizes = page.locator("#trend ~ .charts svg text").evaluate_all(
        "found => found.map(one => parseFloat(getComputedStyle(one).fontSize) * one.ownerSVGElement.getBoundingClientRect().width / 640)"
    )
    assert min(sizes) >= 9.5  # pixels as they are seen
    for fold in page.query_selector_all("main details"):
        fold.evaluate("fold => fold.open = true")
    desk.picture(f"analysis-{language}-{theme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    unnamed = page.locator("table:not([aria-labelledby]):not(:has(caption))")
    assert unnamed.count() == 0
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == []
