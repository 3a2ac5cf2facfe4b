"""Laws of scopes: a token may what its owner's roles and its scopes both allow, and never tells of a customer by what it refuses."""

import dataclasses
import itertools

from access_tables import DAY
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.adapters.rule_files import load_rulebook
from zhike.govern.access_explanation import explain_access
from zhike.govern.roles import SEEING, Access, Actor, Subject, decide_access, permitted_scope

LAWS = settings(max_examples=examples(200))
ACCESS = Access.of(load_rulebook())
TABLE = ACCESS.at(DAY).table
VERBS, PURPOSES = list(TABLE.verbs), list(TABLE.purposes)
FAMILIES = sorted({f"{verb.split('.')[0]}.*" for verb in VERBS})
SUBJECTS = [None, *(Subject(*ties) for ties in itertools.product((False, True), repeat=3))]

roles = st.lists(st.sampled_from(list(TABLE.roles)), min_size=1, max_size=3, unique=True).map(tuple)
scopes = st.lists(st.sampled_from([*VERBS, *FAMILIES]), max_size=6, unique=True).map(tuple)
verbs = st.sampled_from([*VERBS, "fly.high"])
purposes = st.sampled_from([*PURPOSES, "fun"])
subjects = st.sampled_from(SUBJECTS)


def within(limits, verb):
    """Return whether a verb is in scopes, read name by name."""
    return any(one == verb or (one.endswith(".*") and verb.startswith(one[:-1])) for one in limits)


def both(held, limits, *request):
    actor = Actor("S", held, "North")
    return decide_access(ACCESS, actor, *request, DAY), decide_access(
        ACCESS, dataclasses.replace(actor, scopes=limits), *request, DAY
    )


@LAWS
@given(roles, scopes, verbs, subjects, purposes)
def test_a_token_may_what_roles_and_scopes_both_allow(held, limits, verb, subject, purpose):
    whole, limited = both(held, limits, verb, subject, purpose)
    inside = within(limits, verb)
    assert limited.allowed is (whole.allowed and inside)
    assert limited.highest_class == (whole.highest_class if inside else None)
    assert limited.needs_second_person is (whole.needs_second_person and inside)
    assert limited.outside_scopes is not inside
    assert limited.rules == whole.rules
    assert not whole.outside_scopes


@LAWS
@given(roles, scopes, scopes, verbs, subjects, purposes)
def test_a_further_scope_never_takes_anything_away(held, limits, more, verb, subject, purpose):
    actor = Actor("S", held, scopes=limits)
    wider = dataclasses.replace(actor, scopes=(*limits, *more))
    less, greater = (decide_access(ACCESS, one, verb, subject, purpose, DAY) for one in (actor, wider))
    assert less.allowed <= greater.allowed
    assert less.visible <= greater.visible


@LAWS
@given(roles, scopes, verbs, subjects, purposes)
def test_a_token_knows_of_no_customer_whom_it_can_neither_see_nor_act_for(
    held, limits, verb, subject, purpose
):
    """Visible is who is allowed now, or could be looked at to some end by this very token."""
    _, limited = both(held, limits, verb, subject, purpose)
    ways = (
        decide_access(ACCESS, Actor("S", held, scopes=limits), way, subject, end, DAY).allowed
        for way in SEEING
        for end in PURPOSES
    )
    assert limited.visible is (subject is None or limited.allowed or any(ways))


@LAWS
@given(roles, scopes, verbs, purposes)
def test_a_list_reaches_as_far_as_single_requests(held, limits, verb, purpose):
    actor = Actor("S", held, scopes=limits)
    whole = permitted_scope(ACCESS, dataclasses.replace(actor, scopes=None), verb, purpose, DAY)
    assert permitted_scope(ACCESS, actor, verb, purpose, DAY) == (whole if within(limits, verb) else None)


@LAWS
@given(roles, scopes, verbs, subjects, purposes)
def test_a_refusal_by_scopes_is_explained(held, limits, verb, subject, purpose):
    found = explain_access(ACCESS, Actor("S", held, scopes=limits), verb, subject, purpose, DAY)
    told = [one for one in found.sentences if one.en.startswith("The token shown is limited to")]
    assert len(told) == found.permission.outside_scopes
    assert all(one in told[0].en for one in (limits if told else ()))
