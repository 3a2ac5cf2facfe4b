"""Estimates with their intervals drawn on the server as SVG: a line a group or month, or attributes in a plane. The table behind says the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Plane", "Spans", "plane", "spans"]

_WIDTH, _LINE, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 26, 190, 30, 8, 26
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_LONGEST: Final = 24
"""Signs of a name; the table has all of it."""
_HIGH: Final = 420
_NUMBER: Final = 15
"""Room that the number of an attribute takes."""
_BESIDE: Final = (-15, 15, -30, 30, -45, 45)
"""Below its point, or above, where nothing else stands."""
_ROOM: Final = 0.12
"""Of a plane, left free at its edges."""


@dataclass(frozen=True, slots=True)
class Span:
    """A line: its name, where it lies, and the estimate with its ends; without one it is held back."""

    name: str
    y: float
    at: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A number at the axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Spans:
    """A drawing: its size, lines, numbers below, and the place of a value that all are compared with."""

    width: float
    height: float
    left: float
    right: float
    below: float
    lines: tuple[Span, ...]
    marks: tuple[Mark, ...]
    centre: float | None


def spans(
    rows: Sequence[tuple[str, Mapping[str, Any] | None]],
    told: Callable[[float], str],
    centre: float | None = None,
) -> Spans | None:
    """Return lines of estimates; None where there is none.

    Parameters
    ----------
    rows : sequence of (str, mapping or None)
        Name, and an estimate with ``value``, ``low`` and ``high``.
    told : callable
        Returns a number as people read it.
    centre : float, optional
        A value to compare with.

    Examples
    --------
    >>> found = spans([("north", {"value": 1.0, "low": 0.0, "high": 2.0}), ("south", None)], "{:.1f}".format)
    >>> [mark.text for mark in found.marks], [line.at is None for line in found.lines]
    (['0.0', '0.5', '1.0', '1.5', '2.0'], [False, True])
    """
    known = [one for _, one in rows if one is not None and one["value"] is not None]
    ends = [end for one in known for name in ("low", "value", "high") if (end := one[name]) is not None]
    if not ends:
        return None
    low, high, step = _scale(
        min([*ends, *([] if centre is None else [centre])]),
        max([*ends, *([] if centre is None else [centre])]),
    )

    def place(value: float) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * (value - low) / (high - low), 1)

    lines = tuple(
        _line(name, _TOP + _LINE * (number + 0.5), one, place) for number, (name, one) in enumerate(rows)
    )
    below = _TOP + _LINE * len(rows)
    marks = tuple(
        Mark(place(low + step * number), told(low + step * number + 0.0))
        for number in range(round((high - low) / step) + 1)
    )
    return Spans(
        _WIDTH,
        below + _BOTTOM,
        _LEFT,
        _WIDTH - _RIGHT,
        below,
        lines,
        marks,
        None if centre is None else place(centre),
    )


def _line(name: str, y: float, one: Mapping[str, Any] | None, place: Callable[[float], float]) -> Span:
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    if one is None or one["value"] is None:
        return Span(short, y, None, 0.0, 0.0)
    low, high = (one["value"] if one[name] is None else one[name] for name in ("low", "high"))
    return Span(short, y, place(one["value"]), place(low), place(high))


def _scale(low: float, high: float) -> tuple[float, float, float]:
    """Return round numbers around a range, and the step between them."""
    spread = (high - low) or max(abs(high), 1.0)
    size = 10.0 ** math.floor(math.log10(spread / 4))
    step = size * next(one for one in _STEPS if size * one >= spread / 4)
    first, last = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return first, last if last > first else first + step, step


@dataclass(frozen=True, slots=True)
class Point:
    """An attribute in the plane: its number, where it lies, the ends of its performance, whether its quadrant is sure, and where the number stands."""

    number: int
    x: float
    y: float
    low: float
    high: float
    sure: bool
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Plane:
    """Attributes by performance (across) and importance (up), with the lines that cut the plane, and numbers at both edges."""

    width: float
    height: float
    across: float
    up: float
    points: tuple[Point, ...]
    ticks: tuple[Mark, ...]
    heights: tuple[Mark, ...]


def plane(
    attributes: Sequence[Mapping[str, Any]],
    lines: tuple[float, float],
    sure: float,
    told: tuple[Callable[[float], str], Callable[[float], str]],
) -> Plane:
    """Return attributes in a plane.

    Parameters
    ----------
    attributes : sequence of mapping
        ``performance`` as an estimate, ``importance`` and ``chances`` of quadrants.
    lines : tuple of float
        Importance and performance at which the plane is cut.
    sure : float
        Chance of the likeliest quadrant from which it counts as known.
    told : tuple of callable
        Return importance and performance as people read them.
    """
    ends = [
        end
        for one in attributes
        for name in ("low", "value", "high")
        if (end := one["performance"][name]) is not None
    ]
    left, wide = _stretch([*ends, lines[1]], _WIDTH)
    foot, tall = _stretch([*(one["importance"] for one in attributes), lines[0]], _HIGH)

    def across(value: float) -> float:
        return round((value - left) * wide, 1)

    def up(value: float) -> float:
        return round(_HIGH - (value - foot) * tall, 1)

    points: list[Point] = []
    for number, one in enumerate(attributes, 1):
        points.append(_point(number, one, across, up, sure, [each.label for each in points]))
    ticks = tuple(Mark(across(value), told[1](value)) for value in _between(left, left + _WIDTH / wide))
    heights = tuple(Mark(up(value), told[0](value)) for value in _between(foot, foot + _HIGH / tall))
    return Plane(_WIDTH, _HIGH, across(lines[1]), up(lines[0]), tuple(points), ticks, heights)


def _between(low: float, high: float) -> list[float]:
    """Return the round numbers within a range, two to six of them."""
    first, last, step = _scale(low, high)
    every = (first + step * number for number in range(round((last - first) / step) + 1))
    return [value + 0.0 for value in every if low <= value <= high]


def _point(
    number: int,
    one: Mapping[str, Any],
    across: Callable[[float], float],
    up: Callable[[float], float],
    sure: float,
    taken: Sequence[tuple[float, float]],
) -> Point:
    value, chances = one["performance"]["value"], one["chances"] or {"": 0.0}
    low, high = (
        across(value if one["performance"][end] is None else one["performance"][end])
        for end in ("low", "high")
    )
    x, y = across(value), up(one["importance"])
    spots = [(x + right, y + below) for below in _BESIDE for right in (0, _NUMBER, -_NUMBER)]
    free = (
        spot
        for spot in spots
        if all(abs(spot[0] - a) >= _NUMBER or abs(spot[1] - b) >= _NUMBER for a, b in taken)
    )
    return Point(number, x, y, low, high, max(chances.values()) >= sure, next(free, spots[0]))


def _stretch(values: Sequence[float], size: float) -> tuple[float, float]:
    """Return the value at the edge of a plane, and points a unit, with room beside the values."""
    low, high = min(values), max(values)
    room = ((high - low) or 1.0) * _ROOM
    return low - room, size / (high - low + 2 * room)
