"""Transcripts of valuing a draft: figures with intervals that hold the truth, refusals that give no number, and what cannot be used."""

import decide_bank
import polars as pl
import pytest
import valued_bank

from zhike.adapters.bank import Bank
from zhike.adapters.decision_files import decide_bank as decide
from zhike.adapters.policy_files import load_policy
from zhike.cli.stores import acting_on
from zhike.cli.value_told import show_value
from zhike.measure.off_policy import Lack

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
GREEDY = {"share": 0.0, "temperature": 1.0}


@pytest.fixture(scope="module")
def carried(tmp_path_factory):
    """Folder with the log, the bank later, and drafts."""
    place = tmp_path_factory.mktemp("valued")
    valued_bank.build(place)
    drafts = {
        "greedy": {"exploration": GREEDY},
        "same": {"exploration": valued_bank.EXPLORED},
        "closed": {"limits": {**valued_bank.SHIPPED["limits"], "per_channel": {"app": 0}}},
        "everybody": {"exploration": GREEDY, "holdout": {"share": 0.0, "salt": "wealth-eu-2018"}},
    }
    for name, changes in drafts.items():
        valued_bank.policy_file(place, name, **changes)
    return place


@pytest.fixture(scope="module")
def told():
    """What was answered to each call, as the same call is looked at by several tests."""
    return {}


@pytest.fixture
def value(zhike, carried, told):
    """Call the command for a draft, once."""

    def call(draft, *words):
        if (draft, words) not in told:
            place = carried / f"{draft}.yaml"
            told[draft, words] = zhike(
                "value", carried / "log", "--bank", carried / "later", "--policy", place, "--json", *words
            )
        return told[draft, words]

    return call


def shown(found, language, capsys):
    """Return what a person reads of a value."""
    capsys.readouterr()
    show_value(found, language)
    return capsys.readouterr().out


def true_value(place, draft):
    """Return what a draft that never explores is truly worth a list: answers are thrown with known chances (`valued_bank`)."""
    policy = load_policy(decide_bank.SHIPPED, str(place / f"{draft}.yaml"), decide_bank.AT)
    out = place / f"{draft}.decided"
    decide(Bank.open(place / "bank"), decide_bank.SHIPPED, policy, decide_bank.AT, out)
    actions = pl.read_parquet(out / "evidence" / "actions.parquet").select("action_id", "worth", "cost")
    made = pl.read_parquet(out / "decisions.parquet").join(actions, on="action_id")
    return float((0.3 * made["worth"] - 0.8 * made["cost"]).sum()) / valued_bank.CUSTOMERS


@pytest.mark.parametrize("outcome", ["acquired", pytest.param("accepted", marks=pytest.mark.campaign)])
def test_the_value_holds_the_truth(carried, value, outcome):
    answer = value("greedy", *(("--outcome", outcome) if outcome == "accepted" else ()))
    found, true = answer.json, true_value(carried, "greedy")
    assert answer.code == 0
    half = (found["value"]["high"] - found["value"]["low"]) / 2
    assert 0 < half < 0.4 * true
    assert abs(found["value"]["value"] - true) < 2 * half
    assert found["gain"]["low"] > 0
    assert found["gain"]["value"] == pytest.approx(found["value"]["value"] - found["logged"]["value"])


def test_json_has_its_keys_and_comes_out_again(zhike, carried, value):
    found = value("greedy").json
    assert (found["policy"], found["outcome"], found["horizon_days"]) == ("greedy", "acquired", 60)
    assert (found["currency"], found["decimals"], found["confidence"]) == ("EUR", 2, 0.95)
    assert (found["refused"], found["lacks"], found["untried"]) == (False, [], [])
    assert (found["lists"], found["customers"]) == (valued_bank.CUSTOMERS, valued_bank.CUSTOMERS)
    assert (found["estimator"], 0 <= found["blended"]["share"] <= 1) == ("dr", True)
    assert [one["rank"] for one in found["overlap"]["ranks"]] == [1, 2, 3]
    assert found["overlap"]["ranks"][2]["effective"] == found["overlap"]["effective"]
    (log,) = found["logs"]
    assert (log["at"], log["policy"], log["lists"], log["left_out"]) == (
        str(decide_bank.AT),
        "exploring",
        valued_bank.CUSTOMERS,
        0,
    )
    responses = pl.read_parquet(carried / "log" / "decisions.parquet").filter(
        ~pl.col("kind").is_in(["none", "mandatory"])
    )
    assert log["answers"] == len(responses)
    call = (
        "--bank",
        carried / "later",
        "--policy",
        carried / "greedy.yaml",
        "--outcome",
        "acquired",
        "--horizon",
        60,
    )
    assert zhike("value", carried / "log", *call, "--json").json == found


