"""Transcripts of journeys and of standardising: each command in JSON and in words, on a made-up bank, and what it refuses."""

import datetime as dt

import polars as pl
import pytest
import yaml
from chinese import SIMPLIFIED_ONLY, english_in

from zhike.adapters.rule_files import load_rulebook
from zhike.core.measure_errors import MeasureModelError
from zhike.lab.journeys import journey_world, play
from zhike.lab.processes import process_log
from zhike.measure.journeys.reading import read_journey
from zhike.measure.studies.journey_model import JourneyModel

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
LOAN = read_journey(load_rulebook().at("journeys.loan", dt.date(2026, 11, 27)))
WORLD = journey_world(LOAN, 1)
INLINE = {
    "overall": "whole", "stages": ["ask", {"wait": {"activities": ["status_question"]}}, "end"],
    "touchpoints": {
        "talk": {"stage": "ask", "channel": "branch", "column": "q1", "activities": ["first_talk"], "moment_of_truth": True},
        "form": {"stage": "ask", "channel": "app", "column": "q2", "stated": "i2", "activities": "loan_form"},
        "letter": {"stage": "end", "channel": "post", "column": "q3", "activities": ["decision_letter"]},
    },
    "needs": {"evening": "evening"}, "preferred": "wants", "used": "uses", "person": "who", "left": "gone",
}  # fmt: skip
NAMES = {"loan_rated@first_talk": "q1", "loan_rated@loan_form": "q2", "loan_rated@decision_letter": "q3", "overall": "whole", "preferred": "wants", "used": "uses", "unmet.evening_hours": "evening", "left": "gone"}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Folder with long and wide answers of a played journey, its events, and a log of businesses."""
    folder = tmp_path_factory.mktemp("journey")
    played = play(WORLD, 400, 1)
    played.answers.write_csv(folder / "long.csv")
    played.events.write_csv(folder / "events.csv")
    both = played.answers.with_columns(pl.coalesce("words", pl.col("score").cast(pl.String)).alias("value"))
    wide = both.pivot("question", index="customer_id", values="value").rename({"customer_id": "who", **NAMES})
    wide.with_columns(pl.lit("3").alias("i2")).write_csv(folder / "wide.csv")
    process_log(4.0, 1).write_csv(folder / "processes.csv")
    (folder / "inline.yaml").write_text(yaml.safe_dump(INLINE, sort_keys=False), "utf-8")
    return folder


@pytest.fixture
def journey(zhike, place):
    def call(*words, answers="long.csv", model=None, **changes):
        given = []
        if model or changes:
            document = {key: value for key, value in {**(model or {}), **changes}.items() if value is not None}  # fmt: skip
            (place / "changed.yaml").write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
            given = ["--model", place / "changed.yaml"]
        return zhike("measure", "journey", place / answers, *given, "--bootstrap", "40", *words)

    return call


def found(answer):
    assert answer.code == 0, answer.err
    return answer.json


def test_a_map_with_its_events(journey, place):
    told = found(journey("--map", "loan", "--events", place / "events.csv", "--json"))
    assert (told["journey"], told["persons"], told["reach"], told["effort"]) == ("loan", 400, "events", "minutes")  # fmt: skip
    points = {one["touchpoint"]: one for one in told["touchpoints"]}
    assert list(points) == [one.name for one in LOAN.touchpoints]
    form = points["loan_form"]
    assert (form["journey"], form["stage"], form["channel"], form["title"]["zh-Hans"]) == ("loan", "apply", "app", "线上申请表")  # fmt: skip
    assert form["reach"]["low"] < form["reach"]["value"] < form["reach"]["high"]
    assert sum(form["probabilities"].values()) == pytest.approx(1)
    assert form["verdict"] == max(form["probabilities"], key=form["probabilities"].get)
    assert form["moment_of_truth"]["agreement"] in {"only_data", "neither"}
    assert sum(one["effort"]["value"] for one in told["touchpoints"]) == pytest.approx(1)
    missing = {(one["kind"], one["name"]): one for one in told["missing"]}
    assert missing["stage", "wait"]["missing"]
    assert ("activity", "status_question") in missing
    assert {one["stage"]: one["touchpoints"] for one in told["stages"]} == {stage.name: len(stage.touchpoints) for stage in LOAN.stages}  # fmt: skip
    assert told["order"]["order"] == "events"
    assert told["whole"]["touchpoints_told"] == 8
    assert sum(map(sum, told["channels"]["matrix"])) == told["channels"]["n"]


def test_what_is_decisive_in_the_played_world_is_important(journey):
    told = found(journey("--map", "loan", "--json"))
    importance = {one["touchpoint"]: one["importance"]["value"] for one in told["touchpoints"]}
    decisive = {one.name for one, weight in zip(LOAN.touchpoints, WORLD.below, strict=True) if weight > 0.2}
    assert min(importance[one] for one in decisive) > max(importance[one] for one in importance if one not in decisive)  # fmt: skip
    assert (told["reach"], told["effort"], told["stages"][0]["reached"]) == ("answers", "meetings", None)


def test_an_own_model_on_wide_answers(journey, place):
    told = found(journey("--json", "--events", place / "events.csv", answers="wide.csv", model=INLINE))
    assert told["journey"] == "changed"
    assert [one["touchpoint"] for one in told["touchpoints"]] == ["talk", "form", "letter"]
    assert told["touchpoints"][0]["moment_of_truth"]["flagged"] is True
    assert told["touchpoints"][1]["moment_of_truth"]["agreement"] is None
    assert told["touchpoints"][0]["staying"]["score"]["value"] is not None
    kinds = {one["kind"] for one in told["missing"]}
    assert {"need", "stage", "activity", "channel"} <= kinds


def test_a_map_with_own_columns(journey):
    own = {
        "map": "loan",
        "touchpoints": {"first_talk": "q1", "loan_form": "q2"},
        "overall": "whole",
        "target": 4,
    }
    told = found(journey("--json", answers="wide.csv", model=own))
    verdicts = {one["touchpoint"]: one["verdict"] for one in told["touchpoints"]}
    assert [name for name, verdict in verdicts.items() if verdict == "untold"] == ["decision_letter"]
    assert told["lines"]["experience"] == 4
    untold = next(one for one in told["touchpoints"] if one["verdict"] == "untold")
    assert untold["probabilities"] is untold["moment_of_truth"] is untold["importance"]["value"] is None


def test_stated_importance_stands_for_derived(journey):
    stated = {**INLINE, "touchpoints": {"form": {**INLINE["touchpoints"]["form"]}, "letter": {"stage": "end", "channel": "post", "column": "q3", "stated": "q1"}}}  # fmt: skip
    told = found(journey("--json", answers="wide.csv", model=stated, importance="stated"))
    assert told["importance"] == "stated"
    assert told["touchpoints"][0]["importance"]["value"] == 3


def test_without_draws_there_are_no_probabilities(journey):
    told = found(journey("--map", "loan", "--bootstrap", "0", "--json"))
    assert {one["probabilities"] for one in told["touchpoints"]} == {None}
    assert not any(one["settled"] or one["moment_of_truth"]["found"] for one in told["touchpoints"])
    assert told["touchpoints"][0]["importance"]["low"] is None
    assert told["touchpoints"][0]["experience"]["low"] is not None


def test_same_seed_same_document_and_order_of_rows_does_not_matter(journey, place):
    words = ("--map", "loan", "--events", place / "events.csv", "--json")
    one = journey(*words)
    assert journey(*words).out == one.out
    assert journey(*words, "--seed", "9").out != one.out
    pl.read_csv(place / "events.csv", infer_schema=False).reverse().write_csv(place / "turned.csv")
    turned = found(journey("--map", "loan", "--events", place / "turned.csv", "--json"))
    for before, after in zip(one.json["touchpoints"], turned["touchpoints"], strict=True):
        assert before["reach"] == after["reach"]
        assert before["effort"]["value"] == pytest.approx(after["effort"]["value"])
    assert one.json["stages"] == turned["stages"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_words(journey, zhike, place, language):
    told = journey("--map", "loan", "--events", place / "events.csv", "--lang", language).out
    done = zhike("measure", "standardise", place / "processes.csv", "--bootstrap", "20", "--lang", language).out  # fmt: skip
    for text in (told, done):
        assert text.count("\n") > 10
        assert "nan" not in text
    if language != "en":
        assert english_in(told.replace("status_question", "").replace("documents_asked_again", "")) == []
    if language == "zh-Hant":
        assert not set(told + done) & SIMPLIFIED_ONLY


def test_standardise(zhike, place):
    told = found(zhike("measure", "standardise", place / "processes.csv", "--bootstrap", "60", "--json"))
    rows = {one["business"]: one for one in told["businesses"]}
    assert set(rows) == {"address_change", "card_replacement", "loan_change", "inheritance"}
    assert {name: one["degree"] for name, one in rows.items()} == {
        "address_change": "standardise", "card_replacement": "standardise", "loan_change": "guided", "inheritance": "customise",
    }  # fmt: skip
    simple = rows["address_change"]
    assert simple["settled"]
    assert simple["frequency"]["low"] < 260 < simple["frequency"]["high"]
    assert [step["activity"] for step in simple["steps"] if step["candidate"]][:2] == ["enter", "confirm"]
    freed = simple["freed"]
    assert freed["together"]["low"] < freed["together"]["value"] < freed["together"]["high"]
    assert rows["inheritance"]["freed"]["standard"]["value"] == 0
    assert simple["quality"]["says"] in {"supports", "silent", "warns"}
    assert told["too_few"] == []


def test_standardise_reads_other_columns_and_a_log_without_times(zhike, place):
    names = {"business": "Geschäft", "case": "Vorgang", "activity": "Schritt"}
    table = pl.read_csv(place / "processes.csv", infer_schema=False).rename(names).drop("time", "minutes", "staff", "satisfaction", "channel", "rework")  # fmt: skip
    table.write_csv(place / "other.csv")
    (place / "other.yaml").write_text(yaml.safe_dump({"columns": names, "months": 4}), "utf-8")
    told = found(zhike("measure", "standardise", place / "other.csv", "--model", place / "other.yaml", "--json"))  # fmt: skip
    row = told["businesses"][0]
    assert row["minutes"] is row["freed"] is row["quality"] is row["rework"] is None
    assert row["steps"] == []
    refused = zhike(
        "measure", "standardise", place / "other.csv", "--model", place / "no_months.yaml", "--json"
    )
    assert refused.code != 0


def test_the_lab_writes_what_the_measurements_read(zhike, tmp_path):
    told = found(zhike("lab", "journeys", tmp_path / "played", "--persons", "60", "--months", "1", "--json"))
    assert set(told["rows"]) == {"answers.csv", "events.csv", "processes.csv"}
    answer = zhike("measure", "journey", tmp_path / "played" / "answers.csv", "--map", "complaint", "--events", tmp_path / "played" / "events.csv", "--bootstrap", "0", "--json")  # fmt: skip
    assert found(answer)["persons"] == 60
    again = zhike("lab", "journeys", tmp_path / "played")
    assert (again.code, "needed a new folder" in again.err) == (2, True)


MODELS = [
    ({**INLINE, "overall": None}, "overall"),
    ({**INLINE, "touchpoints": None}, "touchpoints"),
    ({**INLINE, "touchpoints": {"talk": {"stage": "ask", "channel": "fax"}}}, "fax"),
    ({**INLINE, "touchpoints": {"talk": {"stage": "later", "channel": "app"}}}, "later"),
    ({**INLINE, "touchpoints": {"talk": {"stage": "ask", "channel": "app", "moment_of_truth": "yes"}}}, "moment_of_truth"),
    ({**INLINE, "touchpoints": {"talk": {"stage": "ask", "channel": "app", "often": -1}}}, "often"),
    ({**INLINE, "stages": "ask"}, "a list of stages"),
    ({**INLINE, "stages": [{"ask": {"colour": "red"}}]}, "colour"),
    ({**INLINE, "colour": "red"}, "colour"),
    ({**INLINE, "importance": "stated"}, "stated importance"),
    ({**INLINE, "cross": "scale_middle"}, "cross"),
    ({**INLINE, "level": 2}, "level"),
    ({**INLINE, "events": {"colour": "x"}}, "colour"),
    ({**INLINE, "needs": {"evening": {"had": "x"}}}, "wanted"),
    ("a word", "a mapping"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "named"), MODELS, ids=range(len(MODELS)))
def test_a_model_that_does_not_fit_is_refused_and_said(model, named):
    with pytest.raises(MeasureModelError, match=named):
        JourneyModel.of(model, "m")


def test_a_model_of_a_touchpoint_that_the_map_does_not_have_is_refused():
    with pytest.raises(MeasureModelError, match="moon"):
        JourneyModel.of({"touchpoints": {"moon": "q1"}}, "m", LOAN)


REFUSED = [
    (("--map", "nowhere"), {}, "journeys.account_opening"),
    ((), {}, "neither --model nor --map"),
    (("--map", "journeys.loan_x"), {}, "journeys.loan"),
    ((), {**INLINE, "least": 400}, "at least 400"),
    ((), {**INLINE, "overall": "who"}, "'P"),
    ((), {**INLINE, "preferred": "nothing"}, "nothing"),
    ((), {"map": "loan", "overall": "i2", "touchpoints": {"first_talk": "q1"}}, "same answer from everybody"),
    (("--events", "processes.csv"), {**INLINE, "events": {"person": "case"}}, "no event of a touchpoint"),
    (("--events", "events.csv"), {**INLINE, "events": {"time": "activity"}}, "a day or a time"),
    (("--events", "events.csv"), {**INLINE, "events": {"person": "staff"}}, "without anything"),
    (("--events", "nothing.csv"), INLINE, "nothing.csv"),
]  # fmt: skip


def test_what_does_not_fit_is_refused_and_said(journey, place):
    for words, model, named in REFUSED:
        given = [place / word if word.endswith(".csv") else word for word in words]
        answer = journey(*given, answers="wide.csv", model=model)
        assert answer.code in {2, 3, 4}, named
        assert named in answer.err
        assert answer.out == ""


def test_two_answers_on_a_sheet_are_refused(zhike, place, tmp_path):
    table = pl.read_csv(place / "long.csv", infer_schema=False)
    pl.concat([table, table.head(1)]).write_csv(tmp_path / "twice.csv")
    answer = zhike("measure", "journey", tmp_path / "twice.csv", "--map", "loan")
    assert answer.code != 0
    assert "two answers to" in answer.err
