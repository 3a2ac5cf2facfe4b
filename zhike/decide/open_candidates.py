"""What is open to every customer of a run: all candidates that may be chosen and are worth it, and the notices that must be sent.

Gathered block by block and kept row by row, so that memory goes with what is open, not with customers x actions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhike.decide.judging import optional_candidates
from zhike.decide.mandatory import forced_actions

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl
    from numpy.typing import NDArray

    from zhike.decide.decisions import Judged
    from zhike.decide.preparation import Preparation

__all__ = ["OpenCandidates"]


@dataclass(frozen=True, slots=True)
class OpenCandidates:
    """Candidates by customer; doing nothing is one of everybody's.

    Parameters
    ----------
    start : ndarray of int, shape (n_customers + 1,)
        Where the candidates of each customer begin.
    action : ndarray of int, shape (n_candidates,)
        Column of the action, ascending for each customer.
    value : ndarray of float, shape (n_candidates,)
        Expected value in major units; 0 for doing nothing.
    due_customer, due_action : ndarray of int, shape (n_notices,)
        Mandatory actions of the day.
    """

    start: NDArray[np.int64]
    action: NDArray[np.uint16]
    value: NDArray[np.float64]
    due_customer: NDArray[np.int64]
    due_action: NDArray[np.uint16]

    @classmethod
    def of(
        cls, prepared: Preparation, slices: Iterable[tuple[Judged, pl.DataFrame]], closed: NDArray[np.bool_]
    ) -> OpenCandidates:
        """Gather what is open from all customers of a run, in their order.

        Parameters
        ----------
        prepared : Preparation
        slices : iterable of (Judged, DataFrame)
            See `zhike.decide.judging.judged_slices`.
        closed : ndarray of bool, shape (n_actions,)
            Actions of which nobody may get any.
        """
        major, seen = prepared.major, 0
        parts = [
            (
                np.zeros(0, np.int64),
                np.zeros(0, np.uint16),
                np.zeros(0),
                np.zeros(0, np.int64),
                np.zeros(0, np.uint16),
            )
        ]
        for judged, _ in slices:
            optional = optional_candidates(prepared, judged.expected_value, judged.verdicts.allowed) & ~closed
            row, column = np.nonzero(optional)
            value = judged.expected_value[row, column] / major[column]
            due = np.stack(
                [np.full(len(optional), -1), *forced_actions(prepared.actions, judged.verdicts.allowed)],
                axis=1,
            )
            due_row, turn = np.nonzero(due >= 0)
            codes = column.astype(np.uint16), due[due_row, turn].astype(np.uint16)
            parts.append((np.count_nonzero(optional, axis=1), codes[0], value, due_row + seen, codes[1]))
            seen += len(optional)
        size, action, value, due_customer, due_action = (
            np.concatenate(arrays) for arrays in zip(*parts, strict=True)
        )
        start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        return cls(start, action, value, due_customer, due_action)

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self.start) - 1

    @property
    def customer(self) -> NDArray[np.int64]:
        """Customer of every candidate, shape (n_candidates,)."""
        return np.repeat(np.arange(self.customers), np.diff(self.start))
