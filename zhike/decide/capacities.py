"""What a bank can do at most: its channels with their hours, what each scarce resource offers, how much of it the plan uses, at which price.

Everything is read from the setting of a publication, so it says what decisions rest on, not what a bank would like to have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.contracts import CHANNELS
from zhike.core.language import Text
from zhike.decide.constraints import Resource
from zhike.decide.policy_change import flattened
from zhike.decide.serving_setting import contact_caps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.constraints import Constraint
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["Channel", "ContactCap", "ScarceResource", "StandingConstraint", "caps_on", "channels", "constraints", "resources"]  # fmt: skip

EVERY_CHANNEL: Final = "all"
_LIST: Final = "constraints"
_AMOUNTS: Final = ("maximum", "maximum_per_1000", "minimum", "minimum_per_1000", "share", "width")
_BAND: Final = "band"
_ONE_SIDED: Final = {"floor": "share", _BAND: "width"}
"""Kinds of constraints whose one amount is no maximum or minimum."""


@dataclass(frozen=True, slots=True)
class ContactCap:
    """At most ``maximum`` contacts with one customer within ``window_days`` days."""

    window_days: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of the bank.

    Parameters
    ----------
    name : str
    hours : (str, str) or None
        Times of day from which and until which it may be used, in the bank's zone; None where no rule says any.
    actions : int
        Actions that can go over it.
    currency : str or None
        Of the costs; None where it has no action, or they are in several.
    cost : (float, float) or None
        Least and most of one contact, in major units.
    caps : tuple of ContactCap
        On contacts with one customer over it.
    at_once : int or None
        Most actions over it that one decision gives a customer; None for no such limit.
    draws_on : tuple of str
        Identifiers of the constraints in force that an action over it counts against.
    """

    name: str
    hours: tuple[str, str] | None
    actions: int
    currency: str | None
    cost: tuple[float, float] | None
    caps: tuple[ContactCap, ...]
    at_once: int | None
    draws_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScarceResource:
    """One row of the plan: what there is, what is used, what one more unit is worth.

    Parameters
    ----------
    name, constraint, kind, owner : str
        Of the row, and of the constraint that makes it.
    title : Text
    unit : str or None
        Currency code, ``contacts`` or ``hours``; None, as the next five are, where only prices were kept.
    minimum : bool or None
        Whether at least so much must be used, instead of at most.
    limit, used, mandatory, loosened : float or None
        What there is or must be; what the plan uses, notices that must be sent included; what they take alone; by how much the limit
        was loosened because all together cannot be kept.
    price : float
        Value of one more unit, in major units of the plan's currency; of a minimum, what one more unit would cost.
    key : str or None
        Where the policy says the limit, as `zhike.decide.policy_change.changed_value` names it; None where no single value does.
    """

    name: str
    constraint: str
    kind: str
    title: Text
    owner: str
    unit: str | None
    minimum: bool | None
    limit: float | None
    used: float | None
    mandatory: float | None
    loosened: float | None
    price: float
    key: str | None

    @property
    def left(self) -> float | None:
        """What the plan leaves of a maximum; of a minimum, how far beyond it the plan is."""
        if self.limit is None or self.used is None:
            return None
        return _plain(self.used - self.limit if self.minimum else self.limit - self.used)

    @property
    def share(self) -> float | None:
        """Used as a share of the limit; None where there is none above 0, or, as in a band, what is counted may lie below 0."""
        if self.kind == _BAND or not self.limit or self.limit < 0 or self.used is None:
            return None
        return self.used / self.limit


@dataclass(frozen=True, slots=True)
class StandingConstraint:
    """A constraint of the policy, whether it holds on the day of the publication or not.

    Parameters
    ----------
    constraint : Constraint
    in_force : bool
    about : mapping of str to values
        Which actions and which customers, as the policy says it: dotted keys.
    amounts : mapping of str to number or str
        What the policy limits them to, by the key under which it says so.
    rows : int
        Rows of the plan that it makes; 0 for one on a single customer or household.
    """

    constraint: Constraint
    in_force: bool
    about: Mapping[str, Any]
    amounts: Mapping[str, Any]
    rows: int


def channels(setting: ServingSetting) -> list[Channel]:
    """Return the channels that an action goes over or some rule names, in the order of the contracts."""
    named = {*setting.by_channel, *setting.contact_hours, *setting.policy.limits.per_channel}
    named |= {channel for channel, _, _ in contact_caps(setting.judge.conditions)}
    drawing = _drawing(setting)
    return [_channel(setting, name, drawing) for name in CHANNELS if name in named]


def caps_on(setting: ServingSetting, channel: str = EVERY_CHANNEL) -> tuple[ContactCap, ...]:
    """Return the caps on contacts with one customer over a channel; over all together unless one is named."""
    found = (
        (column, most) for name, column, most in contact_caps(setting.judge.conditions) if name == channel
    )
    windows = ((int(column.rpartition("_")[2].removesuffix("d")), most) for column, most in found)
    return tuple(ContactCap(days, most) for days, most in sorted(windows))


