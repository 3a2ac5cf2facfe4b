"""The ledger's complaints as rows that can be analysed, as they were known at an instant: steps are never changed, so the same instant gives the same rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.act.acting import moment
from zhike.act.complaint_justice import HANDLING, JUSTICES, said_in_survey
from zhike.act.complaint_words import amount_of
from zhike.act.survey_results import known_customers
from zhike.decide.dossier import unpacked
from zhike.decide.inputs import GROUPED_BY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.act.decisions import DecisionDesk
    from zhike.core.ports import Transaction

__all__ = ["SCHEMA", "complaint_register", "state_of_register"]

_PAGE: Final = 500
_DAY: Final = 86_400_000_000
_TOLD: Final = ("inform", "answer_verification", "dismiss", "forward")
_DISPUTED: Final = ("dispute", "verify")
_STAY, _YES, _LEFT = "note_stay", "yes", "inactive"
_MERGED: Final = "merged"
_REGULATOR: Final = "regulator"
_TEXTS: Final = ("case", "received_on", "origin", "business", "issue", "told_on", "closed_on", "cause", "branch", "channel", "outcome", "evidence", "measures", "tier")  # fmt: skip
_NUMBERS: Final = (
    "in_time", "with_proof", "disputed", "reopened", "satisfied", "regulator", "outcome_justice", "procedure_justice", "interaction_justice", "harm",
    "redress", "days", "retained",
)  # fmt: skip
_GROUPS: Final = tuple(name for name in GROUPED_BY if name != "age")
SCHEMA: Final[dict[str, Any]] = {**dict.fromkeys((*_TEXTS, *_GROUPS), pl.String), "age": pl.Float64, **dict.fromkeys(_NUMBERS, pl.Float64)}  # fmt: skip
"""Columns of the register: what `zhike.measure.complaint_analysis` and `zhike.measure.redress` read, and the groups that a customer is of."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What beside the steps is known of complaints: who the customers are, what they said of the handling, what reviewers judged."""

    customers: Mapping[str, Any]
    groups: Mapping[str, Mapping[str, Any]]
    sheets: Mapping[str, list[dict[str, Any]]]
    judged: Mapping[str, dict[str, Any]]
    published_on: str | None
    """Day of the publication by which the groups are known; None where none is active, or it was made later than what is looked at."""


def state_of_register(tx: Transaction) -> tuple[Any, ...]:
    """Return what changes whenever the register does; nothing sealed is opened."""
    tables = ("complaints", "complaint_steps", "complaint_justices", "survey_answers", "erasures", "merges")
    last = tx.find("survey_answers", order=["-changed_at"], limit=1, columns=("changed_at",))
    published = tx.find("publications", {"state": "active"}, columns=("number",))
    return (tx.generation, *(tx.count(name) for name in tables), *(one["changed_at"] for one in last), *(one["number"] for one in published))  # fmt: skip


def complaint_register(tx: Transaction, desk: ComplaintDesk, known_at: int, decisions: DecisionDesk | None = None) -> pl.DataFrame:  # fmt: skip
    """Return a row a complaint that was received by an instant; those that were joined to another are not told apart from it.

    Parameters
    ----------
    tx : Transaction
    desk : ComplaintDesk
    known_at : int
        Microseconds of UTC: later steps, sheets and judgements are not looked at.
    decisions : DecisionDesk, optional
        Whose active publication says of which groups customers are; without it tier and branch alone are known.

    Returns
    -------
    DataFrame
        Columns of `SCHEMA`; null where something is not known, as all that was said is of a customer who was erased.
    """
    said = _said(tx, known_at, decisions)
    rows = [row for page in _pages(tx, known_at) for row in _rows(tx, desk, page, known_at, said)]
    days = dt.timedelta(days=desk.house.recovery["stay_days"])
    heard = [
        {**row, **_heard(row, until, said), "retained": _retained(row, said, days)}
        for row, until in _followed(rows)
    ]
    return pl.DataFrame([tuple(row.get(name) for name in SCHEMA) for row in heard], schema=SCHEMA, orient="row").sort("received_on", "case")  # fmt: skip


