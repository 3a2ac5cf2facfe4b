r"""Whether groups of persons differ in a path model, and by how much.

Each group has a fit of its own. For a path or an index :math:`\theta` with values :math:`\theta_g` in groups of :math:`n_g` persons, the spread
:math:`\sum n_g (\theta_g - \bar\theta)^2` is compared with that of groups of the same sizes into which the same persons are put at random: the
share of those that spread at least as much is the p-value (the permutation test of Chin & Dibbern 2010, for any number of groups), and
p-values of all paths and indices of a comparison are adjusted together (Holm 1979). The difference of two groups has the interval that
follows from the intervals of both,

.. math::

    d - \sqrt{(\theta_1 - l_1)^2 + (u_2 - \theta_2)^2}, \qquad d + \sqrt{(u_1 - \theta_1)^2 + (\theta_2 - l_2)^2}

(Zou & Donner 2008). Many differences at once hold some that are chance; the adjusted p-value says which paths and indices to look at.

References
----------
W. Chin, J. Dibbern, "An introduction to a permutation based procedure for multi-group PLS analysis", Handbook of Partial Least Squares, 2010.
S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979.
G. Zou, A. Donner, "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27, 2008.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.path_model.figures import figures
from zhike.measure.path_model.fit import PathFit, filled, fit_path_model, needed_persons
from zhike.measure.path_model.layout import Layout
from zhike.measure.path_model.moments import MOST_CELLS, Cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from zhike.measure.path_model.model import PathModel
    from zhike.measure.path_model.moments import Moments

__all__ = ["Compared", "Difference", "GroupComparison", "compare_groups", "holm"]

_AT_ONCE: Final = 250
_ENOUGH: Final = 2
"""Groups below which there is nothing to compare."""


class Difference(NamedTuple):
    """A figure of one group less that of another, with the ends of its interval."""

    one: str
    other: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A path or an index over groups.

    Parameters
    ----------
    path : tuple of (str, str), optional
    latent : str, optional
        Whose index, where it is no path.
    p, adjusted : float
        Of the permutation test, and adjusted for all that were compared with it.
    differences : tuple of Difference
        Of each pair of groups.
    """

    path: tuple[str, str] | None
    latent: str | None
    p: float
    adjusted: float
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """Fits of groups and where they differ.

    Parameters
    ----------
    fits : dict of str to PathFit
    small : dict of str to int
        Persons of groups that cannot carry the model: too few, or an item that is the same for all of them.
    compared : tuple of Compared
        Every path, then every index; empty where fewer than two groups carry the model.
    permutations : int
        That could be computed.
    """

    fits: dict[str, PathFit]
    small: dict[str, int]
    compared: tuple[Compared, ...]
    permutations: int


