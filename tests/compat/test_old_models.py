"""Models that an older Zhike kept load in this one, say the same, and are still known by the same version."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import stored_models

from zhike.adapters.model_registry import ModelRegistry
from zhike.learn.model_history import broken_step
from zhike.learn.stored_model import KINDS

HERE = Path(__file__).resolve().parent
FROZEN = sorted(folder for folder in HERE.iterdir() if (folder / "answers.json").is_file())
CASES = [
    (folder, name) for folder in FROZEN for name in json.loads((folder / "answers.json").read_text("utf-8"))
]


def test_there_is_something_frozen_of_every_kind():
    assert FROZEN
    assert {name for _, name in CASES} == set(KINDS.classes)


@pytest.mark.parametrize(("folder", "name"), CASES, ids=[f"{folder.name}-{name}" for folder, name in CASES])
def test_an_old_model_says_what_it_said(folder, name):
    record = ModelRegistry(folder).load(name, "latest")
    assert ModelRegistry(folder).versions(name) == [record.version]
    said = json.loads((folder / "answers.json").read_text("utf-8"))[name]
    np.testing.assert_allclose(stored_models.answers(name, record.model(KINDS)), said, rtol=1e-9)


@pytest.mark.parametrize("folder", FROZEN, ids=[folder.name for folder in FROZEN])
def test_old_histories_and_a_card_are_read(folder):
    registry = ModelRegistry(folder)
    assert registry.names()
    for name in registry.names():
        assert broken_step(registry.history(name)) is None
    card = registry.card("early_warning", "latest")
    assert card.measured["cases"] == stored_models.ROWS
    assert {profile.feature for profile in card.profiles} == {"x", "kind", "probability"}


def test_a_frozen_model_that_was_changed_is_noticed(tmp_path):
    """The test itself must be able to fail: another number in the file is another model."""
    shutil.copytree(FROZEN[0], tmp_path / "models")
    registry = ModelRegistry(tmp_path / "models")
    file = registry.path / "listwise_logit" / registry.versions("listwise_logit")[0] / "model.json"
    raw = json.loads(file.read_text("utf-8"))
    raw["state"]["weights"]["score_knn"] += 1e-6
    file.write_text(json.dumps(raw), "utf-8")
    from zhike.core.errors import InputUnreadableError

    with pytest.raises(InputUnreadableError):
        registry.load("listwise_logit", "latest")
