"""What an audit trail can say: one numbered event a verb, in ranges by family.

A number is written into every trail and never means anything else again. So a member is never renumbered, and one that is
no longer written stays here, so that old trails keep their words.
"""

from __future__ import annotations

from enum import IntEnum, unique
from typing import TYPE_CHECKING, Final, Self

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FAMILIES", "AuditEvent"]

FAMILIES: Final[Mapping[int, Text]] = {
    100: Text("decisions", "决定", "決定"),
    200: Text("offers", "要约", "要約"),
    300: Text("responses", "回应", "回應"),
    400: Text("consents and preferences", "同意与偏好", "同意與偏好"),
    500: Text("privacy", "隐私", "隱私"),
    600: Text("staff, roles, policies and approvals", "员工、角色、策略与审批", "員工、角色、策略與核准"),
    700: Text("cases, tasks, notes and surveys", "工单、任务、备注与调查", "案件、任務、備註與調查"),
    800: Text("deliveries", "送达", "送達"),
    900: Text("store", "存储", "儲存"),
}
"""By first number of the range of a hundred: what its events are about."""


@unique
class AuditEvent(IntEnum):
    """What happened, as a number, with its words in three languages as ``text``.

    Examples
    --------
    >>> AuditEvent.CONSENT_WITHDRAWN, int(AuditEvent.CONSENT_WITHDRAWN), AuditEvent(402).text.en
    (<AuditEvent.CONSENT_WITHDRAWN: 402>, 402, 'consent withdrawn')
    >>> AuditEvent.CONSENT_WITHDRAWN.family.en
    'consents and preferences'
    """

    text: Text

    def __new__(cls, number: int, en: str, zh_hans: str, zh_hant: str) -> Self:  # noqa: D102 - see the class
        event = int.__new__(cls, number)
        event._value_ = number
        event.text = Text(en, zh_hans, zh_hant)
        return event

    @property
    def family(self) -> Text:
        """The family whose range the number lies in."""
        return FAMILIES[self // 100 * 100]

    DECISION_MADE = 101, "customer decided for", "为客户作出决定", "為客戶作出決定"
    DECISIONS_RUN = 102, "list of decisions made", "批量作出决定", "批次作出決定"
    DECISION_OVERRIDDEN = 103, "decision overridden by staff", "员工改变决定", "員工變更決定"
    DECISION_EXPLAINED = 104, "decision explained", "解释决定", "解釋決定"
    DECISIONS_REPLAYED = 105, "decisions computed again", "重算决定", "重算決定"
    DECISIONS_ASKED = 106, "list of decisions asked for", "申请批量决定", "申請批次決定"
    STUDY_ASKED = 107, "study of the whole base asked for", "申请全量客户试算", "申請全量客戶試算"
    STUDY_DONE = 108, "study of the whole base ended", "全量客户试算结束", "全量客戶試算結束"

    OFFER_MADE = 201, "offer made", "作出要约", "提出要約"
    OFFER_SHOWN = 202, "offer shown", "展示要约", "展示要約"
    OFFER_CHANGED = 203, "terms of an offer changed", "变更要约条款", "變更要約條款"
    OFFER_WITHDRAWN = 204, "offer withdrawn", "撤回要约", "撤回要約"
    OFFER_LAPSED = 205, "offer lapsed", "要约失效", "要約失效"
    OFFER_FULFILLED = 206, "offer fulfilled", "要约履行完毕", "要約履行完畢"

    OFFER_ACCEPTED = 301, "offer accepted by the customer", "客户接受要约", "客戶接受要約"
    OFFER_REFUSED = 302, "offer refused by the customer", "客户拒绝要约", "客戶拒絕要約"
    OFFER_POSTPONED = 303, "answer postponed by the customer", "客户推迟答复", "客戶延後答覆"
    OFFER_UNANSWERED = 304, "waiting time ended without an answer", "等待期满未答复", "等待期滿未答覆"
    RESPONSE_CORRECTED = 305, "response corrected", "更正回应", "更正回應"
    SUGGESTION_ACCEPTED = 311, "suggestion accepted by the adviser", "顾问采纳建议", "顧問採納建議"
    SUGGESTION_REFUSED = 312, "suggestion refused by the adviser", "顾问拒绝建议", "顧問拒絕建議"

    CONSENT_GIVEN = 401, "consent given", "给予同意", "給予同意"
    CONSENT_WITHDRAWN = 402, "consent withdrawn", "撤回同意", "撤回同意"
    CONSENT_REFUSED = 403, "consent refused", "拒绝同意", "拒絕同意"
    CONSENT_EXPIRED = 404, "consent expired", "同意到期", "同意到期"
    PREFERENCE_SET = 411, "preference set", "设定偏好", "設定偏好"
    PREFERENCE_REMOVED = 412, "preference removed", "取消偏好", "取消偏好"
    OBJECTION_RAISED = 421, "objection to contact raised", "反对联系", "反對聯繫"
    OBJECTION_LIFTED = 422, "objection to contact lifted", "取消反对联系", "取消反對聯繫"

    CUSTOMER_VIEWED = 501, "customer's data seen by staff", "员工查看客户资料", "員工檢視客戶資料"
    ACCESS_GIVEN = 502, "customer's own data handed to them", "向客户提供其个人信息", "向客戶提供其個人資料"
    DATA_EXPORTED = 503, "personal data exported", "导出个人信息", "匯出個人資料"
    DATA_ERASED = 504, "personal data erased", "删除个人信息", "刪除個人資料"
    DATA_ANONYMISED = 505, "personal data anonymised", "匿名化个人信息", "匿名化個人資料"
    CUSTOMERS_MERGED = 506, "customers merged", "合并客户", "合併客戶"
    CUSTOMERS_UNMERGED = 507, "merge of customers undone", "撤销客户合并", "撤銷客戶合併"
    DATA_CORRECTED = 508, "personal data corrected", "更正个人信息", "更正個人資料"
    PROCESSING_RESTRICTED = 509, "processing restricted", "限制处理", "限制處理"
    RESTRICTION_LIFTED = 510, "restriction of processing lifted", "解除处理限制", "解除處理限制"
    REQUEST_REFUSED = 511, "request about personal data refused", "拒绝个人信息请求", "拒絕個人資料請求"
    LINK_MADE = 521, "link to the customer's own page made", "生成客户自助页面链接", "產生客戶自助頁面連結"
    LINK_USED = 522, "link to the customer's own page used", "使用客户自助页面链接", "使用客戶自助頁面連結"
    LINK_REVOKED = (
        523,
        "link to the customer's own page withdrawn",
        "撤销客户自助页面链接",
        "撤銷客戶自助頁面連結",
    )

    STAFF_ADDED = 601, "member of staff added", "新增员工", "新增員工"
    STAFF_CHANGED = 602, "member of staff changed", "变更员工", "變更員工"
    STAFF_REMOVED = 603, "member of staff removed", "移除员工", "移除員工"
    ROLE_GRANTED = 604, "role granted", "授予角色", "授予角色"
    ROLE_REVOKED = 605, "role revoked", "撤销角色", "撤銷角色"
    BOOK_ASSIGNED = 606, "customers assigned to an adviser", "分配客户给顾问", "分派客戶給顧問"
    SIGNED_IN = 607, "signed in", "登录", "登入"
    SIGN_IN_REFUSED = 608, "sign-in refused", "拒绝登录", "拒絕登入"
    ACCESS_DENIED = 609, "act refused for want of permission", "无权限被拒", "無權限被拒"
    KEY_ISSUED = 610, "key of a machine issued", "发放机器密钥", "發放機器金鑰"
    KEY_REVOKED = 611, "key of a machine revoked", "吊销机器密钥", "撤銷機器金鑰"
    SESSIONS_ENDED = 612, "sessions ended", "结束会话", "結束工作階段"
    SIGN_IN_LOCKED = 613, "sign-in locked for a while", "暂时锁定登录", "暫時鎖定登入"
    PASSWORD_SET = 614, "password set", "设置密码", "設定密碼"
    SIGN_IN_UNLOCKED = 615, "sign-in unlocked", "解除登录锁定", "解除登入鎖定"
    POLICY_PROPOSED = 621, "policy or rule proposed", "提出策略或规则", "提出策略或規則"
    POLICY_APPROVED = 622, "policy or rule approved", "批准策略或规则", "核准策略或規則"
    POLICY_REJECTED = 623, "policy or rule rejected", "否决策略或规则", "否決策略或規則"
    POLICY_ACTIVATED = 624, "policy or rule put in force", "启用策略或规则", "啟用策略或規則"
    POLICY_ROLLED_BACK = 625, "policy or rule taken back", "回退策略或规则", "回復策略或規則"
    APPROVAL_ASKED = 631, "second pair of eyes asked for", "请求复核", "請求覆核"
    APPROVAL_GIVEN = 632, "approved by a second pair of eyes", "复核通过", "覆核通過"
    APPROVAL_REFUSED = 633, "refused by a second pair of eyes", "复核不通过", "覆核不通過"
    APPROVAL_WITHDRAWN = 634, "request for approval withdrawn", "撤回复核请求", "撤回覆核請求"
    GLASS_BROKEN = 641, "emergency access taken", "启用紧急访问", "啟用緊急存取"
    GLASS_REVIEWED = 642, "emergency access reviewed", "审查紧急访问", "審查緊急存取"
    ABSENCE_NOTED = 651, "absence of staff noted", "登记员工缺勤", "登記員工請假"
    ABSENCE_ENDED = 652, "absence of staff ended", "结束员工缺勤", "結束員工請假"
    MODEL_KEPT = 661, "model kept", "保存模型", "保存模型"
    MODEL_PROMOTED = 662, "model put in force", "启用模型", "啟用模型"
    MODEL_TURNED_DOWN = 663, "model turned down at the gate", "模型未通过准入", "模型未通過准入"
    MODEL_ROLLED_BACK = 664, "earlier model put back in force", "回退到先前的模型", "回復到先前的模型"
    MODEL_CHECKED = 665, "model compared with the bank", "将模型与数据对比", "將模型與資料對比"

    CASE_OPENED = 701, "case opened", "开立工单", "開立案件"
    CASE_ASSIGNED = 702, "case assigned", "分派工单", "分派案件"
    CASE_ACKNOWLEDGED = 703, "case acknowledged to the customer", "向客户确认受理", "向客戶確認受理"
    CASE_ANSWERED = 704, "case answered", "答复工单", "答覆案件"
    CASE_ESCALATED = 705, "case escalated", "升级工单", "升級案件"
    REDRESS_DECIDED = 706, "redress decided", "决定补偿", "決定補償"
    CASE_CLOSED = 707, "case closed", "关闭工单", "結案"
    CASE_REOPENED = 708, "case reopened", "重开工单", "重開案件"
    DEADLINE_MISSED = 709, "deadline of a case missed", "工单逾期", "案件逾期"
    CASE_STEPPED = 710, "step in a case", "工单流转", "案件流轉"
    CASE_JUDGED = 715, "fairness of a case's handling judged", "评定工单处理公正性", "評定案件處理公正性"
    MESSAGE_PLACED = 716, "message to the complaint desk placed", "处理投诉来件", "處理申訴來件"
    CASES_GROUPED = 717, "complaints grouped, or planned for", "归并投诉或制定预案", "歸併申訴或制定計畫"
    TASK_CREATED = 721, "task created", "创建任务", "建立任務"
    TASK_CLAIMED = 722, "task claimed", "认领任务", "認領任務"
    TASK_RELEASED = 723, "task released", "退回任务", "退回任務"
    TASK_DONE = 724, "task done", "完成任务", "完成任務"
    TASK_CANCELLED = 725, "task cancelled", "取消任务", "取消任務"
    TASK_POSTPONED = 726, "task postponed", "推迟任务", "延後任務"
    TASK_HANDED_OVER = 727, "task handed over", "转交任务", "轉交任務"
    NOTE_WRITTEN = 731, "note written", "撰写备注", "撰寫備註"
    SURVEY_SENT = 741, "survey sent", "发送调查", "寄送調查"
    SURVEY_ANSWERED = 742, "survey answered", "回答调查", "回答調查"
    SURVEY_LAPSED = 743, "survey lapsed", "调查失效", "調查失效"
    SURVEY_REMINDED = 744, "customer reminded of a survey", "提醒填写调查", "提醒填寫調查"
    SURVEY_SAVED = 745, "half-filled survey kept", "暂存调查答卷", "暫存調查答卷"
    SURVEY_DECLINED = 746, "survey declined", "婉拒调查", "婉拒調查"
    SURVEY_ROUND = 747, "customers to ask for their opinion chosen", "选取调查对象", "選取調查對象"
    KIOSK_SET_UP = 748, "survey kiosk set up", "设置调查自助终端", "設置調查自助終端"
    KIOSK_STOPPED = 749, "survey kiosk stopped", "停用调查自助终端", "停用調查自助終端"
    SURVEY_FULL = 750, "survey ended, its quota being full", "配额已满，调查结束", "配額已滿，調查結束"
    LOOP_OPENED = 751, "call-back to an unhappy customer opened", "开立不满意客户回访", "開立不滿意客戶回訪"
    LOOP_CLOSED = 752, "call-back to an unhappy customer closed", "办结不满意客户回访", "辦結不滿意客戶回訪"
    IMPROVEMENT_OPENED = 761, "improvement planned", "制定改进方案", "制定改善方案"
    IMPROVEMENT_STARTED = 762, "improvement started", "启动改进", "啟動改善"
    IMPROVEMENT_MEASURED = 763, "effect of an improvement measured", "测量改进效果", "衡量改善成效"
    IMPROVEMENT_CLOSED = 764, "improvement closed", "办结改进", "辦結改善"

    MESSAGE_QUEUED = 801, "message queued", "消息排队", "訊息排隊"
    MESSAGE_SENT = 802, "message sent", "发送消息", "傳送訊息"
    MESSAGE_DELIVERED = 803, "message delivered", "消息送达", "訊息送達"
    MESSAGE_FAILED = 804, "message not delivered", "消息未送达", "訊息未送達"
    MESSAGE_OPENED = 805, "message opened", "消息被打开", "訊息被開啟"
    MESSAGE_SUPPRESSED = 806, "message held back by a rule", "规则拦截消息", "規則攔截訊息"
    MESSAGE_CANCELLED = 807, "message cancelled", "取消消息", "取消訊息"
    WEBHOOK_ADDED = 811, "webhook added", "新增回调", "新增回呼"
    WEBHOOK_SECRET_CHANGED = 812, "secret of a webhook changed", "更换回调密钥", "更換回呼密鑰"
    WEBHOOK_STOPPED = 813, "webhook stopped", "停用回调", "停用回呼"

    STORE_CREATED = 901, "store created", "创建存储", "建立儲存"
    STORE_MIGRATED = 902, "store migrated", "迁移存储", "遷移儲存"
    STORE_RESTORED = 903, "store restored from a copy", "由备份恢复存储", "由備份還原儲存"
    DATA_LOADED = 904, "data loaded", "加载数据", "載入資料"
    ARCHIVE_PUBLISHED = 905, "customer archive published", "发布客户档案", "發布客戶檔案"
    MODELS_PUBLISHED = 906, "models published", "发布模型", "發布模型"
    PRICES_PUBLISHED = 907, "prices of scarce service published", "发布稀缺服务价格", "發布稀缺服務價格"
    DIGEST_SIGNED = 908, "digest of the trail signed", "签署审计摘要", "簽署稽核摘要"
    TRAIL_EXPORTED = 909, "audit trail exported", "导出审计轨迹", "匯出稽核軌跡"
    TRAIL_VERIFIED = 910, "audit trail verified", "核验审计轨迹", "核驗稽核軌跡"
    KEYS_ROTATED = 911, "keys of the bank exchanged", "更换银行密钥", "更換銀行金鑰"
    AUDIT_KEY_CHANGED = 912, "key that signs digests exchanged", "更换审计签名密钥", "更換稽核簽章金鑰"
    REJECTS_CORRECTED = 921, "corrections of rejected rows handed in", "提交被拒行的更正", "提交被拒列的更正"
    REJECTS_RUN = 922, "corrected rows run through the import again", "重新导入更正行", "重新匯入更正列"
