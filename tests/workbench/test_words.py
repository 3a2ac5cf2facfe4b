"""Every word of a page is one of the catalogue's, in three languages; and every word of the catalogue is used."""

import re
from pathlib import Path

import pytest

import zhike.workbench
from zhike.adapters.rule_files import load_rulebook
from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

FOLDER = Path(zhike.workbench.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
SOURCES = [path.read_text("utf-8") for path in (*TEMPLATES, *FOLDER.glob("*.py"))]
RENDERING = (FOLDER / "rendering.py").read_text("utf-8")
FILLED = re.compile(r"\{[a-z_]+\}")


def spoken(template):
    """Return what stands in a template between tags and fields: what a reader would read in one language only."""
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", " ", template, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_word_stands_in_a_template(path):
    template = path.read_text("utf-8")
    assert re.findall(r"[^\W\d_]+", spoken(template)) == []
    plain = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.DOTALL)
    assert re.findall(r'(?:placeholder|title|aria-label|alt)="[^"]*[^\W\d_][^"]*"', plain) == []


@pytest.mark.parametrize("key", WORDS)
def test_a_word_is_in_every_language_and_names_the_same_values(key):
    texts = [WORDS[key].in_language(language) for language in LANGUAGES]
    assert all(text.strip() for text in texts)
    assert len({frozenset(FILLED.findall(text)) for text in texts}) == 1
    assert not re.search(r"[\u4e00-\u9fff]", WORDS[key].en)


def test_every_word_that_is_named_is_there_and_every_word_is_named():
    named = {key for source in SOURCES for key in re.findall(r'(?<![a-z_])t\("([a-z_.]+)"[,)]', source)}
    named |= {key for source in SOURCES for key in re.findall(r"(?<![a-z_])t\('([a-z_.]+)'[,)]", source)}
    kinds = {
        kind
        for source in SOURCES
        for kind in re.findall(r'word\("([a-z]+)"|t\("([a-z]+)\." \+', source)
        for kind in kind
        if kind
    }
    loose = {
        key
        for key in WORDS
        if key.split(".")[0] in kinds
        or f'"{key.split(".")[0]}"' in RENDERING
        or any(f'"{key}"' in source or f'"{key.split(".")[-1]}"' in source for source in SOURCES)
    }
    assert named <= set(WORDS)
    assert set(WORDS) - named - loose == set()


def test_who_answers_for_a_rule_or_a_touchpoint_is_named_in_every_language():
    book = load_rulebook()
    owners = {entry.owner for entry in book}
    for path in book.entries:
        if path.startswith("journeys."):
            owners |= set(re.findall(r"'owner': '([^']+)'", str(book.entries[path].versions[-1].value)))
    assert {"service quality", "branch_manager"} <= owners
    assert {owner for owner in owners if f"owner.{owner}" not in WORDS} == set()
