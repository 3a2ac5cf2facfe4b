"""What every request shares: the ledger, the desk that decides, the rules of access, the counters."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zhike.act.acting import Acting
from zhike.act.complaint_likes import ComplaintTraces
from zhike.act.days import bank_day
from zhike.act.decisions import DecisionDesk
from zhike.act.routes import Routes
from zhike.act.sessions import note_use
from zhike.act.staff import owner_of, token_hash, token_row
from zhike.adapters.clock import SystemClock
from zhike.api.complaint_sorting import Sorting
from zhike.api.grouping import Grouping
from zhike.api.limits import Pace, SignInPace
from zhike.api.metrics import Metrics
from zhike.api.remembered import Remembered
from zhike.api.security_log import SecurityLog
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError, UnauthenticatedError
from zhike.govern.masking import MASKING, MaskingRules
from zhike.govern.roles import Access, Actor, Permission, decide_access

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhike.adapters.bank_place import BankPlace
    from zhike.core.errors import ZhikeError
    from zhike.core.ports import Clock, Store
    from zhike.core.rulebook import Rulebook
    from zhike.decide.chance_reasons import Explainable
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["CUSTOMER", "Service", "service_of"]

CUSTOMER: Final = phrase("customer")
"""What is said not to be there, unless something else was asked for by its identifier."""
_REMEMBERED: Final = 1_000_000
"""Microseconds for which a token's owner is remembered: a withdrawn token ends within that time."""
_MOST_REMEMBERED: Final = 10_000
_GUESSES: Final = 5
"""Wrong links a second from one address: a slip of the hand passes, a search does not."""
_RATE: Final = "ZHIKE_RATE"
_USUAL_RATE: Final = 2_000


