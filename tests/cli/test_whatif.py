"""Transcripts of trying a policy over everybody: no change is production exactly, what changes is told, what is odd is refused."""

import hashlib

import decide_bank
import polars as pl
import pytest
import yaml
from constrained_bank import constraint

AT = str(decide_bank.AT)
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
APPS = constraint("apps", "capacity", actions={"channel": ["app"]}, maximum=3)
FEWER = constraint("apps", "capacity", actions={"channel": ["app"]}, maximum=2)
NOBODY = {
    "actions_per_customer": 1,
    "per_channel": {"app": 0, "adviser": 0, "phone": 0, "branch": 0, "email": 0, "post": 0},
}


@pytest.fixture(scope="module")
def policies(tmp_path_factory):
    """Files with the shipped policy changed in one thing each."""
    place = tmp_path_factory.mktemp("policies")
    shipped = dict(decide_bank.SHIPPED.at("policies.wealth_eu", decide_bank.AT).value)
    for name, change in {
        "three": {"constraints": [APPS]},
        "two": {"constraints": [FEWER]},
        "nobody": {"limits": NOBODY},
        "salted": {"holdout": {"share": 0.05, "salt": "another"}},
    }.items():
        raw = decide_bank.document("policy", {**shipped, **change})
        (place / f"{name}.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    return place


@pytest.fixture
def tried(zhike, bank):
    """Call the command with two policies."""

    def call(today, tomorrow, *words):
        return zhike("whatif", bank, "--policy", today, "--policy", tomorrow, "--at", AT, *words)

    return call


def hashes(folder):
    """Return the hash of every table in a folder of decisions, computed here anew."""
    files = [path for path in folder.rglob("*") if path.suffix in (".parquet", ".npz")]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def numbers(value):
    """Yield every number in a change."""
    for part in value.values():
        yield from numbers(part) if isinstance(part, dict) else (part,)


@pytest.mark.parametrize("name", ["policies.wealth_eu", "three"])
def test_no_change_is_production_byte_for_byte(zhike, bank, policies, tried, tmp_path, name):
    policy = name if "." in name else policies / f"{name}.yaml"
    zhike("decide", bank, "--at", AT, "--policy", policy, "--out", tmp_path / "production")
    found = tried(policy, policy, "--out", tmp_path / "tried", "--json").json
    production = hashes(tmp_path / "production")
    assert "decisions.parquet" in production
    assert hashes(tmp_path / "tried" / "a") == hashes(tmp_path / "tried" / "b") == production
    assert found["today"]["files"] == found["tomorrow"]["files"] == production
    assert found["identical"]
    assert set(numbers(found["change"])) == {0}
    assert {one for row in found["scarce"]["rows"] for one in numbers(row["change"])} <= {0}
    assert len(found["scarce"]["rows"]) == (name == "three")
    assert (found["classes"]["same_list"], found["total"]["customers"]) == (10, 10)
    assert (found["total"]["low"], found["total"]["high"], found["alerts"]) == (0, 0, [])


def test_each_run_of_another_policy_is_what_decide_writes(zhike, bank, policies, tried, tmp_path):
    found = tried("policies.wealth_eu", policies / "two.yaml", "--out", tmp_path / "tried", "--json").json
    for side, policy in (("today", "policies.wealth_eu"), ("tomorrow", policies / "two.yaml")):
        zhike("decide", bank, "--at", AT, "--policy", policy, "--out", tmp_path / side)
        assert found[side]["files"] == hashes(tmp_path / side)
    assert not found["identical"]
    assert found["common_random_numbers"]


def test_json_says_what_the_tables_say(policies, tried, tmp_path):
    found = tried(policies / "three.yaml", policies / "two.yaml", "--out", tmp_path / "d", "--json").json
    tables = [pl.read_parquet(tmp_path / "d" / side / "decisions.parquet") for side in "ab"]
    chosen = [table.filter(~pl.col("kind").is_in(["mandatory", "none"])) for table in tables]
    values = [table["expected_value"].sum() for table in chosen]
    assert [found[side]["value"] for side in ("today", "tomorrow", "change")] == [
        *values,
        values[1] - values[0],
    ]
    assert found["today"]["by_channel"]["app"] == 3
    assert found["change"]["by_channel"]["app"] == -1
    assert (found["currency"], found["decimals"], found["at"]) == ("EUR", 2, AT)
    (row,) = found["scarce"]["rows"]
    assert (row["id"], row["change"]["limit"], row["change"]["used"]) == ("apps", -1, -1)
    assert row["tomorrow"]["price"] >= row["today"]["price"] > 0
    changes = pl.read_parquet(tmp_path / "d" / "changes.parquet")
    assert changes["value_change"].sum() == found["change"]["value"] == found["total"]["value_change"]
    assert found["movers"]["loss"][0]["value_change"] == changes["value_change"].min()


def test_swapping_the_policies_negates_the_change(policies, tried):
    there = tried(policies / "three.yaml", policies / "two.yaml", "--json").json
    back = tried(policies / "two.yaml", policies / "three.yaml", "--json").json
    assert list(numbers(back["change"])) == [-one for one in numbers(there["change"])]
    assert back["total"]["winners"] == there["total"]["losers"] > 0
    assert back["scarce"]["rows"][0]["change"]["price"] == -there["scarce"]["rows"][0]["change"]["price"]


def test_it_speaks_three_languages(policies, tried):
    spoken = [
        tried(policies / "three.yaml", policies / "two.yaml", "--lang", language) for language in LANGUAGES
    ]
    assert {(answer.code, answer.err) for answer in spoken} == {(0, "")}
    heads = (
        ("In total", "What is scarce", "Who wins and who loses"),
        ("总体", "稀缺资源", "谁得谁失"),
        ("總體", "稀缺資源", "誰得誰失"),
    )
    for answer, words in zip(spoken, heads, strict=True):
        assert all(f"\n{word}" in answer.out for word in words)
        assert "{" not in answer.out
    lines = [len(answer.out.splitlines()) for answer in spoken]
    assert len(set(lines)) == 1
    english = spoken[0].out.splitlines()
    assert english[0] == f"What if two decided instead of three: 10 customers, {AT}"
    assert "contacts: app\t3\t2\t-1" in english
    assert any(line.startswith("apps, per contact\t≤ 3.00 | ≤ 2.00\t3.00 | 2.00\t") for line in english)
    assert "Largest losses (EUR)" in english
    assert "Largest gains (EUR)" not in english


def test_a_group_that_is_reached_less_is_warned_of(policies, tried):
    text = tried("policies.wealth_eu", policies / "nobody.yaml").out
    assert "): share reached falls from" in text
    assert "no longer reached" in text
    call = ("policies.wealth_eu", policies / "nobody.yaml")
    found = tried(*call, "--json").json
    assert found["alert"] == 0.05
    shares = [(one["reached_share_today"], one["reached_share_tomorrow"]) for one in found["alerts"]]
    assert shares
    assert all(before - after > 0.05 for before, after in shares)
    assert found["tomorrow"]["customers_reached"] == 0
    assert tried(*call, "--alert", "1", "--json").json["alerts"] == []
    assert "In no group does the share reached fall by more than 100.0%." in tried(*call, "--alert", "1").out


def test_a_policy_of_another_salt_is_told_of(policies, tried):
    assert not tried("policies.wealth_eu", policies / "salted.yaml", "--json").json["common_random_numbers"]
    text = tried("policies.wealth_eu", policies / "salted.yaml").out
    assert "part of the change is luck" in text


def test_movers_are_as_many_as_asked_for(policies, tried):
    call = ("policies.wealth_eu", policies / "nobody.yaml", "--json", "--movers")
    assert len(tried(*call, "2").json["movers"]["loss"]) == 2
    assert tried(*call, "0").json["movers"] == {"gain": [], "loss": []}


def test_it_is_kept_only_where_asked_and_again_the_same(policies, tried, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    call = (policies / "three.yaml", policies / "two.yaml")
    assert tried(*call, "--json").json["out"] is None
    assert list((tmp_path / "scratch").iterdir()) == []

    def content():
        return {path: path.read_bytes() for path in (tmp_path / "d").rglob("*") if path.is_file()}

    assert "Written to" in tried(*call, "--out", tmp_path / "d").out
    before = content()
    assert {path.name for path in (tmp_path / "d").iterdir()} == {"a", "b", "changes.parquet"}
    tried(*call, "--out", tmp_path / "d")
    assert content() == before


def test_a_day_before_the_first_customer_compares_nobody(zhike, bank):
    both = ("--policy", "policies.wealth_eu", "--policy", "policies.wealth_eu")
    answer = zhike("whatif", bank, *both, "--at", "2018-06-30")
    assert answer.code == 0
    assert "0 customers, 2018-06-30" in answer.out
    assert zhike("whatif", bank, *both, "--at", "2018-06-30", "--json").json["total"]["mean_change"] is None


REFUSED = {
    "no policy": ("whatif {bank} --at {at}", "--policy none"),
    "one policy": ("whatif {bank} --policy policies.wealth_eu --at {at}", "--policy policies.wealth_eu"),
    "three policies": ("whatif {bank} --policy a --policy b --policy c --at {at}", "--policy a, b, c"),
    "a policy that is not there": ("whatif {bank} --policy policies.wealth_eu --policy policies.none --at {at}", "policies.none"),
    "a rule instead of a policy": ("whatif {bank} --policy policies.wealth_eu --policy contact.caps --at {at}", "contact.caps"),
    "a day before the policy": ("whatif {bank} --policy policies.wealth_eu --policy policies.wealth_eu --at 2017-12-31", "policies.wealth_eu"),
    "a day that is none": ("whatif {bank} --policy policies.wealth_eu --policy policies.wealth_eu --at 2026-02-30", "2026-02-30"),
    "two currencies": ("whatif {bank} --policy policies.wealth_eu --policy policies.retail_cn --at {at} --out {out}", "CNY"),
    "a share beyond one": ("whatif {bank} --policy policies.wealth_eu --policy policies.wealth_eu --at {at} --alert 2", "--alert"),
    "a number below none": ("whatif {bank} --policy policies.wealth_eu --policy policies.wealth_eu --at {at} --movers -1", "--movers"),
    "an output that is something else": ("whatif {bank} --policy policies.wealth_eu --policy policies.wealth_eu --at {at} --out {policies}", "--out"),
    "an output that is a folder of decisions": ("whatif {bank} --policy policies.wealth_eu --policy policies.wealth_eu --at {at} --out {decisions}", "--out"),
    "no bank": ("whatif {policies} --policy policies.wealth_eu --policy policies.wealth_eu --at {at}", "manifest.json"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "named"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("words", [(), ("--json",)])
def test_what_cannot_be_used_is_refused(zhike, bank, decisions, policies, tmp_path, line, named, words):
    places = {"bank": bank, "decisions": decisions, "policies": policies, "out": tmp_path / "out", "at": AT}
    answer = zhike(*line.format(**places).split(" "), *words)
    assert (answer.code, answer.out) == (2, "")
    assert named in answer.err
    assert "internal_error" not in answer.err
    assert not (tmp_path / "out").exists()


def test_a_rulebook_without_the_measure_needs_the_option(zhike, bank, tmp_path):
    import shutil

    from zhike.adapters.rule_files import rulebook_folder

    shutil.copytree(rulebook_folder(), tmp_path / "rules")
    (tmp_path / "rules" / "fairness" / "whatif_alert.yaml").unlink()
    (tmp_path / "rules" / "fairness" / "whatif_alert.cases.yaml").unlink()
    both = (
        "--policy",
        "policies.wealth_eu",
        "--policy",
        "policies.wealth_eu",
        "--rulebook",
        tmp_path / "rules",
    )
    refused = zhike("whatif", bank, *both, "--at", AT)
    assert (refused.code, "fairness.whatif_alert" in refused.err) == (2, True)
    assert zhike("whatif", bank, *both, "--at", AT, "--alert", "0.1").code == 0
