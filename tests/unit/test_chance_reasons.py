"""Why a chance is what it is: for every model of chances parts that add up to its score, written with the decisions and read again."""

import answered_bank
import decide_bank
import numpy as np
import pytest

from zhike.adapters.chance_evidence import read_chances, write_chances
from zhike.core.errors import InputUnreadableError
from zhike.decide.chance_reasons import COMPARED, chance_reasons
from zhike.decide.offer_chances import learn_chances
from zhike.decide.online_chances import OnlineChances
from zhike.decide.policy import ChanceWindow
from zhike.decide.sent_offers import sent_offers
from zhike.know.archive import archive_rules
from zhike.know.view import view
from zhike.learn.model_encoding import state_sha256

AT, RULES = decide_bank.AT, decide_bank.rulebook()
NAME = "everyday:P0:app"


@pytest.fixture(scope="module")
def ready():
    return decide_bank.prepared(answered_bank.rows(), rules=RULES, chances={"minimum": 100_000})


@pytest.fixture(scope="module")
def models(ready):
    """A model of each kind, learnt from the same offers."""
    tables, rules = (
        decide_bank.tables(answered_bank.rows()),
        archive_rules(RULES, AT, ready.policy.risk_validity),
    )
    seen, given = (
        view(tables, AT, decide_bank.TIMEZONE),
        {"minimum": 100, "horizon_days": answered_bank.FOLLOWED},
    )

    def learnt(**changes):
        return learn_chances(
            seen, decide_bank.TIMEZONE, rules, ready.actions, ChanceWindow(**{**given, **changes})
        )

    sent = sent_offers(seen, decide_bank.TIMEZONE, rules, ChanceWindow(**given)).filter("delivered")
    yes = sent.with_columns(yes=sent["waited"].is_not_null())
    online = OnlineChances.begun(learnt().edges, ChanceWindow(model="online", **given), AT)
    products = ready.actions.products
    return {
        "trees": learnt(),
        "segments": learnt(by="age"),
        "counted": learnt(model="adaptive_bayes"),
        "online": online.folded(yes, products, AT),
    }


def told(models, kind, ready, customer):
    column = ready.actions.table["action_id"].to_list().index(NAME)
    return chance_reasons(models[kind], ready.actions, ready.inputs, customer, column), column


@pytest.mark.parametrize("kind", ["trees", "segments", "counted", "online"])
def test_parts_add_up_and_age_comes_first(models, ready, kind):
    for customer, sign in (("A000", 1.0), ("A001", -1.0)):
        found, column = told(models, kind, ready, customer)
        assert found.base + sum(one.value for one in found.reasons) == pytest.approx(found.score, abs=1e-9)
        row = ready.inputs["customer_id"].to_list().index(customer)
        chance = models[kind].applied(ready.actions, ready.inputs)[row, column]
        if kind != "counted":  # whose chances are shares among scores alike
            assert 1.0 / (1.0 + np.exp(-found.score)) == pytest.approx(chance, abs=1e-9)
        strongest = found.reasons[0]
        if kind != "segments":  # whose own model need not look at what all of its customers share
            assert (strongest.group, np.sign(strongest.value)) == ("age", sign), found
            assert strongest.text.en.endswith("more often" if sign > 0 else "less often")
        assert found.customers == answered_bank.CUSTOMERS
        assert found.compared <= COMPARED


@pytest.mark.parametrize("kind", ["trees", "segments", "counted", "online"])
def test_what_is_written_with_the_decisions_says_the_same(models, ready, kind, tmp_path):
    write_chances(tmp_path, models[kind])
    one, _ = told(models, kind, ready, "A000")
    known = state_sha256(models[kind].state())
    again, _ = told({kind: read_chances(tmp_path, known)}, kind, ready, "A000")
    assert again == one
    written = (tmp_path / "chances.json").read_text("utf-8")
    assert not any(name in written for name in ready.inputs["customer_id"])
    # Neither half a file nor another model is handed on: what reads trees may not be given just anything.
    for odd, wanted in ((written[:-9], known), (written, "0" * 64), (written, None)):
        (tmp_path / "chances.json").write_text(odd, "utf-8")
        with pytest.raises(InputUnreadableError, match="zhike decide"):
            read_chances(tmp_path, wanted)


def test_of_what_was_not_learnt_there_is_no_reason(models, ready, tmp_path):
    column = ready.actions.table["action_id"].to_list().index("review:phone")
    assert chance_reasons(models["trees"], ready.actions, ready.inputs, "A000", column) is None
    assert read_chances(tmp_path, None) is None
