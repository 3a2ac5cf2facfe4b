"""Every word of a page is one of the catalogue's, in three languages; and every word of the catalogue is used."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import zhike.workbench
import zhike.workbench.words
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


def test_no_word_is_written_twice():
    """The later of two would stand on the page of the earlier."""
    modules = [
        importlib.import_module(f"zhike.workbench.words.{one.name}")
        for one in pkgutil.iter_modules(zhike.workbench.words.__path__)
    ]
    assert len(modules) > 20
    assert sum(len(module.WORDS) for module in modules) == len(WORDS)


def test_a_complaint_has_one_name_in_traditional_chinese():
    """It is called by the law's word in packs of law whose own language is Chinese; customers' words are read with both."""
    root = FOLDER.parent.parent
    files = [*root.glob("zhike/**/*.py"), *root.glob("rulebook/**/*.yaml")]
    by_law = ("rulebook/cn/", "rulebook/hk/", "zhike/know/text/personal_words.py")
    found = [
        name
        for path in files
        if "投訴" in path.read_text("utf-8")
        and not (name := path.relative_to(root).as_posix()).startswith(by_law)
    ]
    assert found == []
    assert any("投訴" in path.read_text("utf-8") for path in root.glob("rulebook/hk/complaints/*.yaml"))


OF_LISTENING = re.compile(
    "survey|complaint|loops|conversations|improvements|indicators|kiosk|own|rules?[.]|run_chart|charts|customer"
)


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if OF_LISTENING.match(path.name)], ids=lambda path: path.name
)
def test_tables_and_drawings_have_names(path):
    template = path.read_text("utf-8")
    tables = re.findall(r"<table\b[^>]*>\s*(?:<caption)?", template)
    assert [one for one in tables if "aria-labelledby=" not in one and "<caption" not in one] == []
    drawings = re.findall(r"<svg class=\"chart[^>]*>", template)
    assert [one for one in drawings if "aria-labelledby=" not in one] == []
    frames = re.findall(r'<div class="wide"[^>]*>', template)
    assert [one for one in frames if "tabindex=" not in one or "aria-label" not in one] == []


def test_every_folder_of_shipped_rules_has_a_heading():
    packs = {entry.path.rpartition(".")[0] for entry in load_rulebook().entries.values()}
    assert {key.removeprefix("pack.") for key in WORDS if key.startswith("pack.")} == packs
