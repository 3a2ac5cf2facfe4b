"""Indicators: definitions that are read, figures by hand, charts that suit, signals as seldom as said."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
import small_bank
from decide_bank import SHIPPED

from zhike.core.errors import RuleError
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.measure.charting import charted
from zhike.measure.control_charts import individuals_chart
from zhike.measure.indicators import evaluated, indicator_board, indicators_of
from zhike.measure.indicators.board import kept
from zhike.measure.rare_charts import exact_p_chart, exact_u_chart, foreseen, g_chart, laney_chart

AT, ZONE = dt.date(2026, 6, 30), "Asia/Shanghai"
IN_TIME = {
    "table": "complaints", "day": "received_on", "measure": "share", "hit": "known(row.days_to_change) and row.days_to_change <= 15", "after_days": 15,
    "levels": {"bank": None, "branch": "customer.region", "process": "row.business"}, "period": "month", "better": "higher", "target": 0.9,
    "baseline": 12, "rules": [1],
}  # fmt: skip
RECEIVED = {
    "table": "complaints", "day": "received_on", "measure": "rate", "per": 1, "levels": {"bank": None, "branch": "customer.region"}, "period": "month",
    "better": "lower", "baseline": 12, "rules": [1, 4],
}  # fmt: skip


def rulebook(**definitions):
    title = {"en": "Complaints", "zh-Hans": "投诉", "zh-Hant": "申訴"}
    entries = [
        parse_entry(f"indicators.{name}", {
            "kind": "parameter", "title": title, "unit": "share", "owner": "complaints", "last_checked": dt.date(2026, 1, 1), "status": "provisional",
            "values": {dt.date(2026, 1, 1): value}, "reference": {dt.date(2026, 1, 1): {"title": "House"}},
        })
        for name, value in definitions.items()
    ]  # fmt: skip
    return Rulebook({one.path: one for one in entries})


def complaint(name, customer, received, decided=None, business="card"):
    states = [
        ("open", received),
        *([] if decided is None else [("decided", decided), ("closed", "2026-06-29")]),
    ]
    return [
        {"complaint_id": name, "customer_id": customer, "received_on": received, "status": status, "business": business, "valid_from": day}
        for status, day in states
    ]  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    rows = [
        *complaint("1", "a", "2026-04-02", "2026-04-10"), *complaint("2", "a", "2026-04-20", "2026-05-20"), *complaint("3", "b", "2026-04-25", business="loan"),
        *complaint("4", "b", "2026-05-01", "2026-05-16"), *complaint("5", "c", "2026-06-20", "2026-06-21"),
    ]  # fmt: skip
    regions = {"a": "north", "b": "south", "c": None}
    customers = [
        {"customer_id": name, "region": region, "valid_from": "2026-05-05" if name == "c" else "2026-01-01"} for name, region in regions.items()
    ]  # fmt: skip
    return small_bank.bank(customers=customers, complaints=rows)


def figures(tables, value):
    (indicator,) = indicators_of(rulebook(one=value), AT)
    return {
        (unit.level, unit.name): list(zip([one[:7] for one in unit.periods], unit.values.tolist(), [] if unit.sizes is None else unit.sizes.tolist(), strict=True))
        for unit in evaluated(indicator, tables, AT, ZONE)
    }  # fmt: skip


def test_shares_count_what_is_over_and_old_enough_to_be_judged(tables):
    found = figures(tables, IN_TIME)
    assert found["bank", ""] == [("2026-04", 1, 3), ("2026-05", 1, 1)]
    assert found["branch", "north"] == [("2026-04", 1, 2)]
    assert found["branch", "south"] == [("2026-04", 0, 1), ("2026-05", 1, 1)]
    assert found["process", "loan"] == [("2026-04", 0, 1)]
    assert {name for level, name in found if level == "branch"} == {"north", "south"}
    # June is over on its last day, and what came in on the 20th is ten days old.
    assert figures(tables, {**IN_TIME, "after_days": 0})["bank", ""][-1] == ("2026-06", 1, 1)


def test_rates_are_by_the_customers_of_the_unit_at_the_end_of_the_period(tables):
    found = figures(tables, RECEIVED)
    assert found["bank", ""] == [("2026-04", 3, 2), ("2026-05", 1, 3), ("2026-06", 1, 3)]
    assert found["branch", "north"] == [("2026-04", 2, 1), ("2026-05", 0, 1), ("2026-06", 0, 1)]


def test_means_and_gaps(tables):
    mean = {**IN_TIME, "measure": "mean", "value": "row.days_to_change"}
    (indicator,) = indicators_of(rulebook(one=mean), AT)
    (bank,) = [one for one in evaluated(indicator, tables, AT, ZONE) if one.level == "bank"]
    assert bank.sizes is None
    assert bank.values.tolist() == [19, 15]
    gaps = {**IN_TIME, "chart": "g", "hit": "row.business == 'card'", "after_days": 0}
    (indicator,) = indicators_of(rulebook(one=gaps), AT)
    (bank,) = [one for one in evaluated(indicator, tables, AT, ZONE) if one.level == "bank"]
    assert bank.values.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    "changes",
    [
        {"table": "moon"}, {"day": "status_on"}, {"measure": "sum"}, {"hit": None}, {"hit": "row.moon > 1"}, {"hit": "row."}, {"levels": {"street": "row.channel"}},
        {"levels": {"branch": "customer.name"}}, {"levels": {}}, {"rules": [2]}, {"rules": [1, 9]}, {"chart": "u"}, {"period": "day"}, {"colour": "red"}, {"better": "more"},
    ],
)  # fmt: skip
def test_definitions_that_do_not_fit_are_refused(changes):
    with pytest.raises(RuleError):
        indicators_of(rulebook(one={**IN_TIME, **changes}), AT)


def test_every_indicator_of_the_rulebook_is_read():
    found = indicators_of(SHIPPED, AT)
    assert {level for one in found for level in one.levels} == {
        "bank",
        "branch",
        "team",
        "channel",
        "process",
    }
    assert not indicators_of(SHIPPED, dt.date(1999, 1, 1))


# -- charts --------------------------------------------------------------------------------------------------------------


def stable(draw, worlds, points, seed=1):
    rng = np.random.default_rng(seed)
    return (draw(rng, points) for _ in range(worlds))


def false_alarms(charts, baseline):
    """Return the share of new points of stable processes that are beyond three deviations."""
    z = np.concatenate([chart.z[baseline:] for chart in charts])
    return float(np.mean(np.abs(z) > 3)), len(z)


def test_few_cases_cry_wolf_no_more_often_than_said():
    sizes = np.full(62, 12.0)
    p = [
        exact_p_chart(one, sizes, 12)
        for one in stable(lambda rng, n: rng.binomial(12, 0.04, n).astype(float), 200, 62)
    ]
    u = [
        exact_u_chart(one, sizes / 12, 12)
        for one in stable(lambda rng, n: rng.poisson(0.4, n).astype(float), 200, 62)
    ]
    g = [g_chart(one, 30) for one in stable(lambda rng, n: rng.geometric(0.02, n) - 1.0, 80, 80)]
    for charts, baseline, most in ((p, 12, 0.0027), (u, 12, 0.0027), (g, 30, 0.008)):
        assert false_alarms(charts, baseline)[0] <= most


def test_single_values_after_a_short_baseline_cry_wolf_as_often_as_said():
    plain = [individuals_chart(one, 12) for one in stable(lambda rng, n: rng.normal(size=n), 400, 62)]
    mended = [foreseen(one, 12) for one in plain]
    assert false_alarms(plain, 12)[0] > 0.008
    assert 0.001 < false_alarms(mended, 12)[0] < 0.0055
    inside = [(one.values[12:] > one.low[12:]) & (one.values[12:] < one.high[12:]) for one in mended]
    assert [one.tolist() for one in inside] == [(np.abs(one.z[12:]) < 3).tolist() for one in mended]


def test_shares_that_vary_by_more_than_chance_are_charted_by_their_own_spread():
    def draw(rng, n):
        return rng.binomial(2000, np.clip(rng.normal(0.2, 0.03, n), 0.01, 0.9)).astype(float)

    sizes = np.full(60, 2000.0)
    laney = [laney_chart(one, sizes, 40, share=True) for one in stable(draw, 100, 60)]
    assert false_alarms(laney, 40)[0] < 0.012
    found = charted("p", ["x"] * 60, next(stable(draw, 1, 60)), sizes, baseline=40, rules=(1,))
    assert found.kind == "laney_p"


def test_a_change_is_seen():
    rng = np.random.default_rng(3)
    counts = np.append(rng.binomial(400, 0.1, 24), 90).astype(float)
    found = charted(
        "p", [str(one) for one in range(25)], counts, np.full(25, 400.0), baseline=24, rules=(1, 4)
    )
    assert (found.kind, found.newest["rules"], found.run_length) == ("p", [1], 152.73)
    assert found.chance < 1e-6


def test_too_short_a_series_has_no_chart():
    assert charted("individuals", ["1", "2"], np.array([1.0, 2]), None, baseline=12, rules=(1,)) is None


# -- the board -----------------------------------------------------------------------------------------------------------


def test_of_many_stable_charts_few_stand_and_the_false_ones_are_foretold():
    rng = np.random.default_rng(9)
    chances = rng.uniform(size=(300, 60))
    assert np.mean([kept(one, 0.1).any() for one in chances]) < 0.14
    chances[:, :5] /= 1e6
    found = np.array([kept(one, 0.1) for one in chances])
    assert found[:, :5].all()
    assert np.mean(found[:, 5:].sum(axis=1) / found.sum(axis=1)) < 0.1


def test_the_board_says_what_is_better_what_was_promised_and_what_is_not_of_now():
    days = pl.date_range(dt.date(2024, 6, 1), dt.date(2026, 6, 1), "1mo", eager=True).to_list()
    many = {"north": [4] * 24 + [19], "south": [4] * 24 + [4], "west": [4] * 24 + [0]}
    rows = [
        {"complaint_id": f"{region}{day}{one}", "customer_id": region[0], "received_on": str(day), "status": "open", "valid_from": str(day)}
        for region, counts in many.items() for day, count in zip(days, counts, strict=True) for one in range(count)
    ]  # fmt: skip
    customers = [{"customer_id": name[0], "region": name, "valid_from": "2020-01-01"} for name in many]
    tables = small_bank.bank(customers=customers, complaints=rows)
    asked = indicators_of(rulebook(one={**RECEIVED, "baseline": 24, "target": 5}), AT)
    found = indicator_board(asked, tables, AT, ZONE)
    units = {(one["level"], one["name"]): one for one in found["indicators"][0]["units"]}
    assert (
        units["branch", "north"]["signal"],
        units["branch", "north"]["stands"],
        units["branch", "north"]["meets_target"],
    ) == ("worse", True, True)
    assert units["branch", "south"]["signal"] is None
    assert (found["charts"], found["expected_false"]) == (4, pytest.approx(4 / 152.73))
    assert found["indicators"][0]["funnels"][0]["units"][0]["name"] == "north"
    assert [
        one["level"] for one in indicator_board(asked, tables, AT, ZONE, "bank")["indicators"][0]["units"]
    ] == ["bank"]
