"""From the store to the sheets that count: those of customers who are served, and those from kiosks, of people whom nobody knows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from zhike.act.acting import DAY
from zhike.act.survey_results import kiosk_sheets, sheets
from zhike.measure.results.sheets import FilledSheet, cells_of, unsaid_of
from zhike.measure.results.whole import UNKNOWN_MODE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from zhike.act.survey_results import Known, SentInvitation, SentSheet
    from zhike.act.team_book import LocalDays
    from zhike.core.ports import Transaction
    from zhike.measure.surveys import Questionnaire

__all__ = ["in_blocks", "known_sheets", "unknown_sheets"]


def known_sheets(
    tx: Transaction,
    questionnaire: Questionnaire,
    known: Known,
    sent: Mapping[str, SentInvitation],
    day: LocalDays,
) -> list[FilledSheet]:
    """Return the complete sheets of a version of customers who are served, oldest first.

    Parameters
    ----------
    known : mapping
        Of `zhike.act.survey_results.known_customers`.
    sent : mapping of str to SentInvitation
        Invitations by identifier: how long somebody waited is known of those alone.
    day : LocalDays
    """
    return [_filled(questionnaire, one, sent, day) for one in sheets(tx, questionnaire.version, known)]


def _filled(
    questionnaire: Questionnaire, one: SentSheet, sent: Mapping[str, SentInvitation], day: LocalDays
) -> FilledSheet:
    asked = None if one.invitation_id is None else sent.get(one.invitation_id)
    answers = one.answer["answers"]
    return FilledSheet(
        one.placed.customer, one.placed.branch, one.placed.tier, one.mode, bool(one.answer.get("elder")), day(one.at),
        math.nan if asked is None else (one.at - asked.at) / DAY, cells_of(questionnaire, answers), one.scores, unsaid_of(answers),
    )  # fmt: skip


def unknown_sheets(
    tx: Transaction, questionnaire: Questionnaire, branch: str | None, day: LocalDays
) -> list[FilledSheet]:
    """Return the complete sheets of a version from kiosks, oldest first; of one branch where it is given."""
    return [
        FilledSheet(
            row["sheet_id"], row["branch"], None, UNKNOWN_MODE, bool(row["answer"].get("elder")), day(row["changed_at"]), math.nan,
            cells_of(questionnaire, row["answer"]["answers"]), row["scores"] or {},
        )
        for row in kiosk_sheets(tx, questionnaire.version, branch)
    ]  # fmt: skip


def in_blocks(
    filled: Sequence[FilledSheet], step: int, counts: Callable[[dt.date], bool]
) -> list[FilledSheet]:
    """Return the sheets of a period, the oldest first, in blocks of so many that what two looks differ by tells of nobody.

    Blocks are counted from the first sheet of the version: moving an end of the period by a day adds a block or nothing.
    """
    blocks = (filled[start : start + step] for start in range(0, len(filled) // step * step, step))
    return [one for block in blocks if all(counts(each.day) for each in block) for one in block]
