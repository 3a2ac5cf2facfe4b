"""What candidates are worth: handed from whoever scored them, or kept them, to whoever judges and chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from zhike.decide.effects import Applied

__all__ = ["Valued"]


class Valued(NamedTuple):
    """What every candidate of some customers is worth, each of shape (n_customers, n_actions).

    ``score`` is NaN without a product; ``expected`` is in minor units; ``learnt`` are effects, None where nothing was learnt.
    """

    score: NDArray[np.float64]
    propensity: NDArray[np.float64]
    expected: NDArray[np.int64]
    learnt: Applied | None
