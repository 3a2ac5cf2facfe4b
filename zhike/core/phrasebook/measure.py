"""What measuring refuses: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "observations beyond {low} to {high}": ("超出 {low} 至 {high} 的观测值", "超出 {low} 至 {high} 的觀測值"),
    "bounds that hold all of them": ("包含全部观测值的界限", "包含全部觀測值的界限"),
    "looks {looks} at {n} observations": (
        "对 {n} 个观测值的查看点 {looks}",
        "對 {n} 個觀測值的查看點 {looks}",
    ),
    "rising numbers from 1 to {n}": ("从 1 到 {n} 递增的数", "從 1 到 {n} 遞增的數"),
    "a pseudo-outcome below {least}": ("小于 {least} 的伪结果", "小於 {least} 的偽結果"),
    "its lower bound, 0 or less": ("其下界，不大于 0", "其下界，不大於 0"),
    "estimator {estimator}": ("估计量 {estimator}", "估計量 {estimator}"),
    "weights that are all 0": ("全为 0 的权重", "全為 0 的權重"),
    "a policy that chooses what the log has": ("会选择日志中所含动作的策略", "會選擇日誌中所含動作的策略"),
    "a log without features": ("没有特征的日志", "沒有特徵的日誌"),
    "features, or an estimator without model": ("特征，或不用模型的估计量", "特徵，或不用模型的估計量"),
    "{repeats} cuts into folds": ("分折 {repeats} 次", "分折 {repeats} 次"),
    "{folds} folds of {units} rows or customers": (
        "{units} 行或客户分为 {folds} 折",
        "{units} 列或客戶分為 {folds} 折",
    ),
    "2 or more, each with some": ("2 折或更多，每折不空", "2 折或更多，每折不空"),
    "a log of {n} lists whose columns do not fit": (
        "{n} 份清单的日志，各列不匹配",
        "{n} 份清單的日誌，各欄不相符",
    ),
    "one list at least, each with a first place, and columns of one length": (
        "至少一份清单，每份有首位，各列等长",
        "至少一份清單，每份有首位，各欄等長",
    ),
    "an action_probability of 0, above 1 or unknown": (
        "为 0、大于 1 或未知的 action_probability",
        "為 0、大於 1 或未知的 action_probability",
    ),
    "above 0 to 1": (
        "大于 0、至多 1",
        "大於 0、至多 1",
    ),
    "the keys {names}, each a number from 0": (
        "键 {names}，各为不小于 0 的数",
        "鍵 {names}，各為不小於 0 的數",
    ),
    "{count} arms with shares {shares}": ("{count} 个组，占比 {shares}", "{count} 個組，占比 {shares}"),
    "a positive share for each arm, adding up to 1": ("每组占比为正且合计为 1", "每組占比為正且合計為 1"),
    "an arm called {name}": ("名为 {name} 的组", "名為 {name} 的組"),
    "another name: that is the permanent hold-out": (
        "其他名称：该名称指长期对照组",
        "其他名稱：該名稱指長期對照組",
    ),
    "shares of arms that add up to {whole}": ("各组占比合计为 {whole}", "各組占比合計為 {whole}"),
    "shares from 0 on that add up to 1": ("不小于 0 且合计为 1 的占比", "不小於 0 且合計為 1 的占比"),
    "alpha, power and share treated {inside}, correlation {correlation}": (
        "alpha、功效与处理组占比 {inside}，相关系数 {correlation}",
        "alpha、檢定力與處理組占比 {inside}，相關係數 {correlation}",
    ),
    "the first three between 0 and 1, the correlation between -1 and 1": (
        "前三者介于 0 与 1 之间，相关系数介于 -1 与 1 之间",
        "前三者介於 0 與 1 之間，相關係數介於 -1 與 1 之間",
    ),
    "a difference of 0": ("差异为 0", "差異為 0"),
    "another one: no number of customers shows that": (
        "其他差异：再多客户也无法显示差异为 0",
        "其他差異：再多客戶也無法顯示差異為 0",
    ),
    "a share of {share}": ("占比 {share}", "占比 {share}"),
    "one from 0 to 1": ("介于 0 与 1 之间", "介於 0 與 1 之間"),
    "probability {probability}, rate {rate}, alpha {alpha}": (
        "概率 {probability}，比率 {rate}，alpha {alpha}",
        "機率 {probability}，比率 {rate}，alpha {alpha}",
    ),
    "probability and alpha between 0 and 1, the rate from 0 to 1": (
        "概率与 alpha 介于 0 与 1 之间，比率为 0 至 1",
        "機率與 alpha 介於 0 與 1 之間，比率為 0 至 1",
    ),
    "an arm with more answers than customers: {counts}": (
        "某组的答复多于客户：{counts}",
        "某組的答覆多於客戶：{counts}",
    ),
    "answers of customers of the arm only": ("仅该组客户的答复", "僅該組客戶的答覆"),
    "an arm with too few rows for {count} columns of pre-period data": (
        "某组的行数不足以支持 {count} 列事前数据",
        "某組的列數不足以支持 {count} 欄事前資料",
    ),
    "more rows in each arm than columns, two beyond": (
        "每组行数须比列数多两行以上",
        "每組列數須比欄數多兩列以上",
    ),
    "nothing more: the sheet is done": ("无需再答：答卷已完成", "無需再答：答卷已完成"),
    "an answer to a question that is not asked now": ("当前未提问的题目的作答", "目前未提問的題目的作答"),
    "a sheet of {version}": ("版本 {version} 的答卷", "版本 {version} 的答卷"),
    "{n} characters": ("{n} 个字符", "{n} 個字元"),
    "a whole number from {low} to {high}": ("{low} 至 {high} 的整数", "{low} 至 {high} 的整數"),
    "each once of {names}": ("以下选项各至多一次：{names}", "以下選項各至多一次：{names}"),
    "{name} alone": ("仅选 {name}", "僅選 {name}"),
    "{low} to {high} of them": ("其中 {low} 至 {high} 项", "其中 {low} 至 {high} 項"),
    "a number from {low} to {high}": ("{low} 至 {high} 的数", "{low} 至 {high} 的數"),
    "a text of {most} characters or fewer": ("不超过 {most} 个字符的文字", "不超過 {most} 個字元的文字"),
    "one: it is required": ("一个作答：此题必答", "一個作答：此題必答"),
    "a value for each of {names}": ("以下各项各一个值：{names}", "以下各項各一個值：{names}"),
    "{n} points in all": ("合计 {n} 分", "合計 {n} 分"),
    "an answer": ("一个作答", "一個作答"),
    "an earlier choice": ("此前的选择题", "先前的選擇題"),
    "an earlier multiple choice": ("此前的多选题", "先前的複選題"),
    "the name of an earlier question, given.… or loop": (
        "此前题目的名称、given.… 或 loop",
        "先前題目的名稱、given.… 或 loop",
    ),
    "a text in {language} without {names}": (
        "{language} 文字中缺少 {names}",
        "{language} 文字中缺少 {names}",
    ),
    "the same places in every language": ("各语言文字中引用相同", "各語言文字中引用相同"),
    "question and option": ("题目与选项", "題目與選項"),
    "no given facts": ("不提供已知信息", "不提供已知資訊"),
    "a list with something in it": ("非空列表", "非空清單"),
    "whole numbers, low below high": ("整数，且 low 小于 high", "整數，且 low 小於 high"),
    "points from {low} to {high}": ("{low} 至 {high} 的刻度", "{low} 至 {high} 的刻度"),
    "no scale": ("不带量表", "不帶量表"),
    "choices": ("选项", "選項"),
    "no choices": ("不带选项", "不帶選項"),
    "when and option": ("when 与 option 并存或皆缺", "when 與 option 並存或皆缺"),
    "way '{way}'": ("方式“{way}”", "方式「{way}」"),
    "a scale from 0 to 10, its high end the good one": ("0 至 10、高端为好的量表", "0 至 10、高端為好的量表"),
    "a question of points with a row for each of {names}": (
        "为 {names} 各设一行的分配题",
        "為 {names} 各設一列的分配題",
    ),
    "no sides": ("不带两面", "不帶兩面"),
    "carried '{name}'": ("沿用“{name}”", "沿用「{name}」"),
    "choices {names}": ("选项 {names}", "選項 {names}"),
    "repeat '{name}'": ("循环“{name}”", "迴圈「{name}」"),
    "option '{name}'": ("选项“{name}”", "選項「{name}」"),
    "labels {names}": ("刻度标签 {names}", "刻度標籤 {names}"),
    "lean '{name}'": ("倾向“{name}”", "傾向「{name}」"),
    "scale {name}": ("量表 {name}", "量表 {name}"),
    "sides {names}": ("两面 {names}", "兩面 {names}"),
    "weights {name}": ("权重 {name}", "權重 {name}"),
    "form '{form}'": ("格式“{form}”", "格式「{form}」"),
    "a file without a column for {names}": ("文件缺少 {names} 所在列", "檔案缺少 {names} 所在欄"),
    "one of the columns {names}, or a mapping": (
        "以下列之一：{names}，或提供映射",
        "以下欄之一：{names}，或提供對應",
    ),
    "a name that is not taken": ("未被占用的名称", "未被占用的名稱"),
}
