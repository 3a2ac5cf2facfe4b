"""Effects learnt from a log against what was true of every customer.

Where every action is open to everybody (the lottery) the estimator's assumption holds: it must be unbiased and its intervals must
cover. The campaigns of history open actions by rules that the log does not show.
"""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from zhike.decide.choice_log import CELL_COLUMNS
from zhike.decide.effects import learn_effects
from zhike.decide.policy import EffectWindow
from zhike.know.archive import archive, archive_rules
from zhike.lab.shelf import TALKING
from zhike.lab.simulated_bank import LAST_DAY, TIMEZONE

pytestmark = pytest.mark.campaign

HORIZON = 31
BLOCKS = 20
SIGMA = 4.0
_CLOSED = LAST_DAY - dt.timedelta(days=HORIZON)
CLOSED_MONTH = (_CLOSED.year - 1970) * 12 + _CLOSED.month - 1
"""The last month whose choices have closed by the end of history."""


@pytest.fixture(scope="module")
def learn(rulebook, actions):
    rules = archive_rules(rulebook, LAST_DAY, "cn.nfra.suitability.assessment_validity")

    def learnt(tables, minimum=50):
        lazy = {name: rows.lazy() for name, rows in tables.items()}
        return learn_effects(lazy, LAST_DAY, TIMEZONE, rules, actions, EffectWindow(365, HORIZON, minimum))

    learnt.rules = rules
    return learnt


def in_one_cell(tables, first=0, last=10**7):
    """Return the tables of some customers without what would tell them apart."""
    ends = (f"C{first:07d}", f"C{last:07d}")
    mine = (pl.col("customer_id") >= ends[0]) & (pl.col("customer_id") < ends[1])
    return {
        name: rows.filter(mine) if "customer_id" in rows.columns else rows
        for name, rows in tables.items()
        if name != "customers"
    }


def true_change(log, deck, template, channel, first=0, last=10**7, repeatable=("offer_wealth", "offer_fund")):
    """Return the mean change by an order in P(gets the product), months weighted as the estimator weighs them."""
    arm = (
        (np.array(deck.template) == template) & (deck.channel == TALKING.index(channel)) & (deck.product >= 0)
    )
    total = size = 0.0
    for month in log.months:
        pairs = month.pairs.at(
            arm[month.pairs.action] & (month.pairs.row >= first) & (month.pairs.row < last)
        )
        pairs = pairs.at(~pairs.held) if template not in repeatable else pairs
        offered = arm[month.action] & (month.row >= first) & (month.row < last)
        if month.month > CLOSED_MONTH or not offered.any():
            continue
        weight = 1 / month.probability[offered]
        scale = weight.sum() / (weight**2).sum()
        total, size = total + scale * pairs.effect.sum(), size + scale * len(pairs.row)
    return total / size


def sales(effects):
    rows = effects.table.filter(pl.col("cell").is_not_null(), pl.col("source") == "experiment")
    return rows.rows(named=True)


@pytest.fixture(scope="module")
def blocks(drawn, deck, learn):
    """Estimate, error, interval and truth of every offer in twenty separate parts of the world."""
    size, rows = drawn.customers // BLOCKS, []
    for first in range(0, drawn.customers, size):
        for row in sales(learn(in_one_cell(drawn.tables, first, first + size))):
            ends = (first, first + size)
            truth = true_change(drawn, deck, row["template"], row["channel"], *ends) / row["reach"]
            rows.append({**row, "truth": truth})
    return pl.DataFrame(rows).with_columns(off=pl.col("effect") - pl.col("truth"))


def off_by(rows):
    """Return by template the mean difference from the truth over the parts, in standard errors found from their spread."""
    off = pl.col("off")
    found = rows.group_by("template").agg((off.mean() / off.std() * pl.len().sqrt()).alias("z"))
    return found["z"].to_numpy()


def test_the_mean_estimate_is_the_truth(blocks):
    """Each template within 4 standard errors of the mean over 20 parts (0.07 to 0.2 percentage points each), and all together."""
    z = off_by(blocks)
    assert len(z) == 6
    assert np.abs(z).max() < SIGMA
    assert abs(z.sum()) / np.sqrt(len(z)) < SIGMA


