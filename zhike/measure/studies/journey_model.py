"""Which column of answers and events plays which part in the measurement of a journey; see docs/reference/measure.md for the keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhike.core.contracts import CHANNELS
from zhike.core.phrases import either, phrase
from zhike.measure.journeys.journey_map import Journey, Need, Stage, Touchpoint
from zhike.measure.studies.event_log import EventColumns
from zhike.measure.studies.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["JOURNEY_RULES", "JourneyModel", "Thresholds"]

JOURNEY_RULES: Final = "listening.journey_verdicts"
_KEYS: Final = (
    "map", "overall", "overall_scale", "scale", "stages", "touchpoints", "needs", "left", "preferred", "used", "person", "sheet", "events",
    "importance", "importance_scale", "cross", "target", "cuts", "least", "weight", "missing_codes", "level",
)  # fmt: skip
_TOUCHPOINT: Final = (
    "stage",
    "channel",
    "column",
    "stated",
    "activities",
    "moment_of_truth",
    "owner",
    "promise",
    "often",
)
_STAGE: Final = ("activities",)
_NEED: Final = ("wanted", "had", "stage")
_CROSSES: Final = ("grand_mean", "median")
_SCALE: Final = (1.0, 5.0)


class Thresholds(NamedTuple):
    """When a verdict is told: the dated rule `JOURNEY_RULES`; ``cuts`` and ``green`` are parts of the scale."""

    chance: float
    least: int
    sides: int
    cuts: tuple[float, float]
    green: float
    missing: dict[str, float]
    forced: float
    open_days: float

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Thresholds:
        """Return the thresholds that a version of the rule holds."""
        plain = {key: value[key] for key in cls._fields if key != "cuts"}
        return cls(**plain, cuts=(value["cuts"]["low"], value["cuts"]["high"]))


@dataclass(frozen=True, slots=True)
class JourneyModel:
    """A journey with its columns.

    Parameters
    ----------
    journey : Journey
        Of the rulebook, with the columns that the model names in place of its questions; or as the model has it.
    weight : str, optional
        Column of what each person counts.
    stated : dict of str to str
        Columns of stated importance by touchpoint; for all of them, or none: then importance is derived.
    scales : tuple
        Of ratings, of the overall score, of stated importance.
    cuts : tuple of float, optional
        Highest rating that is low, lowest that is high; those of the rules unless given.
    """

    journey: Journey
    stated: dict[str, str]
    scales: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
    cross: str
    target: float | None
    cuts: tuple[float, float] | None
    least: int | None
    person: str | None
    sheet: str | None
    events: EventColumns
    missing_codes: tuple[float | str, ...]
    level: float
    weight: str | None = None

    @classmethod
    def of(cls, document: object, name: str, journey: Journey | None = None) -> JourneyModel:
        """Return the model that a document describes, on a map of the rulebook where one is given.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles({} if document is None and journey is not None else document, name, _KEYS)
        given = {one: _touchpoint(raw, name) for one, raw in _entries(roles, "touchpoints", needed=journey is None).items()}  # fmt: skip
        chosen = _mapped(roles, journey, given) if journey else _inline(roles, name, given)
        chosen = replace(
            chosen,
            left=roles.optional_text("left") or chosen.left,
            preferred=roles.optional_text("preferred") or chosen.preferred,
            used=roles.optional_text("used") or chosen.used,
        )
        scale = roles.scale("scale", chosen.scale or _SCALE)
        cuts = roles.part("cuts", ("low", "high")) if "cuts" in roles.given else None
        return cls(
            chosen, _stated(roles, chosen, given),
            (scale, roles.scale("overall_scale", scale), roles.scale("importance_scale", scale)),
            roles.choice("cross", _CROSSES), roles.number("target", 0.0) if "target" in roles.given else None,
            None if cuts is None else (cuts.number("low", float("nan")), cuts.number("high", float("nan"))),
            int(roles.number("least", 1, least=2)) if "least" in roles.given else None,
            roles.optional_text("person"), roles.optional_text("sheet"),
            EventColumns.of(roles.given.get("events"), name), roles.codes(), roles.level(),
            roles.optional_text("weight"),
        )  # fmt: skip


def _entries(roles: Roles, key: str, *, needed: bool) -> dict[str, Any]:
    return dict(roles.entries(key)) if needed or key in roles.given else {}


def _touchpoint(raw: object, name: str) -> Roles:
    return Roles({"column": raw} if isinstance(raw, str) else raw, name, _TOUCHPOINT)


