"""Decisions on record with what is needed to value a policy from them, wherever they were made: in a folder here, in a store in `store_logs`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import polars as pl

from zhike.adapters.decision_files import (
    CANDIDATES,
    DECISIONS,
    EVIDENCE,
    log_sha256,
    models_behind,
    read_plan,
    read_table,
)
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.decide.logged_lists import first_chances
from zhike.decide.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from zhike.adapters.bank import Bank

__all__ = ["DecisionLog", "FirstChances", "folder_log"]


class FirstChances(Protocol):
    """P(first place) of actions on record."""

    def __call__(self, customers: Sequence[str], actions: Sequence[str]) -> NDArray[np.float64]:
        """Return them, shape (n_customers, n_actions)."""
        ...


@dataclass(frozen=True, slots=True)
class DecisionLog:
    """Decisions of one day, one list a customer.

    Parameters
    ----------
    where : str
        The folder; of a store its publication, as ``publication 3``.
    at : date
        Day of the decisions, from which outcomes count.
    known : date
        Day of the facts that they rest on.
    policy : Policy
        Which decided.
    decisions : DataFrame
        ``customer_id``, ``decision_id``, ``rank``, ``action_id``, ``arm``, ``action_probability``.
    actions : DataFrame
        ``action_id``, ``product_id``, ``kind``, ``worth``, ``cost``, ``currency`` of what could be done.
    inputs : DataFrame
        What the policy read of the customers.
    first : FirstChances
    models : list of dict
        ``name``, ``kind`` and ``version`` of the models behind the decisions.
    sha256 : str
        Of the log.
    publication : int or None
        None for a folder.
    answers : DataFrame or None
        Answers on record where the decisions are, as rows of the contract ``responses``; None where the bank's own are all there are.
    apart : int
        Decisions of the same days that no list stands for, as they were asked for otherwise than the policy decides by itself.
    """

    where: str
    at: dt.date
    known: dt.date
    policy: Policy
    decisions: pl.DataFrame = field(repr=False)
    actions: pl.DataFrame = field(repr=False)
    inputs: pl.DataFrame = field(repr=False)
    first: FirstChances = field(repr=False)
    models: list[dict[str, str]]
    sha256: str
    publication: int | None = None
    answers: pl.DataFrame | None = field(default=None, repr=False)
    apart: int = 0


def folder_log(folder: Path, bank: Bank) -> DecisionLog:
    """Return the decisions of a folder.

    Parameters
    ----------
    folder : Path
        Written by `zhike decide`.
    bank : Bank

    Raises
    ------
    UsageError
        When they are of another bank.
    """
    plan = read_plan(folder)
    if plan["inputs"]["bank"] != bank.manifest.name:
        raise UsageError(
            what=phrase("decisions of {other} in {folder}", other=plan["inputs"]["bank"], folder=folder),
            expected=phrase("decisions of {name}, as --bank says", name=bank.manifest.name),
        )
    day, stored = dt.date.fromisoformat(plan["at"]), plan["policy"]
    return DecisionLog(
        str(folder), day, day, Policy.from_content(stored["path"], stored["version"], stored["content"]),
        read_table(folder, DECISIONS), read_table(folder, f"{EVIDENCE}/actions.parquet"), read_table(folder, f"{EVIDENCE}/inputs.parquet"),
        lambda customers, actions: first_chances(pl.scan_parquet(folder / CANDIDATES), customers, actions),
        models_behind(plan), log_sha256(folder),
    )  # fmt: skip