def _followed(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int | None]]:
    """Yield each complaint with when the customer was next told of another one: what they say after that is about the other."""
    told: dict[str, list[int]] = {}
    for row in rows:
        if row["told"] is not None:
            told.setdefault(row["customer"], []).append(row["told"])
    for row in rows:
        later = [at for at in told.get(row["customer"], ()) if row["told"] is not None and at > row["told"]]
        yield row, min(later, default=None)


def _pages(tx: Transaction, known_at: int) -> Iterator[list[dict[str, Any]]]:
    after: list[Any] | None = None
    columns = ("complaint_id", "customer_id", "received_at", "recorded_at", "channel", "business", "issue", "regime", "state")  # fmt: skip
    while True:
        page = tx.find("complaints", order=["complaint_id"], after=after, limit=_PAGE, columns=columns)
        yield [row for row in page if row["recorded_at"] <= known_at]
        if len(page) < _PAGE:
            return
        after = [page[-1]["complaint_id"]]


def _rows(tx: Transaction, desk: ComplaintDesk, page: Sequence[dict[str, Any]], known_at: int, said: _Said) -> Iterator[dict[str, Any]]:  # fmt: skip
    names = [row["complaint_id"] for row in page]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for step in tx.find("complaint_steps", {"complaint_id": names}, order=["complaint_id", "number"]) if names else ():  # fmt: skip
        if step["recorded_at"] <= known_at:
            found[step["complaint_id"]].append(step)
    for row in page:
        steps = found[row["complaint_id"]]
        if steps and steps[-1]["to_state"] != _MERGED:
            yield _one(desk, row, steps, said)


def _one(desk: ComplaintDesk, row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], said: _Said) -> dict[str, Any]:  # fmt: skip
    customer = said.customers.get(row["customer_id"])
    assessed = any(one["move"] == "assess" for one in steps)
    return {
        "case": row["complaint_id"], "received_on": _day(desk, row, row["received_at"]), "channel": row["channel"], "regulator": float(row["channel"] == _REGULATOR),
        **_classed(row, steps, assessed=assessed), **_answered(desk, row, steps), **_decided(steps),
        "customer": row["customer_id"], "stayed": _last(steps, (_STAY,), "stayed"), "told": next((one["recorded_at"] for one in steps if one["move"] in _TOLD), None),
        "branch": customer and customer.branch, "tier": customer and customer.tier, **said.groups.get("" if customer is None else customer.customer, {}),
    }  # fmt: skip


def _classed(row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], *, assessed: bool) -> dict[str, Any]:
    """Return the facets as they were said last; of one that nobody assessed yet, as it came in."""
    told = {name: _last(steps, ("assess",), name) for name in ("origin", "business", "issue")}
    if not assessed:
        told |= {name: row[name] for name in ("business", "issue")}
    # What was said is gone with the customer's key; what it was about stays in the complaint's row.
    return {name: told[name] if told[name] is not None else row.get(name) for name in told}


def _last(steps: Sequence[Mapping[str, Any]], moves: Iterable[str], name: str) -> Any:  # noqa: ANN401 - as it was said
    wanted = set(moves)
    said = (one["content"]["given"].get(name) for one in steps if one["move"] in wanted and one["content"] is not None)  # fmt: skip
    return next((value for value in reversed(list(said)) if value is not None), None)


