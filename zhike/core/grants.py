"""Tables of grants: which role may do what, for which customers, for which purpose, and see data up to which class.

A document of kind ``grants`` declares ``roles``, ``verbs`` and ``purposes`` with their titles; its value is a list of rows::

    - {name: managers_view_their_book, effect: allow, roles: [relationship_manager], verbs: [customer.view],
       scope: own_book, purposes: [service], highest: C2}
    - {name: nobody_sees_secrets, effect: deny, roles: any, verbs: any, scope: any, purposes: any, lowest: C3,
       because: {en: ..., zh-Hans: ..., zh-Hant: ...}}

Nothing is allowed that no row allows; a row that denies beats every row that allows, however specific that one is. ``any`` may
stand in denials only: a grant to everybody would cover roles and verbs that nobody has thought of yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

from zhike.core.decision_tables import Finding
from zhike.core.errors import RuleError
from zhike.core.language import Text
from zhike.core.phrases import either, phrase
from zhike.core.rulebook import text_said
from zhike.core.tables import PersonalDataClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zhike.core.rulebook import Version

__all__ = ["ANY", "CLASSES", "NEAR", "NO_CUSTOMER", "SCOPES", "Grant", "GrantTable", "Judgement"]

ANY: Final = "any"
CLASSES: Final[tuple[PersonalDataClass, ...]] = tuple(reversed(get_args(PersonalDataClass)))
"""Classes of personal data, the least first."""

NEAR: Final = {"own": 1, "branch": 2, "opened": 4, "other": 8}
"""What ties an actor to a customer, as bits; every customer has the bit of ``other`` as well."""
NO_CUSTOMER: Final = 16
"""The bit of a request in which no customer is involved."""

SCOPES: Final[Mapping[str, int]] = {
    "none": NO_CUSTOMER,
    "own_book": NEAR["own"],
    "opened": NEAR["opened"],
    "branch": NEAR["own"] | NEAR["branch"],
    "all": NEAR["other"],
    ANY: NEAR["other"] | NO_CUSTOMER,
}
"""Scopes with the bits that each covers, the narrowest first. A branch includes the own book: a customer who moves does
not slip out of it."""

_LIMIT: Final = {"allow": "highest", "deny": "lowest"}
_COMMON: Final = ("name", "effect", "roles", "verbs", "scope", "purposes")
_KINDS_OF_CUSTOMER: Final = (NO_CUSTOMER, *(NEAR["other"] | bits for bits in range(NEAR["other"])))
_SENTENCES: Final = {
    "never_granted": Text(
        "nobody is ever granted '{name}'", "“{name}”从未授予任何人", "「{name}」從未授予任何人"
    ),
    "unreachable": Text(
        "row '{name}' grants nothing: other rows grant as much, or a denial takes all of it",
        "“{name}”一行并未授予任何权限：其他行已授予同样权限，或已被禁止行全部否定",
        "「{name}」一列並未授予任何權限：其他列已授予同樣權限，或已被禁止列全部否定",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grant:
    """One row: whom it is about, what it allows or denies.

    Parameters
    ----------
    rule : str
        Path of the document and name of the row, such as ``access.roles#managers_view_their_book``.
    effect : str
        ``allow`` or ``deny``.
    roles, verbs, purposes : frozenset of str
        ``any`` is written out.
    scope : str
        One of `SCOPES`.
    limit : str
        For a grant the highest class of personal data that it opens, for a denial the lowest that it closes.
    because : Text or None
        Why it is denied.
    """

    rule: str
    effect: str
    roles: frozenset[str]
    verbs: frozenset[str]
    scope: str
    purposes: frozenset[str]
    limit: PersonalDataClass
    because: Text | None = None

    @property
    def name(self) -> str:
        """Name of the row within its document."""
        return self.rule.partition("#")[2]


class Judgement(NamedTuple):
    """The highest class that a request may see, None when it is denied, and the rows that matched, most specific first."""

    highest: PersonalDataClass | None
    grants: tuple[Grant, ...]


class _Row(NamedTuple):
    """A grant as the check reads it: its place in the order of specificity, whom it covers, and its limit as a number."""

    place: int
    covers: int
    allows: bool
    limit: int
    grant: Grant


@dataclass(frozen=True, slots=True)
class GrantTable:
    """A table of grants in force on a day.

    Parameters
    ----------
    path : str
    roles, verbs, purposes : mapping of str to Text
        The domains, with titles.
    grants : tuple of Grant
        The most specific first.
    """

    path: str
    roles: Mapping[str, Text]
    verbs: Mapping[str, Text]
    purposes: Mapping[str, Text]
    grants: tuple[Grant, ...]
    _cells: dict[tuple[str, str, str], tuple[_Row, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Rows by role, verb and purpose, found when first asked for: most of the combinations never are."""

    @classmethod
    def of(cls, version: Version) -> GrantTable:
        """Build the table from a document of kind ``grants``; a malformed row raises `RuleError`."""
        domains = {key: _domain(version, key) for key in ("roles", "verbs", "purposes")}
        rows = version.value if isinstance(version.value, list) else []
        if not rows:
            raise RuleError(what=f"{version.value!r}", path=version.path, expected=phrase("a list of rows"))
        grants = [_grant(version.path, row, domains) for row in rows]
        names = [grant.name for grant in grants]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise RuleError(
                what=phrase("row '{twice}' twice", twice=twice),
                path=version.path,
                expected=phrase("names that differ"),
            )
        ordered = tuple(sorted(grants, key=_specificity))
        return cls(version.path, domains["roles"], domains["verbs"], domains["purposes"], ordered)

    def judge(self, roles: Iterable[str], verb: str, purpose: str, near: int) -> Judgement:
        """Return what a request may see, and by which rows.

        Parameters
        ----------
        roles : iterable of str
            All roles of the actor; a denial of one of them counts against all.
        verb, purpose : str
        near : int
            Bits of `NEAR`, or `NO_CUSTOMER`.
        """
        return _judged(self._rows(roles, verb, purpose), near)

    def lint(self) -> list[Finding]:
        """Return names that nobody is ever granted, and rows that grant nothing; empty for a sound table."""
        allowed = [grant for grant in self.grants if grant.effect == "allow"]
        found = []
        for domain, key in ((self.roles, "roles"), (self.verbs, "verbs"), (self.purposes, "purposes")):
            granted = frozenset[str]().union(*(getattr(grant, key) for grant in allowed))
            found += [_finding("never_granted", name) for name in domain if name not in granted]
        return found + [_finding("unreachable", grant.name) for grant in allowed if not self._adds(grant)]

    def _adds(self, grant: Grant) -> bool:
        """Return whether anybody may do less without a row."""
        for cell in _combinations(grant):
            for near in _KINDS_OF_CUSTOMER:
                rows = self._cell(*cell)
                without = [row for row in rows if row.grant is not grant]
                if _judged(rows, near).highest != _judged(without, near).highest:
                    return True
        return False

    def _rows(self, roles: Iterable[str], verb: str, purpose: str) -> Iterable[_Row]:
        cells = [self._cell(role, verb, purpose) for role in roles]
        if len(cells) == 1:
            return cells[0]
        # A row that speaks of two of the actor's roles counts once.
        by_place = {row[0]: row for cell in cells for row in cell}
        return [by_place[place] for place in sorted(by_place)]

    def _cell(self, role: str, verb: str, purpose: str) -> tuple[_Row, ...]:
        cell = role, verb, purpose
        found = self._cells.get(cell)
        if found is None:
            if not self._declares(*cell):
                return ()  # names come from outside: what nobody declared is not kept
            found = self._cells[cell] = tuple(
                _Row(place, SCOPES[grant.scope], grant.effect == "allow", CLASSES.index(grant.limit), grant)
                for place, grant in enumerate(self.grants)
                if role in grant.roles and verb in grant.verbs and purpose in grant.purposes
            )
        return found

    def _declares(self, role: str, verb: str, purpose: str) -> bool:
        return role in self.roles and verb in self.verbs and purpose in self.purposes


