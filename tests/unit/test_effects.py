"""Effects against a known truth: unbiased where the naive difference is not, intervals that cover, and nothing learnt from nothing."""

import datetime as dt

import decide_bank
import logged_bank
import numpy as np
import polars as pl
import pytest
from logged_bank import AT, LIFT, WINDOW, Log

from zhike.adapters.bank import Bank
from zhike.adapters.bank_load import Load, write_bank
from zhike.adapters.decision_files import decide_bank as decide_and_write
from zhike.adapters.decision_files import differences, read_evidence, read_plan
from zhike.decide.effects import EFFECT_SCHEMA, WORTH_SCHEMA, Effects, learn_effects
from zhike.decide.policy import EffectWindow
from zhike.decide.preparation import prepare
from zhike.decide.profiles import CELL_COLUMNS
from zhike.decide.strategy import decide_blocks
from zhike.know.archive import archive_rules

RULES = archive_rules(decide_bank.SHIPPED, AT, None)


def learn(tables, at=AT, window=WINDOW, actions=None):
    return learn_effects(tables, at, decide_bank.TIMEZONE, RULES, actions or logged_bank.actions(), window)


@pytest.fixture(scope="module")
def log():
    return Log(2)


@pytest.fixture(scope="module")
def tables(log):
    return {name: frame.collect().lazy() for name, frame in log.tables().items()}


@pytest.fixture(scope="module")
def effects(tables):
    return learn(tables)


def row(effects, template, channel, cell=None):
    here = pl.col("cell").is_null() if cell is None else pl.col("cell") == cell
    return effects.table.filter(here, template=template, channel=channel).row(0, named=True)


def with_rows(tables, name, change):
    """Return the tables with one of them changed."""
    return tables | {name: change(tables[name].collect()).lazy()}


# --- against the truth ---


@pytest.fixture(scope="module")
def replications():
    """Rows of many logs of one cell, in which an interval is that of a plain difference."""
    found = [learn(Log(seed, 2500, alike=True).tables()).table.with_columns(seed=seed) for seed in range(30)]
    return pl.concat(found).filter(pl.col("cell").is_not_null())


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("template", "channel"), [("offer_card", "app"), ("offer_card", "phone"), ("call", "phone")]
)
def test_the_mean_over_replications_is_the_truth(replications, template, channel):
    truth = logged_bank.RESPONSE if template == "call" else LIFT[channel] / 2
    mine = replications.filter(template=template, channel=channel)["effect"]
    # The two channels are drawn towards each other by a few thousandths.
    assert abs(mine.mean() - truth) < 0.01


@pytest.mark.campaign
def test_intervals_cover_the_truth_as_often_as_they_say(replications):
    sale = pl.when(channel="app").then(LIFT["app"] / 2).otherwise(LIFT["phone"] / 2)
    truth = pl.when(template="call").then(logged_bank.RESPONSE).otherwise(sale)
    covered = replications.select(truth.is_between("low", "high")).to_series()
    assert len(covered) == 90
    assert 0.88 <= covered.mean() <= 1.0


def naive_difference(log):
    """The rate of those whom the app reached with an offer less the rate of those who were offered nothing."""
    offered, idle = [], []
    for month in log.rows:
        for place, bought in enumerate(month["bought"]):
            offered.append(bought[(month["kind"] == 1 + place) & month["reached"]])
            idle.append(bought[month["kind"] == 0])
    return np.concatenate(offered).mean() - np.concatenate(idle).mean()


def test_the_naive_difference_is_wrong_where_the_probabilities_differ():
    truth = LIFT["app"] * 0.75
    logs = [Log(seed) for seed in range(6)]
    naive = np.mean([naive_difference(log) for log in logs])
    learnt = np.mean([row(learn(log.tables()), "offer_card", "app")["effect"] for log in logs])
    assert naive > truth + 0.015
    assert abs(learnt - truth) < 0.015


def test_cells_differ_where_the_truth_does(effects):
    old, young = (
        row(effects, "offer_card", "phone", cell) for cell in ("retired|top|digital", "building|core|digital")
    )
    assert old["effect"] > young["effect"] > 0
    assert abs(old["effect"] - LIFT["phone"]) < 0.05
    assert abs(young["effect"] - LIFT["phone"] / 2) < 0.05


