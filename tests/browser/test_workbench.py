"""The workbench in a real browser, behind the real server: it can be used, read in each language, and walked through by keyboard."""

import datetime as dt
from itertools import product

import pytest
from real_browser import BROWSER, answered, press, press_enter
from real_desk import DESK, PICTURES, TABLET, Desk

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="found neither chromium nor google-chrome; install one to look at the pages"
)
PAGES = (
    ("rm", "/today"), ("rm", "/customers/C02"), ("rm", "/customers/C02/sheet"), ("branch_manager", "/team"), ("branch_manager", "/loops"),
    ("policy_owner", "/studio"), ("policy_owner", "/studio/catalogue"),
    ("policy_owner", "/studio/policy"), ("compliance", "/studio/rules"),
    ("policy_owner", "/studio/prices"), ("policy_owner", "/studio/whatif"), ("policy_owner", "/studio/funnel"), ("policy_owner", "/studio/experiments"), ("compliance", "/studio/changes"),
    ("policy_owner", "/studio/models"), ("compliance", "/studio/models/early_warning"),
    ("auditor", "/oversight"), ("auditor", "/oversight/audit"),
    ("auditor", "/oversight/rules"), ("auditor", "/oversight/rules/access.roles"), ("auditor", "/oversight/fairness"),
    ("auditor", "/oversight/data"),
    ("data_protection_officer", "/protection"), ("data_protection_officer", "/protection/customers/C02"), ("compliance", "/protection"),
    ("administrator", "/administration"), ("administrator", "/administration/staff/rm"), ("administrator", "/administration/roles"),
    ("administrator", "/administration/teams"), ("administrator", "/administration/calendars"), ("policy_owner", "/administration/channels"), ("data_protection_officer", "/administration/imports"), ("data_protection_officer", "/administration/imports/staff"),
    ("service_quality", "/improvements"), ("service_quality", "/indicators"), ("service_quality", "/indicators?level=team"), ("branch_manager", "/kiosks"),
)  # fmt: skip
"""Who looks, and at what."""
ALL_LOOKS = list(product(LANGUAGES, ("light", "dark"), (DESK, TABLET)))
LOOKS = ALL_LOOKS if PICTURES else [(language, "dark", TABLET) for language in LANGUAGES]
"""Language, theme and width: all where pages are drawn; else the narrow window, as colours move nothing and barriers are looked for in the wide one."""
ROOM_IN_SEARCH = """() => {
    const field = document.querySelector("[name=find]"), style = getComputedStyle(field), said = document.createElement("span");
    Object.assign(said.style, {font: style.font, position: "absolute", whiteSpace: "nowrap"});
    said.textContent = field.placeholder;
    document.body.append(said);
    const words = said.getBoundingClientRect().width, cross = parseFloat(style.fontSize);  // with which the browser empties the field
    said.remove();
    return field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - cross - words;
}"""
"""Points that the search field has more than what stands in it before anything is typed."""
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from constrained_bank import calls
    from decide_bank import written_rulebook
    from live_server import LiveServer
    from loaded_bank import loaded
    from served_bank import NORTH, publish_small

    folder = tmp_path_factory.mktemp("workbench") / "bank"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHIKE_BANK", str(loaded(folder.with_name("loaded")).folder))
        patch.setenv("ZHIKE_RULEBOOK", str(written_rulebook(folder.with_name("rulebook"))))
        served = LiveServer(folder, publish=lambda acting: publish_small(acting, constraints=[calls(2)]))
    for customer in NORTH:
        served.ask("POST", "/v1/decisions", {"customer_id": customer}, staff="integration")
    yield served
    served.stop()


@pytest.fixture(scope="module")
def sessions():
    """Cookies by who has signed in."""
    return {}


@pytest.fixture
def desk(browser, server, sessions):
    opened = []

    def at(**given):
        opened.append(Desk(browser, server, sessions, **given))
        return opened[-1]

    yield at
    for one in opened:
        one.context.close()
        assert one.complaints == []


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_nothing_is_wider_than_the_window(desk, language, theme, width):
    seat = desk(language=language, theme=theme, width=width)
    seat.page.goto(f"{seat.place}/sign-in")
    seat.picture(f"sign-in-{language}-{theme}-{width}")
    for staff, path in PAGES:
        seat.sign_in(path, staff)
        seat.picture(f"{path[1:].replace('/', '-').partition('?')[0]}-{language}-{theme}-{width}")
        fits(seat.page, width)
        assert seat.page.evaluate("document.documentElement.lang") == language


def fits(page, width):
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(ROOM_IN_SEARCH) >= 0


