"""Personal data taken out of a text before any model reads it, and before anybody sees it who need not know whose it is.

What is found is replaced by a mark that says what it was. The search errs on the side of taking too much: a number of seven digits and more
that is neither a date nor an amount is taken out even where nobody knows what it means.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.core.language import LANGUAGES, Language, Text
from zhike.know.text.personal_patterns import found_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["KINDS", "Redacted", "Span", "redact"]

KINDS: Final = {
    "name": Text("name", "姓名", "姓名"),
    "identity": Text("identity number", "证件号", "證件號"),
    "passport": Text("passport number", "护照号", "護照號"),
    "card": Text("card number", "卡号", "卡號"),
    "account": Text("account", "账号", "帳號"),
    "phone": Text("phone", "电话", "電話"),
    "email": Text("e-mail", "邮箱", "郵箱"),
    "address": Text("address", "地址", "地址"),
    "plate": Text("number plate", "车牌", "車牌"),
    "secret": Text("secret", "密码", "密碼"),
    "number": Text("number", "号码", "號碼"),
}
"""What can be found, in the order of precedence where two findings overlap."""
_ORDER: Final = {kind: place for place, kind in enumerate(KINDS)}
_MARKS: Final = {
    kind: Text(*("[" + words.in_language(one) + "]" for one in LANGUAGES)) for kind, words in KINDS.items()
}
_MARK: Final = re.compile(
    "|".join(re.escape(mark.in_language(one)) for mark in _MARKS.values() for one in LANGUAGES)
)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of personal data in a text.

    Parameters
    ----------
    start, end : int
        Its characters, ``text[start:end]``.
    kind : str
        One of `KINDS`.
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data.

    Parameters
    ----------
    pieces : tuple of str
        What stands between the spans, one more than there are spans.
    spans : tuple of Span
        In order, none overlapping; the places are those of the original text, which is not kept.
    """

    pieces: tuple[str, ...]
    spans: tuple[Span, ...]

    def shown(self, language: Language = "en") -> str:
        """Return the text with marks in a language.

        Examples
        --------
        >>> redact("请回电13800138000").shown("zh-Hans")
        '请回电[电话]'
        """
        return self._joined(_MARKS[span.kind].in_language(language) for span in self.spans)

    @property
    def text(self) -> str:
        """The text as models read it: a blank for each piece, so that no mark is learnt from."""
        return self._joined(" " for _ in self.spans)

    def _joined(self, marks: Iterable[str]) -> str:
        return self.pieces[0] + "".join(
            mark + piece for mark, piece in zip(marks, self.pieces[1:], strict=True)
        )


def redact(text: str, names: Sequence[str] = ()) -> Redacted:
    """Take personal data out of a text.

    Parameters
    ----------
    text : str
    names : sequence of str
        Names to take out wherever they stand, such as those of the customer who wrote it. Others are found where the text marks them: after
        "my name is", before 先生, and the like.

    Returns
    -------
    Redacted
        Redacting what `Redacted.shown` gives finds nothing more.

    Notes
    -----
    Identity numbers of the mainland, Hong Kong, Macau and Taiwan, passports, cards, phones, e-mail and postal addresses, accounts, number plates, passwords and
    codes. Digits may be of any script or Chinese numerals, apart by blanks, hyphens or characters that take no room. A name that nothing marks stays.

    Examples
    --------
    >>> redact("Card 4111 1111 1111 1111 declined twice").shown()
    'Card [card number] declined twice'
    >>> redact("我叫王小明，身份证11010519491231002X").shown("zh-Hant")
    '我叫[姓名]，身份证[證件號]'
    """
    shadow = _shadow(text)
    found = [Span(*one) for one in found_in(shadow)] + list(_named(shadow, names))
    spans = _merged(_apart(found, [one.span() for one in _MARK.finditer(text)]))
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    return Redacted(tuple(text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)), tuple(spans))


def _shadow(text: str) -> str:
    """Return a text of the same length in which each character is in its plain form, so that places in it are places in the text."""
    return "".join(_plain(one) for one in text)


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    if unicodedata.category(letter) == "Cf":
        return "\u200b"
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", letter)
    return folded if len(folded) == 1 else letter


def _named(shadow: str, names: Sequence[str]) -> Iterator[Span]:
    """Yield where given names stand; a name of Latin letters as a whole word, whatever its case."""
    for name in filter(None, (_shadow(one).strip() for one in names)):
        edges = (r"(?<![A-Za-z])", r"(?![A-Za-z])") if name.isascii() else ("", "")
        wanted = r"\s+".join(map(re.escape, name.split()))
        for found in re.finditer(edges[0] + wanted + edges[1], shadow, re.IGNORECASE):
            yield Span(*found.span(), "name")


def _apart(spans: Iterable[Span], marks: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """Yield spans without what they share with marks of an earlier redaction."""
    for span in spans:
        start = span.start
        for mark_start, mark_end in marks:
            if mark_start < span.end and mark_end > start:
                if mark_start > start:
                    yield Span(start, mark_start, span.kind)
                start = mark_end
        if start < span.end:
            yield Span(start, span.end, span.kind)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that overlap as one of the kind that goes first: no part of either may stay."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if merged and span.start < merged[-1].end:
            last = merged.pop()
            kind = min(last.kind, span.kind, key=_ORDER.__getitem__)
            span = Span(last.start, max(last.end, span.end), kind)  # noqa: PLW2901 - the two become one
        merged.append(span)
    return merged
