"""A text in the three languages of every interface: English, simplified and traditional Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LANGUAGES", "Language", "Text", "language_of"]

Language = Literal["en", "zh-Hans", "zh-Hant"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

_TRADITIONAL_REGIONS: Final = ("hant", "tw", "hk", "mo")


@dataclass(frozen=True, slots=True)
class Text:
    """One message in every language; ``{name}`` marks a value that is filled in later.

    Examples
    --------
    >>> Text("{n} rows", "{n} 行", "{n} 列").render("zh-Hant", n=3)
    '3 列'
    """

    en: str
    zh_hans: str
    zh_hant: str

    def in_language(self, language: Language) -> str:
        """Return the unfilled text in one language."""
        return {"en": self.en, "zh-Hans": self.zh_hans, "zh-Hant": self.zh_hant}[language]

    def render(self, language: Language = "en", **values: object) -> str:
        """Return the text in one language with its values filled in."""
        return self.in_language(language).format(**values)

    def filled(self, **values: object) -> Text:
        """Return the text with its values filled in, still in every language."""
        return Text(*(self.render(language, **values) for language in LANGUAGES))

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Text:
        """Build a text from a mapping keyed by language, as rule files hold it."""
        return cls(texts["en"], texts["zh-Hans"], texts["zh-Hant"])

    def by_language(self) -> dict[str, str]:
        """Return the unfilled texts keyed by language, as `of` takes them.

        Examples
        --------
        >>> Text("branch", "网点", "分行").by_language()
        {'en': 'branch', 'zh-Hans': '网点', 'zh-Hant': '分行'}
        """
        return {language: self.in_language(language) for language in LANGUAGES}


def language_of(name: str | None) -> Language:
    """Return the interface language that a locale or language name asks for; English when in doubt.

    Examples
    --------
    >>> language_of("zh_CN.UTF-8"), language_of("zh-HK"), language_of("de_DE")
    ('zh-Hans', 'zh-Hant', 'en')
    """
    lowered = (name or "").lower().replace("_", "-")
    if not lowered.startswith("zh"):
        return "en"
    parts = lowered.partition(".")[0].split("-")
    # A script that is named wins over what the region usually writes: zh-Hans-HK is simplified.
    traditional = "hans" not in parts and any(part in _TRADITIONAL_REGIONS for part in parts)
    return "zh-Hant" if traditional else "zh-Hans"
