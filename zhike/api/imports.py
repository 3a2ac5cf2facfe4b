"""What was loaded into the bank, the rows that were rejected, and their corrections, run beside the calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query
from starlette.responses import Response

from zhike.act.correction_runs import correction_run, correction_runs, do_hand_in
from zhike.act.requests import Request as Keyed
from zhike.act.requests import known_answer, once
from zhike.adapters.reject_runs import COLUMNS, CORRECTED, parse_corrections
from zhike.api.asking import AskingOf
from zhike.api.csv_tables import CSV, csv_answer, unguarded
from zhike.api.description import needs
from zhike.api.import_models import CorrectionRunBody, CorrectionsRequest, ImportList, RejectList
from zhike.api.models import Identifier
from zhike.api.rendering import cursor, instant, position
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.rejects import REJECT_REASONS
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.masking import WITHHELD, mask
from zhike.observe.rejection import REJECTS, rejected_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhike.adapters.bank import Bank
    from zhike.adapters.bank_place import BankPlace
    from zhike.adapters.reject_runs import Correction
    from zhike.api.asking import Asking
    from zhike.api.service import Service
    from zhike.core.language import Language
    from zhike.govern.roles import Permission

__all__ = ["FILE_COLUMNS", "correct_rejects", "imports", "rejects", "rejects_file", "router", "show_run"]

router = APIRouter(prefix="/imports", tags=["imports"])
_VIEW, _CORRECT = "import.view", "import.correct"
_WHAT: Final = "import"
FILE_COLUMNS: Final = (*COLUMNS, "code", "meaning", "needed", "remedy")
"""Of the file of rejects: it is filled in and handed in as it is."""
_CLASSES: Final = {column.name: column.personal for column in REJECTS.columns}
_MOST: Final = 200
_NAME: Final = "corrections"
_Size = Annotated[int, Query(ge=1, le=_MOST)]
_After = Annotated[str | None, Query(max_length=500, description="The value of 'next' of the page before.")]


@router.get("", response_model=ImportList, operation_id="imports", openapi_extra=needs(_VIEW))
def imports(asking: AskingOf) -> dict[str, Any]:
    """Return what was loaded, table by table, how much of it was rejected and why, and the latest runs of corrected rows."""
    asking.may(_VIEW)
    service, language = asking.service, asking.language
    with service.acting.store.read() as tx:
        runs = [_run_body(row, language) for row in correction_runs(tx)]
    if service.bank is None:
        return {"bank": None, "imports": [], "runs": runs}
    bank = service.bank.open()
    head = {name: getattr(bank.manifest, name) for name in ("name", "source", "timezone", "currency")}
    return {"bank": head, "imports": _imports(bank, language), "runs": runs}


def _imports(bank: Bank, language: Language) -> list[dict[str, Any]]:
    tables, rejected = bank.manifest.tables, bank.manifest.rejects
    ever, still = (
        rejected_rows(found).collect().to_dicts() for found in (bank.rejects(), bank.open_rejects())
    )
    return [
        {
            "import_id": name, "rows": tables[name].rows if name in tables else 0,
            "loads": sum(part.rows > 0 for part in tables[name].files) if name in tables else 0,
            "rejected": sum(one["rows"] for one in ever if one["table"] == name),
            "open": sum(one["rows"] for one in still if one["table"] == name),
            "reasons": [
                {**_reason(one["code"], language), "rows": one["rows"]} for one in still if one["table"] == name
            ],
        }
        for name in dict.fromkeys([*tables, *rejected])
    ]  # fmt: skip


@router.get(
    "/{import_id}/rejects",
    response_model=RejectList,
    operation_id="rejects",
    openapi_extra=needs(_VIEW, conflicting=True),
)
def rejects(
    import_id: Identifier, asking: AskingOf, limit: _Size = 50, after: _After = None
) -> dict[str, Any]:
    """Return a page of what an import rejected and nobody has corrected, cell by cell."""
    permission = asking.may(_VIEW)
    frame = _open_rejects(asking.service, import_id)
    if after is not None:
        number, table = position(after)
        if table != import_id:
            raise UsageError(
                what=phrase("a cursor of something else"), expected=phrase("the value of 'next' of this list")
            )
        frame = frame.filter(pl.col("number") > number)
    rows = frame.head(limit).to_dicts()
    more = frame.height > limit
    return {
        "rejects": [_reject(row, permission, asking) for row in rows],
        "next": cursor([rows[-1]["number"], import_id]) if more else None,
    }


@router.get(
    "/{import_id}/rejects.csv", operation_id="rejects_file", openapi_extra=needs(_VIEW, conflicting=True), response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "RFC 4180, UTF-8."}},
)  # fmt: skip
def rejects_file(import_id: Identifier, asking: AskingOf) -> Response:
    """Return the rejected cells that can be corrected as a file, whose column value is to be filled in and handed in again."""
    permission = asking.may(_VIEW)
    told = (
        _reject(row, permission, asking)
        for row in _open_rejects(asking.service, import_id).iter_rows(named=True)
    )
    rows = ({**one, "table": import_id, "value": _sent(one)} for one in told if one["correctable"])
    return csv_answer("rejects", FILE_COLUMNS, ([row[name] for name in FILE_COLUMNS] for row in rows))  # fmt: skip


@router.post(
    "/{import_id}/corrections", response_model=CorrectionRunBody, status_code=202, operation_id="correct_rejects",
    openapi_extra=needs(_CORRECT, keyed=True),
)  # fmt: skip
def correct_rejects(import_id: Identifier, body: CorrectionsRequest, asking: AskingOf) -> dict[str, Any]:
    """Hand in corrected cells of rejected rows; the rows run through the same import once more, beside the calls."""
    asking.may(_CORRECT)
    acting, actor = asking.service.acting, asking.actor.actor_id
    content = {"verb": "correct_rejects", "import": import_id, "body": body.model_dump(mode="json")}
    keyed = Keyed(actor, asking.key, content)
    with acting.store.read() as tx:  # asked again later, the rows may be rejected no longer
        known = known_answer(tx, keyed)
    if known is not None:
        return known
    values = _values(_open_rejects(asking.service, import_id), import_id, body.csv)
    with acting.store.write() as tx:

        def do() -> dict[str, Any]:
            return _run_body(do_hand_in(acting, tx, import_id, values, actor), asking.language)

        return once(acting, tx, keyed, None, do)


@router.get(
    "/{import_id}/corrections/{run_id}",
    response_model=CorrectionRunBody,
    operation_id="correction_run",
    openapi_extra=needs(_VIEW),
)
def show_run(import_id: Identifier, run_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return how far a run of corrected rows is, and what came of it."""
    asking.may(_VIEW)
    with asking.service.acting.store.read() as tx:
        return _run_body(correction_run(tx, import_id, run_id), asking.language)


