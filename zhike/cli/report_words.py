"""The words of the report of a demonstration, in three languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from zhike.core.language import Language

__all__ = ["BETTER", "MONTHLY", "NAMES", "POLICIES_MEAN", "READING", "SAID", "UNITS", "named"]


def _words(listed: str) -> dict[str, Text]:
    """Read lines of ``code = English | 简体 | 繁體``."""
    pairs = (line.strip().partition(" = ") for line in listed.splitlines() if line.strip())
    return {code: Text(*(text.strip() for text in texts.split("|"))) for code, _, texts in pairs}


BETTER: Final[dict[str, int]] = {
    "bank_value": 1, "customer_benefit": 1, "satisfaction": 1, "complaints": -1, "attrition": -1, "contacts": 0,
    "unsuitable_sales": -1, "regret": -1,
}  # fmt: skip
"""Metrics in their order, and whether more is better (1), less is better (-1), or neither in itself (0)."""

UNITS: Final[dict[str, Text]] = _words("""
    CNY = CNY per customer | 元/客户 | 元/客戶
    CNY_month = CNY per customer and month | 元/客户/月 | 元/客戶/月
    points = points | 分 | 分
    sd = standard deviations of customers | 个客户标准差 | 個客戶標準差
    per_10000 = per 10,000 customers | 件/每万客户 | 件/每萬客戶
    per_customer = per customer | 次/客户 | 次/客戶
    share = percentage points | 个百分点 | 個百分點
    share_month = % of customers in the month | 当月客户占比 | 當月客戶占比
    hour = CNY an hour | 元/小时 | 元/小時
    send = CNY a message | 元/条 | 元/則
    call = CNY a call | 元/通 | 元/通
    contact = CNY a contact | 元/次触达 | 元/次接觸
""")

MONTHLY: Final[dict[str, str]] = {
    "bank_value": "CNY_month", "customer_benefit": "CNY_month", "satisfaction": "points", "complaints": "per_10000",
    "contacts": "per_customer", "attrition": "share_month",
}  # fmt: skip
"""Unit of each metric by month, in the order of the charts."""

NAMES: Final[dict[str, Text]] = _words("""
    standard = standard | 统一活动 | 統一活動
    tiered = tiered | 按余额分层 | 按餘額分層
    propensity = propensity | 按响应率排序 | 按回應率排序
    zhike = zhike | 知客 | 知客
    oracle = oracle | 全知基准 | 全知基準
    nothing = no contact | 不触达 | 不接觸
    bank_value = Value to the bank | 银行价值 | 銀行價值
    customer_benefit = Benefit to customers | 客户获益 | 客戶獲益
    satisfaction = Satisfaction | 满意度 | 滿意度
    complaints = Complaints | 投诉 | 申訴
    attrition = Attrition | 客户流失 | 客戶流失
    contacts = Contacts | 触达次数 | 接觸次數
    unsuitable_sales = Unsuitable sales | 不适当销售 | 不適當銷售
    regret = Regret to the oracle | 与全知基准的差距 | 與全知基準的差距
    considered = Considered | 全部候选 | 全部候選
    after_eligibility = After eligibility | 资格之后 | 資格之後
    after_suitability = After suitability | 适当性之后 | 適合性之後
    after_applicability = After applicability | 适用性之后 | 適用性之後
    after_consent = After consent | 同意之后 | 同意之後
    after_contact = After contact policy | 触达规则之后 | 接觸規則之後
    after_experiment = After the comparison group | 对照组之后 | 對照組之後
    worthwhile = Worth more than its cost | 价值高于成本 | 價值高於成本
    chosen = Chosen within capacity | 在容量内选定 | 在容量內選定
    shown = Shown | 已送达 | 已送達
    accepted = Accepted | 已接受 | 已接受
    age = Age | 年龄 | 年齡
    sex = Sex | 性别 | 性別
    region = Region | 地区 | 地區
    wealth = Wealth | 财富 | 財富
    tier = Balance tier | 余额层级 | 餘額層級
    digital = Digital skill | 数字技能 | 數位技能
    language = Language | 语言 | 語言
    vulnerable = Vulnerability | 弱势情形 | 弱勢情形
    vulnerability = Vulnerability | 弱势情形 | 弱勢情形
    kind = Customer type | 客户类型 | 客戶類型
    city = Cities | 城市 | 城市
    town = Towns | 县镇 | 縣鎮
    country = Countryside | 乡村 | 鄉村
    low = Low | 低 | 低
    middle = Middle | 中 | 中
    high = High | 高 | 高
    yes = Yes | 是 | 是
    no = No | 否 | 否
    female = Women | 女 | 女
    male = Men | 男 | 男
    adviser_hours = Adviser hours | 客户经理工时 | 理財專員工時
