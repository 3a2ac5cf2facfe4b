"""The world: all customers, and the step that plays one month.

A month is a function of the world before it, of what a policy orders and of the dice. It is played in chunks of customers; what customers have
in common (rumours, crowded channels) enters as whole numbers of the month before, so that the size of a chunk changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from zhike.lab import complaints, contact, leaving, listening, money, offers, satisfaction
from zhike.lab.consenting import withdraw
from zhike.lab.month_results import MonthResults
from zhike.lab.opening import join, opening_state
from zhike.lab.resources import Resources
from zhike.lab.shelf import REGIONS, TALKING
from zhike.lab.traits import draw_traits
from zhike.lab.weather import Weather, weather_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from zhike.lab.deck import Deck, Orders
    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits

__all__ = ["CHUNK", "Tally", "World"]

CHUNK: Final = 50_000
"""Customers played at a time: bounds memory at about half a gigabyte; the result does not depend on it."""


@dataclass(slots=True)
class Tally:
    """What one month brought, per customer: arrays of shape (n,), float32.

    Parameters
    ----------
    base_margin, margin : yuan
        Earned on balances; expected over the life of the products taken this month.
    cost, complaint_cost, franchise : yuan
        Of contacts; of complaints; later margin lost with customers who left.
    benefit, annoyance : yuan
        Worth to the customer of products and care; discomfort of contacts.
    contacts, unsuitable, complaints, left, served : count
        Contacts felt, unsuitable products taken, complaints, 1 on leaving, 1 where an action was shown.
    satisfaction : standardised
        At the end of the month, NaN for those who are not with the bank.
    hours : hours of staff
    """

    base_margin: NDArray[np.float32]
    margin: NDArray[np.float32]
    cost: NDArray[np.float32]
    complaint_cost: NDArray[np.float32]
    franchise: NDArray[np.float32]
    benefit: NDArray[np.float32]
    annoyance: NDArray[np.float32]
    contacts: NDArray[np.float32]
    unsuitable: NDArray[np.float32]
    complaints: NDArray[np.float32]
    left: NDArray[np.float32]
    served: NDArray[np.float32]
    satisfaction: NDArray[np.float32]
    hours: NDArray[np.float32]

    @classmethod
    def empty(cls, customers: int) -> Self:
        """Return a tally in which nothing happened."""
        return cls(*(np.zeros(customers, dtype=np.float32) for _ in fields(cls)))

    def put(self, first: int, state: State, results: MonthResults) -> None:
        """Write a chunk's month, customers from ``first`` on."""
        size, sales = len(state), results.sales
        place = slice(first, first + size)
        self.base_margin[place] = results.flows.base_margin
        self.margin[place] = _summed(sales.p_row, sales.p_margin, size)
        self.cost[place] = sales.cost
        self.complaint_cost[place] = results.cases.cost
        self.franchise[place] = _summed(results.leavers.row, results.leavers.franchise, size)
        self.benefit[place] = _summed(sales.p_row, sales.p_benefit, size) + sales.care
        self.annoyance[place] = sales.annoyance
        self.contacts[place] = sales.contacts_felt
        self.unsuitable[place] = _summed(sales.p_row, sales.p_unsuitable, size)
        self.complaints[place] = _summed(results.cases.row, np.ones(len(results.cases.row)), size)
        self.left[place] = _summed(results.leavers.row, np.ones(len(results.leavers.row)), size)
        shown = results.contacts.status == contact.SHOWN
        self.served[place] = _summed(results.contacts.row[shown], np.ones(int(shown.sum())), size) > 0
        self.satisfaction[place] = np.where(state.here, state.satisfaction, np.nan)
        self.hours[place] = sales.hours


def _summed(row: NDArray[np.int64], amount: NDArray[Any], size: int) -> NDArray[np.float64]:
    return np.asarray(np.bincount(row, weights=amount, minlength=size), dtype=np.float64)


