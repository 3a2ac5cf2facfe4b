"""From content to a page: templates, words, formats, and the heads that keep a page to itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from zhike.core.language import LANGUAGES
from zhike.know.vocabulary import word as in_words
from zhike.workbench import formats
from zhike.workbench.pages import open_complaint_parts, open_pages, open_parts
from zhike.workbench.visitors import PLACE, THEMES
from zhike.workbench.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.workbench.visitors import Visitor

__all__ = ["STATIC", "heads", "rendered"]

STATIC: Final = Path(__file__).parent / "static"
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_MORE_CLOSELY: Final = {
    "contact": "direction", "response": "state", "note": "note", "task": "task", "consent": "purpose", "preference": "wish", "complaint": "case",
}  # fmt: skip
_OUTCOME: Final = {
    "contact": "reason",
    "consent": "status",
    "task": "outcome",
    "survey": "survey",
    "call_back": "loop",
}
"""Kinds of words, by kind of what happened."""
_PARTS: Final = re.compile(r"[^._]*[._]+|[^._]+")
_NAMES: Final = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}


def heads() -> dict[str, str]:
    """Return the heads of every page: nothing of it comes from elsewhere, nobody frames it, nobody learns whence one came."""
    return {
        "Content-Security-Policy": _POLICY, "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }  # fmt: skip


def rendered(
    visitor: Visitor,
    name: str,
    status: int = 200,
    *,
    place: str = PLACE,
    **content: Any,  # noqa: ANN401
) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    visitor : Visitor
    name : str
        Of the template.
    status : int
    place : str
        Under which the page lives, and finds its files.
    content
        What the template names.
    """
    template = _environment().get_template(f"{name}.html")
    language = visitor.language

    def said(key: str, **values: object) -> str:
        return WORDS[key].render(language, **values)

    text = template.render(
        t=said, pages=open_pages(visitor), parts_of_administration=partial(open_parts, visitor), parts_of_complaints=partial(open_complaint_parts, visitor), word=lambda kind, value: _word(kind, value, visitor), visitor=visitor, place=place, languages=_NAMES,
        known_languages=LANGUAGES, themes=THEMES, asset=partial(_asset, place), day=lambda value: formats.day(_date(value), language),
        minute=lambda value: formats.minute(dt.datetime.fromisoformat(value), language), number=formats.number, price=formats.price,
        share=formats.share, said=lambda value: "" if value is None else in_words(value).in_language(language),
        happened=lambda row: _happened(row, visitor), result=lambda row: _result(row, visitor), wish=lambda kind, value: _wish(kind, value, visitor),
        **content,
    )  # fmt: skip
    return HTMLResponse(text, status, heads())


def _word(kind: str, value: object, visitor: Visitor) -> str:
    """Return the word for a value that rows carry, the value itself where there is none."""
    text = WORDS.get(f"{kind}.{value}")
    return str(value) if text is None else text.in_language(visitor.language)


def _happened(row: Mapping[str, Any], visitor: Visitor) -> str:
    """Return what happened, more closely than by its kind."""
    return _word(_MORE_CLOSELY.get(row["kind"], "happened"), row["what"], visitor)


def _result(row: Mapping[str, Any], visitor: Visitor) -> str:
    """Return what came of it."""
    if row["state"] is None:
        return ""
    return _word(_OUTCOME.get(row["kind"], "state"), row["state"], visitor)


def _wish(kind: str, value: Mapping[str, Any] | None, visitor: Visitor) -> str:
    """Return what a customer wants, in words; what was lifted as nothing wanted."""
    value = value or {}
    between = ", " if visitor.language == "en" else "、"
    if "unwanted" in value:
        return between.join(
            _word("channel", one, visitor) if kind == "channels" else str(one) for one in value["unwanted"]
        )
    if "most_in_30_days" in value:
        return WORDS["wish.most"].render(visitor.language, most=value["most_in_30_days"])
    if "not_before" in value:
        return f"{value['not_before']}–{value['not_after']}"
    return WORDS["wish.lifted"].in_language(visitor.language)


def _date(value: str | dt.date) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("zhike.workbench"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["parted"] = _parted
    return made


def _parted(path: str) -> Markup:
    """Return a dotted path that is broken over lines behind its dots and underscores, and elsewhere only in need."""
    return Markup("").join(Markup("{}<wbr>").format(part) for part in _PARTS.findall(path))


@cache
def _asset(place: str, name: str) -> str:
    """Return the address of a file with a piece of its hash, so that it can be kept for ever."""
    return f"{place}/static/{name}?{hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"
