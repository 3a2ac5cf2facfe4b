"""Why the chance of a yes is what it is for one customer: exact contributions, added up to what a customer understands, against customers of the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from zhike.core.language import Text
from zhike.decide.contributions import Reference, Wording, contributions, top_reasons
from zhike.decide.inputs import hash_uniforms

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.contributions import Explained, Parts

__all__ = ["COMPARED", "ChanceReasons", "Explainable", "chance_reasons", "drawn_rows", "reasons_against"]

COMPARED: Final = 500
"""Customers that one is compared with, drawn by a hash of their numbers."""
POPULATION: Final = "customers of the day"
_GROUPS: Final = {
    "offer": ("template", "channel", "family", "product_id"), "age": ("age",), "money": ("money",), "tenure": ("tenure",),
    "digital": ("digital",), "kind": ("kind",), "holdings": ("own", "others"),
}  # fmt: skip


def _wording(en: str, hans: str, hant: str) -> Wording:
    more, less = ("more", "较高", "較高"), ("less", "较低", "較低")
    raises, lowers = (
        Text(f"{en} say yes {than[0]} often", f"{hans}接受率{than[1]}", f"{hant}接受率{than[2]}")
        for than in (more, less)
    )
    return Wording(raises, lowers)


_WORDS: Final = {
    "offer": Wording(
        Text("this offer over this channel suits such customers better than others", "此类客户较适合此渠道的这一推介", "此類客戶較適合此通路的這一推介"),
        Text("this offer over this channel suits such customers less than others", "此类客户较不适合此渠道的这一推介", "此類客戶較不適合此通路的這一推介"),
    ),
    "age": _wording("customers of this age", "该年龄段客户的", "該年齡段客戶的"),
    "money": _wording("customers with as much money here", "在本行资金相近的客户，", "在本行資金相近的客戶，"),
    "tenure": _wording("customers who have been here as long", "在本行年限相近的客户，", "在本行年限相近的客戶，"),
    "digital": _wording("customers who come to the bank the same way", "惯用同类渠道的客户，", "慣用同類通路的客戶，"),
    "kind": _wording("customers of this kind", "同类型客户的", "同類型客戶的"),
    "holdings": _wording("customers who hold as much of this and of other kinds", "此类及其他产品持有相近的客户，", "此類及其他產品持有相近的客戶，"),
}  # fmt: skip


class Explainable(Protocol):
    """Chances that can be taken apart."""

    def known(self, actions: Actions) -> NDArray[np.bool_]:
        """Return of which actions something was learnt, shape (n_actions,)."""
        ...

    def applied(self, actions: Actions, inputs: pl.DataFrame) -> NDArray[np.float64]:
        """Return P(yes | delivered), NaN where nothing was learnt, shape (n_customers, n_actions)."""
        ...

    def speakers(self, actions: Actions, inputs: pl.DataFrame) -> list[str]:
        """Return the name of the model that speaks for each customer, "" of the one for all who have no other."""
        ...

    def parts_of(
        self, actions: Actions, inputs: pl.DataFrame, column: int
    ) -> tuple[Parts, NDArray[Any]] | None:
        """Return what takes scores of an action apart, by the model of the first customer, and its rows; None where it has no model.

        Rows of customers whose scores come from another model are left out; the first stays the first.
        """
        ...


@dataclass(frozen=True, slots=True)
class ChanceReasons:
    """Why a chance is what it is.

    Parameters
    ----------
    score, base : float
        Of the customer, and the mean of those compared with; in log odds, or for counted chances in the score by which their likes are found.
    compared, customers : int
        With how many of how many customers of the day.
    reasons : tuple of Explained
        The strongest first; together they are the difference.
    """

    score: float
    base: float
    compared: int
    customers: int
    reasons: tuple[Explained, ...]


def chance_reasons(
    chances: Explainable, actions: Actions, inputs: pl.DataFrame, customer: str, column: int
) -> ChanceReasons | None:
    """Return why the chance that a customer says yes to an action is what it is; None where nothing was learnt of the action.

    Parameters
    ----------
    chances : Explainable
    actions : Actions
    inputs : DataFrame
        Of all customers of the day, with ``customer_id`` and the columns of ``CELL_COLUMNS``.
    customer : str
    column : int
        Of the action.
    """
    if not chances.known(actions)[column]:
        return None
    names = inputs["customer_id"].to_list()
    rows = [names.index(customer), *drawn_rows(names)]
    found = chances.parts_of(actions, inputs[rows], column)
    if found is None:
        return None
    parts, x = found
    compared = x[1:] if len(x) > 1 else x
    return reasons_against(
        parts, x[:1], Reference.of(parts, compared, POPULATION), (len(compared), len(names))
    )


def drawn_rows(names: Sequence[str]) -> list[int]:
    """Return the rows of the customers of a day that one is compared with."""
    order = np.argsort(hash_uniforms(list(names), "chance reasons", 1)[:, 0], kind="stable")
    return sorted(order[:COMPARED].tolist())


def reasons_against(
    parts: Parts, x: NDArray[Any], reference: Reference, counts: tuple[int, int]
) -> ChanceReasons:
    """Return why the score of one row, shape (1, n_columns), is not that of a reference; with how many of how many it is compared."""
    told = contributions(parts, x, reference).grouped(_GROUPS)
    reasons = top_reasons(told, 0, _WORDS, most=len(_GROUPS))
    return ChanceReasons(float(told.totals()[0]), told.base, *counts, reasons)
