"""Where models are kept, proposed, approved and put in force: the registry, the rights of whoever asks, and the trail that says so.

The registry's history is written within the ledger's transaction that records the event, before it is committed: a step that cannot be
written leaves no event. A ledger that fails at the very end leaves a step without its event; the history itself is whole, and the next
event states a hash that covers it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from zhike.act.acting import moment
from zhike.act.proposals import refused_step
from zhike.act.staff import known_actor
from zhike.act.trail import Happened, record
from zhike.core.service_errors import ForbiddenError
from zhike.govern.audit_events import AuditEvent
from zhike.govern.roles import Access, decide_access
from zhike.learn.champion import PROMOTE, ROLL_BACK, GateRule, roll_back
from zhike.learn.model_history import earlier_champions
from zhike.learn.promotion import (
    carry_out_promotion,
    propose_promotion,
    review_promotion,
    withdraw_promotion,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from zhike.act.acting import Acting
    from zhike.adapters.model_registry import ModelRegistry
    from zhike.core.rulebook import Rulebook
    from zhike.govern.missing import Missing
    from zhike.govern.roles import AccessRules, Permission
    from zhike.learn.champion import GateReading, Stepped
    from zhike.learn.model_card import ModelCard
    from zhike.learn.model_checks import ModelCheck
    from zhike.learn.model_history import ModelStep
    from zhike.learn.training import ModelRecord

__all__ = ["TRAIN", "ModelDesk", "Taken"]

TRAIN: Final = "model.train"
_STREAM: Final = "staff"
_EVENTS: Final[Mapping[str, AuditEvent]] = {
    "kept": AuditEvent.MODEL_KEPT,
    "checked": AuditEvent.MODEL_CHECKED,
    "proposed": AuditEvent.APPROVAL_ASKED,
    "approved": AuditEvent.APPROVAL_GIVEN,
    "refused": AuditEvent.APPROVAL_REFUSED,
    "withdrawn": AuditEvent.APPROVAL_WITHDRAWN,
    "promoted": AuditEvent.MODEL_PROMOTED,
    "turned_down": AuditEvent.MODEL_TURNED_DOWN,
    "rolled_back": AuditEvent.MODEL_ROLLED_BACK,
}
"""By step of the history: the event that the trail records."""


class Taken(NamedTuple):
    """A step that was written, and what the gate missed where it turned a version down."""

    step: ModelStep
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class ModelDesk:
    """A registry, a ledger that knows who may do what, and the rules of today.

    Parameters
    ----------
    registry : ModelRegistry
    acting : Acting
    rulebook : Rulebook
    """

    registry: ModelRegistry
    acting: Acting
    rulebook: Rulebook

    def may(self, staff_id: str, verb: str) -> Permission:
        """Return the right of a member of staff to a verb, to whatever end it is granted.

        Raises
        ------
        RecordNotFoundError
            When there is no such member of staff, or they have left.
        ForbiddenError
            When they may not.
        """
        with self.acting.store.read() as tx:
            actor = known_actor(tx, staff_id)
        access, today = Access.of(self.rulebook), self._now().date()
        for purpose in self._rules(verb).table.purposes:
            found = decide_access(access, actor, verb, None, purpose, today)
            if found.allowed:
                return found
        raise ForbiddenError(verb=verb)

    def keep(self, model: ModelRecord, card: ModelCard, staff_id: str) -> str:
        """Keep a model with its card; return its version.

        Raises
        ------
        ForbiddenError
            When they may not train models.
        """
        self.may(staff_id, TRAIN)
        with self.acting.store.write() as tx:
            before = len(self.registry.history(model.name)) if model.name in self.registry.names() else 0
            version = self.registry.keep(model, card, staff_id, self._now())
            steps = self.registry.history(model.name)[before:]
            told = [_happened(model.name, step) for step in steps]
            record(tx, told, self.acting.clock.now(), self.acting.chance)
        return version

    def note_check(self, name: str, check: ModelCheck, staff_id: str) -> ModelStep:
        """Keep what was found when a version was compared with the bank, and tell the trail.

        Raises
        ------
        RecordNotFoundError
            When there is no such model or member of staff.
        ForbiddenError
            When they may not train models.
        """
        self.may(staff_id, TRAIN)
        with self.acting.store.write() as tx:
            step = self.registry.note_check(name, check, staff_id)
            record(tx, [_happened(name, step)], self.acting.clock.now(), self.acting.chance)
        return step

    def propose(self, name: str, version: str, reading: GateReading, staff_id: str, reason: str) -> Taken:
        """Propose that a version is put in force; see `zhike.learn.promotion.propose_promotion`.

        Raises
        ------
        RecordNotFoundError
            When there is no such model, version or member of staff.
        ForbiddenError
            When they may not propose it.
        StateConflictError
            When it is in force, or another proposal is open, or the reason is too short.
        """
        right, whole = self.may(staff_id, PROMOTE), self.registry.version_of(name, version)
        rules = (self._gate(), self._rules(PROMOTE).second_person[PROMOTE])
        return self._step(
            name,
            lambda history: propose_promotion(
                history, (name, whole), reading, rules, (right, reason), self._now()
            ),
        )

    def review(self, name: str, proposal_id: str, staff_id: str, reason: str, *, approve: bool) -> Taken:
        """Approve or refuse what somebody else proposed.

        Raises
        ------
        RecordNotFoundError, ForbiddenError, StateConflictError
            See `propose`; also where the proposal is one's own, or not open any more.
        """
        right = self.may(staff_id, self._rules(PROMOTE).second_person[PROMOTE].approved_by)
        return self._step(
            name,
            lambda history: review_promotion(
                history, proposal_id, right, approve=approve, reason=reason, at=self._now()
            ),
        )

    def withdraw(self, name: str, proposal_id: str, staff_id: str, reason: str) -> Taken:
        """Take back one's own proposal.

        Raises
        ------
        RecordNotFoundError, ForbiddenError, StateConflictError
            See `propose`; also where the proposal is somebody else's.
        """
        self.may(staff_id, PROMOTE)
        return self._step(
            name, lambda history: withdraw_promotion(history, proposal_id, staff_id, reason, self._now())
        )

    def promote(self, name: str, proposal_id: str, staff_id: str) -> Taken:
        """Put in force what was approved.

        Raises
        ------
        RecordNotFoundError, ForbiddenError, StateConflictError
            See `propose`; also where it is not approved, or another champion came meanwhile.
        """
        right, gate = self.may(staff_id, PROMOTE), self._gate()
        return self._step(
            name,
            lambda history: carry_out_promotion(history, (name, proposal_id), gate, right, self._now()),
        )

    def roll_back(self, name: str, version: str | None, staff_id: str, reason: str) -> Taken:
        """Put an earlier champion back in force: the one before, unless a version is named.

        Raises
        ------
        RecordNotFoundError, ForbiddenError, StateConflictError
            See `propose`; also where the version never was in force.
        """
        right, gate = self.may(staff_id, ROLL_BACK), self._gate()
        named = None if version is None else self.registry.version_of(name, version)
        return self._step(
            name,
            lambda history: roll_back(
                history,
                named or next(iter(earlier_champions(history)), "-"),
                right,
                reason,
                gate,
                self._now(),
            ),
        )

    def _step(self, name: str, take: Callable[[list[ModelStep]], Stepped]) -> Taken:
        with self.acting.store.write() as tx:
            taken = self.registry.step(name, take)
            if taken.step is None:
                raise refused_step(taken.missing)
            told = [_happened(name, taken.step)]
            record(tx, told, self.acting.clock.now(), self.acting.chance)
        return Taken(taken.step, taken.missing)

    def _now(self) -> dt.datetime:
        return moment(self.acting.clock.now())

    def _gate(self) -> GateRule:
        return GateRule.of(self.rulebook, self._now().date())

    def _rules(self, verb: str) -> AccessRules:
        found = Access.of(self.rulebook).at(self._now().date())
        if found is None:
            raise ForbiddenError(verb=verb)
        return found


def _happened(name: str, step: ModelStep) -> Happened:
    """Return the event of a step: the trail states the hash that the history ends with, so that cutting it off shows."""
    content = {
        "model": name, "version": step.version, "step": step.number, "sha256": step.hash,
        "proposal": step.evidence.get("proposal"), "verb": PROMOTE if "proposal" in step.evidence else None,
    }  # fmt: skip
    actor = step.evidence.get("carried_out_by", step.actors[0])
    return Happened(_STREAM, _EVENTS[step.kind], actor, None, content)
