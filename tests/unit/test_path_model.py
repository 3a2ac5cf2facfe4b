"""The model file of a path model, refusals by name, and what a fit must be whatever the answers."""

import numpy as np
import pytest
from path_worlds import world, world_model

from zhike.core.measure_errors import AnswersError, MeasureModelError
from zhike.measure.path_model import PathModel, fit_path_model, path_report

LATENTS = {"a": ["a1", "a2"], "b": {"items": ["b1"], "mode": "B"}, "c": ["c1", "c2"]}
PATHS = ["a -> b", "b->c", " a  ->  c "]
SOUND = {"scale": {"min": 1, "max": 10}, "latents": LATENTS, "paths": PATHS}


def fitted(model, items, seed=0, **more):
    return fit_path_model(model, items, np.random.default_rng(seed), **more)


def test_a_model_says_what_its_file_says():
    model = PathModel.of({**SOUND, "scheme": "path", "scaled": False, "missing_codes": [99]}, "m.yaml")
    assert model.names == ("a", "b", "c")
    assert model.items == ("a1", "a2", "b1", "c1", "c2")
    assert model.paths == (("a", "b"), ("b", "c"), ("a", "c"))
    assert [latent.mode for latent in model.latents] == ["A", "B", "A"]
    assert (model.scheme, model.scaled, model.missing, model.missing_codes) == (
        "path",
        False,
        "mean",
        (99.0,),
    )
    assert model.targets == ("b", "c")


def test_a_latent_may_have_a_scale_of_its_own():
    model = PathModel.of({**SOUND, "latents": {**LATENTS, "b": {"items": ["b1"], "scale": {"min": 0, "max": 1}}}}, "m")  # fmt: skip
    assert [latent.scale for latent in model.latents] == [(1, 10), (0, 1), (1, 10)]


def test_an_item_of_two_latents_is_told_with_its_latent():
    model = PathModel.of({"latents": {"a": ["x", "y"], "b": ["x"]}, "paths": ["a -> b"]}, "m")
    assert model.labels == ("a:x", "y", "b:x")
    assert model.items == ("x", "y")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"paths": ["a -> b", "b -> c", "c -> a"]}, "a cycle: a -> b -> c -> a"),
        ({"paths": ["a -> b", "b -> c", "c -> c"]}, "a cycle: c -> c"),
        ({"paths": ["a -> d"]}, "path 'a -> d' of an unknown latent 'd'"),
        ({"paths": ["a -> b"]}, "latent 'c' on no path"),
        ({"paths": ["a -> b", "b -> c", "a -> b"]}, "path 'a -> b' twice"),
        ({"paths": ["a, b"]}, "'a, b' as a path"),
        ({"paths": []}, "no paths"),
        ({"latents": {**LATENTS, "c": []}}, "latent 'c' without items"),
        ({"latents": {**LATENTS, "c": {"mode": "A"}}}, "latent 'c' without items"),
        ({"latents": {**LATENTS, "c": "c1"}}, "latent 'c' without items"),
        ({"latents": {**LATENTS, "c": ["c1", "c1"]}}, "item 'c1' twice in latent 'c'"),
        ({"latents": {**LATENTS, "c": [False]}}, "'False' as a name"),
        ({"latents": {**LATENTS, "c": {"items": ["c1"], "mode": "C"}}}, "'C' as mode"),
        ({"latents": {**LATENTS, "c": {"items": ["c1"], "kind": "A"}}}, "key 'kind'"),
        ({"latents": {}}, "something else"),
        ({"scale": {"min": 10, "max": 1}}, "'{'min': 10, 'max': 1}' as scale"),
        ({"scale": 10}, "'10' as scale"),
        ({"scheme": "centre"}, "'centre' as scheme"),
        ({"scaled": "no"}, "'no' as scaled"),
        ({"missing": "drop"}, "'drop' as missing"),
        ({"missing_codes": [True]}, "'True' as missing_codes"),
        ({"targets": ["a"]}, "'a' as targets"),
        ({"reversed": ["c9"]}, "'c9' as reversed"),
        ({"tolerance": 0}, "'0' as tolerance"),
        ({"weight": 1}, "key 'weight'"),
    ],
)
def test_a_model_that_does_not_fit_together_is_refused_by_name(changes, found):
    with pytest.raises(MeasureModelError) as refused:
        PathModel.of({**SOUND, **changes}, "m.yaml")
    assert str(refused.value).startswith(f"found {found} in model 'm.yaml'; needed ")


