"""What mappings and features refuse: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "a text for {key}": ("{key} 的文本", "{key} 的文字"),
    "an ISO 4217 code such as CNY": ("ISO 4217 代码，例如 CNY", "ISO 4217 代碼，例如 CNY"),
    "archive columns for the types not named": ("未列出类型所用的档案列", "未列出類型所用的檔案欄位"),
    "at least one contract table": ("至少一张契约表", "至少一張契約表"),
    "column '{where}'": ("列“{where}”", "欄位「{where}」"),
    "columns {columns!r} of {name}": ("{name} 的 columns {columns!r}", "{name} 的 columns {columns!r}"),
    "contract column: source column": ("契约列: 来源列", "契約欄位: 來源欄位"),
    "currency '{code}'": ("币种“{code}”", "幣別「{code}」"),
    "either from or value": ("from 与 value 之一", "from 與 value 之一"),
    "encoding '{name}'": ("编码“{name}”", "編碼「{name}」"),
    "key '{unknown}' in {where}": ("{where} 中的键“{unknown}”", "{where} 中的鍵「{unknown}」"),
    "keys {names}": ("键 {names}", "鍵 {names}"),
    "major or minor": ("major 或 minor", "major 或 minor"),
    "money: {money!r} for '{where}'": ("“{where}”的 money: {money!r}", "「{where}」的 money: {money!r}"),
    "no line of business for {names}": ("{names} 没有所属业务条线", "{names} 沒有所屬業務線"),
    "no list 'other'": ("没有列表“other”", "沒有清單「other」"),
    "one character": ("一个字符", "一個字元"),
    "one of {known}": ("{known} 之一", "{known} 之一"),
    "one of {names} for every family": ("每个产品族对应 {names} 之一", "每個產品族對應 {names} 之一"),
    "one such as Asia/Shanghai": ("时区名称，例如 Asia/Shanghai", "時區名稱，例如 Asia/Shanghai"),
    "one such as utf-8 or gb18030": ("编码名称，例如 utf-8 或 gb18030", "編碼名稱，例如 utf-8 或 gb18030"),
    "separator {separator!r} of {name}": (
        "{name} 的 separator {separator!r}",
        "{name} 的 separator {separator!r}",
    ),
    "source value: contract value": ("来源值: 契约值", "來源值: 契約值"),
    "table '{unknown}'": ("表“{unknown}”", "表「{unknown}」"),
    "tables {tables!r}": ("tables {tables!r}", "tables {tables!r}"),
    "the file": ("文件", "檔案"),
    "timezone '{name}'": ("时区“{name}”", "時區「{name}」"),
    "values {raw!r} for '{where}'": ("“{where}”的 values {raw!r}", "「{where}」的 values {raw!r}"),
    "{key} for '{where}'": ("“{where}”的 {key}", "「{where}」的 {key}"),
    "{key} only for {names} columns; this one is {dtype}": (
        "{key} 仅用于 {names} 列；本列为 {dtype}",
        "{key} 僅用於 {names} 欄位；本欄位為 {dtype}",
    ),
    "{raw!r} for '{where}'": ("“{where}”的 {raw!r}", "「{where}」的 {raw!r}"),
    "{type} for {where}": ("{where} 的类型为 {type}", "{where} 的類型為 {type}"),
}
