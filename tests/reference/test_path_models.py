"""Path models of two real surveys: the published figures of mobile phones, and the bank's customers.

The coefficients, R² and indices of `mobi` (Tenenhaus et al. 2005) are those of the design's reference notes
(`reference/service-quality.md` 1.9), where other implementations agree with them to the digits given.
"""

import numpy as np
import polars as pl
import pytest

from zhike.measure.path_model import PathModel, fit_path_model, path_report

pytestmark = pytest.mark.data

MOBI = {
    "image": "IMAG1 IMAG2 IMAG3 IMAG4 IMAG5", "expectation": "CUEX1 CUEX2 CUEX3",
    "quality": "PERQ1 PERQ2 PERQ3 PERQ4 PERQ5 PERQ6 PERQ7", "value": "PERV1 PERV2",
    "satisfaction": "CUSA1 CUSA2 CUSA3", "complaints": "CUSCO", "loyalty": "CUSL1 CUSL2 CUSL3",
}  # fmt: skip
PATHS = {
    "image -> expectation": (0.5047, 0.50491), "expectation -> quality": (0.5572, 0.55675),
    "expectation -> value": (0.0508, 0.04999), "quality -> value": (0.5572, 0.55830),
    "image -> satisfaction": (0.1788, 0.17874), "expectation -> satisfaction": (0.0644, 0.06252),
    "quality -> satisfaction": (0.5125, 0.51202), "value -> satisfaction": (0.1918, 0.19477),
    "satisfaction -> complaints": (0.5261, 0.52807), "image -> loyalty": (0.1954, 0.19576),
    "satisfaction -> loyalty": (0.4835, 0.48548), "complaints -> loyalty": (0.0712, 0.06693),
}  # fmt: skip
R2 = {
    "centroid": [0.2547, 0.3105, 0.3446, 0.6803, 0.2768, 0.4573],
    "path": [0.25494, 0.30997, 0.34528, 0.68108, 0.27885, 0.45694],
}
INDICES = [73.52, 72.47, 74.99, 62.30, 72.54, 67.42, 70.61]
HALF = {"centroid": 0.6e-4, "path": 0.6e-5}
"""Half a unit of the last digit given, and a little for where it was cut."""


def survey(shared_data, name):
    file = shared_data / name
    if not file.is_file():
        pytest.skip(f"the survey is not in ../shared/data/{name}")
    return pl.read_parquet(file)


def fitted(table, model, bootstrap=0):
    items = table.select(model.items).cast(pl.Float64).to_numpy()
    return path_report(fit_path_model(model, items, np.random.default_rng(0), None, bootstrap))


def mobi_model(**more):
    latents = {name: items.split() for name, items in MOBI.items()}
    return PathModel.of(
        {"scale": {"min": 1, "max": 10}, "latents": latents, "paths": list(PATHS), **more}, "mobi"
    )


@pytest.mark.parametrize("scheme", ["centroid", "path"])
def test_mobi_is_as_published(shared_data, scheme):
    found = fitted(survey(shared_data, "ecsi_mobi/mobi.parquet"), mobi_model(scheme=scheme))
    published = [pair[scheme == "path"] for pair in PATHS.values()]
    assert [one["coefficient"] for one in found["paths"]] == pytest.approx(published, abs=HALF[scheme])
    assert list(found["r2"].values()) == pytest.approx(R2[scheme], abs=HALF[scheme])
    assert found["n"] == 250
    assert 6 <= found["iterations"] <= 8


def test_indices_of_mobi_are_as_published(shared_data):
    found = fitted(survey(shared_data, "ecsi_mobi/mobi.parquet"), mobi_model())
    assert [one["value"] for one in found["indices"].values()] == pytest.approx(INDICES, abs=0.006)


def test_a_model_in_mode_b_is_as_published(shared_data):
    """`ecsi_mobi/SOURCE.md` has these of R's seminr: path scheme, standardised, quality in mode B."""
    latents = {name: MOBI[name].split() for name in ("image", "expectation", "complaints", "loyalty")}
    latents |= {"quality": {"items": MOBI["quality"].split(), "mode": "B"}}
    paths = ["image -> expectation", "expectation -> loyalty", "quality -> loyalty", "complaints -> loyalty"]
    model = PathModel.of({"scheme": "path", "latents": latents, "paths": paths}, "basic")
    found = fitted(survey(shared_data, "ecsi_mobi/mobi.parquet"), model)
    coefficients = [one["coefficient"] for one in found["paths"]]
    assert coefficients == pytest.approx([0.512877, 0.124535, 0.405694, 0.176082], abs=2e-6)


def test_customers_of_a_bank_are_driven_by_quality_and_value(shared_data):
    table = survey(shared_data, "csibank/csibank.parquet")
    sizes = {"imag": 6, "expe": 4, "qual": 7, "val": 4, "sat": 3, "loy": 3}
    latents = {name: [f"{name}{one}" for one in range(1, size + 1)] for name, size in sizes.items()}
    paths = [
        "imag -> expe", "imag -> sat", "imag -> loy", "expe -> qual", "expe -> val", "expe -> sat",
        "qual -> val", "qual -> sat", "val -> sat", "sat -> loy",
    ]  # fmt: skip
    model = PathModel.of(
        {"scale": {"min": 0, "max": 10}, "latents": latents, "paths": paths, "scheme": "path"}, "bank"
    )
    found = fitted(table, model, 1000)
    assert found["n"] == len(table)
    assert found["r2"]["sat"] > 0.6
    effects = {(one["from"], one["to"]): one for one in found["effects"]}
    assert effects["qual", "sat"]["low"] > 0
    assert effects["val", "sat"]["low"] > 0
    for one in found["indices"].values():
        assert one["low"] < one["value"] < one["high"]
        assert one["high"] - one["low"] < 100 * 2 * 2.5 / np.sqrt(len(table))
