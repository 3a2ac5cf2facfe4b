"""A real browser, started once for each module, after the module's own `server`."""

import os

import pytest
from real_browser import BROWSER


@pytest.fixture(scope="module")
def browser(server):  # noqa: ARG001 - started after it and ended before: each has an event loop of its own
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    options = [
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=BROWSER, args=[*alone, *options])
        yield opened
        opened.close()
