"""What decides: catalogue, conditions, documents of the rulebook and the plan of the publication; and changes of the policy."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query

from zhike.act.policy_changes import VERB, check_change, standing_policy, wanted_change
from zhike.act.proposals import propose
from zhike.act.studies import WHATIF, study
from zhike.adapters.policy_files import read_policy_text
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.operation import current_publication
from zhike.api.policy_models import (
    CatalogueBody,
    ChangeRequest,
    ConditionList,
    PlanBody,
    PolicyDraft,
)
from zhike.api.privacy_models import ProposalBody
from zhike.api.proposals import proposal_body
from zhike.core.errors import PolicyError, RuleError, RuleNotFoundError
from zhike.core.language import LANGUAGES, Text
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RequestInvalidError
from zhike.core.units import DEFAULT_MINOR_UNITS
from zhike.decide.policy_change import changed_value, checked_policy, flattened, plain_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhike.act.policy_changes import StandingPolicy
    from zhike.api.asking import Asking
    from zhike.decide.conditions import Condition
    from zhike.decide.policy import Policy
    from zhike.decide.serving_setting import ServingSetting

__all__ = [
    "callers_mistake",
    "catalogue",
    "conditions",
    "drafted",
    "plan",
    "propose_change",
    "router",
    "standing",
]

router = APIRouter(tags=["policies"])
_SEE: Final = "policy.view"
Sought = Annotated[
    str, Query(alias="q", max_length=200, description="Only what has this text in it, whatever its case.")
]


@router.get("/catalogue", response_model=CatalogueBody, operation_id="catalogue", openapi_extra=needs(_SEE))
def catalogue(asking: AskingOf, sought: Sought = "") -> dict[str, Any]:
    """Return the catalogue of the publication that is served from, offer by offer."""
    asking.may(_SEE)
    current = current_publication(asking)
    setting = current.setting
    offers = _sought(_offers(setting, asking), sought)
    source = _source(asking, setting.policy.catalogue)
    return {"publication": current.number, "as_of": str(setting.at), "source": source, "offers": offers}


@router.get("/conditions", response_model=ConditionList, operation_id="conditions", openapi_extra=needs(_SEE))
def conditions(asking: AskingOf, sought: Sought = "") -> dict[str, Any]:
    """Return the conditions that judge candidates in the publication that is served from."""
    asking.may(_SEE)
    current = current_publication(asking)
    told = [_condition(one, asking) for one in current.setting.judge.conditions]
    return {
        "publication": current.number,
        "as_of": str(current.setting.at),
        "conditions": _sought(told, sought),
    }


@router.get("/plans/active", response_model=PlanBody, operation_id="active_plan", openapi_extra=needs(_SEE))
def plan(asking: AskingOf) -> dict[str, Any]:
    """Return the plan of the publication that is served from: what is scarce, its prices, and what was certified."""
    asking.may(_SEE)
    current = current_publication(asking)
    setting = current.setting
    scarcity = setting.scarcity
    prices = {} if scarcity is None else dict(zip(scarcity.names, scarcity.prices.tolist(), strict=True))
    return {
        "publication": current.number,
        "as_of": str(setting.at),
        "plan": None if setting.plan is None else dict(setting.plan),
        "prices": prices,
    }


@router.post(
    "/policies/changes", response_model=ProposalBody, operation_id="propose_policy", openapi_extra=needs(VERB)
)  # fmt: skip
def propose_change(body: ChangeRequest, asking: AskingOf) -> dict[str, Any]:
    """Propose a change of the bank's policy; another person approves it, then it is carried out, and the next publication follows."""
    permission, service = asking.may(VERB), asking.service
    rules = service.access.at(service.today())
    if rules is None:  # nothing is granted that day; the permission says so as well
        raise ForbiddenError(verb=VERB)
    policy = drafted(asking, body)
    with service.acting.store.read() as tx:
        wanted = wanted_change(standing_policy(tx), policy, _document(asking, policy.path), body.study)
        check_change(tx, wanted)
    row = propose(service.acting, rules.second_person[VERB], permission, wanted, body.reason)
    return proposal_body(row, service.acting.clock.now())


def standing(asking: Asking) -> dict[str, Any]:
    """Return the bank's policy, published or adopted for the next publication, for whoever may see policies."""
    asking.may(_SEE)
    with asking.service.acting.store.read() as tx:
        found = standing_policy(tx)
    return {
        "path": found.path,
        "version": found.version,
        "published": found.published,
        "content": dict(found.content),
    }


