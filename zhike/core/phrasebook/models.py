"""What the registry of models and readings of values refuse: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "a JSON object with {names}": ("含 {names} 的 JSON 对象", "含 {names} 的 JSON 物件"),
    "a bank with a history": ("有历史数据的银行", "有歷史資料的銀行"),
    "a bank without rows": ("没有数据行的银行", "沒有資料列的銀行"),
    "no reading ({problem})": ("不是增益读数（{problem}）", "不是增益讀數（{problem}）"),
    "See docs/reference/models.md.": ("见 docs/reference/models.md。", "見 docs/reference/models.md。"),
    "a document that says what was adopted, or a change that is proposed anew against it": (
        "写明已采纳内容的文件，或针对该文件重新提出的变更",
        "寫明已採納內容的檔案，或針對該檔案重新提出的變更",
    ),
    "version {version}, and the change {proposal_id} that was adopted against version {document}": (
        "版本 {version}，以及针对版本 {document} 采纳的变更 {proposal_id}",
        "版本 {version}，以及針對版本 {document} 採納的變更 {proposal_id}",
    ),
    "step {broken} was changed": ("第 {broken} 步被改动", "第 {broken} 步被更動"),
    "a check that was changed or is gone": ("被改动或已缺失的监测记录", "被更動或已缺失的監測記錄"),
    "the checks as they were written": ("写入时的原样监测记录", "寫入時的原樣監測記錄"),
    "the steps as they were written": ("写入时的原样各步", "寫入時的原樣各步"),
    "model {name!r} (kept: {names})": (
        "模型 {name!r}（已保存：{names}）",
        "模型 {name!r}（已儲存：{names}）",
    ),
    "model {name!r} (none is kept)": (
        "模型 {name!r}（尚未保存任何模型）",
        "模型 {name!r}（尚未儲存任何模型）",
    ),
    "single version {wanted!r} of {name} ({versions} begin so)": (
        "唯一版本：{name} 的 {wanted!r}（{versions} 均以此开头）",
        "唯一版本：{name} 的 {wanted!r}（{versions} 均以此開頭）",
    ),
    "version in force of {name} (kept: {versions}; none was promoted)": (
        "启用版本：{name}（已保存 {versions}，均未启用）",
        "啟用版本：{name}（已儲存 {versions}，均未啟用）",
    ),
    "version {wanted!r} of {name} (kept: {versions})": (
        "版本：{name} 的 {wanted!r}（已保存：{versions}）",
        "版本：{name} 的 {wanted!r}（已儲存：{versions}）",
    ),
    "the card of the same model": ("同一模型的模型卡", "同一模型的模型卡"),
    "a model called {name!r}": ("名为 {name!r} 的模型", "名為 {name!r} 的模型"),
    "small letters, digits and _, a letter first": (
        "小写字母、数字与 _，以字母开头",
        "小寫字母、數字與 _，以字母開頭",
    ),
    "no history ({problem})": ("没有历史（{problem}）", "沒有歷史（{problem}）"),
    "the model that was kept": ("所保存的模型", "所保存的模型"),
    "the card that was kept": ("所保存的模型卡", "所保存的模型卡"),
    "facts up to {last}": (
        "截至 {last} 的事实",
        "截至 {last} 的事實",
    ),
    "facts up to {closed}, when the horizon of {folder} closes": (
        "截至 {closed} 的事实，即 {folder} 的观察期结束之日",
        "截至 {closed} 的事實，即 {folder} 的觀察期結束之日",
    ),
    "no answer to any decision of {folder}": (
        "{folder} 的决定没有任何响应",
        "{folder} 的決定沒有任何回應",
    ),
    "responses to them in the bank: decisions that nobody carried out have no value": (
        "银行中对这些决定的响应：未执行的决定无从评估",
        "銀行中對這些決定的回應：未執行的決定無從評估",
    ),
    "two folders of one day": (
        "同一天的两个文件夹",
        "同一天的兩個資料夾",
    ),
    "folders of decisions of different days": (
        "日期各不相同的决定文件夹",
        "日期各不相同的決定資料夾",
    ),
    "a warning to train": ("要训练的预警模型", "要訓練的預警模型"),
    "a version that is kept and in force; see `zhike models list`": (
        "已保存且启用的版本；参见 `zhike models list`",
        "已保存且啟用的版本；參見 `zhike models list`",
    ),
    "the model {name}, learnt as of {day}": ("截至 {day} 训练的模型 {name}", "截至 {day} 訓練的模型 {name}"),
    "a model learnt by {day}, the day of decision": (
        "截至决定日 {day} 训练的模型",
        "截至決定日 {day} 訓練的模型",
    ),
    "a value that was changed": ("被改动过的评估结果", "被改動過的評估結果"),
    "the answer of `zhike value --json` as it was given": (
        "`zhike value --json` 的原始输出",
        "`zhike value --json` 的原始輸出",
    ),
    "a value of {bank}": ("{bank} 的评估结果", "{bank} 的評估結果"),
    "a value of {bank}, from which the version was learnt": (
        "{bank} 的评估结果（该版本即由其训练）",
        "{bank} 的評估結果（該版本即由其訓練）",
    ),
    "a draft with {name} {version}": ("采用 {name} {version} 的拟试策略", "採用 {name} {version} 的擬試策略"),
    "a draft that names {name}@{version}": (
        "指定 {name}@{version} 的拟试策略",
        "指定 {name}@{version} 的擬試策略",
    ),
    "a log decided with {name} {version}": (
        "由 {name} {version} 决定的日志",
        "由 {name} {version} 決定的日誌",
    ),
    "a log decided with {name} {version}, as it is in force": (
        "由启用中的 {name} {version} 决定的日志",
        "由啟用中的 {name} {version} 決定的日誌",
    ),
    "another log, or none, in {folder}": ("{folder} 中的日志已变或不存在", "{folder} 中的日誌已變或不存在"),
    "the log that was valued, where it was": ("评估时的日志，位置不变", "評估時的日誌，位置不變"),
    "a value from the log that was written by hand": ("手工填写的离线评估值", "手工填寫的離線評估值"),
    "the answer of `zhike value --json` with a draft that names {name}@{version}": (
        "`zhike value --json` 对指定 {name}@{version} 的拟试策略的输出",
        "`zhike value --json` 對指定 {name}@{version} 的擬試策略的輸出",
    ),
    "decisions of a store whose horizon has closed by then": ("存储中期限已满的决定", "儲存中期限已滿的決定"),
    "{name}, which learns on": ("{name}（可持续学习）", "{name}（可持續學習）"),
}
