"""What the contract tables and columns mean, in the three languages of every interface.

The English stands in `zhike.core.contracts`, beside what it describes; here is the Chinese, in the words that bank
staff use in mainland China (zh-Hans) and in Taiwan and Hong Kong (zh-Hant), where a row is 列 and a column 欄.
"""

from __future__ import annotations

from typing import Final

from zhike.core.contracts import contract
from zhike.core.language import Text

__all__ = [
    "COLUMN_MEANINGS",
    "KINDS",
    "SHARED_MEANINGS",
    "TABLE_MEANINGS",
    "UNITS",
    "meaning_of",
]

TABLE_MEANINGS: Final = {
    "customers": ("银行服务的个人或企业。", "銀行服務的個人或企業。"),
    "relationships": ("客户与账户、其他客户或员工之间的关系。", "客戶與帳戶、其他客戶或員工之間的關係。"),
    "accounts": ("有余额的账户。", "有餘額的帳戶。"),
    "products": ("银行提供或曾经提供的产品。", "銀行提供或曾經提供的產品。"),
    "holdings": ("客户持有的一项产品。", "客戶持有的一項產品。"),
    "transactions": ("账户上的一笔记账交易。", "帳戶上的一筆記帳交易。"),
    "interactions": ("与客户的一次接触，不论由谁发起。", "與客戶的一次接觸，不論由誰發起。"),
    "decisions": ("为客户选定的一项行动，及其被选中的概率。", "為客戶選定的一項行動，及其被選中的機率。"),
    "responses": ("客户对一项决定的响应。", "客戶對一項決定的回應。"),
    "assessments": (
        "对风险、承受能力、知识或需求问卷的一次作答。",
        "對風險、承受能力、知識或需求問卷的一次作答。",
    ),
    "consents": (
        "客户就一项使用目的、对某一渠道或全部渠道作出的同意答复。",
        "客戶就一項使用目的、對某一通路或全部通路作出的同意答覆。",
    ),
    "preferences": (
        "客户提出的偏好：渠道、语言、时段、频次、主题。",
        "客戶提出的偏好：通路、語言、時段、頻率、主題。",
    ),
    "surveys": ("一次问卷调查的邀请。", "一次問卷調查的邀請。"),
    "answers": ("对一道题目的一次作答。", "對一道題目的一次作答。"),
    "complaints": ("一件投诉及其当前状态。", "一件申訴及其目前狀態。"),
    "case_events": ("投诉处理中的一个步骤。", "申訴處理中的一個步驟。"),
    "prices": ("产品在某日的价格。", "產品在某日的價格。"),
    "staff": ("有工时可供安排的员工。", "有工時可供安排的員工。"),
    "channels": ("渠道及其承载能力。", "通路及其承載能力。"),
}
"""Table name -> zh-Hans, zh-Hant."""

SHARED_MEANINGS: Final = {
    "valid_from": ("生效日：该行所载内容成立的首日。", "生效日：該列所載內容成立的首日。"),
    "valid_to": ("失效日：内容不再成立的首日；仍成立时为空。", "失效日：內容不再成立的首日；仍成立時為空。"),
    "known_at": ("银行知悉的时间。", "銀行知悉的時間。"),
    "currency": ("该行金额的币种（ISO 4217 代码）。", "該列金額的幣別（ISO 4217 代碼）。"),
    "customer_id": ("客户编号。", "客戶編號。"),
    "account_id": ("账户编号。", "帳戶編號。"),
    "product_id": ("产品编号。", "產品編號。"),
    "action_id": ("行动编号。", "行動編號。"),
    "decision_id": ("决定编号。", "決定編號。"),
    "survey_id": ("调查邀请编号。", "調查邀請編號。"),
    "complaint_id": ("投诉编号。", "申訴編號。"),
    "channel": ("渠道。", "通路。"),
}
"""Name of a column that means the same in several tables -> zh-Hans, zh-Hant."""

