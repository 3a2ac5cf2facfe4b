"""Charts of the report as SVG that is text all through: the reader's fonts draw it, and no place depends on a font here.

Vega-Lite lays a chart out by the width of its labels, measured with the fonts of the machine that draws. Here every margin is
reckoned from the number of characters instead, so the same figures give the same bytes on a machine without Chinese fonts.
"""

from __future__ import annotations

import html
import itertools
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import altair as alt

    from zhike.core.language import Language

__all__ = [
    "FONTS",
    "Dot",
    "Frame",
    "bars",
    "columns",
    "curve",
    "gini",
    "intervals",
    "lines",
    "look",
    "pyramid",
    "swatch",
]

FONTS: Final[dict[Language, str]] = {
    "en": "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', "
    "'WenQuanYi Micro Hei', sans-serif",
    "zh-Hans": "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', "
    "'WenQuanYi Micro Hei', sans-serif",
    "zh-Hant": "'Noto Sans CJK TC', 'Noto Sans TC', 'Source Han Sans TC', 'PingFang TC', 'Microsoft JhengHei', "
    "'WenQuanYi Micro Hei', sans-serif",
}
"""Font families by language; those with the language's own glyphs come first."""

# Colours are told apart by the colour-blind as well, and each policy has a dash and a shape of its own for grey print.
# The style sheet names the same colours again for a dark screen.
_LOOKS: Final[dict[str, tuple[str, tuple[int, ...], str]]] = {
    "standard": ("#5f6875", (1, 0), "circle"),
    "tiered": ("#b45309", (6, 3), "square"),
    "propensity": ("#7c3aed", (2, 2), "diamond"),
    "zhike": ("#0f766e", (1, 0), "triangle-up"),
    "oracle": ("#1d2530", (8, 3, 2, 3), "cross"),
}
_OTHER: Final = ("#be185d", (4, 2, 1, 2), "triangle-down")
_SHAPES: Final = {
    "circle": '<circle cx="14" cy="7" r="4"/>',
    "square": '<path d="M10.5 3.5h7v7h-7z"/>',
    "diamond": '<path d="M14 2l4 5-4 5-4-5z"/>',
    "triangle-up": '<path d="M14 2.5l4.5 8h-9z"/>',
    "triangle-down": '<path d="M14 11.5l4.5-8h-9z"/>',
    "cross": '<path d="M12.5 3h3v2.5h2.5v3h-2.5v2.5h-3v-2.5h-2.5v-3h2.5z"/>',
}
_ACCENT, _SECOND, _MUTED, _INK, _GRID, _AXIS = (
    "#0f766e",
    "#b45309",
    "#5f6875",
    "#1d2530",
    "#e1e5ea",
    "#8b95a1",
)
_SIZE: Final = 12
_PLACEHOLDER: Final = "sans-serif"
_TITLE_ROOM: Final = 56
# The whole is one image with a name; English roles of its parts would only be in the way.
_ROLES: Final = re.compile(r' (?:role="graphics-\w+"|aria-roledescription="[\w -]*"|aria-hidden="true")')


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a chart.

    Parameters
    ----------
    name : str
        Unique on the page; begins the identifiers inside the SVG.
    title, description : str
        Read out instead of the picture.
    language : Language
    axis : str
        Title of the axis that counts.
    share : bool
        Figures are fractions, shown as per cent.
    """

    name: str
    title: str
    description: str
    language: Language
    axis: str = ""
    share: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """An estimate with its interval, in the row of ``label``, drawn as its ``policy`` is."""

    label: str
    policy: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    height: int
    left: int
    right: int = 24
    top: int = 12
    bottom: int = _TITLE_ROOM


def look(policy: str) -> tuple[str, tuple[int, ...], str]:
    """Return colour, dashes and shape of a policy."""
    return _LOOKS.get(policy, _OTHER)


def swatch(policy: str) -> str:
    """Return the sign of a policy for a legend, as a small SVG that reading aloud leaves out."""
    colour, dashes, shape = look(policy)
    dash = "" if dashes == (1, 0) else f' stroke-dasharray="{" ".join(map(str, dashes))}"'
    return (
        '<svg class="swatch" width="28" height="14" viewBox="0 0 28 14" aria-hidden="true" focusable="false">'
        f'<path d="M0 7h28" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
        f'<g fill="{colour}">{_SHAPES[shape]}</g></svg>'
    )


def gini(points: Sequence[tuple[float, float]]) -> float:
    """Return the Gini coefficient of a Lorenz curve by the trapezoid rule.

    Examples
    --------
    >>> gini([(0.0, 0.0), (0.5, 0.0), (1.0, 1.0)])
    0.5
    """
    return 1.0 - sum((x1 - x0) * (y0 + y1) for (x0, y0), (x1, y1) in itertools.pairwise(points))


def intervals(frame: Frame, dots: Sequence[Dot], span: tuple[float, float] | None = None) -> str:
    """Return dots with whiskers, a row for each label, policies side by side within it; a line marks zero.

    ``span`` is what the axis reaches over at least, the figures' own range without it.
    """
    import altair as alt

    rows = [
        _finite({"label": d.label, "policy": d.policy, "mean": d.mean, "low": d.low, "high": d.high})
        for d in dots
    ]
    labels, policies = _distinct(d.label for d in dots), _distinct(d.policy for d in dots)
    step = 30 if len(policies) == 1 or len(labels) == len(dots) else 14 * len(policies) + 12
    names = alt.Y("label:N", sort=labels, title=None, axis=_names_axis(labels))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=names, color=_colour(policies))
    if len(labels) < len(dots):
        base = base.encode(yOffset=alt.YOffset("policy:N", sort=policies))
    ends = [end for dot in dots for end in (dot.low, dot.high) if math.isfinite(end)] + list(span or ())
    # A scale of our own: every layer has the same, with zero in it.
    reach = alt.Scale(domain=[min([0.0, *ends]), max([0.0, *ends])], nice=True)
    at = {
        name: alt.X(f"{name}:Q", title=frame.axis, axis=_amount_axis(frame), scale=reach)
        for name in ("zero", "low", "mean", "high")
    }
    layers = [
        alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=_AXIS, strokeWidth=1.5).encode(x=at["zero"]),
        base.mark_rule(strokeWidth=2).encode(x=at["low"], x2="high:Q"),
        *(base.mark_tick(thickness=2, size=9, orient="vertical").encode(x=at[end]) for end in ("low", "high")),
        base.mark_point(filled=True, size=70, opacity=1).encode(x=at["mean"], shape=_shape(policies)),
    ]  # fmt: skip
    size = _Size(470, step * len(labels), _room(labels))
    return _drawn(alt.layer(*layers), frame, size)


def lines(frame: Frame, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """Return one line a policy over the months, told apart by colour, dashes and shape."""
    import altair as alt

    rows = [
        _finite({"month": month, "policy": policy, "figure": figure})
        for policy, figures in series.items()
        for month, figure in zip(labels, figures, strict=True)
    ]
    policies = list(series)
    shown = labels[:: max(1, math.ceil(len(labels) / 5))]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("month:O", sort=list(labels), title=None, axis=alt.Axis(values=list(shown), labelAngle=0, grid=False),
                scale=alt.Scale(type="point", padding=0.3)),
        y=alt.Y("figure:Q", title=None, scale=alt.Scale(zero=False, nice=True), axis=_amount_axis(frame)),
        color=_colour(policies),
    )  # fmt: skip
    dashes = alt.Scale(domain=policies, range=[list(look(policy)[1]) for policy in policies])
    drawn = alt.layer(
        base.mark_line(strokeWidth=2).encode(
            strokeDash=alt.StrokeDash("policy:N", scale=dashes, legend=None)
        ),
        base.mark_point(filled=True, size=32, opacity=1).encode(shape=_shape(policies)),
    )
    return _drawn(drawn, frame, _Size(280, 170, 58, bottom=26))


def bars(frame: Frame, rows: Sequence[tuple[str, float, str]], *, longest: float | None = None) -> str:
    """Return horizontal bars: label, length, text at the end of the bar; ``longest`` is the length of a full bar."""
    import altair as alt

    labels = [label for label, _, _ in rows]
    full = longest or max([length for _, length, _ in rows if math.isfinite(length)], default=0) or 1
    values = [
        _finite({"label": label, "length": length, "text": text, "whole": full})
        for label, length, text in rows
    ]
    across = alt.X("length:Q", title=None, axis=None, scale=alt.Scale(domain=[0, full], nice=False))
    whole = alt.X("whole:Q", title=None, axis=None, scale=alt.Scale(domain=[0, full], nice=False))
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("label:N", sort=labels, title=None, axis=_names_axis(labels)),
    )
    drawn = [
        *([base.mark_bar(color=_GRID, height={"band": 0.62}).encode(x=whole)] if longest else []),
        base.mark_bar(color=_ACCENT, height={"band": 0.62}).encode(x=across),
        base.mark_text(align="left", dx=6, color=_INK).encode(text="text:N", x=whole if longest else across),
    ]
    texts = max((_length(text) for _, _, text in rows), default=0)
    size = _Size(380, 28 * len(rows), _room(labels), right=round(texts * _SIZE) + 16, top=4, bottom=4)
    return _drawn(alt.layer(*drawn), frame, size)


def columns(frame: Frame, rows: Sequence[tuple[str, float]]) -> str:
    """Return vertical columns for classes in their order."""
    import altair as alt

    labels = [label for label, _ in rows]
    values = [{"label": label, "height": height} for label, height in rows]
    drawn = alt.Chart(alt.InlineData(values=values)).mark_bar(color=_ACCENT, width={"band": 0.82}).encode(
        x=alt.X("label:O", sort=labels, title=frame.axis, axis=alt.Axis(labelAngle=0, grid=False)),
        y=alt.Y("height:Q", title=None, axis=_amount_axis(frame)),
    )  # fmt: skip
    return _drawn(drawn, frame, _Size(280, 190, 58))


def pyramid(frame: Frame, bands: Sequence[str], left: Sequence[float], right: Sequence[float]) -> str:
    """Return bars to the left and to the right of a middle line, the oldest band on top."""
    import altair as alt

    values = [
        {"band": band, "count": sign * count, "side": side}
        for side, sign, counts in (("left", -1, left), ("right", 1, right))
        for band, count in zip(bands, counts, strict=True)
    ]
    labels = list(reversed(bands))
    side = alt.Color(
        "side:N", scale=alt.Scale(domain=["left", "right"], range=[_ACCENT, _SECOND]), legend=None
    )
    count = _amount_axis(frame)
    count.labelExpr = "format(abs(datum.value), ',')"
    drawn = alt.Chart(alt.InlineData(values=values)).mark_bar(height={"band": 0.82}).encode(
        y=alt.Y("band:N", sort=labels, title=None, axis=_names_axis(labels)),
        x=alt.X("count:Q", title=frame.axis, axis=count), color=side,
    )  # fmt: skip
    return _drawn(drawn, frame, _Size(280, 22 * len(bands), _room(labels)))


def curve(frame: Frame, points: Sequence[tuple[float, float]], across: str) -> str:
    """Return a Lorenz curve with the line of equality; ``across`` is the title of the other axis."""
    import altair as alt

    def drawn(pairs: Sequence[tuple[float, float]]) -> alt.Chart:
        values = [{"x": x, "y": y} for x, y in pairs]
        return alt.Chart(alt.InlineData(values=values)).encode(
            x=alt.X("x:Q", title=across, axis=_amount_axis(frame), scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("y:Q", title=None, axis=_amount_axis(frame), scale=alt.Scale(domain=[0, 1])),
        )

    equal = drawn([(0.0, 0.0), (1.0, 1.0)]).mark_line(color=_MUTED, strokeDash=[4, 3], strokeWidth=1.5)
    return _drawn(
        alt.layer(equal, drawn(points).mark_line(color=_ACCENT, strokeWidth=2.5)), frame, _Size(280, 230, 58)
    )


def _colour(policies: Sequence[str]) -> alt.Color:
    import altair as alt

    scale = alt.Scale(domain=list(policies), range=[look(policy)[0] for policy in policies])
    return alt.Color("policy:N", scale=scale, legend=None)


def _shape(policies: Sequence[str]) -> alt.Shape:
    import altair as alt

    scale = alt.Scale(domain=list(policies), range=[look(policy)[2] for policy in policies])
    return alt.Shape("policy:N", scale=scale, legend=None)


def _names_axis(labels: Sequence[str]) -> alt.Axis:
    import altair as alt

    return alt.Axis(
        grid=False,
        domain=False,
        ticks=False,
        labelPadding=8,
        minExtent=_room(labels),
        maxExtent=_room(labels),
    )


def _amount_axis(frame: Frame) -> alt.Axis:
    import altair as alt

    return alt.Axis(
        tickCount=5, domain=False, ticks=False, labelPadding=6, format="%" if frame.share else ",f"
    )


def _drawn(chart: alt.Chart | alt.LayerChart | alt.FacetChart, frame: Frame, size: _Size) -> str:
    """Return the chart as SVG to stand inside a page: named for reading aloud, without outside names."""
    import vl_convert

    room = {"left": size.left, "right": size.right, "top": size.top, "bottom": size.bottom}
    spec = chart.properties(width=size.width, height=size.height, padding=room, autosize="none")
    svg = vl_convert.vegalite_to_svg(
        _plain(spec.to_dict()), config={**_CONFIG, "font": _PLACEHOLDER}, allowed_base_urls=[]
    )
    body = _ROLES.sub("", re.sub(r"^<svg[^>]*>", "", svg)).replace(f' font-family="{_PLACEHOLDER}"', "")
    box = re.search(r'viewBox="([^"]*)"', svg)
    whole = (
        box[1] if box else f"0 0 {size.width + size.left + size.right} {size.height + size.top + size.bottom}"
    )
    _, _, width, height = whole.split()
    named = f'<title id="{frame.name}-t">{html.escape(frame.title)}</title><desc id="{frame.name}-d">{html.escape(frame.description)}</desc>'
    return (
        f'<svg class="chart" role="img" aria-labelledby="{frame.name}-t {frame.name}-d" width="{width}" height="{height}" '
        f'viewBox="{whole}" font-family="{FONTS[frame.language]}">{named}{body}'
    )


def _plain(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification without the address of its schema: nothing is fetched, and none is named."""
    return {key: part for key, part in spec.items() if key not in {"$schema", "config"}}


# No label is measured: none is dropped, cut, or moved for its width.
_CONFIG: Final[dict[str, Any]] = {
    "aria": False,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": _SIZE, "titleFontSize": _SIZE, "titleFontWeight": "normal", "labelColor": _INK, "titleColor": _MUTED,
        "gridColor": _GRID, "domainColor": _AXIS, "tickColor": _AXIS, "labelLimit": 0, "titleLimit": 0, "labelOverlap": False,
        "labelFlush": False, "labelBound": False,
    },
    "axisX": {"titleY": 30, "titleAnchor": "middle"},
    "text": {"fontSize": _SIZE},
}  # fmt: skip


def _room(labels: Sequence[str]) -> int:
    return round(_SIZE * max((_length(label) for label in labels), default=0)) + 18


def _length(text: str) -> float:
    """Return the length of a text in ems; a little more than any of the fonts needs."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.6 for sign in text)


def _distinct(names: Any) -> list[str]:  # noqa: ANN401
    return list(dict.fromkeys(names))


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: None if isinstance(part, float) and not math.isfinite(part) else part
        for key, part in row.items()
    }
