"""Complaints as a whole: facets and rejects, order with its places, months on charts, the sector's figures, the rating, the return."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from made_up_complaints import SHIPPED, as_answers

from zhike.core.errors import UsageError
from zhike.core.measure_errors import AnswersError
from zhike.measure.complaint_analysis import (
    AnalysisRules,
    Codes,
    Register,
    Size,
    complaint_ratios,
    pareto,
    protection_rating,
    quarterly_return,
    trends,
)
from zhike.measure.complaint_analysis.rating import register_figures
from zhike.measure.complaint_analysis.returns import quarter_days

TODAY = dt.date(2026, 11, 27)
RULES = AnalysisRules.of(SHIPPED.at("complaints.analysis", TODAY).value)
KNOWN = {facet: tuple(SHIPPED.at(f"complaints.{name}", TODAY).value) for facet, name in (("origin", "origins"), ("business", "businesses"), ("issue", "issues"))}  # fmt: skip
CODES = Codes.of(KNOWN, SHIPPED.at("complaints.codes", TODAY).value)
RATING = SHIPPED.at("complaints.protection_rating", TODAY).value


def rows(count=400, seed=3, months=12, surge=0):
    rng = np.random.default_rng(seed)
    month = np.concatenate([rng.integers(0, months, count), np.full(surge, months - 1)])
    size = len(month)
    received = [
        dt.date(2025 + m // 12, m % 12 + 1, int(d))
        for m, d in zip(month, rng.integers(1, 28, size), strict=True)
    ]
    days = rng.integers(1, 25, size)
    return pl.DataFrame({
        "case": [f"k{place:05}" for place in range(size)], "received_on": [str(day) for day in received],
        "origin": rng.choice(("branch", "mobile_app", "back_office"), size, p=(0.3, 0.5, 0.2)),
        "business": rng.choice(("card", "loan", "savings"), size, p=(0.6, 0.3, 0.1)),
        "issue": rng.choice(("collection", "pricing"), size),
        "told_on": [str(day + dt.timedelta(days=int(wait))) for day, wait in zip(received, days, strict=True)],
        "in_time": (days <= 15).astype(int), "disputed": (rng.random(size) < 0.1).astype(int), "cause": rng.choice(("waiting", "unknown"), size),
        "closed_on": [str(day + dt.timedelta(days=40)) for day in received], "satisfied": (rng.random(size) < 0.6).astype(int),
    })  # fmt: skip


def register(table=None):
    return Register.of(as_answers(rows() if table is None else table), CODES)


def test_the_banks_own_codes_become_those_of_the_house_and_one_that_nobody_mapped_is_a_reject():
    table = rows(50).with_columns(
        issue=pl.when(pl.col("case") < "k00003").then(pl.lit("Z99")).otherwise("issue"),
        origin=pl.when(pl.col("case") == "k00010").then(None).otherwise("origin"),
    )
    found = register(table)
    assert set(found.table["business"]) == {"credit_card", "loan", "savings"}
    assert found.rejected == 3
    assert found.rejects[0] == {"case": "k00000", "facet": "issue", "code": "Z99"}
    told = pareto(found, "issue", RULES)
    assert (told["total"], told["rejected"], {one["code"] for one in told["items"]}) == (47, 3, {"collecting", "pricing"})  # fmt: skip
    assert pareto(found, "origin", RULES)["unassessed"] == 1
    with pytest.raises(AnswersError, match="weather"):
        Codes.of(KNOWN, {"business": {"rain": "weather"}})


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"received_on": pl.lit("30.6.2026")}, "30.6.2026"), ({"case": pl.lit("same")}, "twice"), ({"received_on": pl.lit(None, pl.String)}, "received_on")],
)  # fmt: skip
def test_what_is_no_register_is_refused_and_says_why(changed, said):
    with pytest.raises(AnswersError, match=said):
        register(rows(20).with_columns(**changed))


def test_the_order_is_told_as_far_as_it_is_known():
    found = pareto(register(), "business", RULES)
    first, second, third = found["items"]
    assert [one["code"] for one in found["items"]] == ["credit_card", "loan", "savings"]
    assert (first["best"], first["worst"], third["best"]) == (1, 1, 3)
    assert sum(one["count"] for one in found["items"]) == found["total"] == 400
    assert third["cumulative"] == pytest.approx(1.0)
    assert (first["vital"], second["vital"], third["vital"]) == (True, True, False)
    # Two that are even are not told apart.
    both = pareto(register(), "issue", RULES)["items"]
    assert {(one["best"], one["worst"]) for one in both} == {(1, 2)}
    joined = pareto(register(), "facets", RULES)
    assert sum(one["count"] for one in joined["items"]) == 400
    assert len(joined["items"][0]["code"]) == 3


def test_a_surge_in_the_newest_month_is_a_signal_and_calm_is_none():
    until = dt.date(2025, 12, 31)
    calm = trends(register(), "business", RULES, until)
    assert (len(calm["months"]), calm["series"][0]["signal"]) == (12, None)
    assert [one["code"] for one in calm["series"]] == ["all", "credit_card", "loan", "savings"]
    assert sum(calm["series"][0]["counts"]) == 400
    surged = trends(register(rows(surge=60)), "business", RULES, until)
    assert surged["series"][0]["signal"] == "more"
    assert 0 < surged["expected_false"] < 0.05
    # A month that is not over yet is not judged.
    assert trends(register(), "business", RULES, dt.date(2025, 12, 30))["months"][-1] == "2025-11"
    assert (
        trends(register(rows(40, months=4)), "business", RULES, dt.date(2025, 4, 30))["series"][0]["chart"]
        is None
    )
    scaled = trends(register(), "business", RULES, until, 2_000_000)
    assert scaled["series"][0]["centre"] == pytest.approx(5 * calm["series"][0]["centre"])


def test_the_sectors_figures_by_hand():
    year = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    found = complaint_ratios(register(), Size(20, 50_000), *year, RULES)
    assert found["rates"]["per_outlets"]["value"] == pytest.approx(400 / 20 * 1_000)
    assert found["rates"]["per_customers"]["value"] == pytest.approx(400 / 50_000 * 10_000_000)
    assert found["rates"]["per_outlet_month"]["value"] == pytest.approx(400 / 20 / 12, rel=1e-3)
    # Garwood's exact interval of a count of 400, from tables: 361.8 to 441.2.
    ends = [found["rates"]["per_outlets"][end] / 1_000 * 20 for end in ("low", "high")]
    assert ends == pytest.approx([361.76, 441.19], abs=0.02)
    assert found["shares"]["in_time"]["of"] == 400
    assert found["shares"]["reopened"] is None
    assert complaint_ratios(register(), Size(None, None), *year, RULES)["rates"]["per_outlets"] is None


def figures(found):
    year = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    return register_figures(complaint_ratios(found, Size(20, 50_000), *year, RULES), found.table, "unknown")


def test_the_rating_is_a_range_until_all_is_known():
    assert sum(one["points"] for one in RATING["elements"].values()) == 100
    for name, element in RATING["elements"].items():
        measured = sum(one["points"] for one in RATING["measures"].values() if one["element"] == name)
        assert measured in {element["points"], 0}
    found = protection_rating(RATING, figures(register()), {})
    assert found["total"] is None
    assert {"education", "deduction", "justice", "rules_current"} <= set(found["unknown"])
    assert -25 <= found["low"] < found["high"] <= 100
    sure = {name: {"value": one["full"], "low": one["full"], "high": one["full"]} for name, one in RATING["measures"].items()}  # fmt: skip
    assert protection_rating(RATING, sure, {"education": 10.0, "deduction": 0.0})["total"] == 100
    worst = {name: {"value": one["none"], "low": one["none"], "high": one["none"]} for name, one in RATING["measures"].items()}  # fmt: skip
    found = protection_rating(RATING, worst, {"education": 0.0, "deduction": 25.0})
    assert (found["total"], found["low"], found["high"], found["unknown"]) == (-25, -25, -25, [])
    for facts in ({"service": 3.0}, {"education": 11.0}, {"deduction": -1.0}):
        with pytest.raises(UsageError):
            protection_rating(RATING, sure, facts)


def test_better_figures_never_cost_points():
    values = np.linspace(0, 1, 11)
    rule = {"points": 10, "none": 0.4, "full": 0.9, "element": "service"}
    points = [protection_rating({**RATING, "measures": {"satisfied": rule}}, {"satisfied": {"value": v, "low": v, "high": v}}, {"education": 0.0} | dict.fromkeys(("system", "mechanism", "disputes"), 0.0) | {"deduction": 0.0})["total"] for v in values]  # fmt: skip
    assert points == sorted(points)
    assert (points[0], points[-1]) == (0.0, 10.0)


def test_a_return_holds_every_complaint_once_and_is_the_same_again():
    standard = {"business": {"credit_card": "B-07"}}
    found = quarterly_return(register(), "2025Q3", standard)
    whole = register().within(*quarter_days("2025Q3"))
    assert sum(row[7] for row in found[:-1]) == found[-1][7] == len(whole)
    assert all(row[8] + row[11] == row[7] and row[9] + row[10] == row[8] for row in found)
    assert {row[4] for row in found if row[3] == "credit_card"} == {"B-07"}
    shuffled = rows().sample(fraction=1.0, shuffle=True, seed=1)
    assert quarterly_return(register(shuffled), "2025-q3", standard) == found
    # What was told after the quarter is open in its return, whenever it is made.
    late = rows().with_columns(told_on=pl.lit("2026-01-05"))
    assert quarterly_return(register(late), "2025Q3", {})[-1][8:] == [0, 0, 0, len(whole)]
    with pytest.raises(UsageError):
        quarter_days("2025Q5")