@dataclass(slots=True)
class Service:
    """What every request shares."""

    acting: Acting
    desk: DecisionDesk
    grouping: Grouping
    access: Access
    rulebook: Rulebook
    pace: Pace
    metrics: Metrics
    security: SecurityLog
    sign_ins: SignInPace = field(default_factory=SignInPace)
    guesses: Pace = field(default_factory=lambda: Pace(_GUESSES))
    """Links to customers' own pages that were wrong, by the address from which they were shown."""
    beside: list[Callable[[], None]] = field(default_factory=list)
    """What else is to be ended when the service is."""
    private_key: bytes | None = field(default=None, repr=False)
    """Seed of the key that signs certificates."""
    bank: BankPlace | None = None
    """The bank folder whose imports are shown and corrected, and whose models are shown."""

    def chances_of(self, setting: ServingSetting | None) -> Explainable | None:
        """Return the model of chances that a publication rests on; None where it rests on none, or the server has no bank that keeps it."""
        return None if setting is None or self.bank is None else self.bank.chances_of(setting)

    remembered_results: Remembered = field(default_factory=Remembered, repr=False)
    """Results of surveys and what is known of questionnaires; of no customer anything."""
    sorting: Sorting = field(default_factory=Sorting, repr=False)
    """By which models complaints are sorted as they come in."""
    traces: ComplaintTraces = field(default_factory=ComplaintTraces, repr=False)
    """By which complaints like others are found; no words of any."""
    _actors: dict[str, tuple[int, Actor]] = field(default_factory=dict)

    def actor(self, token: str | None) -> Actor:
        """Return who shows a token, as the store has it.

        Raises
        ------
        UnauthenticatedError
            When there is none, or it is not in force.
        """
        if not token:
            raise UnauthenticatedError(what=phrase("no token"))
        now, digest = self.acting.clock.now(), token_hash(token)
        with self.acting.store.read() as tx:
            row = token_row(tx, token, now)
            actor = owner_of(tx, row, bank_day(self.desk, tx))
        note_use(self.acting, row)
        if len(self._actors) >= _MOST_REMEMBERED:
            self._actors.clear()
        self._actors[digest] = now, actor
        return actor

    def forget(self, token: str) -> None:
        """Remember no more who showed a token: it has ended here at once, elsewhere within the second."""
        self._actors.pop(token_hash(token), None)

    def forget_owner(self, staff_id: str) -> None:
        """Remember no more what somebody may: it has changed here at once, elsewhere within the second."""
        for digest in [name for name, (_, actor) in list(self._actors.items()) if actor.actor_id == staff_id]:
            self._actors.pop(digest, None)

    def remembered(self, token: str | None, *, however_long_ago: bool = False) -> Actor | None:
        """Return who showed a token within the last second, None where the store has to be asked.

        Parameters
        ----------
        token : str or None
        however_long_ago : bool
            Also one that was shown before: for an answer that says nothing and does nothing.
        """
        found = None if token is None else self._actors.get(token_hash(token))
        if found is None:
            return None
        fresh = abs(self.acting.clock.now() - found[0]) < _REMEMBERED
        return found[1] if fresh or however_long_ago else None

    def permitted(
        self,
        actor: Actor,
        verb: str,
        purpose: str,
        customer: tuple[str, str | None] | None = None,
        what: object = CUSTOMER,
    ) -> Permission:
        """Return the permission of an actor.

        Parameters
        ----------
        actor : Actor
        verb, purpose : str
        customer : tuple of (str, str or None), optional
            Identifier and branch of the customer whom it is about.
        what : str
            What is said not to be there where the actor may not know of the customer.

        Raises
        ------
        RecordNotFoundError
            When the actor may not even know that the customer exists.
        ForbiddenError
            When it is not allowed.
        """
        return self.checked(self.permission(actor, verb, purpose, customer), what)

    def permission(
        self,
        actor: Actor,
        verb: str,
        purpose: str,
        customer: tuple[str, str | None] | None = None,
        *,
        opened: bool = False,
    ) -> Permission:
        """Return what is decided about an actor, allowed or not; ``opened`` where they have broken the glass for the customer."""
        subject = None if customer is None else actor.subject(*customer, opened=opened)
        return decide_access(self.access, actor, verb, subject, purpose, self.today())

    def checked(self, found: Permission, what: object = CUSTOMER) -> Permission:
        """Return a permission that allows; refuse otherwise, as `permitted` does, and say so in the log."""
        if found.allowed and found.visible:
            return found
        problem: ZhikeError = (
            ForbiddenError(verb=found.verb) if found.visible else RecordNotFoundError(what=what)
        )
        rules = self.access.at(self.today())
        known = rules is not None and found.purpose in rules.table.purposes
        purpose = found.purpose if known else "unknown"
        told = {"actor": found.actor_id, "verb": found.verb, "purpose": purpose}
        told |= {"by": "scopes"} if found.outside_scopes else {}
        self.security.refused(problem.code, **told)
        raise problem

    def masking(self) -> MaskingRules:
        """Return how values are masked today."""
        return MaskingRules.of(self.rulebook.at(MASKING, self.today()))

    def today(self) -> dt.date:
        """Return today in UTC."""
        return (
            dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=self.acting.clock.now())
        ).date()

    def close(self) -> None:
        """Write what waits, then stop."""
        self.grouping.close()
        while self.beside:
            self.beside.pop()()


def service_of(
    store: Store,
    rulebook: Rulebook,
    *,
    clock: Clock | None = None,
    limit: int | None = None,
    routes: Routes | None = None,
    private_key: bytes | None = None,
    bank: BankPlace | None = None,
) -> Service:
    """Return the service over a store, with unpredictable chance.

    Parameters
    ----------
    store : Store
    rulebook : Rulebook
    clock : Clock, optional
        The machine's unless given.
    limit : int, optional
        Requests a second of one caller, 0 for no limit; else ``$ZHIKE_RATE``, else 2000.
    routes : Routes, optional
        Where events go; the webhooks of the store only, unless given.
    private_key : bytes, optional
        The seed of the key that signs certificates; without it erasures are left to be finished by whoever has it.
    bank : BankPlace, optional
        The bank folder whose imports are shown and corrected.
    """
    clock = SystemClock() if clock is None else clock
    acting = Acting(store, clock, secrets.token_bytes, Routes() if routes is None else routes)
    desk = DecisionDesk(acting)
    most = int(os.environ.get(_RATE, _USUAL_RATE)) if limit is None else limit
    return Service(
        acting,
        desk,
        Grouping(desk),
        Access.of(rulebook),
        rulebook,
        Pace(most),
        Metrics(),
        SecurityLog(clock),
        private_key=private_key,
        bank=bank,
    )
