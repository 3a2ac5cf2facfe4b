"""A mail as a message to the desk: of one that was passed on, whoever wrote it first is the sender."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from zhike.act.acting import microseconds
from zhike.act.complaint_messages import Attached, Incoming
from zhike.observe.mail import MailSetting

if TYPE_CHECKING:
    from zhike.act.complaint_house import ComplaintHouse
    from zhike.observe.mail import Mail

__all__ = ["incoming_mail", "mail_setting"]

_EMAIL: Final = "email"
_HELD: Final = ("encrypted", "unreadable", "calendar")
"""Notes on a mail whose words nobody has read, or which programs wrote as well as persons."""


def mail_setting(house: ComplaintHouse) -> MailSetting:
    """Return how the house reads mail."""
    mail = house.mail
    return MailSetting(
        tuple(str(one).lower() for one in mail["trusted"]), frozenset(str(one).lower() for one in mail["own"]),
        dt.timedelta(days=int(mail["date_believed"])),
    )  # fmt: skip


def incoming_mail(mail: Mail, *, cut: bool = False) -> Incoming:
    """Return a mail as a message.

    Parameters
    ----------
    mail : Mail
    cut : bool
        Whether it was longer than is read: then a person looks at it.
    """
    first = mail.forwarded
    held = "too_large" if cut else next((code for code in _HELD if code in mail.notes), None)
    return Incoming(
        _EMAIL, mail.key, microseconds(mail.received_at), mail.words, mail.subject,
        mail.sender if first is None else first.sender or mail.sender,
        mail.sender_name if first is None else first.sender_name or first.sender, reference=mail.reference, answers=mail.answers,
        automatic=mail.automatic, held=held, notes=mail.notes, below=mail.below,
        attached=tuple(Attached(one.name, one.media_type, one.sha256, one.content) for one in mail.attachments),
    )  # fmt: skip
