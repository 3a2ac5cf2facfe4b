"""The rulebook as it stands: what is in force, on which ground, confirmed or not."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query

from zhike.adapters.rule_files import load_cases
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.models import Name
from zhike.api.oversight_models import RuleBody, RuleList
from zhike.api.places import rulebook_place
from zhike.core.phrases import phrase
from zhike.core.rule_cases import run_case
from zhike.core.rulebook import canonical_json
from zhike.core.service_errors import RecordNotFoundError
from zhike.measure.rule_kinds import READERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhike.api.asking import Asking
    from zhike.core.rulebook import Entry

__all__ = ["router", "rule", "rules"]

router = APIRouter(tags=["audit"])
_VIEW: Final = "policy.view"


@router.get("/rules", response_model=RuleList, operation_id="rules", openapi_extra=needs(_VIEW))
def rules(
    asking: AskingOf,
    text: Annotated[str, Query(max_length=100, description="In path, title, owner or reference.")] = "",
) -> dict[str, Any]:
    """Return the documents of the rulebook as they stand today."""
    asking.may(_VIEW)
    every = (_line(asking, entry) for entry in asking.service.rulebook)
    sought = text.strip().casefold()
    return {"rules": [one for one in every if sought in _searched(one)]}


def _searched(line: Mapping[str, Any]) -> str:
    return " ".join(str(line[name] or "") for name in ("path", "title", "owner", "reference")).casefold()


@router.get("/rules/{rule_path}", response_model=RuleBody, operation_id="rule", openapi_extra=needs(_VIEW))
def rule(rule_path: Name, asking: AskingOf) -> dict[str, Any]:
    """Return a document of the rulebook with all its versions, its cases run today, and the documents that read it."""
    asking.may(_VIEW)
    book = asking.service.rulebook
    entry = book.entries.get(rule_path)
    if entry is None:
        raise RecordNotFoundError(what=phrase("rule"))
    results = [
        run_case(book, rule_path, case, READERS) for case in _cases(rulebook_place()).get(rule_path, ())
    ]
    return {
        **_line(asking, entry),
        "versions": [
            {"first_day": one.first_day, "value": _plain(one.value), "status": one.status, "reference": one.reference.title,
             "href": one.reference.href}
            for one in entry.versions
        ],
        "case_results": [
            {"case": one.name, "at": one.at, "expected": _plain(one.expected), "found": _plain(one.found), "passed": one.passed}
            for one in results
        ],
        "used_by": book.users(rule_path),
    }  # fmt: skip


def _line(asking: Asking, entry: Entry) -> dict[str, Any]:
    version = entry.in_force(asking.service.today())
    return {
        "path": entry.path, "pack": entry.path.rpartition(".")[0], "kind": entry.kind, "title": entry.title.in_language(asking.language),
        "owner": entry.owner, "in_force": version and version.first_day, "status": version and version.status,
        "reference": version and version.reference.title, "last_checked": entry.last_checked,
        "cases": len(_cases(rulebook_place()).get(entry.path, ())),
    }  # fmt: skip


def _plain(value: Any) -> Any:  # noqa: ANN401 - any payload
    """Return a payload as JSON holds it."""
    return json.loads(canonical_json(value))


@cache
def _cases(folder: Path | None) -> Mapping[str, list[Mapping[str, Any]]]:
    """Return the cases of a rulebook that is served; it is read once, as the rulebook is."""
    return load_cases(folder)
