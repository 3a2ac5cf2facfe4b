"""A served bank that keeps models: a frozen one with its card, and the same learnt once more, proposed and put in force by its staff."""

import dataclasses
import shutil

from loaded_bank import FROZEN, MODEL

from zhike.adapters.bank_place import BankPlace
from zhike.adapters.model_desk import ModelDesk
from zhike.adapters.model_registry import ModelRegistry
from zhike.learn.champion import GateReading

WHY = "it gains by more than chance"
READING = GateReading("experiment spring", 1.2, 0.3, 2.1, 5_000)


def kept_in(bank):
    """Let a served bank keep the frozen model; return the desk of its models."""
    folder = bank.folder / "models"
    shutil.copytree(FROZEN / MODEL, folder / MODEL)
    bank.service.bank = BankPlace(folder)
    return ModelDesk(ModelRegistry(folder), bank.acting, bank.service.rulebook)


def learnt_again(desk):
    """Keep the model under another seed; return its version."""
    known, card = desk.registry.load(MODEL, "latest"), desk.registry.card(MODEL, "latest")
    setting = dataclasses.replace(known.provenance.setting, seed=8)
    origin = dataclasses.replace(known.provenance, setting=setting)
    newer = dataclasses.replace(known, provenance=origin)
    card = dataclasses.replace(card, version=newer.version, provenance=origin)
    return desk.keep(newer, card, "analyst")


def proposed(desk, version="latest"):
    """Propose that a version is put in force; return the proposal."""
    return desk.propose(MODEL, version, READING, "analyst", WHY).step.evidence["proposal"]


def in_force(desk, version="latest"):
    """Put a version in force by two persons."""
    proposal = proposed(desk, version)
    desk.review(MODEL, proposal, "policy_owner", WHY, approve=True)
    desk.promote(MODEL, proposal, "analyst")
