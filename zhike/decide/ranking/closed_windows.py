"""What each customer first took and when, and the stretches of it that a ranker may learn from at a day.

A window starts at a step of the calendar and lasts a horizon. It is *closed* on a day when the whole horizon lies before it: only then
is every label known. A window that is still open can be learned from as a shorter one, cut at that day: what was taken until then is
known, and candidates taken later are not counted as taken. No window reaches beyond the day that it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NEVER", "History", "TrainingWindow", "closed_count", "last_closed", "training_windows"]

NEVER: Final = 32_767
"""Step of a product that a customer has not taken."""


@dataclass(frozen=True, slots=True)
class History:
    """First purchases on a calendar of steps.

    Parameters
    ----------
    calendar : ndarray of datetime64[D], shape (n_steps,)
        Increasing; a purchase of step s became known by the end of ``calendar[s]``.
    step : ndarray of int16, shape (n_customers, n_products)
        When the customer first took the product; ``NEVER`` where that did not happen.
    """

    calendar: NDArray[np.datetime64]
    step: NDArray[np.int16]

    @classmethod
    def of(
        cls,
        customer: NDArray[np.int64],
        product: NDArray[np.int64],
        day: NDArray[np.datetime64],
        shape: tuple[int, int],
    ) -> History:
        """Lay purchases out, the earliest of a pair counts.

        Parameters
        ----------
        customer, product : ndarray of int, shape (n_purchases,)
            Positions within ``shape``.
        day : ndarray of datetime64, shape (n_purchases,)
            The day by which the purchase was known.
        shape : tuple of int
            (n_customers, n_products).

        Examples
        --------
        >>> day = np.array(["2020-01-01", "2020-02-01"], dtype="datetime64[D]")
        >>> History.of(np.array([0, 0]), np.array([1, 0]), day, (1, 2)).step.tolist()
        [[1, 0]]
        """
        calendar, at = np.unique(day.astype("datetime64[D]"), return_inverse=True)
        step = np.full(shape, NEVER, dtype=np.int16)
        np.minimum.at(step, (customer, product), at.astype(np.int16))
        return cls(calendar, step)

    def last_step(self, day: np.datetime64) -> int:
        """Return the last step known on a day, -1 before the first."""
        return int(np.searchsorted(self.calendar, day, side="right")) - 1


@dataclass(frozen=True, slots=True)
class TrainingWindow:
    """Steps ``start < s <= end`` of a calendar; ``whole`` when the horizon is not cut."""

    start: int
    end: int
    whole: bool


def training_windows(
    calendar: NDArray[np.datetime64], at: int, horizon_days: int, every: int, limit: int
) -> list[TrainingWindow]:
    """Return the windows that may be learned from at a step, latest start first.

    Parameters
    ----------
    calendar : ndarray of datetime64[D], shape (n_steps,)
    at : int
        The step at which learning takes place; nothing after it is looked at.
    horizon_days : int
        Length of a whole window.
    every : int
        Take the starts ``at - every``, ``at - 2 every`` and so on: neighbours overlap and teach little more.
    limit : int
        At most so many.

    Examples
    --------
    >>> days = np.datetime64("2020-01-01") + 10 * np.arange(5)
    >>> [(w.start, w.end, w.whole) for w in training_windows(days, 3, 20, 1, 9)]
    [(2, 3, False), (1, 3, True), (0, 2, True)]
    """
    # A calendar of few steps starts at its first one, however coarse ``every`` is.
    starts = list(range(at - every, -1, -every))[:limit] or [0] * (at > 0)
    return [_window(calendar, start, at, horizon_days) for start in starts]


def closed_count(calendar: NDArray[np.datetime64], at: int, horizon_days: int) -> int:
    """Return how many starts of the calendar have their whole horizon behind them at a step.

    Examples
    --------
    >>> closed_count(np.datetime64("2020-01-01") + 10 * np.arange(5), 3, 20)
    2
    """
    return int((calendar[: at + 1] + np.timedelta64(horizon_days, "D") <= calendar[at]).sum())


def last_closed(calendar: NDArray[np.datetime64], at: int, horizon_days: int) -> TrainingWindow | None:
    """Return the latest window whose whole horizon lies before a step, None where there is none."""
    count = closed_count(calendar, at, horizon_days)
    return _window(calendar, count - 1, at, horizon_days) if count else None


def _window(calendar: NDArray[np.datetime64], start: int, at: int, horizon_days: int) -> TrainingWindow:
    until = calendar[start] + np.timedelta64(horizon_days, "D")
    whole = bool(until <= calendar[at])
    end = int(np.searchsorted(calendar, until, side="right")) - 1 if whole else at
    return TrainingWindow(start, end, whole)
