"""Champion and challenger: which version of a model is in force, and what it takes to replace it.

A challenger is promoted through a gate: a reading of what it would gain over the champion - the value of its policy from the log,
or an experiment - whose *lower* bound must be above what the rulebook asks for. Two persons do it (`zhike.learn.promotion`): what the second
one approves is this version against that champion on the strength of this reading, by its hash. Back to an earlier champion needs no
gate and one person: it was let through before, and what is wrong now must be put right at once.

A step that may not be taken is no error: it is returned with what is missing.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase
from zhike.core.rulebook import canonical_json
from zhike.govern.audit_chain import hash_of
from zhike.govern.four_eyes import carry_out
from zhike.govern.missing import Missing, missing_reason
from zhike.learn.model_history import ModelStep, champion_of, earlier_champions, next_step

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from zhike.core.rulebook import Rulebook
    from zhike.govern.four_eyes import Proposal
    from zhike.govern.roles import Permission
    from zhike.learn.model_history import StepKind

__all__ = [
    "GateReading",
    "GateRule",
    "Stepped",
    "keep",
    "missing_at_gate",
    "missing_challenger",
    "promote",
    "promotion_sha256",
    "roll_back",
]

PATH: Final = "learn.gate"
PROMOTE: Final = "model.promote"
ROLL_BACK: Final = "model.rollback"
SOURCES: Final = ("off_policy", "experiment")
"""First word of a reading's source."""


