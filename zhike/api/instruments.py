"""Questionnaires as those who ask see them: what is in force, in which wording, how sound, how long, how versions differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query

from zhike.act.survey_results import sheet_counts
from zhike.act.surveys import MODES
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.instrument_models import InstrumentBody, InstrumentList
from zhike.api.models import MaybeDay, Name
from zhike.core.language import LANGUAGES
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.decide.loop_rules import LoopRules
from zhike.measure.journeys.reading import KIND, read_journey
from zhike.measure.results.forms import InstrumentForm, ResultRules
from zhike.measure.surveys import read_questionnaire
from zhike.measure.surveys.exploring import explore
from zhike.measure.surveys.filling import without_elder
from zhike.measure.surveys.length import minutes_on
from zhike.measure.surveys.lint import TIMING, WORDING, findings
from zhike.measure.surveys.versions import question_differences

if TYPE_CHECKING:
    import datetime as dt

    from zhike.api.asking import Asking
    from zhike.core.expressions import Expression
    from zhike.core.language import Language
    from zhike.core.ports import Transaction
    from zhike.core.rulebook import Entry, Version
    from zhike.measure.surveys import Questionnaire
    from zhike.measure.surveys.questionnaire import Block, Question

__all__ = ["INSTRUMENTS", "form_of", "form_parts", "instrument", "instruments", "router", "version_of"]

router = APIRouter(prefix="/instruments", tags=["surveys"])
_SEE: Final = "instrument.view"
INSTRUMENTS: Final = "instruments."
"""Before the name of an instrument, in the rulebook."""
VersionDay = Annotated[
    MaybeDay, Query(description="First day of a version; the one in force today unless given.")
]


@router.get("", response_model=InstrumentList, operation_id="instruments", openapi_extra=needs(_SEE))
def instruments(asking: AskingOf) -> dict[str, Any]:
    """Return the questionnaires in force: wording, length, findings of the lint, ways that were played, over what customers were asked."""
    asking.may(_SEE)
    entries = [entry for entry in asking.service.rulebook if entry.kind == "questionnaire"]
    known = [(entry, entry.in_force(asking.service.today())) for entry in entries]
    with asking.service.acting.store.read() as tx:
        lines = [_line(asking, tx, entry, version) for entry, version in known if version is not None]
    return {"instruments": sorted(lines, key=lambda one: str(one["title"]))}


@router.get(
    "/{instrument_id}", response_model=InstrumentBody, operation_id="instrument", openapi_extra=needs(_SEE)
)
def instrument(
    instrument_id: Name,
    asking: AskingOf,
    version: VersionDay = None,
    against: Annotated[
        MaybeDay, Query(description="Version to compare with; the one before unless given.")
    ] = None,
) -> dict[str, Any]:
    """Return a questionnaire in one version, question by question, with findings of the lint and what differs from another version."""
    asking.may(_SEE)
    entry, shown = version_of(asking, instrument_id, version)
    earlier = [one for one in _real(entry) if one.first_day < shown.first_day]
    other = earlier[-1] if against is None and earlier else None
    if against is not None:
        _, other = version_of(asking, instrument_id, against)
    questionnaire, language = read_questionnaire(shown), asking.language
    with asking.service.acting.store.read() as tx:
        line = _line(asking, tx, entry, shown)
        history = _history(tx, entry)
    found = _looked_into(asking, shown)
    return {
        **line, "version": shown.first_day, "history": history, "against": other and other.first_day,
        "finding_list": [
            {"where": one.path.partition(":")[2] or one.path, "code": one.code, "sentence": one.sentence.in_language(language)} for one in found["findings"]
        ],
        "blocks": [_block(block, language) for block in questionnaire.blocks],
        "scores": [
            {"name": one.name, "title": one.title.in_language(language), "way": one.way, "of": list(one.questions)} for one in questionnaire.scores
        ],
        "changes": [] if other is None else _changes(read_questionnaire(other), questionnaire, language),
    }  # fmt: skip


def version_of(asking: Asking, name: str, day: dt.date | None) -> tuple[Entry, Version]:
    """Return the document of an instrument and a version of it, by its first day; the one in force today without one.

    Raises
    ------
    RecordNotFoundError
        When there is no such instrument or version.
    """
    entry = asking.service.rulebook.entries.get(INSTRUMENTS + name)
    if entry is None or entry.kind != "questionnaire":
        raise RecordNotFoundError(what=phrase("questionnaire"))
    found = (
        entry.in_force(asking.service.today())
        if day is None
        else next((one for one in _real(entry) if one.first_day == day), None)
    )
    if found is None or found.value is None:
        raise RecordNotFoundError(what=phrase("version of the questionnaire"))
    return entry, found


def form_parts(asking: Asking, questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return which parts of results the form of a questionnaire allows."""
    return form_of(asking, questionnaire).parts


