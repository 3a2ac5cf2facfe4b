"""How personal data are written: patterns over a text in plain characters, see `zhike.know.text.redaction`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from zhike.know.text import check_digits
from zhike.know.text.personal_words import (
    ACCOUNT_WORDS,
    ADDRESS_WORDS,
    CODE_WORDS,
    NAME_WORDS,
    PASSPORT_WORDS,
    PLACES,
    PLATE_WORDS,
    PROVINCES,
    ROOM,
    STREETS,
    SURNAMES,
    TITLES,
    WAYS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["found_in"]

Found = tuple[int, int, str]

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff"
_GAP: Final = r"[ \t\u200b\-–—.·_/]{0,3}"
"""What may stand between two digits of one number."""
_LEAST_DIGITS: Final = 7
"""Digits of a number that is taken out whatever it means; local phone numbers have as many."""
_IDENTITY: Final = re.compile(r"[1-9]\d{5}(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d{4}[\dXx]")
"""What is meant as an identity number of the mainland, whether or not its check digit is right."""
_CARD: Final = range(12, 20)
"""Digits of a card, by ISO/IEC 7812."""
_PLAIN_AMOUNT: Final = 8
"""Digits that an amount has at most without marks of thousands: more could be a number of seven digits and more with a currency after it."""

_NUMBER: Final = re.compile(
    rf"(?<!\d)\+?\(?\d(?:{_GAP}[()]?{_GAP}\d){{{_LEAST_DIGITS - 1},}}{_GAP}[Xx]?(?![A-Za-z\d])|\+?\d(?:{_GAP}[()]?{_GAP}\d){{{_LEAST_DIGITS - 1},}}"
)
_DATE: Final = re.compile(
    r"(?<!\d)(?<!\d[-/.])(?:19|20)\d\d([-/.年])(?:0?[1-9]|1[0-2])[-/.月](?:[12]\d|3[01]|0?[1-9])日?(?:[ T]?\d{1,2}:\d\d(?::\d\d)?)?(?![-/.]?\d)"
)
_CURRENCY: Final = r"(?:[¥￥$€£]|RMB|CNY|USD|HKD|HK\$|NT\$|MOP|EUR|GBP|人民币|人民幣|港币|港幣|美元)"
_UNIT: Final = (
    r"(?:元|块|塊|圆|圓|万|萬|亿|億|dollars?\b|yuan\b|euros?\b|pounds?\b|RMB\b|CNY\b|USD\b|HKD\b|EUR\b|GBP\b)"
)
_SUM: Final = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,{_PLAIN_AMOUNT}}})(?:\.\d{{1,2}})?"
_AMOUNT: Final = re.compile(
    rf"(?<![\d.,\-]){_CURRENCY}\s?{_SUM}(?![\d,]|\.\d|[ -]\d)|(?<![\d.,\-])(?<!\d )(?<!\d-){_SUM}\s?(?={_UNIT})",
    re.IGNORECASE,
)
_NUMERALS: Final = str.maketrans(
    "零〇一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖幺两兩", "001234567891223345667891" + "22"
)
_SPELLED: Final = re.compile(
    rf"[零〇一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖幺\d](?:{_GAP}[零〇一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖幺\d]){{{_LEAST_DIGITS - 1},}}"
)

_LONGEST: Final = 256
"""Characters of one word that are looked through at most; without an end, a long text of one word would take hours."""
_WORD: Final = rf"(?:(?![{_HAN}])[\w.%+\-]){{1,{_LONGEST}}}"
_EMAIL: Final = re.compile(
    rf"{_WORD}\s?@\s?{_WORD}\.[A-Za-z]{{2,}}|{_WORD}\s?[\[(]at[\])]\s?{_WORD}\s?(?:\.|[\[(]dot[\])])\s?[A-Za-z]{{2,}}|[^\s@,;:，。；：、()（）]{{1,{_LONGEST}}}@[^\s@,;:，。；：、()（）]{{1,{_LONGEST}}}\.[^\s@,;:，。；：、()（）.]+",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(r"(?<![\w.])(?:@[\w\-]{2,})+")
_MIXED: Final = re.compile(
    rf"(?<![A-Za-z0-9])(?=[A-Za-z0-9\-]{{0,{_LONGEST}}}[A-Za-z])(?=(?:[A-Za-z\-]{{0,{_LONGEST}}}\d){{5}})[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9]))*(?:\(\w\))?(?![A-Za-z0-9])"
)
"""Letters and at least five digits in one word: documents, references, customers' numbers."""
_HONG_KONG: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{1,2}\s?\d{6}\s?(?:\([\dAa]\)|[\dAa](?![A-Za-z0-9]))"
)
_MACAU: Final = re.compile(r"(?<!\d)[1578][/ ]?\d{6}[/ ]?\(\d\)|(?<!\d)[1578]/\d{6}/\d(?!\d)")
_TAIWAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Da-d1289]\d{8}(?!\d)")
_PASSPORT: Final = re.compile(r"(?<![A-Za-z0-9])[EeGgDdSsPpHhKkMm][A-Za-z]?\d{7,8}(?![A-Za-z0-9])")
_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])")
_PLATE: Final = re.compile(
    rf"[{PROVINCES}][A-Za-z][·. \u200b]?(?=[A-Za-z0-9]*\d)[A-HJ-NP-Za-hj-np-z0-9]{{4,6}}[学警港澳挂使领學掛領]?|(?<![A-Za-z0-9])[A-Z]{{3}}-\d{{4}}(?!\d)"
)

