"""Messages to the desk: placed once, with the sender known again, answers threaded to the case, what nobody can tell left to a person."""

import datetime as dt

import pytest
from inbox import OWN, Inbox

from zhike.act.complaint_import import incoming_rows
from zhike.act.complaint_mail import incoming_mail, mail_setting
from zhike.act.complaint_messages import (
    Incoming,
    check_message,
    do_drop_old,
)
from zhike.act.complaints import do_move
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.complaint_life import Mover
from zhike.observe.mail import read_mail


@pytest.fixture
def inbox(bank):
    return Inbox(bank)


def test_a_customer_is_known_by_two_things_that_they_say(inbox):
    for words, code, customer in (
        (OWN, None, "C01"), ("请回电 100 1234-5678，王小明，重复扣费", None, "C01"), ("请回电 10012345678", None, "C01"), ("重复扣费", "no_customer", None),
        ("客户号 C02，重复扣费", "no_customer", None), ("我叫单芳，重复扣费", "no_customer", None),
    ):  # fmt: skip
        found = inbox.mail(words, key=words, sender=f"{len(words)}@x.example")
        assert (found.code, found.customer_id) == (code, customer), words
    assert len(inbox.bank.rows("complaints")) == 3


def test_the_same_mail_twice_is_one_case_and_a_reply_comes_to_it(inbox):
    first = inbox.mail(OWN)
    again = inbox.mail(OWN, Received="from x by y; Wed, 1 Jul 2026 09:30:00 +0000")
    assert (again.known, again.complaint_id, len(inbox.bank.rows("complaints"))) == (
        True,
        first.complaint_id,
        1,
    )
    reply = inbox.mail("还没有退款", key="8", subject="Re: 投诉", In_Reply_To="<7@mail.example>")
    assert (reply.state, reply.complaint_id) == ("added", first.complaint_id)
    # A reply to the reply, from another address, knows the case by its number alone.
    numbered = inbox.mail(f"[{first.complaint_id}] 仍未退款", key="9", sender="son@mail.example", name="Son")
    assert (numbered.state, numbered.complaint_id) == ("added", first.complaint_id)
    assert inbox.steps(first.complaint_id) == ["receive", "hear_more", "hear_more"]
    assert len(inbox.bank.rows("complaints")) == 1


def test_the_very_same_words_again_are_the_same_complaint(inbox):
    first = inbox.mail(OWN)
    second = inbox.mail(OWN, key="other")
    assert (second.state, second.code, second.complaint_id) == ("added", "same_words", first.complaint_id)


def test_a_sender_whom_a_person_has_placed_is_known_the_next_time(inbox):
    waiting = inbox.mail("重复扣费，王小明", name="Somebody", sender="s@mail.example")
    assert waiting.code == "no_customer"
    placed = inbox.place(waiting.message_id, customer="C02")
    assert "C01" not in str(inbox.bank.rows("complaint_messages"))
    assert (placed.state, placed.customer_id) == ("opened", "C02")
    assert inbox.place(waiting.message_id, customer="C02").known
    with pytest.raises(StateConflictError):
        inbox.place(waiting.message_id, customer="C03")
    later = inbox.mail("利率也不对", key="8", name="Somebody", sender="s@mail.example")
    assert (later.state, later.customer_id) == ("opened", "C02")
    row = inbox.bank.rows("complaints", {"complaint_id": placed.complaint_id})[0]
    assert row["detail"]["words"] == "投诉\n\n重复扣费，王小明"


