"""Mail as it comes: character sets and lies about them, pages, quotes, forwards, replies of machines, when it was received."""

import datetime as dt
import email
import hashlib
import random
import time
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from zhike.act.complaint_mail import incoming_mail
from zhike.adapters.mail_files import mail_in
from zhike.core.errors import InputNotFoundError
from zhike.observe.mail import MailSetting, read_mail
from zhike.observe.mail.html_text import html_text

NOW = dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC)
BANK = MailSetting(("mx.bank.example", ".in.bank.example"), frozenset({"complaints@bank.example"}))
SIMPLIFIED, TRADITIONAL = "信用卡被重复扣费两次，请退款。", "信用卡被重複扣費兩次，請退款。"
HEAD = {
    "From": "Wang <wang@mail.example>", "Subject": "fee", "Message-ID": "<7@mail.example>", "Date": "Tue, 30 Jun 2026 18:00:00 +0800",
}  # fmt: skip


def mail(body=b"charged twice", kind="text/plain; charset=utf-8", encoding="8bit", setting=BANK, **headers):
    """Read a mail of given bytes; ``Received`` may be a list, a header of None is left out."""
    lines = []
    for name, value in {**HEAD, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        lines += [f"{name}: {one}" for one in (value if isinstance(value, list) else [value]) if one]
    lines += [f"Content-Type: {kind}", f"Content-Transfer-Encoding: {encoding}", "", ""]
    content = body if isinstance(body, bytes) else body.encode()
    return read_mail("\r\n".join(lines).encode("utf-8", "surrogateescape") + content, setting, NOW)


def built(message, setting=BANK):
    return read_mail(message.as_bytes(), setting, NOW)


@pytest.mark.parametrize(
    "declared", ["", "utf-8", "gb2312", "gbk", "big5", "iso-8859-1", "us-ascii", "unknown-8bit", "no-such"]
)
@pytest.mark.parametrize(
    ("text", "codec"),
    [(SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5"), (SIMPLIFIED, "utf-8"), (TRADITIONAL, "utf-8"), (SIMPLIFIED + "㐂𠮷", "gb18030")],
)  # fmt: skip
def test_whatever_charset_is_declared_the_words_are_read(text, codec, declared):
    kind = f"text/plain; charset={declared}" if declared else "text/plain"
    found = mail(text.encode(codec), kind)
    assert found.words == text


@pytest.mark.parametrize(("name", "codec"), [("李䶮", "gb18030"), ("王喆", "gbk"), ("㐀", "gb18030")])
def test_a_name_of_rare_characters_is_read_as_it_was_declared(name, codec):
    """One of two characters that is rare is half of the text, and no reason to take it for a western one."""
    assert mail(From=Header(name, codec).encode() + " <w@mail.example>").sender_name == name


def test_a_charset_that_was_declared_rightly_is_not_doubted():
    assert mail("déjà facturé deux fois".encode("latin-1"), "text/plain; charset=iso-8859-1").notes == (
        "no_receipt",
    )
    assert "charset" in mail(SIMPLIFIED.encode("gb18030"), "text/plain; charset=utf-8").notes


def test_quoted_printable_and_base64_and_encoded_words():
    text = MIMEText(SIMPLIFIED, "plain", "gb2312")
    text["Subject"] = Header("投诉：重复扣费" * 6, "gb2312")
    text["From"] = f"{Header('王小明', 'big5').encode()} <Wang@Mail.example>"
    found = built(text)
    assert (found.words, found.subject, found.sender_name, found.sender) == (
        SIMPLIFIED,
        "投诉：重复扣费" * 6,
        "王小明",
        "wang@mail.example",
    )
    page = EmailMessage()
    page["From"] = "a@b.example"
    page.set_content("<p>扣费&nbsp;两次</p>" * 5, subtype="html", charset="utf-8", cte="quoted-printable")
    assert "扣费 两次" in built(page).words


def test_a_header_of_raw_bytes_is_read():
    raw = (
        f"From: {'王小明'} <w@x.example>\r\nSubject: ".encode("gb18030")
        + "投诉扣费".encode("gb18030")
        + b"\r\n\r\nhello there"
    )
    found = read_mail(raw, BANK, NOW)
    assert (found.subject, found.sender_name, found.sender) == ("投诉扣费", "王小明", "w@x.example")


def test_a_page_becomes_text_and_nothing_in_it_runs():
    page = (
        '<html><head><title>t</title><style>p{}</style></head><body onload="x()"><script>steal()</script><p>扣费<b>两次</b></p>'
        '<img src="http://track.example/p.gif" alt="receipt"><table><tr><td>a</td><td>b</td></tr></table><br><a href="javascript:x()">see</a>'
    )
    assert html_text(page) == "扣费两次\n[receipt]\n\na b\n\nsee"
    found = mail(page, "text/html; charset=utf-8")
    assert found.notes == ("html_only", "no_receipt")
    both = MIMEMultipart("alternative")
    both["From"] = "a@b.example"
    both.attach(MIMEText("needs HTML", "plain"))
    both.attach(MIMEText("<p>my card was charged twice in May</p>", "html"))
    assert built(both).words == "my card was charged twice in May"


def test_a_page_names_its_charset_itself():
    page = f'<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>{SIMPLIFIED}</p>'
    assert mail(page.encode("gb18030"), "text/html").words == SIMPLIFIED


def test_what_is_attached_is_kept_by_hash_with_its_name():
    whole = EmailMessage()
    whole["From"], whole["Subject"] = "a@b.example", "receipt"
    whole.set_content("see the receipt")
    whole.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="收据.pdf")
    found = built(whole)
    (one,) = found.attachments
    assert (found.words, one.name, one.media_type, one.content) == (
        "see the receipt",
        "收据.pdf",
        "application/pdf",
        b"%PDF-1.4",
    )
    assert one.sha256 == hashlib.sha256(b"%PDF-1.4").hexdigest()


def hop(by, at, claimed="elsewhere.example"):
    return f"from {claimed} by {by} with ESMTP; {at}"


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        # The lines of the bank's own hosts, down to the first that is another's: what a sender wrote below is not believed.
        ([hop("a.in.bank.example", "Wed, 1 Jul 2026 09:00:00 +0000"), hop("mx.bank.example", "Wed, 1 Jul 2026 08:00:00 +0000"),
          hop("mail.example", "Mon, 1 Jun 2026 08:00:00 +0000")], "2026-07-01T08:00:00+00:00"),
        ([hop("mx.bank.example", "Wed, 1 Jul 2026 16:30:00 +0800"), hop("evil.example", "Mon, 1 Jun 2026 08:00:00 +0000"),
          hop("mx.bank.example", "Mon, 1 Jun 2026 08:00:00 +0000")], "2026-07-01T08:30:00+00:00"),
        ([hop("mx.bank.example", "Thu, 2 Jul 2026 08:00:00 +0000")], "2026-06-30T10:00:00+00:00"),
        ([hop("mx.bank.example", "some day")], "2026-06-30T10:00:00+00:00"),
        ([hop("evil.example", "Mon, 1 Jun 2026 08:00:00 +0000")], "2026-06-30T10:00:00+00:00"),
        ([], "2026-06-30T10:00:00+00:00"),
    ],
)  # fmt: skip
def test_when_it_was_received_is_told_by_trusted_hosts_alone(received, expected):
    assert mail(Received=received).received_at.isoformat() == expected


