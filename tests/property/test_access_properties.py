"""Laws of access: what denials and grants do, on made-up tables and on the whole matrix of the one shipped."""

import itertools

import pytest
from access_tables import CLASSES, DAY, allow, bits, deny, grant_table, slow_highest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.adapters.rule_files import load_rulebook
from zhike.govern.roles import Access, Actor, Subject, decide_access, permitted_scope

QUICK = settings(max_examples=examples(75))
RULEBOOK = load_rulebook()
ACCESS = Access.of(RULEBOOK)
SHIPPED = RULEBOOK.at("access.roles", DAY)
TABLE = ACCESS.at(DAY).table

ROLES, VERBS, PURPOSES = ("a", "b", "c"), ("see", "do"), ("x", "y")
CUSTOMERS = [
    {"other", *ties} for n in range(4) for ties in itertools.combinations(("own", "branch", "opened"), n)
]
TIES = [{"nobody"}, *CUSTOMERS]


def some(names):
    return st.lists(st.sampled_from(names), min_size=1, unique=True)


def rows_of(effect):
    scopes = ["none", "own_book", "opened", "branch", "all"]
    if effect == "allow":
        return st.builds(
            lambda **parts: allow("row", **parts), roles=some(ROLES), verbs=some(VERBS), purposes=some(PURPOSES),
            scope=st.sampled_from(scopes), highest=st.sampled_from(CLASSES),
        )  # fmt: skip
    return st.builds(
        lambda **parts: deny("row", **parts), roles=st.one_of(st.just("any"), some(ROLES)),
        verbs=st.one_of(st.just("any"), some(VERBS)), purposes=st.one_of(st.just("any"), some(PURPOSES)),
        scope=st.sampled_from([*scopes, "any"]), lowest=st.sampled_from(CLASSES),
    )  # fmt: skip


tables = st.lists(st.one_of(rows_of("allow"), rows_of("deny")), min_size=1, max_size=8)
requests = st.tuples(
    st.lists(st.sampled_from([*ROLES, "stranger"]), max_size=3, unique=True),
    st.sampled_from([*VERBS, "fly"]),
    st.sampled_from([*PURPOSES, "z"]),
    st.sampled_from(TIES),
)


def named(rows):
    return [row | {"name": f"row{place}"} for place, row in enumerate(rows)]


def highest(rows, request):
    """Return the rank of the highest class that a table opens, -1 for a refusal."""
    if not rows:
        return -1
    roles, verb, purpose, ties = request
    table = grant_table(named(rows), roles=ROLES, verbs=VERBS, purposes=PURPOSES)
    found = table.judge(roles, verb, purpose, bits(ties)).highest
    return -1 if found is None else CLASSES.index(found)


@QUICK
@given(tables, requests)
def test_a_table_says_what_its_rows_say_one_by_one(rows, request):
    found = slow_highest(rows, *request)
    assert highest(rows, request) == (-1 if found is None else CLASSES.index(found))


@QUICK
@given(tables, requests)
def test_default_deny(rows, request):
    """Without a row that allows and fits, the request is refused, whatever else the table says."""
    only = [row for row in rows if row["effect"] == "deny"]
    assert highest(only, request) == -1
    roles, verb, purpose, _ = request
    if verb == "fly" or purpose == "z" or not set(roles) & set(ROLES):
        assert highest(rows, request) == -1


@QUICK
@given(tables, requests)
def test_deny_beats_allow_at_any_level(rows, request):
    against = [deny("row", roles=[role]) for role in request[0] if role in ROLES]
    assert all(highest([*rows, denial], request) == -1 for denial in against)


@QUICK
@given(tables, rows_of("deny"), requests)
def test_a_further_denial_never_allows_more(rows, denial, request):
    assert highest([*rows, denial], request) <= highest(rows, request)


@QUICK
@given(tables, rows_of("allow"), requests)
def test_a_further_grant_never_allows_less(rows, grant, request):
    assert highest([*rows, grant], request) >= highest(rows, request)


@QUICK
@given(tables, requests, st.sampled_from(ROLES))
def test_a_further_role_takes_only_by_its_denials(rows, request, role):
    roles, *rest = request
    more = highest(rows, ([*roles, role], *rest))
    if more < highest(rows, request):
        without = [row for row in rows if row["effect"] == "allow" or not _names(row, role)]
        assert highest(without, ([*roles, role], *rest)) >= highest(without, request)
        assert len(without) < len(rows)


