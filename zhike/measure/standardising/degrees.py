r"""To which degree a business is standardised: fully, guided, or customised, and how sure that is.

Frequency, variety and minutes of people are looked up in a dated decision table. Each is known with an error, so the table is asked again for
values drawn around the estimates,

    ln frequency' = ln frequency + e_1 / frequency,   H' = H + e_2,   minutes' = minutes + e_3       (e_k normal with the estimates' errors)

and the share of draws that come to a degree is its probability. Where nothing is known of minutes the table's rows without them decide.

References
----------
R. Schmenner, "How can service businesses survive and prosper?", Sloan Management Review 27(3), 1986 (interaction and customisation).
R. Silvestro, L. Fitzgerald, R. Johnston, C. Voss, "Towards a classification of service processes", Int. J. Service Industry Management 3(3),
1992 (volume and variety). F. Garwood, Biometrika 28, 1936 (the interval of a rate).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from zhike.measure.scores.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.core.decision_tables import DecisionTable
    from zhike.measure.standardising.variety import Variety

__all__ = ["INPUTS", "Degree", "degree_of", "rate_estimate"]

INPUTS: Final = ("frequency", "variety", "minutes")
"""What the table looks up: cases a month, effective number of variants, minutes of staff a case."""
_LEAST: Final = 1e-9


class Degree(NamedTuple):
    """The degree by the estimates themselves, and the probability of each degree; None without draws."""

    degree: str
    probabilities: dict[str, float] | None


def rate_estimate(count: int, months: float, level: float) -> Estimate:
    """Return cases a month with the exact interval of a Poisson count.

    Examples
    --------
    >>> [round(float(part), 2) for part in rate_estimate(100, 10.0, 0.95)]
    [10.0, 1.0, 8.14, 12.16, 100.0]
    """
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    high = float(gammaincinv(count + 1, 1 - tail))
    return Estimate(count / months, count**0.5 / months, low / months, high / months, count)


def degree_of(
    table: DecisionTable, frequency: Estimate, variety: Variety, minutes: Estimate | None, rng: np.random.Generator, draws: int
) -> Degree:  # fmt: skip
    """Return the degree that a table gives, and how sure it is.

    Parameters
    ----------
    table : DecisionTable
        With the inputs `INPUTS` and the output ``degree``.
    frequency : Estimate
    variety : Variety
    minutes : Estimate, optional
    rng : Generator
    draws : int
    """
    known = minutes is not None and np.isfinite(minutes.value)
    values = {"frequency": frequency.value, "variety": variety.effective.value, "minutes": minutes.value if minutes is not None and known else None}  # fmt: skip
    told = str(table.decide(values)["degree"])
    if not draws:
        return Degree(told, None)
    z = rng.standard_normal((3, draws))
    part = frequency.error / max(frequency.value, _LEAST)
    drawn = {
        "frequency": frequency.value * np.exp(part * z[0]),
        "variety": np.exp(np.maximum(variety.entropy.value + _known(variety.entropy.error) * z[1], 0.0)),
        "minutes": np.maximum(minutes.value + _known(minutes.error) * z[2], 0.0) if minutes is not None and known else [None] * draws,
    }  # fmt: skip
    frame = pl.DataFrame(drawn, schema=dict.fromkeys(INPUTS, pl.Float64))
    found = frame.select(table.expressions()["degree"])["degree"].to_list()
    return Degree(told, {one: found.count(one) / draws for one in degrees(table)})


def _known(error: float) -> float:
    return error if np.isfinite(error) else 0.0


def degrees(table: DecisionTable) -> Sequence[str]:
    """Return the degrees that a table knows, in the order of its rows."""
    return list(dict.fromkeys(str(row["then"]["degree"]) for row in table.rows))
