"""A bank with its workbench, and somebody in front of it."""

import re

import httpx
import pytest
from served_bank import PASSWORD, Served, cheap_passwords

from zhike.workbench.app import with_workbench


class Visit:
    """A browser without a screen: keeps cookies, follows to the next page, sends forms as they stand."""

    def __init__(self, bank):
        self.bank = bank
        transport = httpx.ASGITransport(with_workbench(bank.app))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://zhike", follow_redirects=True)

    def get(self, path, **headers):
        return self.bank.run(self.client.get(f"/workbench{path}", headers=headers))

    def post(self, path, fields, **headers):
        return self.bank.run(self.client.post(f"/workbench{path}", data=fields, headers=headers))

    def sign_in(self, staff="rm", password=PASSWORD, after=""):
        return self.post("/sign-in", {"staff": staff, "password": password, "next": after})

    def form(self):
        """Return what a form of this session carries."""
        return re.search(r'name="form" value="([0-9a-f]{64})"', self.get("/today").text)[1]


@pytest.fixture(scope="session")
def seat_at():
    """Return a visit to a bank that several tests share."""
    return Visit


@pytest.fixture(scope="module", autouse=True)
def _cheap_passwords():
    with pytest.MonkeyPatch.context() as patch:
        cheap_passwords(patch)
        yield


@pytest.fixture
def bank(tmp_path):
    served = Served(tmp_path / "bank")
    yield served
    served.close()


@pytest.fixture
def visit(bank):
    return Visit(bank)


@pytest.fixture
def desk(visit):
    """A relationship manager who has signed in."""
    assert visit.sign_in().url.path == "/workbench/today"
    return visit
