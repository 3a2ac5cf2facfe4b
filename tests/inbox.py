"""The mailbox of the complaint desk over a served bank: mail taken in, placed, and the cases that it opened."""

import datetime as dt

import decide_bank

from zhike.act.complaint_desk import ComplaintDesk
from zhike.act.complaint_mail import incoming_mail, mail_setting
from zhike.act.complaint_messages import Placement, do_message, do_place, message_row
from zhike.act.complaints import do_move, steps_of
from zhike.govern.complaint_life import Mover
from zhike.observe.mail import read_mail

OWN = "客户号：C01，王小明，信用卡被重复扣费两次"
"""Words that tell whose they are."""
HEAD = "From: {name} <{sender}>\r\nMessage-ID: <{key}@mail.example>\r\nDate: Wed, 1 Jul 2026 09:00:00 +0000\r\nSubject: {subject}\r\n{more}\r\n"


class Inbox:
    """The desk's mailbox over a served bank."""

    def __init__(self, bank):
        self.bank, self.acting = bank, bank.acting
        self.desk = ComplaintDesk.of(decide_bank.SHIPPED, bank.service.today())

    def take(self, new):
        with self.bank.store.write() as tx:
            return do_message(self.acting, tx, new, self.desk, "operator")

    def mail(self, words, key="7", name="王小明", sender="wang@mail.example", subject="投诉", **more):
        head = HEAD.format(
            key=key, name=name, sender=sender, subject=subject, more="".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in more.items())
        )  # fmt: skip
        now = dt.datetime.fromtimestamp(self.bank.clock.now() / 1e6, dt.UTC)
        return self.take(
            incoming_mail(read_mail((head + words).encode(), mail_setting(self.desk.house), now))
        )

    def place(self, message_id, **where):
        with self.bank.store.write() as tx:
            return do_place(
                self.acting,
                tx,
                message_row(tx, message_id),
                Placement(**where),
                self.desk,
                "complaints_officer",
            )

    def steps(self, complaint):
        with self.bank.store.read() as tx:
            return [one["move"] for one in steps_of(tx, complaint)]

    def close(self, complaint):
        with self.bank.store.write() as tx:
            row = tx.one("complaints", complaint_id=complaint)
            mover = Mover("ann", frozenset({"case.manage"}))
            row = do_move(self.acting, tx, row, "withdraw", mover, {"reason": "settled"}, self.desk)
            do_move(self.acting, tx, row, "close", mover, {"cause": "mistake"}, self.desk)
