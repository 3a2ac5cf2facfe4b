"""The report in a real browser: no word is cut off, nothing is wider than a tablet, in each language."""

import html
import json
import os
import re
import shutil
import struct
import subprocess
from itertools import product

import pytest
from example_story import example_story

from zhike.cli.report import write_report
from zhike.core.language import LANGUAGES

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None)  # fmt: skip
pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="found neither chromium nor google-chrome; install one to look at the page"
)
DESK, TABLET = 1100, 768

# The page itself has no script: a copy gets this one, which writes down what a reader could not see.
MEASURE = """<script>
const told = {cut: [], texts: 0, marks: 0, scroll: document.documentElement.scrollWidth, inner: innerWidth, lang: document.documentElement.lang};
for (const svg of document.querySelectorAll("svg.chart")) {
  const box = svg.getBoundingClientRect();
  told.marks += svg.querySelectorAll("path, line").length;
  for (const text of svg.querySelectorAll("text")) {
    const own = text.getBoundingClientRect();
    told.texts += 1;
    if (own.left < box.left - 0.5 || own.right > box.right + 0.5 || own.top < box.top - 0.5 || own.bottom > box.bottom + 0.5)
      told.cut.push(text.textContent);
  }
}
document.body.dataset.told = JSON.stringify(told);
</script></body>"""


def browse(folder, page, width, *options):
    """Open a page without a screen and return what the browser printed."""
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    command = [
        BROWSER, "--headless", *alone, "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width},900", *options, page.as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("page")
    for language in LANGUAGES:
        write_report(place / f"{language}.html", example_story(language), language)
    return place


@pytest.mark.parametrize(("language", "width"), list(product(LANGUAGES, (DESK, TABLET))))
def test_no_word_is_cut_off_and_nothing_is_too_wide(folder, language, width):
    copy = folder / f"measured-{language}-{width}.html"
    text = (folder / f"{language}.html").read_text("utf-8")
    copy.write_text(text.replace("</body>", MEASURE), "utf-8")
    printed = browse(folder, copy, width, "--dump-dom")
    told = json.loads(html.unescape(re.search(r'data-told="([^"]*)"', printed)[1]))
    assert told["cut"] == []
    assert told["lang"] == language
    assert told["texts"] > 150
    assert told["marks"] > 150
    assert told["scroll"] <= told["inner"] == width


def test_it_draws_a_picture(folder):
    shot = folder / "shot.png"
    browse(folder, folder / "zh-Hans.html", DESK, f"--screenshot={shot}")
    picture = shot.read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (DESK, 900)
    assert len(picture) > 20_000
