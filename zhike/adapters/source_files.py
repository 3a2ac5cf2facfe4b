"""Parquet files of a source with a fixed layout, read whole, with clear errors when the layout is another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.contracts import contract
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.tables import KNOWN_AT
from zhike.observe.checks import LINE, SOURCE_FILE, start_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["day_of", "finished", "read_source", "source_folder"]


_ISO: Final = "%Y-%m-%d"


def source_folder(path: Path) -> Path:
    """Return the folder when it is one."""
    if not path.is_dir():
        raise InputNotFoundError(path=path)
    return path


def read_source(folder: Path, pattern: str, columns: Sequence[str]) -> pl.DataFrame:
    """Return the rows of all files that fit a pattern, in file order, with file and row number.

    Raises
    ------
    InputNotFoundError
        When no file fits.
    InputUnreadableError
        When a file is not Parquet or lacks a column.
    """
    files = sorted(folder.glob(pattern))
    if not files:
        raise InputNotFoundError(path=folder / pattern)
    frames = [_read(file, columns) for file in files]
    mixed = [name for name in columns if len({frame.schema[name].is_temporal() for frame in frames}) > 1]
    return pl.concat(
        [frame.with_columns(pl.col(mixed).cast(pl.String)) for frame in frames], how="diagonal_relaxed"
    )


def _read(file: Path, columns: Sequence[str]) -> pl.DataFrame:
    needed = phrase("a Parquet file with the columns {names}", names=", ".join(columns))
    try:
        frame = pl.read_parquet(file)
    except (pl.exceptions.PolarsError, OSError) as error:
        # polars' own text may name the machine's folders: only its first line is passed on.
        raise InputUnreadableError(
            path=file.name,
            what=Text(str(error).splitlines()[0], "不是 Parquet 文件", "不是 Parquet 檔案"),
            expected=needed,
            advice=phrase("Fetch the file again."),
        ) from error
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InputUnreadableError(
            path=file.name,
            what=phrase(
                "columns {names}, without {names2}", names=", ".join(frame.columns), names2=", ".join(missing)
            ),
            expected=needed,
            advice=phrase(
                "Compare the folder with the source's SOURCE.md; --from may name another kind of source."
            ),
        )
    words = pl.col(pl.Categorical, pl.Enum).cast(pl.String)
    lines = pl.int_range(1, frame.height + 1, dtype=pl.Int64).alias(LINE)
    return frame.select(columns).with_columns(words, pl.lit(file.name).alias(SOURCE_FILE), lines)


def day_of(frame: pl.DataFrame, name: str, text_format: str = _ISO) -> pl.Expr:
    """Return a column as a day, whether it came as a day, an instant, digits or text; impossible text gives null."""
    column = pl.col(name)
    if frame.schema[name].is_integer():
        column = column.cast(pl.String).str.zfill(len(_sample(text_format)))
    if frame.schema[name].is_integer() or frame.schema[name] == pl.String:
        day = column.str.slice(0, len(_sample(text_format))).str.to_date(text_format, strict=False)
        return pl.coalesce(day, column.str.slice(0, 10).str.to_date(_ISO, strict=False))
    return column.cast(pl.Date)


def _sample(text_format: str) -> str:
    return text_format.replace("%Y", "2000").replace("%y", "00").replace("%m", "01").replace("%d", "01")


def finished(frame: pl.DataFrame, table: str, timezone: str) -> pl.DataFrame:
    """Return the rows with all columns of their contract, after the source's own that the checks may quote.

    A column that the source does not have is null; a row without a time of its own was known on its day.
    """
    definition = contract(table)
    if KNOWN_AT not in frame.columns:
        frame = frame.with_columns(start_of(pl.col(definition.day), timezone))
    return frame.with_columns(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in definition.schema().items()
    )
