"""Which class a text is of: a product, an issue, an intent; learnt from texts that people have sorted.

The chances that it states are calibrated on rows that it was not fitted on, and below a threshold it says that it does not know: the text goes to a person. It says
for each answer which words of the text spoke for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import numpy as np
from scipy import sparse

from zhike.core.measure_errors import TextsError
from zhike.core.phrases import phrase
from zhike.know.text.confidence import Correction, Mixture, correction, log_loss, mixture, threshold
from zhike.know.text.grams import Grams
from zhike.know.text.linear_votes import FIRMNESS, GRAMS, MEMBERS, POINTED, LinearScorer, Setting, fit_member

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.know.text.embedding import Embedder
    from zhike.know.text.linear_votes import Weighted

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["ACCURACY", "Reading", "TextTriage"]

ACCURACY: Final = 0.98
"""Share of its answers that are to be right, unless asked otherwise."""
_REASONS: Final = 3
_SHARES: Final = np.linspace(0, 1, 21)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text was taken for.

    Parameters
    ----------
    label : str, optional
        The class; None where a person must read the text.
    best : str, optional
        The most likely class even so; None where the text holds nothing that is known.
    confidence : float
        Chance that ``best`` is right.
    reasons : tuple of str
        Words of the text that spoke for ``best``, those that spoke most first.
    """

    label: str | None
    best: str | None
    confidence: float
    reasons: tuple[str, ...]


