"""Yardsticks that see the truth: *informed* knows every chance, *oracle* knows how the dice will fall.

Both value what an action changes this month, for the bank and the customer together, in yuan,

    shown x [(takes - takes without) x (margin + benefit) - annoyance - (leaves - leaves without) x franchise] - cost

and share out the same capacities by the same plan as the loop does, among suitable actions only. They look one month ahead:
what a contact does to later months is left out, so they bound a month's plan and not every policy's sum over months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from scipy.special import expit, logit

from zhike.lab import leaving, money
from zhike.lab.assignment import assign
from zhike.lab.bank_facts import bank_facts
from zhike.lab.deck import Orders
from zhike.lab.opening import join
from zhike.lab.outcomes import outcomes
from zhike.lab.scarcity import scarce
from zhike.lab.situation import CONTACTS_A_MONTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.bank_facts import BankFacts
    from zhike.lab.outcomes import Outcomes
    from zhike.lab.situation import Situation
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather
    from zhike.lab.world import World

__all__ = ["Oracle", "worth"]

_PAIRS: Final = 400_000
"""Pairs of customer and action valued at a time: bounds memory at about a hundred megabytes."""


@dataclass(frozen=True, slots=True)
class Oracle:
    """Plans with the truth at hand.

    Parameters
    ----------
    name : str
    knows_dice : bool
        Whether the realised outcomes are known, or their chances only.
    """

    name: str
    knows_dice: bool

    @classmethod
    def informed(cls) -> Self:
        """Return the yardstick that knows the chances."""
        return cls("informed", knows_dice=False)

    @classmethod
    def all_knowing(cls) -> Self:
        """Return the yardstick that knows the outcomes."""
        return cls("oracle", knows_dice=True)

    def orders_in(self, world: World, situation: Situation) -> Orders:
        """Return the orders of the month that the world plays next: contact by contact, each given those before it."""
        facts, state, weather = bank_facts(situation), world.state.copy(), world.weather()
        # The month's joiners and flows come before its contacts and do not depend on them.
        join(world.dice, world.traits, state, world.month)
        money.advance(world.dice, world.traits, state, world.month, weather)
        allowed = _allowed(situation, facts)
        row, action = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        for turn in range(CONTACTS_A_MONTH):
            earlier = np.bincount(row, minlength=len(allowed))
            value, open_ = self._valued(world, state, weather, allowed, earlier)
            resources = scarce(situation, facts.region, row, action)
            salt = f"plan|{world.dice.seed}|{self.name}|{world.month}|{turn}"
            plan = assign(value, open_, resources, world.deck.nothing, salt)
            asked = np.flatnonzero(plan.action != world.deck.nothing)
            row, action = np.append(row, asked), np.append(action, plan.action[asked])
            allowed = _without_like(situation, allowed, plan.action)
        order = np.argsort(row, kind="stable")
        return Orders(row[order], action[order], np.ones(len(row)))

    def _valued(
        self,
        world: World,
        state: State,
        weather: Weather,
        allowed: NDArray[np.bool_],
        earlier: NDArray[np.int64],
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return worth and openness of every action, shape (n_customers, n_actions)."""
        value, open_ = np.zeros(allowed.shape), np.zeros(allowed.shape, dtype=np.bool_)
        step = max(1, _PAIRS // max(1, len(world.deck)))
        for first, last in world.chunks(step):
            row, action = np.nonzero(allowed[first:last] & state.here[first:last, None])
            traits, here = world.traits.part(first, last), state.part(first, last)
            before = earlier[first + row]
            found = outcomes(world.dice, world.deck, traits, here, world.month, weather, row, action, before)
            gain = worth(world, traits, here, weather, row, found, knows_dice=self.knows_dice)
            value[first + row, action] = gain
            open_[first + row, action] = ~found.unsuitable & (gain > 0)
        open_[:, world.deck.nothing] = True
        return value, open_


def worth(
    world: World,
    traits: Traits,
    state: State,
    weather: Weather,
    row: NDArray[np.int64],
    found: Outcomes,
    *,
    knows_dice: bool,
) -> NDArray[np.float64]:
    """Return what each pair's action changes for bank and customer this month, yuan, shape (n_pairs,).

    Parameters
    ----------
    traits, state
        Of the chunk that ``row`` counts in.
    found : Outcomes
    knows_dice : bool
        Whether the dice count, or their chances.
    """
    if knows_dice:
        shown, more = found.shown.astype(float), found.takes.astype(float) - found.takes_nothing
    else:
        shown, more = found.p_shown, found.p_takes - found.p_nothing
    lost = _leaves_more(world, traits, state, weather, row, found.hazard, knows_dice=knows_dice)
    gained = more * (found.margin + found.benefit) - found.annoyance - lost
    return np.asarray(shown * gained - found.cost, dtype=np.float64)


def _leaves_more(
    world: World,
    traits: Traits,
    state: State,
    weather: Weather,
    row: NDArray[np.int64],
    hazard: NDArray[np.float64],
    *,
    knows_dice: bool,
) -> NDArray[np.float64]:
    """Return the franchise that the shift of the hazard costs (negative: keeps), shape (n_pairs,)."""
    usual = leaving.leave_probability(traits, state, world.month, weather, np.zeros(len(traits)))
    shifted = np.minimum(expit(logit(usual)[row] + hazard), leaving.AT_MOST)
    if knows_dice:
        drawn = world.dice.uniform("leave", traits.who, world.month)[row]
        more = (drawn < shifted).astype(float) - (drawn < usual[row])
    else:
        more = shifted - usual[row]
    return np.asarray(more * leaving.franchise(traits, state)[row])


def _allowed(situation: Situation, facts: BankFacts) -> NDArray[np.bool_]:
    """Return what consent and the catalogue let any policy do, shape (n_customers, n_actions); notices are no choice."""
    deck = situation.deck
    allowed = np.zeros((len(facts.here), len(deck)), dtype=np.bool_)
    for position, (kind, channel) in enumerate(zip(deck.kind, deck.channel, strict=True)):
        if kind == "sale" and channel >= 0:
            allowed[:, position] = facts.sellable[:, channel]
        elif kind in ("care", "service"):
            allowed[:, position] = facts.reachable
    sold = deck.product >= 0
    allowed[:, sold] &= ~facts.holds[:, deck.product[sold]]
    return allowed


def _without_like(
    situation: Situation, allowed: NDArray[np.bool_], taken: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return what is allowed after a first contact: nothing of the same template or family, and nothing at all after none."""
    deck = situation.deck
    family, template = deck.family[taken], np.array(deck.template)
    same = (template[None, :] == template[taken][:, None]) | (
        (deck.family[None, :] == family[:, None]) & (family >= 0)[:, None]
    )
    return np.asarray(allowed & ~same & (taken != deck.nothing)[:, None])
