"""Parts that documents of several kinds are made of: mappings, lists, texts, names. Each is returned, or refused with what was needed."""

from __future__ import annotations

import re
from typing import Any, Final

from zhike.core.errors import RuleError
from zhike.core.language import LANGUAGES, Text
from zhike.core.phrases import phrase

__all__ = ["checked_keys", "checked_list", "checked_name", "checked_text", "each_once", "refused"]

_NAME: Final = re.compile(r"^[a-z][a-z0-9_]*$")


def refused(path: str, what: object, expected: object) -> RuleError:
    """Return the error about a part of a document."""
    return RuleError(what=what, path=path, expected=expected)


def checked_keys(path: str, raw: Any, required: tuple[str, ...], known: tuple[str, ...]) -> None:  # noqa: ANN401 - as the YAML holds it
    """Refuse what is no mapping, lacks a required key, or has one that is not known."""
    if not isinstance(raw, dict):
        raise refused(path, f"{raw!r}", phrase("a mapping"))
    missing, odd = [key for key in required if key not in raw], sorted(set(map(str, raw)) - set(known))
    if missing:
        raise refused(
            path,
            phrase("no {names}", names=", ".join(missing)),
            phrase("the keys {names}", names=", ".join(required)),
        )
    if odd:
        raise refused(path, phrase("key {names}", names=", ".join(odd)), ", ".join(known))


def checked_list(path: str, key: str, raw: Any) -> list[Any]:  # noqa: ANN401 - as the YAML holds it
    """Return a list with something in it."""
    if not isinstance(raw, list) or not raw:
        raise refused(path, f"{key} {raw!r}", phrase("a list with something in it"))
    return raw


def checked_text(path: str, key: str, raw: Any) -> Text:  # noqa: ANN401 - as the YAML holds it
    """Return a text that has every language."""
    if not isinstance(raw, dict) or any(not str(raw.get(language) or "").strip() for language in LANGUAGES):
        raise refused(path, f"{key} {raw!r}", phrase("a text in {names}", names=", ".join(LANGUAGES)))
    return Text.of({language: str(raw[language]) for language in LANGUAGES})


def checked_name(path: str, raw: Any) -> str:  # noqa: ANN401 - as the YAML holds it
    """Return a name that a key, a column or a path can have."""
    if not isinstance(raw, str) or not _NAME.match(raw):
        raise refused(
            path, phrase("name '{odd}'", odd=raw), phrase("small letters, digits and _, a letter first")
        )
    return raw


def each_once(path: str, names: list[str]) -> None:
    """Refuse names of which one stands twice."""
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise refused(path, phrase("id {names} twice", names=", ".join(repeated)), phrase("each id once"))
