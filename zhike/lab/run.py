"""Play policies forward from the same world: what each brings, customer by customer, with common random numbers.

Every policy begins with the world as history left it and meets the same dice, so two of them differ in nothing but what
was ordered. A policy's world writes its own contract tables behind those of history, and that is all the policy reads.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.contracts import CONTRACTS
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.lab.facts_month import frames
from zhike.lab.groups import groups_of
from zhike.lab.loop import Evidence, Zhike
from zhike.lab.policies import checked_names, policy_named
from zhike.lab.simulated_bank import open_simulated
from zhike.lab.situation import Situation
from zhike.lab.workers import in_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook
    from zhike.lab.facts_month import MonthResults
    from zhike.lab.situation import Policy, SeeingPolicy
    from zhike.lab.state import State, Traits
    from zhike.lab.world import Tally, World

__all__ = ["SUMMED", "Played", "Run", "own_tables", "play", "run", "runs"]

SUMMED: Final = (
    "base_margin", "margin", "cost", "complaint_cost", "franchise", "benefit", "annoyance", "contacts", "unsuitable",
    "complaints", "left", "served", "hours",
)  # fmt: skip
"""What is added up over the months, per customer; see `zhike.lab.world.Tally`."""
_SLOWEST: Final = ("zhike", "oracle", "informed", "propensity", "tiered", "standard", "nothing")
_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Played:
    """What one policy brought.

    Parameters
    ----------
    customers : DataFrame
        One row per customer in the order of the world: `SUMMED` over the months, ``satisfaction`` at the end (null for those
        who are not here), ``ever_here``.
    monthly : DataFrame
        One row a month: the sums over customers, those here at the end of the month, their mean satisfaction.
    evidence : Evidence or None
        Of the last month's plan, for the loop.
    seconds : float
    """

    policy: str
    customers: pl.DataFrame
    monthly: pl.DataFrame
    evidence: Evidence | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """Policies that were played over the same months.

    Parameters
    ----------
    groups : DataFrame
        Customers in the order of the world: ``customer_id``, ``household`` and the groups of `zhike.lab.groups`.
    played : mapping of str to Played
    """

    seed: int
    first_month: int
    months: int
    groups: pl.DataFrame
    played: Mapping[str, Played]


@dataclass(frozen=True, slots=True)
class Task:
    """One policy to be played on one bank: all that another process needs."""

    bank: Path
    truth: Path | None
    policy: str
    months: int
    rulebook: Path | None
    keep: Path | None = None
    followed: str | None = None


def run(
    bank: Path,
    truth: Path | None,
    policies: Sequence[str],
    months: int,
    rulebook: Path | None = None,
    processes: int = 2,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    keep: Path | None = None,
) -> Run:
    """Play policies on one bank.

    Parameters
    ----------
    bank, truth : Path
        Folders of a simulated bank and of its truth, the one beside the bank by default.
    policies : sequence of str
        Names of `zhike.lab.policies.POLICIES`; the reference is played in any case.
    months : int
        1 or more.
    rulebook : Path, optional
        Folder of rule files.
    processes : int
        Policies played at a time, each with one numeric thread.
    progress : callable
        Told the policy-months done and their total.
    keep : Path, optional
        Folder in which each policy's own tables stay, see `own_tables`; without it they are removed.

    Raises
    ------
    UsageError
        For an unknown policy or no month.
    InputUnreadableError
        When the truth is missing or is not that of the bank.
    """
    return runs([(bank, truth)], policies, months, rulebook, processes, progress, keep)[0]


def runs(
    banks: Sequence[tuple[Path, Path | None]],
    policies: Sequence[str],
    months: int,
    rulebook: Path | None = None,
    processes: int = 2,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    keep: Path | None = None,
    followed: str | None = None,
) -> list[Run]:
    """Play policies on several banks, policy by policy and bank by bank in the same processes; see `run`.

    Parameters
    ----------
    followed : str, optional
        The policy that ``zhike`` follows: a file, or a path in the rulebook. Models that it names are those of each bank's registry, on each
        day the version in force.

    Raises
    ------
    PolicyError
        When there is no such policy, or it names a model that a bank does not keep.
    """
    names = checked_names(policies)
    if months < 1:
        raise UsageError(what=f"--months {months}", expected=phrase("1 or more"))
    opened = [_opening(bank, truth, rulebook, followed) for bank, truth in banks]
    order = sorted(names, key=_SLOWEST.index)
    tasks = [
        Task(
            bank, truth, name, months, rulebook, None if keep is None else keep / str(place) / name, followed
        )
        for place, (bank, truth) in enumerate(banks)
        for name in order
    ]
    found = in_processes(play_task, tasks, processes, lambda done: progress(done, months * len(tasks)))
    results = []
    for place, (seed, first_month, groups) in enumerate(opened):
        mine = {played.policy: played for played in found[place * len(order) : (place + 1) * len(order)]}
        results.append(Run(seed, first_month, months, groups, {name: mine[name] for name in names}))
    return results


def _opening(
    bank: Path, truth: Path | None, rulebook: Path | None, followed: str | None
) -> tuple[int, int, pl.DataFrame]:
    """Return seed, first month and groups of a bank, once it is known that it can be played, and the policy followed."""
    from zhike.adapters.kept_models import models_named
    from zhike.adapters.policy_files import load_policy
    from zhike.adapters.rule_files import load_rulebook

    rules = load_rulebook(rulebook)
    opened, sealed = open_simulated(bank, truth, rules)
    if followed is not None:
        day = _day_before(sealed.world.month)
        models_named(load_policy(rules, followed, day), opened, day)
    return sealed.world.dice.seed, sealed.world.month, groups_of(sealed.world)


def _day_before(month: int) -> dt.date:
    """Return the last day before a month, of which a policy sees what was known."""
    year, place = divmod(month, _MONTHS_A_YEAR)
    return dt.date(1970 + year, place + 1, 1) - dt.timedelta(days=1)


def play_task(task: Task, tell: Callable[[], None]) -> Played:
    """Open a bank with its truth and play one policy; `tell` is called after every month."""
    from zhike.adapters.kept_models import models_named
    from zhike.adapters.rule_files import load_rulebook

    rules = load_rulebook(task.rulebook)
    opened, sealed = open_simulated(task.bank, task.truth, rules)
    history = {
        name: pl.concat([rows, sealed.later[name].lazy()]) if name in sealed.later else rows
        for name, rows in opened.tables().items()
    }
    folder = Path(tempfile.mkdtemp(prefix="zhike-lab-")) if task.keep is None else task.keep
    try:
        zone = opened.manifest.timezone
        policy = policy_named(task.policy)
        if task.followed is not None and isinstance(policy, Zhike):
            policy = Zhike(task.followed, lambda wanted, at: models_named(wanted, opened, at))
        return play(sealed.world, policy, history, task.months, rules, zone, folder, tell)
    finally:
        if task.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def play(
    world: World,
    policy: Policy | SeeingPolicy,
    history: Mapping[str, pl.LazyFrame],
    months: int,
    rulebook: Rulebook,
    timezone: str,
    folder: Path,
    tell: Callable[[], None] = lambda: None,
) -> Played:
    """Play one policy forward.

    Parameters
    ----------
    world : World
        At the end of history; it is not changed.
    history : mapping of str to LazyFrame
        The bank's contract tables.
    folder : Path
        Where the rows of this policy's own world are written.
    tell : callable
        Called after every month.
    """
    began, own = time.perf_counter(), world.copy()
    customers = tuple(f"C{number:07d}" for number in own.traits.who)
    total, monthly, ever, last = _Totals(own.customers), [], own.state.here.copy(), None
    for _ in range(months):
        month = own.month
        situation = _situation(own, history, rulebook, timezone, folder, customers)
        orders = policy.orders(situation) if hasattr(policy, "orders") else policy.orders_in(own, situation)
        last = own.play(orders, policy.name, _writer(own, month, folder))
        ever |= own.state.here | (last.left > 0)
        total.add(last)
        monthly.append(_month_row(month, last))
        tell()
    satisfaction = np.full(own.customers, np.nan) if last is None else last.satisfaction
    frame = total.frame(customers, satisfaction, ever)
    return Played(
        policy.name,
        frame,
        pl.DataFrame(monthly),
        getattr(policy, "evidence", None),
        time.perf_counter() - began,
    )


def own_tables(history: Mapping[str, pl.LazyFrame], folder: Path) -> dict[str, pl.LazyFrame]:
    """Return history's tables with the rows that a policy's own world has written into a folder."""
    tables = dict(history)
    for name, table in CONTRACTS.items():
        if any((folder / name).glob("*.parquet")):
            rows = pl.scan_parquet(folder / name / "*.parquet").select(list(table.schema()))
            tables[name] = pl.concat([tables[name], rows]) if name in tables else rows
    return tables


def _situation(
    world: World,
    history: Mapping[str, pl.LazyFrame],
    rulebook: Rulebook,
    timezone: str,
    folder: Path,
    customers: tuple[str, ...],
) -> Situation:
    return Situation(
        month=world.month,
        at=_day_before(world.month),
        timezone=timezone,
        tables=own_tables(history, folder),
        customers=customers,
        deck=world.deck,
        capacity=world.resources.monthly,
        adviser_hours=world.resources.adviser_hours,
        rulebook=rulebook,
    )


def _writer(world: World, month: int, folder: Path) -> Callable[[MonthResults, Traits, State], None]:
    """Return what writes the contract rows of one month, a file a chunk and table."""

    def write(results: MonthResults, traits: Traits, state: State) -> None:
        made = frames(world.dice, world.deck, traits, state, month, results)
        for name, rows in made.items():
            if rows.height:
                place = folder / name
                place.mkdir(parents=True, exist_ok=True)
                chunk = int(traits.who[0]) if len(traits) else 0
                rows.select(list(CONTRACTS[name].schema())).write_parquet(
                    place / f"{month:06d}-{chunk:09d}.parquet"
                )

    return write


def _month_row(month: int, tally: Tally) -> dict[str, Any]:
    here = ~np.isnan(tally.satisfaction)
    sums = {name: float(np.asarray(getattr(tally, name), np.float64).sum()) for name in SUMMED}
    happy = float(tally.satisfaction[here].mean(dtype=np.float64)) if here.any() else float("nan")
    return {"month": month, **sums, "customers": int(here.sum()), "satisfaction": happy}


class _Totals:
    """Adds up months per customer."""

    def __init__(self, customers: int) -> None:
        self.sums: dict[str, NDArray[np.float64]] = {name: np.zeros(customers) for name in SUMMED}

    def add(self, tally: Tally) -> None:
        for name in SUMMED:
            self.sums[name] += getattr(tally, name)

    def frame(
        self, customers: Sequence[str], satisfaction: NDArray[Any], ever: NDArray[np.bool_]
    ) -> pl.DataFrame:
        known = pl.Series("satisfaction", np.asarray(satisfaction, dtype=np.float64)).fill_nan(None)
        return pl.DataFrame(
            {"customer_id": list(customers), **self.sums, "satisfaction": known, "ever_here": ever}
        )
