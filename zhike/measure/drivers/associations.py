"""Correlations of drivers and outcome, many samples at a time, and what is left of them beside variables that always stay in the model.

With adjustment variables ``a``, the covariances of drivers and outcome ``z`` are those of their residuals,

    S_zz.a = S_zz - S_za S_aa^-1 S_az

and drivers share what the variables leave unexplained. The outcome's own variance stays the measure: shares of drivers and the share of
the variables add up to the R^2 of the whole model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Associations", "adjusted", "associations", "pseudo_inverse"]


class Associations(NamedTuple):
    """Covariances on the scale on which the outcome has variance 1.

    Parameters
    ----------
    matrix : array, shape (..., drivers + 1, drivers + 1)
        Of drivers, the outcome last.
    always : array, shape (...)
        Share of the outcome's variance that the adjustment variables explain; 0 without them.
    """

    matrix: NDArray[np.float64]
    always: NDArray[np.float64]


def associations(
    table: NDArray[np.float64], counts: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return correlations of columns.

    Parameters
    ----------
    table : array, shape (n, columns)
        Without gaps.
    counts : array, shape (samples, n), optional
        How often each row counts in each sample; once unless given.

    Returns
    -------
    array, shape (samples, columns, columns)
        NaN where a column does not vary in a sample.
    """
    centred = table - table.mean(axis=0)
    w = np.ones((1, len(table))) if counts is None else counts
    total = w.sum(axis=1)
    means = w @ centred / total[:, None]
    products = np.stack([(w * column) @ centred for column in centred.T], axis=1) / total[:, None, None]
    covariance = products - means[:, :, None] * means[:, None, :]
    variance = np.einsum("kii->ki", covariance)
    # What rounding leaves of a column of equal values is not a variance.
    floor = 1e-12 * np.maximum(1e-300, np.mean(centred**2, axis=0))
    scale = np.sqrt(np.where(variance > floor, variance, np.nan))
    return np.asarray(covariance / scale[:, :, None] / scale[:, None, :])


def adjusted(correlations: NDArray[np.float64], always: int) -> Associations:
    """Return what is left of correlations beside the first ``always`` columns; the outcome is the last one.

    Examples
    --------
    >>> found = adjusted(np.array([[1.0, 0.5, 0.6], [0.5, 1.0, 0.4], [0.6, 0.4, 1.0]]), 1)
    >>> found.matrix.round(2).tolist(), round(float(found.always), 2)
    ([[0.75, 0.1], [0.1, 0.64]], 0.36)
    """
    if not always:
        return Associations(correlations, np.zeros(correlations.shape[:-2]))
    kept, rest = slice(0, always), slice(always, None)
    cross = correlations[..., kept, rest]
    explained = np.swapaxes(cross, -1, -2) @ pseudo_inverse(correlations[..., kept, kept]) @ cross
    return Associations(correlations[..., rest, rest] - explained, explained[..., -1, -1])


def pseudo_inverse(correlations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse of each matrix, the smallest one where columns follow from each other; NaN where it holds NaN."""
    known = np.isfinite(correlations).all(axis=(-2, -1))
    found = np.full(correlations.shape, np.nan)
    found[known] = np.linalg.pinv(correlations[known], rcond=1e-10, hermitian=True)
    return found
