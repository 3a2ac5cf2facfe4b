"""A path model drawn on the server as SVG: a box a latent, an arrow a path with its coefficient; the table beside it says the same."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Arrow", "Box", "PathDiagram", "path_diagram", "text_width"]

_ACROSS, _DOWN = 290, 118
"""From the middle of one box to that of the next."""
_HIGH: Final = 62.0
_SIZE: Final = 13.0
"""Of letters."""
_PADDING, _EDGE = 14, 12
_NARROW: Final = 0.56
"""Width of a letter that is not of East Asia, in its size."""
_PLACES: Final = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
"""Along an arrow, where its label may stand; the first at which nothing else is."""
_THIN, _THICK = 1.2, 5.0


@dataclass(frozen=True, slots=True)
class Box:
    """A latent: its middle, its width, the name, and lines below it."""

    x: float
    y: float
    width: float
    title: str
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """Of every box."""
        return _HIGH


@dataclass(frozen=True, slots=True)
class Arrow:
    """A path: its ends at the borders of the boxes, how wide, whether its interval leaves out 0, and the label with its middle and width."""

    x1: float
    y1: float
    x2: float
    y2: float
    wide: float
    told: bool
    label: str
    at: tuple[float, float]
    label_width: float


@dataclass(frozen=True, slots=True)
class PathDiagram:
    """A drawing: its size, boxes and arrows."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def text_width(text: str, size: float = _SIZE) -> float:
    """Return about how wide a text is: a sign of East Asia is as wide as it is high.

    Examples
    --------
    >>> text_width("满意", 10.0), round(text_width("R2", 10.0), 1)
    (20.0, 11.2)
    """
    return size * sum(1.0 if unicodedata.east_asian_width(one) in "WF" else _NARROW for one in text)


def path_diagram(
    latents: Sequence[Mapping[str, Any]],
    paths: Sequence[Mapping[str, Any]],
    lines: Callable[[Mapping[str, Any]], tuple[str, ...]],
    label: Callable[[Mapping[str, Any]], str],
) -> PathDiagram:
    """Return the drawing of a path model.

    Parameters
    ----------
    latents : sequence of mapping
        ``latent``, ``title``, ``column`` and ``row``; without these, they are placed by how many paths lead to them one after the other.
    paths : sequence of mapping
        ``start``, ``end``, ``coefficient`` with its ``value``, and ``told``.
    lines, label : callable
        What stands in a box below its name, and at an arrow.
    """
    places = _places(latents, paths)
    boxes = {one["latent"]: _box(one, places[one["latent"]], lines(one)) for one in latents}
    left = min(box.x - box.width / 2 for box in boxes.values()) - _EDGE
    boxes = {name: Box(box.x - left, box.y, box.width, box.title, box.lines) for name, box in boxes.items()}
    arrows: list[Arrow] = []
    for path in sorted(paths, key=lambda one: -abs(one["coefficient"]["value"] or 0)):
        arrows.append(_arrow(path, label(path), boxes, arrows))
    width = max(box.x + box.width / 2 for box in boxes.values()) + _EDGE
    height = max(box.y for box in boxes.values()) + _HIGH / 2 + _EDGE
    return PathDiagram(round(width, 1), round(height, 1), tuple(boxes.values()), tuple(arrows))


def _places(
    latents: Sequence[Mapping[str, Any]], paths: Sequence[Mapping[str, Any]]
) -> dict[str, tuple[int, int]]:
    """Return column and row of each latent."""
    if all(one["column"] is not None for one in latents):
        return {one["latent"]: (one["column"], one["row"]) for one in latents}
    depth = {one["latent"]: 0 for one in latents}
    for _ in latents:
        for path in paths:
            depth[path["end"]] = max(depth[path["end"]], depth[path["start"]] + 1)
    rows: dict[int, int] = {}
    found = {}
    for name, column in depth.items():
        # Every second column a little lower, so that an arrow over several does not run through what stands between.
        found[name] = column, 2 * rows.get(column, 0) + column % 2
        rows[column] = rows.get(column, 0) + 1
    return found


def _box(one: Mapping[str, Any], place: tuple[int, int], lines: tuple[str, ...]) -> Box:
    width = max(text_width(text) for text in (one["title"], *lines)) + 2 * _PADDING
    return Box(place[0] * _ACROSS, _EDGE + _HIGH / 2 + place[1] * _DOWN, round(width, 1), one["title"], lines)


def _arrow(path: Mapping[str, Any], label: str, boxes: Mapping[str, Box], drawn: Sequence[Arrow]) -> Arrow:
    start, end = boxes[path["start"]], boxes[path["end"]]
    x1, y1 = _border(start, end.x - start.x, end.y - start.y)
    x2, y2 = _border(end, start.x - end.x, start.y - end.y)
    strength = min(1.0, abs(path["coefficient"]["value"] or 0.0))
    wide = text_width(label, _SIZE) + 8
    at = _free(((x1, y1), (x2, y2)), wide, boxes, drawn)
    return Arrow(
        round(x1, 1), round(y1, 1), round(x2, 1), round(y2, 1), round(_THIN + (_THICK - _THIN) * strength, 1), path["told"], label, at, round(wide, 1)
    )  # fmt: skip


def _border(box: Box, across: float, down: float) -> tuple[float, float]:
    """Return where a line from the middle of a box in a direction leaves it."""
    halves = [half / abs(way) for half, way in ((box.width / 2, across), (_HIGH / 2, down)) if way]
    far = min(halves)
    return box.x + across * far, box.y + down * far


def _free(
    ends: tuple[tuple[float, float], tuple[float, float]],
    wide: float,
    boxes: Mapping[str, Box],
    drawn: Sequence[Arrow],
) -> tuple[float, float]:
    """Return where a label stands: where it covers the least of boxes and of other labels."""
    (x1, y1), (x2, y2) = ends
    spots = [(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share) for share in _PLACES]
    taken = [(box.x, box.y, box.width, _HIGH) for box in boxes.values()]
    taken += [(*one.at, one.label_width, _SIZE + 6) for one in drawn]

    def covered(spot: tuple[float, float]) -> float:
        return sum(_shared(spot[0], wide, x, w) * _shared(spot[1], _SIZE + 6, y, h) for x, y, w, h in taken)

    x, y = min(spots, key=covered)
    return round(x, 1), round(y, 1)


def _shared(one: float, long: float, other: float, longer: float) -> float:
    """Return how much of two stretches with these middles is the same."""
    return max(0.0, min(one + long / 2, other + longer / 2) - max(one - long / 2, other - longer / 2))
