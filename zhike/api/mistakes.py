"""What is wrong with a field of a request, in three languages: pydantic says it in English, by kind and with figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from zhike.core.language import Language, Text
from zhike.core.phrases import remembered, several

__all__ = ["KINDS", "mistake", "mistakes"]

KINDS: Final[dict[str, tuple[str, str]]] = {
    "missing": ("必填", "必填"),
    "extra_forbidden": ("不允许的字段", "不允許的欄位"),
    "json_invalid": ("不是有效的 JSON", "不是有效的 JSON"),
    "json_type": ("应为 JSON 文本", "應為 JSON 文字"),
    "recursion_loop": ("内容引用了自身", "內容引用了自身"),
    "recursion_depth_exceeded": ("嵌套过深", "巢狀過深"),
    "invalid_key": ("键应为文本", "鍵應為文字"),
    "model_type": ("应为对象", "應為物件"),
    "model_attributes_type": ("应为对象", "應為物件"),
    "dataclass_type": ("应为对象", "應為物件"),
    "dict_type": ("应为对象", "應為物件"),
    "mapping_type": ("应为对象", "應為物件"),
    "none_required": ("应为 null", "應為 null"),
    "greater_than": ("应大于 {gt}", "應大於 {gt}"),
    "greater_than_equal": ("应不小于 {ge}", "應不小於 {ge}"),
    "less_than": ("应小于 {lt}", "應小於 {lt}"),
    "less_than_equal": ("应不大于 {le}", "應不大於 {le}"),
    "multiple_of": ("应为 {multiple_of} 的倍数", "應為 {multiple_of} 的倍數"),
    "finite_number": ("应为有限的数字", "應為有限的數字"),
    "too_short": ("至少 {min_length} 项，实为 {actual_length} 项", "至少 {min_length} 項，實為 {actual_length} 項"),
    "too_long": ("最多 {max_length} 项", "最多 {max_length} 項"),
    "iterable_type": ("应为列表", "應為清單"),
    "list_type": ("应为列表", "應為清單"),
    "tuple_type": ("应为列表", "應為清單"),
    "set_type": ("应为列表", "應為清單"),
    "frozen_set_type": ("应为列表", "應為清單"),
    "set_item_not_hashable": ("列表中的值应为简单值", "清單中的值應為簡單值"),
    "string_type": ("应为文本", "應為文字"),
    "string_unicode": ("应为 Unicode 文本", "應為 Unicode 文字"),
    "string_too_short": ("至少 {min_length} 个字符", "至少 {min_length} 個字元"),
    "string_too_long": ("最多 {max_length} 个字符", "最多 {max_length} 個字元"),
    "string_pattern_mismatch": ("应符合格式 {pattern}", "應符合格式 {pattern}"),
    "string_not_ascii": ("应为 ASCII 文本", "應為 ASCII 文字"),
    "enum": ("应为 {expected}", "應為 {expected}"),
    "literal_error": ("应为 {expected}", "應為 {expected}"),
    "bool_type": ("应为 true 或 false", "應為 true 或 false"),
    "bool_parsing": ("应为 true 或 false", "應為 true 或 false"),
    "int_type": ("应为整数", "應為整數"),
    "int_parsing": ("应为整数", "應為整數"),
    "int_parsing_size": ("整数过大", "整數過大"),
    "int_from_float": ("应为没有小数的整数", "應為沒有小數的整數"),
    "float_type": ("应为数字", "應為數字"),
    "float_parsing": ("应为数字", "應為數字"),
    "bytes_type": ("应为字节", "應為位元組"),
    "decimal_type": ("应为十进制数字", "應為十進位數字"),
    "decimal_parsing": ("应为十进制数字", "應為十進位數字"),
    "decimal_max_digits": ("最多 {max_digits} 位数字", "最多 {max_digits} 位數字"),
    "decimal_max_places": ("最多 {decimal_places} 位小数", "最多 {decimal_places} 位小數"),
    "decimal_whole_digits": ("小数点前最多 {whole_digits} 位", "小數點前最多 {whole_digits} 位"),
    "date_type": ("应为日期", "應為日期"),
    "date_parsing": ("应为日期，例如 2026-06-30", "應為日期，例如 2026-06-30"),
    "date_from_datetime_parsing": ("应为日期，例如 2026-06-30", "應為日期，例如 2026-06-30"),
    "date_from_datetime_inexact": ("应为不带时刻的日期", "應為不帶時刻的日期"),
    "date_past": ("应为过去的日期", "應為過去的日期"),
    "date_future": ("应为未来的日期", "應為未來的日期"),
    "time_type": ("应为时刻", "應為時刻"),
    "time_parsing": ("应为时刻，例如 09:00", "應為時刻，例如 09:00"),
    "datetime_type": ("应为日期与时刻", "應為日期與時刻"),
    "datetime_parsing": ("应为日期与时刻", "應為日期與時刻"),
    "datetime_from_date_parsing": ("应为日期与时刻", "應為日期與時刻"),
    "datetime_object_invalid": ("应为日期与时刻", "應為日期與時刻"),
    "datetime_past": ("应为过去的时刻", "應為過去的時刻"),
    "datetime_future": ("应为未来的时刻", "應為未來的時刻"),
    "timezone_naive": ("不应带时区", "不應帶時區"),
    "timezone_aware": ("应带时区", "應帶時區"),
    "union_tag_invalid": ("“{discriminator}”应为 {expected_tags}", "「{discriminator}」應為 {expected_tags}"),
    "union_tag_not_found": ("缺少 {discriminator}", "缺少 {discriminator}"),
}  # fmt: skip
"""Simplified and traditional Chinese of the kinds that a body in JSON, a path or a query can provoke."""
_ELSE: Final = ("不符合要求（{type}）", "不符合要求（{type}）")
_OWN: Final = ("value_error", "assertion_error")
_MADE_UP: Final = ("extra_forbidden", "json_invalid")


def mistakes(errors: Iterable[Mapping[str, Any]]) -> object:
    """Return what several errors of pydantic say."""
    return several(mistake(error) for error in errors)


def mistake(error: Mapping[str, Any]) -> Text:
    """Return where and what is wrong, never the value nor a name that the caller made up: either may be personal.

    Examples
    --------
    >>> wrong = {"type": "less_than_equal", "loc": ("query", "limit"), "msg": "Input should be less ...", "ctx": {"le": 500}}
    >>> mistake(wrong).zh_hans
    'query.limit：应不大于 500'
    """
    place = [str(part) for part in error["loc"]]
    if error["type"] in _MADE_UP:
        place = [*place[:-1], "?"]
    where = ".".join(place)
    hans, hant = (_wrong(error, language) for language in ("zh-Hans", "zh-Hant"))
    return Text(f"{where}: {error['msg']}", f"{where}：{hans}", f"{where}：{hant}")


def _wrong(error: Mapping[str, Any], language: Language) -> str:
    figures = {"type": error["type"], **error.get("ctx", {})}
    if error["type"] in _OWN:
        return remembered(str(figures["error"])).in_language(language)
    told = {name: str(value).replace("' or '", "' 或 '") for name, value in figures.items()}
    return KINDS.get(error["type"], _ELSE)[language == "zh-Hant"].format(**told)
