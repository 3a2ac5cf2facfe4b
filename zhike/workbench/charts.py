"""Small charts drawn on the server as SVG: columns over months, one or two beside each other. The table behind each says the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Chart", "Column", "Mark", "columns", "scale"]

_WIDTH, _HEIGHT = 640, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 96, 8, 10, 26
"""Room around the drawing for numbers and names."""
_FILLED: Final = 0.72
"""Share of a month's place that its columns fill."""
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: place and size in the drawing, and which of the series it is of."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A name at an axis, at its place."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: its size, columns, the names below and the numbers beside with their lines."""

    width: int
    height: int
    left: float
    right: float
    below: float
    columns: tuple[Column, ...]
    names: tuple[Mark, ...]
    numbers: tuple[Mark, ...]


def columns(
    names: Sequence[str], series: Sequence[Sequence[float | None]], told: Callable[[float], str]
) -> Chart:
    """Return columns by name, those of each series beside each other.

    Parameters
    ----------
    names : sequence of str
        Below the columns, shape (n,); where they are many every second one.
    series : sequence of sequence of float or None
        Each of shape (n,); None leaves a gap.
    told : callable
        Returns a number as people read it.

    Examples
    --------
    >>> chart = columns(["Jan", "Feb"], [[1.0, -1.0]], "{:.1f}".format)
    >>> [mark.text for mark in chart.numbers], len(chart.columns)
    (['-1.0', '-0.5', '0.0', '0.5', '1.0'], 2)
    """
    values = [value for one in series for value in one if value is not None]
    low, high, step = scale(min([0.0, *values]), max([0.0, *values]))
    tall = _HEIGHT - _TOP - _BOTTOM

    def height(value: float) -> float:
        return round(_TOP + tall * (high - value) / (high - low), 1)

    place = (_WIDTH - _LEFT - _RIGHT) / max(1, len(names))
    wide = place * _FILLED / max(1, len(series))
    drawn = tuple(
        Column(
            round(_LEFT + place * (at + (1 - _FILLED) / 2) + wide * number, 1), height(max(value, 0.0)), round(wide, 1),
            round(abs(height(value) - height(0.0)), 1), number,
        )
        for number, one in enumerate(series) for at, value in enumerate(one) if value is not None
    )  # fmt: skip
    every = math.ceil(len(names) / 6)
    below = tuple(
        Mark(round(_LEFT + place * (at + 0.5), 1), name) for at, name in enumerate(names) if at % every == 0
    )
    count = round((high - low) / step)
    beside = tuple(Mark(height(low + step * at), told(low + step * at + 0.0)) for at in range(count + 1))
    return Chart(_WIDTH, _HEIGHT, _LEFT, _WIDTH - _RIGHT, _HEIGHT - _BOTTOM / 3, drawn, below, beside)


def scale(low: float, high: float) -> tuple[float, float, float]:
    """Return round numbers around a range, and the step between them, of which there are two to six."""
    spread = (high - low) or 1.0
    size = 10.0 ** math.floor(math.log10(spread / 4))
    step = size * next(one for one in _STEPS if size * one >= spread / 4)
    return math.floor(low / step) * step, math.ceil((high or (0.0 if low else step)) / step) * step, step
