"""Indicators by level of the bank: each unit on its chart, its signal in words, and the way to an improvement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.api.improvement_models import Level
from zhike.api.improvements import board
from zhike.workbench.formats import figure, share
from zhike.workbench.rendering import rendered
from zhike.workbench.run_charts import run_chart
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import asking_to, one_of, purpose_for, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking
    from zhike.workbench.run_charts import RunChart

__all__ = ["ROUTES"]

_VIEW: Final = "indicator.view"
_LEVELS: Final[tuple[Level, ...]] = get_args(Level)
_MOST: Final = 12
"""Units of an indicator that are drawn; the others stand in the table."""


async def _page(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    level = one_of(_LEVELS, request.query_params.get("level"))
    found = await run_in_threadpool(_content, asking_to(visitor.asking, _VIEW), level)
    return rendered(
        visitor,
        "indicators",
        here="indicators",
        back=f"/indicators?level={level}",
        level=level,
        levels=_LEVELS,
        **found,
    )


def _content(asking: Asking, level: Level) -> dict[str, Any]:
    found = board(asking, level)
    # What gives a signal first: that is what somebody looks for.
    told = sorted(
        (_indicator(one, asking) for one in found["indicators"]),
        key=lambda one: all(unit.get("signal") is None for unit in one["units"]),
    )
    may_improve = purpose_for(asking.service, asking.actor, "improvement.manage") is not None
    return {"board": found, "indicators": told, "may_improve": may_improve}


def _indicator(indicator: Mapping[str, Any], asking: Asking) -> dict[str, Any]:
    told = _in_words(indicator)
    # Signals first: that is what somebody looks for.
    units = sorted(
        indicator["units"], key=lambda one: (one.get("signal") is None, one["chart"] is None, one["name"])
    )
    drawn = [one for one in units if one["chart"] is not None][:_MOST]
    return {
        **indicator, "title": indicator["title"][asking.language], "units": units, "told": told,
        "charts": [(one, _chart(one, told)) for one in drawn], "outside": _outside(indicator),
    }  # fmt: skip


def _in_words(indicator: Mapping[str, Any]) -> Callable[[float], str]:
    return share if indicator["measure"] == "share" else figure


def _chart(unit: Mapping[str, Any], told: Callable[[float], str]) -> RunChart:
    points = unit["points"]
    lines = [
        ("usual", [unit["centre"]] * len(points)),
        *((end, [one[end] for one in points]) for end in ("low", "high")),
    ]
    since = sum(one["baseline"] for one in points)
    return run_chart(
        [one["period"][:7] for one in points], [one["value"] for one in points], lines, told,
        [bool(one["rules"]) and not one["baseline"] for one in points], since if since < len(points) else None,
    )  # fmt: skip


def _outside(indicator: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the units that lie outside of the funnel of their level."""
    return [
        {**unit, "period": one["period"], "centre": one["centre"]}
        for one in indicator["funnels"]
        for unit in one["units"]
        if unit["position"] != "inside"
    ]


ROUTES: Final = [Route("/indicators", _page)]
