"""Tables of grants: what a row covers, what a denial takes, what is malformed, what is idle."""

import pytest
from access_tables import CLASSES as FROM_LEAST
from access_tables import DAY, allow, bits, deny, grant_table, grants_document

from zhike.core.errors import RuleError
from zhike.core.grants import CLASSES, SCOPES, GrantTable
from zhike.core.rule_cases import run_case
from zhike.core.rulebook import Rulebook, parse_entry


def test_classes_from_the_least():
    assert list(CLASSES) == FROM_LEAST


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ("none", ["nobody"]),
        ("own_book", ["own"]),
        ("opened", ["opened"]),
        ("branch", ["own", "branch"]),
        ("all", ["own", "branch", "opened", "other"]),
    ],
)
def test_what_a_scope_covers(scope, covered):
    table = grant_table([allow("one", scope=scope)])
    requests = {"nobody": ["nobody"], "other": ["other"], "own": ["other", "own"], "branch": ["other", "branch"],
                "opened": ["other", "opened"]}  # fmt: skip
    found = [name for name, ties in requests.items() if table.judge(["a"], "see", "x", bits(ties)).highest]
    assert sorted(found) == sorted(covered)


OWN = bits(["other", "own"])


@pytest.mark.parametrize(
    ("rows", "highest"),
    [
        ([allow("one")], "C2"),
        ([allow("one", highest="-")], "-"),
        ([allow("one", highest="C1"), allow("two", highest="C2", scope="all")], "C2"),
        ([allow("one"), deny("all")], None),
        ([allow("one"), deny("secrets", lowest="C3")], "C2"),
        ([allow("one"), deny("persons", lowest="C2")], "C1"),
        ([allow("one"), deny("far", scope="none")], "C2"),
        ([allow("one"), deny("elsewhere", purposes=["y"])], "C2"),
        ([allow("one"), deny("somebody", roles=["b"])], "C2"),
    ],
)
def test_grants_and_denials(rows, highest):
    assert grant_table(rows).judge(["a"], "see", "x", OWN).highest == highest


def test_a_denial_of_one_role_counts_against_another():
    table = grant_table([allow("one", roles=["a"]), deny("b_does_nothing", roles=["b"])])
    assert table.judge(["a"], "see", "x", OWN).highest == "C2"
    assert table.judge(["a", "b"], "see", "x", OWN).highest is None


def test_names_that_nobody_knows_are_refused():
    table = grant_table([allow("one")])
    for roles, verb, purpose in (
        ([], "see", "x"),
        (["c"], "see", "x"),
        (["a"], "fly", "x"),
        (["a"], "see", "z"),
    ):
        assert table.judge(roles, verb, purpose, OWN) == (None, ())


def test_matching_rows_come_the_most_specific_first_and_once():
    rows = [
        deny("wide", lowest="C3"), allow("branch", scope="branch", roles=["a", "b"]), allow("own_two", roles=["a", "b"]),
        allow("own"), deny("own_denied", roles=["a"], verbs=["see"], purposes=["x"], scope="own_book", lowest="C3"),
    ]  # fmt: skip
    found = grant_table(rows).judge(["a", "b"], "see", "x", bits(["other", "own", "branch"]))
    assert [grant.name for grant in found.grants] == ["own_denied", "own", "own_two", "branch", "wide"]
    assert found.grants[0].rule == "access.roles#own_denied"


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ("rows", "a list of rows"),
        ([], "a list of rows"),
        (["x"], "a row with effect allow or deny"),
        ([{**allow("one"), "effect": "maybe"}], "a row with effect"),
        ([{**allow("one"), "highest": "C4"}], "highest 'C4'"),
        ([{**allow("one"), "scope": "any"}], "scope 'any'"),
        ([{**deny("one"), "scope": "house"}], "scope 'house'"),
        ([{**allow("one"), "lowest": "C1"}], "keys"),
        ([{**deny("one"), "because": {"en": "No."}}], "a text in"),
        ([{**allow("one"), "roles": "any"}], "a list of roles that the head declares"),
        ([{**allow("one"), "verbs": []}], "verbs []"),
        ([{**allow("one"), "purposes": ["z"]}], "purposes ['z']"),
        ([{**deny("one"), "roles": ["c"]}], "or any"),
        ([allow("one"), allow("one", roles=["b"])], "row 'one' twice"),
    ],
)
def test_what_is_malformed_is_refused(rows, named):
    with pytest.raises(RuleError) as caught:
        grant_table(rows)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    "changes", [{"roles": {}}, {"roles": {"any": {"en": "x"}}}, {"verbs": {"see": {"en": "x"}}}]
)
def test_domains_need_titles(changes):
    with pytest.raises(RuleError):
        GrantTable.of(parse_entry("access.roles", grants_document([allow("one")]) | changes).at(DAY))


def every(**names):
    """A row that grants every name, so that only what a test is about is idle."""
    return allow(
        "every", roles=["a", "b"], verbs=["see", "do"], purposes=["x", "y"], scope="own_book", **names
    )


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([every()], []),
        ([every(), deny("secrets", lowest="C3")], []),
        ([every(), allow("again")], ["row 'again' grants nothing"]),
        ([every(), allow("wider", scope="branch")], []),
        ([every(), allow("more", highest="C3")], []),
        (
            [every(), allow("taken", scope="all"), deny("all", scope="all", roles=["a"])],
            ["row 'taken' grants nothing"],
        ),
        ([allow("one", roles=["a", "b"], verbs=["see", "do"])], ["nobody is ever granted 'y'"]),
        ([allow("one", purposes=["x", "y"])], ["nobody is ever granted 'b'", "nobody is ever granted 'do'"]),
    ],
)
def test_what_is_idle_is_found(rows, found):
    told = [finding.sentence.en for finding in grant_table(rows).lint()]
    assert [line.partition(":")[0] for line in told] == found


def test_scopes_are_ordered_from_the_narrowest():
    assert list(SCOPES) == ["none", "own_book", "opened", "branch", "all", "any"]


RULES = Rulebook(
    {"access.roles": parse_entry("access.roles", grants_document([allow("one"), allow("two", scope="none")]))}
)


def case(expect="C2", **changes):
    request = {"roles": ["a"], "verb": "see", "customer": "own", "purpose": "x", **changes}
    return {"name": "one", "at": DAY, "request": request, "expect": expect}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, "C2"),
        ({"customer": "none"}, "C2"),
        ({"customer": "other"}, "denied"),
        ({"customer": ["branch", "own"]}, "C2"),
        ({"roles": []}, "denied"),
    ],
)
def test_cases_of_grants(changes, found):
    result = run_case(RULES, "access.roles", case(found, **changes))
    assert (result.found, result.passed) == (found, True)
    assert not run_case(RULES, "access.roles", case("C3", **changes)).passed


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"roles": ["c"]}, "'c'"),
        ({"verb": "fly"}, "'fly'"),
        ({"purpose": "z"}, "'z'"),
        ({"customer": "mine"}, "'mine'"),
        ({"customer": ["none", "own"]}, "'none'"),
        ({"day": "today"}, "roles, verb, customer and purpose"),
    ],
)
def test_a_slip_in_a_case_is_refused(changes, named):
    with pytest.raises(RuleError) as caught:
        run_case(RULES, "access.roles", case(**changes))
    assert named in str(caught.value)


def test_an_outcome_that_there_is_not_is_refused():
    with pytest.raises(RuleError, match="expect 'allowed'"):
        run_case(RULES, "access.roles", case("allowed"))
