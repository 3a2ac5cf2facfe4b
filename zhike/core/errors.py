"""Errors of misuse: each says what was found, what was needed and what to do, in three languages.

Bad *rows* are not errors: they are records with a reason code (`zhike.core.rejects`). An error here means that
a whole request could not be carried out, and that nothing was changed.
"""

from __future__ import annotations

from typing import ClassVar, Final

from zhike.core.language import Language, Text

__all__ = [
    "AlreadyRecordedError",
    "BankNotFoundError",
    "ContractError",
    "DecisionNotFoundError",
    "ErasedError",
    "InputNotFoundError",
    "InputUnreadableError",
    "InternalError",
    "MappingError",
    "NotFoundError",
    "PolicyError",
    "RuleError",
    "RuleNotFoundError",
    "StoreInvalidError",
    "StoreKeysError",
    "StoreUnavailableError",
    "StoreVersionError",
    "SystemFaultError",
    "TruthSealedError",
    "UsageError",
    "ZhikeError",
]


class ZhikeError(Exception):
    """A request that could not be carried out.

    Parameters
    ----------
    **data
        The values that the three texts name; kept in ``data`` for machines.

    Examples
    --------
    >>> error = InputNotFoundError(path="extract.csv")
    >>> str(error)
    "found no file or folder 'extract.csv'; needed one that can be read. Check the path, or the mapping that names it."
    >>> error.code, error.exit_code
    ('input_not_found', 2)
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 400
    retryable: ClassVar[bool] = False
    found: ClassVar[Text]
    needed: ClassVar[Text]
    remedy: ClassVar[Text]

    def __init__(self, **data: object) -> None:
        super().__init__(data)
        self.data: Final = data

    def parts(self, language: Language = "en") -> dict[str, str]:
        """Return what was found, what was needed and what to do."""
        texts = {"found": self.found, "needed": self.needed, "remedy": self.remedy}
        return {name: text.render(language, **self.data) for name, text in texts.items()}

    def render(self, language: Language = "en") -> str:
        """Return the whole message as one line."""
        sentence = Text(
            "{found}; {needed}. {remedy}", "{found}；{needed}。{remedy}", "{found}；{needed}。{remedy}"
        )
        return sentence.render(language, **self.parts(language))

    def __str__(self) -> str:
        return self.render()

    def to_json(self, language: Language = "en") -> dict[str, object]:
        """Return the one shape in which every interface reports an error to machines."""
        data = {
            name: value if isinstance(value, int | float) else str(value) for name, value in self.data.items()
        }
        return {
            "error": {"code": self.code, "retryable": self.retryable, **self.parts(language), "data": data}
        }


class InputNotFoundError(ZhikeError):
    """A file or folder that was named is not there."""

    code = "input_not_found"
    http_status = 404
    found = Text(
        "found no file or folder '{path}'", "找不到文件或文件夹“{path}”", "找不到檔案或資料夾「{path}」"
    )
    needed = Text(
        "needed one that can be read", "需要一个可读取的文件或文件夹", "需要一個可讀取的檔案或資料夾"
    )
    remedy = Text(
        "Check the path, or the mapping that names it.",
        "请检查路径，或检查引用它的映射文件。",
        "請檢查路徑，或檢查引用它的對應檔。",
    )


class InputUnreadableError(ZhikeError):
    """A file is there but is not what it should be."""

    code = "input_unreadable"
    found = Text("found '{path}': {what}", "“{path}”：{what}", "「{path}」：{what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text("{advice}", "{advice}", "{advice}")


class ContractError(ZhikeError):
    """A table does not have the columns that its contract asks for."""

    code = "contract_violated"
    found = Text(
        "found columns {columns} for table '{table}'",
        "表“{table}”的列为 {columns}",
        "表「{table}」的欄位為 {columns}",
    )
    needed = Text("needed {missing} as well", "还需要 {missing}", "還需要 {missing}")
    remedy = Text(
        "See `zhike tables {table}`, then correct the extract or its mapping.",
        "请查看 `zhike tables {table}`，然后更正抽取文件或映射。",
        "請查看 `zhike tables {table}`，然後更正擷取檔或對應。",
    )


class MappingError(ZhikeError):
    """A mapping file names something that neither the source nor the contract has."""

    code = "mapping_invalid"
    found = Text("found {what} in mapping '{path}'", "映射“{path}”中有 {what}", "對應檔「{path}」中有 {what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text(
        "Correct the mapping; docs/reference/mapping.md shows every key.",
        "请更正映射；所有键见 docs/reference/mapping.md。",
        "請更正對應檔；所有鍵見 docs/reference/mapping.md。",
    )


class BankNotFoundError(ZhikeError):
    """A folder is not a bank folder, or its manifest names files that are not there."""

    code = "bank_not_found"
    http_status = 404
    found = Text("found {what} in '{path}'", "“{path}”中：{what}", "「{path}」中：{what}")
    needed = Text("needed a bank folder", "需要一个银行文件夹", "需要一個銀行資料夾")
    remedy = Text(
        "Make one with `zhike init {path} --from SOURCE SRC`.",
        "请用 `zhike init {path} --from SOURCE SRC` 建立。",
        "請用 `zhike init {path} --from SOURCE SRC` 建立。",
    )


class TruthSealedError(ZhikeError):
    """A path leads into the sealed truth of a simulated bank, where no decision may read."""

    code = "truth_sealed"
    http_status = 403
    found = Text(
        "found the sealed truth of a simulated bank at '{path}'",
        "“{path}”是模拟银行的封存真值",
        "「{path}」是模擬銀行的封存真值",
    )
    needed = Text(
        "needed a place without it: only `zhike lab` may read it",
        "需要不含真值的位置：只有 `zhike lab` 可以读取真值",
        "需要不含真值的位置：只有 `zhike lab` 可以讀取真值",
    )
    remedy = Text("Name the bank's own folder instead.", "请改用该银行自己的文件夹。", "請改用該銀行自己的資料夾。")  # fmt: skip


class RuleError(ZhikeError):
    """A rule file breaks the rulebook's schema."""

    code = "rule_invalid"
    found = Text("found {what} in rule '{path}'", "规则“{path}”中有 {what}", "規則「{path}」中有 {what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text(
        "Correct the file, then run `zhike rules check`.",
        "请更正该文件，然后运行 `zhike rules check`。",
        "請更正該檔案，然後執行 `zhike rules check`。",
    )


