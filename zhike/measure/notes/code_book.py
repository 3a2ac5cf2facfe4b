"""The code book: what a segment can be coded as, when to use a code, and which cause and touchpoint of the outer loop it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CODE_BOOK", "NOTE_RULES", "Code", "NoteRules", "read_code_book"]

CODE_BOOK: Final = "listening.code_book"
NOTE_RULES: Final = "listening.notes"


class Code(NamedTuple):
    """A code: its id, what people call it, when it is used, and the cause of `listening.causes` and the touchpoint that it belongs to."""

    id: str
    title: Text
    use: Text
    cause: str | None
    touchpoint: str | None


class NoteRules(NamedTuple):
    """Conversations below which a group is not told, and from which agreement on coding is tentative and reliable."""

    least: int
    tentative: float
    reliable: float

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> NoteRules:
        """Return what a version of `NOTE_RULES` says."""
        return cls(int(value["least"]), float(value["tentative"]), float(value["reliable"]))


def read_code_book(value: Mapping[str, Any]) -> dict[str, Code]:
    """Return the codes of a version of `CODE_BOOK`, by id.

    Examples
    --------
    >>> words = {"en": "queue", "zh-Hans": "排队", "zh-Hant": "排隊"}
    >>> read_code_book({"queue": {"title": words, "use": words, "cause": "waiting"}})["queue"].cause
    'waiting'
    """
    return {
        str(name): Code(
            str(name), Text.of(one["title"]), Text.of(one["use"]), one.get("cause"), one.get("touchpoint")
        )
        for name, one in value.items()
    }