@dataclass(slots=True)
class World:
    """All customers of one bank, and the month that is played next.

    Parameters
    ----------
    month : int
        Months since 1970-01.
    rumour : ndarray of float, shape (n_regions,)
    load : ndarray of float, shape (n_channels,)
        What the month before left behind, see `zhike.lab.weather.Weather`.
    """

    dice: Dice
    deck: Deck
    resources: Resources
    traits: Traits
    state: State
    month: int
    rumour: NDArray[np.float64]
    load: NDArray[np.float64]

    @classmethod
    def opening(cls, dice: Dice, deck: Deck, customers: int, month: int) -> Self:
        """Return the world before its first month."""
        traits = draw_traits(dice, np.arange(customers), customers)
        calm = (np.zeros(len(REGIONS)), np.zeros(len(TALKING)))
        return cls(
            dice, deck, Resources.of(customers), traits, opening_state(dice, traits, month), month, *calm
        )

    @property
    def customers(self) -> int:
        """Number of customers, those included who have left or have not joined yet."""
        return len(self.traits)

    def copy(self) -> World:
        """Return the same world with a state of its own; traits never change and are shared."""
        shared = (self.dice, self.deck, self.resources, self.traits)
        return World(*shared, self.state.copy(), self.month, self.rumour.copy(), self.load.copy())

    def weather(self) -> Weather:
        """Return the surroundings of the month that is played next."""
        return weather_of(self.dice, self.month, self.rumour, self.load)

    def chunks(self, size: int = CHUNK) -> Iterator[tuple[int, int]]:
        """Yield the first customer of each chunk and the one after its last."""
        for first in range(0, self.customers, size):
            yield first, min(first + size, self.customers)

    def play(
        self,
        orders: Orders | Callable[[Traits, State, Weather], Orders],
        policy: str,
        write: Callable[[MonthResults, Traits, State], None] | None = None,
        chunk: int = CHUNK,
    ) -> Tally:
        """Play one month.

        Parameters
        ----------
        orders : Orders or callable
            What is ordered for the whole bank; or a rule that orders for a chunk from what it sees of it.
        policy : str
            Name and version under which the decisions are recorded.
        write : callable, optional
            Given what happened to each chunk, for `zhike.lab.facts_month.frames`.
        chunk : int
            Customers played at a time.
        """
        weather, tally = self.weather(), Tally.empty(self.customers)
        complained = np.zeros(len(REGIONS), dtype=np.int64)
        addressed = np.zeros(len(TALKING), dtype=np.int64)
        for first, last in self.chunks(chunk):
            traits, state = self.traits.part(first, last), self.state.part(first, last)
            ordered = orders(traits, state, weather) if callable(orders) else orders.part(first, last)
            results = self._step(traits, state, weather, ordered, policy)
            tally.put(first, state, results)
            complained += np.bincount(traits.region[results.cases.row], minlength=len(REGIONS))
            addressed += self._addressed(results)
            if write is not None:
                write(results, traits, state)
        self._remember(complained, addressed)
        self.month += 1
        return tally

    def _step(
        self, traits: Traits, state: State, weather: Weather, orders: Orders, policy: str
    ) -> MonthResults:
        dice, month = self.dice, self.month
        joined = join(dice, traits, state, month)
        flows = money.advance(dice, traits, state, month, weather)
        contacts = contact.deliver(dice, self.deck, traits, state, month, weather, orders)
        sales = offers.respond(dice, self.deck, traits, state, month, weather, contacts)
        cases = complaints.arise(dice, traits, state, month, weather, sales)
        satisfaction.form(dice, traits, state, month, weather, sales, cases)
        leavers = leaving.leave(dice, traits, state, month, weather, sales)
        answers = listening.ask(dice, traits, state, month)
        withdrawn = withdraw(dice, traits, state, month)
        return MonthResults(policy, joined, flows, contacts, sales, cases, leavers, answers, withdrawn)

    def _addressed(self, results: MonthResults) -> NDArray[np.int64]:
        """Return the contacts by channel that were sent, whether or not they arrived."""
        contacts = results.contacts
        channel = self.deck.channel[contacts.action[contacts.status != contact.NOTHING]]
        return np.bincount(channel[channel >= 0], minlength=len(TALKING))

    def _remember(self, complained: NDArray[np.int64], addressed: NDArray[np.int64]) -> None:
        members = np.bincount(self.traits.region[self.state.here], minlength=len(REGIONS))
        self.rumour = complaints.rumour(complained, members)
        self.load = addressed / self.resources.monthly
