"""What decisions in real time rest on, the same for all customers: actions, conditions, policy, what is scarce and its prices.

It is made once from a batch run, kept as plain values under its hash, and read back without the bank: whoever has it and one
customer's dossier can decide, and prove a decision, alone.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.errors import UsageError
from zhike.core.expressions import parse_expression
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.types import LAYERS
from zhike.decide.candidates import Judge
from zhike.decide.catalogue import ACTION_SCHEMA, Actions
from zhike.decide.chance_references import chance_references
from zhike.decide.conditions import CAP_MAXIMUM, CAP_WINDOW, Condition
from zhike.decide.constraint_rows import in_force, major_units
from zhike.decide.day_caps import DayCaps
from zhike.decide.exclusions import closed_actions
from zhike.decide.inputs import text_columns
from zhike.decide.plan_certificate import plan_certificate
from zhike.decide.policy import Policy
from zhike.decide.preparation import choice_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook
    from zhike.decide.choice import ChoiceProblem
    from zhike.decide.preparation import Preparation
    from zhike.decide.shared_plan import SharedPlan

__all__ = ["Scarcity", "ServingSetting", "contact_caps"]

_FORMAT: Final = 1
OFFER_DAYS, REASONS = "contact.offer_validity", "contact.reasons"
"""Rules that serving needs besides those that the policy names."""
_DTYPES: Final[dict[str, Any]] = {
    str(dtype): dtype
    for dtype in (pl.String, pl.Int64, pl.Int16, pl.Float64, pl.Boolean, pl.Date, pl.List(pl.String), pl.List(pl.Int64),
                  pl.Datetime("us", "UTC"))
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scarcity:
    """The rows of a plan over all customers, and its prices.

    Parameters
    ----------
    names : tuple of str
        Rows.
    use : ndarray of shape (n_rows, n_segments, n_actions)
        What an action takes in a segment, minimums negated.
    bound, prices : ndarray of shape (n_rows,)
        Right-hand sides; value of one more unit, in major units.
    closed : ndarray of bool, shape (n_actions,)
        Actions of which nobody may get any.
    """

    names: tuple[str, ...]
    use: NDArray[np.float64] = field(repr=False)
    bound: NDArray[np.float64]
    prices: NDArray[np.float64]
    closed: NDArray[np.bool_]

    def charges(
        self, segment: NDArray[np.int64], prices: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return what every action is charged for some customers' segments, shape (n_customers, n_actions), major units."""
        at = self.prices if prices is None else prices
        return np.asarray(np.einsum("r,rcj->cj", at, self.use[:, segment, :]), dtype=np.float64)


