"""A decision that rests on the learned ranking: masks inside it, probabilities over what is open, the same bits again."""

import datetime as dt

import decide_bank
import numpy as np
import polars as pl
import pytest
import ranked_bank

from zhike.adapters.model_evidence import model_told, ranking_record
from zhike.core.errors import PolicyError
from zhike.decide.dossier import dossiers
from zhike.decide.judging import judged_slices
from zhike.decide.ranked_scoring import BEFORE_RANKING, open_products
from zhike.decide.ranking.bank_ranking import BankRanking
from zhike.decide.ranking.purchase_book import PurchaseBook, first_purchases, regular_calendar
from zhike.decide.scoring import product_columns
from zhike.decide.serving_setting import ServingSetting
from zhike.decide.stored_base import check_tried, conditions_under
from zhike.decide.strategy import decide_blocks
from zhike.know.view import view
from zhike.learn.stored_model import KINDS
from zhike.learn.training import Provenance
from zhike.measure.replay import METHODS, Window, replay_window

RULES = decide_bank.rulebook()


def prepared(content=None, at=decide_bank.AT, **changes):
    rows = ranked_bank.rows() if content is None else content
    return decide_bank.prepared(
        rows, rules=RULES, at=at, **{"recommender": ranked_bank.RECOMMENDER, **changes}
    )


@pytest.fixture(scope="module")
def ready():
    return prepared()


@pytest.fixture(scope="module")
def block(ready):
    return next(iter(decide_blocks(ready)))


def passed(ready):
    return ready.judge.passed(ready.judge.words(ready.inputs)[0], BEFORE_RANKING)


def open_of(ready):
    """Return what is open to each customer, by product of the scoring."""
    columns = product_columns(ready.actions, ready.scoring.products)
    return open_products(passed(ready), columns, len(ready.scoring.products))


def test_only_what_rules_leave_and_the_customer_lacks_has_a_score(ready, block):
    table, score = ready.actions.table, block.judged.score
    held = [set(names) for names in ready.inputs["products_held"].to_list()]
    open_ = open_of(ready)
    for action, product in enumerate(table["product_id"].to_list()):
        if product is None:
            assert np.isnan(score[:, action]).all()
            continue
        lacks = np.array([product not in names for names in held])
        ranked = open_[:, ready.scoring.products.index(product)] & lacks
        assert (np.isfinite(score[:, action]) == ranked).all()
    assert not open_.all()
    assert open_.any()


def test_what_is_not_open_has_no_chance_and_what_is_held_keeps_the_assumption(ready, block):
    judged, open_ = block.judged, open_of(ready)
    assumed = ready.actions.column("effect_when_unscored")
    for action, inside in enumerate(product_columns(ready.actions, ready.scoring.products)):
        if not inside:
            continue
        reached = open_[:, inside[0]]
        bare = np.isnan(judged.score[:, action])
        assert (judged.propensity[~reached, action] == 0.0).all()
        assert (judged.propensity[reached & bare, action] == assumed[action]).all()
        cost = -int(ready.actions.column("cost")[action])
        assert (judged.expected_value[~reached, action] == cost).all()


def test_a_product_that_was_given_back_can_be_proposed_again(ready, block):
    back = ranked_bank.given_back(ranked_bank.rows())
    assert back
    table, names = ready.actions.table, block.judged.customers
    scored = [
        np.isfinite(block.judged.score[names.index(customer), action])
        for customer, product in back
        for action in np.flatnonzero((table["product_id"] == product).fill_null(value=False).to_numpy())
        if passed(ready)[names.index(customer), action]
    ]
    assert scored
    assert all(scored)


def test_places_count_among_what_is_open(ready):
    scoring, names = ready.scoring, ready.inputs["customer_id"].to_list()
    held = scoring.book.steps(names, running=True) < np.iinfo(np.int16).max
    for column in range(len(scoring.products)):
        alone = np.zeros(held.shape, dtype=bool)
        alone[:, column] = True
        score = scoring.scores(names, alone)[~held[:, column], column]
        assert (score == 0.0).all() if scoring.ranking.known_[column] else np.isnan(score).all()


