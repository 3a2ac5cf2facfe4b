"""Surveys over the interface: invited, filled in by the customer, a call-back for the unhappy, and what the next decision makes of it."""


import pytest
from own_visit import make_link

WHO = "C02"  # of tier private, advised by rm, with consent to marketing


@pytest.fixture
def ask(bank):
    return Surveyed(bank)


class Surveyed:
    """A bank with a customer who holds a link, and a survey that waits for them."""

    def __init__(self, bank, who=WHO):
        self.bank, self.who = bank, who
        self.link = {"Authorization": f"Bearer {make_link(bank, who)['token']}"}

    def invite(self, instrument="csat", staff="rm", purpose="service", **more):
        body = {"customer_id": self.who, "instrument": instrument, **more}
        return self.bank.post(staff, "/v1/surveys", body, purpose=purpose)

    def own(self, method, path, *, language="en", key=None, **given):
        headers = {
            **self.link,
            "Accept-Language": language,
            **({} if key is None else {"Idempotency-Key": key}),
        }
        return self.bank.ask(None, method, f"/v1/me/surveys{path}", headers=headers, **given)

    def save(self, name, answers=None, **more):
        answer = self.own("PUT", f"/{name}", json={"answers": answers or {}, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def unhappy(self):
        """Fill in and send a survey as somebody who is not content; return the invitation and the answer to sending."""
        name = self.invite().json()["invitation_id"]
        self.save(name, {"satisfied": 1}, turn=1)
        self.save(name, {"why": "waiting", "words": "I waited for two hours."}, turn=1)
        sent = self.own("POST", f"/{name}/send")
        assert sent.status_code == 200, sent.text
        return name, sent.json()

    def sales(self):
        answer = self.bank.decide(self.who, direction="inbound")
        assert answer.status_code == 200, answer.text
        return [one for one in answer.json()["actions"] if one["kind"] == "sale"]

    def loops(self, staff="rm", purpose="service", state="open"):
        return self.bank.get(staff, f"/v1/loops?state={state}", purpose=purpose)

    def close(self, name, staff="rm", purpose="service", key=None, **changes):
        body = {
            "outcome": "resolved",
            "cause": "waiting",
            "action": "A second counter at noon.",
            "words": "Thank you.",
            **changes,
        }
        headers = {} if key is None else {"Idempotency-Key": key}
        return self.bank.post(staff, f"/v1/loops/{name}/close", body, purpose=purpose, headers=headers)


def test_the_loop_from_answer_to_the_next_decision(ask):
    assert ask.sales()
    _, sent = ask.unhappy()
    assert sent["thanks"].startswith("Thank you")
    assert sent["call_back"]["due_at"] == "2026-07-02T10:00:00Z"
    assert ask.sales() == []
    (loop,) = ask.loops().json()["loops"]
    assert (loop["owner"], loop["trigger"], loop["value"]) == ("rm", "csat.satisfied", 1.0)
    assert loop["words"] == "I waited for two hours."
    day = ask.bank.get("rm", "/v1/day", purpose="service").json()
    lines = [line for line in day["lines"] if line["line_id"] == loop["task_id"]]
    assert lines
    assert "2026-07-02 10:00" in str(ask.bank.rows("tasks", {"task_id": loop["task_id"]})[0]["text"])
    closed = ask.close(loop["loop_id"])
    assert closed.status_code == 200, closed.text
    assert closed.json()["state"] == "closed"
    assert ask.bank.rows("tasks", {"task_id": loop["task_id"]})[0]["state"] == "done"
    assert ask.sales()
    (row,) = ask.loops(state="closed").json()["loops"]
    assert (row["cause"], row["action"], row["overdue"]) == ("waiting", "A second counter at noon.", False)
