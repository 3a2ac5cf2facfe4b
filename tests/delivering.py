"""What tests of delivery share: a served bank whose channels have deliverers that note what they are given."""

import dataclasses
import datetime as dt
import threading

import decide_bank

from zhike.act.decisions import DecisionDesk
from zhike.act.deliveries import Deliverers, deliver_due
from zhike.act.drafts import Ask
from zhike.act.retries import RETRIES, Retries
from zhike.act.routes import Routes
from zhike.core.service_errors import DeliveryError, DeliveryRefusedError

RULES = Retries.of(decide_bank.SHIPPED.at(RETRIES, dt.date(2026, 7, 1)))
SECOND = 1_000_000


class Carrier:
    """Notes messages; ``answers`` are exceptions to raise, one a message, None for none."""

    def __init__(self, answers=()):
        self.taken, self.tried, self._answers = [], [], list(answers)
        self._lock = threading.Lock()

    def deliver(self, message):
        with self._lock:
            self.tried.append(message)
            answer = self._answers.pop(0) if self._answers else None
        if answer is not None:
            raise answer
        with self._lock:
            self.taken.append(message)


def later(what="HTTP 503"):
    return DeliveryError(route="test", what=what)


def never(what="SMTP 550"):
    return DeliveryRefusedError(route="test", what=what)


class Outgoing:
    """A served bank that delivers: ``carriers`` by channel, ``hook`` for every webhook."""

    def __init__(self, served, channels=("app",), retries=RULES):
        self.served = served
        self.carriers = {name: Carrier() for name in channels}
        self.hook = Carrier()
        self.retries = retries
        routes = Routes(lambda _now: frozenset(self.carriers))
        self.acting = dataclasses.replace(served.acting, routes=routes)
        self.desk = DecisionDesk(self.acting)

    @property
    def deliverers(self):
        return Deliverers(self.carriers, lambda _row: self.hook, self.retries)

    def decide(self, customer="C01", **given):
        return self.desk.decide(Ask(customer, "tests", **given))

    def deliver(self, **given):
        return deliver_due(self.acting, self.deliverers, "courier", **given)

    def messages(self, **where):
        return self.served.rows("outbox", where)

    def offers(self, **where):
        return self.served.rows("offers", where)

    def live(self, customer="C01"):
        return self.served.rows("customers", {"customer_id": customer})[0]["live"] or {}

    def events(self, stream="deliveries"):
        return [
            row["event"] for row in self.served.rows("audit_entries", {"stream": stream}, order=["number"])
        ]
