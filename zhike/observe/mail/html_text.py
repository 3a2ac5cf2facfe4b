"""The text of a page of HTML as somebody reads it: no script runs, no picture is fetched, no style is obeyed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

__all__ = ["html_charset", "html_text"]

_SKIPPED: Final = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "object", "svg", "iframe", "select"}
)
_BLOCKS: Final = frozenset({
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "section", "article", "blockquote",
})  # fmt: skip
_CELLS: Final = frozenset({"td", "th"})
_VOID: Final = frozenset(
    {"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "embed", "source", "wbr"}
)
_QUOTE: Final = "blockquote"
_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)
_HEAD: Final = 4_096
_BLANKS: Final = re.compile(r"[ \t\u00a0\u3000]+")


def html_charset(content: bytes) -> str | None:
    """Return the character set that a page names itself; None where it names none.

    Examples
    --------
    >>> html_charset(b'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">')
    'gb2312'
    """
    found = _CHARSET.search(content[:_HEAD])
    return None if found is None else found[1].decode("ascii")


def html_text(page: str) -> str:
    r"""Return what stands on a page; what it quotes has ``> `` before each line.

    Examples
    --------
    >>> html_text("<style>p{}</style><p>扣费&nbsp;两次<br>退款</p><script>alert(1)</script><blockquote>earlier</blockquote>")
    '扣费 两次\n退款\n\n> earlier'
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    lines = [_BLANKS.sub(" ", line).strip() for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Gathers what is read; tags that are never closed close with the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._skipped: list[str] = []
        self._quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipped.append(tag)
        elif self._skipped:
            return
        elif tag == "body":
            self._skipped.clear()
        elif tag == "img" and (said := dict(attrs).get("alt")):
            self.handle_data(f"[{said}]")
        if tag == _QUOTE:
            self._quotes += 1
        self._apart(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped:
            # Whatever was opened inside and never closed ends with it.
            del self._skipped[self._skipped.index(tag) :]
        if tag == _QUOTE and self._quotes:
            self._quotes -= 1
        if tag not in _VOID:
            self._apart(tag)

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.pieces.append(re.sub(r"\s*\n\s*", " ", data) if not self._quotes else self._quoted(data))

    def _quoted(self, data: str) -> str:
        words = " ".join(data.split())
        fresh = not self.pieces or self.pieces[-1].endswith("\n")
        return f"> {words}" if words and fresh else words

    def _apart(self, tag: str) -> None:
        if self._skipped:
            return
        if tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" ")