def test_the_share_delivered_is_learnt_by_cell_and_blocked_sends_dilute_nothing(effects):
    there, away = (
        row(effects, "offer_card", "app", f"retired|top|{name}") for name in ("digital", "personal")
    )
    assert there["reach"] > 0.9
    assert away["reach"] < 0.1
    assert abs(there["effect"] - LIFT["app"]) < 0.04
    assert abs(row(effects, "offer_card", "phone")["reach"] - 0.68) < 0.05


def test_no_effect_is_found_where_there_is_none():
    found = pl.concat([learn(Log(seed, 2500, lift={}).tables()).table for seed in range(4)])
    sales = found.filter(template="offer_card")
    assert sales.select(pl.lit(0.0).is_between("low", "high").mean()).item() > 0.85


def test_a_purchase_is_worth_more_where_amounts_are_larger(effects):
    worth = {band: factor for family, band, factor, _ in effects.worth.rows() if family == "card"}
    assert worth["top"] > 1.2
    assert worth["core"] < 0.8
    assert effects.worth.schema == WORTH_SCHEMA


# --- what counts ---


def test_the_tables_have_their_columns_and_one_row_a_cell(effects):
    assert effects.table.schema == EFFECT_SCHEMA
    assert effects.table.select("template", "channel", "cell").is_unique().all()
    assert set(effects.table["source"]) == {"experiment", "responses"}
    assert (effects.table["low"] <= effects.table["effect"]).all()


def test_choices_whose_horizon_is_open_do_not_count(tables, effects):
    last = logged_bank.DAYS[-1]
    early = learn(tables, at=last + dt.timedelta(days=59))
    assert row(early, "call", "phone")["choices"] < row(effects, "call", "phone")["choices"]
    assert row(learn(tables, at=last + dt.timedelta(days=60)), "call", "phone")["choices"] == row(effects, "call", "phone")["choices"]  # fmt: skip


def test_what_became_known_later_changes_nothing(tables, effects):
    late = pl.lit(dt.datetime(2026, 7, 2, tzinfo=dt.UTC)).cast(pl.Datetime("us", "UTC")).alias("known_at")

    def doubled(name, key):
        frame = tables[name].collect()
        return pl.concat([frame, frame.with_columns(late, pl.col(key) + "x")]).lazy()

    later = {"decisions": doubled("decisions", "decision_id"), "holdings": doubled("holdings", "holding_id")}
    assert learn(tables | later).table.equals(effects.table)


def test_the_order_of_rows_changes_nothing(tables, effects):
    shuffled = {
        name: frame.collect().sample(fraction=1.0, shuffle=True, seed=5).lazy()
        for name, frame in tables.items()
    }
    again = learn(shuffled)
    assert again.table.equals(effects.table)
    assert again.worth.equals(effects.worth)


def test_learning_again_gives_the_same_bytes(tables, effects):
    for _ in range(5):
        again = learn(tables)
        assert all(
            getattr(again, name).equals(getattr(effects, name)) for name in ("table", "worth", "model")
        )


def test_one_huge_amount_does_not_make_a_band(log, effects):
    """A single card of a hundred million changes nobody's factor: it counts as the 99th percentile."""
    content = log.tables()
    some = (
        pl.col("holding_id")
        == content["holdings"].filter(pl.col("product_id") == "K1").first().collect()["holding_id"][0]
    )
    huge = pl.when(some).then(10**10).otherwise("amount").alias("amount")
    found = learn(content | {"holdings": content["holdings"].with_columns(huge)})
    np.testing.assert_allclose(found.worth["factor"], effects.worth["factor"], atol=0.02)


def test_too_few_choices_teach_nothing(tables):
    few = learn(tables, window=EffectWindow(365, 60, 3000))
    assert few.table.is_empty()


def test_an_empty_log_teaches_nothing(tables):
    assert learn(with_rows(tables, "decisions", lambda frame: frame.clear())) is None


def test_a_log_without_doing_nothing_has_no_effect_of_sales(tables):
    only = learn(
        with_rows(tables, "decisions", lambda frame: frame.filter(pl.col("action_id") != "no_action"))
    )
    assert set(only.table["template"]) == {"call"}


