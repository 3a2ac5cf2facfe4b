"""The desk of models: who may train, propose, approve, promote and roll back; what the history and the trail hold of it."""

import dataclasses
import secrets
import shutil

import pytest
from learnt_models import STAFF, kept_in, staffed

from zhike.act.acting import Acting
from zhike.adapters.clock import SystemClock
from zhike.adapters.model_desk import ModelDesk
from zhike.adapters.model_registry import ModelRegistry
from zhike.adapters.store import open_store
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError, StateConflictError
from zhike.learn.champion import GateReading

WHY = "it gains by more than chance"
GOOD = GateReading("experiment spring", 1.2, 0.3, 2.1, 5_000)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A registry with two versions of one model, and a store with its staff."""
    folder = tmp_path_factory.mktemp("models")
    kept_in(folder / "models")
    staffed(folder / "zhike.db")
    return folder


@pytest.fixture
def desk(template, tmp_path, rulebook):
    shutil.copytree(template, tmp_path / "house")
    with open_store(tmp_path / "house" / "zhike.db") as store:
        acting = Acting(store, SystemClock(), secrets.token_bytes)
        yield ModelDesk(ModelRegistry(tmp_path / "house" / "models"), acting, rulebook)


def versions(desk):
    return desk.registry.versions("attrition")


def proposed(desk, version="latest", who="anna", reading=GOOD):
    return desk.propose("attrition", version, reading, who, WHY).step.evidence["proposal"]


def approve(desk, proposal, who="bert", *, yes=True):
    return desk.review("attrition", proposal, who, WHY, approve=yes)


def in_force(desk, version):
    proposal = proposed(desk, version)
    approve(desk, proposal)
    return desk.promote("attrition", proposal, "anna")


def events(desk):
    with desk.acting.store.read() as tx:
        rows = tx.find("audit_entries", {"stream": "staff"}, order=["number"])
    return [row["event"] for row in rows if row["event"] > 630]


def test_a_version_comes_into_force_by_two_and_the_one_before_comes_back(desk):
    first, second = versions(desk)
    in_force(desk, first)
    taken = in_force(desk, second[:6])
    assert desk.registry.champion("attrition") == second
    assert (taken.step.actors, taken.missing) == (("anna", "bert"), ())
    assert desk.roll_back("attrition", None, "bert", WHY).step.version == first
    assert desk.roll_back("attrition", second, "anna", WHY).step.version == second
    assert events(desk) == [631, 632, 662, 631, 632, 662, 664, 664]


def test_the_trail_states_the_hash_of_every_step(desk):
    import json

    in_force(desk, "latest")
    with desk.acting.store.read() as tx:
        told = [
            json.loads(row["content"])
            for row in tx.find("audit_openings", {"stream": "staff"}, order=["number"])
        ]
    hashes = [one["sha256"] for one in told if one.get("model") == "attrition"]
    assert hashes == [step.hash for step in desk.registry.history("attrition")[2:]]


@pytest.mark.parametrize("who", sorted({*STAFF, "nobody"} - {"bert", "cara"}))
def test_who_proposes_never_approves_and_others_neither(desk, who):
    proposal = proposed(desk)
    with pytest.raises((ForbiddenError, RecordNotFoundError)):
        approve(desk, proposal, who)
    with pytest.raises(StateConflictError):
        desk.promote("attrition", proposal, "anna")
    assert desk.registry.champion("attrition") is None
    assert events(desk) == [631]


@pytest.mark.parametrize("who", ["bert", "cara", "rita", "nobody"])
def test_who_approves_or_serves_neither_trains_nor_proposes(desk, who):
    model, card = desk.registry.load("attrition", "latest"), desk.registry.card("attrition", "latest")
    for step in (lambda: proposed(desk, who=who), lambda: desk.keep(model, card, who)):
        with pytest.raises((ForbiddenError, RecordNotFoundError)):
            step()
    assert events(desk) == []


def test_a_model_is_kept_once(desk):
    model, card = desk.registry.load("attrition", "latest"), desk.registry.card("attrition", "latest")
    assert desk.keep(model, card, "anna") == model.version
    assert events(desk) == []
    other = dataclasses.replace(model, name="withdrawal")
    desk.keep(other, dataclasses.replace(card, name="withdrawal", version=other.version), "anna")
    assert events(desk) == [661]


def test_one_proposal_is_open_at_a_time_and_refused_or_withdrawn_is_over(desk):
    proposal = proposed(desk)
    with pytest.raises(StateConflictError, match="still open"):
        proposed(desk)
    approve(desk, proposal, "cara", yes=False)
    with pytest.raises(StateConflictError):
        desk.promote("attrition", proposal, "anna")
    proposal = proposed(desk)
    with pytest.raises(StateConflictError, match="only 'anna'"):
        desk.withdraw("attrition", proposal, "ann2", WHY)
    desk.withdraw("attrition", proposal, "anna", WHY)
    with pytest.raises(StateConflictError):
        approve(desk, proposal)
    with pytest.raises(StateConflictError, match="p99"):
        approve(desk, "p99")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"low": -0.1}, "gate_gain_unproven"),
        ({"low": float("nan")}, "gate_gain_unproven"),
        ({"n": 999}, "gate_too_few"),
        ({"refused": True, "reason": "overlap"}, "gate_refused"),
        ({"source": "a guess"}, "gate_source_unknown"),
    ],
)
def test_the_gate_turns_down_and_that_is_written(desk, change, code):
    taken = desk.propose("attrition", "latest", dataclasses.replace(GOOD, **change), "anna", WHY)
    assert (taken.step.kind, [lack.code for lack in taken.missing]) == ("turned_down", [code])
    with pytest.raises(StateConflictError):
        approve(desk, taken.step.evidence["proposal"])
    assert events(desk) == [663]


def test_a_reading_is_worth_nothing_against_another_champion(desk):
    first, second = versions(desk)
    model, card = desk.registry.load("attrition", first), desk.registry.card("attrition", first)
    setting = dataclasses.replace(model.provenance.setting, seed=8)
    other = dataclasses.replace(model, provenance=dataclasses.replace(model.provenance, setting=setting))
    third = desk.keep(other, dataclasses.replace(card, version=other.version), "anna")
    in_force(desk, first)
    in_force(desk, second)
    proposal = proposed(desk, third)
    approve(desk, proposal)
    desk.roll_back("attrition", first, "bert", WHY)
    with pytest.raises(StateConflictError, match="not what was approved"):
        desk.promote("attrition", proposal, "ann2")
    desk.roll_back("attrition", second, "bert", WHY)
    assert desk.promote("attrition", proposal, "ann2").step.actors == ("anna", "bert", "ann2")


def test_a_reason_that_is_none_and_a_version_that_never_was(desk):
    with pytest.raises(StateConflictError, match="characters"):
        desk.propose("attrition", "latest", GOOD, "anna", "so")
    with pytest.raises(StateConflictError, match="never in force"):
        desk.roll_back("attrition", "latest", "bert", WHY)
    with pytest.raises(StateConflictError, match="never in force"):
        desk.roll_back("attrition", None, "bert", WHY)
    with pytest.raises(RecordNotFoundError):
        desk.propose("attrition", "ffff", GOOD, "anna", WHY)
    with pytest.raises(RecordNotFoundError):
        desk.propose("withdrawal", "latest", GOOD, "anna", WHY)
    assert events(desk) == []


def test_a_registry_that_cannot_be_written_leaves_no_event(desk, monkeypatch):
    def full(*_):
        raise OSError("no space")

    monkeypatch.setattr(ModelRegistry, "_replace", full)
    with pytest.raises(OSError, match="no space"):
        proposed(desk)
    assert events(desk) == []
