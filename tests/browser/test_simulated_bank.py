"""A day at the simulated bank, behind the real server and set up by the commands alone: manager, policy owner, compliance, auditor, customer."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from live_server import LiveProcess
from real_browser import BROWSER, follow, press, press_enter
from real_desk import Desk
from served_bank import PASSWORD

from zhike.adapters.bank import Bank
from zhike.workbench.words import WORDS

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="found neither chromium nor google-chrome; install one to look at the pages"
)
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "a-day-of-a-relationship-manager.md"
STEPS = re.findall(r"<!-- step: ([a-z ]+) -->", TUTORIAL.read_text("utf-8"))

STAFF = {
    "M0001": ("relationship_manager", "--branch", "R01"),
    "owner": ("policy_owner",),
    "second": ("compliance",),
    "auditor": ("auditor",),
}
AT = "2026-04-30"
"""The last day that the simulated bank knows of."""
CUSTOMER = "C0000000"
"""Somebody to whom the bank may sell, and with whom it has not spoken of it this month."""


class SimulatedBank:
    """A bank from nothing to a server, by what a reader of the documents would type."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {**os.environ, "ZHIKE_STORE": str(folder / "zhike.db"), "ZHIKE_LANG": "en", "ZHIKE_RATE": "0"}  # fmt: skip
        self.zhike("init", "bank", "--from", "simulate", "--customers", "4000", "--months", "12")
        self.zhike("publish", "bank", "--at", AT)
        known = Bank.open(folder / "bank").scan("customers").collect()["customer_id"].unique()
        (folder / "others.txt").write_text("\n".join(known.filter(known != CUSTOMER)), "utf-8")
        self.zhike("batch", "submit", "--customers", "others.txt")
        self.zhike("batch", "run")
        for name, (role, *branch) in STAFF.items():
            self.zhike("staff", "add", name, "--role", role, *branch)
            self.zhike("staff", "password", name, typed=PASSWORD)
        self.zhike("staff", "add", "app", "--role", "integration")
        self.token = json.loads(self.zhike("staff", "token", "app", "--json"))["token"]
        self.server = LiveProcess(folder / "server.log", self.environment)
        self.port = self.server.port

    def zhike(self, *words, typed=None):
        command = [sys.executable, "-m", "zhike.cli.main", *words]
        done = subprocess.run(
            command, input=typed, capture_output=True, text=True, check=False, env=self.environment, cwd=self.folder
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, method, path, body=None):
        """Ask as the bank's app does."""
        status, answer = self.server.request(method, path, body, token=self.token)
        assert status == 200, answer
        return answer


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    served = SimulatedBank(tmp_path_factory.mktemp("simulated"))
    yield served
    served.server.stop()


@pytest.fixture(scope="module")
def seats(browser, server):
    """Seats by who sits there; each has signed in once."""
    sessions = {}
    seats = {name: Desk(browser, server, sessions) for name in STAFF}
    yield seats
    for one in seats.values():
        one.context.close()
        assert one.complaints == []


def said(key):
    return WORDS[key].en


