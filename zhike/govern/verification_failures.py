"""What a check of a plan can find: a stable code, the figures, and a sentence in three languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["SENTENCES", "Failure"]

SENTENCES: Final[Mapping[str, Text]] = {
    "missing": Text("there is no array '{array}'", "缺少数组“{array}”", "缺少陣列「{array}」"),
    "shape": Text(
        "array '{array}' is {found} where {needed} is needed",
        "数组“{array}”为 {found}，需要 {needed}",
        "陣列「{array}」為 {found}，需要 {needed}",
    ),
    "not_finite": Text(
        "'{array}' has values that are no finite numbers: {count:,}",
        "“{array}”中有 {count:,} 个值不是有限数",
        "「{array}」中有 {count:,} 個值不是有限數",
    ),
    "out_of_range": Text(
        "'{array}' has values outside {lowest} to {highest}: {count:,}",
        "“{array}”中有 {count:,} 个值不在 {lowest} 至 {highest} 之间",
        "「{array}」中有 {count:,} 個值不在 {lowest} 至 {highest} 之間",
    ),
    "indptr": Text(
        "'indptr' goes from {first} to {last} and falls {falls:,} times; it must rise from 0 to {variables}",
        "“indptr”从 {first} 到 {last}，下降 {falls:,} 次；应从 0 不减地升至 {variables}",
        "「indptr」從 {first} 到 {last}，下降 {falls:,} 次；應從 0 不減地升至 {variables}",
    ),
    "not_a_choice": Text(
        "'chosen' must be whole numbers in ascending order without repetition: {repeated:,} repeated, {outside:,} "
        "out of range, {unordered:,} out of order, of type {found}",
        "“chosen”须为升序且不重复的整数：重复 {repeated:,} 个，越界 {outside:,} 个，乱序 {unordered:,} 个，类型 {found}",
        "「chosen」須為升序且不重複的整數：重複 {repeated:,} 個，越界 {outside:,} 個，亂序 {unordered:,} 個，型別 {found}",
    ),
    "customer_cap": Text(
        "customers with more actions than the {limit} allowed: {over:,}; worst excess {worst:,}",
        "{over:,} 位客户的行动数超过上限 {limit}，最多超出 {worst:,}",
        "{over:,} 位客戶的行動數超過上限 {limit}，最多超出 {worst:,}",
    ),
    "group_cap": Text(
        "customers with more than one action of a group: {over:,}; worst excess {worst:,}",
        "{over:,} 位客户在同一组中有多于一项行动，最多超出 {worst:,}",
        "{over:,} 位客戶在同一組中有多於一項行動，最多超出 {worst:,}",
    ),
    "cap": Text(
        "customers or households over the limit {limit} of '{name}': {over:,}; worst excess {worst:,}",
        "{over:,} 位客户或家庭超过“{name}”的上限 {limit}，最多超出 {worst:,}",
        "{over:,} 位客戶或家庭超過「{name}」的上限 {limit}，最多超出 {worst:,}",
    ),
    "row_violated": Text(
        "row '{name}' carries {load:.17g}, which is {violation:.9g} more than the {limit:.17g} that the plan keeps",
        "约束“{name}”的负载为 {load:.17g}，比计划所守的 {limit:.17g} 多 {violation:.9g}",
        "約束「{name}」的負載為 {load:.17g}，比計畫所守的 {limit:.17g} 多 {violation:.9g}",
    ),
    "names_differ": Text(
        "the plan's rows are named otherwise than the problem's, first at row {row}",
        "计划与问题的约束名称不同，首处在第 {row} 条",
        "計畫與問題的約束名稱不同，首處在第 {row} 條",
    ),
    "rhs_wrong": Text(
        "row '{name}' keeps {kept:.17g} where the problem says {limit:.17g}; status '{status}' does not allow that",
        "约束“{name}”所守为 {kept:.17g}，问题规定为 {limit:.17g}；状态“{status}”不允许",
        "約束「{name}」所守為 {kept:.17g}，問題規定為 {limit:.17g}；狀態「{status}」不允許",
    ),
    "price_negative": Text(
        "negative prices: {count:,}; the lowest is {lowest:.9g} of '{name}'",
        "{count:,} 个价格为负，最低为“{name}”的 {lowest:.9g}",
        "{count:,} 個價格為負，最低為「{name}」的 {lowest:.9g}",
    ),
    "objective_differs": Text(
        "the stated objective is {stated:.17g}, the chosen values add up to {found:.17g}",
        "所述目标值为 {stated:.17g}，所选价值之和为 {found:.17g}",
        "所述目標值為 {stated:.17g}，所選價值之和為 {found:.17g}",
    ),
    "bound_below": Text(
        "the stated bound is {stated:.17g}, the prices prove no less than {found:.17g}",
        "所述上界为 {stated:.17g}，而价格只能证明 {found:.17g}",
        "所述上界為 {stated:.17g}，而價格只能證明 {found:.17g}",
    ),
    "bound_differs": Text(
        "the stated bound is {stated:.17g}, the prices prove {found:.17g}",
        "所述上界为 {stated:.17g}，价格所证明的为 {found:.17g}",
        "所述上界為 {stated:.17g}，價格所證明的為 {found:.17g}",
    ),
    "gap_differs": Text(
        "the stated gap is {stated:.9g}; the stated bound and objective give {found:.9g}",
        "所述差距为 {stated:.9g}；由所述上界与目标值得 {found:.9g}",
        "所述差距為 {stated:.9g}；由所述上界與目標值得 {found:.9g}",
    ),
    "status_wrong": Text(
        "the stated status is '{stated}'; the plan is '{found}'",
        "所述状态为“{stated}”；该计划实为“{found}”",
        "所述狀態為「{stated}」；該計畫實為「{found}」",
    ),
}
"""By code: what is said."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One check that failed.

    Parameters
    ----------
    code : str
        Key of `SENTENCES`; stable.
    detail : mapping
        The figures that the sentence names.

    Examples
    --------
    >>> Failure("missing", {"array": "cost"}).render()
    "there is no array 'cost'"
    """

    code: str
    detail: Mapping[str, str | int | float] = field(default_factory=dict)

    def render(self, language: Language = "en") -> str:
        """Return the sentence in one language."""
        return SENTENCES[self.code].render(language, **self.detail)

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return code and figures as JSON holds them, with the sentence as ``message``."""
        return {"code": self.code, **self.detail, "message": self.render(language)}
