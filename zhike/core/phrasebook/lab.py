"""What the lab refuses: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "--from simulate into '{bank}', which holds another bank": (
        "--from simulate 写入“{bank}”，而其中是另一家银行",
        "--from simulate 寫入「{bank}」，而其中是另一家銀行",
    ),
    "--truth {sealed} inside the bank": (
        "--truth {sealed} 位于银行文件夹之内",
        "--truth {sealed} 位於銀行資料夾之內",
    ),
    "1 or more": ("不小于 1", "不小於 1"),
    "1 to {most_months}": ("1 至 {most_months}", "1 至 {most_months}"),
    "a folder outside it": ("银行文件夹之外的文件夹", "銀行資料夾之外的資料夾"),
    "a new store, or --resume": ("新的存储，或加 --resume", "新的儲存，或加 --resume"),
    "a store with a year of complaints in it": ("其中已有一年投诉推演的存储", "其中已有一年申訴推演的儲存"),
    "a year that was begun otherwise: {order}": (
        "以其他选项开始的推演：{order}",
        "以其他選項開始的推演：{order}",
    ),
    "the same options": ("相同的选项", "相同的選項"),
    "{first} to {last}": ("{first} 至 {last}", "{first} 至 {last}"),
    "a negative capacity or use": ("负的容量或用量", "負的容量或用量"),
    "a new folder, or one that `zhike lab` wrote": (
        "新文件夹，或由 `zhike lab` 写入的文件夹",
        "新資料夾，或由 `zhike lab` 寫入的資料夾",
    ),
    "a new folder, or the same customers, months and seed": (
        "新文件夹，或相同的客户数、月数与种子",
        "新資料夾，或相同的客戶數、月數與種子",
    ),
    "a truth of format {format}": ("真值的格式为 {format}", "真值的格式為 {format}"),
    "a use of 0 for doing nothing": ("“什么都不做”的用量为 0", "「什麼都不做」的用量為 0"),
    "Build bank and truth together: `zhike init BANK --from simulate --customers N --months M --seed S`.": (
        "请一并建立银行与真值：`zhike init BANK --from simulate --customers N --months M --seed S`。",
        "請一併建立銀行與真值：`zhike init BANK --from simulate --customers N --months M --seed S`。",
    ),
    "capacities and uses of 0 or more": ("不小于 0 的容量与用量", "不小於 0 的容量與用量"),
    "doing nothing takes a resource": ("“什么都不做”占用资源", "「什麼都不做」占用資源"),
    "Name it with --truth.": ("请用 --truth 指定。", "請用 --truth 指定。"),
    "not a folder of results": ("不是结果文件夹", "不是結果資料夾"),
    "the sealed truth of a simulated bank": ("模拟银行的封存真值", "模擬銀行的封存真值"),
    "the truth of another bank than '{bank}'": ("不是“{bank}”的真值", "不是「{bank}」的真值"),
    "the truth that was sealed with this bank": ("与该银行一同封存的真值", "與該銀行一同封存的真值"),
    "{fewest} or more": ("不小于 {fewest}", "不小於 {fewest}"),
    "{name} missing or not as it was sealed": ("{name} 缺失或与封存时不同", "{name} 缺失或與封存時不同"),
}
