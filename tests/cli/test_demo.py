"""`zhike demo`: from nothing to a bank, proven decisions, played policies and a report; the same twice, in nobody else's folder."""

import contextlib
import hashlib
import io
import json
import shutil

import polars as pl
import pytest

from zhike.cli.demo import demo
from zhike.cli.demo_story import Wanted
from zhike.core.errors import UsageError

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


@pytest.fixture
def unplayed(monkeypatch):
    """Let policies stand still: what other steps leave does not depend on them."""
    from zhike.lab import run as lab

    whole = lab.run

    def one_month(bank, truth, _policies, _months, rulebook, _processes, progress):
        return whole(bank, truth, ("zhike",), 1, rulebook, 1, progress)

    monkeypatch.setattr(lab, "run", one_month)


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


def test_playing_it_again_changes_no_file(played, tmp_path, unplayed):
    first = tmp_path / "work"
    demo(first, TINY, lang="en")
    before = hashes(first)
    demo(first, TINY, lang="en")
    assert hashes(first) == before


def test_another_seed_builds_another_bank_in_the_same_folder(played, tmp_path, unplayed):
    out = tmp_path / "work"
    shutil.copytree(played, out)
    demo(out, TINY, lang="en")
    customers = pl.read_parquet(out / "decisions" / "decisions.parquet")["customer_id"].n_unique()
    assert customers <= TINY.customers
    assert json.loads((out / "demo.json").read_text())["seed"] == TINY.seed
    assert hashes(out) != hashes(played)


def test_a_demonstration_that_was_cut_short_is_mended_by_the_next(tmp_path, unplayed):
    whole, out = tmp_path / "whole", tmp_path / "work"
    demo(whole, TINY, lang="en")
    (out / "bank").mkdir(parents=True)
    (out / "bank" / "half").write_text("a load that never ended")
    (out / "bank.truth").mkdir()
    (out / "bank.truth" / "traits.parquet").write_text("a truth that was never sealed")
    shutil.copy(whole / "demo.json", out)
    demo(out, TINY, lang="en")
    assert hashes(out) == hashes(whole)


@pytest.mark.parametrize("content", ["notes.txt", "demo.json"])
def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path, content):
    (tmp_path / content).write_text("mine")
    with pytest.raises(UsageError, match="which holds something else"):
        demo(tmp_path, TINY, lang="en")
    assert [file.name for file in tmp_path.iterdir()] == [content]
    assert (tmp_path / content).read_text() == "mine"


@pytest.mark.parametrize(("lang", "words"), [("zh-Hans", "接下来可以"), ("zh-Hant", "接下來可以")])
def test_it_speaks_chinese(tmp_path, capsys, unplayed, lang, words):
    demo(tmp_path / "work", TINY, lang=lang)
    printed = capsys.readouterr().out
    assert words in printed
    assert "What to do next" not in printed
    assert f'<html lang="{lang}">' in (tmp_path / "work" / "report.html").read_text("utf-8")


def test_json_is_one_document_and_nothing_else(tmp_path, unplayed, zhike):
    words = ("--out", tmp_path / "work", "--customers", 60, "--seed", 3, "--history", 2, "--months", 1, "--json")
    answer = zhike("demo", *words)
    assert answer.code == 0
    found = answer.json
    assert (found["customers"], found["seed"], found["history"], found["months"]) == (60, 3, 2, 1)
    assert found["identical"] is True
    assert set(found["seconds"]) == {"simulate", "decide", "explain", "play", "prove", "report"}
    assert found["by_month"]["labels"] == ["2026-05"]
    assert {"low", "value", "high"} == set(found["dividend"]["zhike"]["bank_value"])
    for key in ("bank", "truth", "decisions", "report", "rows", "funnel", "summary", "examples", "prices", "regret", "losses"):
        assert key in found


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