def relearnt(drawn, deck, learn, change, parts):
    """Return the estimates of a few larger parts from tables that were changed, with the truth of the unchanged world."""
    size, rows = drawn.customers // parts, []
    for first in range(0, drawn.customers, size):
        ends = (first, first + size)
        for row in sales(learn(change(in_one_cell(drawn.tables, *ends)))):
            truth = true_change(drawn, deck, row["template"], row["channel"], *ends) / row["reach"]
            rows.append({**row, "truth": truth, "off": row["effect"] - truth})
    return pl.DataFrame(rows)


def with_one_probability(tables):
    """Take every offer as if it had been as probable as any other: the naive comparison of offered with idle."""
    idle = pl.col("action_id") == "no_action"
    probability = pl.when(idle).then(0.75).otherwise(0.04).alias("action_probability")
    return tables | {"decisions": tables["decisions"].with_columns(probability)}


def with_shuffled_outcomes(tables):
    """Hand every holding to another customer."""
    held = tables["holdings"]
    owners = held["customer_id"].unique().sort()
    other = dict(zip(owners, owners.shuffle(seed=3), strict=True))
    return tables | {"holdings": held.with_columns(pl.col("customer_id").replace_strict(other))}


@pytest.mark.parametrize(("change", "parts"), [(with_one_probability, 10), (with_shuffled_outcomes, 4)])
def test_a_naive_comparison_and_shuffled_outcomes_are_noticed(drawn, deck, learn, change, parts):
    """Beyond the same 4 standard errors, for one template or for all together."""
    z = off_by(relearnt(drawn, deck, learn, change, parts))
    assert np.abs(z).max() > SIGMA or abs(z.sum()) / np.sqrt(len(z)) > SIGMA


def covered(rows, width=1.0):
    half = width * (pl.col("high") - pl.col("low")) / 2
    return rows.select((pl.col("off").abs() <= half).mean()).item()


def test_intervals_cover_as_often_as_they_say(blocks):
    """95 % of 120 intervals, with 2 to 11 expected takers each: below 0.88 in 1 of 1,000 repetitions. Half as wide they cover 0.7."""
    assert len(blocks) >= 100
    assert 0.88 <= covered(blocks) <= 0.995
    assert covered(blocks, width=0.5) < 0.88


@pytest.mark.xfail(
    reason="the log does not show to whom a campaign was open; idle customers of the same cell are no comparison"
)
def test_the_campaigns_of_history_teach_the_true_effects(logged, deck, learn):
    """Each arm within 4 of its own standard errors; over all the mean square of the errors is about 1."""
    z = []
    for row in sales(learn(in_one_cell(logged.tables), minimum=200)):
        truth = true_change(logged, deck, row["template"], row["channel"]) / row["reach"]
        z.append((row["effect"] - truth) / row["error"])
    assert len(z) >= 10
    assert np.abs(z).max() < SIGMA
    assert np.mean(np.square(z)) < 2.0


def test_who_is_estimated_to_be_moved_more_is_moved_more(drawn, deck, learn, actions):
    """By arm, the true effect of the top fifth by estimate over that of all; the same with estimates shuffled is 1."""
    effects = learn(drawn.tables, minimum=200)
    at = dt.date(2026, 3, 31)
    lazy = {name: rows.lazy() for name, rows in drawn.tables.items()}
    known = archive(lazy, at, TIMEZONE, learn.rules).select("customer_id", *CELL_COLUMNS).collect()
    applied = effects.applied(actions, known)
    row = known["customer_id"].str.slice(1).cast(pl.Int64).to_numpy()
    names = actions.table["action_id"].to_list()
    lift, chance = [], []
    for arm in np.unique(drawn.months[-1].pairs.action):
        column = names.index(deck.ids[arm])
        estimate = np.full(drawn.customers, np.nan)
        estimate[row] = (applied.effect * applied.reach)[:, column]
        pairs = drawn.months[-1].pairs
        pairs = pairs.at((pairs.action == arm) & ~pairs.held & ~np.isnan(estimate[pairs.row]))
        mine = estimate[pairs.row]
        top = mine >= np.quantile(mine, 0.8)
        lift.append(pairs.effect[top].mean() / pairs.effect.mean())
        chance.append(np.roll(pairs.effect, len(mine) // 2)[top].mean() / pairs.effect.mean())
    assert len(lift) == 6
    assert np.mean(lift) > 1.2
    assert sum(one > 1 for one in lift) >= 5
    assert np.mean(chance) == pytest.approx(1.0, abs=0.06)
