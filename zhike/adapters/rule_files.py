"""Rule files: YAML documents on disk, read into the rulebook; the path on disk is the rule's name.

``rulebook/cn/nfra/suitability/care_age.yaml`` is the document ``cn.nfra.suitability.care_age``; its cases lie beside it in
``care_age.cases.yaml``. Reading stops at nothing: every file that breaks the schema becomes one `RuleError` with its file
and line, so that an author sees all of them at once; `load_rulebook` raises the first.
"""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

import zhike
from zhike.core.errors import InputNotFoundError, RuleError
from zhike.core.language import Text
from zhike.core.phrases import Phrase, phrase, shape_of
from zhike.core.rulebook import Rulebook, parse_entry

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from zhike.core.rulebook import Entry

__all__ = [
    "RuleFiles",
    "load_cases",
    "load_document",
    "load_rulebook",
    "read_rule_files",
    "read_text",
    "rulebook_folder",
]

VARIABLE: Final = "ZHIKE_RULEBOOK"
"""Name of the environment variable that points to another rulebook."""

_MOST_KEPT: Final = 1024
"""Documents that are kept as they were read, by their text: a rulebook is read again and again, and seldom another one."""
_CASES: Final = ".cases.yaml"
_NAME: Final = re.compile(r"^[a-z][a-z0-9_]*$")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """What a folder of rule files holds: sound documents, cases, and everything that could not be read.

    Parameters
    ----------
    rulebook : Rulebook
        The documents that keep to the schema.
    cases : mapping of str to list
        Cases by the path of the document that they are about.
    errors : tuple of RuleError
        One for each file that could not be used, in path order.
    """

    folder: Path
    rulebook: Rulebook
    cases: Mapping[str, list[Mapping[str, Any]]]
    errors: tuple[RuleError, ...]


