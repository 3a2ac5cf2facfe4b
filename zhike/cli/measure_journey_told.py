"""What `zhike measure journey` says, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import write
from zhike.cli.measure_told import INTERVAL, interval, number, percent, show_rows
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.core.language import Language

__all__ = ["show_journey"]

_HEAD: Final = Text(
    "Journey {journey}: {n:,} answers, {left_out:,} left out; reach of {persons:,} persons",
    "旅程 {journey}：答卷 {n:,} 份，未计入 {left_out:,} 份；触达按 {persons:,} 人计算",
    "旅程 {journey}：答卷 {n:,} 份，未計入 {left_out:,} 份；觸及按 {persons:,} 人計算",
)
_TOUCHPOINTS: Final = Text("Touchpoints", "触点", "接觸點")
_STAGE: Final = Text("stage", "阶段", "階段")
_TOUCHPOINT: Final = Text("touchpoint", "触点", "接觸點")
_CHANNEL: Final = Text("channel", "渠道", "管道")
_REACH: Final = Text("reach", "触达", "觸及")
_EFFORT: Final = Text("effort", "投入", "投入")
_IMPORTANCE: Final = Text("importance", "重要性", "重要性")
_EXPERIENCE: Final = Text("experience", "体验", "體驗")
_VERDICT: Final = Text("verdict", "结论", "結論")
_CHANCE: Final = Text("its chance", "结论概率", "結論機率")
_VERDICTS: Final = {
    "defect": Text("defect", "短板", "短板"),
    "sound": Text("sound", "稳固", "穩固"),
    "misplaced": Text("misplaced", "投入错配", "投入錯置"),
    "minor": Text("minor", "次要", "次要"),
    "untold": Text("too few ratings", "评价过少", "評價過少"),
}
_MOMENTS: Final = Text("Moments of truth: {outcome}", "关键时刻：{outcome}", "關鍵時刻：{outcome}")
_OUTCOMES: Final = {
    "moment_of_truth": Text("overall score", "总体评分", "整體評分"),
    "staying": Text("staying with the bank", "留存", "留存"),
}
_PENALTY: Final = Text("penalty", "惩罚", "懲罰")
_REWARD: Final = Text("reward", "回报", "回報")
_SCORE: Final = Text("reach x (reward - penalty)", "触达 ×（回报 − 惩罚）", "觸及 ×（回報 − 懲罰）")
_FOUND: Final = Text("moment of truth", "关键时刻", "關鍵時刻")
_AGREEMENTS: Final = {
    "both": Text("yes, as the map says", "是，与地图一致", "是，與地圖一致"),
    "only_data": Text("yes, not in the map", "是，地图未标", "是，地圖未標"),
    "only_map": Text("not shown, though in the map", "地图标注，数据未见", "地圖標註，資料未見"),
    "neither": Text("no", "否", "否"),
}
_MISSING: Final = Text("Missing points", "缺失环节", "缺少的環節")
_KIND: Final = Text("kind", "类别", "類別")
_NAME: Final = Text("name", "名称", "名稱")
_SHARE: Final = Text("share of customers", "涉及客户占比", "涉及客戶占比")
_IS_MISSING: Final = Text("chance that it is missing", "确属缺失的概率", "確屬缺少的機率")
_KINDS: Final = {
    "stage": Text("stage without touchpoint", "无触点的阶段", "沒有接觸點的階段"),
    "activity": Text("activity without touchpoint", "无触点的客户行为", "沒有接觸點的客戶行為"),
    "need": Text("need", "需求", "需求"),
    "channel": Text("channel", "渠道", "管道"),
}
_GAP: Final = Text(
    "From end to end {overall}, mean of its touchpoints {touchpoints}; difference {gap} ({interval})",
    "全程 {overall}，各触点均值 {touchpoints}；相差 {gap}（{interval}）",
    "全程 {overall}，各接觸點平均 {touchpoints}；相差 {gap}（{interval}）",
)
_HIDDEN: Final = Text(
    "Every touchpoint is green and the journey is not: what is amiss lies between them (probability {chance}).",
    "各触点均达标，全程却未达标：问题出在触点之间（概率 {chance}）。",
    "各接觸點均達標，全程卻未達標：問題出在接觸點之間（機率 {chance}）。",
)
_ORDER: Final = Text(
    "What ends and peaks add to the mean", "首末与峰值对均值之外的贡献", "首末與峰值對平均之外的貢獻"
)
_ORDERED: Final = {
    "mean": Text("mean of all", "全部均值", "全部平均"),
    "first": Text("first", "首个触点", "第一個接觸點"),
    "last": Text("last", "末个触点", "最後接觸點"),
    "best": Text("best", "最好", "最好"),
    "worst": Text("worst", "最差", "最差"),
}
_PART: Final = Text("rating", "评分", "評分")
_POINTS: Final = Text("points a point", "每分贡献", "每分貢獻")
_SERVED: Final = Text(
    "On the channel they prefer: {share} of {n:,} ({interval})",
    "在偏好渠道获得服务：{n:,} 人中的 {share}（{interval}）",
    "在偏好管道獲得服務：{n:,} 人中的 {share}（{interval}）",
)
_CHANNELS: Final = Text("Channels wanted and used", "渠道偏好与使用", "管道偏好與使用")
_WANT: Final = Text("prefer it", "偏好人数", "偏好人數")
_USE: Final = Text("use it", "使用人数", "使用人數")
_UNWILLING: Final = Text("would rather not", "其中不情愿", "其中不情願")
_FORCED: Final = Text("forces its users", "迫使使用", "迫使使用")
_YES: Final = Text("yes", "是", "是")
_EFFECT: Final = Text(
    "Served where they prefer goes with {value} points of the overall score ({interval}), within the same preference.",
    "偏好相同者中，在偏好渠道获得服务与总体评分相差 {value} 分相关（{interval}）。",
    "偏好相同者中，在偏好管道獲得服務與整體評分相差 {value} 分相關（{interval}）。",
)
_NO_CAUSE: Final = Text(
    "An association is no cause: whether a better touchpoint makes customers more content, an experiment says.",
    "关联不等于因果：改善某触点能否提升满意度，须由实验判断。",
    "關聯不等於因果：改善某接觸點能否提升滿意度，須由實驗判斷。",
)


def show_journey(found: Mapping[str, Any], language: Language) -> None:
    """Print what was found in the reader's language."""
    named = _title(found["title"], found["journey"], language)
    write(_HEAD.render(language, journey=named, **{key: found[key] for key in ("n", "left_out", "persons")}))
    _show_touchpoints(found, language)
    for outcome in _OUTCOMES:
        _show_moments(found, outcome, language)
    _show_missing(found, language)
    _show_whole(found, language)
    if found["channels"] is not None:
        _show_channels(found["channels"], found["level"], language)
    write(_NO_CAUSE.in_language(language))


