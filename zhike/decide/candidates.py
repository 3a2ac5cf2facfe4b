"""Judge every customer x action by every condition, and keep each verdict with all of its reasons.

A block is a slice of customers times all actions of the day. Which conditions refuse a candidate is one bit each;
equal patterns of bits share one verdict and one text of reason codes, so a refusal costs a code, not a sentence.
A package (bundle) is judged by its own conditions and by those of each member: columns for the members stand behind the
actions' own while judging, and are folded into the package's column afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.types import ALLOWED, LAYERS
from zhike.decide import inputs as attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.conditions import Condition
    from zhike.decide.inputs import Inputs

__all__ = ["Judge", "Verdicts"]

_BITS: Final = 64
_PAIRS: Final = {
    "pair.held": ("products_held",),
    "pair.consented": ("consent_",),
    "pair.consent_presumed": ("consent_",),
    "pair.days_since_contact": ("days_since_contact",),
    "pair.days_since_refused": ("refused_",),
}
"""Columns of the inputs, by how their names begin, behind each attribute of a customer and an action together."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts of one block.

    Parameters
    ----------
    pattern : ndarray of int, shape (n_customers, n_actions)
        Index into ``verdicts`` and ``reasons``.
    verdicts, reasons : list of str
        By pattern: the layer that refuses (or 'allowed'), and the codes of all refusing conditions, ';' between.
    duty : ndarray of int, shape (n_customers, n_actions)
        Index into ``duties``.
    duties : list of str
        Codes of the obliging conditions, ';' between.
    """

    pattern: NDArray[np.int64]
    verdicts: list[str]
    reasons: list[str]
    duty: NDArray[np.int64]
    duties: list[str]

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Return where no condition refuses, shape (n_customers, n_actions)."""
        passes = np.array([verdict == ALLOWED for verdict in self.verdicts], dtype=bool)
        return np.asarray(passes[self.pattern], dtype=np.bool_)


