"""When customers come to the bank: a month of their own, whatever the month in which history begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice

    Flags = NDArray[np.bool_]
    Numbers = NDArray[np.int64]
    Reals = NDArray[np.float64]

__all__ = ["FIRST_JOINING", "LAST_JOINING", "joined_in"]

FIRST_JOINING, _EARLY_UNTIL, LAST_JOINING = 312, 640, 695
"""Months 1996-01, 2023-05 and 2027-12: joining spreads over the first two by tenure, evenly over the last two."""
_LATE_SHARES: Final = ((30, 0.34), (60, 0.20), (200, 0.10))
"""Share of persons younger than an age who join after 2023-05: 6 % a year of those who are there. Invented."""
_MEAN_TENURE: Final = 130.0
"""Months; tenure is exponential up to the bank's age. Invented."""
_ADULT, _CHILD, _JOINS_AS_CHILD = 18, 8, 0.12


def joined_in(dice: Dice, who: Numbers, born: NDArray[Any], firm: Flags) -> Numbers:
    """Return the month in which each customer joins, whatever the month in which history begins.

    Parameters
    ----------
    dice : Dice
    who : ndarray of int, shape (n,)
    born : ndarray of int, shape (n,)
        Month of birth or founding.
    firm : ndarray of bool, shape (n,)
        Firms are all there before the late months, so that ties to an employer never name one that is to come.
    """
    years = np.where(dice.happens(_JOINS_AS_CHILD, "joins as a child", who), _CHILD, _ADULT)
    earliest = np.maximum(FIRST_JOINING, born + 12 * np.where(firm, 0, years))
    possible = np.maximum(_EARLY_UNTIL - earliest, 0)
    drawn = dice.uniform("tenure", who)
    tenure = -_MEAN_TENURE * np.log1p(-drawn * -np.expm1(-possible / _MEAN_TENURE))
    early = np.ceil(_EARLY_UNTIL - tenure)
    first_late = np.maximum(earliest, _EARLY_UNTIL + 1)
    late = np.floor(first_late + (LAST_JOINING + 1 - first_late) * drawn)
    joins_late = (dice.uniform("joins late", who) < _late_share(born)) & ~firm
    joined = np.where(joins_late | (possible == 0), late, early)
    return np.asarray(joined, dtype=np.int64)


def _late_share(born: NDArray[Any]) -> Reals:
    age = (_EARLY_UNTIL - born) / 12
    return np.select([age < limit for limit, _ in _LATE_SHARES], [share for _, share in _LATE_SHARES])
