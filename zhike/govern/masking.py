"""What is left of a value that somebody may not see: its year, its band, its last characters, or nothing.

``access.masking`` says which form a column takes and what each form still reveals. A column without a class, a column without a
form and a value that its form does not fit are withheld. What is masked becomes text, so that nobody calculates with it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from zhike.core.errors import RuleError
from zhike.core.grants import CLASSES
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from zhike.core.rulebook import Version
    from zhike.core.tables import PersonalDataClass

    Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

__all__ = ["MASKING", "WITHHELD", "MaskingRules", "hidden_columns", "mask", "mask_frame"]

MASKING: Final = "access.masking"
WITHHELD: Final = "•••"
"""Stands for what is withheld, and for what was before the last characters."""
_FORMS: Final = {"withheld": (), "year": (), "band": ("edges",), "tail": ("characters",)}


@dataclass(frozen=True, slots=True)
class MaskingRules:
    """How values are masked on a day.

    Parameters
    ----------
    reveals : mapping of str to str
        Class of personal data that each form still reveals.
    edges : tuple of float
        Lower bounds of the bands, ascending, in the unit of the column.
    characters : int
        Last characters of an identifier that stay.
    never : frozenset of str
        Classes of which no form is shown.
    columns : mapping of str to str
        Form of each column; others are withheld.
    """

    reveals: Mapping[str, PersonalDataClass]
    edges: tuple[float, ...]
    characters: int
    never: frozenset[str]
    columns: Mapping[str, str]

    @classmethod
    def of(cls, version: Version) -> MaskingRules:
        """Read ``access.masking``; what is malformed raises `RuleError`."""
        value = version.value
        _require(version.path, "keys", value, {"forms", "never", "columns"})
        _require(version.path, "forms", value["forms"], set(_FORMS))
        for name, form in value["forms"].items():
            _require(version.path, name, form, {"reveals", *_FORMS[name]})
        rules = cls(
            {name: form["reveals"] for name, form in value["forms"].items()},
            tuple(value["forms"]["band"]["edges"]),
            value["forms"]["tail"]["characters"],
            frozenset(value["never"]),
            value["columns"],
        )
        if not rules._sound():
            expected = phrase(
                "known forms and classes, ascending edges, 1 character or more, withheld revealing '-'"
            )
            raise RuleError(what=f"{value}", path=version.path, expected=expected)
        return rules

    def _sound(self) -> bool:
        known = {*self.reveals.values(), *self.never} <= set(CLASSES) and set(self.columns.values()) <= set(
            _FORMS
        )
        edges = len(self.edges) > 0 and list(self.edges) == sorted(set(self.edges))
        # What is withheld reveals nothing, or there would be no way to refuse everything.
        return known and edges and self.characters >= 1 and self.reveals["withheld"] == CLASSES[0]

    def form(self, column: str, personal: PersonalDataClass | None, highest: PersonalDataClass | None) -> str:
        """Return the form in which a hidden column is shown to somebody who may see classes up to ``highest``."""
        form = self.columns.get(column, "withheld")
        known = personal is not None and personal not in self.never
        return form if known and _within(self.reveals[form], highest) else "withheld"

    def band(self, value: float | Decimal) -> str:
        """Return the band that a number falls into, written as in decision tables.

        Examples
        --------
        >>> rules = MaskingRules({}, (0, 100, 500), 2, frozenset(), {})
        >>> rules.band(-1), rules.band(100), rules.band(500)
        ('< 0', '[100, 500)', '>= 500')
        """
        return self.bands()[bisect_right(self.edges, value)]

    def bands(self) -> list[str]:
        """Return the bands from the lowest to the highest."""
        inner = [f"[{low}, {high})" for low, high in zip(self.edges, self.edges[1:], strict=False)]
        return [f"< {self.edges[0]}", *inner, f">= {self.edges[-1]}"]


def mask(
    row: Mapping[str, Any],
    classes: Mapping[str, PersonalDataClass],
    highest: PersonalDataClass | None,
    rules: MaskingRules,
) -> dict[str, Any]:
    """Return a record in which values of higher classes are masked.

    Parameters
    ----------
    row : mapping
        Values by column.
    classes : mapping of str to str
        Class of personal data of each column, as the contract tables and the features have it.
    highest : str or None
        Highest class that may be seen, see `zhike.govern.roles.Permission`; None: nothing.
    rules : MaskingRules

    Examples
    --------
    >>> import datetime as dt
    >>> from zhike.adapters.rule_files import load_rulebook
    >>> rules = MaskingRules.of(load_rulebook().at(MASKING, dt.date(2026, 6, 30)))
    >>> row = {"customer_id": "C000417", "birth_date": dt.date(1980, 5, 1), "amount": 1_200_000, "words": "Too slow."}
    >>> classes = dict.fromkeys(row, "C2")
    >>> mask(row, classes, "C1", rules)
    {'customer_id': '•••17', 'birth_date': '1980', 'amount': '[1000000, 5000000)', 'words': '•••'}
    >>> mask(row, classes, "-", rules)["birth_date"]
    '•••'
    """
    hidden = hidden_columns(row, classes, highest)
    return {
        name: _masked(value, rules.form(name, classes.get(name), highest), rules) if name in hidden else value
        for name, value in row.items()
    }


def mask_frame(
    frame: Frame,
    classes: Mapping[str, PersonalDataClass],
    highest: PersonalDataClass | None,
    rules: MaskingRules,
) -> Frame:
    """Return a frame in which columns of higher classes are masked, as `mask` does row by row; they become text."""
    schema = frame.collect_schema()
    hidden = hidden_columns(schema.names(), classes, highest)
    masked = [
        _expression(name, schema[name], rules.form(name, classes.get(name), highest), rules)
        for name in schema.names()
        if name in hidden
    ]
    return frame.with_columns(masked)


def hidden_columns(
    columns: Iterable[str], classes: Mapping[str, PersonalDataClass], highest: PersonalDataClass | None
) -> frozenset[str]:
    """Return the columns that are masked for somebody who may see classes up to ``highest``."""
    return frozenset(name for name in columns if not _within(classes.get(name), highest))


def _within(personal: PersonalDataClass | None, highest: PersonalDataClass | None) -> bool:
    if personal is None or highest is None:
        return False
    return CLASSES.index(personal) <= CLASSES.index(highest)


def _masked(value: Any, form: str, rules: MaskingRules) -> str | None:  # noqa: ANN401 - any value of a record
    # Whether a withheld value is there at all is not shown either.
    if form == "withheld" or not _fits(value, form):
        return WITHHELD
    if value is None:
        return None
    if form == "year":
        return str(value.year)
    return rules.band(value) if form == "band" else _tail(value, rules.characters)


def _fits(value: object, form: str) -> bool:
    if value is None:
        return True
    if form == "band":
        number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return number and value == value  # noqa: PLR0124 - NaN
    return isinstance(value, dt.date if form == "year" else str)


def _tail(value: str, characters: int) -> str:
    """Return the last characters; of a text of which they would be half or more, nothing."""
    return WITHHELD + value[-characters:] if len(value) > 2 * characters else WITHHELD


def _expression(name: str, dtype: pl.DataType, form: str, rules: MaskingRules) -> pl.Expr:
    import polars as pl

    column, withheld = pl.col(name), pl.lit(WITHHELD)
    if form == "year" and dtype in (pl.Date, pl.Datetime):
        masked = column.dt.year().cast(pl.String)
    elif form == "band" and dtype.is_numeric():
        masked = _band_expression(column, dtype, rules)
    elif form == "tail" and dtype == pl.String:
        long = column.str.len_chars() > 2 * rules.characters
        tail = pl.concat_str(withheld, column.str.tail(rules.characters))
        masked = pl.when(long).then(tail).when(column.is_not_null()).then(withheld)
    else:
        # Where a form is shown, so is that nothing is there; a withheld column does not even show that.
        masked = withheld if form == "withheld" else pl.when(column.is_not_null()).then(withheld)
    return masked.alias(name)


def _band_expression(column: pl.Expr, dtype: pl.DataType, rules: MaskingRules) -> pl.Expr:
    import polars as pl

    *lower, top = rules.bands()
    chosen = pl.lit(top)
    for edge, band in reversed(list(zip(rules.edges, lower, strict=True))):
        chosen = pl.when(column < edge).then(pl.lit(band)).otherwise(chosen)
    if dtype.is_float():
        chosen = pl.when(column.is_nan()).then(pl.lit(WITHHELD)).otherwise(chosen)
    return pl.when(column.is_not_null()).then(chosen)


def _require(path: str, what: str, found: object, wanted: set[str]) -> None:
    if not isinstance(found, dict) or set(found) != wanted:
        raise RuleError(what=f"{what} {found!r}", path=path, expected=", ".join(sorted(wanted)))
