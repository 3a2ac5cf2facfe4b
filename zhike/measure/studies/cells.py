"""Cells of answers as numbers: bare, with a label or a unit beside them, or words that stand for no answer.

Survey tools export a point of a scale as it was shown: ``0 - not at all``, ``5 = 非常满意``, ``Very satisfied (5)``, ``10分``. Such a column is
read by its numbers only as a whole, where it cannot mean two things: no label stands beside two numbers, and a number has at
most a label for each language; or one and the same unit stands in every cell, before the number too (``A3``). Labels with digits of their
own (``18-25``, ``3/5``, ``2026-03-01``) and glued letters (``10k``, ``5万``) are no labels.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["MISSING", "NO_ANSWER", "Cells", "folded", "read_cells"]

MISSING: Final = frozenset({"", "na", "n/a", "nan", "null", "none", ".", "#n/a", "#null!"})
"""Cells without an answer, whatever their case: what R, SPSS, pandas and spreadsheets write."""
NO_ANSWER: Final = frozenset(
    {
        "-", "--", "—", "/", "?", "n.a.", "dk", "dk/na", "don't know", "dont know", "do not know", "not sure", "unsure", "unknown", "missing",
        "no answer", "not answered", "no response", "no opinion", "not applicable", "does not apply", "refused", "prefer not to say",
        "prefer not to answer", "rather not say", "skipped",
        "不知道", "不清楚", "不了解", "不确定", "不適用", "不适用", "不確定", "说不清", "說不清", "不好说", "不好說", "难说", "難說", "空", "(空)",
        "拒答", "拒绝回答", "拒絕回答", "不愿回答", "不願回答", "未回答", "未作答", "无回答", "無回答", "未填", "未填写", "未填寫", "跳过", "跳過", "(跳过)",
        "(跳過)", "无意见", "無意見",
    }
)  # fmt: skip
"""Words that tell of no answer where a number is asked for, folded; that they were met is told."""
_LANGUAGES: Final = 3
_NUMBER: Final = r"[-+]?\d+(?:[.,]\d+)?"
_BARE: Final = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_POINTS: Final = r"(?:\s*[分星点點])?"
_FIRST: Final = re.compile(rf"(?P<number>{_NUMBER}){_POINTS}(?P<gap>[\s\-–—=:.、,;)\]]*)(?P<label>\D*)")
_LAST: Final = re.compile(
    rf"(?P<label>\D*[^\W\d_]\D*?)(?:\s*[(\[]\s*|\s*[=:]\s*|\s+[-–—]\s+)(?P<number>{_NUMBER}){_POINTS}\s*[)\]]?"
)
_CODED: Final = re.compile(r"(?P<label>[a-z]{1,2})(?P<number>\d{1,3})")
"""Codes of answers, such as ``A3`` and ``AO03`` of LimeSurvey."""
_MULTIPLES: Final = "十百千万萬亿億"
_THOUSANDS: Final = re.compile(r".*,\d{3}")


class Cells(NamedTuple):
    """What cells mean.

    ``numbers`` holds a number of each cell, None of one without an answer; ``odd`` the cells that mean neither, ``bare`` that no number stands in one
    of them beside a label; ``labelled`` and ``unspoken`` those that were read by the number beside a label, or as words of no answer.
    """

    numbers: dict[str, float | None]
    odd: frozenset[str]
    bare: bool
    labelled: frozenset[str]
    unspoken: frozenset[str]


class _Part(NamedTuple):
    number: str
    label: str
    glued: bool


def folded(text: str) -> str:
    r"""Return a text as it is compared: full width as half, any blanks as one, no case.

    Examples
    --------
    >>> folded(" Ｑ１\u3000Overall ")
    'q1 overall'
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2019", "'")
    return " ".join(plain.split()).casefold()


