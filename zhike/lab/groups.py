"""The groups of customers between which fairness is looked at, as they stand when the policies begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.lab.shelf import REGIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.lab.world import World

__all__ = ["GROUPS", "groups_of"]

GROUPS: Final = ("age", "sex", "region", "vulnerable", "digital", "tier")
AGE_EDGES: Final = (30, 45, 60, 75)
AGE_BANDS: Final = ("under 30", "30-44", "45-59", "60-74", "75 and over")
SEXES: Final = ("female", "male")
TERCILES: Final = ("low", "middle", "high")
TIERS: Final = ("mass", "affluent", "private")
_FIRM: Final = 2
_MONTHS_A_YEAR: Final = 12


def groups_of(world: World) -> pl.DataFrame:
    """Return one row per customer in the order of the world: identifier, household and the groups.

    Returns
    -------
    DataFrame
        ``customer_id``, ``household`` and `GROUPS` as text; null where a group does not apply, such as a firm's age.
    """
    traits, state = world.traits, world.state
    person = traits.kind != _FIRM
    age = (world.month - traits.born.astype(np.int64)) // _MONTHS_A_YEAR
    digital = (
        np.searchsorted(np.quantile(traits.digital[person], (1 / 3, 2 / 3)), traits.digital)
        if person.any()
        else age * 0
    )
    return pl.DataFrame(
        {
            "customer_id": [f"C{number:07d}" for number in traits.who],
            "household": traits.household,
            "age": _named(AGE_BANDS, np.searchsorted(AGE_EDGES, age, side="right"), person),
            "sex": _named(SEXES, traits.sex, person & (traits.sex >= 0)),
            "region": _named(REGIONS, traits.region, np.ones(len(age), dtype=bool)),
            "vulnerable": _named(("no", "yes"), traits.vulnerable, person),
            "digital": _named(TERCILES, digital, person),
            "tier": _named(TIERS, state.tier, np.ones(len(age), dtype=bool)),
        }
    )  # fmt: skip


def _named(names: Sequence[str], code: NDArray[np.generic], applies: NDArray[np.bool_]) -> pl.Series:
    place = np.where(applies, code.astype(np.int64), len(names))
    return pl.Series([*names, None], dtype=pl.String).gather(place)
