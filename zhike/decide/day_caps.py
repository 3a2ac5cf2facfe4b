"""The policy's caps on what one customer, or one household together, gets in a day, as decisions in real time count them.

A plan of the batch keeps them for its day; a decision in real time keeps them with whatever was decided before it on the same day of
the bank. What counts is what the bank offers by its own step, as with contact caps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from zhike.decide.contact_hours import local_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.constraints import Cap, Constraint

__all__ = ["DayCaps", "on_day"]


@dataclass(frozen=True, slots=True)
class DayCaps:
    """Caps that hold on the day of a publication.

    Parameters
    ----------
    names : tuple of str, of length n_caps
    counted : ndarray of bool, shape (n_caps, n_actions)
        The actions that each counts.
    limit : ndarray of int, shape (n_caps,)
    by_household : ndarray of bool, shape (n_caps,)
        Whether a household shares it.
    """

    names: tuple[str, ...]
    counted: NDArray[np.bool_] = field(repr=False)
    limit: NDArray[np.int64]
    by_household: NDArray[np.bool_]

    @classmethod
    def of(cls, constraints: Iterable[Constraint], actions: Actions) -> DayCaps:
        """Return the caps of constraints in force."""
        caps: list[Cap] = [cap for one in constraints for cap in one.caps(actions)]
        counted = np.array([cap.counted for cap in caps], dtype=np.bool_)
        return cls(
            tuple(cap.name for cap in caps), counted.reshape(len(caps), len(actions)),
            np.array([cap.limit for cap in caps], dtype=np.int64), np.array([cap.by_household for cap in caps], dtype=np.bool_),
        )  # fmt: skip

    def __len__(self) -> int:
        """Return the number of caps."""
        return len(self.names)

    @property
    def shared(self) -> bool:
        """Whether a household shares any."""
        return bool(self.by_household.any())

    def left(
        self, places: Mapping[str, int], own: Sequence[str], household: Sequence[str]
    ) -> tuple[int, ...]:
        """Return what every cap leaves, never below 0.

        Parameters
        ----------
        places : mapping of action to int
            The place of each action in the publication.
        own, household : sequence of str
            Actions that the customer, and that their household with them, has been offered today.
        """
        used = np.where(self.by_household, self._used(places, household), self._used(places, own))
        return tuple(np.maximum(self.limit - used, 0).tolist())

    def _used(self, places: Mapping[str, int], given: Sequence[str]) -> NDArray[np.int64]:
        known = [places[action] for action in given if action in places]
        # What is no longer among the actions counts against every cap: rather less is offered than more.
        unknown = len(given) - len(known)
        return np.asarray(self.counted[:, known].sum(axis=1) + unknown, dtype=np.int64)


def on_day(given: Iterable[tuple[int, str]], day: dt.date, timezone: str) -> list[str]:
    """Return the actions that were offered on a day of the bank.

    Parameters
    ----------
    given : iterable of (int, str)
        When, in microseconds of UTC, and which action.
    day : date
    timezone : str
        The bank's IANA zone.

    Examples
    --------
    >>> import datetime as dt
    >>> nine_in_the_evening = 1_782_939_600_000_000
    >>> on_day([(nine_in_the_evening, "card:P1:app")], dt.date(2026, 7, 2), "Asia/Shanghai")
    ['card:P1:app']
    """
    return [action for at, action in given if local_day(at, timezone) == day]