class TextTriage:
    """Sorts texts into classes.

    Parameters
    ----------
    accuracy : float
        Share of its answers that are to be right; sets the threshold.
    balance : bool
        Whether rare classes count as much as frequent ones: the class is then the one that makes the mean of the classes' F1 largest, not the most likely one.
    folds : int
        Parts of the rows that are held out in turn.
    seed : int
        Of the folds and of the solver.
    embedder : Embedder, optional
        Adds a model over its points.

    Attributes
    ----------
    classes_ : list of str
    members_ : dict of str to LinearScorer
    mixture_ : Mixture
    correction_ : Correction
    offsets_ : array of shape (n_classes,)
        Added to the logarithms of the chances before the class is chosen; zeros unless ``balance``.
    firmness_ : float
        The C of the logit, see `zhike.know.text.linear_votes`.
    threshold_ : float
    held_out_ : dict of str to float
        Accuracy, coverage and accuracy of what is answered, on rows that the models were not fitted on.

    Examples
    --------
    >>> texts = ["lost my card", "card is lost", "card was stolen", "the fee is high", "fee too high", "why this fee"] * 3
    >>> model = TextTriage(accuracy=0.9, folds=3).fit(texts, ["card", "card", "card", "fee", "fee", "fee"] * 3)
    >>> model.predict(["my card"])[0].best, model.predict(["???"])[0].label
    ('card', None)
    """

    kind: ClassVar[str] = "text_triage/1"

    def __init__(
        self,
        *,
        accuracy: float = ACCURACY,
        balance: bool = False,
        folds: int = 3,
        seed: int = 0,
        embedder: Embedder | None = None,
    ) -> None:
        self.accuracy = accuracy
        self.balance = balance
        self.folds = folds
        self.seed = seed
        self.embedder = embedder

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Self:
        """Learn from texts and their classes.

        Raises
        ------
        TextsError
            When there are fewer than two classes, or no text has a word.
        """
        self.classes_, truth = _classes(labels)
        self.grams_ = Grams().fit(texts)
        if not self.grams_.names_:
            raise TextsError(
                what=phrase("no text with a word"),
                expected=phrase("texts in Chinese or Latin letters"),
                advice=phrase("Name the column that holds the texts."),
            )
        fold = _folds(truth, min(self.folds, len(truth)), np.random.Generator(np.random.PCG64(self.seed)))
        held = self._held_out(texts, truth, fold)
        rows = self._rows(texts, self.grams_)
        self.members_ = {
            name: fit_member(name, rows[name], truth, len(self.classes_), self._setting()) for name in rows
        }
        self._calibrate(held, truth, fold)
        return self

    def _names(self) -> tuple[str, ...]:
        asked = {"ratio": self.balance, "embedding": self.embedder is not None}
        return tuple(name for name in MEMBERS if asked.get(name, True))

    def _setting(self) -> Setting:
        return Setting(self.firmness_, self.balance, self.seed)

    def _rows(self, texts: Sequence[str], grams: Grams) -> dict[str, Weighted]:
        return self._joined(grams.transform(texts), None if self.embedder is None else self._points(texts))

    def _joined(self, weighted: sparse.csr_matrix, points: NDArray[np.float32] | None) -> dict[str, Weighted]:
        """Return what each member reads."""
        if points is None:
            return dict.fromkeys(self._names(), weighted)
        both = sparse.hstack([weighted, sparse.csr_matrix(points)], format="csr")
        read = {"ratio": weighted, "embedding": points}
        return {name: both if name in POINTED else read[name] for name in self._names()}

    def _points(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.embedder is None:
            raise TextsError(
                what=phrase("a model that reads embeddings, and no embedder"),
                expected=phrase("the embedder that it learnt with"),
                advice=phrase("Install zhike[text], or learn the model again without."),
            )
        return self.embedder.points(texts)

    def _held_out(self, texts: Sequence[str], truth: Places, fold: Places) -> list[Floats]:
        """Return the scores of each member for rows that it was not fitted on; the words that there are belong to the fit too."""
        points = None if self.embedder is None else self._points(texts)
        scores = [np.empty((len(truth), len(self.classes_))) for _ in self._names()]
        for one in np.unique(fold):
            kept, out = np.flatnonzero(fold != one), np.flatnonzero(fold == one)
            grams = Grams().fit([texts[i] for i in kept.tolist()])
            inside, outside = (
                self._joined(
                    grams.transform([texts[i] for i in rows.tolist()]),
                    None if points is None else points[rows],
                )
                for rows in (kept, out)
            )
            if one == 0:
                self.firmness_ = self._chosen_firmness(
                    inside["logit"], outside["logit"], truth[kept], truth[out]
                )
            for place, name in enumerate(self._names()):
                member = fit_member(name, inside[name], truth[kept], len(self.classes_), self._setting())
                scores[place][out] = member.scores(outside[name])
        return scores

    def _chosen_firmness(self, inside: Weighted, outside: Weighted, truth: Places, held: Places) -> float:
        """Return the C with which the logit has the smallest log loss on the first fold."""
        losses = []
        for firmness in FIRMNESS:
            setting = Setting(firmness, self.balance, self.seed)
            scores = fit_member("logit", inside, truth, len(self.classes_), setting).scores(outside)
            losses.append(log_loss(mixture([scores], held, levels=self.balance).chances([scores]), held))
        return FIRMNESS[int(np.argmin(losses))]

    def _calibrate(self, held: list[Floats], truth: Places, fold: Places) -> None:
        self.mixture_ = mixture(held, truth, levels=self.balance)
        chances = self.mixture_.chances(held)
        self.offsets_ = _balanced(chances, truth) if self.balance else np.zeros(len(self.classes_))
        best = _chosen(chances, self.offsets_)
        right = (best == truth).astype(np.float64)
        highest = chances[np.arange(len(truth)), best]
        self.correction_ = correction(highest, right, fold)
        sure = self.correction_.corrected(highest)
        self.threshold_ = threshold(sure, right, self.accuracy)
        answered = sure >= self.threshold_
        self.held_out_ = {
            "accuracy": float(right.mean()), "coverage": float(answered.mean()),
            "answered_accuracy": float(right[answered].mean()) if answered.any() else math.nan,
        }  # fmt: skip

    def chances(self, texts: Sequence[str]) -> Floats:
        """Return the chance of each class, shape (n_texts, n_classes), before the highest one is corrected."""
        rows = self._rows(texts, self.grams_)
        return self.mixture_.chances([member.scores(rows[name]) for name, member in self.members_.items()])

    def predict(self, texts: Sequence[str], reasons: int = _REASONS) -> list[Reading]:
        """Return what each text is taken for, with at most so many reasons."""
        if not len(texts):
            return []
        chances = self.chances(texts)
        best = _chosen(chances, self.offsets_)
        sure = self.correction_.corrected(chances[np.arange(len(best)), best])
        return [
            self._reading(text, int(place), float(one), reasons)
            for text, place, one in zip(texts, best, sure, strict=True)
        ]

    def _reading(self, text: str, best: int, sure: float, reasons: int) -> Reading:
        words = self.grams_.known(text)
        if not words:
            return Reading(None, None, 0.0, ())
        name = self.classes_[best]
        return Reading(
            name if sure >= self.threshold_ else None, name, sure, self._reasons(words, best, reasons)
        )

    def _reasons(self, words: Sequence[str], best: int, most: int) -> tuple[str, ...]:
        """Return the words that raise the score of a class above the mean of all classes, none that is part of one named already."""
        places = self.grams_.places(words)
        parts = zip(self.mixture_.temperatures, self.mixture_.weights, self.members_.items(), strict=True)
        raised = np.zeros(len(words))
        for temperature, weight, (name, member) in parts:
            if name in GRAMS:
                given = member.weights[places]
                raised += (
                    weight * temperature * (given[:, best] - given.mean(axis=1)) * self.grams_.idf_[places]
                )
        named: list[str] = []
        for at in np.argsort(-raised, kind="stable"):
            if raised[at] <= 0 or len(named) == most:
                break
            if not any(words[at] in one or one in words[at] for one in named):
                named.append(words[at])
        return tuple(named)

    def state(self) -> dict[str, Any]:
        """Return everything that was learnt, as it is kept (`zhike.learn.stored_model`)."""
        return {
            "accuracy": self.accuracy, "balance": self.balance, "folds": self.folds, "seed": self.seed, "classes": self.classes_,
            "embedder": None if self.embedder is None else self.embedder.name, "grams": self.grams_.state(),
            "members": {name: one.state() for name, one in self.members_.items()}, "mixture": self.mixture_._asdict(),
            "correction": self.correction_._asdict(), "offsets": self.offsets_, "firmness": self.firmness_, "threshold": self.threshold_, "held_out": self.held_out_,
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any], embedder: Embedder | None = None) -> Self:
        """Return the model of such a state.

        Parameters
        ----------
        state : mapping
        embedder : Embedder, optional
            The one that it learnt with.

        Raises
        ------
        TextsError
            When it learnt with another embedder.
        """
        given = None if embedder is None else embedder.name
        if state["embedder"] is not None and given != state["embedder"]:
            raise TextsError(
                what=phrase("a model that learnt with the embedder {name}", name=state["embedder"]),
                expected=phrase("this embedder"),
                advice=phrase("Install zhike[text], or learn the model again without."),
            )
        made = cls(
            accuracy=float(state["accuracy"]), balance=bool(state["balance"]), folds=int(state["folds"]), seed=int(state["seed"]),
            embedder=None if state["embedder"] is None else embedder,
        )  # fmt: skip
        made.classes_, made.grams_ = list(state["classes"]), Grams.from_state(state["grams"])
        made.members_ = {
            name: LinearScorer.from_state(state["members"][name])
            for name in MEMBERS
            if name in state["members"]
        }
        made.mixture_, made.correction_ = Mixture(**state["mixture"]), Correction(**state["correction"])
        made.offsets_, made.firmness_ = state["offsets"], float(state["firmness"])
        made.threshold_, made.held_out_ = float(state["threshold"]), dict(state["held_out"])
        return made


