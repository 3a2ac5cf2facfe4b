"""What is done beside the calls: by a keeper within this process, and by the one that `zhike serve` starts, whatever becomes of either."""

import contextlib
import dataclasses
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import decide_bank
import pytest
import served_bank
from live_server import free_port

from zhike.act.batches import batch, submit_batch
from zhike.act.consents import ConsentAnswer, answer_consent
from zhike.act.drafts import Ask
from zhike.act.routes import Routes
from zhike.act.webhooks import add_webhook
from zhike.api.keeper import Keeper

PROC = Path("/proc")
DELIVERERS = "values: {2026-01-01: {channels: {adviser: {deliverer: file, path: adviser.jsonl}}}}\n"


def wait_for(condition, seconds=300):
    """Return what a condition gives once it is true."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail("it does not come about")


@pytest.fixture
def deliverers(bank):
    path = bank.folder / "deliverers.yaml"
    path.write_text(DELIVERERS, "utf-8")
    return path


def keeper(bank, deliverers=None):
    return Keeper(bank.acting, decide_bank.rulebook(), deliverers, secrets.token_bytes(32))


def asked_for_all(bank):
    with bank.store.write() as tx:
        return submit_batch(bank.acting, tx, None, "outbound", "tests")["job_id"]


def test_it_does_what_is_due_until_it_is_told_to_stop(bank, deliverers):
    add_webhook(bank.acting, "https://nobody.invalid/", ["decision.made"], "tests")
    bank.service.desk.decide(Ask("C01", "tests"))
    bank.clock.later(days=40)
    job, kept = asked_for_all(bank), keeper(bank, deliverers)
    thread = threading.Thread(target=kept.run)
    thread.start()
    try:
        wait_for(lambda: bank.rows("jobs", {"job_id": job})[0]["state"] == "done")
        wait_for(lambda: bank.rows("offers", {"state": "lapsed"}))
        wait_for(lambda: any(one["attempts"] for one in bank.rows("outbox")))
        wait_for(lambda: bank.rows("audit_digests"))
    finally:
        kept.stop()
        thread.join(120)
    assert not thread.is_alive()
    assert bank.rows("jobs", {"kind": "turn"}) == []


def test_offers_lapse_in_turn(bank):
    first, second = keeper(bank), keeper(bank)
    bank.service.desk.decide(Ask("C01", "tests"))
    assert not first.lapses()
    bank.clock.later(days=31)
    assert first.lapses()
    bank.service.desk.decide(Ask("C02", "tests"))
    bank.clock.later(days=30)
    assert first.lapses()
    bank.service.desk.decide(Ask("C04", "tests"))
    assert not second.lapses()


def test_one_duty_that_fails_does_not_hold_up_the_others(bank, deliverers, caplog):
    """The file of deliverers is spoilt; batches are decided all the same."""
    deliverers.write_text("values: {", "utf-8")
    job, kept = asked_for_all(bank), keeper(bank, deliverers)
    bank.service.desk.decide(Ask("C01", "tests"))
    thread = threading.Thread(target=kept.run)
    thread.start()
    try:
        wait_for(lambda: bank.rows("jobs", {"job_id": job})[0]["state"] == "done")
        wait_for(lambda: "messages" in caplog.text)
    finally:
        kept.stop()
        thread.join(120)
    assert "deliverers.yaml" in caplog.text


class Server:
    """`zhike serve` as a process; ``keeper`` is that of its keeper."""

    def __init__(self, folder, deliverers, token):
        self.port, self.token = free_port(), token
        arguments = [
            "serve",
            "--store",
            folder / "zhike.db",
            "--port",
            str(self.port),
            "--deliverers",
            deliverers,
        ]
        code = "import sys; from zhike.cli.main import main; main()"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments], env=environment, cwd=folder, stdout=subprocess.DEVNULL
        )

    def asked(self, path, body=None, token=None, purpose="service"):
        headers = {
            "Authorization": f"Bearer {token or self.token}",
            "X-Purpose": purpose,
            "Content-Type": "application/json",
        }
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.loads(answer.read())

    def serves(self):
        assert self.process.poll() is None
        with contextlib.suppress(OSError):
            return self.asked("/v1/health")["status"] == "serving"

    @property
    def keeper(self):
        """Return the process of the keeper, None where there is none."""
        own = str(self.process.pid)
        for place in PROC.glob("[0-9]*"):
            with contextlib.suppress(OSError, IndexError):
                parent = (place / "stat").read_text("utf-8").rpartition(")")[2].split()[1]
                if parent == own and b"zhike.api.keeper" in (place / "cmdline").read_bytes():
                    return int(place.name)
        return None

    def end(self):
        self.process.kill()
        self.process.wait(120)


def is_there(process):
    try:
        return (PROC / str(process) / "stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not PROC.is_dir(), reason="looks for processes in /proc")
def test_the_keeper_of_a_server(tmp_path):
    with served_bank.Served(tmp_path / "bank") as bank:
        tokens = bank.tokens
    folder = tmp_path / "bank"
    deliverers, lines = folder / "deliverers.yaml", folder / "adviser.jsonl"
    deliverers.write_text(DELIVERERS, "utf-8")
    server = Server(folder, deliverers, tokens["integration"])
    try:
        wait_for(server.serves)
        kept = wait_for(lambda: server.keeper)

        # What is decided over HTTP goes out.
        decided = server.asked("/v1/decisions", {"customer_id": "C01", "channels": ["adviser"]})
        assert decided["actions"]
        wait_for(
            lambda: lines.is_file() and len(lines.read_text("utf-8").splitlines()) == len(decided["actions"])
        )
        told = [json.loads(line)["content"]["offer_id"] for line in lines.read_text("utf-8").splitlines()]
        assert sorted(told) == sorted(one["offer_id"] for one in decided["actions"])

        # A batch is worked off, though the keeper is killed.
        os.kill(kept, signal.SIGKILL)
        asked = server.asked("/v1/batches", {"customers": ["C02", "C03"]}, tokens["analyst"], "analysis")
        path = f"/v1/batches/{asked['job_id']}"
        wait_for(lambda: server.asked(path, None, tokens["analyst"], "analysis")["state"] == "done")
        again = wait_for(lambda: server.keeper)
        assert again != kept

        # It ends with its server, however that ends.
        server.end()
        wait_for(lambda: not is_there(again))
        server = Server(folder, deliverers, tokens["integration"])
        wait_for(server.serves)
        kept = wait_for(lambda: server.keeper)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(120)
        wait_for(lambda: not is_there(kept))
    finally:
        server.end()
    with served_bank.open_store(folder / "zhike.db") as store, store.read() as tx:
        assert batch(tx, asked["job_id"])["result"]["done"] == 2
        # Only the turn of the keeper that was killed may be left; it ends by itself.
        assert len(tx.find("jobs", {"kind": "turn"})) <= 1


def test_customers_are_asked_once_a_day_where_something_can_leave_the_house(bank):
    wave = {"wave": "yearly", "instrument": "csat", "channels": ["app"], "by": "tier", "places": 3}
    rules = decide_bank.rulebook(surveys__waves=decide_bank.document("parameter", [wave], unit="waves"))
    answer_consent(bank.acting, ConsentAnswer("C01", "clerk", "survey", "app", "given", {"form": "branch"}))
    silent = Keeper(bank.acting, rules, None, secrets.token_bytes(32))
    assert not silent.surveys()  # nothing is delivered, so nobody is asked and the day stays open
    assert bank.rows("survey_rounds") == []
    acting = dataclasses.replace(bank.acting, routes=Routes(lambda _now: frozenset({"app"})))
    kept = Keeper(acting, rules, None, secrets.token_bytes(32))
    assert kept.surveys()
    assert not kept.surveys()
    assert not Keeper(
        acting, rules, None, secrets.token_bytes(32)
    ).surveys()  # nor does another one ask again
    assert len(bank.rows("survey_invitations")) == 1
    bank.clock.later(days=1)
    assert kept.surveys()
    assert len(bank.rows("survey_invitations")) == 1
