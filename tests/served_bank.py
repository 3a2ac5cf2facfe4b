"""A small bank that is served: a store with a publication and staff of every role, the application over it, and callers.

The bank is published once a process; every `served` is a copy with a clock that a test turns. Customers C01 to C05 are of branch
north and advised by ``rm``, C06 to C09 of branch south and advised by ``rm_south``; C10 has neither.
"""

import asyncio
import atexit
import datetime as dt
import functools
import json
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

import decide_bank
import httpx

from zhike.act import sessions
from zhike.act.acting import Acting
from zhike.act.identities import Identity, note_identities
from zhike.act.publications import Owner, publish
from zhike.act.staff import add_staff, issue_token
from zhike.adapters.store.engine import open_store
from zhike.api.app import create_app
from zhike.api.limits import Pace, SignInPace
from zhike.api.service import service_of
from zhike.decide.dossier import dossiers
from zhike.decide.preparation import archive_of
from zhike.decide.serving_setting import ServingSetting
from zhike.decide.strategy import plan_of
from zhike.govern.passwords import Cost, hashed_password
from zhike.govern.roles import ROLES
from zhike.know.portraits import portraits
from zhike.know.view import view

NORTH, SOUTH = ("C01", "C02", "C03", "C04", "C05"), ("C06", "C07", "C08", "C09")
TIERS = ("private", "private", "affluent", "mass", None)
"""Of the customers of branch north."""
STAFF = {
    "rm": ("relationship_manager", "north"), "rm_south": ("relationship_manager", "south"), "adviser": ("adviser", "north"),
    "branch_manager": ("branch_manager", "north"), "service_quality": ("service_quality", None),
    "complaints_officer": ("complaints_officer", None), "complaints_lead": ("complaints_lead", None), "analyst": ("analyst", None), "product_owner": ("product_owner", None),
    "policy_owner": ("policy_owner", None), "compliance": ("compliance", None), "auditor": ("auditor", None),
    "data_protection_officer": ("data_protection_officer", None), "administrator": ("administrator", None),
    "integration": ("integration", None), "channel": ("channel", None),
}  # fmt: skip
"""Identifier of a member of staff or machine: its role and branch."""
NAMES = {
    "C01": ("王小明", "10012345678"), "C02": ("单芳", "10087654321"), "C03": ("Li An", "+44 20 7946 0018"), "C06": ("王小红", "10012340000"),
}  # fmt: skip
"""Identifier of a customer: name and phone number, where they are on record."""
MACHINES, WITHOUT_PASSWORD = ("integration", "channel"), "rm_south"
PASSWORD = "a table for two, please"  # noqa: S105 - of a made-up bank
"""Of every member of staff but one; machines cannot sign in."""
BEGAN = dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC)
_STORE, _TOKENS = "zhike.db", "tokens.json"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

# httpx asks for this at every request; that nobody has it need not be found out on the disk each time.
sys.modules.setdefault("sniffio", None)


def cheap_passwords(patch):
    """Let scrypt cost next to nothing in this process, with pytest's monkeypatch; what it costs is measured elsewhere."""
    cost = Cost(16, 1, 1)
    patch.setattr(sessions, "hashed_password", lambda password, salt: hashed_password(password, salt, cost))
    patch.setattr(sessions, "NOBODYS", hashed_password("nobody's", bytes(16), cost))


class Clock:
    """A clock that stands still until a test turns it."""

    def __init__(self, at=BEGAN):
        self._at = at

    def now(self):
        return (self._at - _EPOCH) // dt.timedelta(microseconds=1)

    def later(self, **span):
        """Turn the clock on, by ``days=``, ``seconds=`` and the like."""
        self._at += dt.timedelta(**span)


def content():
    """Return the rows of the usual small bank, with branches and advisers."""
    rows = decide_bank.rows()
    branch = {**dict.fromkeys(NORTH, "north"), **dict.fromkeys(SOUTH, "south")}
    for row in rows["customers"]:
        row["region"] = branch.get(row["customer_id"])
        row["name"], row["phone"] = NAMES.get(row["customer_id"], (None, None))
    advised = [(name, "rm" if place == "north" else "rm_south") for name, place in branch.items()]
    rows["relationships"] = [
        {"relationship_id": f"{name}:{staff}", "customer_id": name, "object_type": "staff", "object_id": staff, "role": "adviser"}
        for name, staff in advised
    ]  # fmt: skip
    return rows


def publish_small(acting, rows=None, *, rules=None, **changes):
    """Publish a small bank into a store; return the number of the publication."""
    rules, rows = rules or decide_bank.rulebook(), content() if rows is None else rows
    prepared = decide_bank.prepared(rows, rules=rules, **changes)
    setting = ServingSetting.of(prepared, plan_of(prepared), rules, {"zhike": "tests"})
    advised = {
        **{name: Owner("north", "rm", tier) for name, tier in zip(NORTH, TIERS, strict=True)},
        **dict.fromkeys(SOUTH, Owner("south", "rm_south", "mass")),
    }
    number = publish(
        acting, setting, dossiers(prepared), advised, manifest="0" * 64, actor="tests", portraits=_portraits(rows, rules, prepared),
    )  # fmt: skip
    note_identities(
        acting, [Identity(one["customer_id"], one.get("name"), one.get("phone")) for one in rows["customers"]]
    )
    return number


def _portraits(rows, rules, prepared):
    tables = decide_bank.tables(rows)
    archive = archive_of(tables, prepared.at, decide_bank.TIMEZONE, rules, prepared.policy)
    return portraits(view(tables, prepared.at, decide_bank.TIMEZONE), archive)


