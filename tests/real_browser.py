"""The browser of this machine that pages are looked at with, and how what it shows is waited for."""

import contextlib
import shutil

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None)  # fmt: skip
"""None where there is none."""


@contextlib.contextmanager
def answered(page):
    """Do inside what leads to another page; at the end that page is there as a whole, so that nothing is read of the one before.

    A click or a key returns when it has been taken, which is before its answer has come, and before a page that has begun to come is whole.
    """
    with page.expect_navigation():
        yield


def press(what):
    """Click on something that leads to another page, and wait for that page."""
    with answered(what.page):
        what.click()


def press_enter(page):
    """Send a form, or follow a link, by keyboard, and wait for the page that answers."""
    with answered(page):
        page.keyboard.press("Enter")


def follow(page, link, until):
    """Open a link whose code a script hands in by itself; return when something stands there that only the page behind it has."""
    page.goto(link, wait_until="commit")
    page.locator(until).wait_for()
    page.wait_for_load_state()
