"""Merging two records and undoing it is nothing at all, whatever is in the ledger."""

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from served_bank import Served
from two_persons import full_life, merged, unmerged

from zhike.act.consents import ConsentAnswer, answer_consent, set_preference
from zhike.act.corrections import Correcting, correct
from zhike.act.responses import OUTCOMES, Response, respond
from zhike.core.errors import ZhikeError
from zhike.core.ledger import LEDGER

ONE, OTHER = "C02", "C03"
TABLES = [
    table.name
    for table in LEDGER.values()
    if table.personal and table.name not in ("merges", "audit_openings")
]
CHANNELS = ("app", "phone", "all")

steps = st.lists(
    st.tuples(
        st.sampled_from([ONE, OTHER]),
        st.one_of(
            st.tuples(st.just("decide"), st.booleans()),
            st.tuples(st.just("respond"), st.sampled_from(OUTCOMES)),
            st.tuples(st.just("consent"), st.sampled_from(["given", "withdrawn"]), st.sampled_from(CHANNELS)),
            st.tuples(st.just("prefer"), st.integers(0, 3)),
            st.tuples(st.just("correct"), st.integers(18, 80)),
            st.tuples(st.just("wait"), st.integers(1, 40)),
        ),
    ),
    max_size=12,
)


def done(bank, customer, step):
    what, *how = step
    if what == "decide":
        bank.decide(customer, direction="outbound" if how[0] else "inbound")
    elif what == "respond":
        offers = bank.rows("offers", {"customer_id": customer}, order=["made_at"])
        for offer in offers[:1]:
            try:
                respond(bank.acting, Response(offer["offer_id"], how[0], "app"))
            except ZhikeError:
                return  # it does not follow what is recorded of the offer
    elif what == "consent":
        answer_consent(
            bank.acting, ConsentAnswer(customer, "app", "marketing", how[1], how[0], {"form": "app"})
        )
    elif what == "prefer":
        set_preference(bank.acting, customer, "frequency", {"most_in_30_days": how[0]}, "app")
    elif what == "correct":
        correct(bank.acting, Correcting(customer, "age", how[0], dt.date(2026, 6, 1), "rm"), ["age"])
    else:
        bank.clock.later(days=how[0])


def everything(bank):
    """Return every row of every record, versions aside."""
    found = {name: bank.rows(name) for name in TABLES}
    found["customers"] = [{**row, "version": 0} for row in found["customers"]]
    return found


@given(before=steps, between=steps)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
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
