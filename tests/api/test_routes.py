"""Every operation: it works, its answer is as described, who may not is told so, and what it asks for is what its description says."""

import functools
import itertools
from collections import Counter

import pytest
import schemathesis
import served_bank
from api_calls import CALLS, prepared

from zhike.core.error_catalogue import error_classes

PURPOSES = (
    "service",
    "analysis",
    "operation",
    "audit",
    "governance",
    "complaint",
    "supervision",
    "privacy_request",
    "emergency",
    "quality",
    "nonsense",
)
ABOUT = (
    "survey.",
    "kiosk.",
    "loop.",
    "customer.",
    "decision.",
    "offer.",
    "consent.",
    "preference.",
    "privacy.",
    "retained.",
    "break_glass.",
    "team.",
    "erasure.",
    "task.",
    "note.",
    "link.",
    "request.",
    "case.",
)
"""Families of verbs that are about a customer."""
ON_TOP = ("decision.explain", "privacy.export")
"""Verbs that a part of a request asks for as well."""
ONE_OF = {
    **dict.fromkeys(["done_line", "refuse_line"], ("offer.respond",)),
    **dict.fromkeys(["move_complaint", "move_complaint_group"], ("case.manage",)),
    "complaint_calls": ("case.view",),  # asked customer by customer, of none where nothing calls
    "proposals": (
        "privacy.erase", "privacy.anonymise", "customer.merge", "erasure.approve", "merge.approve", "policy.propose", "policy.approve",
        "role.compliance", "role.approve",
    ),
    "proposal": ("privacy.erase", "erasure.approve"),
    "propose_role": ("role.compliance",),
    **dict.fromkeys(["absences", "calendar"], ("absence.own", "absence.branch", "staff.manage")),
    **dict.fromkeys(["note_absence", "end_absence"], ("absence.branch", "staff.manage")),
    **dict.fromkeys(["approve_proposal", "refuse_proposal"], ("erasure.approve",)), **dict.fromkeys(["withdraw_proposal", "execute_proposal"], ("privacy.erase",)),
}  # fmt: skip
"""Operations for which one verb is enough, the one that the proposal is about; these for the proposal that is asked for."""
OPEN = {"health", "open_session"}
"""Operations that need no token."""
BY_LINK = {name for name, call in CALLS.items() if f"{call.path}/".startswith("/v1/me/")}
"""Operations of customers, for whom a link speaks."""
OWN = {"current_session", "end_session", *BY_LINK}
"""Operations that are about nobody but who asks: a token is enough."""
ENOUGH = 3
"""Purposes for which somebody is refused one operation, before the next one asks; every permitted one is asked for."""
ERRORS = {error.code: error for error in error_classes()}


@pytest.fixture(scope="module")
def calls(shared):
    return prepared(shared)


@pytest.fixture(scope="module")
def document(shared):
    return shared.app.openapi()


