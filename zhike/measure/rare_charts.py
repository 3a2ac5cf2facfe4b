r"""Control charts where the usual limits would cry wolf: few cases, rare events, shares that vary by more than chance.

Three deviations are about one in 740 on each side where counts are many. Of few cases they are not: with two complaints expected a month, six are
beyond the limit though chance brings them every fourth year. So, with ``k`` of ``n`` cases and the share or rate ``c`` of the baseline,

    exact     z from the chance of a count at least (at most) as far out, given the K of N cases of the baseline:
              beta-binomial (n, K + 1/2, N - K + 1/2) of shares, negative binomial (K + 1/2, N / (N + n)) of rates
    g         cases between two events, geometric: a long gap is good where events are bad; the exact z of the same kind
    p', u'    c +- 3 s_t s_z, with s_t the deviation of chance and s_z = mean|z_t - z_{t-1}| / 1.128 of the baseline's distances (Laney)

What the baseline does not know is in the exact ones: a unit without any event so far gives no signal at its first one. Discrete counts make them give fewer
false alarms than said, never more. The last one is for large samples whose share moves from month to month by more than chance alone: p limits would call most months a signal.

References
----------
D. Laney, "Improved control charts for attributes", Quality Engineering 14, 2002; J. Benneyan, "Number-between g-type statistical quality control charts for
monitoring adverse events", Health Care Management Science 4, 2001; D. Wheeler, Understanding Variation, 1993 (individuals).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.measure.control_charts import Chart, p_chart, u_chart

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["exact_p_chart", "exact_u_chart", "foreseen", "g_chart", "laney_chart", "overdispersed", "sparse"]

_FEW: Final = 5.0
"""Expected cases on either side below which counts are not normal enough."""
_SPREAD: Final = 1.128
_TAIL: Final = 0.0013498980316300933
"""Beyond three deviations on one side."""
_MOVING: Final = 0.62
"""Degrees of freedom of a mean moving range by point, as against one of a deviation (J. Wetherill, D. Brown, 1991)."""


def sparse(chart: Chart, sizes: NDArray[np.float64], *, share: bool) -> bool:
    """Return whether a typical point has too few cases for three deviations to mean what they say."""
    typical = float(np.median(sizes))
    least = min(chart.centre, 1 - chart.centre) if share else chart.centre
    return typical * least < _FEW


def overdispersed(chart: Chart, baseline: int | None = None, level: float = 0.99) -> bool:
    """Return whether the baseline's points lie apart by more than chance brings (chi-square).

    Examples
    --------
    >>> steady = p_chart(np.array([100.0, 104, 97, 101]), np.full(4, 1000.0))
    >>> wild = p_chart(np.array([100.0, 180, 40, 101]), np.full(4, 1000.0))
    >>> overdispersed(steady), overdispersed(wild)
    (False, True)
    """
    from scipy.special import chdtri

    z = chart.z[:baseline]
    return bool(np.isfinite(z).all() and len(z) > 1 and (z**2).sum() > chdtri(len(z) - 1, 1 - level))


def exact_p_chart(
    counts: NDArray[np.float64], sizes: NDArray[np.float64], baseline: int | None = None
) -> Chart:
    """Return the chart of shares of few cases.

    Examples
    --------
    >>> found = exact_p_chart(np.array([1.0, 1, 1, 7]), np.full(4, 20.0), baseline=3)
    >>> float(found.z[0]), round(float(found.z[-1]), 2), float(found.high[0])
    (0.0, 3.07, 0.3)
    """
    met, of = float(counts[:baseline].sum()), float(sizes[:baseline].sum())
    return _exact(counts, sizes, met / of, _BetaBinomial(sizes, met + 0.5, of - met + 0.5))


def exact_u_chart(
    counts: NDArray[np.float64], sizes: NDArray[np.float64], baseline: int | None = None
) -> Chart:
    """Return the chart of rates of few events.

    Examples
    --------
    >>> found = exact_u_chart(np.array([0.0, 0, 0, 1, 4]), np.ones(5), baseline=3)
    >>> bool(found.z[3] < 3 < found.z[4])
    True
    """
    from scipy.stats import nbinom

    met, of = float(counts[:baseline].sum()), float(sizes[:baseline].sum())
    return _exact(counts, sizes, met / of, nbinom(met + 0.5, of / (of + sizes)))


def g_chart(gaps: NDArray[np.float64], baseline: int | None = None) -> Chart:
    """Return the chart of cases between events.

    Parameters
    ----------
    gaps : array, shape (events,)
        Cases without the event before each one.

    Examples
    --------
    >>> found = g_chart(np.array([90.0, 110, 100, 0, 900]), baseline=3)
    >>> found.centre, [round(float(one), 1) for one in found.z]
    (100.0, [0.2, 0.4, 0.3, -2.3, 3.7])
    """
    from scipy.stats import geom

    centre = float(gaps[:baseline].mean())
    return _exact(gaps, np.ones(len(gaps)), centre, geom(1 / (centre + 1), loc=-1))


def laney_chart(
    counts: NDArray[np.float64], sizes: NDArray[np.float64], baseline: int | None = None, *, share: bool
) -> Chart:
    """Return the chart of shares (p') or rates (u') that move by more than chance; never narrower than the usual one.

    Examples
    --------
    >>> counts, sizes = np.array([100.0, 180, 40, 101, 120]), np.full(5, 1000.0)
    >>> usual, wide = p_chart(counts, sizes), laney_chart(counts, sizes, share=True)
    >>> bool(abs(usual.z[1]) > 3), bool(abs(wide.z[1]) < 3)
    (True, True)
    """
    usual = (p_chart if share else u_chart)(counts, sizes, baseline)
    wider = max(1.0, float(np.abs(np.diff(usual.z[:baseline])).mean()) / _SPREAD)
    bounds = (0.0, 1.0) if share else (0.0, np.inf)
    deviation = np.sqrt(usual.centre * ((1 - usual.centre) if share else 1.0) / sizes) * wider
    low, high = (np.clip(usual.centre + side * 3 * deviation, *bounds) for side in (-1, 1))
    return Chart(usual.values, usual.centre, low, high, usual.z / wider)


def foreseen(chart: Chart, baseline: int) -> Chart:
    """Return a chart of single values whose new points are as seldom outside as said, though centre and spread are of a few points only.

    A new value lies ``z / sqrt(1 + 1 / m)`` estimated deviations from an estimated centre; Student's chance of that, with 0.62 (m - 1) degrees of freedom of
    the moving range, is put back into deviations. With twelve points of baseline, three deviations as they stand would be beyond several times as often.

    Parameters
    ----------
    chart : Chart
        Of `individuals_chart`.
    baseline : int
        Points that tell centre and spread, two or more; those after it are changed.

    Examples
    --------
    >>> from zhike.measure.control_charts import individuals_chart
    >>> found = foreseen(individuals_chart(np.array([10.0, 12, 11, 13, 9, 20]), 5), 5)
    >>> round(float(found.z[-1]), 2), round(float(found.high[0]), 1), round(float(found.high[-1]), 1)
    (2.08, 17.0, 38.1)
    """
    from scipy.special import ndtri, stdtr, stdtrit

    degrees, wide = max(1.0, _MOVING * (baseline - 1)), float(np.sqrt(1 + 1 / baseline))
    z, low, high = chart.z.copy(), chart.low.copy(), chart.high.copy()
    new = z[baseline:] / wide
    z[baseline:] = np.copysign(-ndtri(stdtr(degrees, -np.abs(new))), new)
    deviation = (chart.high[-1] - chart.centre) / 3
    reach = wide * float(stdtrit(degrees, 1 - _TAIL)) * deviation
    low[baseline:], high[baseline:] = chart.centre - reach, chart.centre + reach
    return Chart(chart.values, chart.centre, low, high, z)


class _BetaBinomial:
    """Beta-binomial chances of each point's size, by the sum of all counts below: scipy's own sums anew for every point."""

    def __init__(self, sizes: NDArray[np.float64], a: float, b: float) -> None:
        from scipy.special import betaln, gammaln

        self._below: dict[int, NDArray[np.float64]] = {}
        self._sizes = sizes.round().astype(np.int64)
        for n in np.unique(self._sizes).tolist():
            k = np.arange(n + 1)
            ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
            self._below[n] = np.cumsum(np.exp(ways + betaln(k + a, n - k + b) - betaln(a, b)))

    def cdf(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        places = np.broadcast_to(counts, self._sizes.shape).astype(np.int64)
        return np.array([
            0.0 if place < 0 else min(1.0, float(self._below[n][min(place, n)])) for n, place in zip(self._sizes.tolist(), places.tolist(), strict=True)
        ])  # fmt: skip

    def sf(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        return 1 - self.cdf(counts)

    def ppf(self, share: float) -> NDArray[np.float64]:
        return np.array([float(np.searchsorted(self._below[n], share)) for n in self._sizes.tolist()])


def _exact(counts: NDArray[np.float64], sizes: NDArray[np.float64], centre: float, law: Any) -> Chart:  # noqa: ANN401 - scipy's laws share no typed base
    from scipy.special import ndtri

    above, below = law.sf(counts - 1), law.cdf(counts)
    # A count that is both rather high and rather low is in the middle.
    z = np.where(above <= below, np.maximum(-ndtri(above), 0.0), np.minimum(ndtri(below), 0.0))
    low, high = (np.broadcast_to(law.ppf(share), counts.shape) / sizes for share in (_TAIL, 1 - _TAIL))
    return Chart(counts / sizes, centre, np.maximum(low, 0.0), high, z)
