"""Mails arrive as written, encrypted where the server offers it, and a password is never sent in the clear."""

from email import message_from_bytes
from email.policy import default

import pytest
from made_up_certificate import certificate
from small_smtp import SmallSmtp

from zhike.adapters.delivery.options import Options
from zhike.adapters.delivery.smtp import SmtpDeliverer
from zhike.core.errors import InputUnreadableError
from zhike.core.service_errors import DeliveryError, DeliveryRefusedError

SIGNED_IN = {"user": "zhike", "password_file": "password"}
TITLE = {"en": "A fund for you", "zh-Hans": "适合您的基金", "zh-Hant": "適合您的基金"}


def message(name="m-1", customer="C1"):
    content = {"offer_id": "o-1", "action_id": "invest:F1:email", "customer_id": customer, "title": TITLE}
    return {"message_id": name, "topic": "offer.made", "route": "email", "customer_id": customer, "attempt": 1,
            "recorded_at": "2026-07-01T10:00:00+00:00", "content": content}  # fmt: skip


def deliverer(server, folder, **more):
    given = {"host": "127.0.0.1", "port": server.port, "sender": "bank@bank.example", "subject": "$title",
             "recipient": "$customer_id@gateway.example", "text": "$title\nRef. $offer_id\n", **more}  # fmt: skip
    options = Options(
        {name: one for name, one in given.items() if one is not None},
        folder,
        "deliverers.yaml, email",
    )
    made = SmtpDeliverer.of(options)
    options.end()
    return made


def test_a_mail_arrives_as_it_was_written(tmp_path):
    with SmallSmtp() as server:
        deliverer(server, tmp_path, language="zh-Hans").deliver(message())
    ((envelope, raw, secure, _),) = server.mails
    mail = message_from_bytes(raw, policy=default)
    assert envelope == ["FROM:<bank@bank.example>", "TO:<C1@gateway.example>"]
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "bank@bank.example",
        "C1@gateway.example",
        "适合您的基金",
    )
    assert mail["Message-ID"] == "<m-1@bank.example>"
    assert mail["Date"].datetime.isoformat() == "2026-07-01T10:00:00+00:00"
    assert mail.get_content().splitlines() == ["适合您的基金", "Ref. o-1"]
    assert not secure


def test_an_alert_is_a_mail_to_those_who_control(tmp_path):
    """What is said may name whatever the message has; who gets it need not be a customer."""
    alert = {
        **message(),
        "topic": "glass.broken",
        "content": {"staff": "S1", "reason": "an accident\nat night"},
    }
    with SmallSmtp() as server:
        deliverer(
            server, tmp_path, recipient="compliance@bank.example", subject="$title: $reason", text="$staff"
        ).deliver(alert)
    mail = message_from_bytes(server.mails[0][1], policy=default)
    assert (mail["To"], mail["Subject"]) == ("compliance@bank.example", "glass.broken: an accident at night")
    assert mail.get_content().strip() == "S1"


def test_a_text_that_names_what_is_not_there_loses_nothing(tmp_path):
    with SmallSmtp() as server, pytest.raises(DeliveryError, match="names what is not there"):
        deliverer(server, tmp_path, text="$nothing").deliver(message())


def test_every_attempt_is_the_same_mail(tmp_path):
    with SmallSmtp() as server:
        for _ in range(2):
            deliverer(server, tmp_path).deliver(message())
    first, second = (raw for _, raw, _, _ in server.mails)
    assert first == second


@pytest.mark.parametrize("tls", [None, "required"])
def test_it_is_encrypted_where_the_server_offers_it(tmp_path, tls):
    file, context = certificate(tmp_path)
    with SmallSmtp(context) as server:
        deliverer(server, tmp_path, tls=tls, ca_file=file.name).deliver(message())
    assert [secure for _, _, secure, _ in server.mails] == [True]


def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path):
    _, context = certificate(tmp_path)
    with SmallSmtp(context) as server, pytest.raises(DeliveryError):
        deliverer(server, tmp_path).deliver(message())
    assert server.mails == []


@pytest.mark.parametrize("more", [{"tls": "required"}, SIGNED_IN])
def test_without_encryption_nothing_is_sent_that_needs_it(tmp_path, more):
    (tmp_path / "password").write_text("secret\n", "utf-8")
    with SmallSmtp(users={"zhike": "secret"}) as server, pytest.raises(DeliveryError, match="no encryption"):
        deliverer(server, tmp_path, **more).deliver(message())
    assert server.mails == []
    assert not {"AUTH", "MAIL"} & {verb for verb, _ in server.heard}


