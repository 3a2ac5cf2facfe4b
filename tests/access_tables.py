"""Small tables of grants for tests, and a second, slow reading of what they say."""

import datetime as dt

from zhike.core.grants import GrantTable
from zhike.core.rulebook import parse_entry

DAY = dt.date(2026, 6, 30)
FIRST = dt.date(2026, 1, 1)
CLASSES = ["-", "C1", "C2", "C3"]
COVERS = {
    "none": {"nobody"}, "own_book": {"own"}, "opened": {"opened"}, "branch": {"own", "branch"},
    "all": {"other"}, "any": {"nobody", "other"},
}  # fmt: skip
"""Which ties each scope asks for: one of them is enough. Every customer has the tie 'other'."""
BITS = {"own": 1, "branch": 2, "opened": 4, "other": 8, "nobody": 16}


def text(word):
    return {"en": word, "zh-Hans": word, "zh-Hant": word}


def grants_document(rows, roles=("a", "b"), verbs=("see", "do"), purposes=("x", "y"), **changes):
    """Return a raw document of kind ``grants``."""
    return {
        "kind": "grants", "title": text("Who may"), "owner": "law", "last_checked": FIRST, "status": "provisional",
        "roles": {name: text(name) for name in roles}, "verbs": {name: text(name) for name in verbs},
        "purposes": {name: text(name) for name in purposes}, "values": {FIRST: rows},
        "reference": {FIRST: {"title": "Decision of the house"}}, **changes,
    }  # fmt: skip


def grant_table(rows, **domains):
    return GrantTable.of(parse_entry("access.roles", grants_document(rows, **domains)).at(DAY))


def allow(name, *, roles=("a",), verbs=("see",), scope="own_book", purposes=("x",), highest="C2"):
    return {
        "name": name, "effect": "allow", "roles": list(roles), "verbs": list(verbs), "scope": scope,
        "purposes": list(purposes), "highest": highest,
    }  # fmt: skip


def deny(name, *, roles="any", verbs="any", scope="any", purposes="any", lowest="-"):
    named = {"roles": roles, "verbs": verbs, "purposes": purposes}
    return {
        "name": name, "effect": "deny", "scope": scope, "lowest": lowest, "because": text("Not so."),
        **{key: value if value == "any" else list(value) for key, value in named.items()},
    }  # fmt: skip


def bits(ties):
    return sum(BITS[tie] for tie in ties)


def slow_highest(rows, roles, verb, purpose, ties):
    """Return the highest class by reading the rows one after the other, None for a refusal."""
    shown = set()
    for row in rows:
        if _matches(row, roles, verb, purpose, ties) and row["effect"] == "allow":
            shown |= set(CLASSES[: CLASSES.index(row["highest"]) + 1])
    for row in rows:
        if _matches(row, roles, verb, purpose, ties) and row["effect"] == "deny":
            shown -= set(CLASSES[CLASSES.index(row["lowest"]) :])
    return max(shown, key=CLASSES.index, default=None)


def _matches(row, roles, verb, purpose, ties):
    named = (
        bool(roles) if row["roles"] == "any" else bool(set(row["roles"]) & set(roles)),
        row["verbs"] == "any" or verb in row["verbs"],
        row["purposes"] == "any" or purpose in row["purposes"],
    )
    return all(named) and bool(COVERS[row["scope"]] & set(ties))
