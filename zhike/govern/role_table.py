"""What each role may do, as a table that can be read: a line a verb and way in which it is granted, then what is denied whatever is granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.grants import ANY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from zhike.core.grants import Grant, GrantTable
    from zhike.core.language import Language

__all__ = ["role_table"]

_GIVING: Final = "role."


def role_table(table: GrantTable, second_person: Collection[str], language: Language) -> dict[str, Any]:
    """Return what each role may do.

    Parameters
    ----------
    table : GrantTable
        In force.
    second_person : collection of str
        Verbs that ``access.four_eyes`` names.
    language : str
        Of all texts.

    Returns
    -------
    dict
        roles: of each role, text, whether it needs a second person to be given, and verbs: verb, text, effect, scope, purposes, because.
        purposes: text by purpose. Of a denial that is about everything there is no line a verb: it has the verb ``any``.
    """
    return {
        "roles": [
            {
                "role": role, "text": text.in_language(language), "second_person": f"{_GIVING}{role}" in second_person,
                "verbs": sorted(_lines(table, role, language), key=lambda line: (line["effect"], line["verb"], line["scope"])),
            }
            for role, text in table.roles.items()
        ],
        "purposes": {name: text.in_language(language) for name, text in table.purposes.items()},
    }  # fmt: skip


def _lines(table: GrantTable, role: str, language: Language) -> Iterator[dict[str, Any]]:
    for grant in table.grants:
        if role not in grant.roles:
            continue
        for verb in [ANY] if grant.verbs >= table.verbs.keys() else sorted(grant.verbs):
            yield _line(table, grant, verb, language)


def _line(table: GrantTable, grant: Grant, verb: str, language: Language) -> dict[str, Any]:
    every = grant.purposes >= table.purposes.keys()
    return {
        "verb": verb, "text": "" if verb == ANY else table.verbs[verb].in_language(language), "effect": grant.effect, "scope": grant.scope,
        "purposes": [] if every else sorted(grant.purposes),
        "because": None if grant.because is None else grant.because.in_language(language),
    }  # fmt: skip