def _judged(rows: Iterable[_Row], near: int) -> Judgement:
    """Return what rows say of a customer; one pass, since every request of every page comes through here."""
    granted, denied, grants = -1, len(CLASSES), []
    for _, covers, allows, limit, grant in rows:
        if covers & near:
            grants.append(grant)
            if allows:
                granted = max(granted, limit)
            else:
                denied = min(denied, limit)
    highest = min(granted, denied - 1)
    return Judgement(CLASSES[highest] if highest >= 0 else None, tuple(grants))


def _combinations(grant: Grant) -> Iterator[tuple[str, str, str]]:
    for role in grant.roles:
        for verb in grant.verbs:
            for purpose in grant.purposes:
                yield role, verb, purpose


def _specificity(grant: Grant) -> tuple[int, int, bool, str]:
    """Return the key that sorts the narrowest scope first, then the fewest combinations, then denials, then by name."""
    combinations = len(grant.roles) * len(grant.verbs) * len(grant.purposes)
    return list(SCOPES).index(grant.scope), combinations, grant.effect == "allow", grant.rule


def _domain(version: Version, key: str) -> dict[str, Text]:
    raw = version.head.get(key)
    if not isinstance(raw, dict) or not raw or ANY in raw:
        raise RuleError(
            what=f"{key} {raw!r}",
            path=version.path,
            expected=phrase("{key} with their titles, none named {any}", key=key, any=ANY),
        )
    return {str(name): text_said(f"{version.path} {key} {name}", title) for name, title in raw.items()}


