"""Words of channels and capacity; names of columns are those of their files."""

from __future__ import annotations

from typing import Final

from zhike.api.capacity_tables import COLUMNS
from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    **{f"capacity.{name}": text for name, text in COLUMNS.items()},
    "part.channels": Text("Channels and capacity", "渠道与容量", "通路與容量"),
    "capacity.as_of": Text("As decisions are made since publication {publication}, of {day}, by the policy {policy}, version {version}.", "依 {day} 的第 {publication} 次发布，策略 {policy}，版本 {version}。", "依 {day} 的第 {publication} 次發布，策略 {policy}，版本 {version}。"),
    "capacity.channels": Text("Channels", "渠道", "通路"),
    "capacity.zone": Text("Hours are those of {zone}; what a customer wants narrows them further.", "时段按 {zone} 时间；客户的意愿可进一步收窄。", "時段依 {zone} 時間；客戶的意願可進一步縮小。"),
    "capacity.hours": Text("Hours of contact", "联系时段", "聯絡時段"),
    "capacity.no_hours": Text("no rule: the channel's own", "无规则：依渠道自身时间", "無規則：依通路自身時間"),
    "capacity.cost": Text("Cost of a contact", "单次联系成本", "單次聯絡成本"),
    "capacity.to": Text("to", "至", "至"),
    "capacity.and": Text("; ", "；", "；"),
    "capacity.at_once_n": Text("{n} in one decision", "单次决策 {n} 项", "單次決策 {n} 項"),
    "capacity.together": Text("Over all channels together, a customer gets at most:", "所有渠道合计，每位客户至多：", "所有通路合計，每位客戶至多："),
    "capacity.scarce": Text("What is scarce", "稀缺资源", "稀缺資源"),
    "capacity.prices_how": Text("What one more unit would be worth holds for a little more: a larger change is tried on everybody.", "多一个单位的价值仅适用于小幅变化；较大变更须以全部客户试算。", "多一個單位的價值僅適用於小幅變化；較大變更須以全部客戶試算。"),
    "capacity.certificate": Text("Prices and the certificate of the plan", "价格与计划证书", "價格與計畫證書"),
    "capacity.mandatory": Text("of it {n} by notices that must be sent", "其中必发通知 {n}", "其中必發通知 {n}"),
    "capacity.try_more": Text("What if there were more?", "如果更多会怎样？", "如果更多會怎樣？"),
    "capacity.try_other": Text("What if less were asked for?", "如果下限更低会怎样？", "如果下限更低會怎樣？"),
    "capacity.constraints": Text("Constraints in the policy", "策略中的约束", "策略中的限制"),
    "capacity.one_more": Text("One more unit", "多一个单位", "多一個單位"),
    "capacity.days": Text("Holds", "生效期间", "生效期間"),
    "capacity.since": Text("since {day}", "自 {day} 起", "自 {day} 起"),
    "capacity.until": Text("until {day}", "至 {day}", "至 {day}"),
    "capacity.not_in_force": Text("not in force on this day", "当日未生效", "當日未生效"),
    "capacity.everything": Text("all actions, all customers", "全部行动与客户", "全部行動與客戶"),
    "capacity.each": Text("each {attribute} by itself", "按 {attribute} 分别计", "依 {attribute} 分別計"),
    "capacity.no_constraints": Text("The policy sets none.", "策略未设约束。", "策略未設限制。"),
    "capacity.changed": Text("Changed with the policy: tried, proposed, approved by another person; hours of contact and caps in the rulebook: contact.quiet_hours, contact.caps.", "随策略变更：先试算，再提出，由他人批准；联系时段与上限在规则库中变更：contact.quiet_hours、contact.caps。", "隨策略變更：先試算，再提出，由他人核准；聯絡時段與上限在規則庫中變更：contact.quiet_hours、contact.caps。"),
    "capacity.file": Text("As a file (CSV)", "下载表格（CSV）", "下載表格（CSV）"),
    "constraint.budget": Text("budget", "预算", "預算"),
    "constraint.capacity": Text("contacts of a channel", "渠道容量", "通路容量"),
    "constraint.hours": Text("hours of staff", "员工工时", "員工工時"),
    "constraint.volume": Text("number of actions", "行动数量", "行動數量"),
    "constraint.floor": Text("fairness: a group's least", "公平：群体下限", "公平：群體下限"),
    "constraint.band": Text("fairness: distance between groups", "公平：群体间差距", "公平：群體間差距"),
    "constraint.per_customer": Text("on each customer", "每位客户上限", "每位客戶上限"),
    "constraint.per_group": Text("on each customer, by group", "每位客户按组上限", "每位客戶依群組上限"),
    "constraint.per_household": Text("on each household", "每个家庭上限", "每個家庭上限"),
}  # fmt: skip
