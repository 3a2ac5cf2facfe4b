"""What a step still lacks before it may be taken: a stable code, the figures, and a sentence in three languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["SENTENCES", "Missing", "missing_reason"]

SENTENCES: Final[Mapping[str, Text]] = {
    "not_permitted": Text(
        "the right to '{verb}' is missing", "缺少“{verb}”的权限", "缺少「{verb}」的權限"
    ),
    "same_person": Text(
        "another person than '{actor_id}' is needed", "须由“{actor_id}”以外的人办理", "須由「{actor_id}」以外的人辦理"
    ),
    "not_the_person": Text(
        "only '{actor_id}' may do it", "只能由“{actor_id}”办理", "只能由「{actor_id}」辦理"
    ),
    "not_said": Text("'{what}' has to be said", "须填写“{what}”", "須填寫「{what}」"),
    "named_in_case": Text(
        "'{actor_id}' is named in the complaint and takes no part in it",
        "“{actor_id}”被投诉涉及，应当回避",
        "「{actor_id}」為申訴所涉人員，應迴避",
    ),
    "not_the_approver": Text(
        "no role of '{actor_id}' holds the right '{right}'", "“{actor_id}”的角色不具有“{right}”权限", "「{actor_id}」的角色不具有「{right}」權限"
    ),
    "plan_missing": Text(
        "{people} people complain; from {needed} on a plan is needed first",
        "投诉人数为 {people} 人，达到 {needed} 人须先制定处置预案",
        "申訴人數為 {people} 人，達到 {needed} 人須先制定處置計畫",
    ),
    "nobody_speaks": Text("nobody speaks for the customer", "客户未委托他人", "客戶未委託他人"),
    "no_authority": Text(
        "'{name}' is told nothing before '{document}' is filed",
        "在归档“{document}”之前，不得向“{name}”告知结果",
        "在歸檔「{document}」之前，不得向「{name}」告知結果",
    ),
    "held_by_bank": Text(
        "'{document}' is not asked for: the bank has it", "不得要求提供“{document}”：本行已持有", "不得要求提供「{document}」：本行已持有"
    ),
    "kept_already": Text(
        "'{document}' was handed in on {day}; say in 'again' why it is needed once more",
        "“{document}”已于 {day} 提交；如需再次提供，请在 again 中说明原因",
        "「{document}」已於 {day} 提交；如需再次提供，請在 again 中說明原因",
    ),
    "asked_before": Text(
        "'{document}' was asked for on {day}; say in 'again' why it is asked once more",
        "“{document}”已于 {day} 要求提供；如需再次要求，请在 again 中说明原因",
        "「{document}」已於 {day} 要求提供；如需再次要求，請在 again 中說明原因",
    ),
    "reason_short": Text(
        "the reason has {found} characters; {needed} are needed",
        "理由为 {found} 个字符，至少需要 {needed} 个",
        "理由為 {found} 個字元，至少需要 {needed} 個",
    ),
    "wrong_state": Text(
        "it is {state}; it would have to be {needed}", "当前状态为 {state}，须为 {needed}", "目前狀態為 {state}，須為 {needed}"
    ),
    "content_changed": Text(
        "what is to be done is not what was approved", "拟执行的内容与获批内容不一致", "擬執行的內容與獲核准內容不一致"
    ),
    "role_not_named": Text(
        "none of the roles {roles} may break the glass", "角色 {roles} 均不得使用紧急访问", "角色 {roles} 均不得使用緊急存取"
    ),
    "too_early": Text(
        "{at} is before {earliest}, when it began", "{at} 早于起始时间 {earliest}", "{at} 早於起始時間 {earliest}"
    ),
    "gate_refused": Text(
        "whoever measured the gain refused to state it: {reason}", "测算方未给出增益：{reason}", "測算方未給出增益：{reason}"
    ),
    "gate_too_few": Text(
        "the gain rests on {found} cases; {needed} are needed", "增益依据 {found} 例，至少需要 {needed} 例", "增益依據 {found} 例，至少需要 {needed} 例"
    ),
    "gate_gain_unproven": Text(
        "the lower bound of the gain is {low}; it would have to be above {needed}",
        "增益下界为 {low}，须高于 {needed}",
        "增益下界為 {low}，須高於 {needed}",
    ),
    "gate_source_unknown": Text(
        "the gain was measured by {source}; it would have to be {known}", "增益由 {source} 测得，须为 {known}", "增益由 {source} 測得，須為 {known}"
    ),
    "proposal_open": Text(
        "proposal {proposal} is still open", "提议 {proposal} 尚未办结", "提議 {proposal} 尚未辦結"
    ),
    "no_such_proposal": Text(
        "there is no proposal {proposal}", "没有提议 {proposal}", "沒有提議 {proposal}"
    ),
    "champion_already": Text(
        "version {version} is in force already", "版本 {version} 已启用", "版本 {version} 已啟用"
    ),
    "version_not_kept": Text(
        "version {version} is not kept here", "此处没有版本 {version}", "此處沒有版本 {version}"
    ),
    "never_champion": Text(
        "version {version} was never in force before", "版本 {version} 此前从未启用", "版本 {version} 此前從未啟用"
    ),
}  # fmt: skip
"""By code: what is said."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a step lacks.

    Parameters
    ----------
    code : str
        Key of `SENTENCES`; stable.
    detail : mapping
        The values that the sentence names.

    Examples
    --------
    >>> Missing("reason_short", {"found": 4, "needed": 20}).render()
    'the reason has 4 characters; 20 are needed'
    """

    code: str
    detail: Mapping[str, str | int] = field(default_factory=dict)

    def render(self, language: Language = "en") -> str:
        """Return the sentence in one language."""
        return SENTENCES[self.code].render(language, **self.detail)


def missing_reason(reason: str, characters: int) -> list[Missing]:
    """Return what a reason lacks in length; spaces are not counted.

    Examples
    --------
    >>> missing_reason("x" + 30 * " ", 2)
    [Missing(code='reason_short', detail={'found': 1, 'needed': 2})]
    """
    found = len("".join(reason.split()))
    return [] if found >= characters else [Missing("reason_short", {"found": found, "needed": characters})]
