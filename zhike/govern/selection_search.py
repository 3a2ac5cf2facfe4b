"""The best selections of single customers and households under caps of actions, by an exact search.

Options are taken or left one after the other, by customer and group. What is still allowed (so many of the customer's ``k``, of
the group, of each cap) is a number of bits; of all selections that leave the same allowed, only the best is kept. So the
search holds few selections however many options there are, and goes through many customers or households at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.govern.allocation_instance import Instance

__all__ = ["NODES", "Limits", "Options", "search"]

NODES: Final = 1 << 20
"""Selections that a search holds at a time."""
_TOGETHER: Final = 2048
"""Customers or households that are searched together at first."""
_UNIT_BITS, _WORD_BITS = 12, 64
"""Bits at the top of the first word that say whose selection it is; bits of a word."""


class Options(NamedTuple):
    """Variables that may be chosen: customer or household that decides, customer, group, action, gain (> 0)."""

    unit: NDArray[np.int64]
    customer: NDArray[np.int64]
    group: NDArray[np.int64]
    action: NDArray[np.int64]
    gain: NDArray[np.float64]

    def take(self, which: NDArray[Any]) -> Options:
        """Return some of the options, by mask or by place."""
        return Options(*(column[which] for column in self))

    def sorted_by(self, key: NDArray[np.int64]) -> Options:
        """Return the options by rising key, equal ones in the order they had."""
        if (key[1:] >= key[:-1]).all():
            return self
        return self.take(np.argsort(key, kind="stable"))

    def best_of(self, key: NDArray[np.int64]) -> Options:
        """Return the best option of each key, by rising key."""
        options, starts = self.sorted_by(key), _starts(np.sort(key))
        return options.take(_best_of_runs(options.gain, starts))

    def highest_of(self, key: NDArray[np.int64], count: int) -> Options:
        """Return the ``count`` best options of each key, by rising key."""
        options, starts = self.sorted_by(key), _starts(np.sort(key))
        longest = int(np.diff(starts, append=len(key)).max(initial=0))
        if count >= longest:
            return options
        left, kept = options.gain.copy(), np.zeros(len(key), dtype=bool)
        for _ in range(count):
            best = _best_of_runs(left, starts)
            kept[best] |= left[best] > 0
            left[best] = 0.0
        return options.take(kept)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a selection may hold, as fields of bits: each has what is left and above it a guard that no use may take away.

    Parameters
    ----------
    use : ndarray of uint64, shape (n_words, m)
        What one action takes.
    full, guard : ndarray of uint64, shape (n_words, 1)
        All fields at their limits, with guards; the guards alone.
    by_customer, by_group : ndarray of uint64, shape (n_words, 1)
        Fields that begin anew with the next customer, and with the next group.
    """

    use: NDArray[np.uint64]
    full: NDArray[np.uint64]
    guard: NDArray[np.uint64]
    by_customer: NDArray[np.uint64]
    by_group: NDArray[np.uint64]

    @classmethod
    def of(cls, instance: Instance) -> Limits:
        """Return the limits of a problem: ``k``, one a group, and the caps that ``k`` does not imply."""
        every = np.ones(instance.actions, dtype=bool)
        fields = [_Field(instance.k, every, "customer")]
        if instance.group is not None:
            fields.append(_Field(1, every, "group"))
        fields += [
            _Field(cap.limit, cap.actions, "unit" if cap.shared else "customer")
            for cap in instance.caps
            if cap.shared or cap.limit < instance.k
        ]
        return _packed([_Field(min(f.limit, len(instance.val)), f.actions, f.scope) for f in fields])


class _Field(NamedTuple):
    """One limit: how many of some actions, and how long what is left of it counts (unit, customer, group)."""

    limit: int
    actions: NDArray[np.bool_]
    scope: str

    @property
    def guard(self) -> int:
        """The bit above what is left."""
        return 1 << self.limit.bit_length()

    @property
    def bits(self) -> int:
        """Bits that the field takes."""
        return self.guard.bit_length()

    @property
    def mask(self) -> int:
        """All its bits."""
        return (1 << self.bits) - 1


def _packed(fields: list[_Field]) -> Limits:
    """Put fields side by side into as few words as they need."""
    places = _places(fields)
    use = np.zeros((places[-1][0] + 1, len(fields[0].actions)), dtype=np.uint64)
    for field, (word, shift) in zip(fields, places, strict=True):
        use[word, field.actions] += np.uint64(1 << shift)

    def words(parts: list[int]) -> NDArray[np.uint64]:
        sums = [0] * len(use)
        for part, (word, shift) in zip(parts, places, strict=True):
            sums[word] |= part << shift
        return np.array(sums, dtype=np.uint64)[:, None]

    return Limits(
        use,
        words([field.limit | field.guard for field in fields]),
        words([field.guard for field in fields]),
        words([field.mask * (field.scope != "unit") for field in fields]),
        words([field.mask * (field.scope == "group") for field in fields]),
    )


def _places(fields: list[_Field]) -> list[tuple[int, int]]:
    """Return word and lowest bit of each field."""
    places, word, used = [], 0, 0
    for field in fields:
        if used + field.bits > _WORD_BITS - (_UNIT_BITS if word == 0 else 0):
            word, used = word + 1, 0
        places.append((word, used))
        used += field.bits
    return places


