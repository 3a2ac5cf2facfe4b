"""Two policies decided over the whole base, each by the code of `zhike decide` into a folder of decisions of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.adapters.decision_files import decide_bank, read_plan, refuse_foreign
from zhike.core.errors import InputUnreadableError, PolicyError
from zhike.core.phrases import phrase
from zhike.decide.catalogue import Catalogue
from zhike.measure.whatif import Run

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from zhike.adapters.bank import Bank
    from zhike.core.rulebook import Rulebook
    from zhike.decide.policy import Policy

__all__ = ["CHANGES_FILE", "SIDES", "decide_both", "one_currency", "read_run", "refuse_other"]

SIDES: Final = ("a", "b")
"""Folders of the two runs: today's policy and tomorrow's."""
CHANGES_FILE: Final = "changes.parquet"


def one_currency(rulebook: Rulebook, policies: Sequence[Policy], at: dt.date) -> str:
    """Return the currency in which all of the policies value their actions.

    Raises
    ------
    PolicyError
        When they value in different currencies: gains and losses would not compare.
    """
    used = {}
    for policy in policies:
        templates = Catalogue.of(rulebook.at(policy.catalogue, at)).templates
        used[policy.path] = templates[0].worth.currency
    if len(set(used.values())) > 1:
        expected = phrase("policies that value in one currency, so that gains and losses compare")
        raise PolicyError(
            what=phrase("worth in {value}", value=sorted(set(used.values()))),
            path=", ".join(used),
            expected=expected,
        )
    return next(iter(used.values()))


def refuse_other(folder: Path) -> None:
    """Refuse a folder that holds anything but two earlier runs, before any work is done."""
    for side in SIDES:
        refuse_foreign(folder / side)
    known = {*SIDES, CHANGES_FILE}
    if folder.exists() and not (folder.is_dir() and {path.name for path in folder.iterdir()} <= known):
        raise InputUnreadableError(
            path=folder, what=phrase("not a folder of two policies"), expected=phrase("a new folder, or one that `zhike whatif` wrote"),
            advice=phrase("Name another folder with --out."),
        )  # fmt: skip


def decide_both(
    bank: Bank,
    rulebook: Rulebook,
    policies: Sequence[Policy],
    at: dt.date,
    out: Path,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> tuple[Run, Run]:
    """Decide for every customer of a bank under two policies and return both runs.

    Parameters
    ----------
    bank, rulebook, policies, at
        What to decide from, today's and tomorrow's policy, and the day.
    out : Path
        Gets a folder of decisions for each of `SIDES`.
    progress : callable
        Told the lists done and the lists to be made.
    """
    for number, (side, policy) in enumerate(zip(SIDES, policies, strict=True)):

        def told(done: int, of: int, before: int = number) -> None:
            progress(before * of + done, len(SIDES) * of)

        decide_bank(bank, rulebook, policy, at, out / side, told)
    return read_run(out / SIDES[0]), read_run(out / SIDES[1])


def read_run(folder: Path) -> Run:
    """Return what a folder of decisions says of a whole run."""
    plan: dict[str, Any] = read_plan(folder)
    actions = pl.read_parquet(folder / "evidence" / "actions.parquet", columns=["action_id", "hours", "cost"])
    return Run(pl.read_parquet(folder / "decisions.parquet"), actions, plan)
