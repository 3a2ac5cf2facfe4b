"""What is scarce in a month, as the plan over all customers reads it: contacts by channel, advisers' hours by region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhike.lab.assignment import Resource
from zhike.lab.filling import adviser_hours
from zhike.lab.shelf import REGIONS, TALKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.lab.situation import Situation

__all__ = ["charges", "scarce"]


def scarce(
    situation: Situation,
    region: NDArray[np.int64],
    row: NDArray[np.int64] | None = None,
    action: NDArray[np.int64] | None = None,
) -> list[Resource]:
    """Return the channels and the regions' advisers with what is left beside contacts that are settled.

    Parameters
    ----------
    situation : Situation
    region : ndarray of int, shape (n_customers,)
        -1 where unknown: no adviser goes there.
    row, action : ndarray of int, shape (n_settled,), optional
        Contacts that are settled already.

    Returns
    -------
    list of Resource
        Their use has shape (n_actions,), their members shape (n_customers,).
    """
    deck, every = situation.deck, np.arange(len(situation.deck))
    row = np.zeros(0, dtype=np.int64) if row is None else row
    action = np.zeros(0, dtype=np.int64) if action is None else action
    sent = np.bincount(deck.channel[action][deck.channel[action] >= 0], minlength=len(TALKING))
    channels = [
        Resource(name, max(0.0, float(situation.capacity[place] - sent[place])), (deck.channel == place).astype(np.float64))
        for place, name in enumerate(TALKING)
    ]  # fmt: skip
    hours, taken = adviser_hours(situation, every), adviser_hours(situation, action)
    advised = {name: (place, float(situation.adviser_hours[place])) for place, name in enumerate(REGIONS)}
    return channels + [
        Resource(f"adviser_hours_{name}", max(0.0, has - float(taken[region[row] == place].sum())), hours, region == place)
        for name, (place, has) in {**advised, "unknown": (-1, 0.0)}.items()
        if name in advised or (region < 0).any()
    ]  # fmt: skip


def charges(resources: list[Resource], prices: Mapping[str, float], customers: int) -> NDArray[np.float64]:
    """Return what each action costs each customer at the prices of scarce resources, shape (n_customers, n_actions)."""
    total = np.zeros((customers, len(resources[0].use)))
    for resource in resources:
        paid = prices[resource.name] * resource.use
        if paid.any():
            members = slice(None) if resource.members is None else np.flatnonzero(resource.members)
            total[members] += paid
    return total
