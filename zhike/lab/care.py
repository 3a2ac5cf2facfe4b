"""What care does: who accepts it, and what it changes in how customers feel and stand.

Each template helps as far as the customer needs it. A template that is not known here has a small, neutral effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.needs import has, spare_money
from zhike.lab.traits import answered_level
from zhike.lab.worth import FUND, WEALTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.deck import Deck
    from zhike.lab.state import State
    from zhike.lab.taking import Scene

__all__ = [
    "CARE",
    "REVIEW_SALE",
    "Care",
    "Cared",
    "assess",
    "care_for",
    "carry_out",
    "unasked_assessments",
    "valid_for",
]

Need = Callable[["Scene", "NDArray[np.int64]"], "NDArray[np.float64]"]

VALID_MONTHS: Final = 12
"""Months for which an answer to the risk questionnaire counts (NFRA Order 2025-7: once a year)."""
UNASKED: Final = (0.002, 0.012)
"""Chance a month of answering the questionnaire unasked: others, investors without a valid answer. Invented."""
REVIEW_SALE: Final = 0.02
"""Chance that a portfolio review leads to a wealth product that would not have been taken. Invented."""
_REVIEW_MARGIN: Final = 0.002
"""Margin of such a sale as a share of spare money: typical share times margin of the usual wealth product."""
_HOLDINGS: Final = 4.0
_NEW_MONTHS: Final = 3
_OLDER: Final = 55
_UNSURE: Final = 0.5
_YEAR: Final = 12


def valid_for(state: State, month: int) -> NDArray[np.bool_]:
    """Return who has an answer to the risk questionnaire that still counts, shape (n,)."""
    return (state.assessed > 0) & (month - state.assessed < VALID_MONTHS)


def _assessment(scene: Scene, row: NDArray[np.int64]) -> NDArray[np.float64]:
    invests = _invests(scene)[row]
    return np.where(valid_for(scene.state, scene.month)[row], 0.0, np.where(invests, 1.0, 0.4))


def _review(scene: Scene, row: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.minimum((scene.state.amount[row] > 0).sum(axis=1) / _HOLDINGS, 1.0))


def _digital(scene: Scene, row: NDArray[np.int64]) -> NDArray[np.float64]:
    older = (scene.month - scene.traits.born[row]) >= _OLDER * _YEAR
    return np.asarray(np.where(older, 1.0, 0.5) * np.maximum(1.0 - scene.traits.digital[row] / _UNSURE, 0.0))


def _outflow(scene: Scene, row: NDArray[np.int64]) -> NDArray[np.float64]:
    poached = scene.weather.competitors[scene.traits.region[row]] * scene.traits.price[row]
    return np.asarray(np.clip(0.3 - 0.3 * scene.state.loyalty[row] + 2.0 * poached, 0.0, 1.0))


def _welcome(scene: Scene, row: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(scene.month - scene.state.joined[row] < _NEW_MONTHS, dtype=np.float64)


def _debt(scene: Scene, row: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.minimum(2.0 * scene.state.distress[row], 1.0), dtype=np.float64)


def _recovery(scene: Scene, row: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(scene.state.complaint[row] > 0, dtype=np.float64)


def _follow_up(scene: Scene, row: NDArray[np.int64]) -> NDArray[np.float64]:
    closed = scene.state.complaint[row] == 0
    return np.where(closed, np.minimum(scene.state.wronged[row], 1.0), 0.0)


def _some(scene: Scene, row: NDArray[np.int64]) -> NDArray[np.float64]:  # noqa: ARG001 - the shape of every need
    return np.full(len(row), 0.3)


@dataclass(frozen=True, slots=True)
class Care:
    """One template of care.

    Parameters
    ----------
    need : callable
        How far each customer needs it, 0 to 1.
    accepts : float
        Logit of accepting it for one who does not need it; full need adds `NEEDED`.
    spared, helped : float
        Shift of the running experience once it is accepted, without and with full need.
    keeps : float
        Shift of the log-odds of leaving in the month for full need.
    benefit : float
        Yuan that it is worth to one who fully needs it.
    soothes, relieves : float
        Share of felt injustice, and distress, that it takes away for full need.
    """

    need: Need
    accepts: float
    spared: float
    helped: float
    keeps: float
    benefit: float
    soothes: float = 0.0
    relieves: float = 0.0


NEEDED: Final = 1.2
"""What full need adds to the logit of accepting care. Invented."""
LIKES: Final = 0.4
"""What liking the channel adds to it. Invented."""

CARE: Final = {
    "invite_assessment": Care(_assessment, -2.6, -0.02, 0.03, -0.02, 15.0),
    "portfolio_review": Care(_review, -1.4, -0.03, 0.20, -0.30, 60.0),
    "digital_help": Care(_digital, -1.8, -0.05, 0.35, -0.15, 60.0),
    "outflow_call": Care(_outflow, -0.8, -0.04, 0.10, -0.80, 10.0),
    "welcome_call": Care(_welcome, -0.6, -0.05, 0.20, -0.60, 10.0),
    "debt_counselling": Care(_debt, -2.0, -0.15, 0.20, -0.20, 500.0, relieves=0.20),
    "complaint_recovery_call": Care(_recovery, -0.6, -0.08, 0.30, -0.80, 30.0, soothes=0.50),
    "complaint_follow_up": Care(_follow_up, -0.5, -0.02, 0.20, -0.50, 15.0, soothes=0.30),
}  # fmt: skip
"""What each template does. All numbers are invented."""

OTHER: Final = Care(_some, -1.5, 0.02, 0.02, -0.02, 5.0)
"""Care and service of an unknown template. Invented."""


@dataclass(frozen=True, slots=True)
class Cared:
    """Potential outcomes of care, arrays of shape (n_pairs,); all 0 for pairs that are not care.

    ``margin`` and ``benefit`` are what accepting is worth; ``mood`` and ``hazard`` happen where ``takes``.
    """

    p_nothing: NDArray[np.float64]
    p_takes: NDArray[np.float64]
    takes_nothing: NDArray[np.bool_]
    takes: NDArray[np.bool_]
    margin: NDArray[np.float64]
    benefit: NDArray[np.float64]
    mood: NDArray[np.float64]
    hazard: NDArray[np.float64]

    @classmethod
    def none(cls, size: int) -> Cared:
        """Return no care."""
        chances, flags, effects = np.zeros((2, size)), np.zeros((2, size), dtype=bool), np.zeros((4, size))
        return cls(*chances, *flags, *effects)


def _templates(deck: Deck, action: NDArray[np.int64]) -> list[tuple[str, Care, NDArray[np.int64]]]:
    """Return name, care and pairs of every template of care among the actions."""
    named = {deck.template[one] for one in np.unique(action) if deck.kind[one] in ("care", "service")}
    code = {name: position for position, name in enumerate(sorted(named))}
    of_action = np.array(
        [code.get(name, -1) if kind in ("care", "service") else -1 for name, kind in zip(deck.template, deck.kind, strict=True)]
    )  # fmt: skip
    return [(name, CARE.get(name, OTHER), np.flatnonzero(of_action[action] == code[name])) for name in code]


def care_for(scene: Scene, row: NDArray[np.int64], action: NDArray[np.int64]) -> Cared:
    """Return what pairs of customer and action bring as care; ``row`` and ``action`` have shape (n_pairs,)."""
    result = Cared.none(len(row))
    for name, care, at in _templates(scene.deck, action):
        who, need = row[at], care.need(scene, row[at])
        base = _unasked(scene)[who] if name == "invite_assessment" else np.zeros(len(who))
        stream = "assessment" if name == "invite_assessment" else f"care {name}"
        drawn = scene.dice.uniform(stream, scene.traits.who[who], scene.month)
        result.p_nothing[at] = base
        result.p_takes[at] = base + (1.0 - base) * _accepts(scene, care, need, who, action[at])
        result.takes_nothing[at] = drawn < base
        result.takes[at] = drawn < result.p_takes[at]
        result.margin[at] = (
            _REVIEW_MARGIN * REVIEW_SALE * spare_money(scene.state, who)
            if name == "portfolio_review"
            else 0.0
        )
        result.benefit[at] = care.benefit * need
        swayed = np.clip(1.0 + 0.4 * scene.traits.persuadable[who], 0.0, 2.0)
        result.mood[at] = result.takes[at] * (care.spared + (care.helped - care.spared) * need)
        result.hazard[at] = result.takes[at] * care.keeps * need * swayed
    return result


def _accepts(
    scene: Scene, care: Care, need: NDArray[np.float64], row: NDArray[np.int64], action: NDArray[np.int64]
) -> NDArray[np.float64]:
    channel = scene.deck.channel[action]
    liking = np.where(channel >= 0, scene.traits.liking[row, np.maximum(channel, 0)], 0.0)
    return np.asarray(1.0 / (1.0 + np.exp(-(care.accepts + NEEDED * need + LIKES * liking))))


def unasked_assessments(scene: Scene) -> NDArray[np.int64]:
    """Return the rows of those who answer the risk questionnaire this month without being asked."""
    return np.flatnonzero(scene.dice.uniform("assessment", scene.traits.who, scene.month) < _unasked(scene))


def _unasked(scene: Scene) -> NDArray[np.float64]:
    seeking = _invests(scene) & ~valid_for(scene.state, scene.month)
    return np.where(scene.state.here, np.where(seeking, UNASKED[1], UNASKED[0]), 0.0)


def _invests(scene: Scene) -> NDArray[np.bool_]:
    """Return who had a wealth product or a fund at the beginning of the month."""
    return has(scene.owned, WEALTH) | has(scene.owned, FUND)


def carry_out(scene: Scene, row: NDArray[np.int64], action: NDArray[np.int64]) -> None:
    """Change the state of customers who accepted care; sales among the pairs change nothing here.

    Parameters
    ----------
    row, action : ndarray of int, shape (n_pairs,)
    """
    for name, care, at in _templates(scene.deck, action):
        who = np.unique(row[at])
        need = care.need(scene, who)
        if name == "invite_assessment":
            assess(scene, who)
        scene.state.distress[who] = np.maximum(scene.state.distress[who] - care.relieves * need, 0.0)
        scene.state.wronged[who] *= 1.0 - care.soothes * need


def assess(scene: Scene, row: NDArray[np.int64]) -> None:
    """Let customers answer the risk questionnaire; ``row`` holds each customer once."""
    scene.state.assessed[row] = scene.month
    scene.state.stated_level[row] = answered_level(scene.dice, scene.traits.at(row), scene.month)