def _title(title: Mapping[str, str] | None, name: str, language: Language) -> str:
    return name if title is None else title[language]


def _show_touchpoints(found: Mapping[str, Any], language: Language) -> None:
    titles = {one["stage"]: _title(one["title"], one["stage"], language) for one in found["stages"]}
    rows = [
        [
            titles[one["stage"]], _title(one["title"], one["touchpoint"], language), one["channel"], percent(one["reach"]["value"]),
            percent(one["effort"]["value"]), number(one["importance"]["value"], 2), interval(one["importance"], 2), number(one["experience"]["value"], 2),
            interval(one["experience"], 2), _VERDICTS[one["verdict"]].in_language(language), _chance(one),
        ]
        for one in found["touchpoints"]
    ]  # fmt: skip
    heads = (_STAGE, _TOUCHPOINT, _CHANNEL, _REACH, _EFFORT, _IMPORTANCE, INTERVAL, _EXPERIENCE, INTERVAL, _VERDICT, _CHANCE)  # fmt: skip
    show_rows(_TOUCHPOINTS, heads, rows, language, found["level"])


def _chance(one: Mapping[str, Any]) -> str:
    return "-" if one["probabilities"] is None else percent(one["probabilities"][one["verdict"]])


def _show_moments(found: Mapping[str, Any], outcome: str, language: Language) -> None:
    told = [one for one in found["touchpoints"] if one[outcome] is not None]
    rows = [
        [
            _title(one["title"], one["touchpoint"], language), _side(one[outcome]["penalty"]), _side(one[outcome]["reward"]),
            number(one[outcome]["score"]["value"], 2), interval(one[outcome]["score"], 2), _said(one[outcome], language),
        ]
        for one in told
    ]  # fmt: skip
    title = Text(*(_MOMENTS.render(one, outcome=_OUTCOMES[outcome].in_language(one)) for one in ("en", "zh-Hans", "zh-Hant")))  # fmt: skip
    if rows:
        show_rows(title, (_TOUCHPOINT, _PENALTY, _REWARD, _SCORE, INTERVAL, _FOUND), rows, language, found["level"])  # fmt: skip


