"""Reason codes of rejected rows: a bad row is kept with its code, its file and its line, never dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zhike.core.language import Text

__all__ = ["REJECT_REASONS", "RejectReason"]


@dataclass(frozen=True, slots=True)
class RejectReason:
    """Why a row was not loaded, and what the sender of the extract can do."""

    code: str
    meaning: Text
    remedy: Text


def _reason(code: str, meaning: tuple[str, str, str], remedy: tuple[str, str, str]) -> RejectReason:
    return RejectReason(code, Text(*meaning), Text(*remedy))


REJECT_REASONS: Final[dict[str, RejectReason]] = {
    reason.code: reason
    for reason in (
        _reason(
            "missing_value",
            ("a required value is empty", "必填值为空", "必填值為空"),
            ("fill it in the source", "请在源系统补全", "請在來源系統補全"),
        ),
        _reason(
            "bad_number",
            ("the value is not a number", "该值不是数字", "該值不是數字"),
            ("send digits with a decimal point", "请使用带小数点的数字", "請使用帶小數點的數字"),
        ),
        _reason(
            "bad_money",
            (
                "the amount is not finite or has more decimals than its currency",
                "金额非有限数，或小数位多于其币种",
                "金額非有限數，或小數位多於其幣別",
            ),
            ("send the exact amount", "请发送精确金额", "請傳送精確金額"),
        ),
        _reason(
            "bad_date",
            (
                "the date does not exist or is not in the stated format",
                "日期不存在或格式不符",
                "日期不存在或格式不符",
            ),
            (
                "correct the date or the mapping's format",
                "请更正日期或映射中的格式",
                "請更正日期或對應檔中的格式",
            ),
        ),
        _reason(
            "bad_value",
            (
                "the value is not one of those the contract knows",
                "该值不在约定取值之内",
                "該值不在約定取值之內",
            ),
            ("add it to the mapping's values", "请在映射的 values 中补充", "請在對應檔的 values 中補充"),
        ),
        _reason(
            "out_of_range",
            ("the value is outside its range", "该值超出范围", "該值超出範圍"),
            ("correct it in the source", "请在源系统更正", "請在來源系統更正"),
        ),
        _reason(
            "dates_contradict",
            (
                "a period ends before it begins, or a day comes before it can",
                "期间的结束早于开始，或日期早于可能的时间",
                "期間的結束早於開始，或日期早於可能的時間",
            ),
            ("correct either date", "请更正其中一个日期", "請更正其中一個日期"),
        ),
        _reason(
            "duplicate_key",
            (
                "another row has the same key but other content",
                "另一行的主键相同而内容不同",
                "另一列的主鍵相同而內容不同",
            ),
            ("send one row a key and known time", "每个主键与知悉时间只发一行", "每個主鍵與知悉時間只發一列"),
        ),
        _reason(
            "wrong_column_count",
            ("the row has more or fewer fields than the header", "字段数与表头不符", "欄位數與表頭不符"),
            ("quote fields that hold the separator", "含分隔符的字段请加引号", "含分隔符的欄位請加引號"),
        ),
        _reason(
            "bad_encoding",
            (
                "the line is not text in the stated encoding",
                "该行不是所声明编码的文本",
                "該行不是所聲明編碼的文字",
            ),
            (
                "send UTF-8, or name the encoding in the mapping",
                "请发送 UTF-8 或在映射中注明编码",
                "請傳送 UTF-8 或在對應檔中註明編碼",
            ),
        ),
        _reason(
            "line_too_long",
            ("the record is longer than the limit", "记录超过长度上限", "記錄超過長度上限"),
            (
                "look for a missing line end or closing quote",
                "请检查是否缺少换行或引号",
                "請檢查是否缺少換行或引號",
            ),
        ),
    )
}
