"""What a bank knows of its own calling at the moment of a contact, without any label: how many of late, and of what kind.

Who is called where few are called differs from who is called in a wave. These figures know of a change of practice at once,
however late the labels come. Each is computed from rows before the row it stands at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["days_of", "recent_mean", "recent_volume"]


def days_of(*marks: NDArray[np.generic]) -> NDArray[np.int64]:
    """Return the running number of each row's day: a new one begins where any mark changes.

    Parameters
    ----------
    marks : ndarrays of shape (n_rows,)
        Such as month and weekday, of rows in time order.

    Examples
    --------
    >>> days_of(np.array(["mon", "mon", "tue", "mon"])).tolist()
    [0, 0, 1, 2]
    """
    changed = np.zeros(len(marks[0]), dtype=np.int64)
    for mark in marks:
        changed[1:] |= mark[1:] != mark[:-1]
    return np.cumsum(changed)


def recent_volume(day: NDArray[np.int64], days: int) -> NDArray[np.float64]:
    """Return contacts a day over the last completed days, up to ``days`` of them; NaN on the first day.

    Examples
    --------
    >>> recent_volume(np.array([0, 0, 0, 1, 2]), 5).tolist()
    [nan, nan, nan, 3.0, 2.0]
    """
    if not len(day):
        return np.zeros(0)
    before = np.concatenate([[0], np.cumsum(np.bincount(day))])
    since = np.maximum(day - days, 0)
    with np.errstate(invalid="ignore"):
        return np.asarray((before[day] - before[since]) / (day - since), dtype=np.float64)


def recent_mean(values: NDArray[np.float64], half_life: float) -> NDArray[np.float64]:
    """Return the mean of the values of earlier rows, a row's weight halved every ``half_life`` rows; NaN at the first.

    Examples
    --------
    >>> recent_mean(np.array([0.0, 1.0, 1.0]), 1.0).round(3).tolist()
    [nan, 0.0, 0.667]
    """
    from scipy.signal import lfilter

    fade = 0.5 ** (1.0 / half_life)
    shifted, ones = np.append(0.0, values[:-1]), np.append(0.0, np.ones(max(len(values) - 1, 0)))
    if not len(values):
        return np.zeros(0)
    with np.errstate(invalid="ignore"):
        return np.asarray(
            lfilter([1.0], [1.0, -fade], shifted) / lfilter([1.0], [1.0, -fade], ones), dtype=np.float64
        )
