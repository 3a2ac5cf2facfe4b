"""Words of the studio of decisions: what a draft would have been worth."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "studio.worth": Text("What the log says it would have been worth", "日志所示的价值", "日誌所示的價值"),
    "studio.not_valued": Text(
        "Not valued from the log yet. Whoever has folders of decisions and the bank runs `zhike value --keep`.", "尚未依据日志评估。持有决定文件夹与银行文件夹者可运行 `zhike value --keep`。",
        "尚未依據日誌評估。持有決定資料夾與銀行資料夾者可執行 `zhike value --keep`。",
    ),
    "studio.valued_from": Text(
        "From {lists} lists of {customers} customers, {first} to {last}, and what came of them within {days} days.", "依据 {customers} 位客户的 {lists} 份清单（{first} 至 {last}）及其后 {days} 天内的结果。",
        "依據 {customers} 位客戶的 {lists} 份清單（{first} 至 {last}）及其後 {days} 天內的結果。",
    ),
    "studio.per_list": Text("Per list", "每份清单", "每份清單"),
    "studio.estimate": Text("Estimate", "估计值", "估計值"),
    "studio.gain_open": Text(
        "The interval of the gain holds 0: the log does not show that the draft is better or worse.",
        "增益区间包含 0：日志未显示拟试策略更好或更差。", "增益區間包含 0：日誌未顯示擬試策略更好或更差。",
    ),
    "studio.no_number": Text(
        "No number: the log cannot say what the draft would have been worth.", "不给出数值：日志无法说明拟试策略的价值。",
        "不給出數值：日誌無法說明擬試策略的價值。",
    ),
    "studio.untried": Text("Never tried, as shares of the draft:", "从未尝试（占拟试策略的比例）：", "從未嘗試（占擬試策略的比例）："),
    "studio.overlap": Text(
        "The log counts as {effective} customers, of whom one holds {largest} of the weight at most; {untried} of the draft was never tried; {outcomes} lists that count had an outcome.",
        "日志相当于 {effective} 位客户，单一客户至多占权重的 {largest}；拟试策略有 {untried} 从未尝试；有结果的有效清单 {outcomes} 份。",
        "日誌相當於 {effective} 位客戶，單一客戶至多占權重的 {largest}；擬試策略有 {untried} 從未嘗試；有結果的有效清單 {outcomes} 份。",
    ),
    "studio.ranks": Text("The same by rank: lists as far as each place", "按名次：清单截至各位次的覆盖", "依名次：清單截至各位次的涵蓋"),
    "studio.rank": Text("Rank", "名次", "名次"),
    "studio.rank_lists": Text("Lists that have it", "有该位次的清单", "有該位次的清單"),
    "studio.rank_effective": Text("Customers that count", "有效客户数", "有效客戶數"),
    "studio.rank_largest": Text("Most of one customer", "单一客户最大占比", "單一客戶最大占比"),
    "studio.rank_untried": Text("Never tried here", "此位次从未尝试", "此位次從未嘗試"),
    "studio.rank_weight": Text("Mean weight", "平均权重", "平均權重"),
    "study.value": Text("Value from the log", "依据日志的价值", "依據日誌的價值"),
    "outcome.acquired": Text(
        "Counted: products newly had by whatever way and accepted care, less the cost of contacts.", "计入无论经何途径新持有的产品与被接受的关怀，减去触达成本。",
        "計入無論經何途徑新持有的產品與被接受的關懷，減去接觸成本。",
    ),
    "outcome.accepted": Text(
        "Counted: actions accepted, less the cost of contacts; what customers would have taken anyway is not taken off.",
        "计入被接受的行动，减去触达成本；客户本来就会办理的部分未扣除。", "計入被接受的行動，減去接觸成本；客戶本來就會辦理的部分未扣除。",
    ),
    "valued.value": Text("the draft", "拟试策略", "擬試策略"),
    "valued.logged": Text("what the log's lists brought", "已记录清单的实际所得", "已記錄清單的實際所得"),
    "valued.gain": Text("gain of the draft", "拟试策略的增益", "擬試策略的增益"),
    "valued.blended": Text("beside: between model and correction", "参考：介于模型与修正之间", "參考：介於模型與修正之間"),
    "valued.snipw": Text("beside: by weights alone", "参考：仅按权重", "參考：僅依權重"),
    "valued.dm": Text("beside: by the model alone", "参考：仅按模型", "參考：僅依模型"),
    "lack.no_support": Text("Too much of the draft had no chance in the log.", "拟试策略中过多的行动在日志中没有机会。", "擬試策略中過多的行動在日誌中沒有機會。"),
    "lack.few_effective": Text("What the draft would do was done too rarely.", "拟试策略会做的事发生得太少。", "擬試策略會做的事發生得太少。"),
    "lack.one_decides": Text("One customer would decide the estimate.", "估计值将由单一客户决定。", "估計值將由單一客戶決定。"),
    "lack.weights_astray": Text(
        "The weights do not average one: it came up too rarely, or the probabilities on record are not those that decided.",
        "权重平均不为 1：出现得太少，或所记概率并非实际决定时的概率。", "權重平均不為 1：出現得太少，或所記機率並非實際決定時的機率。",
    ),
    "lack.few_outcomes": Text("Too few lists had an outcome.", "有结果的清单太少。", "有結果的清單太少。"),
}  # fmt: skip
