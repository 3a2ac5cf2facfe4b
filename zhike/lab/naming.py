"""What the simulated bank's customers are called, and a phone number that rings nowhere.

Names are put together from frequent parts; shares are invented. Numbers have the length of mobile numbers and begin with 10, with which
none begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.traits import FIRM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.state import Traits

__all__ = ["LATIN_PARTS", "PARTS", "names", "phones"]

_SURNAMES: Final = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾"
)
_WOMEN: Final = tuple(
    "芳娜敏静秀娟英华慧巧美淑惠珠翠雅芝玉萍红娥玲芬燕彩春菊兰凤洁梅琳素云莲真雪荣爱妹霞香月莺媛艳瑞凡佳嘉琼"
)
_MEN: Final = tuple(
    "伟刚勇毅俊峰强军平保东文辉力明永健世广志义兴良海山仁波宁贵福生龙元全国胜学祥才发武新利清飞彬富顺信子杰涛"
)
_LATIN_SURNAMES: Final = (
    "Chen",
    "Smith",
    "Wong",
    "Garcia",
    "Tanaka",
    "Nguyen",
    "Kim",
    "Müller",
    "Lee",
    "Brown",
    "Tan",
    "Rossi",
)
_LATIN_WOMEN: Final = ("Anna", "Grace", "Mei", "Sofia", "Yuki", "Linh", "Emma", "Lucy", "Irene", "Chloé")
_LATIN_MEN: Final = ("David", "Peter", "James", "Carlos", "Kenji", "Minh", "Paul", "Victor", "Andrew", "José")
PARTS: Final = (_SURNAMES, _WOMEN, _MEN)
LATIN_PARTS: Final = (_LATIN_SURNAMES, _LATIN_WOMEN, _LATIN_MEN)
"""Surnames, given names of women and of men, from which names are put together."""
_TRADES: Final = ("商贸", "餐饮", "科技", "物流", "建材", "服装", "电子", "食品")
_TWO_CHARACTERS: Final = 0.8
"""Share of given names with two characters. Invented."""
_FREQUENT: Final = 1.4
"""How steeply surnames fall from the most frequent: the place in the list is a power of a uniform number. Invented."""
_WITH_PHONE: Final = 0.95
"""Share of customers whose phone number is on record. Invented."""
_LATIN: Final = 2
"""Place of English among the languages of `zhike.lab.facts_opening`."""


def names(dice: Dice, people: Traits) -> list[str]:
    """Return a name for each customer, shape (n,)."""
    who = people.who
    surname = np.floor(dice.uniform("surname", who) ** _FREQUENT * len(_SURNAMES)).astype(np.int64)
    drawn = np.stack([dice.uniform("given name", who, place) for place in range(3)], axis=1)
    rows = zip(people.kind, people.language, people.sex, surname, drawn, strict=True)
    return [
        _name(bool(kind == FIRM), bool(language == _LATIN), int(sex), int(at), row)
        for kind, language, sex, at, row in rows
    ]


def _name(firm: bool, latin: bool, sex: int, surname: int, drawn: NDArray[np.float64]) -> str:  # noqa: FBT001
    if firm:
        return f"{_of(_WOMEN, drawn[0])}{_of(_MEN, drawn[1])}{_of(_TRADES, drawn[2])}有限公司"
    if latin:
        return f"{_of(_LATIN_MEN if sex else _LATIN_WOMEN, drawn[0])} {_of(_LATIN_SURNAMES, drawn[1])}"
    given = _MEN if sex else _WOMEN
    second = _of(given, drawn[1]) if drawn[2] < _TWO_CHARACTERS else ""
    return f"{_SURNAMES[surname]}{_of(given, drawn[0])}{second}"


def _of(parts: tuple[str, ...], uniform: float) -> str:
    return parts[int(uniform * len(parts))]


def phones(dice: Dice, people: Traits) -> list[str | None]:
    """Return a phone number for each customer, shape (n,); None where none is on record."""
    who = people.who
    number = np.floor(dice.uniform("phone number", who) * 1e9).astype(np.int64)
    told = dice.happens(_WITH_PHONE, "tells the phone number", who)
    return [f"10{one:09d}" if known else None for one, known in zip(number, told, strict=True)]