class Judge:
    """The conditions of a day, ready to judge blocks of customers.

    Parameters
    ----------
    conditions : sequence of Condition
        In layer order.
    actions : Actions
    presume_consent : bool
        See `zhike.decide.inputs.pair_values`.
    """

    def __init__(self, conditions: Sequence[Condition], actions: Actions, *, presume_consent: bool) -> None:
        self.conditions = tuple(conditions)
        self.actions = actions
        self.presume_consent = presume_consent
        self._products = {name: index for index, name in enumerate(actions.products["product_id"])}
        self._parent, self._product = self._axis()
        self._reading: dict[frozenset[str], tuple[int, ...]] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every attribute that some condition reads."""
        return frozenset().union(*(condition.names for condition in self.conditions))

    @cached_property
    def _action_values(self) -> dict[str, NDArray[Any]]:
        return attributes.action_values(self.actions, self._parent, self._product, self.names)

    @cached_property
    def _speaks(self) -> list[NDArray[np.bool_] | None]:
        """Where each condition speaks, if that follows from the actions alone: then it is the same for all customers."""
        return [condition.speaks_of(self._action_values) for condition in self.conditions]

    @cached_property
    def _members(self) -> list[NDArray[np.int64]]:
        """Columns of each action's members, behind the actions' own columns."""
        extra = np.arange(len(self.actions), len(self._parent))
        return (
            [extra[self._parent[extra] == column] for column in range(len(self.actions))]
            if extra.size
            else []
        )

    @cached_property
    def _packages(self) -> NDArray[np.int64]:
        """Columns of the packages."""
        return np.unique(self._parent[len(self.actions) :])

    @cached_property
    def _first_member(self) -> NDArray[np.int64]:
        """Column of the first member of each package."""
        inside = self._parent[len(self.actions) :]
        return len(self.actions) + np.searchsorted(inside, self._packages)

    def judge(self, inputs: Inputs) -> Verdicts:
        """Judge a slice of customers.

        Parameters
        ----------
        inputs : DataFrame of shape (n_customers, ...), or OneCustomer
            Rows of `zhike.decide.inputs.gather_inputs`.
        """
        return self.verdicts(*self.words(inputs))

    def words(
        self, inputs: Inputs, only: Sequence[int] | None = None
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return which conditions refuse and which oblige, one bit each, shape (n_words, n_customers, n_columns).

        Parameters
        ----------
        inputs : DataFrame or OneCustomer
        only : sequence of int, optional
            Places of the conditions to judge by; the bits of the others are 0.
        """
        places = range(len(self.conditions)) if only is None else only
        names = self.names if only is None else frozenset().union(*(self.conditions[i].names for i in only))
        values, shape = self.values(inputs, names), (len(inputs), len(self._parent))
        return self._bits(values, shape, "refused", places), self._bits(values, shape, "obliged", places)

    def rejudged(
        self,
        words: tuple[NDArray[np.uint64], NDArray[np.uint64]],
        inputs: Inputs,
        changed: frozenset[str],
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return the words of customers some of whose inputs have changed, from those before.

        Only the conditions that read what changed are judged again: the rest can say nothing else than before.

        Parameters
        ----------
        words : tuple of ndarray of uint64
            As `words` gave them for the inputs before.
        inputs : DataFrame or OneCustomer
            The inputs now.
        changed : frozenset of str
            Columns of the inputs.
        """
        affected = self.reading(changed)
        if not affected:
            return words
        mask = self._mask(affected)[:, None, None]
        refused, obliged = self.words(inputs, affected)
        return words[0] & ~mask | refused, words[1] & ~mask | obliged

    def passed(self, refused: NDArray[np.uint64], layers: Sequence[str]) -> NDArray[np.bool_]:
        """Return which actions no condition of some layers refuses, shape (n_customers, n_actions).

        Parameters
        ----------
        refused : ndarray of uint64
            The first of what `words` returns.
        layers : sequence of str
        """
        bits = self._mask(self._places(layers))[:, None, None]
        return np.asarray((self.folded(refused) & bits == 0).all(axis=0), dtype=np.bool_)

    def refusals(self, inputs: Inputs, layers: Sequence[str]) -> NDArray[np.uint64]:
        """Return which conditions of some layers refuse, as `words` does; nothing that other layers read need be there."""
        return self.words(inputs, self._places(layers))[0]

    def names_of(self, layers: Sequence[str]) -> frozenset[str]:
        """Return every attribute that the conditions of some layers read."""
        return frozenset().union(*(self.conditions[place].names for place in self._places(layers)))

    def _places(self, layers: Sequence[str]) -> list[int]:
        return [place for place, one in enumerate(self.conditions) if one.layer in layers]

    def bits_of(self, layer: str) -> NDArray[np.uint64]:
        """Return the bits of the conditions of a layer, shape (n_words,)."""
        return self._mask(self._places((layer,)))

    def _mask(self, places: Iterable[int]) -> NDArray[np.uint64]:
        mask = np.zeros(self._words, dtype=np.uint64)
        for place in places:
            mask[place // _BITS] |= np.uint64(1 << place % _BITS)
        return mask

    @property
    def _words(self) -> int:
        return len(self.conditions) // _BITS + 1

    def reading(self, changed: frozenset[str]) -> tuple[int, ...]:
        """Return the places of the conditions that read some columns of the inputs."""
        if changed not in self._reading:
            dotted = {f"customer.{name}" for name in changed} | {
                pair for pair, sources in _PAIRS.items() if any(name.startswith(sources) for name in changed)
            }
            found = (place for place, one in enumerate(self.conditions) if one.names & dotted)
            self._reading[changed] = tuple(found)
        return self._reading[changed]

    def verdicts(self, refused: NDArray[np.uint64], obliged: NDArray[np.uint64]) -> Verdicts:
        """Return the verdicts that `words` lead to."""
        pattern, codes = self._patterns(self.folded(refused))
        duty, duties = self._patterns(self.folded(obliged))
        verdicts = [self._verdict(found) for found in codes]
        return Verdicts(
            pattern, verdicts, [_joined(found) for found in codes], duty, [_joined(found) for found in duties]
        )

    def values(self, inputs: Inputs, names: frozenset[str] | None = None) -> dict[str, Any]:
        """Return every attribute that the conditions read, or those named, broadcastable to (n_customers, n_columns)."""
        read = self.names if names is None else names
        pair = attributes.pair_values(
            inputs, self.actions, self._parent, read, presume_consent=self.presume_consent
        )
        if "pair.held" in read:
            held = attributes.held_matrix(inputs, self._products)
            pair["pair.held"] = self._held(held).astype(np.float64)
        return {**attributes.customer_values(inputs, read), **self._action_values, **pair}

    def of_action(self, inputs: Inputs, action: int) -> list[dict[str, Any]]:
        """Return the attributes of one customer with one action, and with each member of a package."""
        values = self.values(inputs)
        members = self._members[action].tolist() if self._members else []
        return [
            {
                name: np.broadcast_to(array, (1, len(self._parent)))[0, column]
                for name, array in values.items()
            }
            for column in (action, *members)
        ]

    def _axis(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the row of the action and of the product of every column: actions first, then members.

        A package has no product of its own, and rules deny what they do not know: its own column stands for its
        first member too.
        """
        parents, products = list(range(len(self.actions))), self.actions.product_index.tolist()
        for row, members in enumerate(self.actions.table["members"].to_list()):
            inside = [self._products[member] for member in members]
            parents += [row] * len(inside)
            products += inside
            products[row] = inside[0] if inside else products[row]
        return np.array(parents, dtype=np.int64), np.array(products, dtype=np.int64)

    def _held(self, held: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Spread holdings over columns; a package counts as held when all members are, a member never does."""
        columns = np.zeros((len(held), len(self._parent)), dtype=bool)
        own = np.flatnonzero(self._product[: len(self.actions)] >= 0)
        columns[:, own] = held[:, self._product[own]]
        for column, members in enumerate(self._members):
            if members.size:
                columns[:, column] = held[:, self._product[members]].all(axis=1)
        return columns

    def _bits(
        self, values: Mapping[str, Any], shape: tuple[int, int], verb: str, places: Iterable[int]
    ) -> NDArray[np.uint64]:
        words = np.zeros((self._words, *shape), dtype=np.uint64)
        for index in places:
            mask = getattr(self.conditions[index], verb)(values, self._speaks[index])
            if mask.any():
                words[index // _BITS] |= np.asarray(mask, dtype=np.uint64) << np.uint64(index % _BITS)
        return words

    def folded(self, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return words of the actions alone: a package has what is said of its members too."""
        own = words[:, :, : len(self.actions)]
        if not self._packages.size:
            return own
        own = own.copy()
        # The members of a package stand side by side, package by package.
        own[:, :, self._packages] |= np.bitwise_or.reduceat(words, self._first_member, axis=2)
        return own

    def _patterns(self, words: NDArray[np.uint64]) -> tuple[NDArray[np.int64], list[list[Condition]]]:
        """Return each candidate's pattern of conditions as an index, and the conditions of every pattern."""
        shape = words.shape[1:]
        pattern = np.zeros(shape[0] * shape[1], dtype=np.int64)
        combined: list[tuple[int, ...]] = [()]
        for word in words:
            flat = pl.Series(word.ravel())
            distinct = flat.unique().sort()
            place = np.searchsorted(distinct.to_numpy(), flat.to_numpy())
            pattern = pattern * len(distinct) + place
            combined = [(*before, bits) for before in combined for bits in distinct.to_list()]
        used = pl.Series(pattern).unique().sort().to_numpy()
        return np.searchsorted(used, pattern).reshape(shape), [
            self._of_bits(combined[index]) for index in used
        ]

    def _of_bits(self, words: tuple[int, ...]) -> list[Condition]:
        bits = sum(word << (_BITS * place) for place, word in enumerate(words))
        return [condition for index, condition in enumerate(self.conditions) if bits >> index & 1]

    @staticmethod
    def _verdict(refusing: list[Condition]) -> str:
        layers = {condition.layer for condition in refusing}
        return next((layer for layer in LAYERS if layer in layers), ALLOWED)


def _joined(conditions: list[Condition]) -> str:
    return ";".join(condition.code for condition in conditions)