def test_the_log_s_own_policy_has_weights_of_one(value, capsys):
    found = value("same").json
    assert found["overlap"]["largest_weight"] == pytest.approx(1.0)
    assert found["overlap"]["effective"] == pytest.approx(valued_bank.CUSTOMERS)
    assert found["gain"]["low"] < 0 < found["gain"]["high"]
    assert "holds 0" in shown(found, "en", capsys)


def test_it_speaks_three_languages(zhike, carried, value, capsys):
    for draft, words in {
        "greedy": ("value of the draft\t", "拟试策略的价值\t", "擬試策略的價值\t"),
        "everybody": ("No value: ", "不给出数值", "不給出數值"),
    }.items():
        found = value(draft).json
        spoken = [shown(found, language, capsys) for language in LANGUAGES]
        assert all(f"\n{word}" in text for text, word in zip(spoken, words, strict=True))
        assert len({len(text.splitlines()) for text in spoken}) == 1
        assert not any("{" in text for text in spoken)
    call = ("--bank", carried / "later", "--policy", carried / "everybody.yaml", "--lang", "zh-Hant")
    answer = zhike("value", carried / "log", *call)
    assert (answer.code, answer.out, answer.err) == (1, spoken[2], "")


@pytest.mark.parametrize("lack", list(Lack))
def test_every_reason_says_what_to_do(value, lack, capsys):
    found = {**value("everybody").json, "lacks": [str(lack)]}
    for language in LANGUAGES:
        text = shown(found, language, capsys)
        assert text.count("\n- ") == 1
        assert (
            "What to do: "
            if language == "en"
            else "可以這樣做："
            if language == "zh-Hant"
            else "可以这样做："
        ) in text


def test_figures_are_told_with_their_unit_and_interval(value, capsys):
    found, lines = value("greedy").json, shown(value("greedy").json, "en", capsys).splitlines()
    assert (
        lines[0]
        == f"What greedy would have been worth: 500 lists of 500 customers, decided under exploring, {decide_bank.AT}"
    )
    low, middle, high = (found["value"][name] / 100 for name in ("low", "value", "high"))
    assert f"value of the draft\t{middle:,.2f}\t{low:,.2f} … {high:,.2f}" in lines
    assert "Per list (EUR)" in lines


def test_a_draft_beyond_the_log_is_refused_without_a_number(value, capsys):
    answer = value("everybody")
    assert (answer.code, answer.err) == (1, "")
    found = answer.json
    assert found["refused"]
    assert "no_support" in found["lacks"]
    assert [found[name] for name in ("value", "gain", "snipw", "dm")] == [None] * 4
    assert found["untried"][0]["share"] >= found["untried"][-1]["share"] > 0
    told = shown(found, "en", capsys)
    assert "value of the draft" not in told
    assert f"Never tried: {found['untried'][0]['action_id']}, " in told
    assert told.count("What to do: ") == len(found["lacks"])


def test_a_draft_that_does_nothing_is_worth_what_comes_anyway(value):
    """Nobody buys by himself in this bank: outcomes are too few for an interval, and there is no number."""
    found = value("closed", "--outcome", "accepted").json
    assert found["lacks"] == ["few_outcomes"]
    assert found["overlap"]["unsupported"] < 0.01
    assert found["overlap"]["outcomes"] == 0


