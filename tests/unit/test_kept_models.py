"""A policy that names a model: the version in force ranks, the plan says which, and proving it again takes that one whatever came since."""

import datetime as dt

import decide_bank
import numpy as np
import polars as pl
import pytest
import ranked_bank

from zhike.adapters.bank import Bank
from zhike.adapters.decision_files import decide_bank as decide
from zhike.adapters.decision_files import differences
from zhike.adapters.kept_models import models_named, models_of_bank
from zhike.core.errors import PolicyError
from zhike.decide.preparation import prepare
from zhike.learn.champion import Stepped
from zhike.learn.model_history import ModelStep, next_step
from zhike.learn.ranking_training import train_ranking
from zhike.learn.training import TrainingSetting
from zhike.learn.warnings_of_day import WarningBank

AT, RULES = decide_bank.AT, decide_bank.rulebook()
NOW = dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC)
ROWS = ranked_bank.rows(customers=240, assessed="2025-01-06")


def named(reference="ranking", **changes):
    return decide_bank.policy(recommender={"kind": "window_blend", "kept": reference}, **changes)


def trained(tables, at):
    house = WarningBank(tables, decide_bank.TIMEZONE, RULES)
    return train_ranking(house, decide_bank.policy(), TrainingSetting(at, at, at, 0, "0.1.0"))


def put_in_force(registry, version):
    """Write the step that a promotion ends with."""
    step = ModelStep(0, NOW, "promoted", version, ("anna", "bert"), "for a test")
    registry.step("ranking", lambda history: Stepped(next_step(history, step)))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Return a bank folder with two versions of one model, the first in force, and the versions."""
    place = tmp_path_factory.mktemp("kept")
    bank = Bank.open(decide_bank.write(place / "bank", ROWS))
    registry = models_of_bank(bank)
    versions = [
        registry.keep(record, card, "anna", NOW)
        for record, card in (trained(bank.tables(), at) for at in (AT, AT - dt.timedelta(100)))
    ]
    put_in_force(registry, versions[0])
    return bank, versions


def test_the_version_in_force_ranks_and_the_plan_names_it(house, tmp_path):
    bank, (first, second) = house
    plan = decide(bank, RULES, named(), AT, tmp_path / "out")
    told = plan["model"]
    assert (told["name"], told["kind"], told["version"], told["kept"]) == (
        "ranking", "ranked_propensity/1", first, "ranking",
    )  # fmt: skip
    assert told["provenance"]["at"] == str(AT - dt.timedelta(90))
    assert plan["propensities"] == "calibrated"
    scores = pl.read_parquet(tmp_path / "out" / "candidates.parquet")["score"]
    assert scores.is_not_null().sum() > 100
    # A ranker of another day orders otherwise: which one ranks must show.
    other = decide(bank, RULES, named(f"ranking@{second}"), AT, tmp_path / "other")
    assert other["model"]["version"] == second
    assert not scores.equals(pl.read_parquet(tmp_path / "other" / "candidates.parquet")["score"])


def test_proving_it_again_takes_the_version_of_then(house, tmp_path):
    bank, (_, second) = house
    decide(bank, RULES, named(), AT, tmp_path / "out")
    put_in_force(models_of_bank(bank), second)
    try:
        again = differences(tmp_path / "out", bank, RULES)
        assert again["identical"]
        assert decide(bank, RULES, named(), AT, tmp_path / "now")["model"]["version"] == second
    finally:
        put_in_force(models_of_bank(bank), house[1][0])


def test_it_scores_as_the_ranker_learned_and_says_nothing_of_unknown_products(house):
    bank, _ = house
    models = models_named(named(), bank, AT)
    content = {
        **ROWS,
        "products": [*ROWS["products"], {"product_id": "Z9", "family": "card", "regime": "none"}],
    }
    ready = prepare(decide_bank.tables(content), AT, decide_bank.TIMEZONE, RULES, named(), models=models)
    assert ready.scoring.products[-1] == "Z9"
    names = ready.inputs["customer_id"].to_list()
    scores = ready.scoring.scores(names, np.ones((len(names), len(ready.scoring.products)), dtype=bool))
    assert np.isnan(scores[:, -1]).all()
    model = models["ranking"].model
    book = ready.scoring.book
    np.testing.assert_array_equal(
        scores[:, :-1], model.scores(book, names, np.ones((len(names), len(model.products)), dtype=bool))
    )


def test_what_cannot_be_used_is_refused(house):
    bank, (first, _) = house
    with pytest.raises(PolicyError, match="nothing"):
        models_named(named("nothing"), bank, AT)
    with pytest.raises(PolicyError, match="learnt by 2026-01-31"):
        models_named(named(), bank, dt.date(2026, 1, 31))
    with pytest.raises(PolicyError, match="90 days"):
        decided(bank, named(f"ranking@{first}", horizon_days=60))
    with pytest.raises(PolicyError, match="ranked_propensity/1"):
        prepare(bank.tables(), AT, decide_bank.TIMEZONE, RULES, named())


def decided(bank, policy):
    return prepare(
        bank.tables(), AT, decide_bank.TIMEZONE, RULES, policy, models=models_named(policy, bank, AT)
    )


@pytest.mark.parametrize("reference", ["Ranking", "ranking@", "ranking@xyz", 7, ""])
def test_a_reference_has_a_form(reference):
    with pytest.raises(PolicyError, match="kept"):
        named(reference)


def test_a_closed_form_cannot_be_kept():
    with pytest.raises(PolicyError, match="window_blend"):
        decide_bank.policy(recommender={"kind": "ease", "kept": "ranking"})


def test_a_publication_tells_of_the_model(house):
    from zhike.adapters.model_evidence import software_of

    bank, (first, _) = house
    assert software_of(decided(bank, named())) == {"product_ranking": f"ranked_propensity/1 {first}"}
