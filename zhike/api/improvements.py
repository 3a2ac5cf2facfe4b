"""The outer loop as staff and machines use it: causes that are put right, where and since when, and what that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import numpy as np
from fastapi import APIRouter, Query

from zhike.act import improvements as engine
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.api.asking import Asking, AskingOf
from zhike.api.description import needs
from zhike.api.improvement_models import (
    ClosingRequest,
    ImprovementBody,
    ImprovementList,
    ImprovementRequest,
    IndicatorBoard,
    Level,
    MeasureRequest,
    StartRequest,
)
from zhike.api.indicator_tables import stored_board, stored_units
from zhike.api.models import Identifier
from zhike.api.rendering import instant
from zhike.core.errors import UsageError
from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.decide.loop_rules import LoopRules
from zhike.measure.effects import Season, drawn_units
from zhike.measure.indicators import indicators_of
from zhike.measure.studies.effect import EffectBounds, EffectModel, Series, effect_of, panel_of, start_of

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["board", "close", "improvement", "improvements", "measure", "plan", "router", "start"]

router = APIRouter(tags=["improvements"])
_VIEW, _MANAGE, _BOARD = "improvement.view", "improvement.manage", "indicator.view"
_BOUNDS: Final = "listening.effects"
_MOST: Final = 500
_TRIAL: Final = "trial"
ImprovementState = Literal["open", "closed"]
State = Annotated[ImprovementState, Query(description="Open ones are planned, running or measured.")]


@router.get(
    "/improvements", response_model=ImprovementList, operation_id="improvements", openapi_extra=needs(_VIEW)
)
def improvements(asking: AskingOf, state: State = "open") -> dict[str, Any]:
    """Return the improvements in a state, at most 500, and the causes that call-backs found with what is done about each."""
    asking.may(_VIEW)
    wanted = [engine.CLOSED] if state == "closed" else [one for one in engine.STATES if one != engine.CLOSED]
    with asking.service.acting.store.read() as tx:
        rows = tx.find("improvements", {"state": wanted}, order=["due_on", "recorded_at"], limit=_MOST)
        found = [row["cause"] for row in tx.find("loops", {"state": "closed"})]
        at_work = [row["cause"] for row in tx.find("improvements") if row["state"] != engine.CLOSED]
    causes = [
        {"cause": name, "title": words.in_language(asking.language), "call_backs": found.count(name), "improvements": at_work.count(name)}
        for name, words in _causes(asking).items()
    ]  # fmt: skip
    return {"improvements": [_body(asking, row) for row in rows], "causes": causes}


@router.get(
    "/improvements/{improvement_id}",
    response_model=ImprovementBody,
    operation_id="improvement",
    openapi_extra=needs(_VIEW),
)
def improvement(improvement_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return an improvement with every step and, once it was measured, what it changed."""
    asking.may(_VIEW)
    with asking.service.acting.store.read() as tx:
        return _body(asking, engine.improvement_row(tx, improvement_id))


@router.post(
    "/improvements",
    response_model=ImprovementBody,
    operation_id="plan_improvement",
    openapi_extra=needs(_MANAGE, keyed=True),
)
def plan(body: ImprovementRequest, asking: AskingOf) -> dict[str, Any]:
    """Plan an improvement: the cause and what shows it, who does what until when, and what is measured again."""
    asking.may(_MANAGE)
    service, actor = asking.service, asking.actor.actor_id
    new = engine.NewImprovement(
        body.title, body.cause,
        engine.Evidence(**{name: tuple(found) for name, found in body.evidence.model_dump().items()}),
        body.action, body.owner, body.due_on, engine.Measure(**body.measure.model_dump()),
    )  # fmt: skip
    if new.measure.indicator is not None:
        _check_indicator(asking, new.measure.indicator, new.measure.level)
    content = {"verb": "plan_improvement", "body": body.model_dump(mode="json")}
    with service.acting.store.write() as tx:

        def do() -> dict[str, Any]:
            engine.check_open_improvement(tx, new, list(_causes(asking)), service.today())
            return _body(asking, engine.do_open_improvement(service.acting, tx, new, actor))

        return once(service.acting, tx, Keyed(actor, asking.key, content), None, do)


@router.post(
    "/improvements/{improvement_id}/start",
    response_model=ImprovementBody,
    operation_id="start_improvement",
    openapi_extra=needs(_MANAGE),
)
def start(improvement_id: Identifier, body: StartRequest, asking: AskingOf) -> dict[str, Any]:
    """Note that an improvement is running; of a trial the units are drawn here, by a hash of the case and each unit's name."""
    asking.may(_MANAGE)
    service = asking.service
    with service.acting.store.write() as tx:
        row = engine.improvement_row(tx, improvement_id)
        treated, comparison = list(body.treated), list(body.comparison)
        drawn = row["measure"]["design"] == _TRIAL
        if drawn:
            treated, comparison = _drawn(improvement_id, treated, comparison, body.share)
        engine.check_start(row, body.start_on, service.today(), (treated, comparison))
        units = {"treated": treated, "comparison": comparison, "drawn": drawn}
        return _body(
            asking, engine.do_start(service.acting, tx, row, body.start_on, units, asking.actor.actor_id)
        )