def _side(side: Mapping[str, Any] | None) -> str:
    return "-" if side is None else number(side["estimate"]["value"], 2)


def _said(moment: Mapping[str, Any], language: Language) -> str:
    agreement = moment["agreement"] or ("only_data" if moment["found"] else "neither")
    text = _YES if moment["agreement"] is None and moment["found"] else _AGREEMENTS[agreement]
    return text.in_language(language)


def _show_missing(found: Mapping[str, Any], language: Language) -> None:
    rows = [
        [
            _KINDS[one["kind"]].in_language(language), _title(one["title"], one["name"], language), percent(one["share"]["value"]),
            _percents(one["share"]), percent(one["probability"]),
        ]
        for one in found["missing"]
    ]  # fmt: skip
    if rows:
        show_rows(_MISSING, (_KIND, _NAME, _SHARE, INTERVAL, _IS_MISSING), rows, language, found["level"])


def _percents(one: Mapping[str, Any] | None) -> str:
    return "-" if one is None else f"{percent(one['low'])} … {percent(one['high'])}"


def _show_whole(found: Mapping[str, Any], language: Language) -> None:
    whole = found["whole"]
    values: dict[str, str] = {key: number(whole[key]["value"], 2) for key in ("overall", "touchpoints", "gap")}  # fmt: skip
    write(_GAP.render(language, **values, interval=interval(whole["gap"], 2)))
    if whole["hidden"]:
        write(_HIDDEN.render(language, chance=percent(whole["chance"])))
    if found["order"] is not None:
        rows: Sequence[Sequence[str]] = [
            [text.in_language(language), number(found["order"][key]["value"], 2), interval(found["order"][key], 2)]
            for key, text in _ORDERED.items()
        ]  # fmt: skip
        show_rows(_ORDER, (_PART, _POINTS, INTERVAL), rows, language, found["level"])


def _show_channels(channels: Mapping[str, Any], level: float, language: Language) -> None:
    served = channels["served"]
    write(_SERVED.render(language, share=percent(served["value"]), n=channels["n"], interval=_percents(served)))  # fmt: skip
    rows = [
        [
            one["channel"], str(one["preferred"]), str(one["used"]), "-" if one["unwilling"] is None else percent(one["unwilling"]["value"]),
            _percents(one["unwilling"]), _YES.in_language(language) if one["forced"] else "-",
        ]
        for one in channels["by_channel"]
    ]  # fmt: skip
    show_rows(_CHANNELS, (_CHANNEL, _WANT, _USE, _UNWILLING, INTERVAL, _FORCED), rows, language, level)
    if channels["effect"] is not None:
        write(_EFFECT.render(language, value=number(channels["effect"]["value"], 2), interval=interval(channels["effect"], 2)))  # fmt: skip
