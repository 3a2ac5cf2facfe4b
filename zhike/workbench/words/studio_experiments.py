"""Words of the studio of decisions: the standing experiment; names of columns are those of its file."""

from __future__ import annotations

from typing import Final

from zhike.api.experiment_tables import COLUMNS
from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    **{f"trialcolumn.{name}": text for name, text in COLUMNS.items()},
    "trial.title": Text("Experiments", "实验", "實驗"),
    "trial.how": Text(
        "A customer counts once, with the first full decision of the period, in the arm that a lot gave; what was answered later than the days for an answer does not count.",
        "每位客户只计一次：取期内首个完整决定，按抽签所定组别计；超过答复期限的答复不计。",
        "每位客戶只計一次：取期間內首個完整決定，依抽籤所定組別計；超過答覆期限的答覆不計。",
    ),
    "trial.from": Text("From (UTC)", "自（UTC）", "自（UTC）"),
    "trial.until": Text("Until (UTC)", "至（UTC）", "至（UTC）"),
    "trial.counted": Text(
        "Customers counted: {customers}, from {decisions} decisions. Not yet counted, as they may still answer within {days} days: {waiting}.",
        "计入客户 {customers} 位，取自 {decisions} 个决定。尚在 {days} 天答复期内、暂不计入：{waiting} 位。",
        "計入客戶 {customers} 位，取自 {decisions} 個決定。尚在 {days} 天答覆期內、暫不計入：{waiting} 位。",
    ),
    "trial.cut": Text(
        "There are more decisions than are looked at: counted are the earliest of the period, made before {at} (UTC).",
        "决定数量超出可查看范围：仅计入期内最早、于 {at}（UTC）之前作出的决定。",
        "決定數量超出可檢視範圍：僅計入期間內最早、於 {at}（UTC）之前作出的決定。",
    ),
    "trial.since": Text(
        "The policy {policy}, version {version}, has been served from since {at} (UTC); nothing before is counted, as lots may have been drawn otherwise.",
        "策略 {policy} 版本 {version} 自 {at}（UTC）起使用；此前的决定不计，因抽签方式可能不同。",
        "策略 {policy} 版本 {version} 自 {at}（UTC）起使用；先前的決定不計，因抽籤方式可能不同。",
    ),
    "trial.beforehand": Text(
        "Intervals may be looked at every day; all of them together are right with 95 %, if the first day was chosen before anything was seen.",
        "区间可每日查看；只要起始日在查看数据之前选定，全部区间同时成立的概率为 95%。",
        "區間可每日檢視；只要起始日在檢視資料之前選定，全部區間同時成立的機率為 95%。",
    ),
    "trial.not_compared": Text("Not compared.", "不作比较。", "不作比較。"),
    "trial.difference": Text("Difference (points)", "差异（百分点）", "差異（百分點）"),
    "trial.interval": Text("Interval (points)", "区间（百分点）", "區間（百分點）"),
    "trial.of": Text("{yes} of {of} ({share})", "{of} 中 {yes}（{share}）", "{of} 中 {yes}（{share}）"),
    "trial.sizes": Text(
        "Sizes of the arms: planned {share} for the second arm, found {n} of {of}; p {p}.",
        "组别规模：第二组计划占比 {share}，实际 {of} 中 {n}；p 值 {p}。",
        "組別規模：第二組計畫占比 {share}，實際 {of} 中 {n}；p 值 {p}。",
    ),
    "trial.untold": Text("What cannot be told from the ledger", "台账无法说明的事项", "帳冊無法說明的事項"),
    "trial.purchases": Text(
        "How much more is sold: whoever is held out gets no sale offered, and what they buy unasked leaves no answer here. More offers accepted is not more bought.",
        "无法说明多卖出多少：对照组不收到销售推介，其自行购买在此不留答复。接受的推介更多，不等于购买更多。",
        "無法說明多賣出多少：對照組不會收到銷售推介，其自行購買在此不留答覆。接受的推介較多，不等於購買較多。",
    ),
    "trial.why": Text("Why not", "原因", "原因"),
    "contrast.holdout": Text("Served against held out", "服务组与对照组", "服務組與對照組"),
    "contrast.exploration": Text("The best against exploring", "最优与探索", "最佳與探索"),
    "contrast.random": Text("Arbitration against any action at random", "择优与随机行动", "擇優與隨機行動"),
    "contrast.propensity_only": Text("Against propensity alone", "与仅凭倾向相比", "與僅憑傾向相比"),
    "contrast.no_levers": Text("Against no levers", "与不用调节系数相比", "與不用調節係數相比"),
    "contrast.eligibility_only": Text("Against eligibility alone", "与仅凭准入相比", "與僅憑資格相比"),
    "contrast.model": Text("The model against a random propensity", "模型与随机倾向", "模型與隨機傾向"),
    "contrasthow.holdout": Text(
        "Held-out customers are never offered a sale; care, service and notices they get like all others.",
        "对照组客户从不收到销售推介；关怀、服务与通知与其他客户相同。",
        "對照組客戶從不收到銷售推介；關懷、服務與通知與其他客戶相同。",
    ),
    "contrasthow.exploration": Text(
        "By lot the first place of a list is drawn by value instead of taken as the best; held-out customers are left out.",
        "清单首位按抽签改为依价值抽取，而非直接取最优；不含对照组客户。",
        "清單首位依抽籤改為按價值抽取，而非直接取最佳；不含對照組客戶。",
    ),
    "trialarm.served": Text("Served", "服务组", "服務組"),
    "trialarm.holdout": Text("Held out", "对照组", "對照組"),
    "trialarm.best": Text("The best", "最优", "最佳"),
    "trialarm.explored": Text("Exploring", "探索", "探索"),
    "trialoutcome.accepted": Text("accepted an offer", "接受推介", "接受推介"),
    "trialoutcome.refused": Text("refused an offer", "拒绝推介", "拒絕推介"),
    "trialoutcome.withdrew": Text("took back a consent", "撤回同意", "撤回同意"),
    "trialverdict.higher": Text("higher in the first arm", "第一组较高", "第一組較高"),
    "trialverdict.lower": Text("lower in the first arm", "第一组较低", "第一組較低"),
    "trialverdict.open": Text("no conclusion: the interval holds 0", "尚无结论：区间包含 0", "尚無結論：區間包含 0"),
    "trialverdict.None": Text("no conclusion", "无结论", "無結論"),
    "obstacle.not_run": Text("The policy gives one of the arms nobody.", "策略未给其中一组分配客户。", "策略未給其中一組分配客戶。"),
    "obstacle.empty": Text("An arm has no customers yet.", "其中一组尚无客户。", "其中一組尚無客戶。"),
    "obstacle.sample_ratio": Text(
        "The arms are not of the sizes that the policy says: whoever is missing may differ from whoever is there.",
        "组别规模与策略不符：缺少的客户可能与现有客户不同。",
        "組別規模與策略不符：缺少的客戶可能與現有客戶不同。",
    ),
    "obstacle.sold": Text(
        "Somebody held out was offered a sale: the hold-out was not drawn as the policy says now.",
        "有对照组客户收到销售推介：对照组的抽签与现行策略不符。",
        "有對照組客戶收到銷售推介：對照組的抽籤與現行策略不符。",
    ),
    "untold.no_arm": Text("Nobody is served in this way, so there is nothing to compare with.", "没有客户以此方式服务，无从比较。", "沒有客戶以此方式服務，無從比較。"),
    "untold.softmax": Text(
        "Exploring draws by value among what is worthwhile, not evenly among all that the rules allow.",
        "探索按价值在值得的行动中抽取，并非在规则允许的全部行动中均匀抽取。",
        "探索按價值在值得的行動中抽取，並非在規則允許的全部行動中均勻抽取。",
    ),
}  # fmt: skip