def test_neither_order_of_rows_nor_size_of_blocks_changes_a_bit(ready, block):
    content = ranked_bank.rows()
    turned = prepared({name: rows[::-1] for name, rows in content.items()})
    again = next(iter(decide_blocks(turned)))
    assert again.decisions.equals(block.decisions)
    parts = [judged.score for judged, _ in judged_slices(ready, 7 * len(ready.actions))]
    assert len(parts) > 5
    assert np.array_equal(np.concatenate(parts), block.judged.score, equal_nan=True)
    kept = np.concatenate([one.propensity for one in dossiers(ready)])
    assert np.array_equal(kept, block.judged.propensity)


def test_what_became_known_later_changes_nothing(block):
    content = ranked_bank.rows()
    late = {"valid_from": "2026-01-15", "known_at": "2026-07-02"}
    content["holdings"] += [
        {**decide_bank.holding(f"R{place:02}", "S5"), "holding_id": f"late{place}", **late}
        for place in range(40)
    ]
    content["holdings"] += [
        {**decide_bank.holding("R00", "F4"), "holding_id": "after", "valid_from": "2026-07-01"}
    ]
    assert next(iter(decide_blocks(prepared(content)))).decisions.equals(block.decisions)


def test_probabilities_grow_with_the_score_and_are_told_as_calibrated(ready, block):
    assert ready.scoring.calibration is not None
    score, chance = block.judged.score, block.judged.propensity
    ranked = np.isfinite(score)
    order = np.argsort(score[ranked], kind="stable")
    assert (np.diff(chance[ranked][order]) >= 0).all()
    assert 0 < chance[ranked].max() < 1
    rows = block.decisions.filter(pl.col("product_id").is_not_null())
    assert rows.height
    assert (rows["propensity_source"] == "calibrated").to_list() == rows["score"].is_not_null().to_list()


def test_the_calibration_counts_what_was_open_only(ready):
    without = prepared(packs=[one for one in decide_bank.PACKS if one != "eu.mifid.suitability"])
    pair = [one.scoring.calibration.state() for one in (ready, without)]
    assert not np.array_equal(pair[0]["rates"], pair[1]["rates"])


def test_a_bank_without_a_past_rests_on_assumptions():
    young = prepared(at=dt.date(2025, 1, 20))
    assert young.scoring.calibration is None
    assert young.scoring.ranking.weight_ == 0.0
    told = next(iter(decide_blocks(young))).decisions
    assert set(told["propensity_source"]) == {"assumed"}


def test_a_product_that_nobody_took_keeps_the_assumption():
    content = ranked_bank.rows()
    content["products"] = [*content["products"], {"product_id": "P9", "family": "payment", "regime": "none"}]
    fresh = prepared(content)
    judged = next(iter(decide_blocks(fresh))).judged
    sources = next(iter(decide_blocks(fresh))).decisions.filter(pl.col("product_id") == "P9")
    column = fresh.actions.table["product_id"].to_list().index("P9")
    assert np.isnan(judged.score[:, column]).all()
    assert set(judged.propensity[:, column]) == {0.5}
    assert set(sources["propensity_source"]) == {"assumed"}
    assert set(sources["effect_source"]) == {"assumed"}


def test_the_evidence_names_the_model(ready):
    told = model_told(ready)
    assert told["kind"] == BankRanking.kind
    origin = Provenance.of(told["provenance"])
    assert (origin.setting.seed, origin.setting.at) == (3, decide_bank.AT)
    assert origin.tables["purchases"].rows == len(
        {(one["customer_id"], one["product_id"]) for one in ranked_bank.rows()["holdings"]}
    )
    assert model_told(prepared()) == told
    assert model_told(decide_bank.prepared(rules=RULES)) is None


