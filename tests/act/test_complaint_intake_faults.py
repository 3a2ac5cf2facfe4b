"""Faults of help desks that concern intake, each by its name: none of them is one of ours.

The catalogue is that of `reference/service-quality.md` 3.3; those of clocks alone are in `tests/unit/test_help_desk_faults.py`.
"""

import datetime as dt

import pytest
from inbox import OWN, Inbox

from zhike.act.acting import microseconds
from zhike.act.complaint_clocks import events_of
from zhike.act.complaint_messages import Incoming
from zhike.act.complaints import do_move, standing_of, steps_of
from zhike.core.errors import UsageError
from zhike.govern.complaint_life import Mover, open_moves

VERBS = frozenset({"case.manage", "case.open", "case.assign", "case.approve", "case.verify"})
SAID = {
    "assess": {"complexity": "complex", "business": "loan", "issue": "terms"}, "ask": {"documents": ["receipt"], "reason": "to see", "notice": {"channel": "phone"}},
    "hear": {"reason": "came"}, "sort": {"urgency": "urgent"}, "record": {"particulars": {"when": "May"}}, "hear_more": {"source": "phone"},
    "withdraw": {"reason": "settled"}, "reopen": {"reason": "not settled"}, "close": {"cause": "mistake"}, "note": {"text": "x"},
}  # fmt: skip


@pytest.fixture
def inbox(bank):
    return Inbox(bank)


def complaint(inbox, name):
    return inbox.bank.rows("complaints", {"complaint_id": name})[0]


def test_received_at_is_immutable(inbox):
    """Whatever is done with a complaint, and however late a person places its mail: it was received when it was received."""
    waiting = inbox.mail("重复扣费", sender="s@x.example", name="Somebody")
    received = inbox.bank.rows("complaint_messages")[0]["received_at"]
    inbox.bank.clock.later(days=9)
    name = inbox.place(waiting.message_id, customer="C02").complaint_id
    first = complaint(inbox, name)
    for move in (
        "assess",
        "investigate",
        "ask",
        "hear",
        "sort",
        "record",
        "hear_more",
        "withdraw",
        "close",
        "reopen",
        "note",
    ):
        inbox.bank.clock.later(minutes=5)
        with inbox.bank.store.write() as tx:
            row = tx.one("complaints", complaint_id=name)
            do_move(inbox.acting, tx, row, move, Mover("ann", VERBS), SAID.get(move, {}), inbox.desk)
        assert complaint(inbox, name)["received_at"] == first["received_at"] == received, move
    day = dt.date(2026, 7, 1) + dt.timedelta(days=15)
    assert first["legal_due"] == str(day)


def test_duplicate_intake_is_idempotent(inbox):
    """The same mail by two servers, from a mailbox that is read twice, in one run or in several."""
    for _ in range(3):
        inbox.mail(OWN)
        inbox.bank.clock.later(hours=1)
        inbox.mail(OWN, Received="from a by b; Wed, 1 Jul 2026 09:59:00 +0000")
    assert (
        len(inbox.bank.rows("complaints"))
        == len(inbox.bank.rows("complaint_messages"))
        == len(inbox.bank.rows("complaint_steps"))
        == 1
    )


def test_a_run_that_stops_in_the_middle_is_run_again(inbox):
    good = [Incoming("letter", f"k{n}", inbox.bank.clock.now(), f"{OWN} {n}") for n in range(3)]
    inbox.take(good[0])
    with pytest.raises(UsageError):
        inbox.take(Incoming("drum", "k9", inbox.bank.clock.now(), OWN))
    assert len(inbox.bank.rows("complaint_messages")) == 1
    placed = [inbox.take(new) for new in good]
    assert [one.known for one in placed] == [True, False, False]
    assert len(inbox.bank.rows("complaints")) == 3


def test_a_deadline_that_the_calendar_does_not_cover_is_empty_and_says_so(inbox):
    """Never a guess: the date is empty, the clock says why, and the case stands before all others on the desk."""
    inbox.bank.clock.later(
        days=177
    )  # 25 December: the calendar of the next year was not announced to this bank yet
    early = inbox.take(
        Incoming("letter", "old", inbox.bank.clock.now() - 20 * 86_400_000_000, "客户号 C01 王小明 old")
    )
    late = inbox.mail(OWN)
    row = complaint(inbox, late.complaint_id)
    assert (row["legal_due"], row["safe_due"]) == (None, None)
    with inbox.bank.store.read() as tx:
        (step,) = steps_of(tx, late.complaint_id)
        ordered = tx.find("complaints", {"open": True}, order=["safe_due", "received_at"])
    assert step["content"]["dues"][1]["unknown"] == ["decide"]
    assert [one["complaint_id"] for one in ordered] == [late.complaint_id, early.complaint_id]
    answer = inbox.bank.get(
        "complaints_officer", f"/v1/complaints/{late.complaint_id}", purpose="complaint"
    ).json()
    clock = next(one for one in answer["clocks"]["clocks"] if one["id"] == "decide")
    assert (clock["computable"], clock["code"]) == (False, "not_covered")
    assert clock["reason"]


@pytest.mark.parametrize(
    ("received", "due"),
    [("2026-06-14T15:59:00+00:00", "2026-06-29"), ("2026-06-14T16:01:00+00:00", "2026-06-30")],
)
def test_the_day_of_receipt_is_the_regimes_and_not_the_mail_servers(inbox, received, due):
    at = microseconds(dt.datetime.fromisoformat(received))
    placed = inbox.take(Incoming("email", received, at, OWN))
    assert complaint(inbox, placed.complaint_id)["legal_due"] == due


def test_a_customer_who_writes_again_starts_the_update_clock_and_stops_none_of_the_law(inbox):
    """Zammad 3140, Chatwoot 10178: the next answer is due from what the customer wrote, the decision from the receipt."""
    first = inbox.mail(OWN)
    before = complaint(inbox, first.complaint_id)
    inbox.bank.clock.later(days=2)
    inbox.mail("还没有答复", key="8", In_Reply_To="<7@mail.example>")
    after = complaint(inbox, first.complaint_id)
    with inbox.bank.store.read() as tx:
        assert [one["event"] for one in events_of(tx, first.complaint_id)] == ["customer_wrote"]
    assert (after["legal_due"], after["state"]) == (before["legal_due"], before["state"])


def test_a_case_that_ended_is_not_opened_by_a_machine_and_no_word_of_it_is_lost(inbox):
    first = inbox.mail(OWN)
    inbox.close(first.complaint_id)
    inbox.mail("不同意", key="8", In_Reply_To="<7@mail.example>")
    assert complaint(inbox, first.complaint_id)["state"] == "closed"
    with inbox.bank.store.read() as tx:
        standing = standing_of(steps_of(tx, first.complaint_id))
    assert "reopen" in {one.id for one in open_moves(inbox.desk.life, standing, Mover("ann", VERBS))}
    assert [row["code"] for row in inbox.bank.rows("complaint_messages", {"state": "waiting"})] == [
        "case_ended"
    ]
