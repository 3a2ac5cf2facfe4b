"""What files of answers, of texts and of measurements' models refuse: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "a file that can be written": ("可写入的文件", "可寫入的檔案"),
    "Name another file with --out.": ("请用 --out 指定其他文件。", "請用 --out 指定其他檔案。"),
    "a number, or labels each beside one number of its own": (
        "数字，或每个标签只对应一个数字",
        "數字，或每個標籤只對應一個數字",
    ),
    "a workbook of a spreadsheet": ("电子表格工作簿", "試算表活頁簿"),
    "a text file, such as CSV in UTF-8": (
        "文本文件，例如 UTF-8 编码的 CSV",
        "文字檔案，例如 UTF-8 編碼的 CSV",
    ),
    "Save the sheet with the answers as CSV (UTF-8), and name that file.": (
        "请将答卷所在的工作表另存为 CSV（UTF-8），并指定该文件。",
        "請將作答所在的工作表另存為 CSV（UTF-8），並指定該檔案。",
    ),
    "fewer than {n} header rows": ("表头少于 {n} 行", "表頭少於 {n} 列"),
    "the header rows of an export as {form}": ("{form} 导出文件的表头", "{form} 匯出檔的表頭"),
    "Export it again with all header rows, or name another form.": (
        "请连同全部表头重新导出，或指定其他格式。",
        "請連同全部表頭重新匯出，或指定其他格式。",
    ),
    "columns and values, each a mapping": ("columns 与 values，各为映射", "columns 與 values，各為對應"),
    "folder '{path}' with files in it": ("文件夹“{path}”中已有文件", "資料夾「{path}」中已有檔案"),
    "a new folder": ("新文件夹", "新資料夾"),
    "delimited text": ("分隔文本", "分隔文字"),
    "a column '{column}'": ("列“{column}”", "欄位「{column}」"),
    "column '{column}' more than once": ("列“{column}”出现多次", "欄位「{column}」出現多次"),
    "no column '{column}'; the columns are {columns}": (
        "没有列“{column}”；现有的列为 {columns}",
        "沒有欄位「{column}」；現有的欄位為 {columns}",
    ),
    "weight '{value}' in row {row} of column '{column}' ({count:,} such)": (
        "列“{column}”第 {row} 行的权重为“{value}”（此类共 {count:,} 处）",
        "欄位「{column}」第 {row} 列的權重為「{value}」（此類共 {count:,} 處）",
    ),
    "Correct the answers, or name the codes of no answer under `missing_codes`.": (
        "请更正答卷，或在 `missing_codes` 中列出表示未作答的代码。",
        "請更正答卷，或在 `missing_codes` 中列出表示未作答的代碼。",
    ),
    "Correct the name in the model or the call, or the header of the answers.": (
        "请更正模型或命令中的名称，或答卷的表头。",
        "請更正模型或命令中的名稱，或答卷的表頭。",
    ),
    "Export the answers again as CSV or Parquet, a row a person and a column a question.": (
        "请将答卷重新导出为 CSV 或 Parquet，每人一行，每题一列。",
        "請將答卷重新匯出為 CSV 或 Parquet，每人一列，每題一欄。",
    ),
    "Give each person a weight, or leave out the column of weights.": (
        "请为每人给出权重，或不使用权重列。",
        "請為每人給出權重，或不使用權重欄。",
    ),
    "Parquet or CSV": ("Parquet 或 CSV", "Parquet 或 CSV"),
    "UTF-8, UTF-16 or GB18030": ("UTF-8、UTF-16 或 GB18030", "UTF-8、UTF-16 或 GB18030"),
    "a YAML file in UTF-8": ("UTF-8 编码的 YAML 文件", "UTF-8 編碼的 YAML 檔案"),
    "a number above 0 in every row": ("每行均为大于 0 的数", "每列均為大於 0 的數"),
    "a number or no answer": ("数字，或不作答", "數字，或不作答"),
    "a row a person": ("每人一行", "每人一列"),
    "a value from {low:g} to {high:g}": ("{low:g} 至 {high:g} 之间的值", "{low:g} 至 {high:g} 之間的值"),
    "no rows": ("没有数据行", "沒有資料列"),
    "rows whose fields do not fit its header of {count} columns": (
        "有的行与 {count} 列的表头不符",
        "有的列與 {count} 個欄位的表頭不符",
    ),
    "text of an unknown encoding": ("编码未知的文本", "編碼未知的文字"),
    "text that is not UTF-8": ("不是 UTF-8 编码的文本", "不是 UTF-8 編碼的文字"),
    "the same number of fields in each row": ("每行的字段数相同", "每列的欄位數相同"),
    "what `zhike measure ecsi --json` prints": (
        "`zhike measure ecsi --json` 的输出",
        "`zhike measure ecsi --json` 的輸出",
    ),
    "two answers to '{question}' on sheet '{sheet}'": (
        "答卷“{sheet}”对“{question}”有两个作答",
        "問卷「{sheet}」對「{question}」有兩個作答",
    ),
    "one answer to a question on each sheet": ("每份答卷对每题只有一个作答", "每份問卷對每題只有一個作答"),
    "Name the column that tells sheets apart under `sheet`.": (
        "请在 `sheet` 下写明区分答卷的列。",
        "請在 `sheet` 下寫明區分問卷的欄。",
    ),
    "Install it: pip install 'zhike[text]'; or leave out --embed.": (
        "请安装：pip install 'zhike[text]'；或去掉 --embed。",
        "請安裝：pip install 'zhike[text]'；或去掉 --embed。",
    ),
    "Learn the model again: {command} --train FILE --save FILE.": (
        "请重新训练模型：{command} --train FILE --save FILE。",
        "請重新訓練模型：{command} --train FILE --save FILE。",
    ),
    "a file that holds no model of texts": ("文件中没有文本模型", "檔案中沒有文字模型"),
    "a file that {command} --save wrote": (
        "由 {command} --save 写出的文件",
        "由 {command} --save 寫出的檔案",
    ),
    "a model of texts that was changed, of another kind, or of another version": (
        "文本模型已被改动、类型不符或版本不符",
        "文字模型已被改動、類型不符或版本不符",
    ),
    "no package '{name}'": ("未安装程序包“{name}”", "未安裝套件「{name}」"),
    "JSON that is no list of objects": ("该 JSON 不是对象列表", "該 JSON 不是物件清單"),
    "a list of objects, or JSON lines in a .jsonl file": (
        "对象列表，或 .jsonl 文件中每行一个对象",
        "物件清單，或 .jsonl 檔中每行一個物件",
    ),
    "an object a line": ("每行一个 JSON 对象", "每行一個 JSON 物件"),
    "line {line}, which is no JSON object": ("第 {line} 行不是 JSON 对象", "第 {line} 行不是 JSON 物件"),
    "Export the column as text.": ("请将该列导出为文本。", "請將該欄匯出為文字。"),
    "a text or a number in each cell": ("每格为文本或数字", "每格為文字或數字"),
    "column '{column}' of lists or records": ("“{column}”列为列表或记录", "「{column}」欄為清單或紀錄"),
    "Install it: pip install --no-deps {name}; or leave out --embedder.": (
        "请安装：pip install --no-deps {name}；或不用 --embedder。",
        "請安裝：pip install --no-deps {name}；或不用 --embedder。",
    ),
}
