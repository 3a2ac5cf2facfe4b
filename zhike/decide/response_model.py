"""Who answers, and who would buy anyway: additive logistic regressions on the log of choices.

    logit P = level of all + sum of one effect for each term,

a term being a level of the customer, of the action, or of both together ("age x family"). One model speaks for all sales,
so that products and channels lend each other what they have in common; rare levels are drawn towards 0 by a ridge penalty
and the fit is by iteratively reweighted least squares (S. le Cessie and J. van Houwelingen, "Ridge estimators in logistic
regression", Applied Statistics 41(1), 1992).

Choices are not weighted by the inverse of their probability: the model conditions on what targeting went by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import numpy as np
import polars as pl

from zhike.decide.profiles import Profiles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["CARE", "LIFTS", "MODEL_SCHEMA", "ORGANIC", "Offered", "ResponseModel", "Term", "additive_logit"]

MODEL_SCHEMA: Final[dict[str, Any]] = {
    "model": pl.String,
    "term": pl.String,
    "of_customer": pl.String,
    "of_action": pl.String,
    "coefficient": pl.Float64,
}
_DIGITS: Final = 9
"""Decimals kept of an effect: what a machine adds up in another order is not kept."""
_STEPS: Final = 25
_CLOSE: Final = 1e-6
_FREE: Final = 1e-6
_TINY: Final = 1e-12
_MOST_KEY: Final = 2**60
_LONGEST: Final = 3.0
"""Largest step of an effect in one round: a first step from far away may overshoot."""


def _logistic(total: NDArray[np.float64]) -> NDArray[np.float64]:
    # Imported when it is first needed: whoever serves decisions needs it never, and would wait for it at every start.
    from scipy.special import expit

    return np.asarray(expit(total), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Term:
    """One term: an attribute of the customer, one of the action, or both; "" for none.

    ``spread`` is the standard deviation of its effects that is expected beforehand; the ridge penalty is 1 / spread^2.
    """

    of_customer: str
    of_action: str
    spread: float

    @property
    def name(self) -> str:
        """Name of the term, as the evidence has it."""
        return " x ".join(filter(None, (self.of_customer, self.of_action)))


def _terms(spreads: tuple[float, float, float], *pairs: tuple[str, str]) -> tuple[Term, ...]:
    """Return terms of the action alone, of the customer alone and of both, with the spread of each kind."""
    of_action, of_customer, of_both = spreads
    return tuple(
        Term(one, other, of_both if one and other else of_customer if one else of_action)
        for one, other in pairs
    )


LIFTS: Final = _terms(
    (1.0, 0.2, 0.1),
    ("", "family"), ("", "product"), ("", "channel"), ("", "arm"),
    ("age", ""), ("money", ""), ("tenure", ""), ("others", ""), ("digital", ""), ("kind", ""),
    ("own", "family"), ("age", "family"), ("money", "family"), ("kind", "family"),
    ("age", "channel"), ("money", "channel"), ("digital", "channel"),
)  # fmt: skip
"""Terms of the share whom a delivered offer wins. An arm is a template over a channel. The spreads are invented: channels and
templates differ a lot, customers by what a bank knows of them little, and the log has a few hundred answers."""
ORGANIC: Final = _terms(
    (1.0, 1.0, 0.5),
    ("", "family"), ("", "product"), ("age", ""), ("money", ""), ("digital", ""), ("kind", ""),
    ("own", "family"), ("age", "family"), ("money", "family"), ("kind", "family"),
)  # fmt: skip
"""Terms of P(gets the product | nothing chosen). Invented spreads."""
CARE: Final = _terms(
    (1.0, 0.2, 0.1),
    ("", "template"), ("", "channel"), ("", "arm"), ("age", ""), ("money", ""), ("tenure", ""), ("others", ""), ("digital", ""),
    ("kind", ""), ("age", "template"), ("money", "template"), ("digital", "template"), ("digital", "channel"),
)  # fmt: skip
"""Terms of P(accepts | delivered) of care and service. Invented spreads."""


def additive_logit(
    codes: NDArray[np.int64],
    levels: NDArray[np.int64],
    trials: NDArray[np.float64],
    wins: NDArray[np.float64],
    ridge: NDArray[np.float64] | float,
    floor: NDArray[np.float64] | float = 0.0,
) -> NDArray[np.float64]:
    """Return the effects that maximise ``log likelihood - sum of ridge / 2 x squared effects`` of ``P = f + (1 - f) expit(sum)``.

    Parameters
    ----------
    codes : ndarray of int, shape (n_rows, n_terms)
        Level of each term.
    levels : ndarray of int, shape (n_terms,)
        Number of levels of each term.
    trials, wins : ndarray of float, shape (n_rows,)
    ridge : float, or ndarray of shape (n_terms,)
    floor : float, or ndarray of shape (n_rows,)
        f: the share that wins anyway (W. Abbott, "A method of computing the effectiveness of an insecticide", Journal of
        Economic Entomology 18(2), 1925). With 0 it is a logistic regression.

    Returns
    -------
    ndarray of float, shape (1 + sum of levels,)
        The level of all, which is not penalised, then the effects term by term. Without any trial all are 0.

    Examples
    --------
    >>> codes, trials, wins = np.array([[0], [1]]), np.array([1e6, 1e6]), np.array([1e5, 2e5])
    >>> effects = additive_logit(codes, np.array([2]), trials, wins, ridge=1.0)
    >>> (1 / (1 + np.exp(-effects[0] - effects[1:]))).round(3).tolist()
    [0.1, 0.2]
    """
    starts = 1 + np.concatenate([[0], np.cumsum(levels)[:-1]]).astype(np.int64)
    columns = (codes + starts).T
    penalty = np.append(
        _FREE, np.repeat(np.broadcast_to(np.asarray(ridge, dtype=np.float64), levels.shape), levels)
    )
    effects = np.zeros(len(penalty))
    effects[0] = _usual(trials, wins, floor)
    for _ in range(_STEPS):
        won = _logistic(_added(effects, columns, len(trials)))
        chance = np.clip(floor + (1.0 - floor) * won, _TINY, 1.0 - _TINY)
        steep = (1.0 - floor) * won * (1.0 - won) / (chance * (1.0 - chance))
        slope = _gathered(columns, (wins - trials * chance) * steep, len(penalty)) - penalty * effects
        weight = trials * chance * (1.0 - chance) * steep**2
        step = np.linalg.solve(_bend(columns, starts, levels, weight) + np.diag(penalty), slope)
        effects += np.clip(step, -_LONGEST, _LONGEST)
        if np.abs(step).max() < _CLOSE:
            break
    return np.asarray(np.round(effects, _DIGITS))


def _merged(
    codes: NDArray[np.int64],
    levels: NDArray[np.int64],
    counts: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[NDArray[np.int64], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return rows with the same levels as one, with their counts added up."""
    key = np.zeros(len(codes), dtype=np.int64)
    for code, size in zip(codes.T, levels.tolist(), strict=True):
        if key.max(initial=0) >= _MOST_KEY // size:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
        key = key * size + code
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    trials, wins = (
        np.bincount(place, weights=count, minlength=len(first)).astype(np.float64) for count in counts
    )
    return codes[first], (trials, wins)


