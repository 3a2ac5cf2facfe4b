"""What is true of customers: traits that do not change, and the state that changes month by month.

Both are arrays over customers. A slice shares memory with the whole, so a chunk is worked on in place.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["State", "Traits"]


@dataclass(slots=True)
class _Columns:
    def __len__(self) -> int:
        return len(getattr(self, dataclasses.fields(self)[0].name))

    def part(self, first: int, last: int) -> Self:
        """Return customers ``first`` to ``last - 1``, sharing memory."""
        return type(self)(*(getattr(self, field.name)[first:last] for field in dataclasses.fields(self)))

    def at(self, rows: NDArray[np.int64]) -> Self:
        """Return the customers of ``rows``, repeated where a row is, as a copy."""
        return type(self)(*(getattr(self, field.name)[rows] for field in dataclasses.fields(self)))

    def copy(self) -> Self:
        """Return the same in its own memory."""
        return type(self)(*(getattr(self, field.name).copy() for field in dataclasses.fields(self)))


@dataclass(slots=True)
class Traits(_Columns):
    """What stays: arrays of shape (n,), ``liking`` of shape (n, n_channels).

    Parameters
    ----------
    who : int64
        Number of the customer, from 0.
    kind : int8
        0 person, 1 professional, 2 firm.
    born : int32
        Month of birth, months since 1970-01; a firm's founding.
    sex : int8
        0 female, 1 male, -1 for firms.
    region : int8
        Position in `zhike.lab.shelf.REGIONS`.
    household : int64
        Number of the household's first customer.
    household_size : int8
        Customers of the household.
    employer : int64
        Number of the firm that employs the customer and is a customer itself, -1 for none.
    wealth : float32
        Standing in wealth, standard normal.
    digital : float32
        Digital skill, 0 to 1.
    patience : float32
        Contacts a month that are borne without annoyance, 0.5 to 4.
    persuadable : float32
        How far an offer moves the customer, standard normal.
    tolerance, capacity : float32
        True risk tolerance and true ability to bear loss, 1 to 5; an investment suits up to the lower of the two.
    price, quality, relation, credit : float32
        Orientation; the four sum to one.
    liking : float32
        How the customer likes to be addressed over each channel of `zhike.lab.shelf.TALKING`, -1 to 1.
    vulnerable : bool
        Health, life event, resilience or capability puts the customer at risk of harm.
    language : int8
        0 zh-Hans, 1 zh-Hant, 2 en.
    candour : float32
        Levels by which answers to questionnaires overstate the risk tolerance (negative: understate).
    image : float32
        Standing view of the bank, standard normal.
    adviser : int32
        Number of the relationship manager, -1 for none.
    """

    who: NDArray[np.int64]
    kind: NDArray[np.int8]
    born: NDArray[np.int32]
    sex: NDArray[np.int8]
    region: NDArray[np.int8]
    household: NDArray[np.int64]
    household_size: NDArray[np.int8]
    employer: NDArray[np.int64]
    wealth: NDArray[np.float32]
    digital: NDArray[np.float32]
    patience: NDArray[np.float32]
    persuadable: NDArray[np.float32]
    tolerance: NDArray[np.float32]
    capacity: NDArray[np.float32]
    price: NDArray[np.float32]
    quality: NDArray[np.float32]
    relation: NDArray[np.float32]
    credit: NDArray[np.float32]
    liking: NDArray[np.float32]
    vulnerable: NDArray[np.bool_]
    language: NDArray[np.int8]
    candour: NDArray[np.float32]
    image: NDArray[np.float32]
    adviser: NDArray[np.int32]


@dataclass(slots=True)
class State(_Columns):
    """What changes: arrays of shape (n,), ``amount`` and ``since`` of shape (n, n_products).

    Parameters
    ----------
    here : bool
        Whether the customer is with the bank.
    joined, left : int32
        Month of joining; month of leaving, 0 while the customer stays. Months since 1970-01.
    income : float32
        Yuan a month.
    jobless : int8
        Months without work left, 0 when in work.
    married, children : int8
        Whether married; number of children.
    balance : float64
        Yuan on the current account.
    amount : float32
        Yuan in each product, 0 for none (settlement and payment hold 1).
    since : int16
        Month in which each holding began, months since 1970-01; 0 for none.
    distress : float32
        Strain of debt, 0 to 1; above 0.5 an instalment is missed.
    fatigue : float32
        Contacts felt in the recent past: each counts 1 when it comes and half a month later.
    experience : float32
        Running service experience, mean about 0.
    rumour : float32
        What others say of the bank around the customer, 0 neutral, negative bad.
    expectation, perceived, worth, satisfaction, loyalty : float32
        Latent variables of the satisfaction model, standardised.
    complaint : int8
        Months since the complaint that is open, plus 1; 0 for none.
    wronged : float32
        Felt injustice that has not been made good, 0 or more; decays.
    assessed : int32
        Month of the last risk questionnaire, 0 for none.
    stated_level : int8
        Level that the questionnaire gave, 0 for none.
    consent : int8
        Marketing consent: -1 never asked, 0 withdrawn, 1 given.
    tier : int8
        The bank's service tier by balances: 0 mass, 1 affluent, 2 private.
    pending : int16
        Action accepted but not carried out yet, as a position in the world's actions; -1 for none.
    pending_month : int32
        Month in which it will be carried out.
    """

    here: NDArray[np.bool_]
    joined: NDArray[np.int32]
    left: NDArray[np.int32]
    income: NDArray[np.float32]
    jobless: NDArray[np.int8]
    married: NDArray[np.int8]
    children: NDArray[np.int8]
    balance: NDArray[np.float64]
    amount: NDArray[np.float32]
    since: NDArray[np.int16]
    distress: NDArray[np.float32]
    fatigue: NDArray[np.float32]
    experience: NDArray[np.float32]
    rumour: NDArray[np.float32]
    expectation: NDArray[np.float32]
    perceived: NDArray[np.float32]
    worth: NDArray[np.float32]
    satisfaction: NDArray[np.float32]
    loyalty: NDArray[np.float32]
    complaint: NDArray[np.int8]
    wronged: NDArray[np.float32]
    assessed: NDArray[np.int32]
    stated_level: NDArray[np.int8]
    consent: NDArray[np.int8]
    tier: NDArray[np.int8]
    pending: NDArray[np.int16]
    pending_month: NDArray[np.int32]
