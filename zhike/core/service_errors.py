"""Errors of a service that remembers: who asks, for whom, whether it fits what is recorded."""

from __future__ import annotations

from zhike.core.errors import ZhikeError
from zhike.core.language import Text

__all__ = [
    "DeliveryError",
    "DeliveryRefusedError",
    "ForbiddenError",
    "NotServingError",
    "RecordNotFoundError",
    "RequestInvalidError",
    "RequestTooLargeError",
    "SignInRefusedError",
    "StateConflictError",
    "TooManyRequestsError",
    "UnauthenticatedError",
]


class UnauthenticatedError(ZhikeError):
    """Nobody known is asking."""

    code = "unauthenticated"
    http_status = 401
    found = Text("found {what}", "收到：{what}", "收到：{what}")
    needed = Text("needed a token that is in force", "需要有效的令牌", "需要有效的權杖")
    remedy = Text(
        "Send 'Authorization: Bearer TOKEN'; `zhike staff token` makes one.",
        "请发送“Authorization: Bearer TOKEN”；用 `zhike staff token` 生成令牌。",
        "請傳送「Authorization: Bearer TOKEN」；用 `zhike staff token` 產生權杖。",
    )


class SignInRefusedError(ZhikeError):
    """Somebody may not sign in with this name and password; whether the name is one is not said."""

    code = "sign_in_refused"
    http_status = 401
    found = Text(
        "found no member of staff who may sign in with this name and password now",
        "没有可以用该名称和密码登录的员工",
        "沒有可以用該名稱和密碼登入的員工",
    )
    needed = Text(
        "needed a name, its password, and not too many wrong ones before",
        "需要正确的名称和密码，且此前错误次数不过多",
        "需要正確的名稱和密碼，且先前錯誤次數不過多",
    )
    remedy = Text(
        "Check both; after several wrong ones wait a while, or ask whoever runs the system for a new password.",
        "请核对后重试；多次错误后请稍候，或请系统管理员重设密码。",
        "請核對後重試；多次錯誤後請稍候，或請系統管理員重設密碼。",
    )


class ForbiddenError(ZhikeError):
    """Whoever asks may not do that."""

    code = "forbidden"
    http_status = 403
    found = Text("found no right to {verb}", "没有权限：{verb}", "沒有權限：{verb}")
    needed = Text(
        "needed a role and a token that allow it", "需要允许该操作的角色和令牌", "需要允許該操作的角色和權杖"
    )
    remedy = Text(
        "Ask whoever manages staff; the rules are in access.roles.",
        "请联系员工管理员；规则见 access.roles。",
        "請洽員工管理員；規則見 access.roles。",
    )


class RecordNotFoundError(ZhikeError):
    """What was asked for is not recorded, or not for whoever asks."""

    code = "record_not_found"
    http_status = 404
    found = Text("found no such {what}", "找不到该{what}", "找不到該{what}")
    needed = Text("needed one that is recorded", "需要已登记的记录", "需要已登記的紀錄")
    remedy = Text("Check the identifier.", "请检查编号。", "請檢查編號。")


class StateConflictError(ZhikeError):
    """What was asked for does not fit what is recorded."""

    code = "state_conflict"
    http_status = 409
    found = Text("found {what}", "现状：{what}", "現況：{what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text(
        "Read the record again, then decide anew; nothing was changed.",
        "请重新读取记录后再处理；未作任何改动。",
        "請重新讀取紀錄後再處理；未作任何更動。",
    )


class RequestInvalidError(ZhikeError):
    """A request over HTTP is not as it is described."""

    code = "request_invalid"
    http_status = 422
    found = Text("found {what}", "收到：{what}", "收到：{what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text(
        "Compare the request with /v1/openapi.json; nothing was changed.",
        "请对照 /v1/openapi.json 检查请求；未作任何改动。",
        "請對照 /v1/openapi.json 檢查請求；未作任何更動。",
    )


class RequestTooLargeError(ZhikeError):
    """The body of a request is larger than is read."""

    code = "request_too_large"
    http_status = 413
    found = Text(
        "found a body of more than {most} bytes", "请求体超过 {most} 字节", "請求主體超過 {most} 位元組"
    )
    needed = Text("needed a smaller one", "需要更小的请求体", "需要更小的請求主體")
    remedy = Text(
        "Send it in parts; nothing was changed.",
        "请分批发送；未作任何改动。",
        "請分批傳送；未作任何更動。",
    )


class TooManyRequestsError(ZhikeError):
    """More requests than are served for one caller."""

    code = "too_many_requests"
    http_status = 429
    retryable = True
    found = Text(
        "found more than {limit} requests in a second", "每秒请求超过 {limit} 次", "每秒請求超過 {limit} 次"
    )
    needed = Text("needed fewer from one caller", "需要减少同一调用方的请求", "需要減少同一呼叫方的請求")
    remedy = Text(
        "Wait a second, then ask again; nothing was changed.",
        "请等待一秒后重试；未作任何改动。",
        "請等待一秒後重試；未作任何更動。",
    )


class NotServingError(ZhikeError):
    """Nothing is published that could be served."""

    code = "not_serving"
    http_status = 503
    retryable = True
    found = Text("found {what}", "现状：{what}", "現況：{what}")
    needed = Text("needed a publication", "需要一次发布", "需要一次發布")
    remedy = Text(
        "Run `zhike publish BANK --at DATE`, then ask again.",
        "请运行 `zhike publish BANK --at DATE` 后重试。",
        "請執行 `zhike publish BANK --at DATE` 後重試。",
    )


class DeliveryError(ZhikeError):
    """A message was not taken this time by whoever carries it."""

    code = "delivery_failed"
    http_status = 502
    retryable = True
    found = Text(
        "found that {route} did not take the message: {what}",
        "{route} 未接收消息：{what}",
        "{route} 未接收訊息：{what}",
    )
    needed = Text("needed a deliverer that takes it", "需要可接收的送达方式", "需要可接收的送達方式")
    remedy = Text(
        "It is tried again by itself; look at the outbox where it stays.",
        "系统会自动重试；若一直未送达请查看发件箱。",
        "系統會自動重試；若一直未送達請查看寄件匣。",
    )


class DeliveryRefusedError(ZhikeError):
    """A message was refused for good by whoever carries it."""

    code = "delivery_refused"
    http_status = 502
    found = Text(
        "found that {route} refused the message: {what}",
        "{route} 拒收消息：{what}",
        "{route} 拒收訊息：{what}",
    )
    needed = Text("needed a recipient that is known", "需要有效的接收方", "需要有效的接收方")
    remedy = Text(
        "It is not tried again; correct the address or the deliverer, then decide anew.",
        "不再重试；请更正地址或送达配置后重新决定。",
        "不再重試；請更正地址或送達設定後重新決定。",
    )