def test_a_document_that_is_no_mapping_is_refused():
    with pytest.raises(MeasureModelError, match=r"something else in model 'm\.yaml'"):
        PathModel.of(["a"], "m.yaml")


def answers(persons=60, seed=1):
    """Answers to `SOUND`."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(persons, 1))
    return np.clip(np.round(5.5 + common + rng.normal(size=(persons, 5))), 1, 10)


def changed(items, column, values):
    found = items.copy()
    found[:, column] = values
    return found


@pytest.mark.parametrize(
    ("document", "items", "found"),
    [
        (SOUND, answers()[:9], "9 persons that count"),
        (SOUND, changed(answers(), 1, 7), "the same answer of everybody to item 'a2'"),
        (SOUND, changed(answers(), 1, np.nan), "the same answer of everybody to item 'a2'"),
        (
            {**SOUND, "latents": {**LATENTS, "c": {"items": ["c1", "c2"], "mode": "B"}}},
            changed(answers(), 4, answers()[:, 3] * 2),
            "items of latent 'c' of which one follows from the others",
        ),
        ({**SOUND, "iterations": 1}, answers(), "weights that have not settled after 1 steps"),
        (
            {"latents": {"a": ["a1"], "b": ["a1"], "c": ["c1"]}, "paths": ["a -> c", "b -> c"]},
            answers()[:, :2],
            "latents of which one follows from the others",
        ),
    ],
)
def test_answers_that_cannot_carry_the_model_are_refused(document, items, found):
    with pytest.raises(AnswersError) as refused:
        fitted(PathModel.of(document, "m"), items)
    assert str(refused.value).startswith(f"found {found}; needed ")


def test_complete_cases_and_means_treat_missing_answers():
    items = answers()
    items[0, 0] = items[1, 1] = np.nan
    items[2] = np.nan
    mean, complete = (
        fitted(PathModel.of({**SOUND, "missing": way}, "m"), items) for way in ("mean", "complete")
    )
    assert (mean.persons, mean.left_out, mean.missing) == (59, 1, (2, 2, 1, 1, 1))
    assert (complete.persons, complete.left_out) == (57, 3)
    without = fitted(PathModel.of(SOUND, "m"), items[3:])
    assert complete.values["direct"] == pytest.approx(without.values["direct"], abs=1e-9)
    replaced = np.delete(np.where(np.isnan(items), np.nanmean(items, axis=0), items), 2, axis=0)
    assert mean.values["direct"] == pytest.approx(
        fitted(PathModel.of(SOUND, "m"), replaced).values["direct"], abs=1e-9
    )


@pytest.mark.parametrize("scheme", ["centroid", "factorial", "path"])
@pytest.mark.parametrize("scaled", [True, False])
def test_a_weight_counts_as_that_many_persons(scheme, scaled):
    model = PathModel.of({**SOUND, "scheme": scheme, "scaled": scaled}, "m")
    items, weights = answers(), np.arange(60) % 3 + 1.0
    weighted, repeated = (
        fitted(model, items, weights=weights),
        fitted(model, np.repeat(items, weights.astype(int), axis=0)),
    )
    for figure in ("direct", "indices", "loadings", "weights", "rho_a", "htmt"):
        assert weighted.values[figure] == pytest.approx(repeated.values[figure], abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("mode", ["A", "B"])
@pytest.mark.parametrize("scheme", ["centroid", "factorial", "path"])
@pytest.mark.parametrize("scaled", [True, False])
def test_moments_give_what_a_plain_loop_over_persons_gives(mode, scheme, scaled):
    latents = {name: {"items": items, "mode": mode} for name, items in {"a": ["a1", "a2"], "b": ["b1"], "c": ["c1", "c2"]}.items()}  # fmt: skip
    model = PathModel.of(
        {**SOUND, "latents": latents, "scheme": scheme, "scaled": scaled, "tolerance": 1e-10}, "m"
    )
    items = answers(200)
    found = fitted(model, items).values
    scores, weights = plain_scores(model, items)
    assert found["weights"] == pytest.approx(weights, abs=1e-8)
    correlations = np.corrcoef(scores.T)
    b1 = correlations[0, 1]
    both = np.linalg.solve(correlations[:2, :2], correlations[:2, 2])
    assert found["direct"][[0, 0, 1], [1, 2, 2]] == pytest.approx([b1, *both], abs=1e-8)


def plain_scores(model, items):
    """Return scores and weights by the steps as they are written down, person by person."""
    centred = items - items.mean(axis=0)
    x = centred / items.std(axis=0) if model.scaled else centred
    own = np.array([model.names.index(name) for name, _ in model.indicators])
    weights = np.ones(len(own))
    neighbours = model.arrows | model.arrows.T
    for _ in range(500):
        y = np.column_stack([x[:, own == j] @ weights[own == j] for j in range(len(model.names))])
        y = y / y.std(axis=0)
        inner = np.corrcoef(y.T) * neighbours
        if model.scheme == "centroid":
            inner = np.sign(inner)
        if model.scheme == "path":
            for end in range(len(model.names)):
                before = np.flatnonzero(model.arrows[:, end])
                if len(before):
                    inner[before, end] = np.linalg.lstsq(y[:, before], y[:, end], rcond=None)[0]
        z = y @ inner
        for j, latent in enumerate(model.latents):
            block = x[:, own == j]
            slope = np.linalg.lstsq(block, z[:, j], rcond=None)[0]
            new = block.T @ z[:, j] / len(x) if latent.mode == "A" else slope
            weights[own == j] = new / (block @ new).std()
    scores = np.column_stack([x[:, own == j] @ weights[own == j] for j in range(len(model.names))])
    return scores, weights


def test_reliability_follows_its_formulas():
    items = answers(200)
    model = PathModel.of(SOUND, "m")
    found = fitted(model, items).values
    r = np.corrcoef(items.T)
    loadings = found["loadings"][:2]
    assert found["alpha"][:2] == pytest.approx([2 * r[0, 1] / (1 + r[0, 1]), 1])
    assert found["ave"][:2] == pytest.approx([(loadings**2).mean(), 1])
    common = loadings.sum() ** 2
    assert found["composite"][0] == pytest.approx(common / (common + (1 - loadings**2).sum()))
    w = found["weights"][:2]
    off = 2 * w[0] * w[1]
    assert found["rho_a"][0] == pytest.approx((w @ w) ** 2 * off * r[0, 1] / (w[0] * w[1] * off))
    assert found["htmt"][0, 2] == pytest.approx(np.abs(r[:2, 3:]).mean() / np.sqrt(abs(r[0, 1] * r[3, 4])))
    r2, communality = found["r2"][1:].mean(), (found["loadings"][[0, 1, 3, 4]] ** 2).mean()
    assert found["gof"][0] == pytest.approx(np.sqrt(r2 * communality))


def test_points_are_the_slope_between_indices():
    """One more point of a latent's index goes with so many of the next one's, where one path is all there is."""
    model = PathModel.of(
        {**SOUND, "latents": {"a": ["a1", "a2"], "c": ["c1", "c2"]}, "paths": ["a -> c"]}, "m"
    )
    items = answers(200)[:, [0, 1, 3, 4]]
    found = fitted(model, items).values
    raw = found["weights"] / items.std(axis=0)
    ((one, other),) = [
        [100 * ((items[:, part] - 1) @ raw[part]) / (9 * raw[part].sum()) for part in (slice(2), slice(2, 4))]
    ]
    assert found["indices"] == pytest.approx([one.mean(), other.mean()])
    assert found["points"][0, 1] == pytest.approx(np.polyfit(one, other, 1)[0])


def test_without_a_scale_there_is_no_index_and_the_report_says_so():
    fit = fitted(PathModel.of({key: value for key, value in SOUND.items() if key != "scale"}, "m"), answers())
    report = path_report(fit)
    assert {one["value"] for one in report["indices"].values()} == {None}
    assert [(note["code"], note["latent"]) for note in report["notes"]] == [
        ("no_scale", name) for name in "abc"
    ]


def test_a_reversed_item_is_told():
    items = answers(200)
    items[:, 4] = 11 - items[:, 4]
    report = path_report(fitted(PathModel.of(SOUND, "m"), items))
    assert {"code": "negative_weight", "latent": "c"} in report["notes"]


def test_a_reversed_item_that_the_model_names_is_turned_round():
    items = answers(200)
    plain = fitted(PathModel.of(SOUND, "m"), items)
    items[:, 4] = 11 - items[:, 4]
    items[7, 4] = np.nan
    items[7, :4] = np.nan
    turned = fitted(PathModel.of({**SOUND, "reversed": ["c2"]}, "m"), items)
    without = np.delete(answers(200), 7, axis=0)
    assert turned.values["indices"] == pytest.approx(
        fitted(PathModel.of(SOUND, "m"), without).values["indices"]
    )
    assert turned.values["indices"] != pytest.approx(plain.values["indices"], abs=1e-6)


def test_the_report_names_every_effect_once():
    report = path_report(fitted(PathModel.of(SOUND, "m"), answers(), bootstrap=50))
    assert [(one["from"], one["to"]) for one in report["effects"]] == [("a", "b"), ("a", "c"), ("b", "c")]
    through = report["effects"][1]
    paths = {(one["from"], one["to"]): one["coefficient"] for one in report["paths"]}
    assert through["indirect"] == pytest.approx(paths["a", "b"] * paths["b", "c"])
    assert through["total"] == pytest.approx(through["direct"] + through["indirect"])
    assert [one["latent"] for one in report["ipma"]["c"]] == ["a", "b"]
    for part in (*report["paths"], *report["effects"]):
        assert part["low"] < part.get("coefficient", part.get("total")) < part["high"]


def test_resamples_follow_from_the_seed():
    model, items = world_model(), world(np.random.default_rng(3), 120)
    one, again, other = (fitted(model, items, seed, bootstrap=60) for seed in (1, 1, 2))
    assert one.low["direct"].tolist() == again.low["direct"].tolist()
    assert one.low["direct"].tolist() != other.low["direct"].tolist()


def test_resamples_in_which_an_item_is_constant_are_counted():
    items = answers(30)
    items[:, 0] = 5
    items[0, 0] = 6
    fit = fitted(PathModel.of(SOUND, "m"), items, bootstrap=200)
    assert 30 < fit.resamples.failed < 120
    assert len(fit.resamples.drawn["gof"]) == 200 - fit.resamples.failed


def test_many_persons_are_drawn_in_cells_with_the_same_spread():
    """The interval of 6,000 persons, drawn in cells, is as long as theory has it: 1 over the root of the persons."""
    model, rng = world_model(), np.random.default_rng(4)
    few, many = (fitted(model, world(rng, persons, 1000.0), bootstrap=1500) for persons in (1500, 6000))
    lengths = [(fit.high["direct"] - fit.low["direct"])[model.arrows].mean() for fit in (few, many)]
    assert lengths[0] / lengths[1] == pytest.approx(2, rel=0.1)
