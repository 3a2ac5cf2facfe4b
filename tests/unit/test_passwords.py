"""Which passwords are taken, and what is kept instead of them."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.core.errors import UsageError
from zhike.govern.passwords import COST, NOBODYS, Cost, check_password, hashed_password, matches
from zhike.govern.sessions import SessionRules

RULES = SessionRules(1, 1, 1, 1, 12, 128)
CHEAP = Cost(16, 1, 1)
SALT = bytes(range(16))
ODD = "客户至上，服务为本，不忘初心。🙂"


@pytest.mark.parametrize("password", ["a" * 12, "a" * 128, " " * 12, ODD, "\x00" * 12, "\ud800" * 12])
def test_any_characters_are_taken(password):
    check_password(password, "ming", RULES)
    assert matches(password, hashed_password(password, SALT, CHEAP))


@pytest.mark.parametrize("password", ["", "a" * 11, "a" * 129])
def test_too_short_and_too_long(password):
    with pytest.raises(UsageError, match="12 to 128 characters"):
        check_password(password, "ming", RULES)


@pytest.mark.parametrize("password", ["ming-ming-ming", "I am MING, let me in", "xxxxxxxxMinGxxx"])
def test_the_name_of_its_owner_is_in_no_password(password):
    with pytest.raises(UsageError) as caught:
        check_password(password, "Ming", RULES)
    assert password not in str(caught.value) + str(caught.value.to_json())


def test_a_refusal_does_not_repeat_the_password():
    with pytest.raises(UsageError) as caught:
        check_password("short one", "ming", RULES)
    assert "short one" not in str(caught.value) + str(caught.value.to_json())


def test_what_is_kept_is_scrypt_with_its_parameters_and_salt():
    kept = hashed_password("correct horse battery", SALT)
    name, n, r, p, salt, digest = kept.split("$")
    assert (name, int(n), int(r), int(p)) == ("scrypt", *COST)
    assert COST.n * COST.r * COST.p >= (1 << 14) * 8 * 5  # the least that OWASP names
    again = hashlib.scrypt(
        b"correct horse battery", salt=SALT, n=COST.n, r=COST.r, p=COST.p, maxmem=1 << 26, dklen=32
    )
    import base64

    assert (base64.b64decode(salt), base64.b64decode(digest)) == (SALT, again)
    assert matches("correct horse battery", kept)


def test_the_same_password_is_kept_otherwise_under_another_salt():
    assert hashed_password("a" * 12, bytes(16), CHEAP) != hashed_password("a" * 12, SALT, CHEAP)


def test_nobodys_costs_as_much_as_somebodys():
    assert NOBODYS.split("$")[:4] == hashed_password("a" * 12, SALT).split("$")[:4]
    assert [len(part) for part in NOBODYS.split("$")] == [
        len(part) for part in hashed_password("a", SALT).split("$")
    ]


@settings(max_examples=200)
@given(st.text(max_size=40), st.text(max_size=40))
def test_only_the_very_same_password_matches(one, other):
    """Nothing is cut off, trimmed, folded or normalised."""
    assert matches(other, hashed_password(one, SALT, CHEAP)) is (one == other)


@pytest.mark.parametrize(
    "other",
    ["Correct horse battery", "correct horse battery ", "correct horse batter", "ｃorrect horse battery"],
)
def test_nearly_the_same_is_another_one(other):
    assert not matches(other, hashed_password("correct horse battery", SALT, CHEAP))
