"""Every model that can be kept is known to those who load it, and comes back from its state as it was."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest
import stored_models

import zhike
from zhike.learn.model_encoding import decoded, encoded, state_sha256
from zhike.learn.stored_model import KINDS, Kind, StoredModel

PACKAGE = Path(zhike.__file__).parent
PARTS = {
    "zhike.know.text.grams:Grams",
    "zhike.know.text.linear_votes:LinearScorer",
    "zhike.know.text.spans:SpanLexicon",
    "zhike.learn.recalibration:Line",
    "zhike.learn.scorecard:Scorecard",
}
"""What has a state without a kind: it is kept within another model's only."""


def classes(source, module):
    """Yield each class that offers ``state`` and ``from_state``, with the kind that it names; None where it names none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            methods = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
            named = [
                part.value.value
                for part in node.body
                if isinstance(part, ast.AnnAssign | ast.Assign)
                and isinstance(part.value, ast.Constant)
                and "kind"
                in [target.id for target in getattr(part, "targets", [getattr(part, "target", None)])]
            ]
            if {"state", "from_state"} <= methods and "Protocol" not in ast.unparse(node).split("\n")[0]:
                yield f"{module}:{node.name}", (named or [None])[0]


def everywhere():
    for file in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(("zhike", *file.relative_to(PACKAGE).with_suffix("").parts))
        if "from_state" in (source := file.read_text("utf-8")) and file.name != "stored_model.py":
            yield from classes(source, module)


def test_every_model_of_the_package_can_be_loaded():
    found = dict(everywhere())
    missing = {name: kind for name, kind in found.items() if kind and name not in KINDS.classes.values()}
    assert missing == {}
    assert {name for name, kind in found.items() if kind is None} == PARTS
    assert set(KINDS.classes.values()) == set(found) - PARTS
    assert {KINDS.classes[Kind.of(kind).name] for kind in found.values() if kind} == set(
        KINDS.classes.values()
    )


def test_a_model_that_nobody_lists_is_found():
    """The walk itself must be able to fail."""
    source = "class New:\n    kind: ClassVar[str] = 'new/1'\n    def state(self): ...\n    def from_state(cls, state): ...\n"
    assert list(classes(source, "zhike.x")) == [("zhike.x:New", "new/1")]
    assert list(classes(source.replace("    kind: ClassVar[str] = 'new/1'\n", ""), "zhike.x")) == [
        ("zhike.x:New", None)
    ]


@pytest.fixture(scope="module")
def models():
    return stored_models.models()


@pytest.mark.parametrize("name", sorted(KINDS.classes))
def test_a_model_comes_back_from_its_state_through_json(models, name):
    model = models[name]
    assert isinstance(model, StoredModel)
    tree, arrays = encoded(model.state())
    state = decoded(json.loads(json.dumps(tree)), arrays)
    back = KINDS.model(model.kind, state)
    said = stored_models.answers(name, model)
    assert len(np.unique(said)) > 1
    np.testing.assert_array_equal(stored_models.answers(name, back), said)
    assert state_sha256(back.state()) == state_sha256(model.state())
