"""Writing a planned day into the ledger by the same functions that serve the bank, some hundred moves to a transaction, and taking it up where it stopped."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.absences import NewAbsence, check_note, do_note
from zhike.act.acting import Acting
from zhike.act.complaints import NewComplaint, check_intake, complaint_row, do_intake, do_move
from zhike.act.digests import sign_digest
from zhike.govern.complaint_life import Mover
from zhike.lab.complaint_year.roles import ROLES
from zhike.lab.shelf import REGIONS
from zhike.lab.tiers import TIERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zhike.core.ports import Store, Transaction
    from zhike.lab.complaint_year.day_plan import Planned
    from zhike.lab.complaint_year.setting import Setting

__all__ = ["BATCH", "JOB", "STATE", "Carrier", "intake_key"]

BATCH: Final = 400
"""Moves in one transaction."""
JOB, STATE = "complaint-year", "complaint-year-morning"
"""Rows of ``jobs`` in which the year notes how far it is, and where every case stood in the morning of its day."""
_KIND: Final = "complaint_year"
_WORDS: Final = "The matter of complaint {case}: {cause}."


class _Clock:
    """The time of the simulated desk."""

    def __init__(self) -> None:
        self.at = 0

    def now(self) -> int:
        """Return it, in microseconds."""
        return self.at


@dataclass(slots=True)
class _Chance:
    """Bytes that follow from seed, day and place of what is written: the same ones whenever it is written again."""

    seed: int
    place: tuple[int, int] = (0, 0)
    asked: int = 0

    def at(self, day: int, number: int) -> None:
        """Set the place."""
        self.place, self.asked = (day, number), 0

    def __call__(self, count: int) -> bytes:
        """Return so many bytes."""
        self.asked += 1
        return hashlib.shake_256(f"{self.seed}|{self.place}|{self.asked}".encode()).digest(count)


def intake_key(setting: Setting, case: int) -> str:
    """Return the key under which a complaint of the year is handed in."""
    return f"year-{setting.seed}-{case:06d}"


@dataclass
class Carrier:
    """Writes what was planned.

    Parameters
    ----------
    store : Store
    setting : Setting
    ids : dict of int to str
        Identifiers of complaints in the ledger, by number of the case.
    """

    store: Store
    setting: Setting
    ids: dict[int, str] = field(default_factory=dict)
    dues: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make what acting needs."""
        self.clock, self.chance = _Clock(), _Chance(self.setting.seed)
        self.acting = Acting(self.store, self.clock, self.chance)

    def open(self, given: Mapping[str, Any]) -> None:
        """Write staff, absences that are planned and the note of what is played, in one transaction."""
        self.clock.at = self.setting.morning(0)
        self.chance.at(-1, 0)
        with self.store.write() as tx:
            rows = [_job(JOB, dict(given), {"day": 0, "done": 0}, self.clock.at), _job(STATE, {}, {"live": [], "late": [], "forecasts": [], "handlers": [[0, self.setting.first_handlers]]}, self.clock.at)]  # fmt: skip
            tx.insert("jobs", rows)
            leads = [(name, "lead") for name in self.setting.staffing.leads]
            others = [
                ("intake", "duty"),
                (self.setting.duty, "duty"),
                ("legal-01", "legal"),
                ("quality-01", "quality"),
            ]
            self._staff(tx, [*leads, *others])
            self.hire(tx, 0, self.setting.first_handlers)

    def hire(self, tx: Transaction, first: int, last: int) -> None:
        """Add handlers to the staff, with the absences that they have planned."""
        self._staff(tx, [(name, "handler") for name in self.setting.staffing.handlers[first:last]])
        for one in self.setting.staffing.absences:
            if one.planned and first <= one.handler < last:
                self._absent(
                    tx, one.handler, one.first, one.last, "leave", self.setting.staffing.lead(one.handler)
                )

    def carry(self, day: int, planned: Sequence[Planned], done: int) -> Iterator[int]:
        """Write a day from its transaction number ``done`` on; yield after each how many there are."""
        for number, start in enumerate(range(0, len(planned), BATCH)):
            batch = planned[start : start + BATCH]
            if number < done:
                continue
            with self.store.write() as tx:
                for place, one in enumerate(batch, start):
                    self.clock.at = one.at
                    self.chance.at(day, place)
                    self._write(tx, one)
                tx.change("jobs", {"job_id": JOB}, {"result": {"day": day, "done": number + 1}})
            yield number + 1

    def seal(self, day: int) -> None:
        """Sign the day's end of the trail, and put what was written ahead in its place."""
        self.clock.at = self.setting.evening(day)
        sign_digest(self.acting, self.store.signing_seed())
        self.store.checkpoint()

    def caught_up(self, cases: Sequence[int]) -> None:
        """Read identifiers and dates of cases that somebody wrote before this process began."""
        with self.store.read() as tx:
            for case in cases:
                if case not in self.dues:
                    self._read(tx, case)

    def _read(self, tx: Transaction, case: int) -> None:
        row = tx.one("complaints", intake_key=intake_key(self.setting, case))
        if row is not None:
            self.ids[case], self.dues[case] = row["complaint_id"], (row["legal_due"], row["safe_due"])

    def _write(self, tx: Transaction, one: Planned) -> None:
        if one.name == "absence":
            given = one.given
            self._absent(tx, given["handler"], given["first"], given["last"], given["kind"], one.actor)
            return
        row = self._receive(tx, one) if one.name == "receive" else self._move(tx, one)
        self.ids[one.case], self.dues[one.case] = row["complaint_id"], (row["legal_due"], row["safe_due"])
        if "into" in one.given:
            self._read(tx, one.given["into"])

    def _receive(self, tx: Transaction, one: Planned) -> dict[str, Any]:
        arisen, case = self.setting.arisen, one.case
        customer = arisen.customer[case]
        if tx.one("customers", customer_id=customer) is None:
            tx.insert("customers", [{"customer_id": customer, "branch": REGIONS[arisen.region[case]], "tier": TIERS[arisen.tier[case]], "state": "active", "version": 0, "live": None}])  # fmt: skip
        defect = int(arisen.defect[case])
        words = _WORDS.format(case=case, cause=f"defect {defect}" if defect >= 0 else "a single one")
        new = NewComplaint(
            customer,
            one.actor,
            one.given["channel"],
            one.at,
            words,
            intake_key(self.setting, case),
            tuple(one.given["named"]),
        )
        before = check_intake(tx, new, [customer], self.setting.desk, one.at)
        return before or do_intake(self.acting, tx, new, self.setting.desk)

    def _move(self, tx: Transaction, one: Planned) -> dict[str, Any]:
        if one.case not in self.ids:
            self._read(tx, one.case)
        given = one.given
        if "into" in given:
            if given["into"] not in self.ids:
                self._read(tx, given["into"])
            given = {**given, "into": self.ids[given["into"]]}
        mover = Mover(one.actor, self.setting.verbs[one.role], frozenset({ROLES[one.role]}))
        return do_move(
            self.acting, tx, complaint_row(tx, self.ids[one.case]), one.name, mover, given, self.setting.desk
        )

    def _staff(self, tx: Transaction, who: Sequence[tuple[str, str]]) -> None:
        rows = [{"staff_id": name, "name": name, "branch": None, "roles": [ROLES[role]], "state": "active", "recorded_at": self.clock.at} for name, role in who]  # fmt: skip
        tx.insert("staff", rows)

    def _absent(self, tx: Transaction, handler: int, first: int, last: int, kind: str, actor: str) -> None:
        """Note an absence as staff do; one that falls into another is noted already."""
        setting = self.setting
        name, today = setting.staffing.handlers[handler], setting.date(max(first, 0))
        noted = tx.find("absences", {"staff_id": name, "state": "noted"})
        days = (str(setting.date(first)), str(setting.date(last)))
        if any(row["first_day"] <= days[1] and days[0] <= row["last_day"] for row in noted):
            return
        stands_in = setting.staffing.handlers[setting.staffing.deputy(handler)]
        deputy = None if stands_in == name else stands_in
        new = NewAbsence(name, kind, setting.date(first), setting.date(last), deputy)
        check_note(tx, new, today)
        do_note(self.acting, tx, new, actor)


def _job(name: str, content: dict[str, Any], result: dict[str, Any], at: int) -> dict[str, Any]:
    return {
        "job_id": name,
        "kind": _KIND,
        "state": "done",
        "content": content,
        "result": result,
        "recorded_at": at,
        "actor": "lab",
    }
