"""`zhike measure queue`: how long customers wait with so many staff, and what the speed of one tier costs the others; see `zhike.measure.queues`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import said, write
from zhike.cli.measure_told import number, percent, show_rows
from zhike.cli.option_groups import Answer, option_groups
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["register"]

_Arrivals = Annotated[
    str,
    typer.Option("--arrivals", metavar="N[,N...]", help=said("Arrivals an hour; several are classes, the first served first.", "每小时到达数；多个数为各等级，先列者优先。", "每小時到達數；多個數為各等級，先列者優先。")),
]  # fmt: skip
_Service = Annotated[
    float,
    typer.Option("--service", metavar="SECONDS", help=said("Mean time of service.", "平均服务时长（秒）。", "平均服務時間（秒）。")),
]  # fmt: skip
_Staff = Annotated[
    int | None,
    typer.Option("--staff", min=1, help=said("Staff who serve; default: the fewest who keep the promise.", "服务人数；默认取兑现承诺所需的最少人数。", "服務人數；預設取兌現承諾所需的最少人數。")),
]  # fmt: skip
_Level = Annotated[
    float,
    typer.Option("--level", help=said("Share who wait no longer than promised.", "在承诺时间内得到服务的占比。", "在承諾時間內得到服務的占比。")),
]  # fmt: skip
_Within = Annotated[
    float,
    typer.Option("--within", min=0, metavar="SECONDS", help=said("Wait that is promised.", "承诺的等候时间（秒）。", "承諾的等候時間（秒）。")),
]  # fmt: skip
_Shrinkage = Annotated[
    float,
    typer.Option("--shrinkage", min=0, help=said("Share of paid time without service.", "在岗但不服务的时间占比。", "在崗但不服務的時間占比。")),
]  # fmt: skip
_Patience = Annotated[
    float | None,
    typer.Option("--patience", metavar="SECONDS", help=said("Mean time after which customers give up; default: they wait.", "客户平均放弃时间（秒）；默认一直等候。", "客戶平均放棄時間（秒）；預設一直等候。")),
]  # fmt: skip
_HOUR: Final = 3600.0
_MOST: Final = 5_000
_HEAD: Final = Text(
    "{staff} staff ({positions} positions), load {load:.2f}: {waits} wait, {mean_wait} s on average; {within} are served within {promise:g} s; {occupancy} of staff are busy",
    "{staff} 人服务（编制 {positions}），负荷 {load:.2f}：{waits} 需等候，平均 {mean_wait} 秒；{within} 在 {promise:g} 秒内得到服务；人员忙碌率 {occupancy}",
    "{staff} 人服務（編制 {positions}），負荷 {load:.2f}：{waits} 需等候，平均 {mean_wait} 秒；{within} 在 {promise:g} 秒內得到服務；人員忙碌率 {occupancy}",
)
_LEAVE: Final = Text(
    "With patience of {patience:g} s {gives_up} give up, {waits} wait, {mean_wait} s on average",
    "耐心 {patience:g} 秒时，{gives_up} 放弃，{waits} 需等候，平均 {mean_wait} 秒",
    "耐心 {patience:g} 秒時，{gives_up} 放棄，{waits} 需等候，平均 {mean_wait} 秒",
)
_CLASSES: Final = Text(
    "What the order costs: mean wait by class",
    "优先次序的代价：各等级平均等候",
    "優先次序的代價：各等級平均等候",
)
_HEADS: Final = (
    Text("class", "等级", "等級"),
    Text("arrivals an hour", "每小时到达", "每小時到達"),
    Text("wait, s", "等候（秒）", "等候（秒）"),
    Text("against first come, s", "相比先到先得（秒）", "相較先到先得（秒）"),
)
_ENDLESS: Final = Text("ever longer", "无限增长", "無限增長")


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "Waits by staff (Erlang C and A), staff by promise, and the price of priority.",
        "按人数估算等候（Erlang C 与 A）、按承诺估算人数及优先次序的代价。",
        "按人數估算等候（Erlang C 與 A）、按承諾估算人數及優先次序的代價。",
    )
    example = "Example: zhike measure queue --arrivals 200 --service 180 --level 0.8 --within 20 --json"
    app.command("queue", help=summary, epilog=example)(option_groups(_queue))


def _queue(
    arrivals: _Arrivals,
    service: _Service,
    staff: _Staff = None,
    level: _Level = 0.8,
    within: _Within = 20,
    shrinkage: _Shrinkage = 0,
    patience: _Patience = None,
    *,
    answer: Answer,
) -> None:
    from zhike.measure.queues import erlang_a, erlang_c, priority_waits, staff_for

    rates = [one / _HOUR for one in _rates(arrivals)]
    _check(service, level, shrinkage, patience)
    whole = sum(rates)
    if whole * service > _MOST:
        raise UsageError(
            what=f"--arrivals {arrivals}", expected=phrase("work for at most {most:,} staff", most=_MOST)
        )
    needed, positions = staff_for(whole, service, level, within, shrinkage)
    used = staff or needed
    line = erlang_c(whole, service, used)
    waits = priority_waits(rates, service, used) if len(rates) > 1 else []
    found = {
        "staff": used, "positions": math.ceil(round(used / (1 - shrinkage), 9)), "staff_needed": needed, "positions_needed": positions,
        "load": whole * service, "waits": line.waits, "mean_wait": _finite(line.mean_wait), "within": line.within(within), "promise": within,
        "level": level, "occupancy": line.occupancy,
        "patience": None if patience is None else {"seconds": patience, **erlang_a(whole, service, used, patience)._asdict()},
        "classes": [
            {"arrivals": rate * _HOUR, "mean_wait": _finite(wait), "against_first_come": _finite(wait - line.mean_wait)}
            for rate, wait in zip(rates, waits, strict=False)
        ],
    }  # fmt: skip
    answer.give(found, _show)


def _rates(text: str) -> list[float]:
    try:
        found = [float(one) for one in text.split(",")]
    except ValueError:
        found = []
    if not found or not all(math.isfinite(one) and one > 0 for one in found):
        raise UsageError(
            what=f"--arrivals {text}", expected=phrase("numbers above 0, such as 120 or 20,60,120")
        )
    return found


def _check(service: float, level: float, shrinkage: float, patience: float | None) -> None:
    for name, value, sound, needed in (
        ("service", service, math.isfinite(service) and service > 0, phrase("a number above 0")),
        ("level", level, 0 < level < 1, phrase("a number between 0 and 1")),
        ("shrinkage", shrinkage, 0 <= shrinkage < 1, phrase("a number from 0 and below 1")),
        ("patience", patience, patience is None or (math.isfinite(patience) and patience > 0), phrase("a number above 0")),
    ):  # fmt: skip
        if not sound:
            raise UsageError(what=f"--{name} {value:g}", expected=needed)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _show(found: Mapping[str, Any], language: Language) -> None:
    shown = {
        **{one: percent(found[one]) for one in ("waits", "within", "occupancy")},
        **{one: found[one] for one in ("staff", "positions", "load", "promise")},
    }
    write(_HEAD.render(language, mean_wait=_wait(found["mean_wait"], language), **shown))
    if (left := found["patience"]) is not None:
        write(_LEAVE.render(language, patience=left["seconds"], gives_up=percent(left["gives_up"]), waits=percent(left["waits"]), mean_wait=number(left["mean_wait"], 1)))  # fmt: skip
    if found["classes"]:
        rows = [
            [str(place), number(one["arrivals"], 1), _wait(one["mean_wait"], language), _wait(one["against_first_come"], language)]
            for place, one in enumerate(found["classes"], 1)
        ]  # fmt: skip
        show_rows(_CLASSES, _HEADS, rows, language)


def _wait(value: float | None, language: Language) -> str:
    return _ENDLESS.in_language(language) if value is None else number(value, 1)
