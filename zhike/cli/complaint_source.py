"""The complaints that a command works on: of a file or of the store, with the rules of a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhike.cli.console import said
from zhike.cli.measure_options import AtDay, rules_of
from zhike.cli.options import RulebookFolder, day_of
from zhike.cli.stores import StorePlace  # noqa: TC001 - typer reads it
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from pathlib import Path

    from zhike.adapters.answer_files import Answers
    from zhike.core.rulebook import Rulebook
    from zhike.measure.complaint_analysis import Register, Size

__all__ = ["ComplaintSource", "Consulted", "Last", "ReceiptDays"]

First = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help=said("First day of receipt that counts.", "受理日期起。", "受理日期起。"))
]  # fmt: skip
Last = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help=said("Last day of receipt that counts; default: the day.", "受理日期止；默认所取日期。", "受理日期止；預設所取日期。"))
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReceiptDays:
    """Options: the days of receipt that count."""

    first: First = None
    until: Last = None


@dataclass(frozen=True, slots=True)
class Consulted:
    """Options: the day, the store and the rules that are consulted."""

    at: AtDay = None
    store: StorePlace = None
    rulebook: RulebookFolder = None

    def source(self, cases: Path | None, known_at: str | None = None) -> ComplaintSource:
        """Return the complaints of a file; without one those of the store, as it knew them at an instant."""
        from zhike.adapters.answer_files import read_answers
        from zhike.measure.complaint_analysis import Size

        book, day = rules_of(self.rulebook, self.at)
        if cases is None:
            return _stored(self.store, book, day, known_at)
        if known_at is not None:
            raise UsageError(
                what=phrase("--known-at with a file"), expected=phrase("it with the complaints of a store")
            )
        return ComplaintSource(read_answers(cases), book, day, Size(None, None), [], None)


@dataclass(frozen=True, slots=True)
class ComplaintSource:
    """What a call works on: the complaints, the rules of its day, what the store knows beside."""

    answers: Answers
    rulebook: Rulebook
    day: dt.date
    size: Size
    improvements: list[dict[str, Any]]
    known_at: str | None

    def register(self, days: ReceiptDays) -> Register:
        """Return the register of some days of receipt."""
        from zhike.api.complaint_sources import codes_of
        from zhike.measure.complaint_analysis import Register

        whole = Register.of(self.answers, codes_of(self.rulebook, self.day))
        return whole.within(
            None if days.first is None else day_of(days.first),
            self.day if days.until is None else day_of(days.until),
        )


def _stored(store: str | None, book: Rulebook, day: dt.date, known_at: str | None) -> ComplaintSource:
    from zhike.act.acting import microseconds, moment
    from zhike.act.decisions import DecisionDesk
    from zhike.api.complaint_sources import size_of, stored_cases
    from zhike.cli.stores import acting_alone

    acting = acting_alone(store)
    instant = acting.clock.now() if known_at is None else microseconds(_instant(known_at))
    with acting.store.read() as tx:
        answers = stored_cases(tx, book, day, instant, DecisionDesk(acting))
        return ComplaintSource(
            answers, book, day, size_of(tx), tx.find("improvements"), moment(instant).isoformat()
        )


def _instant(written: str) -> dt.datetime:
    found: dt.datetime | None
    try:
        found = dt.datetime.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError(what=phrase("'{value}' under '{key}'", value=written, key="--known-at"), expected=phrase("an instant with its offset, such as 2026-10-08T09:00:00+08:00"))  # fmt: skip
    return found
