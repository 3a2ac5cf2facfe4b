"""Deliver by mail: one message a mail, encrypted where the server offers it, under the same Message-ID in every attempt."""

from __future__ import annotations

import csv
import datetime as dt
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from string import Template
from typing import TYPE_CHECKING, Any, Final, Self

from zhike.act.routes import SURVEY_TOPICS
from zhike.core.language import LANGUAGES
from zhike.core.phrases import phrase
from zhike.core.service_errors import DeliveryError, DeliveryRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from zhike.adapters.delivery.options import Options

__all__ = ["Letter", "SmtpDeliverer", "SmtpServer"]

_PORT, _SECONDS, _MOST_SECONDS = 25, 10, 30
_FOR_GOOD: Final = 500
TLS: Final = ("offered", "required", "implicit", "never")
"""When a connection is encrypted: where the server offers it; else the mail waits; from the first byte; never."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed over.

    Parameters
    ----------
    tls : str
        See ``TLS``.
    user, password : str or None
        Sent over an encrypted connection only.
    authorities : SSLContext
        Whose certificates are believed.
    """

    host: str
    port: int
    tls: str
    seconds: int
    user: str | None
    password: str | None = field(repr=False)
    authorities: ssl.SSLContext = field(repr=False)

    @classmethod
    def of(cls, options: Options) -> Self:
        """Return the server of some options: ``host``, ``port``, ``tls``, ``timeout_seconds``, ``user``, ``password_file``, ``ca_file``."""
        user, file = options.maybe("user"), options.maybe("ca_file")
        try:
            context = ssl.create_default_context(cafile=None if file is None else str(options.under(file)))
        except OSError as problem:
            raise options.wrong(f"ca_file '{file}'", "certificates in PEM") from problem
        return cls(
            options.text("host"), options.number("port", _PORT, 65_535), options.one_of("tls", TLS),
            options.number("timeout_seconds", _SECONDS, _MOST_SECONDS), user,
            None if user is None else options.secret("password_file"), context,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says.

    Parameters
    ----------
    sender : str
        Address that it comes from.
    subject, text : Template
        With ``$title``, ``$topic`` and whatever the message's content has, such as ``$offer_id`` and ``$customer_id``.
    language : str
        Of the title.
    survey_text : Template
        Of what asks a customer for their opinion or reminds them: ``$text`` is the message, ``$link`` where they answer.
    own_page : str or None
        Address before the path of the customers' own page, such as ``https://service.bank.example``; without it there is no ``$link``.
    """

    sender: str
    subject: Template
    text: Template
    language: str
    survey_text: Template
    own_page: str | None

    def words(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return what subject and text may name."""
        content = message["content"]
        title, asks = content.get("title") or {}, message["topic"] in SURVEY_TOPICS
        found = {**content, "topic": message["topic"], "title": title.get(self.language, message["topic"])}
        if asks:
            found["text"] = content["text"][self.language]
        return found | (
            {"link": self.own_page + content["path"]} if asks and self.own_page is not None else {}
        )

    def body(self, message: Mapping[str, Any]) -> Template:
        """Return the text of a message by what it is about."""
        return self.survey_text if message["topic"] in SURVEY_TOPICS else self.text

    @property
    def domain(self) -> str:
        """The sender's."""
        return self.sender.rpartition("@")[2]

    @classmethod
    def of(cls, options: Options) -> Self:
        """Return the letter of some options, named as the parameters."""
        return cls(
            options.text("sender"), Template(options.text("subject", "$title")), Template(options.text("text", "$title")),
            options.one_of("language", LANGUAGES), Template(options.text("survey_text", "$text\n\n$link\n")), options.maybe("own_page"),
        )  # fmt: skip


class SmtpDeliverer:
    """Sends messages as mails.

    Parameters
    ----------
    server : SmtpServer
    letter : Letter
    address_of : callable
        Returns the address of a customer, None where there is none.
    """

    def __init__(self, server: SmtpServer, letter: Letter, address_of: Callable[[str], str | None]) -> None:
        self._server, self._letter, self._address_of = server, letter, address_of

    @classmethod
    def of(cls, options: Options) -> Self:
        """Return the deliverer of some options: those of `SmtpServer` and `Letter`, and either of ``recipient`` and ``addresses``.

        ``recipient`` is an address with ``$customer_id`` in it, for a gateway that knows the customers; ``addresses`` a CSV file with
        the columns ``customer_id`` and ``address``.
        """
        book = options.maybe("addresses")
        address_of = (
            _pattern(options.text("recipient")) if book is None else _AddressBook(options.under(book))
        )
        return cls(SmtpServer.of(options), Letter.of(options), address_of)

    def deliver(self, message: Mapping[str, Any]) -> None:
        """Send a message as a mail."""
        route = str(message["route"])
        mail = self._mail(route, message)
        try:
            self._send(route, mail)
        except (smtplib.SMTPException, OSError) as problem:
            raise _told(route, problem) from problem

    def _mail(self, route: str, message: Mapping[str, Any]) -> EmailMessage:
        letter, address, mail = self._letter, self._address(route, message["customer_id"]), EmailMessage(SMTP)
        words = letter.words(message)
        try:
            mail["From"], mail["To"] = letter.sender, address
            mail["Subject"] = " ".join(letter.subject.substitute(words).split())
            mail["Message-ID"] = f"<{message['message_id']}@{letter.domain}>"
            mail["Date"] = format_datetime(dt.datetime.fromisoformat(message["recorded_at"]))
            mail["Auto-Submitted"] = "auto-generated"
            mail.set_content(letter.body(message).substitute(words))
        except KeyError as problem:
            raise DeliveryError(route=route, what=phrase("a text that names what is not there")) from problem
        except ValueError as problem:
            # What cannot stand in a head, such as a line break, would be a head of its own.
            raise DeliveryRefusedError(route=route, what=phrase("a mail that cannot be written")) from problem
        if len(mail["To"].addresses) != 1:
            raise DeliveryRefusedError(route=route, what=phrase("an address that is not one"))
        return mail

    def _address(self, route: str, customer: object) -> str:
        try:
            found = self._address_of(str(customer))
        except (OSError, KeyError, ValueError, csv.Error) as problem:
            raise DeliveryError(route=route, what=phrase("addresses that cannot be read")) from problem
        if not found:
            raise DeliveryRefusedError(route=route, what=phrase("no address"))
        return found

    def _send(self, route: str, mail: EmailMessage) -> None:
        server = self._server
        with self._session() as session:
            session.ehlo()
            if server.tls in ("offered", "required") and session.has_extn("starttls"):
                session.starttls(context=server.authorities)
                session.ehlo()
            secure = isinstance(session.sock, ssl.SSLSocket)
            if not secure and (server.tls == "required" or server.user is not None):
                raise DeliveryError(route=route, what=phrase("a server that offers no encryption"))
            if server.user is not None:
                session.login(server.user, server.password or "")
            session.send_message(mail)

    def _session(self) -> smtplib.SMTP:
        server, own = self._server, self._letter.domain
        if server.tls == "implicit":
            return smtplib.SMTP_SSL(
                server.host, server.port, own, timeout=server.seconds, context=server.authorities
            )
        return smtplib.SMTP(server.host, server.port, own, server.seconds)


def _pattern(recipient: str) -> Callable[[str], str | None]:
    template = Template(recipient)
    return lambda customer: template.substitute(customer_id=customer)


class _AddressBook:
    """Addresses of customers, read again when their file has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[int, dict[str, str]] = (-1, {})

    def __call__(self, customer: str) -> str | None:
        changed = self._path.stat().st_mtime_ns
        if changed != self._read[0]:
            self._read = changed, dict(self._rows())
        return self._read[1].get(customer)

    def _rows(self) -> Iterator[tuple[str, str]]:
        with self._path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield row["customer_id"], row["address"]


def _told(route: str, problem: Exception) -> DeliveryError | DeliveryRefusedError:
    """Return a problem of the mail's way; codes of 500 and more are for good, as the mail is the same the next time."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in problem.recipients.values()]
    else:
        codes = [problem.smtp_code] if isinstance(problem, smtplib.SMTPResponseException) else []
    if isinstance(problem, smtplib.SMTPAuthenticationError) or not codes:
        what = f"SMTP {codes[0]}" if codes else type(problem).__name__
        return DeliveryError(route=route, what=what)
    kind = DeliveryRefusedError if min(codes) >= _FOR_GOOD else DeliveryError
    return kind(route=route, what=f"SMTP {min(codes)}")
