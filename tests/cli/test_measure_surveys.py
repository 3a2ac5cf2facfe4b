"""Transcripts of measuring: each command in JSON and in words, in three languages, and what it refuses."""

import numpy as np
import polars as pl
import pytest
import yaml
from chinese import SIMPLIFIED_ONLY
from made_up.survey import survey

RATED = ("speed", "advice", "app")
MODELS = {
    "nps": {"question": "nps", "group": "branch", "missing_codes": [99]},
    "csat": {"question": "overall", "scale": {"min": 1, "max": 10}, "top": 3, "group": "branch"},
    "ces": {"question": "speed", "scale": {"min": 1, "max": 10}, "group": "branch"},
    "drivers": {
        "overall": "overall", "drivers": list(RATED), "always": ["sex", "nps"], "scale": {"min": 1, "max": 10},
    },
    "kano": {
        "features": {
            "video": {"functional": "video_with", "dysfunctional": "video_without"},
            "safety": {"functional": "safe_with", "dysfunctional": "safe_without"},
        },
        "group": "branch",
    },
    "servqual": {
        "scale": {"min": 1, "max": 10},
        "dimensions": {
            "response": {"items": [{"perception": "speed", "expectation": "speed_wish"}], "points": "points_a"},
            "staff": {"items": [{"perception": one, "expectation": f"{one}_wish"} for one in ("advice", "app")], "points": "points_b"},
        },
    },
    "ipa": {
        "scale": {"min": 1, "max": 10}, "overall": "overall",
        "attributes": {one: {"performance": one, "importance": f"{one}_wish"} for one in RATED},
    },
    "rake": {
        "margins": {"sex": {"f": 3000, "m": 3000}, "age": {"young": 2400, "old": 3600}},
        "means": ["overall"], "trim": {"low": 0.3, "high": 3},
        "response": {"answered": "answered", "categories": ["branch"], "numbers": ["points_a"]},
    },
}  # fmt: skip
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Folder with the answers and a model for each command."""
    folder = tmp_path_factory.mktemp("survey")
    survey().write_csv(folder / "answers.csv")
    for name, model in MODELS.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(model), "utf-8")
    return folder


@pytest.fixture
def measure(zhike, place):
    """Call a command with its model, or with one that differs in some keys."""

    def call(name, *words, **changes):
        model = place / f"{name}.yaml"
        if changes:
            merged = {key: value for key, value in {**MODELS[name], **changes}.items() if value is not None}
            model = place / "changed.yaml"
            model.write_text(yaml.safe_dump(merged), "utf-8")
        return zhike("measure", name, place / "answers.csv", "--model", model, *words)

    return call


def found(answer):
    assert answer.code == 0, answer.err
    return answer.json


def test_score_and_its_groups(measure):
    table = survey()
    told = found(measure("nps", "--json"))
    p, d = ((table["nps"] >= 9).mean(), (table["nps"] <= 6).mean())
    assert told["value"] == pytest.approx(100 * (p - d))
    assert told["error"] == pytest.approx(100 * np.sqrt((p + d - (p - d) ** 2) / 600))
    assert told["adjusted"] == {"low": told["low"], "high": told["high"]} != told["wald"]
    groups = {one["group"]: one for one in told["groups"]}
    assert groups["Tiny"] == {"group": "Tiny", "n": 4, "suppressed": True}
    assert groups["Station"]["funnel"]["position"] == "alarm"
    assert groups["Station"]["rank"]["worst"] == 3
    assert groups["Station"]["value"] < groups["Station"]["shrunk"]["value"]
    assert told["grouping"]["heterogeneity"]["p_value"] < 1e-6


def test_options_stand_before_the_model_and_for_it(zhike, place):
    plain = found(zhike("measure", "nps", place / "answers.csv", "--json"))
    assert (plain["question"], plain["groups"]) == ("nps", None)
    by_sex = zhike(
        "measure", "nps", place / "answers.csv", "--model", place / "nps.yaml", "--by", "sex", "--json"
    )
    assert [one["group"] for one in found(by_sex)["groups"]] == ["f", "m"]
    weighted = found(zhike("measure", "nps", place / "answers.csv", "--weights", "weight", "--json"))
    assert weighted["n_eff"] < weighted["n"] == 600


def test_satisfaction_and_effort(measure):
    table = survey()
    csat, ces = found(measure("csat", "--json")), found(measure("ces", "--json", "--bootstrap", "500"))
    assert csat["value"] == pytest.approx((table["overall"] >= 8).mean())
    assert ces["value"] == pytest.approx(table["speed"].mean())
    assert ces["error"] == pytest.approx(table["speed"].std() / np.sqrt(600))
    assert ces["bootstrap"]["low"] == pytest.approx(ces["low"], abs=0.05)


@pytest.mark.parametrize(("name", "question"), [("nps", "nps"), ("csat", "overall"), ("ces", "speed")])
def test_waves_of_the_same_persons_are_paired(zhike, tmp_path, name, question):
    now = survey().select("person", "wave", question)
    before = now.with_columns(pl.lit("2025").alias("wave"), (pl.col(question) - 1).clip(1)).head(400)
    pl.concat([before, now]).write_csv(tmp_path / "both.csv")
    waves = {"column": "wave", "before": "2025", "after": "2026"}
    told = []
    for person in (None, "person"):
        model = {
            "question": question,
            "scale": {"min": 0, "max": 10},
            "top": 3,
            "waves": {**waves, "person": person},
        }
        (tmp_path / "m.yaml").write_text(yaml.safe_dump(model), "utf-8")
        answer = zhike("measure", name, tmp_path / "both.csv", "--model", tmp_path / "m.yaml", "--json")
        told.append(found(answer)["waves"])
    apart, paired = told
    assert (apart["shared"], paired["shared"]) == (0, 400)
    assert paired["difference"]["error"] < 0.8 * apart["difference"]["error"]
    assert paired["difference"]["low"] > 0
    assert (
        apart["difference"]["value"]
        == paired["difference"]["value"]
        == paired["after"]["value"] - paired["before"]["value"]
    )


def test_drivers_are_associations(measure):
    told = found(measure("drivers", "--json", "--bootstrap", "200"))
    assert told["kind"] == "association"
    assert told["drivers"][0]["driver"] == "speed"
    assert told["always"]["variables"] == ["sex: m", "nps"]
    for method in ("shapley", "johnson"):
        shares = [one[method]["share"] for one in told["drivers"]]
        assert sum(shares) + told["always"]["r2"] == pytest.approx(told["r2"])
        assert all(one[method]["low"] < one[method]["share"] < one[method]["high"] for one in told["drivers"])
    assert "association" in measure("drivers", "--bootstrap", "50", "--lang", "en").out


def test_kano(measure):
    told = {one["feature"]: one for one in found(measure("kano", "--json"))["features"]}
    assert told["video"]["category"] == "A"
    assert told["safety"]["category"] == told["safety"]["continuous"]["category"] == "M"
    assert [one["suppressed"] for one in told["video"]["groups"]] == [False, False, False, True]
    assert sum(told["safety"]["counts"].values()) == told["safety"]["n"] == 600


def test_kano_answers_may_be_numbers_of_the_banks_own(zhike, measure, place):
    codes = dict(zip(("like", "must_be", "neutral", "live_with", "dislike"), (5, 4, 3, 2, 1), strict=True))
    columns = ["video_with", "video_without"]
    survey().with_columns(pl.col(columns).replace_strict(codes)).write_csv(place / "coded.csv")
    model = {"features": {"video": MODELS["kano"]["features"]["video"]}, "answers": codes}
    (place / "coded.yaml").write_text(yaml.safe_dump(model), "utf-8")
    told = found(zhike("measure", "kano", place / "coded.csv", "--model", place / "coded.yaml", "--json"))
    words = found(measure("kano", "--json"))
    assert told["features"][0]["counts"] == next(
        one["counts"] for one in words["features"] if one["feature"] == "video"
    )


def test_servqual(measure):
    table = survey()
    told = found(measure("servqual", "--json"))
    gaps = {one: table[one] - table[f"{one}_wish"] for one in RATED}
    response, staff = gaps["speed"], (gaps["advice"] + gaps["app"]) / 2
    assert [one["gap"]["value"] for one in told["dimensions"]] == pytest.approx(
        [response.mean(), staff.mean()]
    )
    weighted = (response * table["points_a"] + staff * table["points_b"]) / 100
    assert told["servqual"]["weighted"]["value"] == pytest.approx(weighted.mean())
    assert told["servqual"]["unweighted"]["value"] == pytest.approx((response.mean() + staff.mean()) / 2)


def test_importance_and_performance(measure):
    told = found(measure("ipa", "--json", "--bootstrap", "200"))
    rows = {one["attribute"]: one for one in told["attributes"]}
    assert told["importance"] == "stated"
    assert rows["speed"]["stated"]["value"] == pytest.approx(survey()["speed_wish"].mean())
    assert rows["speed"]["chances"][rows["speed"]["quadrant"]] > 0.5
    assert rows["speed"]["gap"]["high"] < 0
    derived = found(
        measure("ipa", "--json", "--bootstrap", "50", importance="derived", derived="standardised")
    )
    assert derived["attributes"][0]["importance"] == derived["attributes"][0]["derived"]
    assert sum(derived["sensitivity"]["moved"].values()) >= 0
    assert set(derived["sensitivity"]["moved"]) == {"scale_middle", "median"}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_raked_answers_are_written_with_their_weights(measure, tmp_path, ending):
    out = tmp_path / f"weighted.{ending}"
    told = found(measure("rake", "--out", out, "--json"))
    table = (
        pl.read_parquet(out).with_columns(pl.col("answered").cast(int))
        if ending == "parquet"
        else pl.read_csv(out)
    )
    assert table["weight"].sum() == pytest.approx(6000)
    assert table.filter(pl.col("answered") == 0)["weight"].max() == 0
    for one in told["margins"]:
        assert table.filter(pl.col(one["column"]) == one["category"])["weight"].sum() == pytest.approx(
            one["total"]
        )
    kept = table.filter(pl.col("answered") == 1)
    mean = (kept["overall"].cast(float) * kept["weight"]).sum() / 6000
    assert told["means"][0]["value"] == pytest.approx(mean)
    assert told["n_eff"] == pytest.approx(6000**2 / (kept["weight"] ** 2).sum())


@pytest.mark.parametrize("name", MODELS)
def test_words_in_three_languages(measure, name):
    told = [
        measure(name, "--lang", language, *(("--bootstrap", "50") if name in {"drivers", "ipa"} else ()))
        for language in LANGUAGES
    ]
    assert {one.code for one in told} == {0}
    assert len({one.out for one in told}) == 3
    assert not set(told[2].out) & SIMPLIFIED_ONLY


@pytest.fixture(scope="module")
def labelled(place, tmp_path_factory):
    """The same answers as a tool writes them for people: labels beside points, words of no answer, another spelling of the names."""
    table = pl.read_csv(place / "answers.csv", infer_schema=False)
    rated = [
        name
        for name in table.columns
        if set(table[name].drop_nulls()) <= {str(one) for one in range(11)}
        and name not in ("answered", "branch", "nps")
    ]
    points = {str(one): f"{one} - {word}" for one, word in enumerate("abcdefghijk") if one != 3}
    words = [pl.col(name).replace(points).fill_null("不知道").alias(name.upper()) for name in rated]
    file = tmp_path_factory.mktemp("labelled") / "answers.csv"
    table.with_columns(words).drop(rated).write_csv(file)
    return file


@pytest.mark.parametrize("name", sorted(set(MODELS) - {"nps", "kano"}))
def test_labels_beside_points_change_nothing_and_are_told(zhike, place, labelled, name):
    few = ("--bootstrap", "20") if name in {"drivers", "ipa", "ces"} else ()
    call = [
        ("measure", name, file, "--model", place / f"{name}.yaml", *few)
        for file in (place / "answers.csv", labelled)
    ]
    plain, told = (found(zhike(*one, "--json")) for one in call)
    assert not plain.pop("readings")
    readings = told.pop("readings")
    assert told == plain
    assert {"labels", "name"} <= {one["way"] for one in readings}
    said = [zhike(*call[1], "--lang", language).out for language in LANGUAGES]
    first = {one["way"]: one["example"] for one in reversed(readings)}
    assert all(example in one for one in said for example in first.values())
    assert not set(said[2]) & SIMPLIFIED_ONLY


REFUSED = [
    ("nps", {"question": "no_such"}, "no column 'no_such'"),
    ("nps", {"questoin": "nps"}, "key 'questoin'"),
    ("nps", {"question": ["nps"]}, "under 'question'"),
    ("nps", {"level": 95}, "a number between 0 and 1"),
    ("nps", {"missing_codes": "99"}, "a list of numbers"),
    ("nps", {"scale": {"min": 5, "max": 5}}, "min below max"),
    ("nps", {"scale": {"min": 0}}, "nothing under 'max'"),
    ("nps", {"least": 0}, "a number from 1"),
    ("nps", {"waves": {"column": "wave", "before": "2024", "after": "2026"}}, "no row with '2024'"),
    ("nps", {"waves": {"column": "sex", "before": "f", "after": "m", "person": "branch"}}, "two rows in one wave"),
    ("drivers", {"drivers": []}, "a list of columns"),
    ("drivers", {"drivers": ["speed", "speed"]}, "names each column once"),
    ("drivers", {"methods": ["lasso"]}, "shapley or johnson"),
    ("drivers", {"overall": None}, "nothing under 'overall'"),
    ("kano", {"features": {}}, "a mapping of names"),
    ("kano", {"answers": {"like": "like", "must_be": "like"}}, "under two answers"),
    ("kano", {"answers": {"like": 1, "must_be": 2, "neutral": 3, "live_with": 4, "dislike": 5}}, "one of the five answers"),
    ("servqual", {"dimensions": {"a": {"items": []}}}, "no items in 'a'"),
    ("servqual", {"dimensions": {**MODELS["servqual"]["dimensions"], "b": {"items": [{"perception": "app", "expectation": "app_wish"}]}}}, "points for some dimensions only"),
    ("ipa", {"attributes": {"speed": "speed"}, "importance": "stated"}, "without a column of importance"),
    ("ipa", {"attributes": {"speed": "speed"}, "overall": None}, "nothing under 'overall'"),
    ("ipa", {"cross": "mode"}, "under 'cross'"),
    ("rake", {"margins": {"sex": {"f": 1, "m": 1}, "age": {"young": 1, "old": 2}}}, "margins of 2 and of 3"),
    ("rake", {"margins": {"sex": {"f": 1}}}, "one of the categories"),
    ("rake", {"margins": {"sex": {"f": 1, "m": 1, "x": 1}}}, "a row for each category"),
    ("rake", {"margins": {"sex": {"f": 0, "m": 1}}}, "without a total above 0"),
    ("rake", {"trim": {"low": 2}}, "low at most 1"),
    ("rake", {"response": {"answered": "answered"}}, "nothing known of those asked"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "said"), REFUSED, ids=[f"{one[0]}-{one[2]}" for one in REFUSED])
def test_refused_by_name(measure, name, changes, said):
    answer = measure(name, "--json", "--lang", "en", **changes)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_model_that_is_a_list(zhike, place):
    (place / "list.yaml").write_text("- nps\n", "utf-8")
    for name in ("nps", "kano"):
        answer = zhike("measure", name, place / "answers.csv", "--model", place / "list.yaml")
        assert answer.code == 2
        assert "a mapping with the keys" in answer.err


def test_no_question_named(zhike, place):
    answer = zhike("measure", "csat", place / "answers.csv")
    assert answer.code == 2
    assert "--question" in answer.err


def test_too_few_complete_answers(zhike, place):
    survey(6).write_csv(place / "few.csv")
    answer = zhike("measure", "drivers", place / "few.csv", "--model", place / "drivers.yaml")
    assert answer.code == 2
    assert "6 rows" in answer.err


def test_just_enough_answers_have_shares_without_intervals(zhike, place):
    """Of nine rows, many a drawn sample has fewer than the model has columns, or all of one sex."""
    survey(9).write_csv(place / "few.csv")
    told = found(zhike("measure", "drivers", place / "few.csv", "--model", place / "drivers.yaml", "--json"))
    assert 0 < told["r2"] <= 1
    assert all(one["johnson"]["share"] >= 0 for one in told["drivers"])


def test_weights_that_cannot_be_written(measure, tmp_path):
    answer = measure("rake", "--out", tmp_path / "no" / "such.csv")
    assert answer.code == 2
    assert "--out" in answer.err
