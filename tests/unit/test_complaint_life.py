"""Moves of a complaint: made by whom they may be made, refused with all that is missing, never past a review."""

import copy
import dataclasses
import datetime as dt

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import RuleError
from zhike.core.rulebook import Rulebook
from zhike.govern.complaint_life import LIFE, Life, Mover, Standing, move_on, open_moves

DAY = dt.date(2026, 6, 30)
RULEBOOK = load_rulebook()
BOOK = Life.of(RULEBOOK, DAY)
VERBS = frozenset({"case.manage", "case.assign", "case.approve", "case.verify", "case.review_legal", "case.review_quality"})  # fmt: skip
SAID = {
    "notice": {"channel": "phone"}, "complexity": "simple", "business": "credit_card", "issue": "pricing", "reason": "as found", "addressee": "card company",
    "into": "k-2", "documents": ["receipt"], "findings": "charged twice", "outcome": "upheld", "redress": [{"kind": "refund"}],
    "to": "complex", "tries": 3, "cause": "process", "handler": "dora", "place": "north", "meeting": "2026-07-02", "text": "noted",
    "effective": True,
}  # fmt: skip
SMALL = {
    "amount": 100.0,
    "limit": 500.0,
    "major": 0.0,
    "complexity": "simple",
    "legal": 0.0,
    "regulatory": 0.0,
}


def mover(name="ann", verbs=VERBS):
    return Mover(name, verbs)


def walked(*steps, standing=None, facts=SMALL):
    """Walk moves given as ``name`` or ``name:who``; every one has to be made."""
    standing = standing or Standing(BOOK.begins)
    for one in steps:
        name, _, who = one.partition(":")
        taken = move_on(BOOK, standing, name, mover(who or "ann"), {**SAID, "facts": facts})
        assert not taken.missing, (one, taken.missing)
        standing = taken.standing
    return standing


def codes(standing, name, who="ann", verbs=VERBS, said=SAID):
    return [one.code for one in move_on(BOOK, standing, name, mover(who, verbs), said).missing]


def test_a_simple_complaint_from_receipt_to_close():
    closed = walked("acknowledge", "assess", "investigate", "propose", "inform", "accept", "close")
    assert (closed.state, closed.handler, closed.handled) == ("closed", "ann", {"ann"})
    assert not BOOK.is_open(closed.state)


@pytest.mark.parametrize(
    ("facts", "states"),
    [
        ({}, ("decided",)),
        ({"amount": 501.0}, ("leader_review", "decided")),
        ({"complexity": "special"}, ("leader_review", "decided")),
        ({"legal": 1.0}, ("legal_review", "decided")),
        ({"major": 1.0, "legal": 1.0}, ("leader_review", "legal_review", "quality_review", "decided")),
        ({"amount": float("nan")}, ("leader_review", "decided")),
    ],
)
def test_a_decision_goes_through_the_reviews_that_are_due(facts, states):
    """One of which it is not known whether it is due is due."""
    standing = walked("assess", "investigate", "propose", facts={**SMALL, **facts})
    for number, state in enumerate(states):
        assert standing.state == state
        if state != "decided":
            assert codes(standing, "inform") == ["wrong_state"]
            assert codes(standing, "pass") == ["same_person"]
            standing = walked(f"pass:leader{number}", standing=standing)


def test_what_was_sent_back_is_reviewed_anew():
    both = {**SMALL, "legal": 1.0, "regulatory": 1.0}
    standing = walked("assess", "investigate", "propose", "pass:lea", "send_back:quin", facts=both)
    assert (standing.state, standing.passed) == ("investigating", ())
    assert walked("propose", standing=standing, facts=both).state == "legal_review"


def test_a_verification_is_nobodys_who_had_a_hand_in_the_decision():
    standing = walked(
        "assess", "investigate", "propose", "pass:lea", "inform", "verify:desk", facts={**SMALL, "legal": 1.0}
    )
    assert [codes(standing, "answer_verification", who) for who in ("ann", "lea", "vera")] == [["same_person"], ["same_person"], []]  # fmt: skip


def test_nobody_named_takes_part():
    about = Standing("assessed", named=frozenset({"ann"}))
    assert codes(about, "investigate") == ["named_in_case"]
    assert codes(about, "change_person", "lea", said={**SAID, "handler": "ann"}) == ["named_in_case"]
    assert open_moves(BOOK, about, mover()) == ()


def test_only_the_handler_moves_what_is_theirs_until_the_person_changes():
    standing = walked("assess", "investigate")
    assert codes(standing, "propose", "bob") == ["not_the_person"]
    changed = walked("change_person:lea", standing=standing)
    assert (changed.handler, changed.state, changed.handled) == ("dora", "investigating", {"ann", "dora"})
    assert codes(changed, "propose", "ann") == ["not_the_person"]


