"""The rulebook: every number that a lawyer, a risk officer or a marketer could change, dated and referenced.

A document is one YAML file; its path on disk is its name (``cn/nfra/suitability/care_age.yaml`` is
``cn.nfra.suitability.care_age``). Whatever its kind, it has the same head and carries its content by first day::

    kind: parameter            # one of KINDS
    title: {en: ..., zh-Hans: ..., zh-Hant: ...}
    unit: months
    owner: compliance
    last_checked: 2026-11-21
    values:    {2026-02-01: 12}
    reference: {2026-02-01: {title: NFRA Order 2025-7 Art. 29, href: "https://..."}}
    status: confirmed          # or provisional; or by first day

A value without a reference of its own day is refused. ``null`` ends a rule. Reading files is left to the adapters.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError, RuleNotFoundError
from zhike.core.language import LANGUAGES, Text
from zhike.core.phrases import either, phrase, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "KINDS",
    "Entry",
    "Reference",
    "Rulebook",
    "Version",
    "canonical_json",
    "first_gap",
    "parse_entry",
    "text_said",
]

KINDS: Final = (
    "parameter",
    "rule",
    "table",
    "grants",
    "catalogue",
    "policy",
    "questionnaire",
    "journey",
    "calendar",
    "clocks",
)
STATUSES: Final = ("confirmed", "provisional")
_HEAD: Final = ("kind", "title", "owner", "last_checked", "values", "reference", "status")


def canonical_json(value: object) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, days in ISO form."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a value comes from: an article, an order, a decision of the bank."""

    title: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """What a document says from one day on."""

    path: str
    kind: str
    first_day: dt.date
    value: Any
    reference: Reference
    status: str
    title: Text
    unit: str | None
    head: Mapping[str, Any] = field(repr=False)

    @property
    def sha256(self) -> str:
        """Hash of what this version says, for the evidence of a decision."""
        content = {
            "path": self.path,
            "first_day": self.first_day,
            "value": self.value,
            "head": dict(self.head),
        }
        return hashlib.sha256(canonical_json(content).encode()).hexdigest()

    def counts(self, names: tuple[str, ...]) -> dict[str, int]:
        """Return a value that is one whole number of 1 or more by each of these names.

        Raises
        ------
        RuleError
            When a name is missing or not one of these, or a number is none that could be meant.
        """
        value = self.value
        if (
            not isinstance(value, dict)
            or set(value) != set(names)
            or any(type(number) is not int or number < 1 for number in value.values())
        ):
            raise RuleError(
                what=f"{value!r}",
                path=self.path,
                expected=phrase("whole numbers of 1 or more: {names}", names=", ".join(names)),
            )
        return value


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of the rulebook with all of its versions, oldest first."""

    path: str
    kind: str
    title: Text
    owner: str
    last_checked: dt.date
    versions: tuple[Version, ...]

    def at(self, day: dt.date) -> Version:
        """Return the version in force on a day.

        Raises
        ------
        RuleNotFoundError
            Before the first day, or after the rule ended.
        """
        found = self.in_force(day)
        if found is None:
            first = self.versions[0].first_day
            raise RuleNotFoundError(
                path=self.path, at=day, known=phrase("the first is of {first}", first=first)
            )
        return found

    def in_force(self, day: dt.date) -> Version | None:
        """Return the version in force on a day, None when the rule is not in force."""
        past = [version for version in self.versions if version.first_day <= day]
        return past[-1] if past and past[-1].value is not None else None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All documents by path.

    Examples
    --------
    >>> raw = {"kind": "parameter", "title": {"en": "Age", "zh-Hans": "年龄", "zh-Hant": "年齡"}, "owner": "law",
    ...        "last_checked": dt.date(2026, 1, 1), "status": "confirmed", "unit": "years",
    ...        "values": {dt.date(2026, 2, 1): 65}, "reference": {dt.date(2026, 2, 1): {"title": "Order Art. 18"}}}
    >>> rules = Rulebook({"cn.age": parse_entry("cn.age", raw)})
    >>> rules.at("cn.age", dt.date(2026, 6, 1)).value
    65
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Entry]:
        return iter(sorted(self.entries.values(), key=lambda entry: entry.path))

    def entry(self, path: str) -> Entry:
        """Return a document; the error names the nearest ones."""
        if path not in self.entries:
            stem = path.rpartition(".")[0]
            near = [name for name in self.entries if name.startswith(stem)] or list(self.entries)
            raise RuleNotFoundError(
                path=path, at=phrase("any day"), known=", ".join(sorted(near)[:8]) or phrase("no rule at all")
            )
        return self.entries[path]

    def at(self, path: str, day: dt.date) -> Version:
        """Return what a document says on a day."""
        return self.entry(path).at(day)

    def in_force(self, prefix: str, kind: str, day: dt.date) -> list[Version]:
        """Return the versions of one kind below a path that are in force on a day, in path order."""
        inside = [e for e in self if e.kind == kind and (e.path == prefix or e.path.startswith(prefix + "."))]
        return [version for entry in inside if (version := entry.in_force(day)) is not None]

    def users(self, path: str) -> list[str]:
        """Return the documents that read a document: rules and tables by their parameters, policies by packs and names."""
        rule = self.entry(path).kind == "rule"
        return [e.path for e in self if any(_reads(version, path, in_packs=rule) for version in e.versions)]


def _reads(version: Version, path: str, *, in_packs: bool) -> bool:
    if version.kind in ("rule", "table"):
        return path in (version.head.get("parameters") or {}).values()
    if version.kind != "policy" or not isinstance(version.value, dict):
        return False
    packs = version.value.get("packs") or []
    packed = any(path == pack or path.startswith(f"{pack}.") for pack in packs)
    return path in version.value.values() or (in_packs and packed)


def first_gap(entry: Entry, first: dt.date, until: dt.date | None) -> dt.date | None:
    """Return the first day from ``first`` on, and before ``until``, on which a document is not in force."""
    changes = [
        v.first_day for v in entry.versions if v.first_day > first and (until is None or v.first_day < until)
    ]
    return next((day for day in (first, *changes) if entry.in_force(day) is None), None)


def parse_entry(path: str, raw: object) -> Entry:
    """Check a raw document against the schema of the head and return it.

    Parameters
    ----------
    path : str
        Dotted path of the document.
    raw : object
        What the YAML file holds.

    Raises
    ------
    RuleError
        On the first breach; it names the path and what was needed.
    """
    if not isinstance(raw, dict):
        raise RuleError(what=shape_of(raw), path=path, expected=phrase("a mapping"))
    missing = [key for key in _HEAD if key not in raw]
    if missing:
        raise RuleError(
            what=phrase("no {names}", names=", ".join(missing)),
            path=path,
            expected=phrase("the keys {names}", names=", ".join(_HEAD)),
        )
    _one_of(path, "kind", raw["kind"], KINDS)
    title = _text(path, "title", raw["title"])
    values, references = _dated(path, "values", raw["values"]), _dated(path, "reference", raw["reference"])
    if set(values) != set(references):
        odd = sorted(str(day) for day in set(values) ^ set(references))
        raise RuleError(
            what=phrase("days {odd} in only one of values and reference", odd=odd),
            path=path,
            expected=phrase("both for each day"),
        )
    head = {
        key: value
        for key, value in raw.items()
        if key not in ("values", "reference", "status", "last_checked")
    }
    versions = tuple(
        Version(
            path, raw["kind"], day, values[day], _reference(path, references[day]), _status(path, raw["status"], day),
            title, raw.get("unit"), MappingProxyType(head),
        )
        for day in sorted(values)
    )  # fmt: skip
    return Entry(path, raw["kind"], title, str(raw["owner"]), _day(path, raw["last_checked"]), versions)


def _one_of(path: str, key: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise RuleError(what=f"{key} '{value}'", path=path, expected=either(known))


def _text(path: str, key: str, raw: object) -> Text:
    if not isinstance(raw, dict) or any(not raw.get(language) for language in LANGUAGES):
        raise RuleError(
            what=f"{key} {raw!r}", path=path, expected=phrase("a text in {names}", names=", ".join(LANGUAGES))
        )
    return Text.of(raw)


def text_said(where: object, raw: object) -> Text:
    """Return a text that a rule says in every language, and in no other.

    Raises
    ------
    RuleError
        When a language is missing or empty, or there is another one.
    """
    if not isinstance(raw, dict) or set(raw) != set(LANGUAGES) or not all(raw.values()):
        raise RuleError(
            what=f"{raw!r}", path=where, expected=phrase("a text in {names}", names=", ".join(LANGUAGES))
        )
    return Text.of(raw)


def _dated(path: str, key: str, raw: object) -> dict[dt.date, Any]:
    if not isinstance(raw, dict) or not raw:
        raise RuleError(
            what=f"{key} {raw!r}", path=path, expected=phrase("a mapping from first day to content")
        )
    return {_day(path, day): content for day, content in raw.items()}


def _day(path: str, raw: object) -> dt.date:
    if not isinstance(raw, dt.date) or isinstance(raw, dt.datetime):
        raise RuleError(what=f"'{raw}'", path=path, expected=phrase("a day such as 2026-02-01"))
    return raw


def _reference(path: str, raw: object) -> Reference:
    if not isinstance(raw, dict) or not raw.get("title"):
        raise RuleError(
            what=phrase("reference {raw!r}", raw=raw), path=path, expected=phrase("a reference with a title")
        )
    return Reference(str(raw["title"]), raw.get("href"))


def _status(path: str, raw: object, day: dt.date) -> str:
    status = raw.get(day) if isinstance(raw, dict) else raw
    _one_of(path, "status", status, STATUSES)
    return str(status)
