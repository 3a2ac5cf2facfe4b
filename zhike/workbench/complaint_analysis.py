"""Complaints as a whole: what they are about, how that moves, the sector's figures, root causes, equal redress, recovery, the self-rating, the return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.api.complaint_figures import FacetName, analysis, complaint_return, rating, recovery, redress
from zhike.api.complaint_sources import titles_of
from zhike.api.complaints import desk_of
from zhike.api.csv_tables import csv_answer
from zhike.api.models import MaybeDay, Strict
from zhike.core.language import Text
from zhike.measure.complaint_analysis.rating import RATING
from zhike.workbench import formats
from zhike.workbench.rendering import rendered
from zhike.workbench.run_charts import run_chart
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.spans import spans
from zhike.workbench.visitors import asking_to, purpose_for, read_form, visitor_of
from zhike.workbench.words import WORDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking
    from zhike.core.language import Language
    from zhike.workbench.run_charts import RunChart
    from zhike.workbench.spans import Spans

__all__ = ["ROUTES"]

_FIGURES: Final = "complaint.figures"
_FACETS: Final[tuple[FacetName, ...]] = get_args(FacetName)
_FACET: Final = "issue"
_DRAWN: Final = 10
"""Lines of the drawing; the table has all."""
_QUARTERS: Final = 5
_DIFFERS, _CLOSED, _UNEQUAL = "differs", "closed", ("more", "less")
_MOST_CAUSES: Final = 3
"""Causes without work that are named at the top; the table has all."""
_TOGETHER: Final = ("origin", "business", "issue")


class _Chosen(Strict):
    """What the address says."""

    facet: FacetName = _FACET
    first: MaybeDay = None
    until: MaybeDay = None


def _chosen(request: Request) -> _Chosen:
    given = request.query_params
    wanted = given.get("facet", _FACET)
    kept = {"facet": wanted if wanted in _FACETS else _FACET, "first": given.get("from"), "until": given.get("until")}  # fmt: skip
    return read_form(_Chosen, {name: value for name, value in kept.items() if value})


def _query(chosen: _Chosen) -> str:
    """Return facet and period as they stand in an address."""
    said = {"facet": chosen.facet, "from": chosen.first, "until": chosen.until}
    return urlencode({key: str(value) for key, value in said.items() if value is not None})


async def _page(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    chosen = _chosen(request)
    found = await run_in_threadpool(_content, asking_to(visitor.asking, _FIGURES), chosen)
    query = _query(chosen)
    return rendered(
        visitor, "complaint_analysis", here="complaints", part="analysis", back=f"/complaints/analysis?{query}", query=query, facets=_FACETS, **found
    )  # fmt: skip


def _content(asking: Asking, chosen: _Chosen) -> dict[str, Any]:
    found = analysis(asking, chosen.facet, chosen.first, chosen.until)
    names = _Names(asking)
    pareto, trend = found["pareto"], found["trend"]
    coded = [{**one, "title": names.of(pareto["facet"], one["code"])} for one in pareto["items"]]
    today, recovered = asking.service.today(), recovery(asking)
    currency, audit = desk_of(asking).currency, redress(asking)
    series = [] if trend is None else [_series(one, trend, names, asking.language) for one in trend["series"]]
    return {
        "found": found, "attention": list(_attention(found, series, audit, asking)), "figure": formats.figure, "facet": chosen.facet, "items": coded, "drawn": _spanned(coded), "series": series,
        "per": None if trend is None else trend["per"], "expected": 0.0 if trend is None else trend["expected_false"],
        "audit": {**audit, "comparisons": sorted(audit["comparisons"], key=_standing_out)}, "menu": [{**one, "title": names.of("measure", one["measure"])} for one in recovered["measures"]], "recovered": recovered,
        "rated": _rated(asking, chosen), "quarters": _quarters(today), "may_improve": purpose_for(asking.service, asking.actor, "improvement.manage") is not None,
        "amount": lambda value: "–" if value is None else formats.money(value, currency, {}),
    }  # fmt: skip


def _attention(
    found: Mapping[str, Any], series: Sequence[Mapping[str, Any]], audit: Mapping[str, Any], asking: Asking
) -> Iterator[tuple[str, str]]:
    """Yield what asks for somebody: the part of the page that tells it, and a sentence."""

    def said(key: str, **values: object) -> str:
        return WORDS[key].render(asking.language, **values)

    in_time = found["ratios"]["shares"].get("in_time")
    if in_time and in_time["value"] < 1:
        late = round((1 - in_time["value"]) * in_time["of"])
        yield "kpis", said("attention.late", n=formats.number(late), of=formats.number(in_time["of"]))
    for one in series:
        if one["signal"] is not None:
            title = one["title"] or said("whole.all")
            yield "trend", f"{title}{said('colon')}{said('moved.' + one['signal'])}"
    if audit["verdict"] == _DIFFERS:
        yield "audit", said("audit.differs")
    idle = [one for one in found["causes"] if one["complaints"] and not any(work["state"] != _CLOSED for work in one["improvements"])]  # fmt: skip
    for one in idle[:_MOST_CAUSES]:
        yield "causes", said("attention.idle", cause=one["title"], n=formats.number(one["complaints"]))
    if found["pareto"]["rejected"]:
        yield "pareto", said("attention.unmapped", n=formats.number(found["pareto"]["rejected"]))


def _standing_out(comparison: Mapping[str, Any]) -> bool:
    """Return what sorts the comparisons of which a difference is held before all others."""
    return not (comparison["held"] and comparison["verdict"] in _UNEQUAL)


class _Names:
    """What codes are called in the reader's language."""

    def __init__(self, asking: Asking) -> None:
        self._language: Language = asking.language
        self._titles = titles_of(asking.service.rulebook, asking.service.today())

    def of(self, facet: str, code: Any) -> str:  # noqa: ANN401 - one code, or three of all facets
        """Return the title of a code; itself where it has none, as a branch."""
        if isinstance(code, list):
            return " · ".join(self.of(name, one) for name, one in zip(_TOGETHER, code, strict=True))
        title = self._titles.get(facet, {}).get(code)
        return str(code) if title is None else title.in_language(self._language)


