"""The desk of models: who may train, propose, approve, promote and roll back; what the history and the trail hold of it."""

import dataclasses
import datetime as dt
import json
import secrets
import shutil

import pytest
from learnt_models import NOW, STAFF, kept_in, staffed

from zhike.act.acting import Acting
from zhike.adapters.clock import SystemClock
from zhike.adapters.model_desk import ModelDesk
from zhike.adapters.model_registry import ModelRegistry
from zhike.adapters.store import open_store
from zhike.core.errors import InputUnreadableError
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError, StateConflictError
from zhike.learn.champion import GateReading
from zhike.learn.drift import Alarm
from zhike.learn.model_checks import ModelCheck
from zhike.learn.model_history import broken_step

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
    in_force(desk, "latest")
    with desk.acting.store.read() as tx:
        told = [
            json.loads(row["content"])
            for row in tx.find("audit_openings", {"stream": "staff"}, order=["number"])
        ]
    hashes = [one["sha256"] for one in told if one.get("model") == "attrition"]
    assert hashes == [step.hash for step in desk.registry.history("attrition")[2:]]


def looked(version, day=30, *, rings=False):
    alarm = Alarm("population", "balance", {"psi": 0.4}, raised=rings, false_alarms="1 %")
    return ModelCheck(version, dt.date(2026, 6, day), dt.date(2026, 3, 31), NOW, (alarm,))


def test_a_look_is_a_step_of_the_history_and_of_the_trail(desk):
    registry, (first, second) = desk.registry, versions(desk)
    step = desk.note_check("attrition", looked(first, rings=True), "anna")
    assert (step.kind, step.actors, step.reason, step.number) == ("checked", ("anna",), "1 / 1", 3)
    assert broken_step(registry.history("attrition")) is None
    assert events(desk) == [665]
    registry.note_check("attrition", looked(first, 29))  # by a job that nobody signed in for
    assert registry.last_check("attrition", first) == looked(first, 29)
    assert registry.last_check("attrition", second) is None
    with pytest.raises(ForbiddenError):
        desk.note_check("attrition", looked(first), "bert")
    in_force(desk, first)
    assert registry.champion("attrition") == first


@pytest.mark.parametrize("how", ["changed", "taken away", "put in its place"])
def test_a_look_that_was_tampered_with_shows(desk, how):
    registry, first = desk.registry, versions(desk)[0]
    for day in (29, 30):
        registry.note_check("attrition", looked(first, day, rings=True))
    file = registry.path / "attrition" / "checks.jsonl"
    lines = file.read_text("utf-8").splitlines()
    forged = {
        "changed": [lines[0].replace('"raised": true', '"raised": false').replace('"raised": 1', '"raised": 0'), lines[1]],
        "taken away": lines[:1],
        "put in its place": [lines[0], json.dumps(looked(first).to_dict())],
    }[how]  # fmt: skip
    file.write_text("\n".join(forged) + "\n", "utf-8")
    with pytest.raises(InputUnreadableError, match="a check that was changed or is gone"):
        registry.last_check("attrition", first)
    with pytest.raises(InputUnreadableError):
        registry.note_check("attrition", looked(first))


def test_looks_from_before_the_history_knew_of_them_are_read_and_then_sealed(desk):
    registry, (first, second) = desk.registry, versions(desk)
    file = registry.path / "attrition" / "checks.jsonl"
    old = [json.dumps(looked(one, rings=True).to_dict()) for one in (first, second)]
    file.write_text("\n".join(old) + "\n", "utf-8")
    assert registry.last_check("attrition", first).raised == 1
    registry.note_check("attrition", looked(first))
    assert registry.last_check("attrition", first).raised == 0
    assert registry.last_check("attrition", second).raised == 1
    new = file.read_text("utf-8").splitlines()[2:]
    # A line that nobody came to state in the history counts for nothing.
    file.write_text("\n".join([*old, *new, json.dumps(looked(second, 28).to_dict())]) + "\n", "utf-8")
    assert registry.last_check("attrition", second).at == dt.date(2026, 6, 30)
    for forged in ([*new], [old[0], old[1].replace("balance", "age"), *new], [*reversed(old), *new]):
        file.write_text("\n".join(forged) + "\n", "utf-8")
        with pytest.raises(InputUnreadableError, match="changed or is gone"):
            registry.last_check("attrition", second)


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
