"""Read one mail: who, when, which words, what was attached, and whether a person wrote it.

When the bank received it is told by its own servers: each puts a line on top, and only the lines of hosts that the bank trusts are believed, down
to the first that is another's. What the sender says of the date is believed only where no server noted a receipt.
"""

from __future__ import annotations

import datetime as dt
import email
import hashlib
import re
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from zhike.observe.mail.automatic import automatic
from zhike.observe.mail.charsets import decoded, header_text
from zhike.observe.mail.html_text import html_charset, html_text
from zhike.observe.mail.quoting import Forwarded, forwarded_by, is_forward, parted

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Attachment", "Forwarded", "Mail", "MailSetting", "read_mail"]

_BY: Final = re.compile(r"\bby\s+([^\s;()]+)", re.IGNORECASE)
_ID: Final = re.compile(r"<([^<>\s]{3,400})>")
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,190}")
_ENCRYPTED: Final = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNATURES: Final = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
)
_HEADERS: Final = ("from", "received", "message-id", "date", "subject", "to")
_READ: Final = ("plain", "html")
"""Kinds of text that hold words; a calendar, a card or a table is a file for a program, whether it has a name or not."""
_CALENDAR: Final = "text/calendar"
_REPLY: Final = re.compile(rb"^METHOD:REPLY\s*$", re.IGNORECASE | re.MULTILINE)
_SHORT: Final = 20
"""Characters below which the plain part of a mail only says that there is another one."""
_SKEW: Final = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class MailSetting:
    """How mail is read.

    Parameters
    ----------
    trusted : tuple of str
        Hosts whose notes of receipt are believed, in small letters; one that begins with a dot stands for all below it.
    own : frozenset of str
        Addresses of the bank.
    date_believed : timedelta
        How old a date of the sender's may be to be believed where nobody noted the receipt.
    """

    trusted: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    date_believed: dt.timedelta = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Attachment:
    """What was attached."""

    name: str | None
    media_type: str
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """Hash of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says.

    Parameters
    ----------
    key : str
        Hash by which it is known again.
    reference : str or None
        Hash of its own identifier.
    answers : tuple of str
        Hashes of the identifiers that it answers, the nearest first.
    sender, sender_name : str or None
    subject, words, below : str
        ``below`` is the earlier mail that stands under the words.
    received_at : datetime
    automatic : str or None
        Why no person wrote it, see `zhike.observe.mail.automatic`; ``calendar`` where it answers an invitation without a word.
    forwarded : Forwarded or None
        The mail that it passes on.
    attachments : tuple of Attachment
    notes : tuple of str
        What was noticed: ``charset``, ``no_receipt``, ``encrypted``, ``html_only``, ``forwarded``, ``unreadable``, and ``calendar``: it invites to an
        appointment or answers an invitation.
    """

    key: str
    reference: str | None
    answers: tuple[str, ...]
    sender: str | None
    sender_name: str | None
    subject: str
    words: str
    below: str
    received_at: dt.datetime
    automatic: str | None
    forwarded: Forwarded | None
    attachments: tuple[Attachment, ...]
    notes: tuple[str, ...]


def read_mail(
    raw: bytes, setting: MailSetting, now: dt.datetime, delivered: dt.datetime | None = None
) -> Mail | None:
    """Read a mail; None where the bytes are none.

    Parameters
    ----------
    raw : bytes
        As it came, headers and body.
    setting : MailSetting
    now : datetime
        No mail was received later.
    delivered : datetime, optional
        When the mailbox says that it was put there.

    Notes
    -----
    Whatever is broken in it, it is read as far as it goes: a mail that is not read is a complaint that is not answered.
    """
    try:
        return _read(email.message_from_bytes(raw, policy=policy.compat32), setting, now, delivered, [])
    except RecursionError:
        # Parts within parts without end: what its head says is read, and a person looks at the rest.
        head = BytesHeaderParser(policy=policy.compat32).parsebytes(raw)
        head.set_payload("")
        head.set_type("text/plain")
        return _read(head, setting, now, delivered, ["unreadable"])


