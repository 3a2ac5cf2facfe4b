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
}
