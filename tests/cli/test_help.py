"""Every command explains itself: what it does, each option, and an example that names the command."""

import os
import re
import subprocess
import sys

import pytest
import typer

from zhike.cli.main import app

GROUP = typer.main.get_command(app)
COMMANDS = [
    f"{name} {inner}" if inner else name
    for name, command in GROUP.commands.items()
    for inner in (getattr(command, "commands", None) or [None])
]


PLAIN = ("demo", "serve", "api", "audit key", "privacy export", "privacy certificate", "staff revoke")
"""Commands that serve, print one value, or print JSON whatever is asked for."""


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example_of_itself(zhike, command):
    answer = zhike(*command.split(), "--help")
    assert (answer.code, answer.err) == (0, "")
    assert f"Example: zhike {command}" in " ".join(answer.out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_is(command):
    found = GROUP
    for word in command.split():
        found = found.commands[word]
    for option in found.params:
        assert getattr(option, "help", None) or option.name == "help", f"{command} {option.name}"
    names = {option.name for option in found.params}
    assert {"as_json", "lang"} <= names or command in PLAIN


def test_the_bare_command_shows_what_there_is(zhike):
    answer = zhike()
    assert answer.code == 2
    assert all(command.split()[0] in answer.out for command in COMMANDS)


def test_the_version_is_the_packages(zhike):
    import zhike as package

    answer = zhike("--version")
    assert (answer.code, answer.out.strip()) == (0, package.__version__)


@pytest.mark.parametrize(("language", "word"), [("zh-Hans", "示例|例|数据"), ("zh-Hant", "資料|範例|銀行")])
def test_help_is_in_the_language_of_the_environment(language, word):
    done = subprocess.run(
        [sys.executable, "-m", "zhike.cli.main", "decide", "--help"], env=os.environ | {"ZHIKE_LANG": language},
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert re.search(word + "|客户|客戶", done.stdout)
