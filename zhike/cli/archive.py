"""`zhike archive` and `zhike features`: the customer archive of a day, and what its columns mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.cli.console import chosen_language, emit_json, show_progress, show_table, write
from zhike.core.language import Text

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import polars as pl

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
_OUT_KINDS: Final = (".parquet", ".csv", ".jsonl")


def archive(
    bank: Path, at: dt.date, out: Path | None, rulebook: Path | None, *, as_json: bool, lang: str | None
) -> int:
    """Make the archive of a day, write it where asked, and say what it holds; return the exit code."""
    from zhike.cli.bank_archive import bank_archive

    _check_out(out)
    made = bank_archive(bank, at, rulebook)
    with show_progress("archive", quiet=as_json):
        rows = made.rows.collect(engine="streaming")
    if out is not None:
        _write(rows, out)
    summary = _summary(rows, at, out)
    if as_json:
        emit_json(summary)
    else:
        _show(rows, summary, lang)
    return 0


def _check_out(out: Path | None) -> None:
    """Refuse a file that could not be written before the work is done."""
    from zhike.core.errors import InputNotFoundError, UsageError

    if out is None:
        return
    if out.suffix not in _OUT_KINDS:
        raise UsageError(what=f"--out {out.name}", expected=f"a file ending in {', '.join(_OUT_KINDS)}")
    if not out.parent.is_dir():
        raise InputNotFoundError(path=out.parent)


def _write(rows: pl.DataFrame, out: Path) -> None:
    """Write beside the target first, so that a reader never meets half a file."""
    import polars as pl

    part = out.with_name(out.name + ".part")
    if out.suffix == ".parquet":
        rows.write_parquet(part)
    elif out.suffix == ".jsonl":
        rows.write_ndjson(part)
    else:
        lists = [name for name, dtype in rows.schema.items() if isinstance(dtype, pl.List)]
        as_text = rows.with_columns(
            pl.Series(name, [_json_text(cell) for cell in rows[name]], pl.String) for name in lists
        )
        as_text.write_csv(part)
    part.replace(out)


def _json_text(cell: object) -> str | None:
    import json

    import polars as pl

    if cell is None:
        return None
    return json.dumps(cell.to_list() if isinstance(cell, pl.Series) else cell, ensure_ascii=False)


def _summary(rows: pl.DataFrame, at: dt.date, out: Path | None) -> dict[str, object]:
    groups = ("customer_type", "life_stage", "segment_reliance", "segment_rfm", "value_band", "risk_status")
    counts = {
        name: {
            "unknown" if value is None else str(value): count
            for value, count in rows[name]
            .value_counts(sort=True)
            .sort("count", name, descending=[True, False])
            .iter_rows()
        }
        for name in groups
    }
    nulls = rows.null_count().row(0, named=True)
    known = {name: round(1 - nulls[name] / rows.height, 4) if rows.height else 0.0 for name in rows.columns}
    return {
        "at": at,
        "customers": rows.height,
        "columns": rows.width,
        "out": out,
        "groups": counts,
        "known_share": known,
    }


def _show(rows: pl.DataFrame, summary: dict[str, object], lang: str | None) -> None:
    language = chosen_language(lang)
    from zhike.know.vocabulary import word

    write(_DONE.render(language, rows=f"{rows.height:,}", columns=rows.width, at=summary["at"]))
    counts = summary["groups"]
    if isinstance(counts, dict):
        lines = [
            (name, word("unknown" if value == "None" else value).in_language(language), f"{count:,}")
            for name, found in counts.items()
            for value, count in found.items()
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
