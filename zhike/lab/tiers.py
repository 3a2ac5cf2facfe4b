"""The service tiers of the simulated bank: what balances and savings earn a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.shelf import FAMILIES, SHELF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.state import State

__all__ = ["SAVINGS", "TIERS", "TIER_FROM", "tier_of"]

TIERS: Final = ("mass", "affluent", "private")
TIER_FROM: Final = (50_000.0, 500_000.0)
"""Yuan of balance, deposits, wealth products and funds from which a customer is affluent, private. Invented, near the limits that
large Chinese retail banks publish for their gold and highest classes."""

SAVINGS: Final = slice(0, int(np.flatnonzero(SHELF.family == FAMILIES.index("fund"))[-1]) + 1)
"""Deposits, wealth products and funds stand first on the shelf."""


def tier_of(state: State) -> NDArray[np.int8]:
    """Return the tier that balances and savings earn: 0 mass, 1 affluent, 2 private; shape (n,)."""
    assets = np.maximum(state.balance, 0.0) + state.amount[:, SAVINGS].sum(axis=1, dtype=np.float64)
    return np.asarray(np.searchsorted(TIER_FROM, assets, side="right"), dtype=np.int8)
