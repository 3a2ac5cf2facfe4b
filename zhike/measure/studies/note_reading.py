"""Notes as a file gives them, into `Note`; the first thing that does not fit is refused by the note, the segment and the key."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from zhike.core.phrases import either, phrase
from zhike.know.text import redact
from zhike.measure.notes.note import FORM, METHODS, Consent, Note, Segment
from zhike.measure.studies.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_notes"]

_TOP: Final = ("form", "method", "guide", "names", "coded_on", "notes")
_NOTE: Final = (
    "id", "date", "method", "guide", "role", "persons", "consent", "groups", "coded_on", "names", "segments",
)  # fmt: skip
_CONSENT: Final = ("given", "quotations", "until")
_SEGMENT: Final = ("text", "codes", "speaker")
_ONE_CODER: Final = "coder"
"""Name of the coder of a file that has one and does not name them."""


def read_notes(document: object, name: str) -> list[Note]:
    """Return the notes of a document.

    Parameters
    ----------
    document : object
        As YAML gives it; docs/reference/notes.md has the keys.
    name : str
        What an error calls it.

    Raises
    ------
    MeasureModelError
        When a key is unknown, missing or does not fit; when a role or a speaker names a person; when two notes have one id.
    """
    top = Roles(document, name, _TOP)
    if top.given.get("form") != FORM:
        raise top.refused(
            phrase("form '{value}' of the notes", value=top.given.get("form")),
            phrase("form: {form}", form=FORM),
        )
    given = top.given.get("notes")
    if not isinstance(given, list) or not given:
        raise top.refused(phrase("no notes"), phrase("a list of notes, each with its segments"))
    notes = [_note(top, one, place) for place, one in enumerate(given, 1)]
    names = [one.name for one in notes]
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        raise top.refused(phrase("note '{note}' twice", note=twice), phrase("each note once"))
    return notes


def _note(top: Roles, given: object, place: int) -> Note:
    where = f"{top.name}, note {place}"
    shared = {key: top.given[key] for key in ("method", "guide", "coded_on") if key in top.given}
    part = Roles({**shared, **given} if isinstance(given, dict) else given, where, _NOTE)
    part.name = where = f"{top.name}, note {part.text('id')}"
    day = _day(part, "date")
    known = [*_words(top, "names"), *_words(part, "names")]
    return Note(
        part.text("id"), day, _method(part), _filled(part, "guide"), _role(part, "role", known),
        int(part.number("persons", 1, least=1)), _consent(part), _segments(part, known),
        _day(part, "coded_on") if "coded_on" in part.given else day, _groups(part), tuple(known),
    )  # fmt: skip


def _method(part: Roles) -> str:
    found = _filled(part, "method")
    if found not in METHODS:
        raise part.refused(phrase("'{value}' under '{key}'", value=found, key="method"), either(METHODS))
    return found


def _filled(part: Roles, key: str) -> str:
    found = str(part.given.get(key) or "").strip()
    if not found:
        raise part.refused(phrase("nothing under '{key}'", key=key), phrase("a text under '{key}'", key=key))
    return found


def _role(part: Roles, key: str, names: list[str]) -> str:
    """Return who somebody is by role; whoever is named there could be found by everybody who reads a quotation."""
    found = _filled(part, key)
    if redact(found, names).spans:
        raise part.refused(
            phrase("personal data under '{key}'", key=key), phrase("a role, such as 'business customer', and no name")
        )  # fmt: skip
    return found


def _day(part: Roles, key: str) -> dt.date:
    found = part.given.get(key)
    if isinstance(found, dt.date) and not isinstance(found, dt.datetime):
        return found
    try:
        return dt.date.fromisoformat(str(found))
    except ValueError as problem:
        raise part.refused(
            phrase("'{value}' under '{key}'", value=found, key=key), phrase("a day such as 2026-03-02")
        ) from problem


def _consent(part: Roles) -> Consent:
    """Return what was agreed to; what is not said was not agreed to."""
    given = part.given.get("consent")
    one = Roles({"given": given} if isinstance(given, bool) else given, part.name, _CONSENT)
    until = _day(one, "until") if one.given.get("until") is not None else None
    return Consent(_truth(one, "given"), _truth(one, "quotations", needed=False), until)


def _truth(part: Roles, key: str, *, needed: bool = True) -> bool:
    found = part.given.get(key, None if needed else False)
    if not isinstance(found, bool):
        raise part.refused(phrase("'{value}' under '{key}'", value=found, key=key), either(["true", "false"]))
    return found


def _groups(part: Roles) -> Mapping[str, str]:
    found = part.given.get("groups", {})
    if not isinstance(found, dict):
        raise part.refused(
            phrase("'{value}' under '{key}'", value=found, key="groups"), phrase("a mapping of names")
        )
    return {str(key): str(value).strip() for key, value in found.items() if value is not None}


def _segments(part: Roles, names: list[str]) -> tuple[Segment, ...]:
    given = part.given.get("segments")
    if not isinstance(given, list) or not given:
        raise part.refused(
            phrase("nothing under '{key}'", key="segments"), phrase("a list of segments, each with its text")
        )
    return tuple(_segment(part, one, place, names) for place, one in enumerate(given, 1))


def _segment(note: Roles, given: object, place: int, names: list[str]) -> Segment:
    part = Roles(given, f"{note.name}, segment {place}", _SEGMENT)
    codes = part.given.get("codes", [])
    by_coder = codes if isinstance(codes, dict) else {_ONE_CODER: codes}
    speaker = None if part.given.get("speaker") is None else _role(part, "speaker", names)
    return Segment(
        _filled(part, "text"), {str(coder): _codes(part, ones) for coder, ones in by_coder.items()}, speaker
    )


def _codes(part: Roles, given: object) -> tuple[str, ...]:
    found = [] if given is None else given
    if not isinstance(found, list) or any(not isinstance(one, str | int) for one in found):
        raise part.refused(
            phrase("'{value}' under '{key}'", value=given, key="codes"),
            phrase("a list of codes, or one for each coder"),
        )
    return tuple(dict.fromkeys(str(one) for one in found))


def _words(part: Roles, key: str) -> list[str]:
    found = part.given.get(key) or []
    if not isinstance(found, list):
        raise part.refused(phrase("'{value}' under '{key}'", value=found, key=key), phrase("a list of names"))
    return [str(one) for one in found if str(one).strip()]
