"""Who works in the simulated bank and what its channels carry: a function of the number of customers alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.lab.dice import Dice
from zhike.lab.shelf import REGIONS, TALKING

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["REGION_WEIGHTS", "STAFF_ROLES", "Resources", "managers_by_region", "staff_skill"]

REGION_WEIGHTS: Final = (0.16, 0.14, 0.12, 0.10, 0.08, 0.07, 0.07, 0.07, 0.06, 0.05, 0.04, 0.04)
"""Share of customers by region: four cities .52, five towns .35, three parts of the countryside .13. Invented."""

ADVISED_SHARE: Final = 0.12
"""Share of persons who have a relationship manager. Invented."""
CUSTOMERS_A_MANAGER: Final = 250
"""Advised customers a relationship manager. Affluent books hold dozens to a few hundred (service-quality.md, RM coverage)."""

STAFF_ROLES: Final = ("relationship_manager", "service", "complaints", "compliance")
_CUSTOMERS_A_POST: Final = {"service": 2_000, "complaints": 10_000, "compliance": 20_000}
"""Customers behind one post of a role. Invented."""

WEEKLY_HOURS: Final = 38.0
"""Contract hours of a member of staff. Invented."""
OPEN_SHARE: Final = 0.15
"""Share of a manager's hours that is open for contacts which a policy orders; the rest is for those who come by themselves. Invented."""
WEEKS_A_MONTH: Final = 52 / 12
HOURS_A_TALK: Final = 0.8
"""Hours of one contact with an adviser: the catalogue's offers by adviser take 0.8."""

CONTACTS_A_CUSTOMER: Final = {"branch": 0.02, "phone": 0.03, "app": 0.5, "sms": 0.3}
"""Contacts that a policy may order over a channel a month, for each customer of the bank: the scarcity is the point. Invented."""
LEAST_CONTACTS: Final = 20.0
"""Contacts a month that a channel of even the smallest bank carries. Invented."""
COST: Final = {"branch": 30.0, "adviser": 45.0, "phone": 8.0, "app": 0.02, "sms": 0.05}
"""Yuan a contact, as in the catalogue of the house."""
_SKILL_SPREAD: Final = 0.45


@dataclass(frozen=True, slots=True)
class Resources:
    """Staff and channels.

    Parameters
    ----------
    role : ndarray of int, shape (n_staff,)
        Position in `STAFF_ROLES`; relationship managers come first, in the order of their regions.
    region : ndarray of int, shape (n_staff,)
        Position in `zhike.lab.shelf.REGIONS`.
    skill : ndarray of float, shape (n_staff,)
        How well the member of staff advises, -1 to 1, mean about 0.
    managers : ndarray of int, shape (n_regions,)
        Relationship managers by region.
    monthly : ndarray of float, shape (n_channels,)
        Contacts a month over each channel of `zhike.lab.shelf.TALKING`.
    adviser_hours : ndarray of float, shape (n_regions,)
        Hours a month that the relationship managers of a region have for ordered contacts.
    cost : ndarray of float, shape (n_channels,)
        Yuan a contact.
    """

    role: NDArray[np.int64]
    region: NDArray[np.int64]
    skill: NDArray[np.float64]
    managers: NDArray[np.int64]
    monthly: NDArray[np.float64]
    adviser_hours: NDArray[np.float64]
    cost: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.role)

    @classmethod
    def of(cls, n_customers: int, dice: Dice | None = None) -> Resources:
        """Return what a bank of so many customers has.

        Parameters
        ----------
        n_customers : int
        dice : Dice, optional
            For the skills of the staff; the same skills in every world by default.

        Examples
        --------
        >>> Resources.of(20_000).managers.sum(), len(Resources.of(20_000))
        (np.int64(13), 26)
        """
        managers = managers_by_region(n_customers)
        role, region = _posts(managers, n_customers)
        hours = np.asarray(managers * (WEEKLY_HOURS * WEEKS_A_MONTH * OPEN_SHARE), dtype=np.float64)
        carried = {
            name: max(LEAST_CONTACTS, n_customers * share) for name, share in CONTACTS_A_CUSTOMER.items()
        }
        carried["adviser"] = float(hours.sum()) / HOURS_A_TALK
        return cls(
            role,
            region,
            staff_skill(np.arange(len(role)), dice),
            managers,
            np.array([carried[channel] for channel in TALKING]),
            hours,
            np.array([COST[channel] for channel in TALKING]),
        )


def staff_skill(number: NDArray[Any], dice: Dice | None = None) -> NDArray[np.float64]:
    """Return how well members of staff advise, -1 to 1; the same in every world unless other dice are given."""
    drawn = (dice or Dice(0)).normal("skill of staff", number)
    return np.asarray(np.clip(_SKILL_SPREAD * drawn, -1.0, 1.0))


def managers_by_region(n_customers: int) -> NDArray[np.int64]:
    """Return the relationship managers of each region, at least one: from expected shares, nobody is counted.

    Examples
    --------
    >>> managers_by_region(100_000).tolist()
    [8, 7, 6, 5, 4, 3, 3, 3, 3, 2, 2, 2]
    """
    advised = np.array(REGION_WEIGHTS) * (n_customers * ADVISED_SHARE)
    return np.maximum(1, np.rint(advised / CUSTOMERS_A_MANAGER)).astype(np.int64)


def _posts(managers: NDArray[np.int64], n_customers: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return role and region of every post; the posts that are not managers' sit in the regions in turn."""
    counts = [max(1, n_customers // behind) for behind in _CUSTOMERS_A_POST.values()]
    others = np.repeat(np.arange(1, len(STAFF_ROLES)), counts)
    role = np.concatenate([np.zeros(int(managers.sum()), dtype=np.int64), others])
    seats = np.arange(len(others)) % len(REGIONS)
    return role, np.concatenate([np.repeat(np.arange(len(REGIONS)), managers), seats])