class Day:
    """The manager at the desk, and what they do by the tutorial."""

    def __init__(self, seat):
        self.seat, self.page, self.customer = seat, seat.page, None

    def sign_in(self):
        self.seat.sign_in(staff="M0001")
        assert self.page.locator("article.line").count() > 1

    def refuse_a_line(self):
        before = self.lines()
        line = self.page.locator("article.line").first
        line.locator("details summary", has_text=said("today.otherwise")).click()
        line.get_by_label(said("today.set_aside")).fill("they moved abroad in May")
        press_enter(self.page)
        assert before[0] not in self.lines()
        assert set(self.lines()) - set(before)  # the minutes are used for what had not fitted

    def lines(self):
        return [one.get_attribute("id") for one in self.page.locator("article.line").all()]

    def find_a_customer(self):
        link = self.page.locator("article.line a[href*='/customers/']").first
        name, self.customer = link.inner_text(), link.get_attribute("href").rpartition("/")[2]
        self.page.keyboard.press("/")
        self.page.keyboard.type(self.customer)
        press_enter(self.page)
        assert self.page.url == f"{self.seat.place}/customers/{self.customer}"
        assert self.page.locator("h1").inner_text() == name

    def read_why(self):
        fold = self.page.locator("section[aria-labelledby=advice] details").first
        fold.locator("summary").click()
        assert fold.locator("code").count() > 0

    def record_a_call(self):
        self.page.locator("summary", has_text=said("note.write")).click()
        form = self.page.locator("form[action$='/notes']")
        form.locator("[name=kind]").select_option("call")
        form.get_by_label(said("note.words")).fill("call me again in spring")
        press(form.get_by_role("button"))
        assert self.page.url == f"{self.seat.place}/customers/{self.customer}#notes"
        assert "call me again in spring" in self.section("notes")
        assert said("note.call").lower() in self.section("timeline").lower()

    def make_an_appointment(self):
        self.page.locator("summary", has_text=said("task.make")).click()
        form = self.page.locator("form[action$='/tasks']")
        form.locator("[name=kind]").select_option("meeting")
        form.get_by_label(said("task.text")).fill("the card in spring")
        press(form.get_by_role("button"))
        assert self.page.url == f"{self.seat.place}/customers/{self.customer}#tasks"
        assert "the card in spring" in self.section("tasks")

    def hand_over(self):
        press(self.page.get_by_role("link", name=said("sheet.open")))
        assert self.page.url == f"{self.seat.place}/customers/{self.customer}/sheet"
        sheet = self.page.locator("main").inner_text()
        assert "the card in spring" in sheet
        assert "call me again in spring" in sheet

    def section(self, name):
        return self.page.locator(f"section[aria-labelledby={name}]").inner_text()


def test_a_day_goes_as_the_tutorial_says(seats):
    day = Day(seats["M0001"])
    assert len(STEPS) == 7
    for step in STEPS:
        getattr(day, step.replace(" ", "_"))()
    day.seat.picture("a-day")


def test_a_change_of_policy_is_tried_on_everybody_and_approved_by_another(seats):
    owner, second = seats["owner"], seats["second"]
    owner.sign_in("/studio/whatif", "owner")
    owner.page.fill("[name=key]", "limits.actions_per_customer")
    owner.page.fill("[name=value]", "1")
    press_enter(owner.page)
    assert owner.page.url.startswith(f"{owner.place}/studio/studies/")
    owner.reload_until("#result")
    owner.page.fill("[name=reason]", "fewer contacts, as the board decided in June")
    press(owner.page.locator("form.writing button"))
    assert owner.page.url.startswith(f"{owner.place}/studio/changes/")
    change = owner.page.url.removeprefix(owner.place)
    second.sign_in(change, "second")
    assert second.page.get_by_text(said("studio.winners"), exact=True).is_visible()
    second.page.fill("form[action$='/approve'] textarea", "the study shows that nobody is left out")
    press(second.page.locator("form[action$='/approve'] button"))
    assert second.page.get_by_text(said("next.approved")).is_visible()


def test_an_auditor_verifies_a_decision(seats, server):
    made = server.ask("POST", "/v1/decisions", {"customer_id": CUSTOMER, "direction": "inbound"})
    seat = seats["auditor"].sign_in(f"/oversight/decisions/{made['decision_id']}", "auditor")
    assert seat.page.locator(".verdict").inner_text() == said("outcome.identical")


def test_after_a_withdrawal_the_next_decision_obeys(browser, server):
    def sales():
        answer = server.ask("POST", "/v1/decisions", {"customer_id": CUSTOMER, "direction": "inbound"})
        return [one for one in answer["actions"] if one["kind"] == "sale"]

    assert sales()
    path = server.ask("POST", f"/v1/customers/{CUSTOMER}/links")["path"]
    with browser.new_context(locale="en", viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        follow(page, f"http://127.0.0.1:{server.port}{path}", "#marketing")
        press(page.locator("#marketing").get_by_role("button", name=said("own.no"), exact=True).first)
        assert page.locator("#marketing > p", has_text=said("agreed.no")).first.is_visible()
    assert not sales()
