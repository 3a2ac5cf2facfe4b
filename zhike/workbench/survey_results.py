"""Results of surveys as pages: who answered, scores, the path model, attributes, waves, and what customers wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.api.models import MaybeDay, Strict
from zhike.api.survey_results import (
    Month,
    TableName,
    attributes,
    journeys,
    model,
    results,
    results_table,
    waves,
)
from zhike.api.survey_words import words
from zhike.measure.results.scores import GROUPINGS
from zhike.workbench import formats
from zhike.workbench.instrument_titles import journeys_known
from zhike.workbench.path_diagram import path_diagram
from zhike.workbench.rendering import heads
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.spans import plane, spans
from zhike.workbench.surveys import RESULTS, WORDS_VERB, shown_part
from zhike.workbench.visitors import asking_to, read_form, visitor_of
from zhike.workbench.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking

__all__ = ["ROUTES"]

_SURE: Final = 0.8
"""Chance of a quadrant from which an attribute is drawn filled."""
_PERCENT: Final = ("share",)
_VERDICTS: Final = ("defect", "misplaced", "sound", "minor", "untold")
"""Of a touchpoint, what asks for work first."""


class _Chosen(Strict):
    """What the address says."""

    version: MaybeDay = None
    first: MaybeDay = None
    until: MaybeDay = None
    score: str = Field(default="", max_length=100)
    by: str = Field(default=GROUPINGS[0], max_length=20)
    before: Month = None
    after: Month = None


class _Table(Strict):
    """Which table is meant."""

    table: TableName


def _chosen(request: Request) -> _Chosen:
    given = dict(request.query_params)
    return read_form(_Chosen, {**given, "first": given.get("from")})


def _query(chosen: _Chosen) -> str:
    """Return the version and the period as they stand in an address."""
    named = {"version": chosen.version, "from": chosen.first, "until": chosen.until}
    return urlencode({name: str(value) for name, value in named.items() if value is not None})


def _name(request: Request) -> str:
    return str(request.path_params["instrument_id"])


async def _results(request: Request) -> Response:
    chosen = _chosen(request)
    return await shown_part(
        request, "survey_results", RESULTS, lambda asking: _results_content(asking, _name(request), chosen)
    )


def _results_content(asking: Asking, name: str, chosen: _Chosen) -> dict[str, Any]:
    found = results(name, asking, chosen.version, chosen.first, chosen.until)
    told = [one for one in found["scores"] if not one["suppressed"]] or found["scores"]
    known = {one["score"]: one for one in found["scores"]}
    score = known.get(chosen.score) or (told[0] if told else None)
    by = chosen.by if chosen.by in GROUPINGS else GROUPINGS[0]
    grouped = next(
        (
            one
            for one in found["groups"]
            if score is not None and (one["score"], one["by"]) == (score["score"], by)
        ),
        None,
    )
    drawn = None
    if grouped is not None and score is not None:
        rows = [
            (_group(by, one["group"], asking), None if one["suppressed"] else one)
            for one in grouped["groups"]
        ]
        whole = score["answered"] and score["answered"]["value"]
        drawn = spans(rows, _teller(score["unit"]), whole)
    return {
        "found": found, "instrument_id": name, "query": _query(chosen), "score": score, "by": by, "groupings": GROUPINGS, "grouped": grouped,
        "drawn": drawn, "tell": _tell,
    }  # fmt: skip


def _group(by: str, group: str, asking: Asking) -> str:
    text = WORDS.get(f"{_KINDS.get(by, by)}.{group}")
    return group if text is None else text.in_language(asking.language)


_KINDS: Final = {"tier": "tier", "mode": "surveymode", "version": "surveyversion"}
"""Kinds of words of groups."""


def _teller(unit: str) -> Callable[[float], str]:
    return lambda value: _tell(value, unit)


def _tell(value: float | None, unit: str) -> str:
    """Return a figure of a score as people read it."""
    if value is None:
        return "–"
    return (
        formats.share(value, 1)
        if unit in _PERCENT
        else formats.number(value, 2 if unit in ("scale", "gap") else 1)
    )


async def _model(request: Request) -> Response:
    chosen = _chosen(request)
    return await shown_part(
        request, "survey_model", RESULTS, lambda asking: _model_content(asking, _name(request), chosen)
    )


def _model_content(asking: Asking, name: str, chosen: _Chosen) -> dict[str, Any]:
    found = model(name, asking, chosen.version, chosen.first, chosen.until)

    def lines(latent: Mapping[str, Any]) -> tuple[str, ...]:
        index = WORDS["result.index_of"].render(
            asking.language, value=formats.number(latent["index"]["value"], 1)
        )
        return (index,) if latent["r2"] is None else (index, f"R² {formats.number(latent['r2']['value'], 2)}")

    def label(path: Mapping[str, Any]) -> str:
        value = formats.number(path["coefficient"]["value"], 2)
        return value if path["told"] else WORDS["result.open_path"].render(asking.language, value=value)

    diagram = path_diagram(found["latents"], found["paths"], lines, label) if found["latents"] else None
    titles = {one["latent"]: one["title"] for one in found["latents"]}
    return {
        "found": found,
        "instrument_id": name,
        "query": _query(chosen),
        "diagram": diagram,
        "titles": titles,
    }


async def _attributes(request: Request) -> Response:
    chosen = _chosen(request)
    return await shown_part(
        request,
        "survey_attributes",
        RESULTS,
        lambda asking: _attributes_content(asking, _name(request), chosen),
    )


def _attributes_content(asking: Asking, name: str, chosen: _Chosen) -> dict[str, Any]:
    found = attributes(name, asking, chosen.version, chosen.first, chosen.until)
    one = found["importance"]
    drawn = None
    if one is not None and one["attributes"]:
        told = (formats.share, lambda value: formats.number(value, 1))
        drawn = plane(one["attributes"], (one["importance_line"], one["performance_line"]), _SURE, told)
    gaps = found["gaps"]
    spanned = None
    if gaps is not None and gaps["dimensions"]:
        spanned = spans([(each["title"], each["gap"]) for each in gaps["dimensions"]], _teller("gap"), 0.0)
    return {
        "found": found,
        "instrument_id": name,
        "query": _query(chosen),
        "drawn": drawn,
        "gaps": spanned,
        "sure": _SURE,
    }


async def _journeys(request: Request) -> Response:
    chosen = _chosen(request)
    return await shown_part(
        request, "survey_journeys", RESULTS, lambda asking: _journeys_content(asking, _name(request), chosen)
    )


def _journeys_content(asking: Asking, name: str, chosen: _Chosen) -> dict[str, Any]:
    found = journeys(name, asking, chosen.version, chosen.first, chosen.until)
    cells = {
        (journey["journey"], stage["stage"], channel): [
            one for one in journey["touchpoints"] if (one["stage"], one["channel"]) == (stage["stage"], channel)
        ]
        for journey in found["journeys"] for stage in journey["stages"] for channel in journey["channels"]
    }  # fmt: skip
    return {
        "found": found, "instrument_id": name, "query": _query(chosen), "cells": cells, "verdicts": _VERDICTS,
        "scales": {one.name: one.scale for one in journeys_known(asking)},
    }  # fmt: skip


async def _waves(request: Request) -> Response:
    chosen = _chosen(request)
    return await shown_part(
        request, "survey_waves", RESULTS, lambda asking: _waves_content(asking, _name(request), chosen)
    )


def _waves_content(asking: Asking, name: str, chosen: _Chosen) -> dict[str, Any]:
    found = waves(name, asking, chosen.version, chosen.first, chosen.until, chosen.before, chosen.after)
    score = next(
        (one for one in found["waves"] if one["score"] == chosen.score),
        found["waves"][0] if found["waves"] else None,
    )
    drawn = None
    if score is not None:
        drawn = spans(
            [(point["wave"], point["estimate"]) for point in score["points"]], _teller(score["unit"])
        )
    titles = {one["score"]: one["title"] for one in found["waves"]}
    return {
        "found": found,
        "instrument_id": name,
        "query": _query(chosen),
        "score": score,
        "drawn": drawn,
        "tell": _tell,
        "titles": titles,
    }


async def _words(request: Request) -> Response:
    chosen, given = _chosen(request), request.query_params
    sought, after = given.get("q", "")[:100], given.get("after") or None
    return await shown_part(
        request, "survey_words", WORDS_VERB,
        lambda asking: {"found": words(_name(request), asking, sought, chosen.version, after), "instrument_id": _name(request), "sought": sought, "query": _query(chosen)},
    )  # fmt: skip


async def _file(request: Request) -> Response:
    """Return one of the tables as a file."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    chosen, table = _chosen(request), read_form(_Table, dict(request.path_params)).table
    asking = asking_to(visitor.asking, RESULTS)
    answer = await run_in_threadpool(
        results_table, _name(request), table, asking, chosen.version, chosen.first, chosen.until
    )
    answer.headers.update(heads())
    return answer


ROUTES: Final = [
    Route("/surveys/{instrument_id}/results", _results),
    Route("/surveys/{instrument_id}/model", _model),
    Route("/surveys/{instrument_id}/attributes", _attributes),
    Route("/surveys/{instrument_id}/journeys", _journeys),
    Route("/surveys/{instrument_id}/waves", _waves),
    Route("/surveys/{instrument_id}/words", _words),
    Route("/surveys/{instrument_id}/{table}.csv", _file),
]
