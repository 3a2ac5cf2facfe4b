"""How customers are found by what people remember of them: parts of a name, its pinyin, the end of a phone number.

A customer is kept under *keys*; what is typed is turned into keys in the same way, and whoever has all of them is found. Keys are plain
texts here; the ledger keeps only a keyed hash of each, so that a copy of it tells no name.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LEAST", "TAIL", "digits_of", "keys_of", "keys_sought", "plain", "whole_key"]

LEAST: Final = 2
"""Fewest letters or characters of a name that are sought by: one alone would find every tenth customer."""
TAIL: Final = 4
"""Digits of a phone number that are kept together; what is typed beyond is compared with the number itself."""
_MOST: Final = 12
"""Letters of a word up to which every beginning is a key."""
_AS_SURNAME: Final = {
    "单": "shan", "單": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "區": "ou", "朴": "piao", "查": "zha", "盖": "ge",
    "蓋": "ge", "华": "hua", "華": "hua", "种": "chong", "種": "chong", "缪": "miao", "繆": "miao", "乐": "yue", "樂": "yue", "翟": "zhai",
    "尉": "yu", "万": "wan", "覃": "qin", "员": "yun", "員": "yun", "冼": "xian", "洗": "xian", "秘": "bi", "折": "she", "燕": "yan",
    "召": "shao", "宁": "ning", "寧": "ning", "重": "chong", "任": "ren", "葛": "ge", "过": "guo", "過": "guo", "那": "na", "哈": "ha",
}  # fmt: skip
"""How characters with several readings are read as a surname."""
_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
_HAN_NAME: Final = re.compile(f"[{_HAN}]+")
_WORD: Final = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """Return a name as it is compared: one form of each character, small letters, no accents.

    Examples
    --------
    >>> plain("  José  ＷＡＮＧ "), plain("王 小明")
    ('jose wang', '王 小明')
    """
    split = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in split if not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def digits_of(phone: str | None) -> str:
    """Return the digits of a phone number.

    Examples
    --------
    >>> digits_of("+86 138-0013-8000"), digits_of(None)
    ('8613800138000', '')
    """
    return "".join(re.findall(r"\d", unicodedata.normalize("NFKC", phone or "")))


def keys_of(name: str | None, phone: str | None) -> frozenset[str]:
    """Return the keys under which a customer is kept.

    Examples
    --------
    >>> sorted(keys_of("单小明", "13800138000"))
    ['#8000', '=单小明', 'shan', 'shanxiao', 'shanxiaoming', 'shanxm', 'sx', 'sxm', '单小', '单小明', '小明']
    >>> sorted(keys_of("Li An", None))
    ['=li an', 'an', 'la', 'li', 'lia', 'lian']
    """
    digits, words = digits_of(phone), _WORD.findall(plain(name or ""))
    found = {f"#{digits[-TAIL:]}"} if len(digits) >= TAIL else set()
    found |= whole_key(name)
    for word in words:
        found.update(_of_han(word) if _HAN_NAME.fullmatch(word) else _beginnings(word))
    if len(words) > 1 and not any(map(_HAN_NAME.fullmatch, words)):
        # Names in letters are typed by their initials, or in one word, as those in characters are.
        found.update(_beginnings("".join(word[0] for word in words)), _beginnings("".join(words)))
    return frozenset(found)


def whole_key(name: str | None) -> frozenset[str]:
    """Return the key of a whole name, so that who bears just this one is found before those of whose name it is a part.

    Examples
    --------
    >>> whole_key("Li  An"), whole_key(None)
    (frozenset({'=li an'}), frozenset())
    """
    return frozenset({f"={plain(name)}"} if name and plain(name) else ())


def keys_sought(text: str) -> frozenset[str]:
    """Return the keys of what somebody typed: whoever is kept under all of them is found; none where it is too short.

    Examples
    --------
    >>> sorted(keys_sought("an LI")), keys_sought("138 0013 8000"), keys_sought("王")
    (['an', 'li'], frozenset({'#8000'}), frozenset())
    """
    words = _WORD.findall(plain(text))
    digits = "".join(words)
    if digits.isdecimal():
        return frozenset({f"#{digits[-TAIL:]}"}) if len(digits) >= TAIL else frozenset()
    if all(map(_HAN_NAME.fullmatch, words)):
        words = ["".join(words)]
    return frozenset(word[:_MOST] for word in words if len(word) >= LEAST)


def _beginnings(word: str) -> Iterator[str]:
    return (word[:end] for end in range(LEAST, min(len(word), _MOST) + 1))


def _of_han(name: str) -> Iterator[str]:
    """Yield every part of a name in characters, and of its pinyin: initials, syllables from the first, the first with initials."""
    for start, end in itertools.combinations(range(len(name) + 1), 2):
        if end - start >= LEAST:
            yield name[start:end][:_MOST]
    first = _AS_SURNAME.get(name[0]) or _reading(name[0])
    syllables = [first, *map(_reading, name[1:])]
    initials = "".join(syllable[0] for syllable in syllables)
    yield from _beginnings(initials)
    yield (first + initials[1:])[:_MOST]
    yield from (whole[:_MOST] for whole in itertools.accumulate(syllables) if len(whole) >= LEAST)


@cache
def _reading(character: str) -> str:
    """Return how a character is usually read, without its tone; itself where that is not known."""
    # Its tables take a tenth of a second to load: nobody who seeks no name waits for them.
    import pypinyin

    return str(pypinyin.lazy_pinyin(character)[0])
