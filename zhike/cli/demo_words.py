"""What the demonstration says on the console, in three languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from zhike.core.language import Language

__all__ = ["COMMANDS", "LABELS", "SAID", "STEPS", "UNITS", "label", "said"]

STEPS: Final = (
    Text("Simulate a bank of {customers} customers over {history} months (seed {seed})", "模拟一家有 {customers} 位客户的银行，历时 {history} 个月（种子 {seed}）", "模擬一家有 {customers} 位客戶的銀行，歷時 {history} 個月（種子 {seed}）"),
    Text("Decide for every customer at the end of {at}", "在 {at} 日终为每位客户作出决定", "在 {at} 日終為每位客戶作出決定"),
    Text("Explain three customers", "解释三位客户", "解釋三位客戶"),
    Text("Play {months} months of the same world under six policies", "让同一世界在六种策略下各推演 {months} 个月", "讓同一世界在六種策略下各推演 {months} 個月"),
    Text("Prove the decisions: decide again, compare every byte", "证明：重新决定并逐字节比较", "證明：重新決定並逐位元組比較"),
    Text("Write the report", "写出报告", "寫出報告"),
)  # fmt: skip
"""Headings of the steps, in order."""

SAID: Final[dict[str, Text]] = {
    "step": Text("[{number}/6] {what}", "[{number}/6] {what}", "[{number}/6] {what}"),
    "bank": Text("{rows} rows in {tables} tables, {first} to {last}: {bank}", "{tables} 张表共 {rows} 行，{first} 至 {last}：{bank}", "{tables} 張表共 {rows} 列，{first} 至 {last}：{bank}"),
    "nobody": Text("Nobody in it exists. What is true of its customers is sealed in {truth}, where no decision can read it.", "其中无人真实存在。客户的真值封存于 {truth}，任何决定都读不到。", "其中無人真實存在。客戶的真值封存於 {truth}，任何決定都讀不到。"),
    "decided": Text("{customers} customers, {decisions} decisions: {sale} sales, {care} care and service, {mandatory} notices, {none} nothing to do", "{customers} 位客户，{decisions} 项决定：销售 {sale}，关怀与服务 {care}，告知 {mandatory}，不行动 {none}", "{customers} 位客戶，{decisions} 項決定：銷售 {sale}，關懷與服務 {care}，告知 {mandatory}，不行動 {none}"),
    "proposed": Text("Proposed, at most three a customer", "提出建议（每位客户至多三项）", "提出建議（每位客戶至多三項）"),
    "sale": Text("A product that suits {customer}", "适合 {customer} 的产品", "適合 {customer} 的產品"),
    "refused": Text("A product that {customer} may not be sold", "不得向 {customer} 销售的产品", "不得向 {customer} 銷售的產品"),
    "care": Text("Care for {customer} instead of a sale", "对 {customer} 关怀而非销售", "對 {customer} 關懷而非銷售"),
    "sale_title": Text("A product that suits: {who}", "合适的产品：{who}", "適合的產品：{who}"),
    "refused_title": Text("A product that may not be sold: {who}", "不得销售的产品：{who}", "不得銷售的產品：{who}"),
    "care_title": Text("Care instead of a sale: {who}", "关怀而非销售：{who}", "關懷而非銷售：{who}"),
    "no_case": Text("No clear case among so few customers.", "客户太少，没有清晰的案例。", "客戶太少，沒有清楚的案例。"),
    "prices": Text("Prices of scarce resources, {month}: what one more unit would bring", "稀缺资源的价格，{month}：增加一个单位能带来的价值", "稀缺資源的價格，{month}：增加一個單位能帶來的價值"),
    "used": Text("{used} of {capacity} used", "已用 {used}，容量 {capacity}", "已用 {used}，容量 {capacity}"),
    "hours_in": Text("adviser hours, {region}", "客户经理工时，{region}", "理財專員工時，{region}"),
    "hours_elsewhere": Text("adviser hours elsewhere", "客户经理工时，其他地区", "理財專員工時，其他地區"),
    "dividend": Text("The personalisation dividend: each policy less standard, per customer over {months} months, ± 95 % interval", "个性化红利：各策略减统一活动，{months} 个月内每位客户，± 95% 区间", "個人化紅利：各策略減統一活動，{months} 個月內每位客戶，± 95% 區間"),
    "regret": Text("Regret, yuan a customer left to the oracle (and as a share of all it gains): {lost}", "与全知基准的差距，元/客户（及占其全部增益的比例）：{lost}", "與全知基準的差距，元/客戶（及占其全部增益的比例）：{lost}"),
    "share": Text(" ({share})", "（{share}）", "（{share}）"),
    "loses": Text("Where zhike loses beyond chance: {lost} of {compared} differences (about {chance:.0f} would by chance alone)", "知客超出偶然的劣势：{compared} 项比较中 {lost} 项（约 {chance:.0f} 项可能纯属偶然）", "知客超出偶然的劣勢：{compared} 項比較中 {lost} 項（約 {chance:.0f} 項可能純屬偶然）"),
    "loss": Text("{measure} ({unit}), against {against}: {difference}", "{measure}（{unit}），对比{against}：{difference}", "{measure}（{unit}），對比{against}：{difference}"),
    "more_losses": Text("and {count} more, {groups} of them within single groups of customers: see the report", "另有 {count} 项，其中 {groups} 项仅限个别客户群体：见报告", "另有 {count} 項，其中 {groups} 項僅限個別客戶群體：見報告"),
    "no_loss": Text("No loss of zhike beyond chance among {compared} differences.", "在 {compared} 项比较中，知客没有超出偶然的劣势。", "在 {compared} 項比較中，知客沒有超出偶然的劣勢。"),
    "identical": Text("All {decisions} decisions came out again, byte for byte.", "全部 {decisions} 项决定逐字节重现。", "全部 {decisions} 項決定逐位元組重現。"),
    "different": Text("NOT PROVEN: {different} of {decisions} decisions differ; files that differ: {files}; changed since: {changed}", "未能证明：{decisions} 项决定中有 {different} 项不同；不同的文件：{files}；此后变化：{changed}", "未能證明：{decisions} 項決定中有 {different} 項不同；不同的檔案：{files}；此後變化：{changed}"),
    "no_truth": Text("It took {bank} alone; {truth} was not needed.", "只用到 {bank}，没有用到 {truth}。", "只用到 {bank}，沒有用到 {truth}。"),
    "report": Text("{report} (charts and all figures; opens offline)", "{report}（图表与全部数据，可离线打开）", "{report}（圖表與全部數據，可離線開啟）"),
    "next": Text("What to do next:", "接下来可以：", "接下來可以："),
    "done": Text("Done in {total:.0f} s: {parts}", "共用 {total:.0f} 秒：{parts}", "共用 {total:.0f} 秒：{parts}"),

    "who": Text("Who", "客户", "客戶"),
    "proposed_is": Text("Proposed", "建议", "建議"),
    "refused_is": Text("Refused", "拒绝", "拒絕"),
    "why": Text("Why", "原因", "原因"),
    "checked": Text("Checked", "检查", "檢查"),
    "instead": Text("Instead", "改为", "改為"),
    "not_proposed": Text("Not sold", "不销售", "不銷售"),
    "line": Text("{what}: {told}", "{what}：{told}", "{what}：{told}"),
    "years": Text("{age} years old", "{age} 岁", "{age} 歲"),
    "level": Text("risk level C{level}", "风险等级 C{level}", "風險等級 C{level}"),
    "no_level": Text("no valid risk level", "无有效风险等级", "無有效風險等級"),
    "holds": Text("products held: {count}", "持有产品 {count} 个", "持有產品 {count} 個"),
    "action": Text("{title} {product} ({channel})", "{title} {product}（{channel}）", "{title} {product}（{channel}）"),
    "worth": Text("expected to bring the bank {value}", "预期给银行带来 {value}", "預期給銀行帶來 {value}"),
    "would_bring": Text("it would have brought the bank an expected {value}", "原本预期给银行带来 {value}", "原本預期給銀行帶來 {value}"),
    "effect": Text("an offer that arrives raises the chance of a purchase by {effect:.2f} percentage points ({low:.2f} to {high:.2f}; {choices:,} logged choices)", "推介送达使购买概率提高 {effect:.2f} 个百分点（{low:.2f} 至 {high:.2f}；{choices:,} 次有记录的选择）", "推介送達使購買機率提高 {effect:.2f} 個百分點（{low:.2f} 至 {high:.2f}；{choices:,} 次有記錄的選擇）"),
    "response": Text("{effect:.1f}% of those reached accept ({low:.1f} to {high:.1f}; {choices:,} logged choices)", "触达者中 {effect:.1f}% 接受（{low:.1f} 至 {high:.1f}；{choices:,} 次有记录的选择）", "接觸者中 {effect:.1f}% 接受（{low:.1f} 至 {high:.1f}；{choices:,} 次有記錄的選擇）"),
    "chance": Text("chance of acceptance {propensity:.1%}, {source}", "接受概率 {propensity:.1%}，{source}", "接受機率 {propensity:.1%}，{source}"),
    "because": Text("customers who hold {names} often hold it too", "持有{names}的客户常同时持有该产品", "持有{names}的客戶常同時持有該產品"),
    "passed": Text("{count} rules passed", "通过 {count} 条规则", "通過 {count} 條規則"),
    "fits": Text("the product's level R{value} is within the customer's C{threshold}", "产品等级 R{value} 不高于客户等级 C{threshold}", "產品等級 R{value} 不高於客戶等級 C{threshold}"),
    "by": Text("{told} {reference} [{code}]", "{told}{reference} [{code}]", "{told}{reference} [{code}]"),
    "penalty": Text("paid {amount} of penalty interest in the last year", "近一年支付逾期罚息 {amount}", "近一年支付逾期罰息 {amount}"),
    "complained": Text("complaints in the last year: {times}", "近一年投诉 {times} 次", "近一年申訴 {times} 次"),
    "no_credit": Text("{title} {product}: no credit is proposed to a customer who pays penalty interest", "{title} {product}：客户正在支付罚息，不推介信贷", "{title} {product}：客戶正在支付罰息，不推介信貸"),
    "product_refused": Text("{title} {product}: {message}", "{title} {product}：{message}", "{title} {product}：{message}"),
    "comma": Text(", ", "，", "，"),
    "semicolon": Text("; ", "；", "；"),
    "and": Text(", ", "、", "、"),
}  # fmt: skip
"""Sentences and parts of them by what they are for."""

UNITS: Final[dict[str, Text]] = {
    "total": Text("yuan", "元", "元"),
    "bank_value": Text("yuan", "元", "元"),
    "customer_benefit": Text("yuan", "元", "元"),
    "annoyance": Text("yuan", "元", "元"),
    "cost": Text("yuan", "元", "元"),
    "satisfaction": Text("std. dev.", "标准差", "標準差"),
    "complaints": Text("number", "件", "件"),
    "attrition": Text("points", "百分点", "百分點"),
    "unsuitable": Text("number", "件", "件"),
    "contacts": Text("number", "次", "次"),
}  # fmt: skip
"""Short units of the measures of the dividend."""

LABELS: Final[dict[str, Text]] = {
    "under 30": Text("under 30", "30 岁以下", "30 歲以下"),
    "75 and over": Text("75 and over", "75 岁及以上", "75 歲及以上"),
    "mass": Text("Mass", "大众", "大眾"),
    "affluent": Text("Affluent", "富裕", "富裕"),
    "private": Text("Private", "私人银行", "私人銀行"),
}  # fmt: skip
"""Groups of customers of which the report has no word of its own."""

COMMANDS: Final = (
    ("zhike explain {decisions} --customer {customer}", Text("everything about a decision", "某项决定的全部依据", "某項決定的全部依據")),
    ("zhike show {bank} --customer {customer} --at {at}", Text("one customer's page", "一位客户的页面", "一位客戶的頁面")),
    ("zhike check {bank} --at {at} --look-ahead", Text("proof that nothing looks ahead", "无前视的证明", "無前視的證明")),
    ("zhike lab run {bank} --policies zhike,oracle --months 12", Text("other policies, a longer time", "其他策略、更长时间", "其他策略、更長時間")),
    ("zhike lab study --seeds 1,2,3,4,5", Text("the dividend in other worlds", "其他世界中的红利", "其他世界中的紅利")),
    ("zhike init mybank EXTRACT --from csv --mapping FILE", Text("your own bank", "加载您自己的银行", "載入您自己的銀行")),
)  # fmt: skip
"""What to try next: commands, and what each shows."""


def said(what: str, language: Language, /, **values: object) -> str:
    """Return a sentence in one language with its values filled in."""
    return SAID[what].render(language, **values)


def label(name: str, language: Language) -> str:
    """Return the name of a group of customers in words where the report has none; its code otherwise."""
    return LABELS[name].in_language(language) if name in LABELS else name
