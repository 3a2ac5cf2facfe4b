"""What the rules read of each customer, gathered once: the archive, consents, contacts, refusals, products held.

The frame of inputs is kept as evidence beside the decisions. Every verdict can be computed again from it and from the
table of actions alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.errors import PolicyError
from zhike.core.phrases import phrase
from zhike.core.tables import polars_dtype
from zhike.govern.consent import consent_answers, consent_column
from zhike.know.warning_columns import WARNINGS_GIVEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.policy import Cap
    from zhike.know.view import View

__all__ = [
    "GREETED_OVER",
    "GROUPED_BY",
    "MARKETING",
    "Inputs",
    "OneCustomer",
    "action_values",
    "advisers",
    "customer_values",
    "gather_inputs",
    "hash_uniforms",
    "pair_values",
    "text_columns",
]

HELD_OUT: Final = "held_out"
HELD: Final = "products_held"
REFUSED, REFUSED_DAYS = "refused_offers", "refused_days"
CONTACT_DAYS: Final = "days_since_contact"
ADVISER: Final = "adviser_id"
"""Not a feature of the archive: only constraints read it."""
MARKETING: Final = "marketing"
GROUPED_BY: Final = ("age", "customer_type", "region", "service_tier", "sex")
"""By what is measured whether customers are served alike."""
_REMINDED_OF: Final = (
    "risk_valid_until", "next_maturity_on", "next_maturity_amount", "currency", "birth_date", "do_not_contact",
    WARNINGS_GIVEN,
)  # fmt: skip
"""What `zhike.decide.reminders` reads, whatever the conditions read."""
_ALWAYS: Final = ("consent_on_record", HELD, *_REMINDED_OF, *GROUPED_BY)
GREETED_OVER: Final = ("adviser", "branch", "phone")
"""Channels of conversations that staff hold: whether marketing is agreed to over them is known of every customer."""
LOOPS: Final = "loops_open"
"""Call-backs to an unhappy customer that are open: none until what is live says so, as no archive knows of them."""
_DERIVED: Final = (HELD_OUT, REFUSED, REFUSED_DAYS, CONTACT_DAYS, LOOPS)
_PRODUCT_EXTRA: Final = ("present", "on_sale")
_EPOCH: Final = dt.date(1970, 1, 1)


def gather_inputs(
    archive: pl.DataFrame, view: View, actions: Actions, caps: Sequence[Cap], names: Iterable[str]
) -> pl.DataFrame:
    """Return one row per customer with everything that the conditions read.

    Parameters
    ----------
    archive : DataFrame
        One row per customer, see `zhike.know.archive`.
    view : View
        The bank's tables on the same day.
    actions : Actions
    caps : sequence of Cap
        Contact caps, each counted in a column of its own.
    names : iterable of str
        Dotted names that the conditions read; those of ``customer.`` must be columns of the archive.

    Returns
    -------
    DataFrame
        Sorted by ``customer_id``.

    Raises
    ------
    PolicyError
        When a rule reads a customer attribute that the archive does not have.
    """
    counted = {cap.column for cap in caps}
    names = frozenset(names)
    wanted = (
        {name.partition(".")[2] for name in names if name.startswith("customer.")} - counted - set(_DERIVED)
    )
    wanted |= {name for name in _ALWAYS if name in archive.columns}
    missing = sorted(wanted - set(archive.columns))
    if missing:
        raise PolicyError(
            what=phrase("customer attributes {missing}", missing=missing),
            path="rules",
            expected=phrase("columns of `zhike features`"),
        )
    frame = archive.select("customer_id", *sorted(wanted - {"customer_id"})).sort("customer_id")
    for part in (_contacts(view, caps), *_consents(view, actions), _refusals(view)):
        frame = frame.join(part, on="customer_id", how="left", maintain_order="left")
    if f"customer.{LOOPS}" in names:
        frame = frame.with_columns(pl.lit(0, pl.Int64).alias(LOOPS))
    empty: dict[str, list[str]] = {HELD: [], REFUSED: [], REFUSED_DAYS: []}
    return frame.with_columns(
        *(pl.col(cap.column).fill_null(0) for cap in {cap.column: cap for cap in caps}.values()),
        *(pl.col(name).fill_null(pl.lit(value, dtype=frame.schema[name])) for name, value in empty.items()),
    )


def advisers(archive: pl.DataFrame, view: View) -> pl.DataFrame:
    """Add the member of staff who advises each customer, the first by identifier where there are several."""
    ties = view.current("relationships").filter(pl.col("object_type") == "staff", pl.col("role") == "adviser")
    first = ties.group_by("customer_id").agg(pl.col("object_id").min().alias(ADVISER)).collect()
    return archive.join(first, on="customer_id", how="left", maintain_order="left")


def _contacts(view: View, caps: Sequence[Cap]) -> pl.DataFrame:
    """Return outbound contacts within each cap's window, and the days since the last; mandatory notices do not count."""
    contacts = view.current("interactions").filter(
        pl.col("direction") == "outbound", pl.col("purpose").ne_missing("mandatory")
    )
    columns = [
        (
            view.within("occurred_on", cap.window_days)
            & ((pl.col("channel") == cap.channel) | (cap.channel == "all"))
        )
        .sum()
        .cast(pl.Int64)
        .alias(cap.column)
        for cap in {cap.column: cap for cap in caps}.values()
    ]
    since = view.age_in_days("occurred_on").min().cast(pl.Int64).alias(CONTACT_DAYS)
    return contacts.group_by("customer_id").agg(*columns, since).collect()