def test_nothing_chosen_with_certainty_was_no_choice(tables, effects):
    certain = (
        pl.when(action_id="no_action").then(1.0).otherwise("action_probability").alias("action_probability")
    )
    found = learn(with_rows(tables, "decisions", lambda frame: frame.with_columns(certain)))
    assert set(found.table["template"]) == {"call"}
    assert row(effects, "offer_card", "app")["compared"] > 0


def test_templates_that_are_gone_are_not_learnt(tables):
    found = learn(tables, actions=logged_bank.actions((logged_bank.CARE, logged_bank.NOTHING)))
    assert set(found.table["template"]) == {"call"}


def test_one_improbable_offer_does_not_outweigh_the_others(tables, effects):
    def rare(frame):
        extra = frame.filter(action_id="offer_card:K1:phone").head(1).with_columns(
            pl.lit("rare").alias("decision_id"), pl.lit(dt.date(2026, 2, 5)).alias("decided_on"),
            pl.lit(1e-6).alias("action_probability"),
        )  # fmt: skip
        idle = frame.filter(pl.col("action_id") == "no_action", pl.col("decided_on") == dt.date(2026, 1, 5))
        idle = idle.with_columns(pl.col("decision_id") + "r", pl.lit(dt.date(2026, 2, 5)).alias("decided_on"))
        return pl.concat([frame, extra, idle])

    before, after = (
        row(found, "offer_card", "phone") for found in (effects, learn(with_rows(tables, "decisions", rare)))
    )
    assert after["effective"] > 0.9 * before["effective"]
    assert abs(after["effect"] - before["effect"]) < 0.01


