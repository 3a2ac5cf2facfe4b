"""Requests made up from the interface's own description: whoever asks, nothing breaks and every answer is as described.

``ZHIKE_FUZZ=1000`` makes so many requests per operation and caller, other ones every time.
"""

import itertools
import os
from types import SimpleNamespace

import pytest
import schemathesis
import served_bank
from api_calls import REASON
from hypothesis import HealthCheck, settings
from own_visit import make_link
from schemathesis.specs.openapi.checks import positive_data_acceptance

from zhike.api.app import create_app
from zhike.api.metrics import Metrics

EXAMPLES = int(os.environ.get("ZHIKE_FUZZ", "4"))
PLANNED = settings(
    max_examples=EXAMPLES, deadline=None, derandomize="ZHIKE_FUZZ" not in os.environ,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
BEYOND_A_SCHEMA = (
    "a body ", "a cursor ", "a response in the future", "a response before ", "another value of preference 'hours'",
    "an address that cannot be ", "attribute '", "a value of type ", "a correction from ", "a relationship that ends ",
    "no reason", "a refusal without a reason", "outcome '", "a task postponed to ", "a last day before the first", "an empty note",
    "a contact in the future", "an assignee whose roles ", "a call on a day ", "hours of a call", "no words", "no answer",
)  # fmt: skip
"""What may be refused although its shape is as described."""
NUMBERS = itertools.count()
OWN_PAGE = "own_page"
"""A customer with a link, as a caller."""


class Stage:
    """An application that is there when tests are collected; which bank answers is settled when they run."""

    def __init__(self):
        self.app = create_app(SimpleNamespace(metrics=Metrics()))

    async def __call__(self, scope, receive, send):
        assert scope["type"] == "http"
        await self.app(scope, receive, send)


stage = Stage()
described = schemathesis.openapi.from_asgi("/v1/openapi.json", stage)


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    with served_bank.Served(tmp_path_factory.mktemp("fuzz") / "bank") as found:
        for customer in served_bank.NORTH:
            found.decide(customer, direction="inbound")
        stage.app = found.app
        yield found


def is_as_described(case):
    return case.meta is None or case.meta.generation.mode.is_positive


def led_inside(case, bank, purpose):
    """Let every other request that is as described name what is there: with made-up names alone nobody gets further than to a 404."""
    if not is_as_described(case) or not case.operation.security:
        return
    case.headers["X-Purpose"] = purpose
    if next(NUMBERS) % 2:
        return
    customer = served_bank.NORTH[next(NUMBERS) % len(served_bank.NORTH)]
    for name in case.path_parameters:
        case.path_parameters[name] = known(bank, name, customer)
    if isinstance(case.body, dict):
        led = {
            "customer_id": customer,
            "reason": "service" if "customer_id" in case.body else REASON,
            "attribute": "age",
            "deputy": "adviser",
            "assignee": "rm",
            "until": "2026-07-10",
            "url": f"https://hooks.example.org/{next(NUMBERS)}",
        }
        case.body |= {name: value for name, value in led.items() if name in case.body}


def known(bank, name, customer):
    """Return an identifier of something that is there, the newest."""
    if name == "customer_id":
        return customer
    if name == "rule_path":
        return "fairness.age_band"
    if name == "table":  # of a branch
        return "refusals"
    if name == "line_id":  # an offer, a task, or a reminder
        which = ("offer_id", "task_id")[next(NUMBERS) % 2]
        found = known(bank, which, customer)
        return "complaint_open:C07" if found == "none" else found
    table = {
        "decision_id": "decisions", "offer_id": "offers", "webhook_id": "webhooks", "job_id": "jobs", "proposal_id": "proposals",
        "correction_id": "corrections", "opening_id": "break_glass", "task_id": "tasks", "link_id": "customer_links", "request_id": "cases",
    }[name]  # fmt: skip
    own = name in ("decision_id", "offer_id", "correction_id", "task_id", "link_id")
    rows = bank.rows(table, {"customer_id": customer} if own else None)
    return rows[-1]["case_id" if name == "request_id" else name] if rows else "none"


def not_refused_for_its_shape(_context, response, case):
    """What is as described may only be refused for what no description can say."""
    if is_as_described(case) and response.status_code == 422:
        assert response.json()["error"]["data"]["what"].startswith(BEYOND_A_SCHEMA)


def asked_by(caller, purpose="service"):
    @described.parametrize()
    @PLANNED
    def test(case, bank):
        if caller == OWN_PAGE:  # anew each time: one of the operations ends it
            bank.tokens[OWN_PAGE] = make_link(bank, "C02")["token"]
        led_inside(case, bank, purpose)
        case.call_and_validate(
            headers=bank.headers(caller), excluded_checks=[positive_data_acceptance],
            additional_checks=[not_refused_for_its_shape],
        )  # fmt: skip

    return test


test_nobody_breaks_anything = asked_by(None)
test_a_machine_breaks_nothing = asked_by("integration")
test_an_administrator_breaks_nothing = asked_by("administrator", "operation")
test_an_adviser_breaks_nothing = asked_by("rm")
test_an_auditor_breaks_nothing = asked_by("auditor", "audit")
test_an_analyst_breaks_nothing = asked_by("analyst", "analysis")
test_a_customer_breaks_nothing = asked_by(OWN_PAGE)
test_a_data_protection_officer_breaks_nothing = asked_by("data_protection_officer", "privacy_request")