def _open_rejects(service: Service, name: str) -> pl.DataFrame:
    """Return what an import rejected and nobody has corrected, each with its number.

    Raises
    ------
    StateConflictError
        When the server knows no bank.
    RecordNotFoundError
        When nothing was loaded into a table of that name.
    """
    bank = _known(service.bank).open()
    if name not in {*bank.manifest.tables, *bank.manifest.rejects}:
        raise RecordNotFoundError(what=_WHAT)
    return bank.open_rejects(name, numbered=True)


def _known(place: BankPlace | None) -> BankPlace:
    if place is None:
        raise StateConflictError(
            what=phrase("a server that was started without a bank"), expected="`zhike serve --bank BANK`"
        )
    return place


def _reject(row: Mapping[str, Any], permission: Permission, asking: Asking) -> dict[str, Any]:
    """Return a reject as somebody may see it; what was found may be anybody's data, whatever its column should hold."""
    names = ("found", "row")
    seen = mask(
        {name: row[name] for name in names}, _CLASSES, permission.highest_class, asking.service.masking()
    )
    cells = _cells(row["row"])
    same = ("number", "source_file", "line", "column", "needed")
    return {
        **{name: row[name] for name in same}, **_reason(row["code"], asking.language), "found": seen["found"],
        "row": seen["row"] if seen["row"] == WITHHELD or cells is None else cells, "correctable": _correctable(row),
    }  # fmt: skip


def _cells(text: str | None) -> dict[str, Any] | None:
    """Return the cells of a row; None where it was rejected as a whole."""
    try:
        found = json.loads(text or "")
    except json.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _sent(one: Mapping[str, Any]) -> str:
    """Return what a file of rejects says of a cell: as the source wrote it, where its column is called as the contract calls it."""
    cells = one["row"]
    found = cells[one["column"]] if isinstance(cells, dict) and one["column"] in cells else one["found"]
    return "" if found is None else str(found)


def _correctable(row: Mapping[str, Any]) -> bool:
    own = not row["source_file"].endswith(CORRECTED)
    return own and row["line"] is not None and bool(row["column"]) and _cells(row["row"]) is not None


def _reason(code: str, language: Language) -> dict[str, str]:
    reason = REJECT_REASONS[code]
    return {
        "code": code,
        "meaning": reason.meaning.in_language(language),
        "remedy": reason.remedy.in_language(language),
    }


def _values(frame: pl.DataFrame, name: str, text: str) -> list[dict[str, Any]]:
    """Return the cells of a file of corrections that are to be changed.

    Raises
    ------
    UsageError
        When the file is none, is about another table or a row that was not rejected, or changes nothing.
    """
    known, places = {}, set()
    for row in frame.iter_rows(named=True):
        place = row["source_file"], row["line"]
        known[(*place, row["column"])] = _sent({**row, "row": _cells(row["row"])})
        places |= {place} if _correctable(row) else set()
    wanted = [_checked(one, name, places) for one in parse_corrections(text.encode(), _NAME)]
    changed = [
        one
        for one in wanted
        if one["value"] not in (known.get((one["source_file"], one["line"], one["column"])), WITHHELD)
    ]
    if not changed:
        raise UsageError(
            what=phrase("no cell with another value"), expected=phrase("corrections of one cell at least")
        )
    return changed


def _checked(one: Correction, name: str, places: Iterable[tuple[str, int]]) -> dict[str, Any]:
    place = one.place
    if place.table != name or (place.source_file, place.line) not in places:
        raise UsageError(
            what=phrase(
                "line {line} of '{source_file}' ({table})",
                line=place.line,
                source_file=place.source_file,
                table=place.table,
            ),
            expected=phrase(
                "a row of '{name}' that was rejected for one of its cells and is not corrected", name=name
            ),
        )
    value = unguarded(one.value)
    return {"source_file": place.source_file, "line": place.line, "column": one.column, "value": value}


def _run_body(row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    result = row["result"] or {}
    failed = row["state"] == "failed"
    still = [
        {**one, "meaning": _reason(one["code"], language)["meaning"]} for one in result.get("rejected", ())
    ]
    content = row["content"]
    return {
        "run_id": row["job_id"], "import_id": content["table"], "state": row["state"], "rows": content["rows"], "cells": content["cells"],
        "actor": row["actor"], "recorded_at": instant(row["recorded_at"]), "ended_at": instant(result.get("ended_at")), "rejected": still,
        **{name: result.get(name) for name in ("added", "identical", "still")},
        "problem": "; ".join(result["told"][language].values()) if failed else None,
    }  # fmt: skip
