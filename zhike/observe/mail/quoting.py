"""What the writer of a mail wrote now, apart from the earlier mail that stands below it; and who wrote a mail that was passed on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from email.utils import parseaddr, parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

__all__ = ["Forwarded", "forwarded_by", "is_forward", "parted"]

_FROM: Final = r"(?:From|发件人|寄件者|寄件人|發件人)"
_GAP: Final = r"(?:\s|&nbsp;)*"
"""Some programs write the name of a blank into plain text."""
_BEGINS: Final = re.compile(
    rf"^(?:\s*>.*|\s*-{{2,}}{_GAP}(?:Original Message|Forwarded message|原始邮件|原始郵件|转发的邮件|轉寄的郵件|转发邮件|转发邮件信息){_GAP}-{{2,}}.*"
    r"|\s*(?:On|Am|Le)\b.{6,200}\b(?:wrote|schrieb|a écrit)\s*[:：]\s*"
    r"|\s*(?:在|于|於)?.{4,120}(?:写道|寫道|撰写|撰寫)\s*[:：]\s*"
    rf"|\s*\*?{_FROM}\*?\s*[:：].*|_{{20,}})\s*$",
    re.IGNORECASE,
)
_SENDER: Final = re.compile(rf"^[>\s]*\*?{_FROM}\*?\s*[:：]\s*(?P<who>.+)$", re.IGNORECASE | re.MULTILINE)
_DATE: Final = re.compile(
    r"^[>\s]*\*?(?:Date|Sent|发送时间|发送日期|日期|寄件日期|傳送時間|傳送日期)\*?\s*[:：]\s*(?P<at>.+)$",
    re.IGNORECASE | re.MULTILINE,
)
_SUBJECT: Final = re.compile(
    r"^[>\s]*\*?(?:Subject|主题|主旨|主題)\*?\s*[:：](?P<subject>.*)$", re.IGNORECASE | re.MULTILINE
)
_HEADER_LINE: Final = re.compile(r"^[>\s]*\*?[A-Za-z\u4e00-\u9fff -]{2,12}\*?\s*[:：]")
_FORWARD: Final = re.compile(r"^\s*(?:(?:re|回复|回覆|答复)\s*[:：]\s*)*(?:fwd?|转发|轉寄|轉發|转寄)\s*[:：]", re.IGNORECASE)  # fmt: skip
_SHORT: Final = 200
"""Characters that whoever passes a mail on writes above it; more is their own letter."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Who wrote the mail that was passed on.

    Parameters
    ----------
    sender, sender_name : str or None
    sent_at : datetime or None
        Where it says so with an offset.
    words : str
    """

    sender: str | None
    sender_name: str | None
    sent_at: dt.datetime | None
    words: str


def parted(text: str) -> tuple[str, str]:
    r"""Return what a mail says now, and the earlier mail below it.

    Examples
    --------
    >>> parted("还没有退款\n\n在 2026年6月1日 投诉中心 写道：\n> 请补充")
    ('还没有退款', '在 2026年6月1日 投诉中心 写道：\n> 请补充')
    >>> parted("> quoted\nmy answer")
    ('> quoted\nmy answer', '')
    >>> parted("On Monday Bank wrote:\n> please wait\n\nI have waited")
    ('I have waited', 'On Monday Bank wrote:\n> please wait')
    """
    lines = text.strip().split("\n")
    for at, line in enumerate(lines):
        if _BEGINS.match(line) and _is_rest(lines[at:]):
            if at == 0:
                return _answered_below(lines)
            return "\n".join(lines[:at]).strip(), "\n".join(lines[at:]).strip()
    return text.strip(), ""


def _is_rest(lines: list[str]) -> bool:
    """Return whether lines are an earlier mail to their end: not where lines with ``>`` are answered one by one below."""
    if not lines[0].lstrip().startswith(">"):
        return True
    return all(not line.strip() or line.lstrip().startswith(">") for line in lines)


def _answered_below(lines: list[str]) -> tuple[str, str]:
    """Return the parts of a mail that begins with an earlier one: below its marked lines stands the answer, between them there are several."""
    marked = [at for at, line in enumerate(lines) if line.lstrip().startswith(">")]
    if not marked or not any(line.strip() for line in lines[marked[-1] + 1 :]):
        return "", "\n".join(lines).strip()
    first, last = marked[0], marked[-1] + 1
    if any(line.strip() and not line.lstrip().startswith(">") for line in lines[first:last]):
        return "\n".join(lines).strip(), ""
    return "\n".join(lines[last:]).strip(), "\n".join(lines[:last]).strip()


def is_forward(subject: str) -> bool:
    """Return whether a subject says that the mail was passed on.

    Examples
    --------
    >>> is_forward("转发: 投诉"), is_forward("Fwd: fee"), is_forward("Re: fee")
    (True, True, False)
    """
    return _FORWARD.match(subject) is not None


def forwarded_by(words: str, below: str, own: Collection[str] = ()) -> Forwarded | None:
    """Return the mail that stands below a few words of somebody who passed it on; None where there is none, or they wrote a letter.

    Of one that was passed on more than once, whoever wrote it first is its sender, and what each said on the way stands above its words. It was sent
    when it came to the first of the bank's own addresses, ``own``.
    """
    found = _SENDER.search(below)
    if found is None or len(words) > _SHORT:
        return None
    name, address = parseaddr(found["who"].strip().strip("*"))
    body, subject, sender, sent = _body(below), _SUBJECT.search(below), address.lower() or None, _sent(below)
    said, rest = parted(body)
    first = None if subject is None or not is_forward(subject["subject"]) else forwarded_by(said, rest, own)
    if first is None:
        return Forwarded(sender, name or None, sent, body)
    return replace(
        first, sent_at=first.sent_at if sender in own else sent, words=f"{said}\n\n{first.words}".strip()
    )


def _sent(below: str) -> dt.datetime | None:
    found = _DATE.search(below)
    if found is None:
        return None
    try:
        at = parsedate_to_datetime(found["at"].strip())
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _body(below: str) -> str:
    """Return what follows the lines that name sender, date and subject, without marks of quoting."""
    lines = [re.sub(r"^\s*(?:>\s?)+", "", line) for line in below.split("\n")]
    began = next((at for at, line in enumerate(lines) if _SENDER.match(line)), 0)
    rest = began
    while rest < len(lines) and (not lines[rest].strip() or _HEADER_LINE.match(lines[rest])):
        blank = not lines[rest].strip()
        rest += 1
        if blank and rest > began + 1:
            break
    return "\n".join(lines[rest:]).strip()