""")

SAID: Final[dict[str, Text]] = {
    "title": Text("A made-up bank, and what personal service is worth in it", "一家虚构的银行，以及个性化服务在其中的价值", "一家虛構的銀行，以及個人化服務在其中的價值"),
    "notice": Text("Everything here is simulated. No customer, product or figure is real; the world is written down in code, so what would have happened without an offer is known.", "本页全部内容均为模拟。没有任何真实的客户、产品或数据；这个世界由代码写定，因此可以知道“若不推介会怎样”。", "本頁全部內容均為模擬。沒有任何真實的客戶、產品或數據；這個世界由程式碼寫定，因此可以知道「若不推介會怎樣」。"),
    "contents": Text("Contents", "目录", "目錄"),
    "brief": Text("In brief", "要点", "要點"),
    "bank": Text("The bank", "银行概况", "銀行概況"),
    "funnel": Text("From every possible action to the ones chosen", "从全部可能的行动到选定的行动", "從全部可能的行動到選定的行動"),
    "prices": Text("Prices of scarce resources", "稀缺资源的价格", "稀缺資源的價格"),
    "customers": Text("Three customers", "三位客户", "三位客戶"),
    "months": Text("Month by month", "逐月走势", "逐月走勢"),
    "dividend": Text("The personalisation dividend", "个性化红利", "個人化紅利"),
    "loses": Text("Where personalisation loses", "个性化在何处不如统一活动", "個人化在何處不如統一活動"),
    "fairness": Text("Who is served, and what it brings them", "谁得到服务，获益多少", "誰得到服務，獲益多少"),
    "reading": Text("How to read this page", "如何阅读本页", "如何閱讀本頁"),

    "n_customers": Text("Customers", "客户数", "客戶數"),
    "n_months": Text("Months of history", "历史月数", "歷史月數"),
    "n_ahead": Text("Months played forward", "向前推演月数", "向前推演月數"),
    "period": Text("History", "历史区间", "歷史區間"),
    "until": Text("{first} to\N{NO-BREAK SPACE}{last}", "{first} 至\N{NO-BREAK SPACE}{last}", "{first} 至\N{NO-BREAK SPACE}{last}"),
    "seed": Text("Seed", "随机种子", "隨機種子"),
    "seed_means": Text("The same seed makes the same bank to the last byte.", "相同的种子生成逐字节相同的银行。", "相同的種子產生逐位元組相同的銀行。"),

    "against": Text("{policy} against standard, over {months} months, per customer:", "{policy}与统一活动相比，共 {months} 个月，按每位客户计：", "{policy}與統一活動相比，共 {months} 個月，按每位客戶計："),
    "against_line": Text("{metric}: {mean} {unit} ({low} to {high}), {verdict}", "{metric}：{mean} {unit}（{low} 至 {high}），{verdict}", "{metric}：{mean} {unit}（{low} 至 {high}），{verdict}"),
    "worse_in": Text("{policy} is worse than standard in: {metrics}.", "{policy}不如统一活动的指标：{metrics}。", "{policy}不如統一活動的指標：{metrics}。"),
    "not_worse": Text("No metric of {policy} is clearly worse than under standard.", "{policy}没有明显不如统一活动的指标。", "{policy}沒有明顯不如統一活動的指標。"),
    "groups_worse": Text("By the mean it does worse in {n} comparisons by group, listed below.", "按均值看，在 {n} 项分组比较中较差，见下文。", "按平均看，在 {n} 項分組比較中較差，見下文。"),

    "bank_text": Text("The history was made by rules of thumb: campaigns by season, with known probabilities. It is what the policies below may learn from.", "历史由经验规则产生：按季节开展的营销活动，且每次选择的概率已知。下文各策略只能从中学习。", "歷史由經驗規則產生：按季節開展的行銷活動，且每次選擇的機率已知。下文各策略只能從中學習。"),
    "ages": Text("Age and sex of customers", "客户的年龄与性别", "客戶的年齡與性別"),
    "ages_axis": Text("persons", "人数", "人數"),
    "ages_means": Text("Women to the left, men to the right. Firms are left out.", "左为女性，右为男性；不含企业客户。", "左為女性，右為男性；不含企業客戶。"),
    "lorenz": Text("How unequal balances are", "余额分布的不均程度", "餘額分布的不均程度"),
    "lorenz_x": Text("share of customers, poorest first", "客户占比（由少到多）", "客戶占比（由少到多）"),
    "lorenz_means": Text("Upwards: the share of all balances that these customers hold. Dashed: everybody has the same. Gini coefficient {gini}; the upper tenth holds {top}.", "纵轴：这些客户合计持有的余额占比。虚线：人人相等。基尼系数 {gini}；余额最高的十分之一客户持有 {top}。", "縱軸：這些客戶合計持有的餘額占比。虛線：人人相等。吉尼係數 {gini}；餘額最高的十分之一客戶持有 {top}。"),
    "answers": Text("Satisfaction as customers answered", "客户回答的满意度", "客戶回答的滿意度"),
    "answers_axis": Text("answer", "评分", "評分"),
    "answers_means": Text("Number of answers by class. Only some customers are asked, and who answers is not left to chance; this is not the satisfaction of all.", "各评分的回答数。只有部分客户受访，且是否作答并非随机；这不代表全体客户的满意度。", "各評分的回答數。只有部分客戶受訪，且是否作答並非隨機；這不代表全體客戶的滿意度。"),
    "rows": Text("Rows by table", "各表行数", "各表列數"),
    "table": Text("Table", "表", "表"),
    "n_rows": Text("Rows", "行数", "列數"),

    "funnel_text": Text("Each customer is paired with each action. What a layer refuses is kept with its reason; what remains goes on.", "每位客户与每个行动逐一配对。被某层拒绝的会连同原因保留，其余进入下一层。", "每位客戶與每個行動逐一配對。被某層拒絕的會連同原因保留，其餘進入下一層。"),
    "stage": Text("Stage", "阶段", "階段"),
    "candidates": Text("Left", "剩余", "剩餘"),
    "of_before": Text("Of the stage before", "占上一阶段", "占上一階段"),
    "prices_text": Text("A price says what one more unit would bring: 0 where the resource is not used up. Bars show the share of capacity that is used.", "价格表示增加一个单位能带来多少价值：未用尽的资源价格为 0。条形为已用容量占比。", "價格表示增加一個單位能帶來多少價值：未用盡的資源價格為 0。長條為已用容量占比。"),
    "resource": Text("Resource", "资源", "資源"),
    "price": Text("Price", "价格", "價格"),
    "used": Text("Used", "已用", "已用"),
    "capacity": Text("Capacity", "容量", "容量"),
    "share_used": Text("Share used", "已用占比", "已用占比"),

    "proposal": Text("Proposal", "建议", "建議"),
    "why": Text("Why", "原因", "原因"),
    "why_not": Text("Not proposed", "未建议", "未建議"),

    "months_text": Text("All policies start from the same bank and meet the same dice: the same month, the same customer, the same luck. Differences come from what the policies do. The vertical axes do not start at zero.", "所有策略从同一家银行出发，面对同样的随机数：同月、同客户、同运气。差异只来自策略的作为。纵轴不从零开始。", "所有策略從同一家銀行出發，面對同樣的隨機數：同月、同客戶、同運氣。差異只來自策略的作為。縱軸不從零開始。"),
    "month": Text("Month", "月份", "月份"),
    "figures": Text("Figures of this chart", "图中数据", "圖中數據"),

    "dividend_text": Text("What each policy brings over all months, less what standard brings, per customer. Lines are {confidence} intervals: they cover chance among the customers of this one world. They do not cover other worlds: another seed, other assumptions about how customers behave, or a real bank.", "各策略全部月份的结果减去统一活动的结果，按每位客户计。横线为 {confidence} 区间：只涵盖这一个世界中客户之间的偶然性，不涵盖其他世界——另一个种子、另一套客户行为假设，或一家真实的银行。", "各策略全部月份的結果減去統一活動的結果，按每位客戶計。橫線為 {confidence} 區間：只涵蓋這一個世界中客戶之間的偶然性，不涵蓋其他世界——另一個種子、另一套客戶行為假設，或一家真實的銀行。"),
    "difference": Text("difference to standard, {unit}", "与统一活动之差，{unit}", "與統一活動之差，{unit}"),
    "beside_zero": Text("Right of the line: more than under standard; left: less.", "竖线右侧：高于统一活动；左侧：低于统一活动。", "垂直線右側：高於統一活動；左側：低於統一活動。"),
    "dividend_table": Text("Difference to standard: mean, {confidence} interval, and what the interval says", "与统一活动之差：均值、{confidence} 区间及其含义", "與統一活動之差：平均、{confidence} 區間及其含義"),
    "regret_means": Text("Regret is the shortfall against the oracle, which knows what every customer would do and obeys the same limits. Nobody can reach it.", "“与全知基准的差距”指相对全知基准的不足；全知基准知道每位客户会怎样做，并遵守同样的限制，现实中无法达到。", "「與全知基準的差距」指相對全知基準的不足；全知基準知道每位客戶會怎樣做，並遵守同樣的限制，現實中無法達到。"),
    "metric": Text("Metric", "指标", "指標"),
    "unit": Text("Unit", "单位", "單位"),
    "interval": Text("{low} to {high}", "{low} 至 {high}", "{low} 至 {high}"),
    "better": Text("better", "较好", "較好"),
    "worse": Text("worse", "较差", "較差"),
    "unclear": Text("not clear", "不明显", "不明顯"),
    "more": Text("more", "较多", "較多"),
    "less": Text("fewer", "较少", "較少"),

    "loses_text": Text("Groups of customers for whom zhike does worse than standard, by the mean. Where the interval holds zero, it may be chance; of many comparisons, some come out badly by chance alone.", "按均值看，知客不如统一活动的客户群体。区间包含零的可能出于偶然；比较很多时，总有一些仅因偶然而较差。", "按平均看，知客不如統一活動的客戶群體。區間包含零的可能出於偶然；比較很多時，總有一些僅因偶然而較差。"),
    "loses_none": Text("No group of those compared does worse by the mean. This says nothing about groups that were not compared.", "所比较的群体中，没有按均值较差的。未比较的群体不在此结论之内。", "所比較的群體中，沒有按平均較差的。未比較的群體不在此結論之內。"),
    "compared": Text("Listed are {n} of {all} comparisons.", "共比较 {all} 项，列出其中 {n} 项。", "共比較 {all} 項，列出其中 {n} 項。"),
    "grouping": Text("Grouped by", "分组依据", "分組依據"),
    "group": Text("Group", "群体", "群體"),
    "mean": Text("Mean", "均值", "平均"),
    "range": Text("{confidence} interval", "{confidence} 区间", "{confidence} 區間"),
    "says": Text("Interval says", "区间含义", "區間含義"),

    "fairness_text": Text("Different is not yet unfair: groups have different needs, and some want fewer contacts. The figures show where to look.", "有差异不等于不公平：各群体需求不同，有的希望少被打扰。这些数字指出应关注之处。", "有差異不等於不公平：各群體需求不同，有的希望少被打擾。這些數字指出應關注之處。"),
    "benefit_axis": Text("benefit, {unit}", "获益，{unit}", "獲益，{unit}"),
    "fairness_only": Text("The chart shows standard and zhike; the table has all policies.", "图中为统一活动与知客；表中列出全部策略。", "圖中為統一活動與知客；表中列出全部策略。"),
    "policy": Text("Policy", "策略", "策略"),
    "served": Text("Served", "得到服务", "得到服務"),
    "benefit": Text("Benefit", "获益", "獲益"),

    "legend": Text("Policies", "策略", "策略"),
    "chart_of": Text("{title}. {axis}.", "{title}。{axis}。", "{title}。{axis}。"),
}  # fmt: skip
"""Sentences and headings by what they are for."""

POLICIES_MEAN: Final[dict[str, Text]] = {
    "standard": Text("the same offer to everybody whom the campaign of the season aims at", "当季活动的目标客户都收到同一推介", "當季活動的目標客戶都收到同一推介"),
    "tiered": Text("offers by bands of balance, as banks commonly do", "按余额层级推介，银行常用做法", "按餘額層級推介，銀行常用做法"),
    "propensity": Text("offers where a response is most likely, whether or not the offer causes it", "向最可能响应的客户推介，不问响应是否由推介引起", "向最可能回應的客戶推介，不問回應是否由推介引起"),
    "zhike": Text("the full loop of this project, as far as it exists", "本项目的完整流程（就已建成部分而言）", "本專案的完整流程（就已建成部分而言）"),
    "oracle": Text("knows every customer's potential outcomes, under the same limits; a yardstick, not a policy one could run", "知道每位客户的潜在结果，并遵守同样的限制；是标尺，不是可以实行的策略", "知道每位客戶的潛在結果，並遵守同樣的限制；是標尺，不是可以實行的策略"),
    "nothing": Text("nobody is contacted", "不触达任何客户", "不接觸任何客戶"),
}  # fmt: skip
"""What each policy does."""

READING: Final = (
    Text("What is simulated: customers with traits that nobody at the bank sees, their balances, purchases, contacts, answers, complaints and departures, month by month. Some figures of this world follow published facts, others are invented; docs/concepts/lab.md lists both.", "模拟的内容：具有银行看不到的特质的客户，以及他们逐月的余额、购买、触达、作答、投诉与离开。其中部分数字依据公开资料，其余为虚构；docs/concepts/lab.md 分别列明。", "模擬的內容：具有銀行看不到的特質的客戶，以及他們逐月的餘額、購買、接觸、作答、申訴與離開。其中部分數字依據公開資料，其餘為虛構；docs/concepts/lab.md 分別列明。"),
    Text("What an interval means: customers of this world are taken as a sample, and the interval says how far the mean could have moved by the chance of who they are and what befell them. A second world with another seed can differ by more.", "区间的含义：把这个世界的客户视为样本，区间表示由于客户构成与际遇的偶然性，均值可能偏移的范围。换一个种子的另一个世界，差异可能更大。", "區間的含義：把這個世界的客戶視為樣本，區間表示由於客戶構成與際遇的偶然性，平均可能偏移的範圍。換一個種子的另一個世界，差異可能更大。"),
    Text("What this cannot show: that the same policy brings the same in a real bank. It shows whether the method finds what is there to be found, and where it fails.", "本页不能说明：同一策略在真实银行会带来同样的结果。它只说明这一方法能否找到确实存在的机会，以及在何处失效。", "本頁不能說明：同一策略在真實銀行會帶來同樣的結果。它只說明這一方法能否找到確實存在的機會，以及在何處失效。"),
    Text("Money is counted by the truth of this world. What customers would have bought anyway is in both totals and cancels out in a difference.", "金额按这个世界的真相计算。客户本来就会购买的部分在两边总数中都有，在差额中相互抵消。", "金額按這個世界的真相計算。客戶本來就會購買的部分在兩邊總數中都有，在差額中相互抵消。"),
)  # fmt: skip
"""Paragraphs on what the page can and cannot say."""


def named(code: str, language: Language) -> str:
    """Return the name of a code: the report's own word, else the archive's, else the code as it stands."""
    from zhike.know.vocabulary import WORDS

    word = NAMES.get(code) or UNITS.get(code) or WORDS.get(code)
    return code if word is None else word.in_language(language)
