"""`zhike tables`: print the contract tables."""

from __future__ import annotations

import dataclasses

from zhike.cli.console import chosen_language, emit_json, show_table
from zhike.core.contracts import CONTRACTS, contract
from zhike.core.language import Text

__all__ = ["tables"]

_TABLE_HEADS = (
    Text("table", "表", "表"), Text("kind", "类型", "類型"), Text("a row is", "每行含义", "每列含義"),
    Text("key", "主键", "主鍵"), Text("as of", "时点列", "時點欄"), Text("columns", "列数", "欄數"),
)  # fmt: skip
_COLUMN_HEADS = (
    Text("column", "列", "欄"), Text("dtype", "类型", "型別"), Text("unit", "单位", "單位"),
    Text("personal data", "个人信息级别", "個人資料級別"), Text("required", "必填", "必填"),
    Text("values", "取值", "取值"), Text("references", "引用", "參照"), Text("meaning", "含义", "含義"),
)  # fmt: skip


def tables(name: str | None, *, as_json: bool, lang: str | None) -> int:
    """Print all contract tables, or the columns of one; return the exit code."""
    language = chosen_language(lang)
    if as_json:
        chosen = CONTRACTS.values() if name is None else [contract(name)]
        payload = [{**dataclasses.asdict(table), "as_of": list(table.as_of)} for table in chosen]
        emit_json(payload if name is None else payload[0])
    elif name is None:
        rows = [
            [t.name, t.kind, t.meaning, ", ".join(t.key), ", ".join(t.as_of), len(t.columns)]
            for t in CONTRACTS.values()
        ]
        show_table("", [head.in_language(language) for head in _TABLE_HEADS], rows)
    else:
        _show_columns(name, [head.in_language(language) for head in _COLUMN_HEADS])
    return 0


def _show_columns(name: str, heads: list[str]) -> None:
    table = contract(name)
    rows = [
        [
            c.name,
            c.dtype,
            c.unit,
            c.personal,
            "*" if c.required else "",
            ", ".join(c.values),
            c.references,
            c.meaning,
        ]
        for c in table.columns
    ]
    title = f"{table.name}: {table.meaning} ({table.kind}; {', '.join(table.identity)})"
    show_table(title, heads, rows)
