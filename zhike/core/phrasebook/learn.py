"""What learning refuses: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "the keys {names}; least_cases from 1": (
        "键 {names}；least_cases 不小于 1",
        "鍵 {names}；least_cases 不小於 1",
    ),
    "numbers above 0": ("大于 0 的数", "大於 0 的數"),
    "false_alarms below 1, tolerance above 1": (
        "false_alarms 小于 1，tolerance 大于 1",
        "false_alarms 小於 1，tolerance 大於 1",
    ),
    "more months, or more customers": (
        "更多月份或更多客户的数据",
        "更多月份或更多客戶的資料",
    ),
    "{count} closed windows from {since} to {at}": (
        "{since} 至 {at} 有 {count} 个已结束的窗口",
        "{since} 至 {at} 有 {count} 個已結束的視窗",
    ),
    "two at least: one to learn from, one to judge by": (
        "至少两个：一个用于训练，一个用于评估",
        "至少兩個：一個用於訓練，一個用於評估",
    ),
    "{what} in the state of a model": ("模型状态中的 {what}", "模型狀態中的 {what}"),
    "{count} cases with one outcome": ("{count} 例而只有一种结果", "{count} 例而只有一種結果"),
    "cases of both outcomes": ("两种结果都有的案例", "兩種結果都有的案例"),
    "a model of kind '{text}'": ("种类为“{text}”的模型", "種類為「{text}」的模型"),
    "a kind such as calibration/1": ("如 calibration/1 的种类", "如 calibration/1 的種類"),
    "a model of kind '{name}'": ("种类为“{name}”的模型", "種類為「{name}」的模型"),
    "a model of kind '{kind}'": ("种类为“{kind}”的模型", "種類為「{kind}」的模型"),
    "a kind that has an upgrade": ("有升级办法的种类", "有升級辦法的種類"),
    "a window that has closed by that day": ("当日已结束的时间窗", "當日已結束的時間窗"),
    "gap_days, 0 or more; outcome_days, 1 or more": (
        "gap_days 不小于 0；outcome_days 不小于 1",
        "gap_days 不小於 0；outcome_days 不小於 1",
    ),
    "no closed window": ("没有已结束的时间窗", "沒有已結束的時間窗"),
    "history that is longer than gap and outcome window": (
        "比间隔与结果时间窗更长的历史",
        "比間隔與結果時間窗更長的歷史",
    ),
    "{taken} products taken from {first} to {last}": (
        "{first} 至 {last} 取得产品 {taken} 件",
        "{first} 至 {last} 取得產品 {taken} 件",
    ),
    "{least} or more: more customers, or a longer horizon": (
        "不少于 {least} 件：请增加客户或延长期限",
        "不少於 {least} 件：請增加客戶或延長期限",
    ),
    "a policy with {recommender} over {days} days": (
        "策略采用 {recommender}，期限 {days} 天",
        "策略採用 {recommender}，期限 {days} 天",
    ),
    "{recommender} over {days} days, for which the model was learnt": (
        "模型训练时的 {recommender}，期限 {days} 天",
        "模型訓練時的 {recommender}，期限 {days} 天",
    ),
    "{found} offers accepted that closed by {at}": (
        "截至 {at} 结束的推介中有 {found} 次被接受",
        "截至 {at} 結束的推介中有 {found} 次被接受",
    ),
    "{least} or more": ("{least} 次或以上", "{least} 次或以上"),
    "no logged choices of a sale and of nothing in one month and cell by {at}": (
        "截至 {at}，没有同一月份与客户单元内既有销售又有不作为的选择记录",
        "截至 {at}，沒有同一月份與客戶單元內既有銷售又有不作為的選擇記錄",
    ),
    "decisions with their probabilities, doing nothing among them": (
        "附概率的决策记录，其中包括不作为",
        "附機率的決策記錄，其中包括不作為",
    ),
    "{events} purchases after {choices} choices of one kind by {at}": (
        "截至 {at}，其中一类 {choices} 次选择之后有 {events} 次购买",
        "截至 {at}，其中一類 {choices} 次選擇之後有 {events} 次購買",
    ),
    "{least} or more, with a contact and without": (
        "有联系与无联系各 {least} 次或以上",
        "有聯絡與無聯絡各 {least} 次或以上",
    ),
    "fewer than {least} offers of a kind by {day}": (
        "截至 {day}，各类推介均不足 {least} 次",
        "截至 {day}，各類推介均不足 {least} 次",
    ),
    "more offers over a channel, or a later day": (
        "同一渠道的更多推介，或更晚的日期",
        "同一通路的更多推介，或更晚的日期",
    ),
    "no offer made after {day} that closed by {at}": (
        "没有 {day} 之后发出且截至 {at} 已结束的推介",
        "沒有 {day} 之後發出且截至 {at} 已結束的推介",
    ),
    "no offer that closed from {first} to {at}": (
        "{first} 至 {at} 之间没有结束的推介",
        "{first} 至 {at} 之間沒有結束的推介",
    ),
    "a later day": ("更晚的日期", "更晚的日期"),
    "no decision by {at}": ("截至 {at} 没有决定", "截至 {at} 沒有決定"),
    "a bank that made offers": ("发出过推介的银行", "發出過推介的銀行"),
    "Give more complaints.": ("请提供更多投诉。", "請提供更多申訴。"),
    "Leave out the column, or give complaints of other classes too.": (
        "请略去该列，或补充其他类别的投诉。",
        "請略去該欄，或補充其他類別的申訴。",
    ),
    "Name the columns by which complaints were sorted as the fields are called.": (
        "请将归类列的列名改为字段名。",
        "請將歸類欄的欄名改為欄位名稱。",
    ),
    "at least two classes among the first {rows:,} rows": (
        "前 {rows:,} 行中至少两个类别",
        "前 {rows:,} 列中至少兩個類別",
    ),
    "no sorted complaint among the last {rows:,} rows": (
        "最后 {rows:,} 行中没有已归类的投诉",
        "最後 {rows:,} 列中沒有已歸類的申訴",
    ),
    "some on which the model can be judged": ("可用于评估模型的投诉", "可用於評估模型的申訴"),
    "the columns {columns}": ("列 {columns}", "欄 {columns}"),
    "{count} class in column '{column}'": (
        "“{column}”列只有 {count} 个类别",
        "「{column}」欄只有 {count} 個類別",
    ),
}
