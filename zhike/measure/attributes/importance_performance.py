"""Importance and performance: which attribute belongs in which quadrant, by which lines, and how surely.

The plane is cut at one value of importance and one of performance: the middle of the scale, the mean of all attributes, or their median.
An attribute on a line counts as high. The choice moves attributes, and so does chance, see `zhike.measure.attributes.quadrant_chances`.
Important and low is
``concentrate_here``, important and high ``keep_up``, less important and low ``low_priority``, less important and high
``possible_overkill``.

References
----------
J. Martilla, J. James, "Importance-performance analysis", J. Marketing 41, 1977; T. Vavra, Improving Your Measurement of Customer
Satisfaction, 1997 (stated against derived importance; as quoted).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.drivers.associations import associations, pseudo_inverse
from zhike.measure.drivers.shapley import EXACT_TO, shapley_exact, shapley_sampled

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "CROSSES", "QUADRANTS", "Quadrants", "cross", "derived_importance", "in_quadrant", "quadrants", "vavra",
]  # fmt: skip

CROSSES: Final = ("scale_middle", "grand_mean", "median")
QUADRANTS: Final = ("low_priority", "possible_overkill", "concentrate_here", "keep_up")
"""By importance high or not, then by performance high or not."""
_VAVRA: Final = ("unimportant", "excitement", "basic", "performance")
_ORDERS: Final = 50


class Quadrants(NamedTuple):
    """Where attributes lie: ``place`` in `QUADRANTS` of each, and the lines' importance and performance."""

    place: NDArray[np.int64]
    importance_line: float
    performance_line: float


def cross(values: NDArray[np.float64], kind: str, middle: float) -> NDArray[np.float64]:
    """Return the line of one axis.

    Parameters
    ----------
    values : array, shape (..., attributes)
    kind : str
        One of `CROSSES`.
    middle : float
        Of the scale; NaN for an axis without a scale (derived importance), which is then cut at the mean.

    Examples
    --------
    >>> [float(cross(np.array([1.0, 2, 6]), kind, 4.0)) for kind in CROSSES]
    [4.0, 3.0, 2.0]
    """
    if kind == "scale_middle" and not np.isnan(middle):
        return np.full(values.shape[:-1], middle)
    return np.asarray(np.median(values, axis=-1) if kind == "median" else np.mean(values, axis=-1))


def in_quadrant(important: NDArray[np.bool_], performing: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return places in `QUADRANTS`."""
    return np.asarray(2 * important.astype(np.int64) + performing.astype(np.int64))


def quadrants(
    importance: NDArray[np.float64], performance: NDArray[np.float64], kind: str, middles: tuple[float, float]
) -> Quadrants:
    """Return where attributes lie.

    Parameters
    ----------
    importance, performance : array, shape (attributes,)
    kind : str
        One of `CROSSES`.
    middles : tuple of float
        Of the scales of importance and performance, see `cross`.

    Examples
    --------
    >>> found = quadrants(np.array([9.0, 8, 4]), np.array([5.0, 9, 8]), "grand_mean", (5.5, 5.5))
    >>> [QUADRANTS[one] for one in found.place]
    ['concentrate_here', 'keep_up', 'possible_overkill']
    """
    lines = cross(importance, kind, middles[0]), cross(performance, kind, middles[1])
    return Quadrants(
        in_quadrant(importance >= lines[0], performance >= lines[1]), float(lines[0]), float(lines[1])
    )


def derived_importance(
    table: NDArray[np.float64], kind: str, rng: np.random.Generator, counts: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return what attributes' performance goes along with in the overall score.

    Parameters
    ----------
    table : array, shape (n, attributes + 1)
        Performance, the overall score last; rows without gaps.
    kind : str
        ``shapley``: shares of R^2; ``standardised``: coefficients of the regression on all attributes, in standard deviations.
    rng : Generator
        Draws orders where there are more attributes than can be gone through.
    counts : array, shape (samples, n), optional

    Returns
    -------
    array, shape (samples, attributes)
    """
    matrix = associations(table, counts)
    attributes = table.shape[1] - 1
    if kind == "standardised":
        return np.asarray((pseudo_inverse(matrix[:, :-1, :-1]) @ matrix[:, :-1, -1:])[:, :, 0])
    if attributes <= EXACT_TO:
        return shapley_exact(matrix)
    orders = rng.permuted(np.tile(np.arange(attributes), (_ORDERS, 1)), axis=1)
    nothing = np.full(attributes, np.nan)
    return np.stack(
        [shapley_sampled(one, orders)[0] if np.isfinite(one).all() else nothing for one in matrix]
    )


def vavra(stated: NDArray[np.float64], derived: NDArray[np.float64]) -> list[str]:
    """Return what stated and derived importance together say of attributes, each cut at its mean.

    Examples
    --------
    >>> vavra(np.array([9.0, 9, 5, 5]), np.array([0.1, 0.4, 0.4, 0.1]))
    ['basic', 'performance', 'excitement', 'unimportant']
    """
    places = in_quadrant(stated >= stated.mean(), derived >= derived.mean())
    return [_VAVRA[one] for one in places.tolist()]
