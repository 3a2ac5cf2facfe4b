"""Build a simulated bank: contract tables as a real bank has them, and the sealed truth beside them."""

from __future__ import annotations

import contextlib
import datetime as dt
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import polars as pl

from zhike.adapters.bank import Bank
from zhike.adapters.bank_load import Load, LoadReport, Staged, loading
from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.seal import refuse_sealed
from zhike.adapters.spool import Spool
from zhike.core.contracts import CONTRACTS, contract
from zhike.core.errors import InputUnreadableError, UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.tables import KNOWN_AT
from zhike.core.units import end_of_day
from zhike.decide.catalogue import Catalogue, actions_on_sale
from zhike.lab import campaigns
from zhike.lab.deck import Deck
from zhike.lab.dice import Dice
from zhike.lab.facts_month import frames
from zhike.lab.facts_opening import bank_frames, opening_frames
from zhike.lab.messy import FAULTS, mess
from zhike.lab.truth import Sealed, read_truth, truth_folder, write_truth
from zhike.lab.world import World
from zhike.observe.checks import LINE, SOURCE_FILE, contract_failures, split_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhike.core.rulebook import Rulebook
    from zhike.lab.deck import Orders
    from zhike.lab.month_results import MonthResults
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

__all__ = [
    "CURRENCY",
    "LAST_DAY",
    "LAST_MONTH",
    "POLICY",
    "TIMEZONE",
    "Order",
    "build",
    "deck_of",
    "open_simulated",
]

TIMEZONE: Final = "Asia/Shanghai"
CURRENCY: Final = "CNY"
POLICY: Final = "policies.retail_cn"
LAST_DAY: Final = dt.date(2026, 4, 30)
"""The end of history: from 2026-02-01 the rules that the shipped policy needs are in force."""
LAST_MONTH: Final = (LAST_DAY.year - 1970) * 12 + LAST_DAY.month - 1
FEWEST, MOST_MONTHS = 10, 240
_LATE_MONTHS: Final = 3
"""Months before the end of history whose facts may become known after it; older ones are known by then."""
_ORIGIN: Final = {SOURCE_FILE: pl.String, LINE: pl.Int64}
_NOTE: Final = Text(
    "A simulated bank ({customers} customers, {months} months, seed {seed}): nobody in it exists. What is true of its customers is sealed elsewhere.",
    "模拟银行（{customers} 位客户、{months} 个月、种子 {seed}）：其中无人真实存在；客户的真值另行封存。",
    "模擬銀行（{customers} 位客戶、{months} 個月、種子 {seed}）：其中無人真實存在；客戶的真值另行封存。",
)


@dataclass(frozen=True, slots=True)
class Order:
    """Which bank is to be built.

    Parameters
    ----------
    customers, months, seed : int
        Customers that there ever are, months of history, seed of the dice.
    messy : bool
        Whether rows are spoilt as extracts of real banks are.
    """

    customers: int
    months: int
    seed: int
    messy: bool = False

    def check(self) -> None:
        """Raise where the order cannot be filled.

        Raises
        ------
        UsageError
            For fewer than ten customers, or months outside 1 to 240.
        """
        if self.customers < FEWEST:
            raise UsageError(
                what=f"--customers {self.customers}", expected=phrase("{fewest} or more", fewest=FEWEST)
            )
        if not 1 <= self.months <= MOST_MONTHS:
            raise UsageError(
                what=f"--months {self.months}", expected=phrase("1 to {most_months}", most_months=MOST_MONTHS)
            )