def _spanned(items: Sequence[Mapping[str, Any]]) -> Spans | None:
    rows = [(one["title"], {"value": one["share"], "low": one["low"], "high": one["high"]}) for one in items[:_DRAWN]]  # fmt: skip
    return spans(rows, formats.share)


def _series(one: Mapping[str, Any], trend: Mapping[str, Any], names: _Names, language: Language) -> dict[str, Any]:  # fmt: skip
    title = None if one["code"] == "all" else names.of(trend["facet"], one["code"])
    return {**one, "title": title, "drawn": None if one["chart"] is None else _drawn(one, language)}


def _drawn(one: Mapping[str, Any], language: Language) -> RunChart:
    points = one["points"]
    lines = [("usual", [one["centre"]] * len(points)), *((end, [p[end] for p in points]) for end in ("low", "high"))]  # fmt: skip
    since = sum(p["baseline"] for p in points)
    return run_chart(
        [p["period"] for p in points], [p["value"] for p in points], lines, lambda value: formats.rounded(value, None, language),
        [bool(p["rules"]) and not p["baseline"] for p in points], since if since < len(points) else None,
    )  # fmt: skip


def _rated(asking: Asking, chosen: _Chosen) -> dict[str, Any]:
    """Return the self-rating with its words: each element and what it is measured by."""
    found = rating(asking, chosen.first, chosen.until)
    rule = asking.service.rulebook.at(RATING, asking.service.today()).value
    words = {name: Text.of(one).in_language(asking.language) for part in ("elements", "measures") for name, one in rule[part].items()}  # fmt: skip
    deduction = Text.of(rule["deduction"]).in_language(asking.language)
    parts = [
        {**one, "title": words[one["element"]], "measures": [{**m, "title": words[m["measure"]]} for m in found["measures"] if m["element"] == one["element"]]}
        for one in found["elements"]
    ]  # fmt: skip
    return {**found, "elements": parts, "deduction": {**found["deduction"], "title": deduction}}


def _quarters(today: dt.date) -> list[str]:
    """Return this quarter and those before."""
    at = today.year * 4 + (today.month - 1) // 3
    return [f"{one // 4}Q{one % 4 + 1}" for one in range(at, at - _QUARTERS, -1)]


# -- files -----------------------------------------------------------------------------------------------------------------


