"""Potential outcomes: what would happen to a customer under an action, and without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.care import care_for
from zhike.lab.contact import arrival, excess_contacts, felt_as, personal
from zhike.lab.persuading import PACKAGE, disturbance, persuasion, wrong_time
from zhike.lab.taking import Scene, chosen, lines_of, share_of, shares
from zhike.lab.worth import amounts, available, benefits, margins, match

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.deck import Deck
    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits
    from zhike.lab.taking import Lines
    from zhike.lab.weather import Weather

__all__ = ["Outcomes", "outcomes", "outcomes_when_shown"]

INTRUSION: Final = {"branch": 0.3, "adviser": 0.5, "phone": 2.0, "app": 0.05, "sms": 0.15}
"""Yuan of discomfort of one contact to one who neither likes nor dislikes the channel. Invented."""
BEYOND_PATIENCE: Final = 6.0
"""Yuan of discomfort of each contact beyond patience. Invented."""
AT_THE_WRONG_TIME: Final = 4.0
"""Yuan of discomfort of a sale with a complaint open, or after the like was bought. Invented."""
SOURED, SOURED_WRONG, WARMED = -0.10, -0.08, 0.03
"""Shift of the running experience: a contact beyond patience, a sale at the wrong time, an offer that matches well. Invented."""
DRIVEN, DRIVEN_WRONG = 0.30, 0.20
"""Shift of the log-odds of leaving: a contact beyond patience, a sale at the wrong time. Invented."""
MOST_EXCESS: Final = 3.0
"""Contacts beyond patience of which no more is felt. Invented."""
_PACKAGE_LEAST: Final = 2
_INTRUSION: Final = np.array([*INTRUSION.values(), 0.0])


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Potential outcomes of pairs of customer and action: arrays of shape (n_pairs,), in yuan where nothing else is said.

    Parameters
    ----------
    p_shown, shown : float64, bool
        Whether the action would reach the customer: chance, and as the dice have it.
    p_nothing, p_takes : float64
        Chance of taking what the action offers in the month, without it and with it shown. Care is taken when it is accepted.
    takes_nothing, takes : bool
        The same as the dice have it: one number for both, so nobody is lost to an offer that does not disturb.
    amount, margin, benefit : float64
        If taken: put in or lent; earned by the bank over the product's life; worth to the customer beyond the price, with expected harm.
    unsuitable : bool
        Whether something that the customer would take is unsuitable.
    mood, annoyance, hazard : float64
        Once shown: shift of the running experience, discomfort, shift of the log-odds of leaving. Care that is accepted counts.
    cost, hours : float64
        Of one contact that is held; hours of staff.
    disturbs : bool
        Whether being shown the action puts the customer off: too many contacts, or the wrong time.
    """

    p_shown: NDArray[np.float64]
    shown: NDArray[np.bool_]
    p_nothing: NDArray[np.float64]
    p_takes: NDArray[np.float64]
    takes_nothing: NDArray[np.bool_]
    takes: NDArray[np.bool_]
    amount: NDArray[np.float64]
    margin: NDArray[np.float64]
    benefit: NDArray[np.float64]
    unsuitable: NDArray[np.bool_]
    mood: NDArray[np.float64]
    annoyance: NDArray[np.float64]
    hazard: NDArray[np.float64]
    cost: NDArray[np.float64]
    hours: NDArray[np.float64]
    disturbs: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.p_shown)


def outcomes(  # noqa: PLR0913, PLR0917 - a month's scene and the pairs
    dice: Dice, deck: Deck, traits: Traits, state: State, month: int, weather: Weather,
    row: NDArray[np.int64], action: NDArray[np.int64], earlier: NDArray[np.int64] | None = None,
) -> Outcomes:  # fmt: skip
    """Return what each action would do to each customer; nothing is changed.

    Parameters
    ----------
    dice, deck, traits, state, month, weather
        The scene, as it is before the month's contacts.
    row, action : ndarray of int, shape (n_pairs,)
        In any order; a customer may stand with several actions, which are alternatives.
    earlier : ndarray of int, shape (n_pairs,), optional
        Contacts that the customer has felt in this month before; none by default.
    """
    scene = Scene(dice, deck, traits, state, month, weather)
    before = np.zeros(len(row), dtype=np.int64) if earlier is None else earlier
    result = outcomes_when_shown(scene, row, action, before)
    chance = np.where(deck.channel[action] >= 0, arrival(scene, row, action, before).shown, 0.0)
    drawn = dice.uniform("arrival", traits.who[row], month, action)
    return replace(result, p_shown=chance, shown=drawn >= 1.0 - chance)


