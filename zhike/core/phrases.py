"""What an error found and what it needed, said in the reader's language.

The English of a phrase stands where the error is raised, as a template whose braces name its values; the two
Chinese texts stand under that template in `zhike.core.phrasebook`. A phrase is put into words when the error
is answered, for only then is it known who reads it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from zhike.core.language import LANGUAGES, Language, Text
from zhike.core.system_reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Phrase",
    "both",
    "either",
    "kept",
    "keyed",
    "phrase",
    "reason_of",
    "remembered",
    "several",
    "shape_of",
    "told",
]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of an error's message that can be said in every language.

    Parameters
    ----------
    template : str
        The English, with ``{name}`` for each value; the key under which the phrasebook has the other languages.
    values : mapping
        What fills the template. One that is itself a phrase or a text is said in the same language.

    Examples
    --------
    >>> late = phrase("a day after {today}", today="2026-06-30")
    >>> str(late), late.in_language("zh-Hans")
    ('a day after 2026-06-30', '2026-06-30 之后的日期')
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def in_language(self, language: Language = "en") -> str:
        """Return the phrase in one language.

        Raises
        ------
        KeyError
            When the phrasebook does not have it; a test holds that it has every phrase of the code.
        """
        values = {name: told(value, language) for name, value in self.values.items()}
        return self._template(language).format(**values)

    def _template(self, language: Language) -> str:
        if language == "en":
            return self.template
        # Loaded when Chinese is asked for: no other start of the program waits for a thousand texts.
        from zhike.core.phrasebook import PHRASEBOOK

        return PHRASEBOOK[self.template][language == "zh-Hant"]

    def __str__(self) -> str:
        return self.in_language()


def phrase(template: str, /, **values: object) -> Phrase:
    """Return a phrase of the phrasebook with its values."""
    return Phrase(template, values)


def either(names: Iterable[object]) -> object:
    """Return names of which one is wanted.

    Examples
    --------
    >>> either(["deny", "presume"]).in_language("zh-Hant")
    'deny 或 presume'
    """
    return _joined("{one} or {other}", names)


def both(names: Iterable[object]) -> object:
    """Return names that are all wanted."""
    return _joined("{one} and {other}", names)


def keyed(key: object, value: object) -> str:
    """Return a key of a file or a request with the value that was found under it.

    Examples
    --------
    >>> keyed("weekend", [8])
    'weekend [8]'
    """
    return f"{key} {value!r}"


def shape_of(value: object) -> Phrase:
    """Return what a document holds instead of what was wanted, in words and without its content.

    Examples
    --------
    >>> shape_of(None).in_language("zh-Hans"), str(shape_of([1]))
    ('没有内容', 'a list')
    """
    if value is None:
        return phrase("nothing")
    if isinstance(value, list):
        return phrase("a list")
    if isinstance(value, dict):
        return phrase("a mapping")
    return phrase("a text") if isinstance(value, str) else phrase("a single value")


def several(things: Iterable[object]) -> object:
    """Return things that are said one after the other."""
    return _joined("{one}; {other}", things)


def _joined(template: str, names: Iterable[object]) -> object:
    known = list(names)
    return reduce(lambda one, other: Phrase(template, {"one": one, "other": other}), known) if known else ""


def kept(value: object) -> str:
    """Return what an error found as one text that `remembered` can say in every language later: which phrase it is, and its values.

    Examples
    --------
    >>> kept(phrase("no answer in time")), kept(phrase("a day after {today}", today="2026-06-30")), kept("HTTP 503")
    ('no answer in time', '["a day after {today}", {"today": "2026-06-30"}]', 'HTTP 503')
    """
    if isinstance(value, Text):
        return json.dumps([value.en, value.zh_hans, value.zh_hant], ensure_ascii=False)
    if not isinstance(value, Phrase) or not value.values:
        return str(value)
    values = {name: one if isinstance(one, int | float) else kept(one) for name, one in value.values.items()}
    return json.dumps([value.template, values], ensure_ascii=False)


def remembered(words: str) -> Text:
    """Return what `kept` wrote, in every language; words that no phrase has stay as they are.

    Examples
    --------
    >>> remembered("no answer in time").zh_hans, remembered("HTTP 503").zh_hans
    ('未及时响应', 'HTTP 503')
    >>> remembered('["a day after {today}", {"today": "2026-06-30"}]').zh_hant
    '2026-06-30 之後的日期'
    """
    from zhike.core.phrasebook import PHRASEBOOK

    try:
        found = json.loads(words)
    except ValueError:
        found = None
    match found:
        case [str(en), str(zh_hans), str(zh_hant)]:
            return Text(en, zh_hans, zh_hant)
        case [str(template), dict(values)] if template in PHRASEBOOK:
            held = {name: remembered(one) if isinstance(one, str) else one for name, one in values.items()}
            return Text(*(Phrase(template, held).in_language(language) for language in LANGUAGES))
    return Text(words, *PHRASEBOOK.get(words, (words, words)))


def told(value: object, language: Language) -> object:
    """Return a value of an error as a reader is told it.

    An exception of a library says what it says in English only; a Chinese reader is told its name, and of one
    of the operating system its reason.
    """
    if isinstance(value, Phrase | Text):
        return value.in_language(language)
    if language == "en" or not isinstance(value, Exception):
        return value
    return _of_system(value, language) if isinstance(value, OSError) else type(value).__name__


def reason_of(problem: OSError) -> Text:
    """Return why the operating system refused, without the path: its own words in English, ours in Chinese.

    Examples
    --------
    >>> reason_of(FileNotFoundError(2, "No such file or directory")).zh_hant
    '沒有這個檔案或資料夾'
    """
    name = type(problem).__name__ if problem.errno is None else f"errno {problem.errno}"
    return Text(str(problem.strerror), *REASONS.get(problem.errno or 0, (name, name)))


def _of_system(problem: OSError, language: Language) -> str:
    reason = reason_of(problem).in_language(language)
    named = {"zh-Hans": "{reason}：“{path}”", "zh-Hant": "{reason}：「{path}」"}.get(language, "{reason}")
    return reason if problem.filename is None else named.format(reason=reason, path=problem.filename)
