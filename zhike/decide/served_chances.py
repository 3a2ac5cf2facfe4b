"""Why a chance of a yes is what it is, told of a decision in real time: nothing of it is computed before somebody asks.

With what decisions rest on is kept, for each action and each model that speaks, the mean score of the customers that one is compared with and
the mean parts of it: figures of all of them together, no row of a customer. The model is that of the bank's registry which the policy names. A chance is
told only where the model says of the customer what the decision used.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.decide.chance_reasons import POPULATION, reasons_against
from zhike.decide.contributions import Reference
from zhike.decide.profiles import CELL_COLUMNS

if TYPE_CHECKING:
    from zhike.decide.chance_reasons import ChanceReasons, Explainable
    from zhike.decide.dossier import Dossier
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["served_chance"]

_SCHEMA: Final[dict[str, Any]] = {
    **dict.fromkeys(CELL_COLUMNS, pl.String), "age": pl.Float64, "tenure_months": pl.Float64, "balance": pl.Float64,
    "assets_held": pl.Float64, "products_held": pl.List(pl.String),
}  # fmt: skip


def served_chance(
    setting: ServingSetting, dossier: Dossier, chances: Explainable, column: int
) -> ChanceReasons | None:
    """Return why the chance behind a decision is what it is; None where it does not rest on the model, or nobody is there to compare with.

    Parameters
    ----------
    setting : ServingSetting
    dossier : Dossier
    chances : Explainable
        The model that the setting names.
    column : int
        Of the action.
    """
    if setting.chances is None:
        return None
    actions, inputs = setting.actions, _customer(dossier)
    said = float(chances.applied(actions, inputs)[0, column])
    if not math.isclose(said, float(dossier.propensity[0, column])):
        return None
    speaker = setting.chances["speakers"].get(chances.speakers(actions, inputs)[0])
    known = None if speaker is None else speaker["actions"].get(setting.columns["action_id"][column])
    found = chances.parts_of(actions, inputs, column)
    if speaker is None or known is None or found is None:
        return None
    reference = Reference(POPULATION, float(known[0]), np.array(known[1], dtype=np.float64))
    return reasons_against(*found, reference, (int(speaker["compared"]), int(setting.chances["customers"])))


def _customer(dossier: Dossier) -> pl.DataFrame:
    """Return one row of what a model reads, as it was when the dossier was made: the chance was not computed anew either."""
    return pl.DataFrame([{name: dossier.inputs.get(name) for name in CELL_COLUMNS}], schema=_SCHEMA)
