"""Every page is done as it says: files written, commands run, output compared, Python tried."""

import pytest
from doc_pages import REPOSITORY, blocks, page_directive, pages, run_page

PAGES = pages()
RUN = [
    page
    for page in PAGES
    if any(b.directive in ("run", "file") or ">>>" in b.text for b in blocks(page.read_text("utf-8")))
]
DATA = REPOSITORY.parent / "shared" / "data"
ELSEWHERE = {"CONTRIBUTING.md": "its one command is what CI runs"}

LONG = (
    "docs/how-to/compare-policies.md",
    "docs/how-to/try-a-policy-before-go-live.md",
    "docs/how-to/train-and-promote-a-model.md",
)
"""Their commands simulate, play and train; with every change they are tried by tests/cli."""


def name_of(page):
    return page.relative_to(REPOSITORY).as_posix()


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=pytest.mark.campaign if name_of(page) in LONG else ()) for page in RUN],
    ids=name_of,
)
def test_page_does_what_it_says(page, tmp_path):
    folder = tmp_path / "checkout"
    folder.mkdir()
    if page_directive(page.read_text("utf-8"), "data") is not None:
        if not DATA.is_dir():
            pytest.skip("reads ../shared/data, which is not on this machine")
        (tmp_path / "shared").symlink_to(DATA.parent)
    found = run_page(page, folder)
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("page", [page for page in PAGES if name_of(page) not in ELSEWHERE], ids=name_of)
def test_console_blocks_say_whether_they_are_run(page):
    """A command that nobody runs must say why; nothing is left out by oversight."""
    silent = [
        block.line
        for block in blocks(page.read_text("utf-8"))
        if block.language == "console"
        and (
            block.directive not in ("run", "not run") or (block.directive == "not run" and not block.argument)
        )
    ]
    assert silent == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_python_blocks_are_examples(page):
    bare = [
        block.line
        for block in blocks(page.read_text("utf-8"))
        if block.language == "python" and block.directive is None and ">>>" not in block.text
    ]
    assert bare == []


@pytest.mark.parametrize(("shown", "output", "same"), [
    ("a b", "a\tb\n", True),
    ("a ... c", "a b c", True),
    ("a\n...", "a\nb\nc", True),
    ("a\n...\nc", "a\nb\nd", False),
    ("written in ... s", "written in 0.4 s", True),
    ("1.5", "125", False),
])  # fmt: skip
def test_comparison_of_shown_output(shown, output, same):
    from doc_pages import matches

    assert matches(shown, output) is same


def test_a_wrong_page_is_found(tmp_path):
    """The runner itself must be able to fail: wrong output, wrong exit code, wrong Python."""
    page = REPOSITORY / "docs" / "wrong.md"
    text = (
        "<!-- run -->\n```console\n$ zhike --version\n9.9.9\n```\n\n"
        "<!-- run -->\n```console\n$ zhike tables nothing\n```\n\n"
        "```python\n>>> 1 + 1\n3\n```\n"
    )

    class Page:
        def read_text(self, _encoding):
            return text

        def relative_to(self, _folder):
            return page.relative_to(REPOSITORY)

    found = run_page(Page(), tmp_path)
    assert len(found) == 3
    assert "9.9.9" in found[0]
    assert "left with 2" in found[1]
    assert "Expected:\n    3" in found[2]
