"""The standing experiment: what the permanent hold-out and exploring show, and what cannot be concluded from them."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from zhike.act.acting import DAY
from zhike.act.first_decisions import first_decisions, standing_since
from zhike.act.live_state import day_of
from zhike.api.asking import AskingOf
from zhike.api.csv_tables import CSV, csv_answer
from zhike.api.description import needs
from zhike.api.experiment_models import ExperimentsBody
from zhike.api.experiment_tables import COLUMNS, contrast_rows
from zhike.api.models import MaybeDay
from zhike.api.operation import current_publication
from zhike.api.rendering import instant
from zhike.core.phrases import phrase
from zhike.core.service_errors import RequestInvalidError
from zhike.measure.standing_experiment import UNREADABLE, read_standing

if TYPE_CHECKING:
    from zhike.measure.standing_experiment import ContrastRead

__all__ = ["MOST_DECISIONS", "experiments", "experiments_table", "router"]

router = APIRouter(prefix="/experiments", tags=["policies"])
_VIEW: Final = "study.view"
MOST_DECISIONS: Final = 100_000
"""The earliest of a period that are looked at: nobody waits longer, and which they are does not hang on their answers."""
_EPOCH: Final = dt.date(1970, 1, 1)
From = Annotated[
    MaybeDay,
    Query(
        alias="from",
        description="First day, in UTC; without it, and never before, that of the policy that is served from.",
    ),
]
Until = Annotated[MaybeDay, Query(description="Last day, in UTC; without it today.")]


@router.get("", response_model=ExperimentsBody, operation_id="experiments", openapi_extra=needs(_VIEW))
def experiments(asking: AskingOf, first: From = None, until: Until = None) -> dict[str, Any]:
    """Return what came of the first decision for each customer, arm by arm, with intervals that may be looked at every day."""
    asking.may(_VIEW)
    current, now = current_publication(asking), asking.service.acting.clock.now()
    with asking.service.acting.store.read() as tx:
        standing = standing_since(tx, current.number)
        last = dt.date.fromisoformat(day_of(now)) if until is None else until
        begun = dt.date.fromisoformat(day_of(standing.since)) if first is None else first
        if begun > last:
            raise RequestInvalidError(
                what=phrase("a period from {first} until {last}", first=begun, last=last),
                expected=phrase("a first day that is not after the last"),
            )
        period = _moment(begun), _moment(last) + DAY
        found = first_decisions(tx, standing, period, now, current.setting.offer_days, MOST_DECISIONS)
    policy = current.setting.policy
    return {
        "publication": current.number, "policy": policy.path, "policy_version": policy.version, "since": instant(standing.since),
        "first_day": str(begun), "last_day": str(last), "decisions": found.decisions,
        "counted_until": None if found.whole else instant(found.until), "customers": len(found.rows), "waiting": found.waiting,
        "answer_days": current.setting.offer_days, "contrasts": [_contrast(one) for one in read_standing(found.rows, policy)],
        "unreadable": [{"contrast": name, "why": why} for name, why in UNREADABLE.items()],
    }  # fmt: skip


@router.get(
    "/contrasts.csv",
    operation_id="experiments_table",
    openapi_extra=needs(_VIEW),
    response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "RFC 4180, UTF-8."}},
)
def experiments_table(asking: AskingOf, first: From = None, until: Until = None) -> Response:
    """Return the contrasts of `experiments` as a file for a spreadsheet."""
    body = experiments(asking, first, until)
    header = [title.in_language(asking.language) for title in COLUMNS.values()]
    return csv_answer(
        f"zhike-experiments-{body['first_day']}-{body['last_day']}", header, contrast_rows(body)
    )


def _moment(day: dt.date) -> int:
    """Return the beginning of a day, in microseconds of UTC."""
    return (day - _EPOCH).days * DAY


def _contrast(one: ContrastRead) -> dict[str, Any]:
    outcomes = [
        {
            **asdict(each),
            "test_share": _share(each.test, one.n_test),
            "control_share": _share(each.control, one.n_control),
        }
        for each in one.outcomes
    ]
    return {
        "contrast": one.name, "test_arm": one.test, "control_arm": one.control, "test_customers": one.n_test,
        "control_customers": one.n_control, "planned_share": one.share, "sample_ratio": one.sample_ratio, "obstacle": one.obstacle,
        "outcomes": outcomes,
    }  # fmt: skip


def _share(yes: int, n: int) -> float | None:
    return yes / n if n else None
