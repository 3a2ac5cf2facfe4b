"""A transformer in NumPy: what does not depend on its weights, and what published weights must give where they are installed."""

import json
import struct

import numpy as np
import pytest

from zhike.adapters.bert_points import BertPoints, WordPieces, read_safetensors
from zhike.adapters.sentence_points import english_points
from zhike.core.measure_errors import TextsError

SIZE, INNER, HEADS = 8, 16, 2
WORDS = ["[UNK]", "[CLS]", "[SEP]", "card", "lost", "my", "##s", "卡"]


def weights(rng):
    """Return weights of two layers."""
    shapes = {
        f"embeddings.{part}_embeddings.weight": (size, SIZE)
        for part, size in (("word", len(WORDS)), ("position", 128), ("token_type", 2))
    }
    shapes |= {f"embeddings.LayerNorm.{part}": (SIZE,) for part in ("weight", "bias")}
    for layer in range(2):
        name = f"encoder.layer.{layer}."
        for dense, (to, of) in {
            "attention.self.query": (SIZE, SIZE), "attention.self.key": (SIZE, SIZE), "attention.self.value": (SIZE, SIZE),
            "attention.output.dense": (SIZE, SIZE), "intermediate.dense": (INNER, SIZE), "output.dense": (SIZE, INNER),
        }.items():  # fmt: skip
            shapes |= {f"{name}{dense}.weight": (to, of), f"{name}{dense}.bias": (to,)}
        shapes |= {
            f"{name}{norm}.LayerNorm.{part}": (SIZE,)
            for norm in ("attention.output", "output")
            for part in ("weight", "bias")
        }
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


@pytest.fixture(scope="module")
def encoder():
    return BertPoints(weights(np.random.default_rng(0)), WordPieces(WORDS), HEADS, "made up")


def test_a_point_does_not_depend_on_the_texts_beside_it(encoder):
    texts = ["my card", "lost", "", "my lost cards 卡 " * 9]
    together = encoder.points(texts)
    apart = np.concatenate([encoder.points([one]) for one in texts])
    np.testing.assert_allclose(together, apart, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert encoder.points([]).shape == (0, SIZE)


def test_the_order_of_words_counts_and_what_is_too_long_is_cut(encoder):
    one, other = encoder.points(["my lost card", "card lost my"])
    assert np.abs(one - other).max() > 1e-3
    np.testing.assert_allclose(*encoder.points(["card " * 126, "card " * 500]), atol=1e-6)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("My CARDS", ["my", "card", "##s"]),
        ("lóst", ["lost"]),
        ("card卡card", ["card", "卡", "card"]),
        ("card-card", ["card", "[UNK]", "card"]),
        ("cardy", ["[UNK]"]),
        ("x" * 101, ["[UNK]"]),
        (" \n\t", []),
    ],
)
def test_words_are_cut_into_the_longest_known_pieces(text, pieces):
    found = WordPieces(WORDS).places(text)
    assert [WORDS[at] for at in found] == ["[CLS]", *pieces, "[SEP]"]


def test_tensors_are_numbers_only(tmp_path):
    head = json.dumps(
        {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "__metadata__": {"by": "x"}}
    ).encode()
    file = tmp_path / "w.safetensors"
    file.write_bytes(struct.pack("<Q", len(head)) + head + np.array([1, 2], np.float32).tobytes())
    assert read_safetensors(file)["a"].tolist() == [1, 2]
    file.write_bytes(struct.pack("<Q", 4) + b"none")
    with pytest.raises(ValueError, match="Expecting"):
        read_safetensors(file)


def test_published_weights_give_the_published_likeness():
    try:
        model = english_points()
    except TextsError:
        pytest.skip("the package of English weights is not installed")
    said = [
        "That is a happy person",
        "That is a happy dog",
        "That is a very happy person",
        "Today is a sunny day",
    ]
    points = model.points(said)
    # What the authors' own library gives for these sentences.
    np.testing.assert_allclose(points[0] @ points[1:].T, [0.695, 0.943, 0.257], atol=1e-3)
