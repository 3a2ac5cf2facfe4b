"""`zhike demo`: from nothing to explained and proven decisions, the same twice, in three languages, in nobody else's folder."""

import contextlib
import hashlib
import io
import json
import shutil
import subprocess
import sys

import polars as pl
import pytest
from made_up.small_bank import LAST_DAY

from zhike.cli.demo import demo
from zhike.core.errors import UsageError


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The folder of one demonstration, and what it printed."""
    out, printed = tmp_path_factory.mktemp("demo") / "work", io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert demo(out, 200, 7, lang="en") == 0
    return out, printed.getvalue()


@pytest.fixture(scope="module")
def played(shown):
    """The folder alone."""
    return shown[0]


def hashes(folder):
    """Hashes of all files but the plan, whose timing is the clock's."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != "plan.json")
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_it_walks_through_every_step_and_says_what_is_next(shown):
    played, printed = shown
    assert [f"[{step}/7]" in printed for step in range(1, 8)] == [True] * 7
    assert "11 rows rejected, put there on purpose" in printed
    assert "identical, byte for byte" in printed
    for command in ("show", "explain", "rejects", "check", "replay"):
        assert f"  zhike {command} {played}" in printed


def test_it_explains_a_sale_a_refusal_and_a_care_action(shown):
    lines = shown[1].splitlines()
    titles = [line for line in lines if line.startswith("--- ")]
    sale, refusal, care = titles
    assert sale.startswith("--- A product that suits C")
    assert refusal.startswith("--- Nothing for C")
    assert care.startswith("--- Care for C")
    explained = "\n".join(lines[lines.index(refusal) : lines.index(care)])
    assert "Do nothing" in explained
    assert "verdict: refused by suitability" in explained
    assert "suitability." in explained


def test_playing_it_again_changes_no_file(played, capsys):
    before = hashes(played)
    demo(played, 200, 7, lang="en")
    assert hashes(played) == before
    assert "nothing changed" in capsys.readouterr().out


def test_another_seed_builds_another_bank_in_the_same_folder(played, tmp_path):
    out = tmp_path / "work"
    shutil.copytree(played, out)
    assert demo(out, 30, 8, lang="en") == 0
    customers = pl.read_parquet(out / "decisions" / "decisions.parquet")["customer_id"].n_unique()
    assert customers == 30
    assert hashes(out) != hashes(played)


def test_a_demonstration_that_was_cut_short_can_be_played_again(played, tmp_path):
    out = tmp_path / "work"
    (out / "bank").mkdir(parents=True)
    (out / "bank" / "half").write_text("a load that never ended")
    (out / "demo.json").write_text(json.dumps({"made by": "zhike demo", "extract": None}))
    assert demo(out, 200, 7, lang="en") == 0
    assert hashes(out) == hashes(played)


@pytest.mark.parametrize("content", ["notes.txt", "demo.json"])
def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path, content):
    (tmp_path / content).write_text("mine")
    with pytest.raises(UsageError, match="which holds something else"):
        demo(tmp_path, 20, 7, lang="en")
    assert [file.name for file in tmp_path.iterdir()] == [content]
    assert (tmp_path / content).read_text() == "mine"


@pytest.mark.parametrize(("lang", "words"), [("zh-Hans", "接下来可以"), ("zh-Hant", "接下來可以")])
def test_it_speaks_chinese(tmp_path, capsys, lang, words):
    demo(tmp_path / "work", 12, 7, lang=lang)
    printed = capsys.readouterr().out
    assert words in printed
    assert "What to do next" not in printed


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


def test_the_command_itself(tmp_path):
    command = [
        sys.executable,
        "-m",
        "zhike.cli.main",
        "demo",
        "--out",
        "work",
        "--customers",
        "12",
        "--seed",
        "3",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "zhike show work/bank --customer C0000" in done.stdout
    assert str(LAST_DAY) in done.stdout
    assert "Traceback" not in done.stderr
