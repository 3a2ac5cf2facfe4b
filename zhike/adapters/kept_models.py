"""The models of a bank's registry that a policy names, as decisions take them.

Without a version the one in force is taken; a decision that is proven again takes the version that its plan states. None may have been
learnt later than the day of decision: it would know what nobody knew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.adapters.model_registry import ModelRegistry
from zhike.core.errors import PolicyError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.decide.kept_models import KeptModel
from zhike.learn.online_training import ROOT
from zhike.learn.stored_model import KINDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.adapters.bank import Bank
    from zhike.decide.policy import Policy
    from zhike.learn.training import ModelRecord

__all__ = ["NO_VERSIONS", "latest_of_line", "line_of", "models_named", "models_of_bank"]

NO_VERSIONS: Final[Mapping[str, str]] = {}


def models_of_bank(bank: Bank) -> ModelRegistry:
    """Return the registry of a bank folder; it need not exist."""
    return ModelRegistry(bank.path / "models")


def models_named(
    policy: Policy, bank: Bank, at: dt.date, versions: Mapping[str, str] = NO_VERSIONS
) -> dict[str, KeptModel]:
    """Return the models that a policy names, by the reference that it writes.

    Parameters
    ----------
    policy : Policy
    bank : Bank
        In whose folder they are kept.
    at : date
        Day of decision.
    versions : mapping of str to str
        By reference, versions to take whatever is in force.

    Raises
    ------
    PolicyError
        When there is no such model, none of it is in force, or it was learnt later than the day.
    """
    return {name: _model(policy, models_of_bank(bank), at, name, versions.get(name)) for name in policy.kept}


def line_of(registry: ModelRegistry, name: str, version: str) -> list[str]:
    """Return the versions that learnt on from where a version did, itself included, in the order in which they were kept; itself alone where it learns no more."""

    def root(one: str) -> str:
        return str(registry.card(name, one).provenance.setting.configuration.get(ROOT) or one)

    return [one for one in registry.versions(name) if root(one) == root(version)]


def _learnt(registry: ModelRegistry, name: str, version: str) -> dt.date:
    return registry.card(name, version).provenance.setting.at


def latest_of_line(registry: ModelRegistry, record: ModelRecord, at: dt.date) -> ModelRecord:
    """Return the version that goes on from one, or from what that one goes on from, and has learnt most by a day; itself where none does.

    Parameters
    ----------
    registry : ModelRegistry
    record : ModelRecord
    at : date
    """
    found = record
    for version in line_of(registry, record.name, record.version):
        learnt, best = _learnt(registry, record.name, version), found.provenance.setting.at
        # Of two that have learnt up to one day the later one counts; where a line begins after the day, none does.
        if learnt <= at and (learnt >= best or best > at):
            found = registry.load(record.name, version)
    return found


def _model(
    policy: Policy, registry: ModelRegistry, at: dt.date, reference: str, version: str | None
) -> KeptModel:
    name, _, wanted = reference.partition("@")
    try:
        record = registry.load(name, version or wanted or None)
        if not version and not wanted:
            record = latest_of_line(registry, record, at)
    except RecordNotFoundError as problem:
        raise PolicyError(
            what=phrase("the model {name}", name=reference),
            path=policy.path,
            expected=phrase("a version that is kept and in force; see `zhike models list`"),
        ) from problem
    learnt = record.provenance.setting.at
    if learnt > at:
        raise PolicyError(
            what=phrase("the model {name}, learnt as of {day}", name=reference, day=learnt),
            path=policy.path,
            expected=phrase("a model learnt by {day}, the day of decision", day=at),
        )
    return _kept(record)


def _kept(record: ModelRecord) -> KeptModel:
    provenance = record.provenance.to_dict()
    return KeptModel(record.name, record.kind, record.version, record.sha256, provenance, record.model(KINDS))
