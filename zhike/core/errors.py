"""Errors of misuse: each says what was found, what was needed and what to do, in three languages.

Bad *rows* are not errors: they are records with a reason code (`zhike.core.rejects`). An error here means that
a whole request could not be carried out, and that nothing was changed.
"""

from __future__ import annotations

from typing import ClassVar, Final

from zhike.core.language import Language, Text
from zhike.core.phrases import told

__all__ = [
    "AnswerError",
    "BankNotFoundError",
    "ContractError",
    "DecisionNotFoundError",
    "InputNotFoundError",
    "InputUnreadableError",
    "InternalError",
    "MappingError",
    "PolicyError",
    "RuleError",
    "RuleNotFoundError",
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
        The values that the three texts name; kept in ``data`` for machines. One that is prose is a `Phrase` or a `Text`: it is told in the reader's language.

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
        data = {name: told(value, language) for name, value in self.data.items()}
        return {name: text.render(language, **data) for name, text in texts.items()}

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
        values = {name: told(value, language) for name, value in self.data.items()}
        data = {
            name: value if isinstance(value, int | float) else str(value) for name, value in values.items()
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
    found = Text("found {what} in mapping '{path}'", "映射“{path}”：{what}", "對應檔「{path}」：{what}")
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
    found = Text("found {what} in rule '{path}'", "规则“{path}”：{what}", "規則「{path}」：{what}")
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
    found = Text("found {what} in policy '{path}'", "策略“{path}”：{what}", "策略「{path}」：{what}")
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


class AnswerError(ZhikeError):
    """A value does not answer the question of a survey that it was given for."""

    code = "answer_refused"
    http_status = 422
    found = Text(
        "found {what} for question '{question}'", "题目“{question}”：{what}", "題目「{question}」：{what}"
    )
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text(
        "Correct the answer; the answers before it are kept.",
        "请更正该作答；此前的作答均已保留。",
        "請更正該作答；先前的作答均已保留。",
    )


class UsageError(ZhikeError):
    """Options that do not go together, or a value outside its domain."""

    code = "usage"
    found = Text("found {what}", "收到：{what}", "收到：{what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text(
        "Run the command with --help for an example.",
        "请用 --help 查看示例。",
        "請用 --help 查看範例。",
    )


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
