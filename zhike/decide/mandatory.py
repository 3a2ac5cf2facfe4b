"""Actions that the bank must take: first in every list, outside caps, hold-out and value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions

__all__ = ["forced_actions"]


def forced_actions(actions: Actions, allowed: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Return, template by template, the cheapest allowed channel of every mandatory action.

    Parameters
    ----------
    actions : Actions
    allowed : ndarray of bool, shape (n_customers, n_actions)

    Returns
    -------
    list of ndarray of int, shape (n_customers,)
        Column of the action, -1 where it does not apply; highest priority first.
    """
    forced = []
    for columns in actions.mandatory_columns:
        here = allowed[:, columns]
        forced.append(np.where(here.any(axis=1), columns[np.argmax(here, axis=1)], -1).astype(np.int64))
    return forced