def test_it_signs_in_over_an_encrypted_connection(tmp_path):
    (tmp_path / "password").write_text("secret\n", "utf-8")
    file, context = certificate(tmp_path)
    with SmallSmtp(context, {"zhike": "secret"}) as server:
        deliverer(server, tmp_path, ca_file=file.name, **SIGNED_IN).deliver(message())
    assert [(secure, user) for _, _, secure, user in server.mails] == [(True, "zhike")]
    assert ("AUTH", True) in server.heard


def test_a_wrong_password_is_a_problem_for_this_time(tmp_path):
    """Somebody may correct it: no mail is lost by it."""
    (tmp_path / "password").write_text("wrong", "utf-8")
    file, context = certificate(tmp_path)
    with SmallSmtp(context, {"zhike": "secret"}) as server, pytest.raises(DeliveryError, match="SMTP 535"):
        deliverer(server, tmp_path, ca_file=file.name, **SIGNED_IN).deliver(message())


@pytest.mark.parametrize(
    ("answer", "error"),
    [("550 no such user C1 here", DeliveryRefusedError), ("451 C1 is busy, later", DeliveryError)],
)
def test_a_recipient_that_is_not_taken(tmp_path, answer, error):
    with SmallSmtp(answers=[answer]) as server, pytest.raises(error) as caught:
        deliverer(server, tmp_path).deliver(message())
    assert caught.value.data["what"] == f"SMTP {answer[:3]}"
    assert "C1" not in str(caught.value)


def test_a_server_that_is_not_there_is_a_problem_for_this_time(tmp_path):
    with SmallSmtp() as server:
        gone = deliverer(server, tmp_path)
    with pytest.raises(DeliveryError):
        gone.deliver(message())


@pytest.mark.parametrize("customer", ["C1\r\nBcc: thief@example.org", "C1,thief@example.org", "C1\n"])
def test_an_identifier_cannot_add_recipients_or_heads(tmp_path, customer):
    with SmallSmtp() as server, pytest.raises(DeliveryRefusedError):
        deliverer(server, tmp_path).deliver(message(customer=customer))
    assert server.mails == []


def test_addresses_are_looked_up_in_a_file_that_may_change(tmp_path):
    book = tmp_path / "addresses.csv"
    book.write_text("customer_id,address\nC1,one@example.org\n", "utf-8")
    with SmallSmtp() as server:
        sends = deliverer(server, tmp_path, recipient=None, addresses="addresses.csv")
        sends.deliver(message())
        with pytest.raises(DeliveryRefusedError, match="no address"):
            sends.deliver(message(customer="C2"))
        book.write_text("customer_id,address\nC1,one@example.org\nC2,two@example.org\n", "utf-8")
        sends.deliver(message("m-2", "C2"))
    assert [envelope[1] for envelope, *_ in server.mails] == ["TO:<one@example.org>", "TO:<two@example.org>"]


@pytest.mark.parametrize("content", [None, "customer,mail\nC1,one@example.org\n", b"\xff\xfe\x00"])
def test_a_file_of_addresses_that_cannot_be_read_loses_nothing(tmp_path, content):
    book = tmp_path / "addresses.csv"
    if content is not None:
        book.write_bytes(content if isinstance(content, bytes) else content.encode())
    with SmallSmtp() as server, pytest.raises(DeliveryError, match="addresses"):
        deliverer(server, tmp_path, recipient=None, addresses="addresses.csv").deliver(message())


@pytest.mark.parametrize(
    "more", [{"port": 0}, {"port": "25"}, {"tls": "perhaps"}, {"sender": ""}, {"language": "fr"}, {"user": "u"}, {"cc": "x"},
             {"recipient": None}, {"ca_file": "nothing.pem"}],
)  # fmt: skip
def test_options_that_cannot_be_used(tmp_path, more):
    with SmallSmtp() as server, pytest.raises(InputUnreadableError, match="yaml, email"):
        deliverer(server, tmp_path, **more)


def test_what_asks_for_an_opinion_carries_its_words_and_where_to_answer(tmp_path):
    told = {
        "title": {"en": "A visit", "zh-Hans": "来访", "zh-Hant": "來訪"}, "text": {"en": "May we ask?", "zh-Hans": "诚邀您", "zh-Hant": "誠邀您"},
        "path": "/me/#made-up", "customer_id": "C1",
    }  # fmt: skip
    asking = {**message(), "topic": "survey.invited", "content": told}
    with SmallSmtp() as server:
        deliverer(server, tmp_path, language="zh-Hant", own_page="https://service.bank.example").deliver(
            asking
        )
        with pytest.raises(
            DeliveryError, match="names what is not there"
        ):  # nobody is sent a link that leads nowhere
            deliverer(server, tmp_path).deliver(asking)
    ((_, raw, _, _),) = server.mails
    mail = message_from_bytes(raw, policy=default)
    assert mail["Subject"] == "來訪"
    assert mail.get_content().split() == ["誠邀您", "https://service.bank.example/me/#made-up"]
