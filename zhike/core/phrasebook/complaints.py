"""What the complaint desk refuses: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "{names}, or a mapping": ("{names}，或提供列名对照", "{names}，或提供欄名對照"),
    "{count} complaints, some of them twice or too many": (
        "{count} 件投诉，有重复或过多",
        "{count} 件申訴，有重複或過多",
    ),
    "representatives {names}": ("代表 {names}", "代表 {names}"),
    "one that waits or was set aside": ("待处理或已搁置的来件", "待處理或已擱置的來件"),
    "no place for a message, or several": ("未指定或重复指定来件的去向", "未指定或重複指定來件的去向"),
    "message": ("来件", "來件"),
    "group of complaints": ("群体性投诉", "群體申訴"),
    "complaint '{name}': {found}": ("投诉“{name}”：{found}", "申訴「{name}」：{found}"),
    "complaint '{name}', ended or of another group": (
        "投诉“{name}”已办结或属于其他群体",
        "申訴「{name}」已辦結或屬於其他群體",
    ),
    "at most {most}, of the complaints of the group": (
        "至多 {most} 件，且均为本群体的投诉",
        "至多 {most} 件，且均為本群體的申訴",
    ),
    "an open complaint that is part of no other group": (
        "未结且不属于其他群体的投诉",
        "未結且不屬於其他群體的申訴",
    ),
    "a table without the columns {names}": ("缺少列 {names} 的表格", "缺少欄 {names} 的表格"),
    "a table whose first row names its columns": ("首行为列名的表格", "首列為欄名的表格"),
    "a message that was placed before": ("已处理的来件", "已處理的來件"),
    "a file or folder of mail": ("邮件文件或文件夹", "郵件檔案或資料夾"),
    "a file of its own": ("另一个文件", "另一個檔案"),
    "Let whoever runs the import read it.": ("请授予运行导入者读取权限。", "請授予執行匯入者讀取權限。"),
    "1 to {most} complaints, each once": ("1 至 {most} 件投诉，各一次", "1 至 {most} 件申訴，各一次"),
    "complaints.codes maps {facet} to '{code}'": (
        "complaints.codes 将 {facet} 对照到“{code}”",
        "complaints.codes 將 {facet} 對照到「{code}」",
    ),
    "codes of {names}": ("以下代码：{names}", "以下代碼：{names}"),
    "Correct the rule complaints.codes.": ("请更正规则 complaints.codes。", "請更正規則 complaints.codes。"),
    "days such as 2026-06-30": ("形如 2026-06-30 的日期", "形如 2026-06-30 的日期"),
    "Write every day as year, month and day.": ("日期请按年-月-日书写。", "日期請依年-月-日書寫。"),
    "{count} rows without case or received_on": (
        "{count} 行缺少 case 或 received_on",
        "{count} 列缺少 case 或 received_on",
    ),
    "both in every row": ("每行两者齐全", "每列兩者齊全"),
    "Complete the rows, or leave them out.": ("请补全这些行，或将其剔除。", "請補全這些列，或將其剔除。"),
    "quarter '{name}'": ("季度“{name}”", "季度「{name}」"),
    "one such as 2026Q3": ("形如 2026Q3 的季度", "形如 2026Q3 的季度"),
    "{value:g} points of '{name}'": ("“{name}”{value:g} 分", "「{name}」{value:g} 分"),
    "case '{name}' twice": ("案件“{name}”出现两次", "案件「{name}」出現兩次"),
    "each case once": ("每个案件一行", "每個案件一列"),
    "Keep the last decision on each case.": (
        "请保留每个案件的最后一次决定。",
        "請保留每個案件的最後一次決定。",
    ),
    "no group to compare": ("没有可比较的分组", "沒有可比較的分組"),
    "two groups or more of {names}": ("{names} 中至少一项有两组以上", "{names} 中至少一項有兩組以上"),
    "Give a column with the group of each case, or name it with --by.": (
        "请提供每个案件所属分组的列，或用 --by 指定。",
        "請提供每個案件所屬分組的欄，或用 --by 指定。",
    ),
    "a complaint whose customer was not told yet": ("尚未告知客户的投诉", "尚未告知客戶的申訴"),
    "a key of its own": ("各自的键", "各自的鍵"),
    "a key under which another complaint was handed in": ("该键已用于另一投诉", "該鍵已用於另一申訴"),
    "a receipt in the future": ("未来的收到时间", "未來的收到時間"),
    "an amount above 0 for {kinds}, none for the others": (
        "{kinds} 的金额须大于 0，其他措施不填金额",
        "{kinds} 的金額須大於 0，其他措施不填金額",
    ),
    "another open complaint of the same customer": ("同一客户的另一未结投诉", "同一客戶的另一未結申訴"),
    "another step of the same complaint": ("同一投诉的另一步骤", "同一申訴的另一步驟"),
    "channel '{name}'": ("渠道“{name}”", "通路「{name}」"),
    "complaint": ("投诉", "申訴"),
    "complaint '{name}' to be joined to": ("拟并入的投诉“{name}”", "擬併入的申訴「{name}」"),
    "every state reached, and left unless it is ended": (
        "每个状态均可到达，且除终结状态外均可离开",
        "每個狀態均可到達，且除終結狀態外均可離開",
    ),
    "measure '{kind}' with the amount {amount}": (
        "措施“{kind}”，金额 {amount}",
        "措施「{kind}」，金額 {amount}",
    ),
    "member of staff '{name}'": ("员工“{name}”", "員工「{name}」"),
    "move '{name}'": ("流转“{name}”", "流轉「{name}」"),
    "one that the customer was told about": ("已告知客户处理结果的投诉", "已告知客戶處理結果的申訴"),
    "one's own case": ("本人经办的案件", "本人經辦的案件"),
    "one step at a time": ("一次一个步骤", "一次一個步驟"),
    "somebody who had no hand in it to judge it": ("由未参与该案的人员评定", "由未參與該案的人員評定"),
    "somebody who is active": ("在职人员", "在職人員"),
    "states that no move leads to: {names}": ("无法到达的状态：{names}", "無法到達的狀態：{names}"),
    "states without a way out: {names}": ("无法离开的状态：{names}", "無法離開的狀態：{names}"),
    "what is complained of": ("投诉内容", "申訴內容"),
    "{name} '{code}'": ("{name}“{code}”", "{name}「{code}」"),
    "{waiting} complaints that are open": ("{waiting} 件未结投诉", "{waiting} 件未結申訴"),
    "letter": ("信函", "信函"),
    "a link that holds no more": ("已失效的链接", "已失效的連結"),
    "an amount such as 120.50": ("金额，例如 120.50", "金額，例如 120.50"),
    "a day and a time such as 2026-07-01T09:30": (
        "日期和时间，例如 2026-07-01T09:30",
        "日期與時間，例如 2026-07-01T09:30",
    ),
    "a complaint that was not answered yet, or whose survey is there": (
        "尚未答复或已有问卷的投诉",
        "尚未答覆或已有問卷的申訴",
    ),
    "one that was answered, and not asked about before": (
        "已答复且此前未询问过的投诉",
        "已答覆且此前未詢問過的申訴",
    ),
    "facts in '{path}' that are no numbers": ("“{path}”中的数据不是数字", "「{path}」中的資料不是數字"),
    "points by name, such as education: 8": (
        "按名称列出的分值，例如 education: 8",
        "按名稱列出的分數，例如 education: 8",
    ),
    "--known-at with a file": ("与文件同时使用 --known-at", "與檔案同時使用 --known-at"),
    "it with the complaints of a store": ("与账本中的投诉一起使用", "與帳本中的申訴一起使用"),
    "an instant with its offset, such as 2026-10-08T09:00:00+08:00": (
        "带时区偏移的时刻，例如 2026-10-08T09:00:00+08:00",
        "帶時區位移的時刻，例如 2026-10-08T09:00:00+08:00",
    ),
    "facet '{name}'": ("分类维度“{name}”", "分類維度「{name}」"),
    "a model of sentences": ("语句模型", "語句模型"),
}
