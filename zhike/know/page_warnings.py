"""The customer's page: early warnings, how likely each is, what it rests on, and which model says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text
from zhike.know.given_warnings import given_to
from zhike.know.page_lines import Line
from zhike.know.vocabulary import filled
from zhike.know.warning_columns import WARNED_ON
from zhike.know.warning_words import WARNING_NAMES, told_reason, told_warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["warning_lines"]

_RAISED: Final = Text("{name}, far above the mean", "{name}（远高于均值）", "{name}（遠高於平均）")
_RESTS: Final = Text("It rests on", "依据", "依據")
_BY: Final = Text("Given by", "预警来源", "預警來源")
_MODEL: Final = Text(
    "model {name} {version}, as of {day}; a probability, no finding about the customer",
    "模型 {name} {version}，截至 {day}；仅为概率，并非对客户的认定",
    "模型 {name} {version}，截至 {day}；僅為機率，並非對客戶的認定",
)


def warning_lines(row: Mapping[str, Any]) -> Iterator[Line]:
    """Yield the lines of a customer's warnings, those furthest above the mean first; none where none was given.

    Parameters
    ----------
    row : mapping of str to value
        The customer's row of the archive; one that was published before there were warnings has none.
    """
    for one in given_to(row):
        name = WARNING_NAMES.get(one.warning, Text(*[one.warning] * 3))
        yield Line(filled(_RAISED, name=name) if one.raised else name, told_warning(one))
        for reason in one.reasons:
            yield Line(_RESTS, told_reason(reason))
        model = _MODEL.filled(name=one.warning, version=one.model_version, day=row[WARNED_ON])
        yield Line(_BY, model)
