"""Laws of deciding on generated banks: less consent, lower levels, more caps and less knowledge never permit more."""

import copy
import datetime as dt

import decide_bank
import numpy as np
import polars as pl
import pytest
from decide_bank import AT, allowed, chosen, customer, holding, level
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.decide import strategy
from zhike.decide.strategy import decide_blocks

QUICK = settings(max_examples=examples(2))

AT_NOON = dt.datetime(2026, 6, 30, 4, tzinfo=dt.UTC)
CHANNELS = st.sampled_from(["all", "app", "adviser", "phone", "sms"])
DAYS = st.sampled_from(["2026-01-10", "2026-03-31", "2026-05-20", "2026-06-25", "2026-06-30"])
REGIMES = {
    "eu": {"packs": list(decide_bank.PACKS), "risk_validity": "eu.mifid.suitability.max_assessment_age"},
    "cn": {
        "packs": ["eligibility.general", "eligibility.regime.cn", "cn.nfra", "cn.csrc", "applicability", "consent.withdrawn", "contact"],
        "risk_validity": "cn.nfra.suitability.assessment_validity",
    },
}  # fmt: skip
ACTIONS = tuple(
    {**one, "products": {"family": ["bond", "fund", "stock", "wealth"]}} if one["id"] == "invest" else one
    for one in decide_bank.ACTIONS
)
PACKAGE = decide_bank.template(
    "package", products=None, members=[{"family": ["card"]}, {"family": ["fund"]}], purpose="marketing",
    channels=["adviser", "app"], worth="150.00",
)  # fmt: skip


@st.composite
def products(draw, regime):
    found = copy.deepcopy(list(decide_bank.PRODUCTS))
    for place, product in enumerate(found[:4]):
        product["seller_risk_level"] = draw(st.one_of(st.none(), st.integers(1, 5)))
        product["complex"] = draw(st.sampled_from([False, False, True, None]))
        if regime == "cn":
            product["family"] = "fund" if place % 2 else "wealth"
            product["regime"] = "cn-csrc" if place % 2 else "cn-nfra"
    return found


@st.composite
def banks(draw, regime="eu"):
    """Draw the rows of a bank of up to four customers in all sorts of states."""
    names = [f"C{place}" for place in range(draw(st.integers(1, 4)))]
    rows = {
        name: []
        for name in (
            "customers",
            "assessments",
            "holdings",
            "consents",
            "interactions",
            "complaints",
            "responses",
        )
    }
    for name in names:
        kind = draw(st.sampled_from(["person", "person", "professional", "firm", "inactive", None]))
        born = draw(st.sampled_from(["1950-05-05", "1980-01-01", "2012-01-01", None]))
        rows["customers"].append(
            customer(
                name,
                customer_type=kind,
                birth_date=born,
                full_capacity=draw(st.sampled_from([True, None, False])),
            )
        )
        for sort in draw(st.sets(st.sampled_from(["risk_tolerance", "capacity_for_loss", "knowledge"]))):
            method = draw(st.sampled_from(["questionnaire", "questionnaire", "imputed"]))
            asked = draw(st.sampled_from(["2026-03-01", "2026-03-01", "2020-03-01", None]))
            rows["assessments"].append(
                level(
                    name,
                    draw(st.one_of(st.none(), st.integers(1, 5))),
                    sort,
                    method=method,
                    assessed_on=asked,
                )
            )
        held = draw(st.sets(st.sampled_from([row["product_id"] for row in decide_bank.PRODUCTS]), max_size=3))
        rows["holdings"] += [holding(name, product, draw(DAYS)) for product in sorted(held)]
        rows["consents"] += [
            decide_bank.consent(name, draw(st.sampled_from(["given", "withdrawn"])), channel, draw(DAYS))
            for channel in sorted(draw(st.sets(CHANNELS, max_size=2)))
        ]
        rows["interactions"] += [
            decide_bank.contact(
                name, draw(DAYS), draw(st.sampled_from(["phone", "app", "sms"])), number=number
            )
            for number in range(draw(st.integers(0, 3)))
        ]
        rows["complaints"] += [decide_bank.complaint(name)] if draw(st.integers(0, 4)) == 0 else []
    return {**rows, "products": draw(products(regime))}


def decided(content, regime="eu", bundles=(), rules=None, **changes):
    rules = rules or decide_bank.rulebook(ACTIONS, bundles)
    return decide_bank.decided(content, rules=rules, **REGIMES[regime] | changes)


def sales(pairs, ready):
    kinds = dict(ready.actions.table.select("action_id", "kind").iter_rows())
    return {(name, action) for name, action in pairs if kinds[action] == "sale"}


