"""A served bank that keeps models: a frozen one with its card, and the same learnt once more, proposed and put in force by its staff."""

import atexit
import dataclasses
import functools
import shutil
import tempfile
from pathlib import Path

import served_bank
from loaded_bank import FROZEN, MODEL

from zhike.adapters.bank_place import BankPlace
from zhike.adapters.model_desk import ModelDesk
from zhike.adapters.model_registry import ModelRegistry
from zhike.learn.champion import GateReading

WHY = "it gains by more than chance"
READING = GateReading("experiment spring", 1.2, 0.3, 2.1, 5_000)


def kept_in(bank, source=FROZEN):
    """Let a served bank keep the frozen model alone; return the registry."""
    folder = bank.folder / "models"
    shutil.copytree(source / MODEL, folder / MODEL)
    bank.service.bank = BankPlace(folder)
    return ModelRegistry(folder)


def crowned_in(bank):
    """Let a served bank keep the frozen model in force, and the one learnt again proposed a day later; return the registry."""
    return kept_in(bank, _crowned())


def learnt_again(registry, at):
    """Keep the model under another seed; return its version."""
    known, card = registry.load(MODEL, "latest"), registry.card(MODEL, "latest")
    setting = dataclasses.replace(known.provenance.setting, seed=8)
    origin = dataclasses.replace(known.provenance, setting=setting)
    newer = dataclasses.replace(known, provenance=origin)
    card = dataclasses.replace(card, version=newer.version, provenance=origin)
    return registry.keep(newer, card, "analyst", at)


@functools.cache
def _crowned():
    """Make the registry that `crowned_in` copies, once a process: at the desk, by two persons."""
    folder = Path(tempfile.mkdtemp(prefix="zhike-models-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with served_bank.Served(folder / "bank") as bank:
        registry = kept_in(bank)
        desk = ModelDesk(registry, bank.acting, bank.service.rulebook)
        proposal = _proposed(desk)
        desk.review(MODEL, proposal, "policy_owner", WHY, approve=True)
        desk.promote(MODEL, proposal, "analyst")
        bank.clock.later(days=1)
        learnt_again(registry, served_bank.BEGAN)
        _proposed(desk)
    return registry.path


def _proposed(desk):
    return desk.propose(MODEL, "latest", READING, "analyst", WHY).step.evidence["proposal"]
