"""What one month brought to a chunk of customers, from all who played it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from zhike.lab.complaints import Cases
    from zhike.lab.contact import Contacts
    from zhike.lab.leaving import Leavers
    from zhike.lab.listening import Answers
    from zhike.lab.money import Flows
    from zhike.lab.offers import Sales

__all__ = ["MonthResults"]


@dataclass(frozen=True, slots=True)
class MonthResults:
    """What one month brought to a chunk of customers.

    Parameters
    ----------
    policy : str
        Name and version under which the decisions are recorded.
    joined : ndarray of int
        Rows of those who joined, ascending.
    flows, contacts, sales, cases, leavers, answers
        See the modules that make them.
    withdrawn : ndarray of int
        Rows of those who took back their consent, ascending.
    """

    policy: str
    joined: NDArray[np.int64]
    flows: Flows
    contacts: Contacts
    sales: Sales
    cases: Cases
    leavers: Leavers
    answers: Answers
    withdrawn: NDArray[np.int64]
