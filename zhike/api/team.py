"""The figures of a branch and of its staff."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args

from fastapi import APIRouter, Query, Response

from zhike.act.acting import ACTIVE
from zhike.act.day_lines import task_title
from zhike.act.days import bank_day
from zhike.act.team_book import team_book
from zhike.api.asking import Asking, AskingOf
from zhike.api.csv_tables import CSV, csv_answer
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.rendering import instant
from zhike.api.team_models import TeamBody
from zhike.api.team_tables import TABLES, Table
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.govern.roles import permitted_scope
from zhike.measure.attainment import attained
from zhike.measure.team import Load, hand_overs, loads, reasons, refusals, summed

if TYPE_CHECKING:
    from zhike.act.team_book import TeamBook
    from zhike.core.language import Language
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Permission
    from zhike.measure.attainment import Attainment
    from zhike.measure.team import Reason, Refusal

__all__ = ["MOST_DAYS", "USUAL_DAYS", "router", "team", "team_table"]

router = APIRouter(prefix="/team", tags=["team"])
_VIEW: Final = "team.view"
_WORDS: Final = "C2"
"""Class of what staff and customers said."""
USUAL_DAYS: Final = 28
MOST_DAYS: Final = 366
_MOST_REASONS: Final = 200
TableName = Literal["staff", "standards", "hand_overs", "refusals", "reasons"]
Branch = Annotated[
    Identifier | None,
    Query(description="The caller's own unless it is named; who has none: the first by name."),
]
Days = Annotated[int, Query(ge=1, le=MOST_DAYS, description="Of the window, which ends yesterday.")]
assert get_args(TableName) == tuple(TABLES)  # noqa: S101 - the description names those that there are


@router.get("", response_model=TeamBody, operation_id="team", openapi_extra=needs(_VIEW))
def team(asking: AskingOf, branch: Branch = None, days: Days = USUAL_DAYS) -> dict[str, Any]:
    """Return how a branch and its staff serve its customers: service standards, load, hand-overs, refusals; of no customer anything."""
    service = asking.service
    with service.acting.store.read() as tx:
        chosen, permission, branches = _chosen(asking, tx, branch)
        today = bank_day(service.desk, tx)
        book = team_book(service.desk, tx, service.rulebook, chosen, days, today)
        if not book.staff and not book.customers:
            raise RecordNotFoundError(what=phrase("branch"))
        found = refusals(book)
        words = reasons(tx, found, _MOST_REASONS) if permission.shows(_WORDS) else None
        current, _ = service.desk.dossiers(tx, ())
    return {
        "branch": chosen, "branches": branches, "publication": None if current is None else current.number, **_window(book),
        **_work(book), "attained": [_attained(one) for one in attained(book)], "hand_overs": [asdict(one) for one in hand_overs(book)],
        "refusals": [{**asdict(one), "title": _title(book, one, asking.language)} for one, _ in found],
        "reasons": None if words is None else [_reason(book, one, asking.language) for one in words],
    }  # fmt: skip


@router.get(
    "/{table}.csv",
    operation_id="team_table",
    openapi_extra=needs(_VIEW),
    response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "RFC 4180, UTF-8."}},
)
def team_table(
    table: TableName, asking: AskingOf, branch: Branch = None, days: Days = USUAL_DAYS
) -> Response:
    """Return one of the tables of a branch as a file for a spreadsheet."""
    body = team(asking, branch, days)
    chosen: Table = TABLES[table]
    rows = chosen.rows(body)
    if rows is None:
        raise RecordNotFoundError(what=phrase("table"))
    header = [title.in_language(asking.language) for title in chosen.columns.values()]
    return csv_answer(f"zhike-team-{table}-{body['date']}", header, rows)


def _chosen(asking: Asking, tx: Transaction, asked: str | None) -> tuple[str, Permission, list[str]]:
    """Return the branch that is meant, what the caller may see of it, and which others they may."""
    service, actor = asking.service, asking.actor
    staff = tx.find("staff", {"state": ACTIVE}, columns=("branch",))
    known = sorted({row["branch"] for row in staff if row["branch"] is not None})
    chosen = asked or actor.branch or next(iter(known), None)
    if permitted_scope(service.access, actor, _VIEW, asking.purpose, service.today()) is None:
        asking.may(_VIEW)  # refused as such: there is no branch of which they may see it
    permission = service.permitted(actor, _VIEW, asking.purpose, ("", chosen), phrase("branch"))
    if chosen is None:
        raise RecordNotFoundError(what=phrase("branch"))
    seen = [one for one in known if service.permission(actor, _VIEW, asking.purpose, ("", one)).allowed]
    return chosen, permission, seen


# -- told --------------------------------------------------------------------------------------------------------------


def _window(book: TeamBook) -> dict[str, Any]:
    day = dt.timedelta(days=1)
    return {
        "date": str(book.today), "as_of": None if book.setting is None else str(book.setting.at), "days": book.days,
        "window_from": str(book.before + day), "window_to": str(book.today - day),
        "standards": [{"tier": tier, **asdict(one)} for tier, one in book.standards.tiers.items()],
    }  # fmt: skip


def _work(book: TeamBook) -> dict[str, Any]:
    found = loads(book)
    return {
        "total": asdict(summed(found.values())), "nobody": asdict(found.get(None, Load())),
        "staff": [{"staff_id": staff_id, "name": name, **asdict(found[staff_id])} for staff_id, name in book.staff.items()],
    }  # fmt: skip


def _attained(one: Attainment) -> dict[str, Any]:
    (low, high), change = one.now.interval, one.change or (None, None, None)
    return {
        "standard": one.standard, "level": one.level, "staff_id": one.staff_id, "tier": one.tier, "met": one.now.met,
        "cases": one.now.cases, "share": one.now.value, "low": low, "high": high, "target": one.target, "verdict": one.verdict,
        "met_before": None if one.before is None else one.before.met, "cases_before": None if one.before is None else one.before.cases,
        "change": change[0], "change_low": change[1], "change_high": change[2], "direction": one.direction,
    }  # fmt: skip


def _title(book: TeamBook, refusal: Refusal, language: Language) -> str:
    """Return what was refused in the caller's language: the title of the action, else of the task."""
    template = refusal.what.partition(":")[0]
    found = None if book.setting is None else book.setting.titles.get(template)
    if found is not None:
        return found.in_language(language)
    return task_title(refusal.kind).in_language(language) if refusal.source == "task" else template


def _reason(book: TeamBook, one: Reason, language: Language) -> dict[str, Any]:
    return {
        "at": instant(one.at), "who": one.refusal.who, "staff_id": one.refusal.staff_id,
        "title": _title(book, one.refusal, language), "words": one.words,
    }  # fmt: skip