@QUICK
@given(banks(), st.data())
def test_withdrawing_a_consent_never_adds_an_action(content, data):
    name = data.draw(st.sampled_from([row["customer_id"] for row in content["customers"]]))
    channel = data.draw(CHANNELS)
    withdrawn = decide_bank.consent(name, "withdrawn", channel, "2026-06-30")
    other = {**content, "consents": [*content["consents"], {**withdrawn, "known_at": AT_NOON}]}
    (ready, before), (_, after) = decided(content, bundles=[PACKAGE]), decided(other, bundles=[PACKAGE])
    permitted = allowed(ready, after)
    assert permitted <= allowed(ready, before)
    offers = sales(chosen(after), ready)
    assert offers <= permitted
    mine = {action for who, action in offers if who == name}
    assert not mine if channel == "all" else not any(action.endswith(f":{channel}") for action in mine)
    assert {pair for pair in chosen(after) if pair[0] != name} == {
        pair for pair in chosen(before) if pair[0] != name
    }


@QUICK
@given(banks(), st.data())
def test_withdrawing_a_consent_never_adds_a_sale_to_a_list(content, data):
    name = data.draw(st.sampled_from([row["customer_id"] for row in content["customers"]]))
    withdrawn = decide_bank.consent(name, "withdrawn", data.draw(CHANNELS), "2026-06-30")
    other = {**content, "consents": [*content["consents"], {**withdrawn, "known_at": AT_NOON}]}
    (ready, before), (_, after) = decided(content), decided(other)
    assert len(sales(chosen(after), ready)) <= len(sales(chosen(before), ready))


@pytest.mark.parametrize("regime", REGIMES)
@QUICK
@given(data=st.data())
def test_lowering_a_customers_level_never_adds_a_product(regime, data):
    content = data.draw(banks(regime))
    lower = copy.deepcopy(content)
    for row in lower["assessments"]:
        if row["level"] is not None:
            row["level"] = data.draw(st.integers(1, row["level"]))
    (ready, before), (_, after) = (decided(one, regime, [PACKAGE]) for one in (content, lower))
    assert sales(allowed(ready, after), ready) <= sales(allowed(ready, before), ready)


@pytest.mark.parametrize("regime", REGIMES)
@QUICK
@given(data=st.data())
def test_raising_a_products_level_never_adds_a_customer(regime, data):
    content = data.draw(banks(regime))
    higher = copy.deepcopy(content)
    for row in higher["products"]:
        for column in ("seller_risk_level", "issuer_risk_level"):
            if row.get(column) is not None:
                row[column] = data.draw(st.integers(row[column], 5))
    (ready, before), (_, after) = (decided(one, regime) for one in (content, higher))
    assert allowed(ready, after) <= allowed(ready, before)


@QUICK
@given(banks(), st.randoms(use_true_random=False), st.integers(1, 60))
def test_row_order_and_block_size_change_nothing(content, random, cells):
    turned = {name: random.sample(rows, len(rows)) for name, rows in content.items()}
    explore = {"exploration": {"share": 0.4, "temperature": 9.0}}
    ready, usual = decided(content, bundles=[PACKAGE], **explore)
    other = decide_bank.prepared(
        turned, rules=decide_bank.rulebook(ACTIONS[::-1], [PACKAGE]), **REGIMES["eu"] | explore
    )
    whole = strategy.CELLS_PER_BLOCK
    try:
        strategy.CELLS_PER_BLOCK = cells
        parts = list(decide_blocks(other))
    finally:
        strategy.CELLS_PER_BLOCK = whole
    assert pl.concat([part.decisions for part in parts]).equals(usual.decisions)
    assert {pair for part in parts for pair in allowed(other, part)} == allowed(ready, usual)
    assert np.array_equal(np.concatenate([part.first_probability for part in parts]), usual.first_probability)


@QUICK
@given(banks(), st.integers(0, 10**7), st.integers(0, 10**6), st.floats(0, 1))
def test_money_adds_up_for_every_candidate(content, worth, cost, effect):
    priced = [
        {**one, "worth": {"amount": f"{worth / 100:.2f}", "currency": "EUR"}, "effect_when_unscored": effect,
         "cost": dict.fromkeys(one["channels"], f"{cost / 100:.2f}")}
        for one in ACTIONS if one["kind"] != "none"
    ]  # fmt: skip
    ready, block = decided(content, rules=decide_bank.rulebook([*priced, decide_bank.NOTHING]))
    value = np.rint(block.judged.propensity * worth).astype(int) - cost
    nothing = ready.problem.nothing
    assert np.array_equal(np.delete(block.judged.expected_value, nothing, 1), np.delete(value, nothing, 1))
    assert (block.judged.expected_value[:, nothing] == 0).all()
    stored = {
        (name, action): worth_
        for name, action, worth_ in block.decisions.select(
            "customer_id", "action_id", "expected_value"
        ).iter_rows()
    }
    names = ready.actions.table["action_id"].to_list()
    for (name, action), found in stored.items():
        assert found == block.judged.expected_value[block.judged.customers.index(name), names.index(action)]
    free = block.decisions.filter(pl.col("arm") != "mandatory", pl.col("action_id") != "no_action")
    assert (free["expected_value"] > 0).all()