@pytest.mark.parametrize(
    ("more", "state", "code"),
    [
        ({"automatic": "auto_reply"}, "set_aside", "auto_reply"), ({"held": "encrypted"}, "waiting", "encrypted"), ({"words": ""}, "waiting", "no_words"),
        ({"words": "x" * 8001}, "waiting", "too_long"), ({"customer": "C04"}, "opened", None), ({"customer": "nobody"}, "waiting", "no_customer"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_message(inbox, more, state, code):
    found = inbox.take(Incoming("letter", "k", inbox.bank.clock.now(), **{"words": "charged twice", **more}))
    assert (found.state, found.code) == (state, code)
    assert len(inbox.bank.rows("complaint_messages")) == 1


def test_a_machine_that_answers_a_machine_opens_no_more_cases(inbox):
    most = inbox.desk.house.mail["loop_from"]
    for number in range(most):
        inbox.mail(f"{OWN} {number}", key=str(number))
    looped = inbox.mail(f"{OWN} again", key="again")
    assert (looped.state, looped.code) == ("set_aside", "loop")
    assert len(inbox.bank.rows("complaints")) == most


def test_a_mailbox_of_a_year_is_no_loop(inbox):
    """However many of one sender's are taken in at once: what counts is when they were sent."""
    most, day = inbox.desk.house.mail["loop_from"], 86_400_000_000
    old = [
        Incoming("email", str(n), inbox.bank.clock.now() - n * day, "", sender="w@mail.example")
        for n in range(most + 1)
    ]
    assert {inbox.take(new).code for new in old} == {"no_words"}


def test_senders_who_are_not_known_are_no_machine(inbox):
    """Letters tell no sender: many of them in a day come from many people."""
    letters = [
        Incoming("letter", str(n), inbox.bank.clock.now(), f"charged twice, case {n}", customer="C04")
        for n in range(inbox.desk.house.mail["loop_from"] + 1)
    ]
    assert "loop" not in {inbox.take(new).code for new in letters}


def test_a_message_that_names_what_there_is_not_is_told_by_its_column(inbox):
    opened, now = inbox.mail(OWN), inbox.bank.clock.now()
    named = [{"complaint": opened.complaint_id}, {"complaint": "c-none"}, {"customer": "nobody"}]
    with inbox.bank.store.read() as tx:
        found = [
            check_message(tx, Incoming("letter", str(n), now, "x", **one)) for n, one in enumerate(named)
        ]
    assert found == [
        None,
        ("complaint", "c-none", "complaint_id | -"),
        ("customer", "nobody", "customer_id | -"),
    ]


def test_a_person_sets_aside_what_is_no_complaint_and_opens_nothing(inbox):
    waiting = inbox.take(Incoming("letter", "k", inbox.bank.clock.now(), "thank you", customer="nobody"))
    aside = inbox.place(waiting.message_id, aside="praise")
    assert (aside.state, aside.code, aside.complaint_id) == ("set_aside", "praise", None)
    assert inbox.bank.rows("complaints") == []


def test_a_message_to_a_case_that_has_ended_waits_for_a_person(inbox):
    first = inbox.mail(OWN)
    inbox.close(first.complaint_id)
    reply = inbox.mail("不同意", key="8", In_Reply_To="<7@mail.example>")
    assert (reply.state, reply.code, reply.complaint_id) == ("waiting", "case_ended", first.complaint_id)
    assert inbox.steps(first.complaint_id)[-1] == "hear_more"


def test_a_reply_to_a_joined_case_comes_to_the_one_that_goes_on(inbox):
    first, second = inbox.mail(OWN), inbox.mail(OWN + "，另有短信骚扰", key="8")
    assert second.state == "opened"
    with inbox.bank.store.write() as tx:
        row = tx.one("complaints", complaint_id=first.complaint_id)
        mover = Mover("ann", frozenset({"case.manage"}))
        joined = do_move(inbox.acting, tx, row, "join", mover, {"into": second.complaint_id}, inbox.desk)
        assert (
            do_move(inbox.acting, tx, joined, "join", mover, {"into": second.complaint_id}, inbox.desk)
            == joined
        )
    assert inbox.steps(first.complaint_id) == ["receive", "join"]
    reply = inbox.mail("补充材料", key="9", In_Reply_To="<7@mail.example>")
    assert reply.complaint_id == second.complaint_id


def test_what_was_set_aside_can_be_a_complaint_after_all_and_goes_in_time(inbox):
    aside = inbox.mail(OWN, Auto_Submitted="auto-replied")
    assert aside.state == "set_aside"
    assert inbox.place(aside.message_id, customer="C01").state == "opened"
    other = inbox.mail("out until Monday", key="8", Auto_Submitted="auto-replied")
    inbox.bank.clock.later(days=inbox.desk.house.mail["set_aside_days"] + 1)
    with inbox.bank.store.write() as tx:
        assert do_drop_old(inbox.acting, tx, inbox.desk) == 1
    assert other.message_id not in {row["message_id"] for row in inbox.bank.rows("complaint_messages")}
    with pytest.raises(RecordNotFoundError):
        inbox.place(other.message_id, customer="C01")


def test_attachments_are_kept_under_the_customer_once_by_hash(inbox):
    body = (
        "From: s@x.example\r\nMessage-ID: <7@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee\r\n"
        "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nPDF\r\n--b--"
    )
    now = dt.datetime.fromtimestamp(inbox.bank.clock.now() / 1e6, dt.UTC)
    waiting = inbox.take(incoming_mail(read_mail(body.encode(), mail_setting(inbox.desk.house), now)))
    placed = inbox.place(waiting.message_id, customer="C02")
    (kept,) = inbox.bank.rows("complaint_documents")
    assert (kept["customer_id"], kept["complaint_id"], kept["content"]["name"]) == (
        "C02",
        placed.complaint_id,
        "a.pdf",
    )
    again = inbox.take(incoming_mail(read_mail(body.replace("<7@x>", "<8@x>").replace("see", f"see {placed.complaint_id}").encode(), mail_setting(inbox.desk.house), now)))  # fmt: skip
    assert again.state == "added"
    assert sorted(one["content"]["base64"] is not None for one in inbox.bank.rows("complaint_documents")) == [
        False,
        True,
    ]


ROW = {
    "channel": "letter",
    "received": "2026-06-20",
    "words": "charged twice",
    "customer": "C01",
    "reference": "L-1",
}


def rows(inbox, *changed, mapping=None, columns=None):
    lines = [(place, {**ROW, **one}) for place, one in enumerate(changed, 2)]
    names = columns or sorted({name for _, cells in lines for name in cells})
    return incoming_rows(names, lines, mapping or {}, inbox.desk, inbox.bank.clock.now())


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"channel": "drum"}, "bad_value", "channel"), ({"received": "20/06/26"}, "bad_date", "received"), ({"received": ""}, "missing_value", "received"),
        ({"received": "2026-07-02"}, "dates_contradict", "received"), ({"words": ""}, "missing_value", "words"), ({"business": "x"}, "bad_value", "business"),
        ({"channel": "regulator"}, "missing_value", "regulator_reference"), ({"words": "x" * 9000}, "out_of_range", "words"),
        ({"channel": "regulator", "regulator_reference": "R1", "forwarded_on": "2026-06-25"}, "dates_contradict", "forwarded_on"),
        ({"speaker_kind": "heir"}, "missing_value", "speaker"), ({"": "more"}, "wrong_column_count", ""),
    ],
)  # fmt: skip
def test_a_row_that_is_no_message_is_refused_with_a_code(inbox, cells, code, column):
    taken, (refused,) = rows(inbox, cells)
    assert (taken, refused.code, refused.column, refused.line) == ([], code, column, 2)


