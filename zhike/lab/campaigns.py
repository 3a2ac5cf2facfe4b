"""The bank's own campaigns before anything was optimised: a calendar, rules of thumb, and a lot with known chances.

A rule sees what a bank sees: tier, age, balance, holdings, answers to the questionnaire, consent, complaint. Each customer
considered is ordered exactly one action, or nothing, and the chance of what was ordered is on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.deck import Orders
from zhike.lab.needs import has, held
from zhike.lab.shelf import FAMILIES, SHELF, TALKING
from zhike.lab.traits import FIRM
from zhike.lab.weather import RISING

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from zhike.lab.deck import Deck
    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

    Flags = NDArray[np.bool_]

__all__ = ["CAMPAIGNS", "CARE_CAMPAIGNS", "ORDER_IN_FORCE", "Campaign", "Seen", "name_of", "orders"]

ORDER_IN_FORCE: Final = 673
"""2026-02, when NFRA Order 2025-7 on suitability came into force: from then on every rule asks for a valid answer to the
questionnaire and a level that covers the product, and nobody with an open complaint is sold anything."""

VALID_MONTHS: Final = 12
"""Months for which that answer counts (the same order: once a year)."""

MASS: Final = {"message": 0.44, "phone": 0.06, "branch": 0.05, "adviser": 0.12}
"""Chance a month of a sale over app or message, by telephone, in a branch, by an adviser, for those whom a campaign of the channel
is meant for. Invented; about 25, 3, 2 and 1 % of all customers are contacted."""
MESSAGES_OF_TIER: Final = 0.28
"""The first of these for affluent and private customers, who have advisers. Invented."""
MOST: Final = 0.5
"""Largest chance of any contact: the rest is nothing."""

NEW_MONTHS: Final = 3
"""Months for which a customer counts as new: a welcome call, and no sales by staff yet."""

_YEAR: Final = 12
_AFFLUENT: Final = 1
_INVESTMENT: Final = np.isin(SHELF.family, (FAMILIES.index("wealth"), FAMILIES.index("fund")))
_PLACE: Final = {"app": "message", "sms": "message"}


@dataclass(frozen=True)
class Seen:
    """What a bank sees of its customers in a month."""

    state: State
    born: NDArray[np.int32]
    firm: Flags
    month: int

    @cached_property
    def years(self) -> NDArray[np.int32]:
        """Return ages in whole years, shape (n,)."""
        return np.asarray((self.month - self.born) // _YEAR, dtype=np.int32)

    @cached_property
    def valid(self) -> Flags:
        """Return whose answer to the questionnaire counts, shape (n,)."""
        recent = self.month - self.state.assessed < VALID_MONTHS
        return np.asarray((self.state.assessed > 0) & recent)

    @cached_property
    def owned(self) -> NDArray[np.uint32]:
        """Return the products each customer has, `zhike.lab.needs.held`, shape (n,)."""
        return held(self.state)

    def person(self, youngest: int = 18, oldest: int = 120, least: float = 0.0) -> Flags:
        """Return persons of an age in years and with a balance in yuan."""
        aged = (self.years >= youngest) & (self.years <= oldest)
        return ~self.firm & aged & (self.state.balance >= least)

    def without(self, family: str) -> Flags:
        """Return who has nothing of a family."""
        return ~has(self.owned, FAMILIES.index(family))


@dataclass(frozen=True, slots=True)
class Campaign:
    """One line of the calendar.

    Parameters
    ----------
    offers : str
        A product of the shelf, or a template of the catalogue.
    channel : str
    target : callable
        Whom it is meant for.
    weight : float
        Share within its channel against other campaigns of the month; of care, the chance itself.
    months : tuple of int
        Calendar months, 1 to 12; all if empty.
    rising : bool
        Only while the market rises.
    careless : bool
        Whether it ignored suitability before the order was in force.
    """

    offers: str
    channel: str
    target: Callable[[Seen], Flags]
    weight: float = 1.0
    months: tuple[int, ...] = ()
    rising: bool = False
    careless: bool = False

    def runs(self, weather: Weather) -> bool:
        """Return whether it runs in a month."""
        in_season = not self.months or weather.month % _YEAR + 1 in self.months
        return in_season and (not self.rising or weather.regime == RISING)


def _borrower(seen: Seen) -> Flags:
    return seen.person(22, 55) & seen.without("loan")


def _cardless(seen: Seen) -> Flags:
    return seen.person(20, 58) & seen.without("card")


def _firm(seen: Seen) -> Flags:
    return seen.firm


CAMPAIGNS: Final = (
    Campaign("D02", "app", lambda seen: seen.person(least=2_000), 3.0, (1, 2)),
    Campaign("D02", "app", lambda seen: seen.person(least=2_000), 1.0, tuple(range(3, 13))),
    Campaign("D03", "app", lambda seen: seen.person(35, least=10_000), 2.0, (1,)),
    Campaign("W01", "app", lambda seen: seen.person(least=500), 2.0, careless=True),
    Campaign("W02", "app", lambda seen: seen.person(least=5_000), 2.0, (3, 6, 9, 12), careless=True),
    Campaign("F01", "app", lambda seen: seen.person(18, 50)),
    Campaign("F03", "app", lambda seen: seen.person(least=3_000), 2.0, rising=True),
    Campaign("F04", "app", lambda seen: seen.person(18, 65, least=10_000), 2.0, rising=True, careless=True),
    Campaign("K01", "sms", _cardless, 2.0, (6, 11)),
    Campaign("K01", "sms", _cardless, 1.0, (1, 2, 3, 4, 5, 7, 8, 9, 10, 12)),
    Campaign("K02", "sms", lambda seen: _cardless(seen) & (seen.state.tier >= _AFFLUENT), 1.0, (11,)),
    Campaign("P01", "app", lambda seen: seen.person(18, 65) & seen.without("payment")),
    Campaign("L01", "app", _borrower, 2.0, (3, 4, 5)),
    Campaign("S02", "app", _firm),
    Campaign("P02", "app", _firm),
    Campaign("L03", "app", _firm, 1.0, (3, 4, 5, 9)),
    Campaign("W02", "phone", lambda seen: seen.person(least=5_000)),
    Campaign("W03", "phone", lambda seen: seen.person(least=15_000), careless=True),
    Campaign("L01", "phone", _borrower),
    Campaign("L03", "phone", _firm),
    Campaign("D03", "branch", lambda seen: seen.person(35, least=5_000), 1.0, (1, 2, 12)),
    Campaign("D02", "branch", lambda seen: seen.person(45, least=1_000), 1.0, tuple(range(3, 12))),
    Campaign("I03", "branch", lambda seen: seen.person(40, 65, least=10_000), 1.0, (1, 2, 3)),
    Campaign("I01", "branch", lambda seen: seen.person(18, 40), 1.0, (1, 2, 3, 9)),
    Campaign("S01", "branch", lambda seen: seen.person(22, 55) & seen.without("settlement")),
    Campaign("small_business_package", "branch", _firm),
    Campaign("I02", "adviser", lambda seen: seen.person(25, 50)),
    Campaign("I03", "adviser", lambda seen: seen.person(40, 65, least=10_000)),
    Campaign("new_family_package", "adviser", lambda seen: seen.person(25, 45)),
    Campaign("small_business_package", "adviser", _firm),
)  # fmt: skip
"""Sales by month. Invented: deposits in January ('good start'), insurance in the first quarter, loans in spring, cards before the
shopping festivals of June and November, wealth products at the ends of quarters, funds after the market has risen."""


def _investor(seen: Seen) -> Flags:
    return ~seen.valid & ~(seen.without("wealth") & seen.without("fund"))


def _newcomer(seen: Seen) -> Flags:
    return np.asarray(seen.state.joined > seen.month - NEW_MONTHS)


CARE_CAMPAIGNS: Final = (
    Campaign("invite_assessment", "app", _investor, 0.05),
    Campaign("invite_assessment", "phone", _investor, 0.02),
    Campaign("welcome_call", "phone", _newcomer, 0.25),
    Campaign("complaint_recovery_call", "phone", lambda seen: seen.state.complaint > 0, 0.10),
    Campaign("digital_help", "phone", lambda seen: seen.person(60), 0.02),
    Campaign("digital_help", "branch", lambda seen: seen.person(60), 0.02),
    Campaign("portfolio_review", "adviser", lambda seen: seen.state.tier >= _AFFLUENT, 0.02),
)  # fmt: skip
"""Care, for which no consent to marketing is needed; ``weight`` is the chance. Invented."""


def name_of(month: int) -> str:
    """Return the name of the rules in force in a month, under which the decisions are recorded.

    Examples
    --------
    >>> name_of(672), name_of(673)
    ('campaigns', 'campaigns under the order')
    """
    return "campaigns under the order" if month >= ORDER_IN_FORCE else "campaigns"


def orders(
    dice: Dice, deck: Deck, traits: Traits, state: State, weather: Weather, capacity: NDArray[np.float64]
) -> Orders:
    """Order the campaigns of the weather's month for a chunk of customers.

    Parameters
    ----------
    dice, deck, traits, state, weather
        Of the chunk.
    capacity : ndarray of float, shape (n_channels,)
        Contacts that each channel carries; one that carries none is not used.

    Returns
    -------
    Orders
        One for each customer that any campaign is meant for.
    """
    seen = Seen(state, traits.born, traits.kind == FIRM, weather.month)
    actions, chances = _chances(deck, seen, weather, capacity)
    total = _added(chances)
    drawn = dice.uniform("campaign", traits.who, weather.month)
    chosen = np.full(len(state), deck.nothing, dtype=np.int64)
    probability, reached = 1.0 - total, np.zeros(len(state))
    for action, chance in zip(actions, chances, strict=True):
        hit = (drawn >= reached) & (drawn < reached + chance)
        chosen[hit], probability[hit] = action, chance[hit]
        reached += chance
    row = np.flatnonzero(total > 0)
    return Orders(row, chosen[row], probability[row])


def _chances(
    deck: Deck, seen: Seen, weather: Weather, capacity: NDArray[np.float64]
) -> tuple[list[int], NDArray[np.float64]]:
    """Return the actions of the month and the chance of each for each customer, shape (n_options, n)."""
    actions, places, columns = [], [], []
    for campaign in (*CAMPAIGNS, *CARE_CAMPAIGNS):
        action = _action(deck, campaign)
        if action < 0 or not campaign.runs(weather) or capacity[TALKING.index(campaign.channel)] <= 0:
            continue
        care = campaign in CARE_CAMPAIGNS
        allowed = seen.state.here & campaign.target(seen)
        allowed &= True if care else _may_be_sold(deck, seen, campaign, action)
        actions.append(action)
        places.append("care" if care else _PLACE.get(campaign.channel, campaign.channel))
        columns.append(campaign.weight * allowed)
    chances = np.array(columns).reshape(len(columns), len(seen.state))
    _share_out(seen, places, chances)
    chances *= np.minimum(1.0, MOST / np.maximum(_added(chances), MOST))
    return actions, chances


def _share_out(seen: Seen, places: list[str], chances: NDArray[np.float64]) -> None:
    """Turn weights into chances: campaigns of one place share its mass, care keeps its own."""
    for place, mass in MASS.items():
        inside = [position for position, name in enumerate(places) if name == place]
        total = _added(chances[inside])
        affluent = seen.state.tier >= _AFFLUENT
        given = np.where(affluent, MESSAGES_OF_TIER, mass) if place == "message" else mass
        given = np.where(affluent, given, 0.0) if place == "adviser" else given
        chances[inside] *= given / np.where(total > 0, total, 1.0)


def _added(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum over options, one after the other: the same for a customer whatever the chunk."""
    total = np.zeros(columns.shape[1])
    for column in columns:
        total += column
    return total


