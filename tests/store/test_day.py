"""A day on either back end: what is postponed, handed over, done and written down comes out the same."""

import pytest
from served_bank import Clock, Served


@pytest.fixture
def bank(house):
    house.open(now=Clock().now).close()
    with Served.over(house.place, house.keys) as found:
        yield found


def lines(bank, staff):
    found = bank.get(staff, "/v1/day", purpose="service").json()["lines"]
    return {(one["source"], one["customer_id"], one["kind"]): one for one in found}


def act(bank, staff, line, what, **body):
    answer = bank.post(staff, f"/v1/day/lines/{line['line_id']}/{what}", body, purpose="service")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_day_and_what_becomes_of_it(bank):
    for customer in ("C01", "C02", "C04"):
        bank.decide(customer)
    mine = lines(bank, "rm")
    assert set(mine) == {
        ("offer", "C01", "care"), ("offer", "C02", "care"), ("offer", "C04", "care"), ("offer", "C04", "sale"),
    }  # fmt: skip
    act(bank, "rm", mine["offer", "C04", "sale"], "postpone", until="2026-07-02")
    act(bank, "rm", mine["offer", "C04", "care"], "hand-over", deputy="rm_south")
    act(bank, "rm", mine["offer", "C01", "care"], "refuse", reason="次日再谈")
    act(bank, "rm", mine["offer", "C02", "care"], "done", outcome="refused", text="没有时间")
    bank.clock.later(days=1)
    assert [(key, one["must"]) for key, one in lines(bank, "rm").items()] == [
        (("task", "C04", "offer"), True)
    ]
    theirs = lines(bank, "rm_south")
    assert list(theirs) == [("reminder", "C07", "complaint_open"), ("task", "C04", "offer")]
    closed = act(bank, "rm_south", theirs["task", "C04", "offer"], "done", outcome="accepted", text="很好")
    assert (closed["task"]["state"], closed["task"]["result"]) == ("done", "很好")
    written = {"facts": "f", "words": "客户的话", "judgement": "j", "suggestion": "s", "kind": "visit"}
    assert bank.post("rm", "/v1/customers/C02/notes", written, purpose="service").status_code == 200
    (row,) = bank.rows("notes")
    assert (row["text"], row["words"], row["kind"], row["happened_at"]) == ("f", "客户的话", "visit", None)
    told = [row["event"] for row in bank.rows("audit_entries", {"stream": "cases"}, order=["number"])]
    assert told == [721, 726, 721, 727, 724, 731]