_SAID: Final = r"[\s\u200b:：=\-#是为為叫]{0,4}(?:no\.?|number|numbers|is|号码|号|碼|號碼|號)?[\s\u200b:：=\-#是为為]{0,4}"
_VALUE: Final = r"([A-Za-z0-9*][A-Za-z0-9*\-\u200b]*(?: ?\d[A-Za-z0-9\-]*)*)"


def _after(words: str, value: str = _VALUE, said: str = _SAID) -> re.Pattern[str]:
    return re.compile(rf"(?:{words}){said}{value}", re.IGNORECASE)


_ACCOUNT: Final = _after(
    ACCOUNT_WORDS, r"((?=[A-Za-z\-]*\d)[A-Za-z0-9*][A-Za-z0-9*\-\u200b]{2,}(?: ?\d[A-Za-z0-9\-]*)*)"
)
_PASSPORT_SAID: Final = _after(PASSPORT_WORDS, r"((?=[A-Za-z\-]*\d)[A-Za-z0-9][A-Za-z0-9\-]{4,})")
_PLATE_SAID: Final = _after(PLATE_WORDS, r"((?=[A-Za-z\- ]*\d)[A-Za-z0-9][A-Za-z0-9\- ]{1,8}[A-Za-z0-9])")
_SECRET: Final = _after(CODE_WORDS, r"((?=[A-Za-z]*\d)[^\s,;，。；、]{3,})")

_SEAT: Final = rf"(?:\d+|[〇零一二三四五六七八九十百]+|[A-Za-z]\d*)\s?(?:{ROOM})"
_ADDRESS: Final = re.compile(
    rf"(?>[{_HAN}]{{1,12}}?(?:{PLACES})){{0,8}}[{_HAN}A-Za-z0-9]{{1,12}}?(?:{WAYS})\s?(?:[东西南北中東]?[段区區]?\s?)(?:{_SEAT}[\s\-,，]?)+(?:[{_HAN}]{{0,8}}?{_SEAT})*(?:\d+)?"
)
_ADDRESS_SAID: Final = re.compile(
    rf"(?:{ADDRESS_WORDS})[\s:：是为為在]{{1,4}}([^\n。；;!！?？]{{4,80}})", re.IGNORECASE
)
_STREET: Final = re.compile(
    rf"(?<![\w])(?:(?:flat|unit|room|rm|apt|apartment|suite|floor)\.?\s*[\w\-]+,?\s+)?(?:\w+ (?:house|building|tower|court|mansion),?\s+)?\d{{1,5}}[A-Za-z]?(?:-\d+)?,?\s+(?:[A-Za-z'\-]+\.?\s+){{1,4}}?(?:{STREETS})\b\.?"
    r"(?:,?\s*(?:flat|unit|room|rm|apt|apartment|suite|#)\.?\s*[\w\-]+)?(?:,\s*[A-Z][A-Za-z \-]{1,24}){0,2}(?:,?\s*(?:[A-Z]{2}\s+)?\d{5}(?:-\d{4})?)?",
    re.IGNORECASE,
)
_POSTCODE: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?![A-Za-z0-9])|(?<![A-Za-z])P\.?\s?O\.?\s?Box\s?\d+|(?<![A-Za-z])[A-Z]{2},? \d{5}(?:-\d{4})?(?!\d)"
)

_TITLED: Final = re.compile(rf"(?:{SURNAMES})[{_HAN}]{{0,2}}(?={TITLES})")
_NAME_SAID: Final = re.compile(
    rf"(?:我叫|我是(?=(?:{SURNAMES})[{_HAN}]{{1,2}}(?:[^{_HAN}]|$))|本人(?=(?:{SURNAMES})[{_HAN}]{{1,2}}[，,。])|(?:{NAME_WORDS})\s?[:：是为為叫]\s?)\s?([{_HAN}·]{{2,4}}?)(?=[^{_HAN}·]|$|的|在|是|于|於|来|來|今|身|电|電|手|住|，)"
)
_NAME_LATIN: Final = re.compile(
    r"(?i:\b(?:my name is|my name's|this is|name|signed|regards|sincerely|dear)\b\s*[:,]?\s+)((?:[A-Z][\w'’\-]+\.?)(?:[ \t]+(?:[A-Z]\.|[A-Z][\w'’\-]+)){0,3})"
    r"|\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam)\b\.?\s+((?:[A-Z][\w'’\-]+)(?:[ \t]+[A-Z][\w'’\-]+){0,2})"
)
_NO_NAME: Final = frozenset(
    (
        "Sir",
        "Sirs",
        "Madam",
        "Team",
        "Customer",
        "Customers",
        "Bank",
        "Support",
        "Service",
        "Manager",
        "The",
        "This",
    )
)


