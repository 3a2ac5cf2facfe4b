"""Least squares with errors that hold where variances differ (HC3).

With the design ``X`` and its constant, leverage ``h_i`` and residuals ``e_i``,

    var(b) = (X'X)^-1 X' diag(e_i^2 / (1 - h_i)^2) X (X'X)^-1

References
----------
J. MacKinnon, H. White, J. Econometrics 29, 1985.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["hc3"]


def hc3(
    columns: NDArray[np.float64], outcome: NDArray[np.float64], weights: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Return slopes without the constant, their errors, and the degrees of freedom.

    Parameters
    ----------
    columns : array, shape (n, columns)
        Without the constant.
    outcome : array, shape (n,)
    weights : array, shape (n,), optional
        What each row counts: least squares of the rows times the root of their weights.

    Examples
    --------
    >>> slopes, errors, degrees = hc3(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([1.0, 3.0, 4.0, 8.0]))
    >>> slopes.round(2).tolist(), errors.round(2).tolist(), degrees
    ([4.0], [3.16], 2)
    """
    root = np.ones(len(outcome)) if weights is None else np.sqrt(weights / weights.mean())
    design = np.column_stack([np.ones(len(outcome)), columns]) * root[:, None]
    outcome = outcome * root
    inverse = np.linalg.pinv(design.T @ design, hermitian=True)
    slopes = inverse @ design.T @ outcome
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    # A row that its own dummy explains alone has leverage 1: it says nothing of the spread.
    residual = (outcome - design @ slopes) / np.maximum(1 - leverage, 1e-8)
    half = inverse @ (design.T * residual)
    errors = np.sqrt(np.einsum("ij,ij->i", half, half))
    return slopes[1:], errors[1:], len(outcome) - design.shape[1]
