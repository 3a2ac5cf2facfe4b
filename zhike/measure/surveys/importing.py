"""Answers that another tool has gathered, into rows of the contract tables, with a reject for everything that is no answer.

A column is matched with a question by its name, whatever stands between its letters and digits: ``fair_outcome``, ``FairOutcome``
and LimeSurvey's ``fairoutcome`` are one; ``touchpoints[app]`` is the part ``app`` of ``touchpoints``. A mapping says what else belongs
together. Each answer is checked against its question; conditions are not, for another tool may have asked in another order.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import AnswerError, UsageError
from zhike.core.phrases import phrase
from zhike.measure.surveys.import_forms import FORMS
from zhike.measure.surveys.questionnaire import NOT_APPLICABLE
from zhike.measure.surveys.rows import CHANNEL_OF, MODE, parts_of_answer
from zhike.measure.surveys.values import checked_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.measure.surveys.import_forms import Form
    from zhike.measure.surveys.questionnaire import Question, Questionnaire

__all__ = ["Imported", "Line", "imported"]

Line = tuple[int, "Mapping[str, str]"]
"""Number of the line in the file, and its cells by column."""
_PLAIN: Final = re.compile(r"[^a-z0-9@]")
_NONE: Final[Mapping[str, str]] = {}


@dataclass(slots=True)
class Imported:
    """Rows of the contract tables, rejects as the reject table has them, and the columns that nothing was made of."""

    surveys: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Target:
    """What a column fills: a key of the sheet and, for a question with parts, the part."""

    key: str
    question: Question
    part: str | None


def imported(
    questionnaire: Questionnaire,
    columns: Sequence[str],
    lines: Sequence[Line],
    form: str,
    source: str,
    mapping: Mapping[str, Mapping[str, str]] | None = None,
) -> Imported:
    """Turn the lines of a file into rows.

    Parameters
    ----------
    columns : sequence of str
        Names of the file's columns.
    form : str
        One of `FORMS`.
    source : str
        What rejects call the file.
    mapping : mapping, optional
        ``columns``: source column to question, part or fact; ``values``: value of the source to value of the question.

    Raises
    ------
    UsageError
        When the form is unknown, or the file has no column for the survey, the customer or the day.
    """
    if form not in FORMS:
        raise UsageError(what=phrase("form '{form}'", form=form), expected=", ".join(FORMS))
    renamed = (mapping or {}).get("columns", _NONE)
    facts, targets = _facts(columns, renamed, FORMS[form]), _targets(questionnaire, columns, renamed)
    found = Imported(unused=tuple(one for one in columns if one not in targets and one not in facts.values()))
    reader = _Reader(
        questionnaire, FORMS[form], source, (mapping or {}).get("values", _NONE), facts, targets, found
    )
    for line, cells in lines:
        reader.take(line, cells)
    return found


def _facts(columns: Sequence[str], renamed: Mapping[str, str], form: Form) -> dict[str, str]:
    """Return the column of each fact about a sheet: by the mapping, else the form's first that is there."""
    mapped = {fact: column for column, fact in renamed.items() if fact in form.facts and column in columns}
    usual = {
        fact: next((name for name in names if name in columns), "") for fact, names in form.facts.items()
    }
    found = {**{fact: name for fact, name in usual.items() if name}, **mapped}
    missing = [fact for fact in ("survey_id", "customer_id", "answered_on") if fact not in found]
    if missing:
        names = "; ".join(f"{fact}: {' / '.join(form.facts[fact])}" for fact in missing)
        raise UsageError(
            what=phrase("a file without a column for {names}", names=", ".join(missing)),
            expected=phrase("one of the columns {names}, or a mapping", names=names),
        )
    return found


def _targets(
    questionnaire: Questionnaire, columns: Sequence[str], renamed: Mapping[str, str]
) -> dict[str, _Target]:
    known = {_plain(name): target for name, target in _names(questionnaire).items()}
    found = {column: known.get(_plain(renamed.get(column, column))) for column in columns}
    return {column: target for column, target in found.items() if target is not None}


def _names(questionnaire: Questionnaire) -> dict[str, _Target]:
    """Return everything that a column may fill, by its name as answers have it."""
    found: dict[str, _Target] = {}
    for block in questionnaire.blocks:
        turns = questionnaire.by_name[block.repeat].choices if block.repeat else ()
        for question in block.questions:
            for key in [f"{question.name}@{turn.code}" for turn in turns] or [question.name]:
                found |= {f"{key}.{part}": _Target(key, question, part) for part in question.part_names()}
                found[key] = _Target(key, question, None)
    return found


def _plain(name: str) -> str:
    return _PLAIN.sub("", name.lower())


