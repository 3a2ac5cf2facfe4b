"""A model's state as a JSON tree with its arrays apart, and the hash of it that does not depend on files.

In the tree an array is ``{"$array": "a0"}`` and a number that JSON has no word for ``{"$float": "nan"}``.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.rulebook import canonical_json
from zhike.govern.audit_chain import hash_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["decoded", "encoded", "state_sha256"]

_ARRAY: Final = "$array"
_FLOAT: Final = "$float"
_KINDS: Final = "biufUS"
"""Kinds of numpy's dtypes that are kept: truth values, whole numbers, floats and texts. Objects would need pickle."""


def encoded(state: object) -> tuple[Any, dict[str, NDArray[Any]]]:
    """Return a state as a tree for JSON and its arrays by name.

    Raises
    ------
    UsageError
        For a value that a state may not hold.

    Examples
    --------
    >>> encoded({"level": 0.5, "rates": np.array([0.1, 0.2])})
    ({'level': 0.5, 'rates': {'$array': 'a0'}}, {'a0': array([0.1, 0.2])})
    """
    arrays: dict[str, NDArray[Any]] = {}
    return _tree(state, arrays), arrays


def decoded(tree: object, arrays: Mapping[str, NDArray[Any]]) -> Any:  # noqa: ANN401 - a state holds many types
    """Return the state of a tree and its arrays.

    Examples
    --------
    >>> decoded(*encoded({"edge": float("inf"), "names": ["a"]}))
    {'edge': inf, 'names': ['a']}
    """
    if isinstance(tree, list):
        return [decoded(part, arrays) for part in tree]
    if not isinstance(tree, dict):
        return tree
    if set(tree) == {_ARRAY}:
        return arrays[tree[_ARRAY]]
    if set(tree) == {_FLOAT}:
        return float(tree[_FLOAT])
    return {key: decoded(part, arrays) for key, part in tree.items()}


def state_sha256(state: object) -> str:
    """Return the hash of a state: of its values, whatever files they are kept in."""
    tree, arrays = encoded(state)
    parts = [canonical_json(tree).encode()]
    for name, array in sorted(arrays.items()):
        little = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False))
        shape = ",".join(map(str, array.shape))
        parts += [name.encode(), little.dtype.str.encode(), shape.encode(), _digest(little)]
    return hash_of(b"model state", *parts)


def _digest(array: NDArray[Any]) -> bytes:
    return hashlib.sha256(array.tobytes()).digest()


def _tree(value: object, arrays: dict[str, NDArray[Any]]) -> Any:  # noqa: ANN401 - what JSON holds
    if isinstance(value, dict):
        # In the order of keys: arrays are numbered as they are met, and that must not depend on who wrote the mapping.
        return {key: _tree(value[key], arrays) for key in sorted(map(_key, value))}
    if isinstance(value, list | tuple):
        return [_tree(part, arrays) for part in value]
    if isinstance(value, np.ndarray):
        return _kept(value, arrays)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {_FLOAT: repr(value)}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise _unfit(f"{type(value).__name__}")


def _kept(array: NDArray[Any], arrays: dict[str, NDArray[Any]]) -> dict[str, str]:
    if array.dtype.kind not in _KINDS:
        raise _unfit(f"an array of {array.dtype}")
    name = f"a{len(arrays)}"
    arrays[name] = array
    return {_ARRAY: name}


def _key(key: object) -> str:
    if not isinstance(key, str) or key.startswith("$"):
        raise _unfit(f"the key {key!r}")
    return key


def _unfit(what: str) -> UsageError:
    expected = "texts, numbers, truth values, arrays of these, and lists and mappings with texts as keys"
    return UsageError(what=phrase("{what} in the state of a model", what=what), expected=expected)
