"""Requests made up from the interface's own description: whoever asks, nothing breaks and every answer is as described.

``ZHIKE_FUZZ=1000`` makes so many requests per operation and caller, other ones every time.
"""

import copy
import itertools
import os
from contextlib import contextmanager
from http import HTTPStatus
from types import SimpleNamespace

import pytest
import schemathesis
import served_bank
from api_calls import CALLS, REASON
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from own_visit import make_link
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    AllowHeaderMismatch,
    negative_data_rejection,
    positive_data_acceptance,
)

from zhike.api.app import create_app
from zhike.api.metrics import Metrics

EXAMPLES = int(os.environ.get("ZHIKE_FUZZ", "1"))
PLANNED = settings(
    max_examples=EXAMPLES, derandomize="ZHIKE_FUZZ" not in os.environ,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
BEYOND_A_SCHEMA = (
    "a body ", "a cursor ", "instrument '", "a response in the future", "a response before ", "another value of preference 'hours'",
    "an address that cannot be ", "attribute '", "a value of type ", "a correction from ", "a relationship that ends ",
    "no reason", "a refusal without a reason", "outcome '", "a task postponed to ", "a last day before the first", "an empty note",
    "a contact in the future", "an assignee whose roles ", "a call on a day ", "hours of a call", "no words", "no answer", "roles [", "no change", "a topic that is none", "unknown key ", "no packs", "a period from ",
    "regime '", "event ", "no note with consent", "no place for a message", "indicator '", "note '", "personal data under '", "code '", "no group '", "no notes", "form '", "nothing under '", "a text under '", "'", "business '", "issue '", "cause '", "redress '", "measure '", "a receipt in the future", "member of staff '", "move '", "complaint '",
)  # fmt: skip
"""What may be refused although its shape is as described."""
NUMBERS = itertools.count()
OWN_PAGE = "own_page"
"""A customer with a link, as a caller."""


TABLES = {
    "decision_id": "decisions", "offer_id": "offers", "webhook_id": "webhooks", "job_id": "jobs", "proposal_id": "proposals",
    "correction_id": "corrections", "opening_id": "break_glass", "task_id": "tasks", "link_id": "customer_links", "request_id": "cases",
}  # fmt: skip
"""Where what an identifier in a path names is kept."""
CALLERS = {
    None: "service", "integration": "service", "administrator": "operation", "rm": "service", "auditor": "audit", "analyst": "analysis",
    OWN_PAGE: "service", "data_protection_officer": "privacy_request",
}  # fmt: skip
"""Who asks, and for which purpose."""


class Stage:
    """An application that is there when tests are collected; which bank answers is settled when they run."""

    def __init__(self):
        self.app = create_app(SimpleNamespace(metrics=Metrics()))

    async def __call__(self, scope, receive, send):
        assert scope["type"] == "http"
        await self.app(scope, receive, send)


stage = Stage()
described = schemathesis.openapi.from_asgi("/v1/openapi.json", stage)
OPERATIONS = {
    found.ok().definition.raw["operationId"]: found.ok() for found in described.get_all_operations()
}


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
    for name, made_up in case.path_parameters.items():
        case.path_parameters[name] = known(bank, name, customer) or made_up
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
    """Return an identifier of something that is there, the newest; None for what is not kept in a table."""
    if name == "customer_id":
        return customer
    if name == "rule_path":
        return "fairness.age_band"
    if name == "line_id":  # an offer, a task, or a reminder
        which = ("offer_id", "task_id")[next(NUMBERS) % 2]
        found = known(bank, which, customer)
        return "complaint_open:C07" if found == "none" else found
    if name not in TABLES:
        return None
    own = name in ("decision_id", "offer_id", "correction_id", "task_id", "link_id")
    rows = bank.rows(TABLES[name], {"customer_id": customer} if own else None)
    return rows[-1]["case_id" if name == "request_id" else name] if rows else "none"


def not_refused_for_its_shape(_context, response, case):
    """What is as described may only be refused for what no description can say."""
    if is_as_described(case) and response.status_code == 422:
        assert response.json()["error"]["data"]["what"].startswith(BEYOND_A_SCHEMA)


@contextmanager
def unchanged(case):
    """Give a request back its names once one caller was led to what is there."""
    path, body = dict(case.path_parameters or {}), copy.copy(case.body)
    yield
    if path:
        case.path_parameters.update(path)
    if isinstance(body, dict):
        case.body = body


def asked(case, bank, caller, purpose):
    """Send a request as one of the callers."""
    if caller == OWN_PAGE:  # anew each time: one of the operations ends it
        bank.tokens[OWN_PAGE] = make_link(bank, "C02")["token"]
    led_inside(case, bank, purpose)
    response = case.call(headers=bank.headers(caller))
    # A body that is too large is turned away before its shape is looked at.
    beyond = [negative_data_rejection] if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else []
    case.validate_response(
        response, headers=bank.headers(caller), excluded_checks=[positive_data_acceptance, *beyond],
        additional_checks=[not_refused_for_its_shape],
    )  # fmt: skip


# Each operation by a name of its own: processes that share the tests tell them apart by their names.
@pytest.mark.parametrize("name", sorted(OPERATIONS))
@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as described", "otherwise"]
)
def test_nobody_breaks_anything(bank, name, mode):
    """One request for all callers: to make one up takes longer than to answer it."""

    @PLANNED
    @given(OPERATIONS[name].as_strategy(generation_mode=mode))
    def ask(case):
        for caller, purpose in CALLERS.items():
            try:
                with unchanged(case):
                    asked(case, bank, caller, purpose)
            except Exception as problem:
                problem.add_note(f"asked by {caller}")
                raise

    try:
        ask()
    except Unsatisfiable:  # it takes nothing that could be otherwise
        assert mode is GenerationMode.NEGATIVE


OVERLAPPING = {"/v1/customers/search", "/v1/studies/funnel", "/v1/studies/value", "/v1/studies/whatif"}
"""Paths that the template of another path fits as well: its method is rightly allowed there, which the check does not see."""


def allowed_elsewhere(problem, case):
    """Tell whether all that is wrong is a method that another path's template allows."""
    return case.path in OVERLAPPING and {type(one) for one in problem.exceptions} == {AllowHeaderMismatch}


@pytest.mark.campaign
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_bound_and_every_other_method_is_answered_as_described(bank, name):
    """Each bound, type, missing part and other method of an operation once, as whoever it is for: six thousand requests, four minutes."""
    operation, call = OPERATIONS[name], CALLS[name]
    cases = operation.schema.iter_coverage_cases(
        operation, generation_modes=list(GenerationMode), generation_config=operation.schema.config.generation
    )
    for case in cases:
        try:
            asked(case, bank, call.staff if call.staff in bank.tokens else None, call.purpose or "service")
        except FailureGroup as problem:
            if not allowed_elsewhere(problem, case):
                raise
