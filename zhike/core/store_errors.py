"""Errors of the store of the ledger: it does not answer, is not what it should be, or refuses what is recorded or erased already."""

from __future__ import annotations

from zhike.core.errors import ZhikeError
from zhike.core.language import Text

__all__ = [
    "AlreadyRecordedError",
    "ErasedError",
    "StoreInvalidError",
    "StoreKeysError",
    "StoreNotFoundError",
    "StoreUnavailableError",
    "StoreVersionError",
]


class AlreadyRecordedError(ZhikeError):
    """A row with this key, or with what else must be unique, is in the ledger already."""

    code = "already_recorded"
    http_status = 409
    found = Text(
        "found a row in table '{table}' that is there already",
        "表“{table}”中已有相同的行",
        "表「{table}」中已有相同的列",
    )
    needed = Text("needed a key of its own for each row", "每行需要自己的键", "每列需要自己的鍵")
    remedy = Text(
        "Read what is recorded; a thing recorded once is changed, not added again.",
        "请读取已有记录；已记录的内容应更改，而不是再次添加。",
        "請讀取已有記錄；已記錄的內容應更改，而不是再次新增。",
    )


class ErasedError(ZhikeError):
    """Personal data were to be recorded for a customer whose key is destroyed."""

    code = "erased"
    http_status = 410
    found = Text(
        "found personal data for table '{table}' of a customer whose data were erased",
        "表“{table}”收到个人数据，而该客户的数据已被删除",
        "表「{table}」收到個人資料，而該客戶的資料已被刪除",
    )
    needed = Text(
        "needed a customer whose data are kept",
        "需要仍保留其数据的客户",
        "需要仍保留其資料的客戶",
    )
    remedy = Text(
        "Record nothing personal; a customer who comes back gets a new identifier.",
        "请勿记录个人数据；重新开户的客户应使用新编号。",
        "請勿記錄個人資料；重新開戶的客戶應使用新編號。",
    )


class StoreUnavailableError(ZhikeError):
    """The store of the ledger does not answer: locked, full, gone."""

    code = "store_unavailable"
    http_status = 503
    retryable = True
    found = Text(
        "the store '{store}' did not answer: {what}",
        "存储“{store}”没有响应：{what}",
        "儲存「{store}」沒有回應：{what}",
    )
    needed = Text("needed one that reads and writes", "需要可读写的存储", "需要可讀寫的儲存")
    remedy = Text(
        "Put the cause right, then ask again; nothing is half recorded.",
        "请排除原因后重试；不会留下记录到一半的内容。",
        "請排除原因後重試；不會留下記錄到一半的內容。",
    )


class StoreNotFoundError(ZhikeError):
    """There is no store, and what was asked for makes none."""

    code = "store_not_found"
    http_status = 503
    found = Text("found no store at '{store}'", "“{store}”处没有存储", "「{store}」處沒有儲存")
    needed = Text("needed one that was made before", "需要已建立的存储", "需要已建立的儲存")
    remedy = Text(
        "Check --store and ZHIKE_STORE; `zhike publish BANK --at DATE` makes a store.",
        "请检查 --store 与 ZHIKE_STORE；`zhike publish BANK --at DATE` 会建立存储。",
        "請檢查 --store 與 ZHIKE_STORE；`zhike publish BANK --at DATE` 會建立儲存。",
    )


class StoreVersionError(ZhikeError):
    """The store's schema is not the one that this program reads and writes."""

    code = "store_version"
    http_status = 500
    found = Text(
        "found schema {version} in the store '{store}'",
        "存储“{store}”的架构版本为 {version}",
        "儲存「{store}」的結構版本為 {version}",
    )
    needed = Text("needed schema {expected}", "需要架构版本 {expected}", "需要結構版本 {expected}")
    remedy = Text("{advice}", "{advice}", "{advice}")


class StoreInvalidError(ZhikeError):
    """What is stored is not what was stored, or no ledger at all."""

    code = "store_invalid"
    http_status = 500
    found = Text("found {what}", "发现：{what}", "發現：{what}")
    needed = Text("needed a ledger as Zhike wrote it", "需要 Zhike 写入的原样台账", "需要 Zhike 寫入的原樣台帳")  # fmt: skip
    remedy = Text(
        "Stop writing, keep the files for the inquiry, and bring back a backup.",
        "请停止写入，保留文件以备调查，并恢复备份。",
        "請停止寫入，保留檔案以備調查，並還原備份。",
    )


class StoreKeysError(ZhikeError):
    """The key file of a store is missing, readable by others, damaged or another store's."""

    code = "store_keys_invalid"
    http_status = 500
    found = Text("found {what} at '{path}'", "“{path}”：{what}", "「{path}」：{what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text("{advice}", "{advice}", "{advice}")