def _consents(view: View, actions: Actions) -> list[pl.DataFrame]:
    """Return the answers to every purpose and channel that an action needs, and to marketing in conversations."""
    keys = actions.table.select("purpose", "channel").unique().filter(pl.col("purpose") != "none").rows()
    every = sorted({*keys, *((MARKETING, channel) for channel in GREETED_OVER)})
    return consent_answers(view.current("consents").collect(), every)


def _refusals(view: View) -> pl.DataFrame:
    """Return each offer (template and product) that a customer refused and the days since."""
    offer = pl.col("action_id").str.replace(r":[^:]*$", "")
    refused = (
        view.current("responses")
        .filter(pl.col("outcome") == "refused")
        .group_by("customer_id", offer.alias("offer"))
        .agg(view.age_in_days("responded_on").min().cast(pl.Int64).alias("days"))
        .sort("customer_id", "offer")
    )
    lists = (pl.col("offer").alias(REFUSED), pl.col("days").alias(REFUSED_DAYS))
    return refused.group_by("customer_id", maintain_order=True).agg(*lists).collect()


@dataclass(frozen=True, slots=True)
class OneCustomer:
    """The inputs of one customer as plain values, read like a frame of one row but without a frame's overhead.

    Parameters
    ----------
    values : mapping of str to value
        By column of `gather_inputs`; None where unknown.
    texts : frozenset of str
        Columns that hold texts.
    """

    values: Mapping[str, Any]
    texts: frozenset[str]

    def __len__(self) -> int:
        """One."""
        return 1

    def as_values(self, name: str) -> NDArray[Any]:
        """Return a column as the rule language reads it, shape (1,)."""
        value = self.values[name]
        if name in self.texts:
            return np.array([value or ""], dtype=str)
        if isinstance(value, dt.date):
            value = (value - _EPOCH).days
        return np.array([np.nan if value is None else value], dtype=np.float64)


Inputs = pl.DataFrame | OneCustomer


def text_columns(inputs: pl.DataFrame) -> frozenset[str]:
    """Return the columns of a frame of inputs that hold texts."""
    return frozenset(name for name, dtype in inputs.schema.items() if dtype == pl.String)


def _values_of(inputs: Inputs, name: str) -> NDArray[Any]:
    return inputs.as_values(name) if isinstance(inputs, OneCustomer) else _as_values(inputs[name])


def _lists_of(inputs: Inputs, name: str) -> list[Any]:
    return [inputs.values[name]] if isinstance(inputs, OneCustomer) else inputs[name].to_list()


