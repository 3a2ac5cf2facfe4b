"""Studies of the whole base: a policy tried on everybody, and the funnel; asked for here, answered beside the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from zhike.act.studies import FUNNEL, WHATIF, ask_study, studies, study
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.operation import current_publication
from zhike.api.policies import callers_mistake, drafted
from zhike.api.policy_models import FunnelRequest, PolicyDraft, StudyBody, StudyList
from zhike.api.rendering import instant
from zhike.decide.policy_change import differences
from zhike.decide.stored_base import check_tried, conditions_under

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["ask_funnel", "ask_whatif", "list_studies", "router", "show_study"]

router = APIRouter(prefix="/studies", tags=["policies"])


@router.post(
    "/whatif", response_model=StudyBody, status_code=202, operation_id="ask_whatif", openapi_extra=needs("study.start")
)  # fmt: skip
def ask_whatif(body: PolicyDraft, asking: AskingOf) -> dict[str, Any]:
    """Ask what a change of the policy would do to everybody who is served; compared with the policy that is published."""
    asking.may("study.start")
    acting, setting = asking.service.acting, current_publication(asking).setting
    policy = drafted(asking, body)
    with callers_mistake():
        check_tried(setting, policy, conditions_under(setting, asking.service.rulebook, policy))
    content = {
        "path": policy.path, "version": policy.version, "content": dict(policy.raw), "published_version": setting.policy.version,
        "differences": differences(setting.policy.raw, policy.raw),
    }  # fmt: skip
    return _body(ask_study(acting, WHATIF, content, asking.actor.actor_id), asking.language)


@router.post(
    "/funnel", response_model=StudyBody, status_code=202, operation_id="ask_funnel", openapi_extra=needs("study.start")
)  # fmt: skip
def ask_funnel(body: FunnelRequest, asking: AskingOf) -> dict[str, Any]:
    """Ask how many candidates are left after each step, and what became of the offers of the last days."""
    asking.may("study.start")
    current_publication(asking)
    row = ask_study(asking.service.acting, FUNNEL, {"days": body.days}, asking.actor.actor_id)
    return _body(row, asking.language)


@router.get("", response_model=StudyList, operation_id="studies", openapi_extra=needs("study.view"))
def list_studies(asking: AskingOf) -> dict[str, Any]:
    """Return the latest studies."""
    asking.may("study.view")
    with asking.service.acting.store.read() as tx:
        rows = studies(tx)
    names = ("job_id", "kind", "state", "actor")
    return {
        "studies": [
            {**{name: row[name] for name in names}, "differences": row["content"].get("differences", []),
             "version": row["content"].get("version"), "recorded_at": instant(row["recorded_at"])}
            for row in rows
        ]
    }  # fmt: skip


@router.get("/{job_id}", response_model=StudyBody, operation_id="study", openapi_extra=needs("study.view"))
def show_study(job_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return a study and, once it is done, its answer."""
    asking.may("study.view")
    with asking.service.acting.store.read() as tx:
        return _body(study(tx, job_id), asking.language)


def _body(row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    result, failed = dict(row["result"] or {}), row["state"] == "failed"
    ended = result.pop("ended_at", None)
    parts = result["told"][language] if failed else {}
    names = ("job_id", "kind", "state", "content", "actor")
    return {
        **{name: row[name] for name in names}, "recorded_at": instant(row["recorded_at"]), "ended_at": instant(ended),
        "result": None if failed or not result else result, "problem": "; ".join(parts.values()) if failed else None,
    }  # fmt: skip
