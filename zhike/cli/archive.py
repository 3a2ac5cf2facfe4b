"""`zhike archive` and `zhike features`: the customer archive of a day, and what its columns mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, show_progress, show_table, write
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import polars as pl

    from zhike.core.language import Language

__all__ = ["archive", "features"]

_DONE: Final = Text(
    "{rows} customers, {columns} columns, as known at the end of {at}",
    "{rows} 位客户，{columns} 列，截至 {at} 日终所知",
    "{rows} 位客戶，{columns} 欄，截至 {at} 日終所知",
)
_WRITTEN: Final = Text("written to {out}", "已写入 {out}", "已寫入 {out}")
_HEADS: Final = (
    Text("feature", "特征", "特徵"), Text("dtype", "类型", "型別"), Text("unit", "单位", "單位"),
    Text("source", "来源", "來源"), Text("lag (days)", "时滞（天）", "時滯（天）"),
    Text("personal data", "个人信息级别", "個人資料級別"), Text("meaning", "含义", "含義"),
)  # fmt: skip
_GROUP_HEADS: Final = (
    Text("group", "分组", "分組"),
    Text("value", "取值", "取值"),
    Text("customers", "客户数", "客戶數"),
)
_GROUPS: Final = (
    "customer_type",
    "life_stage",
    "segment_reliance",
    "segment_rfm",
    "value_band",
    "risk_status",
)
_ROW_GROUP: Final = 100_000
_OUT_KINDS: Final = (".parquet", ".csv", ".jsonl")


def archive(
    bank: Path,
    at: dt.date,
    out: Path | None,
    rulebook: Path | None,
    *,
    warnings: Path | None = None,
    as_json: bool,
    lang: str | None,
) -> int:
    """Make the archive of a day, with early warnings where a file of them is named; write it where asked; return the exit code."""
    from zhike.cli.bank_archive import bank_archive

    _check_out(out)
    made = bank_archive(bank, at, rulebook)
    source = made.rows if warnings is None else _warned(made.rows, warnings, at)
    with show_progress("archive", quiet=as_json):
        rows = source.collect(engine="streaming").lazy() if out is None else _written(source, out)
        summary = _summary(rows, at, out)
    if as_json:
        emit_json(summary)
    else:
        _show(summary, chosen_language(lang))
    return 0


def _warned(rows: pl.LazyFrame, warnings: Path, at: dt.date) -> pl.LazyFrame:
    from zhike.adapters.warning_files import read_warnings
    from zhike.know.given_warnings import enter_warnings

    return enter_warnings(rows, read_warnings(warnings), at)


def _check_out(out: Path | None) -> None:
    """Refuse a file that could not be written before the work is done."""
    from zhike.core.errors import InputNotFoundError, UsageError

    if out is None:
        return
    if out.suffix not in _OUT_KINDS:
        raise UsageError(
            what=f"--out {out.name}", expected=phrase("a file ending in {names}", names=", ".join(_OUT_KINDS))
        )
    if not out.parent.is_dir():
        raise InputNotFoundError(path=out.parent)


def _written(rows: pl.LazyFrame, out: Path) -> pl.LazyFrame:
    """Write beside the target first, so that a reader never meets half a file; return what was written."""
    import polars as pl

    part = out.with_name(out.name + ".part")
    if out.suffix == ".parquet":
        # Streamed to the file in groups of a fixed size: bounded memory, and the same bytes each time.
        rows.sink_parquet(part, row_group_size=_ROW_GROUP)
        part.replace(out)
        return pl.scan_parquet(out)
    made = rows.collect(engine="streaming")
    if out.suffix == ".jsonl":
        made.write_ndjson(part)
    else:
        lists = [name for name, dtype in made.schema.items() if isinstance(dtype, pl.List)]
        texts = (pl.Series(name, [_json_text(cell) for cell in made[name]], pl.String) for name in lists)
        made.with_columns(texts).write_csv(part)
    part.replace(out)
    return made.lazy()


def _json_text(cell: object) -> str | None:
    import json

    import polars as pl

    if cell is None:
        return None
    plain = cell.to_list() if isinstance(cell, pl.Series) else cell
    return json.dumps(plain, ensure_ascii=False, default=str)


def _summary(rows: pl.LazyFrame, at: dt.date, out: Path | None) -> dict[str, Any]:
    import polars as pl

    nulls = (
        rows.select(pl.len().alias("of"), pl.all().null_count())
        .collect(engine="streaming")
        .row(0, named=True)
    )
    of = nulls.pop("of")
    groups = rows.select(pl.col(_GROUPS).fill_null("unknown")).collect(engine="streaming")
    counted = {
        name: groups[name].value_counts().sort("count", name, descending=[True, False]) for name in _GROUPS
    }
    return {
        "at": at,
        "customers": of,
        "columns": len(nulls),
        "out": out,
        "groups": {name: dict(counts.iter_rows()) for name, counts in counted.items()},
        "known_share": {name: round(1 - count / of, 4) if of else 0.0 for name, count in nulls.items()},
    }


def _show(summary: dict[str, Any], language: Language) -> None:
    from zhike.know.vocabulary import word

    write(
        _DONE.render(language, rows=f"{summary['customers']:,}", columns=summary["columns"], at=summary["at"])
    )
    lines = [
        (name, word(value).in_language(language), f"{count:,}")
        for name, counts in summary["groups"].items()
        for value, count in counts.items()
    ]
    show_table("", [head.in_language(language) for head in _GROUP_HEADS], lines)
    if summary["out"] is not None:
        write(_WRITTEN.render(language, out=summary["out"]))


def features(*, as_json: bool, lang: str | None) -> int:
    """Print every column of the archive; return the exit code."""
    from zhike.know.features import FEATURES

    language = chosen_language(lang)
    if as_json:
        emit_json([
            {
                "name": f.name, "dtype": f.dtype, "unit": f.unit, "source": f.source, "lag_days": f.lag_days, "personal": f.personal,
                "meaning": {"en": f.meaning.en, "zh-Hans": f.meaning.zh_hans, "zh-Hant": f.meaning.zh_hant},
            }
            for f in FEATURES
        ])  # fmt: skip
        return 0
    rows = [
        [f.name, f.dtype, f.unit, f.source, f.lag_days, f.personal, f.meaning.in_language(language)]
        for f in FEATURES
    ]
    show_table("", [head.in_language(language) for head in _HEADS], rows)
    return 0
