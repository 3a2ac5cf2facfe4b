"""How like two texts are, and a short sketch of a text from which that is told among many without their words.

A sketch is 256 signs: each gram of the text votes on every sign by its keyed hash, and the share of signs on which two sketches differ is the
angle between the two counts of grams, give or take 3 degrees. Whoever has sketches without the key can try no text on them.

References
----------
M. Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.know.text.language import HAN, normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["SKETCH_BYTES", "likeness", "nearest", "sketch", "stacked"]

SKETCH_BYTES: Final = 32
_SIGNS: Final = 8 * SKETCH_BYTES
_HAN_RUN: Final = re.compile(f"[{HAN}]+")
_WORD: Final = re.compile(r"[a-z]{3,}")
_EMPTY_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        "the and for was were that this with have has had not but you your from are been they their she his her him our out any all can"
        " will would there what when which who about into then than them also just very",
    )
)
_STEM: Final = 6
"""Letters of a word that count, so that charged and charging are one."""


def _grams(text: str) -> Counter[str]:
    """Return words without their endings, and pairs of Chinese characters, each with its count."""
    plain = normal(text)
    counted = Counter(word[:_STEM] for word in _WORD.findall(plain) if word not in _EMPTY_WORDS)
    for run in _HAN_RUN.findall(plain):
        counted.update(run[at : at + 2] for at in range(max(1, len(run) - 1)))
    return counted


def likeness(one: str, other: str) -> float:
    """Return how like two texts are: the cosine of their grams, 0 to 1.

    Examples
    --------
    >>> likeness("信用卡被重复扣费", "信用卡重复扣了两次费") > 0.5, likeness("my card was charged twice", "opening hours")
    (True, 0.0)
    """
    first, second = _grams(one), _grams(other)
    shared = sum(math.sqrt(first[gram] * second[gram]) for gram in first.keys() & second.keys())
    size = math.sqrt(first.total() * second.total())
    return shared / size if size else 0.0


def sketch(text: str, key: bytes) -> bytes | None:
    """Return the sketch of a text under a key; None where nothing in it counts.

    Parameters
    ----------
    text : str
        Without personal data, see `zhike.know.text.redaction.redact`.
    key : bytes
        Up to 64.
    """
    grams = _grams(text)
    if not grams:
        return None
    hashed = [hashlib.blake2b(gram.encode(), digest_size=SKETCH_BYTES, key=key).digest() for gram in grams]
    signs = np.unpackbits(np.frombuffer(b"".join(hashed), np.uint8).reshape(-1, SKETCH_BYTES), axis=1)
    weights = np.sqrt(np.fromiter(grams.values(), np.float64, len(grams)))
    votes = weights @ (2.0 * signs - 1.0)
    return np.packbits(votes > 0).tobytes()


def nearest(sketches: NDArray[np.uint64], sought: bytes, most: int) -> list[tuple[int, float]]:
    """Return the places of the sketches most like one, with the cosine that the signs tell, the most alike first.

    Parameters
    ----------
    sketches : array of shape (n, 4)
        As `stacked` makes it.
    sought : bytes
    most : int
    """
    if not len(sketches):
        return []
    apart = np.bitwise_count(sketches ^ np.frombuffer(sought, np.uint64)).sum(axis=1)
    found = np.argpartition(apart, min(most, len(apart)) - 1)[:most] if most < len(apart) else np.arange(len(apart))  # fmt: skip
    ordered = sorted(found.tolist(), key=lambda at: (int(apart[at]), at))
    return [(at, max(0.0, math.cos(math.pi * int(apart[at]) / _SIGNS))) for at in ordered]


def stacked(sketches: Sequence[bytes]) -> NDArray[np.uint64]:
    """Return sketches as one array of shape (n, 4)."""
    return np.frombuffer(b"".join(sketches), np.uint64).reshape(-1, SKETCH_BYTES // 8)