@dataclass(frozen=True, slots=True)
class GateReading:
    """What a challenger would gain over the champion, with its interval.

    Parameters
    ----------
    source : str
        ``off_policy`` or ``experiment``, a space, and which.
    estimate, low, high : float
        Gain a customer, in the unit of the measure; with the ends of its interval.
    n : int
        Decisions or customers that it rests on.
    refused : bool
        Whether whoever measured refused to say: too little overlap, a broken experiment.
    reason : str
        Why, where it was refused.
    """

    source: str
    estimate: float
    low: float
    high: float
    n: int
    refused: bool = False
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values; what is no number is null."""
        return {
            key: None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in asdict(self).items()
        }

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> GateReading:
        """Read what `to_dict` returned."""
        numbers = {
            key: math.nan if raw[key] is None else float(raw[key]) for key in ("estimate", "low", "high")
        }
        refused, reason = bool(raw.get("refused", False)), str(raw.get("reason") or "")
        return cls(str(raw["source"]), n=int(raw["n"]), refused=refused, reason=reason, **numbers)


@dataclass(frozen=True, slots=True)
class GateRule:
    """``learn.gate`` as it is read.

    Parameters
    ----------
    least_gain : float
        The lower bound must be above it.
    least_cases : int
        Decisions or customers that a reading must rest on.
    reason_characters : int
        Least length of the reason of a rollback, spaces not counted.
    """

    least_gain: float
    least_cases: int
    reason_characters: int

    @classmethod
    def of(cls, rulebook: Rulebook, at: dt.date) -> GateRule:
        """Read the document in force on a day.

        Raises
        ------
        RuleNotFoundError
            When none is in force.
        RuleError
            When it is malformed.
        """
        raw = rulebook.at(PATH, at).value
        names = set(cls.__dataclass_fields__)
        if not isinstance(raw, dict) or set(raw) != names or raw["least_cases"] < 1:
            raise RuleError(
                what=f"{raw!r}",
                path=PATH,
                expected=phrase("the keys {names}; least_cases from 1", names=", ".join(sorted(names))),
            )
        return cls(float(raw["least_gain"]), int(raw["least_cases"]), int(raw["reason_characters"]))


@dataclass(frozen=True, slots=True)
class Stepped:
    """The outcome of a step.

    Parameters
    ----------
    step : ModelStep
        What is written to the history; also of a promotion that was turned down at the gate.
    missing : tuple of Missing
        Empty where it was taken.
    """

    step: ModelStep | None
    missing: tuple[Missing, ...] = ()


def keep(history: Sequence[ModelStep], version: str, actor: str, at: dt.datetime) -> ModelStep | None:
    """Return the step by which a version is kept, None where it is already."""
    if any(step.version == version and step.kind == "kept" for step in history):
        return None
    return next_step(history, ModelStep(0, at, "kept", version, (actor,), ""))


def missing_at_gate(reading: GateReading, rule: GateRule) -> list[Missing]:
    """Return what a reading lacks to let a challenger through.

    Examples
    --------
    >>> reading = GateReading("experiment e1", 0.8, -0.1, 1.7, 5_000)
    >>> [lack.code for lack in missing_at_gate(reading, GateRule(0.0, 1_000, 10))]
    ['gate_gain_unproven']
    """
    if reading.refused:
        return [Missing("gate_refused", {"reason": reading.reason})]
    found = []
    if reading.source.partition(" ")[0] not in SOURCES:
        found.append(Missing("gate_source_unknown", {"source": reading.source, "known": " / ".join(SOURCES)}))
    if reading.n < rule.least_cases:
        found.append(Missing("gate_too_few", {"found": reading.n, "needed": rule.least_cases}))
    # Written so that a bound that is no number lets nobody through.
    if not reading.low > rule.least_gain:
        found.append(
            Missing("gate_gain_unproven", {"low": f"{reading.low:g}", "needed": f"{rule.least_gain:g}"})
        )
    return found


def promotion_sha256(name: str, version: str, champion: str | None, reading: GateReading) -> str:
    """Return the hash of what is approved: this version against that champion on the strength of this reading."""
    return hash_of(b"promotion", canonical_json([name, version, champion, reading.to_dict()]).encode())


def promote(
    history: Sequence[ModelStep],
    challenger: tuple[str, str],
    reading: GateReading,
    rule: GateRule,
    approved: tuple[Proposal, Permission],
    at: dt.datetime,
) -> Stepped:
    """Put a challenger in force.

    Parameters
    ----------
    history : sequence of ModelStep
        Of the models of this name.
    challenger : tuple of (str, str)
        Name and version.
    reading : GateReading
    rule : GateRule
    approved : tuple of Proposal and Permission
        Proposed and approved for `promotion_sha256`, under the verb ``model.promote``; and the right of whoever carries it out.
    at : datetime
        Now, with its zone.
    """
    (name, version), (proposal, permission) = challenger, approved
    lacking = missing_challenger(history, version)
    if proposal.rule.verb != PROMOTE:
        lacking.append(Missing("content_changed"))
    if lacking:
        return Stepped(None, tuple(lacking))
    content = promotion_sha256(name, version, champion_of(history), reading)
    done = carry_out(proposal, permission, content, at)
    if done.missing or done.proposal is None:
        return Stepped(None, done.missing)
    lacking = missing_at_gate(reading, rule)
    kind: StepKind = "turned_down" if lacking else "promoted"
    actors = tuple(dict.fromkeys((proposal.proposer, *(one.actor_id for one in done.proposal.steps))))
    evidence = {
        "reading": reading.to_dict(),
        "rule": asdict(rule),
        "proposal": proposal.proposal_id,
        "champion": champion_of(history),
        "carried_out_by": permission.actor_id,
    }
    step = ModelStep(0, at, kind, version, actors, proposal.reason, evidence)
    return Stepped(next_step(history, step), tuple(lacking))


def roll_back(
    history: Sequence[ModelStep],
    version: str,
    permission: Permission,
    reason: str,
    rule: GateRule,
    at: dt.datetime,
) -> Stepped:
    """Put an earlier champion back in force.

    Parameters
    ----------
    history : sequence of ModelStep
    version : str
        One of `zhike.learn.model_history.earlier_champions`.
    permission : Permission
        For the verb ``model.rollback``.
    reason : str
    rule : GateRule
    at : datetime
    """
    missing = missing_reason(reason, rule.reason_characters)
    if not (permission.allowed and permission.verb == ROLL_BACK):
        missing.append(Missing("not_permitted", {"verb": ROLL_BACK}))
    if version not in earlier_champions(history):
        missing.append(Missing("never_champion", {"version": version}))
    if missing:
        return Stepped(None, tuple(missing))
    evidence = {"champion": champion_of(history)}
    step = ModelStep(0, at, "rolled_back", version, (permission.actor_id,), reason, evidence)
    return Stepped(next_step(history, step))


def missing_challenger(history: Sequence[ModelStep], version: str) -> list[Missing]:
    """Return what keeps a version from being a challenger: it is in force, or not kept."""
    if version == champion_of(history):
        return [Missing("champion_already", {"version": version})]
    kept = any(step.version == version and step.kind == "kept" for step in history)
    return [] if kept else [Missing("version_not_kept", {"version": version})]
