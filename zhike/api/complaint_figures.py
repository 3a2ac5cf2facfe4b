"""Figures of complaints over HTTP: what they are about and how that moves, the self-rating, equal redress, recovery, the supervisor's return."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar

from fastapi import APIRouter, Query, Response

from zhike.act.acting import microseconds
from zhike.act.complaint_justice import JUSTICES
from zhike.act.complaint_register import state_of_register
from zhike.act.complaints import complaint_row, steps_of
from zhike.api.asking import Asking, AskingOf
from zhike.api.complaint_figure_models import AnalysisBody, AuditBody, CaseRecovery, RatingBody, RecoveryBody
from zhike.api.complaint_returns import return_of
from zhike.api.complaint_sources import (
    analysis_rules,
    audit_rules,
    codes_of,
    house_figures,
    rated,
    recovery_rules,
    size_of,
    stored_cases,
    titles_of,
)
from zhike.api.csv_tables import CSV
from zhike.api.description import needs
from zhike.api.models import Identifier, MaybeDay, MaybeInstant
from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RequestInvalidError
from zhike.measure.complaint_analysis import Register, complaint_ratios, pareto, trends
from zhike.measure.complaint_analysis.pareto import JOINED
from zhike.measure.redress import RedressCases, chosen_recovery, recovery_menu, redress_audit
from zhike.measure.scores.estimate import mean_estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.adapters.answer_files import Answers
    from zhike.core.ports import Transaction
    from zhike.measure.complaint_analysis import Size

__all__ = [
    "analysis", "complaint_return", "rating", "recovery", "recovery_of", "redress", "router",
]  # fmt: skip

router = APIRouter(tags=["complaints"])
Answer = TypeVar("Answer")
_FIGURES, _SEE = "complaint.figures", "case.view"
_COMPLAINT: Final = phrase("complaint")
_PERIOD: Final = 365
"""Days that count where nothing is said."""
FacetName = Literal["origin", "business", "issue", "cause", "branch", "facets"]
From = Annotated[MaybeDay, Query(alias="from", description="First day of receipt that counts; without it a year before the last.")]  # fmt: skip
Until = Annotated[MaybeDay, Query(description="Last day of receipt that counts; without it today.")]


@dataclass(frozen=True, slots=True)
class _Base:
    """What figures are computed from: the complaints of the store, read once and remembered until something changes."""

    asking: Asking
    answers: Answers
    size: Size
    improvements: list[dict[str, Any]]

    @property
    def today(self) -> dt.date:
        """Today."""
        return self.asking.service.today()

    def register(self) -> Register:
        """Return the whole register."""
        return Register.of(self.answers, codes_of(self.asking.service.rulebook, self.today))

    def audit(self) -> dict[str, Any]:
        """Return the comparison of redress; refused where the complaints do not tell enough for one."""
        rules = audit_rules(self.asking.service.rulebook, self.today)
        cases = RedressCases.of(self.answers, rules.by)
        try:
            return redress_audit(cases, rules)
        except AnswersError:
            head = {"level": rules.level, "power": rules.power, "cases": len(cases), "left_out": dict(cases.left_out)}  # fmt: skip
            return {**head, "tests": 0, "comparisons": [], "verdict": "refused"}

    def menu(self) -> dict[str, Any]:
        """Return the menu of recovery with its effects."""
        book = self.asking.service.rulebook
        measures = tuple(book.at("complaints.redress", self.today).value)
        return recovery_menu(RedressCases.of(self.answers, ()), measures, recovery_rules(book, self.today))


def _remembered(asking: Asking, tx: Transaction, what: tuple[Any, ...], make: Callable[[_Base], Answer]) -> Answer:  # fmt: skip
    service, today = asking.service, asking.service.today()
    changed = tx.find("improvements", order=["-changed_at"], limit=1, columns=("changed_at",))
    state = (*state_of_register(tx), today, *(one["changed_at"] for one in changed))

    def base() -> _Base:
        answers = stored_cases(tx, service.rulebook, today, service.acting.clock.now(), service.desk)
        return _Base(asking, answers, size_of(tx), tx.find("improvements"))

    return service.remembered_results.get(
        ("complaints", *what),
        state,
        lambda: make(service.remembered_results.get(("complaints", "base"), state, base)),
    )


@router.get(
    "/analysis/complaints",
    response_model=AnalysisBody,
    operation_id="complaint_analysis",
    openapi_extra=needs(_FIGURES),
)
def analysis(
    asking: AskingOf, facet: FacetName = "issue", first: From = None, until: Until = None
) -> dict[str, Any]:
    """Return what complaints are about, how that moves, the sector's figures, root causes with what is done about them, and the three justices."""
    asking.may(_FIGURES)
    days = _days(asking, first, until)
    with asking.service.acting.store.read() as tx:
        found = _remembered(asking, tx, ("analysis", facet, *days), lambda base: _analysis(base, facet, days))
    return {**found, "causes": _causes(asking, found["causes"])}


