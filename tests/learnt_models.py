"""Made-up cases, models and cards for the tests of zhike.learn."""

import datetime as dt
import secrets

import numpy as np
import polars as pl

from zhike.act.acting import Acting
from zhike.act.staff import add_staff
from zhike.adapters.clock import SystemClock
from zhike.adapters.model_desk import ModelDesk
from zhike.adapters.model_registry import ModelRegistry
from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.store import open_store
from zhike.core.language import Text
from zhike.learn.champion import GateReading
from zhike.learn.early_warning import EarlyWarning, features_of
from zhike.learn.model_card import CardInput, model_card
from zhike.learn.training import TrainingSetting, train

AT = dt.date(2026, 6, 30)
NOW = dt.datetime(2026, 6, 30, 9, tzinfo=dt.UTC)
SETTING = TrainingSetting(AT, dt.date(2025, 7, 1), AT, 7, "0.1.0", {"spreads": [0.3, 1.0]})
DAYS = [dt.date(2025, 3, 31), dt.date(2025, 6, 30), dt.date(2025, 9, 30), dt.date(2025, 12, 31)]


def cases(n=600, seed=1):
    """Return cases of four windows with the true probability of each."""
    rng = np.random.default_rng(seed)
    size = n * len(DAYS)
    x, kind = rng.normal(size=size), rng.choice(["a", "b"], size=size)
    truth = 1 / (1 + np.exp(2.0 - x - (kind == "b")))
    frame = pl.DataFrame(
        {
            "customer_id": [f"C{i:05}" for i in range(n)] * len(DAYS),
            "day": [day for day in DAYS for _ in range(n)],
            "outcome": rng.random(size) < truth,
            "x": pl.Series(x).set(pl.Series(rng.random(size) < 0.02), None),
            "kind": kind,
        }
    )
    return frame, truth


def fitted(frame):
    return train(
        "attrition",
        lambda tables, _: EarlyWarning(spreads=(0.3, 1.0)).fit(tables["cases"]),
        {"cases": frame},
        SETTING,
    )


def card_of(record, frame):
    model = EarlyWarning.from_state(record.state)
    given = CardInput(
        features_of(frame), frame["outcome"].to_numpy(), model.probability(features_of(frame)).value,
        {"kind": frame["kind"].to_list()}, "2026-01-01", "2026-03-31", Text("warn", "预警", "預警"),
        (Text("not to sell", "不得用于营销", "不得用於行銷"),), 10,
    )  # fmt: skip
    return model_card(record, given)


WHY = "it gains by more than chance"
STAFF = {
    "anna": ["analyst"], "ann2": ["analyst"], "bert": ["policy_owner"], "cara": ["compliance"], "rita": ["relationship_manager"],
    "both": ["analyst", "policy_owner"], "aude": ["auditor", "policy_owner"], "adam": ["administrator", "policy_owner"],
}  # fmt: skip


def kept_in(folder):
    """Make a registry with two versions of one model."""
    registry, frame = ModelRegistry(folder), cases(150)[0]
    for rows in (600, 450):
        model = fitted(frame.head(rows))
        registry.keep(model, card_of(model, frame), "anna", NOW)
    return registry


def staffed(place):
    """Make a store with those who may do something with models, and those who may not."""
    with open_store(place, create=True) as store:
        acting = Acting(store, SystemClock(), secrets.token_bytes)
        for name, roles in STAFF.items():
            add_staff(
                acting,
                name,
                roles,
                known=sorted({one for some in STAFF.values() for one in some}),
                actor="operator",
            )


def crowned(folder, place):
    """Put every version of a registry in force, one after the other."""
    with open_store(place) as store:
        desk = ModelDesk(
            ModelRegistry(folder), Acting(store, SystemClock(), secrets.token_bytes), load_rulebook()
        )
        reading = GateReading("experiment spring", 1.2, 0.3, 2.1, 5_000)
        for version in desk.registry.versions("attrition"):
            proposal = desk.propose("attrition", version, reading, "anna", WHY).step.evidence["proposal"]
            desk.review("attrition", proposal, "bert", WHY, approve=True)
            desk.promote("attrition", proposal, "anna")
