"""Cases of a map, written beside it: what it says of a touchpoint, a stage or the whole on a day, and what the promise behind it is.

A case gives ``touchpoint`` or ``stage``, or neither for the whole, and expects some of these:

===========  ===========================================================================================
of           expect
===========  ===========================================================================================
touchpoint   ``stage``, ``channel``, ``owner``, ``promise``, ``often``, ``metric``, ``moment_of_truth``;
             ``promised``, what the standard says that day
stage        ``touchpoints``, ``unserved``
the whole    ``stages``, ``overall``, ``needs``, ``moments_of_truth``
===========  ===========================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import either, phrase
from zhike.measure.journeys.lint import promised
from zhike.measure.journeys.reading import KIND, read_journey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook, Version
    from zhike.measure.journeys.journey_map import Journey

__all__ = ["READERS"]


def _found(rulebook: Rulebook, version: Version, case: Mapping[str, Any]) -> dict[str, Any]:
    where = phrase("{path} case '{name}'", path=version.path, name=case["name"])
    journey = read_journey(version)
    if "touchpoint" in case:
        known = _touchpoint(journey, str(case["touchpoint"]), where)
        wanted = _wanted(case["expect"], (*known, "promised"), where)
        if "promised" in wanted:
            known["promised"] = promised(rulebook, str(known["promise"]), case["at"])
    elif "stage" in case:
        known = _stage(journey, str(case["stage"]), where)
        wanted = _wanted(case["expect"], known, where)
    else:
        known = {
            "stages": [stage.name for stage in journey.stages], "overall": journey.overall, "needs": [need.name for need in journey.needs],
            "moments_of_truth": [one.name for one in journey.touchpoints if one.moment_of_truth],
        }  # fmt: skip
        wanted = _wanted(case["expect"], known, where)
    return {key: known[key] for key in wanted}


def _touchpoint(journey: Journey, name: str, where: object) -> dict[str, Any]:
    for stage in journey.stages:
        for one in stage.touchpoints:
            if one.name == name:
                return {
                    "stage": stage.name, "channel": one.channel, "owner": one.owner, "promise": one.promise, "often": one.often,
                    "metric": one.metric, "moment_of_truth": one.moment_of_truth,
                }  # fmt: skip
    names = [one.name for one in journey.touchpoints]
    raise RuleError(what=phrase("touchpoint '{name}'", name=name), path=where, expected=either(names))


def _stage(journey: Journey, name: str, where: object) -> dict[str, Any]:
    for stage in journey.stages:
        if stage.name == name:
            return {"touchpoints": [one.name for one in stage.touchpoints], "unserved": stage.unserved}
    names = [stage.name for stage in journey.stages]
    raise RuleError(what=phrase("stage '{name}'", name=name), path=where, expected=either(names))


def _wanted(expect: Any, known: Any, where: object) -> list[str]:  # noqa: ANN401 - as the YAML holds it
    if not isinstance(expect, dict) or not set(expect) <= set(known):
        raise RuleError(what=phrase("expect {expect!r}", expect=expect), path=where, expected=either(known))
    return list(expect)


READERS: Final = {KIND: _found}
"""What `zhike.core.rule_cases.run_case` is handed to run the cases of journeys."""