def test_all_that_is_missing_is_said_at_once():
    told = move_on(
        BOOK, Standing("assessed", handler="bob"), "ask", mover(verbs=frozenset()), {"reason": ""}
    ).missing
    assert [(one.code, *one.detail.values()) for one in told] == [
        ("not_permitted", "case.manage"), ("not_the_person", "bob"), ("not_said", "documents"), ("not_said", "reason"),
        ("not_said", "notice"),
    ]  # fmt: skip
    assert all(one.render(language) for one in told for language in ("en", "zh-Hans", "zh-Hant"))


def test_the_longer_time_is_approved_by_another():
    standing = walked("assess", "investigate")
    assert codes(standing, "extend") == ["same_person"]
    taken = move_on(BOOK, standing, "extend", mover("lea"), SAID)
    assert (taken.step.event, taken.step.after) == ("extended", "investigating")


@pytest.mark.parametrize(
    ("longer", "state"),
    [((), "decided"), (("complex",), "decided"), (("special",), "leader_review"), (("complex", "complex"), "leader_review")],
)  # fmt: skip
def test_a_decision_on_a_case_that_was_extended_to_special_or_twice_goes_by_a_leader(longer, state):
    standing = walked("assess", "investigate")
    for to in longer:
        standing = move_on(BOOK, standing, "extend", mover("lea"), {**SAID, "to": to}).standing
    # The handler says that it is simple, and that it was never extended.
    proposed = walked("propose", standing=standing, facts={**SMALL, "extensions": 0.0})
    assert proposed.state == state
    if state == "leader_review":
        assert walked("send_back:lea", "propose", standing=proposed).state == state


@pytest.mark.parametrize(
    ("facts", "passed", "state"),
    [
        (SMALL, (), "leader_review"),
        ({**SMALL, "legal": 1.0}, (), "leader_review"),
        ({**SMALL, "legal": 1.0}, ("pass:quin",), "leader_review"),
        ({**SMALL, "amount": 900.0}, ("pass:lea",), "decided"),
        ({**SMALL, "amount": 900.0}, (), "leader_review"),
    ],
)
def test_a_decision_that_was_taken_before_goes_back_to_the_leader(facts, passed, state):
    """Only where no leader has passed it yet; the other reviews that it has passed are not made again."""
    standing = walked("assess", "investigate", "propose", *passed, facts=facts)
    taken = move_on(BOOK, standing, "extend", mover("lea"), {**SAID, "to": "special"})
    assert taken.step.after == state
    if state == "leader_review":
        after = walked("pass:lea", standing=taken.standing)
        assert after.state == ("legal_review" if facts.get("legal") and not passed else "decided")


@drawn(
    st.lists(
        st.tuples(st.sampled_from(sorted(BOOK.moves)), st.sampled_from(["ann", "bob", "cai"])), max_size=30
    )
)
def test_wherever_moves_lead(moves):
    """A refused move changes nothing, the customer is told nothing that a due review has not passed, and nobody reviews their own."""
    standing = Standing(BOOK.begins)
    facts, extended = {**SMALL, "legal": 1.0, "amount": 900.0, "extensions": 9.0}, 0
    for name, who in moves:
        taken = move_on(BOOK, standing, name, mover(who), {**SAID, "handler": who, "facts": facts})
        assert (taken.step is None) == bool(taken.missing)
        assert taken.standing is standing or not taken.missing
        if name == "pass" and taken.step:
            assert who not in standing.handled
        if name == "inform" and taken.step:
            assert set(standing.passed) == {"leader_review", "legal_review"}
            assert standing.facts["extensions"] == extended
        extended += bool(name == "extend" and taken.step)
        standing = taken.standing
        assert standing.state in BOOK.states


def without(raw, state):
    for move in raw["moves"].values():
        if isinstance(move["from"], list):
            move["from"] = [one for one in move["from"] if one != state]


def spoilt(change):
    raw = copy.deepcopy(dict(RULEBOOK.entry(LIFE).versions[0].value))
    change(raw)
    version = dataclasses.replace(RULEBOOK.entry(LIFE).versions[0], value=raw)
    return Rulebook({LIFE: dataclasses.replace(RULEBOOK.entry(LIFE), versions=(version,))})


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda raw: without(raw, "decided"), "decided"),
        (lambda raw: raw["states"].update({"limbo": {**raw["states"]["closed"]}}), "limbo"),
        (lambda raw: raw["moves"]["ask"].update({"to": "nowhere"}), "nowhere"),
        (lambda raw: raw["moves"]["ask"].update({"person": "friend"}), "friend"),
        (lambda raw: raw["reviews"]["legal_review"].update({"when": "tier == 1"}), "tier"),
    ],
)
def test_a_document_in_which_a_complaint_could_be_lost_is_refused(change, found):
    with pytest.raises(RuleError, match=found):
        Life.of(spoilt(change), DAY)