def read_cells(cells: Iterable[str], codes: Collection[str] = ()) -> Cells:
    """Return what the different cells of a column mean.

    Parameters
    ----------
    cells : iterable of str
    codes : collection of str
        Words of the model's own that stand for no answer.

    Examples
    --------
    >>> read_cells(["0 - not at all", "1", "10 - fully", "不知道"]).numbers
    {'0 - not at all': 0.0, '1': 1.0, '10 - fully': 10.0, '不知道': None}
    >>> sorted(read_cells(["18-25", "26-35"]).odd)
    ['18-25', '26-35']
    """
    own = frozenset(map(folded, codes))
    plain = {cell: folded(cell) for cell in cells}
    parts = {cell: _parted(text) for cell, text in plain.items()}
    silent = frozenset(cell for cell, text in plain.items() if text in MISSING or text in own)
    unspoken = frozenset(
        cell
        for cell, text in plain.items()
        if cell not in silent
        and (text in NO_ANSWER or ((part := parts[cell]) and part.label in NO_ANSWER | own))
    )
    asked = {cell: part for cell, part in parts.items() if cell not in silent | unspoken}
    known = _one_meaning({cell: part for cell, part in asked.items() if part is not None})
    numbers: dict[str, float | None] = dict.fromkeys(silent | unspoken)
    numbers |= _valued({cell: part.number for cell, part in known.items()})
    labelled = frozenset(cell for cell, part in known.items() if part.label and cell in numbers)
    odd = frozenset(plain) - set(numbers)
    bare = not any((part := parts[cell]) and part.label for cell in odd)
    return Cells({cell: numbers[cell] for cell in plain if cell in numbers}, odd, bare, labelled, unspoken)


def _parted(text: str) -> _Part | None:
    if _BARE.fullmatch(text):
        return _Part(text, "", glued=False)
    if (found := _FIRST.fullmatch(text)) is not None:
        label = found["label"].strip()
        glued = bool(label) and found.end("number") == found.start("label")
        if not label:
            # Only a unit of points, so that nothing is left beside the number.
            return _Part(found["number"], "", glued=False) if not found["gap"].strip() else None
        return _Part(found["number"], label, glued) if _says_something(label, glued=glued) else None
    if (found := _LAST.fullmatch(text)) is not None:
        return _Part(found["number"], found["label"].strip(), glued=False)
    if (found := _CODED.fullmatch(text)) is not None:
        return _Part(found["number"], found["label"], glued=True)
    return None


def _says_something(label: str, *, glued: bool) -> bool:
    return (label == "%" or any(one.isalpha() for one in label)) and not (glued and label[0] in _MULTIPLES)


def _one_meaning(parts: Mapping[str, _Part]) -> Mapping[str, _Part]:
    """Return the cells whose numbers may be read: all, or only bare ones where labels mean two things."""
    told = [part for part in parts.values() if part.label]
    labels, numbers = {part.label for part in told}, {part.number for part in told}
    whole = len(told) == len(parts)
    if len({label.removesuffix("s") for label in labels}) == 1 and (whole or len(numbers) > 1):
        clear = whole
    else:
        pairs = {(part.label, part.number) for part in told}
        most = max((sum(number == one for _, number in pairs) for one in numbers), default=0)
        letters = any(part.glued and part.label[0].isascii() for part in told)
        clear = len(pairs) == len(labels) and most <= _LANGUAGES and not letters
    return parts if clear else {cell: part for cell, part in parts.items() if not part.label}


def _valued(numbers: Mapping[str, str]) -> dict[str, float | None]:
    """Return numbers; commas are decimal, unless all of them may mean thousands or points stand in others."""
    commas = [one for one in numbers.values() if "," in one]
    decimal = not all(map(_THOUSANDS.fullmatch, commas)) and not any("." in one for one in numbers.values())
    values = {
        cell: float(one.replace(",", ".")) for cell, one in numbers.items() if decimal or "," not in one
    }
    return {cell: value for cell, value in values.items() if math.isfinite(value)}
