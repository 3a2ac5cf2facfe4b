"""`zhike staff`: who may act, tokens that are limited, passwords that no argument ever has, sessions that are ended."""

import base64
import dataclasses
import getpass
import io
import json
import re
import sys

import pytest

from zhike.act.sessions import open_session
from zhike.act.staff import new_token
from zhike.adapters.rule_files import load_rulebook
from zhike.api.places import acting_over
from zhike.cli.stores import store_on
from zhike.core.service_errors import SignInRefusedError
from zhike.govern.sessions import SESSIONS, SessionRules

PASSWORD = "a table for two, please"  # noqa: S105 - of a made-up bank
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@pytest.fixture
def staff(zhike, tmp_path, monkeypatch):
    """Call a command of `zhike staff` on a store with one member; what is given comes over the standard input."""
    for name in ("ZHIKE_STORE", "ZHIKE_KEYS", "ZHIKE_RULEBOOK"):
        monkeypatch.delenv(name, raising=False)

    def call(*words, given=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(given) if isinstance(given, str) else given)
        return zhike("staff", *words, "--store", tmp_path / "zhike.db")

    assert call("add", "ming", "--role", "adviser", "--branch", "north").out == "added ming: adviser\n"
    return call


@pytest.fixture
def acting(tmp_path):
    store = store_on(str(tmp_path / "zhike.db"), create=True)
    yield acting_over(store)
    store.close()


def signs_in(acting, password):
    version = load_rulebook().entry(SESSIONS).versions[-1]
    try:
        return bool(open_session(acting, SessionRules.of(version), "ming", password).token)
    except SignInRefusedError:
        return False


def test_a_token_and_what_it_is_limited_to(staff):
    told = staff(
        "token", "ming", "--days", "90", "--scope", "offer.*", "--scope", "decision.make", "--json"
    ).json
    assert (told["staff"], told["scopes"]) == ("ming", ["decision.make", "offer.*"])
    plain = staff("token", "ming")
    assert plain.out.startswith("token of ming, shown this once: ")
    assert plain.out.split()[-1] != told["token"]
    assert staff("token", "ming", "--days", "36501").code == 2
    assert staff("revoke", told["token"]).out == "the token is withdrawn\n"
    assert staff("revoke", told["token"]).code == 2


def test_a_scope_that_is_none_says_which_there_are(staff):
    refused = staff("token", "ming", "--scope", "decision.make", "--scope", "fly.high")
    assert refused.code == 2
    assert "found scope 'fly.high'" in refused.err
    assert "customer.*, day.*, deadline.*, decision.*, delivery.*" in refused.err
    assert refused.out == ""
    assert (
        json.loads(staff("token", "ming", "--scope", "*", "--json").err)["error"]["data"]["what"]
        == "scope '*'"
    )


@pytest.mark.parametrize(
    "line", [PASSWORD, f"{PASSWORD}\n", f"{PASSWORD}\r\n", f"{PASSWORD}\nanother line\n"]
)
def test_a_password_comes_over_the_standard_input_and_is_never_shown(staff, acting, line):
    answer = staff("password", "ming", given=line)
    assert (answer.code, answer.out, answer.err) == (0, "password of ming set; sessions ended: 0\n", "")
    assert signs_in(acting, PASSWORD)
    assert not signs_in(acting, f"{PASSWORD}\n")


def test_spaces_around_a_password_belong_to_it(staff, acting):
    staff("password", "ming", given=f"  {PASSWORD}  \n")
    assert signs_in(acting, f"  {PASSWORD}  ")
    assert not signs_in(acting, PASSWORD)


def test_a_password_is_no_argument(staff):
    assert staff("password", "ming", PASSWORD).code == 2


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "found a password of 5 characters"),
        ("", "found a password of 0 characters"),
        ("Ming, Ming and Ming", "contains its owner's name"),
    ],
)
def test_a_password_that_is_not_taken(staff, acting, password, said):
    staff("password", "ming", given=PASSWORD)
    refused = staff("password", "ming", given=password)
    assert refused.code == 2
    assert said in refused.err
    assert not password or password not in refused.err
    assert signs_in(acting, PASSWORD)


def test_nobodys_password(staff):
    assert "no such member of staff" in staff("password", "chen", given=PASSWORD).err


class Terminal(io.StringIO):
    def isatty(self):
        return True


def typed(monkeypatch, *answers):
    """Let somebody sit at the terminal who types these, and return what they are asked."""
    asked, waiting = [], list(answers)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: asked.append(prompt) or waiting.pop(0))
    return asked


def test_at_a_terminal_it_is_typed_twice_without_echo(staff, acting, monkeypatch):
    asked = typed(monkeypatch, PASSWORD, PASSWORD)
    assert staff("password", "ming", "--lang", "zh-Hans", given=Terminal()).code == 0
    assert asked == ["ming 的密码：", "再输入一次："]
    assert signs_in(acting, PASSWORD)
    typed(monkeypatch, "one that is long enough", "another long enough")
    assert "two passwords that differ" in staff("password", "ming", given=Terminal()).err
    assert signs_in(acting, PASSWORD)


def test_sessions_are_ended_by_command_and_by_another_password(staff, acting):
    staff("password", "ming", given=PASSWORD)
    assert signs_in(acting, PASSWORD)
    assert signs_in(acting, PASSWORD)
    assert staff("end-sessions", "ming", "--json").json == {"staff": "ming", "sessions": 2}
    assert staff("end-sessions", "ming").out == "sessions of ming ended: 0\n"
    assert signs_in(acting, PASSWORD)
    assert staff("password", "ming", "--json", given="another one altogether").json == {
        "staff": "ming",
        "sessions": 1,
    }


def test_every_command_speaks_three_languages(staff):
    for words in (["token", "ming"], ["end-sessions", "ming"], ["password", "ming"]):
        spoken = [staff(*words, "--lang", language, given=PASSWORD) for language in LANGUAGES]
        assert [one.code for one in spoken] == [0, 0, 0]
        assert len({re.sub(r"[\w-]{43}", "", one.out, flags=re.ASCII) for one in spoken}) == 3


def test_no_token_looks_like_an_option(acting):
    dashed = dataclasses.replace(acting, chance=lambda size: b"\xfb" * size)  # "-" is where 62 is written
    assert not new_token(dashed).startswith("-")
    assert new_token(dashed)[1:] == base64.urlsafe_b64encode(b"\xfb" * 32).decode()[1:].rstrip("=")