def _mapped(roles: Roles, journey: Journey, given: Mapping[str, Roles]) -> Journey:
    """Return a map of the rulebook whose touchpoints are rated by the columns that a model names."""
    known = [one.name for one in journey.touchpoints]
    odd = next((one for one in given if one not in known), None)
    if odd is not None:
        raise roles.refused(phrase("touchpoint '{name}'", name=odd), phrase("touchpoints of the map: {names}", names=", ".join(known)))  # fmt: skip
    stages = tuple(
        replace(stage, touchpoints=tuple(_changed(one, given.get(one.name)) for one in stage.touchpoints))
        for stage in journey.stages
    )
    needs = _needs(roles) or journey.needs
    return replace(journey, stages=stages, needs=needs, overall=roles.optional_text("overall") or journey.overall)  # fmt: skip


def _changed(one: Touchpoint, given: Roles | None) -> Touchpoint:
    if given is None:
        return one
    return replace(
        one,
        metric=given.optional_text("column") or one.metric,
        activities=_activities(given) or one.activities,
    )


def _inline(roles: Roles, name: str, given: Mapping[str, Roles]) -> Journey:
    """Return the journey that a model describes itself."""
    named = _stage_names(roles)
    points = [_point(roles, one, raw) for one, raw in given.items()]
    order = dict.fromkeys([*named, *(stage for stage, _ in points)])
    odd = next((stage for stage in order if named and stage not in named), None)
    if odd is not None:
        raise roles.refused(phrase("stage '{name}'", name=odd), phrase("stages of the model: {names}", names=", ".join(named)))  # fmt: skip
    stages = tuple(
        Stage(stage, None, tuple(one for at, one in points if at == stage), named.get(stage, ())) for stage in order
    )  # fmt: skip
    return Journey(name, stages, roles.text("overall"), needs=_needs(roles))


def _stage_names(roles: Roles) -> dict[str, tuple[str, ...]]:
    """Return stages with the activities in them that belong to no touchpoint; a stage is its name, or a name with ``activities``."""
    found: dict[str, tuple[str, ...]] = {}
    raw = roles.given.get("stages", [])
    if not isinstance(raw, list):
        raise roles.refused(phrase("'{value}' under '{key}'", value=raw, key="stages"), phrase("a list of stages"))  # fmt: skip
    for one in raw:
        whole = one if isinstance(one, dict) else {one: None}
        for stage, inner in whole.items():
            found[str(stage)] = _activities(Roles(inner, roles.name, _STAGE)) if inner is not None else ()
    return found


def _point(roles: Roles, name: str, raw: Roles) -> tuple[str, Touchpoint]:
    channel = raw.text("channel")
    if channel not in CHANNELS:
        raise roles.refused(phrase("channel '{name}'", name=channel), either(CHANNELS))
    flag = raw.given.get("moment_of_truth")
    if not isinstance(flag, bool | None):
        raise roles.refused(phrase("'{value}' under '{key}'", value=flag, key="moment_of_truth"), phrase("true or false"))  # fmt: skip
    often = raw.number("often", 0.0, least=0.0) if "often" in raw.given else None
    return raw.text("stage"), Touchpoint(
        name, channel, None, raw.optional_text("owner"), raw.optional_text("promise"), often,
        raw.optional_text("column") or name, flag, _activities(raw),
    )  # fmt: skip


def _activities(roles: Roles) -> tuple[str, ...]:
    found = roles.given.get("activities")
    return (found,) if isinstance(found, str) else roles.texts("activities", needed=False)


def _needs(roles: Roles) -> tuple[Need, ...]:
    found = []
    for name, raw in _entries(roles, "needs", needed=False).items():
        part = Roles({"wanted": raw} if isinstance(raw, str) else raw, roles.name, _NEED)
        found.append(
            Need(name, part.text("wanted"), None, part.optional_text("had"), part.optional_text("stage"))
        )
    return tuple(found)


def _stated(roles: Roles, journey: Journey, given: Mapping[str, Roles]) -> dict[str, str]:
    """Return columns of stated importance, where they are what is asked for."""
    columns = {name: column for name, raw in given.items() if (column := raw.optional_text("stated"))}
    whole = len(columns) == len(journey.touchpoints)
    if roles.choice("importance", ("derived", "stated")) == "derived":
        return {}
    if not whole:
        raise roles.refused(
            phrase("a touchpoint without a column of stated importance"),
            phrase("one for each, or `importance: derived`"),
        )
    return columns
