"""How well spans were found in texts, against those that people marked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.know.text.spans import NamedSpan

__all__ = ["span_quality"]

_RESAMPLES: Final = 200


def span_quality(
    told: Sequence[Sequence[NamedSpan]], true: Sequence[Sequence[NamedSpan]], seed: int
) -> dict[str, Any]:
    """Return figures of spans, of which one is right where both ends and the kind are.

    Parameters
    ----------
    told, true : sequence of sequences of NamedSpan
        By text.
    seed : int
        Of the resampled texts from which the interval is.

    Returns
    -------
    dict
        ``f1`` with its 95 % percentile interval over resampled texts, ``precision``, ``recall``, None where there is nothing to share, and ``kinds``: each with
        ``spans`` that were marked, ``precision``, ``recall`` and ``f1``.

    Examples
    --------
    >>> from zhike.know.text.spans import NamedSpan
    >>> found = span_quality([[NamedSpan(0, 2, "A")], []], [[NamedSpan(0, 2, "A")], [NamedSpan(0, 1, "B")]], 0)
    >>> round(found["f1"]["value"], 3), found["precision"], found["recall"], [one["f1"] for one in found["kinds"]]
    (0.667, 1.0, 0.5, [1.0, 0.0])
    """
    rows = np.array([_counts(one, other) for one, other in zip(told, true, strict=True)], dtype=np.int64)
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = [_f1(rows[rng.integers(len(rows), size=len(rows))].sum(axis=0)) for _ in range(_RESAMPLES)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    kinds = sorted({span.kind for found in (*told, *true) for span in found})
    return {
        "f1": {"value": _f1(rows.sum(axis=0)), "low": float(low), "high": float(high)}, **_shares(rows.sum(axis=0)),
        "kinds": [_of_kind(kind, told, true) for kind in kinds],
    }  # fmt: skip


def _counts(told: Sequence[NamedSpan], true: Sequence[NamedSpan]) -> tuple[int, int, int]:
    both = sum((Counter(told) & Counter(true)).values())
    return both, len(told), len(true)


def _f1(counts: NDArray[np.int64]) -> float:
    return float(2 * counts[0] / max(counts[1] + counts[2], 1))


def _shares(counts: NDArray[np.int64]) -> dict[str, float | None]:
    both, told, true = map(int, counts)
    return {"precision": both / told if told else None, "recall": both / true if true else None}


def _of_kind(
    kind: str, told: Sequence[Sequence[NamedSpan]], true: Sequence[Sequence[NamedSpan]]
) -> dict[str, Any]:
    only = [[[span for span in one if span.kind == kind] for one in side] for side in (told, true)]
    counts = np.array([_counts(one, other) for one, other in zip(*only, strict=True)]).sum(axis=0)
    return {"kind": kind, "spans": int(counts[2]), **_shares(counts), "f1": _f1(counts)}
