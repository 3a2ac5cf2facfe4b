"""Published figures of survey science reproduced: scores, shares of drivers, Kano's coefficients, raked means.

The figures are those of the design's reference notes, each of which was computed there by two programs (R and Python). Of R's `swiss` only
the correlations stand here, of `apiclus1` only counts and sums of cells: both figures need no more.
"""

import numpy as np
import pytest

from zhike.measure.attributes import kano_count
from zhike.measure.drivers import driver_shares, relative_weights, shapley_exact
from zhike.measure.scores import net_promoter, top_box
from zhike.measure.weighting import Clusters, design_effect, rake, weighted_mean
from zhike.measure.weighting.raking import Margin

DRIVERS = ("Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality")
SWISS = np.array([
    [1.0, -0.6865422086, -0.6395225189, 0.4010950530, -0.0608586084, 0.3530791836],
    [-0.6865422086, 1.0, 0.6984152963, -0.5727418061, -0.1140215965, -0.6458827065],
    [-0.6395225189, 0.6984152963, 1.0, -0.1538589171, -0.0993218458, -0.6637888570],
    [0.4010950530, -0.5727418061, -0.1538589171, 1.0, 0.1754959076, 0.4636847007],
    [-0.0608586084, -0.1140215965, -0.0993218458, 0.1754959076, 1.0, 0.4165560314],
    [0.3530791836, -0.6458827065, -0.6637888570, 0.4636847007, 0.4165560314, 1.0],
])  # fmt: skip
"""Correlations of the drivers and of Fertility, last."""
LMG = [0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592]
JOHNSON = [0.0484169, 0.1547082, 0.2719641, 0.1146800, 0.1169657]

CELLS = """
61EY 10 7203|61MN 2 1458|61MY 1 711|135EN 3 2013|135EY 31 20495|178EY 2 1001|178HY 1 529|178MN 1 547|197EN 1 709|197EY 9 6005|197MN 2 1190
197MY 1 689|255EN 1 552|255EY 12 8633|255MY 3 2184|406EY 2 1116|413EY 1 551|437EY 2 963|437HY 1 443|437MY 1 482|448EY 9 6858|448HY 1 703
448MY 2 1550|510EN 1 629|510EY 15 9964|510HN 1 595|510HY 1 661|510MN 1 614|510MY 2 1298|568EN 1 699|568EY 3 2160|568HN 1 687|568HY 3 2161
568MY 1 679|637EY 8 5418|637HY 1 608|637MY 2 1333|716EN 5 2554|716EY 25 14254|716HY 3 1577|716MY 4 2009|778EY 1 494|778MN 1 411|815EY 2 1166
815HN 1 696|815MN 1 631
"""
"""Of apiclus1: district, type of school, target met, schools, sum of api00."""
SCHOOLS = {"E": 4421.0, "H": 755.0, "M": 1018.0}
TARGET = {"N": 1072.0, "Y": 5122.0}
DISTRICTS = 757.0
WEIGHT = 33.847


def with_correlations(matrix, n, rng):
    """Return a table whose columns correlate exactly so."""
    noise = rng.normal(size=(n, len(matrix)))
    noise -= noise.mean(axis=0)
    plain = noise @ np.linalg.inv(np.linalg.cholesky(noise.T @ noise / n)).T
    return plain @ np.linalg.cholesky(matrix).T


def test_net_promoter_score_of_a_thousand():
    found = net_promoter(250, 675, 75)
    assert found.wald.value == found.adjusted.value == 17.5
    assert found.wald.error == pytest.approx(1.71574, abs=5e-6)
    assert found.wald[2:4] == pytest.approx((14.137, 20.863), abs=5e-4)
    assert found.adjusted[2:4] == pytest.approx((14.086, 20.809), abs=5e-4)


def test_net_promoter_score_of_ten():
    found = net_promoter(6, 3, 1)
    assert found.wald[2:4] == pytest.approx((8.42, 91.58), abs=5e-3)
    assert found.adjusted[2:4] == pytest.approx((-0.20, 77.13), abs=5e-3)


def test_wilson_interval_of_satisfaction():
    found = top_box(np.repeat([5.0, 3.0], [45, 5]), 4.0)
    assert found[2:4] == pytest.approx((0.78640, 0.95652), abs=5e-6)


def test_kano_coefficients():
    found = kano_count(np.repeat(list("AOMI"), [30, 40, 20, 10]))
    assert (found.better.value, found.worse.value) == pytest.approx((0.70, -0.60))


def test_shapley_shares_of_swiss():
    found = shapley_exact(SWISS[None])[0]
    assert dict(zip(DRIVERS, found, strict=True)) == pytest.approx(
        dict(zip(DRIVERS, LMG, strict=True)), abs=1e-8
    )
    assert found.sum() == pytest.approx(0.706735, abs=5e-7)


def test_johnson_weights_of_swiss():
    assert relative_weights(SWISS[None])[0] == pytest.approx(JOHNSON, abs=1e-7)


@pytest.mark.parametrize(("method", "expected"), [("shapley", LMG), ("johnson", JOHNSON)])
def test_shares_of_a_table_with_the_correlations_of_swiss(method, expected):
    rng = np.random.default_rng(1)
    found = driver_shares(with_correlations(SWISS, 47, rng), method, rng, draws=200)
    assert found.share == pytest.approx(expected, abs=1e-7)
    assert found.r2 == pytest.approx(0.706735, abs=5e-7)
    assert np.all((found.low < found.share) & (found.share < found.high))


@pytest.fixture(scope="module")
def schools():
    """District, codes of both margins and the mean of the cell, a row a school."""
    rows = []
    for cell in CELLS.replace("\n", "|").strip("|").split("|"):
        name, count, total = cell.split()
        many = int(count)
        rows += [(int(name[:-2]), "EHM".index(name[-2]), "NY".index(name[-1]), int(total) / many)] * many
    district, kind, met, mean = (np.array(column) for column in zip(*rows, strict=True))
    margins = [Margin(kind, np.array(list(SCHOOLS.values()))), Margin(met, np.array(list(TARGET.values())))]
    return district, margins, mean


def test_raked_mean_of_apiclus1(schools):
    district, margins, mean = schools
    before = np.full(len(mean), WEIGHT)
    found = rake(before, margins)
    cost = design_effect(found.weights)
    assert (len(mean), found.converged) == (183, True)
    assert cost == pytest.approx((1.0516567, 174.0112), rel=5e-7)
    clusters = Clusters(district, np.zeros(183, dtype=int), np.array([DISTRICTS]))
    estimate = weighted_mean(mean, found.weights, clusters, (before, margins))
    assert estimate.value == pytest.approx(641.2303, abs=5e-5)
    assert estimate.error == pytest.approx(23.704, abs=5e-4)


def test_without_the_margins_the_error_of_apiclus1_is_another(schools):
    """What is known of the population leaves no error: forgetting it would tell 23.806."""
    district, margins, mean = schools
    weights = rake(np.full(183, WEIGHT), margins).weights
    clusters = Clusters(district, np.zeros(183, dtype=int), np.array([DISTRICTS]))
    assert weighted_mean(mean, weights, clusters).error == pytest.approx(23.806, abs=5e-4)
