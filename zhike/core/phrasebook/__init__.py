"""The phrases of errors in simplified and traditional Chinese, by their English."""

from __future__ import annotations

from typing import Final

from zhike.core.phrasebook import (
    act,
    adapters,
    answers,
    api,
    cli,
    complaints,
    core,
    deadlines,
    decide,
    evaluation,
    govern,
    journeys,
    know,
    lab,
    learn,
    measure,
    models,
    observe,
    shared,
    store,
    surveys,
)

__all__ = ["PARTS", "PHRASEBOOK"]

PARTS: Final = (
    act,
    adapters,
    answers,
    api,
    cli,
    complaints,
    core,
    deadlines,
    decide,
    evaluation,
    govern,
    journeys,
    know,
    lab,
    learn,
    measure,
    models,
    observe,
    shared,
    store,
    surveys,
)
"""By the layer that says it."""

PHRASEBOOK: Final[dict[str, tuple[str, str]]] = {
    phrase: texts for part in PARTS for phrase, texts in part.PHRASES.items()
}
"""Each phrase once, whichever layer says it."""
