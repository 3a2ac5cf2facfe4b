"""Mapping files on disk: YAML in which every scalar is the text it is written as.

YAML would read a column called ``no`` as false, a code ``0017`` as fifteen and a day as a date; a mapping names columns
and words, so that none of that may happen. Only ``null`` and ``~`` stand for a missing value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from zhike.core.errors import InputNotFoundError, MappingError
from zhike.core.phrases import phrase
from zhike.observe.mapping import parse_mapping

if TYPE_CHECKING:
    from pathlib import Path

    from zhike.observe.mapping import SourceMapping

__all__ = ["read_mapping"]


class _Words(yaml.BaseLoader):
    """Reads scalars as text and refuses a key given twice, of which YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((key for number, key in enumerate(keys) if key in keys[:number]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"key {twice!r} twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


_NULL = "tag:yaml.org,2002:null"
_Words.add_implicit_resolver(_NULL, re.compile(r"^(?:~|null)$"), ["~", "n"])
_Words.add_constructor(_NULL, lambda _loader, _node: None)


def read_mapping(path: Path) -> SourceMapping:
    """Read a mapping file.

    Raises
    ------
    InputNotFoundError
        When there is none.
    MappingError
        When it is no YAML, or breaks a rule of `zhike.observe.mapping.parse_mapping`.
    """
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_Words)  # noqa: S506 - a base loader builds text only
    except OSError as error:
        raise InputNotFoundError(path=path) from error
    except UnicodeDecodeError as error:
        raise MappingError(
            what=phrase("bytes that are not UTF-8"), path=path.name, expected=phrase("UTF-8 text")
        ) from error
    except (yaml.YAMLError, TypeError) as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        where = (
            phrase("broken YAML in line {value} ({problem})", value=mark.line + 1, problem=problem)
            if mark
            else phrase("broken YAML")
        )
        raise MappingError(what=where, path=path.name, expected=phrase("a YAML mapping")) from error
    return parse_mapping(raw, path.name)
