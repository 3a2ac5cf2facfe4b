"""What a check of an audit trail can find: a stable code, where, what was found and what was needed, in three languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["TRAIL_SENTENCES", "TrailFailure"]

TRAIL_SENTENCES: Final[Mapping[str, Text]] = {
    "number_wrong": Text(
        "stream '{stream}' goes on with entry {found} where entry {needed} is next",
        "流“{stream}”接下来是第 {found} 条，应为第 {needed} 条",
        "流「{stream}」接下來是第 {found} 筆，應為第 {needed} 筆",
    ),
    "link_broken": Text(
        "entry {number} of '{stream}' follows the hash {found}; the entry before it has {needed}",
        "“{stream}”第 {number} 条承接哈希 {found}，前一条的哈希为 {needed}",
        "「{stream}」第 {number} 筆承接雜湊 {found}，前一筆的雜湊為 {needed}",
    ),
    "hash_wrong": Text(
        "entry {number} of '{stream}' states the hash {found}; its content gives {needed}",
        "“{stream}”第 {number} 条所述哈希为 {found}，由其内容得 {needed}",
        "「{stream}」第 {number} 筆所述雜湊為 {found}，由其內容得 {needed}",
    ),
    "seal_broken": Text(
        "entry {number} of '{stream}' has the hash {found}; a signed digest says {needed}",
        "“{stream}”第 {number} 条的哈希为 {found}，已签署的摘要记为 {needed}",
        "「{stream}」第 {number} 筆的雜湊為 {found}，已簽署的摘要記為 {needed}",
    ),
    "entry_missing": Text(
        "entry {number} of '{stream}', hash {needed}, was there when a digest was signed and is not; the stream ends with entry {found}",
        "“{stream}”第 {number} 条（哈希 {needed}）签署摘要时存在，现已缺失；该流止于第 {found} 条",
        "「{stream}」第 {number} 筆（雜湊 {needed}）簽署摘要時存在，現已缺少；該流止於第 {found} 筆",
    ),
    "stream_missing": Text(
        "stream '{stream}' had {number} entries when a digest was signed and is not there",
        "流“{stream}”签署摘要时有 {number} 条，现已缺失",
        "流「{stream}」簽署摘要時有 {number} 筆，現已缺少",
    ),
    "opening_wrong": Text(
        "what is given as the {part} of entry {number} of '{stream}' has the commitment {found}; the entry has {needed}",
        "所给“{stream}”第 {number} 条的 {part} 承诺值为 {found}，条目中为 {needed}",
        "所給「{stream}」第 {number} 筆的 {part} 承諾值為 {found}，該筆中為 {needed}",
    ),
    "opening_stray": Text(
        "a {part} is given for entry {number} of '{stream}', which has none to open here",
        "为“{stream}”第 {number} 条给出了 {part}，此处无可开启的承诺",
        "為「{stream}」第 {number} 筆給出了 {part}，此處無可開啟的承諾",
    ),
    "no_digest": Text(
        "no digest is signed by a trusted key: nothing stands against computing the whole trail anew",
        "没有由可信密钥签署的摘要：无法防止整条轨迹被重新计算",
        "沒有由可信金鑰簽署的摘要：無法防止整條軌跡被重新計算",
    ),
    "digest_number_wrong": Text(
        "digest {found} comes where digest {needed} is next",
        "出现第 {found} 号摘要，应为第 {needed} 号",
        "出現第 {found} 號摘要，應為第 {needed} 號",
    ),
    "digest_link_broken": Text(
        "digest {number} follows the hash {found}; the digest before it has {needed}",
        "第 {number} 号摘要承接哈希 {found}，前一摘要的哈希为 {needed}",
        "第 {number} 號摘要承接雜湊 {found}，前一摘要的雜湊為 {needed}",
    ),
    "digest_hash_wrong": Text(
        "digest {number} states the hash {found}; its content gives {needed}",
        "第 {number} 号摘要所述哈希为 {found}，由其内容得 {needed}",
        "第 {number} 號摘要所述雜湊為 {found}，由其內容得 {needed}",
    ),
    "digest_unknown_key": Text(
        "digest {number} is of the key {found}; trusted: {needed}",
        "第 {number} 号摘要所用密钥为 {found}；可信密钥：{needed}",
        "第 {number} 號摘要所用金鑰為 {found}；可信金鑰：{needed}",
    ),
    "digest_old_key": Text(
        "digest {number} is of the key {found}, which {needed} had replaced",
        "第 {number} 号摘要所用密钥 {found} 已由 {needed} 取代",
        "第 {number} 號摘要所用金鑰 {found} 已由 {needed} 取代",
    ),
    "digest_signature_wrong": Text(
        "the signature {found} of digest {number} is not one of the key {needed} for this content",
        "第 {number} 号摘要的签名 {found} 不是密钥 {needed} 对此内容的签名",
        "第 {number} 號摘要的簽章 {found} 不是金鑰 {needed} 對此內容的簽章",
    ),
    "digest_unordered": Text(
        "digest {number} has the streams in the order {found}; needed each once, in the order of their names: {needed}",
        "第 {number} 号摘要中各流的次序为 {found}；须按名称排序且各出现一次：{needed}",
        "第 {number} 號摘要中各流的次序為 {found}；須按名稱排序且各出現一次：{needed}",
    ),
    "digest_went_back": Text(
        "digest {number} says of '{stream}': {found}; the digest before had seen {needed}",
        "第 {number} 号摘要中“{stream}”为 {found}，前一摘要已见 {needed}",
        "第 {number} 號摘要中「{stream}」為 {found}，前一摘要已見 {needed}",
    ),
    "digest_missing": Text(
        "digest {number} with the hash {needed} is known from elsewhere; here it is {found}",
        "另有渠道得知第 {number} 号摘要的哈希为 {needed}，此处为 {found}",
        "另有管道得知第 {number} 號摘要的雜湊為 {needed}，此處為 {found}",
    ),
    "line_unknown": Text(
        "line {line} is {found}; needed {needed}",
        "第 {line} 行为 {found}；需要：{needed}",
        "第 {line} 行為 {found}；需要：{needed}",
    ),
    "line_misplaced": Text(
        "line {line} is of the kind {found} where only {needed} may come",
        "第 {line} 行的类别为 {found}，此处只可为 {needed}",
        "第 {line} 行的類別為 {found}，此處只可為 {needed}",
    ),
    "key_unused": Text(
        "the file names the key {found}, of which no digest is; the digests are of: {needed}",
        "文件列有密钥 {found}，但没有摘要使用它；摘要所用密钥：{needed}",
        "檔案列有金鑰 {found}，但沒有摘要使用它；摘要所用金鑰：{needed}",
    ),
    "count_wrong": Text(
        "the file ends by saying {found}; it has {needed}",
        "文件末行称 {found}，实有 {needed}",
        "檔案末行稱 {found}，實有 {needed}",
    ),
    "end_missing": Text(
        "the file ends after line {line} with {found}; needed {needed}: it is cut off",
        "文件在第 {line} 行后以 {found} 结束；需要 {needed}：文件不完整",
        "檔案在第 {line} 行後以 {found} 結束；需要 {needed}：檔案不完整",
    ),
}
"""By code: what is said."""


@dataclass(frozen=True, slots=True)
class TrailFailure:
    """One thing that is not as it must be.

    Parameters
    ----------
    code : str
        Key of `TRAIL_SENTENCES`; stable.
    stream : str
        Empty where it is about no stream.
    number : int
        Of the entry, or of the digest where the code begins with ``digest``; 0 where it is about neither.
    found, needed : str
    part : str
        ``subject`` or ``body`` of what was opened, else empty.
    line : int
        Of the file that was read; 0 where there is none.

    Examples
    --------
    >>> TrailFailure("number_wrong", "consents", 7, found="7", needed="6").render()
    "stream 'consents' goes on with entry 7 where entry 6 is next"
    """

    code: str
    stream: str = ""
    number: int = 0
    found: str = ""
    needed: str = ""
    part: str = ""
    line: int = 0

    def render(self, language: Language = "en") -> str:
        """Return the sentence in one language."""
        return TRAIL_SENTENCES[self.code].render(language, **self._parts())

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the failure as JSON holds it, with the sentence as ``message``."""
        return {**self._parts(), "message": self.render(language)}

    def _parts(self) -> dict[str, str | int]:
        return {name: getattr(self, name) for name in self.__slots__}
