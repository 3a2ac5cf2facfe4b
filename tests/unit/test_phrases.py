"""Every phrase of an error stands in the phrasebook, in real Chinese, and nothing in an error is left in English."""

import ast
import errno
import os
import re
import string
from pathlib import Path

import pytest
from chinese import SIMPLIFIED_ONLY, english_in

import zhike
from zhike.core.error_catalogue import error_classes
from zhike.core.errors import SystemFaultError, UsageError
from zhike.core.language import LANGUAGES, Text
from zhike.core.phrasebook import PARTS, PHRASEBOOK
from zhike.core.phrases import both, either, kept, phrase, reason_of, remembered, several, told
from zhike.core.system_reasons import REASONS

ROOT = Path(zhike.__file__).parent
ARGUMENTS = {"what", "expected", "advice", "known"}
WORD = re.compile(r"(?<![\w./$<{-])[A-Za-z]?[a-z]+(?![\w/=>}]|[._-]\w)")


@pytest.fixture(scope="module")
def trees():
    files = [file for file in sorted(ROOT.rglob("*.py")) if "phrasebook" not in file.parts]
    return {file.relative_to(ROOT).as_posix(): ast.parse(file.read_text("utf-8")) for file in files}


def _calls(tree, names):
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in names
    ]


def _literal(node):
    """Return a text as the code has it, with the values of an f-string in braces; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
            for part in node.values
        )
    return None


def test_phrasebook_has_every_phrase_of_the_code(trees):
    used = {call.args[0].value for tree in trees.values() for call in _calls(tree, {"phrase"})}
    assert used - set(PHRASEBOOK) == set()


def test_phrasebook_has_no_phrase_that_nobody_says(trees):
    texts = {_literal(node) for tree in trees.values() for node in ast.walk(tree)}
    assert set(PHRASEBOOK) - texts == set()


def test_each_phrase_stands_once():
    assert sum(len(part.PHRASES) for part in PARTS) == len(PHRASEBOOK)


def test_no_error_is_raised_with_english_alone(trees):
    """A literal of an error's argument holds codes and values only; whatever is prose is a phrase."""
    errors = {error.__name__ for error in error_classes()}
    found = [
        (name, call.lineno, text)
        for name, tree in trees.items()
        for call in _calls(tree, errors)
        for keyword in call.keywords
        if keyword.arg in ARGUMENTS and (text := _literal(keyword.value)) is not None
        if WORD.search(re.sub(r"\{[^{}]*\}|`[^`]*`|\w+://\S+", "", text))
    ]
    assert found == []


def _values(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("place", [0, 1])
def test_chinese_names_no_value_that_the_english_does_not(place):
    odd = {
        template for template, texts in PHRASEBOOK.items() if not _values(texts[place]) <= _values(template)
    }
    assert odd == set()


@pytest.mark.parametrize("place", [0, 1])
def test_phrases_are_in_chinese(place):
    assert {texts[place] for texts in PHRASEBOOK.values() if english_in(texts[place])} == set()


def test_traditional_is_traditional():
    texts = [texts[1] for texts in (*PHRASEBOOK.values(), *REASONS.values())]
    assert {text for text in texts if set(text) & SIMPLIFIED_ONLY} == set()
    assert {text for text in texts if "“" in text or "”" in text} == set()


def test_values_are_said_in_the_language_of_the_phrase():
    inner = phrase("a whole number, 0 or more")
    outer = phrase("{one} or {other}", one=inner, other=Text("none", "无", "無"))
    assert [outer.in_language(language) for language in LANGUAGES] == [
        "a whole number, 0 or more or none", "不小于 0 的整数 或 无", "不小於 0 的整數 或 無",
    ]  # fmt: skip


def test_names_are_joined():
    assert str(either(["a"])) == "a"
    assert str(either([])) == ""
    assert str(either(["a", "b", "c"])) == "a or b or c"
    assert both(["a", "b"]).in_language("zh-Hans") == "a 和 b"
    assert several([phrase("one value"), phrase("values")]).in_language("zh-Hant") == "一個值；若干值"


def test_a_phrase_that_nobody_wrote_down_is_not_said_in_english_by_mistake():
    with pytest.raises(KeyError):
        phrase("nobody has written this down").in_language("zh-Hans")


@pytest.mark.parametrize(
    "found",
    [
        phrase("no answer in time"),
        phrase("{one}; {other}", one=phrase("no address"), other=phrase("{days} days", days=3)),
        phrase("a day after {today}", today="2026-06-30"),
        reason_of(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
        "HTTP 503",
        "consent.withdrawn;contact.do_not_contact",
        '["no phrase", {}]',
        "[1, 2]",
        "7",
    ],
)
def test_what_was_kept_is_said_in_every_language_later(found):
    again = remembered(kept(found))
    assert {language: again.in_language(language) for language in LANGUAGES} == {
        language: told(found, language) for language in LANGUAGES
    }


def test_what_was_kept_in_english_is_remembered():
    assert remembered("the disk is full").zh_hant == "磁碟已滿"
    assert remembered("SMTP 550") == Text("SMTP 550", "SMTP 550", "SMTP 550")


def test_the_systems_refusals_are_told():
    problem = NotADirectoryError(20, "Not a directory", "notes.txt/d")
    error = SystemFaultError(what=problem)
    assert error.parts("en")["found"] == "the system refused: [Errno 20] Not a directory: 'notes.txt/d'"
    assert error.parts("zh-Hans")["found"] == "系统拒绝：不是文件夹：“notes.txt/d”"
    assert told(OSError(28, "No space left on device"), "zh-Hant") == "磁碟已滿"
    assert reason_of(OSError(9999, "Who knows")).zh_hans == "errno 9999"


def test_a_librarys_words_are_told_by_the_exceptions_name():
    problem = ValueError("something in English alone")
    assert told(problem, "zh-Hans") == "ValueError"
    assert UsageError(what=problem, expected="").parts("en")["found"] == "found something in English alone"


def test_prose_is_found():
    """The measure itself: it sees prose between Chinese, and lets values, options and codes pass."""
    assert english_in("收到：a channel that is none") == ["a channel that is none"]
    assert english_in("规则“a b c”：layer 'sales staff only'") == []
    assert english_in("请用 `zhike init BANK --from SOURCE SRC` 建立，或 --out DIR SRC BANK") == []