COLUMN_MEANINGS: Final = {
    "customers.customer_id": ("银行的客户编号。", "銀行的客戶編號。"),
    "customers.name": ("姓名，按客户书写方式。", "姓名，依客戶書寫方式。"),
    "customers.phone": ("电话号码。", "電話號碼。"),
    "customers.customer_type": ("客户类型。", "客戶類型。"),
    "customers.service_tier": ("银行自定的服务等级。", "銀行自訂的服務等級。"),
    "customers.sex": ("银行登记的性别。", "銀行登記的性別。"),
    "customers.birth_date": ("出生日期。", "出生日期。"),
    "customers.full_capacity": ("是否具有完全民事行为能力。", "是否具有完全行為能力。"),
    "customers.region": ("居住地区。", "居住地區。"),
    "customers.language": ("客户偏好的语言（BCP 47 标签）。", "客戶偏好的語言（BCP 47 標籤）。"),
    "customers.household_income": ("家庭年收入。", "家庭年收入。"),
    "customers.origin": (
        "该行的来源；仅其他表提及该客户时为“inferred”。",
        "該列的來源；僅其他表提及該客戶時為「inferred」。",
    ),
    "relationships.relationship_id": ("关系编号。", "關係編號。"),
    "relationships.object_type": ("与客户关联的对象类型。", "與客戶關聯的對象類型。"),
    "relationships.object_id": (
        "所关联账户、客户、员工或家庭的编号。",
        "所關聯帳戶、客戶、員工或家庭的編號。",
    ),
    "relationships.role": ("客户在该关系中的角色。", "客戶在該關係中的角色。"),
    "accounts.product_id": ("账户所属产品的编号。", "帳戶所屬產品的編號。"),
    "accounts.region": ("账户所属网点的所在地区。", "帳戶所屬分行的所在地區。"),
    "accounts.opened_on": ("开户日期。", "開戶日期。"),
    "accounts.closed_on": ("销户日期。", "銷戶日期。"),
    "products.name": ("产品名称。", "產品名稱。"),
    "products.family": ("产品大类。", "產品大類。"),
    "products.product_group": (
        "大类内的产品组：同组产品一次至多推荐一个。",
        "大類內的產品組：同組產品一次至多推薦一項。",
    ),
    "products.regime": (
        "销售所适用的适当性制度；不适用任何制度的产品为“none”。",
        "銷售所適用的適合性制度；不適用任何制度的產品為「none」。",
    ),
    "products.seller_risk_level": ("销售方评定的风险等级（1为最低）。", "銷售方評定的風險等級（1為最低）。"),
    "products.issuer_risk_level": ("发行方评定的风险等级。", "發行方評定的風險等級。"),
    "products.complex": ("适当性制度是否将其视为复杂产品。", "適合性制度是否將其視為複雜產品。"),
    "products.target_market": ("目标市场：产品面向哪类客户。", "目標市場：產品面向哪類客戶。"),
    "products.minimum_amount": (
        "起购金额，即一次购买的最低金额。",
        "最低申購金額，即單次購買的最低金額。",
    ),
    "products.term_months": ("产品期限。", "產品期限。"),
    "products.annual_premium": ("保险产品的年缴保费。", "保險產品的年繳保費。"),
    "products.single_premium": ("保险产品的趸缴保费。", "保險產品的躉繳保費。"),
    "products.paying_years": ("保费的缴费年限。", "保費的繳費年限。"),
    "products.uncertain_benefit": (
        "保险利益是否不确定（取决于投资结果）。",
        "保險利益是否不確定（取決於投資結果）。",
    ),
    "products.terms": ("向员工展示的产品说明（自由文本）。", "向員工顯示的產品說明（自由文字）。"),
    "holdings.holding_id": ("持有记录编号。", "持有紀錄編號。"),
    "holdings.account_id": ("该持有所在账户的编号。", "該持有所在帳戶的編號。"),
    "holdings.started_after": (
        "来源仅给出起始区间时，起始日的最早可能日期。",
        "來源僅提供起始區間時，起始日的最早可能日期。",
    ),
    "holdings.amount": ("本金、价值或定期支付金额。", "本金、價值或定期支付金額。"),
    "holdings.status": ("贷款或合同的状态。", "貸款或契約的狀態。"),
    "holdings.matures_on": ("到期日。", "到期日。"),
    "transactions.transaction_id": ("交易编号。", "交易編號。"),
    "transactions.booked_on": ("记账日期。", "記帳日期。"),
    "transactions.sequence": (
        "同日各笔记账的先后次序（来源有记载时）。",
        "同日各筆記帳的先後次序（來源有記載時）。",
    ),
    "transactions.amount": ("资金流入为正，流出为负。", "資金流入為正，流出為負。"),
    "transactions.balance_after": ("记账后的账户余额。", "記帳後的帳戶餘額。"),
    "transactions.method": ("资金收付方式。", "資金收付方式。"),
    "transactions.purpose": ("资金用途。", "資金用途。"),
    "transactions.counterparty": ("交易对手：对方银行或商户。", "交易對手：對方銀行或商家。"),
    "interactions.interaction_id": ("接触记录编号。", "接觸紀錄編號。"),
    "interactions.occurred_on": ("接触日期。", "接觸日期。"),
    "interactions.direction": ("由哪一方发起。", "由哪一方發起。"),
    "interactions.purpose": ("接触目的。", "接觸目的。"),
    "interactions.action_id": ("引发该次接触的行动编号。", "引發該次接觸的行動編號。"),
    "interactions.staff_id": ("经办该次接触的员工编号。", "經辦該次接觸的員工編號。"),
    "decisions.decided_on": ("决定日期。", "決定日期。"),
    "decisions.product_id": ("该行动的产品编号。", "該行動的產品編號。"),
    "decisions.channel": ("该行动的渠道。", "該行動的通路。"),
    "decisions.rank": ("在该客户行动清单中的名次（1为首位）。", "在該客戶行動清單中的名次（1為首位）。"),
    "decisions.action_probability": (
        "在作出决定的策略下，该行动被展示的概率。",
        "在作出決定的策略下，該行動被展示的機率。",
    ),
    "decisions.policy": ("作出决定的策略及其版本。", "作出決定的策略及其版本。"),
    "responses.response_id": ("响应编号。", "回應編號。"),
    "responses.responded_on": ("响应日期。", "回應日期。"),
    "responses.outcome": (
        "响应结果；“blocked”表示从未送达，不反映客户的任何意向。",
        "回應結果；「blocked」表示從未送達，不反映客戶的任何意向。",
    ),
    "assessments.assessment_id": ("评估编号。", "評估編號。"),
    "assessments.kind": ("评估项目。", "評估項目。"),
    "assessments.method": ("等级的得出方式。", "等級的得出方式。"),
    "assessments.level": ("等级（1为最低）；无法取得时为空。", "等級（1為最低）；無法取得時為空。"),
    "assessments.label": ("来源系统对该等级的称呼。", "來源系統對該等級的稱呼。"),
    "assessments.assessed_on": ("评估日期。", "評估日期。"),
    "assessments.lower_amount": ("该答案所示金额区间的下限。", "該答案所示金額區間的下限。"),
    "assessments.upper_amount": ("该金额区间的上限；无上限时为空。", "該金額區間的上限；無上限時為空。"),
    "consents.purpose": ("使用个人信息或联系客户的目的。", "利用個人資料或聯絡客戶的目的。"),
    "consents.channel": ("渠道；“all”表示全部渠道。", "通路；「all」表示全部通路。"),
    "consents.status": ("客户的答复。", "客戶的答覆。"),
    "consents.evidence": ("答复凭证的存放位置。", "答覆憑證的存放位置。"),
    "preferences.topic": ("偏好所涉事项。", "偏好所涉事項。"),
    "preferences.value": ("客户的选择。", "客戶的選擇。"),
    "surveys.instrument": ("问卷及其版本。", "問卷及其版本。"),
    "surveys.sent_on": ("发送日期。", "發送日期。"),
    "answers.question": ("题目代码。", "題目代碼。"),
    "answers.answered_on": ("作答日期。", "作答日期。"),
    "answers.score": ("按题目量表计的得分。", "按題目量表計的得分。"),
    "answers.words": ("文字作答内容。", "文字作答內容。"),
    "complaints.received_on": ("收到投诉的日期。", "收到申訴的日期。"),
    "complaints.status": ("投诉的处理状态。", "申訴的處理狀態。"),
    "complaints.channel": ("收到投诉的渠道。", "收到申訴的通路。"),
    "complaints.business": ("投诉所涉业务。", "申訴所涉業務。"),
    "complaints.reason": ("投诉原因。", "申訴原因。"),
    "case_events.case_event_id": ("处理步骤编号。", "處理步驟編號。"),
    "case_events.happened_on": ("处理步骤的日期。", "處理步驟的日期。"),
    "case_events.event": ("处理内容。", "處理內容。"),
    "case_events.staff_id": ("经办该步骤的员工编号。", "經辦該步驟的員工編號。"),
    "prices.priced_on": ("价格日期。", "價格日期。"),
    "prices.price": ("价格、利率或费用。", "價格、利率或費用。"),
    "staff.staff_id": ("员工编号。", "員工編號。"),
    "staff.role": ("岗位。", "職務。"),
    "staff.region": ("所属地区。", "所屬地區。"),
    "staff.weekly_hours": ("可用于服务客户的工时。", "可用於服務客戶的工時。"),
    "channels.channel": ("渠道。", "通路。"),
    "channels.daily_capacity": ("可承载的接触次数。", "可承載的接觸次數。"),
    "channels.cost_per_contact": ("每次接触的成本。", "每次接觸的成本。"),
}
"""``table.column`` -> zh-Hans, zh-Hant; goes before a shared meaning of the same column name."""

