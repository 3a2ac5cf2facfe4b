"""Two services over one store, as two machines have them, on SQLite and on PostgreSQL: together they never do what one may not."""

import itertools
import threading
from collections import Counter

import household_bank
import pytest
import served_bank
from household_bank import HOME
from running_postgres import running_postgres

from zhike.act.replay import replay_log

CLIENTS, EACH = 5, 6
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server; tests on it skip where its packages are not installed."""
    yield from running_postgres()


@pytest.fixture(params=["sqlite", "postgresql"])
def services(request, tmp_path):
    """Two services over the same store."""
    if request.param == "sqlite":
        first = served_bank.Served(tmp_path / "bank")
    else:
        server = request.getfixturevalue("server")
        schema = f"s{next(NUMBERS)}"
        server.run(f"CREATE SCHEMA {schema}")
        first = served_bank.Served.over(server.url(schema), tmp_path / "keys")
    second = first.beside()
    yield first, second
    second.close()
    first.close()


def at_once(services, work):
    """Let each service do something for several clients, the services in threads of their own; return all results."""
    results, start = [], threading.Barrier(len(services))

    def run(service):
        start.wait()
        results.extend(service.together(work(service, client) for client in range(CLIENTS)))

    threads = [threading.Thread(target=run, args=(service,)) for service in services]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == CLIENTS * len(services)
    return results


def contacts(service, customer):
    return Counter(
        one["channel"]
        for one in service.rows("offers", {"customer_id": customer})
        if one["kind"] in ("sale", "care")
    )


async def hammered(service, customer, client):
    found = []
    for turn in range(EACH):
        keyed = {"Idempotency-Key": f"{client}-{turn}"} if client % 2 else {}
        asked = {"json": {"customer_id": customer}, "purpose": "service", "headers": keyed}
        answer = await service.asks("integration", "POST", "/v1/decisions", **asked)
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
    return found


def test_between_two_contacts_there_is_time_to_breathe_whoever_decides(services):
    answers = at_once(services, lambda service, client: hammered(service, "C02", client))
    offering = [body for own in answers for body in own if body["actions"]]
    # A key asked of both services is one decision, with one answer for both.
    assert len({body["decision_id"] for body in offering}) == 1
    assert contacts(services[0], "C02").total() == len(offering[0]["actions"])


def test_caps_hold_whoever_decides(services):
    packs = [pack for pack in served_bank.decide_bank.PACKS if pack != "contact"] + ["contact.cap"]
    served_bank.publish_small(services[0].acting, packs=packs)
    services[0].clock.later(seconds=1)
    at_once(services, lambda service, client: hammered(service, "C01", client))
    made = contacts(services[0], "C01")
    assert made.total() == 4
    assert made["phone"] <= 2
    assert made["app"] <= 3


def test_a_household_s_cap_holds_whoever_of_it_is_decided_for(services):
    household_bank.publish(services[0])
    at_once(services, lambda service, client: hammered(service, HOME[client % 2], client))
    assert len(household_bank.sales(services[0], *HOME)) == household_bank.MOST
    decided = services[0].rows("decisions", {"customer_id": list(HOME)})
    assert {row["customer_id"] for row in decided} == set(HOME)
    found = replay_log(services[0].acting, services[0].service.desk)
    assert found.proven
    assert found.identical == len(decided)


def test_one_answer_told_to_both_is_recorded_once(services):
    offer = services[0].decide("C02", direction="inbound").json()["actions"][0]["offer_id"]

    def tell(service, _client):
        return service.asks(
            "integration", "POST", f"/v1/offers/{offer}/responses", json={"outcome": "accepted"}, purpose="service",
            headers={"Idempotency-Key": "told"},
        )  # fmt: skip

    answers = at_once(services, tell)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(services[1].rows("responses")) == 1


def test_wishes_and_decisions_at_once_leave_the_last_wish_standing(services):
    async def wished(service, client):
        asked = {"purpose": "service", "json": {"most_in_30_days": client}}
        answer = await service.asks("rm", "PUT", "/v1/customers/C02/preferences/frequency", **asked)
        await hammered(service, "C02", client)
        return answer

    answers = at_once(services, wished)
    assert {answer.status_code for answer in answers} == {200}
    (row,) = services[0].rows("customers", {"customer_id": "C02"})
    last = services[0].rows("preferences", {"customer_id": "C02"}, order=["recorded_at"])[-1]
    assert row["live"].get("most") == last["value"]["most_in_30_days"]
    made = [
        [one["made_at"], one["channel"]]
        for one in services[0].rows("offers", {"customer_id": "C02"}, order=["made_at"])
    ]
    assert sorted(row["live"].get("contacts", [])) == sorted(made)


def test_a_publication_of_one_is_served_by_the_other_within_a_second(services):
    first, second = services
    assert second.decide("C02").json()["publication"] == 1
    served_bank.publish_small(first.acting)
    second.clock.later(seconds=1)
    assert second.decide("C02").json()["publication"] == 2
