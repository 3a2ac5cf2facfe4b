"""The survey: who is invited, who answers, and what is answered. Answers are not at random, which is the point."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.special import expit

from zhike.core.contracts import CHANNELS
from zhike.lab.satisfaction import handling, image

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits

__all__ = ["ITEMS", "Answers", "Item", "answer_probability", "ask", "item_scores"]


class Item(NamedTuple):
    """A question on a scale from 1 to 10: the latent variable behind it, its loading, mean and standard deviation."""

    latent: str
    loading: float
    mean: float
    spread: float


ITEMS: Final[Mapping[str, Item]] = MappingProxyType({
    "IMAG1": Item("image", 0.7434, 7.64, 1.70),
    "IMAG2": Item("image", 0.6007, 7.78, 1.69),
    "IMAG3": Item("image", 0.5776, 6.74, 2.13),
    "IMAG4": Item("image", 0.7684, 7.59, 1.84),
    "IMAG5": Item("image", 0.7445, 7.93, 1.56),
    "CUEX1": Item("expectation", 0.7715, 7.58, 1.62),
    "CUEX2": Item("expectation", 0.6866, 7.53, 1.79),
    "CUEX3": Item("expectation", 0.6118, 7.42, 2.10),
    "PERQ1": Item("perceived", 0.8033, 7.94, 1.42),
    "PERQ2": Item("perceived", 0.6374, 7.19, 1.89),
    "PERQ3": Item("perceived", 0.7835, 7.70, 1.82),
    "PERQ4": Item("perceived", 0.7691, 7.92, 1.65),
    "PERQ5": Item("perceived", 0.7558, 7.87, 1.45),
    "PERQ6": Item("perceived", 0.7752, 7.78, 1.63),
    "PERQ7": Item("perceived", 0.7794, 7.59, 1.84),
    "PERV1": Item("worth", 0.9043, 6.16, 2.18),
    "PERV2": Item("worth", 0.9379, 6.92, 1.84),
    "CUSA1": Item("satisfaction", 0.7990, 7.99, 1.23),
    "CUSA2": Item("satisfaction", 0.8462, 7.13, 1.77),
    "CUSA3": Item("satisfaction", 0.8519, 7.32, 1.75),
    "CUSCO": Item("handling", 1.0000, 7.07, 2.27),
    "CUSL1": Item("loyalty", 0.8138, 7.45, 2.66),
    "CUSL2": Item("loyalty", 0.2191, 4.99, 2.84),
    "CUSL3": Item("loyalty", 0.9168, 7.67, 2.22),
})  # fmt: skip
"""The 24 questions of the ECSI mobile phone study. Loadings (centroid scheme), means and standard deviations: own computation on
its 250 published answers, with the program that reproduces the published paths. In this world they are the truth of single
answers before rounding to the scale; rounding and its ends take a little from them."""

_INVITED: Final = 0.015
"""Share of customers invited a month; drawn at random. Invented."""
_USUAL: Final = -1.83
"""Log-odds of answering of a customer of 45 with middling feelings and skill; calibrated to 18 % over all. Invented."""
_STRONG: Final = 0.30
"""Shift with the square of satisfaction, up to 2 squared: those with strong feelings answer. Invented."""
_STRONGEST: Final = 4.0
_PLEASED: Final = 0.15
"""Shift with satisfaction: a little more on the happy side. Invented."""
_OLDER: Final = 0.12
"""Shift with ten more years of age, between 18 and 80. Invented."""
_SKILLED: Final = 0.60
"""Shift from no digital skill to full skill. Invented."""
_TIRED: Final = -0.25
"""Shift with each contact felt in the recent past. Invented."""
_YOUNGEST, _OLDEST, _MIDDLE_AGE = 18.0, 80.0, 45.0
_MIDDLE_SKILL: Final = 0.5
_SKIPPED: Final = 0.02
"""Chance that a single question is left out. Invented."""
_BY_PHONE: Final = 0.4
"""Chance that a customer who is not asked in the app is asked by phone and not by text message. Invented."""
_LOWEST, _HIGHEST = 1.0, 10.0

_APP, _PHONE, _SMS = (CHANNELS.index(name) for name in ("app", "phone", "sms"))
_LOADING: Final = np.array([item.loading for item in ITEMS.values()])
_MEAN: Final = np.array([item.mean for item in ITEMS.values()])
_SCALE: Final = np.array([item.spread for item in ITEMS.values()])


@dataclass(frozen=True, slots=True)
class Answers:
    """Invitations of one month and what came back.

    Parameters
    ----------
    row, channel, day : ndarray of int
        Customers invited: row in the chunk (ascending), position in `zhike.core.contracts.CHANNELS`, day of the month.
    answered : ndarray of bool
        Whether anything came back.
    scores : ndarray of float, shape (n_invited, 24)
        1 to 10 in the order of `ITEMS`; NaN for what was not answered.
    """

    row: NDArray[np.int64]
    channel: NDArray[np.int8]
    day: NDArray[np.int8]
    answered: NDArray[np.bool_]
    scores: NDArray[np.float64]


def ask(dice: Dice, traits: Traits, state: State, month: int) -> Answers:
    """Invite customers to the survey of a month and collect their answers; nothing changes in them."""
    row = np.flatnonzero(state.here & dice.happens(_INVITED, "survey", traits.who, month))
    asked, who = traits.at(row), traits.who[row]
    chance = answer_probability(asked, state.at(row), month)
    answered = dice.happens(chance, "survey answered", who, month)
    day = (1 + 28 * dice.uniform("survey day", who, month)).astype(np.int8)
    scores = np.full((len(row), len(ITEMS)), np.nan)
    scores[answered] = item_scores(dice, traits, state, month, row[answered])
    scores[dice.happens(_SKIPPED, "survey question skipped", who[:, None], month, np.arange(len(ITEMS)))] = (
        np.nan
    )
    return Answers(row, _channel(dice, asked, month), day, answered, scores)


def answer_probability(traits: Traits, state: State, month: int) -> NDArray[np.float64]:
    """Return the chance that an invited customer answers, shape (n,): it depends on what the survey wants to know."""
    age = np.clip((month - traits.born) / 12, _YOUNGEST, _OLDEST)
    odds = _USUAL + _STRONG * np.minimum(state.satisfaction**2, _STRONGEST) + _PLEASED * state.satisfaction
    odds += (
        _OLDER * (age - _MIDDLE_AGE) / 10
        + _SKILLED * (traits.digital - _MIDDLE_SKILL)
        + _TIRED * state.fatigue
    )
    return np.asarray(expit(odds), dtype=np.float64)


def item_scores(
    dice: Dice, traits: Traits, state: State, month: int, rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return what customers would answer to every question, whether or not they are asked.

    Parameters
    ----------
    rows : ndarray of int
        Customers' rows in the chunk.

    Returns
    -------
    ndarray of float, shape (n_rows, 24)
        1 to 10, in the order of `ITEMS`.
    """
    people, feeling = traits.at(rows), state.at(rows)
    latents = {
        "image": image(people, feeling), "expectation": feeling.expectation, "perceived": feeling.perceived,
        "worth": feeling.worth, "satisfaction": feeling.satisfaction,
        "handling": handling(dice, people, feeling, month), "loyalty": feeling.loyalty,
    }  # fmt: skip
    behind = np.stack([latents[item.latent] for item in ITEMS.values()], axis=1)
    own = dice.normal("survey question", people.who[:, None], month, np.arange(len(ITEMS)))
    standard = _LOADING * behind + np.sqrt(1 - _LOADING**2) * own
    return np.asarray(np.clip(np.rint(_MEAN + _SCALE * standard), _LOWEST, _HIGHEST))


def _channel(dice: Dice, asked: Traits, month: int) -> NDArray[np.int8]:
    app = dice.happens(asked.digital, "survey in the app", asked.who, month)
    phone = dice.happens(_BY_PHONE, "survey by phone", asked.who, month)
    return np.where(app, _APP, np.where(phone, _PHONE, _SMS)).astype(np.int8)