@dataclass(slots=True)
class _Reader:
    """Reads lines one by one; what it finds goes into ``found``."""

    questionnaire: Questionnaire
    form: Form
    source: str
    values: Mapping[str, str]
    facts: Mapping[str, str]
    targets: Mapping[str, _Target]
    found: Imported
    seen: dict[str, int] = field(default_factory=dict)

    def take(self, line: int, cells: Mapping[str, str]) -> None:
        facts = {fact: (cells.get(column) or "").strip() for fact, column in self.facts.items()}
        trouble = self._trouble(facts)
        if trouble:
            self._reject(line, cells, "surveys", *trouble)
            return
        self.seen[facts["survey_id"]] = line
        answered = _day(facts["answered_on"])
        mode = self.form.modes.get(facts.get("mode", "").lower(), "import")
        who = {"survey_id": facts["survey_id"], "customer_id": facts["customer_id"]}
        self.found.surveys.append({
            **who, "instrument": self.questionnaire.version, "sent_on": _day(facts.get("sent_on", "")) or answered,
            "channel": CHANNEL_OF[mode],
        })  # fmt: skip
        self._keep(who, answered, (MODE, None, mode))
        for key, parts in self._gathered(cells).items():
            self._answer(line, cells, (who, answered), key, parts)

    def _trouble(self, facts: Mapping[str, str]) -> tuple[str, str, str, str] | None:
        """Return code, column, value and need of the first fact that a row cannot do without."""
        for fact in ("survey_id", "customer_id"):
            if not facts[fact]:
                return "missing_value", fact, "", ""
        if facts.get("status", "").lower() in self.form.trials:
            return "bad_value", "status", facts["status"], "answers of customers"
        if facts["survey_id"] in self.seen:
            return "duplicate_key", "survey_id", facts["survey_id"], ""
        answered, sent = _day(facts["answered_on"]), _day(facts.get("sent_on", ""))
        if answered is None:
            return (
                ("bad_date" if facts["answered_on"] else "missing_value"),
                "answered_on",
                facts["answered_on"],
                "2026-02-01",
            )
        if sent is not None and sent > answered:
            return "dates_contradict", "sent_on", facts["sent_on"], f"<= {answered}"
        return None

    def _gathered(self, cells: Mapping[str, str]) -> dict[str, list[tuple[_Target, str]]]:
        """Return the filled cells of each question."""
        found: dict[str, list[tuple[_Target, str]]] = {}
        for column, target in self.targets.items():
            cell = (cells.get(column) or "").strip()
            if cell:
                found.setdefault(target.key, []).append((target, self.values.get(cell, cell)))
        return found

    def _answer(
        self, line: int, cells: Mapping[str, str], whose: tuple[dict[str, str], dt.date | None],
        key: str, parts: list[tuple[_Target, str]],
    ) -> None:  # fmt: skip
        question = parts[0][0].question
        offered = tuple(choice.code for choice in question.choices)
        value = _value(question, parts, self.form)
        if value is None:
            return
        # Of a matrix any rows may be answered: a tool that carries choices forward shows some of them only.
        wanted = (
            tuple(value) if question.kind in ("matrix", "points") and isinstance(value, dict) else offered
        )
        try:
            taken = checked_value(key, question, wanted, value)
        except AnswerError as error:
            self._reject(
                line, cells, "answers", _code(question, value), key, _told(value), str(error.data["expected"])
            )
            return
        for row in parts_of_answer(key, question, taken, offered):
            self._keep(*whose, row)

    def _keep(
        self, who: dict[str, str], day: dt.date | None, row: tuple[str, float | None, str | None]
    ) -> None:
        name, score, words = row
        self.found.answers.append(
            {**who, "question": name, "answered_on": day, "score": score, "words": words}
        )

    def _reject(
        self, line: int, cells: Mapping[str, str], table: str, code: str, column: str, found: str, needed: str
    ) -> None:  # fmt: skip
        self.found.rejects.append({
            "table": table, "source_file": self.source, "line": line, "code": code, "column": column, "found": found[:200],
            "needed": needed, "row": json.dumps(dict(cells), ensure_ascii=False),
        })  # fmt: skip


def _value(question: Question, parts: list[tuple[_Target, str]], form: Form) -> Any:  # noqa: ANN401 - as the file has it
    """Return what a question's cells say, as a page would send it."""
    whole = [_coded(question, cell) for target, cell in parts if target.part is None]
    if whole:
        return re.split(r"[,;]\s*", whole[0]) if question.kind == "multiple" else whole[0]
    if question.kind == "multiple":
        chosen = [target.part for target, cell in parts if cell.lower() not in form.nothing]
        return chosen or None
    return {target.part: _coded(question, cell) for target, cell in parts}


def _coded(question: Question, cell: str) -> str:
    """Return a cell without what tools put around a value: ``A3`` for the third point, ``N/A``, capitals of a code."""
    if _plain(cell) in ("na", "notapplicable") and question.not_applicable:
        return NOT_APPLICABLE
    if question.scale is not None and re.fullmatch(r"A\d+", cell):
        return cell[1:]
    return cell.lower() if question.choices and question.kind == "single" else cell


def _code(question: Question, value: Any) -> str:  # noqa: ANN401 - as the file has it
    """Return the reason code of an answer that was refused."""
    if question.kind == "date":
        return "bad_date"
    if question.kind in ("single", "multiple", "text"):
        return "bad_value"
    numbers = list(value.values()) if isinstance(value, dict) else [value]
    return (
        "out_of_range" if all(re.fullmatch(r"-?\d+(\.\d+)?", str(one)) for one in numbers) else "bad_number"
    )


def _told(value: Any) -> str:  # noqa: ANN401 - as the file has it
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _day(text: str) -> dt.date | None:
    """Return the day of a day or of a time such as ``2026-03-01 09:30:00``."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None