def _days(asking: Asking, first: dt.date | None, until: dt.date | None) -> tuple[dt.date, dt.date]:
    last = asking.service.today() if until is None else until
    begins = last - dt.timedelta(days=_PERIOD - 1) if first is None else first
    if begins > last:
        raise RequestInvalidError(
            what=phrase("a period from {first} until {last}", first=begins, last=last),
            expected=phrase("a first day that is not after the last"),
        )
    return begins, last


def _analysis(base: _Base, facet: str, days: tuple[dt.date, dt.date]) -> dict[str, Any]:
    rules = analysis_rules(base.asking.service.rulebook, base.today)
    whole = base.register()
    part = whole.within(*days)
    customers = base.size.customers
    moving = (
        None if facet == JOINED else trends(whole.within(None, days[1]), facet, rules, days[1], customers)
    )
    counted = dict(part.table["cause"].drop_nulls().value_counts().iter_rows())
    return {
        "first": days[0], "last": days[1], "ratios": complaint_ratios(whole, base.size, *days, rules), "pareto": pareto(part, facet, rules), "trend": moving,
        "causes": {"counted": counted, "improvements": base.improvements}, "justice": [_justice(part, name) for name in JUSTICES], "rejects": part.rejects,
    }  # fmt: skip


def _justice(register: Register, name: str) -> dict[str, Any]:
    known = register.table[f"{name}_justice"].drop_nulls().to_numpy()
    if len(known) < 2:  # noqa: PLR2004 - no interval of one
        return {"justice": name, "cases": len(known), "mean": None, "low": None, "high": None}
    found = mean_estimate(known)
    return {"justice": name, "cases": len(known), "mean": found.value, "low": found.low, "high": found.high}


