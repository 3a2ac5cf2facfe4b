"""A transformer of the BERT kind read in NumPy: words of a vocabulary in, one point a text out. It needs the weights of a published model and nothing else.

References
----------
J. Devlin, M.-W. Chang, K. Lee and K. Toutanova, "BERT: pre-training of deep bidirectional transformers for language understanding", NAACL 2019.
N. Reimers and I. Gurevych, "Sentence-BERT", EMNLP 2019: the point of a text is the mean over its tokens, of length 1.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.know.text.tokens import is_han

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

__all__ = ["BertPoints", "WordPieces", "read_safetensors"]

_DTYPES: Final = {"F32": np.float32, "I64": np.int64}
_LONGEST_WORD: Final = 100
"""Characters of a word above which it counts as unknown, as the vocabulary's authors have it."""
_TOKENS: Final = 128
"""Tokens of a text that are read at most."""
_BATCH: Final = 2048
"""Tokens of texts that are read together."""


def read_safetensors(path: Path) -> dict[str, NDArray[Any]]:
    """Return the tensors of a ``.safetensors`` file: a length, a JSON head, and numbers; nothing in it is run.

    Raises
    ------
    ValueError, KeyError
        When it is none.
    """
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    head = json.loads(raw[8 : 8 + size])
    found = {}
    for name, one in head.items():
        if name != "__metadata__":
            first, end = (8 + size + place for place in one["data_offsets"])
            found[name] = np.frombuffer(raw[first:end], _DTYPES[one["dtype"]]).reshape(one["shape"])
    return found


class WordPieces:
    """Cuts texts into pieces of words that a vocabulary has, the longest first; small letters, no accents, Chinese by character.

    Parameters
    ----------
    vocabulary : sequence of str
        With ``[UNK]``, ``[CLS]`` and ``[SEP]``; a piece that continues a word begins with ``##``.

    Examples
    --------
    >>> pieces = WordPieces(["[UNK]", "[CLS]", "[SEP]", "card", "##s", "not", "?", "卡"])
    >>> pieces.places("Cards not？卡 x")
    [1, 3, 4, 5, 0, 7, 0, 2]
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._place = {piece: at for at, piece in enumerate(vocabulary)}
        self._unknown, self._begin, self._end = (self._place[one] for one in ("[UNK]", "[CLS]", "[SEP]"))
        self._of_word = lru_cache(maxsize=50_000)(self._pieces)

    def places(self, text: str, most: int = _TOKENS) -> list[int]:
        """Return the places of a text's pieces in the vocabulary, begin and end among them."""
        found = [place for word in _words(text) for place in self._of_word(word)]
        return [self._begin, *found[: most - 2], self._end]

    def _pieces(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        at = 0
        while at < len(word):
            mark = "##" if at else ""
            end = next((end for end in range(len(word), at, -1) if mark + word[at:end] in self._place), None)
            if end is None:
                return (self._unknown,)
            found.append(self._place[mark + word[at:end]])
            at = end
        return tuple(found)


def _words(text: str) -> Iterator[str]:
    """Yield words and, each by itself, marks of punctuation and Chinese characters."""
    plain = "".join(
        one for one in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(one) != "Mn"
    )
    word = ""
    for one in plain:
        kind = unicodedata.category(one)
        apart = kind[0] == "P" or (one.isascii() and kind[0] == "S") or is_han(one)
        if not apart and not one.isspace() and kind[0] != "C":
            word += one
            continue
        if word and kind not in ("Cc", "Cf"):
            yield word
            word = ""
        if apart:
            yield one
    if word:
        yield word


class BertPoints:
    """The encoder.

    Parameters
    ----------
    tensors : mapping of str to array
        By the names of the published weights.
    pieces : WordPieces
    heads : int
    name : str
    """

    def __init__(
        self, tensors: Mapping[str, NDArray[Any]], pieces: WordPieces, heads: int, name: str
    ) -> None:
        self._tensors, self._pieces, self._heads, self.name = tensors, pieces, heads, name
        self._layers = 1 + max(int(one.split(".")[2]) for one in tensors if one.startswith("encoder.layer."))

    def points(self, texts: Sequence[str]) -> Floats:
        """Return texts as points, see `zhike.know.text.embedding.Embedder`."""
        places = [self._pieces.places(text) for text in texts]
        size = self._tensors["embeddings.word_embeddings.weight"].shape[1]
        found = np.zeros((len(texts), size), np.float32)
        order = sorted(range(len(texts)), key=lambda at: len(places[at]))
        for batch in _batches(order, places):
            found[batch] = self._read([places[at] for at in batch])
        return found

    def _read(self, places: list[list[int]]) -> Floats:
        longest = max(map(len, places))
        kept = np.array([[at < len(one) for at in range(longest)] for one in places])
        filled = np.array([one + [0] * (longest - len(one)) for one in places])
        embedding = "embeddings.{}_embeddings.weight"
        given = (
            self._tensors[embedding.format("word")][filled]
            + self._tensors[embedding.format("position")][:longest]
            + self._tensors[embedding.format("token_type")][0]
        )
        rows = self._normed(given, "embeddings.LayerNorm")
        ignored = np.where(kept, 0, -1e9).astype(np.float32)[:, None, None, :]
        for layer in range(self._layers):
            rows = self._layer(rows, ignored, f"encoder.layer.{layer}")
        mean = (rows * kept[:, :, None]).sum(axis=1) / kept.sum(axis=1)[:, None]
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), dtype=np.float32)

    def _layer(self, rows: Floats, ignored: Floats, name: str) -> Floats:
        query, key, value = (
            self._heads_of(self._dense(rows, f"{name}.attention.self.{part}"))
            for part in ("query", "key", "value")
        )
        scores = query @ key.swapaxes(-1, -2) / np.float32(np.sqrt(query.shape[-1])) + ignored
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        seen = (weights @ value).swapaxes(1, 2).reshape(rows.shape)
        rows = self._normed(
            rows + self._dense(seen, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm"
        )
        inner = _gelu(self._dense(rows, f"{name}.intermediate.dense"))
        return self._normed(rows + self._dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _heads_of(self, rows: Floats) -> Floats:
        return rows.reshape(*rows.shape[:2], self._heads, -1).swapaxes(1, 2)

    def _dense(self, rows: Floats, name: str) -> Floats:
        return np.asarray(rows @ self._tensors[f"{name}.weight"].T + self._tensors[f"{name}.bias"])

    def _normed(self, rows: Floats, name: str) -> Floats:
        apart = rows - rows.mean(axis=-1, keepdims=True)
        spread = np.sqrt((apart**2).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        return np.asarray(apart / spread * self._tensors[f"{name}.weight"] + self._tensors[f"{name}.bias"])


def _gelu(rows: Floats) -> Floats:
    from scipy.special import erf

    return np.asarray(rows * (1 + erf(rows * np.float32(np.sqrt(0.5)))) / 2, dtype=np.float32)


def _batches(order: Sequence[int], places: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yield places of texts, the short ones first, so many that their tokens fit."""
    batch: list[int] = []
    for at in order:
        if batch and (len(batch) + 1) * len(places[at]) > _BATCH:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch
