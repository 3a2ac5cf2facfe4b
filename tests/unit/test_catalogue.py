"""The catalogue: templates and packages become the actions of a day, whatever the order of rows."""

import decide_bank
import polars as pl
import pytest
from decide_bank import ACTIONS, NOTHING, PRODUCTS, document, template

from zhike.core.contracts import contract
from zhike.core.errors import PolicyError, UsageError
from zhike.core.rulebook import parse_entry
from zhike.decide.catalogue import Catalogue, actions_on_sale

UNITS = {"JPY": 0}


def catalogue(actions=ACTIONS, bundles=()):
    raw = document("catalogue", {"actions": list(actions), "bundles": list(bundles)})
    return Catalogue.of(parse_entry("tests.catalogue", raw).at(decide_bank.AT))


def products(rows=PRODUCTS):
    schema = contract("products").schema()
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def actions(templates=ACTIONS, bundles=(), rows=PRODUCTS):
    return actions_on_sale(catalogue(templates, bundles), products(rows), UNITS)


def package(*members, **given):
    return template("package", members=[{"family": [family]} for family in members], products=None, **given)


def test_an_action_is_a_template_a_product_and_a_channel():
    names = actions().table["action_id"].to_list()
    assert names == sorted(names)
    assert {"invest:F2:adviser", "invest:F2:app", "review:phone", "no_action"} <= set(names)
    assert len(names) == 4 * 2 + 2 + 1 + 1 + 2 + 1


def test_the_order_of_products_and_templates_changes_nothing():
    usual, turned = actions(), actions(tuple(reversed(ACTIONS)), rows=tuple(reversed(PRODUCTS)))
    assert turned.table.equals(usual.table)
    assert turned.products.equals(usual.products)
    assert turned.product_index.tolist() == usual.product_index.tolist()


def test_every_action_points_at_its_product():
    found = actions()
    named = [found.products["product_id"][int(row)] if row >= 0 else None for row in found.product_index]
    assert named == found.table["product_id"].to_list()


def test_the_higher_of_two_ratings_counts_and_none_stays_unknown():
    levels = dict(actions().products.select("product_id", "risk_level").iter_rows())
    assert levels == {"B1": 1, "F2": 2, "F4": 4, "S5": 5, "C0": None, "P0": None}


def test_only_products_that_all_columns_of_a_selector_name_are_offered():
    only = template("only", products={"family": ["fund"], "seller_risk_level": [2], "issuer_risk_level": [4]})
    assert set(actions((only, NOTHING)).table["action_id"]) == {"no_action", "only:F4:app"}


def test_a_package_has_the_safest_product_of_each_selector():
    (members,) = actions((NOTHING,), (package("fund", "card"),)).table.filter(
        pl.col("template") == "package"
    )["members"]
    assert members.to_list() == ["F2", "C0"]


def test_a_package_with_a_member_that_is_not_on_sale_is_not_on_sale():
    assert actions((NOTHING,), (package("card", "loan"),)).table["action_id"].to_list() == ["no_action"]


def test_worth_and_cost_are_minor_units_of_the_currency():
    yen = template("yen", channels=["app", "sms"], worth="1000", cost={"app": "3"})
    yen["worth"]["currency"] = "JPY"
    nothing = template("no_action", "none", channels=[], worth="0")
    nothing["worth"]["currency"] = "JPY"
    table = actions((yen, nothing)).table.filter(pl.col("template") == "yen")
    assert table["worth"].to_list() == [1000, 1000]
    assert dict(table.select("channel", "cost").iter_rows()) == {"app": 3, "sms": 0}


def test_an_amount_finer_than_the_currency_is_refused_not_rounded():
    with pytest.raises(UsageError, match="at most 2 decimals"):
        actions((template("fine", worth="1.005"), NOTHING))


def test_doing_nothing_must_be_among_the_actions():
    with pytest.raises(PolicyError, match="no_action"):
        catalogue((template("invest"),))


def test_values_in_two_currencies_do_not_compare():
    foreign = template("foreign")
    foreign["worth"]["currency"] = "USD"
    with pytest.raises(PolicyError, match="one currency"):
        catalogue((foreign, NOTHING))


def test_an_action_of_an_unknown_kind_is_refused():
    with pytest.raises(PolicyError, match="kind"):
        catalogue((template("odd", "gift"), NOTHING))


def test_titles_name_templates_and_packages():
    titles = catalogue(ACTIONS, (package("card", "payment"),)).titles()
    assert set(titles) == {"invest", "everyday", "review", "invite", "notice", "no_action", "package"}
    assert titles["invest"].in_language("zh-Hant") == "invest（繁）"
