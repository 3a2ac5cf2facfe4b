"""Parts of the measurement of journeys against what they are defined as."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from journey_worlds import drawn_world, sample
from scipy import stats

from zhike.measure.drivers import penalty_reward
from zhike.measure.journeys import Journey, Stage, Touchpoint
from zhike.measure.journeys.channel_preferences import channel_preferences
from zhike.measure.journeys.figures import drawn_figures
from zhike.measure.journeys.meetings import drawn_meetings
from zhike.measure.journeys.missing_points import Lack, missing_points, share_chance
from zhike.measure.journeys.moments_of_truth import Asked, moments_of_truth
from zhike.measure.journeys.passages import passages
from zhike.measure.journeys.result import VERDICTS
from zhike.measure.journeys.verdicts import judged
from zhike.measure.journeys.whole_journey import order_effects, whole_journey
from zhike.measure.path_model.groups import holm

CUTS = (2.5, 4.5)
JOURNEY = Journey(
    "journeys.j",
    (
        Stage("ask", None, (Touchpoint("call", "phone"), Touchpoint("look", "web", activities=("view", "search")))),
        Stage("wait", None, (), ("remind",)),
        Stage("do", None, (Touchpoint("visit", "branch"),)),
    ),
    "overall",
)  # fmt: skip


def log(rows):
    names = ("person", "activity", "channel", "day", "minutes")
    table = pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows], schema={"person": pl.String, "activity": pl.String, "channel": pl.String, "day": pl.Float64, "minutes": pl.Float64})  # fmt: skip
    return table.with_columns((pl.col("day") * 86_400).alias("seconds"))


EVENTS = log([
    ("a", "call", "phone", 1, 5), ("a", "visit", "branch", 9, 20), ("a", "visit", "branch", 8, 10),
    ("b", "search", "web", 2, None), ("b", "remind", "phone", 3, 4),
    ("c", "view", "branch", 2, 3), ("c", "call", None, 2, 6),
    ("d", "view", "web", 99, None), ("e", "walk", "branch", 100, 1),
])  # fmt: skip


def test_who_met_what_when_and_with_how_many_minutes():
    found = passages(JOURNEY, EVENTS, 30)
    assert found.persons == ["a", "b", "c", "d", "e"]
    assert found.met.astype(int).tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert found.load.tolist() == [[5, 0, 30], [0, 0, 0], [6, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert found.first[0].tolist() == pytest.approx([86_400, np.nan, 8 * 86_400], nan_ok=True)


def test_where_customers_went_no_further_and_what_no_touchpoint_has():
    """d and e are still on the way: seen within the last 30 days, and not at the end."""
    found = passages(JOURNEY, EVENTS, 30)
    assert found.stages == [(4, 3, 1), (1, 3, 2), (1, 3, 3)]
    assert found.unserved == [("remind", "wait", 1), ("view", "ask", 1), ("walk", None, 1)]
    assert passages(JOURNEY, EVENTS, 0.5).stages[1] == (1, 4, 3)


def test_a_log_without_times_or_minutes_counts_contacts_and_keeps_everybody():
    bare = EVENTS.with_columns(pl.lit(None, pl.Float64).alias("seconds"), pl.lit(None, pl.Float64).alias("minutes"))  # fmt: skip
    found = passages(JOURNEY, bare, 30)
    assert (found.timed, found.in_minutes) == (False, False)
    assert found.load[0].tolist() == [1, 0, 2]
    assert np.isnan(found.first).all()
    assert found.stages[1] == (1, 4, 3)


def test_importance_is_the_slope_among_those_who_met_it():
    """Of one regression with a column for who met it; nobody's missing rating is made up."""
    rng = np.random.default_rng(1)
    ratings, overall, _, _ = sample(drawn_world(rng, 3), 300, rng)
    met = np.isfinite(ratings)
    centred = np.where(met, ratings - np.nanmean(ratings, axis=0), 0)
    slopes = np.linalg.lstsq(np.column_stack([np.ones(300), met, centred]), overall, rcond=None)[0][4:]
    found = drawn_figures(ratings, overall[:, None], CUTS, rng, 0)
    assert found.slope[0] == pytest.approx(slopes)
    assert found.importance[0] == pytest.approx(slopes * np.nanstd(ratings, axis=0) / overall.std())
    assert found.experience[0] == pytest.approx(np.nanmean(ratings, axis=0))


def test_penalty_of_the_draws_is_that_of_the_regression():
    rng = np.random.default_rng(2)
    ratings, overall, met, _ = sample(drawn_world(rng, 3), 400, rng)
    told = penalty_reward(ratings, overall, (3.0, 4.0), 5, 0.95, met.astype(float))
    found = drawn_figures(ratings, overall[:, None], (3.0, 4.0), rng, 0)
    assert found.penalty[0, :, 0] == pytest.approx([one.penalty.value for one in told])
    assert found.reward[0, :, 0] == pytest.approx([one.reward.value for one in told])


def test_nobody_between_low_and_high_leaves_no_side_told():
    ratings = np.where(np.arange(60)[:, None] % 2 == 0, 1.0, 5.0)
    assert [one.penalty for one in penalty_reward(ratings, np.arange(60.0), (2, 4))] == [None]


def test_p_values_are_adjusted_for_all_sides_together():
    rng = np.random.default_rng(3)
    ratings, overall, met, _ = sample(drawn_world(rng), 500, rng)
    found = moments_of_truth(
        ratings, overall, np.ones((3, 8)), [True] * 7 + [None], Asked(CUTS, 10, 0.95, 0.8)
    )
    sides = [side for one in found for side in (one.penalty, one.reward) if side is not None]
    degrees = 500 - 1 - met.shape[1] - len(sides)
    plain = np.array(
        [2 * stats.t.sf(abs(side.estimate.value / side.estimate.error), degrees) for side in sides]
    )
    assert [side.p_adjusted for side in sides] == pytest.approx(holm(plain))
    assert {moment.agreement for moment in found[:7]} <= {"both", "only_map"}
    assert found[7].agreement is None


