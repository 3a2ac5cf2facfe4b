"""Words of every page, of signing in and of problems."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "zhike": Text("Zhike", "知客", "知客"),
    "nav.today": Text("Today", "今日", "今日"),
    "nav.sign_out": Text("Sign out", "退出", "登出"),
    "nav.skip": Text("To the content", "跳到正文", "跳到正文"),
    "nav.main": Text("Pages", "页面", "頁面"),
    "nav.find": Text("Name, pinyin, number or phone", "姓名、拼音、编号或手机尾号", "姓名、拼音、編號或手機末碼"),
    "nav.open": Text("Open", "打开", "開啟"),
    "nav.language": Text("Language", "语言", "語言"),
    "nav.theme": Text("Appearance", "外观", "外觀"),
    "theme.auto": Text("as the device", "跟随设备", "跟隨裝置"),
    "theme.light": Text("light", "浅色", "淺色"),
    "theme.dark": Text("dark", "深色", "深色"),
    "action.apply": Text("Apply", "应用", "套用"),
    "unknown": Text("not known", "未知", "未知"),
    "colon": Text(": ", "：", "："),
    "comma": Text(", ", "、", "、"),
    "yes": Text("yes", "是", "是"),
    "no": Text("no", "否", "否"),
    "hidden": Text("{n} more are not shown to your role", "另有 {n} 项对您的角色不可见", "另有 {n} 項對您的角色不可見"),
    "sign_in.title": Text("Sign in", "登录", "登入"),
    "sign_in.name": Text("Staff number", "员工编号", "員工編號"),
    "sign_in.password": Text("Password", "密码", "密碼"),
    "sign_in.new_password": Text("New password", "新密码", "新密碼"),
    "sign_in.choose": Text("Somebody else made this password. Type it once more and choose your own.", "该密码由他人设置。请再次输入，并设置您自己的密码。", "此密碼由他人設定。請再次輸入，並設定您自己的密碼。"),
    "sign_in.button": Text("Sign in", "登录", "登入"),
    "problem.title": Text("That did not work", "未能完成", "未能完成"),
    "problem.found": Text("Found", "发现", "發現"),
    "problem.needed": Text("Needed", "需要", "需要"),
    "problem.remedy": Text("What to do", "处理办法", "處理辦法"),
    "problem.written": Text("What you wrote; nothing of it was kept", "您填写的内容（未保存）", "您填寫的內容（未儲存）"),
    "problem.again": Text("Back to the page before", "返回上一页", "返回上一頁"),
    "problem.back": Text("To today's plan", "返回今日计划", "返回今日計畫"),
}  # fmt: skip
