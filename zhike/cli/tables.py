"""`zhike tables`: print the contract tables."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from zhike.cli.console import chosen_language, emit_json, show_table
from zhike.core.contract_meanings import KINDS, UNITS, meaning_of
from zhike.core.contracts import CONTRACTS, contract
from zhike.core.language import Text

if TYPE_CHECKING:
    from zhike.core.language import Language
    from zhike.core.tables import Column, Table

__all__ = ["tables"]

_TABLE_HEADS = (
    Text("table", "表", "表"), Text("kind", "类型", "類型"), Text("a row is", "每行含义", "每列含義"),
    Text("key", "主键", "主鍵"), Text("as of", "时点列", "時點欄"), Text("columns", "列数", "欄數"),
)  # fmt: skip
_COLUMN_HEADS = (
    Text("column", "列", "欄"), Text("dtype", "类型", "型別"), Text("unit", "单位", "單位"),
    Text("personal data", "个人金融信息类别", "個人金融資料類別"), Text("required", "必填", "必填"),
    Text("values", "取值", "取值"), Text("references", "引用", "參照"), Text("meaning", "含义", "含義"),
)  # fmt: skip
_TITLE = Text(
    "{name}: {meaning} ({kind}; {identity})",
    "{name}：{meaning}（{kind}；{identity}）",
    "{name}：{meaning}（{kind}；{identity}）",
)


def tables(name: str | None, *, as_json: bool, lang: str | None) -> int:
    """Print all contract tables, or the columns of one; return the exit code."""
    language = chosen_language(lang)
    chosen = list(CONTRACTS.values()) if name is None else [contract(name)]
    if as_json:
        payload = [_described(table, language) for table in chosen]
        emit_json(payload if name is None else payload[0])
    elif name is None:
        _show_tables(chosen, language)
    else:
        _show_columns(chosen[0], language)
    return 0


def _described(table: Table, language: Language) -> dict[str, Any]:
    """Return a table as JSON has it: codes as they stand, meanings in the language."""
    columns = [
        {**dataclasses.asdict(column), "meaning": meaning_of(table.name, column.name).in_language(language)}
        for column in table.columns
    ]
    meaning = meaning_of(table.name).in_language(language)
    return {**dataclasses.asdict(table), "meaning": meaning, "columns": columns, "as_of": list(table.as_of)}


def _show_tables(chosen: list[Table], language: Language) -> None:
    rows = [
        [
            table.name,
            KINDS[table.kind].in_language(language),
            meaning_of(table.name).in_language(language),
            ", ".join(table.key),
            ", ".join(table.as_of),
            len(table.columns),
        ]
        for table in chosen
    ]
    show_table("", [head.in_language(language) for head in _TABLE_HEADS], rows)


def _show_columns(table: Table, language: Language) -> None:
    title = _TITLE.render(
        language,
        name=table.name,
        meaning=meaning_of(table.name).in_language(language),
        kind=KINDS[table.kind].in_language(language),
        identity=", ".join(table.identity),
    )
    rows = [_column_row(table.name, column, language) for column in table.columns]
    show_table(title, [head.in_language(language) for head in _COLUMN_HEADS], rows)


def _column_row(table: str, column: Column, language: Language) -> list[object]:
    return [
        column.name,
        column.dtype,
        None if column.unit is None else UNITS[column.unit].in_language(language),
        column.personal,
        "*" if column.required else "",
        ", ".join(column.values),
        column.references,
        meaning_of(table, column.name).in_language(language),
    ]
