"""Signing in and out over HTTP: who is let in, for how long, and that a refusal tells nothing."""

import itertools
import logging
import statistics
import time

import pytest
from served_bank import PASSWORD, WITHOUT_PASSWORD

from zhike.act import sessions
from zhike.act.sessions import set_password
from zhike.api.limits import SignInPace
from zhike.core.service_errors import TooManyRequestsError
from zhike.govern import passwords
from zhike.govern.sessions import SESSIONS, SessionRules

WHO, LOOK = "/v1/sessions/current", "/v1/customers/C02"
WRONG = "a table for three, please"
SECOND = 1_000_000


def rules(bank):
    return SessionRules.of(bank.service.rulebook.at(SESSIONS, bank.service.today()))


def locked(bank, staff="rm"):
    for _ in range(rules(bank).tries):
        assert bank.sign_in(staff, WRONG).status_code == 401


def test_signing_in_looking_and_signing_out(bank):
    began = bank.sign_in()
    assert began.status_code == 200
    assert began.json() == {
        "token": bank.tokens["rm_session"], "ends_at": "2026-07-01T22:00:00Z", "idle_seconds": 1200,
    }  # fmt: skip
    assert bank.get("rm_session", LOOK).content == bank.get("rm", LOOK).content
    assert bank.get("rm_session", "/v1/customers/C06").status_code == 404
    assert bank.get("rm_session", WHO).json() == {
        "staff_id": "rm", "kind": "session", "roles": ["relationship_manager"], "branch": "north", "scopes": [],
        "ends_at": "2026-07-01T22:00:00Z",
    }  # fmt: skip
    ended = bank.ask("rm_session", "DELETE", WHO)
    assert (ended.status_code, ended.json()) == (200, {"staff_id": "rm", "ended_at": "2026-07-01T10:00:00Z"})
    assert [bank.get("rm_session", path).status_code for path in (WHO, LOOK)] == [401, 401]
    assert bank.get("rm", LOOK).status_code == 200  # the machine's token is another one


def test_each_time_another_token(bank):
    tokens = [bank.sign_in().json()["token"] for _ in range(20)]
    assert len(set(tokens)) == 20
    assert min(map(len, tokens)) == 43  # 32 bytes


def test_who_shows_a_machines_token(bank):
    assert bank.get("rm", WHO).json() == {
        "staff_id": "rm", "kind": "machine", "roles": ["relationship_manager"], "branch": "north", "scopes": [], "ends_at": None,
    }  # fmt: skip
    refused = bank.ask("rm", "DELETE", WHO)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "state_conflict")
    assert bank.get("rm", LOOK).status_code == 200


def test_an_end_by_idleness_and_one_that_comes_whatever_happens(bank):
    bank.sign_in()
    for _ in range(3):
        bank.clock.later(minutes=19)
        assert bank.get("rm_session", LOOK).status_code == 200
    bank.clock.later(minutes=20)
    assert bank.get("rm_session", LOOK).status_code == 401
    bank.sign_in()
    answers = []
    for _ in range(12 * 4):
        bank.clock.later(minutes=15)
        answers.append(bank.get("rm_session", LOOK).status_code)
    assert answers == [200] * (12 * 4 - 1) + [401]


def test_a_session_that_ends_has_ended_everywhere_within_a_second(bank):
    bank.sign_in()
    other = bank.beside()
    try:
        assert [one.get("rm_session", LOOK).status_code for one in (bank, other)] == [200, 200]
        bank.ask("rm_session", "DELETE", WHO)
        bank.clock.later(seconds=1)
        assert [one.get("rm_session", LOOK).status_code for one in (bank, other)] == [401, 401]
    finally:
        other.close()


def test_another_password_puts_out_whoever_is_in(bank):
    bank.sign_in()
    assert bank.get("rm_session", LOOK).status_code == 200
    set_password(bank.acting, rules(bank), "rm", "a garden for two, please", "tests")
    bank.clock.later(seconds=1)
    assert bank.get("rm_session", LOOK).status_code == 401
    assert bank.sign_in().status_code == 401
    assert bank.sign_in(password="a garden for two, please").status_code == 200  # noqa: S106


def test_refusals_are_the_same_to_the_letter(bank):
    wrong, nobody, without = (
        bank.sign_in(password=WRONG),
        bank.sign_in("nobody"),
        bank.sign_in(WITHOUT_PASSWORD),
    )
    locked(bank)
    right_but_locked, wrong_and_locked = bank.sign_in(), bank.sign_in(password=WRONG)
    for other in (nobody, without, right_but_locked, wrong_and_locked):
        assert (other.status_code, other.content, other.headers) == (401, wrong.content, wrong.headers)
    assert wrong.json()["error"]["code"] == "sign_in_refused"
    bank.clock.later(minutes=15)
    assert bank.sign_in().status_code == 200