def operations(document):
    """Yield operation id, path, method and what is said of it."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], path, method, operation


def error_of(answer):
    """Return the code of an error that has the one shape; fail where it has not."""
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "retryable", "found", "needed", "remedy", "data"}
    known = ERRORS[body["error"]["code"]]
    assert body["error"]["retryable"] is known.retryable
    assert answer.status_code == known.http_status
    assert answer.headers["content-type"] == "application/json"
    return body["error"]["code"]


def test_every_operation_has_a_call_here(document):
    assert {name for name, *_ in operations(document)} == set(CALLS)


@pytest.fixture(scope="module")
def schema(document):
    return schemathesis.openapi.from_dict(document)


@pytest.mark.parametrize("name", CALLS)
def test_it_works_answers_as_described_and_asks_for_what_is_said(
    request, document, schema, name, monkeypatch
):
    reads = CALLS[name].method == "GET"  # and leaves the bank as it was
    bank, calls = (
        map(request.getfixturevalue, ("shared", "calls")) if reads else request.getfixturevalue("ready")
    )
    call, asked, permission = calls[name], [], type(bank.service).permission

    def noted(self, actor, verb, *rest, **more):
        asked.append(verb)
        return permission(self, actor, verb, *rest, **more)

    monkeypatch.setattr(type(bank.service), "permission", noted)
    answer = call(bank)
    assert answer.status_code in (200, 202), answer.text
    path, method, operation = next(rest for found, *rest in operations(document) if found == name)
    schema[path][method].validate_response(answer)
    said = operation["x-permission"]
    if name in ONE_OF:
        assert set(asked) <= set(said)
    else:
        usual = [verb for verb in said if verb not in ON_TOP]
        assert list(dict.fromkeys(asked)) == (usual or said)


@pytest.mark.parametrize("name", sorted(set(CALLS) - OPEN))
def test_nobody_is_let_in(shared, calls, name):
    before = shared.rows("audit_entries")
    for headers in (
        {},
        {"Authorization": "Bearer made-up"},
        {"Authorization": "Basic cm06cm0="},
        {"Authorization": ""},
    ):
        answer = calls[name](shared, staff=None, headers=headers)
        assert error_of(answer) == "unauthenticated"
        assert answer.headers["www-authenticate"] == "Bearer"
    assert shared.rows("audit_entries") == before


@pytest.mark.parametrize(
    "name",
    sorted(
        set(CALLS)
        - OPEN
        - OWN
        - {"search_customers", "loops", "complaints", "complaint_calls", "loops_table", "survey_words"}
    ),
)  # a list of whom one may see, empty where that is nobody: the next test
def test_who_may_is_settled_by_the_rules_of_access(shared, calls, document, name):
    """Asked as everybody to many ends: only who is permitted every verb by the rules gets further than to 403 or 404."""
    verbs = next(said["x-permission"] for found, _, _, said in operations(document) if found == name)
    customer = ("C02", "north") if verbs[0].startswith(ABOUT) else None
    asked, refused = [], Counter()
    for staff, purpose in itertools.product(served_bank.STAFF, PURPOSES):
        may = any(
            allowed(shared, staff, verb, purpose, None if verb.startswith(("policy.", "role.")) else customer)
            for verb in ONE_OF.get(name, verbs[:1])
        )
        if not may and refused[staff] == ENOUGH:
            continue
        answer = calls[name](shared, staff=staff, purpose=purpose)
        if may:
            asked.append(staff)
            assert answer.status_code in (200, 202, 404, 409), (staff, purpose, answer.text)
            assert answer.status_code != 404 or name in (
                "rotate_secret",
                "revoke_link",
                "stop_webhook",
                "set_staff_state",
                "change_staff",
                "propose_role",
                "note_absence",
                "end_absence",
            )
        else:
            refused[staff] += 1
            assert error_of(answer) in ("forbidden", "record_not_found"), (staff, purpose)
    assert asked


def test_a_search_finds_whom_the_rules_of_access_permit(shared, calls):
    found = set()
    for staff, purpose in itertools.product(served_bank.STAFF, PURPOSES):
        answer = calls["search_customers"](shared, staff=staff, purpose=purpose)
        permitted = allowed(shared, staff, "customer.search", purpose, ("C02", "north"))
        if answer.status_code == 200:
            names = [one["customer_id"] for one in answer.json()["customers"]]
            assert names == (["C02"] if permitted else []), (staff, purpose)
            found.add(permitted)
        else:
            assert (permitted, error_of(answer)) == (False, "forbidden"), (staff, purpose)
    assert found == {True, False}


@functools.cache
def allowed(bank, staff, verb, purpose, customer):
    """Tell what the rules say; no call changes the roles of whoever asks."""
    from zhike.act.staff import known_actor
    from zhike.govern.roles import decide_access

    with bank.store.read() as tx:
        actor = known_actor(tx, staff)
    subject = None if customer is None else actor.subject(*customer)
    return decide_access(bank.service.access, actor, verb, subject, purpose, bank.service.today()).allowed


def test_the_description_is_whole(document):
    assert document["openapi"].startswith("3.1")
    verbs = {
        verb
        for version in served_bank.decide_bank.SHIPPED.entry("access.roles").versions
        for verb in version.head["verbs"]
    }
    names = []
    for name, path, method, operation in operations(document):
        names.append(name)
        assert path.startswith("/v1/")
        assert operation["summary"]
        assert not operation["summary"].endswith(".")
        assert set(operation["x-permission"]) <= verbs
        errors = {status for status in operation["responses"] if status >= "400"}
        if operation["security"]:
            assert errors >= {"401", "403", "404", "422", "429", "500", "503"}
            assert bool(operation["x-permission"]) is (name not in OWN)
        if method != "get" and "requestBody" in operation:
            assert errors >= {"409", "413"}
        for status in errors:
            (media,) = operation["responses"][status]["content"].items()
            assert media == ("application/json", {"schema": {"$ref": "#/components/schemas/ErrorBody"}})
    assert len(set(names)) == len(names)
    assert document["components"]["securitySchemes"] == {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of `zhike staff token`, or of a session.",
        },
        "link": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of a link to a customer's own page.",
        },
    }


def test_the_description_itself_is_open_and_names_nobody(shared):
    answer = shared.get(None, "/v1/openapi.json")
    assert answer.status_code == 200
    assert not any(customer in answer.text for customer in served_bank.NORTH)


@pytest.mark.parametrize("name", CALLS)
def test_no_answer_is_kept_between_or_taken_for_something_else(shared, calls, name):
    answer = calls[name](shared)
    kept = "private, no-cache" if name in ("actions", "active_policy") else "no-store"
    assert answer.headers["cache-control"] == kept
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not {"server", "x-powered-by", "set-cookie"} & set(answer.headers)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404), ("GET", "/v1", 404), ("GET", "/v1/health/", 404), ("GET", "/v1/nothing", 404), ("GET", "/docs", 404),
        ("GET", "/v2/health", 404), ("POST", "/v1/health", 405), ("OPTIONS", "/v1/decisions", 405),
        ("TRACE", "/v1/decisions", 405), ("DELETE", "/v1/customers/C02", 405),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_in_the_same_shape(shared, method, path, status):
    answer = shared.ask("rm", method, path, purpose="service")
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "retryable", "found", "needed", "remedy", "data"}
    assert answer.json()["error"]["code"] == ("record_not_found" if status == 404 else "request_invalid")


def test_a_method_that_is_not_there_is_told_which_are(shared):
    assert shared.ask("rm", "PATCH", "/v1/customers/C02/consents").headers["allow"] == "GET, POST"
    assert shared.ask("rm", "POST", "/v1/customers/C02/preferences/hours", json={}).headers["allow"] == "PUT"