def form_of(asking: Asking, questionnaire: Questionnaire) -> InstrumentForm:
    """Return a questionnaire with what the rules of today say of its results, and the journeys that it rates."""
    book, today = asking.service.rulebook, asking.service.today()
    maps = [entry.in_force(today) for entry in book if entry.kind == KIND]
    journeys = [read_journey(one) for one in maps if one is not None and one.value is not None]
    return InstrumentForm.of(questionnaire, ResultRules.of(book, today), journeys)


def _real(entry: Entry) -> list[Version]:
    """Return the versions that are questionnaires: one that ends the document is none."""
    return [one for one in entry.versions if one.value is not None]


def _line(asking: Asking, tx: Transaction, entry: Entry, version: Version) -> dict[str, Any]:
    questionnaire, found = read_questionnaire(version), _looked_into(asking, version)
    name = entry.path.removeprefix(INSTRUMENTS)
    opens = LoopRules.of(asking.service.rulebook, asking.service.today()).thresholds.get(name)
    sent = {
        mode: tx.count("survey_invitations", {"survey": questionnaire.version, "mode": mode})
        for mode in MODES
    }
    questions = list(questionnaire.by_name.values())
    return {
        "instrument": name, "title": questionnaire.title.in_language(asking.language), "since": version.first_day,
        "versions": len(_real(entry)), "languages": list(LANGUAGES), "status": version.status, "owner": entry.owner,
        "questions": len(questions), "short_questions": sum(one.short for one in questions),
        **{key: found[key] for key in ("minutes", "short_minutes", "paths", "every_path")}, "findings": len(found["findings"]),
        "opens": None if opens is None else opens["read"], "opens_at": None if opens is None else opens["at_most"],
        "parts": list(form_parts(asking, questionnaire)),
        "modes": [{"mode": mode, "invitations": count} for mode, count in sent.items() if count],
    }  # fmt: skip


def _looked_into(asking: Asking, version: Version) -> dict[str, Any]:
    """Return what playing a questionnaire shows; it takes up to a second, and is done once."""
    book, today = asking.service.rulebook, asking.service.today()
    wording, timing = book.at(WORDING, today), book.at(TIMING, today)

    def make() -> dict[str, Any]:
        questionnaire = read_questionnaire(version)
        whole, short = explore(questionnaire), explore(questionnaire, elder=True)
        pace = float(timing.value["elder"])
        has_short = not without_elder(questionnaire)
        return {
            "findings": findings(questionnaire, wording.value, timing.value, (whole, short)), "minutes": minutes_on(whole.longest, timing.value),
            "short_minutes": minutes_on(short.longest, timing.value) * pace if has_short else None,
            "paths": whole.sheets + short.sheets * has_short, "every_path": whole.whole and (short.whole or not has_short),
        }  # fmt: skip

    state = version.first_day, wording.first_day, timing.first_day
    return asking.service.remembered_results.get(("lint", version.path, version.first_day), state, make)


def _history(tx: Transaction, entry: Entry) -> list[dict[str, Any]]:
    counts = sheet_counts(tx, entry.path, tuple(str(one.first_day) for one in _real(entry)))
    return [
        {"first_day": one.first_day, "status": one.status, "reference": one.reference.title, "sheets": counts[str(one.first_day)]}
        for one in reversed(_real(entry))
    ]  # fmt: skip


def _block(block: Block, language: Language) -> dict[str, Any]:
    return {
        "name": block.name, "title": block.title.in_language(language), "when": _said(block.when), "repeat": block.repeat,
        "questions": [_question(one, language) for one in block.questions],
    }  # fmt: skip


def _said(condition: Expression | None) -> str | None:
    return None if condition is None else condition.source


def _question(one: Question, language: Language) -> dict[str, Any]:
    scale = one.scale
    labels = {} if scale is None else scale.labels
    return {
        **{name: getattr(one, name) for name in ("name", "kind", "short", "required", "not_applicable")},
        "text": one.text.in_language(language), "when": _said(one.when),
        "low": one.low if scale is None else scale.low, "high": one.high if scale is None else scale.high,
        "labels": [{"point": point, "text": labels[point].text.in_language(language)} for point in sorted(labels)],
        "choices": [{"code": choice.code, "text": choice.text.in_language(language)} for choice in one.choices],
    }  # fmt: skip


def _changes(before: Questionnaire, after: Questionnaire, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name, "change": one.change, "before": one.before and one.before.in_language(language),
            "after": one.after and one.after.in_language(language),
        }
        for one in question_differences(before, after)
    ]  # fmt: skip
