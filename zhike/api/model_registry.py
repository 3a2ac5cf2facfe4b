"""The models that the bank keeps: which there are, the card of a version, and what happened to them. They are changed on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args

from fastapi import APIRouter, Query, Response

from zhike.act.acting import moment
from zhike.adapters.model_registry import LATEST
from zhike.api.asking import AskingOf
from zhike.api.csv_tables import CSV, csv_answer
from zhike.api.description import needs
from zhike.api.model_tables import COLUMNS, TABLES, table_rows
from zhike.api.registry_models import ModelBody, ModelList, ModelName
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.decide.contact_effects import group_words
from zhike.learn.champion import GateReading
from zhike.learn.model_card import METRIC_WORDS, PROBABILITY
from zhike.learn.model_checks import ALARM_WORDS
from zhike.learn.model_summary import STEP_WORDS, summary_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.adapters.model_registry import ModelRegistry
    from zhike.api.asking import Asking
    from zhike.core.language import Language
    from zhike.learn.model_card import ModelCard
    from zhike.learn.model_checks import ModelCheck
    from zhike.learn.model_history import ModelStep
    from zhike.learn.model_metrics import Estimate

__all__ = ["model", "model_table", "models", "router"]

router = APIRouter(prefix="/models", tags=["models"])
_VIEW: Final = "model.view"
_Version = Annotated[
    str | None,
    Query(
        pattern=r"^(latest|[0-9a-f]{4,64})$",
        description="A version or the beginning of one, or latest; the one in force where none is named, or else the latest.",
    ),
]
TableName = Literal["figures", "calibration", "contacts", "history"]
assert get_args(TableName) == tuple(TABLES)  # noqa: S101 - the description names those that there are


@router.get("", response_model=ModelList, operation_id="models", openapi_extra=needs(_VIEW))
def models(asking: AskingOf) -> dict[str, Any]:
    """Return the models of the bank: versions, which is in force and since when, the open proposal."""
    asking.may(_VIEW)
    registry, now = _registry(asking), moment(asking.service.acting.clock.now())
    return {"models": [summary_of(name, registry.history(name), now) for name in registry.names()]}


@router.get("/{model_id}", response_model=ModelBody, operation_id="model", openapi_extra=needs(_VIEW))
def model(model_id: ModelName, asking: AskingOf, version: _Version = None) -> dict[str, Any]:
    """Return a model with the card of one version and everything that happened to it."""
    asking.may(_VIEW)
    registry, language = _registry(asking), asking.language
    history = registry.history(model_id)
    # The latest is shown where none is in force yet: somebody has to see it before they approve it.
    shown = registry.version_of(model_id, version or registry.champion(model_id) or LATEST)
    return {
        **summary_of(model_id, history, moment(asking.service.acting.clock.now())), "version": shown,
        "card": _card(registry.card(model_id, shown), language), "check": _check(registry.last_check(model_id, shown), language),
        "history": [_step(step, language) for step in history],
    }  # fmt: skip


@router.get(
    "/{model_id}/{table}.csv",
    operation_id="model_table",
    openapi_extra=needs(_VIEW),
    response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "RFC 4180, UTF-8."}},
)
def model_table(
    model_id: ModelName, table: TableName, asking: AskingOf, version: _Version = None
) -> Response:
    """Return one of the tables of `model` as a file for a spreadsheet."""
    body = model(model_id, asking, version)
    header = [COLUMNS[column].in_language(asking.language) for column in TABLES[table]]
    return csv_answer(f"zhike-{model_id}-{body['version'][:8]}-{table}", header, table_rows(table, body))


def _registry(asking: Asking) -> ModelRegistry:
    if asking.service.bank is None:
        raise RecordNotFoundError(
            what=phrase("registry of models; a server that is started with `zhike serve --bank BANK` has one")
        )
    return asking.service.bank.models()


def _card(card: ModelCard, language: Language) -> dict[str, Any]:
    origin = card.provenance.to_dict()
    tables = [{"table": name, **table} for name, table in origin["tables"].items()]
    return {
        "kind": card.kind, "purpose": card.purpose.in_language(language), "measured": card.measured,
        "limits": [limit.in_language(language) for limit in card.limits], "figures": _figures(card.metrics, language),
        "groups": [_group(group, language) for group in card.groups], "calibration": list(card.calibration),
        "features": [profile.feature for profile in card.profiles if profile.feature != PROBABILITY],
        "contact_effects": [_contact(one, language) for one in card.contact_effects],
        "origin": {**origin, "tables": tables},
    }  # fmt: skip


def _contact(one: Mapping[str, Any], language: Language) -> dict[str, Any]:
    attribute, group = (word.in_language(language) for word in group_words(one["attribute"], one["group"]))
    told = {name: value for name, value in one.items() if name != "error"}
    return {**told, "attribute_title": attribute, "group_title": group}


def _check(found: ModelCheck | None, language: Language) -> dict[str, Any] | None:
    if found is None:
        return None
    told = found.to_dict()
    alarms = [{**one, "title": ALARM_WORDS[one["kind"]].in_language(language)} for one in told["alarms"]]
    return {**told, "alarms": sorted(alarms, key=lambda one: not one["raised"])}


def _group(group: Mapping[str, Any], language: Language) -> dict[str, Any]:
    same = ("attribute", "group", "cases", "events")
    return {**{name: group[name] for name in same}, "figures": _figures(group["metrics"], language)}


def _figures(found: Mapping[str, Estimate], language: Language) -> list[dict[str, Any]]:
    return [
        {"metric": name, "title": METRIC_WORDS[name].in_language(language), **estimate._asdict()}
        for name, estimate in found.items()
    ]


def _step(step: ModelStep, language: Language) -> dict[str, Any]:
    found = step.evidence.get("reading")
    reading = None if found is None else GateReading.of(found).to_dict()
    same = ("number", "kind", "version", "reason", "hash")
    return {
        **{name: getattr(step, name) for name in same}, "at": step.at.isoformat(), "actors": list(step.actors),
        "title": STEP_WORDS[step.kind].in_language(language), "proposal": step.evidence.get("proposal"), "reading": reading,
    }  # fmt: skip
