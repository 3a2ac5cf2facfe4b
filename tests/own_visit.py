"""A customer in front of their own page: a browser without a screen, and links of the small bank."""

import re

import httpx

from zhike.workbench.app import with_workbench


def make_link(bank, customer, staff="integration", purpose="service"):
    """Make a link as a machine; return the answer's content."""
    answer = bank.ask(staff, "POST", f"/v1/customers/{customer}/links", purpose=purpose)
    assert answer.status_code == 200, answer.text
    return answer.json()


class OwnVisit:
    """Keeps cookies, follows to the next page, sends forms as they stand."""

    def __init__(self, bank):
        self.bank = bank
        transport = httpx.ASGITransport(with_workbench(bank.app))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://zhike", follow_redirects=True)

    def get(self, path="/", **headers):
        return self.bank.run(self.client.get(f"/me{path}", headers=headers))

    def post(self, path, fields, **headers):
        return self.bank.run(self.client.post(f"/me{path}", data=fields, headers=headers))

    def enter(self, token):
        return self.post("/enter", {"token": token})

    def form(self):
        """Return what a form of this visit carries."""
        return re.search(r'name="form" value="([0-9a-f]{64})"', self.get().text)[1]

    def send(self, path, **fields):
        return self.post(path, {"form": self.form(), **fields})