@router.post(
    "/improvements/{improvement_id}/measure",
    response_model=ImprovementBody,
    operation_id="measure_improvement",
    openapi_extra=needs(_MANAGE),
)
def measure(improvement_id: Identifier, body: MeasureRequest, asking: AskingOf) -> dict[str, Any]:
    """Measure what an improvement changed, from a series handed in or from its indicator in the bank folder, and keep the reading."""
    asking.may(_MANAGE)
    service = asking.service
    with service.acting.store.read() as tx:
        row = engine.improvement_row(tx, improvement_id)
    engine.check_measure(row)
    try:
        effect = _effect(asking, row, body)
    except AnswersError as problem:
        # Whoever calls handed in the series, or asked for one that says too little: it is the request that does not fit.
        raise UsageError(what=problem.data["what"], expected=problem.data["expected"]) from problem
    with service.acting.store.write() as tx:
        row = engine.improvement_row(tx, improvement_id)
        engine.check_measure(row)
        return _body(asking, engine.do_measure(service.acting, tx, row, effect, asking.actor.actor_id))


@router.post(
    "/improvements/{improvement_id}/close",
    response_model=ImprovementBody,
    operation_id="close_improvement",
    openapi_extra=needs(_MANAGE),
)
def close(improvement_id: Identifier, body: ClosingRequest, asking: AskingOf) -> dict[str, Any]:
    """Close an improvement; one that is kept was measured, and is judged by somebody else than its owner."""
    asking.may(_MANAGE)
    service, actor = asking.service, asking.actor.actor_id
    with service.acting.store.write() as tx:
        row = engine.improvement_row(tx, improvement_id)
        engine.check_close_improvement(row, body.outcome, actor)
        return _body(
            asking,
            engine.do_close_improvement(service.acting, tx, row, body.outcome, body.conclusion, actor),
        )


@router.get(
    "/indicators", response_model=IndicatorBoard, operation_id="indicators", openapi_extra=needs(_BOARD)
)
def board(asking: AskingOf, level: Level | None = None) -> dict[str, Any]:
    """Return every indicator on its chart, by level, as of today: of the store's own sheets, complaints, call-backs and offers, and of the bank folder."""
    asking.may(_BOARD)
    asked = indicators_of(asking.service.rulebook, asking.service.today())
    return stored_board(asking, asked, level)


def _causes(asking: Asking) -> Mapping[str, Any]:
    return LoopRules.of(asking.service.rulebook, asking.service.today()).causes


def _check_indicator(asking: Asking, name: str, level: str) -> Any:  # noqa: ANN401 - an Indicator
    """Return an indicator that is in force and is told at a level."""
    known = {one.name: one for one in indicators_of(asking.service.rulebook, asking.service.today())}
    if name not in known:
        raise UsageError(what=phrase("indicator '{name}'", name=name), expected=", ".join(known))
    if level not in known[name].levels:
        raise UsageError(what=phrase("level '{level}'", level=level), expected=", ".join(known[name].levels))
    return known[name]


def _drawn(name: str, treated: list[str], comparison: list[str], share: float) -> tuple[list[str], list[str]]:
    if comparison or len(set(treated)) < 4:  # noqa: PLR2004 - as many as a trial takes
        raise UsageError(
            what=phrase("{count} units to draw from", count=len(set(treated))),
            expected=phrase("four or more under `treated`, and none under `comparison`"),
        )
    drawn = drawn_units(treated, name, share)
    return drawn, sorted(set(treated) - set(drawn))


def _effect(asking: Asking, row: Mapping[str, Any], body: MeasureRequest) -> dict[str, Any]:
    service, said, units = asking.service, row["measure"], row["units"]
    series = _handed_in(body) if body.series is not None else _from_indicator(asking, said)
    begins, washout = start_of(row["start_on"], series)
    model = EffectModel(
        design=said["design"], period="period", value=said["indicator"] or said["said"], size=None, unit=None if series.units == [""] else "unit", start=begins,
        treated=tuple(units["treated"]), comparison=tuple(units["comparison"]), draw=None, slope=body.slope,
        season=None if body.season is None else Season(body.season.period, body.season.waves), washout=washout + body.washout,
        better=said["better"], missing_codes=(), level=None,
    )  # fmt: skip
    bounds = EffectBounds.of(service.rulebook.at(_BOUNDS, service.today()).value)
    return effect_of(model, series, np.random.default_rng(0), bounds)


def _handed_in(body: MeasureRequest) -> Series:
    points = body.series or []
    return panel_of(
        [one.period for one in points], [one.unit or "" for one in points], [one.value for one in points]
    )


def _from_indicator(asking: Asking, said: Mapping[str, Any]) -> Series:
    if said["indicator"] is None:
        raise UsageError(
            what=phrase("no series"), expected=phrase("a series, as no indicator of the rulebook is measured")
        )
    indicator = _check_indicator(asking, said["indicator"], said["level"])
    found = [one for one in stored_units(asking, indicator) if one.level == said["level"]]
    figures = [one.values if one.sizes is None else one.values / one.sizes for one in found]
    return panel_of(
        [period for one in found for period in one.periods],
        [one.name for one in found for _ in one.periods],
        [float(value) for values in figures for value in values],
    )


def _body(asking: Asking, row: Mapping[str, Any]) -> dict[str, Any]:
    causes = _causes(asking)
    title = causes[row["cause"]].in_language(asking.language) if row["cause"] in causes else row["cause"]
    late = row["state"] == engine.PLANNED and row["due_on"] < asking.service.today().isoformat()
    history = [{**step, "at": instant(step["at"])} for step in row["history"]]
    return {**row, "cause_title": title, "overdue": late, "history": history}