@pytest.mark.campaign
def test_more_folders_say_more_and_none_counts_twice(zhike, carried):
    day = decide_bank.AT.replace(day=20)
    policy = load_policy(decide_bank.SHIPPED, str(carried / "exploring.yaml"), day)
    decide(Bank.open(carried / "bank"), decide_bank.SHIPPED, policy, day, carried / "earlier")
    content = valued_bank.answered(valued_bank.rows(), carried / "log")
    first = (
        pl.read_parquet(carried / "earlier" / "decisions.parquet")
        .filter(pl.col("kind") == "sale")
        .row(0, named=True)
    )
    content["responses"].append(
        {"response_id": "E", "decision_id": first["decision_id"], "customer_id": first["customer_id"],
         "action_id": first["action_id"], "responded_on": str(decide_bank.AT), "outcome": "refused"}
    )  # fmt: skip
    bank = decide_bank.write(carried / "both", content)
    call = ("--bank", bank, "--policy", carried / "greedy.yaml", "--horizon", "30", "--json")
    found = zhike("value", carried / "earlier", carried / "log", *call).json
    assert (found["lists"], found["customers"]) == (2 * valued_bank.CUSTOMERS, valued_bank.CUSTOMERS)
    assert [log["at"] for log in found["logs"]] == [str(day), str(decide_bank.AT)]
    twice = zhike("value", carried / "log", carried / "log", *call)
    assert (twice.code, "two folders of one day" in twice.err) == (2, True)


REFUSED = {
    "a horizon still open": ("--horizon 70 --policy {place}/same.yaml", "2026-09-01"),
    "a log that nobody carried out": ("--policy {place}/same.yaml --bank {place}/silent", "no answer"),
    "another bank": ("--policy {place}/same.yaml --bank {place}/other", "decisions of small"),
    "no bank there": ("--policy {place}/same.yaml --bank {place}", "manifest.json"),
    "another currency": ("--policy policies.retail_generic", "CZK"),
    "an outcome that is none": ("--policy {place}/same.yaml --outcome liked", "acquired"),
    "a policy that is not there": ("--policy none.yaml", "none.yaml"),
    "a horizon of no day": ("--policy {place}/same.yaml --horizon 0", "--horizon"),
    "a language that is none": ("--policy {place}/same.yaml --lang fr", "--lang fr"),
}  # fmt: skip


@pytest.fixture(scope="module")
def refusing(carried):
    """Further banks: one in which nobody answered, and one of another name."""
    answered = valued_bank.answered(valued_bank.rows(), carried / "log")
    decide_bank.write(carried / "silent", {**answered, "responses": []})
    other = decide_bank.write(carried / "other", answered)
    manifest = other / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"small"', '"large"'), "utf-8")
    return carried


@pytest.mark.parametrize(("words", "named"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_is_refused(zhike, refusing, words, named):
    line = words.format(place=refusing).split(" ")
    bank = [] if "--bank" in line else ["--bank", refusing / "later"]
    answer = zhike("value", refusing / "log", *bank, *line)
    assert (answer.code, answer.out) == (2, "")
    assert named in answer.err
    assert "internal_error" not in answer.err


def test_a_folder_that_is_no_log_is_refused(zhike, carried):
    answer = zhike("value", carried / "bank", "--bank", carried / "later", "--policy", carried / "same.yaml")
    assert (answer.code, "plan.json" in answer.err) == (2, True)


def test_kept_in_a_store_it_is_a_study(zhike, carried, value, tmp_path, capsys):
    assert value("greedy").json["study"] is None
    store = tmp_path / "kept.db"
    zhike("publish", carried / "bank", "--at", decide_bank.AT, "--store", store)
    call = (
        "--bank",
        carried / "later",
        "--policy",
        carried / "greedy.yaml",
        "--keep",
        "--store",
        store,
        "--json",
    )
    found = zhike("value", carried / "log", *call).json
    with acting_on(str(store)).store.read() as tx:
        kept = tx.one("jobs", job_id=found["study"])
    assert (kept["kind"], kept["state"], kept["result"]["value"]) == ("value", "done", found["value"])
    assert kept["result"]["logs"][0]["folder"] == "log"
    assert {"key": "exploration.share", "before": 0.05, "after": 0.0} in kept["content"]["differences"]
    assert f"Kept as study {found['study']}." in shown(found, "en", capsys)


def test_a_store_that_is_not_there_is_told_before_any_work(zhike, carried, tmp_path):
    call = (
        "--bank",
        "nowhere",
        "--policy",
        carried / "same.yaml",
        "--keep",
        "--store",
        tmp_path / "none.db",
    )
    answer = zhike("value", carried / "log", *call)
    assert (answer.code, answer.out, "none.db" in answer.err) == (2, "", True)
