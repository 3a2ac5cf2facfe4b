"""The words in which the archive's codes are shown to people, in three languages."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text
from zhike.know.holdings import FAMILY_NAMES

__all__ = ["MISSING_REMEDIES", "WORDS", "filled", "word"]


def _words(listed: str) -> dict[str, Text]:
    """Read lines of ``code = English | 简体 | 繁體``."""
    words = {}
    for line in filter(None, (raw.strip() for raw in listed.splitlines())):
        code, _, texts = line.partition(" = ")
        words[code] = Text(*(text.strip() for text in texts.split("|")))
    return words


WORDS: Final[dict[str, Text]] = {
    **{family: Text(*names) for family, names in FAMILY_NAMES.items()},
    **_words("""
        person = person | 个人 | 個人
        professional = professional client | 专业投资者 | 專業投資者
        firm = firm | 企业 | 企業
        inactive = inactive | 不活跃 | 不活躍
        female = female | 女 | 女
        male = male | 男 | 男
        other = other | 其他 | 其他
        owner = owner | 所有人 | 所有人
        joint_owner = joint owner | 共有人 | 共有人
        authorised_user = authorised user | 被授权人 | 被授權人
        head = head | 户主 | 戶長
        member = member | 成员 | 成員
        active = running | 存续 | 存續
        repaid = repaid | 已结清 | 已結清
        in_arrears = in arrears | 逾期 | 逾期
        written_off = written off | 已核销 | 已轉銷
        lapsed = lapsed | 已失效 | 已失效
        closed = closed | 已关闭 | 已關閉
        open = open | 处理中 | 處理中
        decided = decided | 已答复 | 已答覆
        withdrawn = withdrawn | 已撤回 | 已撤回
        minor = minor | 未成年 | 未成年
        starting = starting out (18-24) | 起步期（18–24岁） | 起步期（18–24歲）
        building = building up (25-34) | 成长期（25–34岁） | 成長期（25–34歲）
        family = family with children or parents | 家庭期 | 家庭期
        establishing = established (35-49) | 稳定期（35–49岁） | 穩定期（35–49歲）
        preparing = preparing for retirement (50-64) | 退休准备期（50–64岁） | 退休準備期（50–64歲）
        retired = of retirement age (65 and over) | 退休年龄（65岁及以上） | 退休年齡（65歲及以上）
        unknown = not known | 未知 | 未知
        new = new | 新客户 | 新客戶
        established = established (1-5 years) | 1至5年 | 1至5年
        long = long-standing (5-10 years) | 5至10年 | 5至10年
        decade = ten years and more | 10年及以上 | 10年及以上
        intermediary = investments and insurance | 投资与保险 | 投資與保險
        balanced = balanced | 均衡 | 均衡
        none = no product | 无产品 | 無產品
        women_18_29 = women 18-29 | 18–29岁女性 | 18–29歲女性
        men_18_29 = men 18-29 | 18–29岁男性 | 18–29歲男性
        adults_18_29 = adults 18-29 | 18–29岁成年人 | 18–29歲成年人
        women_30_44 = women 30-44 | 30–44岁女性 | 30–44歲女性
        men_30_44 = men 30-44 | 30–44岁男性 | 30–44歲男性
        adults_30_44 = adults 30-44 | 30–44岁成年人 | 30–44歲成年人
        women_45_59 = women 45-59 | 45–59岁女性 | 45–59歲女性
        men_45_59 = men 45-59 | 45–59岁男性 | 45–59歲男性
        adults_45_59 = adults 45-59 | 45–59岁成年人 | 45–59歲成年人
        women_60_plus = women 60 and over | 60岁及以上女性 | 60歲及以上女性
        men_60_plus = men 60 and over | 60岁及以上男性 | 60歲及以上男性
        adults_60_plus = adults 60 and over | 60岁及以上成年人 | 60歲及以上成年人
        champion = champion | 优质活跃 | 優質活躍
        loyal = loyal | 忠诚 | 忠誠
        must_not_lose = must not be lost | 重点挽留 | 重點挽留
        at_risk = at risk | 流失风险 | 流失風險
        promising = promising | 有潜力 | 有潛力
        needs_attention = needs attention | 需关注 | 需關注
        hibernating = hibernating | 休眠 | 休眠
        lost = lost | 已流失 | 已流失
        top = top | 顶级 | 頂級
        affluent = affluent | 富裕 | 富裕
        core = core | 主体 | 主體
        basic = basic | 基础 | 基礎
        valid = valid | 有效 | 有效
        expired = expired | 已过期 | 已過期
        imputed = imputed by the bank | 银行推断 | 銀行推斷
        missing = missing | 缺失 | 缺失
        questionnaire = questionnaire | 问卷 | 問卷
        transactions = bookings | 交易 | 交易
        holdings = holdings | 持有产品 | 持有產品
        inbound = customer to bank | 客户发起 | 客戶發起
        outbound = bank to customer | 银行发起 | 銀行發起
        branch = branch | 网点 | 分行
        adviser = adviser | 客户经理 | 理財專員
        phone = phone | 电话 | 電話
        app = app | 手机银行 | 行動銀行
        web = web | 网上银行 | 網路銀行
        email = e-mail | 电子邮件 | 電子郵件
        sms = text message | 短信 | 簡訊
        post = post | 邮寄 | 郵寄
        atm = cash machine | 自助机 | 自動櫃員機
        all = all channels | 全部渠道 | 全部通路
        marketing = marketing | 营销 | 行銷
        service = service | 服务 | 服務
        mandatory = mandatory notice | 法定告知 | 法定告知
        survey = survey | 调查 | 調查
        complaint = complaint | 投诉 | 申訴
        transaction = transaction | 办理业务 | 辦理業務
        profiling = profiling | 画像分析 | 輪廓分析
        household_view = view of the household | 家庭视图 | 家庭檢視
        third_party = third parties | 第三方共享 | 第三方共享
        age = age | 年龄 | 年齡
        sex = sex | 性别 | 性別
        customer_type = customer type | 客户类型 | 客戶類型
        household_size = customers in the household | 家庭客户数 | 家庭客戶數
        tenure_months = months of relationship | 关系月数 | 關係月數
        reliance_deposit = share of deposits | 存款占比 | 存款占比
        reliance_loan = share of loans | 贷款占比 | 貸款占比
        reliance_settlement = share of settlement products | 结算占比 | 結算占比
        reliance_intermediary = share of investments and insurance | 投资与保险占比 | 投資與保險占比
        rfm_recency = recency | 近度 | 近度
        rfm_frequency = frequency | 频度 | 頻度
        rfm_monetary = amount | 金额 | 金額
        value_position = position by value | 价值位置 | 價值位置
        capacity_level = capacity for loss | 损失承受等级 | 損失承受等級
    """),
}

MISSING_REMEDIES: Final[dict[str, tuple[Text, Text]]] = {
    name: (Text(*what), Text(*how))
    for name, what, how in (
        ("sex", ("sex", "性别", "性別"), ("ask at the next identity check", "下次身份核验时补录", "下次身分核驗時補錄")),
        ("age", ("day of birth", "出生日期", "出生日期"), ("take it from the identity document", "从身份证件补录", "從身分證件補錄")),
        ("region", ("region of residence", "居住地区", "居住地區"), ("ask for the present address", "询问现住址", "詢問現住址")),
        ("language", ("preferred language", "偏好语言", "偏好語言"), ("ask at the next contact", "下次联系时询问", "下次聯絡時詢問")),
        ("full_capacity", ("legal capacity", "民事行为能力", "行為能力"), ("record it at the identity check", "身份核验时登记", "身分核驗時登記")),
        ("household_income", ("income of the household", "家庭收入", "家庭收入"), ("ask in the questionnaire, or when an insurance or loan is applied for", "在问卷中或申请保险、贷款时询问", "在問卷中或申請保險、貸款時詢問")),
        ("household_id", ("household", "家庭关系", "家庭關係"), ("ask who else of the family banks here, with their consent", "经本人同意，询问家庭中其他本行客户", "經本人同意，詢問家庭中其他本行客戶")),
        ("balance", ("balances and flows", "余额与流水", "餘額與流水"), ("the extract holds no transactions of this customer's accounts: ask for the complete extract", "抽取数据中没有该客户账户的交易：请提供完整抽取", "擷取資料中沒有該客戶帳戶的交易：請提供完整擷取")),
        ("salary_like_inflow", ("regular income", "规律性收入", "規律性收入"), ("the extract holds no transactions of this customer's accounts: ask for the complete extract", "抽取数据中没有该客户账户的交易：请提供完整抽取", "擷取資料中沒有該客戶帳戶的交易：請提供完整擷取")),
        ("risk_level", ("risk level", "风险承受等级", "風險承受等級"), ("invite to the risk questionnaire", "邀请完成风险问卷", "邀請完成風險問卷")),
        ("capacity_level", ("capacity for loss", "损失承受能力", "損失承受能力"), ("ask in the risk questionnaire", "在风险问卷中询问", "在風險問卷中詢問")),
        ("knowledge_level", ("knowledge and experience", "投资知识与经验", "投資知識與經驗"), ("ask in the risk questionnaire", "在风险问卷中询问", "在風險問卷中詢問")),
        ("preferred_channel", ("preferred channel", "偏好渠道", "偏好通路"), ("ask at the next contact", "下次联系时询问", "下次聯絡時詢問")),
        ("consent_on_record", ("answer on consent", "同意记录", "同意紀錄"), ("ask for consent by purpose and channel", "按用途与渠道征求同意", "按用途與通路徵求同意")),
    )
}  # fmt: skip
"""What a missing attribute is called, and how to get it."""


def word(code: object) -> Text:
    """Return the words for a code; a code without words stands for itself.

    Examples
    --------
    >>> word("joint_owner").zh_hans, word("Praha").en
    ('共有人', 'Praha')
    """
    text = str(code)
    return WORDS.get(text) or Text(text, text, text)


def filled(template: Text, **values: object) -> Text:
    """Return a text with its values filled in, each value in the text's own language.

    Examples
    --------
    >>> filled(Text("as {role}", "作为{role}", "作為{role}"), role=word("owner")).zh_hant
    '作為所有人'
    """

    def one(language: str, text: str) -> str:
        own = {
            name: getattr(value, language) if isinstance(value, Text) else value
            for name, value in values.items()
        }
        return text.format(**own)

    return Text(one("en", template.en), one("zh_hans", template.zh_hans), one("zh_hant", template.zh_hant))
