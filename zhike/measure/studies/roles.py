"""Which column of the answers plays which part: the reading of a model file, with an error that names the first thing that does not fit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Protocol

from zhike.core.measure_errors import AnswersError, MeasureModelError
from zhike.core.phrases import either, phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

__all__ = ["Answers", "Roles", "enough", "weights_of"]

_LEVEL: Final = 0.95


class Answers(Protocol):
    """Answers of a survey, a row a person, as `zhike.adapters.answer_files` reads them."""

    @property
    def table(self) -> pl.DataFrame:
        """The columns as they stand."""

    def __len__(self) -> int: ...

    def numbers(
        self,
        names: Sequence[str],
        within: tuple[float, float] | None = None,
        missing_codes: Collection[float | str] = (),
    ) -> NDArray[np.float64]:
        """Return columns as numbers, NaN where there is no answer."""

    def texts(self, name: str) -> pl.Series:
        """Return a column as text, null where there is no answer."""

    def weights(self, name: str) -> NDArray[np.float64]:
        """Return a column as weights above 0."""

    def counting(self, weight: str | None) -> Answers:
        """Return the rows whose weight is not 0; all without a column of weights."""

    def taken(self, rows: NDArray[np.bool_]) -> Answers:
        """Return some of the rows."""


def weights_of(answers: Answers, column: str | None) -> NDArray[np.float64] | None:
    """Return what each row counts; None where all count the same."""
    return None if column is None else answers.weights(column)


class Roles:
    """A mapping of a model file.

    Parameters
    ----------
    document : object
        As the YAML gives it; a list of as many as there are keys gives each in its turn.
    name : str
        What an error calls it.
    keys : sequence of str
        Those that are known.

    Raises
    ------
    MeasureModelError
        When it is no mapping, or has a key that is not known; as do all methods where a value does not fit.
    """

    def __init__(self, document: object, name: str, keys: Sequence[str]) -> None:
        self.name = name
        if isinstance(document, list) and len(document) == len(keys):
            document = dict(zip(keys, document, strict=True))
        if not isinstance(document, dict):
            raise self.refused(
                phrase("something else"), phrase("a mapping with the keys {keys}", keys=", ".join(keys))
            )
        self.given: dict[str, Any] = {str(key): value for key, value in document.items()}
        odd = next((key for key in self.given if key not in keys), None)
        if odd is not None:
            raise self.refused(
                phrase("key '{key}'", key=odd), phrase("keys of {names}", names=", ".join(keys))
            )

    def refused(self, what: object, expected: object) -> MeasureModelError:
        """Return the error about a part of this model."""
        return MeasureModelError(what=what, path=self.name, expected=expected)

    def _odd(self, key: str, expected: object) -> MeasureModelError:
        if self.given.get(key) is None:
            return self.refused(phrase("nothing under '{key}'", key=key), expected)
        return self.refused(phrase("'{value}' under '{key}'", value=self.given[key], key=key), expected)

    def optional_text(self, key: str) -> str | None:
        """Return the name of a column; None where the model does not say it."""
        found = self.given.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, str | int):
            raise self._odd(key, phrase("the name of a column"))
        return str(found)

    def text(self, key: str) -> str:
        """Return the name of a column."""
        found = self.optional_text(key)
        if found is None:
            raise self._odd(key, phrase("the name of a column"))
        return found

    def texts(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        """Return names of columns, each once."""
        found = self.given.get(key)
        if found is None and not needed:
            return ()
        if (
            not isinstance(found, list)
            or not found
            or any(isinstance(one, bool | dict | list) or one is None for one in found)
        ):
            raise self._odd(key, phrase("a list of columns"))
        names = tuple(str(one) for one in found)
        if len(set(names)) < len(names):
            raise self._odd(key, phrase("a list that names each column once"))
        return names

    def number(self, key: str, default: float, *, least: float = -math.inf) -> float:
        """Return a number from ``least``."""
        found = self.given.get(key, default)
        if (
            isinstance(found, bool)
            or not isinstance(found, int | float)
            or not math.isfinite(found)
            or found < least
        ):
            raise self._odd(
                key,
                phrase("a number") if least == -math.inf else phrase("a number from {least:g}", least=least),
            )
        return float(found)

    def level(self) -> float:
        """Return the level of intervals, of key ``level``."""
        found = self.number("level", _LEVEL)
        if not 0 < found < 1:
            raise self._odd("level", phrase("a number between 0 and 1"))
        return found

    def codes(self) -> tuple[float | str, ...]:
        """Return the numbers and words that stand for no answer, of key ``missing_codes``."""
        found = self.given.get("missing_codes", [])
        if not isinstance(found, list) or any(
            isinstance(one, bool) or not isinstance(one, int | float | str) for one in found
        ):
            raise self._odd("missing_codes", phrase("a list of numbers or words"))
        return tuple(one if isinstance(one, str) else float(one) for one in found)

    def scale(self, key: str, default: tuple[float, float] | None) -> tuple[float, float]:
        """Return the smallest and the largest answer."""
        if self.given.get(key) is None and default is not None:
            return default
        part = self.part(key, ("min", "max"))
        low, high = (part.number(end, math.nan) for end in ("min", "max"))
        if not low < high:
            raise self._odd(key, phrase("min below max"))
        return low, high

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Return one of several words; the first one unless given."""
        found = self.given.get(key, choices[0])
        if found not in choices:
            raise self._odd(key, either(choices))
        return str(found)

    def choices(self, key: str, choices: Sequence[str]) -> tuple[str, ...]:
        """Return some of several words."""
        found = self.texts(key)
        if any(one not in choices for one in found):
            raise self._odd(key, either(choices))
        return found

    def part(self, key: str, keys: Sequence[str]) -> Roles:
        """Return the mapping under a key."""
        found = self.given.get(key)
        if not isinstance(found, dict):
            raise self._odd(key, phrase("a mapping with the keys {keys}", keys=", ".join(keys)))
        return Roles(found, self.name, keys)

    def entries(self, key: str) -> Mapping[str, Any]:
        """Return the mapping under a key whose keys are names of the bank's own."""
        found = self.given.get(key)
        if not isinstance(found, dict) or not found:
            raise self._odd(key, phrase("a mapping of names"))
        return {str(one): value for one, value in found.items()}


def enough(rows: int, least: int) -> None:
    """Refuse answers of which too few rows are complete.

    Raises
    ------
    AnswersError
    """
    if rows < least:
        raise AnswersError(
            what=phrase("{count:,} rows with every answer that is needed", count=rows),
            expected=phrase("at least {count:,}", count=least),
            advice=phrase("Give more answers, or take columns with many gaps out of the model."),
        )
