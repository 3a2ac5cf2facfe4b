"""Words of imports and their rejects."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "part.imports": Text("Imports", "数据导入", "資料匯入"),
    "imports.what": Text("Bank {name}, loaded from {source}; what was rejected, and whether it was corrected.", "银行 {name}，数据来源 {source}；被拒的行及其更正情况。", "銀行 {name}，資料來源 {source}；被拒的列及其更正情況。"),
    "imports.none": Text("The server knows no bank folder. Start it with the folder that was loaded: {command}", "服务器未指定银行文件夹。请以已加载的文件夹启动：{command}", "伺服器未指定銀行資料夾。請以已載入的資料夾啟動：{command}"),
    "imports.table": Text("Import", "导入表", "匯入表"),
    "imports.rows": Text("Rows loaded", "已加载行", "已載入列"),
    "imports.loads": Text("Loads", "加载次数", "載入次數"),
    "imports.rejected": Text("Ever rejected", "累计被拒", "累計被拒"),
    "imports.open": Text("Not corrected", "尚未更正", "尚未更正"),
    "imports.why": Text("Why", "原因", "原因"),
    "imports.runs": Text("Corrected rows run again", "更正行的重新导入", "更正列的重新匯入"),
    "imports.no_runs": Text("None yet.", "暂无。", "尚無。"),
    "imports.at": Text("Handed in", "提交时间", "提交時間"),
    "imports.by": Text("By", "提交人", "提交人"),
    "imports.corrected": Text("Rows corrected", "更正行数", "更正列數"),
    "imports.added": Text("Loaded now", "本次加载", "本次載入"),
    "imports.had": Text("There already", "原已存在", "原已存在"),
    "imports.still": Text("Cells still wrong", "仍有误的单元格", "仍有誤的儲存格"),
    "imports.state": Text("State", "状态", "狀態"),
    "imports.rejects": Text("Rejected rows of {name}", "{name} 的被拒行", "{name} 的被拒列"),
    "imports.place": Text("File and line", "文件与行号", "檔案與行號"),
    "imports.column": Text("Column", "列", "欄"),
    "imports.found": Text("Found", "现值", "現值"),
    "imports.needed": Text("Needed", "应为", "應為"),
    "imports.remedy": Text("What to do", "处理方法", "處理方法"),
    "imports.row": Text("The whole row", "整行", "整列"),
    "imports.at_source": Text("as a whole: at the source", "整行有误：请在源头更正", "整列有誤：請在來源更正"),
    "imports.none_open": Text("Nothing is left to correct.", "没有待更正的行。", "沒有待更正的列。"),
    "imports.file": Text("As a file to fill in (CSV)", "导出待填文件（CSV）", "匯出待填檔案（CSV）"),
    "imports.more": Text("More", "更多", "更多"),
    "imports.correct": Text("Hand in corrections", "提交更正", "提交更正"),
    "imports.how": Text("Fill in the column value of the file and hand the file in as it is. A value that is as it was found is passed over, an empty one is a missing value. The rows run through the same checks once more; the file of the source stays as it was sent.", "请在文件的 value 列填入正确值，并原样提交。与原值相同的不作更改，留空表示缺失值。更正后的行会重新通过同样的检查；源文件保持不变。", "請在檔案的 value 欄填入正確值，並原樣提交。與原值相同者不作更改，留空表示缺失值。更正後的列會重新通過相同的檢查；來源檔案保持不變。"),
    "imports.choose": Text("Choose the file", "选择文件", "選擇檔案"),
    "imports.text": Text("Or its text", "或粘贴其内容", "或貼上其內容"),
    "imports.send": Text("Run again", "重新导入", "重新匯入"),
    "imports.run": Text("Run of corrected rows", "更正行的导入", "更正列的匯入"),
    "imports.waits": Text("The rows run beside everything else. Load this page again after a while.", "正在后台导入，请稍后重新加载本页。", "正在背景匯入，請稍後重新載入本頁。"),
    "imports.problem": Text("It failed, and changed nothing:", "导入失败，未作任何改动：", "匯入失敗，未作任何更動："),
    "imports.next": Text("Published with the next publication; until then decisions do not know these rows.", "将随下一次发布生效；在此之前决策不使用这些行。", "將隨下一次發布生效；在此之前決策不使用這些列。"),
    "imports.back": Text("Rejected rows", "被拒行", "被拒列"),
    "run.waiting": Text("waiting", "等待中", "等待中"),
    "run.running": Text("running", "进行中", "進行中"),
    "run.done": Text("done", "已完成", "已完成"),
    "run.failed": Text("failed", "失败", "失敗"),
}  # fmt: skip