class _StrictLoader(_Loader):  # type: ignore[misc]  # PyYAML decides at run time which loader there is
    """A safe loader that refuses a key given twice: YAML would keep the last one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        keys: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float) and not hasattr(key, "isoformat"):
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r}", key_node.start_mark)
            if key in keys:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key '{key}' given twice", key_node.start_mark
                )
            keys.add(key)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return found


def _day(loader: Any, node: yaml.ScalarNode) -> Any:  # noqa: ANN401 - PyYAML's loader and its dates
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as problem:
        raise yaml.constructor.ConstructorError(
            None, None, f"'{node.value}': {problem}", node.start_mark
        ) from problem


_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _day)


def rulebook_folder(folder: Path | None = None) -> Path:
    """Return the folder that the rules are read from.

    Parameters
    ----------
    folder : Path, optional
        An explicit folder. Without one: the folder that ``ZHIKE_RULEBOOK`` names, else ``rulebook/`` beside the
        package in a checkout, else the copy inside the installed package.

    Raises
    ------
    InputNotFoundError
        When the folder that was named is not there.
    """
    named = folder or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    package = Path(zhike.__file__).resolve().parent
    choices = [named] if named is not None else [package.parent / "rulebook", package / "rulebook"]
    found = next((choice for choice in choices if choice.is_dir()), None)
    if found is None:
        raise InputNotFoundError(path=choices[-1])
    return found


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """Read all documents of a folder.

    Parameters
    ----------
    folder : Path, optional
        See `rulebook_folder`.

    Raises
    ------
    RuleError
        For the first file, in path order, that breaks the schema; it names file and line.

    Examples
    --------
    >>> import datetime as dt
    >>> load_rulebook().at("standard.iso4217.minor_units", dt.date(2026, 11, 21)).value["JPY"]
    0
    """
    root = rulebook_folder(folder)
    return Rulebook({entry.path: entry for entry in (_entry(root, file) for file in _documents(root))})


def load_document(file: Path) -> Entry:
    """Return one document from a file outside the rulebook, named by the file's own name.

    Raises
    ------
    RuleError
        When it breaks the schema; names file and line.
    """
    return _entry(file.parent, file)


def load_cases(folder: Path | None = None) -> dict[str, list[Mapping[str, Any]]]:
    """Return the cases of every document by its path; a file that is not a list of cases raises `RuleError`."""
    root = rulebook_folder(folder)
    return {_path_of(root, file): _cases(root, file) for file in _files(root) if _is_cases(file)}


def read_text(text: str, name: str) -> Any:  # noqa: ANN401 - whatever the YAML holds
    """Return what a text from outside says; ``name`` is what a message calls it.

    Raises
    ------
    RuleError
        When it cannot be read, gives a key twice, or refers to parts of itself, by which a short text becomes a huge one.
    """
    try:
        refers = any(isinstance(one, yaml.AnchorToken | yaml.AliasToken) for one in yaml.scan(text))
    except (yaml.YAMLError, ValueError):
        refers = False  # it cannot be read; which line, the loader says
    if refers:
        raise RuleError(
            what=phrase("a text that refers to parts of itself"),
            path=name,
            expected=phrase("every value written out"),
        )
    return _loaded(text, name)


def read_rule_files(folder: Path | None = None) -> RuleFiles:
    """Read everything that can be read and gather what cannot.

    Examples
    --------
    >>> read_rule_files().errors
    ()
    """
    root = rulebook_folder(folder)
    entries: dict[str, Entry] = {}
    cases: dict[str, list[Mapping[str, Any]]] = {}
    errors: list[RuleError] = []
    for file in _files(root):
        try:
            if _is_cases(file):
                cases[_path_of(root, file)] = _cases(root, file)
            else:
                entry = _entry(root, file)
                entries[entry.path] = entry
        except RuleError as error:
            errors.append(error)
    return RuleFiles(root, Rulebook(entries), cases, tuple(errors))


def _files(root: Path) -> list[Path]:
    found: list[Path] = []
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if not name.startswith(".")]
        found += [Path(folder, name) for name in names if name.endswith((".yaml", ".yml"))]
    return sorted(found)


def _is_cases(file: Path) -> bool:
    return file.name.endswith(_CASES)


def _documents(root: Path) -> Iterator[Path]:
    return (file for file in _files(root) if not _is_cases(file))


def _entry(root: Path, file: Path) -> Entry:
    return _read(_path_of(root, file), _text(root, file), _shown(root, file))


@functools.lru_cache(_MOST_KEPT)
def _read(path: str, text: str, name: str) -> Entry:
    raw = _loaded(text, name)
    try:
        return parse_entry(path, raw)
    except RuleError as error:
        where = _line(name, _line_of(text, str(error.data["what"])))
        raise RuleError(what=error.data["what"], path=where, expected=error.data["expected"]) from error


def _cases(root: Path, file: Path) -> list[Mapping[str, Any]]:
    return list(_read_cases(_text(root, file), _shown(root, file)))


@functools.lru_cache(_MOST_KEPT)
def _read_cases(text: str, name: str) -> list[Mapping[str, Any]]:
    raw = _loaded(text, name)
    if not isinstance(raw, list) or not all(isinstance(case, dict) for case in raw):
        raise RuleError(what=shape_of(raw), path=_line(name, 1), expected=phrase("a list of cases"))
    return raw


def _path_of(root: Path, file: Path) -> str:
    name = file.name.removesuffix(_CASES).removesuffix(".yaml")
    parts = (*file.relative_to(root).parent.parts, name)
    odd = next((part for part in parts if not _NAME.match(part)), None)
    if odd is not None:
        expected = phrase("folders and files named in small letters, digits and _, ending in .yaml")
        raise RuleError(what=phrase("name '{odd}'", odd=odd), path=_shown(root, file), expected=expected)
    return ".".join(parts)


def _shown(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix()


def _text(root: Path, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        line = file.read_bytes()[: problem.start].count(b"\n") + 1
        where = _line(_shown(root, file), line)
        raise RuleError(
            what=phrase("bytes that are not UTF-8"), path=where, expected=phrase("UTF-8 text")
        ) from problem


def _loaded(text: str, name: str) -> Any:  # noqa: ANN401 - whatever the YAML holds
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a subclass of the safe loader
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        where = _line(name, mark.line + 1 if mark else 1)
        words = getattr(problem, "problem", None) or str(problem)
        what = Text(words, "不是可读取的 YAML", "不是可讀取的 YAML")
        raise RuleError(
            what=what, path=where, expected=phrase("readable YAML with each key once")
        ) from problem


def _line(file: str, line: int) -> Phrase:
    return phrase("{file} line {line}", file=file, line=line)


def _line_of(text: str, what: str) -> int:
    """Return the line of the first key or value that a message names; 1 where it names none."""
    scalars = (
        node for node in _nodes(yaml.compose(text, Loader=_Loader)) if isinstance(node, yaml.ScalarNode)
    )
    words = set(re.findall(r"[\w-]+", what))
    return next((node.start_mark.line + 1 for node in scalars if node.value in words), 1)


def _nodes(node: yaml.Node | None) -> Iterator[yaml.Node]:
    if node is None:
        return
    yield node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _nodes(key)
            yield from _nodes(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _nodes(item)