@functools.cache
def _original():
    """Make the store that `served` copies; return its folder."""
    folder = Path(tempfile.mkdtemp(prefix="zhike-served-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with open_store(folder / _STORE, now=Clock().now) as store:
        (folder / _TOKENS).write_text(json.dumps(furnish(store)), "utf-8")
    return folder


def furnish(store):
    """Publish the small bank into an empty store and hire the staff; return their tokens."""
    acting = Acting(store, Clock(), secrets.token_bytes)
    publish_small(acting)
    tokens = {name: _hired(acting, name, *STAFF[name]) for name in STAFF}
    with store.write() as tx:  # cheaply hashed, so that a test is not slowed down by every sign-in
        kept = hashed_password(PASSWORD, bytes(16), Cost(16, 1, 1))
        for name in STAFF:
            if name not in (*MACHINES, WITHOUT_PASSWORD):
                tx.change("staff", {"staff_id": name}, {"password": kept})
    return tokens


def _hired(acting, name, role, branch):
    add_staff(acting, name, [role], known=decide_bank.SHIPPED.entry(ROLES).versions[-1].head["roles"],
              actor="tests", branch=branch)  # fmt: skip
    return issue_token(acting, name, actor="tests")


class Served:
    """A served bank; close it, or use it in a ``with``.

    Attributes: folder, store, clock, service, app, tokens (by identifier of staff).
    """

    def __init__(self, folder, *, like=None, limit=0, patience=10.0):
        """Copy the original, or the bank in folder ``like``, which was left by `leave`."""
        self.folder = Path(folder)
        shutil.copytree(like or _original(), self.folder, dirs_exist_ok=True)
        tokens = json.loads((self.folder / _TOKENS).read_text("utf-8"))
        self.serve(self.folder / _STORE, None, tokens, Clock(), limit=limit, patience=patience)

    def serve(self, place, keys, tokens, clock, *, limit=0, patience=10.0):
        self._where = place, keys
        self.tokens, self.clock = tokens, clock
        self.store = open_store(place, keys, patience=patience, now=clock.now)
        self.service = service_of(
            self.store,
            decide_bank.rulebook(),
            clock=clock,
            limit=limit,
            private_key=self.store.keys.audit_seed,
        )
        self.service.sign_ins, self.service.guesses = SignInPace(0, 0), Pace(0)
        self.app = create_app(self.service)
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://zhike")

    @classmethod
    def over(cls, place, keys):
        """Return a bank served over an empty store elsewhere: ``over("postgresql://...", Path("keys"))``."""
        with open_store(place, keys, now=Clock().now) as store:
            tokens = furnish(store)
        found = cls.__new__(cls)
        found.serve(place, keys, tokens, Clock())
        return found

    def beside(self):
        """Return the same bank served once more, by a service of its own as another process would; with the same clock."""
        found = type(self).__new__(type(self))
        found.serve(*self._where, self.tokens, self.clock)
        return found

    @property
    def acting(self):
        return self.service.acting

    def headers(self, staff, purpose=None, **more):
        """Return the headers of a caller; None for nobody."""
        shown = {} if staff is None else {"Authorization": f"Bearer {self.tokens[staff]}"}
        wanted = {} if purpose is None else {"X-Purpose": purpose}
        return {**shown, **wanted, **{name.replace("_", "-"): value for name, value in more.items()}}

    async def asks(self, staff, method, path, *, purpose=None, headers=None, **given):
        """Ask within an event loop; for many requests at once."""
        whole = {**self.headers(staff, purpose), **(headers or {})}
        return await self._client.request(method, path, headers=whole, **given)

    def ask(self, staff, method, path, **given):
        """Ask as a member of staff or machine: ``ask("rm", "GET", "/v1/customers/C01", purpose="service")``."""
        return self.run(self.asks(staff, method, path, **given))

    def get(self, staff, path, **given):
        return self.ask(staff, "GET", path, **given)

    def post(self, staff, path, body, **given):
        return self.ask(staff, "POST", path, json=body, **given)

    def put(self, staff, path, body, **given):
        return self.ask(staff, "PUT", path, json=body, **given)

    def decide(self, customer, staff="integration", *, purpose="service", headers=None, **body):
        """Ask for a decision, as a machine unless it is said otherwise."""
        asked = {"customer_id": customer, **body}
        return self.post(staff, "/v1/decisions", asked, purpose=purpose, headers=headers)

    def sign_in(self, staff="rm", password=PASSWORD):
        """Ask for a session; its token is the caller's from then on, under the name with ``_session`` added."""
        answer = self.post(None, "/v1/sessions", {"staff_id": staff, "password": password})
        if answer.status_code == 200:
            self.tokens[f"{staff}_session"] = answer.json()["token"]
        return answer

    def run(self, coroutine):
        """Run something in this bank's event loop."""
        return self._runner.run(coroutine)

    def together(self, coroutines):
        """Run several at once; return their results in order."""

        async def gathered():
            return await asyncio.gather(*coroutines)

        return self.run(gathered())

    def rows(self, table, where=None, **order):
        """Return rows of the ledger."""
        with self.store.read() as tx:
            return tx.find(table, where, **order)

    def leave(self):
        """Close the bank with all tokens beside it, so that others are made like it."""
        self.close()
        (self.folder / _TOKENS).write_text(json.dumps(self.tokens), "utf-8")

    def close(self):
        self.run(self._client.aclose())
        self.service.close()
        self._runner.close()
        self.store.close()

    def __enter__(self):
        return self

    def __exit__(self, *_problem):
        self.close()
