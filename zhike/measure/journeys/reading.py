"""A version of a journey's document, as the rulebook holds it, into a `Journey`; the first breach is a `RuleError`.

What cannot be a map is refused here: a text that lacks a language, a channel that is not there, a name twice. What can be but should not, such
as a touchpoint that nobody answers for, is found by `zhike.measure.journeys.lint`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.contracts import CHANNELS
from zhike.core.phrases import either, phrase
from zhike.measure.document_parts import (
    checked_keys,
    checked_list,
    checked_name,
    checked_text,
    each_once,
    refused,
)
from zhike.measure.journeys.journey_map import Journey, Need, Stage, Touchpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Version

__all__ = ["FOLDER", "KIND", "read_journey"]

KIND: Final = "journey"
FOLDER: Final = "journeys"
_TOP: Final = ("scale", "overall", "stages", "needs", "preferred", "used", "left")
_STAGE: Final = ("id", "title", "touchpoints", "activities", "unserved")
_TOUCHPOINT: Final = ("id", "title", "channel", "owner", "promise", "often", "metric", "moment_of_truth", "activities")  # fmt: skip
_NEED: Final = ("id", "title", "wanted", "had", "stage")


def read_journey(version: Version) -> Journey:
    """Return the journey that a version of a document holds.

    Raises
    ------
    RuleError
        On the first breach; it names the document, the stage or touchpoint, what was found and what was needed.
    """
    path, value = version.path, version.value
    checked_keys(path, value, ("scale", "overall", "stages"), _TOP)
    stages = tuple(_stage(path, raw) for raw in checked_list(path, "stages", value["stages"]))
    names = [stage.name for stage in stages]
    each_once(path, names)
    each_once(path, [one.name for stage in stages for one in stage.touchpoints])
    needs = tuple(_need(path, raw, names) for raw in value.get("needs") or ())
    each_once(path, [need.name for need in needs])
    return Journey(
        path, stages, str(value["overall"]), version.title, version.first_day, needs, value.get("preferred"),
        value.get("used"), value.get("left"), _scale(path, value["scale"]),
    )  # fmt: skip


def _scale(path: str, raw: Any) -> tuple[float, float]:  # noqa: ANN401 - as the YAML holds it
    checked_keys(path, raw, ("min", "max"), ("min", "max"))
    low, high = raw["min"], raw["max"]
    if not isinstance(low, int | float) or not isinstance(high, int | float) or not low < high:
        raise refused(path, f"{low!r} - {high!r}", phrase("min below max"))
    return float(low), float(high)


def _stage(path: str, raw: Any) -> Stage:  # noqa: ANN401 - as the YAML holds it
    checked_keys(path, raw, ("id", "title"), _STAGE)
    where = f"{path}:{checked_name(path, raw['id'])}"
    points = tuple(_touchpoint(path, one) for one in raw.get("touchpoints") or ())
    return Stage(
        raw["id"], checked_text(where, "title", raw["title"]), points, _activities(where, raw), bool(raw.get("unserved", False))
    )  # fmt: skip


def _touchpoint(path: str, raw: Any) -> Touchpoint:  # noqa: ANN401 - as the YAML holds it
    checked_keys(path, raw, ("id", "title", "channel"), _TOUCHPOINT)
    where = f"{path}:{checked_name(path, raw['id'])}"
    if raw["channel"] not in CHANNELS:
        raise refused(where, phrase("channel '{name}'", name=raw["channel"]), either(CHANNELS))
    often = raw.get("often")
    if often is not None and (isinstance(often, bool) or not isinstance(often, int | float) or often <= 0):
        raise refused(where, f"often {often!r}", phrase("a number above 0"))
    if not isinstance(raw.get("moment_of_truth"), bool | None):
        raise refused(where, f"moment_of_truth {raw['moment_of_truth']!r}", phrase("true or false"))
    return Touchpoint(
        raw["id"], raw["channel"], checked_text(where, "title", raw["title"]), raw.get("owner"), raw.get("promise"),
        often, raw.get("metric"), raw.get("moment_of_truth"), _activities(where, raw),
    )  # fmt: skip


def _activities(where: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, checked_list(where, "activities", raw["activities"]))) if "activities" in raw else ()  # fmt: skip


def _need(path: str, raw: Any, stages: list[str]) -> Need:  # noqa: ANN401 - as the YAML holds it
    checked_keys(path, raw, ("id", "title", "wanted"), _NEED)
    where = f"{path}:{checked_name(path, raw['id'])}"
    if raw.get("stage") is not None and raw["stage"] not in stages:
        raise refused(where, phrase("stage '{name}'", name=raw["stage"]), either(stages))
    return Need(
        raw["id"], str(raw["wanted"]), checked_text(where, "title", raw["title"]), raw.get("had"), raw.get("stage")
    )  # fmt: skip
