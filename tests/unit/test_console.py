"""Output: languages, one JSON document, tables that are data in a pipe, markup that stays text."""

import io
import json

import pytest

from zhike.cli import console
from zhike.cli.console import chosen_language, emit_json, said, show_error, show_progress, show_table, write


@pytest.mark.parametrize(
    ("named", "environment", "expected"),
    [
        ("zh-Hant", {"LANG": "en_US.UTF-8"}, "zh-Hant"),
        (None, {"ZHIKE_LANG": "zh-Hans", "LC_ALL": "en_US"}, "zh-Hans"),
        (None, {"LC_ALL": "zh_TW.UTF-8", "LANG": "en_US"}, "zh-Hant"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        (None, {"LANG": "C.UTF-8"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_language_named_wins_then_the_environment(monkeypatch, named, environment, expected):
    for name in ("ZHIKE_LANG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert chosen_language(named) == expected
    assert said("e", "s", "t") == {"en": "e", "zh-Hans": "s", "zh-Hant": "t"}[chosen_language()]


def test_json_has_no_nan_and_keeps_chinese(capsys):
    emit_json({"a": float("nan"), "b": [1.5, float("inf"), (2, float("-inf"))], "c": "知客"})
    out = capsys.readouterr().out
    assert "知客" in out
    assert json.loads(out, parse_constant=pytest.fail) == {
        "a": None,
        "b": [1.5, None, [2, None]],
        "c": "知客",
    }


def test_lines_are_printed_as_they_stand(capsys):
    line = "[bold]offer:bank:app[/bold] :smile: " + "x" * 300
    write(line)
    assert capsys.readouterr().out == line + "\n"


def test_a_table_in_a_pipe_is_tab_separated(capsys):
    show_table("T", ["a", "b"], [[1, None], ["[red]", ":bank:"]])
    assert capsys.readouterr().out == "T\na\tb\n1\t\n[red]\t:bank:\n"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def test_a_table_on_a_terminal_is_ruled_and_keeps_markup_as_text(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(console.sys, "stdout", stream)
    show_table("T", ["a"], [["[red]x:bank:y"]])
    assert "[red]x:bank:y" in stream.getvalue()
    assert "┃" in stream.getvalue()


def test_progress_is_shown_on_a_terminal_only(monkeypatch, capsys):
    with show_progress("load") as progress:
        progress(1, 2)
    assert capsys.readouterr() == ("", "")
    stream = Terminal()
    monkeypatch.setattr(console.sys, "stderr", stream)
    with show_progress("load") as progress:
        progress(1, 2)
    assert "load" in stream.getvalue()
    stream.truncate(0)
    with show_progress("load", quiet=True) as progress:
        progress(1, 2)
    assert not stream.getvalue()


def test_an_error_is_one_line_or_one_json_document_on_standard_error(capsys):
    show_error({"error": {"code": "x"}}, "found x", as_json=False)
    show_error({"error": {"code": "x"}}, "found x", as_json=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["found x", '{"error": {"code": "x"}}']