def _read(
    message: Message, setting: MailSetting, now: dt.datetime, delivered: dt.datetime | None, notes: list[str]
) -> Mail | None:
    if not any(name.lower() in _HEADERS for name in message):
        return None
    inner, attachments = _parts(message)
    text = _text(message, notes)
    subject, (name, sender) = header_text(_raw(message, "Subject")), _address(message)
    words, below = parted(text)
    passed = _passed_on(words, below, subject, inner, setting, now)
    received, noted = _received(message, setting, now, delivered)
    if not noted:
        notes.append("no_receipt")
    appointments = [_bytes(part) for part in _leaves(message) if _is_appointment(part)]
    notes += ["calendar"] if appointments else []
    if passed is not None:
        notes.append("forwarded")
        words = passed.words if not words else f"{words}\n\n{passed.words}"
        if sender in setting.own and passed.sent_at is not None and passed.sent_at < received:
            received = passed.sent_at
    ids = _answered(message)
    own_id = _ID.search(_raw(message, "Message-ID"))
    return Mail(
        _key(message, own_id, sender, subject, text), None if own_id is None else hashed(own_id[1]), tuple(map(hashed, ids)), sender, name,
        subject, words, below if passed is None else "", received,
        None if passed is not None and sender in setting.own else _automatic(message, sender, subject, setting, words, appointments),
        passed, tuple(attachments), tuple(dict.fromkeys(notes)),
    )  # fmt: skip


def _automatic(
    message: Message, sender: str | None, subject: str, setting: MailSetting, words: str, appointments: list[bytes]
) -> str | None:  # fmt: skip
    """Return why no person wrote a mail: a program did, or somebody accepted or declined an invitation and said nothing."""
    only_answers = not words and any(_REPLY.search(one) for one in appointments)
    return automatic(message, sender, subject, setting.own) or ("calendar" if only_answers else None)


def hashed(identifier: str) -> str:
    """Return the hash under which an identifier of a mail is kept.

    Examples
    --------
    >>> hashed("7@mail.example")[:12]
    '21fc535dbebf'
    """
    return hashlib.sha256(identifier.encode("utf-8", "surrogateescape")).hexdigest()


def _raw(message: Message, name: str) -> str:
    """Return a header as it stands; bytes beyond ASCII as surrogates."""
    wanted = name.lower()
    return next((str(value) for key, value in message.raw_items() if key.lower() == wanted), "")


def _address(message: Message) -> tuple[str | None, str | None]:
    """Return name and address of the sender: of From, else of Reply-To or Sender."""
    for header in ("From", "Reply-To", "Sender"):
        raw = _raw(message, header)
        for name, address in getaddresses([raw]):
            if "@" in address:
                return header_text(name) or None, address.strip().lower()
        if (found := _ADDRESS.search(raw)) is not None:
            return None, found[0].lower()
    return None, None


def _answered(message: Message) -> list[str]:
    """Return the identifiers that a mail answers, the nearest first."""
    last = _ID.findall(_raw(message, "In-Reply-To"))
    return list(dict.fromkeys([*last, *reversed(_ID.findall(_raw(message, "References")))]))


def _key(message: Message, own_id: re.Match[str] | None, sender: str | None, subject: str, text: str) -> str:
    """Return by what a mail is known again: its identifier with sender and date, for some programs give all their mail one identifier."""
    if own_id is not None:
        return hashed("\n".join((own_id[1], sender or "", _raw(message, "Date").strip())))
    return hashed("\n".join((sender or "", _raw(message, "Date").strip(), subject, text)))


# -- when ------------------------------------------------------------------------------------------------------------------


def _received(
    message: Message, setting: MailSetting, now: dt.datetime, delivered: dt.datetime | None
) -> tuple[dt.datetime, bool]:
    """Return when the bank received a mail, and whether a server or the mailbox noted it."""
    trusted: dt.datetime | None = None
    for place, line in enumerate(message.get_all("Received", [])):
        host, at = _hop(str(line))
        if not (_is_trusted(host, setting.trusted) if setting.trusted else place == 0):
            break
        trusted = at if at is not None and at <= now + _SKEW else trusted
    if trusted is not None or delivered is not None:
        return min(trusted or delivered or now, now), True
    said = _moment(_raw(message, "Date"))
    believed = said is not None and now - setting.date_believed <= said <= now
    return (said if believed and said is not None else now), False