KINDS: Final = {
    "version": Text("version", "版本", "版本"),
    "event": Text("event", "事件", "事件"),
}
"""Kind of a table, see `zhike.core.tables`."""

UNITS: Final = {
    "minor units": Text("minor units", "最小货币单位", "最小貨幣單位"),
    "minor units / year": Text("minor units / year", "最小货币单位/年", "最小貨幣單位/年"),
    "currency units": Text("currency units", "货币单位", "貨幣單位"),
    "level": Text("level", "级", "級"),
    "months": Text("months", "月", "月"),
    "years": Text("years", "年", "年"),
    "probability": Text("probability", "概率", "機率"),
    "points": Text("points", "分", "分"),
    "hours / week": Text("hours / week", "小时/周", "小時/週"),
    "contacts / day": Text("contacts / day", "次/日", "次/日"),
}
"""Unit of a column of the contracts."""


def meaning_of(table: str, column: str | None = None) -> Text:
    """Return what a contract table, or one of its columns, means.

    Parameters
    ----------
    table : str
        Name of a contract table.
    column : str, optional
        Name of one of its columns; the table itself is meant without it.

    Returns
    -------
    Text
        The meaning in every language; the English is the contract's own.

    Raises
    ------
    UsageError
        If there is no such table.
    ContractError
        If the table has no such column.

    Examples
    --------
    >>> meaning_of("accounts").in_language("zh-Hant")
    '有餘額的帳戶。'
    >>> meaning_of("accounts", "closed_on")
    Text(en='Day of closing.', zh_hans='销户日期。', zh_hant='銷戶日期。')
    >>> meaning_of("accounts", "known_at").zh_hans
    '银行知悉的时间。'
    """
    found = contract(table)
    if column is None:
        return Text(found.meaning, *TABLE_MEANINGS[table])
    english = found.column(column).meaning
    own = COLUMN_MEANINGS.get(f"{table}.{column}")
    return Text(english, *(own or SHARED_MEANINGS[column]))
