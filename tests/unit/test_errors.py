"""Errors say what was found, what was needed and what to do, in three languages and in one shape for machines."""

import json
import string

import pytest

from zhike.core.error_catalogue import error_classes
from zhike.core.errors import InputNotFoundError, ZhikeError
from zhike.core.language import LANGUAGES

CLASSES = pytest.mark.parametrize("cls", error_classes(), ids=lambda cls: cls.code)


def made(cls):
    """Return an error of a class with every value it names."""
    names = {
        name
        for text in (cls.found, cls.needed, cls.remedy)
        for language in LANGUAGES
        for _, name, _, _ in string.Formatter().parse(text.in_language(language))
        if name
    }
    return cls(**{name: f"<{name}>" for name in names})


@CLASSES
def test_every_error_speaks_three_languages_with_the_same_values(cls):
    error = made(cls)
    spoken = [error.render(language) for language in LANGUAGES]
    assert len(set(spoken)) == 3
    for line in spoken:
        assert "\n" not in line
        assert all(str(value) in line for value in error.data.values())
    assert str(error) == spoken[0]


@CLASSES
def test_every_error_has_one_shape_for_machines(cls):
    for language in LANGUAGES:
        shape = json.loads(json.dumps(made(cls).to_json(language)))["error"]
        assert set(shape) == {"code", "retryable", "found", "needed", "remedy", "data"}
        assert shape["code"] == cls.code
        assert all(shape[part] for part in ("found", "needed", "remedy"))


@CLASSES
def test_every_error_leaves_with_a_documented_code(cls):
    assert cls.exit_code == (70 if cls.code == "internal_error" else 2)
    assert 400 <= cls.http_status < 600


def test_codes_are_unique_and_every_class_is_listed():
    codes = [cls.code for cls in error_classes()]
    assert codes == sorted(set(codes))
    assert set(error_classes()) == set(ZhikeError.__subclasses__())


def test_numbers_stay_numbers_for_machines():
    data = InputNotFoundError(path="x", line=3).to_json()["error"]["data"]
    assert data == {"path": "x", "line": 3}


def test_a_value_with_three_languages_is_told_in_the_readers():
    from zhike.core.language import Text
    from zhike.core.service_errors import StateConflictError

    error = StateConflictError(what=Text("a lock", "锁", "鎖"), expected="a key")
    assert [error.render(language).split("；")[0].split(";")[0] for language in LANGUAGES] == [
        "found a lock",
        "现状：锁",
        "現況：鎖",
    ]
    assert error.to_json("zh-Hans")["error"]["data"] == {"what": "锁", "expected": "a key"}
