"""Freeze a model of every kind with what it says, for `test_old_models`: a folder a version of the format, made once and never again.

PYTHONPATH=.:tests .venv/bin/python tests/compat/freeze_models.py v1
"""

import datetime as dt
import json
import sys
from pathlib import Path

import stored_models
from learnt_models import AT, NOW

from zhike.adapters.model_registry import ModelRegistry
from zhike.core.language import Text
from zhike.learn.early_warning import features_of
from zhike.learn.model_card import CardInput, model_card
from zhike.learn.training import ModelRecord, Provenance, TableRead, TrainingSetting, table_sha256

HERE = Path(__file__).resolve().parent
ANSWERS = "answers.json"
CARDED = "early_warning"


def freeze(folder):
    """Keep every model in a registry, and write what each says beside them."""
    registry, said = ModelRegistry(folder), {}
    setting = TrainingSetting(AT, dt.date(2025, 1, 1), AT, 7, "0.1.0", {"frozen": True})
    read = TableRead(
        table_sha256(stored_models.CASES),
        stored_models.CASES.height,
        tuple(sorted(stored_models.CASES.columns)),
    )
    for name, model in stored_models.models().items():
        record = ModelRecord(name, model.kind, model.state(), Provenance(setting, {"cases": read}))
        registry.keep(record, _card(record), "anna", NOW)
        said[name] = stored_models.answers(name, model).tolist()
    (folder / ANSWERS).write_text(json.dumps(said, indent=1) + "\n", "utf-8")
    cards = [file for file in folder.rglob("card*") if CARDED not in file.parts or file.suffix == ".md"]
    for left in (*folder.rglob(".lock"), *cards):
        left.unlink()  # nothing of it is loaded; one card is enough


def _card(record):
    """Return a card; of every kind the same figures, as it is the file that is frozen."""
    cases = stored_models.CASES
    given = CardInput(
        features_of(cases), cases["outcome"].to_numpy(), (0.2 + 0.5 * cases["x"]).to_numpy(), {"kind": cases["kind"].to_list()},
        "2026-01-01", "2026-03-31", Text("frozen", "冻结", "凍結"), (Text("for tests", "供测试", "供測試"),), 10,
    )  # fmt: skip
    return model_card(record, given)


if __name__ == "__main__":
    place = HERE / sys.argv[1]
    if place.exists():
        sys.exit(f"{place} is frozen already")
    freeze(place)