def _classes(labels: Sequence[str]) -> tuple[list[str], Places]:
    """Return the classes in order, and each row's place among them."""
    classes, truth = np.unique(np.array(labels, dtype=object).astype(str), return_inverse=True)
    if len(classes) < 2:  # noqa: PLR2004 - a choice needs two
        raise TextsError(
            what=phrase("{count} class among {rows:,} texts", count=len(classes), rows=len(labels)),
            expected=phrase("at least two classes"), advice=phrase("Name the column of labels, or give texts of other classes too."),
        )  # fmt: skip
    return classes.tolist(), truth.astype(np.int64)


def _folds(truth: Places, folds: int, rng: np.random.Generator) -> Places:
    """Return a fold for each row, the rows of each class spread evenly."""
    order = rng.permutation(len(truth))
    order = order[np.argsort(truth[order], kind="stable")]
    found = np.empty(len(truth), dtype=np.int64)
    found[order] = np.arange(len(truth)) % folds
    return found


def _chosen(chances: Floats, offsets: Floats) -> Places:
    return np.asarray((np.log(np.maximum(chances, 1e-300)) + offsets).argmax(axis=1))


def _balanced(chances: Floats, truth: Places) -> Floats:
    """Return what is added to the logarithms of chances so that the mean of the classes' F1 is largest: a share of the logarithm of how rare a class is."""
    rarity = -np.log(np.maximum(np.bincount(truth, minlength=chances.shape[1]), 1) / len(truth))
    found = [macro_f1(_chosen(chances, share * rarity), truth, len(rarity)) for share in _SHARES]
    return np.asarray(_SHARES[int(np.argmax(found))] * rarity)


def macro_f1(answered: Places, truth: Places, classes: int) -> float:
    """Return the mean over classes that occur of the harmonic mean of precision and recall; an answer beyond the classes is none of them.

    Examples
    --------
    >>> round(macro_f1(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), 2), 4)
    0.7333
    """
    right = np.bincount(truth[answered == truth], minlength=classes)
    either = np.bincount(truth, minlength=classes) + np.bincount(answered, minlength=classes)[:classes]
    return float((2 * right[either > 0] / either[either > 0]).mean())
