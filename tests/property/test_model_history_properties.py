"""Champions and challengers under any order of steps, and a registry under a kill at any write."""

import dataclasses
import datetime as dt
import itertools
import os
import signal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from learnt_models import NOW, kept_in

from zhike.adapters import model_registry
from zhike.adapters.model_registry import ModelRegistry
from zhike.govern.roles import Permission
from zhike.govern.second_person import SecondPersonRule
from zhike.learn.champion import GateReading, GateRule, keep, roll_back
from zhike.learn.model_history import broken_step, champion_of, earlier_champions
from zhike.learn.promotion import (
    carry_out_promotion,
    open_promotion,
    promotions,
    propose_promotion,
    review_promotion,
    withdraw_promotion,
)

GATE = GateRule(0.0, 1_000, 5)
SECOND = SecondPersonRule("model.promote", "model.approve", 24, 5)
GOOD = GateReading("off_policy dr", 1.0, 0.2, 1.8, 5_000)
WHY = "because of the reading"
PEOPLE = ("ann", "bo", "cy")


def right(actor, verb):
    return Permission(actor, verb, "governance", True, "-", True, True, ())


def taken(history, act, at):
    """Return what a step gives; the kinds of acts that the strategies draw."""
    kind, who, version, number = act
    last = promotions(history)[-1].proposal.proposal_id if promotions(history) else "p0"
    proposal = last if number % 4 else f"p{number}"
    if kind == "keep":
        return keep(history, version, who, at)
    reading = GOOD if number % 3 else dataclasses.replace(GOOD, low=-1.0)
    asked = (right(who, "model.promote"), WHY)
    return {
        "propose": lambda: propose_promotion(history, ("m", version), reading, (GATE, SECOND), asked, at),
        "approve": lambda: review_promotion(history, proposal, right(who, "model.approve"), approve=number % 5 > 0, reason=WHY, at=at),
        "withdraw": lambda: withdraw_promotion(history, proposal, who, WHY, at),
        "promote": lambda: carry_out_promotion(history, ("m", proposal), GATE, right(who, "model.promote"), at),
        "rollback": lambda: roll_back(history, version, right(who, "model.rollback"), WHY, GATE, at),
    }[kind]().step  # fmt: skip


VERSIONS = st.sampled_from(["v1", "v2", "v3"])
ALONE = st.tuples(
    st.sampled_from(["keep", "propose", "approve", "promote", "withdraw", "rollback"]),
    st.sampled_from(PEOPLE),
    VERSIONS,
    st.integers(0, 30),
)
BY_TWO = VERSIONS.map(
    lambda v: [
        ("keep", "ann", v, 1),
        ("propose", "ann", v, 1),
        ("approve", "bo", v, 1),
        ("promote", "ann", v, 1),
    ]
)
ACTS = st.lists(st.one_of(ALONE.map(lambda act: [act]), BY_TWO), max_size=20).map(
    lambda parts: [act for part in parts for act in part]
)
"""Acts in any order, and among them whole promotions: chance alone would hardly meet one."""


def played(acts, hours=1):
    """Return the histories after each act, beginning with two versions that are kept."""
    history, histories = [], []
    for place, act in enumerate([("keep", "ann", "v1", 1), ("keep", "ann", "v2", 1), *acts]):
        step = taken(history, act, NOW + dt.timedelta(hours=hours * place))
        history = history if step is None else [*history, step]
        histories.append(history)
    return histories


@settings(max_examples=60)
@given(ACTS)
def test_a_history_only_grows_and_every_change_of_it_shows(acts):
    histories = played(acts)
    for before, after in itertools.pairwise(histories):
        assert after[: len(before)] == before
    last = histories[-1]
    assert broken_step(last) is None
    assert [step.number for step in last] == list(range(1, len(last) + 1))
    for place, step in enumerate(last):
        changed = [*last[:place], dataclasses.replace(step, actors=("eve",)), *last[place + 1 :]]
        assert broken_step(changed) == place + 1
        if place + 1 < len(last):
            assert broken_step([*last[:place], *last[place + 1 :]]) == place + 1