def _answered(
    desk: ComplaintDesk, row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    told = next((one for one in steps if one["move"] in _TOLD), None)
    if told is None:
        return {}
    moves = [one["move"] for one in steps]
    day = _day(desk, row, told["recorded_at"])
    closed = next((one for one in reversed(steps) if one["move"] == "close"), None)
    ended = any(
        not desk.life.is_open(one["to_state"]) for one in steps if one["to_state"] in desk.life.states
    )
    return {
        "told_on": day, "days": (told["recorded_at"] - row["received_at"]) / _DAY, **_proven(told, day), "disputed": float(any(one in moves for one in _DISPUTED)),
        "closed_on": None if closed is None else _day(desk, row, closed["recorded_at"]), "cause": _last(steps, ("close",), "cause"),
        "reopened": float("reopen" in moves) if ended or "reopen" in moves else None,
    }  # fmt: skip


def _proven(told: Mapping[str, Any], day: str) -> dict[str, Any]:
    if told["content"] is None:
        return {}
    due = told["content"]["dues"][0]["legal_due"]
    notice = told["content"]["given"].get("notice") or {}
    return {
        "in_time": None if due is None else float(day <= due),
        "with_proof": float(bool(notice.get("sha256"))),
    }


def _decided(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the customer was told: the decision proposed last before."""
    told = next((place for place in reversed(range(len(steps))) if steps[place]["move"] == "inform"), None)
    if told is None:
        return {}
    redress = _last(steps[:told], ("propose",), "redress")
    return {
        "outcome": _last(steps[:told], ("propose",), "outcome"), "evidence": _last(steps[:told], ("propose",), "evidence"), "harm": _last(steps[:told], ("propose",), "harm"),
        "redress": None if redress is None else float(amount_of(redress)), "measures": None if redress is None else ";".join(sorted({one["kind"] for one in redress})),
    }  # fmt: skip


def _heard(row: Mapping[str, Any], until: int | None, said: _Said) -> dict[str, Any]:
    """Return how fair the handling was: as the customer said, else as a reviewer judged."""
    survey = said_in_survey(said.sheets.get(row["customer"], ()), row["told"], until)
    judged = said.judged.get(row["case"], {}) if survey is None else survey
    fair = {f"{name}_justice": judged.get(name) for name in JUSTICES}
    return {**fair, "satisfied": None if survey is None else survey["satisfied"]}


def _retained(row: Mapping[str, Any], said: _Said, days: dt.timedelta) -> float | None:
    """Return whether the customer stayed: as a person said last, else as the bank serves them so many days after the answer; None where it is not known."""
    if row["stayed"] is not None:
        return float(row["stayed"] == _YES)
    kind = row.get("customer_type")
    if kind is None or said.published_on is None or row.get("told_on") is None:
        return None
    if dt.date.fromisoformat(said.published_on) < dt.date.fromisoformat(row["told_on"]) + days:
        return None
    return float(kind != _LEFT)


def _day(desk: ComplaintDesk, row: Mapping[str, Any], at: int) -> str:
    return str(moment(at).astimezone(desk.zone_of(row)).date())


def _said(tx: Transaction, known_at: int, decisions: DecisionDesk | None) -> _Said:
    known, _ = known_customers(tx, None)
    sheets: dict[str, list[dict[str, Any]]] = {}
    versions = {row["survey"] for row in tx.find("survey_answers", columns=("survey",))}
    handling = sorted(one for one in versions if one.startswith(f"{HANDLING}@"))
    for row in tx.find("survey_answers", {"survey": handling}) if handling else ():
        if row["changed_at"] <= known_at:
            sheets.setdefault(row["customer_id"], []).append(row)
    judged = {
        row["complaint_id"]: row["judged"]
        for row in tx.find("complaint_justices", order=["recorded_at"])
        if row["recorded_at"] <= known_at and row["judged"] is not None
    }
    active = tx.find("publications", {"state": "active"}, limit=1)
    groups = {} if decisions is None or not active else _groups(tx, decisions, active[0]["number"])
    published = active[0]["at"] if active and active[0]["recorded_at"] <= known_at else None
    return _Said(known, groups, sheets, judged, published)


def _groups(tx: Transaction, decisions: DecisionDesk, number: int) -> dict[str, dict[str, Any]]:
    """Return the groups that each customer with a complaint is of, by the active publication."""
    published, found = decisions.published(tx, number), {}
    names = sorted({row["customer_id"] for row in tx.find("complaints", columns=("customer_id",))})
    for start in range(0, len(names), _PAGE):
        page = {"publication": published.number, "customer_id": names[start : start + _PAGE]}
        for row in tx.find("dossiers", page):
            if row["content"] is not None:
                inputs = unpacked(row["content"], published.setting).inputs
                found[row["customer_id"]] = {"age": inputs.get("age"), **{name: inputs.get(name) for name in _GROUPS}}  # fmt: skip
    return found
