"""`zhike lab journeys`: answers and logs of events of a made-up bank, in the form in which the measurements read them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from zhike.cli.console import emit_json, show_table
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from zhike.core.language import Language

__all__ = ["write_journeys"]

_FILE: Final = Text("file", "文件", "檔案")
_ROWS: Final = Text("rows", "行数", "列數")


def write_journeys(
    out: Path, persons: int, months: int, seed: int, rulebook: Path | None, *, as_json: bool, language: Language
) -> None:  # fmt: skip
    """Write ``answers.csv`` and ``events.csv`` of every map of the rulebook, and ``processes.csv`` of businesses, into a new folder.

    Raises
    ------
    UsageError
        When the folder already holds something.
    """
    from zhike.adapters.folder_swap import built_folder

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(what=phrase("folder '{path}' with files in it", path=out), expected=phrase("a new folder"))  # fmt: skip
    tables = _played(persons, months, seed, rulebook)
    with built_folder(out) as folder:
        for name, table in tables.items():
            table.write_csv(folder / name)
    rows = {name: len(table) for name, table in tables.items()}
    if as_json:
        emit_json({"out": str(out), "persons": persons, "months": months, "seed": seed, "rows": rows})
    else:
        show_table("", [_FILE.in_language(language), _ROWS.in_language(language)], [(f"{out}/{name}", f"{n:,}") for name, n in rows.items()])  # fmt: skip


def _played(persons: int, months: int, seed: int, rulebook: Path | None) -> dict[str, pl.DataFrame]:
    import polars as pl

    from zhike.adapters.rule_files import load_rulebook
    from zhike.lab.journeys import journey_world, play
    from zhike.lab.processes import process_log
    from zhike.measure.journeys.reading import FOLDER, KIND, read_journey

    book, today = load_rulebook(rulebook), dt.datetime.now(dt.UTC).date()
    maps = [read_journey(version) for version in book.in_force(FOLDER, KIND, today)]
    if not maps:
        raise UsageError(
            what=phrase("no map of a journey in force"), expected=phrase("a document of kind journey")
        )
    played = [play(journey_world(one, seed), persons, seed) for one in maps]
    return {
        "answers.csv": pl.concat([one.answers for one in played]),
        "events.csv": pl.concat([one.events for one in played]),
        "processes.csv": process_log(float(months), seed),
    }