@pytest.mark.parametrize("change", ["seed", "purchase"])
def test_another_seed_or_another_purchase_is_another_model(ready, change):
    content, seed = ranked_bank.rows(), 3
    if change == "seed":
        seed = 4
    else:
        content["holdings"][0]["valid_from"] = "2025-01-07"
    other = model_told(prepared(content, recommender={"kind": "window_blend", "seed": seed}))
    told = model_told(ready)
    assert other["version"] != told["version"]
    same = other["provenance"]["tables"] == told["provenance"]["tables"]
    assert same == (change == "seed")


def test_a_ranking_comes_back_from_its_state_and_holds_no_customer(ready):
    record = ranking_record(ready)
    again = record.model(KINDS)
    names = ready.inputs["customer_id"].to_list()
    step, open_ = ready.scoring.book.steps(names, running=True), open_of(ready)
    assert np.array_equal(again.scores(step, open_), ready.scoring.ranking.scores(step, open_))
    assert not any(name in str(record.state) for name in names)
    assert (again.horizon_days, again.seed, again.weight_) == (90, 3, ready.scoring.ranking.weight_)


def test_other_rules_need_the_banks_folder(ready):
    setting = ServingSetting.of(ready, None, RULES, {})
    other = decide_bank.policy(recommender=ranked_bank.RECOMMENDER, packs=list(decide_bank.PACKS[:-1]))
    with pytest.raises(PolicyError, match="packs"):
        check_tried(setting, other, conditions_under(setting, RULES, other))
    same = decide_bank.policy(recommender=ranked_bank.RECOMMENDER, minimum_value="5.00")
    check_tried(setting, same, conditions_under(setting, RULES, same))


def test_replay_measures_it_beside_the_others_within_the_rules():
    tables = decide_bank.tables(ranked_bank.rows())
    window = Window("w", dt.date(2025, 12, 31), decide_bank.AT)
    used = decide_bank.policy()
    found = replay_window(tables, window, decide_bank.TIMEZONE, RULES, used, METHODS)
    assert {"window_blend", "window_blend+suitability", "conditional_knn"} <= set(found.methods)
    assert 0 < found.methods["window_blend"]["ndcg"] <= 1
    assert found.breaches == 0
    later = ranked_bank.rows()
    later["holdings"] = [
        {**one, "product_id": "S5"} if one["valid_from"] > "2025-12-31" and one["product_id"] != "F4" else one
        for one in later["holdings"]
    ]
    other = replay_window(
        decide_bank.tables(later), window, decide_bank.TIMEZONE, RULES, used, ("window_blend",)
    )
    assert other.train_pairs == found.train_pairs


def test_a_book_tells_who_took_what_when():
    content = {
        "customers": [decide_bank.customer(name) for name in "AB"], "products": list(decide_bank.PRODUCTS),
        "holdings": [
            decide_bank.holding("A", "B1", "2026-01-15"), {**decide_bank.holding("A", "B1", "2026-06-01"), "amount": 5},
            {**decide_bank.holding("A", "F2", "2026-01-15"), "known_at": "2026-02-20"},
            decide_bank.holding("B", "C0", "2026-03-01"), {**decide_bank.holding("B", "C0", "2026-05-01"), "status": "closed"},
        ],
    }  # fmt: skip
    seen = view(decide_bank.tables(content), decide_bank.AT, decide_bank.TIMEZONE)
    rows = first_purchases(seen, decide_bank.TIMEZONE)
    assert [tuple(map(str, row)) for row in rows.iter_rows()] == [
        ("A", "B1", "2026-01-15", "True"), ("A", "F2", "2026-02-20", "True"), ("B", "C0", "2026-03-01", "False"),
    ]  # fmt: skip
    calendar = regular_calendar(dt.date(2026, 2, 1), dt.date(2026, 3, 1), 14)
    book = PurchaseBook.of(rows, ("B1", "C0", "F2"), calendar)
    never = np.iinfo(np.int16).max
    assert book.steps(["B", "nobody", "A"], running=False).tolist() == [
        [never, 2, never], [never] * 3, [0, never, 2],
    ]  # fmt: skip
    assert book.steps(["B"], running=True).tolist() == [[never] * 3]
