"""What customers answer and want on their own page: what holds now by purpose and channel, and in which words they are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.staff import THE_CUSTOMER
from zhike.core.contracts import CHANNELS
from zhike.core.language import Text
from zhike.decide.live import consent_now
from zhike.govern.consent import consent_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language
    from zhike.decide.live import Live
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["OWN_PAGE", "PURPOSES", "consents_now", "own_evidence", "topics_of"]

OWN_PAGE: Final = "own page"
"""Form in which an answer was given, as its evidence says."""
PURPOSES: Final[dict[str, Text]] = {
    "marketing": Text(
        "The bank may contact me with offers.",
        "银行可以就产品和优惠联系我。",
        "銀行可以就產品和優惠與我聯絡。",
    ),
    "profiling": Text(
        "The bank may evaluate my data in order to choose offers for me.",
        "银行可以分析我的信息，以便为我挑选产品和优惠。",
        "銀行可以分析我的資料，以便為我挑選產品和優惠。",
    ),
    "household_view": Text(
        "The bank may look at my household as a whole.",
        "银行可以将我的家庭作为整体来了解。",
        "銀行可以將我的家庭作為整體來了解。",
    ),
    "third_party": Text(
        "The bank may pass my data on to the partners that its privacy notice names.",
        "银行可以将我的信息提供给隐私政策列明的合作方。",
        "銀行可以將我的資料提供給隱私權聲明列明的合作方。",
    ),
    "survey": Text("The bank may ask me for my opinion.", "银行可以征询我的意见。", "銀行可以徵詢我的意見。"),
}
"""Everything that a customer can agree to, in the words of which a yes is the evidence."""
CONTACTS: Final = ("marketing", "survey")
"""Purposes for which it matters over which channel; to the others people say yes or no as a whole."""
_ALL: Final = "all"
_NO_TOPICS: Final = ("mandatory", "none")


def consents_now(inputs: Mapping[str, Any], live: Live) -> list[dict[str, Any]]:
    """Return what holds of each purpose: overall, and over every channel.

    Parameters
    ----------
    inputs : mapping
        What is known of the customer: the archive's attributes, and what decisions read.
    live : Live
        As of today.

    Returns
    -------
    list of dict
        ``purpose``, ``channels`` (True, False, or None where nobody asked, by channel) and ``answer``, the one that all of them have;
        None where they differ, too; ``by_channel``, whether people are asked by channel.
    """
    return [
        {
            "purpose": purpose, "answer": _overall(channels), "channels": channels, "by_channel": purpose in CONTACTS,
        }
        for purpose in PURPOSES
        for channels in [_by_channel(inputs, live, purpose)]
    ]  # fmt: skip


def _by_channel(inputs: Mapping[str, Any], live: Live, purpose: str) -> dict[str, bool | None]:
    """Return the answer on every channel, as decisions read it."""
    return {
        channel: consent_now(_known(inputs, purpose, channel), live, purpose, channel) for channel in CHANNELS
    }


def _known(inputs: Mapping[str, Any], purpose: str, channel: str) -> bool | None:
    """Return the archive's answer: the one that decisions read where they read one. A withdrawal wins, as in `zhike.govern.consent`."""
    column, names = consent_column(purpose, channel), {f"{purpose}/{channel}", f"{purpose}/{_ALL}"}
    if column in inputs:
        known: bool | None = inputs[column]
        return known
    if names & set(inputs.get("consents_withdrawn") or ()):
        return False
    return True if names & set(inputs.get("consents_given") or ()) else None


def _overall(channels: Mapping[str, bool | None]) -> bool | None:
    found = {answer for answer in channels.values() if answer is not None}
    return found.pop() if len(found) == 1 else None


def own_evidence(link_id: str, purpose: str, language: Language, words: str = "") -> dict[str, Any]:
    """Return how an answer was given on the customer's own page: by which link, to which words, in which language."""
    evidence = {
        "form": OWN_PAGE, "by": THE_CUSTOMER, "link": link_id, "wording": PURPOSES[purpose].in_language(language), "language": language,
    }  # fmt: skip
    return {**evidence, "words": words} if words else evidence


def topics_of(setting: ServingSetting | None, live: Live, language: Language) -> list[dict[str, Any]]:
    """Return the topics of which a customer can want to hear nothing, and whether they do; those that only staff named come last.

    Parameters
    ----------
    setting : ServingSetting or None
        Of the active publication.
    live : Live
    language : str
        Of the titles.
    """
    known = {} if setting is None else _titles(setting, language)
    unwanted = live.preferences.topics
    named = {**known, **{name: name for name in unwanted if name not in known}}
    return [{"topic": name, "title": title, "unwanted": name in unwanted} for name, title in named.items()]


def _titles(setting: ServingSetting, language: Language) -> dict[str, str]:
    table = setting.columns
    kinds = dict(zip(table["template"], table["kind"], strict=True))
    return {
        name: setting.titles[name].in_language(language) if name in setting.titles else name
        for name, kind in kinds.items()
        if kind not in _NO_TOPICS
    }