@pytest.mark.parametrize(("date", "expected"), [(None, NOW), ("Mon, 1 Jan 2001 00:00:00 +0000", NOW), ("Fri, 3 Jul 2026 00:00:00 +0000", NOW), ("nonsense", NOW)])  # fmt: skip
def test_a_date_that_cannot_be_is_not_believed(date, expected):
    assert mail(Date=date).received_at == expected


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"), ({"Subject": "自动回复：外出"}, "auto_reply"), ({"Subject": "Out of Office: fee"}, "auto_reply"),
        ({"Return_Path": "<>"}, "auto_reply"), ({"X_Autoreply": "yes"}, "auto_reply"), ({"Precedence": "bulk"}, "bulk"),
        ({"List_Unsubscribe": "<mailto:x@y.example>"}, "bulk"), ({"From": "MAILER-DAEMON@x.example", "Subject": "Undelivered Mail"}, "bounce"),
        ({"Subject": "Automatische Antwort: fee"}, "auto_reply"), ({"Subject": "休假自动回复"}, "auto_reply"), ({"Subject": "Re: Automatic reply: fee"}, None),
        ({"X_Loop": "complaints@bank.example"}, "loop"), ({"Received": [hop("mx.bank.example", "x")] * 51}, "loop"),
        ({"From": "Complaints@bank.example"}, "own"), ({"Auto_Submitted": "no"}, None), ({"Subject": "you never reply automatically"}, None),
    ],
)  # fmt: skip
def test_mail_that_no_person_wrote(headers, code):
    assert mail(**headers).automatic == code