def _hop(line: str) -> tuple[str, dt.datetime | None]:
    unfolded = " ".join(line.split())
    host = _BY.search(unfolded)
    return ("" if host is None else host[1].lower().rstrip(".")), _moment(unfolded.rpartition(";")[2])


def _is_trusted(host: str, trusted: tuple[str, ...]) -> bool:
    return any(host.endswith(one) if one.startswith(".") else host == one for one in trusted)


def _moment(text: str) -> dt.datetime | None:
    try:
        at = parsedate_to_datetime(" ".join(text.split()))
        # "-0000" says that the zone is not known; the time is UTC.
        return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


# -- what ------------------------------------------------------------------------------------------------------------------


def _parts(message: Message) -> tuple[list[bytes], list[Attachment]]:
    """Return the mails inside a mail, and what is attached to it."""
    inner: list[bytes] = []
    attachments: list[Attachment] = []
    for part in _leaves(message):
        if part.get_content_type() == "message/rfc822":
            whole = b"".join(one.as_bytes() for one in _held(part))
            inner.append(whole)
            attachments.append(Attachment(_filename(part) or "mail.eml", "message/rfc822", whole))
        elif _is_attached(part):
            attachments.append(Attachment(_filename(part), part.get_content_type(), _bytes(part)))
    return inner, attachments


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts of a mail that hold something; a mail inside it is one part."""
    if message.is_multipart() and message.get_content_type() != "message/rfc822":
        for part in _held(message):
            yield from _leaves(part)
    else:
        yield message


def _held(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _is_attached(part: Message) -> bool:
    media = part.get_content_type()
    if media in (*_SIGNATURES, "message/delivery-status"):
        return False
    named = part.get_content_disposition() == "attachment" or _filename(part) is not None
    return named or part.get_content_maintype() != "text" or part.get_content_subtype() not in _READ


def _is_appointment(part: Message) -> bool:
    """Return whether a part invites to an appointment or answers an invitation; a calendar that somebody attached does neither."""
    return part.get_content_type() == _CALENDAR and part.get_content_disposition() != "attachment"


def _filename(part: Message) -> str | None:
    name = part.get_filename()
    return None if name is None else header_text(str(name))[:200] or None


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(message: Message, notes: list[str]) -> str:
    """Return the words of a mail: its plain part, else its page without what only a program reads."""
    if message.get_content_type() in _ENCRYPTED:
        notes.append("encrypted")
        return ""
    plain: list[str] = []
    pages: list[str] = []
    for part in _leaves(message):
        if not _is_attached(part) and part.get_content_maintype() == "text":
            (pages if part.get_content_subtype() == "html" else plain).append(_words(part, notes))
    whole, page = "\n\n".join(filter(None, plain)), "\n\n".join(filter(None, pages))
    if page and len(whole) < _SHORT and len(page) > len(whole):
        notes.append("html_only")
        return page
    return whole


def _words(part: Message, notes: list[str]) -> str:
    content, declared = _bytes(part), part.get_content_charset()
    is_page = part.get_content_subtype() == "html"
    text, otherwise = decoded(content, declared or (html_charset(content) if is_page else None))
    if otherwise:
        notes.append("charset")
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return html_text(clean) if is_page else clean.strip()


def _passed_on(
    words: str, below: str, subject: str, inner: list[bytes], setting: MailSetting, now: dt.datetime
) -> Forwarded | None:
    """Return the mail that another one passes on: as a part of its own, or below the words."""
    if inner:
        mail = read_mail(inner[0], setting, now)
        if mail is not None and (is_forward(subject) or not words):
            noted = None if "no_receipt" in mail.notes and mail.received_at >= now else mail.received_at
            first = mail if mail.forwarded is None else mail.forwarded
            return Forwarded(first.sender, first.sender_name, noted, mail.words)
    return forwarded_by(words, below, setting.own) if is_forward(subject) and below else None