def test_customers_who_have_the_product_are_no_comparison(log):
    """Half have card K1 for good: they can neither be won by an offer nor stand for those who can."""
    content = log.tables()
    mine = logged_bank.table(
        "holdings", holding_id=[f"K{one}" for one in range(0, log.n, 2)], customer_id=log.names(range(0, log.n, 2)),
        product_id=["K1"] * (log.n // 2), valid_from=[logged_bank.LONG_AGO] * (log.n // 2), amount=[1500] * (log.n // 2),
        currency=["EUR"] * (log.n // 2),
    )  # fmt: skip
    had = mine.select("customer_id").with_columns(product_id=pl.lit("K1"))
    kept = content["holdings"].join(had, on=["customer_id", "product_id"], how="anti")
    found = learn(content | {"holdings": pl.concat([kept, mine])})
    assert abs(row(found, "offer_card", "phone")["effect"] - LIFT["phone"] * 0.75) < 0.03


# --- in the loop ---


@pytest.fixture(scope="module")
def policy():
    return decide_bank.policy(effects={"window_days": 365, "horizon_days": 60, "minimum": 200})


@pytest.fixture(scope="module")
def rulebook():
    return decide_bank.rulebook(logged_bank.TEMPLATES)


@pytest.fixture(scope="module")
def decided(tables, policy, rulebook):
    ready = prepare(tables, AT, decide_bank.TIMEZONE, rulebook, policy)
    return ready, list(decide_blocks(ready))


def test_the_expected_value_is_effect_x_reach_x_worth_x_factor_less_cost(decided):
    ready, blocks = decided
    judged, table = blocks[0].judged, ready.actions.table
    assert not np.isnan(judged.learnt.effect[:, table["template"].to_numpy() == "offer_card"]).any()
    learnt = judged.learnt
    gain = learnt.effect * learnt.reach * table["worth"].to_numpy() * learnt.factor
    expected = np.rint(np.nan_to_num(gain)).astype(int) - table["cost"].to_numpy()
    known = ~np.isnan(learnt.effect)
    assert (judged.expected_value[known] == expected[known]).all()


def test_decisions_say_what_their_value_rests_on(decided):
    ready, blocks = decided
    frame = pl.concat([block.decisions for block in blocks])
    sources = frame.group_by("kind").agg(pl.col("effect_source").unique()).rows()
    assert dict(sources)["sale"] == ["experiment"]
    assert dict(sources)["care"] == ["responses"]
    assert frame.filter(kind="sale")["effect"].null_count() == 0
    assert frame.filter(kind="none")["effect"].null_count() == frame.filter(kind="none").height
    assert ready.effects is not None


def people(**columns):
    """Return customers of whom nothing is known but what is given."""
    size = len(next(iter(columns.values())))
    types = dict.fromkeys(CELL_COLUMNS, pl.String) | dict.fromkeys(("age", "tenure_months"), pl.Int64)
    types |= dict.fromkeys(("balance", "assets_held"), pl.Int64) | {"products_held": pl.List(pl.String)}
    given = {name: columns.get(name, [[] if name == "products_held" else None] * size) for name in types}
    return pl.DataFrame(given, schema=types)


def column_of(name):
    return logged_bank.actions().table["action_id"].to_list().index(name)


def test_a_cell_that_the_log_does_not_have_gets_the_arms_share_delivered(effects):
    new = people(life_stage=["unheard_of"], value_band=["top"], main_channel=["app"])
    found = effects.applied(logged_bank.actions(), new)
    column = column_of("offer_card:K1:phone")
    assert found.reach[0, column] == row(effects, "offer_card", "phone")["reach"]
    assert 0 < found.effect[0, column] < 0.3


def test_the_effect_applied_differs_by_customer_as_the_truth_does(effects):
    old = people(
        age=[76], assets_held=[10**6], main_channel=["app"], customer_type=["person"], tenure_months=[60]
    )
    young = people(
        age=[27], assets_held=[10**4], main_channel=["app"], customer_type=["person"], tenure_months=[60]
    )
    column = column_of("offer_card:K1:phone")
    many, few = (effects.applied(logged_bank.actions(), one).effect[0, column] for one in (old, young))
    assert many > few + 0.01
    assert abs((many + few) / 2 - LIFT["phone"] * 0.75) < 0.03


def test_a_customers_effect_does_not_depend_on_who_stands_beside(effects):
    some = people(age=[20, 76, None], assets_held=[None, 10**6, 10**4], main_channel=["app", None, "branch"])
    whole = effects.applied(logged_bank.actions(), some).effect
    alone = [effects.applied(logged_bank.actions(), one).effect[0] for one in some.iter_slices(1)]
    np.testing.assert_array_equal(whole, np.stack(alone))


def test_an_actions_doubt_is_that_which_is_told_of_any_customer(effects):
    actions, some = logged_bank.actions(), people(age=[20, 76], main_channel=["app", None])
    doubts = effects.doubts(actions, some)
    applied = effects.applied(actions, some).effect
    np.testing.assert_array_equal(np.isnan(doubts), np.isnan(applied).all(axis=0))
    column = column_of("offer_card:K1:phone")
    for customer in some.iter_slices(1):
        told, _ = effects.told(actions, customer, column)
        assert (told.high - told.effect) / abs(told.effect) == pytest.approx(doubts[column])
    assert np.isnan(effects.doubts(actions, some.head(0))).all()


def test_a_strong_experiment_sets_the_level_of_its_arm(effects):
    sale = row(effects, "offer_card", "phone")
    assert sale["source"] == "experiment"
    assert sale["weight"] > 0.5
    assert 0 < sale["level_error"] < 0.5
    assert row(effects, "call", "phone")["weight"] == 0


def test_an_arm_with_too_little_of_its_own_borrows_from_the_template(log):
    """Few cards are offered over the telephone; the app says what a card does, the calls what the telephone does."""
    content = log.tables()
    phone = pl.col("action_id").str.starts_with("offer_card") & (pl.col("channel") == "phone")
    kept = content["decisions"].filter(~phone | (pl.col("customer_id").str.slice(1).cast(pl.Int64) < 60))
    found = learn(content | {"decisions": kept})
    borrowed = found.table.filter(template="offer_card", channel="phone")
    assert borrowed.select("cell", "effect", "source").rows() == [(None, None, "responses")]
    old = people(age=[76], assets_held=[10**6], main_channel=["app"])
    assert found.applied(logged_bank.actions(), old).effect[0, column_of("offer_card:K1:phone")] > 0


def test_silence_is_no_delivery_where_the_channel_notes_what_was_shown(log):
    """Every delivered offer is noted as shown, and most of the undelivered leave no trace instead of a blocked send."""
    content = log.tables()
    sent = content["decisions"].filter(pl.col("channel") == "phone").collect()
    responses = content["responses"].collect()
    undelivered = responses.filter(pl.col("outcome") == "blocked")["decision_id"]
    reached = sent.filter(~pl.col("decision_id").is_in(undelivered.implode()))
    shown = logged_bank.table(
        "responses", response_id=("N" + reached["decision_id"]).to_list(), decision_id=reached["decision_id"].to_list(),
        customer_id=reached["customer_id"].to_list(), action_id=reached["action_id"].to_list(),
        responded_on=reached["decided_on"].to_list(), outcome=["shown"] * len(reached),
    )  # fmt: skip
    over_phone = pl.col("decision_id").is_in(sent["decision_id"].implode())
    traced = (pl.col("outcome") != "blocked") | ~over_phone | pl.col("response_id").str.ends_with("0")
    silent = responses.filter(traced)
    found, before = learn(content | {"responses": pl.concat([silent.lazy(), shown])}), learn(content)
    columns = ["template", "channel", "cell", "effect", "reach"]
    assert found.table.filter(channel="phone").select(columns).equals(before.table.filter(channel="phone").select(columns))  # fmt: skip


def test_nothing_learnt_leaves_the_value_as_it_is(tables, rulebook, policy):
    empty = with_rows(tables, "decisions", lambda frame: frame.clear())
    blocks = [
        next(decide_blocks(prepare(empty, AT, decide_bank.TIMEZONE, rulebook, one)))
        for one in (policy, decide_bank.policy())
    ]
    assert blocks[0].judged.expected_value.tolist() == blocks[1].judged.expected_value.tolist()
    nobody = Effects(pl.DataFrame(schema=EFFECT_SCHEMA), pl.DataFrame(schema=WORTH_SCHEMA))
    applied = nobody.applied(logged_bank.actions(), people(life_stage=["a"]))
    assert np.isnan(applied.effect).all()
    assert (applied.factor == 1).all()


@pytest.fixture(scope="module")
def folder(tables, policy, rulebook, tmp_path_factory):
    place = tmp_path_factory.mktemp("learnt")
    some = pl.col("customer_id").is_in([f"C{one:06}" for one in range(1500)])
    filled = {
        name: kept
        for name, frame in tables.items()
        if len(
            kept := frame.filter(some).collect()
            if "customer_id" in frame.collect_schema()
            else frame.collect()
        )
    }
    load = Load(
        name="logged", source="csv", timezone=decide_bank.TIMEZONE, currency="EUR", policy=None, tables=filled
    )
    write_bank(place / "bank", load)
    bank = Bank.open(place / "bank")
    decide_and_write(bank, rulebook, policy, AT, place / "d")
    return bank, place / "d"


def test_a_folder_with_effects_is_proved_to_the_byte(folder, rulebook):
    bank, out = folder
    learnt = {f"evidence/{name}.parquet" for name in ("effects", "worth", "responses")}
    assert learnt <= set(read_plan(out)["files"])
    assert differences(out, bank, rulebook)["identical"]


def test_an_explanation_tells_the_effect_and_follows_from_the_evidence(folder):
    from zhike.decide.explanation import explain_action

    evidence = read_evidence(folder[1])
    for name in evidence.inputs["customer_id"][:5]:
        sale, call, none = (
            explain_action(evidence, name, one) for one in ("offer_card:K1:phone", "call:phone", "no_action")
        )
        assert sale.consistent
        assert call.consistent
        assert none.effect is None
        assert (sale.effect.source, call.effect.source) == ("experiment", "responses")
        assert sale.effect.low < sale.effect.effect < sale.effect.high
        assert sale.effect.choices > 0
        assert sale.reach == sale.effect.reach


def test_an_effect_that_was_changed_is_seen(folder):
    import dataclasses

    from zhike.decide.explanation import explain_action

    evidence = read_evidence(folder[1])
    higher = evidence.effects.model.with_columns(pl.col("coefficient") + 0.5 * (pl.col("term") == "arm"))
    forged = dataclasses.replace(evidence.effects, model=higher)
    found = explain_action(
        dataclasses.replace(evidence, effects=forged), evidence.inputs["customer_id"][0], "call:phone"
    )
    assert not found.consistent


def test_the_line_of_an_explanation_says_effect_instead_of_response(folder):
    from zhike.cli.explain import _value_line
    from zhike.decide.explanation import explain_action

    found = explain_action(read_evidence(folder[1]), "C000001", "offer_card:K1:phone")
    for language, word in (
        ("en", "logged choices"),
        ("zh-Hans", "有记录的选择"),
        ("zh-Hant", "有記錄的選擇"),
    ):
        assert word in _value_line(found, language)
    assert "= effect " in _value_line(found, "en")