def _pareto_rows(asking: Asking, chosen: _Chosen) -> Iterator[Sequence[object]]:
    names = _Names(asking)
    pareto = analysis(asking, chosen.facet, chosen.first, chosen.until)["pareto"]
    for one in pareto["items"]:
        code = one["code"]
        yield ["/".join(code) if isinstance(code, list) else code, names.of(pareto["facet"], code), *(one[name] for name in _PARETO[2:])]  # fmt: skip


def _trend_rows(asking: Asking, chosen: _Chosen) -> Iterator[Sequence[object]]:
    trend = analysis(asking, chosen.facet, chosen.first, chosen.until)["trend"]
    for one in () if trend is None else trend["series"]:
        points = {point["period"]: point for point in one["points"]}
        for month, count in zip(trend["months"], one["counts"], strict=True):
            point = points.get(month, {})
            yield [one["code"], month, count, *(point.get(name) for name in ("value", "low", "high"))]


def _redress_rows(asking: Asking, _: _Chosen) -> Iterator[Sequence[object]]:
    for one in redress(asking)["comparisons"]:
        yield [one[name] for name in _REDRESS]


def _recovery_rows(asking: Asking, _: _Chosen) -> Iterator[Sequence[object]]:
    for one in recovery(asking)["measures"]:
        for effect in one["effects"] or [dict.fromkeys(("outcome", "effect", "low", "high", "verdict"))]:
            yield [one[name] for name in _MENU[:8]] + [effect[name] for name in _MENU[8:]]


def _justice_rows(asking: Asking, _: _Chosen) -> Iterator[Sequence[object]]:
    for one in recovery(asking)["justices"]:
        yield [one[name] for name in _JUSTICES]


def _rating_rows(asking: Asking, chosen: _Chosen) -> Iterator[Sequence[object]]:
    for one in rating(asking, chosen.first, chosen.until)["measures"]:
        yield [one["element"], one["measure"], None if one["figure"] is None else one["figure"]["value"], *(one[name] for name in _RATING[3:])]  # fmt: skip


def _reject_rows(asking: Asking, chosen: _Chosen) -> Iterator[Sequence[object]]:
    for one in analysis(asking, chosen.facet, chosen.first, chosen.until)["rejects"]:
        yield [one[name] for name in _REJECTS]


_PARETO: Final = ("code", "title", "count", "share", "low", "high", "cumulative", "best", "worst", "vital")
_TREND: Final = ("code", "month", "count", "value", "low", "high")
_REDRESS: Final = ("attribute", "group", "measure", "held", "cases", "pairs", "difference", "low", "high", "p", "p_adjusted", "detectable", "verdict")  # fmt: skip
_MENU: Final = ("measure", "given", "share", "cost", "paid", "days", "satisfied", "retained", "outcome", "effect", "low", "high", "verdict")  # fmt: skip
_JUSTICES: Final = ("justice", "outcome", "fair", "unfair", "fair_rate", "unfair_rate", "difference", "low", "high", "verdict")  # fmt: skip
_RATING: Final = ("element", "measure", "figure", "points", "low", "high", "most")
_REJECTS: Final = ("case", "facet", "code")
_FILES: Final[Mapping[str, tuple[Sequence[str], Callable[[Asking, _Chosen], Iterator[Sequence[object]]]]]] = {
    "pareto": (_PARETO, _pareto_rows), "trend": (_TREND, _trend_rows), "redress": (_REDRESS, _redress_rows), "recovery": (_MENU, _recovery_rows), "justices": (_JUSTICES, _justice_rows),
    "rating": (_RATING, _rating_rows), "rejects": (_REJECTS, _reject_rows),
}  # fmt: skip


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with a table as a file; its columns are called as the interface calls them."""

    async def file(request: Request) -> Response:
        visitor = await visitor_of(request)
        if visitor.asking is None:
            return to_sign_in(request)
        asking, chosen = asking_to(visitor.asking, _FIGURES), _chosen(request)
        header, rows = _FILES[name]
        return await run_in_threadpool(lambda: csv_answer(f"zhike-complaints-{name}", header, list(rows(asking, chosen))))  # fmt: skip

    return file


async def _return(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asking, quarter = asking_to(visitor.asking, _FIGURES), request.query_params.get("quarter", "")
    return await run_in_threadpool(lambda: complaint_return(asking, quarter))


ROUTES: Final = [
    Route("/complaints/analysis", _page),
    Route("/complaints/analysis/return.csv", _return),
    *(Route(f"/complaints/analysis/{table}.csv", _file(table)) for table in _FILES),
]