def outcomes_when_shown(
    scene: Scene, row: NDArray[np.int64], action: NDArray[np.int64], earlier: NDArray[np.int64]
) -> Outcomes:
    """Return the same for actions that are known to be shown; parameters as in `outcomes`."""
    deck, size = scene.deck, len(row)
    lines = lines_of(deck, row, action)
    felt = felt_as(deck)[action] > 0
    wrong = wrong_time(scene, lines, size)
    put_off = np.where(felt, disturbance(scene, row, action, earlier, wrong), 0.0)
    matched = match(scene.traits, scene.features, lines.row, lines.product)
    taking = _taking(scene, lines, action, put_off, matched)
    care = care_for(scene, row, action)
    mood, annoyance, hazard = _consequences(scene, row, action, earlier, wrong)
    worth = _worth(scene, lines, size, matched)
    hours = np.where(personal(deck), deck.hours, 0.0)[action]
    return Outcomes(
        np.ones(size), np.ones(size, dtype=bool),
        taking.p_nothing + care.p_nothing, taking.p_takes + care.p_takes,
        taking.takes_nothing | care.takes_nothing, taking.takes | care.takes,
        worth.amount, worth.margin + care.margin, worth.benefit + care.benefit, worth.unsuitable > 0,
        mood + worth.warmth + care.mood, annoyance, hazard + care.hazard, deck.cost[action], hours, put_off > 0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Taking:
    """Chances and facts of taking without and with the action, by pair or line."""

    p_nothing: NDArray[np.float64]
    p_takes: NDArray[np.float64]
    takes_nothing: NDArray[np.bool_]
    takes: NDArray[np.bool_]

    @classmethod
    def none(cls, size: int) -> _Taking:
        return cls(*np.zeros((2, size)), *np.zeros((2, size), dtype=bool))

    def put(self, at: NDArray[np.int64], other: _Taking) -> None:
        for name in self.__slots__:
            getattr(self, name)[at] = getattr(other, name)


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the lines' customers would do: the chance of the family, of this very product, of being won, and the facts."""

    chance: NDArray[np.float64]
    alone: NDArray[np.float64]
    won: NDArray[np.float64]
    luck: NDArray[np.float64]
    taken: NDArray[np.bool_]
    can: NDArray[np.bool_]

    def at(self, which: NDArray[np.bool_]) -> _Choice:
        return _Choice(*(getattr(self, name)[which] for name in self.__slots__))


def _taking(
    scene: Scene,
    lines: Lines,
    action: NDArray[np.int64],
    put_off: NDArray[np.float64],
    matched: NDArray[np.float32],
) -> _Taking:
    choice = _choice(scene, lines, scene.deck.channel[action[lines.pair]], matched)
    bundle = np.bincount(lines.pair, minlength=len(action))[lines.pair] > 1
    result, pair = _Taking.none(len(action)), lines.pair[~bundle]
    result.put(pair, _single(choice.at(~bundle), put_off[pair]))
    if bundle.any():
        inside = lines.at(bundle)
        pair, first = np.unique(inside.pair, return_index=True)
        drawn = scene.dice.uniform("package", scene.traits.who[inside.row[first]], scene.month, action[pair])
        result.put(pair, _bundled(choice.at(bundle), inside.pair, put_off[pair], drawn))
    return result


def _choice(scene: Scene, lines: Lines, channel: NDArray[np.int64], matched: NDArray[np.float32]) -> _Choice:
    row, family, product = lines.row, lines.family, lines.product
    share = shares(scene, row, family)
    chance, luck = scene.chance[family, row].astype(np.float64), scene.luck[family, row]
    taken = np.zeros(len(lines), dtype=bool)
    at = np.flatnonzero(luck < chance)
    taken[at] = chosen(scene, row[at], family[at], share[at]) == product[at]
    own = share_of(share, product)
    won = np.where(own > 0, persuasion(scene, lines, channel, matched), 0.0)
    return _Choice(chance, chance * own, won, luck, taken, own > 0)


def _single(choice: _Choice, put_off: NDArray[np.float64]) -> _Taking:
    """Return what becomes of offers of one product.

    Those whose number is below ``chance`` take something of the family anyway, their own choice; those up to ``upto`` take the
    product because it is offered. A disturbing offer wins nobody and puts off a share of those who had chosen the product.
    """
    won = np.where(put_off > 0, 0.0, choice.won)
    upto = choice.chance + (1.0 - choice.chance) * won
    with_offer = choice.alone * (1.0 - put_off) + (1.0 - choice.chance) * won
    stays = choice.taken & (choice.luck < choice.chance * (1.0 - put_off))
    comes = (choice.luck >= choice.chance) & (choice.luck < upto)
    return _Taking(choice.alone, with_offer, choice.taken, stays | comes)


def _bundled(
    choice: _Choice, pair: NDArray[np.int64], put_off: NDArray[np.float64], drawn: NDArray[np.float64]
) -> _Taking:
    """Return what becomes of packages: all members that can be had are taken together, or none.

    A package of which fewer than two members can be had wins nobody; every missing member makes it less attractive.
    """
    place = np.unique(pair, return_inverse=True)[1]
    count, had = np.bincount(place), np.bincount(place, weights=choice.can)
    mean = np.bincount(place, weights=choice.won) / np.maximum(had, 1.0)
    alone = np.ones(len(count))
    np.multiply.at(alone, place, choice.alone)
    won = np.exp(PACKAGE) * mean * (had / count) ** 2
    won = np.where((had >= _PACKAGE_LEAST) & (put_off == 0), won, 0.0)
    by_themselves = np.bincount(place, weights=choice.taken) == count
    with_offer = alone * (1.0 - put_off) + (1.0 - alone) * won
    return _Taking(alone, with_offer, by_themselves, (by_themselves & (put_off == 0)) | (drawn < won))


@dataclass(frozen=True, slots=True)
class _Worth:
    """By pair: what would be put in, its margin and benefit, how many products are unsuitable, the pleasure of a good match."""

    amount: NDArray[np.float64]
    margin: NDArray[np.float64]
    benefit: NDArray[np.float64]
    unsuitable: NDArray[np.float64]
    warmth: NDArray[np.float64]


def _worth(scene: Scene, lines: Lines, size: int, matched: NDArray[np.float32]) -> _Worth:
    traits, state, row, product = scene.traits, scene.state, lines.row, lines.product
    can = available(traits, state, scene.month, row, product)
    amount = np.where(can, amounts(scene.dice, traits, state, scene.month, row, product), 0.0)
    benefit, unsuitable = benefits(traits, state, (row, product), amount, matched)
    warmth = WARMED * np.maximum(matched, 0.0)
    columns = (amount, can * margins(product, amount), can * benefit, can & unsuitable, warmth)
    return _Worth(
        *(np.bincount(lines.pair, weights=each, minlength=size).astype(np.float64) for each in columns)
    )


def _consequences(
    scene: Scene,
    row: NDArray[np.int64],
    action: NDArray[np.int64],
    earlier: NDArray[np.int64],
    wrong: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return mood, annoyance and hazard of being contacted, by pair."""
    channel, felt = scene.deck.channel[action], felt_as(scene.deck)[action]
    liking = np.where(channel >= 0, scene.traits.liking[row, np.maximum(channel, 0)], 0.0)
    beyond = felt * np.minimum(excess_contacts(scene, row, action, earlier), MOST_EXCESS)
    intrusion = felt * _INTRUSION[channel] * (1.0 - liking)
    mood = SOURED * beyond + SOURED_WRONG * wrong
    annoyance = intrusion + BEYOND_PATIENCE * beyond + AT_THE_WRONG_TIME * wrong
    return mood, annoyance, DRIVEN * beyond + DRIVEN_WRONG * wrong
