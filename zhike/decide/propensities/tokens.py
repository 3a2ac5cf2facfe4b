"""Rows of attributes as hashed tokens, without a dictionary: a value never seen before has its token all the same.

A token is 64 bits of ``hash(column, value)``; 0 stands for a missing value and adds no term (feature hashing: K. Weinberger
et al., "Feature hashing for large scale multitask learning", ICML 2009). Numbers are tokens of their exact value unless
``rounded`` has put them into steps: daily figures such as an interest rate then name their day.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

__all__ = ["hashed_tokens", "rounded"]


def hashed_tokens(table: pl.DataFrame) -> NDArray[np.uint64]:
    """Return the token of every cell, shape (n_rows, n_columns).

    Examples
    --------
    >>> import polars as pl
    >>> tokens = hashed_tokens(pl.DataFrame({"job": ["clerk", None, "clerk"]}))
    >>> bool(tokens[0, 0] == tokens[2, 0]), int(tokens[1, 0])
    (True, 0)
    """
    tokens = np.zeros(table.shape, dtype=np.uint64)
    for place, column in enumerate(table.iter_columns()):
        _, first, inside = np.unique(_text(column), return_index=True, return_inverse=True)
        levels = [_token(column.name, column[int(row)]) for row in first]
        tokens[:, place] = np.array(levels, dtype=np.uint64)[inside]
    return tokens


def rounded(table: pl.DataFrame, steps: Mapping[str, float]) -> pl.DataFrame:
    """Return the table with numbers of the named columns as whole steps, rounded down.

    Parameters
    ----------
    steps : mapping
        Column to the length of a step, in the column's unit.
    """
    import polars as pl

    return table.with_columns((pl.col(name).cast(pl.Float64) / step).floor() for name, step in steps.items())


def _text(column: pl.Series) -> NDArray[np.str_]:
    import polars as pl

    return column.cast(pl.String).fill_null("").to_numpy().astype(str)


def _token(name: str, value: object) -> int:
    """Return 64 bits, never 0 for a value: 0 is the missing value's."""
    if value is None:
        return 0
    return int.from_bytes(blake2b(f"{name}={value}".encode(), digest_size=8).digest(), "little") | 1
