"""A change of a policy: what it says key by key, one value changed, and what two versions of it say otherwise."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import PolicyError
from zhike.core.language import Text
from zhike.core.phrases import phrase, shape_of
from zhike.core.rulebook import Reference, Version, canonical_json
from zhike.decide.policy import Policy
from zhike.decide.policy_lint import check_policy

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook

__all__ = ["changed_value", "checked_policy", "differences", "flattened", "plain_policy", "policy_version"]

_WHO: Final = "id"


def plain_policy(path: str, content: object) -> dict[str, Any]:
    """Return what a policy's document says as JSON holds it, days as texts.

    Raises
    ------
    PolicyError
        When it is no mapping, or holds what JSON cannot.
    """
    try:
        plain = json.loads(json.dumps(content, default=str, allow_nan=False))
    except (ValueError, TypeError, RecursionError) as problem:
        raise PolicyError(
            what=phrase("a value that is no number or text"), path=path, expected=phrase("plain values")
        ) from problem
    if not isinstance(plain, dict):
        raise PolicyError(what=shape_of(plain), path=path, expected=phrase("a mapping of keys to values"))
    return plain


def policy_version(content: Mapping[str, Any]) -> str:
    """Return the version of a policy that stands in no document: the beginning of its content's hash."""
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()[:12]


def checked_policy(rulebook: Rulebook, path: str, content: Mapping[str, Any], at: dt.date) -> Policy:
    """Return the policy that some content makes, proven as `zhike rules check` would prove its document.

    Raises
    ------
    PolicyError, RuleError, RuleNotFoundError
        When a key is not what it should be, or something that it names is not there or not in force.
    """
    nameless = Text(path, path, path)
    version = Version(path, "policy", at, dict(content), Reference(path), "provisional", nameless, None, {})
    check_policy(rulebook, version, None)
    return Policy.from_content(path, policy_version(content), content)


def flattened(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a policy says as one value a key, dotted; members of a list that have an ``id`` go by it.

    Examples
    --------
    >>> flattened({"limits": {"per_channel": {"phone": 1}}, "constraints": [{"id": "calls", "maximum": 4}], "packs": ["a", "b"]})
    {'limits.per_channel.phone': 1, 'constraints.calls.maximum': 4, 'packs': ['a', 'b']}
    """
    found: dict[str, Any] = {}
    for key, value in content.items():
        inner = _named(value)
        if inner:
            found |= {f"{key}.{below}": one for below, one in flattened(inner).items()}
        else:
            found[str(key)] = value
    return found


def _named(value: object) -> dict[str, Any]:
    """Return the parts of a value by name; empty where it is one value."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and value and all(isinstance(one, dict) and _WHO in one for one in value):
        return {str(one[_WHO]): {key: part for key, part in one.items() if key != _WHO} for one in value}
    return {}


def changed_value(path: str, content: Mapping[str, Any], key: str, value: object) -> dict[str, Any]:
    """Return a policy's content with one value changed, or one added to a part that is there.

    Parameters
    ----------
    path : str
        Of the policy.
    content : mapping
    key : str
        Dotted, as `flattened` names it.
    value : object
        A text stays one where a text stood before: amounts are texts.

    Raises
    ------
    PolicyError
        When there is no such part.

    Examples
    --------
    >>> changed_value("p", {"limits": {"per_channel": {"phone": 1}}}, "limits.per_channel.phone", 2)
    {'limits': {'per_channel': {'phone': 2}}}
    """
    changed = copy.deepcopy(dict(content))
    *above, last = key.split(".")
    part: Any = changed
    for name in above:
        part = _below(part, name)
        if part is None:
            raise PolicyError(
                what=phrase("no part '{key}'", key=key), path=path, expected=phrase("a key that it has")
            )
    if not isinstance(part, dict) or isinstance(part.get(last), dict):
        raise PolicyError(
            what=phrase("'{key}', which is no single value", key=key),
            path=path,
            expected=phrase("the key of a value"),
        )
    part[last] = str(value) if isinstance(part.get(last), str) else value
    return changed


def _below(part: object, name: str) -> Any:  # noqa: ANN401 - whatever a policy holds
    if isinstance(part, dict):
        return part.get(name)
    found = (
        [one for one in part if isinstance(one, dict) and one.get(_WHO) == name]
        if isinstance(part, list)
        else []
    )
    return found[0] if found else None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what two versions of a policy say otherwise: ``key``, ``before`` and ``after``, None where one says nothing.

    Examples
    --------
    >>> differences({"limits": {"a": 1}}, {"limits": {"a": 2}, "caps": "contact.caps"})
    [{'key': 'limits.a', 'before': 1, 'after': 2}, {'key': 'caps', 'before': None, 'after': 'contact.caps'}]
    """
    old, new = flattened(before), flattened(after)
    return [
        {"key": key, "before": old.get(key), "after": new.get(key)}
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    ]
