"""Results of surveys: figures about many people, each with its interval, of no single customer anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from fastapi import APIRouter, Query, Response

from zhike.api.asking import AskingOf
from zhike.api.csv_tables import CSV, csv_answer
from zhike.api.description import needs
from zhike.api.hearing import RESULTS, hearing
from zhike.api.instruments import VersionDay
from zhike.api.models import MaybeDay, Name
from zhike.api.result_bodies import attributes_body, journeys_body, model_body, results_body, waves_body
from zhike.api.result_models import AttributesBody, JourneysBody, ModelResult, ResultsBody, WavesBody
from zhike.api.result_tables import TABLES
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError

if TYPE_CHECKING:
    from zhike.api.hearing import Hearing

__all__ = ["attributes", "journeys", "model", "results", "results_table", "router", "waves"]

router = APIRouter(prefix="/instruments/{instrument_id}", tags=["surveys"])
From = Annotated[
    MaybeDay,
    Query(alias="from", description="First day of the sheets that count; without it, of the version."),
]
Until = Annotated[MaybeDay, Query(description="Last day; without it today.")]
Month = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{4}-[0-9]{2}$", description="Such as 2026-04; the last two unless given."),
]
TableName = Literal[
    "scores",
    "groups",
    "quotas",
    "response",
    "margins",
    "questions",
    "late",
    "paths",
    "latents",
    "importance",
    "gaps",
    "kano",
    "waves",
    "modes",
    "touchpoints",
]
assert get_args(TableName) == tuple(TABLES)  # noqa: S101 - the description names those that there are
_MODEL, _JOURNEYS = "model", "journeys"


@router.get(
    "/results", response_model=ResultsBody, operation_id="survey_results", openapi_extra=needs(RESULTS)
)
def results(
    instrument_id: Name, asking: AskingOf, version: VersionDay = None, first: From = None, until: Until = None
) -> dict[str, Any]:
    """Return who answered, scores as answered and for all customers, by group where enough answered, early and late answers."""
    return results_body(hearing(asking, instrument_id, version, first, until), asking.language)


@router.get("/model", response_model=ModelResult, operation_id="survey_model", openapi_extra=needs(RESULTS))
def model(
    instrument_id: Name, asking: AskingOf, version: VersionDay = None, first: From = None, until: Until = None
) -> dict[str, Any]:
    """Return the path model of an instrument that has one, fitted to the sheets, or how many it needs."""
    of = hearing(asking, instrument_id, version, first, until)
    if _MODEL not in of.form.parts:
        raise RecordNotFoundError(what=phrase("path model of this questionnaire"))
    return model_body(of, asking.language)


@router.get(
    "/attributes",
    response_model=AttributesBody,
    operation_id="survey_attributes",
    openapi_extra=needs(RESULTS),
)
def attributes(
    instrument_id: Name, asking: AskingOf, version: VersionDay = None, first: From = None, until: Until = None
) -> dict[str, Any]:
    """Return importance and performance, gaps after SERVQUAL and categories after Kano, as far as the instrument has their form."""
    return attributes_body(hearing(asking, instrument_id, version, first, until), asking.language)


@router.get(
    "/journeys", response_model=JourneysBody, operation_id="survey_journeys", openapi_extra=needs(RESULTS)
)
def journeys(
    instrument_id: Name,
    asking: AskingOf,
    version: VersionDay = None,
    first: From = None,
    until: Until = None,
) -> dict[str, Any]:
    """Return the journeys that an instrument rates: touchpoints by reach, importance and experience, and what is missing."""
    return _journeys(hearing(asking, instrument_id, version, first, until), asking)


def _journeys(of: Hearing, asking: AskingOf) -> dict[str, Any]:
    if _JOURNEYS not in of.form.parts:
        raise RecordNotFoundError(what=phrase("journey that this questionnaire rates"))
    return journeys_body(of, asking.language)


@router.get("/waves", response_model=WavesBody, operation_id="survey_waves", openapi_extra=needs(RESULTS))
def waves(
    instrument_id: Name,
    asking: AskingOf,
    version: VersionDay = None,
    first: From = None,
    until: Until = None,
    before: Month = None,
    after: Month = None,
) -> dict[str, Any]:
    """Return scores month by month, two months compared with whoever answered both counted once, and what differs by mode."""
    return waves_body(hearing(asking, instrument_id, version, first, until), before, after, asking.language)


@router.get(
    "/tables/{table}.csv",
    operation_id="survey_table",
    openapi_extra=needs(RESULTS),
    response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "RFC 4180, UTF-8."}},
)
def results_table(
    instrument_id: Name,
    table: TableName,
    asking: AskingOf,
    version: VersionDay = None,
    first: From = None,
    until: Until = None,
) -> Response:
    """Return one of the tables of results as a file for a spreadsheet."""
    of, chosen = hearing(asking, instrument_id, version, first, until), TABLES[table]
    body = _body(of, chosen.part, asking)
    header = [title.in_language(asking.language) for title in chosen.columns.values()]
    name = instrument_id.lower().replace(":", "-").lstrip("._-")
    return csv_answer(f"zhike-{name}-{table}-{of.last}", header, chosen.rows(body))


def _body(of: Hearing, part: str, asking: AskingOf) -> dict[str, Any]:
    if part == _MODEL and _MODEL not in of.form.parts:
        raise RecordNotFoundError(what=phrase("path model of this questionnaire"))
    if part == "waves":
        return waves_body(of, None, None, asking.language)
    if part == _JOURNEYS:
        return _journeys(of, asking)
    ways = {"results": results_body, _MODEL: model_body, "attributes": attributes_body}
    return ways[part](of, asking.language)