def _causes(asking: Asking, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the causes of closed complaints and of improvements, the most frequent first."""
    titles = titles_of(asking.service.rulebook, asking.service.today())["cause"]
    counted, at_work = found["counted"], found["improvements"]
    names = [name for name in titles if name in counted or any(one["cause"] == name for one in at_work)]
    rows = [
        {
            "cause": name, "title": titles[name].in_language(asking.language), "complaints": counted.get(name, 0),
            "improvements": [{key: one[key] for key in ("improvement_id", "title", "state", "effect")} for one in at_work if one["cause"] == name],
        }
        for name in names
    ]  # fmt: skip
    return sorted(rows, key=lambda one: -one["complaints"])


@router.get(
    "/analysis/complaints/rating",
    response_model=RatingBody,
    operation_id="complaint_rating",
    openapi_extra=needs(_FIGURES),
)
def rating(asking: AskingOf, first: From = None, until: Until = None) -> dict[str, Any]:
    """Return the self-rating of consumer protection from live figures; what nothing measures stays open, and the result is a range."""
    asking.may(_FIGURES)
    days = _days(asking, first, until)
    with asking.service.acting.store.read() as tx:
        return _remembered(asking, tx, ("rating", *days), lambda base: _rating(base, days))


def _rating(base: _Base, days: tuple[dt.date, dt.date]) -> dict[str, Any]:
    book, register = base.asking.service.rulebook, base.register()
    ratios = complaint_ratios(register, base.size, *days, analysis_rules(book, base.today))
    house = house_figures(book, base.today, base.improvements, base.audit())
    return rated(book, base.today, ratios, register.within(*days).table, house, {})


@router.get(
    "/analysis/complaints/redress",
    response_model=AuditBody,
    operation_id="redress_audit",
    openapi_extra=needs(_FIGURES),
)
def redress(asking: AskingOf) -> dict[str, Any]:
    """Return whether equal harm got equal redress in every tier and group, by matched pairs."""
    asking.may(_FIGURES)
    with asking.service.acting.store.read() as tx:
        return _remembered(asking, tx, ("redress",), _Base.audit)


@router.get(
    "/analysis/complaints/recovery",
    response_model=RecoveryBody,
    operation_id="recovery_menu",
    openapi_extra=needs(_FIGURES),
)
def recovery(asking: AskingOf) -> dict[str, Any]:
    """Return what each measure of recovery cost, how fast it was, and what it changed."""
    asking.may(_FIGURES)
    with asking.service.acting.store.read() as tx:
        return _remembered(asking, tx, ("recovery",), _Base.menu)


@router.get(
    "/analysis/complaints/return.csv",
    operation_id="complaint_return",
    openapi_extra=needs(_FIGURES),
    response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "RFC 4180, UTF-8."}},
)
def complaint_return(
    asking: AskingOf,
    quarter: Annotated[str, Query(pattern=r"^[1-9][0-9]{3}-?[Qq][1-4]$", description="Such as 2026Q3.")],
    known_at: Annotated[
        MaybeInstant, Query(description="As the store knew it then; now unless given.")
    ] = None,
) -> Response:
    """Return the supervisor's quarterly return as a file: the same bytes for the same instant and rules; its hash is in the head ``X-Content-SHA256``."""
    asking.may(_FIGURES)
    service, today = asking.service, asking.service.today()
    at = service.acting.clock.now() if known_at is None else microseconds(known_at)
    with service.acting.store.read() as tx:
        answers = stored_cases(tx, service.rulebook, today, at, None)
    register = Register.of(answers, codes_of(service.rulebook, today))
    found = return_of(register, quarter, service.rulebook, today)
    heads = {
        "Content-Disposition": f'attachment; filename="zhike-complaints-{found.quarter.lower()}.csv"', "Cache-Control": "no-store",
        "X-Content-SHA256": found.sha256,
    }  # fmt: skip
    return Response(found.content, media_type=CSV, headers=heads)


@router.get(
    "/complaints/{complaint_id}/recovery",
    response_model=CaseRecovery,
    operation_id="complaint_recovery",
    openapi_extra=needs(_SEE),
)
def recovery_of(complaint_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return what is owed to whoever complained, and what past cases show to be worth its cost beyond; the one is never weighed against the other."""
    service = asking.service
    with service.acting.store.read() as tx:
        known = tx.one("complaints", complaint_id=complaint_id)
        asking.may_with(_SEE, tx, "" if known is None else known["customer_id"], _COMPLAINT)
        steps = steps_of(tx, complaint_row(tx, complaint_id)["complaint_id"])
        menu = _remembered(asking, tx, ("recovery",), _Base.menu)
    said = [
        one["content"]["given"] for one in steps if one["move"] == "propose" and one["content"] is not None
    ]
    facts = {name: said[-1].get(name) if said else None for name in ("outcome", "evidence", "harm")}
    effects = [effect for one in menu["measures"] for effect in one["effects"]]
    found = chosen_recovery(facts, effects, recovery_rules(service.rulebook, service.today()))
    titles = titles_of(service.rulebook, service.today())["measure"]
    return {**found, "titles": {name: text.in_language(asking.language) for name, text in titles.items()}}
