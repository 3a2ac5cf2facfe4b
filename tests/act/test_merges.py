"""Two records of one person: everything of both counts at once, and undone both are as they were."""

import pytest
from two_persons import MANAGER, PROTECTION, approved, full_life, merged, permission, unmerged

from zhike.act.consents import ConsentAnswer, answer_consent
from zhike.act.merges import check_merge, merge_customers, unmerge_customers, wanted_merge, wanted_unmerge
from zhike.act.replay import replay_log
from zhike.act.responses import Response, respond
from zhike.core.ledger import LEDGER
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError, StateConflictError
from zhike.decide.live import Live

PERSONAL = [
    table.name
    for table in LEDGER.values()
    if table.personal and table.name not in ("merges", "audit_openings")
]


def rows_of(bank, *customers):
    """Return every row of some records but their trail and the merge itself; versions aside."""
    found = {name: bank.rows(name, {"customer_id": list(customers)}) for name in PERSONAL}
    return {
        name: [{**row, "version": 0} if name == "customers" else row for row in rows]
        for name, rows in found.items()
    }


def sealed_bytes(bank, *customers):
    """Return the sealed columns as they lie in the database; of what is live about a customer only the meaning stays the same."""
    marks, found = ",".join("?" * len(customers)), {}
    with bank.store.workings.backend.engine.raw_connection() as connection:
        for name in PERSONAL:
            for column in LEDGER[name].sealed:
                query = f"SELECT {column} FROM {name} WHERE customer_id IN ({marks}) ORDER BY 1"  # noqa: S608 - names of the ledger
                found[name, column] = connection.execute(query, customers).fetchall()
    del found["customers", "live"]
    return found


def live(bank, customer):
    (row,) = bank.rows("customers", {"customer_id": customer})
    return Live.of(row["live"])


def test_undone_both_are_as_they_were(bank):
    for customer in ("C02", "C03"):
        full_life(bank, customer, f"words of {customer}")
    before, bytes_before = rows_of(bank, "C02", "C03"), sealed_bytes(bank, "C02", "C03")
    merged(bank, "C02", "C03")
    assert rows_of(bank, "C02", "C03")["customers"] != before["customers"]
    bank.clock.later(days=3)
    unmerged(bank, "C02")
    assert rows_of(bank, "C02", "C03") == before
    assert sealed_bytes(bank, "C02", "C03") == bytes_before
    assert [
        (row["state"], row["before"]) for row in bank.rows("merges", {"customer_id": "C02", "into": "C03"})
    ] == [("undone", None)]


def test_what_is_live_of_both_counts(bank):
    first = bank.decide("C02").json()["actions"]
    bank.decide("C03")
    before = len(live(bank, "C02").contacts), len(live(bank, "C03").contacts)
    merged(bank, "C02", "C03")
    assert len(live(bank, "C03").contacts) == sum(before)
    # Refused under one record, never offered under the other.
    respond(bank.acting, Response(first[0]["offer_id"], "refused", "app"))
    assert live(bank, "C03").refused
    answer_consent(bank.acting, ConsentAnswer("C02", "app", "marketing", "all", "withdrawn"))
    assert live(bank, "C03").consents == {("marketing", "all"): False}


def test_a_decision_for_either_is_for_the_one_that_stays(bank):
    merged(bank, "C02", "C01")
    found = bank.decide("C02").json()
    assert found["customer_id"] == "C01"
    assert found["actions"][0]["action_id"] == "invest:B1:app"
    (row,) = bank.rows("decisions")
    assert row["customer_id"] == "C01"
    assert bank.get("rm", "/v1/customers/C02", purpose="service").json()["customer_id"] == "C01"


def test_drafts_of_both_in_one_transaction_keep_the_caps_together(bank):
    """Two drafts made before a merge are written after it: both for the one that stays, the second sees the first."""
    from zhike.act.drafts import Ask

    desk = bank.service.desk
    with bank.store.read() as tx:
        drafts = [desk.draft(tx, Ask(name, "app")) for name in ("C02", "C01", "C02")]
    merged(bank, "C02", "C01")
    decided = desk.do_decide(drafts)
    assert {one.draft.ask.customer for one in decided} == {"C01"}
    made = [len(one.offers) for one in decided]
    assert made[0] > 0
    offered = [row for row in bank.rows("offers") if row["kind"] != "mandatory"]
    assert len(live(bank, "C01").contacts) == len(offered) == sum(made)
    assert sum(row["channel"] == "app" for row in offered) <= 2  # the policy's cap, over all three


