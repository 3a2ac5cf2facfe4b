"""What a candidate is charged for what is scarce: the price of every row times what the candidate takes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.decide.constraint_rows import ConstraintRows

__all__ = ["CandidateCharges", "Charge", "PricedRows"]


@dataclass(frozen=True, slots=True)
class Charge:
    """What one row charges a candidate.

    Parameters
    ----------
    row : str
    title : Text
    unit : str
        Currency code, ``contacts`` or ``hours``.
    price, use, charge : float
        Major units for one more unit; units taken, below 0 where the candidate helps to keep a minimum; their product.
    last_margin : float or None
        By how much the candidate with the last slot of the row was ahead of the prices.
    """

    row: str
    title: Text
    unit: str
    price: float
    use: float
    charge: float
    last_margin: float | None


@dataclass(frozen=True, slots=True)
class CandidateCharges:
    """A candidate at the plan's prices, in major units.

    Parameters
    ----------
    charges : tuple of Charge
        Of the rows with a price that it takes from or gives to.
    value, net : float
        Expected value; what is left of it beside the charges.
    missed_by : float or None
        What it lacked to be worth its charges; None where it lacked nothing.
    """

    charges: tuple[Charge, ...]
    value: float
    net: float
    missed_by: float | None


@dataclass(frozen=True, slots=True)
class PricedRows:
    """The rows of a run with the prices that its plan found.

    Parameters
    ----------
    rows : ConstraintRows
        Made again from the evidence.
    report : mapping
        Key ``allocation`` of the run's plan.
    """

    rows: ConstraintRows
    report: Mapping[str, Any]

    def of(self, customer: int, action: int, value: float) -> CandidateCharges:
        """Return what is charged for an action (column) for a customer (row of the inputs) that is worth ``value``."""
        told = {row["id"]: row for row in self.report["rows"]}
        use = self.rows.use[:, self.rows.segments.code[customer], action]
        found = tuple(
            _charge(told[row.name], float(amount))
            for row, amount in zip(self.rows.rows, use, strict=True)
            if amount and told[row.name]["price"] > 0
        )
        net = value - float(np.sum([one.charge for one in found]))
        return CandidateCharges(found, value, net, None if net > 0 else abs(net))


def _charge(row: Mapping[str, Any], use: float) -> Charge:
    last = row["last"]
    return Charge(
        row["id"], Text.of(row["title"]), row["unit"], row["price"], use, row["price"] * use, None if last is None else last["margin"]
    )  # fmt: skip
