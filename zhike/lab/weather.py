"""What a month brings to everybody: market, seasons, competitors, rumours and crowded channels."""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.shelf import FAMILIES, REGIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.lab.dice import Dice

__all__ = ["CALM", "FALLING", "RISING", "Weather", "weather_of"]

CALM, RISING, FALLING = 0, 1, 2
"""Regimes of the market."""

FIRST_MONTH: Final = 300
"""January 1995, calm: where the chain of regimes begins, long before any history."""

STAYS: Final = ((0.93, 0.04, 0.03), (0.07, 0.90, 0.03), (0.09, 0.03, 0.88))
"""Chance of next month's regime by this month's: bull and bear spells last about nine months. Invented."""

MEAN_RETURN: Final = (
    (0.0000, 0.0016, 0.0022, 0.0030, 0.0040, 0.0045),
    (0.0000, 0.0017, 0.0028, 0.0090, 0.0190, 0.0240),
    (0.0000, 0.0016, 0.0010, -0.0070, -0.0180, -0.0250),
)
"""Mean return of a month by regime and risk level 0 to 5; level 1 is near a money market fund's 1.9 % a year. Invented."""

SPREAD: Final = (0.0000, 0.0002, 0.0030, 0.0180, 0.0420, 0.0600)
"""Standard deviation of a month's return by level; level 4 is near a broad share index's 15 % a year. Invented."""

COMMON: Final = 0.9
"""Correlation of the levels' returns in one month. Invented."""

SEASON: Final[Mapping[str, Mapping[int, float]]] = {
    "deposit": {1: 0.40, 2: 0.25, 12: -0.10},
    "insurance": {1: 0.20, 2: 0.15, 3: 0.20},
    "loan": {3: 0.15, 4: 0.20, 5: 0.15},
    "card": {6: 0.20, 11: 0.25},
    "wealth": {3: 0.15, 6: 0.15, 9: 0.15, 12: 0.15},
    "settlement": {2: 0.10, 3: 0.15},
}
"""Shift of the logit of taking by family and calendar month (1 to 12). Invented; 'good start' campaigns are in January."""

MOOD_OF_MARKET: Final[Mapping[str, tuple[float, float, float]]] = {
    "deposit": (0.0, -0.10, 0.20),
    "wealth": (0.0, 0.05, -0.10),
    "fund": (0.0, 0.40, -0.45),
    "insurance": (0.0, 0.0, 0.05),
}
"""Shift of the logit of taking by family and regime. Invented; flows into funds follow returns."""

CAMPAIGN_STARTS: Final = 0.06
"""Chance a month and region that a competitor opens a campaign. Invented."""

CAMPAIGN_MONTHS: Final = 3
"""Months that a competitor's campaign lasts. Invented."""

_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Weather:
    """One month's surroundings.

    Parameters
    ----------
    month : int
        Months since 1970-01.
    regime : int
        Market: 0 calm, 1 rising, 2 falling.
    returns : ndarray of float, shape (6,)
        Return of the month by risk level 0 to 5.
    season : ndarray of float, shape (n_families,)
        Shift of the logit of taking a product.
    competitors : ndarray of float, shape (n_regions,)
        Poaching, 0 none, 1 a strong campaign.
    rumour : ndarray of float, shape (n_regions,)
        Complaints of the month before per 10,000 customers, against their usual number: 0 usual, 1 double.
    load : ndarray of float, shape (n_channels,)
        Contacts of the month before as a share of what each channel carries.
    """

    month: int
    regime: int
    returns: NDArray[np.float64]
    season: NDArray[np.float64]
    competitors: NDArray[np.float64]
    rumour: NDArray[np.float64]
    load: NDArray[np.float64]


def weather_of(dice: Dice, month: int, rumour: NDArray[np.float64], load: NDArray[np.float64]) -> Weather:
    """Return the surroundings of a month.

    Parameters
    ----------
    dice : Dice
    month : int
        Months since 1970-01, from `FIRST_MONTH` on.
    rumour : ndarray of float, shape (n_regions,)
    load : ndarray of float, shape (n_channels,)
        What the month before left behind, see `Weather`; the only part that depends on policies.
    """
    regime = _regime(dice, month)
    season = _season(month) + _by_family({name: shifts[regime] for name, shifts in MOOD_OF_MARKET.items()})
    return Weather(
        month, regime, _returns(dice, month, regime), season, _competitors(dice, month), rumour, load
    )


@lru_cache(maxsize=4_096)
def _regime(dice: Dice, month: int) -> int:
    """Return the regime of a month: a Markov chain walked from `FIRST_MONTH`, where the market is calm."""
    drawn = dice.uniform("regime", np.arange(FIRST_MONTH, month))
    edges = [tuple(itertools.accumulate(chances)) for chances in STAYS]
    regime = CALM
    for number in drawn.tolist():
        regime = min(bisect.bisect_right(edges[regime], number), FALLING)
    return regime


def _returns(dice: Dice, month: int, regime: int) -> NDArray[np.float64]:
    """Return the month's return by level: a shock that all levels share and a smaller one of each level."""
    spread = np.array(SPREAD)
    own = dice.normal("return", np.arange(len(spread)), month)
    common = dice.normal("market", np.zeros(1, dtype=np.int64), month)[0]
    shock = COMMON * common + np.sqrt(1.0 - COMMON**2) * own
    return np.asarray(np.array(MEAN_RETURN[regime]) + spread * shock)


def _season(month: int) -> NDArray[np.float64]:
    calendar = month % _YEAR + 1
    return _by_family({name: shifts.get(calendar, 0.0) for name, shifts in SEASON.items()})


def _by_family(shifts: Mapping[str, float]) -> NDArray[np.float64]:
    return np.array([shifts.get(name, 0.0) for name in FAMILIES])


def _competitors(dice: Dice, month: int) -> NDArray[np.float64]:
    """Return the strongest campaign that runs in each region: those opened in the last `CAMPAIGN_MONTHS` months."""
    region = np.arange(len(REGIONS))
    running = [
        np.where(
            dice.happens(CAMPAIGN_STARTS, "competitor opens", region, opened),
            dice.uniform("competitor strength", region, opened),
            0.0,
        )
        for opened in range(month - CAMPAIGN_MONTHS + 1, month + 1)
    ]
    return np.asarray(np.max(running, axis=0))