def compare_groups(
    model: PathModel,
    items: NDArray[np.float64],
    groups: Sequence[str | None],
    rng: np.random.Generator,
    weights: NDArray[np.float64] | None = None,
    resamples: int = 0,
) -> GroupComparison:
    """Fit a path model to each group and compare them.

    Parameters
    ----------
    model : PathModel
    items : array of shape (n_persons, n_items)
    groups : sequence of str or None
        Of each person; None belongs to no group.
    rng : Generator
    weights : array of shape (n_persons,), optional
    resamples : int
        For the intervals of each group, and permutations; 0 for neither.
    """
    layout = Layout.of(model)
    whose = np.array([group or "" for group in groups])
    fits, small, parts = {}, {}, {}
    for name in sorted({group for group in groups if group}):
        mine = whose == name
        own = None if weights is None else weights[mine]
        counted, given, _ = filled(model, items[mine], own)
        if len(counted) < needed_persons(layout) or not np.ptp(counted, axis=0).all():
            small[name] = len(counted)
            continue
        fits[name] = fit_path_model(model, items[mine], rng, own, resamples)
        parts[name] = (counted[:, layout.columns], given)
    if len(fits) < _ENOUGH or not resamples:
        return GroupComparison(fits, small, (), 0)
    spreads, permuted = _permuted(layout, fits, parts, rng, resamples)
    p = ((permuted >= spreads * (1 - 1e-9)).sum(axis=0) + 1) / (len(permuted) + 1)
    return GroupComparison(fits, small, tuple(_compared(model, fits, p)), len(permuted))


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values adjusted for their number, in their own order; NaN stays and does not count.

    Examples
    --------
    >>> [round(float(one), 3) for one in holm(np.array([0.01, 0.04, 0.03]))]
    [0.03, 0.06, 0.06]
    """
    adjusted = np.full(len(p), np.nan)
    order = np.argsort(p)[: int(np.isfinite(p).sum())]
    steps = np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1))
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def _permuted(
    layout: Layout,
    fits: dict[str, PathFit],
    parts: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]],
    rng: np.random.Generator,
    count: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the spread of each figure over the groups, and over groups made at random, shape (n_permutations, n_figures)."""
    persons = np.array([len(own) for own, _ in parts.values()])
    everybody = np.vstack([own for own, _ in parts.values()])
    each, centre = -(-len(everybody) // MOST_CELLS), everybody.mean(axis=0)
    cells = [Cells.of(own, given, rng, each, centre) for own, given in parts.values()]
    pool = cells[0]
    for more in cells[1:]:
        pool = pool + more
    like = figures(pool.whole, layout)[0]["weights"][0]
    labels = np.repeat(np.arange(len(cells)), [len(one) for one in cells])
    found = []
    for start in range(0, count, _AT_ONCE):
        shuffled = rng.permuted(np.tile(labels, (min(_AT_ONCE, count - start), 1)), axis=1)
        each_group = [
            _flat(layout, pool.resampled((shuffled == one).astype(float)), like) for one in range(len(cells))
        ]
        found.append(_spread(np.stack(each_group), persons))
    spreads = np.concatenate(found)
    real = np.stack([_of_fit(layout, fit)[None] for fit in fits.values()])
    paths = spreads[:, : len(layout.model.paths)]
    return _spread(real, persons)[0], spreads[np.isfinite(paths).all(axis=1)]


def _flat(layout: Layout, moments: Moments, like: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return paths and indices of samples, shape (n_samples, n_figures)."""
    with np.errstate(all="ignore"):
        found, _ = figures(moments, layout, like)
    starts, ends = _places(layout.model)
    return np.hstack([found["direct"][:, starts, ends], found["indices"]])


def _of_fit(layout: Layout, fit: PathFit) -> NDArray[np.float64]:
    starts, ends = _places(layout.model)
    return np.concatenate([fit.values["direct"][starts, ends], fit.values["indices"]])


def _places(model: PathModel) -> tuple[list[int], list[int]]:
    names = model.names
    return [names.index(start) for start, _ in model.paths], [names.index(end) for _, end in model.paths]


def _spread(values: NDArray[np.float64], persons: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the spread over groups of values of shape (n_groups, n_samples, n_figures)."""
    share = (persons / persons.sum())[:, None, None]
    mean = (share * values).sum(axis=0)
    return np.asarray((share * (values - mean) ** 2).sum(axis=0))


def _compared(model: PathModel, fits: dict[str, PathFit], p: NDArray[np.float64]) -> Iterator[Compared]:
    known = np.isfinite(next(iter(fits.values())).values["indices"])
    told = np.concatenate([np.ones(len(model.paths), dtype=bool), known])
    adjusted = holm(np.where(told, p, np.nan))
    for place, path in enumerate(model.paths):
        spot = (model.names.index(path[0]), model.names.index(path[1]))
        yield Compared(
            path, None, float(p[place]), float(adjusted[place]), _differences(fits, "direct", spot)
        )
    for place, latent in enumerate(model.names):
        if known[place]:
            at = len(model.paths) + place
            yield Compared(
                None, latent, float(p[at]), float(adjusted[at]), _differences(fits, "indices", (place,))
            )


def _differences(fits: dict[str, PathFit], figure: str, spot: tuple[int, ...]) -> tuple[Difference, ...]:
    def ends(name: str) -> list[float]:
        fit = fits[name]
        return [
            float(part[figure][spot]) if figure in part else math.nan
            for part in (fit.values, fit.low, fit.high)
        ]

    found = []
    for one, other in combinations(fits, 2):
        (value, low, high), (less, least, most) = ends(one), ends(other)
        gap = value - less
        found.append(
            Difference(
                one,
                other,
                gap,
                gap - math.hypot(value - low, most - less),
                gap + math.hypot(high - value, less - least),
            )
        )
    return tuple(found)
