"""What measuring refuses: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "a share from 0 to 1": ("0 至 1 之间的比例", "0 至 1 之間的比例"),
    "hours, 0 or more, for {names}": ("{names} 各项不小于 0 的工时", "{names} 各項不小於 0 的工時"),
    "shares that add up to 1": ("合计为 1 的比例", "合計為 1 的比例"),
    "channels among {names}": ("渠道，取自 {names}", "通路，取自 {names}"),
    "from 1 to {most:,} places": ("名额 1 至 {most:,}", "名額 1 至 {most:,}"),
    "names of waves, each once and none of them {name}": (
        "批次名称不重复，且不为 {name}",
        "批次名稱不重複，且不為 {name}",
    ),
    "surveys, by (branch, tier or none), counts (sent or answered), limit and days": (
        "surveys、by（branch、tier 或空）、counts（sent 或 answered）、limit 与 days",
        "surveys、by（branch、tier 或空）、counts（sent 或 answered）、limit 與 days",
    ),
    "wave, instrument, channels, by (branch or tier) and places": (
        "wave、instrument、channels、by（branch 或 tier）与 places",
        "wave、instrument、channels、by（branch 或 tier）與 places",
    ),
    "an attribute without a column of importance": ("有属性缺少重要性列", "有屬性缺少重要性欄"),
    "one for each, or `importance: derived`": (
        "每个属性各一列，或设 `importance: derived`",
        "每個屬性各一欄，或設 `importance: derived`",
    ),
    "the column that importance is derived from": ("用于推导重要性的列", "用於推導重要性的欄"),
    "'{value}' in column '{column}'": ("列“{column}”中的“{value}”", "欄「{column}」中的「{value}」"),
    "one of the five answers": ("五种回答之一", "五種回答之一"),
    "Say under `answers` in the model which value means what.": (
        "请在模型的 `answers` 下说明各取值的含义。",
        "請在模型的 `answers` 下說明各取值的含義。",
    ),
    "'{value}' under two answers": ("“{value}”同时列在两种回答下", "「{value}」同時列在兩種回答下"),
    "each answer once": ("每个取值只列一次", "每個取值只列一次"),
    "no items in '{name}'": ("“{name}”中没有题目", "「{name}」中沒有題目"),
    "a list of items with {keys}": ("题目列表，每项含 {keys}", "題目清單，每項含 {keys}"),
    "points for some dimensions only": ("只有部分维度有分配分数", "只有部分構面有分配點數"),
    "`points` for every dimension, or for none": (
        "所有维度都设 `points`，或都不设",
        "所有構面都設 `points`，或都不設",
    ),
    "Join categories of the margin, or correct the answers, so that both have the same.": (
        "请合并边际的类别，或更正答卷，使两者一致。",
        "請合併邊際的類別，或更正答卷，使兩者一致。",
    ),
    "margins of {low:g} and of {high:g} in all": (
        "各边际的合计分别为 {low:g} 与 {high:g}",
        "各邊際的合計分別為 {low:g} 與 {high:g}",
    ),
    "margin '{column}' without a total above 0 for each category": (
        "边际“{column}”并非每个类别都有大于 0 的总数",
        "邊際「{column}」並非每個類別都有大於 0 的總數",
    ),
    "a total for each category": ("每个类别一个总数", "每個類別一個總數"),
    "'{value}' under '{key}'": ("“{key}”下的“{value}”", "「{key}」下的「{value}」"),
    "low at most 1 and high at least 1, times the mean weight": (
        "low 不大于 1、high 不小于 1，均为平均权重的倍数",
        "low 不大於 1、high 不小於 1，均為平均權重的倍數",
    ),
    "nothing known of those asked": ("对受访者一无所知", "對受訪者一無所知"),
    "`numbers` or `categories` under `response`": (
        "`response` 下的 `numbers` 或 `categories`",
        "`response` 下的 `numbers` 或 `categories`",
    ),
    "one of the categories of its margin": ("该边际的类别之一", "該邊際的類別之一"),
    "a row for each category of the margin": ("边际的每个类别至少一行", "邊際的每個類別至少一列"),
    "margins of one population, with one total": ("同一总体的边际，合计相同", "同一母體的邊際，合計相同"),
    "nothing under '{key}'": ("“{key}”下没有内容", "「{key}」下沒有內容"),
    "the name of a column": ("列名", "欄名"),
    "a list of columns": ("列名列表", "欄名清單"),
    "a list that names each column once": ("每个列名只出现一次的列表", "每個欄名只出現一次的清單"),
    "a number between 0 and 1": ("0 与 1 之间的数", "0 與 1 之間的數"),
    "min below max": ("min 小于 max", "min 小於 max"),
    "a mapping of names": ("以名称为键的映射", "以名稱為鍵的對應"),
    "{count:,} rows with every answer that is needed": (
        "所需答案齐全的只有 {count:,} 行",
        "所需答案齊全的只有 {count:,} 列",
    ),
    "at least {count:,}": ("至少 {count:,}", "至少 {count:,}"),
    "Give more answers, or take columns with many gaps out of the model.": (
        "请提供更多答卷，或从模型中去掉缺失较多的列。",
        "請提供更多答卷，或從模型中去掉缺漏較多的欄。",
    ),
    "a number from {least:g}": ("不小于 {least:g} 的数", "不小於 {least:g} 的數"),
    "{count} columns and no question named": ("共 {count} 列，未指明题目", "共 {count} 欄，未指明題目"),
    "the column with the answers": ("答案所在的列", "答案所在的欄"),
    "Name it with --question, or under `question` in the model.": (
        "请用 --question 或模型中的 `question` 指明。",
        "請用 --question 或模型中的 `question` 指明。",
    ),
    "no row with '{value}' in column '{column}'": (
        "列“{column}”中没有取值为“{value}”的行",
        "欄「{column}」中沒有值為「{value}」的列",
    ),
    "answers of both waves": ("两次调查的答卷", "兩次調查的答卷"),
    "Correct the names of the waves in the model.": (
        "请更正模型中的调查批次名称。",
        "請更正模型中的調查批次名稱。",
    ),
    "a person with two rows in one wave, in column '{column}'": (
        "列“{column}”：同一人在同一次调查中有两行",
        "欄「{column}」：同一人在同一次調查中有兩列",
    ),
    "a row a person and wave": ("每人每次调查一行", "每人每次調查一列"),
    "Keep one answer of each person in each wave.": (
        "每人每次调查只保留一份答卷。",
        "每人每次調查只保留一份答卷。",
    ),
    "a log of {n} lists whose columns do not fit": (
        "{n} 份清单的日志，各列不匹配",
        "{n} 份清單的日誌，各欄不相符",
    ),
    "one list at least, each with a first place, and columns of one length": (
        "至少一份清单，每份有首位，各列等长",
        "至少一份清單，每份有首位，各欄等長",
    ),
    "an action_probability of 0, above 1 or unknown": (
        "为 0、大于 1 或未知的 action_probability",
        "為 0、大於 1 或未知的 action_probability",
    ),
    "above 0 to 1": (
        "大于 0、至多 1",
        "大於 0、至多 1",
    ),
    "the keys {names}, each a number from 0": (
        "键 {names}，各为不小于 0 的数",
        "鍵 {names}，各為不小於 0 的數",
    ),
    "an answer": ("一个作答", "一個作答"),
    "a list with something in it": ("非空列表", "非空清單"),
    "choices": ("选项", "選項"),
    "'{value}' as a name": ("以“{value}”为名称", "以「{value}」為名稱"),
    "'{value}' as a path": ("以“{value}”为路径", "以「{value}」為路徑"),
    "'{value}' as {key}": ("{key} 为“{value}”", "{key} 為「{value}」"),
    "a list of paths such as `image -> satisfaction`": (
        "路径列表，例如 `image -> satisfaction`",
        "路徑清單，例如 `image -> satisfaction`",
    ),
    "a path such as `image -> satisfaction`": (
        "路径，例如 `image -> satisfaction`",
        "路徑，例如 `image -> satisfaction`",
    ),
    "item '{item}' twice in latent '{latent}'": (
        "潜变量“{latent}”中题目“{item}”出现两次",
        "潛在變數「{latent}」中題目「{item}」出現兩次",
    ),
    "items of latent '{latent}' of which one follows from the others": (
        "潜变量“{latent}”的某题可由其余题目推出",
        "潛在變數「{latent}」的某題可由其餘題目推出",
    ),
    "key '{key}'": ("键“{key}”", "鍵「{key}」"),
    "latent '{latent}' on no path": ("潜变量“{latent}”不在任何路径上", "潛在變數「{latent}」不在任何路徑上"),
    "latent '{latent}' without items": ("潜变量“{latent}”没有题目", "潛在變數「{latent}」沒有題目"),
    "path '{path_text}' of an unknown latent '{latent}'": (
        "路径“{path_text}”中的潜变量“{latent}”未定义",
        "路徑「{path_text}」中的潛在變數「{latent}」未定義",
    ),
    "path '{path_text}' twice": ("路径“{path_text}”出现两次", "路徑「{path_text}」出現兩次"),
    "the same answer of everybody to item '{item}'": (
        "所有人对题目“{item}”的答案都相同",
        "所有人對題目「{item}」的答案都相同",
    ),
    "Gather more answers, or use `missing: mean` and a smaller model.": (
        "请收集更多答卷，或使用 `missing: mean` 并缩小模型。",
        "請收集更多答卷，或使用 `missing: mean` 並縮小模型。",
    ),
    "Leave one of them out, or use mode A.": (
        "请去掉其中一题，或改用模式 A。",
        "請去掉其中一題，或改用模式 A。",
    ),
    "Leave out one of the latents that share their items.": (
        "请去掉题目重合的潜变量之一。",
        "請去掉題目重合的潛在變數之一。",
    ),
    "Leave the item out of the model.": ("请从模型中去掉该题。", "請從模型中去掉該題。"),
    "Use another scheme, more `iterations`, or a model with less.": (
        "请换用其他权重方案，增加 `iterations`，或简化模型。",
        "請換用其他權重方案，增加 `iterations`，或簡化模型。",
    ),
    "a cycle: {path_text}": ("循环：{path_text}", "循環：{path_text}"),
    "a list of items": ("题目列表", "題目清單"),
    "no answer to item '{item}'": ("题目“{item}”无人作答", "題目「{item}」無人作答"),
    "a list of numbers or words": ("数字或词语列表", "數字或詞語清單"),
    "a mapping with the keys {keys}": ("含下列键的映射：{keys}", "含下列鍵的對應：{keys}"),
    "a model whose latents hang together": ("潜变量彼此相关的模型", "潛在變數彼此相關的模型"),
    "a name, in quotes where YAML reads it otherwise": (
        "名称；YAML 会另作解释时须加引号",
        "名稱；YAML 會另作解釋時須加引號",
    ),
    "a path from or to each latent": ("每个潜变量至少在一条路径上", "每個潛在變數至少在一條路徑上"),
    "an item whose answers differ": ("答案有差异的题目", "答案有差異的題目"),
    "each item once": ("每题一次", "每題一次"),
    "each path once": ("每条路径一次", "每條路徑一次"),
    "items that each say something of their own, as mode B weighs them by regression": (
        "各题均有独立信息，因为模式 B 以回归确定权重",
        "各題均有獨立資訊，因為模式 B 以迴歸決定權重",
    ),
    "keys of {names}": ("下列键之一：{names}", "下列鍵之一：{names}"),
    "latents of which one follows from the others": (
        "某潜变量可由其余潜变量推出",
        "某潛在變數可由其餘潛在變數推出",
    ),
    "latents that differ": ("互不相同的潜变量", "互不相同的潛在變數"),
    "latents, each with its items": ("潜变量及其题目", "潛在變數及其題目"),
    "`min` and `max`, `min` below `max`": (
        "`min` 与 `max`，且 `min` 小于 `max`",
        "`min` 與 `max`，且 `min` 小於 `max`",
    ),
    "no paths": ("没有路径", "沒有路徑"),
    "paths that never lead back": ("不会绕回起点的路径", "不會繞回起點的路徑"),
    "something else": ("其他内容", "其他內容"),
    "weights that have not settled after {count} steps": (
        "权重在 {count} 步后仍未收敛",
        "權重在 {count} 步後仍未收斂",
    ),
    "{count:,} persons or more": ("至少 {count:,} 人", "至少 {count:,} 人"),
    "{count:,} persons that count": ("计入的只有 {count:,} 人", "計入的只有 {count:,} 人"),
    "Correct the name in the model.": ("请更正模型中的名称。", "請更正模型中的名稱。"),
    "Correct the name of the unit in the model.": ("请更正模型中的单位名称。", "請更正模型中的單位名稱。"),
    "Fill in the column; what costs nothing costs 0.": (
        "请补全该列；无成本者填 0。",
        "請補全該欄；無成本者填 0。",
    ),
    "Give a longer series, or fewer waves of the season.": (
        "请提供更长的序列，或减少季节波数。",
        "請提供更長的序列，或減少季節波數。",
    ),
    "Give a longer series, or leave out the season and compare with units that share it.": (
        "请提供更长的序列，或不设季节项而与季节相同的单位比较。",
        "請提供更長的序列，或不設季節項而與季節相同的單位比較。",
    ),
    "Give counts and cases, not shares; figures that are no counts go on chart individuals.": (
        "请提供件数与样本数，而非比率；非计数数值请用单值图（individuals）。",
        "請提供件數與樣本數，而非比率；非計數數值請用單值圖（individuals）。",
    ),
    "Give the answer of `zhike measure ecsi --json` that has the driver.": (
        "请提供含该驱动因素的 `zhike measure ecsi --json` 结果。",
        "請提供含該驅動因素的 `zhike measure ecsi --json` 結果。",
    ),
    "Give the series.": ("请提供序列。", "請提供序列。"),
    "Leave out units that opened or closed meanwhile, or take more periods.": (
        "请剔除期间新设或关闭的单位，或延长期间。",
        "請剔除期間新設或關閉的單位，或延長期間。",
    ),
    "Name each candidate once; leave out those that nobody would choose.": (
        "每项候选只列一次；剔除不会被选中的候选。",
        "每項候選只列一次；剔除不會被選中的候選。",
    ),
    "Name the column of units, or sum up to one row a period first.": (
        "请注明单位所在列，或先汇总为每期一行。",
        "請註明單位所在欄，或先彙總為每期一列。",
    ),
    "Name the units under `comparison`, or take design `interrupted`.": (
        "请在 `comparison` 下列出对照单位，或改用 `interrupted`。",
        "請在 `comparison` 下列出對照單位，或改用 `interrupted`。",
    ),
    "Name the units under `treated` and `comparison`, or take design `interrupted`.": (
        "请在 `treated` 与 `comparison` 下列出单位，或改用 `interrupted`。",
        "請在 `treated` 與 `comparison` 下列出單位，或改用 `interrupted`。",
    ),
    "Name the units with the action, or take design `interrupted`.": (
        "请列出已实施的单位，或改用 `interrupted`。",
        "請列出已實施的單位，或改用 `interrupted`。",
    ),
    "Wait for more periods, take shorter ones, or compare units by design `difference`.": (
        "请等待更多期数、缩短期间，或用 `difference` 比较各单位。",
        "請等待更多期數、縮短期間，或用 `difference` 比較各單位。",
    ),
    "Write every period in the same way.": ("请统一期间的写法。", "請統一期間的寫法。"),
    "Write the start as the periods are written.": ("请按期间的写法填写起点。", "請依期間的寫法填寫起點。"),
    "a list of 1, 2, 3, 4 with 1 in it": (
        "由 1、2、3、4 组成且含 1 的列表",
        "由 1、2、3、4 組成且含 1 的清單",
    ),
    "a list of pairs": ("成对名称的列表", "成對名稱的清單"),
    "a number for every candidate": ("每项候选均有数值", "每項候選均有數值"),
    "a path model, by --drivers": ("以 --drivers 提供的路径模型", "以 --drivers 提供的路徑模型"),
    "a period after the first and not after the last one": (
        "晚于首期且不晚于末期的期间",
        "晚於首期且不晚於末期的期間",
    ),
    "a row a unit and period": ("每单位每期一行", "每單位每期一列"),
    "a target of the path model": ("取自路径模型的目标", "取自路徑模型的目標"),
    "a trial whose units were not drawn": ("单位未经抽取的试验", "單位未經抽取的試驗"),
    "at least one of each for every unit": ("每个单位前后各至少一期", "每個單位前後各至少一期"),
    "at least {before} and {after}": ("至少 {before} 个和 {after} 个", "至少 {before} 個和 {after} 個"),
    "at least {least} for this model": ("该模型至少需要 {least} 个", "該模型至少需要 {least} 個"),
    "at most {most} candidates, each named once": (
        "最多 {most} 项候选，每项只列一次",
        "最多 {most} 項候選，每項只列一次",
    ),
    "candidate '{name}' more than once, or without a name": (
        "候选“{name}”重复或无名称",
        "候選「{name}」重複或無名稱",
    ),
    "chart {chart}": ("控制图 {chart}", "管制圖 {chart}"),
    "column '{column}' with gaps, or with numbers below {least:g}": (
        "列“{column}”有空缺或小于 {least:g} 的数",
        "欄「{column}」有空缺或小於 {least:g} 的數",
    ),
    "count '{value}'": ("计数“{value}”", "計數「{value}」"),
    "design {design} without a column of units": ("方法 {design} 缺少单位列", "方法 {design} 缺少單位欄"),
    "driver '{driver}' of '{target}'": (
        "“{target}”的驱动因素“{driver}”",
        "「{target}」的驅動因素「{driver}」",
    ),
    "half as many waves as periods at most": ("波数不超过期数的一半", "波數不超過期數的一半"),
    "key 'size' for p and u, and for no other chart": (
        "p 图和 u 图须有键 'size'，其他图不得有",
        "p 圖和 u 圖須有鍵 'size'，其他圖不得有",
    ),
    "no candidate '{name}'": ("没有候选“{name}”", "沒有候選「{name}」"),
    "no unit '{name}'": ("没有单位“{name}”", "沒有單位「{name}」"),
    "no unit with the action": ("没有已实施的单位", "沒有已實施的單位"),
    "no unit without the action": ("没有未实施的单位", "沒有未實施的單位"),
    "one at least to compare with": ("至少一个对照单位", "至少一個對照單位"),
    "one at least with it and two without, four in a trial": (
        "至少一个已实施、两个未实施的单位；试验至少四个",
        "至少一個已實施、兩個未實施的單位；試驗至少四個",
    ),
    "period '{period}' twice for '{unit}'": (
        "“{unit}”的期间“{period}”重复",
        "「{unit}」的期間「{period}」重複",
    ),
    "period '{value}'": ("期间“{value}”", "期間「{value}」"),
    "periods of one form: 2026-05, 2026-05-04 or whole numbers": (
        "同一写法的期间：2026-05、2026-05-04 或整数",
        "同一寫法的期間：2026-05、2026-05-04 或整數",
    ),
    "start '{start}'": ("起点“{start}”", "起點「{start}」"),
    "target '{name}'": ("目标“{name}”", "目標「{name}」"),
    "two whole seasons of {period:g}, one of them before the start": (
        "两个完整季节（每个 {period:g} 期），其中一个在起点之前",
        "兩個完整季節（每個 {period:g} 期），其中一個在起點之前",
    ),
    "units both drawn and named": ("既抽取又指定的单位", "既抽取又指定的單位"),
    "units both with the action and without": (
        "同时列为已实施和未实施的单位",
        "同時列為已實施和未實施的單位",
    ),
    "units of which none has the action": ("均未实施的单位", "均未實施的單位"),
    "units of which some have it and others not": (
        "部分已实施、部分未实施的单位",
        "部分已實施、部分未實施的單位",
    ),
    "units that are either": ("仅属其一的单位", "僅屬其一的單位"),
    "whole counts from 0, of a p chart no more than cases": (
        "不小于 0 的整数；p 图中不得超过样本数",
        "不小於 0 的整數；p 圖中不得超過樣本數",
    ),
    "{before} points before the start and {after} from it on": (
        "起点前 {before} 个点、起点后 {after} 个点",
        "起點前 {before} 個點、起點後 {after} 個點",
    ),
    "{count:,} candidates": ("{count:,} 项候选", "{count:,} 項候選"),
    "{count} units without a figure before or after the start": (
        "{count} 个单位在起点前或后没有数值",
        "{count} 個單位在起點前或後沒有數值",
    ),
    "{points} points": ("{points} 个点", "{points} 個點"),
    "{treated} units with the action and {others} without": (
        "已实施 {treated} 个单位，未实施 {others} 个",
        "已實施 {treated} 個單位，未實施 {others} 個",
    ),
    "{waves} waves of a season of {period:g} periods": (
        "{period:g} 期季节的 {waves} 个波",
        "{period:g} 期季節的 {waves} 個波",
    ),
    "{whole} periods, {before} of them before the start": (
        "{whole} 期，其中 {before} 期在起点前",
        "{whole} 期，其中 {before} 期在起點前",
    ),
    "'{value}' under indicator key '{key}'": ("指标键“{key}”下的“{value}”", "指標鍵「{key}」下的「{value}」"),
    "items of the model that have a scale": ("模型中有量表的题目", "模型中有量表的題目"),
    "the scale whose middle is the line": ("以其中点分界的量表", "以其中點分界的量表"),
    "neither BANK nor --store": ("既无 BANK 也无 --store", "既無 BANK 也無 --store"),
    "a bank folder, a store, or both": ("银行文件夹、数据库，或两者", "銀行資料夾、資料庫，或兩者"),
}