def test_decisions_from_before_stay_provable(bank):
    for customer in ("C02", "C03"):
        full_life(bank, customer, "words")
    merged(bank, "C02", "C03")
    full_life_again = bank.decide("C02")
    assert full_life_again.status_code == 200
    found = replay_log(bank.acting, bank.service.desk)
    assert found.proven
    assert found.identical == 5


def test_lists_show_what_was_recorded_of_either(bank):
    for customer in ("C02", "C03"):
        full_life(bank, customer, "words")
    merged(bank, "C02", "C03")
    for path, key, rows in (
        ("decisions", "decisions", 4),
        ("consents", "consents", 2),
        ("preferences", "preferences", 2),
    ):
        for customer in ("C02", "C03"):
            found = bank.get("rm", f"/v1/customers/{customer}/{path}", purpose="service").json()
            assert len(found[key]) == rows, path


def test_what_came_about_since_stays_where_it_was_recorded(bank):
    bank.decide("C02")
    merged(bank, "C02", "C03")
    answer_consent(bank.acting, ConsentAnswer("C02", "app", "marketing", "all", "withdrawn"))
    bank.decide("C03")
    unmerged(bank, "C02")
    assert live(bank, "C02").consents == {("marketing", "all"): False}
    assert live(bank, "C03").consents == {}
    own = {name: len(bank.rows("offers", {"customer_id": name, "outbound": True})) for name in ("C02", "C03")}
    assert {name: len(live(bank, name).contacts) for name in own} == own


def test_a_chain_of_merges_is_undone_in_any_order(bank):
    for customer in ("C01", "C02", "C03"):
        bank.decide(customer)
    before = rows_of(bank, "C01", "C02", "C03")
    merged(bank, "C01", "C02")
    merged(bank, "C02", "C03")
    assert bank.decide("C01", direction="inbound").json()["customer_id"] == "C03"
    unmerged(bank, "C01")
    assert bank.decide("C02", direction="inbound").json()["customer_id"] == "C03"
    assert len(live(bank, "C03").contacts) == len(
        bank.rows("offers", {"customer_id": ["C02", "C03"], "outbound": True})
    )
    unmerged(bank, "C02")
    assert rows_of(bank, "C01", "C02", "C03")["customers"] == before["customers"]


@pytest.mark.parametrize(
    ("customer", "into", "error"),
    [("C01", "C01", StateConflictError), ("C99", "C01", RecordNotFoundError), ("C01", "C99", RecordNotFoundError),
     ("C04", "C01", StateConflictError), ("C01", "C04", StateConflictError)],
    ids=["itself", "stranger", "into a stranger", "already merged", "into a merged one"],
)  # fmt: skip
def test_what_cannot_be_merged(bank, customer, into, error):
    merged(bank, "C04", "C05")
    with pytest.raises(error), bank.store.read() as tx:
        check_merge(tx, customer, into)


def test_a_merge_needs_two_persons_and_the_right(bank):
    wanted = wanted_merge("C02", "C03")
    proposal = approved(bank, wanted, MANAGER)
    with pytest.raises(ForbiddenError):
        merge_customers(bank.acting, proposal, permission(bank, PROTECTION, wanted.verb, "C02"))
    with pytest.raises(StateConflictError, match="one to unmerge"):
        unmerge_customers(bank.acting, proposal, permission(bank, MANAGER, wanted.verb, "C02"))
    merge_customers(bank.acting, proposal, permission(bank, MANAGER, wanted.verb, "C02"))
    undo = wanted_unmerge("C03")
    with pytest.raises(RecordNotFoundError):
        unmerge_customers(
            bank.acting, approved(bank, undo, MANAGER), permission(bank, MANAGER, undo.verb, "C03")
        )
