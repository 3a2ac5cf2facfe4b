"""Words of surveys on devices that are not the customer's own, and of those that staff ask aloud."""

from __future__ import annotations

from typing import Final

from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    "survey.declined": Text("declined", "已婉拒", "已婉拒"),
    "survey.full": Text("enough answers already", "样本已足够", "樣本已足夠"),
    "asking.to_customer": Text("Back to the customer", "返回客户页面", "返回客戶頁面"),
    "survey.rather_not": Text("I would rather not answer", "我不想填写", "我不想填寫"),
    "survey.rather_not_how": Text(
        "We do not remind you of it. If you want no surveys any more, we ask for your opinion only after you have said yes again.",
        "我们不会再就此提醒您。如选择今后不再接受调查，则在您重新同意之前，我们不会再征询您的意见。",
        "我們不會再就此提醒您。如選擇今後不再接受調查，則在您重新同意之前，我們不會再徵詢您的意見。",
    ),
    "survey.not_this": Text("Not this survey", "不填写本次调查", "不填寫本次調查"),
    "survey.never": Text("No surveys any more", "今后不再接受调查", "今後不再接受調查"),
    "survey.declined_told": Text(
        "Noted. We do not remind you of this survey.",
        "已记录，我们不会再就本次调查提醒您。",
        "已記錄，我們不會再就本次調查提醒您。",
    ),
    "survey.lapsed_told": Text("This survey has ended.", "本次调查已结束。", "本次調查已結束。"),
    "survey.kept_told": Text(
        "Your answers are kept. You can go on until {day}.",
        "您的答案已保存，{day} 前可继续填写。",
        "您的答案已儲存，{day} 前可繼續填寫。",
    ),
    "survey.close": Text("You can close this page.", "您可以关闭此页面。", "您可以關閉此頁面。"),
    "device.back": Text("Please hand the device back.", "请将设备交还工作人员。", "請將設備交還工作人員。"),
    "device.sign_in": Text("Staff: sign in", "工作人员登录", "工作人員登入"),
    "asking.ask": Text("Ask for an opinion", "征询意见", "徵詢意見"),
    "asking.over": Text("How", "方式", "方式"),
    "asking.over_how": Text(
        "When the device is handed over you are signed out; whoever has it back signs in again.",
        "移交设备时您将自动退出登录，收回后请重新登录。",
        "移交設備時您將自動登出，收回後請重新登入。",
    ),
    "asking.go": Text("Ask", "开始征询", "開始徵詢"),
    "askingover.web": Text("on the customer's own page", "客户自助页面", "客戶自助頁面"),
    "askingover.tablet": Text("on this device, handed over now", "当场移交本设备填写", "當場移交本設備填寫"),
    "askingover.phone": Text("read out on the phone", "电话询问", "電話詢問"),
    "askingover.kiosk": Text("by a code at a kiosk", "凭代码在自助终端填写", "憑代碼在自助終端填寫"),
    "asking.call": Text("Ask on the phone", "电话询问", "電話詢問"),
    "asking.hand_over": Text("Hand this device over", "移交本设备", "移交本設備"),
    "asking.code": Text("Code for a kiosk", "自助终端代码", "自助終端代碼"),
    "asking.code_title": Text("Code for a kiosk", "自助终端代码", "自助終端代碼"),
    "asking.code_how": Text(
        "It opens this one survey, until {at}. Give it to the customer; it is shown this once.",
        "仅用于打开本问卷，{at} 前有效。请交给客户，仅显示一次。",
        "僅用於開啟本問卷，{at} 前有效。請交給客戶，僅顯示一次。",
    ),
    "asking.phone": Text("on the phone", "电话询问", "電話詢問"),
    "asking.read_out": Text("Read out", "请读出", "請讀出"),
    "asking.opening": Text("Opening words", "开场话术", "開場話術"),
    "asking.short": Text("Short version", "简短版", "簡短版"),
    "asking.send": Text("Send the answers", "提交答卷", "送出答卷"),
    "asking.dont_know": Text("said: don't know", "客户表示不知道", "客戶表示不知道"),
    "asking.refused": Text("said: no answer", "客户不愿回答", "客戶不願回答"),
    "asking.declines": Text("The customer does not want to answer", "客户不愿参加", "客戶不願參加"),
    "asking.not_this": Text("Not this survey", "不参加本次调查", "不參加本次調查"),
    "asking.never": Text("No surveys any more", "今后不再接受调查", "今後不再接受調查"),
    "kiosk.title": Text("Survey kiosks", "调查自助终端", "調查自助終端"),
    "kiosk.told": Text(
        "Devices on which whoever comes can fill in a survey without a name. Their answers stand apart: nobody knows whom they are of.",
        "任何来访者均可不记名填写调查的设备。其答卷单独列示，因无从得知填写人。",
        "任何來訪者均可不記名填寫調查的設備。其答卷單獨列示，因無從得知填寫人。",
    ),
    "kiosk.here": Text("Make this device a kiosk", "将本设备设为自助终端", "將本設備設為自助終端"),
    "kiosk.here_how": Text(
        "You are signed out here, and the device shows the survey alone.",
        "您将在此退出登录，设备只显示问卷。",
        "您將在此登出，設備只顯示問卷。",
    ),
    "kiosk.name": Text("Where it stands", "摆放位置", "擺放位置"),
    "kiosk.branch": Text("Branch", "网点", "分行"),
    "kiosk.set_up": Text("Set up", "设置", "設置"),
    "kiosk.all": Text("Kiosks so far", "现有终端", "現有終端"),
    "kiosk.none": Text("No device is a kiosk yet.", "尚未设置自助终端。", "尚未設置自助終端。"),
    "kiosk.state": Text("State", "状态", "狀態"),
    "kioskstate.open": Text("open", "使用中", "使用中"),
    "kioskstate.stopped": Text("stopped", "已停用", "已停用"),
    "kioskstate.ended": Text("ended", "已到期", "已到期"),
    "kiosk.until": Text("until {day}", "至 {day}", "至 {day}"),
    "kiosk.complete": Text("Sent", "已提交", "已送出"),
    "kiosk.partial": Text("Left half filled", "未完成", "未完成"),
    "kiosk.stop": Text("Stop", "停用", "停用"),
    "kiosk.closed": Text("No survey is open here", "此处没有进行中的调查", "此處沒有進行中的調查"),
    "kiosk.closed_how": Text(
        "This device is no kiosk, or is none any more. Staff can set it up.",
        "此设备未设为自助终端，或已停用。请工作人员设置。",
        "此設備未設為自助終端，或已停用。請工作人員設置。",
    ),
    "kiosk.welcome": Text(
        "We do not ask for your name. Your answers help us to do better.",
        "无需留下姓名，您的意见将帮助我们改进服务。",
        "無需留下姓名，您的意見將幫助我們改善服務。",
    ),
    "kiosk.code": Text(
        "You have a code? Enter it here", "如有调查代码，请在此输入", "如有調查代碼，請在此輸入"
    ),
    "kiosk.open": Text("Open my survey", "打开我的问卷", "開啟我的問卷"),
    "kiosk.no_code": Text(
        "No survey is open under this code.", "该代码没有对应的有效问卷。", "該代碼沒有對應的有效問卷。"
    ),
    "kiosk.staff": Text("For staff", "工作人员入口", "工作人員入口"),
    "kiosk.nobody": Text(
        "Your answers are kept without your name.", "您的答卷不记名保存。", "您的答卷不記名保存。"
    ),
    "kiosk.done": Text("Done", "完成", "完成"),
    "kiosk.still": Text("Are you still there?", "您还在填写吗？", "您還在填寫嗎？"),
    "kiosk.still_how": Text(
        "Without an answer within {seconds} seconds this device begins anew.",
        "{seconds} 秒内无操作，本设备将重新开始。",
        "{seconds} 秒內無操作，本設備將重新開始。",
    ),
    "kiosk.go_on": Text("Yes, go on", "是，继续填写", "是，繼續填寫"),
    "kiosk.over": Text("Begin anew", "重新开始", "重新開始"),
}