@QUICK
@given(
    banks(),
    st.integers(1, 3),
    st.sampled_from(["investment", "daily", "review"]),
    st.sampled_from(["app", "phone", "adviser"]),
    st.integers(0, 1),
)
def test_a_further_limit_never_adds_a_decision(content, places, group, channel, most):
    loose, tight = (
        {"actions_per_customer": 3},
        {"actions_per_customer": places, "per_group": {group: most}, "per_channel": {channel: most}},
    )
    (ready, before), (_, after) = decided(content, limits=loose), decided(content, limits=tight)
    assert allowed(ready, after) == allowed(ready, before)
    counts = [
        dict(
            block.decisions.filter(pl.col("action_id") != "no_action")
            .group_by("customer_id")
            .len()
            .iter_rows()
        )
        for block in (before, after)
    ]
    assert all(counts[1].get(name, 0) <= count for name, count in counts[0].items())
    assert set(counts[1]) <= set(counts[0])
    free = after.decisions.filter(pl.col("arm") != "mandatory", pl.col("action_id") != "no_action")
    grouped = free.join(ready.actions.table.select("action_id", "group"), on="action_id")
    for column, limit in (("group", group), ("channel", channel)):
        used = grouped.filter(pl.col(column) == limit).group_by("customer_id").len()["len"]
        assert (used <= most).all()
    assert (free.group_by("customer_id").len()["len"] <= places).all()


@QUICK
@given(banks(), st.sampled_from(["all", "app", "phone", "adviser"]), st.integers(1, 60), st.integers(0, 3))
def test_a_further_contact_cap_never_adds_an_action(content, channel, window, most):
    caps = decide_bank.SHIPPED.at("contact.caps", AT).value
    more = [*caps, {"channel": channel, "window_days": window, "maximum": most}]
    rules = decide_bank.rulebook(
        ACTIONS, contact__caps=decide_bank.document("parameter", more, unit="contacts")
    )
    (ready, before), (_, after) = decided(content), decided(content, rules=rules)
    assert allowed(ready, after) <= allowed(ready, before)


LENIENT = {
    "customer_type": "only an inactive customer is excluded from care and sales, and only where the type is known",
    "currency": "amounts are compared only where both currencies are known",
    "capacity_upper": "an open band of capacity has no upper amount",
    "do_not_contact": "nobody has asked for it",
    "days_since_contact": "nobody has ever been contacted",
    "consent_marketing_app": "the policy presumes consent where there is no record",
    "consent_marketing_adviser": "the policy presumes consent where there is no record",
}
"""Inputs whose absence is an answer of its own, with what it means. All others deny where they are unknown."""

WORST = {
    "customer_type": "inactive", "currency": "USD", "capacity_upper": 0, "do_not_contact": True,
    "days_since_contact": 0, "consent_marketing_app": False, "consent_marketing_adviser": False,
}  # fmt: skip


def plain_columns(ready):
    dtypes = ready.inputs.schema
    return [
        name for name, dtype in dtypes.items() if not isinstance(dtype, pl.List) and name != "customer_id"
    ]


@pytest.mark.parametrize("regime", REGIMES)
@QUICK
@given(data=st.data())
def test_what_is_unknown_never_turns_a_refusal_into_a_pass(regime, data):
    ready, block = decided(data.draw(banks(regime)), regime, [PACKAGE])
    for column in plain_columns(ready):
        hidden = ready.inputs.with_columns(pl.lit(None, dtype=ready.inputs.schema[column]).alias(column))
        gained = ready.judge.judge(hidden).allowed & ~block.judged.verdicts.allowed
        assert column in LENIENT or not gained.any(), column


@pytest.mark.parametrize("column", sorted(LENIENT))
def test_each_exception_is_needed(column):
    """An exception that no rule makes use of any more must leave the list."""
    content = decide_bank.rows()
    content["products"] = [{**row, "currency": "EUR", "minimum_amount": 100} for row in content["products"]]
    ready, _ = decided(content)
    dtype = ready.inputs.schema[column]
    worst = ready.inputs.with_columns(pl.lit(WORST[column]).cast(dtype).alias(column))
    unknown = ready.inputs.with_columns(pl.lit(None, dtype=dtype).alias(column))
    gained = ready.judge.judge(unknown).allowed & ~ready.judge.judge(worst).allowed
    assert gained.any(), LENIENT[column]
