"""The text of a page of HTML as somebody reads it: no script runs, no picture is fetched, no style is obeyed."""

from __future__ import annotations

import html
import re
from typing import Final

__all__ = ["html_charset", "html_text"]

_SKIPPED: Final = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "object", "svg", "iframe", "select"}
)
_CODE: Final = ("script", "style")
"""What is code to the end of the page where it is never closed; of anything else words are rather read than lost."""
_BLOCKS: Final = frozenset({
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "section", "article", "blockquote",
})  # fmt: skip
_CELLS: Final = frozenset({"td", "th"})
_QUOTE: Final = "blockquote"
_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)
_HEAD: Final = 4_096
_NAMED: Final = re.compile(r"<(?P<closing>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]{0,30})")
_TAG: Final = re.compile(r"<(?:[^<>\"']|\"[^\"]{0,1000}\"|'[^']{0,1000}')*>")
"""A tag with its attributes, in whose quotes a ``>`` ends nothing."""
_ALT: Final = re.compile(r"\balt\s*=\s*[\"']?(?P<alt>[^\"']{0,200})", re.IGNORECASE)
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
    lines = [_BLANKS.sub(" ", line).strip() for line in _Reader().read(page).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader:
    """Gathers what is read, in one pass: each tag ends at the next ``>``, whatever is never closed ends with the page.

    The standard library's parser looks anew for the end of each tag from its beginning; a mail of a hundred thousand that never end takes it minutes.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._quotes = 0

    def read(self, page: str) -> str:
        """Return the text of a page."""
        small, at = page.lower(), 0
        while (begins := page.find("<", at)) >= 0:
            self._say(page[at:begins])
            at = self._tag(page, small, begins)
        self._say(page[at:])
        return "".join(self.pieces)

    def _tag(self, page: str, small: str, begins: int) -> int:
        """Take what begins with ``<``; return where it ends."""
        if page.startswith("<!--", begins):
            return _after(page, "-->", begins + 4)
        if page.startswith(("<!", "<?"), begins):
            return _after(page, ">", begins)
        named = _NAMED.match(page, begins)
        if named is None:
            self._say("<")
            return begins + 1
        closes = page.find(">", begins)
        if closes < 0:
            return len(page)
        found, name = _TAG.match(page, begins), named["name"].lower()
        ends = closes + 1 if found is None else found.end()
        if named["closing"]:
            self._close(name)
        elif name in _SKIPPED:
            closing = small.find(f"</{name}", ends)
            return ends if closing < 0 and name not in _CODE else _after(page, ">", closing)
        else:
            self._open(name, page[begins:ends])
        return ends

    def _open(self, name: str, tag: str) -> None:
        said = _ALT.search(tag) if name == "img" else None
        if said is not None and (words := said["alt"].rstrip("/> ")):
            self._say(f"[{words}]")
        if name == _QUOTE:
            self._quotes += 1
        self._apart(name)

    def _close(self, name: str) -> None:
        if name == _QUOTE and self._quotes:
            self._quotes -= 1
        self._apart(name)

    def _say(self, text: str) -> None:
        words = html.unescape(text)
        if not self._quotes:
            self.pieces.append(re.sub(r"\s*\n\s*", " ", words))
        elif words.strip():
            fresh = not self.pieces or self.pieces[-1].endswith("\n")
            self.pieces.append(("> " if fresh else "") + " ".join(words.split()))

    def _apart(self, name: str) -> None:
        if name in _BLOCKS:
            self.pieces.append("\n")
        elif name in _CELLS:
            self.pieces.append(" ")


def _after(page: str, mark: str, start: int) -> int:
    """Return the place after the next mark; the end of the page where there is none."""
    found = -1 if start < 0 else page.find(mark, start)
    return len(page) if found < 0 else found + len(mark)
