"""Merging two records and undoing it is nothing at all, whatever is in the ledger."""

from examples import examples
from hypothesis import HealthCheck, given, settings
from ledger_steps import ONE, OTHER, done, steps
from served_bank import Served
from two_persons import full_life, merged, unmerged

from zhike.core.ledger import LEDGER

TABLES = [
    table.name
    for table in LEDGER.values()
    if table.personal and table.name not in ("merges", "audit_openings")
]


def everything(bank):
    """Return every row of every record, versions aside."""
    found = {name: bank.rows(name) for name in TABLES}
    found["customers"] = [{**row, "version": 0} for row in found["customers"]]
    return found


@given(before=steps, between=steps)
@settings(
    max_examples=examples(7),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_merge_that_is_undone_is_nothing(tmp_path_factory, before, between):
    with Served(tmp_path_factory.mktemp("merge") / "store") as bank:
        full_life(bank, ONE, "of one")
        for customer, step in before:
            done(bank, customer, step)
        whole = everything(bank)
        merged(bank, ONE, OTHER)
        bank.clock.later(days=1)
        unmerged(bank, ONE)
        assert everything(bank) == whole
        # The same with a life in between: nothing of what was is lost or moved, and what is live follows from the rows of each.
        merged(bank, ONE, OTHER)
        for customer, step in between:
            done(bank, customer, step)
        unmerged(bank, ONE)
        after = everything(bank)
        for name in TABLES:
            if name not in ("customers", "offers"):
                assert all(row in after[name] for row in whole[name]), name
        owners = {row["offer_id"]: row["customer_id"] for row in whole["offers"]}
        assert owners.items() <= {row["offer_id"]: row["customer_id"] for row in after["offers"]}.items()
        states = {row["customer_id"]: (row["state"], row["merged_into"]) for row in after["customers"]}
        assert states[ONE] == states[OTHER] == ("active", None)
