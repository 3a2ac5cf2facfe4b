"""A real browser, started once for each module, after the module's own `server`."""

import os

import pytest
from real_browser import BROWSER

UNSEEN = (
    "WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup", "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "OptimizationHints",
    "PaintHolding",
)  # fmt: skip
"""What the browser leaves out. The first three are popups of an address field that nobody sees, drawn in a process of their own for each
window; the others are of Playwright's own list, which this one replaces."""
OPTIONS = [
    "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    f"--disable-features={','.join(UNSEEN)}",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser(server):  # noqa: ARG001 - started after it and ended before: each has an event loop of its own
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=BROWSER, args=[*alone, *OPTIONS])
        yield opened
        opened.close()
