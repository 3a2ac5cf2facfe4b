"""Choose each customer's actions in turn, within caps and groups, and record the exact probability of every choice.

At each place of the list the candidates still possible are the allowed actions that no cap has closed, and doing nothing
at value 0. With probability 1 - e the best is taken; with probability e one is drawn from the softmax over
expected value. Draws at different places are independent, so given the places before it

    P(a) = (1 - e) [a is the best] + e exp(v_a / T) / sum_b exp(v_b / T)

holds exactly, sums to one over the candidates, and is stored as ``action_probability``. Doing nothing ends the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.decide.policy import Exploration, Limits

__all__ = ["Choice", "ChoiceProblem", "Room", "choice_probabilities", "choose"]


@dataclass(frozen=True)
class ChoiceProblem:
    """The actions of one day as arrays, with what excludes what.

    Parameters
    ----------
    product : ndarray of int, shape (n_actions,)
        Actions with the same product (or, without one, the same template) exclude each other.
    group, channel : ndarray of int, shape (n_actions,)
        Codes of group and channel.
    group_limit, channel_limit : ndarray of int
        Most actions by code.
    nothing : int
        Column of doing nothing.
    packages : tuple of (int, ndarray of int)
        Column of each package, and the columns of all actions that share a product with it.
    """

    product: NDArray[np.int64]
    group: NDArray[np.int64]
    channel: NDArray[np.int64]
    group_limit: NDArray[np.int64]
    channel_limit: NDArray[np.int64]
    nothing: int
    packages: tuple[tuple[int, NDArray[np.int64]], ...] = ()

    @classmethod
    def of(
        cls,
        keys: Sequence[str],
        groups: Sequence[str],
        channels: Sequence[str],
        limits: Limits,
        nothing: int,
        members: Sequence[Sequence[str]] = (),
    ) -> ChoiceProblem:
        """Encode text keys of shape (n_actions,), the limits on them, and the members of packages."""
        _, product = np.unique(np.asarray(keys, dtype=str), return_inverse=True)
        group_names, group = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
        channel_names, channel = np.unique(np.asarray(channels, dtype=str), return_inverse=True)
        most = limits.actions_per_customer
        return cls(
            product, group, channel,
            np.array([limits.per_group.get(str(name), most) for name in group_names], dtype=np.int64),
            np.array([limits.per_channel.get(str(name), most) for name in channel_names], dtype=np.int64),
            nothing, _packages(keys, members),
        )  # fmt: skip

    @cached_property
    def compatible(self) -> NDArray[np.bool_]:
        """Which actions (second axis) may follow another (first), shape (n_actions, n_actions): no product twice."""
        found = np.not_equal(self.product[:, None], self.product[None, :])
        for package, others in self.packages:
            found[package, others] = found[others, package] = False
        return found

    @cached_property
    def within_limits(self) -> NDArray[np.bool_]:
        """Return which actions a limit of 0 does not rule out from the start, shape (n_actions,)."""
        within = (self.group_limit > 0)[self.group] & (self.channel_limit > 0)[self.channel]
        within[self.nothing] = True
        return np.asarray(within, dtype=np.bool_)


def _packages(
    keys: Sequence[str], members: Sequence[Sequence[str]]
) -> tuple[tuple[int, NDArray[np.int64]], ...]:
    contents = [{*inside} or {key} for key, inside in zip(keys, members, strict=False)]
    return tuple(
        (column, np.array([other for other, content in enumerate(contents) if content & contents[column]]))
        for column, inside in enumerate(members)
        if inside
    )


class Room(NamedTuple):
    """What some customers may still get, where it is less than a whole list.

    Parameters
    ----------
    channel : ndarray of int, shape (n_customers, n_channels)
        Most actions by code of channel.
    counted : ndarray of bool, shape (n_caps, n_actions)
        The actions that each cap counts.
    left : ndarray of int, shape (n_customers, n_caps)
        What each cap leaves; actions of which one leaves nothing must not be allowed.
    """

    channel: NDArray[np.int64]
    counted: NDArray[np.bool_]
    left: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was taken at one place of every customer's list.

    Parameters
    ----------
    action : ndarray of int, shape (n_customers,)
        Column of the action, -1 where the list had ended before.
    probability : ndarray of float, shape (n_customers,)
        P(this action at this place | the places before).
    explored : ndarray of bool
        Whether it came from the softmax draw.
    """

    action: NDArray[np.int64]
    probability: NDArray[np.float64]
    explored: NDArray[np.bool_]


