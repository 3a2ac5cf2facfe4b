"""What unequal weights cost: Kish's design effect.

    deff = n sum w^2 / (sum w)^2,   n_eff = (sum w)^2 / sum w^2

An estimate from ``n`` weighted answers is about as sure as one from ``n_eff`` answers of equal weight, as far as weights have nothing to do
with what is measured.

References
----------
L. Kish, Survey Sampling, 1965, section 11.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DesignEffect", "design_effect"]


class DesignEffect(NamedTuple):
    """The design effect (1 or more) and the effective number of answers."""

    deff: float
    n_eff: float


def design_effect(weights: NDArray[np.float64]) -> DesignEffect:
    """Return Kish's design effect of weights of shape (n,), not all 0.

    Examples
    --------
    >>> import numpy as np
    >>> design_effect(np.array([1.0, 1, 2]))
    DesignEffect(deff=1.125, n_eff=2.6666666666666665)
    """
    n_eff = float(weights.sum() ** 2 / (weights @ weights))
    return DesignEffect(len(weights) / n_eff, n_eff)
