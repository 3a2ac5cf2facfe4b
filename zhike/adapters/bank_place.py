"""Which bank folder a server works with: where it is, and the mapping with which its rows were loaded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from zhike.act.correction_runs import correction_values
from zhike.adapters.bank import Bank
from zhike.adapters.model_registry import registry_of
from zhike.adapters.reject_runs import CORRECTED, Correction, Place, rerun_rejects
from zhike.adapters.sources import MINOR_UNITS
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.service_errors import RecordNotFoundError
from zhike.learn.stored_model import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from zhike.act.acting import Acting
    from zhike.adapters.model_registry import ModelRegistry
    from zhike.core.rulebook import Rulebook
    from zhike.decide.chance_reasons import Explainable
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["BankPlace", "CorrectionRuns"]

_TOLD = ("table", "source_file", "line", "code", "column", "needed")
_MOST_TOLD = 500
"""Cells that are still wrong and told in the result of a run; the list of rejects has them all."""


@dataclass(frozen=True, slots=True)
class BankPlace:
    """Where a bank folder is.

    Parameters
    ----------
    folder : Path
    mapping : Path or None
        Mapping file with which its rows were loaded; None where files are named after contract tables and have their columns.
    """

    folder: Path
    mapping: Path | None = None

    def open(self) -> Bank:
        """Return the bank as it is now.

        Raises
        ------
        BankNotFoundError
            When there is none.
        """
        return Bank.open(self.folder)

    def models(self) -> ModelRegistry:
        """Return the registry of the bank's models.

        Raises
        ------
        InputNotFoundError
            When the folder is not there.
        """
        return registry_of(self.folder)

    def chances_of(self, setting: ServingSetting) -> Explainable | None:
        """Return the model of chances that decisions rest on, as it is kept; None where they rest on none, or it is not there any more."""
        named = setting.chances
        if named is None:
            return None
        try:
            return _kept_chances(self.folder, named["name"], named["version"])
        except (InputNotFoundError, InputUnreadableError, RecordNotFoundError):
            return None


@lru_cache(maxsize=4)
def _kept_chances(folder: Path, name: str, version: str) -> Explainable:
    """Return a version of a model of chances; it is never changed, so it is read once."""
    return cast("Explainable", registry_of(folder).load(name, version).model(KINDS))


@dataclass(frozen=True, slots=True)
class CorrectionRuns:
    """Runs corrections that were handed in; see `zhike.act.correction_runs.run_corrections`.

    Parameters
    ----------
    acting : Acting
    rulebook : Rulebook
    place : BankPlace
    """

    acting: Acting
    rulebook: Rulebook
    place: BankPlace

    def __call__(self, row: Mapping[str, Any], _alive: Callable[[], None]) -> dict[str, Any]:
        """Return what came of a run: ``rows``, ``added``, ``identical``, ``still`` (cells) and where they are, without values."""
        with self.acting.store.read() as tx:
            values = correction_values(tx, row["job_id"])
        table = row["content"]["table"]
        corrections = [
            Correction(Place(table, one["source_file"], one["line"]), one["column"], one["value"])
            for one in values
        ]
        minor_units = self.rulebook.entry(MINOR_UNITS).versions[-1].value
        done = rerun_rejects(self.place.folder, corrections, self.place.mapping, minor_units)
        still = done.rejected.select(_TOLD).with_columns(pl.col("source_file").str.strip_suffix(CORRECTED))
        return {
            "rows": done.rows, "added": done.added, "identical": done.identical, "still": still.height,
            "rejected": still.head(_MOST_TOLD).to_dicts(),
        }  # fmt: skip
