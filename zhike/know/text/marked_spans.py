"""Texts in which people have marked spans, as a file has them: a tag a character, or places of spans."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from zhike.core.measure_errors import TextsError
from zhike.core.phrases import phrase
from zhike.know.text.redaction import redact
from zhike.know.text.spans import NamedSpan, spans_of_tags

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["bare_spans", "marked_spans", "masked"]


def masked(text: str) -> str:
    """Return a text with a blank for every character of personal data: of the same length, so that places stay what they are.

    Examples
    --------
    >>> masked("请回电13800138000。")
    '请回电           。'
    """
    shown = list(text)
    for span in redact(text).spans:
        shown[span.start : span.end] = " " * (span.end - span.start)
    return "".join(shown)


def bare_spans(text: str, spans: Sequence[NamedSpan]) -> list[NamedSpan]:
    """Return the spans of a masked text that no personal data is in."""
    return [one for one in spans if not text[one.start : one.end].isspace() and " " not in text[one.start : one.end].strip()]  # fmt: skip


def marked_spans(text: str, cell: str, row: int) -> list[NamedSpan]:
    """Return the spans that a cell marks in a text.

    Parameters
    ----------
    text : str
    cell : str
        Tags such as ``B-ASPECT I-ASPECT O``, one a character of the text, blanks between them; or a JSON list of ``[start, end, kind]``.
    row : int
        What an error calls it.

    Raises
    ------
    TextsError
        When it is neither, tags are not as many as characters, or a span lies outside the text or over another.

    Examples
    --------
    >>> marked_spans("额度低", "B-ASPECT I-ASPECT B-OPINION", 1) == marked_spans("额度低", '[[0, 2, "ASPECT"], [2, 3, "OPINION"]]', 1)
    True
    """
    if cell.lstrip().startswith("["):
        return _of_places(text, cell, row)
    tags = cell.split()
    if len(tags) != len(text) or not all(one == "O" or one[:2] in ("B-", "I-") for one in tags):
        raise _refused(
            row,
            phrase("{count} tags for {size} characters", count=len(tags), size=len(text)),
            phrase("a tag B-KIND, I-KIND or O for each character"),
        )
    return spans_of_tags(tags)


def _of_places(text: str, cell: str, row: int) -> list[NamedSpan]:
    needed = phrase("a list of [start, end, kind], within the text and none over another")
    try:
        found = sorted(NamedSpan(int(start), int(end), str(kind)) for start, end, kind in json.loads(cell))
    except (ValueError, TypeError) as problem:
        raise _refused(row, phrase("the spans '{cell}'", cell=cell[:80]), needed) from problem
    edge = 0
    for one in found:
        if not edge <= one.start < one.end <= len(text):
            raise _refused(row, phrase("the span {span}", span=list(one)), needed)
        edge = one.end
    return found


def _refused(row: int, what: object, needed: object) -> TextsError:
    return TextsError(
        what=phrase("in row {row}: {what}", row=row, what=what), expected=needed, advice=phrase("Correct the marks, or leave the row out.")
    )  # fmt: skip