def drafted(asking: Asking, body: PolicyDraft) -> Policy:
    """Return the policy that a draft makes of the bank's, proven as the rulebook's documents are.

    Raises
    ------
    RequestInvalidError
        When it says neither one value nor the whole text, nor names a study that did, or makes no policy.
    """
    named = body.study if isinstance(body, ChangeRequest) else None
    with asking.service.acting.store.read() as tx:
        base = standing_policy(tx)
        tried = None if named is None else study(tx, named)
    day = current_publication(asking).setting.at
    with callers_mistake():
        content = _drafted_content(base, body)
        if content is None and tried is not None and tried["kind"] == WHATIF:
            content = tried["content"]["content"]
        if content is None:
            raise RequestInvalidError(
                what=phrase("no change"), expected=phrase("a key and its value, or the whole text")
            )
        return checked_policy(asking.service.rulebook, base.path, content, day)


def _drafted_content(base: StandingPolicy, body: PolicyDraft) -> dict[str, Any] | None:
    """Return what a draft makes of a policy; None where it says nothing itself."""
    if body.text:
        return plain_policy(base.path, read_policy_text(body.text, base.path))
    if not body.key or body.value is None:
        return None
    value = _value(flattened(base.content).get(body.key), body.value, base.path)
    return plain_policy(base.path, changed_value(base.path, base.content, body.key, value))


@contextmanager
def callers_mistake() -> Iterator[None]:
    """Say of a policy that is none that the request is not as it should be: the rulebook of the house is sound."""
    try:
        yield
    except (PolicyError, RuleError, RuleNotFoundError) as problem:
        found, needed = (
            Text(*(_without_lead(problem.parts(language)[part]) for language in LANGUAGES))
            for part in ("found", "needed")
        )
        raise RequestInvalidError(what=found, expected=needed) from problem


def _without_lead(said: str) -> str:
    """Return what was found or needed without the word that says which: the answer has one of its own."""
    return re.sub("^(found |needed |需要：)", "", said)


def _value(before: object, text: str, path: str) -> object:
    """Return the value that a text stands for; where a text stood before, such as an amount, the text itself."""
    return text.strip().strip("\"'") if isinstance(before, str) else read_policy_text(text, path)


def _document(asking: Asking, path: str) -> str | None:
    """Return the version of the rulebook's document of a policy that is in force on the day of the publication."""
    entries = asking.service.rulebook.entries
    found = entries[path].in_force(current_publication(asking).setting.at) if path in entries else None
    return None if found is None else found.sha256[:12]


def _offers(setting: ServingSetting, asking: Asking) -> list[dict[str, Any]]:
    """Return the actions that can be chosen, those of one template and product together."""
    products = setting.actions.products
    names = dict(products.select("product_id", "name").iter_rows()) if "name" in products.columns else {}
    found: dict[tuple[str, str | None], dict[str, Any]] = {}
    for row in setting.actions.table.iter_rows(named=True):
        if row["kind"] != "none":
            key = row["template"], row["product_id"]
            offer = found.setdefault(key, _offer(row, setting, asking, names))
            unit = 10 ** setting.minor_units.get(row["currency"], DEFAULT_MINOR_UNITS)
            told = {name: row[name] for name in ("channel", "reach", "action_id")}
            offer["channels"].append({**told, "cost": row["cost"] / unit})
    return list(found.values())


def _offer(
    row: dict[str, Any], setting: ServingSetting, asking: Asking, names: dict[str, str | None]
) -> dict[str, Any]:
    same = (
        "template", "kind", "product_id", "members", "purpose", "group", "currency", "hours", "mandatory", "promoted",
    )  # fmt: skip
    title = setting.titles.get(row["template"])
    unit = 10 ** setting.minor_units.get(row["currency"], DEFAULT_MINOR_UNITS)
    return {
        **{name: row[name] for name in same}, "product": names.get(row["product_id"]), "worth": row["worth"] / unit,
        "title": row["template"] if title is None else title.in_language(asking.language), "channels": [],
    }  # fmt: skip


def _condition(one: Condition, asking: Asking) -> dict[str, Any]:
    same = ("code", "layer", "effect", "reference", "status")
    return {
        **{name: getattr(one, name) for name in same}, "title": one.title.in_language(asking.language), "reads": sorted(one.names),
        "applies": one.applies.source, "tests": one.tests.source, "constants": one.to_dict()["constants"],
        "source": _source(asking, one.rule.partition(":")[0]),
    }  # fmt: skip


def _source(asking: Asking, path: str) -> dict[str, Any]:
    """Return where something stands in the rulebook today; of what stands in no document only its path."""
    entries = asking.service.rulebook.entries
    entry = entries.get(path)
    now = None if entry is None else entry.in_force(asking.service.today())
    return {
        "path": path, "owner": None if entry is None else entry.owner, "last_checked": None if entry is None else entry.last_checked,
        "first_day": None if now is None else now.first_day, "reference": None if now is None else now.reference.title,
        "status": None if now is None else now.status,
    }  # fmt: skip


def _sought(rows: Iterable[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Return the rows that have a text in one of their values, whatever its case."""
    sought = text.strip().casefold()
    return [
        row for row in rows if not sought or any(sought in str(value).casefold() for value in row.values())
    ]
