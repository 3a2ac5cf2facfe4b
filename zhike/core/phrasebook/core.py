"""What rules, tables and expressions refuse: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "a condition": ("条件", "條件"),
    "a list in brackets after in": ("in 之后为方括号中的列表", "in 之後為方括號中的清單"),
    "a list of rows": ("由行组成的列表", "由列組成的清單"),
    "a list of {key} that the head declares": ("表头所声明的 {key} 的列表", "表頭所宣告的 {key} 的清單"),
    "a list of {key} that the head declares, or {any}": (
        "表头所声明的 {key} 的列表，或 {any}",
        "表頭所宣告的 {key} 的清單，或 {any}",
    ),
    "a mapping from first day to content": ("由首日到内容的映射", "由首日到內容的對應"),
    "a name such as customer.age": ("名称，例如 customer.age", "名稱，例如 customer.age"),
    "a name such as {value}": ("名称，例如 {value}", "名稱，例如 {value}"),
    "a name, number or text; known(x) asks whether x is known": (
        "名称、数字或文本；known(x) 用于询问 x 是否已知",
        "名稱、數字或文字；known(x) 用於詢問 x 是否已知",
    ),
    "a number, bound or range": ("数字、界限或区间", "數字、界限或區間"),
    "a part of {whole!r}": ("{whole!r} 的一部分", "{whole!r} 的一部分"),
    "a reference with a title": ("带有 title 的依据", "帶有 title 的依據"),
    "a row with effect {names}": ("effect 为 {names} 的行", "effect 為 {names} 的列"),
    "an amount with at most {decimals} decimals": (
        "最多 {decimals} 位小数的金额",
        "最多 {decimals} 位小數的金額",
    ),
    "any day": ("任何日期", "任何日期"),
    "at {at!r}": ("at {at!r}", "at {at!r}"),
    "attributes and their values": ("属性及其值", "屬性及其值"),
    "blob '{address}'": ("数据块“{address}”", "資料塊「{address}」"),
    "blob '{address}' with other content than it had": (
        "数据块“{address}”的内容与原来不同",
        "資料塊「{address}」的內容與原來不同",
    ),
    "both for each day": ("每个日期两者都有", "每個日期兩者都有"),
    "both sides to be numbers, or both texts": ("两侧同为数字或同为文本", "兩側同為數字或同為文字"),
    "cell {option!r} of '{name}'": ("“{name}”的单元格 {option!r}", "「{name}」的儲存格 {option!r}"),
    "column '{name}' of table '{name2}'": ("表“{name2}”的列“{name}”", "表「{name2}」的欄位「{name}」"),
    "comparisons, and, or, not, in, known()": (
        "比较、and、or、not、in、known()",
        "比較、and、or、not、in、known()",
    ),
    "days {odd} in only one of values and reference": (
        "日期 {odd} 只出现在 values 与 reference 之一",
        "日期 {odd} 只出現在 values 與 reference 之一",
    ),
    "domain {domain!r} of '{name}'": ("“{name}”的取值范围 {domain!r}", "「{name}」的取值範圍 {domain!r}"),
    "each column once": ("每列只出现一次", "每個欄位只出現一次"),
    "expect {expect!r}": ("expect {expect!r}", "expect {expect!r}"),
    "first or unique": ("first 或 unique", "first 或 unique"),
    "function '{function}'": ("函数“{function}”", "函式「{function}」"),
    "hit '{hit}'": ("hit“{hit}”", "hit「{hit}」"),
    "input '{name}'": ("输入“{name}”", "輸入「{name}」"),
    "input {names}": ("输入 {names}", "輸入 {names}"),
    "keys {row}": ("键 {row}", "鍵 {row}"),
    "name, at, expect and {names}": ("name、at、expect 与 {names}", "name、at、expect 與 {names}"),
    "names that differ": ("互不相同的名称", "互不相同的名稱"),
    "no more": ("没有其他键", "沒有其他鍵"),
    "no rule at all": ("没有任何规则", "沒有任何規則"),
    "numbers to reckon with": ("可供计算的数字", "可供計算的數字"),
    "one currency": ("同一币种", "同一幣別"),
    "one of {domain}": ("{domain} 之一", "{domain} 之一"),
    "one value": ("一个值", "一個值"),
    "order {names}": ("排序 {names}", "排序 {names}"),
    "reference {raw!r}": ("reference {raw!r}", "reference {raw!r}"),
    "request {request}": ("请求 {request}", "請求 {request}"),
    "roles, verb, customer and purpose": (
        "roles、verb、customer 与 purpose",
        "roles、verb、customer 與 purpose",
    ),
    "row '{twice}' twice": ("行“{twice}”重复", "列「{twice}」重複"),
    "table '{name}'": ("表“{name}”", "表「{name}」"),
    "texts or numbers on both sides": ("两侧同为文本或数字", "兩側同為文字或數字"),
    "the first is of {first}": ("最早的取值自 {first} 起", "最早的取值自 {first} 起"),
    "the table's {key}": ("该表的 {key}", "該表的 {key}"),
    "unknown name '{names}'": ("未知名称“{names}”", "未知名稱「{names}」"),
    "values": ("若干值", "若干值"),
    "when, and then with {names}": ("when，以及含 {names} 的 then", "when，以及含 {names} 的 then"),
    "{function}() with {value}": ("{function}() 及{value}", "{function}() 及{value}"),
    "{key} with their titles, none named {any}": (
        "{key} 及其标题，且没有名为 {any} 的项",
        "{key} 及其標題，且沒有名為 {any} 的項",
    ),
    "{path} row '{name}'": ("{path} 行“{name}”", "{path} 列「{name}」"),
    "{path} row {number}": ("{path} 第 {number} 行", "{path} 第 {number} 列"),
    "whole numbers of 1 or more: {names}": ("不小于 1 的整数：{names}", "不小於 1 的整數：{names}"),
}