def test_reports_of_delivery_and_reading():
    for kind, code in (("delivery-status", "bounce"), ("disposition-notification", "receipt")):
        found = mail(b"--x\r\n\r\nfailed\r\n--x--", f'multipart/report; report-type={kind}; boundary="x"')
        assert found.automatic == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("还没有退款\n\n在 2026年6月1日 投诉中心 写道：\n> 请补充\n> 材料", "还没有退款"),
        ("not yet\n\nOn Mon, 1 Jun 2026, Bank <c@bank.example> wrote:\n> please wait", "not yet"),
        ("not yet\n\n-----Original Message-----\nFrom: Bank\nSent: Monday", "not yet"),
        ("仍未处理\n\n发件人: 银行 <c@bank.example>\n发送时间: 2026年6月1日", "仍未处理"),
        (
            "On Mon, 1 Jun 2026, Bank <c@bank.example> wrote:\n> please wait\n> three days\n\nI have waited ten",
            "I have waited ten",
        ),
        ("\n在 2026年6月1日 投诉中心 写道：\n> 请等待\n\n已等十天\n仍无答复", "已等十天\n仍无答复"),
        (
            "On Mon, Bank Desk wrote:\n> charged once\nno, twice\n> settled\nnothing is",
            "On Mon, Bank Desk wrote:\n> charged once\nno, twice\n> settled\nnothing is",
        ),
        ("On Mon, Bank Desk wrote:\n> please wait\n>\n", ""),
        (
            '不同意\n\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人: "银行"<c@bank.example>;\n\n已核实无误。',
            "不同意",
        ),
        ("> you said\nno, I did not\n> and this\nno", "> you said\nno, I did not\n> and this\nno"),
        ("From the first day I was told:\nwait", "From the first day I was told:\nwait"),
    ],
)
def test_what_is_quoted_is_apart_from_what_is_said(text, words):
    assert mail(text).words == words


def test_what_it_answers_and_by_what_it_is_known_again():
    first, again = mail(), mail(Received=[hop("mx.bank.example", "Wed, 1 Jul 2026 08:00:00 +0000")])
    assert first.key == again.key
    # Some programs give all their mail one identifier: another date is another mail.
    assert mail(Date="Tue, 30 Jun 2026 19:00:00 +0800").key != first.key
    assert mail("other words", Message_ID=None).key != mail(Message_ID=None).key
    answer = mail(
        Message_ID="<8@mail.example>",
        In_Reply_To="<7@mail.example>",
        References="<1@x.example> <7@mail.example>",
    )
    assert answer.answers[0] == first.reference
    assert len(answer.answers) == 2


FORWARDED = "请处理\n\n---------- Forwarded message ---------\nFrom: 王小明 <wang@mail.example>\nDate: Mon, 29 Jun 2026 09:00:00 +0800\nSubject: 投诉\nTo: <rm@bank.example>\n\n信用卡被重复扣费\n请退款"  # fmt: skip


def test_a_mail_that_was_passed_on_is_its_writers():
    found = mail(
        FORWARDED,
        Subject="Fwd: 投诉",
        From="complaints@bank.example",
        Received=[hop("mx.bank.example", "Wed, 1 Jul 2026 08:00:00 +0000")],
    )
    assert (found.forwarded.sender, found.forwarded.sender_name) == ("wang@mail.example", "王小明")
    assert found.words == "请处理\n\n信用卡被重复扣费\n请退款"
    # Whoever of the bank passes it on had it before: the earlier date is the receipt.
    assert (found.automatic, found.received_at.isoformat()) == (None, "2026-06-29T09:00:00+08:00")
    assert (
        mail(
            FORWARDED,
            Subject="Fwd: 投诉",
            Received=[hop("mx.bank.example", "Wed, 1 Jul 2026 08:00:00 +0000")],
        ).received_at.day
        == 1
    )


