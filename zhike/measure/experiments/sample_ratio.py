"""Whether the arms have as many customers as they should: where they do not, nothing else in the experiment can be believed.

Checked once: an exact binomial test for two arms, Pearson's chi-square for more. Checked daily: the ratio of a Dirichlet-multinomial
likelihood to that of the shares as planned,

    E = [Gamma(A) / Gamma(A + n)] prod_k [Gamma(a_k + n_k) / Gamma(a_k)] / prod_k s_k^n_k,   a_k = C s_k, A = C,

a martingale with mean 1 when the shares hold, so that 1 / max E is a p-value at any time, however often one looks.

References
----------
M. Lindon and A. Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022; R. Fabijan et al., "Diagnosing sample
ratio mismatch in online controlled experiments", KDD 2019, who take p < .0005 as an alarm.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["ALARM", "sample_ratio", "sequential_sample_ratio"]

ALARM: Final = 0.0005
"""p-value below which an experiment is not to be read."""
_EXACT: Final = 2
_CONCENTRATION: Final = 100.0
"""Of the alternative around the shares planned: it expects deviations of some points. Smaller expects larger ones."""


def sample_ratio(counts: Sequence[int], shares: Sequence[float]) -> float:
    """Return the p-value of the arms' sizes, looked at once.

    Parameters
    ----------
    counts : sequence of int
        Customers in each arm.
    shares : sequence of float
        Shares planned, adding up to 1.

    Examples
    --------
    >>> sample_ratio([5000, 5000], [0.5, 0.5])
    1.0
    >>> sample_ratio([5000, 5300], [0.5, 0.5]) < 0.01
    True
    """
    from scipy import stats  # here: whoever reads sequentially needs none of it, and it takes long to load

    _checked(counts, shares)
    total = sum(counts)
    if total == 0:
        return 1.0
    if len(counts) == _EXACT:
        return float(stats.binomtest(counts[0], total, shares[0]).pvalue)
    return float(stats.chisquare(counts, [total * one for one in shares]).pvalue)


def sequential_sample_ratio(
    looks: Iterable[Sequence[int]], shares: Sequence[float], concentration: float = _CONCENTRATION
) -> float:
    """Return the p-value after looking at the arms' sizes again and again.

    Parameters
    ----------
    looks : iterable of sequence of int
        Customers in each arm from the beginning to each look.
    shares : sequence of float
        Shares planned, adding up to 1.
    concentration : float
        C above, chosen beforehand.

    Returns
    -------
    float
        Under the shares planned it *ever* falls below a with a probability of at most a.
    """
    largest = 0.0
    for counts in looks:
        _checked(counts, shares)
        largest = max(largest, _evidence(counts, shares, concentration))
    return math.exp(-largest)


def _evidence(counts: Sequence[int], shares: Sequence[float], concentration: float) -> float:
    """Return log E."""
    found = math.lgamma(concentration) - math.lgamma(concentration + sum(counts))
    for count, share in zip(counts, shares, strict=True):
        prior = concentration * share
        found += math.lgamma(prior + count) - math.lgamma(prior) - count * math.log(share)
    return found


def _checked(counts: Sequence[int], shares: Sequence[float]) -> None:
    if not all(0 <= count < math.inf and count == int(count) for count in counts):
        raise UsageError(
            what=phrase("customers in the arms: {counts}", counts=list(counts)),
            expected=phrase("whole numbers from 0 on"),
        )
    if (
        len(counts) != len(shares)
        or min(shares, default=0.0) <= 0
        or not math.isclose(math.fsum(shares), 1.0, abs_tol=1e-9)
    ):
        raise UsageError(
            what=phrase("{count} arms with shares {shares}", count=len(counts), shares=list(shares)),
            expected=phrase("a positive share for each arm, adding up to 1"),
        )
