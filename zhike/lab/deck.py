"""The actions that can be played in the simulated bank, as arrays, and what is ordered from them in one month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.decide.catalogue import NO_ACTION
from zhike.lab.shelf import SHELF, TALKING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions

__all__ = ["Deck", "Orders"]

_FEN: Final = 100.0


@dataclass(frozen=True, slots=True)
class Deck:
    """The bank's actions of a day, one position each, in the order of ``action_id``.

    Parameters
    ----------
    ids, template, kind : tuple of str
        Identifier, template and kind (sale, care, service, mandatory, none) of each action.
    product, family, channel : ndarray of int, shape (n_actions,)
        Positions in `zhike.lab.shelf.PRODUCTS`, `FAMILIES` and `TALKING`, -1 for none. A package has no product.
    members : tuple of ndarray of int
        Products of a package; empty for other actions.
    cost, hours : ndarray of float, shape (n_actions,)
        Yuan and hours of staff that one contact takes.
    nothing : int
        Position of doing nothing.
    """

    ids: tuple[str, ...]
    template: tuple[str, ...]
    kind: tuple[str, ...]
    product: NDArray[np.int64]
    family: NDArray[np.int64]
    channel: NDArray[np.int64]
    members: tuple[NDArray[np.int64], ...]
    cost: NDArray[np.float64]
    hours: NDArray[np.float64]
    nothing: int

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, actions: Actions) -> Deck:
        """Return the actions of a catalogue; products that the shelf does not have count as none."""
        table = actions.table
        position = {code: index for index, code in enumerate(SHELF.codes)}
        product = np.array([position.get(name, -1) for name in table["product_id"]], dtype=np.int64)
        members = tuple(
            np.array([position[name] for name in inside], dtype=np.int64) for inside in table["members"]
        )
        channels = [TALKING.index(name) if name in TALKING else -1 for name in table["channel"]]
        return cls(
            tuple(table["action_id"]), tuple(table["template"]), tuple(table["kind"]), product,
            np.where(product >= 0, SHELF.family[product], -1), np.array(channels, dtype=np.int64), members,
            table["cost"].to_numpy() / _FEN, table["hours"].to_numpy(), table["template"].to_list().index(NO_ACTION),
        )  # fmt: skip

    def named(self, action: NDArray[np.int64]) -> list[str]:
        """Return the identifiers of actions."""
        return [self.ids[position] for position in action]


@dataclass(frozen=True, slots=True)
class Orders:
    """What a policy orders for one month: arrays of shape (n_orders,), sorted by row, most wanted first within a row.

    Parameters
    ----------
    row : ndarray of int
        Customer's row, in the chunk or in the bank.
    action : ndarray of int
        Position in the deck; doing nothing may be ordered, so that its probability is on record.
    probability : ndarray of float
        P(this action is chosen for this customer this month) under the policy.
    """

    row: NDArray[np.int64]
    action: NDArray[np.int64]
    probability: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.row)

    @classmethod
    def none(cls) -> Orders:
        """Return no orders."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))

    def part(self, first: int, last: int) -> Orders:
        """Return the orders for customers ``first`` to ``last - 1``, with rows counted from ``first``."""
        start, end = np.searchsorted(self.row, [first, last])
        return Orders(self.row[start:end] - first, self.action[start:end], self.probability[start:end])