def _names(row, role):
    return row["roles"] == "any" or role in row["roles"]


@QUICK
@given(tables, requests, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_roles_never_matters(rows, request, random):
    roles, *rest = request
    shuffled, turned = random.sample(rows, len(rows)), random.sample(roles, len(roles))
    assert highest(shuffled, (turned, *rest)) == highest(rows, request)


@QUICK
@given(tables, requests)
def test_a_nearer_customer_is_never_refused_by_the_grants_alone(rows, request):
    """Scopes are nested: what is granted for a stranger is granted for one's own."""
    roles, verb, purpose, ties = request
    granted = [row for row in rows if row["effect"] == "allow"]
    if "other" in ties:
        nearer = (roles, verb, purpose, ties | {"own", "branch", "opened"})
        assert highest(granted, nearer) >= highest(granted, request)


def test_the_whole_matrix_of_the_shipped_table():
    """Role x verb x purpose x tie x class against the rows as the file holds them, read one by one."""
    by_verb = {
        verb: [row for row in SHIPPED.value if row["verbs"] == "any" or verb in row["verbs"]]
        for verb in TABLE.verbs
    }
    checked = allowed = 0
    for role, verb, purpose in itertools.product(TABLE.roles, TABLE.verbs, TABLE.purposes):
        for ties in TIES:
            found = TABLE.judge([role], verb, purpose, bits(ties)).highest
            assert found == slow_highest(by_verb[verb], [role], verb, purpose, ties), (
                role,
                verb,
                purpose,
                ties,
            )
            checked, allowed = checked + 1, allowed + (found is not None)
    assert checked == len(TABLE.roles) * len(TABLE.verbs) * len(TABLE.purposes) * 9
    assert 0 < allowed < checked / 20


shipped_requests = st.tuples(
    st.lists(st.sampled_from(list(TABLE.roles)), min_size=1, max_size=3, unique=True).map(tuple),
    st.sampled_from(list(TABLE.verbs)),
    st.one_of(st.none(), st.builds(Subject, st.booleans(), st.booleans(), st.booleans())),
    st.sampled_from(list(TABLE.purposes)),
)


@settings(QUICK, max_examples=examples(250))
@given(shipped_requests)
def test_permissions_are_consistent(request):
    roles, verb, subject, purpose = request
    found = decide_access(ACCESS, Actor("S", roles), verb, subject, purpose, DAY)
    effects = [grant.effect for grant in found.rules]
    assert found.allowed is (found.highest_class is not None)
    assert found.visible or not found.allowed
    assert found.allowed or not found.needs_second_person
    assert "allow" in effects or not found.allowed
    assert not found.shows("C3")
    assert [found.shows(one) for one in CLASSES] == sorted(
        (found.shows(one) for one in CLASSES), reverse=True
    )
    # Nobody is asked to approve what they were allowed to propose unless the rules say so.
    assert found.needs_second_person is (found.allowed and verb in ACCESS.at(DAY).second_person)


@settings(QUICK, max_examples=examples(150))
@given(shipped_requests)
def test_a_search_reaches_no_further_than_single_customers_may_be_seen(request):
    roles, verb, _, purpose = request
    actor = Actor("S", roles)
    reach = permitted_scope(ACCESS, actor, verb, purpose, DAY)
    ties = {"all": Subject(), "branch": Subject(same_branch=True), "own_book": Subject(is_own=True)}
    if reach is not None:
        assert decide_access(ACCESS, actor, verb, ties[reach], purpose, DAY).allowed
    wider = list(ties)[: list(ties).index(reach)] if reach else list(ties)
    assert not any(decide_access(ACCESS, actor, verb, ties[one], purpose, DAY).allowed for one in wider)


@pytest.mark.parametrize("verb", sorted(ACCESS.at(DAY).second_person))
def test_somebody_can_approve_what_somebody_can_propose(verb):
    """Two different roles, or two people of one, can always bring a proposal to its end."""
    rule = ACCESS.at(DAY).second_person[verb]
    subjects = (None, Subject(), Subject(same_branch=True))

    def able(name):
        return {
            role
            for role in TABLE.roles
            for purpose in TABLE.purposes
            for subject in (*subjects, Subject(is_own=True))
            if decide_access(ACCESS, Actor("S", (role,)), name, subject, purpose, DAY).allowed
        }

    assert able(verb)
    assert able(rule.approved_by)
