"""The catalogue of actions: product x channel x terms, care and service, packages, and doing nothing.

A catalogue is data: templates that name which products they offer, over which channels, at what cost and worth. Here
it is expanded to the actions of one day, as columns in one order (by ``action_id``), so that the same catalogue gives
the same actions whatever the order of its rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.errors import PolicyError
from zhike.core.expressions import Expression, parse_expression
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.units import Money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.core.rulebook import Version

__all__ = [
    "ACTION_SCHEMA",
    "NO_ACTION",
    "ActionTemplate",
    "Actions",
    "Bundle",
    "Catalogue",
    "actions_on_sale",
    "offer_of",
]

NO_ACTION: Final = "no_action"
KINDS: Final = ("sale", "care", "service", "mandatory", "none")

ACTION_SCHEMA: Final[dict[str, Any]] = {
    "action_id": pl.String,
    "template": pl.String,
    "product_id": pl.String,
    "channel": pl.String,
    "kind": pl.String,
    "purpose": pl.String,
    "group": pl.String,
    "promoted": pl.Boolean,
    "mandatory": pl.Boolean,
    "repeatable": pl.Boolean,
    "priority": pl.Int64,
    "worth": pl.Int64,
    "cost": pl.Int64,
    "currency": pl.String,
    "reach": pl.Float64,
    "hours": pl.Float64,
    "effect_when_unscored": pl.Float64,
    "members": pl.List(pl.String),
}


@dataclass(frozen=True, slots=True)
class ActionTemplate:
    """One kind of action before it meets products and channels.

    Parameters
    ----------
    products : mapping of str to list, or None
        Which products it offers, by product column; None for an action without a product.
    worth, cost : Money, mapping of channel to Money
        Expected margin of one accepted action; cost of one contact.
    reach : mapping of channel to float
        P(the customer is reached | contacted), 1 where the catalogue says nothing.
    hours : float
        Hours of staff that one contact takes where a person holds it.
    """

    name: str
    kind: str
    title: Text
    products: Mapping[str, list[Any]] | None
    channels: tuple[str, ...]
    purpose: str
    group: str
    worth: Money
    cost: Mapping[str, Money]
    reach: Mapping[str, float]
    effect_when_unscored: float
    promoted: bool = True
    repeatable: bool = False
    priority: int = 0
    hours: float = 0.0
    trigger: Expression | None = None

    @property
    def mandatory(self) -> bool:
        """Whether the bank must take the action whatever it is worth."""
        return self.kind == "mandatory"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A one-stop package: several products in one action, suitable only if every member is."""

    template: ActionTemplate
    members: tuple[Mapping[str, list[Any]], ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All templates and packages in force on a day."""

    path: str
    templates: tuple[ActionTemplate, ...]
    bundles: tuple[Bundle, ...] = ()

    @classmethod
    def of(cls, version: Version) -> Catalogue:
        """Read a document of kind ``catalogue``.

        Raises
        ------
        PolicyError
            For a malformed template, two currencies (their values would not compare), or no way to do nothing.
        """
        path, raw = version.path, version.value
        currency = _one_currency(path, [*raw["actions"], *raw.get("bundles", [])])
        templates = tuple(_template(path, action, currency) for action in raw["actions"])
        bundles = tuple(
            Bundle(_template(path, bundle, currency), tuple(bundle["members"]))
            for bundle in raw.get("bundles", [])
        )
        if not any(template.name == NO_ACTION and template.kind == "none" for template in templates):
            raise PolicyError(
                what=phrase("no action '{no_action}'", no_action=NO_ACTION),
                path=path,
                expected=phrase("one of kind none: doing nothing"),
            )
        return cls(path, templates, bundles)

    def titles(self) -> dict[str, Text]:
        """Return the name of every template and package in three languages."""
        named = (*self.templates, *(bundle.template for bundle in self.bundles))
        return {template.name: template.title for template in named}


@dataclass(frozen=True)
class Actions:
    """The actions of one day, one row each, in the order of ``action_id``.

    Parameters
    ----------
    table : DataFrame of shape (n_actions, len(ACTION_SCHEMA))
    products : DataFrame
        The products on sale, in the order of ``product_id``, with the effective ``risk_level``.
    product_index : ndarray of int, shape (n_actions,)
        Row of each action's product, -1 for actions without one.
    triggers : mapping of str to Expression
        Condition on the customer by template.
    """

    table: pl.DataFrame
    products: pl.DataFrame
    product_index: np.ndarray[Any, np.dtype[np.int64]] = field(repr=False)
    triggers: Mapping[str, Expression] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.table)

    def column(self, name: str) -> np.ndarray[Any, Any]:
        """Return one column of the action table as an array of shape (n_actions,)."""
        return self.table[name].to_numpy()

    @cached_property
    def mandatory(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which actions the bank must take where they apply, shape (n_actions,)."""
        return self.column("mandatory").astype(bool)

    @cached_property
    def arms(self) -> list[tuple[str, str]]:
        """Template and channel of each action: what is learnt of actions is learnt by both."""
        return self.table.select("template", "channel").rows()

    @cached_property
    def consent_keys(self) -> dict[tuple[str, str], np.ndarray[Any, np.dtype[np.int64]]]:
        """The actions that need an answer to each purpose on each channel, as places."""
        keys = list(self.table.select("purpose", "channel").iter_rows())
        return {key: np.array([at for at, one in enumerate(keys) if one == key]) for key in sorted(set(keys))}

    @cached_property
    def mandatory_columns(self) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
        """The channels of each mandatory template as places, cheapest first; highest priority first."""
        mandatory = self.table.with_row_index("column").filter("mandatory")
        ordered = mandatory.sort(
            "priority", "template", "cost", "action_id", descending=[True, False, False, False]
        )
        groups = ordered.group_by("template", maintain_order=True)
        return [rows["column"].cast(pl.Int64).to_numpy() for _, rows in groups]

    @cached_property
    def offer_columns(self) -> dict[str, list[int]]:
        """The actions of each offer, template and product over all channels, as places."""
        columns: dict[str, list[int]] = {}
        for column, name in enumerate(self.table["action_id"]):
            columns.setdefault(offer_of(name), []).append(column)
        return columns


def offer_of(action: str) -> str:
    """Return the offer behind an action, whatever its channel.

    Examples
    --------
    >>> offer_of("offer_fund:F1:app"), offer_of("no_action")
    ('offer_fund:F1', 'no_action')
    """
    return action.rpartition(":")[0] or action


def actions_on_sale(catalogue: Catalogue, products: pl.DataFrame, minor_units: Mapping[str, int]) -> Actions:
    """Expand a catalogue over the products on sale.

    Parameters
    ----------
    catalogue : Catalogue
    products : DataFrame
        Products valid and known on the day.
    minor_units : mapping of currency to decimals
        Exceptions to two decimals, ISO 4217.

    Returns
    -------
    Actions
        Doing nothing is always among them.
    """
    products = _rated(products)
    templates = (*catalogue.templates, *(bundle.template for bundle in catalogue.bundles))
    rows = [row for template in catalogue.templates for row in _rows(template, products, minor_units)]
    rows += [row for bundle in catalogue.bundles for row in _bundle_rows(bundle, products, minor_units)]
    table = pl.DataFrame(rows, schema=ACTION_SCHEMA, orient="row").sort("action_id")
    position = {name: index for index, name in enumerate(products["product_id"])}
    index = np.array([position.get(name, -1) for name in table["product_id"]], dtype=np.int64)
    triggers = {template.name: template.trigger for template in templates if template.trigger is not None}
    return Actions(table, products, index, triggers)


def _rated(products: pl.DataFrame) -> pl.DataFrame:
    """Add the risk level that counts: the higher of the seller's and the issuer's rating."""
    level = pl.max_horizontal("seller_risk_level", "issuer_risk_level")
    return products.sort("product_id").with_columns(level.alias("risk_level"))


def _rows(
    template: ActionTemplate, products: pl.DataFrame, units: Mapping[str, int]
) -> list[tuple[Any, ...]]:
    if template.kind == "none":
        return [_row(template, None, "none", [], units)]
    if template.products is None:
        return [_row(template, None, channel, [], units) for channel in template.channels]
    offered = _selected(products, template.products)["product_id"].to_list()
    return [_row(template, name, channel, [], units) for name in offered for channel in template.channels]


def _bundle_rows(bundle: Bundle, products: pl.DataFrame, units: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """Return a package's actions; a package with a member that is not on sale is not on sale."""
    found = [
        _selected(products, selector).sort("risk_level", "product_id", nulls_last=True)
        for selector in bundle.members
    ]
    if any(member.is_empty() for member in found):
        return []
    members = [str(member["product_id"][0]) for member in found]
    return [_row(bundle.template, None, channel, members, units) for channel in bundle.template.channels]


def _selected(products: pl.DataFrame, selector: Mapping[str, list[Any]]) -> pl.DataFrame:
    condition = pl.lit(value=True)
    for column, options in selector.items():
        condition = condition & pl.col(column).is_in(options if isinstance(options, list) else [options])
    return products.filter(condition)


def _row(
    template: ActionTemplate, product: str | None, channel: str, members: list[str], units: Mapping[str, int]
) -> tuple[Any, ...]:
    name = (
        template.name
        if template.kind == "none"
        else ":".join(filter(None, (template.name, product, channel)))
    )
    cost = template.cost.get(channel, Money(Decimal(0), template.worth.currency))
    return (
        name, template.name, product, channel, template.kind, template.purpose, template.group, template.promoted,
        template.mandatory, template.repeatable, template.priority, template.worth.to_minor(units),
        cost.to_minor(units), template.worth.currency, template.reach.get(channel, 1.0), template.hours, template.effect_when_unscored,
        members,
    )  # fmt: skip


def _one_currency(path: str, actions: Sequence[Mapping[str, Any]]) -> str:
    found = sorted({action["worth"]["currency"] for action in actions if action.get("worth")})
    if len(found) != 1:
        raise PolicyError(
            what=phrase("worth in {found}", found=found),
            path=path,
            expected=phrase("one currency, so that values compare"),
        )
    return str(found[0])


def _template(path: str, raw: Mapping[str, Any], currency: str) -> ActionTemplate:
    missing = [key for key in ("id", "kind", "title") if key not in raw]
    if missing or raw["kind"] not in KINDS:
        raise PolicyError(
            what=phrase("action {raw}", raw=dict(raw)),
            path=path,
            expected=phrase("id, title and kind ({names})", names=", ".join(KINDS)),
        )
    money = Money(Decimal(str(raw["worth"]["amount"] if raw.get("worth") else 0)), currency)
    trigger = raw.get("trigger")
    return ActionTemplate(
        name=raw["id"],
        kind=raw["kind"],
        title=Text.of(raw["title"]),
        products=_selector(raw.get("products")),
        channels=tuple(raw.get("channels", ())),
        purpose=raw.get("purpose") or "none",
        group=raw.get("group") or raw["id"],
        worth=money,
        cost={
            channel: Money(Decimal(str(cost)), money.currency)
            for channel, cost in raw.get("cost", {}).items()
        },
        reach={channel: float(share) for channel, share in raw.get("reach", {}).items()},
        effect_when_unscored=float(raw.get("effect_when_unscored", 0.0)),
        promoted=bool(raw.get("promoted", True)),
        repeatable=bool(raw.get("repeatable", False)),
        priority=int(raw.get("priority", 0)),
        hours=float(raw.get("hours", 0.0)),
        trigger=parse_expression(str(trigger), f"{path}:{raw['id']}") if trigger else None,
    )


def _selector(raw: Any) -> Mapping[str, list[Any]] | None:  # noqa: ANN401 - as the YAML holds it
    return None if raw in (None, "none") else raw
