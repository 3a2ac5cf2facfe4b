"""What is done beside the calls, in a process of its own: messages delivered, customers asked, batches decided, studies answered, offers lapsed.

It runs at a lower priority, so that a batch takes what the calls leave. Several may run, over one store: what only one may do at a time
is done by whoever has the turn. It ends when it is asked to, or when the process that started it has gone; what is under way is
finished or given back.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zhike.act.batches import run_batches
from zhike.act.correction_runs import run_corrections
from zhike.act.decisions import DecisionDesk
from zhike.act.deliveries import deliver_due
from zhike.act.digests import sign_digest
from zhike.act.live_state import day_of
from zhike.act.responses import do_lapse
from zhike.act.studies import run_studies
from zhike.act.turns import give_back, take_turn
from zhike.adapters.bank_place import CorrectionRuns
from zhike.adapters.base_studies import Studies
from zhike.adapters.delivery import deliverers_file, deliverers_of
from zhike.adapters.rule_files import load_rulebook
from zhike.adapters.store.engine import open_store
from zhike.adapters.survey_rounds import SurveyRounds
from zhike.api.places import acting_over, bank_place, rulebook_place, store_place
from zhike.core.errors import ZhikeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhike.act.acting import Acting
    from zhike.adapters.bank_place import BankPlace
    from zhike.core.rulebook import Rulebook

__all__ = ["Keeper", "KeeperProcess"]

NAME: Final = "keeper"
"""Who does what is done beside the calls, in the trail; and the turn of what only one does."""
_EVERY: Final = 1.0
"""Seconds between two rounds with nothing to do."""
_TURN_LASTS: Final = 30_000_000
_RESTARTED_AFTER: Final = 1.0
_ENDED_WITHIN: Final = 30.0
_NICE: Final = 10
_DIGEST_MINUTES: Final = "audit.digest_minutes"
_MINUTE: Final = 60_000_000
"""Microseconds."""
_log = logging.getLogger(__name__)


class Keeper:
    """Does what is due, round by round.

    Parameters
    ----------
    acting : Acting
    rulebook : Rulebook
    deliverers : Path or None
        File that says which channel uses which deliverer.
    seed : bytes
        Of the key that signs digests of the audit trail.
    bank : BankPlace, optional
        Whose rejected rows are corrected.
    """

    def __init__(
        self, acting: Acting, rulebook: Rulebook, deliverers: Path | None, seed: bytes, bank: BankPlace | None = None
    ) -> None:  # fmt: skip
        self._acting, self._rulebook, self._deliverers, self._seed = acting, rulebook, deliverers, seed
        self._bank = bank
        self._holder = acting.new_id("h")
        self._ended = threading.Event()
        self._asked_on: dt.date | None = None

    def stop(self) -> None:
        """Ask for the end; rounds under way finish what they have begun."""
        self._ended.set()

    def run(self) -> None:
        """Go round until asked to stop; what takes long on threads of their own, so that no message waits for one."""
        beside = [
            threading.Thread(target=self._rounds, args=(duty,), name=f"keeper-{duty.__name__}")
            for duty in (self.batches, self.studies, self.corrections, self.surveys)
        ]
        for one in beside:
            one.start()
        self._rounds(self.messages, self.lapses, self.digests)
        for one in beside:
            one.join()
        with contextlib.suppress(ZhikeError):
            give_back(self._acting, NAME, self._holder)

    def _rounds(self, *duties: Callable[[], bool]) -> None:
        while not self._ended.is_set():
            busy = [_tried(duty) for duty in duties]
            if not any(busy):
                self._ended.wait(_EVERY)

    def messages(self) -> bool:
        """Deliver what is due; return whether there was something."""
        deliverers = deliverers_of(self._deliverers, self._acting.clock.now(), self._rulebook)
        return any(deliver_due(self._acting, deliverers, NAME, stop=self._ended.is_set).values())

    def batches(self) -> bool:
        """Decide what is asked for; return whether there was something."""
        return bool(run_batches(DecisionDesk(self._acting), stop=self._ended.is_set))

    def studies(self) -> bool:
        """Answer what is asked of the whole base; return whether there was something."""
        answer = Studies(self._acting, self._rulebook)
        return bool(run_studies(self._acting, answer, stop=self._ended.is_set))

    def corrections(self) -> bool:
        """Run corrected rows through their import again; return whether there were some. Without a bank they wait."""
        if self._bank is None:
            return False
        work = CorrectionRuns(self._acting, self._rulebook, self._bank)
        return bool(run_corrections(self._acting, work, stop=self._ended.is_set))

    def surveys(self) -> bool:
        """Have the rounds of the day that ask customers and remind them; return whether there were some.

        Before anything is published, or while nothing can leave the house, nobody is asked and the day stays open.
        """
        rounds = SurveyRounds(self._acting, self._rulebook, NAME)
        day = rounds.day()
        if day == self._asked_on or not rounds.channels() or not rounds.ready():
            return False
        found = rounds.run(self._ended.is_set)
        if not self._ended.is_set():
            self._asked_on = day
        return bool(found)

    def lapses(self) -> bool:
        """Let offers lapse, where it is this keeper's turn; return whether there were some."""
        if not take_turn(self._acting, NAME, self._holder, _TURN_LASTS):
            return False
        return bool(do_lapse(self._acting, NAME))

    def digests(self) -> bool:
        """Sign the audit trail, where it is due; return whether it was. Several keepers sign one after the other."""
        today = dt.date.fromisoformat(day_of(self._acting.clock.now()))
        minutes = int(self._rulebook.at(_DIGEST_MINUTES, today).value)
        return sign_digest(self._acting, self._seed, minutes * _MINUTE) is not None


def _tried(duty: Callable[[], bool]) -> bool:
    """Do a duty; one that fails is tried again in the next round, and the others are done all the same."""
    try:
        return duty()
    except ZhikeError as problem:
        _log.warning("%s: %s", duty.__name__, problem)
    except Exception:  # noqa: BLE001 - a keeper that ends keeps nothing
        _log.exception(duty.__name__)
    return False


class KeeperProcess:
    """A keeper as a process: started anew where it dies, ended with its parent."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._watched, name="keeper-watch", daemon=True)

    def start(self) -> None:
        """Start it."""
        self._watch.start()

    def close(self) -> None:
        """Ask it to end, and wait until it has."""
        self._ending.set()
        self._end()
        self._watch.join(_ENDED_WITHIN)

    def _end(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def _watched(self) -> None:
        while not self._ending.is_set():
            # What it is to keep is in the environment; its input ends when this process does, however that comes about.
            command = [sys.executable, "-m", __name__]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own
            if self._ending.is_set():
                self._end()
            self._process.wait()
            self._ending.wait(_RESTARTED_AFTER)


def main() -> None:
    """Keep the store that the environment names, until told to end or until standard input ends."""
    os.nice(_NICE)
    store = open_store(store_place(), create=False)
    keeper = Keeper(
        acting_over(store),
        load_rulebook(rulebook_place()),
        deliverers_file(None),
        store.keys.audit_seed,
        bank_place(),
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: keeper.stop())
    threading.Thread(target=_until_orphaned, args=(keeper.stop,), name="keeper-parent", daemon=True).start()
    keeper.run()


def _until_orphaned(then: Callable[[], None]) -> None:
    while os.read(0, 1):
        pass
    then()


if __name__ == "__main__":
    main()