def test_a_mail_within_a_mail():
    inner = EmailMessage()
    inner["From"], inner["Subject"], inner["Date"] = (
        "wang@mail.example",
        "fee",
        "Mon, 29 Jun 2026 09:00:00 +0800",
    )
    inner.set_content("charged twice")
    whole = EmailMessage()
    whole["From"], whole["Subject"] = "rm@bank.example", "FW: fee"
    whole.set_content("please handle")
    whole.add_attachment(inner)
    found = built(whole)
    assert (found.forwarded.sender, found.words) == ("wang@mail.example", "please handle\n\ncharged twice")
    assert [one.media_type for one in found.attachments] == ["message/rfc822"]


TWICE = """FYI

---------- Forwarded message ----------
From: Clerk <{clerk}>
Date: Tue, 30 Jun 2026 10:00:00 +0000
Subject: Fwd: fee

please handle

---------- Forwarded message ----------
From: Wang <wang@mail.example>
Date: Mon, 29 Jun 2026 09:00:00 +0000
Subject: fee

charged twice

-----Original Message-----
From: Bank <complaints@bank.example>
Subject: your statement

please find it
"""


@pytest.mark.parametrize(("clerk", "day"), [("complaints@bank.example", 29), ("friend@x.example", 30)])
def test_a_mail_that_was_passed_on_twice_is_its_first_writers(clerk, day):
    found = mail(TWICE.format(clerk=clerk), From="complaints@bank.example", Subject="Fwd: Fwd: fee")
    assert found.forwarded.sender == "wang@mail.example"
    assert found.words.startswith("FYI\n\nplease handle\n\ncharged twice")
    # The bank has had it since it came to the first of its own.
    assert found.received_at.day == day


def test_a_mail_within_a_mail_within_a_mail_is_its_first_writers():
    whole = b"From: wang@mail.example\r\nSubject: fee\r\nDate: Mon, 29 Jun 2026 09:00:00 +0800\r\n\r\ncharged twice"
    for sender, subject, words in (("rm@x.example", "Fwd: fee", "look"), ("complaints@bank.example", "FW: Fwd: fee", "please handle")):  # fmt: skip
        outer = EmailMessage()
        outer["From"], outer["Subject"] = sender, subject
        outer.set_content(words)
        outer.add_attachment(email.message_from_bytes(whole, policy=policy.default))
        whole = outer.as_bytes()
    found = read_mail(whole, BANK, NOW)
    assert (found.forwarded.sender, found.words) == (
        "wang@mail.example",
        "please handle\n\nlook\n\ncharged twice",
    )


INVITES = "BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nSUMMARY:fee\r\nEND:VEVENT\r\nEND:VCALENDAR"


@pytest.mark.parametrize(
    ("method", "words", "code"), [("REPLY", "", "calendar"), ("REPLY", "Wang has accepted.", None), ("REQUEST", "", None), ("REQUEST", "charged twice", None)]
)  # fmt: skip
def test_a_calendar_is_no_words_of_anybody(method, words, code):
    part = INVITES.format(method=method)
    found = mail(
        f"--x\r\nContent-Type: text/plain\r\n\r\n{words}\r\n--x\r\nContent-Type: text/calendar; method={method}\r\n\r\n{part}\r\n--x--",
        'multipart/alternative; boundary="x"',
    )
    assert (found.words, found.automatic, "calendar" in found.notes) == (words, code, True)
    assert [one.media_type for one in found.attachments] == ["text/calendar"]
    # Programs write their own sentence into such a mail: a person looks at what nobody need have said.
    assert incoming_mail(found).held == "calendar"
    alone = mail(part, f"text/calendar; method={method}")
    assert (alone.words, "calendar" in alone.notes) == ("", True)


def test_a_file_that_a_program_reads_is_attached_whether_it_has_a_name_or_not():
    for kind in ("text/vcard", "text/csv", "text/rtf", "text/x-amp-html", 'text/calendar; name="a.ics"\r\nContent-Disposition: attachment'):  # fmt: skip
        found = mail(
            f"--x\r\nContent-Type: text/plain\r\n\r\ncharged twice\r\n--x\r\nContent-Type: {kind}\r\n\r\nFN:Wang\r\n--x--",
            'multipart/mixed; boundary="x"',
        )
        assert (found.words, len(found.attachments), "calendar" in found.notes) == ("charged twice", 1, False)


