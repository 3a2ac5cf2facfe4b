"""What those who control look at: whether customers are served alike, what they agree to, what is known of them, what threatens them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query

from zhike.act.acting import DAY
from zhike.act.consent_counts import count_consents
from zhike.act.emergency import state_of
from zhike.act.publication_survey import survey
from zhike.act.publications import active_publication
from zhike.act.security_record import security_record
from zhike.act.served_customers import MEASURES, served_customers
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.oversight_models import ConsentCountsBody, FairnessBody, KnowledgeBody, SecurityBody
from zhike.api.rendering import instant, masked_row
from zhike.api.trail import entry_body, event_text
from zhike.core.decision_tables import DecisionTable
from zhike.core.phrases import phrase
from zhike.core.service_errors import NotServingError
from zhike.decide.inputs import GROUPED_BY
from zhike.know.features import FEATURES
from zhike.measure.fairness import REASONS, group_reasons, group_shares
from zhike.measure.group_changes import AGE_BAND
from zhike.measure.shares import LEVEL

if TYPE_CHECKING:
    import polars as pl

    from zhike.act.consent_counts import ConsentCounts
    from zhike.act.publication_survey import Survey
    from zhike.api.asking import Asking
    from zhike.core.language import Language
    from zhike.core.ports import Transaction

__all__ = ["consent_counts", "fairness", "knowledge", "router", "security"]

router = APIRouter(tags=["audit"])
_FIGURES, _TRAIL = "metrics.view", "audit.view"
_AGE_BANDS, _LEAST = "fairness.age_band", "fairness.least_group"
_GROUPS: Final = (AGE_BAND, *(name for name in GROUPED_BY if name != "age"))
_MOST_REASONS: Final = 30
_MOST_ANSWERS: Final = 100_000
_MEANINGS: Final = {feature.name: feature.meaning for feature in FEATURES}
_SEEN: Final = "C2"
Days = Annotated[int, Query(ge=1, le=366, description="How far back.")]


@router.get("/fairness", response_model=FairnessBody, operation_id="fairness", openapi_extra=needs(_FIGURES))
def fairness(
    asking: AskingOf,
    days: Days = 90,
    most: Annotated[
        int, Query(ge=1, le=200_000, description="Decisions that are looked at, the newest first.")
    ] = 20_000,
) -> dict[str, Any]:
    """Return which share of each group was decided for, offered something and approached, and what stands against whom, with intervals.

    Twenty thousand decisions take about three seconds.
    """
    asking.may(_FIGURES)
    service, now = asking.service, asking.service.acting.clock.now()
    rules, today = service.rulebook, service.today()
    with service.acting.store.read() as tx:
        found = served_customers(service.desk, tx, now - days * DAY, now + 1, most)
        titles = _titles(asking, tx)
    least = int(rules.at(_LEAST, today).value)
    bands = DecisionTable.of(rules.at(_AGE_BANDS, today)).expressions()[AGE_BAND]
    customers = found.customers.with_columns(bands.alias(AGE_BAND))
    return {
        "since": instant(found.since), "until": instant(now), "decisions": found.decisions, "whole": found.whole,
        "everybody": found.everybody, "erased": found.erased, "least": least, "level": LEVEL,
        "groups": group_shares(customers, _GROUPS, MEASURES, least), "reasons": _reasons(customers, least, titles),
    }  # fmt: skip


def _titles(asking: Asking, tx: Transaction) -> dict[str, str]:
    """Return what each condition of the active publication is called."""
    row = active_publication(tx)
    if row is None:
        return {}
    conditions = asking.service.desk.published(tx, row["number"]).setting.judge.conditions
    return {one.code: one.title.in_language(asking.language) for one in conditions}


def _reasons(customers: pl.DataFrame, least: int, titles: dict[str, str]) -> list[dict[str, Any]]:
    told = customers.filter(customers.get_column(REASONS).is_not_null())
    found = group_reasons(told, _GROUPS, least, _MOST_REASONS)
    return [{**one, "title": titles.get(one["measure"], one["measure"])} for one in found]


@router.get(
    "/consents/counts",
    response_model=ConsentCountsBody,
    operation_id="consent_counts",
    openapi_extra=needs(_FIGURES),
)
def consent_counts(asking: AskingOf) -> dict[str, Any]:
    """Return how many customers agree to what, by the last answer that each gave through Zhike."""
    asking.may(_FIGURES)
    acting = asking.service.acting
    with acting.store.read() as tx:
        found = count_consents(tx, acting.clock.now(), _MOST_ANSWERS)
    keys = sorted({(purpose, channel) for purpose, channel, _ in found.standing})
    return {
        "answers": found.answers,
        "whole": found.whole,
        "counts": [_counted(found, purpose, channel) for purpose, channel in keys],
    }


def _counted(found: ConsentCounts, purpose: str, channel: str) -> dict[str, Any]:
    standing = {name: found.standing[purpose, channel, name] for name in ("given", "withdrawn", "expired")}
    lately = found.withdrawn_lately[purpose, channel]
    return {"purpose": purpose, "channel": channel, **standing, "withdrawn_lately": lately}


@router.get(
    "/publications/active/knowledge",
    response_model=KnowledgeBody,
    operation_id="knowledge",
    openapi_extra=needs(_FIGURES),
)
def knowledge(
    asking: AskingOf,
    most: Annotated[int, Query(ge=1, le=200_000, description="Customers that are looked at.")] = 5_000,
) -> dict[str, Any]:
    """Return what decisions rest on now: the publication, how much of its customers is not known, and what they agree to.

    Five thousand customers take about half a second.
    """
    asking.may(_FIGURES)
    with asking.service.acting.store.read() as tx:
        row = active_publication(tx)
        if row is None:
            raise NotServingError(what=phrase("no active publication"))
        found = survey(asking.service.desk, tx, row["number"], most)
    names = ("policy", "policy_version", "manifest", "customers")
    return {
        "publication": row["number"], "as_of": row["at"], "recorded_at": instant(row["recorded_at"]),
        **{name: row[name] for name in names}, "looked_at": found.looked_at, **_known(found, asking.language),
    }  # fmt: skip


def _known(found: Survey, language: Language) -> dict[str, Any]:
    size = max(1, found.looked_at)
    attributes = [
        {"attribute": name, "meaning": _MEANINGS[name].in_language(language) if name in _MEANINGS else name, "unknown": count,
         "share": count / size}
        for name, count in sorted(found.unknown.items(), key=lambda one: (-one[1], one[0]))
    ]  # fmt: skip
    consents = [
        {"consent": name, "agreed": agreed, "refused": found.refused[name],
         "no_answer": found.looked_at - agreed - found.refused[name]}
        for name, agreed in sorted(found.agreed.items())
    ]  # fmt: skip
    return {"attributes": attributes, "consents": consents}


@router.get(
    "/security",
    response_model=SecurityBody,
    operation_id="security",
    openapi_extra=needs(_TRAIL),
)
def security(
    asking: AskingOf,
    days: Days = 30,
    most: Annotated[
        int, Query(ge=1, le=1_000, description="Events that are looked at, the newest first.")
    ] = 200,
) -> dict[str, Any]:
    """Return refused and locked sign-ins, emergency views and who looked at them, keys that were exchanged or handed out."""
    permission = asking.may(_TRAIL)
    service, language, now = asking.service, asking.language, asking.service.acting.clock.now()
    since, seen, rules = now - days * DAY, permission.highest_class, service.masking()
    with service.acting.store.read() as tx:
        found = security_record(tx, since, now, most)
    return {
        "since": instant(since), "whole": found.whole,
        "counts": [
            {"event": event, "event_text": event_text(event, language), "count": count}
            for event, count in sorted(found.counts.items())
        ],
        "openings": [_glass(masked_row("break_glass", row, seen, rules), row, now) for row in found.openings],
        "locked": [{"staff_id": row["staff_id"], "until": instant(row["locked_until"])} for row in found.locked],
        "entries": [entry_body(row, language, shown=permission.shows(_SEEN)) for row in found.entries],
    }  # fmt: skip


def _glass(shown: dict[str, Any], row: dict[str, Any], now: int) -> dict[str, Any]:
    names = ("opening_id", "staff_id", "customer_id", "justified", "reviewed_by")
    dated = {name: instant(row[name]) for name in ("recorded_at", "until", "review_by")}
    overdue = row["reviewed_by"] is None and now > row["review_by"]
    return {**{name: shown[name] for name in names}, **dated, "state": state_of(row, now), "overdue": overdue}
