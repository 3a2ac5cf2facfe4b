"""The page of roles, made from the rulebook: who may do what, what needs two, what is masked, what erasure does."""

from zhike.adapters.rule_files import load_rulebook
from zhike.core.grants import GrantTable
from zhike.govern.access_explanation import SCOPE_TITLES
from zhike.govern.break_glass import BREAK_GLASS, BreakGlassRules
from zhike.govern.masking import MASKING, MaskingRules
from zhike.govern.retention import RETENTION
from zhike.govern.roles import FOUR_EYES, ROLES
from zhike.govern.second_person import second_person_rules
from zhike.govern.sessions import SESSIONS, SessionRules

INTRO = """\
# Roles

Who may do what, as the rulebook says it from {day} on ({status}: {reference}). [Access](../concepts/access.md) explains how a permission
is decided. To change a right, change `{path}` in your rulebook ([how](../how-to/write-a-rule.md)); the engine reads nothing else.

Nothing is allowed that is not listed. A denial beats every grant, and counts against somebody who has other roles as well.
Classes of personal data are those of the [contract tables](tables.md).
"""


def access_page(note):
    """Return the page of roles, rights and retention."""
    rulebook = load_rulebook()
    roles = rulebook.entry(ROLES).versions[-1]
    table = GrantTable.of(roles)
    head = {
        "day": roles.first_day,
        "status": roles.status,
        "reference": roles.reference.title,
        "path": roles.path,
    }
    lines = [note.format(source="the rulebook, access and privacy"), INTRO.format(**head)]
    lines += ["| role | English | 简体 | 繁體 |", "|---|---|---|---|", *_titles(table.roles), ""]
    for role, title in table.roles.items():
        lines += [f"## {role}", "", f"{title.en.capitalize()}.", "", *_grants(table, role), ""]
    lines += ["## What no grant brings back", "", *_denials(table), ""]
    lines += ["## Verbs", "", *_verbs(table, second_person_rules(rulebook.entry(FOUR_EYES).versions[-1])), ""]
    lines += [
        "## Purposes",
        "",
        "| purpose | English | 简体 | 繁體 |",
        "|---|---|---|---|",
        *_titles(table.purposes),
        "",
    ]
    lines += ["## Break-glass", "", *_glass(BreakGlassRules.of(rulebook.entry(BREAK_GLASS).versions[-1])), ""]
    lines += ["## Sessions", "", *_sessions(SessionRules.of(rulebook.entry(SESSIONS).versions[-1])), ""]
    lines += ["## Masking", "", *_masking(MaskingRules.of(rulebook.entry(MASKING).versions[-1])), ""]
    lines += ["## Erasure and retention", "", *_retention(rulebook)]
    return "\n".join(lines) + "\n"


def _titles(titles):
    return [
        f"| `{name}` | {title.en} | {title.zh_hans} | {title.zh_hant} |" for name, title in titles.items()
    ]


def _coded(names, order=None):
    listed = [name for name in order if name in names] if order is not None else list(names)
    return ", ".join(f"`{name}`" for name in listed)


def _grants(table, role):
    rows = ["| may | for | purpose | up to class |", "|---|---|---|---|"]
    return rows + [
        f"| {_coded(grant.verbs, table.verbs)} | {SCOPE_TITLES[grant.scope].en} | {_coded(grant.purposes, table.purposes)} "
        f"| {grant.limit} |"
        for grant in table.grants
        if grant.effect == "allow" and role in grant.roles
    ]


def _denials(table):
    rows = ["| row | who | what | for | from class | why |", "|---|---|---|---|---|---|"]
    for grant in table.grants:
        if grant.effect == "deny":
            who, what = (
                "everybody" if names == set(every) else _coded(names, every)
                for names, every in ((grant.roles, table.roles), (grant.verbs, table.verbs))
            )
            what = "everything" if what == "everybody" else what
            purposes = (
                ""
                if grant.purposes == set(table.purposes)
                else f"; purpose {_coded(grant.purposes, table.purposes)}"
            )
            rows.append(
                f"| `{grant.name}` | {who} | {what} | {SCOPE_TITLES[grant.scope].en}{purposes} | {grant.limit} | {grant.because.en} |"
            )
    return rows


def _verbs(table, second):
    rows = ["| verb | meaning | roles | second person |", "|---|---|---|---|"]
    for verb, title in table.verbs.items():
        able = {
            role
            for grant in table.grants
            if grant.effect == "allow" and verb in grant.verbs
            for role in grant.roles
        }
        rule = second.get(verb)
        needed = "" if rule is None else f"has `{rule.approved_by}`, within {rule.hours} hours"
        rows.append(f"| `{verb}` | {title.en} | {_coded(able, table.roles)} | {needed} |")
    return rows


def _glass(rules):
    told = f"A reason of at least {rules.characters} characters is needed, spaces not counted. Told at once: {_coded(rules.alerts)}. "
    return [
        f"{told}Within {rules.review_hours} hours somebody else says whether it was justified.",
        "",
        "| role | hours |",
        "|---|---:|",
        *(f"| `{role}` | {hours} |" for role, hours in rules.hours.items()),
    ]


def _sessions(rules):
    minute = 60_000_000
    ends = f"A session ends {rules.idle // minute} minutes after its last use and {rules.longest // (60 * minute)} hours after it began."
    locks = (
        f"{rules.tries} wrong passwords one after the other lock a name for {rules.locked // minute} minutes."
    )
    return [f"{ends} {locks} A password has {rules.least} to {rules.most} characters."]


def _masking(rules):
    shown = {
        "withheld": "nothing: `•••`",
        "year": "the year of a day",
        "band": f"the band of a number, in the unit of the column: {_coded(rules.bands())}",
        "tail": f"the last {rules.characters} characters, where they are less than half",
    }
    rows = ["| form | what is left | its class | columns |", "|---|---|---|---|"]
    for form, reveals in rules.reveals.items():
        columns = [name for name, taken in rules.columns.items() if taken == form]
        rows.append(f"| {form} | {shown[form]} | {reveals} | {_coded(columns) or 'all others'} |")
    return [*rows, "", f"Of class {', '.join(sorted(rules.never))} nothing is ever left."]


def _retention(rulebook):
    version = rulebook.entry(RETENTION).versions[-1]
    named = version.head["parameters"]
    rows = ["| table | columns | when nothing keeps it | kept by |", "|---|---|---|---|"]
    for row in version.value:
        when, then = row["when"], row["then"]
        tables, columns = (
            _coded(cell if isinstance(cell, list) else [cell]) if cell else "all others"
            for cell in (when.get("table"), when.get("column"))
        )
        rows.append(
            f"| {tables} | {columns} | {then['treatment']} | {_coded([named[k] for k in then['kept_by']]) or '-'} |"
        )
    rows += ["", "| duty | years after the end of the relationship | ground |", "|---|---:|---|"]
    for path in named.values():
        duty = rulebook.entry(path).versions[-1]
        rows.append(f"| `{path}` | {duty.value} | {duty.reference.title} ({duty.status}) |")
    return rows
