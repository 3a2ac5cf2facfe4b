"""A path model: latents with the items that show them, and the paths along which one works on another.

The document is what a model file says. Everything that cannot be estimated is refused here, by name, before any answer is read: a path
to a latent that is not there, a latent without items or without paths, a cycle.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeGuard

import numpy as np

from zhike.core.measure_errors import MeasureModelError
from zhike.core.phrases import either, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["KEYS", "LATENT_KEYS", "MISSING_WAYS", "MODES", "SCHEMES", "Latent", "PathModel", "Scheme"]

Scheme = Literal["centroid", "factorial", "path"]
SCHEMES: Final = ("centroid", "factorial", "path")
MODES: Final = ("A", "B")
MISSING_WAYS: Final = ("mean", "complete")
KEYS: Final = (
    "scale", "scheme", "scaled", "latents", "paths", "reversed", "missing", "missing_codes", "targets", "tolerance", "iterations",
)  # fmt: skip
LATENT_KEYS: Final = ("items", "mode", "scale")

_TOLERANCE: Final = 1e-7
_ITERATIONS: Final = 300
_PATH: Final = re.compile(r"^\s*(.+?)\s*->\s*(.+?)\s*$")


@dataclass(frozen=True, slots=True)
class Latent:
    """Something that no question asks for directly, with the items that show it.

    Parameters
    ----------
    name : str
    items : tuple of str
        Columns of the answers.
    mode : str
        ``"A"``: the items reflect it, weights are covariances; ``"B"``: they form it, weights are regression coefficients.
    scale : tuple of (float, float), optional
        Smallest and largest answer; without it there is no index.
    """

    name: str
    items: tuple[str, ...]
    mode: str = "A"
    scale: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PathModel:
    """Latents, paths and how they are estimated.

    Parameters
    ----------
    latents : tuple of Latent
        In the order of the file.
    paths : tuple of (str, str)
        From, to.
    scheme : str
        How a latent is estimated from its neighbours: ``"centroid"``, ``"factorial"`` or ``"path"``.
    scaled : bool
        Whether items are standardised; otherwise they are centred only, and those that vary more weigh more (the covariance form).
    missing : str
        ``"mean"``: the item's mean stands for a missing answer; ``"complete"``: only persons who answered every item count.
    missing_codes : tuple of (float or str)
        Answers that stand for none.
    targets : tuple of str
        Latents whose drivers are compared by importance and performance.
    tolerance : float
        The weights have settled when the sum of their absolute changes is below it.
    iterations : int
        Steps after which they count as not settling.
    turned : tuple of (str, float)
        Items whose low end is the good one, each with the sum of its scale's ends, from which its answers are taken.
    """

    latents: tuple[Latent, ...]
    paths: tuple[tuple[str, str], ...]
    scheme: Scheme = "centroid"
    scaled: bool = True
    missing: str = "mean"
    missing_codes: tuple[float | str, ...] = ()
    targets: tuple[str, ...] = ()
    tolerance: float = _TOLERANCE
    iterations: int = _ITERATIONS
    turned: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, document: object, name: str) -> PathModel:
        """Return the model that a document describes.

        Parameters
        ----------
        document : object
            As a YAML file gives it; `KEYS` and `LATENT_KEYS` are all its keys.
        name : str
            What an error calls it.

        Raises
        ------
        MeasureModelError
            At the first thing that does not fit.

        Examples
        --------
        >>> model = PathModel.of({"latents": {"a": ["a1"], "b": ["b1", "b2"]}, "paths": ["a -> b"]}, "m.yaml")
        >>> model.scheme, model.paths, model.targets
        ('centroid', (('a', 'b'),), ('b',))
        """
        return _Reading(name).model(document)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the latents."""
        return tuple(latent.name for latent in self.latents)

    @property
    def items(self) -> tuple[str, ...]:
        """Columns of the answers that are needed, each once."""
        return tuple(dict.fromkeys(item for latent in self.latents for item in latent.items))

    @property
    def indicators(self) -> tuple[tuple[str, str], ...]:
        """Every item with its latent, by latent: an item of two latents stands twice."""
        return tuple((latent.name, item) for latent in self.latents for item in latent.items)

    def turned_round(self, items: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the answers with those to reversed items turned round on their scale, shape (n_persons, n_items)."""
        if not self.turned:
            return items
        found = items.copy()
        for item, ends in self.turned:
            place = self.items.index(item)
            found[:, place] = ends - found[:, place]
        return found

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of `indicators`: the item's own, with its latent before it where it belongs to more than one."""
        items = [item for _, item in self.indicators]
        return tuple(item if items.count(item) == 1 else f"{name}:{item}" for name, item in self.indicators)

    @property
    def arrows(self) -> NDArray[np.bool_]:
        """Whether a path goes from one latent (row) to another (column), shape (n_latents, n_latents)."""
        found = np.zeros((len(self.names),) * 2, dtype=bool)
        for start, end in self.paths:
            found[self.names.index(start), self.names.index(end)] = True
        return found


class _Reading:
    """Reading of one document: each step returns a part of the model or refuses it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def model(self, document: object) -> PathModel:
        given = self._mapping(document, phrase("a mapping with the keys {keys}", keys=", ".join(KEYS)))
        self._known(given, KEYS)
        scale = self._scale(given.get("scale"), "scale")
        latents = self._latents(given.get("latents"), scale)
        names = tuple(latent.name for latent in latents)
        paths = self._paths(given.get("paths"), names)
        self._connected(names, paths)
        self._acyclic(names, paths)
        return PathModel(
            latents, paths,
            self._choice(given, "scheme", SCHEMES), self._truth(given, "scaled"), self._choice(given, "missing", MISSING_WAYS),
            self._codes(given.get("missing_codes", [])), self._targets(given.get("targets"), names, paths),
            self._positive(given, "tolerance", _TOLERANCE), int(self._positive(given, "iterations", _ITERATIONS)),
            self._turned(given.get("reversed", []), latents),
        )  # fmt: skip

    def _refuse(self, what: object, expected: object) -> MeasureModelError:
        return MeasureModelError(what=what, path=self.name, expected=expected)

    def _mapping(self, given: object, expected: object) -> Mapping[str, Any]:
        if not isinstance(given, dict) or not given:
            raise self._refuse(phrase("something else"), expected)
        return {self._text(key): value for key, value in given.items()}

    def _text(self, given: object) -> str:
        """Return a name; YAML reads a bare `no` or `on` as a truth value, which is no name."""
        if isinstance(given, bool) or not isinstance(given, str | int) or not str(given).strip():
            raise self._refuse(
                phrase("'{value}' as a name", value=given),
                phrase("a name, in quotes where YAML reads it otherwise"),
            )
        return str(given).strip()

    def _known(self, given: Mapping[str, Any], keys: Sequence[str]) -> None:
        odd = next((key for key in given if key not in keys), None)
        if odd is not None:
            raise self._refuse(
                phrase("key '{key}'", key=odd), phrase("keys of {names}", names=", ".join(keys))
            )

    def _choice(self, given: Mapping[str, Any], key: str, choices: Sequence[str]) -> Any:  # noqa: ANN401 - one of several literals
        found = given.get(key, choices[0])
        if found not in choices:
            raise self._refuse(phrase("'{value}' as {key}", value=found, key=key), either(choices))
        return found

    def _truth(self, given: Mapping[str, Any], key: str) -> bool:
        found = given.get(key, True)
        if not isinstance(found, bool):
            raise self._refuse(phrase("'{value}' as {key}", value=found, key=key), either(["true", "false"]))
        return found

    def _positive(self, given: Mapping[str, Any], key: str, default: float) -> float:
        found = given.get(key, default)
        if not _is_number(found) or found <= 0:
            raise self._refuse(phrase("'{value}' as {key}", value=found, key=key), phrase("a number above 0"))
        return float(found)

    def _scale(self, given: object, key: str) -> tuple[float, float] | None:
        if given is None:
            return None
        low, high = (given.get("min"), given.get("max")) if isinstance(given, dict) else (None, None)
        if not _is_number(low) or not _is_number(high) or low >= high:
            raise self._refuse(
                phrase("'{value}' as {key}", value=given, key=key),
                phrase("`min` and `max`, `min` below `max`"),
            )
        return float(low), float(high)

    def _latents(self, given: object, scale: tuple[float, float] | None) -> tuple[Latent, ...]:
        found = self._mapping(given, phrase("latents, each with its items"))
        return tuple(self._latent(name, body, scale) for name, body in found.items())

    def _latent(self, name: str, body: object, scale: tuple[float, float] | None) -> Latent:
        given = {"items": body} if isinstance(body, list) else body
        if not isinstance(given, dict):
            raise self._without_items(name)
        self._known(given, LATENT_KEYS)
        items = given.get("items")
        if not isinstance(items, list) or not items:
            raise self._without_items(name)
        named = tuple(self._text(item) for item in items)
        twice = next((item for item in named if named.count(item) > 1), None)
        if twice is not None:
            raise self._refuse(
                phrase("item '{item}' twice in latent '{latent}'", item=twice, latent=name),
                phrase("each item once"),
            )
        mode = self._choice(given, "mode", MODES)
        return Latent(name, named, mode, self._scale(given.get("scale"), f"scale of {name}") or scale)

    def _without_items(self, name: str) -> MeasureModelError:
        return self._refuse(phrase("latent '{latent}' without items", latent=name), phrase("a list of items"))

    def _paths(self, given: object, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
        if not isinstance(given, list) or not given:
            raise self._refuse(phrase("no paths"), phrase("a list of paths such as `image -> satisfaction`"))
        found: list[tuple[str, str]] = []
        for text in given:
            pair = self._path(text, names)
            if pair in found:
                raise self._refuse(
                    phrase("path '{path_text}' twice", path_text=text), phrase("each path once")
                )
            found.append(pair)
        return tuple(found)

    def _path(self, text: object, names: Sequence[str]) -> tuple[str, str]:
        match = _PATH.match(text) if isinstance(text, str) else None
        if match is None:
            raise self._refuse(
                phrase("'{value}' as a path", value=text), phrase("a path such as `image -> satisfaction`")
            )
        for name in match.groups():
            if name not in names:
                raise self._refuse(
                    phrase("path '{path_text}' of an unknown latent '{latent}'", path_text=text, latent=name),
                    either(names),
                )
        return match[1], match[2]

    def _connected(self, names: Sequence[str], paths: Sequence[tuple[str, str]]) -> None:
        alone = next((name for name in names if not any(name in pair for pair in paths)), None)
        if alone is not None:
            raise self._refuse(
                phrase("latent '{latent}' on no path", latent=alone), phrase("a path from or to each latent")
            )

    def _acyclic(self, names: Sequence[str], paths: Sequence[tuple[str, str]]) -> None:
        left = list(names)
        while first := next((one for one in left if not any(b == one and a in left for a, b in paths)), None):
            left.remove(first)
        if left:
            raise self._refuse(
                phrase("a cycle: {path_text}", path_text=" -> ".join(_cycle(left, paths))),
                phrase("paths that never lead back"),
            )

    def _targets(
        self, given: object, names: Sequence[str], paths: Sequence[tuple[str, str]]
    ) -> tuple[str, ...]:
        """Return the latents whose drivers are compared: those named, else every latent that a path leads to."""
        ends = [name for name in names if any(end == name for _, end in paths)]
        if given is None:
            return tuple(ends)
        found = [self._text(one) for one in given] if isinstance(given, list) else [self._text(given)]
        odd = next((name for name in found if name not in ends), None)
        if odd is not None:
            raise self._refuse(phrase("'{value}' as {key}", value=odd, key="targets"), either(ends))
        return tuple(found)

    def _turned(self, given: object, latents: Sequence[Latent]) -> tuple[tuple[str, float], ...]:
        """Return the items that are turned round, each with the sum of its scale's ends."""
        ends = {item: sum(one.scale) for one in latents if one.scale is not None for item in one.items}
        named = [self._text(one) for one in (given if isinstance(given, list) else [given])]
        odd = next((item for item in named if item not in ends), None)
        if odd is not None:
            raise self._refuse(
                phrase("'{value}' as {key}", value=odd, key="reversed"), phrase("items of the model that have a scale")
            )  # fmt: skip
        return tuple((item, ends[item]) for item in dict.fromkeys(named))

    def _codes(self, given: object) -> tuple[float | str, ...]:
        codes: list[Any] = given if isinstance(given, list) else [given]
        odd = next((code for code in codes if not isinstance(code, str) and not _is_number(code)), None)
        if odd is not None:
            raise self._refuse(
                phrase("'{value}' as {key}", value=odd, key="missing_codes"), phrase("a list of numbers or words")
            )  # fmt: skip
        return tuple(code if isinstance(code, str) else float(code) for code in codes)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _cycle(left: Sequence[str], paths: Sequence[tuple[str, str]]) -> list[str]:
    """Return one cycle among latents each of which another of them leads to: walk back until one comes again."""
    walk = [left[0]]
    while walk.count(walk[-1]) < 2:  # noqa: PLR2004 - seen before
        walk.append(next(start for start, end in paths if end == walk[-1] and start in left))
    return walk[walk.index(walk[-1]) :][::-1]
