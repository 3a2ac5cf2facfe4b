"""Which model a run rests on: kind, version, seed, code, and the hash of what it learned from.

The version is that of a model that is kept (`zhike.learn.training`): the same purchases, code and seed give the same, so a run can be
compared with a registry, and a model that was fitted again with the one that decided.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import zhike
from zhike.decide.counted_chances import CountedChances
from zhike.decide.offer_chances import OfferChances
from zhike.decide.online_chances import OnlineChances
from zhike.decide.ranked_scoring import RANKING, RankedScoring
from zhike.learn.model_encoding import state_sha256
from zhike.learn.training import ModelRecord, TrainingSetting, train

if TYPE_CHECKING:
    from zhike.decide.preparation import Preparation

__all__ = [
    "CHANCES",
    "MODEL",
    "STATE",
    "chances_record",
    "chances_told",
    "model_told",
    "ranking_record",
    "software_of",
]

MODEL: Final = "model"
CHANCES: Final = "chances"
STATE: Final = "state_sha256"
"""Key of what is told of chances: the hash of what was learnt, as it lies in the evidence."""
OFFER_CHANCES: Final = "offer_chances"
"""Name under which the model is kept and told."""


def ranking_record(prepared: Preparation) -> ModelRecord | None:
    """Return the ranking that a run learned as a model that can be kept, with its provenance; None where it learned none.

    Parameters
    ----------
    prepared : Preparation
    """
    scoring = prepared.scoring
    if not isinstance(scoring, RankedScoring) or scoring.kept is not None:
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
    scoring, record = prepared.scoring, ranking_record(prepared)
    if not isinstance(scoring, RankedScoring):
        return None
    calibration, ranking, kept = scoring.calibration, scoring.ranking, scoring.kept
    told = _told(record) if kept is None else kept.told(prepared.policy.kept_ranking)
    return {
        **told, "weight_of_learned": ranking.weight_,
        "products_known": int(np.count_nonzero(ranking.known_)),
        "calibration_sha256": None if calibration is None else state_sha256(calibration.state()),
    }  # fmt: skip


def software_of(prepared: Preparation) -> dict[str, str]:
    """Return the models that a run rests on, kind and version by the name under which a publication tells of them."""
    found = {RANKING: model_told(prepared), OFFER_CHANCES: chances_told(prepared)}
    return {name: f"{one['kind']} {one['version']}" for name, one in found.items() if one is not None}


def _told(record: ModelRecord | None) -> dict[str, Any]:
    if record is None:
        return {}
    named = {name: getattr(record, name) for name in ("name", "kind", "version", "sha256")}
    return {**named, "provenance": record.provenance.to_dict()}


def chances_record(prepared: Preparation) -> ModelRecord | None:
    """Return the chances of a yes of a run as a model that can be kept, with its provenance; None where none were learnt.

    Parameters
    ----------
    prepared : Preparation
    """
    chances, window = prepared.chances, prepared.policy.chances
    if not isinstance(chances, OfferChances | CountedChances) or window is None or chances.kept is not None:
        return None
    first = min(chances.learned["decided_on"])
    setting = TrainingSetting(
        prepared.at, first, prepared.at, window.seed, zhike.__version__, dataclasses.asdict(window)
    )
    return train(OFFER_CHANCES, lambda _tables, _setting: chances, {"offers": chances.learned}, setting)


def chances_told(prepared: Preparation) -> dict[str, Any] | None:
    """Return what a plan says of the chances behind it, as JSON values; None where none were learnt."""
    record, chances = chances_record(prepared), prepared.chances
    if chances is not None and chances.kept is not None:
        until = {"until": str(chances.until)} if isinstance(chances, OnlineChances) else {}
        return {**chances.kept.told(prepared.policy.kept_chances), **_state_of(chances), **until}
    if record is None or not isinstance(chances, OfferChances | CountedChances):
        return None
    told = {**_told(record), **_state_of(chances)}
    if isinstance(chances, CountedChances):
        return {**told, "active": [[*arm, model.active_] for arm, model in sorted(chances.models.items())]}
    trials = {name: dataclasses.asdict(trial) for name, trial in sorted(chances.models.trials_.items())}
    return {
        **told,
        "segments": {name: {key: _number(value) for key, value in trial.items()} for name, trial in trials.items()},
        "log_likelihood": chances.models.joint_.likelihood_[-1],
    }  # fmt: skip


def _state_of(chances: OfferChances | CountedChances | OnlineChances) -> dict[str, Any]:
    arms = [[*arm, count] for arm, count in sorted(chances.deliveries.items())]
    return {"delivered": arms, STATE: state_sha256(chances.state())}


def _number(value: Any) -> Any:  # noqa: ANN401 - a number or a truth value
    return None if isinstance(value, float) and math.isnan(value) else value
