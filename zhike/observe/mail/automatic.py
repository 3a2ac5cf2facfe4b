"""Mail that no person wrote: out-of-office replies, bounces, read receipts, newsletters, the bank's own mail coming back.

References
----------
RFC 3834, "Recommendations for automatic responses to electronic mail", 2004; RFC 6522 and RFC 3464 on reports of delivery.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection
    from email.message import Message

__all__ = ["automatic"]

_OUT_OF_OFFICE: Final = re.compile(
    r"^\W*(?:automatic reply|auto[- ]?reply|autoreply|auto[- ]?response|(?:i am |i'm )?(?:currently )?out of (?:the )?office|on vacation\s*[:：]|vacation reply"
    r"|自动回复|自動回覆|自动答复|自動回復|自動答覆|不在办公室|不在辦公室|外出自动|外出自動|休假自动|休假自動|自動応答|自動返信"
    r"|automatische antwort|abwesenheitsnotiz|réponse automatique|respuesta automática|resposta automática|risposta automatica)",
    re.IGNORECASE,
)
_DAEMONS: Final = ("mailer-daemon@", "postmaster@", "mail-daemon@")
_UNDELIVERED: Final = re.compile(
    r"undeliver|delivery (?:status|failure|has failed)|returned mail|failure notice|退信|无法投递|無法投遞|无法送达|無法送達",
    re.IGNORECASE,
)
_BULK: Final = ("bulk", "junk", "list")
_MOST_HOPS: Final = 50


def automatic(message: Message, sender: str | None, subject: str, own: Collection[str]) -> str | None:
    """Return why a mail is no person's, as a code; None where one may have written it.

    Parameters
    ----------
    message : Message
    sender : str or None
        Its address, in small letters.
    subject : str
    own : collection of str
        Addresses of the bank.

    Returns
    -------
    str or None
        ``bounce``, ``receipt``, ``auto_reply``, ``loop``, ``own``, ``bulk``.
    """
    signs = (
        ("receipt", _is_report(message) and _report(message) == "disposition-notification"),
        (
            "bounce",
            _is_report(message) or ((sender or "").startswith(_DAEMONS) and _UNDELIVERED.search(subject)),
        ),
        ("auto_reply", _answers_by_itself(message) or _OUT_OF_OFFICE.match(subject)),
        ("loop", len(message.get_all("Received", [])) > _MOST_HOPS or message.get("X-Loop")),
        ("own", sender in own),
        ("bulk", _header(message, "Precedence") in _BULK or message.get("List-Unsubscribe")),
    )
    return next((code for code, found in signs if found), None)


def _is_report(message: Message) -> bool:
    return message.get_content_type() == "multipart/report"


def _report(message: Message) -> str:
    return str(message.get_param("report-type") or "").lower()


def _answers_by_itself(message: Message) -> bool:
    said = _header(message, "Auto-Submitted")
    return (
        said not in ("", "no")
        or bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
        or _header(message, "Precedence") == "auto_reply"
        or _header(message, "Return-Path") == "<>"
    )


def _header(message: Message, name: str) -> str:
    return str(message.get(name, "")).partition(";")[0].strip().lower()
