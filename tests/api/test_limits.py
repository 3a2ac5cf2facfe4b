"""The pace of callers, the size of bodies, strict JSON and languages, piece by piece."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.api.languages import spoken
from zhike.api.limits import Pace
from zhike.api.strict_json import check_json
from zhike.core.language import LANGUAGES
from zhike.core.service_errors import RequestInvalidError, TooManyRequestsError

SECOND = 1_000_000


def taken(pace, caller, now, times):
    """Return how many of so many requests were let through."""
    found = 0
    for _ in range(times):
        try:
            pace.take(caller, now)
        except TooManyRequestsError:
            continue
        found += 1
    return found


def test_a_bucket_is_full_at_first_and_fills_evenly():
    pace = Pace(10)
    assert taken(pace, "a", 0, 20) == 10
    assert taken(pace, "a", SECOND // 2, 20) == 5
    assert taken(pace, "a", 100 * SECOND, 20) == 10
    assert taken(pace, "b", 100 * SECOND, 20) == 10


def test_no_limit():
    assert taken(Pace(0), "a", 0, 1000) == 1000


def test_a_clock_that_was_put_back_shuts_nobody_out():
    pace = Pace(10)
    assert taken(pace, "a", 3600 * SECOND, 20) == 10
    assert taken(pace, "a", 0, 20) == 0
    assert taken(pace, "a", SECOND, 20) == 10


def test_many_callers_are_forgotten_only_when_they_have_rested():
    pace = Pace(1)
    for number in range(10_000):
        pace.take(f"c{number}", 0)
    assert taken(pace, "new", 1, 1) == 1
    assert taken(pace, "c5", 2, 1) == 0  # whoever has just asked is not given a full bucket by a crowd
    assert taken(pace, "newer", 2 * SECOND, 1) == 1
    assert taken(pace, "c5", 2 * SECOND, 1) == 1


@given(st.lists(st.integers(0, 3 * SECOND), min_size=1, max_size=60), st.integers(1, 20))
def test_no_more_than_the_limit_and_one_bucket_in_any_span(moments, limit):
    pace = Pace(limit)
    through = [now for now in sorted(moments) if taken(pace, "a", now, 1)]
    for first in range(len(through)):
        for last in range(first, len(through)):
            span = (through[last] - through[first]) / SECOND
            assert last - first + 1 <= limit + span * limit + 1e-6


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=5), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(PLAIN, st.booleans())
def test_plain_json_passes(value, escaped):
    check_json(json.dumps(value, ensure_ascii=escaped).encode())


@given(st.binary(max_size=60))
def test_bytes_pass_only_if_every_reader_takes_them_alike(body):
    try:
        check_json(body)
    except RequestInvalidError:
        return
    value = json.loads(body.decode())
    assert json.loads(json.dumps(value, allow_nan=False)) == value


@pytest.mark.parametrize("levels", [1, 31, 32])
def test_levels_that_are_allowed(levels):
    check_json(b"[" * levels + b"]" * levels)
    check_json(b'{"a":' * levels + b"1" + b"}" * levels)


@pytest.mark.parametrize("levels", [33, 100, 990, 100_000])
def test_levels_that_are_not(levels):
    for body in (b"[" * levels + b"]" * levels, b'{"a":' * levels + b"1" + b"}" * levels):
        with pytest.raises(RequestInvalidError, match="nested too deeply"):
            check_json(body)


@pytest.mark.parametrize(
    "number", ["9223372036854775807", "-9223372036854775808", "1e308", "0", "-0.0", "1E-400"]
)
def test_numbers_that_are_allowed(number):
    check_json(number.encode())


@pytest.mark.parametrize(
    "number",
    [
        "9223372036854775808",
        "-9223372036854775809",
        "1e309",
        "-1e400",
        "9" * 4301,
        "NaN",
        "Infinity",
        "-Infinity",
    ],
)
def test_numbers_that_are_not(number):
    with pytest.raises(RequestInvalidError, match="number"):
        check_json(f'{{"a": [{number}]}}'.encode())


@pytest.mark.parametrize("place", ['{{"a": "{}"}}', '{{"{}": 1}}', '["{}"]', '"{}"'])
@pytest.mark.parametrize("text", ["\\u0000", "\\ud800", "\\udfff", "a\\udc00\\ud800"])
def test_half_a_character_is_found_wherever_it_is(place, text):
    with pytest.raises(RequestInvalidError, match="surrogate"):
        check_json(place.format(text).encode())
    check_json(place.format("\\ud83d\\ude00").encode())


@given(st.text(max_size=200))
def test_whatever_is_asked_for_one_of_our_languages_is_spoken(header):
    assert spoken(header) in LANGUAGES


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-Hans-HK", "zh-Hans"), ("zh-HK", "zh-Hant"), ("ZH-TW", "zh-Hant"), ("en;q=0.1,zh-MO;q=0.2", "zh-Hant"), ("de,en", "en"),
        ("de,zh", "zh-Hans"), ("zh;q=1.5", "en"), ("zh-SG;q=0.001", "zh-Hans"), ("en,zh", "en"), ("zh,en", "zh-Hans"), ("", "en"),
        (",".join(["de"] * 30 + ["zh"]), "en"),
    ],
)  # fmt: skip
def test_the_language_that_is_liked_best(header, language):
    assert spoken(header) == language