class RuleNotFoundError(ZhikeError):
    """The rulebook has no such rule, or no value of it on the day asked for."""

    code = "rule_not_found"
    http_status = 404
    found = Text(
        "found no value of rule '{path}' on {at}",
        "规则“{path}”在 {at} 没有取值",
        "規則「{path}」在 {at} 沒有取值",
    )
    needed = Text(
        "needed one in force that day ({known})",
        "需要当日有效的取值（{known}）",
        "需要當日有效的取值（{known}）",
    )
    remedy = Text(
        "See `zhike rules list`, or add the value with its reference to the rulebook.",
        "请查看 `zhike rules list`，或在规则库中补充该值及其依据。",
        "請查看 `zhike rules list`，或在規則庫中補充該值及其依據。",
    )


class PolicyError(ZhikeError):
    """A policy file is incomplete or contradicts itself."""

    code = "policy_invalid"
    found = Text("found {what} in policy '{path}'", "策略“{path}”中有 {what}", "策略「{path}」中有 {what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text(
        "Correct the policy; docs/reference/policy.md shows every key.",
        "请更正策略；所有键见 docs/reference/policy.md。",
        "請更正策略；所有鍵見 docs/reference/policy.md。",
    )


class DecisionNotFoundError(ZhikeError):
    """A customer, an action or a set of decisions that was asked for is not there."""

    code = "decision_not_found"
    http_status = 404
    found = Text(
        "found no {what} '{name}' in '{path}'",
        "“{path}”中没有{what}“{name}”",
        "「{path}」中沒有{what}「{name}」",
    )
    needed = Text("needed one of {known}", "需要以下之一：{known}", "需要以下之一：{known}")
    remedy = Text(
        "Check the identifier; the folder's tables list them all.",
        "请检查编号；文件夹中的表列出了全部编号。",
        "請檢查編號；資料夾中的表列出了全部編號。",
    )


class UsageError(ZhikeError):
    """Options that do not go together, or a value outside its domain."""

    code = "usage"
    found = Text("found {what}", "收到 {what}", "收到 {what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text(
        "Run the command with --help for an example.",
        "请用 --help 查看示例。",
        "請用 --help 查看範例。",
    )


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


class NotFoundError(ZhikeError):
    """Something asked for by its key is not in the ledger."""

    code = "not_found"
    http_status = 404
    found = Text("found no {what}", "找不到{what}", "找不到{what}")
    needed = Text("needed one in the ledger", "需要台账中已有的记录", "需要台帳中已有的記錄")
    remedy = Text(
        "Check the identifier; what was erased is not found again.",
        "请检查编号；已删除的内容无法再找到。",
        "請檢查編號；已刪除的內容無法再找到。",
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
    found = Text("found {what}", "发现 {what}", "發現 {what}")
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


class SystemFaultError(ZhikeError):
    """The machine refused: disk full, no permission, a device that went away."""

    code = "system_fault"
    http_status = 503
    retryable = True
    found = Text("the system refused: {what}", "系统拒绝：{what}", "系統拒絕：{what}")
    needed = Text("needed a place to read and write", "需要可读写的位置", "需要可讀寫的位置")
    remedy = Text(
        "Free space or correct permissions, then run it again; nothing half-written is visible.",
        "请释放空间或更正权限后重试；不会留下半成品。",
        "請釋放空間或更正權限後重試；不會留下半成品。",
    )


class InternalError(ZhikeError):
    """A fault of Zhike's own."""

    code = "internal_error"
    exit_code = 70
    http_status = 500
    found = Text(
        "found a fault of our own: {what}", "发现程序自身的错误：{what}", "發現程式自身的錯誤：{what}"
    )
    needed = Text("needed a result", "需要得到结果", "需要得到結果")
    remedy = Text(
        "Nothing was changed. Run it again with ZHIKE_DEBUG=1 and report what it prints.",
        "未作任何改动。请以 ZHIKE_DEBUG=1 重新运行并报告输出。",
        "未作任何更動。請以 ZHIKE_DEBUG=1 重新執行並回報輸出。",
    )
