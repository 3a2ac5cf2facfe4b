"""Rounds that ask customers, looked back at: when, how many were asked and why the others were not, who answered, whom a wave has reached."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

from zhike.act.survey_results import known_customers, wave_invitations
from zhike.act.survey_rounds import rounds
from zhike.act.surveys import ANSWERED, BEGUN
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.hearing import RESULTS, results_branch
from zhike.api.survey_round_models import RoundsBody
from zhike.decide.loop_rules import instrument_of
from zhike.measure.results.answered import AskedOne, response_rates
from zhike.measure.results.forms import ResultRules
from zhike.measure.surveys.waves import REMINDERS, WAVES, Wave

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.survey_results import Known
    from zhike.api.asking import Asking

__all__ = ["router", "survey_rounds"]

router = APIRouter(prefix="/survey-rounds", tags=["surveys"])
_MOST: Final = 60
_ASKED: Final = ("asked", "asked_at_random", "reminded")
_GROUPINGS: Final = ("branch", "tier")


@router.get("", response_model=RoundsBody, operation_id="survey_rounds", openapi_extra=needs(RESULTS))
def survey_rounds(asking: AskingOf) -> dict[str, Any]:
    """Return the waves in force or with rounds, who answered them and whom they have reached, and the latest 60 rounds, the newest first."""
    service, branch = asking.service, results_branch(asking)
    today, now = service.today(), service.acting.clock.now()
    least = ResultRules.of(service.rulebook, today).least
    with service.acting.store.read() as tx:
        known, customers = known_customers(tx, branch)
        held, sent = rounds(tx, _MOST), wave_invitations(tx)
    waves = {one.name: one for one in Wave.all_of(service.rulebook.at(WAVES, today))}
    names = dict.fromkeys(
        [*waves, *(row["wave"] for row in held if row["wave"] != REMINDERS), *(row["wave"] for row in sent)]
    )
    mine = {
        name: [row for row in sent if row["wave"] == name and row["customer_id"] in known] for name in names
    }
    told = [
        _wave(asking, (name, waves.get(name)), held, mine[name], (known, now, least), customers) for name in names
    ]  # fmt: skip
    return {"branch": branch, "least": least, "waves": told, "rounds": [_round(row) for row in held]}


def _round(row: Mapping[str, Any]) -> dict[str, Any]:
    path, _, day = row["survey"].partition("@")
    return {
        "wave": row["wave"], "day": row["day"], "instrument": instrument_of(path) if path else None, "version": day or None,
        "asked": sum(row["counts"].get(reason, 0) for reason in _ASKED),
        "reasons": [{"reason": reason, "customers": count} for reason, count in row["counts"].items()],
    }  # fmt: skip


def _wave(
    asking: Asking, of: tuple[str, Wave | None], held: Sequence[Mapping[str, Any]], sent: Sequence[Mapping[str, Any]],
    by: tuple[Known, int, int], customers: Counter[tuple[str | None, str | None]],
) -> dict[str, Any]:  # fmt: skip
    (name, wave), (known, now, least) = of, by
    own = [row for row in held if row["wave"] == name]
    instrument = (
        wave.instrument
        if wave is not None
        else next((instrument_of(row["survey"]) for row in (*own, *sent)), None)
    )
    return {
        "wave": name, "instrument": instrument, "title": None if instrument is None else _title(asking, instrument), "in_force": wave is not None,
        "channels": [] if wave is None else list(wave.channels), "by": wave and wave.by, "places": wave and wave.places,
        "rounds": len(own), "last_day": own[0]["day"] if own else None,
        "response": response_rates([_asked(row, known, now) for row in sent], _GROUPINGS, least),
        "reach": [one for place, grouping in enumerate(_GROUPINGS) for one in _reach(grouping, place, sent, known, customers)],
    }  # fmt: skip


def _title(asking: Asking, instrument: str) -> str:
    entry = asking.service.rulebook.entries.get(f"instruments.{instrument}")
    return instrument if entry is None else entry.title.in_language(asking.language)


def _asked(row: Mapping[str, Any], known: Known, now: int) -> AskedOne:
    placed = known[row["customer_id"]]
    return AskedOne(
        placed.branch, placed.tier, row["mode"], row["state"] == ANSWERED, row["state"] == BEGUN, row["lapses_at"] <= now, row["reminders"] > 0
    )  # fmt: skip


def _reach(
    by: str, place: int, sent: Sequence[Mapping[str, Any]], known: Known, customers: Counter[tuple[str | None, str | None]]
) -> list[dict[str, Any]]:  # fmt: skip
    """Return how many customers of each group were asked at least once; whoever was asked twice counts once."""
    served: Counter[str | None] = Counter()
    for cell, count in customers.items():
        served[cell[place]] += count
    people = {known[row["customer_id"]] for row in sent}
    asked = Counter((one.branch, one.tier)[place] for one in people)
    groups = sorted(served, key=lambda name: (name is None, name))
    return [{"by": by, "group": name, "customers": served[name], "asked": asked[name]} for name in groups]