def resources(setting: ServingSetting) -> list[ScarceResource]:
    """Return the rows of the plan in its order; their prices alone where the plan was not kept, none where nothing is scarce."""
    if setting.plan is not None:
        return [_of_row(setting, row) for row in setting.plan["rows"]]
    scarcity = setting.scarcity
    if scarcity is None:
        return []
    return [_of_price(setting, *one) for one in zip(scarcity.names, scarcity.prices.tolist(), strict=True)]


def constraints(setting: ServingSetting) -> list[StandingConstraint]:
    """Return the constraints of the policy in its order."""
    rows = [one.constraint for one in resources(setting)]
    return [
        StandingConstraint(one, one.in_force(setting.at), _about(raw), _amounts(raw), rows.count(one.id))
        for one, raw in _declared(setting)
    ]


def _channel(setting: ServingSetting, name: str, drawing: Mapping[str, NDArray[Any]]) -> Channel:
    going = setting.by_channel.get(name)
    hours = setting.contact_hours.get(name)
    currency, cost = (None, None) if going is None else _costs(setting, going)
    return Channel(
        name,
        None if hours is None else (hours[0], hours[1]),
        0 if going is None else int(going.sum()),
        currency,
        cost,
        caps_on(setting, name),
        setting.policy.limits.per_channel.get(name),
        tuple(one for one, counted in drawing.items() if going is not None and (counted & going).any()),
    )


def _costs(setting: ServingSetting, going: NDArray[Any]) -> tuple[str | None, tuple[float, float] | None]:
    """Return the currency and the least and most cost of some actions; neither where they are in several currencies."""
    found = setting.actions.table.filter(going)["currency"].unique().to_list()
    if len(found) != 1:
        return None, None
    cost = (setting.actions.column("cost") / setting.major)[going]
    return str(found[0]), (float(cost.min()), float(cost.max()))


def _drawing(setting: ServingSetting) -> dict[str, NDArray[Any]]:
    """Return which actions count against each constraint in force."""
    return {one.id: _counted(setting, one) for one in setting.policy.constraints if one.in_force(setting.at)}


def _counted(setting: ServingSetting, constraint: Constraint) -> NDArray[Any]:
    """Return the actions that a constraint is about; of money and hours those that cost some."""
    chosen = constraint.actions.chosen(setting.actions, mandatory=True)
    if not isinstance(constraint, Resource):
        return chosen
    by_unit, by_cost = constraint.use(setting.actions)
    return np.asarray(chosen & (by_unit + by_cost * setting.actions.column("cost") > 0), dtype=np.bool_)


def _of_row(setting: ServingSetting, row: Mapping[str, Any]) -> ScarceResource:
    minimum = row["sense"] == "minimum"
    return ScarceResource(
        row["id"], row["constraint"], row["kind"], Text.of(row["title"]), row["owner"], row["unit"], minimum,
        row["limit"], _plain(row["used"]), _plain(row["taken_by_mandatory"]), _plain(row["loosened_by"]), row["price"], _key(setting, row["constraint"], row["id"], minimum=minimum),
    )  # fmt: skip


def _of_price(setting: ServingSetting, name: str, price: float) -> ScarceResource:
    """Return what is known of a row of which only the price was kept: a policy names it, or its identifier stands for it."""
    made_by = next((one for one, _ in _declared(setting) if _makes(one, name)), None)
    told = (
        (name, "", Text(name, name, name), "")
        if made_by is None
        else (made_by.id, made_by.kind, made_by.title, made_by.owner)
    )
    return ScarceResource(name, *told, None, None, None, None, None, None, price, None)


def _makes(constraint: Constraint, row: str) -> bool:
    return row == constraint.id or row.startswith((f"{constraint.id}[", f"{constraint.id}."))


def _declared(setting: ServingSetting) -> Sequence[tuple[Constraint, Mapping[str, Any]]]:
    """Return the constraints of the policy, each with what its document says of it."""
    return list(zip(setting.policy.constraints, setting.policy.raw.get(_LIST) or (), strict=True))


def _key(setting: ServingSetting, constraint: str, row: str, *, minimum: bool) -> str | None:
    """Return under which key the policy says the limit of a row."""
    raw = next((one for _, one in _declared(setting) if one["id"] == constraint), None)
    if raw is None:
        return None
    side = _ONE_SIDED.get(raw["kind"], "minimum" if minimum else "maximum")
    said = next((one for one in (side, f"{side}_per_1000") if raw.get(one) is not None), None)
    if said is None:
        return None
    value = row.removeprefix(f"{constraint}[").rpartition("]")[0] if isinstance(raw[said], dict) else None
    if value is None:
        return f"{_LIST}.{constraint}.{said}"
    # A dot in a value would be taken for the end of a part of the key.
    return None if "." in value else f"{_LIST}.{constraint}.{said}.{value}"


def _plain(value: float) -> float:
    """Return a sum of loads without the dust of its additions."""
    return round(value, 9) + 0.0


def _about(raw: Mapping[str, Any]) -> dict[str, Any]:
    said = flattened({part: raw[part] for part in ("actions", "customers") if raw.get(part)})
    return {**said, **({"by": raw["by"]} if raw.get("by") else {})}


def _amounts(raw: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: raw[name] for name in _AMOUNTS if raw.get(name) is not None}
    return {f"{_LIST}.{raw['id']}.{key}": value for key, value in flattened(said).items()}
