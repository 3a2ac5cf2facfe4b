"""What the evaluation of policies and experiments refuses: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "observations beyond {low} to {high}": ("超出 {low} 至 {high} 的观测值", "超出 {low} 至 {high} 的觀測值"),
    "looks {looks} at {n} observations": (
        "对 {n} 个观测值的查看点 {looks}",
        "對 {n} 個觀測值的查看點 {looks}",
    ),
    "rising numbers from 1 to {n}": ("从 1 到 {n} 递增的数", "從 1 到 {n} 遞增的數"),
    "its lower bound, 0 or less": ("其下界，不大于 0", "其下界，不大於 0"),
    "estimator {estimator}": ("估计量 {estimator}", "估計量 {estimator}"),
    "weights that are all 0": ("全为 0 的权重", "全為 0 的權重"),
    "a policy that chooses what the log has": ("会选择日志中所含动作的策略", "會選擇日誌中所含動作的策略"),
    "a log without features": ("没有特征的日志", "沒有特徵的日誌"),
    "features, or an estimator without model": ("特征，或不用模型的估计量", "特徵，或不用模型的估計量"),
    "no model to choose from": ("没有可供选择的模型", "沒有可供選擇的模型"),
    "{repeats} cuts into folds": ("分折 {repeats} 次", "分折 {repeats} 次"),
    "{folds} folds of {units} rows or customers": (
        "{units} 行或客户分为 {folds} 折",
        "{units} 列或客戶分為 {folds} 折",
    ),
    "2 or more, each with some": ("2 折或更多，每折不空", "2 折或更多，每折不空"),
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
    "{n} customers": ("{n} 名客户", "{n} 名客戶"),
    "a difference of {difference} with variances of {treated} and {untreated}": (
        "差异 {difference}，方差 {treated} 与 {untreated}",
        "差異 {difference}，變異數 {treated} 與 {untreated}",
    ),
    "numbers, and a difference that some number of customers shows": (
        "数值，且差异须为一定数量的客户所能显示",
        "數值，且差異須為一定數量的客戶所能顯示",
    ),
    "a standard deviation of {deviation}": ("标准差 {deviation}", "標準差 {deviation}"),
    "one above 0": ("大于 0 的数", "大於 0 的數"),
    "customers in the arms: {counts}": ("各组客户数：{counts}", "各組客戶數：{counts}"),
    "whole numbers from 0 on": ("不小于 0 的整数", "不小於 0 的整數"),
    "arms {arm} and {against}": ("组别 {arm} 与 {against}", "組別 {arm} 與 {against}"),
    "two of {names}, of which one has a share": (
        "{names} 中的两组，且至少一组占比大于 0",
        "{names} 中的兩組，且至少一組占比大於 0",
    ),
    "arrays of {rows} rows, arms as {dtype}, level {level}": (
        "数组行数 {rows}，组别类型 {dtype}，置信水平 {level}",
        "陣列列數 {rows}，組別型別 {dtype}，信賴水準 {level}",
    ),
    "as many rows everywhere, arms as true and false, a table of columns before, a level between 0 and 1": (
        "行数一致、组别为真假值、前期数据为按列的表、置信水平介于 0 与 1 之间",
        "列數一致、組別為真假值、前期資料為按欄的表、信賴水準介於 0 與 1 之間",
    ),
    "an outcome or a column before that is no number": (
        "结果或前期数据列含非数值",
        "結果或前期資料欄含非數值",
    ),
    "alpha {alpha}, horizon {horizon}": ("alpha {alpha}，期限 {horizon}", "alpha {alpha}，期限 {horizon}"),
    "alpha between 0 and 1, and no horizon or one from 1 on": (
        "alpha 介于 0 与 1 之间；期限不设或不小于 1",
        "alpha 介於 0 與 1 之間；期限不設或不小於 1",
    ),
    "finite bounds that hold all of them": ("能包含全部观测值的有限上下界", "能包含全部觀測值的有限上下界"),
    "a pseudo-outcome below {least}, or none": (
        "伪结果低于 {least}，或不是数值",
        "偽結果低於 {least}，或不是數值",
    ),
    "a log of {n} choices": ("{n} 条选择的记录", "{n} 筆選擇的紀錄"),
    "one at least, with a table of n by k": ("至少一条，且有 n×k 的表", "至少一筆，且有 n×k 的表"),
    "{name} of another length": ("{name} 长度不符", "{name} 長度不符"),
    "{n} rows": ("{n} 行", "{n} 列"),
    "{name} of another shape": ("{name} 形状不符", "{name} 形狀不符"),
    "{n} by {k}": ("{n}×{k}", "{n}×{k}"),
    "an action that is no column": ("行动不对应任何列", "行動不對應任何欄"),
    "whole numbers from 0 to {last}": ("0 至 {last} 的整数", "0 至 {last} 的整數"),
    "one above 0, 1 at most": ("大于 0 且不超过 1", "大於 0 且不超過 1"),
    "a reward that is no number": ("回报不是数值", "回報不是數值"),
    "finite rewards": ("有限的回报数值", "有限的回報數值"),
    "an evaluation that is no distribution": ("待评估策略不是概率分布", "待評估策略不是機率分布"),
    "0 or more, rows that sum to one": ("不小于 0，且每行之和为 1", "不小於 0，且每列之和為 1"),
    "logging probabilities that do not have what was chosen": (
        "记录策略的概率未包含实际选择",
        "記錄策略的機率未包含實際選擇",
    ),
    "0 to 1, above 0 where chosen": ("0 至 1，实际选择处大于 0", "0 至 1，實際選擇處大於 0"),
    "a choice that was not eligible": ("所作选择不在合格范围内", "所作選擇不在合格範圍內"),
    "choices from what was eligible": ("合格范围内的选择", "合格範圍內的選擇"),
    "an evaluation beyond what was eligible": ("待评估策略超出合格范围", "待評估策略超出合格範圍"),
    "a policy over what was eligible": ("限于合格范围的策略", "限於合格範圍的策略"),
}