@settings(max_examples=60)
@given(ACTS, st.sampled_from([1, 7]))
def test_nobody_comes_into_force_but_by_two_through_the_gate(acts, hours):
    last = played(acts, hours)[-1]
    for step in last:
        if step.kind == "promoted":
            before = last[: step.number - 1]
            asked = next(
                one
                for one in before
                if one.kind == "proposed" and one.evidence["proposal"] == step.evidence["proposal"]
            )
            said = [
                one
                for one in before
                if one.kind in ("approved", "refused", "withdrawn")
                and one.evidence["proposal"] == step.evidence["proposal"]
            ]
            assert [one.kind for one in said] == ["approved"]
            assert said[0].actors[0] != asked.actors[0]
            assert asked.evidence["reading"]["low"] > GATE.least_gain
            assert asked.evidence["champion"] == champion_of(before)
            assert step.at - asked.at < dt.timedelta(hours=SECOND.hours)
        if step.kind == "rolled_back":
            assert step.version in earlier_champions(last[: step.number - 1])


@settings(max_examples=60)
@given(ACTS)
def test_a_rollback_after_a_promotion_is_as_if_it_had_not_been(acts):
    """The champion is the one before, every step stays, and the same may be proposed again."""
    for history in played(acts):
        if not history or history[-1].kind != "promoted" or history[-1].evidence["champion"] is None:
            continue
        before, at = history[-1].evidence["champion"], history[-1].at + dt.timedelta(minutes=1)
        back = roll_back(history, before, right("cy", "model.rollback"), WHY, GATE, at)
        after = [*history, back.step]
        assert champion_of(after) == before == champion_of(history[:-1])
        assert after[:-1] == history
        assert earlier_champions(after)[0] == history[-1].version
        again = propose_promotion(
            after, ("m", history[-1].version), GOOD, (GATE, SECOND), (right("ann", "model.promote"), WHY), at
        )
        assert again.step.kind == "proposed"


@settings(max_examples=60)
@given(ACTS)
def test_one_proposal_at_most_is_open(acts):
    for place, history in enumerate(played(acts, hours=7)):
        now = NOW + dt.timedelta(hours=7 * place)
        waiting = [one for one in promotions(history) if one.proposal.state(now) in ("proposed", "approved")]
        assert len(waiting) <= 1
        assert (open_promotion(history, now) is None) == (not waiting)


# A kill between any two writes


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Two models with their cards, as they are kept."""
    registry = kept_in(tmp_path_factory.mktemp("kept"))
    return [
        (registry.load("attrition", v), registry.card("attrition", v)) for v in registry.versions("attrition")
    ]


def killed_after(writes, work):
    """Run work in a child that is killed at its n-th write to the disk; return whether it came to an end."""
    child = os.fork()
    if child == 0:
        left = writes

        def flush(path):
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            del path

        model_registry.flush = flush
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def test_a_kill_at_any_write_leaves_a_whole_registry(models, tmp_path):
    (first, card), (second, other) = models
    ends = []
    for writes in range(40):
        registry = ModelRegistry(tmp_path / str(writes))
        registry.keep(first, card, "ann", NOW)
        ends.append(killed_after(writes, lambda r=registry: r.keep(second, other, "bo", NOW)))
        # Whatever was written, what was there is there, and what is told to be there can be loaded.
        assert registry.names() == ["attrition"]
        kept = registry.versions("attrition")
        assert kept[0] == first.version
        assert set(kept) <= {first.version, second.version}
        for version in kept:
            assert registry.load("attrition", version).version == version
            assert registry.card("attrition", version).version == version
        # And the same again ends well.
        assert registry.keep(second, other, "bo", NOW) == second.version
        assert registry.versions("attrition") == [first.version, second.version]
        left = [path.name for path in (registry.path / "attrition").iterdir() if "building" in path.name]
        assert left == []
        if ends[-1]:
            break
    assert ends[-1]
    assert ends.count(False) >= 5
