"""`zhike demo`: from nothing to a bank, proven decisions, played policies and a report; the same twice, in nobody else's folder."""

import contextlib
import dataclasses
import hashlib
import io
import shutil
from pathlib import Path

import polars as pl
import pytest

from zhike.cli.demo import demo
from zhike.cli.demo_story import Wanted
from zhike.core.errors import UsageError
from zhike.lab import run as lab

WANTED = Wanted(customers=400, seed=7, history=6, months=2)
TINY = Wanted(customers=12, seed=3, history=1, months=1)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The folder of one demonstration, and what it printed."""
    out, printed = tmp_path_factory.mktemp("demo") / "work", io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert demo(out, WANTED, lang="en") == 0
    return out, printed.getvalue()


@pytest.fixture(scope="module")
def played(shown):
    """The folder alone."""
    return shown[0]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The folder of a tiny demonstration in which only the loop was played, and what was played."""
    out, kept = tmp_path_factory.mktemp("tiny") / "work", []
    whole = lab.run

    def the_loop_alone(bank, truth, _policies, months, rulebook, _processes, progress):
        kept.append(whole(bank, truth, ("zhike",), months, rulebook, 1, progress))
        return kept[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lab, "run", the_loop_alone)
        assert demo(out, TINY, as_json=True, lang="en") == 0
    return out, kept[0]


@pytest.fixture
def played_before(monkeypatch, tiny):
    """Let what was played on the tiny bank stand for playing it again, which takes longest."""
    monkeypatch.setattr(lab, "run", lambda *_: tiny[1])


def hashes(folder):
    """Hashes of all files but the plan, whose timing is the clock's."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != "plan.json")
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_it_walks_through_every_step_and_says_what_is_next(shown):
    played, printed = shown
    assert [f"[{step}/6]" in printed for step in range(1, 7)] == [True] * 6
    for told in (
        "Nobody in it exists",
        "After suitability",
        "what one more unit would bring",
        "The personalisation dividend",
        "Regret, yuan a customer left to the oracle",
        "came out again, byte for byte",
        f"It took {played / 'bank'} alone",
    ):
        assert told in printed
    for command in ("explain", "show", "check", "lab run"):
        assert f"    zhike {command} {played}" in printed


def test_the_story_fits_on_two_screens(shown):
    assert len(shown[1].splitlines()) <= 90


def test_it_tells_three_customers_in_a_few_lines_each(shown):
    lines = shown[1].splitlines()
    titles = [place for place, line in enumerate(lines) if line.startswith("  --- ")]
    assert [lines[place].split(" C0")[0] for place in titles] == [
        "  --- A product that suits",
        "  --- A product that",
        "  --- Care for",
    ]
    ends = [*titles[1:], next(place for place, line in enumerate(lines) if line.startswith("[4/6]"))]
    assert all(3 <= end - start - 1 <= 6 for start, end in zip(titles, ends, strict=True))
    assert "suitability.level_match]" in "\n".join(lines[titles[1] : titles[2]])


def test_it_names_losses_or_says_that_there_are_none(shown):
    assert ("Where zhike loses beyond chance" in shown[1]) != ("No loss of zhike beyond chance" in shown[1])


def test_the_report_is_there_and_closed_in_itself(played):
    text = (played / "report.html").read_text("utf-8")
    for part in ("brief", "bank", "funnel", "prices", "customers", "months", "dividend", "loses", "fairness"):
        assert f'<section id="{part}"' in text
    assert "http" not in text
    assert "src=" not in text


@pytest.mark.usefixtures("played_before")
def test_playing_it_again_changes_no_file(tiny, tmp_path):
    out = tmp_path / "work"
    shutil.copytree(tiny[0], out)
    assert demo(out, TINY, lang="en") == 0
    assert hashes(out) == hashes(tiny[0])


@pytest.mark.usefixtures("played_before")
def test_what_another_seed_or_an_interrupted_run_left_is_replaced(played, tiny, tmp_path):
    out = tmp_path / "work"
    shutil.copytree(played, out)
    (out / "bank" / "manifest.json").unlink()
    (out / "bank" / "half").write_text("a load that never ended")
    (out / "bank.truth" / "SEALED.json").unlink()
    assert demo(out, TINY, lang="en") == 0
    assert hashes(out) == hashes(tiny[0])


@pytest.mark.parametrize("content", ["notes.txt", "demo.json"])
def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path, content):
    (tmp_path / content).write_text("mine")
    with pytest.raises(UsageError, match="which holds something else"):
        demo(tmp_path, TINY, lang="en")
    assert [file.name for file in tmp_path.iterdir()] == [content]
    assert (tmp_path / content).read_text() == "mine"


@pytest.mark.usefixtures("played_before")
def test_json_is_one_document_and_the_report_is_in_the_language_asked_for(tmp_path, zhike):
    out = tmp_path / "work"
    sizes = (
        "--customers",
        TINY.customers,
        "--seed",
        TINY.seed,
        "--history",
        TINY.history,
        "--months",
        TINY.months,
    )
    answer = zhike("demo", "--out", out, *sizes, "--json", "--lang", "zh-Hant")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json
    assert {name: found[name] for name in ("customers", "seed", "history", "months")} == dataclasses.asdict(
        TINY
    )
    assert found["identical"] is True
    assert set(found["seconds"]) == {"simulate", "decide", "explain", "play", "prove", "report"}
    assert found["by_month"]["labels"] == ["2026-05"]
    assert set(found["dividend"]["zhike"]["bank_value"]) == {"low", "value", "high"}
    for key in ("bank", "truth", "decisions", "report"):
        assert Path(found[key]).exists()
    assert {"rows", "funnel", "summary", "examples", "prices", "regret", "losses", "compared"} <= set(found)
    assert '<html lang="zh-Hant">' in (out / "report.html").read_text("utf-8")


def test_no_sale_is_above_the_customers_level(played):
    products = pl.read_parquet(played / "decisions" / "evidence" / "products.parquet")
    inputs = pl.read_parquet(played / "decisions" / "evidence" / "inputs.parquet")
    sales = pl.read_parquet(played / "decisions" / "decisions.parquet").filter(pl.col("kind") == "sale")
    level = pl.max_horizontal("seller_risk_level", "issuer_risk_level").alias("product_level")
    advised = sales.join(
        products.filter(pl.col("regime").is_in(["cn-nfra", "cn-csrc"])).select("product_id", level),
        on="product_id",
    )
    both = advised.join(inputs.select("customer_id", "risk_level"), on="customer_id")
    assert len(both) > 0
    assert both["risk_level"].null_count() == 0
    assert (both["product_level"] <= both["risk_level"]).all()
