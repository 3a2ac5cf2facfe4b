"""Early warnings of a bank: learnt from its closed windows, kept as a file that the archive takes in, their models in its registry.

Learning takes minutes on a large bank and is worth repeating monthly; the archive is published daily. The file lies between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from zhike import __version__
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.phrases import phrase
from zhike.know.given_warnings import WARNING_SCHEMA
from zhike.learn.training import TrainingSetting
from zhike.learn.warning_card import warning_card
from zhike.learn.warning_rules import PATH
from zhike.learn.warnings_of_day import WarningBank, WarningVerdict, warnings_of_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from zhike.adapters.bank import Bank
    from zhike.adapters.model_registry import ModelRegistry
    from zhike.core.rulebook import Rulebook

__all__ = ["bank_warnings", "keep_models", "read_warnings", "write_warnings"]


def bank_warnings(
    bank: Bank, rulebook: Rulebook, at: dt.date
) -> tuple[WarningBank, list[WarningVerdict], pl.DataFrame]:
    """Learn the warnings of a bank as of a day.

    Returns
    -------
    tuple of WarningBank, list of WarningVerdict and DataFrame
        What was read; a verdict a warning; the warnings that are given, columns of `WARNING_SCHEMA`.
    """
    whole = WarningBank(bank.tables(), bank.manifest.timezone, rulebook)
    configuration = {"bank": bank.sha256, PATH: rulebook.at(PATH, at).value}
    return whole, *warnings_of_day(whole, TrainingSetting(at, at, at, 0, __version__, configuration))


def keep_models(
    registry: ModelRegistry,
    whole: WarningBank,
    verdicts: Iterable[WarningVerdict],
    actor: str,
    now: dt.datetime,
) -> None:
    """Keep the models that give warnings, each with its card, so that what was told can be looked up later."""
    for one in verdicts:
        if one.given is not None and one.forward is not None:
            registry.keep(one.given, warning_card(whole, one.given, one.forward), actor, now)


def write_warnings(table: pl.DataFrame, file: Path) -> None:
    """Write warnings beside the target first, so that a reader never meets half a file."""
    part = file.with_name(f"{file.name}.part")
    table.write_parquet(part)
    part.replace(file)


def read_warnings(file: Path) -> pl.DataFrame:
    """Return the warnings of a file.

    Raises
    ------
    InputNotFoundError
        When there is no such file.
    InputUnreadableError
        When it is no table of warnings.
    """
    if not file.is_file():
        raise InputNotFoundError(path=file)
    try:
        found = pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise _no_warnings(file, str(problem)) from problem
    if dict(found.schema) != WARNING_SCHEMA:
        raise _no_warnings(file, ", ".join(found.columns))
    return found


def _no_warnings(file: Path, what: str) -> InputUnreadableError:
    expected, advice = phrase("a table of early warnings"), phrase("Make it with `zhike warnings`.")
    return InputUnreadableError(path=file, what=what, expected=expected, advice=advice)
