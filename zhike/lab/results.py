"""The folder of a run: ``results.json`` with all comparisons, ``results.parquet`` with every customer under every policy."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.adapters.folder_swap import built_folder, mend_folder
from zhike.adapters.seal import refuse_sealed
from zhike.core.errors import InputUnreadableError
from zhike.core.phrases import phrase
from zhike.lab.dividend import to_json

if TYPE_CHECKING:
    from pathlib import Path

    from zhike.lab.dividend import Dividend, Study
    from zhike.lab.run import Run

__all__ = ["refuse_foreign", "write_results"]

FORMAT: Final = "zhike-lab/1"
RESULTS: Final = "results.json"
CUSTOMERS: Final = "results.parquet"


def write_results(out: Path, found: Dividend | Study, runs: list[Run]) -> None:
    """Write the folder, complete or not at all; an earlier one is replaced.

    Raises
    ------
    InputUnreadableError
        When the folder holds something else.
    """
    refuse_foreign(out)
    with built_folder(out) as building:
        content = {"format": FORMAT, **to_json(found)}
        (building / RESULTS).write_text(
            json.dumps(_finite(content), ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        pl.concat([_rows(run, name) for run in runs for name in run.played]).write_parquet(
            building / CUSTOMERS, compression="zstd"
        )


def refuse_foreign(out: Path) -> None:
    """Refuse to replace anything but an earlier folder of results, before any work is done.

    Raises
    ------
    InputUnreadableError
        When the folder holds something else.
    TruthSealedError
        When it lies in a sealed one.
    """
    refuse_sealed(out)
    mend_folder(out)
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        known = json.loads((out / RESULTS).read_text("utf-8"))["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise InputUnreadableError(
            path=out, what=phrase("not a folder of results"), expected=phrase("a new folder, or one that `zhike lab` wrote"),
            advice=phrase("Name another folder with --out."),
        )  # fmt: skip


def _rows(run: Run, policy: str) -> pl.DataFrame:
    named = [pl.lit(run.seed).alias("seed"), pl.lit(policy).alias("policy")]
    return run.groups.hstack(run.played[policy].customers.drop("customer_id")).select(*named, pl.all())


def _finite(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
