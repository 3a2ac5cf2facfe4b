"""What the command line refuses: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "a file of deliverers: --deliverers, or ZHIKE_DELIVERERS": (
        "送达方式文件：--deliverers 或 ZHIKE_DELIVERERS",
        "送達方式檔：--deliverers 或 ZHIKE_DELIVERERS",
    ),
    "no channel with a deliverer": ("没有可送达的渠道", "沒有可送達的通路"),
    "--keep with it: who looks is told of what is kept": (
        "须同时使用 --keep：只对留存的结果记录办理人",
        "須同時使用 --keep：只對留存的結果記錄辦理人",
    ),
    "'{extract}' with --from {simulate}": (
        "“{extract}”与 --from {simulate} 同时给出",
        "「{extract}」與 --from {simulate} 同時給出",
    ),
    "--customer, with --action or not, or --prices": (
        "--customer（可另加 --action），或 --prices",
        "--customer（可另加 --action），或 --prices",
    ),
    "--look-ahead without --at": ("有 --look-ahead 而没有 --at", "有 --look-ahead 而沒有 --at"),
    "--out {out}, which holds something else": ("--out {out} 中有其他内容", "--out {out} 中有其他內容"),
    "--policy twice: today's policy, then the one to try": (
        "给出两次 --policy：先为现行策略，后为拟试策略",
        "給出兩次 --policy：先為現行策略，後為擬試策略",
    ),
    "--prices of decisions in which nothing was scarce": (
        "--prices 用于没有稀缺资源的决定",
        "--prices 用於沒有稀缺資源的決定",
    ),
    "--to {last} without --from": ("有 --to {last} 而没有 --from", "有 --to {last} 而沒有 --from"),
    "a call as --help shows it": ("符合 --help 说明的命令", "符合 --help 說明的命令"),
    "a customer for the forecast and one for the day": (
        "预测与当日各至少一位客户",
        "預測與當日各至少一位客戶",
    ),
    "a time such as 2026-06-30T09:00 or 2026-06-30T09:00:00+08:00": (
        "时刻，例如 2026-06-30T09:00 或 2026-06-30T09:00:00+08:00",
        "時刻，例如 2026-06-30T09:00 或 2026-06-30T09:00:00+08:00",
    ),
    "a day such as 2020-06-30": ("日期，例如 2020-06-30", "日期，例如 2020-06-30"),
    "a file ending in {names}": ("以 {names} 结尾的文件", "以 {names} 結尾的檔案"),
    "a folder of decisions alone, or with --store": (
        "只有决定文件夹，或决定文件夹与 --store 同时给出",
        "只有決定資料夾，或決定資料夾與 --store 同時給出",
    ),
    "a gap of 0 or more, a thread or more": ("差距不小于 0，线程至少一个", "差距不小於 0，執行緒至少一個"),
    "a new folder, or one that `zhike demo` made": (
        "新文件夹，或由 `zhike demo` 建立的文件夹",
        "新資料夾，或由 `zhike demo` 建立的資料夾",
    ),
    "a text in UTF-8, an identifier a line": ("UTF-8 文本，每行一个编号", "UTF-8 文字，每列一個編號"),
    "another process at the batches": ("另一进程正在处理批次", "另一程序正在處理批次"),
    "both or neither of --all and --customers": (
        "同时给出或均未给出 --all 与 --customers",
        "同時給出或均未給出 --all 與 --customers",
    ),
    "both, or --dates": ("两者都给出，或 --dates", "兩者都給出，或 --dates"),
    "byte {start} is no UTF-8": ("第 {start} 字节不是 UTF-8", "第 {start} 位元組不是 UTF-8"),
    "decisions of a policy with constraints": ("含约束的策略所作的决定", "含約束的策略所作的決定"),
    "DIR and BANK, or --store": ("DIR 与 BANK，或 --store", "DIR 與 BANK，或 --store"),
    "each seed once": ("每个种子只出现一次", "每個種子只出現一次"),
    "JSON as `zhike privacy certificate` prints it": (
        "`zhike privacy certificate` 输出的 JSON",
        "`zhike privacy certificate` 輸出的 JSON",
    ),
    "Name the file that the bank handed out.": ("请指定银行交付的文件。", "請指定銀行交付的檔案。"),
    "no certificate ({problem})": ("不是证明（{problem}）", "不是證明（{problem}）"),
    "no customer": ("没有客户", "沒有客戶"),
    "no extract and no mapping": ("不带抽取文件与映射", "不帶擷取檔與對應"),
    "no folder of an extract": ("没有抽取文件夹", "沒有擷取資料夾"),
    "NUMBER:HASH, the hash as 64 small hexadecimal digits": (
        "NUMBER:HASH，其中哈希为 64 位小写十六进制数字",
        "NUMBER:HASH，其中雜湊為 64 位小寫十六進位數字",
    ),
    "one of --get, --post, --put and --delete": (
        "--get、--post、--put 与 --delete 之一",
        "--get、--post、--put 與 --delete 之一",
    ),
    "Save the file as UTF-8.": ("请将文件保存为 UTF-8。", "請將檔案儲存為 UTF-8。"),
    "SRC, or --from {simulate}": ("SRC，或 --from {simulate}", "SRC，或 --from {simulate}"),
    "the day of the archive, as in --at 2020-06-30": (
        "档案的日期，例如 --at 2020-06-30",
        "檔案的日期，例如 --at 2020-06-30",
    ),
    "the same one twice": ("两次输入相同的密码", "兩次輸入相同的密碼"),
    "them with --from {simulate} only": (
        "仅可与 --from {simulate} 一起给出",
        "僅可與 --from {simulate} 一起給出",
    ),
    "two passwords that differ": ("两次输入的密码不同", "兩次輸入的密碼不同"),
    "whole numbers such as 1,2,3": ("整数，例如 1,2,3", "整數，例如 1,2,3"),
    "{bank} on {at}": ("{bank}（{at}）", "{bank}（{at}）"),
    "{count} paths": ("{count} 个路径", "{count} 個路徑"),
    "{customers} customers, --forecast {forecast}": (
        "{customers} 位客户，--forecast {forecast}",
        "{customers} 位客戶，--forecast {forecast}",
    ),
    "{names} with --from {source_kind}": (
        "{names} 与 --from {source_kind} 同时给出",
        "{names} 與 --from {source_kind} 同時給出",
    ),
    "--mapping without --bank": ("有 --mapping 而没有 --bank", "有 --mapping 而沒有 --bank"),
    "the bank folder that was loaded with it": ("用它载入的银行文件夹", "用它載入的銀行資料夾"),
    "a question, = and its answer": ("题目、= 与其作答", "題目、= 與其作答"),
    "JSON in braces": ("花括号内的 JSON", "大括號內的 JSON"),
    "a questionnaire": ("一份问卷", "一份問卷"),
    "a number from 0 and below 1": ("不小于 0 且小于 1 的数", "不小於 0 且小於 1 的數"),
    "numbers above 0, such as 120 or 20,60,120": (
        "大于 0 的数，如 120 或 20,60,120",
        "大於 0 的數，如 120 或 20,60,120",
    ),
    "work for at most {most:,} staff": ("最多 {most:,} 人的工作量", "最多 {most:,} 人的工作量"),
    "no map of a journey in force": ("没有生效的旅程地图", "沒有生效的旅程地圖"),
    "a document of kind journey": ("种类为 journey 的文档", "種類為 journey 的文件"),
    "neither --model nor --map": ("未提供 --model 或 --map", "未提供 --model 或 --map"),
    "a model, a map, or both": ("模型或地图，或两者", "模型或地圖，或兩者"),
    "'{path}' of kind {kind}": ("“{path}”的种类为 {kind}", "「{path}」的種類為 {kind}"),
    "a map of a journey": ("旅程地图", "旅程地圖"),
    "--out without --test": ("有 --out 而无 --test", "有 --out 而無 --test"),
    "--test FILE, --save FILE, or both": (
        "--test FILE、--save FILE，或两者",
        "--test FILE、--save FILE，或兩者",
    ),
    "--test FILE, the texts to sort": ("--test FILE，即待分拣的文本", "--test FILE，即待分揀的文字"),
    "Name the columns with --text and --label.": (
        "请用 --text 与 --label 指明列名。",
        "請用 --text 與 --label 指明欄名。",
    ),
    "at least one": ("至少一行", "至少一列"),
    "both --train and --model, or neither": (
        "--train 与 --model 同时给出，或都未给出",
        "--train 與 --model 同時給出，或都未給出",
    ),
    "neither --test nor --save": ("--test 与 --save 都未给出", "--test 與 --save 都未給出"),
    "no row with a text and a label in '{path}'": (
        "“{path}”中没有同时含文本与类别的行",
        "「{path}」中沒有同時含文字與類別的列",
    ),
    "column '{column}' for both texts and classes": (
        "文本与类别同为「{column}」列",
        "文字與類別同為「{column}」欄",
    ),
    "two columns, --text and --label": ("两个不同的列：--text 与 --label", "兩個不同的欄：--text 與 --label"),
    "one of --train and --model": ("--train 与 --model 之一", "--train 與 --model 其一"),
    "neither --model nor --text": ("--model 与 --text 都未给出", "--model 與 --text 都未給出"),
    "--text COLUMN, --model FILE, or both": (
        "--text COLUMN、--model FILE，或两者",
        "--text COLUMN、--model FILE，或兩者",
    ),
    "--texts FILE with {name}, and with no other": (
        "--texts FILE 仅与 {name} 同用",
        "--texts FILE 僅與 {name} 同用",
    ),
    "{name} without --texts": ("{name} 未带 --texts", "{name} 未帶 --texts"),
    "Name the columns with --text and --tags.": (
        "请用 --text 和 --tags 指明各列。",
        "請以 --text 和 --tags 指明各欄。",
    ),
    "no row with a text and marks in '{path}'": (
        "“{path}”中没有既有文本又有标注的行",
        "「{path}」中沒有既有文字又有標註的列",
    ),
    "a model of the kinds {known}": ("可识别类型为 {known} 的模型", "可辨識類型為 {known} 的模型"),
    "{kinds}; or aspect_kind and opinion_kind in the model": (
        "{kinds}；或在模型中写明 aspect_kind 与 opinion_kind",
        "{kinds}；或在模型中寫明 aspect_kind 與 opinion_kind",
    ),
}