def customer_values(inputs: Inputs, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Return the customer attributes that conditions read, each of shape (n_customers, 1)."""
    columns = {name: name.partition(".")[2] for name in names if name.startswith("customer.")}
    return {name: _values_of(inputs, column)[:, None] for name, column in columns.items()}


def action_values(
    actions: Actions, parent: NDArray[Any], product: NDArray[Any], names: Iterable[str]
) -> dict[str, NDArray[Any]]:
    """Return action and product attributes, each of shape (1, n_columns).

    Parameters
    ----------
    actions : Actions
    parent, product : ndarray of int, shape (n_columns,)
        Row of the action and of the product of each column, -1 for none.
    names : iterable of str
        Dotted names.
    """
    values: dict[str, NDArray[Any]] = {}
    for name in names:
        owner, _, column = name.partition(".")
        if owner == "action":
            values[name] = _as_values(actions.table[column])[parent][None, :]
        elif owner == "product" and column in _PRODUCT_EXTRA:
            values[name] = (product >= 0).astype(np.float64)[None, :]
        elif owner == "product":
            values[name] = _of_product(actions.products[column], product)[None, :]
    return values


def _of_product(column: pl.Series, product: NDArray[Any]) -> NDArray[Any]:
    filler = pl.Series(column.name, [None], dtype=column.dtype)
    return _as_values(pl.concat([column, filler]))[np.where(product >= 0, product, len(column))]


def pair_values(
    inputs: Inputs,
    actions: Actions,
    parent: NDArray[Any],
    names: frozenset[str],
    *,
    presume_consent: bool,
) -> dict[str, NDArray[Any]]:
    """Return attributes of a customer and an action together, shape (n_customers, n_columns) or broadcastable.

    Parameters
    ----------
    names : frozenset of str
        Those that are wanted; whether the product is held is not among what is told here.
    presume_consent : bool
        Whether a customer of whom no answer at all is on record counts as having consented.
    """
    found = {}
    if names & {"pair.consented", "pair.consent_presumed"}:
        consented, presumed = _consented(inputs, actions, presume=presume_consent)
        found = {"pair.consented": consented[:, parent], "pair.consent_presumed": presumed[:, parent]}
    if "pair.days_since_contact" in names:
        found["pair.days_since_contact"] = _values_of(inputs, CONTACT_DAYS)[:, None]
    if "pair.days_since_refused" in names:
        found["pair.days_since_refused"] = _days_since_refused(inputs, actions)[:, parent]
    return found


def _consented(inputs: Inputs, actions: Actions, *, presume: bool) -> tuple[NDArray[Any], NDArray[Any]]:
    answer = np.full((len(inputs), len(actions)), np.nan)
    for (purpose, channel), here in actions.consent_keys.items():
        if purpose == "none":
            answer[:, here] = 1.0
        else:
            answer[:, here] = _values_of(inputs, consent_column(purpose, channel))[:, None]
    no_record = np.nan_to_num(_values_of(inputs, "consent_on_record")) == 0
    presumed = np.isnan(answer) & no_record[:, None] & presume
    return np.where(presumed, 1.0, answer), presumed.astype(np.float64)


def _days_since_refused(inputs: Inputs, actions: Actions) -> NDArray[np.float64]:
    days = np.full((len(inputs), len(actions)), np.nan)
    columns = actions.offer_columns
    for row, (refused, since) in enumerate(
        zip(_lists_of(inputs, REFUSED), _lists_of(inputs, REFUSED_DAYS), strict=True)
    ):
        for offer, count in zip(refused, since, strict=True):
            days[row, columns.get(offer, [])] = count
    return days


def _as_values(column: pl.Series) -> NDArray[Any]:
    """Return a column as the rule language reads it: numbers as float with NaN, texts with "" for unknown."""
    if column.dtype == pl.String:
        return np.array(column.fill_null("").to_list(), dtype=str)
    if column.dtype == polars_dtype("date"):
        column = column.cast(pl.Int32)
    return np.asarray(column.cast(pl.Float64).to_numpy(), dtype=np.float64)


def held_matrix(inputs: Inputs, products: Mapping[str, int]) -> NDArray[np.bool_]:
    """Return which customer holds which product, shape (n_customers, len(products))."""
    held = np.zeros((len(inputs), len(products)), dtype=bool)
    for row, names in enumerate(_lists_of(inputs, HELD)):
        held[row, [products[name] for name in names if name in products]] = True
    return held


def hash_uniforms(customers: Sequence[str], salt: str, count: int) -> NDArray[np.float64]:
    """Return numbers in [0, 1) that depend on the customer and the salt only: no random state, no row order.

    Parameters
    ----------
    customers : sequence of str
    salt : str
        Names the purpose and the day.
    count : int
        Numbers per customer, at most 7.

    Returns
    -------
    ndarray of float, shape (n_customers, count)

    Examples
    --------
    >>> hash_uniforms(["a", "b"], "holdout", 1).round(3).tolist() == hash_uniforms(["b", "a"], "holdout", 1)[::-1].round(3).tolist()
    True
    """
    size = 8 * count
    key = hashlib.blake2b(salt.encode(), digest_size=32).digest()
    digests = b"".join(
        hashlib.blake2b(name.encode(), digest_size=size, key=key).digest() for name in customers
    )
    words = np.frombuffer(digests, dtype=">u8").reshape(len(customers), count)
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53