def _grant(path: str, row: Any, domains: Mapping[str, Mapping[str, Text]]) -> Grant:  # noqa: ANN401 - as the YAML holds it
    effect = row.get("effect") if isinstance(row, dict) else None
    if effect not in _LIMIT:
        raise RuleError(
            what=f"{row}", path=path, expected=phrase("a row with effect {names}", names=either(_LIMIT))
        )
    denies = effect == "deny"
    keys = {*_COMMON, _LIMIT[effect], *(("because",) if denies else ())}
    where = phrase("{path} row '{name}'", path=path, name=row.get("name", "?"))
    if set(row) != keys:
        raise RuleError(
            what=phrase("keys {row}", row=sorted(row)), path=where, expected=", ".join(sorted(keys))
        )
    named = {key: _names(where, key, row[key], domains[key], denies=denies) for key in domains}
    scopes = [scope for scope in SCOPES if denies or scope != ANY]
    for key, known in (("scope", scopes), (_LIMIT[effect], list(CLASSES))):
        if row[key] not in known:
            raise RuleError(what=f"{key} {row[key]!r}", path=where, expected=either(known))
    because = text_said(where, row["because"]) if denies else None
    return Grant(
        f"{path}#{row['name']}", effect, scope=row["scope"], limit=row[_LIMIT[effect]], because=because, **named
    )  # fmt: skip


def _names(
    where: object, key: str, raw: object, domain: Mapping[str, Text], *, denies: bool
) -> frozenset[str]:
    if raw == ANY and denies:
        return frozenset(domain)
    unknown = [name for name in raw if name not in domain] if isinstance(raw, list) else [raw]
    if unknown or not raw:
        declared = phrase("a list of {key} that the head declares", key=key)
        expected = (
            phrase("a list of {key} that the head declares, or {any}", key=key, any=ANY)
            if denies
            else declared
        )
        raise RuleError(what=f"{key} {unknown or raw}", path=where, expected=expected)
    return frozenset(raw) if isinstance(raw, list) else frozenset()


def _finding(kind: str, name: str) -> Finding:
    return Finding(kind, name, _SENTENCES[kind].filled(name=name))