def _action(deck: Deck, campaign: Campaign) -> int:
    """Return the catalogue's action of a campaign, -1 if it has none."""
    channel = deck.channel == TALKING.index(campaign.channel)
    if campaign.offers in SHELF.codes:
        named = deck.product == SHELF.codes.index(campaign.offers)
    else:
        named = np.array([template == campaign.offers for template in deck.template])
    found = np.flatnonzero(channel & named)
    return int(found[0]) if found.size else -1


def _may_be_sold(deck: Deck, seen: Seen, campaign: Campaign, action: int) -> Flags:
    """Return who agreed to marketing, does not hold the product, and whom the rules of the time let it be sold to."""
    state, in_force = seen.state, seen.month >= ORDER_IN_FORCE
    allowed = state.consent == 1
    if campaign.channel not in _PLACE:
        allowed &= ~_newcomer(seen)
    for product in deck.members[action] if len(deck.members[action]) else [deck.product[action]]:
        open_ended = _INVESTMENT[product] and SHELF.months[product] == 0
        if not open_ended and not len(deck.members[action]):
            allowed &= state.amount[:, product] == 0
        if _INVESTMENT[product] and (in_force or not campaign.careless):
            allowed &= seen.valid & (state.stated_level >= SHELF.level[product])
    return np.asarray(allowed & ((state.complaint == 0) | (not in_force)))
