"""Refuse JSON that two readers could take differently, before anything reads it.

A key that stands twice, a number that is none, half a character: one program takes the first, another the last, a third fails later
in the middle of a transaction. What is refused is said by its kind; the text itself is never repeated, it may be personal.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final

from zhike.core.phrases import phrase
from zhike.core.service_errors import RequestInvalidError

__all__ = ["check_json"]

_DEEPEST: Final = 32
_DIGITS: Final = 19
_LARGEST: Final = 2**63
_EXPECTED: Final = phrase(
    "JSON in UTF-8: each key once, numbers of 64 bits, no more than {deepest} levels", deepest=_DEEPEST
)


def check_json(body: bytes) -> None:
    r"""Refuse a body that is not JSON as every reader takes it.

    Raises
    ------
    RequestInvalidError
        When it is not UTF-8 or not JSON, names a key twice, holds NaN, an infinity or a number of more than 64 bits, a null
        character or half of a surrogate pair, or is nested deeper than 32 levels.

    Examples
    --------
    >>> check_json(b'{"customer_id": "C1"}')
    >>> check_json(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
        ...
    zhike.core.service_errors.RequestInvalidError: found a body with a key that stands twice; needed JSON in UTF-8: ...
    """
    # Only what opens a level can be deep, and only an escape can hide a character that UTF-8 and JSON do not have.
    deep = body.count(b"[") + body.count(b"{") > _DEEPEST
    escaped = b"\\u" in body
    found = _parsed(body)
    if deep or escaped:
        _check_values(found)


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=_each_once,
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        raise _refused(phrase("that is not UTF-8")) from None
    except json.JSONDecodeError as problem:
        raise _refused(phrase("that is no JSON from character {pos} on", pos=problem.pos)) from None
    except RecursionError:
        raise _refused(phrase("that is nested too deeply")) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refused(phrase("with a key that stands twice"))
    return found


def _no_number(_text: str) -> None:
    raise _refused(phrase("with a number that is none"))


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _DIGITS or not -_LARGEST <= int(text) < _LARGEST:
        raise _refused(phrase("with a number of more than 64 bits"))
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _refused(phrase("with a number of more than 64 bits"))
    return number


def _check_values(found: object) -> None:
    level: list[object] = [found]
    for _ in range(_DEEPEST + 1):
        if not all(_is_whole_text(one) for one in level if isinstance(one, str)):
            raise _refused(phrase("with a null character or half of a surrogate pair"))
        opened = [one for one in level if isinstance(one, dict | list)]
        if not opened:
            return
        level = [part for one in opened for part in _parts(one)]
    raise _refused(phrase("that is nested too deeply"))


def _parts(value: dict[str, object] | list[object]) -> list[object]:
    return [*value, *value.values()] if isinstance(value, dict) else value


def _is_whole_text(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _refused(how: object) -> RequestInvalidError:
    return RequestInvalidError(what=phrase("a body {how}", how=how), expected=_EXPECTED)