class _Held(NamedTuple):
    """Selections of a search: what is still allowed, shape (n_words, n), the unit on top of the first word; the gain so far."""

    allowed: NDArray[np.uint64]
    gain: NDArray[np.float64]

    @classmethod
    def none_yet(cls, limits: Limits, units: int) -> _Held:
        """Return the empty selection of each unit."""
        allowed = np.repeat(limits.full, units, axis=1)
        allowed[0] |= np.arange(units, dtype=np.uint64) << np.uint64(_WORD_BITS - _UNIT_BITS)
        return cls(allowed, np.zeros(units))

    @property
    def unit(self) -> NDArray[np.int64]:
        """Whose selection it is."""
        return np.asarray(self.allowed[0] >> np.uint64(_WORD_BITS - _UNIT_BITS), dtype=np.int64)

    def take(self, which: NDArray[Any]) -> _Held:
        """Return some of the selections."""
        return _Held(self.allowed[:, which], self.gain[which])

    def branched(self, use: NDArray[np.uint64], gain: NDArray[np.float64], limits: Limits) -> _Held:
        """Return each selection without and, where its limits let it, with its unit's next option."""
        allowed = self.allowed - use
        fits = np.flatnonzero(((allowed & limits.guard) == limits.guard).all(axis=0))
        return _Held(
            np.concatenate((self.allowed, allowed[:, fits]), axis=1),
            np.concatenate((self.gain, (self.gain + gain)[fits])),
        )

    def renewed(self, begins: NDArray[np.uint64], limits: Limits) -> _Held:
        """Return the selections with the fields that begin anew at their limits."""
        return _Held((self.allowed & ~begins) | (limits.full & begins), self.gain)

    def merged(self) -> _Held:
        """Return the best of all selections that leave the same allowed."""
        if len(self.gain) < 2:  # noqa: PLR2004 - nothing to merge
            return self
        one_word = len(self.allowed) == 1
        order = np.argsort(self.allowed[0]) if one_word else np.lexsort(self.allowed)
        allowed = self.allowed[:, order]
        starts = np.flatnonzero(np.append(True, (allowed[:, 1:] != allowed[:, :-1]).any(axis=0)))
        return _Held(allowed[:, starts], np.maximum.reduceat(self.gain[order], starts))


class _Task(NamedTuple):
    """What a search walks over: the options with what begins anew at each, and where each unit's options lie."""

    options: Options
    begins: NDArray[np.uint64]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, options: Options, limits: Limits) -> _Task:
        customer = np.diff(options.customer, prepend=-1) != 0
        group = np.diff(options.group, prepend=-1) != 0
        nothing = np.zeros_like(limits.full)
        begins = np.where(customer, limits.by_customer, np.where(group, limits.by_group, nothing))
        starts = _starts(options.unit)
        return cls(options, begins, starts, np.diff(starts, append=len(options.unit)))

    def part(self, first: int, last: int) -> _Task:
        """Return the task of some of the units."""
        return self._replace(starts=self.starts[first:last], counts=self.counts[first:last])


def search(
    options: Options, limits: Limits, nodes: int = NODES
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the gain of the best selection of each unit, by rising unit, and whether it is exact.

    Parameters
    ----------
    options : Options
        Sorted by unit, customer, group.
    limits : Limits
    nodes : int
        Selections that are held at a time. A unit that alone needs more gets an upper bound: whenever there are too
        many, they become one, the best of them with nothing used up.
    """
    task = _Task.of(options, limits)
    units = len(task.starts)
    gain, exact = np.zeros(units), np.ones(units, dtype=bool)
    left = [(first, min(first + _TOGETHER, units)) for first in range(0, units, _TOGETHER)]
    while left:
        first, last = left.pop()
        found = _searched(task.part(first, last), limits, nodes, ease=last - first == 1)
        if found is None:
            middle = (first + last) // 2
            left += [(first, middle), (middle, last)]
        else:
            gain[first:last], exact[first:last] = found
    return gain, exact


def _searched(
    task: _Task, limits: Limits, nodes: int, *, ease: bool
) -> tuple[NDArray[np.float64], bool] | None:
    """Return the gains of some units' best selections and whether they are exact; None when there are too many."""
    best, exact = np.zeros(len(task.starts)), True
    held = _Held.none_yet(limits, len(best))
    for step in range(int(task.counts.max())):
        option = (task.starts + step)[held.unit]
        use, gain = limits.use[:, task.options.action[option]], task.options.gain[option]
        held = held.branched(use, gain, limits)
        ended = task.counts[held.unit] == step + 1
        np.maximum.at(best, held.unit[ended], held.gain[ended])
        held = held.take(~ended)
        held = held.renewed(task.begins[:, (task.starts + step + 1)[held.unit]], limits).merged()
        if len(held.gain) > nodes:
            if not ease:
                return None
            held, exact = _Held(limits.full, held.gain.max(keepdims=True)), False
    return best, exact


def _starts(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each run of equal numbers begins.

    Examples
    --------
    >>> _starts(np.array([3, 3, 5])).tolist()
    [0, 2]
    """
    return np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))


def _best_of_runs(gain: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place of the highest gain of each run, the first where equal.

    Examples
    --------
    >>> _best_of_runs(np.array([1.0, 4.0, 4.0, 2.0]), np.array([0, 3])).tolist()
    [1, 3]
    """
    if not starts.size:
        return starts
    highest = np.repeat(np.maximum.reduceat(gain, starts), np.diff(starts, append=len(gain)))
    hits = np.flatnonzero(gain == highest)
    run = np.searchsorted(starts, hits, side="right")
    return np.asarray(hits[np.diff(run, prepend=0) != 0])
