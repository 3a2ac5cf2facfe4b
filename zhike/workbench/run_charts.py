"""Series over periods drawn on the server as SVG: figures as dots on a line, the usual level, limits, and what else is held against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.workbench.charts import Mark, scale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Dot", "RunChart", "run_chart"]

_WIDTH, _HEIGHT = 640, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 12, 10, 26
_FIGURES: Final = "figures"
_NAMES: Final = 6
"""Names of periods below the drawing, at most."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure: its place, and whether it is a signal."""

    x: float
    y: float
    marked: bool


@dataclass(frozen=True, slots=True)
class RunChart:
    """A drawing: its size, dots, lines by what they are (points as SVG has them), a place marked from top to bottom, names and numbers.

    ``kinds`` and ``rows`` say in words what is drawn: by period the figure, what is held against it, and whether it is a signal.
    """

    width: int
    height: int
    left: float
    right: float
    top: float
    floor: float
    below: float
    dots: tuple[Dot, ...]
    lines: tuple[tuple[str, str], ...]
    since: float | None
    names: tuple[Mark, ...]
    numbers: tuple[Mark, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], bool], ...]


def run_chart(
    names: Sequence[str],
    values: Sequence[float | None],
    lines: Sequence[tuple[str, Sequence[float | None]]],
    told: Callable[[float], str],
    marked: Sequence[bool] = (),
    since: int | None = None,
) -> RunChart:
    """Return a chart of figures by period.

    Parameters
    ----------
    names : sequence of str
        Periods, shape (n,).
    values : sequence of float or None
        Shape (n,); None leaves a gap.
    lines : sequence of (str, sequence of float or None)
        What else is drawn, by name: usual, low, high, without.
    told : callable
        Returns a number as people read it.
    marked : sequence of bool
        Which figures are signals.
    since : int, optional
        Place before which a line is drawn from top to bottom.

    Examples
    --------
    >>> chart = run_chart(["1", "2"], [1.0, 3.0], [("usual", [2.0, 2.0])], "{:.0f}".format, [False, True])
    >>> [dot.marked for dot in chart.dots], [mark.text for mark in chart.numbers][0], chart.lines[1][0]
    ([False, True], '1', 'usual')
    >>> chart.kinds, chart.rows[1]
    (('figures', 'usual'), ('2', ('3', '2'), True))
    """
    known = [one for row in (values, *(line for _, line in lines)) for one in row if one is not None]
    low, high, step = scale(min(known, default=0.0), max(known, default=1.0))
    tall, place = _HEIGHT - _TOP - _BOTTOM, (_WIDTH - _LEFT - _RIGHT) / max(1, len(names))

    def at(index: int, value: float) -> tuple[float, float]:
        return round(_LEFT + place * (index + 0.5), 1), round(_TOP + tall * (high - value) / (high - low), 1)

    def path(row: Sequence[float | None]) -> str:
        return " ".join(
            f"{x},{y}" for x, y in (at(index, one) for index, one in enumerate(row) if one is not None)
        )

    dots = tuple(
        Dot(*at(index, one), bool(marked[index]) if index < len(marked) else False)
        for index, one in enumerate(values)
        if one is not None
    )
    every = -(-len(names) // _NAMES) or 1
    below = tuple(Mark(at(index, low)[0], name) for index, name in enumerate(names) if index % every == 0)
    beside = tuple(
        Mark(at(0, low + step * one)[1], told(low + step * one + 0.0)) for one in range(round((high - low) / step) + 1)
    )  # fmt: skip
    return RunChart(
        _WIDTH, _HEIGHT, _LEFT, _WIDTH - _RIGHT, _TOP, _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM / 3, dots,
        ((_FIGURES, path(values)), *((name, path(row)) for name, row in lines)),
        None if since is None else round(_LEFT + place * since, 1), below, beside,
        (_FIGURES, *(name for name, _ in lines)), tuple(_rows(names, values, lines, told, marked)),
    )  # fmt: skip


def _rows(
    names: Sequence[str],
    values: Sequence[float | None],
    lines: Sequence[tuple[str, Sequence[float | None]]],
    told: Callable[[float], str],
    marked: Sequence[bool],
) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    for place, name in enumerate(names):
        at = [row[place] for row in (values, *(line for _, line in lines))]
        figures = tuple("–" if value is None else told(value) for value in at)
        yield name, figures, place < len(marked) and bool(marked[place])
