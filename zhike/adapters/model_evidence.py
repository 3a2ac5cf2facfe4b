"""Which model a run rests on: kind, version, seed, code, and the hash of what it learned from.

The version is that of a model that is kept (`zhike.learn.training`): the same purchases, code and seed give the same, so a run can be
compared with a registry, and a model that was fitted again with the one that decided.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import zhike
from zhike.decide.ranked_scoring import RANKING, RankedScoring
from zhike.learn.model_encoding import state_sha256
from zhike.learn.training import ModelRecord, TrainingSetting, train

if TYPE_CHECKING:
    from zhike.decide.preparation import Preparation

__all__ = ["MODEL", "model_told", "ranking_record"]

MODEL: Final = "model"


def ranking_record(prepared: Preparation) -> ModelRecord | None:
    """Return the ranking of a run as a model that can be kept, with its provenance; None where a closed form scored.

    Parameters
    ----------
    prepared : Preparation
    """
    scoring = prepared.scoring
    if not isinstance(scoring, RankedScoring):
        return None
    first = scoring.ranking.calendar_[0].astype(dt.date)
    configuration = {"horizon_days": scoring.ranking.horizon_days, "products": list(scoring.products)}
    setting = TrainingSetting(
        prepared.at, first, prepared.at, scoring.ranking.seed, zhike.__version__, configuration
    )
    tables = {"purchases": scoring.learned, "products": prepared.actions.products}
    return train(RANKING, lambda _tables, _setting: scoring.ranking, tables, setting)


def model_told(prepared: Preparation) -> dict[str, Any] | None:
    """Return what a plan says of the model behind it, as JSON values; None where a closed form scored."""
    record = ranking_record(prepared)
    if record is None or not isinstance(prepared.scoring, RankedScoring):
        return None
    calibration, ranking = prepared.scoring.calibration, prepared.scoring.ranking
    return {
        "name": record.name, "kind": record.kind, "version": record.version, "sha256": record.sha256,
        "provenance": record.provenance.to_dict(), "weight_of_learned": ranking.weight_,
        "products_known": int(np.count_nonzero(ranking.known_)),
        "calibration_sha256": None if calibration is None else state_sha256(calibration.state()),
    }  # fmt: skip
