"""The studio of decisions: the bank's models, their cards, and what happened to them; they are changed on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.api.model_registry import model, model_table, models
from zhike.api.model_tables import TABLES
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.decide.contact_trial import ATTRIBUTES
from zhike.learn.model_checks import CHECKED
from zhike.workbench import formats
from zhike.workbench.charts import columns
from zhike.workbench.rendering import heads
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.studio import shown_page
from zhike.workbench.visitors import asking_to, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking
    from zhike.workbench.charts import Chart

__all__ = ["ROUTES"]

_HOME: Final = "/studio/models"
_VIEW: Final = "model.view"
_BY_GROUP: Final = ("auc", "calibration_intercept", "calibration_slope")
"""Figures that are told of every group; the file has them all."""
_SHORT: Final = 8
"""Digits by which a version is shown in tables."""


async def _models(request: Request) -> Response:
    return await shown_page(request, "studio_models", _VIEW, _list_content)


def _list_content(asking: Asking) -> dict[str, Any]:
    """Return the models; None where the server has no bank to keep them."""
    try:
        found = models(asking)["models"]
    except RecordNotFoundError:
        found = None
    return {"models": found, "digits": _SHORT}


async def _model(request: Request) -> Response:
    name, version = request.path_params["model"], request.query_params.get("version")
    return await shown_page(
        request, "studio_model", _VIEW, lambda asking: _card_content(model(name, asking, version))
    )


def _card_content(found: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows; of looks at a version, of which there may be one a night, the history tells the last."""
    card = found["card"]
    names = [row["title"] for row in card["figures"] if row["metric"] in _BY_GROUP]
    groups = [
        {**one, "figures": [row for row in one["figures"] if row["metric"] in _BY_GROUP]}
        for one in card["groups"]
    ]
    last = {one["version"]: one["number"] for one in found["history"] if one["kind"] == CHECKED}
    shown = [
        one for one in found["history"] if one["kind"] != CHECKED or last[one["version"]] == one["number"]
    ]
    return {
        "model": found, "card": card, "history": shown, "names": names, "groups": groups, "digits": _SHORT, "chart": _drawn(card["calibration"]),
        "spared": [one for one in card["contact_effects"] if one["do_not_contact"] and one["attribute"] in ATTRIBUTES],
        "bins": [_told(at, row) for at, row in enumerate(card["calibration"], 1)],
    }  # fmt: skip


def _drawn(bins: list[dict[str, Any]]) -> Chart | None:
    """Return what was expected and observed beside each other, None where nothing was."""
    names = [str(at) for at in range(1, len(bins) + 1)]
    values = [[row[one] for row in bins] for one in ("expected", "observed")]
    return columns(names, values, formats.share) if bins else None


def _told(at: int, row: dict[str, Any]) -> list[str]:
    """Return the cells of one column of the drawing: its number, what was expected, what was observed with its interval."""
    expected, observed = (formats.share(row[one], 1) for one in ("expected", "observed"))
    if row["low"] is not None:
        observed += f" ({formats.share(row['low'], 1)} – {formats.share(row['high'], 1)})"
    return [str(at), expected, observed]


async def _file(request: Request) -> Response:
    """Return a table of a model as a file."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    name, table = (request.path_params[one] for one in ("model", "table"))
    if table not in TABLES:
        raise RecordNotFoundError(what=phrase("table"))
    version = request.query_params.get("version")
    response = await run_in_threadpool(model_table, name, table, asking_to(visitor.asking, _VIEW), version)
    response.headers.update(heads())
    return response


ROUTES: Final = [
    Route(_HOME, _models),
    Route(f"{_HOME}/{{model}}", _model),
    Route(f"{_HOME}/{{model}}/{{table}}.csv", _file),
]
