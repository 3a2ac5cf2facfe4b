r"""Themes that nobody named beforehand: words that stand together in the same answers.

Answers are rows ``V`` of tf-idf weights. Non-negative matrix factorisation writes them as mixtures of ``k`` themes, ``V ~ W H``, ``W, H >= 0``, by least squares. How many themes there
are is chosen by *stability*: the factorisation is repeated on random four fifths of the answers, and ``k`` is the number whose themes come back most alike,

    stability(k) = mean over repeats of mean over themes of J(top words, top words of its partner)

``J`` being Jaccard's share of common words and partners assigned so that the sum is largest. Top words are ten, fewer where there are not ten for each theme. From the share is taken what themes of
random words would have in common; of numbers that are as stable to within two hundredths the smallest is chosen. An answer speaks of a theme when the theme makes up a quarter of its mixture and one of the theme's top words stands in it: so every theme can be
traced to answers.

References
----------
D. Lee and H. Seung, "Learning the parts of objects by non-negative matrix factorization", Nature 401, 1999.
D. Greene, D. O'Callaghan and P. Cunningham, "How many topics? Stability analysis for topic models", ECML PKDD 2014.
"""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from scipy import sparse

from zhike.measure.themes.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Discovered", "Theme", "discover", "telling_words"]

_TOP: Final = 10
_REPEATS: Final = 8
_PART: Final = 0.8
_LEAST_SHARE: Final = 0.25
_MOST_COMMON: Final = 0.5
"""Share of the answers above which a word tells none from another."""
_LEAST_ANSWERS: Final = 20
"""Answers with telling words below which no themes are looked for."""
_AS_STABLE: Final = 0.02
_STEPS: Final = 200


class Theme(NamedTuple):
    """Top words of a theme with their weights, and how much of each text is of it, shape (n_texts,); 0 where the text does not speak of it."""

    words: tuple[str, ...]
    strength: Floats


class Discovered(NamedTuple):
    """Themes, those of most texts first, and the stability of each number that was tried."""

    themes: tuple[Theme, ...]
    stability: tuple[tuple[int, float], ...]


def telling_words(words: Sequence[str]) -> list[str]:
    """Return the words that may tell what a text is about: no stop words, no numbers, no single letters or characters.

    Examples
    --------
    >>> telling_words(["the", "queue", "was", "2", "hours", "排队", "太", "久"])
    ['queue', 'hours', '排队']
    """
    return [word for word in words if len(word) > 1 and word not in STOP_WORDS and not word.isdecimal()]


def discover(texts: Sequence[Sequence[str]], counts: Sequence[int], seed: int) -> Discovered:
    """Return the themes of texts.

    Parameters
    ----------
    texts : sequence of sequences of str
        Telling words of each text, all in one language.
    counts : sequence of int
        Numbers of themes to choose from.
    seed : int

    Returns
    -------
    Discovered
        Without themes where too few texts have words in common.
    """
    terms, weights = _weights(texts)
    kept = np.flatnonzero(np.diff(weights.indptr) > 0)
    counts = [one for one in counts if one <= min(len(terms), len(kept) // 5)]
    if len(kept) < _LEAST_ANSWERS or not counts:
        return Discovered((), ())
    rows = weights[kept]
    stability = tuple((one, _stability(rows, one, seed)) for one in counts) if len(counts) > 1 else ()
    highest = max((one[1] for one in stability), default=0.0)
    count = next((one[0] for one in stability if one[1] >= highest - _AS_STABLE), counts[0])
    mixtures, themes = _factored(rows, count, seed)
    found = [_theme(place, mixtures, themes, terms, (kept, rows), len(texts)) for place in range(count)]
    spoken = [one for one in found if (one.strength > 0).any()]
    return Discovered(
        tuple(sorted(spoken, key=lambda one: (-(one.strength > 0).sum(), one.words))), stability
    )


def _weights(texts: Sequence[Sequence[str]]) -> tuple[list[str], sparse.csr_matrix]:
    """Return terms that at least two texts hold and not most of them, and the tf-idf weights of texts, rows of length 1."""
    held = Counter(word for text in texts for word in set(text))
    least = max(2, round(0.002 * len(texts)))
    terms = sorted(word for word, many in held.items() if least <= many <= _MOST_COMMON * len(texts))
    place = {word: at for at, word in enumerate(terms)}
    ends, columns = [0], list[int]()
    values: list[float] = []
    for text in texts:
        count = Counter(word for word in text if word in place)
        row = np.array(
            [
                (1 + np.log(many)) * (1 + np.log((1 + len(texts)) / (1 + held[word])))
                for word, many in count.items()
            ]
        )
        columns += [place[word] for word in count]
        values += (row / np.linalg.norm(row)).tolist() if len(row) else []
        ends.append(len(columns))
    return terms, sparse.csr_matrix((values, columns, ends), shape=(len(texts), len(terms)))


def _factored(rows: sparse.csr_matrix, count: int, seed: int) -> tuple[Floats, Floats]:
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    model = NMF(count, init="nndsvda", random_state=seed, max_iter=_STEPS, tol=1e-3)
    with warnings.catch_warnings():
        # Themes are read by their top words, which settle long before the last decimals do.
        warnings.simplefilter("ignore", ConvergenceWarning)
        mixtures = model.fit_transform(rows)
    return mixtures, model.components_


def _tops(themes: Floats, size: int) -> list[frozenset[int]]:
    return [frozenset(np.argsort(-one, kind="stable")[:size].tolist()) for one in themes]


def _stability(rows: sparse.csr_matrix, count: int, seed: int) -> float:
    """Return how alike themes come back, 0 for no more than chance and 1 for the same."""
    from scipy.optimize import linear_sum_assignment

    rng = np.random.Generator(np.random.PCG64(seed))
    terms = rows.shape[1]
    size = max(1, min(_TOP, terms // count))
    # Two random sets of that size have size^2 / terms words in common.
    chance = size / (2 * terms - size)
    whole = _tops(_factored(rows, count, seed)[1], size)
    found = []
    for _ in range(_REPEATS):
        part = rng.choice(rows.shape[0], max(count + 1, round(_PART * rows.shape[0])), replace=False)
        other = _tops(_factored(rows[np.sort(part)], count, seed)[1], size)
        alike = np.array([[len(a & b) / len(a | b) for b in other] for a in whole])
        found.append(alike[linear_sum_assignment(-alike)].mean())
    return float((np.mean(found) - chance) / (1 - chance))


def _theme(
    place: int,
    mixtures: Floats,
    themes: Floats,
    terms: Sequence[str],
    held: tuple[NDArray[Any], sparse.csr_matrix],
    size: int,
) -> Theme:
    kept, rows = held
    order = np.argsort(-themes[place], kind="stable")[:_TOP]
    top = [int(at) for at in order if themes[place, at] > 0]
    heights = mixtures * themes.sum(axis=1)
    share = heights[:, place] / np.maximum(heights.sum(axis=1), 1e-12)
    speaks = (share >= _LEAST_SHARE) & (np.asarray(rows[:, top].sum(axis=1)).ravel() > 0)
    strength = np.zeros(size)
    strength[kept] = np.where(speaks, share, 0)
    return Theme(tuple(terms[at] for at in top), strength)
