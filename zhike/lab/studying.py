"""The same comparison in several worlds that differ in their seed only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhike.adapters.rule_files import load_rulebook
from zhike.lab.dividend import Study, dividend, study_of
from zhike.lab.policies import checked_names
from zhike.lab.run import Run, runs
from zhike.lab.simulated_bank import Order, build
from zhike.lab.workers import in_processes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Worlds", "study"]


@dataclass(frozen=True, slots=True)
class Worlds:
    """Which worlds a study builds, and how long it plays in each.

    Parameters
    ----------
    customers, history, months : int
        Size of each world, months of its history, months to play.
    seeds : tuple of int
    policies : tuple of str
    """

    customers: int
    history: int
    months: int
    seeds: tuple[int, ...]
    policies: tuple[str, ...]


def study(
    folder: Path,
    worlds: Worlds,
    rulebook: Path | None = None,
    processes: int = 2,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> tuple[Study, list[Run]]:
    """Build a world for every seed in a folder, play the policies in each, and pool.

    Parameters
    ----------
    folder : Path
        Where the banks and their truths are built; they are left there.
    worlds : Worlds
    rulebook : Path, optional
        Folder of rule files.
    processes : int
        Worlds built, or policies played, at a time.
    progress : callable
        Told the months done, of building and playing, and their total.

    Raises
    ------
    UsageError
        For an unknown policy, no month, or a world that cannot be built.
    """
    names, seeds = checked_names(worlds.policies), worlds.seeds
    building, playing = worlds.history * len(seeds), worlds.months * len(names) * len(seeds)
    tasks = [
        (folder / f"bank-{seed}", Order(worlds.customers, worlds.history, seed), rulebook) for seed in seeds
    ]
    in_processes(build_task, tasks, processes, lambda done: progress(done, building + playing))

    def tell(done: int, _of: int) -> None:
        progress(building + done, building + playing)

    banks = [(bank, None) for bank, _, _ in tasks]
    found = runs(banks, names, worlds.months, rulebook, processes, tell)
    return study_of([dividend(one) for one in found]), found


def build_task(task: tuple[Path, Order, Path | None], tell: Callable[[], None]) -> None:
    """Build one bank; `tell` is called after every month of history."""
    bank, order, rulebook = task
    told = 0

    def progress(done: int, _of: int) -> None:
        nonlocal told
        for _ in range(done - told):
            tell()
        told = max(told, done)

    build(bank, order, rulebook=load_rulebook(rulebook), progress=progress)