def _usual(
    trials: NDArray[np.float64], wins: NDArray[np.float64], floor: NDArray[np.float64] | float
) -> float:
    """Return the log-odds of winning more than the floor, over all rows."""
    expected = float((trials * floor).sum())
    won = max(float(wins.sum()) - expected, 0.0) + 0.5
    return float(np.log(won / (max(float(trials.sum()) - expected - won, 0.0) + 0.5)))


def _added(effects: NDArray[np.float64], columns: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    total = np.full(size, effects[0])
    for column in columns:
        total += effects[column]
    return total


def _gathered(columns: NDArray[np.int64], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return the transposed design times values."""
    total = np.zeros(size)
    total[0] = values.sum()
    for column in columns:
        total += np.bincount(column, weights=values, minlength=size)
    return total


def _bend(
    columns: NDArray[np.int64],
    starts: NDArray[np.int64],
    levels: NDArray[np.int64],
    weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the transposed design times the weighted design, block by block: a pair of terms is a table of counts."""
    size = 1 + int(levels.sum())
    bend = np.zeros((size, size))
    bend[0] = _gathered(columns, weight, size)
    spans = [slice(start, start + count) for start, count in zip(starts, levels, strict=True)]
    for one, (start, count) in enumerate(zip(starts, levels, strict=True)):
        for other in range(one, len(columns)):
            width = int(levels[other])
            place = (columns[one] - start) * width + (columns[other] - starts[other])
            block = np.bincount(place, weights=weight, minlength=int(count) * width)
            bend[spans[one], spans[other]] = block.reshape(int(count), width)
    return np.asarray(np.triu(bend) + np.triu(bend, 1).T)


@dataclass(frozen=True, slots=True)
class Offered:
    """What is offered, by attribute of the action: names of shape (n_offers,), each with its levels.

    Parameters
    ----------
    names : mapping of str to tuple of str
        Levels of each attribute, in order.
    codes : mapping of str to ndarray of int, shape (n_offers,)
        Position among them; one beyond the last for a level that is not among them.
    """

    names: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, NDArray[np.int64]]

    @classmethod
    def of(
        cls, columns: Mapping[str, Sequence[str]], names: Mapping[str, tuple[str, ...]] | None = None
    ) -> Self:
        """Code columns of names, by the levels given or by their own."""
        levels = names or {name: tuple(sorted(set(column))) for name, column in columns.items()}
        places = {name: {one: place for place, one in enumerate(every)} for name, every in levels.items()}
        codes = {
            name: np.array([place.get(one, len(place)) for one in columns[name]], dtype=np.int64)
            for name, place in places.items()
        }
        return cls(levels, codes)

    def coded_by(self, names: Mapping[str, tuple[str, ...]]) -> Offered:
        """Return the same offers in the levels of a model."""
        codes = {}
        for name, levels in names.items():
            place = {one: position for position, one in enumerate(levels)}
            codes[name] = np.array([place.get(one, len(levels)) for one in self.names[name]], dtype=np.int64)[
                self.codes[name]
            ]
        return Offered(names, codes)

    def at(self, rows: NDArray[np.int64]) -> Offered:
        """Return some of the offers, repeated where a row is."""
        return Offered(self.names, {name: codes[rows] for name, codes in self.codes.items()})


@dataclass(frozen=True, slots=True)
class ResponseModel:
    """A fitted model.

    Parameters
    ----------
    level : float
        Of all.
    effects : mapping of Term to ndarray, shape (n_levels of the customer, n_levels of the action + 1)
        The last column, of levels that the log does not have, is 0.
    names : mapping of str to tuple of str
        Levels of each attribute of the action.
    """

    kind: ClassVar[str] = "additive_response/1"

    level: float
    effects: Mapping[Term, NDArray[np.float64]]
    names: Mapping[str, tuple[str, ...]]

    @classmethod
    def fit(
        cls,
        terms: Sequence[Term],
        customers: Profiles,
        row: NDArray[np.int64],
        offered: Offered,
        counts: tuple[NDArray[np.float64], NDArray[np.float64]],
        floor: NDArray[np.float64] | float = 0.0,
    ) -> Self:
        """Learn from pairs of a customer and an offer.

        Parameters
        ----------
        terms : sequence of Term
        customers : Profiles
        row : ndarray of int, shape (n_pairs,)
            Customer of each pair.
        offered : Offered
            Offer of each pair.
        counts : tuple of two ndarray, shape (n_pairs,)
            Trials and wins.
        floor : float, or ndarray of shape (n_pairs,)
            Share that wins anyway, see `additive_logit`.
        """
        widths = [len(offered.names[term.of_action]) if term.of_action else 1 for term in terms]
        heights = [customers.levels(term.of_customer) for term in terms]
        family = _families(customers, offered)[offered.codes["family"]] if "family" in offered.codes else None
        codes = [
            customers.code(term.of_customer, row, family) * width + _code(offered, term.of_action)
            for term, width in zip(terms, widths, strict=True)
        ]
        sizes = np.array(widths, dtype=np.int64) * np.array(heights, dtype=np.int64)
        ridge = np.array([term.spread**-2.0 for term in terms])
        table, rows = np.stack(codes, axis=-1), counts
        if np.ndim(floor) == 0:
            table, rows = _merged(table, sizes, counts)
        flat = additive_logit(table, sizes, *rows, ridge, floor)
        parts = np.split(flat[1:], np.cumsum(sizes)[:-1])
        shaped = [_padded(part, height) for part, height in zip(parts, heights, strict=True)]
        return cls(float(flat[0]), dict(zip(terms, shaped, strict=True)), offered.names)

    def chance(self, customers: Profiles, row: NDArray[np.int64], offered: Offered) -> NDArray[np.float64]:
        """Return P of pairs of a customer and an offer, coded by this model's names, shape (n_pairs,)."""
        family = _families(customers, offered)[offered.codes["family"]] if "family" in offered.codes else None
        total = np.full(len(row), self.level)
        for term, table in self.effects.items():
            total += table[customers.code(term.of_customer, row, family), _code(offered, term.of_action)]
        return _logistic(total)

    def chances(self, customers: Profiles, offered: Offered) -> NDArray[np.float64]:
        """Return P of every customer and every offer, shape (n_customers, n_offers)."""
        every = np.arange(len(customers), dtype=np.int64)
        family = _families(customers, offered)[offered.codes["family"]] if "family" in offered.codes else None
        total = np.full((len(every), len(next(iter(offered.codes.values())))), self.level)
        together: dict[str, NDArray[np.float64]] = {}
        for term, table in self.effects.items():
            wide = np.broadcast_to(table[:, _code(offered, term.of_action)], (len(table), total.shape[1]))
            together[term.of_customer] = together.get(term.of_customer, 0.0) + wide
        for name, wide in together.items():
            code = customers.code(name, every[:, None], None if family is None else family[None, :])
            total += wide[code[:, 0]] if code.shape[1] == 1 else wide[code, np.arange(total.shape[1])]
        return _logistic(total)

    def table(self, model: str) -> pl.DataFrame:
        """Return the effects as rows of ``MODEL_SCHEMA`` under a name."""
        rows: list[tuple[str, str, str | None, str | None, float]] = [(model, "all", None, None, self.level)]
        for term, table in self.effects.items():
            of_action = self.names[term.of_action] if term.of_action else (None,)
            of_customer = Profiles.level_names(term.of_customer)
            rows += [
                (model, term.name, one, other, float(table[place, column]))
                for place, one in enumerate(of_customer)
                for column, other in enumerate(of_action)
            ]
        return pl.DataFrame(rows, schema=MODEL_SCHEMA, orient="row")

    @classmethod
    def read(cls, table: pl.DataFrame, model: str, terms: Sequence[Term]) -> Self | None:
        """Return the model of a name from such rows, None where there is none."""
        mine = table.filter(pl.col("model") == model)
        if mine.is_empty():
            return None
        parts = {str(key[0]): part for key, part in mine.partition_by("term", as_dict=True).items()}
        names, effects = {}, {}
        for term in terms:
            part = parts[term.name]
            if term.of_action:
                names[term.of_action] = tuple(part["of_action"].unique(maintain_order=True))
            effects[term] = _padded(part["coefficient"].to_numpy(), Profiles.levels(term.of_customer))
        return cls(float(parts["all"]["coefficient"][0]), effects, names)

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept (`zhike.learn.stored_model`)."""
        terms = [
            {
                "of_customer": term.of_customer,
                "of_action": term.of_action,
                "spread": term.spread,
                "effects": table,
            }
            for term, table in self.effects.items()
        ]
        names = {name: list(levels) for name, levels in self.names.items()}
        return {"level": self.level, "names": names, "terms": terms}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the model of such a state."""
        effects = {
            Term(term["of_customer"], term["of_action"], term["spread"]): np.asarray(
                term["effects"], dtype=np.float64
            )
            for term in state["terms"]
        }
        names = {name: tuple(levels) for name, levels in state["names"].items()}
        return cls(float(state["level"]), effects, names)


def _code(offered: Offered, name: str) -> NDArray[np.int64]:
    return offered.codes[name] if name else np.zeros(1, dtype=np.int64)


def _padded(part: NDArray[np.float64], height: int) -> NDArray[np.float64]:
    """Return effects by levels of customer and action, with a column of 0 for an action's level that is not known."""
    table = part.reshape(height, -1)
    return np.concatenate([table, np.zeros((height, 1))], axis=1)


def _families(customers: Profiles, offered: Offered) -> NDArray[np.int64]:
    """Return the position among the customers' families of every level of the offers' families, -1 for the last."""
    place = {name: position for position, name in enumerate(customers.families)}
    return np.array([*(place.get(name, -1) for name in offered.names["family"]), -1], dtype=np.int64)