@pytest.fixture
def costly_passwords(monkeypatch):
    monkeypatch.setattr(sessions, "hashed_password", passwords.hashed_password)
    monkeypatch.setattr(sessions, "NOBODYS", passwords.NOBODYS)


@pytest.mark.usefixtures("costly_passwords")
def test_refusals_take_the_same_time(bank):
    """Medians of what sign-ins asked by turns cost this process, with the real cost; without it a wrong name is a hundred times as fast."""
    set_password(bank.acting, rules(bank), "rm", PASSWORD, "tests")
    set_password(bank.acting, rules(bank), "adviser", PASSWORD, "tests")
    locked(bank, "adviser")

    def timed(staff, password):
        began = time.process_time()
        assert bank.sign_in(staff, password).status_code == 401
        return time.process_time() - began

    cases = [
        ("nobody", PASSWORD),
        ("rm", WRONG),
        ("adviser", PASSWORD),
        ("adviser", WRONG),
        (WITHOUT_PASSWORD, PASSWORD),
    ]
    taken = {case: [] for case in cases}
    for _ in range(4):  # fewer than lock the name
        for case in cases:
            taken[case].append(timed(*case))
    medians = [statistics.median(times) for times in taken.values()]
    assert min(medians) > 0.01
    assert max(medians) / min(medians) < 2.0


def test_neither_password_nor_name_nor_token_is_logged_or_answered(bank, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    odd = "Passw0rd-in-the-wrong-field"
    answers = [bank.sign_in(password=WRONG), bank.sign_in(odd, "x"), bank.post(None, "/v1/sessions", {"staff_id": "rm", "password": [WRONG]}),
               bank.post(None, "/v1/sessions", {"staff_id": "rm", WRONG: WRONG}), bank.sign_in("r m", WRONG),
               bank.sign_in(password=WRONG * 100)]  # fmt: skip
    assert [one.status_code for one in answers] == [401, 401, 422, 422, 422, 422]
    bank.sign_in()
    bank.get("rm_session", LOOK)
    shown = capfd.readouterr()
    ours = [one for one in caplog.records if not one.name.startswith("http")]
    said = "".join(
        [
            *(one.text for one in answers),
            shown.out,
            shown.err,
            *(f"{one.getMessage()} {one.args}" for one in ours),
        ]
    )
    for secret in (WRONG, odd, PASSWORD, bank.tokens["rm_session"]):
        assert secret not in said
    told = [one.getMessage() for one in ours if one.name == "zhike.security"]
    assert told == ["refused sign_in_refused route=/sessions"] * 2


def test_a_fault_while_signing_in_says_no_password(bank, monkeypatch, caplog):
    from zhike.api import sessions

    def broken(*_):
        raise ValueError(PASSWORD)

    monkeypatch.setattr(sessions, "open_session", broken)
    answer = bank.sign_in()
    assert answer.status_code == 500
    assert "zhike.api" in {one.name for one in caplog.records}
    assert PASSWORD not in answer.text + caplog.text


def test_one_name_is_not_tried_more_often_than_once_a_second(bank):
    bank.service.sign_ins = SignInPace()
    answers = [bank.sign_in(name, WRONG).status_code for name in ("rm", "rm", "nobody", "nobody", "adviser")]
    assert answers == [401, 429, 401, 429, 401]
    refused = bank.sign_in()
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    bank.clock.later(seconds=1)
    assert bank.sign_in().status_code == 200
    assert len(bank.rows("audit_entries", {"event": 608})) == 3


def test_all_names_together_are_bounded_and_one_that_is_flooded_takes_nothing_from_the_others():
    pace, let_through = SignInPace(1, 4), []
    for name in itertools.chain(["flooded"] * 100, "abcdef"):
        try:
            pace.take(name, 0)
        except TooManyRequestsError:
            continue
        let_through.append(name)
    assert let_through == ["flooded", "a", "b", "c"]
    pace.take("f", SECOND)


def test_whoever_is_signed_in_is_paced_like_everybody(tmp_path):
    import served_bank

    with served_bank.Served(tmp_path / "bank", limit=1) as bank:
        bank.sign_in()
        assert [bank.get("rm_session", WHO).status_code for _ in range(2)] == [200, 429]


def test_without_a_token_at_the_machine_itself(bank):
    import json

    from zhike.api.local import answered

    answer = answered(bank.app, "GET", WHO, b"", "rm", {})
    found = json.loads(answer.body)
    assert (answer.status, found["staff_id"], found["kind"], found["ends_at"]) == (200, "rm", None, None)