def test_encrypted_mail_has_no_words_and_says_so():
    found = mail(b"AAAA", "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "base64")
    assert (found.words, "encrypted" in found.notes, len(found.attachments)) == ("", True, 1)


def test_bytes_that_are_no_mail():
    for raw in (b"", b"\x00\x01\x02", b"PK\x03\x04", "你好".encode(), b"just a line of text"):
        assert read_mail(raw, BANK, NOW) is None


def test_whatever_is_broken_in_a_mail_it_is_read():
    whole = EmailMessage()
    whole["From"], whole["Subject"] = "a@b.example", "投诉"
    whole.set_content("charged twice", cte="base64")
    whole.add_alternative("<p>charged <b>twice", subtype="html")
    whole.add_attachment(b"x" * 40, maintype="image", subtype="png", filename="a.png")
    raw, dice = bytearray(whole.as_bytes()), random.Random(7)  # noqa: S311 - to be repeated
    for _ in range(250):
        spoilt = bytearray(raw)
        for _ in range(dice.randint(1, 12)):
            at = dice.randrange(len(spoilt))
            spoilt[at : at + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 3))
        found = read_mail(bytes(spoilt), BANK, NOW)
        assert found is None or found.received_at <= NOW


def test_a_sentence_that_begins_with_from_does_not_cut_a_mail_in_two(tmp_path):
    box = tmp_path / "box.mbox"
    one = "From wang@mail.example Tue Jun 30 10:00:00 2026\nFrom: wang@mail.example\nSubject: fee\n\nPlease see.\n\nFrom my account 500 went in 2026\n>From there it was gone\n\n"
    box.write_text(one + one.replace("fee", "again"), "utf-8")
    found = list(mail_in(box, 10_000))
    assert [each.source for each in found] == ["box.mbox#1", "box.mbox#2"]
    assert found[0].delivered == dt.datetime(2026, 6, 30, 10, tzinfo=dt.UTC)
    read = read_mail(found[0].raw, MailSetting(), NOW, found[0].delivered)
    assert read.words == "Please see.\n\nFrom my account 500 went in 2026\nFrom there it was gone"
    assert read.received_at == found[0].delivered
    short = next(mail_in(box, 60))
    assert (len(short.raw), short.size > 60) == (60, True)


def test_folders_of_mail(tmp_path):
    for name in ("cur", "new", "tmp"):
        (tmp_path / "maildir" / name).mkdir(parents=True)
    (tmp_path / "maildir" / "new" / "1.x").write_bytes(b"From: a@b.example\n\nhello")
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.eml").write_bytes(b"From: a@b.example\n\nhello")
    (tmp_path / "plain" / ".hidden").write_bytes(b"")
    assert [one.source for one in mail_in(tmp_path / "maildir", 99)] == ["maildir/1.x"]
    assert [one.source for one in mail_in(tmp_path / "plain", 99)] == ["a.eml"]
    with pytest.raises(InputNotFoundError):
        list(mail_in(tmp_path / "nothing", 99))


@pytest.mark.parametrize("odd", ["<!--", "<!", "</", "<a ", '<a b="', "&#", "<script>", "<blockquote>", "< "])
def test_a_page_that_never_ends_takes_no_time(odd):
    began = time.process_time()
    html_text(odd * (100_000 // len(odd)))
    assert time.process_time() - began < 2


def test_words_are_rather_read_than_lost():
    assert html_text("<head><title>t</title><p>扣费两次") == "扣费两次"
    assert html_text('<img alt="a > b"><p>5 < 6 & 7 > 6</p>') == "[a > b]\n5 < 6 & 7 > 6"


def test_parts_within_parts_without_end_are_left_to_a_person():
    body = b"Content-Type: text/plain\r\n\r\nhello"
    for level in range(1_000):
        mark = b"b%d" % level
        body = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n%s\r\n--%s--\r\n' % (
            mark,
            mark,
            body,
            mark,
        )
    found = read_mail(b"From: a@b.example\r\nSubject: hi\r\n" + body, BANK, NOW)
    assert (found.subject, found.words, "unreadable" in found.notes) == ("hi", "", True)
