"""The gate reads the answer of `zhike value` only of the version that is proposed, against the one in force, on the log that was valued."""

import json

import pytest

from zhike.adapters.gate_readings import Claim
from zhike.adapters.gate_readings import read_gate_reading as read
from zhike.adapters.value_readings import value_sha256
from zhike.core.errors import InputUnreadableError, UsageError

CLAIM = Claim("ranking", "b" * 16, None, (), "small")
NO_STORE = None
"""Logs are in folders."""
GAIN = {"value": 250.0, "low": 50.0, "high": 450.0}


def read_gate_reading(file, claim):
    return read(file, claim, NO_STORE)


@pytest.fixture
def log(tmp_path):
    """A folder that is as good as one of decisions: a plan and a table."""
    folder = tmp_path / "log"
    folder.mkdir()
    plan = {"format": "zhike-decisions/1", "at": "2026-06-30", "policy": {"path": "p", "version": "v"}}
    from zhike.adapters.decision_files import _KEYS, FORMAT

    plan = {**dict.fromkeys(_KEYS), **plan, "format": FORMAT}
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    (folder / "decisions.parquet").write_bytes(b"rows")
    return folder


@pytest.fixture
def answer(log, tmp_path):
    """Write an answer with some of it changed, sealed or not; return the file."""
    from zhike.adapters.decision_files import log_sha256

    def write(*, seal=True, champion=None, **changes):
        of_log = [] if champion is None else [kept(champion)]
        told = {
            "policy": "draft", "version": "abc", "models": [kept("b" * 16)], "bank": "small", "decimals": 2, "overlap": {"effective": 1_234.9},
            "refused": False, "lacks": [], "gain": GAIN, "study": None,
            "logs": [{"folder": str(log), "sha256": log_sha256(log), "models": of_log}], **changes,
        }  # fmt: skip
        told["sha256"] = value_sha256({**told, **({} if seal else {"gain": None})})
        file = tmp_path / "value.json"
        file.write_text(json.dumps(told), "utf-8")
        return file

    return write


def kept(version, name="ranking"):
    return {"name": name, "kind": "ranked_propensity/1", "version": version}


def test_the_gain_is_read_in_money_a_list_on_the_customers_that_count(answer):
    found = read_gate_reading(answer(), CLAIM)
    assert (found.estimate, found.low, found.high, found.n, found.refused) == (2.5, 0.5, 4.5, 1_234, False)
    assert found.source.startswith("off_policy zhike value draft abc, ")


def test_where_it_was_kept_is_not_part_of_it(answer):
    file = answer()
    raw = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**raw, "study": "j1"}), "utf-8")
    assert read_gate_reading(file, CLAIM).n == 1_234


def test_a_refused_value_is_a_refused_reading(answer):
    found = read_gate_reading(answer(refused=True, lacks=["no_support", "few_effective"], gain=None), CLAIM)
    assert (found.refused, found.reason, found.n) == (True, "no_support, few_effective", 0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seal": False}, "changed"),
        ({"bank": "another"}, "a value of another"),
        ({"models": []}, "a draft with ranking -"),
        ({"models": [kept("c" * 16)]}, "a draft that names ranking@bbbb"),
        ({"models": [kept("b" * 16, "product_ranking")]}, "a draft with ranking -"),
        ({"champion": "a" * 16}, "a log decided with ranking aaaa"),
    ],
)
def test_what_does_not_belong_to_the_proposal_is_refused(answer, changes, said):
    with pytest.raises(UsageError, match=said):
        read_gate_reading(answer(**changes), CLAIM)


def test_the_log_is_that_of_the_version_in_force(answer):
    claim = Claim("ranking", "b" * 16, "a" * 16, ("a" * 16, "d" * 16), "small")
    for decided in ("a" * 16, "d" * 16):  # the version in force, and one that learnt on from it
        assert read_gate_reading(answer(champion=decided), claim).low == 0.5
    with pytest.raises(UsageError, match="a log decided with ranking -"):
        read_gate_reading(answer(), claim)


def test_a_log_that_is_gone_or_was_changed_is_refused(answer, log):
    file = answer()
    (log / "decisions.parquet").write_bytes(b"other rows")
    with pytest.raises(UsageError, match="another log, or none"):
        read_gate_reading(file, CLAIM)
    (log / "decisions.parquet").write_bytes(b"rows")
    assert read_gate_reading(file, CLAIM).n == 1_234
    log.rename(log.with_name("away"))
    with pytest.raises(UsageError, match="another log, or none"):
        read_gate_reading(file, CLAIM)


def by_hand(tmp_path, source):
    file = tmp_path / "hand.json"
    file.write_text(json.dumps({"source": source, "estimate": 1, "low": 0.5, "high": 2, "n": 5_000}), "utf-8")
    return file


def test_a_value_by_hand_is_for_models_that_no_policy_names(tmp_path):
    attrition = Claim("attrition", "b" * 16, None, (), "")
    assert read_gate_reading(by_hand(tmp_path, "off_policy dr of the summer"), attrition).n == 5_000
    assert read_gate_reading(by_hand(tmp_path, "experiment of the spring"), CLAIM).n == 5_000
    with pytest.raises(UsageError, match="by hand"):
        read_gate_reading(by_hand(tmp_path, "off_policy dr of the summer"), CLAIM)
    with pytest.raises(UsageError, match="by hand"):
        read_gate_reading(by_hand(tmp_path, "off_policy zhike value draft abc, 1234"), attrition)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no reading"),
        ("[1, 2]", "no JSON object"),
        ('{"source": "experiment x", "low": 1}', "estimate, high, n missing"),
        ({"surprise": 1}, "surprise is no part of one"),
        ({"n": -5}, "n -5"),
        ({"n": 1.5}, "n 1.5"),
        ({"estimate": float("nan")}, "nan from 0.5"),
        ({"estimate": 9}, "9 from 0.5 to 2"),
        ({"low": None}, "from None"),
    ],
)
def test_a_reading_that_is_none_says_what_it_lacks(tmp_path, content, said):
    file = by_hand(tmp_path, "experiment of the spring")
    given = content if isinstance(content, str) else json.dumps({**json.loads(file.read_text()), **content})
    file.write_text(given, "utf-8")
    with pytest.raises(InputUnreadableError, match=said) as refused:
        read_gate_reading(file, Claim("attrition", "b" * 16, None, (), ""))
    assert "reading" not in refused.value.render("zh-Hans").replace(str(file), "")
