"""How well texts were sorted, against what people said they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.know.text.confidence import calibration_error
from zhike.know.text.triage import macro_f1
from zhike.measure.shares import share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.know.text.triage import Reading

__all__ = ["triage_quality"]


def triage_quality(readings: Sequence[Reading], labels: Sequence[str]) -> dict[str, Any]:
    """Return figures of readings against true classes.

    Parameters
    ----------
    readings : sequence of Reading
    labels : sequence of str
        The true class of each; one that the model never saw makes its reading wrong.

    Returns
    -------
    dict
        ``accuracy`` of the most likely class with Wilson's interval, ``macro_f1``: the mean over
        classes that occur, of which having no word to go by is none, ``calibration_error``, ``coverage``: share of texts that are
        answered, ``answered_accuracy`` with its interval, None where nothing is answered, and ``classes``: each with rows, precision, recall and F1.

    Examples
    --------
    >>> from zhike.know.text.triage import Reading
    >>> found = triage_quality([Reading("a", "a", 0.9, ()), Reading(None, "b", 0.6, ())], ["a", "a"])
    >>> found["accuracy"]["value"], found["coverage"], found["answered_accuracy"]["value"]
    (0.5, 0.5, 1.0)
    >>> triage_quality([Reading("a", "a", 0.9, ()), Reading("b", "b", 0.9, ()), Reading(None, None, 0.0, ())], ["a", "b", "b"])["macro_f1"]
    0.8333333333333333
    """
    names = sorted({*labels, *(one.best for one in readings if one.best is not None)})
    place = {name: at for at, name in enumerate(names)}
    truth = np.array([place[one] for one in labels], dtype=np.int64)
    best = np.array([place.get(one.best or "", len(names)) for one in readings], dtype=np.int64)
    right = best == truth
    answered = np.array([one.label is not None for one in readings], dtype=bool)
    sure = np.array([one.confidence for one in readings])
    among = share(int(right[answered].sum()), int(answered.sum()))
    all_rows = share(int(right.sum()), len(right))
    return {
        "accuracy": all_rows and all_rows._asdict(),
        "macro_f1": macro_f1(best, truth, len(names)),
        "calibration_error": calibration_error(sure, right.astype(np.float64)),
        "coverage": float(answered.mean()),
        "answered_accuracy": among and among._asdict(),
        "classes": [_of_class(name, best == at, truth == at) for at, name in enumerate(names)],
    }


def _of_class(name: str, said: np.ndarray[Any, Any], true: np.ndarray[Any, Any]) -> dict[str, Any]:
    both, rows, told = int((said & true).sum()), int(true.sum()), int(said.sum())
    return {
        "label": name, "rows": rows, "precision": both / told if told else None, "recall": both / rows if rows else None,
        "f1": 2 * both / (rows + told) if rows + told else None,
    }  # fmt: skip
