"""What a complaint is about and how pressing it is, read from what the customer wrote: by models that the bank has learnt, and by words that it has listed.

Of each field it says a class and the chance that it is right, or that it does not know: then a person reads. Without a model every field is unknown but for what listed words
say of urgency and vulnerability. Those set a floor: a model can make a complaint more pressing than its words do, never less.

Personal data are taken out before anything is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self

from zhike.know.text.language import normal
from zhike.know.text.redaction import redact
from zhike.know.text.triage import TextTriage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.know.text.embedding import Embedder
    from zhike.know.text.triage_signals import Signal, TriageSignals

__all__ = ["FIELDS", "ComplaintModels", "ComplaintReading", "ComplaintTriage", "FieldReading"]

FIELDS: Final[tuple[str, ...]] = ("business", "issue", "urgency", "vulnerability", "sentiment")
"""What is read of a complaint: the desk's business and issue (`complaints.businesses`, `complaints.issues`), levels and drivers of `complaints.signals`, and the mood in the bank's own classes."""
_URGENCY, _VULNERABILITY = "urgency", "vulnerability"


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What one field of a complaint was taken for.

    Parameters
    ----------
    label : str, optional
        The class; None where it is not known.
    best : str, optional
        The most likely class even so; None where no model reads the field or nothing in the text is known.
    confidence : float, optional
        Chance that ``best`` is right; None where listed words say it, which is no chance.
    source : str
        ``model``, ``words`` or ``none``.
    reasons : tuple of str
        Words of the text that spoke for it.
    """

    label: str | None
    best: str | None
    confidence: float | None
    source: Literal["model", "words", "none"]
    reasons: tuple[str, ...]

    @property
    def dont_know(self) -> bool:
        """Whether a person must say it."""
        return self.label is None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "label": self.label, "best": self.best, "confidence": self.confidence, "dont_know": self.dont_know,
            "source": self.source, "reasons": list(self.reasons),
        }  # fmt: skip


NOT_KNOWN: Final = FieldReading(None, None, None, "none", ())


@dataclass(frozen=True, slots=True)
class ComplaintReading:
    """What was read of a complaint: each of `FIELDS`, and the signals whose words stand in it."""

    fields: Mapping[str, FieldReading]
    signals: tuple[Signal, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values: ``fields`` by name, ``signals`` with ``id``, ``urgency``, ``vulnerability`` and ``words``."""
        signals = [
            {"id": one.id, "urgency": one.urgency, "vulnerability": one.vulnerability, "words": list(one.words)}
            for one in self.signals
        ]  # fmt: skip
        return {"fields": {name: one.to_dict() for name, one in self.fields.items()}, "signals": signals}


class ComplaintModels:
    """A model for each field by which the bank has sorted complaints; kept as one.

    Parameters
    ----------
    models : mapping of str to TextTriage
        By field.

    Examples
    --------
    >>> texts = ["lost my card", "card is lost", "card was stolen", "loan too dear", "why this loan", "my loan"] * 3
    >>> business = ["credit_card", "credit_card", "credit_card", "loan", "loan", "loan"] * 3
    >>> models = ComplaintModels.learnt(texts, {"business": business}, accuracy=0.9, seed=0)
    >>> models.readings("where is my card")["business"].best
    'credit_card'
    """

    kind: ClassVar[str] = "complaint_triage/1"

    def __init__(self, models: Mapping[str, TextTriage]) -> None:
        self.models = dict(models)

    @classmethod
    def learnt(
        cls, texts: Sequence[str], labels: Mapping[str, Sequence[str | None]], *, accuracy: float, seed: int, embedder: Embedder | None = None
    ) -> Self:  # fmt: skip
        """Learn a model for each field.

        Parameters
        ----------
        texts : sequence of str
            Without personal data.
        labels : mapping of str to sequence of str
            Classes by field; None where a text was not sorted by it.
        accuracy : float
            Share of the answers that are to be right, see `TextTriage`.
        seed : int
        embedder : Embedder, optional

        Raises
        ------
        TextsError
            When a field has fewer than two classes.
        """
        models = {}
        for name, given in labels.items():
            known = [(text, label) for text, label in zip(texts, given, strict=True) if label is not None]
            model = TextTriage(accuracy=accuracy, seed=seed, embedder=embedder)
            models[name] = model.fit([text for text, _ in known], [label for _, label in known])
        return cls(models)

    def readings(self, text: str) -> dict[str, FieldReading]:
        """Return what each model takes a text without personal data for."""
        found = {}
        for name, model in self.models.items():
            one = model.predict([text])[0]
            found[name] = FieldReading(one.label, one.best, one.confidence, "model", one.reasons)
        return found

    def state(self) -> dict[str, Any]:
        """Return everything that was learnt, as it is kept."""
        return {name: model.state() for name, model in self.models.items()}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], embedder: Embedder | None = None) -> Self:
        """Return the models of such a state; see `TextTriage.from_state`."""
        return cls({name: TextTriage.from_state(one, embedder) for name, one in state.items()})


class ComplaintTriage:
    """Reads complaints by the lists of a day and, where the bank has learnt some, by models.

    Parameters
    ----------
    signals : TriageSignals
    models : ComplaintModels, optional

    Examples
    --------
    >>> import datetime as dt
    >>> from zhike.adapters.rule_files import load_rulebook
    >>> from zhike.know.text.triage_signals import TriageSignals
    >>> triage = ComplaintTriage(TriageSignals.of(load_rulebook(), dt.date(2026, 6, 30)))
    >>> found = triage.read("我住院期间卡被盗刷了")
    >>> found.fields["urgency"].label, found.fields["vulnerability"].label, found.fields["business"].dont_know
    ('immediate', 'health', True)
    """

    def __init__(self, signals: TriageSignals, models: ComplaintModels | None = None) -> None:
        self.signals = signals
        self.models = models

    def read(self, text: str, names: Sequence[str] = ()) -> ComplaintReading:
        """Return what a complaint was taken for; every field stands in it.

        Parameters
        ----------
        text : str
            As the customer wrote it; empty is allowed.
        names : sequence of str
            Names to take out wherever they stand, see `zhike.know.text.redaction.redact`.
        """
        bare = redact(text, names).text
        signals = self.signals.found(normal(bare))
        said = {} if self.models is None or not bare.strip() else self.models.readings(bare)
        fields = {name: said.get(name, NOT_KNOWN) for name in FIELDS}
        ranks = {_URGENCY: list(self.signals.levels), _VULNERABILITY: list(self.signals.drivers)}
        for name, ranked in ranks.items():
            fields[name] = _floored(fields[name], _of_words(name, signals, ranked), ranked)
        return ComplaintReading(fields, signals)


def _of_words(name: str, signals: Sequence[Signal], ranked: Sequence[str]) -> FieldReading | None:
    """Return what listed words say of a field: of several classes the one that ranks first."""
    asked = [(getattr(one, name), one) for one in signals if getattr(one, name) is not None]
    if not asked:
        return None
    label = min((value for value, _ in asked), key=ranked.index)
    reasons = tuple(dict.fromkeys(word for value, one in asked if value == label for word in one.words))
    return FieldReading(label, label, None, "words", reasons)


def _floored(read: FieldReading, words: FieldReading | None, ranked: Sequence[str]) -> FieldReading:
    """Return what words say, unless a model is sure of a class that ranks before it."""
    if words is None or words.label is None:
        return read
    if read.label in ranked and ranked.index(read.label) < ranked.index(words.label):
        return read
    return words
