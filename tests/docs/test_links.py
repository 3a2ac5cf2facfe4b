"""Every relative link of every page leads to a file, and every anchor to a heading."""

import re

import pytest
from doc_pages import REPOSITORY, pages

LINK = re.compile(
    r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|\!\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\""
)
FENCED = re.compile(r"^(`{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)


def links(text):
    return [next(filter(None, found)) for found in LINK.findall(FENCED.sub("", text))]


def anchors(text):
    """Return the anchors that the headings of a page get: small letters, spaces as hyphens, punctuation gone."""
    headings = re.findall(r"^#+\s+(.*)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def broken(page):
    found = []
    for link in links(page.read_text("utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if (
            not target.exists()
            or not target.is_relative_to(REPOSITORY)
            or (anchor and target.suffix == ".md" and anchor not in anchors(target.read_text("utf-8")))
        ):
            found.append(link)
    return found


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_links_resolve(page):
    assert broken(page) == []


def test_every_page_can_be_reached():
    """From the README, link by link, a reader gets to every page of the documentation."""
    seen, left = set(), [REPOSITORY / "README.md"]
    while left:
        page = left.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        left += [
            (page.parent / link.partition("#")[0]).resolve()
            for link in links(page.read_text("utf-8"))
            if ":" not in link
        ]
    lost = [
        page.relative_to(REPOSITORY).as_posix()
        for page in pages()
        if page not in seen and page.is_relative_to(REPOSITORY / "docs")
    ]
    assert lost == []


def test_a_broken_link_is_found():
    class Page:
        parent = REPOSITORY

        def read_text(self, _encoding):
            return '[a](README.md) [b](nowhere.md) [c](README.md#no-such-heading) <img src="gone.svg">'

    assert broken(Page()) == ["nowhere.md", "README.md#no-such-heading", "gone.svg"]
