"""Rounds that ask customers, as a page: waves with response and reach, and each round with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.routing import Route

from zhike.api.survey_rounds import survey_rounds
from zhike.workbench.instrument_titles import instrument_title
from zhike.workbench.surveys import RESULTS, shown_part

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking

__all__ = ["ROUTES"]


async def _page(request: Request) -> Response:
    return await shown_part(request, "survey_rounds", RESULTS, _content)


def _content(asking: Asking) -> dict[str, Any]:
    found = survey_rounds(asking)
    names = {one["instrument"] for one in found["rounds"] if one["instrument"] is not None}
    return {"found": found, "titles": {name: instrument_title(asking, name) for name in names}}


ROUTES: Final = [Route("/surveys/rounds", _page)]
