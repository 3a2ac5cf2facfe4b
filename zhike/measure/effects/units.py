"""Which units - branches, teams, advisers - begin with an action: drawn by a hash, so that nobody picks them and everybody can draw them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhike.decide.inputs import hash_uniforms

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["drawn_units"]


def drawn_units(units: Sequence[str], name: str, share: float = 0.5) -> list[str]:
    """Return the units with an action: the given share of them, by the order of their hashes.

    Of a few units a coin each may draw none; so exactly the rounded share is drawn, one at least and one at most left out. The list must be fixed
    before the draw: a unit more may change who is drawn.

    Parameters
    ----------
    units : sequence of str
        In any order; two or more.
    name : str
        Salt, such as the number of the case.
    share : float
        Between 0 and 1.

    Examples
    --------
    >>> drawn = drawn_units(["north", "south", "east", "west"], "case 7")
    >>> len(drawn), drawn == drawn_units(["west", "east", "south", "north"], "case 7")
    (2, True)
    """
    known = sorted(set(units))
    lots = hash_uniforms(known, f"improvement|{name}", 1)[:, 0]
    many = min(max(round(share * len(known)), 1), len(known) - 1)
    return sorted(known[place] for place in np.argsort(lots, kind="stable")[:many].tolist())