@pytest.fixture(scope="module")
def standing(browser, server, sessions):
    """A window that stays: to open one costs as much as to look for barriers in it."""
    seat = Desk(browser, server, sessions)
    yield seat
    seat.context.close()


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.campaign)])
@pytest.mark.parametrize(("staff", "path"), [(None, "/sign-in"), ("rm", "/customers/nobody"), *PAGES])
def test_no_serious_barrier(standing, staff, path, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    seat = standing
    seat.complaints.clear()
    seat.page.emulate_media(color_scheme=theme)
    if staff is None:
        seat.context.clear_cookies()
        seat.page.goto(seat.place + path)
        assert seat.page.url == seat.place + path
    else:
        seat.sign_in(path, staff)
        fits(seat.page, DESK)
    for fold in seat.page.query_selector_all("details"):
        fold.evaluate("fold => fold.open = true")
    found = axe.Axe().run(seat.page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == []
    assert [one for one in seat.complaints if "404" not in one] == []


def test_a_customer_is_found_and_read_by_keyboard_alone(desk):
    seat = desk().sign_in()
    seat.page.keyboard.press("/")
    seat.page.keyboard.type("C02")
    press_enter(seat.page)
    assert seat.page.url == f"{seat.place}/customers/C02"
    seat.page.keyboard.press("Tab")
    assert seat.page.evaluate("document.activeElement.className") == "skip"
    seat.page.keyboard.press("Enter")
    seat.page.wait_for_function("document.activeElement.id === 'content'")
    seat.page.keyboard.press("Tab")
    assert seat.page.evaluate("document.activeElement.pathname").endswith("/sheet")
    seat.page.keyboard.press("Tab")  # the first fold of the page: why what is proposed is allowed
    assert seat.page.evaluate("document.activeElement.tagName") == "SUMMARY"
    seat.page.keyboard.press("Enter")
    seat.page.locator("details[open] .reasons li").first.wait_for()


def test_an_auditor_verifies_a_decision_by_keyboard_alone(desk, server):
    decision = server.bank.rows("decisions", {"customer_id": "C02"})[0]["decision_id"]
    seat = desk().sign_in("/oversight", "auditor")
    seat.page.get_by_label(WORDS["proof.number"].en).focus()
    seat.page.keyboard.type(decision)
    press_enter(seat.page)
    assert seat.page.url == f"{seat.place}/oversight/decisions/{decision}"
    assert seat.page.locator(".verdict").inner_text() == WORDS["outcome.identical"].en
    assert seat.page.locator("td.agrees").count() >= 8
    assert seat.page.locator("td.must").count() == 0
    seat.picture("proof")
    seat.page.goto(f"{seat.place}/oversight/audit")
    seat.page.get_by_role("button", name=WORDS["audit.verify"].en).focus()
    press_enter(seat.page)
    assert seat.page.locator(".verdict.good, .verdict.bad").count() == 1
    assert seat.page.locator("dl.facts div").count() == 6
    seat.picture("verification")


def test_rejected_rows_are_corrected_and_run_again(desk):
    """On the real server, with its keeper: the file is chosen, its text handed in, the run shown with what is still wrong."""
    seat = desk(width=TABLET).sign_in("/administration/imports/staff", "administrator")
    assert "Okafor" not in seat.page.content()
    cells = "table,source_file,line,column,value\nstaff,staff.csv,3,weekly_hours,40\nstaff,staff.csv,4,weekly_hours,30\n"
    seat.page.set_input_files(
        "[type=file]", {"name": "mine.csv", "mimeType": "text/csv", "buffer": cells.encode()}
    )
    seat.page.wait_for_function("document.querySelector('[name=csv]')?.value")
    press(seat.page.locator("form.writing button"))
    assert seat.page.url.startswith(f"{seat.place}/administration/imports/staff/runs/")
    seat.reload_until("main:not(:has([role=status]))")
    seat.picture("administration-imports-run")
    assert seat.page.locator("tbody tr").count() == 1
    seat.page.goto(f"{seat.place}/administration/imports/staff")
    assert seat.page.locator("tbody th").all_inner_texts() == ["staff.csv:4", "staff.csv:4"]


def valued(server, job_id):
    """Keep in the server's store what a log says of the draft that a study tried: once with figures, once without."""
    from dataclasses import replace

    from made_up_value import told

    from zhike.act.policy_values import keep_value
    from zhike.decide.policy import Policy
    from zhike.measure.policy_value import ValueRule

    with server.bank.acting.store.read() as tx:
        content = tx.one("jobs", job_id=job_id)["content"]
    draft = Policy.from_content(content["path"], content["version"], content["content"])
    for rule in (ValueRule(), replace(ValueRule(), effective=1e6, outcomes=1e6)):
        keep_value(server.bank.acting, draft, told(rule), "operator")


def test_a_supervisor_approves_a_policy_change_after_a_what_if(desk, server):
    """On the real server, with its keeper: tried on everybody, proposed, seen and approved by another person, carried out."""
    seat = desk(width=TABLET).sign_in("/studio/whatif", "policy_owner")
    seat.page.fill("[name=key]", "limits.actions_per_customer")
    seat.page.fill("[name=value]", "1")
    press_enter(seat.page)
    assert seat.page.url.startswith(f"{seat.place}/studio/studies/")
    seat.reload_until("#result")
    valued(server, seat.page.url.rpartition("/")[2])
    seat.page.reload()
    seat.picture("studio-study")
    assert seat.page.locator("#result ~ div table").count() > 2
    assert (
        seat.page.locator("#worth ~ div table").count() == 3
    )  # the worth, that of its model, overlap by place
    assert seat.page.locator("#worth ~ .notice").count() == 1
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= TABLET
    seat.page.fill("[name=reason]", "fewer contacts, as the board decided in June")
    press(seat.page.locator("form.writing button"))
    assert seat.page.url.startswith(f"{seat.place}/studio/changes/")
    change = seat.page.url.removeprefix(seat.place)
    assert seat.page.locator("form[action$='/approve']").count() == 0  # nobody approves their own

    second = desk(width=TABLET, theme="dark").sign_in(change, "compliance")
    assert second.page.get_by_text(WORDS["studio.winners"].en, exact=True).is_visible()
    second.page.fill("form[action$='/approve'] textarea", "the study shows that nobody is left out")
    press(second.page.locator("form[action$='/approve'] button"))
    assert second.page.get_by_text(WORDS["next.approved"].en).is_visible()
    assert second.page.evaluate("document.documentElement.scrollWidth") <= TABLET
    second.picture("studio-change")

    seat.page.goto(seat.place + change)
    press(seat.page.locator("form[action$='/carry-out'] button"))
    assert seat.page.get_by_text(WORDS["next.carried_out"].en).is_visible()
    seat.page.goto(f"{seat.place}/studio")
    assert seat.page.locator(".notice").inner_text().startswith("The bank has adopted version")


def test_language_and_appearance_are_changed_by_choosing(desk):
    seat = desk().sign_in("/customers/C02")
    seat.page.click(".choices summary")
    with answered(seat.page):
        seat.page.select_option("[name=language]", "zh-Hant")
    assert seat.page.locator("html[lang='zh-Hant']").count() == 1
    assert seat.page.url == f"{seat.place}/customers/C02"
    assert seat.page.locator("#advice").inner_text() == WORDS["customer.recommended"].zh_hant
    seat.page.click(".choices summary")
    with answered(seat.page):
        seat.page.select_option("[name=theme]", "dark")
    assert seat.page.locator("html[data-theme='dark']").count() == 1


def test_after_signing_out_the_way_back_shows_nothing(desk):
    seat = desk().sign_in("/customers/C02")
    press(seat.page.locator(".out button"))
    assert seat.page.url == f"{seat.place}/sign-in"
    seat.sessions.clear()
    seat.page.go_back()
    assert "/sign-in" in seat.page.url


def test_a_customer_says_no_and_the_plan_is_made_anew(desk):
    page = desk().sign_in().page
    lines = page.locator("article.line")
    first, many = lines.first.get_attribute("id"), lines.count()
    lines.first.locator("details summary", has_text=WORDS["today.refused"].en).click()
    lines.first.get_by_label(WORDS["today.their_reason"].en).fill("the interest is too low")
    press_enter(page)
    assert lines.count() == many - 1
    assert page.locator(f"[id='{first}']").count() == 0


def test_an_improvement_is_planned_and_its_effect_measured(desk):
    """From a closed call-back to a plan, and from pasted lines to the verdict with its drawing."""
    from api_calls import PLAN, SERIES

    seat = desk(width=TABLET).sign_in("/improvements?cause=waiting&said=minutes+waited", "service_quality")
    page = seat.page
    plan = page.locator("form[action$='/improvements']")
    due_on = str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30))
    for name, value in {
        "title": PLAN["title"],
        "action": PLAN["action"],
        "owner": PLAN["owner"],
        "due_on": due_on,
        "drivers": "waiting time",
    }.items():
        plan.locator(f"[name={name}]").fill(value)
    plan.locator("[name=better]").select_option("lower")
    press(plan.get_by_role("button"))
    page.locator("article summary", has_text=WORDS["improve.start"].en).click()
    page.locator("form[action$='/start'] [name=start_on]").fill("2026-01-01")
    press(page.locator("form[action$='/start'] button"))
    page.locator("article summary", has_text=WORDS["improve.again"].en).click()
    page.locator("[name=series]").fill("\n".join(f"{one['period']}, {one['value']}" for one in SERIES))
    press(page.locator("form[action$='/measure'] button"))
    assert page.get_by_text(WORDS["verdict.better"].en).is_visible()
    assert page.locator("circle").count() == len(SERIES)
    seat.picture("improvement-measured")
    fits(page, TABLET)