@dataclass(frozen=True)
class ServingSetting:
    """What all decisions of a publication share.

    Parameters
    ----------
    at : date
        Day of the archive.
    judge : Judge
    problem : ChoiceProblem
    titles : mapping of str to Text
        Names of action templates.
    texts, dates : frozenset of str
        Columns of the inputs that hold texts, and days.
    scarcity : Scarcity or None
        None where customers do not depend on each other.
    offer_days : int
        Days until an unanswered offer lapses.
    reasons : mapping of str to mapping of column to number
        What a reason of contact says of a customer: least values of inputs.
    software : mapping of str to str
        Versions that it was made with.
    timezone : str
        The bank's IANA zone, in which contact hours are told.
    plan : mapping or None
        See `zhike.decide.plan_certificate.plan_certificate`; None without a plan, or where it was published before plans were kept.
    doubts : tuple of float or None
        How uncertain the effect of each action is, see `zhike.decide.effects.Effects.doubts`, None where it was not learnt; empty where it
        was published before that was kept.
    chances : mapping or None
        See `zhike.decide.chance_references.chance_references`; None where no kept model says what chances there are.
    """

    at: dt.date
    policy: Policy
    actions: Actions
    judge: Judge
    problem: ChoiceProblem
    minor_units: Mapping[str, int]
    contact_hours: Mapping[str, tuple[str, str]]
    titles: Mapping[str, Text]
    texts: frozenset[str]
    dates: frozenset[str]
    scarcity: Scarcity | None
    offer_days: int
    reasons: Mapping[str, Mapping[str, float]]
    software: Mapping[str, str]
    timezone: str = "UTC"
    plan: Mapping[str, Any] | None = field(default=None, repr=False)
    doubts: tuple[float | None, ...] = field(default=(), repr=False)
    chances: Mapping[str, Any] | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls, prepared: Preparation, plan: SharedPlan | None, rulebook: Rulebook, software: Mapping[str, str]
    ) -> ServingSetting:
        """Return the setting of a prepared run, with the prices of its plan where it has one.

        Raises
        ------
        RuleNotFoundError
            When the rulebook does not say on that day how long an offer stands, or what reasons of contact there are.
        """
        inputs, days = prepared.inputs, rulebook.at(OFFER_DAYS, prepared.at).value
        reasons = rulebook.at(REASONS, prepared.at).value
        dates = frozenset(name for name, dtype in inputs.schema.items() if dtype == pl.Date)
        return cls(
            prepared.at, prepared.policy, prepared.actions, prepared.judge, prepared.problem, prepared.minor_units,
            prepared.contact_hours, prepared.catalogue.titles(), text_columns(inputs), dates,
            None if plan is None else _scarcity(prepared, plan), int(days), reasons, software, prepared.timezone,
            None if plan is None else plan_certificate(prepared, plan), _doubts(prepared),
            chance_references(prepared),
        )  # fmt: skip

    @cached_property
    def major(self) -> NDArray[np.float64]:
        """Minor units in one major unit of each action's currency, shape (n_actions,)."""
        return major_units(self.actions, self.minor_units)

    @cached_property
    def columns(self) -> dict[str, list[Any]]:
        """The columns of the action table as lists."""
        return self.actions.table.to_dict(as_series=False)

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each action by its identifier."""
        return {name: place for place, name in enumerate(self.columns["action_id"])}

    @cached_property
    def by_channel(self) -> dict[str, NDArray[np.bool_]]:
        """Which actions go over each channel, shape (n_actions,)."""
        channel = np.array(self.columns["channel"], dtype=str)
        return {str(name): channel == name for name in np.unique(channel)}

    @cached_property
    def caps(self) -> list[tuple[int, str, int]]:
        """The contact caps: code of the channel (-1 for all together), column that counts, maximum."""
        names, codes = self.columns["channel"], self.problem.channel.tolist()
        code = dict(zip(names, codes, strict=True))
        return [
            (code.get(channel, -1), column, maximum)
            for channel, column, maximum in contact_caps(self.judge.conditions)
            if channel == "all" or channel in code
        ]

    @cached_property
    def day_caps(self) -> DayCaps:
        """The caps of the policy on one customer or household that hold on the day."""
        return DayCaps.of(in_force(self.policy.constraints, self.at), self.actions)

    @cached_property
    def layer_words(self) -> dict[str, NDArray[np.uint64]]:
        """The bits of the conditions of each layer, shape (n_words,)."""
        return {layer: self.judge.bits_of(layer) for layer in LAYERS}

    def content(self) -> dict[str, Any]:
        """Return the setting as plain values."""
        return {
            "format": _FORMAT, "at": str(self.at),
            "policy": {"path": self.policy.path, "version": self.policy.version, "content": _as_json(self.policy.raw)},
            "conditions": [one.to_dict() for one in self.judge.conditions],
            "presume_consent": self.judge.presume_consent,
            "actions": _frame_content(self.actions.table), "products": _frame_content(self.actions.products),
            "triggers": {name: one.source for name, one in self.actions.triggers.items()},
            "minor_units": dict(self.minor_units),
            "contact_hours": {name: list(hours) for name, hours in self.contact_hours.items()},
            "titles": {name: text.by_language() for name, text in self.titles.items()},
            "texts": sorted(self.texts), "dates": sorted(self.dates),
            "scarcity": None if self.scarcity is None else _scarcity_content(self.scarcity),
            "offer_days": self.offer_days, "reasons": _as_json(self.reasons), "software": dict(self.software),
            "timezone": self.timezone, **({} if self.plan is None else {"plan": _as_json(self.plan)}),
            **({"doubts": list(self.doubts)} if self.doubts else {}),
            **({} if self.chances is None else {"chances": dict(self.chances)}),
        }  # fmt: skip

    @classmethod
    def from_content(cls, raw: Mapping[str, Any]) -> ServingSetting:
        """Return the setting that `content` wrote.

        Raises
        ------
        UsageError
            When it is of another format.
        """
        if raw.get("format") != _FORMAT:
            raise UsageError(
                what=phrase("a setting of format {value}", value=raw.get("format")),
                expected=phrase("format {format}", format=_FORMAT),
            )
        stored = raw["policy"]
        policy = Policy.from_content(stored["path"], stored["version"], stored["content"])
        actions = _actions(raw)
        judge = Judge(
            [Condition.from_dict(one) for one in raw["conditions"]],
            actions,
            presume_consent=raw["presume_consent"],
        )
        return cls(
            dt.date.fromisoformat(raw["at"]), policy, actions, judge, choice_problem(actions, policy), raw["minor_units"],
            {name: (first, last) for name, (first, last) in raw["contact_hours"].items()},
            {name: Text.of(texts) for name, texts in raw["titles"].items()}, frozenset(raw["texts"]), frozenset(raw["dates"]),
            None if raw["scarcity"] is None else _scarcity_of(raw["scarcity"]), raw["offer_days"], raw["reasons"], raw["software"],
            raw["timezone"], raw.get("plan"), tuple(raw.get("doubts", ())), raw.get("chances"),
        )  # fmt: skip


def contact_caps(conditions: Iterable[Condition]) -> list[tuple[str, str, int]]:
    """Return the contact caps among some conditions: channel (``all`` for all together), column that counts, maximum."""
    return [_cap(one) for one in conditions if CAP_WINDOW in one.aliases]


def _cap(condition: Condition) -> tuple[str, str, int]:
    column = condition.aliases[CAP_WINDOW].partition(".")[2]
    return column.removeprefix("contacts_").rpartition("_")[0], column, int(condition.constants[CAP_MAXIMUM])


def _doubts(prepared: Preparation) -> tuple[float | None, ...]:
    if prepared.effects is None:
        return ()
    found = prepared.effects.doubts(prepared.actions, prepared.inputs).tolist()
    return tuple(None if np.isnan(one) else one for one in found)


def _scarcity(prepared: Preparation, plan: SharedPlan) -> Scarcity:
    rows = plan.rows
    return Scarcity(
        tuple(row.name for row in rows.rows), rows.use, rows.bound - plan.due, plan.allocation.prices,
        closed_actions(rows.caps, len(prepared.actions)),
    )  # fmt: skip


def _scarcity_content(scarcity: Scarcity) -> dict[str, Any]:
    places = np.nonzero(scarcity.use)
    return {
        "names": list(scarcity.names), "shape": list(scarcity.use.shape), "places": [axis.tolist() for axis in places],
        "use": scarcity.use[places].tolist(), "bound": scarcity.bound.tolist(), "prices": scarcity.prices.tolist(),
        "closed": scarcity.closed.tolist(),
    }  # fmt: skip


def _scarcity_of(raw: Mapping[str, Any]) -> Scarcity:
    use = np.zeros(raw["shape"])
    use[tuple(np.array(axis, dtype=np.int64) for axis in raw["places"])] = raw["use"]
    bound, prices = (np.array(raw[name], dtype=np.float64) for name in ("bound", "prices"))
    return Scarcity(tuple(raw["names"]), use, bound, prices, np.array(raw["closed"], dtype=np.bool_))


def _as_json(value: object) -> Any:  # noqa: ANN401 - what JSON gives back
    """Return values as JSON holds them, days as texts, as policies are read from evidence too."""
    return json.loads(json.dumps(value, default=str))


def _frame_content(frame: pl.DataFrame) -> dict[str, Any]:
    """Return a frame as plain values; days and instants as ISO texts."""
    schema = {name: str(dtype) for name, dtype in frame.schema.items()}
    return {
        "schema": schema,
        "columns": {name: [_plain(v) for v in frame[name].to_list()] for name in schema},
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _frame_of(raw: Mapping[str, Any]) -> pl.DataFrame:
    columns = []
    for name, dtype in raw["schema"].items():
        kind, values = _DTYPES[dtype], raw["columns"][name]
        if kind in (pl.Date, pl.Datetime("us", "UTC")):
            read = dt.date.fromisoformat if kind == pl.Date else dt.datetime.fromisoformat
            values = [None if value is None else read(value) for value in values]
        columns.append(pl.Series(name, values, dtype=kind))
    return pl.DataFrame(columns)


def _actions(raw: Mapping[str, Any]) -> Actions:
    table, products = _frame_of(raw["actions"]).select(list(ACTION_SCHEMA)), _frame_of(raw["products"])
    place = {name: row for row, name in enumerate(products["product_id"])}
    index = np.array([place.get(name, -1) for name in table["product_id"]], dtype=np.int64)
    return Actions(
        table, products, index, {name: parse_expression(one, name) for name, one in raw["triggers"].items()}
    )