def build(
    bank: Path,
    order: Order,
    truth: Path | None = None,
    rulebook: Rulebook | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> LoadReport:
    """Build a bank folder and its truth.

    Parameters
    ----------
    bank : Path
        Bank folder to make, or to find unchanged.
    order : Order
    truth : Path, optional
        Folder of the truth; ``BANK.truth`` beside the bank by default. It may not lie in the bank.
    rulebook : Rulebook, optional
        Gives the catalogue of actions; the shipped one by default.
    progress : callable
        Told the months done and their total.

    Raises
    ------
    UsageError
        When the order cannot be filled, or the folder holds another bank.
    """
    order.check()
    refuse_sealed(bank)
    sealed = truth or truth_folder(bank)
    if bank.resolve() in (sealed.resolve(), *sealed.resolve().parents):
        raise UsageError(
            what=phrase("--truth {sealed} inside the bank", sealed=sealed),
            expected=phrase("a folder outside it"),
        )
    _refuse_other(bank, order)
    deck = deck_of(rulebook or load_rulebook())
    world = World.opening(Dice(order.seed), deck, order.customers, LAST_MONTH - order.months + 1)
    with loading(bank) as work:
        with _Writer(work.staging, world.dice, messy=order.messy) as writer:
            _play_history(world, writer, order.months, progress)
        report = work.commit(_load(order, writer))
    seal = {"seed": order.seed, "customers": order.customers, "months": order.months, "messy": order.messy,
            "bank_sha256": Bank.open(bank).sha256}  # fmt: skip
    write_truth(sealed, world, writer.later(), writer.faults(), seal)
    return report


def open_simulated(
    bank: Path, truth: Path | None = None, rulebook: Rulebook | None = None
) -> tuple[Bank, Sealed]:
    """Open a simulated bank with its truth: for the lab alone.

    Raises
    ------
    InputUnreadableError
        When the truth is missing, damaged, or belongs to another bank.
    """
    opened, place = Bank.open(bank), truth or truth_folder(bank)
    sealed = read_truth(place, deck_of(rulebook or load_rulebook()))
    if sealed.seal["bank_sha256"] != opened.sha256:
        what, expected = (
            phrase("the truth of another bank than '{bank}'", bank=bank),
            phrase("the truth that was sealed with this bank"),
        )
        raise InputUnreadableError(
            path=place, what=what, expected=expected, advice=phrase("Name it with --truth.")
        )
    return opened, sealed


def deck_of(rulebook: Rulebook) -> Deck:
    """Return the actions of the shipped catalogue over the simulated bank's shelf, as of the end of history."""
    policy = rulebook.at(POLICY, LAST_DAY).value
    catalogue = Catalogue.of(rulebook.at(policy["catalogue"], LAST_DAY))
    units = rulebook.at("standard.iso4217.minor_units", LAST_DAY).value
    return Deck.of(actions_on_sale(catalogue, bank_frames(0)["products"], units))


def _refuse_other(bank: Path, order: Order) -> None:
    """Refuse a folder that holds another bank: two worlds in one folder would be neither."""
    if not (bank / "manifest.json").exists():
        return
    manifest = Bank.open(bank).manifest
    if manifest.source != "simulate" or _note(order) not in manifest.notes:
        what = phrase("--from simulate into '{bank}', which holds another bank", bank=bank)
        raise UsageError(what=what, expected=phrase("a new folder, or the same customers, months and seed"))


def _note(order: Order) -> Text:
    return _NOTE.filled(customers=f"{order.customers:,}", months=order.months, seed=order.seed)


def _load(order: Order, writer: _Writer) -> Load:
    return Load(
        "Simulated bank", "simulate", TIMEZONE, CURRENCY, POLICY, tables=writer.staged(distinct=not order.messy),
        rejects=writer.rejects(), notes=(_note(order),),
    )  # fmt: skip


def _play_history(world: World, writer: _Writer, months: int, progress: Callable[[int, int], None]) -> None:
    writer.put(bank_frames(world.customers), world.month)
    for first, last in world.chunks():
        writer.put(
            opening_frames(
                world.dice, world.traits.part(first, last), world.state.part(first, last), world.month
            ),
            world.month,
        )
    capacity = world.resources.monthly

    def order(traits: Traits, state: State, weather: Weather) -> Orders:
        return campaigns.orders(world.dice, world.deck, traits, state, weather, capacity)

    def record(month: int, results: MonthResults, traits: Traits, state: State) -> None:
        writer.put(frames(world.dice, world.deck, traits, state, month, results), month)

    # One chunk's facts are written while the next chunk is played; all are down before the next month changes the state.
    with ThreadPoolExecutor(1) as desk:
        recorded: list[Future[None]] = []
        for done in range(months):
            progress(done, months)
            world.play(
                order,
                campaigns.name_of(world.month),
                lambda *chunk: recorded.append(desk.submit(record, world.month, *chunk)),
            )
            while recorded:
                recorded.pop().result()
    progress(months, months)


@dataclass(slots=True)
class _Writer:
    """One spool a contract table; facts that become known after history are kept apart."""

    staging: Path
    dice: Dice
    messy: bool
    _spools: dict[str, Spool] = field(default_factory=dict)
    _origins: dict[str, Spool] = field(default_factory=dict)
    _rejects: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    _later: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    _faults: list[pl.DataFrame] = field(default_factory=list)
    _lines: dict[str, int] = field(default_factory=dict)
    _open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def __enter__(self) -> Self:
        for name, table in CONTRACTS.items():
            spool = Spool(self.staging / f"{name}.simulated.parquet", table.schema())
            self._spools[name] = self._open.enter_context(spool)
            if self.messy:
                origins = Spool(self.staging / f"{name}.origins.parquet", _ORIGIN)
                self._origins[name] = self._open.enter_context(origins)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def put(self, made: dict[str, pl.DataFrame], month: int) -> None:
        """Write the facts of one chunk and month."""
        if self.messy:
            made, faults = mess(self.dice, made, month)
            self._faults.append(faults)
            made = {name: self._sifted(name, rows) for name, rows in made.items()}
        for name, known in made.items():
            rows = known
            if rows.height and month > LAST_MONTH - _LATE_MONTHS:
                cut = end_of_day(LAST_DAY, TIMEZONE)
                self._later.setdefault(name, []).append(rows.filter(pl.col(KNOWN_AT) > cut))
                rows = rows.filter(pl.col(KNOWN_AT) <= cut)
            self._spools[name].append(rows)
            if self.messy:
                self._origins[name].append(rows)

    def _sifted(self, name: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Judge rows that may be spoilt as those of an extract; number them as if they stood in one file a table."""
        start = self._lines.get(name, 0)
        self._lines[name] = start + rows.height
        numbered = rows.with_columns(
            pl.lit(f"{name}.simulated").alias(SOURCE_FILE),
            pl.int_range(start + 1, start + rows.height + 1).alias(LINE),
        )
        split = split_rows(numbered, contract(name), contract_failures(contract(name)))
        self._rejects.setdefault(name, []).append(split.rejects)
        return split.good

    def staged(self, *, distinct: bool) -> dict[str, Staged]:
        """Return the finished files by table."""
        origins = {name: spool.path for name, spool in self._origins.items()}
        return {name: Staged(spool.path, origins.get(name), distinct) for name, spool in self._spools.items()}

    def rejects(self) -> dict[str, pl.DataFrame]:
        """Return the rows that no contract table takes, by table."""
        found = {name: pl.concat(parts) for name, parts in self._rejects.items()}
        return {name: rows for name, rows in found.items() if rows.height}

    def later(self) -> dict[str, pl.DataFrame]:
        """Return the facts that become known after history, by table."""
        found = {name: pl.concat(parts) for name, parts in self._later.items()}
        return {name: rows for name, rows in found.items() if rows.height}

    def faults(self) -> pl.DataFrame:
        """Return which rows were spoilt."""
        return pl.concat([pl.DataFrame(schema=FAULTS), *self._faults])
