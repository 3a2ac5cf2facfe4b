"""What a chance of a yes is compared with where it is told of decisions in real time: figures of the customers of the day, no row of any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from zhike.decide.chance_reasons import POPULATION, drawn_rows
from zhike.decide.contributions import Reference

if TYPE_CHECKING:
    from zhike.decide.chance_reasons import Explainable
    from zhike.decide.preparation import Preparation

__all__ = ["chance_references"]


def chance_references(prepared: Preparation) -> dict[str, Any] | None:
    """Return what customers are compared with, as JSON values; None where no kept model says what chances there are.

    Parameters
    ----------
    prepared : Preparation

    Returns
    -------
    dict or None
        ``name``, ``version`` of the model; ``customers`` of the day; by model that speaks, under ``speakers``: ``compared``, how many, and by
        ``action_id`` under ``actions`` the mean score and the mean parts.
    """
    chances = prepared.chances
    if chances is None or chances.kept is None:
        return None
    actions, inputs = prepared.actions, prepared.inputs
    drawn = inputs[drawn_rows(inputs["customer_id"].to_list())]
    speaks = np.array(chances.speakers(actions, drawn))
    known, names = np.flatnonzero(chances.known(actions)).tolist(), actions.table["action_id"].to_list()
    speakers = {}
    for one in sorted(set(speaks.tolist())):
        mine = drawn.filter(pl.Series(speaks == one))
        told = {names[column]: _reference(chances, prepared, mine, column) for column in known}
        speakers[one] = {
            "compared": len(mine),
            "actions": {name: found for name, found in told.items() if found},
        }
    kept = chances.kept
    return {"name": kept.name, "version": kept.version, "customers": len(inputs), "speakers": speakers}


def _reference(
    chances: Explainable, prepared: Preparation, mine: pl.DataFrame, column: int
) -> list[Any] | None:
    found = chances.parts_of(prepared.actions, mine, column)
    if found is None:
        return None
    reference = Reference.of(*found, POPULATION)
    return [reference.score, reference.parts.tolist()]
