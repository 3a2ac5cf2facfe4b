"""A member of staff in front of the workbench, in a real browser."""

import os
import time
from typing import ClassVar

from real_browser import press_enter
from served_bank import PASSWORD

DESK, TABLET = 1280, 820
PICTURES = os.environ.get("ZHIKE_PICTURES")
"""Folder into which every page is drawn, for whoever builds it."""
PACE = 1.1
"""Seconds from one sign-in under a name to the next: the server takes one a second."""


class Desk:
    """A window of the browser at the workbench; whatever the page complains of is kept."""

    _signed_in: ClassVar = {}
    """When somebody last signed in at a place, by the form."""

    def __init__(self, browser, server, sessions, language="en", theme="light", width=DESK):
        self.sessions, self.place = sessions, f"http://127.0.0.1:{server.port}/workbench"
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=language, color_scheme=theme
        )
        self.page, self.complaints = self.context.new_page(), []
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self, after="", staff="rm"):
        """Go to a page as somebody signed in; by the form the first time only, as nobody may sign in more than once a second."""
        page = f"{self.place}{after or '/today'}"
        self.context.clear_cookies()  # of whoever sat here before
        if staff in self.sessions:
            self.context.add_cookies(self.sessions[staff])
            self.page.goto(page)
        else:
            self._fill_in(page, staff)
            self.sessions[staff] = self.context.cookies()
        assert self.page.url == page
        return self

    def _fill_in(self, page, staff):
        since = time.monotonic() - self._signed_in.get((self.place, staff), -PACE)
        self.page.wait_for_timeout(1_000 * max(0.0, PACE - since))
        self.page.goto(page)
        self.page.fill("[name=staff]", staff)
        self.page.fill("[name=password]", PASSWORD)
        press_enter(self.page)
        self._signed_in[self.place, staff] = time.monotonic()

    def picture(self, name):
        if PICTURES:
            self.page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)

    def reload_until(self, selector, within=180):
        """Look again until something stands on the page that the keeper of the jobs has yet to make; within so many seconds."""
        ends = time.monotonic() + within
        while not self.page.locator(selector).count():
            assert time.monotonic() < ends, f"{selector} never came: {self.page.url}"
            self.page.wait_for_timeout(500)
            self.page.reload()
