"""Sessions and limited tokens in the ledger, on both back ends: what is kept, counted, locked, ended and recorded."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from served_bank import cheap_passwords

from zhike.act import ended_sessions, sessions
from zhike.act.acting import DAY, Acting
from zhike.act.ended_sessions import drop_sessions
from zhike.act.sessions import end_session, end_sessions_of, note_use, open_session, set_password
from zhike.act.staff import add_staff, issue_token, known_actor, owner_of, revoke_token, token_hash, token_row
from zhike.core.errors import UsageError
from zhike.core.service_errors import RecordNotFoundError, SignInRefusedError, UnauthenticatedError
from zhike.govern import passwords
from zhike.govern.audit_events import AuditEvent
from zhike.govern.sessions import SessionRules

MINUTE = 60_000_000
RULES = SessionRules(20 * MINUTE, 12 * 60 * MINUTE, 3, 15 * MINUTE, 12, 128)
RIGHT, WRONG = "correct horse battery", "battery horse correct"
BEGAN = 1_790_000_000_000_000
VERBS = ["customer.view", "decision.make", "offer.respond"]


class Clock:
    def __init__(self):
        self.at = BEGAN

    def now(self):
        return self.at


@pytest.fixture
def acting(store, monkeypatch):
    """Three members of staff, of whom app has no password."""
    cheap_passwords(monkeypatch)
    made = Acting(store, Clock(), secrets.token_bytes)
    for name in ("ming", "chen", "app"):
        add_staff(made, name, ["adviser"], known=["adviser"], actor="tests", branch="north")
    for name in ("ming", "chen"):
        set_password(made, RULES, name, RIGHT, "tests")
    return made


def enter(acting, name="ming", password=RIGHT):
    return open_session(acting, RULES, name, password)


def refused(acting, name="ming", password=WRONG):
    with pytest.raises(SignInRefusedError) as caught:
        enter(acting, name, password)
    assert caught.value.data == {}


def let_in(acting, token):
    """Return who shows a token, noting its use as a service does."""
    with acting.store.read() as tx:
        row = token_row(tx, token, acting.clock.now())
        actor = owner_of(tx, row)
    note_use(acting, row)
    return actor


def events(acting, since=0):
    """Return events with what they tell, in order."""
    with acting.store.read() as tx:
        entries = tx.find("audit_entries", {"stream": "staff"}, order=["number"])
        told = {
            one["number"]: json.loads(one["content"])
            for one in tx.find("audit_openings", {"stream": "staff"})
        }
    return [(AuditEvent(one["event"]).name, one["actor"], told[one["number"]]) for one in entries][since:]


def row_of(acting, table, **where):
    with acting.store.read() as tx:
        return tx.one(table, **where)


def test_a_session_lets_its_owner_in(acting):
    before = len(events(acting))
    opened = enter(acting)
    assert let_in(acting, opened.token) == let_in(acting, issue_token(acting, "ming", actor="tests"))
    row = row_of(acting, "tokens", token_hash=token_hash(opened.token))
    assert (row["kind"], row["staff_id"], row["scopes"]) == ("session", "ming", [])
    assert (
        (row["expires_at"], row["idle"])
        == (opened.ends_at, opened.idle)
        == (BEGAN + RULES.longest, RULES.idle)
    )
    assert events(acting, before)[0] == ("SIGNED_IN", "ming", {"staff": "ming", "until": opened.ends_at})


def test_neither_password_nor_token_is_anywhere(acting, house):
    opened = enter(acting)
    refused(acting)
    refused(acting, name=WRONG.replace(" ", "-"))
    assert opened.token not in repr(opened)
    kept = json.dumps(events(acting)) + json.dumps(row_of(acting, "staff", staff_id="ming"))
    with house.outside() as connection:
        cursor = connection.cursor()
        for table in ("staff", "tokens", "audit_entries", "audit_openings"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - names of the ledger
            kept += repr(
                [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()]
            )
    for secret in (RIGHT, WRONG, WRONG.replace(" ", "-"), opened.token):
        assert secret not in kept
    assert token_hash(opened.token) in kept


@pytest.mark.parametrize(
    ("name", "password", "why"),
    [
        ("ming", WRONG, "password"), ("ming", "", "password"), ("app", RIGHT, "no_password"), ("nobody", RIGHT, "unknown"),
        ("Ming", RIGHT, "unknown"), ("-", RIGHT, "unknown"), ("chen", RIGHT, "left"),
    ],
)  # fmt: skip
def test_a_refusal_is_the_same_whatever_the_reason_and_recorded_with_it(acting, name, password, why):
    with acting.store.write() as tx:
        tx.change("staff", {"staff_id": "chen"}, {"state": "left"})
    before = len(events(acting))
    refused(acting, name, password)
    known = name if name in ("ming", "app", "chen") else "-"
    assert events(acting, before) == [("SIGN_IN_REFUSED", known, {"staff": known, "why": why})]


def test_too_many_wrong_passwords_lock_a_name_for_a_while_and_no_other(acting):
    before = len(events(acting))
    for _ in range(RULES.tries):
        refused(acting)
    until = BEGAN + RULES.locked
    assert [name for name, *_ in events(acting, before)] == [
        "SIGN_IN_REFUSED",
        "SIGN_IN_REFUSED",
        "SIGN_IN_LOCKED",
    ]
    assert events(acting)[-1][2] == {"staff": "ming", "why": "password", "until": until}
    refused(acting, password=RIGHT)
    assert events(acting)[-1] == ("SIGN_IN_REFUSED", "ming", {"staff": "ming", "why": "locked"})
    assert enter(acting, "chen")
    # Trying on does not lock it for longer.
    acting.clock.at = until - 1
    for _ in range(2 * RULES.tries):
        refused(acting)
    refused(acting, password=RIGHT)
    acting.clock.at = until
    assert enter(acting)


def test_the_count_begins_anew_after_the_right_password_and_after_a_lock(acting):
    for _ in range(3):
        for _ in range(RULES.tries - 1):
            refused(acting)
        assert enter(acting)
    for _ in range(RULES.tries):
        refused(acting)
    acting.clock.at += RULES.locked
    for _ in range(RULES.tries - 1):
        refused(acting)
    assert enter(acting)


def test_guesses_made_at_once_are_all_counted(acting):
    """Twenty at a time, the right one among them at the end: no more than the rule allows are ever looked at as guesses."""
    with ThreadPoolExecutor(8) as pool:
        for one in [pool.submit(refused, acting) for _ in range(20)]:
            one.result()
    why = [told["why"] for name, _, told in events(acting) if name.startswith("SIGN_IN_")]
    assert sorted(why) == sorted(["password"] * RULES.tries + ["locked"] * (20 - RULES.tries))
    refused(acting, password=RIGHT)


def test_a_password_that_is_changed_while_somebody_signs_in_lets_nobody_in(acting, monkeypatch):
    def changed_meanwhile(*given):
        monkeypatch.setattr(sessions, "matches", passwords.matches)
        set_password(acting, RULES, "ming", "another one altogether", "tests")
        return passwords.matches(*given)

    monkeypatch.setattr(sessions, "matches", changed_meanwhile)
    refused(acting, password=RIGHT)


def test_a_session_that_is_not_used_ends(acting):
    opened = enter(acting)
    acting.clock.at += RULES.idle - 1
    assert let_in(acting, opened.token)
    acting.clock.at += RULES.idle - 1
    assert let_in(acting, opened.token)
    acting.clock.at += RULES.idle
    with pytest.raises(UnauthenticatedError):
        let_in(acting, opened.token)


def test_a_session_that_is_used_all_the_time_ends_as_well(acting):
    opened = enter(acting)
    while acting.clock.at + MINUTE < BEGAN + RULES.longest:
        acting.clock.at += 10 * MINUTE
        if acting.clock.at < BEGAN + RULES.longest:
            assert let_in(acting, opened.token)
    acting.clock.at = BEGAN + RULES.longest
    with pytest.raises(UnauthenticatedError):
        let_in(acting, opened.token)


def test_its_use_is_noted_once_a_minute_and_of_no_machine(acting, monkeypatch):
    opened, machine = enter(acting), issue_token(acting, "app", actor="tests")
    written = []
    note = type(acting.store).write
    monkeypatch.setattr(
        type(acting.store), "write", lambda self: written.append(acting.clock.at) or note(self)
    )
    for _ in range(181):  # three minutes, a request a second
        let_in(acting, opened.token)
        let_in(acting, machine)
        acting.clock.at += 1_000_000
    assert [(at - BEGAN) // MINUTE for at in written] == [1, 2, 3]
    assert row_of(acting, "tokens", token_hash=token_hash(machine))["used_at"] is None


def test_a_use_that_cannot_be_noted_keeps_nobody_out(acting):
    from zhike.core.store_errors import StoreUnavailableError

    def unavailable():
        raise StoreUnavailableError(store="ledger", what="locked")

    opened = enter(acting)
    acting.clock.at += 2 * MINUTE
    with acting.store.read() as tx:
        row = token_row(tx, opened.token, acting.clock.at)
    note_use(SimpleNamespace(clock=acting.clock, store=SimpleNamespace(write=unavailable)), row)
    assert row_of(acting, "tokens", token_hash=token_hash(opened.token))["used_at"] == BEGAN


def test_a_use_revives_no_session_that_was_ended(acting):
    opened = enter(acting)
    acting.clock.at += 2 * MINUTE
    with acting.store.read() as tx:
        row = token_row(tx, opened.token, acting.clock.at)
    end_session(acting, token_hash(opened.token), "ming")
    note_use(acting, row)
    after = row_of(acting, "tokens", token_hash=token_hash(opened.token))
    assert (after["revoked_at"], after["used_at"]) == (acting.clock.at, BEGAN)


def test_a_session_is_ended_once_and_a_machines_token_is_none(acting):
    opened, machine = enter(acting), issue_token(acting, "ming", actor="tests")
    before = len(events(acting))
    end_session(acting, token_hash(opened.token), "ming")
    with pytest.raises(UnauthenticatedError):
        let_in(acting, opened.token)
    for token in (opened.token, machine, "made up"):
        with pytest.raises(RecordNotFoundError):
            end_session(acting, token_hash(token), "ming")
    assert events(acting, before) == [("SESSIONS_ENDED", "ming", {"staff": "ming", "sessions": 1})]
    assert let_in(acting, machine)


def test_all_sessions_of_one_are_ended_and_nobody_elses(acting):
    mine = [enter(acting).token for _ in range(3)]
    theirs, machine = enter(acting, "chen").token, issue_token(acting, "ming", actor="tests")
    acting.clock.at += RULES.idle
    mine.append(enter(acting).token)  # the three before have ended by themselves
    theirs = enter(acting, "chen").token
    before = len(events(acting))
    assert end_sessions_of(acting, "ming", "operator") == 1
    assert end_sessions_of(acting, "ming", "operator") == 0
    assert events(acting, before) == [("SESSIONS_ENDED", "operator", {"staff": "ming", "sessions": 1})]
    for token in mine:
        with pytest.raises(UnauthenticatedError):
            let_in(acting, token)
    assert let_in(acting, theirs)
    assert let_in(acting, machine)
    with pytest.raises(RecordNotFoundError):
        end_sessions_of(acting, "nobody", "operator")


def test_another_password_ends_all_sessions_and_unlocks_the_name(acting):
    tokens = [enter(acting).token for _ in range(2)]
    for _ in range(RULES.tries):
        refused(acting)
    before = len(events(acting))
    assert set_password(acting, RULES, "ming", "another one altogether", "operator") == 2
    assert events(acting, before) == [
        ("PASSWORD_SET", "operator", {"staff": "ming"}),
        ("SESSIONS_ENDED", "operator", {"staff": "ming", "sessions": 2}),
    ]
    for token in tokens:
        with pytest.raises(UnauthenticatedError):
            let_in(acting, token)
    refused(acting, password=RIGHT)
    assert enter(acting, password="another one altogether")  # noqa: S106


def test_a_password_that_is_not_taken_changes_nothing(acting):
    before, token = events(acting), enter(acting).token
    kept = row_of(acting, "staff", staff_id="ming")
    for password in ("too short", "x" * 129, "ming goes shopping"):
        with pytest.raises(UsageError):
            set_password(acting, RULES, "ming", password, "operator")
    with pytest.raises(RecordNotFoundError):
        set_password(acting, RULES, "nobody", RIGHT, "operator")
    assert row_of(acting, "staff", staff_id="ming") == kept
    assert let_in(acting, token)
    assert events(acting, len(before) + 1) == []


def test_two_with_the_same_password_are_kept_otherwise(acting):
    ming, chen = (row_of(acting, "staff", staff_id=name)["password"] for name in ("ming", "chen"))
    assert ming != chen
    assert row_of(acting, "staff", staff_id="app")["password"] is None


def test_whoever_leaves_is_out(acting):
    opened = enter(acting)
    with acting.store.write() as tx:
        tx.change("staff", {"staff_id": "ming"}, {"state": "left"})
    with pytest.raises(UnauthenticatedError):
        let_in(acting, opened.token)
    with pytest.raises(RecordNotFoundError):
        set_password(acting, RULES, "ming", "another one altogether", "operator")


def test_a_token_carries_its_scopes(acting):
    before = len(events(acting))
    token = issue_token(
        acting, "app", actor="operator", scopes=["offer.*", "decision.make", "offer.*"], known=VERBS
    )
    assert let_in(acting, token).scopes == ("decision.make", "offer.*")
    assert row_of(acting, "tokens", token_hash=token_hash(token))["scopes"] == ["decision.make", "offer.*"]
    content = {"staff": "app", "kind": "machine", "scopes": ["decision.make", "offer.*"], "until": None}
    assert events(acting, before) == [("KEY_ISSUED", "operator", content)]
    revoke_token(acting, token_hash(token), "operator")
    with pytest.raises(UnauthenticatedError):
        let_in(acting, token)


def test_a_token_without_scopes_is_not_limited(acting):
    assert let_in(acting, issue_token(acting, "app", actor="operator")).scopes is None
    with acting.store.read() as tx:
        assert known_actor(tx, "app").scopes is None


def test_a_scope_that_is_none_makes_no_token(acting):
    before = events(acting)
    with pytest.raises(UsageError, match=r"scope 'fly'"):
        issue_token(acting, "app", actor="operator", scopes=["fly"], known=VERBS)
    assert events(acting) == before
    with acting.store.read() as tx:
        assert tx.count("tokens") == 0


def test_sessions_that_ended_long_ago_go_and_nothing_else_does(acting, monkeypatch):
    monkeypatch.setattr(ended_sessions, "_AT_ONCE", 2)  # several pages, and pages of which nothing goes
    machine = issue_token(acting, "app", actor="tests")
    _idle, out, long_used = (token_hash(enter(acting).token) for _ in range(3))
    end_session(acting, out, "ming")
    with acting.store.write() as tx:
        tx.change("tokens", {"token_hash": long_used}, {"used_at": BEGAN + 719 * MINUTE})
    acting.clock.at = BEGAN + 19 * MINUTE
    later = enter(acting)
    assert drop_sessions(acting, 0, "tests") == 1  # the one that its owner ended
    acting.clock.at = BEGAN + 30 * DAY + 20 * MINUTE
    assert drop_sessions(acting, 30, "tests") == 1  # the one that was left idle
    acting.clock.at = BEGAN + 30 * DAY + 720 * MINUTE - 1
    assert drop_sessions(acting, 30, "tests") == 1
    assert drop_sessions(acting, 30, "tests") == 0
    acting.clock.at += 1
    assert drop_sessions(acting, 30, "tests") == 1
    with acting.store.read() as tx:
        assert [row["token_hash"] for row in tx.find("tokens")] == [token_hash(machine)]
        entries = tx.find("audit_entries", {"stream": "staff"}, order=["number"])
        kinds = [row["event"] for row in entries]
    assert kinds.count(AuditEvent.DATA_ERASED) == 4
    assert kinds.count(AuditEvent.SIGNED_IN) == 4
    for token in (later.token, "unknown"):
        with pytest.raises(UnauthenticatedError):
            let_in(acting, token)


def test_days_before_the_end_are_refused(acting):
    with pytest.raises(UsageError):
        drop_sessions(acting, -1, "tests")