def choice_probabilities(
    keys: NDArray[np.float64], values: NDArray[np.float64], open_: NDArray[np.bool_], exploration: Exploration
) -> NDArray[np.float64]:
    """Return P(chosen) of every candidate at one place.

    Parameters
    ----------
    keys : ndarray of shape (n_customers, n_actions)
        Order of preference: the value, ties broken by score.
    values : ndarray of the same shape
        Expected value in major currency units.
    open_ : ndarray of bool, same shape
        Which actions are still possible; at least one a row.

    Returns
    -------
    ndarray of the same shape
        Rows sum to one.
    """
    best = np.argmax(np.where(open_, keys, -np.inf), axis=1)
    probability = np.zeros(values.shape)
    if exploration.share > 0:
        weighed = np.where(open_, values, -np.inf)
        top = weighed.max(axis=1, keepdims=True)
        weight = np.exp((weighed - top) / exploration.temperature)
        probability = exploration.share * weight / weight.sum(axis=1, keepdims=True)
    probability[np.arange(len(values)), best] += 1.0 - exploration.share
    return probability


def choose(
    problem: ChoiceProblem,
    keys: NDArray[np.float64],
    values: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    uniforms: NDArray[np.float64],
    exploration: Exploration,
    room: Room | None = None,
    *,
    first: NDArray[np.float64] | None = None,
) -> list[Choice]:
    """Fill every customer's list place by place.

    Parameters
    ----------
    problem : ChoiceProblem
    keys, values, allowed : ndarray of shape (n_customers, n_actions)
        See `choice_probabilities`; ``allowed`` must hold in the column of doing nothing.
    uniforms : ndarray of shape (n_customers, n_places, 2)
        Numbers in [0, 1): whether to explore, and which.
    room : Room, optional
        Where customers may get less than the problem's limits.
    first : ndarray of the shape of ``values``, optional
        The probabilities at the first place, where they are known already.

    Returns
    -------
    list of Choice
        One a place.
    """
    open_, rows = allowed & problem.within_limits, np.arange(len(values))
    running = np.ones(len(values), dtype=bool)
    group_left = np.tile(problem.group_limit, (len(values), 1))
    most = problem.channel_limit if room is None else room.channel
    channel_left = np.broadcast_to(most, (len(values), len(problem.channel_limit))).copy()
    caps_left = None if room is None or not len(room.counted) else room.left.copy()
    choices = []
    ended = Choice(np.full(len(values), -1), np.zeros(len(values)), np.zeros(len(values), dtype=bool))
    for place in range(uniforms.shape[1]):
        if not running.any():
            choices.append(ended)
            continue
        known = first if place == 0 else None
        probability = choice_probabilities(keys, values, open_, exploration) if known is None else known
        explored = uniforms[:, place, 0] < exploration.share
        action = np.argmax(np.where(open_, keys, -np.inf), axis=1)
        if explored.any():
            drawn = _drawn(probability, action, open_, uniforms[:, place, 1], exploration)
            action = np.where(explored, drawn, action)
        taken = probability[rows, action]
        choices.append(
            Choice(np.where(running, action, -1), np.where(running, taken, 0.0), explored & running)
        )
        running = running & (action != problem.nothing)
        group_left[rows, problem.group[action]] -= 1
        channel_left[rows, problem.channel[action]] -= 1
        open_ &= problem.compatible[action]
        open_ &= (group_left > 0)[:, problem.group] & (channel_left > 0)[:, problem.channel]
        if room is not None and caps_left is not None:
            caps_left -= room.counted[:, action].T
            open_ &= ~((caps_left <= 0) @ room.counted)
        open_[:, problem.nothing] = True
    return choices


def _drawn(
    probability: NDArray[np.float64],
    best: NDArray[np.int64],
    open_: NDArray[np.bool_],
    uniform: NDArray[np.float64],
    exploration: Exploration,
) -> NDArray[np.int64]:
    """Return the softmax draw of every customer."""
    softmax = probability.copy()
    softmax[np.arange(len(best)), best] -= 1.0 - exploration.share
    cumulated = np.cumsum(softmax, axis=1)
    # A draw beyond the last sum is a rounding error of the sum: it belongs to the last open action.
    drawn = (cumulated <= (uniform * cumulated[:, -1])[:, None]).sum(axis=1)
    last = open_.shape[1] - 1 - np.argmax(open_[:, ::-1], axis=1)
    return np.asarray(np.minimum(drawn, last), dtype=np.int64)