def test_one_reference_is_one_complaint_and_two_texts_under_it_are_none(inbox):
    taken, refused = rows(inbox, {}, {}, {"words": "another"}, {"reference": "L-2"})
    assert [line for line, *_ in taken] == [2, 3, 5]
    assert [(one.line, one.code) for one in refused] == [(4, "duplicate_key")]
    placed = [inbox.take(new) for _, new, _ in taken]
    assert [one.known for one in placed] == [False, True, False]
    assert placed[2].code == "same_words"


def test_a_regulators_forward_keeps_its_reference_and_comes_once(inbox):
    forward = {
        "channel": "regulator", "reference": "", "authority": "NFRA", "regulator_reference": "R-77", "forwarded_on": "2026-06-18", "speaker": "李四",
        "speaker_kind": "heir",
    }  # fmt: skip
    ((_, new, _),), refused = rows(inbox, forward)
    assert refused == []
    placed = inbox.take(new)
    assert inbox.take(new).known
    row = inbox.bank.rows("complaints", {"complaint_id": placed.complaint_id})[0]
    assert row["detail"]["regulator"] == {
        "authority": "NFRA",
        "reference": "R-77",
        "forwarded_on": "2026-06-18",
    }
    assert row["detail"]["speaker"]["kind"] == "heir"
    assert (row["priority"], row["channel"]) == (2, "regulator")
    # Counted from the day on which the bank had it, in the regime's zone.
    assert (
        dt.datetime.fromtimestamp(row["received_at"] / 1e6, dt.UTC).isoformat() == "2026-06-19T16:00:00+00:00"
    )


def test_columns_and_values_that_are_called_otherwise(inbox):
    lines = [(2, {"来源": "来信", "收到": "2026/06/20", "内容": "重复扣费", "客户": "C01"})]
    mapping = {
        "columns": {"来源": "channel", "收到": "received", "内容": "words", "客户": "customer"},
        "values": {"来信": "letter"},
    }
    ((_, new, _),), refused = incoming_rows(
        list(lines[0][1]), lines, mapping, inbox.desk, inbox.bank.clock.now()
    )
    assert (refused, new.channel, new.customer) == ([], "letter", "C01")


def test_the_banks_own_codes_are_those_of_the_house_as_in_every_figure(inbox):
    ((_, new, _),), refused = rows(inbox, {"business": "wealth", "issue": "process"})
    assert (refused, new.business, new.issue) == ([], "own_wealth", "rules")
