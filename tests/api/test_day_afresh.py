"""What a service remembers of a book is never what staff see in place of the ledger: each change, whoever makes it, is in the next day."""

import datetime as dt

import pytest
from served_bank import publish_small
from two_persons import erased

from zhike.act.book_memory import BookMemory
from zhike.act.books_ahead import read_ahead
from zhike.adapters.store.transaction import LedgerTransaction


def day(bank, staff="rm"):
    answer = bank.get(staff, "/v1/day", purpose="service")
    assert answer.status_code == 200, answer.text
    return answer.json()


def lines(bank, staff="rm"):
    return {(one["customer_id"], one["kind"]): one for one in day(bank, staff)["lines"]}


@pytest.fixture
def two(bank):
    """A bank with a decided book that has been looked at, and the same one served by another process."""
    for customer in ("C01", "C02", "C04"):
        assert bank.decide(customer).status_code == 200
    day(bank)
    other = bank.beside()
    yield bank, other
    other.close()


@pytest.fixture
def read(monkeypatch):
    """Tables of whose rows whole ones are read, one entry a row."""
    found, find = [], LedgerTransaction.find

    def noted(tx, table, *given, columns=None, **named):
        rows = find(tx, table, *given, columns=columns, **named)
        found.extend([table] * (columns is None) * len(rows))
        return rows

    monkeypatch.setattr(LedgerTransaction, "find", noted)
    return found


def corrected(bank, customer, attribute, value):
    body = {"attribute": attribute, "value": value, "valid_from": "2026-01-01"}
    answer = bank.post("rm", f"/v1/customers/{customer}/corrections", body, purpose="service")
    assert answer.status_code in (200, 201), answer.text


def test_a_fact_corrected_by_another_process_is_in_the_next_day(two):
    bank, other = two
    assert ("C02", "turned_65") not in lines(bank)
    corrected(other, "C02", "age", 65)
    assert ("C02", "turned_65") in lines(bank)
    corrected(other, "C02", "age", 40)
    assert ("C02", "turned_65") not in lines(bank)


def test_a_consent_withdrawn_elsewhere_takes_its_line_out(two):
    bank, other = two
    assert ("C04", "sale") in lines(bank)
    body = {"purpose": "marketing", "channel": "all", "status": "withdrawn"}
    answer = other.post("rm", "/v1/customers/C04/consents", body, purpose="service")
    assert answer.status_code in (200, 201), answer.text
    assert ("C04", "sale") not in lines(bank)
    assert [one["codes"] for one in day(bank)["withdrawn"]]


def test_lines_done_or_made_elsewhere_are_gone_or_there(two):
    bank, other = two
    line = lines(other)["C04", "sale"]["line_id"]
    answer = other.post("rm", f"/v1/day/lines/{line}/done", {"outcome": "shown"}, purpose="service")
    assert answer.status_code == 200, answer.text
    assert ("C04", "sale") not in lines(bank)
    assert ("C03", "care") not in lines(bank)
    other.decide("C03", direction="inbound")
    assert ("C03", "care") in lines(bank)


def test_whoever_comes_into_a_book_or_leaves_it_is_seen_at_once_and_not_remembered(two):
    bank, other = two
    with other.store.write() as tx:
        tx.change("customers", {"customer_id": "C04"}, {"adviser": "rm_south", "branch": "south"})
        tx.change("customers", {"customer_id": "C07"}, {"adviser": "rm", "branch": "north"})
    assert {"C07"} == {customer for customer, kind in lines(bank) if kind == "complaint_open"}
    assert "C04" not in {customer for customer, _ in lines(bank)}
    erased(other, "C01")
    assert "C01" not in {customer for customer, _ in lines(bank)}
    with bank.store.read() as tx:
        _, memory = bank.service.desk.remembered(tx)
    assert [name in memory for name in ("C01", "C02", "C03", "C04", "C07")] == [
        False,
        True,
        True,
        False,
        True,
    ]


def test_of_customers_who_have_not_changed_nothing_sealed_is_read_again(two, read):
    bank, other = two
    corrected(other, "C02", "age", 65)
    read.clear()
    lines(bank)
    assert read.count("customers") == 1
    read.clear()
    lines(bank)
    assert "customers" not in read


def test_a_publication_is_in_the_next_day_and_was_read_ahead_by_whoever_had_the_time(two, read):
    bank, _ = two
    publish_small(bank.acting)
    bank.clock.later(seconds=2)
    assert read_ahead(bank.service.desk, 3)
    assert not read_ahead(bank.service.desk, 3)
    read.clear()
    found = day(bank)
    assert found["publication"] == 2
    assert "dossiers" not in read
    bank.clock.later(seconds=2)
    assert not read_ahead(bank.service.desk, 3)


def test_a_day_asked_for_before_anything_was_read_ahead_is_the_same(two):
    bank, other = two
    publish_small(bank.acting)
    bank.clock.later(seconds=2)
    while read_ahead(bank.service.desk, 1):
        pass
    assert day(bank) == day(other)


def test_whoever_wants_to_hear_nothing_over_a_channel_and_had_a_fact_corrected_has_a_day(bank):
    answer = bank.put(
        "rm", "/v1/customers/C02/preferences/channels", {"unwanted": ["phone"]}, purpose="service"
    )
    assert answer.status_code == 200, answer.text
    corrected(bank, "C02", "age", 65)
    assert ("C02", "turned_65") in lines(bank)


def test_a_backup_brought_back_is_what_the_day_shows(two):
    bank, other = two
    other.store.close()
    bank.store.close()
    place = bank.folder / "zhike.db"
    backup = place.read_bytes()
    corrected(bank, "C02", "age", 65)
    bank.store.close()
    place.unlink()
    place.write_bytes(backup)
    corrected(bank, "C01", "age", 65)
    assert ("C02", "turned_65") not in lines(bank)
    assert ("C01", "turned_65") in lines(bank)


def test_the_same_version_in_another_database_is_another_customer(two):
    """After a backup was brought back the same version is reached again, with another change in it."""
    bank, other = two
    other.store.close()
    bank.store.close()
    place = bank.folder / "zhike.db"
    backup = place.read_bytes()
    corrected(bank, "C02", "age", 65)
    assert ("C02", "turned_65") in lines(bank)
    bank.store.close()
    place.unlink()
    place.write_bytes(backup)
    corrected(bank, "C02", "age", 40)
    assert ("C02", "turned_65") not in lines(bank)


def test_a_moment_is_one_as_long_as_day_and_rules_are_the_same():
    memory, today = BookMemory(0, 1), dt.date(2026, 7, 1)
    one = memory.moment(today, {})
    assert memory.moment(today, {}) is one
    assert memory.moment(today + dt.timedelta(days=1), {}) is not one
