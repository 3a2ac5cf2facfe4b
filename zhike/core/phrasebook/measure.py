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
}