def found_in(text: str) -> Iterator[Found]:
    """Yield start, end and kind of what looks like personal data; findings may overlap.

    Parameters
    ----------
    text : str
        In plain characters: ASCII digits, characters that take no room as ``U+200B``.
    """
    yield from _numbers(text)
    yield from _documents(text)
    yield from _said(text)
    yield from _places(text)
    for pattern in (_EMAIL, _HANDLE):
        yield from (
            (*one.span(), "email" if pattern is _EMAIL else "account") for one in pattern.finditer(text)
        )
    yield from _names(text)


def _numbers(text: str) -> Iterator[Found]:
    """Yield long numbers that are neither dates nor amounts."""
    clear = _blanked(text)
    for found in _NUMBER.finditer(clear):
        yield found.start(), found.end(), _kind(found[0])
    for found in _SPELLED.finditer(clear):
        yield found.start(), found.end(), _kind(found[0].translate(_NUMERALS))


def _blanked(text: str) -> str:
    """Return a text of the same length with letters in the place of dates and amounts."""
    for pattern in (_DATE, _AMOUNT):
        text = pattern.sub(lambda one: re.sub(r"\d", "~", one[0]), text)
    return text


def _kind(number: str) -> str:
    """Return what a long number is; ``number`` where nobody can tell."""
    digits = re.sub(r"[^\dXx]", "", number)
    if check_digits.identity_mainland(digits):
        return "identity"
    if _IDENTITY.fullmatch(digits):
        return "identity"
    digits = digits.rstrip("Xx")
    if _is_phone(number, digits):
        return "phone"
    if len(digits) in _CARD and check_digits.luhn(digits):
        return "card"
    return "account" if len(digits) in _CARD else "number"


def _is_phone(number: str, digits: str) -> bool:
    if number.lstrip("(").startswith("+"):
        return True
    mobile = r"(?:0{0,2}86)?1[3-9]\d{9}|(?:00)?85[23][2-9]\d{7}|09\d{8}|0[1-9]\d{8,10}"
    grouped = r"\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}|[2-9]\d{3}[- ]\d{4}|[48]00[- ]?\d{3}[- ]?\d{4}"
    return bool(re.fullmatch(mobile, digits) or re.fullmatch(grouped, number.strip()))


def _documents(text: str) -> Iterator[Found]:
    for found in _MIXED.finditer(text):
        yield found.start(), found.end(), "number"
    for pattern, kind in (
        (_MACAU, "identity"),
        (_TAIWAN, "identity"),
        (_PASSPORT, "passport"),
        (_PLATE, "plate"),
    ):
        yield from ((*one.span(), kind) for one in pattern.finditer(text))
    for found in _HONG_KONG.finditer(text):
        bare = re.sub(r"[\s()]", "", found[0])
        if "(" in found[0] or check_digits.identity_hong_kong(bare):
            yield found.start(), found.end(), "identity"
    for found in _IBAN.finditer(text):
        if check_digits.iban(found[0].replace(" ", "")):
            yield found.start(), found.end(), "account"


def _said(text: str) -> Iterator[Found]:
    """Yield what stands after a word that says what it is."""
    clear = _blanked(text)
    for pattern, kind in (
        (_ACCOUNT, "account"),
        (_PASSPORT_SAID, "passport"),
        (_PLATE_SAID, "plate"),
        (_SECRET, "secret"),
    ):
        yield from ((*one.span(1), kind) for one in pattern.finditer(clear))


def _places(text: str) -> Iterator[Found]:
    for pattern in (_ADDRESS, _STREET, _POSTCODE):
        yield from ((*one.span(), "address") for one in pattern.finditer(text))
    yield from ((*one.span(1), "address") for one in _ADDRESS_SAID.finditer(text))


def _names(text: str) -> Iterator[Found]:
    for found in _TITLED.finditer(text):
        yield found.start(), found.end(), "name"
    for found in _NAME_SAID.finditer(text):
        yield (*found.span(1), "name")
    for found in _NAME_LATIN.finditer(text):
        group = 1 if found[1] else 2
        if found[group].split()[0] not in _NO_NAME:
            yield (*found.span(group), "name")
