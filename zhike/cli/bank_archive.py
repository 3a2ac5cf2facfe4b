"""Open a bank, take the rules of a day, make its archive: what `archive`, `show` and `check` have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhike.adapters.bank import Bank
from zhike.adapters.policy_files import load_policy
from zhike.adapters.rule_files import load_rulebook
from zhike.know.archive import archive, archive_rules

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import polars as pl

    from zhike.core.rulebook import Rulebook
    from zhike.know.rules import ArchiveRules

__all__ = ["BankArchive", "bank_archive"]


@dataclass(frozen=True, slots=True)
class BankArchive:
    """A bank, the rules of a day, and its archive of that day, not yet computed."""

    bank: Bank
    at: dt.date
    rulebook: Rulebook
    rules: ArchiveRules
    tables: dict[str, pl.LazyFrame]
    rows: pl.LazyFrame


def bank_archive(path: Path, at: dt.date, rulebook_folder: Path | None) -> BankArchive:
    """Return the archive of a bank folder; how long a risk answer is valid follows the bank's own policy."""
    bank = Bank.open(path)
    rulebook = load_rulebook(rulebook_folder)
    policy = bank.manifest.policy
    validity = None if policy is None else load_policy(rulebook, policy, at).risk_validity
    rules = archive_rules(rulebook, at, validity)
    tables = bank.tables()
    return BankArchive(bank, at, rulebook, rules, tables, archive(tables, at, bank.manifest.timezone, rules))
