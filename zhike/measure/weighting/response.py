"""Weights against non-response: one over the chance of answering, by classes of like chances.

The chance of answering is estimated from what is known of all who were asked (logistic regression, ridge of one). Those asked are then put into
classes of equal size by that chance, and whoever answered weighs asked over answered of their class: classes keep a chance that is
estimated badly from giving an enormous weight. The response rate is AAPOR's RR1 where everybody asked was eligible.

References
----------
D. Rosenbaum, D. Rubin, JASA 79, 1984 (five classes); R. Little, International Statistical Review 54, 1986; AAPOR, Standard Definitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.off_policy.ridge_logistic import RidgeLogistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CLASSES", "Response", "response_weights"]

CLASSES: Final = 5


class Response(NamedTuple):
    """Weights of all who were asked, shape (n,), 0 for whoever did not answer; class, chance and the rate of answers.

    ``by_class`` holds asked and answered of each class, the least likely to answer first.
    """

    weights: NDArray[np.float64]
    chance: NDArray[np.float64]
    rate: float
    by_class: list[tuple[int, int]]


def response_weights(
    known: NDArray[np.float64], answered: NDArray[np.bool_], classes: int = CLASSES
) -> Response:
    """Return weights of those who answered.

    Parameters
    ----------
    known : array, shape (n, d)
        What is known of everybody who was asked, on scales of about 1; categories as columns of 0 and 1.
    answered : array, shape (n,)
    classes : int
        Fewer where chances are alike, or where nobody of a class answered: it joins its neighbour.

    Examples
    --------
    >>> old = np.repeat([0.0, 1.0], 500)
    >>> answered = np.concatenate([np.arange(500) % 2 == 0, np.arange(500) % 5 == 0])
    >>> found = response_weights(old[:, None], answered)
    >>> sorted(set(found.weights.tolist())), found.rate
    ([0.0, 2.0, 5.0], 0.35)
    """
    chance = RidgeLogistic(penalty=1.0).fit(known, answered.astype(np.float64)).predict(known)
    places = _joined(_classes(chance, classes), answered)
    asked, gave = np.bincount(places), np.bincount(places, answered)
    weights = np.where(answered, (asked / np.maximum(gave, 1))[places], 0.0)
    pairs = [(int(one), int(other)) for one, other in zip(asked, gave, strict=True)]
    return Response(weights, chance, float(answered.mean()), pairs)


def _classes(chance: NDArray[np.float64], classes: int) -> NDArray[np.int64]:
    """Return the class of each chance, from 0; equal chances stay together."""
    # Rounded: sums in another order of rows must not part what is equal.
    chance = chance.round(10)
    edges = np.unique(np.quantile(chance, np.arange(1, classes) / classes, method="higher"))
    return np.unique(np.searchsorted(edges, chance, side="left"), return_inverse=True)[1]


def _joined(places: NDArray[np.int64], answered: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Join every class in which nobody answered to the one above, the last one to the one below."""
    gave = np.bincount(places, answered) > 0
    onto = np.cumsum(np.concatenate([[False], gave[:-1]]))
    joined = np.minimum(onto, max(0, int(gave.sum()) - 1))
    return np.asarray(joined[places])
