"""Text from bytes whose character set is declared, not declared, or declared wrongly.

What is declared is believed where the bytes can be it and the text looks like one. Else the character sets of Chinese mail are tried, and the one
whose characters are most of the time common ones is taken: bytes of one set read as another give rare characters.
"""

from __future__ import annotations

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

__all__ = ["decoded", "header_text"]

_WIDER: Final = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "hz": "hz", "big5": "big5hkscs", "big5-hkscs": "big5hkscs",
    "iso-8859-1": "cp1252", "latin-1": "cp1252",
}  # fmt: skip
"""A character set that has all of the declared one and what senders put into it nevertheless."""
_TRIED: Final = ("utf-8", "gb18030", "big5hkscs", "cp1252")
_SAYS_NOTHING: Final = frozenset(
    {"cp1252", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "binary", "8bit", "default"}
)
"""Declared by programs that do not know."""
_HAN: Final = re.compile("[\u3400-\u9fff]")
_CHINESE: Final = frozenset({"gb18030", "big5hkscs", "hz"})
_WESTERN: Final = "cp1252"
_ODD: Final = re.compile("[\ufffd\u0080-\u009f\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_PLAIN: Final = 0.85
"""Share of common characters from which on a text looks like one."""


def decoded(content: bytes, declared: str | None) -> tuple[str, bool]:
    """Return the text of bytes, and whether their character set is another than was declared.

    Examples
    --------
    >>> decoded("扣费两次".encode("gb18030"), "utf-8"), decoded("扣費兩次".encode("big5"), "gb2312")
    (('扣费两次', True), ('扣費兩次', True))
    >>> decoded("扣费".encode(), "utf-8"), decoded("déjà".encode("latin-1"), "iso-8859-1")
    (('扣费', False), ('déjà', False))
    >>> decoded("李䶮".encode("gb18030"), "GB18030")
    ('李䶮', False)
    """
    named = _codec(declared)
    if content.isascii() and named not in ("hz", "utf-7", "iso2022_jp"):
        return content.decode("ascii"), False
    first = None if named is None else _strict(content, named)
    if first is not None and named not in _SAYS_NOTHING and _looks(first) >= _PLAIN:
        return first, False
    # A name of rare characters is no western text because of them.
    tried = [name for name in _TRIED if first is None or named not in _CHINESE or name != _WESTERN]
    read = [(name, _strict(content, name)) for name in tried]
    best = max(
        ((_looks(text), -place, name, text) for place, (name, text) in enumerate(read) if text is not None),
        default=None,
    )
    if first is not None and (best is None or _looks(first) >= best[0]):
        return first, False
    if best is None:
        return content.decode("utf-8", "replace"), True
    return best[3], best[2] != named


def _codec(declared: str | None) -> str | None:
    """Return the codec in which declared bytes are read; None where there is no such."""
    name = (declared or "").strip().strip("\"'").lower()
    if not name:
        return None
    if name in _SAYS_NOTHING:
        return name
    try:
        return _WIDER.get(name, codecs.lookup(_WIDER.get(name, name)).name)
    except (LookupError, ValueError):
        return None


def _strict(content: bytes, codec: str) -> str | None:
    try:
        text = content.decode(codec)
    except (LookupError, ValueError):
        return None
    return text if isinstance(text, str) else None


def _looks(text: str) -> float:
    """Return the share of characters that stand in common texts: of Chinese the common ones of either script, of others all but odd ones."""
    odd = len(_ODD.findall(text))
    han = _HAN.findall(text)
    others = sum(not one.isascii() and not _HAN.match(one) for one in text)
    common = sum(map(_is_common, han))
    letters = sum(one.isalpha() and not one.isascii() and not _HAN.match(one) for one in text)
    # Letters with accents are what Chinese bytes look like in a western set: many of them in a row are no text.
    runs = sum(len(found) for found in re.findall("[\u00a1-\u00ff]{4,}", text))
    total = len(han) + others
    return 1.0 if not total else max(0.0, common + min(letters, others) - runs - 2 * odd) / total


def _is_common(character: str) -> bool:
    for codec, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            lead = character.encode(codec)[0]
        except UnicodeEncodeError:
            continue
        if first <= lead <= last:
            return True
    return False


def header_text(raw: str) -> str:
    """Return a header as it is read: its encoded words decoded, whatever their character set, without line breaks.

    Examples
    --------
    >>> header_text("=?gb2312?B?zbbL3w==?= about =?utf-8?Q?=E6=89=A3=E8=B4=B9?=")
    '投诉 about 扣费'
    """
    unfolded = re.sub(r"\r?\n[ \t]*", " ", raw)
    try:
        pieces = decode_header(unfolded)
    except (HeaderParseError, ValueError):
        pieces = [(unfolded, None)]
    return " ".join(
        "".join(_piece(content, charset) for content, charset in pieces).split() or unfolded.split()
    )


def _piece(content: bytes | str, charset: str | None) -> str:
    """Return a piece of a header as text; bytes of the mail beyond ASCII are surrogates in it."""
    if isinstance(content, bytes) and charset is not None:
        return decoded(content, charset)[0].replace("\x00", "")
    # Between encoded words `decode_header` gives what stands there in raw-unicode-escape.
    text = content.decode("raw-unicode-escape") if isinstance(content, bytes) else content
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "replace")
    return decoded(raw, charset)[0].replace("\x00", "")
