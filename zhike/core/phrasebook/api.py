"""What the interface and the workbench refuse: English, then simplified and traditional Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["PHRASES"]

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "a body {how}": ("请求体{how}", "請求主體{how}"),
    "a choice that there is not": ("不存在的选项", "不存在的選項"),
    "a content-length that is no number": ("content-length 不是数字", "content-length 不是數字"),
    "a cursor of something else": ("其他列表的游标", "其他清單的游標"),
    "a cursor that cannot be read": ("无法读取的游标", "無法讀取的游標"),
    "a day such as 2026-06-30": ("日期，例如 2026-06-30", "日期，例如 2026-06-30"),
    "a day that is none": ("不是日期", "不是日期"),
    "a first day that is not after the last": ("起始日不晚于截止日", "起始日不晚於截止日"),
    "a form from elsewhere, or of a session that has ended": (
        "来自别处的表单，或已结束会话的表单",
        "來自別處的表單，或已結束工作階段的表單",
    ),
    "a header {name} of other characters, or too long": (
        "标头 {name} 含其他字符或过长",
        "標頭 {name} 含其他字元或過長",
    ),
    "a key and its value, or the whole text": ("键及其值，或完整文本", "鍵及其值，或完整文字"),
    "a method that this path does not have": ("该路径不支持的方法", "該路徑不支援的方法"),
    "a parameter of the query that is not described": ("查询中未描述的参数", "查詢中未描述的參數"),
    "a period from {first} until {last}": ("期间 {first} 至 {last}", "期間 {first} 至 {last}"),
    "a request as /v1/openapi.json describes it": (
        "符合 /v1/openapi.json 描述的请求",
        "符合 /v1/openapi.json 描述的請求",
    ),
    "a request without a query": ("不带查询的请求", "不帶查詢的請求"),
    "a token of a machine": ("机器的令牌", "機器的權杖"),
    "an account without it, then a proposal to give it": (
        "先建立没有该角色的账户，再提议授予",
        "先建立沒有該角色的帳戶，再提議授予",
    ),
    "an event that is no number": ("事件不是编号", "事件不是編號"),
    "branch": ("网点", "分行"),
    "certificate": ("证明", "證明"),
    "decision": ("决定", "決定"),
    "every field as its label says": ("各栏符合其说明", "各欄符合其說明"),
    "JSON in UTF-8: each key once, numbers of 64 bits, no more than {deepest} levels": (
        "UTF-8 编码的 JSON：每个键只出现一次，数字不超过 64 位，嵌套不超过 {deepest} 层",
        "UTF-8 編碼的 JSON：每個鍵只出現一次，數字不超過 64 位，巢狀不超過 {deepest} 層",
    ),
    "no change": ("没有变更", "沒有變更"),
    "no link": ("没有链接", "沒有連結"),
    "no token": ("没有令牌", "沒有權杖"),
    "one of those on the page": ("页面上的选项之一", "頁面上的選項之一"),
    "one that is carried out here": ("在此执行的提议", "在此執行的提議"),
    "one that needs a second person; others are given at once": (
        "须由第二人批准的角色；其他角色可直接授予",
        "須由第二人核准的角色；其他角色可直接授予",
    ),
    "one that they have not": ("该员工尚未拥有的角色", "該員工尚未擁有的角色"),
    "page": ("页面", "頁面"),
    "path": ("路径", "路徑"),
    "registry of models; a server that is started with `zhike serve --bank BANK` has one": (
        "模型库；以 `zhike serve --bank BANK` 启动的服务才有",
        "模型庫；以 `zhike serve --bank BANK` 啟動的服務才有",
    ),
    "role '{role}'": ("角色“{role}”", "角色「{role}」"),
    "role {role}, which they have": ("角色 {role}，该员工已经拥有", "角色 {role}，該員工已經擁有"),
    "rule": ("规则", "規則"),
    "that is nested too deeply": ("嵌套过深", "巢狀過深"),
    "that is no JSON from character {pos} on": (
        "自第 {pos} 个字符起不是 JSON",
        "自第 {pos} 個字元起不是 JSON",
    ),
    "that is not UTF-8": ("不是 UTF-8 编码", "不是 UTF-8 編碼"),
    "the length of the body": ("请求体的长度", "請求主體的長度"),
    "the number of an event": ("事件的编号", "事件的編號"),
    "the page, loaded again": ("重新载入页面", "重新載入頁面"),
    "the service is stopping": ("服务正在停止", "服務正在停止"),
    "the token of a session": ("会话的令牌", "工作階段的權杖"),
    "the value of 'next' of a page": ("某一页“next”的值", "某一頁「next」的值"),
    "the value of 'next' of this list": ("本列表“next”的值", "本清單「next」的值"),
    "with a key that stands twice": ("含有重复的键", "含有重複的鍵"),
    "with a null character or half of a surrogate pair": ("含有空字符或半个代理对", "含有空字元或半個代理對"),
    "with a number of more than 64 bits": ("含有超过 64 位的数字", "含有超過 64 位的數字"),
    "with a number that is none": ("含有不是数字的数值", "含有不是數字的數值"),
    "a server that was started without a bank": ("启动时未指定银行的服务器", "啟動時未指定銀行的伺服器"),
    "no cell with another value": ("没有一个单元格的值有改动", "沒有一個儲存格的值有更動"),
    "corrections of one cell at least": ("至少更正一个单元格", "至少更正一個儲存格"),
    "a row of '{name}' that was rejected for one of its cells and is not corrected": (
        "“{name}”中因某个单元格被拒且尚未更正的行",
        "「{name}」中因某個儲存格被拒且尚未更正的列",
    ),
    "a survey with questions left": ("尚有题目未作答的调查", "尚有題目未作答的調查"),
    "an answer to each that needs one": ("每道必答题均已作答", "每道必答題均已作答"),
    "instrument '{name}'": ("调查工具“{name}”", "調查工具「{name}」"),
}