def test_verdicts_shrink_with_draws_and_sum_to_one():
    rng = np.random.default_rng(4)
    importance, experience, effort = (rng.normal(size=(200, 5)) for _ in range(3))
    found = judged(importance, experience, effort, "median", target=0.0)
    assert found.chances.sum(axis=1) == pytest.approx(1)
    assert found.lines["experience"] == 0.0
    assert judged(importance[:1], experience[:1], effort[:1], "median").chances is None


def test_where_all_take_the_same_effort_nothing_is_misplaced():
    effort = np.full((1, 3), 1 / 3)
    found = judged(np.array([[0.5, 0.1, 0.1]]), np.array([[3.0, 3.0, 4.0]]), effort, "grand_mean")
    assert [VERDICTS[place] for place in found.place] == ["defect", "minor", "minor"]


def test_effort_of_a_log_without_any_minutes_is_not_a_number():
    met = np.ones((4, 2), dtype=bool)
    assert np.isnan(drawn_meetings(met, np.zeros((4, 2)), np.random.default_rng(1), 5).effort).all()


def test_every_touchpoint_green_and_the_journey_red():
    rng = np.random.default_rng(5)
    ratings, overall, met, _ = sample(drawn_world(rng, 4), 200, rng)
    ratings, overall = ratings[met.any(axis=1)], overall[met.any(axis=1)]
    good = ratings - np.nanmean(ratings, axis=0) + 4.2
    found = whole_journey(good, overall - overall.mean() + 3.0, 3.8, 0.95, rng, 200, 5)
    assert found.hidden
    assert found.chance > 0.99
    assert found.gap.high < -1
    fine = whole_journey(good, overall - overall.mean() + 4.2, 3.8, 0.95, rng, 200, 5)
    assert (fine.hidden, fine.chance, fine.journey_green) == (False, 0.0, True)


def test_an_end_that_counts_double_is_seen_in_the_order_in_which_it_came():
    rng = np.random.default_rng(6)
    ratings = rng.normal(3.5, 1, (400, 5))
    when = rng.random((400, 5))
    last = ratings[np.arange(400), when.argmax(axis=1)]
    overall = ratings.mean(axis=1) + 0.4 * last + 0.3 * rng.normal(size=400)
    found = order_effects(ratings, overall, when, "events", 0.95)
    assert found.last.low < 0.4 < found.last.high
    assert found.last.low > 0
    assert found.first.low < 0 < found.first.high
    assert found.r2 > found.r2_mean
    assert order_effects(ratings[:, :2], overall, when[:, :2], "map", 0.95) is None


def test_channels_wanted_against_used():
    rng = np.random.default_rng(7)
    wanted = rng.choice(["app", "branch"], 300, p=[0.6, 0.4])
    used = np.where(rng.random(300) < 0.3, "phone", wanted)
    overall = 3 + (wanted == "branch") + 0.8 * (wanted == used) + 0.5 * rng.normal(size=300)
    found = channel_preferences(wanted.tolist(), used.tolist(), overall, 0.3, 0.95)
    assert np.array(found.matrix).sum() == found.n == 300
    assert found.served.value == pytest.approx((wanted == used).mean())
    forced = {one.channel: one.forced for one in found.by_channel}
    assert forced == {"app": False, "branch": False, "phone": True}
    assert found.effect.low < 0.8 < found.effect.high
    assert found.effect.low > 0
    assert channel_preferences([], [], np.empty(0), 0.3, 0.95) is None


def test_missing_points_are_told_with_their_chance_the_surest_first():
    lacks = [Lack("need", "a", None, None, 30, 100, 0.2), Lack("activity", "b", None, None, 90, 100, 0.05), Lack("need", "c", None, None, 0, 0, 0.2)]  # fmt: skip
    found = missing_points(lacks, 0.95, 0.995)
    assert [(one.name, one.missing) for one in found] == [("b", True), ("a", False)]
    assert found[1].probability == share_chance(30, 100, 0.2)


def test_chance_of_a_share_is_a_chance():
    """Of true shares drawn evenly, those told to lie above the threshold with chance p do so in a share p."""
    rng = np.random.default_rng(8)
    share = rng.random(4000)
    chance = np.array([share_chance(k, 40, 0.3) for k in rng.binomial(40, share)])
    for low, high in ((0.1, 0.4), (0.4, 0.6), (0.6, 0.9)):
        kept = (chance > low) & (chance < high)
        assert (share[kept] > 0.3).mean() == pytest.approx(chance[kept].mean(), abs=0.12)


def test_the_lab_plays_the_same_journey_again():
    from zhike.lab.journeys import journey_world, play

    world = journey_world(JOURNEY, 4)
    one, other = play(world, 60, 4), play(world, 60, 4)
    assert one.answers.equals(other.answers)
    assert one.events.equals(other.events)
    assert not play(world, 60, 5).events.equals(one.events)
    assert dt.datetime.fromisoformat(one.events["time"][0]).year == 2026


def test_a_journey_of_one_person_who_does_not_answer_has_the_same_columns():
    from zhike.lab.journeys import journey_world, play

    alone = [play(journey_world(JOURNEY, seed), 1, seed) for seed in range(6)]
    assert {len(one.answers) > 0 for one in alone} == {True, False}
    assert len({tuple(one.answers.schema.items()) for one in alone}) == 1
    assert len({tuple(one.events.schema.items()) for one in alone}) == 1
