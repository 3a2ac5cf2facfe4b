"""Channels and capacity: what the bank can do at most, how much of it the plan uses, at which price, and which constraints say so."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from fastapi import APIRouter, Response

from zhike.api.asking import AskingOf
from zhike.api.capacity_models import CapacityBody
from zhike.api.capacity_tables import COLUMNS, TABLES, table_rows
from zhike.api.csv_tables import CSV, csv_answer
from zhike.api.description import needs
from zhike.api.operation import current_publication
from zhike.decide.capacities import caps_on, channels, constraints, resources

if TYPE_CHECKING:
    from zhike.core.language import Language
    from zhike.decide.capacities import Channel, ScarceResource, StandingConstraint
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["capacity", "capacity_table", "router"]

router = APIRouter(prefix="/capacity", tags=["policies"])
_VIEW: Final = "capacity.view"
TableName = Literal["channels", "resources", "constraints"]
assert get_args(TableName) == tuple(TABLES)  # noqa: S101 - the description names those that there are


@router.get("", response_model=CapacityBody, operation_id="capacity", openapi_extra=needs(_VIEW))
def capacity(asking: AskingOf) -> dict[str, Any]:
    """Return the bank's channels, what is scarce and how much of it the plan uses, and the constraints of the policy."""
    asking.may(_VIEW)
    current = current_publication(asking)
    setting, language = current.setting, asking.language
    return {
        "publication": current.number, "as_of": str(setting.at), "policy": setting.policy.path, "policy_version": setting.policy.version,
        "timezone": setting.timezone, "currency": _currency(setting), "plan": _kept(setting),
        "caps": [asdict(one) for one in caps_on(setting)], "at_once": setting.policy.limits.actions_per_customer,
        "channels": [_channel(one) for one in channels(setting)], "resources": [_resource(one, language) for one in resources(setting)],
        "constraints": [_constraint(one, language) for one in constraints(setting)],
    }  # fmt: skip


@router.get(
    "/{table}.csv",
    operation_id="capacity_table",
    openapi_extra=needs(_VIEW),
    response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "RFC 4180, UTF-8."}},
)
def capacity_table(table: TableName, asking: AskingOf) -> Response:
    """Return one of the tables of `capacity` as a file for a spreadsheet."""
    body = capacity(asking)
    header = [COLUMNS[column].in_language(asking.language) for column in TABLES[table]]
    return csv_answer(f"zhike-{table}-{body['as_of']}", header, table_rows(table, body, asking.language))


def _currency(setting: ServingSetting) -> str:
    """Return the currency in which a plan's prices are: that of the catalogue's first action."""
    return str(setting.actions.table["currency"][0])


def _kept(setting: ServingSetting) -> str:
    if setting.plan is not None:
        return "kept"
    return "none" if setting.scarcity is None else "prices"


def _channel(one: Channel) -> dict[str, Any]:
    (begins, ends), (least, most) = one.hours or (None, None), one.cost or (None, None)
    return {
        "channel": one.name, "contact_from": begins, "contact_until": ends, "actions": one.actions, "cost_least": least,
        "cost_most": most, "currency": one.currency, "caps": [asdict(cap) for cap in one.caps], "at_once": one.at_once,
        "draws_on": list(one.draws_on),
    }  # fmt: skip


def _resource(one: ScarceResource, language: Language) -> dict[str, Any]:
    sense = None if one.minimum is None else "minimum" if one.minimum else "maximum"
    same = ("constraint", "kind", "owner", "unit", "limit", "used", "left", "share", "price", "key")
    return {
        **{name: getattr(one, name) for name in same}, "row": one.name, "title": one.title.in_language(language), "sense": sense,
        "taken_by_mandatory": one.mandatory, "loosened_by": one.loosened,
    }  # fmt: skip


def _constraint(one: StandingConstraint, language: Language) -> dict[str, Any]:
    said = one.constraint
    return {
        "constraint": said.id, "kind": said.kind, "title": said.title.in_language(language), "owner": said.owner,
        "reference": said.reference, "first_day": _day(said.first_day), "last_day": _day(said.last_day), "in_force": one.in_force,
        "about": dict(one.about), "amounts": dict(one.amounts), "rows": one.rows,
    }  # fmt: skip


def _day(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()
