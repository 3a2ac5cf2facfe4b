"""The hand-written pages keep to their form: plain words, complete entries, a changelog of the present version."""

import re

from doc_pages import DOCS, REPOSITORY, pages

import zhike

AVOIDED = re.compile(
    r"\b(simply|just|obviously|easy|easily|of course|powerful|seamless|cutting-edge)\b", re.IGNORECASE
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_no_word_makes_light_of_the_reader():
    found = [
        f"{page.name}: {hit[0]}" for page in pages() for hit in AVOIDED.finditer(page.read_text("utf-8"))
    ]
    assert found == []


def glossary():
    lines = (DOCS / "glossary.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return rows[2:]


def test_glossary_is_complete_and_in_order():
    rows = glossary()
    assert all(len(row) == 5 and all(row) for row in rows)
    assert all(CHINESE.search(row[1] + row[2]) or row[0] in (row[1], row[2]) for row in rows)
    terms = [row[0].lower() for row in rows]
    assert terms == sorted(terms)
    assert len(terms) == len(set(terms))


def test_every_decision_says_why_and_what_would_reverse_it():
    text = (DOCS / "DECISIONS.md").read_text("utf-8")
    entries = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    assert len(entries) >= 12
    for entry in entries:
        assert re.match(r"20\d\d-\d\d-\d\d: \S", entry), entry
        assert "*Why.*" in entry, entry
        assert "*Reversed by*" in entry, entry


def test_changelog_names_the_present_version():
    text = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in text
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - 20\d\d-\d\d-\d\d$", text, re.MULTILINE)
    assert versions[0] == zhike.__version__
    assert set(re.findall(r"^### (\w+)$", text, re.MULTILINE)) <= {
        "Added",
        "Changed",
        "Deprecated",
        "Removed",
        "Fixed",
        "Security",
    }


def test_readme_says_what_it_is_in_both_scripts():
    opening = (REPOSITORY / "README.md").read_text("utf-8").split("\n## ")[0]
    assert "docs/images/loop.svg" in opening
    paragraphs = [part for part in opening.split("\n\n")[1:] if not part.startswith("!")]
    assert len(paragraphs) == 2
    assert len(re.findall(r"\.(?:\s|$)", paragraphs[0])) == 3
    assert paragraphs[1].count("。") == 3


def test_picture_is_small_and_carries_both_scripts():
    picture = (DOCS / "images" / "loop.svg").read_text("utf-8")
    assert len(picture) < 10_000
    assert CHINESE.search(picture)
    assert "<title" in picture
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
