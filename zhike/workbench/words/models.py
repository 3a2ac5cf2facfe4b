"""Words of models and their cards; names of columns are those of their files."""

from __future__ import annotations

from typing import Final

from zhike.api.model_tables import COLUMNS
from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    **{f"model.{name}": text for name, text in COLUMNS.items()},
    "models.title": Text("Models", "模型", "模型"),
    "models.how": Text("A model is trained, proposed, approved by another person and put in force on the command line (zhike models); here it is read.", "模型的训练、提议、他人批准与启用在命令行办理（zhike models）；此处仅供查阅。", "模型的訓練、提議、他人核准與啟用在命令列辦理（zhike models）；此處僅供查閱。"),
    "models.no_bank": Text("This server was started without a bank, and knows no models: zhike serve --bank BANK.", "服务启动时未指定银行文件夹，因而没有模型：zhike serve --bank BANK。", "服務啟動時未指定銀行資料夾，因而沒有模型：zhike serve --bank BANK。"),
    "models.none": Text("No model is kept yet.", "尚未保存模型。", "尚未保存模型。"),
    "models.name": Text("Model", "模型", "模型"),
    "models.versions": Text("Versions", "版本数", "版本數"),
    "models.in_force": Text("In force", "启用版本", "啟用版本"),
    "models.since": Text("Since", "启用时间", "啟用時間"),
    "models.open": Text("Open proposal", "待办提议", "待辦提議"),
    "models.steps": Text("Steps", "步骤数", "步驟數"),
    "models.not_in_force": Text("none", "无", "無"),
    "models.model": Text("Model {name}", "模型 {name}", "模型 {name}"),
    "models.other_version": Text("This is the card of a version that is not in force.", "此为未启用版本的说明卡。", "此為未啟用版本的說明卡。"),
    "models.waits": Text("Proposal {proposal} waits.", "提议 {proposal} 待办。", "提議 {proposal} 待辦。"),
    "models.card_of": Text("Card of", "说明卡版本", "說明卡版本"),
    "models.kind": Text("Kind", "类型", "類型"),
    "models.purpose": Text("Purpose", "用途", "用途"),
    "models.limits": Text("Limits", "局限", "限制"),
    "models.figures": Text("How good it is", "表现", "表現"),
    "models.measured": Text("Measured on {cases} cases with {events} events, observed from {first} to {last}; the model was not fitted on them.", "评估样本 {cases} 例，其中事件 {events} 例，观察期 {first} 至 {last}；未用于训练。", "評估樣本 {cases} 例，其中事件 {events} 例，觀察期 {first} 至 {last}；未用於訓練。"),
    "models.interval": Text("95 % interval", "95% 区间", "95% 區間"),
    "models.alarms": Text("Alarms", "告警", "告警"),
    "models.alarms_of": Text("{day}, compared with {then}; looked at on {at}. {raised} of {looked} ring.", "{day} 与 {then} 对比；监测于 {at}。{looked} 项中 {raised} 项告警。", "{day} 與 {then} 對比；監測於 {at}。{looked} 項中 {raised} 項告警。"),
    "models.ring": Text("When this version was looked at last, {at}, alarms rang: {raised}.", "最近一次监测（{at}）有 {raised} 项告警。", "最近一次監測（{at}）有 {raised} 項告警。"),
    "models.not_checked": Text("Nobody kept a look at this version: zhike models check --keep.", "尚未保存此版本的监测结果：zhike models check --keep。", "尚未保存此版本的監測結果：zhike models check --keep。"),
    "models.alarm_kind": Text("Of what", "类别", "類別"),
    "models.alarm_subject": Text("What", "对象", "對象"),
    "models.alarm_rings": Text("Rings", "告警", "告警"),
    "models.alarm_found": Text("Found", "结果", "結果"),
    "models.groups": Text("By group", "分群表现", "分群表現"),
    "models.groups_how": Text("A difference may be chance: compare the intervals. Groups with few cases are not shown.", "差异可能出于偶然：请比较区间。样本过少的客群不显示。", "差異可能出於偶然：請比較區間。樣本過少的客群不顯示。"),
    "models.no_groups": Text("No group has enough cases.", "没有样本足够的客群。", "沒有樣本足夠的客群。"),
    "models.contacts": Text("What a contact changes", "联系带来的改变", "聯絡帶來的改變"),
    "models.contacts_how": Text("Change in the chance of getting any product, in percentage points, by a contact about a sale instead of none. All intervals hold together at 95 %.", "就销售联系一次、相比不联系，客户取得任一产品的概率变化（百分点）。全部区间同时成立的置信度为 95%。", "就銷售聯絡一次、相比不聯絡，客戶取得任一產品的機率變化（百分點）。全部區間同時成立的信賴水準為 95%。"),
    "models.spared": Text("Do not contact: for these groups a contact about a sale surely lowers the chance that they get a product.", "不宜联系：对下列客群，就销售联系确会降低其取得产品的概率。", "不宜聯絡：對下列客群，就銷售聯絡確會降低其取得產品的機率。"),
    "models.spared_by": Text("{effect} points ({low} to {high}), {customers} customers", "{effect} 个百分点（{low} 至 {high}），{customers} 位客户", "{effect} 個百分點（{low} 至 {high}），{customers} 位客戶"),
    "models.none_spared": Text("Of no group was it shown that a contact harms.", "未证明联系对任何客群有害。", "未證明聯絡對任何客群有害。"),
    "models.calibration": Text("Expected and observed", "预期与实际", "預期與實際"),
    "models.calibration_how": Text("Share of cases in which it happened, by what the model expected: tenths with as many cases each, the least likely first.", "按模型预期概率由低到高等分的十组样本：各组的预期与实际发生率。", "依模型預期機率由低到高等分的十組樣本：各組的預期與實際發生率。"),
    "models.tenth": Text("Tenth", "分组", "分組"),
    "models.origin": Text("Where it comes from", "来源", "來源"),
    "models.fitted_as_of": Text("Learnt as of", "训练截至", "訓練截至"),
    "models.outcomes": Text("Outcomes", "标签期", "標籤期"),
    "models.code": Text("Code, seed", "代码版本、随机种子", "程式碼版本、隨機種子"),
    "models.features": Text("Features", "特征", "特徵"),
    "models.table": Text("Table", "表", "表"),
    "models.rows": Text("Rows", "行数", "列數"),
    "models.columns": Text("Columns", "列", "欄位"),
    "models.history": Text("History", "历史", "歷史"),
    "models.gain": Text("{value} ({low} to {high}), n = {n}", "{value}（{low} 至 {high}），n = {n}", "{value}（{low} 至 {high}），n = {n}"),
    "models.refused": Text("no reading: {reason}", "未能测得：{reason}", "未能測得：{reason}"),
    "models.file": Text("As a file (CSV)", "下载表格（CSV）", "下載表格（CSV）"),
}  # fmt: skip
