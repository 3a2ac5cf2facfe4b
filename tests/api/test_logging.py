"""No personal data in logs: everything that is logged anywhere while customers are decided for, looked through."""

import json
import logging
import sys

import pytest
import served_bank
from api_calls import CALLS, prepared

from zhike.act.staff import THE_CUSTOMER


@pytest.fixture
def everything(caplog, monkeypatch):
    """Let every logger of the process speak, however quiet it is by itself."""
    for name in [None, *logging.root.manager.loggerDict]:
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "disabled", False)
        monkeypatch.setattr(logger, "propagate", True)
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


CALLERS = ("httpx", "httpcore")
"""What the callers' side logs is its own affair."""


def written(everything, capfd):
    """Return all that was printed and logged, by whomever but the callers."""
    shown = capfd.readouterr()
    ours = [one for one in everything.records if one.name.partition(".")[0] not in CALLERS]
    logged = [f"{one.name} {one.getMessage()} {one.args} {one.exc_text}" for one in ours]
    return "\n".join([shown.out, shown.err, *logged])


def test_nothing_of_a_customer_is_logged(bank, everything, capfd):
    logging.getLogger("zhike.tests").info("heard")
    for call in prepared(bank).values():
        call(bank)
    bank.decide("C05", reason="complaint", explain=True, staff="rm", headers={"Idempotency-Key": "my-key"})
    bank.post(
        "rm",
        "/v1/customers/C01/consents",
        {**CALLS["answer_consent"].body, "evidence": {"form": "my words"}},
        purpose="service",
    )
    bank.decide("C06", "rm")
    bank.get("rm", "/v1/customers/C06?after=C07")
    text = written(everything, capfd)
    assert "heard" in text  # whoever listens hears
    names = [*served_bank.NORTH, *served_bank.SOUTH, "C10"]
    assert [word for word in (*names, "my words", "my-key", *bank.tokens.values()) if word in text] == []
    attributes = {"risk_level", "products_held", "risk_status", "complaints_open"}
    assert [word for word in attributes if word in text] == []


class Idle:
    """A keeper that keeps nothing."""

    def start(self):
        pass

    def close(self):
        pass


def test_the_servers_own_log_says_neither_paths_nor_persons(monkeypatch):
    """What uvicorn is started with: a line for every request would name the customers in the paths."""
    import uvicorn

    from zhike.api import server

    started = {}
    monkeypatch.setattr(uvicorn, "run", lambda *_, **options: started.update(options))
    monkeypatch.setattr(server, "KeeperProcess", Idle)
    monkeypatch.setenv("ZHIKE_STORE", "unused")
    server.serve("unused", None, None, host="127.0.0.1", port=1, workers=1)
    assert started["access_log"] is False
    assert started["log_level"] == "warning"
    assert (started["server_header"], started["date_header"]) == (False, False)


FREE_TEXT = {
    "after": {
        "decisions_of",
        "audit_entries",
        "audit_entries_of",
        "outbox",
        "staff",
        "rejects",
        "survey_words",
        "survey_waves",
    },  # a cursor, see below; a member of staff
    "branch": {"team", "team_table", "staff"},
    "stream": {"audit_entries"},
    "actor": {
        "audit_entries"
    },  # a member of staff or a machine: what customers do stands under one name for all of them
    "q": {"catalogue", "conditions", "survey_words"},
    "before": {"survey_waves"},
    "text": {"rules"},
    "handler": {"complaints"},  # a member of staff
    "move": {"draft_letter"},
    "quarter": {"complaint_return"},
    "stage": {"complaints"},
}
"""Queries that can hold any text, and the operations that take them: of these none seeks among customers or what is kept of them."""
CLOSED = {"integer", "number", "boolean", "null"}


def queries(bank):
    """Yield name, operation and schemas of every query."""
    for methods in bank.app.openapi()["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "query":
                    schema = parameter["schema"]
                    yield parameter["name"], operation["operationId"], schema.get("anyOf", [schema])


def holds_any_text(schema):
    closed = schema.get("type") in CLOSED or "enum" in schema or "const" in schema
    return not closed and schema.get("format") not in ("date", "date-time")


def test_no_identifier_of_a_person_goes_into_a_query(shared):
    """Paths name a customer by the bank's own identifier; queries name no customer and nothing about one."""
    found = {}
    for name, operation, schemas in queries(shared):
        if any(map(holds_any_text, schemas)):
            found.setdefault(name, set()).add(operation)
    # A version of a model is hexadecimal.
    assert found.pop("version") == {"model", "model_table"}
    assert found == FREE_TEXT
    cursor = bank_cursor(shared)
    assert not [name for name in (*served_bank.NORTH, *served_bank.SOUTH) if name in cursor]


def test_customers_who_act_stand_under_one_name_in_the_trail(ready):
    bank, calls = ready
    for name, call in calls.items():
        if name.startswith("own_"):
            assert call(bank).status_code == 200
    actors = {row["actor"] for row in bank.rows("audit_entries")}
    assert THE_CUSTOMER in actors
    assert actors.isdisjoint({*served_bank.NORTH, *served_bank.SOUTH, "C10"})


def bank_cursor(bank):
    import base64

    for _ in range(2):
        bank.decide("C02", direction="inbound")
    after = bank.get("rm", "/v1/customers/C02/decisions?limit=1", purpose="service").json()["next"]
    return json.dumps(json.loads(base64.urlsafe_b64decode(after + "==")))


def test_figures_name_nobody(ready):
    bank, calls = ready
    for call in calls.values():
        call(bank)
    text = CALLS["metrics"](bank).text
    assert "{customer_id}" in text
    assert not [name for name in (*served_bank.NORTH, *served_bank.SOUTH) if name in text]


def test_made_up_methods_are_one_figure(bank):
    for number in range(20):
        bank.ask(None, f"MADEUP{number}", "/v1/health")
    assert "MADEUP" not in CALLS["metrics"](bank).text
    assert 'method="other"' in CALLS["metrics"](bank).text


def test_the_module_of_logs_is_the_machines_own():
    assert sys.modules["zhike.api.faults"].LOG is logging.getLogger("zhike.api")
