"""The tables of results of surveys as rows under names of columns, for a spreadsheet; the workbench uses the same names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["COLUMNS", "TABLES", "ResultTable"]

Row = dict[str, Any]
COLUMNS: Final[dict[str, Text]] = {
    "after": Text("Later month", "后期月份", "後期月份"),
    "answer": Text("Answer", "选项", "選項"),
    "answered": Text("Answered", "已作答", "已作答"),
    "attribute": Text("Attribute", "要素", "要素"),
    "ave": Text("Average variance extracted", "平均方差提取量", "平均變異萃取量"),
    "alpha": Text("Cronbach's alpha", "克朗巴赫 α", "Cronbach α"),
    "before": Text("Earlier month", "前期月份", "前期月份"),
    "better": Text("Better", "满意影响力", "滿意影響力"),
    "by": Text("By", "分组方式", "分組方式"),
    "category": Text("Category", "类别", "類別"),
    "column": Text("Question or part", "题目或部分", "題目或部分"),
    "composite": Text("Composite reliability", "组合信度", "組合信度"),
    "concentrate_here": Text("Chance: concentrate here", "概率：重点改进", "機率：重點改進"),
    "customers": Text("Customers", "客户数", "客戶數"),
    "days": Text("Within days", "天数", "天數"),
    "difference": Text("Difference", "差异", "差異"),
    "difference_high": Text("Difference, upper bound", "差异上限", "差異上限"),
    "difference_low": Text("Difference, lower bound", "差异下限", "差異下限"),
    "dimension": Text("Dimension", "维度", "構面"),
    "end": Text("To", "指向", "指向"),
    "expected": Text("Expected", "期望", "期望"),
    "feature": Text("Trait", "特性", "特性"),
    "first": Text("First", "前者", "前者"),
    "full": Text("Full", "已满", "已滿"),
    "gap": Text("Gap", "差距", "差距"),
    "group": Text("Group", "组别", "組別"),
    "held": Text("Held back", "不予显示", "不予顯示"),
    "channel": Text("Channel", "渠道", "通路"),
    "experience": Text("Experience", "体验", "體驗"),
    "journey": Text("Journey", "旅程", "旅程"),
    "moment_of_truth": Text("Moment of truth", "关键时刻", "關鍵時刻"),
    "owner": Text("Owner", "责任角色", "負責角色"),
    "probability": Text("Probability", "概率", "機率"),
    "rated": Text("Ratings", "评分数", "評分數"),
    "reach": Text("Reach", "触达", "觸及"),
    "settled": Text("Settled", "可据以行动", "可據以行動"),
    "stage": Text("Stage", "阶段", "階段"),
    "touchpoint": Text("Touchpoint", "触点", "接觸點"),
    "high": Text("Upper bound", "上限", "上限"),
    "importance": Text("Importance", "重要性", "重要性"),
    "invited": Text("Asked", "已邀请", "已邀請"),
    "keep_up": Text("Chance: keep up", "概率：继续保持", "機率：繼續保持"),
    "latent": Text("Latent", "潜变量", "潛在變項"),
    "limit": Text("Places", "名额", "名額"),
    "low": Text("Lower bound", "下限", "下限"),
    "low_priority": Text("Chance: low priority", "概率：低优先级", "機率：低優先"),
    "mode": Text("Mode", "填答方式", "填答方式"),
    "n": Text("Sheets", "答卷数", "答卷數"),
    "name": Text("Name", "名称", "名稱"),
    "part": Text("Part", "部分", "部分"),
    "perceived": Text("Perceived", "感知", "感知"),
    "performance": Text("Performance", "表现", "表現"),
    "points": Text("Points given", "分配点数", "分配點數"),
    "possible_overkill": Text("Chance: possible overkill", "概率：可能过度", "機率：可能過度"),
    "quadrant": Text("Quadrant", "象限", "象限"),
    "question": Text("Question", "题目", "題目"),
    "quota": Text("Quota", "配额", "配額"),
    "r2": Text("R²", "R²", "R²"),
    "rank_best": Text("Best place", "最好名次", "最佳名次"),
    "rank_worst": Text("Worst place", "最差名次", "最差名次"),
    "rate": Text("Response rate", "应答率", "回應率"),
    "score": Text("Score", "得分", "得分"),
    "second": Text("Second", "后者", "後者"),
    "share": Text("Share", "占比", "占比"),
    "share_answered": Text("Share of who answered", "占作答者比重", "占作答者比重"),
    "shared": Text("Persons in both", "两期均作答人数", "兩期均作答人數"),
    "shrunk": Text("Drawn to all", "收缩估计", "收縮估計"),
    "start": Text("From", "起点", "起點"),
    "taken": Text("Taken", "已占名额", "已占名額"),
    "text": Text("In words", "文字", "文字"),
    "then": Text("When it is full", "满额后", "滿額後"),
    "title": Text("Title", "标题", "標題"),
    "told": Text("Told apart from 0", "与 0 有别", "與 0 有別"),
    "total": Text("Total effect", "总效应", "總效果"),
    "unit": Text("Unit", "单位", "單位"),
    "usual": Text("Usual mode", "主要方式", "主要方式"),
    "value": Text("Value", "数值", "數值"),
    "verdict": Text("Conclusion", "结论", "結論"),
    "wave": Text("Month", "月份", "月份"),
    "weighted": Text("For all customers", "推及全体客户", "推及全體客戶"),
    "weighted_high": Text("For all customers, upper bound", "推及全体客户上限", "推及全體客戶上限"),
    "weighted_low": Text("For all customers, lower bound", "推及全体客户下限", "推及全體客戶下限"),
    "worse": Text("Worse", "不满影响力", "不滿影響力"),
}
"""Names of columns."""


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A table: the part of results that it is of, its columns, and its rows from the answer of that part."""

    part: str
    names: tuple[str, ...]
    rows_of: Callable[[Mapping[str, Any]], Iterator[Row]]

    @property
    def columns(self) -> dict[str, Text]:
        """Return the names of its columns."""
        return {name: COLUMNS[name] for name in self.names}

    def rows(self, body: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
        """Yield its rows."""
        for row in self.rows_of(body):
            yield tuple(row[name] for name in self.names)


def _span(one: Mapping[str, Any] | None, prefix: str = "", value: str = "value") -> Row:
    names = {value: "value", f"{prefix}low": "low", f"{prefix}high": "high"}
    return {name: None if one is None else one[key] for name, key in names.items()}


def _scores(body: Mapping[str, Any]) -> Iterator[Row]:
    for one in body["scores"]:
        yield {
            **one,
            "held": one["suppressed"],
            **_span(one["answered"]),
            **_span(one["weighted"], "weighted_", "weighted"),
        }


def _groups(body: Mapping[str, Any]) -> Iterator[Row]:
    for one in body["groups"]:
        for row in one["groups"]:
            rank, shrunk = row.get("rank") or {}, row.get("shrunk") or {}
            yield {
                "score": one["score"], "by": one["by"], "group": row["group"], "n": row["n"], "held": row["suppressed"],
                **{name: row.get(name) for name in ("value", "low", "high")}, "shrunk": shrunk.get("value"),
                "rank_best": rank.get("best"), "rank_worst": rank.get("worst"),
            }  # fmt: skip


def _response(body: Mapping[str, Any]) -> Iterator[Row]:
    asked = body["asked"]
    for one in (
        {"by": None, "group": None, **{name: asked[name] for name in ("invited", "answered", "rate")}},
        *asked["groups"],
    ):
        yield {**one, **_span(one["rate"], value="rate")}


def _margins(body: Mapping[str, Any]) -> Iterator[Row]:
    for one in body["represented"]["margins"]:
        yield {**one, "share_answered": one["answered_share"]}


def _questions(body: Mapping[str, Any]) -> Iterator[Row]:
    for one in body["questions"]:
        for answer in one["answers"]:
            yield {**one, **answer, "question": one["text"]}


def _sides(rows: list[Row]) -> Iterator[Row]:
    for one in rows:
        yield {
            **one, "held": one["suppressed"], "n": sum(one["n"]),
            **{side: one[side] and one[side]["value"] for side in ("first", "second")},
            **_span(one["difference"], "difference_", "difference"),
        }  # fmt: skip


def _paths(body: Mapping[str, Any]) -> Iterator[Row]:
    for one in body["paths"]:
        yield {**one, **_span(one["coefficient"]), "total": one["total"]["value"]}


def _latents(body: Mapping[str, Any]) -> Iterator[Row]:
    for one in body["latents"]:
        yield {**one, **_span(one["index"]), "r2": one["r2"] and one["r2"]["value"]}


def _importance(body: Mapping[str, Any]) -> Iterator[Row]:
    for one in (body["importance"] or {"attributes": []})["attributes"]:
        yield {
            **one,
            "performance": one["performance"]["value"],
            **_span(one["performance"]),
            **(one["chances"] or {}),
        }


def _gaps(body: Mapping[str, Any]) -> Iterator[Row]:
    found = body["gaps"] or {"dimensions": [], "items": []}
    for one in (*found["dimensions"], *found["items"]):
        yield {**one, **_span(one["gap"], value="gap")}


def _kano(body: Mapping[str, Any]) -> Iterator[Row]:
    yield from (body["kano"] or {"features": []})["features"]


def _waves(body: Mapping[str, Any]) -> Iterator[Row]:
    for one in body["waves"]:
        for point in one["points"]:
            yield {
                **one,
                "wave": point["wave"],
                "n": point["n"],
                "held": point["suppressed"],
                **_span(point["estimate"]),
            }


def _touchpoints(body: Mapping[str, Any]) -> Iterator[Row]:
    for journey in body["journeys"]:
        for one in journey["touchpoints"]:
            figures = {name: one[name]["value"] for name in ("reach", "importance", "experience")}
            yield {**one, **figures, **_span(one["experience"]), "journey": journey["title"]}


_ENDS: Final = ("value", "low", "high")
_DIFFERENCE: Final = ("first", "second", "difference", "difference_low", "difference_high", "verdict")
TABLES: Final[dict[str, ResultTable]] = {
    "scores": ResultTable("results", ("score", "title", "unit", "n", "held", *_ENDS, "weighted", "weighted_low", "weighted_high"), _scores),
    "groups": ResultTable("results", ("score", "by", "group", "n", "held", *_ENDS, "shrunk", "rank_best", "rank_worst"), _groups),
    "quotas": ResultTable("results", ("quota", "title", "limit", "days", "taken", "full", "then"), lambda body: iter(body["quotas"])),
    "response": ResultTable("results", ("by", "group", "invited", "answered", "rate", "low", "high"), _response),
    "margins": ResultTable("results", ("by", "group", "customers", "share", "answered", "share_answered"), _margins),
    "questions": ResultTable("results", ("column", "question", "part", "answer", "text", "n", "share"), _questions),
    "late": ResultTable("results", ("score", "unit", "n", "held", *_DIFFERENCE), lambda body: _sides(body["late"])),
    "paths": ResultTable("model", ("start", "end", *_ENDS, "told", "total"), _paths),
    "latents": ResultTable("model", ("latent", "title", *_ENDS, "r2", "alpha", "composite", "ave"), _latents),
    "importance": ResultTable(
        "attributes",
        ("attribute", "title", "performance", "low", "high", "importance", "quadrant", "concentrate_here", "keep_up", "low_priority", "possible_overkill"),
        _importance,
    ),
    "gaps": ResultTable("attributes", ("name", "title", "dimension", "n", "expected", "perceived", "gap", "low", "high", "points"), _gaps),
    "kano": ResultTable("attributes", ("feature", "title", "n", "category", "told", "better", "worse"), _kano),
    "waves": ResultTable("waves", ("score", "title", "unit", "wave", "n", "held", *_ENDS), _waves),
    "modes": ResultTable("waves", ("score", "unit", "usual", "mode", "n", "held", *_DIFFERENCE), lambda body: _sides(body["modes"])),
    "touchpoints": ResultTable(
        "journeys",
        ("journey", "stage", "channel", "touchpoint", "title", "owner", "rated", "reach", "importance", "experience", "low", "high", "verdict", "probability", "settled", "moment_of_truth"),
        _touchpoints,
    ),
}  # fmt: skip
"""By name; those of a part that the instrument does not have are empty."""
