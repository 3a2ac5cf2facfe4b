"""Laws of approval, break-glass and retention: no sequence of steps lets one person do alone what needs two."""

import datetime as dt

from access_tables import DAY
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.adapters.rule_files import load_rulebook
from zhike.govern.break_glass import BREAK_GLASS, BreakGlassRules, open_glass, review_glass
from zhike.govern.four_eyes import carry_out, propose, review, withdraw
from zhike.govern.retention import RetentionRules, retention
from zhike.govern.roles import Actor, Permission
from zhike.govern.second_person import SecondPersonRule

QUICK = settings(max_examples=examples(75))
RULEBOOK = load_rulebook()
NOW = dt.datetime(2026, 6, 30, 9, tzinfo=dt.UTC)

ACTORS = ("S1", "S2", "S3")
RULE = SecondPersonRule("customer.merge", "merge.approve", hours=10, characters=3)
steps = st.lists(
    st.tuples(
        st.sampled_from(["approve", "refuse", "withdraw", "carry_out"]), st.sampled_from(ACTORS), st.booleans(),
        st.sampled_from(["content", "other"]), st.integers(0, 12),
    ),
    max_size=8,
)  # fmt: skip


def right(actor, verb, allowed):
    return Permission(
        actor, verb, "governance", allowed, "C2" if allowed else None, visible=True, needs_second_person=False, rules=()
    )  # fmt: skip


def stepped(proposal, step):
    kind, actor, allowed, content, hour = step
    at = NOW + dt.timedelta(hours=hour)
    if kind == "withdraw":
        return withdraw(proposal, actor, "A reason.", at)
    if kind == "carry_out":
        return carry_out(proposal, right(actor, "customer.merge", allowed), content, at)
    approve = kind == "approve"
    return review(
        proposal, right(actor, "merge.approve", allowed), approve=approve, reason="A reason.", at=at
    )


@settings(QUICK, max_examples=examples(200))
@given(steps)
def test_no_sequence_of_steps_lets_one_person_do_it_alone(sequence):
    proposal = propose(RULE, right("S1", "customer.merge", True), "P", "content", "A reason.", NOW).proposal
    for step in sequence:
        outcome = stepped(proposal, step)
        taken = outcome.proposal != proposal
        assert taken is (outcome.missing == ())
        assert outcome.proposal.steps[: len(proposal.steps)] == proposal.steps
        proposal = outcome.proposal
    kinds = [step.kind for step in proposal.steps]
    assert kinds in (
        [],
        ["refused"],
        ["withdrawn"],
        ["approved"],
        ["approved", "withdrawn"],
        ["approved", "carried_out"],
    )
    assert all(s.actor_id != "S1" for s in proposal.steps if s.kind in ("approved", "refused"))
    assert all(NOW <= s.at < proposal.expires_at for s in proposal.steps)
    assert [s.at for s in proposal.steps] == sorted(s.at for s in proposal.steps)
    if "carried_out" in kinds:
        reached = [step for step in sequence if step[0] == "carry_out"]
        assert any(allowed and content == "content" for _, _, allowed, content, _ in reached)


@QUICK
@given(st.integers(-5, 100), st.sampled_from(ACTORS), st.sampled_from(["C1", "C2"]), st.sampled_from(ACTORS))
def test_an_opening_opens_nothing_else(hour, actor, customer, reviewer):
    rules = BreakGlassRules.of(RULEBOOK.at(BREAK_GLASS, DAY))
    ming, reason = Actor("S1", ("adviser",)), "She is ill and the customer waits here."
    opening = open_glass(
        rules,
        ming,
        right("S1", "break_glass.use", True),
        opening_id="B",
        customer_id="C1",
        reason=reason,
        at=NOW,
    ).opening
    now = NOW + dt.timedelta(hours=hour)
    assert opening.opens(actor, customer, now) is (actor == "S1" and customer == "C1" and 0 <= hour < 4)
    seen = review_glass(
        opening, right(reviewer, "break_glass.review", True), justified=True, reason=reason, at=now
    )
    assert (seen.missing == ()) is (reviewer != "S1" and hour >= 0)


RETENTIONS = [RetentionRules.of(RULEBOOK, dt.date(year, 7, 1)) for year in (2026, 2031, 2036, 2041)]
COLUMNS = st.sampled_from(
    [("assessments", "level"), ("customers", "birth_date"), ("answers", "words"), ("complaints", "reason"), ("consents", "status")]
)  # fmt: skip
ends = st.dates(dt.date(2015, 1, 1), dt.date(2041, 1, 1))


@QUICK
@given(st.sampled_from(RETENTIONS), COLUMNS, ends, ends, st.booleans())
def test_a_later_end_never_lets_data_go_earlier(rules, column, one, other, hold):
    earlier, later = sorted((one, other))
    first, second = (retention(rules, *column, end, on_hold=hold) for end in (earlier, later))
    assert first.treatment != "retain" or second.treatment == "retain"
    assert (first.treatment == "retain") is (hold or any(rules.day <= duty.last_day for duty in first.duties))
    if first.last_day is not None:
        assert first.last_day == max(duty.last_day for duty in first.duties) >= rules.day
    open_ended = retention(rules, *column, None, on_hold=hold)
    assert (open_ended.treatment == "retain") is (hold or bool(first.duties))
