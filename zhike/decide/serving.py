"""Decide for one customer in real time: the functions of the batch over one dossier, at stored prices, with draws from the decision's seed.

What the conditions say is in the dossier; those that read something that has changed since are judged again. Then the best action
at the prices is taken at each place of the list, or with the policy's share one is drawn, with its exact probability. Everything
that the result depends on is kept, so that any decision can be proven bit for bit.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.core.types import LAYERS
from zhike.decide.choice import Room, choice_probabilities, choose
from zhike.decide.inputs import hash_uniforms
from zhike.decide.judging import optional_candidates, preference
from zhike.decide.mandatory import forced_actions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.choice import Choice
    from zhike.decide.dossier import Dossier
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["Moment", "Place", "Served", "attempts", "lots", "serve", "serve_all"]

MANDATORY, BEST, EXPLORED, HELD_OUT = "mandatory", "best", "explored", "holdout"


@dataclass(frozen=True, slots=True)
class Moment:
    """What is particular to one decision.

    Parameters
    ----------
    seed : str
        Identifier of the decision, from which its draws follow.
    changed : mapping of column to value
        See `zhike.decide.live.changed_inputs`.
    channels : tuple of str
        Channels over which an action can go now; all where empty.
    unwanted : tuple of int
        Actions that the customer's preferences rule out.
    outbound : bool
        Whether the bank takes the step: then what is chosen counts as a contact.
    most : int or None
        Most actions, where fewer than the policy's are asked for.
    prices : tuple of float or None
        Of the scarce rows; None for those of the publication.
    left : tuple of int or None
        What the day's caps on the customer and on their household leave, see `DayCaps.left`; None where they are not asked.
    """

    seed: str
    changed: Mapping[str, Any] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    unwanted: tuple[int, ...] = ()
    outbound: bool = True
    most: int | None = None
    prices: tuple[float, ...] | None = None
    left: tuple[int, ...] | None = None

    def to_content(self) -> dict[str, Any]:
        """Return what is not as usual as values that JSON knows; the seed is left out."""
        prices, left = (None if one is None else list(one) for one in (self.prices, self.left))
        found = {
            "changed": dict(self.changed) or None, "channels": list(self.channels) or None, "unwanted": list(self.unwanted) or None,
            "outbound": None if self.outbound else False, "most": self.most, "prices": prices, "left": left,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def of(cls, seed: str, raw: Mapping[str, Any]) -> Moment:
        """Return what `to_content` wrote."""
        prices, left = (None if raw.get(name) is None else tuple(raw[name]) for name in ("prices", "left"))
        return cls(
            seed, raw.get("changed", {}), tuple(raw.get("channels", ())), tuple(raw.get("unwanted", ())), raw.get("outbound", True),
            raw.get("most"), prices, left,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a list.

    Parameters
    ----------
    action : int
        Place among the setting's actions.
    arm : str
        mandatory, best, explored or holdout.
    probability : float
        P(this action at this place | the places before).
    """

    action: int
    arm: str
    probability: float


@dataclass(frozen=True)
class Served:
    """A decision for one customer and what it followed from.

    Parameters
    ----------
    places : tuple of Place
        Best first; doing nothing is a place too.
    refused, obliged : ndarray of uint64, shape (n_words, 1, n_columns)
        See `Judge.words`.
    verdict : ndarray of uint64, shape (n_words, n_actions)
        What refuses each action, or a member of it; see `Judge.folded`.
    optional : ndarray of bool, shape (n_actions,)
        What could be chosen at the first place.
    probability : ndarray of float, shape (n_actions,)
        P(chosen at the first place).
    net : ndarray of float, shape (n_actions,)
        Expected value less what is charged for what is scarce, in major units.
    """

    places: tuple[Place, ...]
    refused: NDArray[np.uint64] = field(repr=False)
    obliged: NDArray[np.uint64] = field(repr=False)
    verdict: NDArray[np.uint64] = field(repr=False)
    optional: NDArray[np.bool_] = field(repr=False)
    probability: NDArray[np.float64] = field(repr=False)
    net: NDArray[np.float64] = field(repr=False)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over every verdict, probability and net value, and the list."""
        digest = hashlib.sha256()
        for array in (self.refused, self.obliged, self.optional, self.probability, self.net):
            digest.update(np.ascontiguousarray(array).tobytes())
        digest.update(repr(self.places).encode())
        return digest.hexdigest()


def serve(setting: ServingSetting, dossier: Dossier, moment: Moment) -> Served:
    """Decide for one customer; see `serve_all`."""
    return serve_all(setting, [dossier], [moment])[0]


def serve_all(
    setting: ServingSetting, dossiers: Sequence[Dossier], moments: Sequence[Moment]
) -> list[Served]:
    """Decide for some customers, each by themselves: together they come out bit for bit as one by one.

    Parameters
    ----------
    setting : ServingSetting
    dossiers : sequence of Dossier
    moments : sequence of Moment, of the same length
    """
    refused, obliged = _words(setting, dossiers, moments)
    folded = setting.judge.folded(refused)
    allowed = np.logical_not(folded.any(axis=0))
    value = np.concatenate([one.value for one in dossiers])
    keys, utility = _net(setting, dossiers, moments, value)
    closed = np.stack([_closed(setting, moment) for moment in moments])
    optional = optional_candidates(setting, value, allowed) & ~closed
    limits, places = zip(
        *(_within_caps(setting, *one) for one in zip(dossiers, moments, strict=True)), strict=True
    )
    problem, exploration = setting.problem, setting.policy.exploration
    draws = lots([moment.seed for moment in moments], max(places))
    chance = choice_probabilities(keys, utility, optional, exploration)
    room = _room(setting, moments, np.stack(limits))
    choices = choose(problem, keys, utility, optional, draws, exploration, room, first=chance)
    first = np.where(optional, chance, 0.0)
    forced = forced_actions(setting.actions, allowed)
    return [
        Served(
            _listed(setting, dossiers[row], moments[row], row, forced, choices[: places[row]]),
            refused[:, row : row + 1], obliged[:, row : row + 1], folded[:, row], optional[row], first[row], utility[row],
        )
        for row in range(len(dossiers))
    ]  # fmt: skip


def _words(
    setting: ServingSetting, dossiers: Sequence[Dossier], moments: Sequence[Moment]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return what refuses and obliges now, shape (n_words, n_customers, n_columns)."""
    found = []
    for dossier, moment in zip(dossiers, moments, strict=True):
        words = dossier.refused, dossier.obliged
        if moment.changed:
            words = setting.judge.rejudged(
                words, dossier.one(setting, moment.changed), frozenset(moment.changed)
            )
        found.append(words)
    refused, obliged = zip(*found, strict=True)
    return np.concatenate(refused, axis=1), np.concatenate(obliged, axis=1)


def _listed(
    setting: ServingSetting, dossier: Dossier, moment: Moment, row: int, forced: Sequence[NDArray[np.int64]],
    choices: Sequence[Choice],
) -> tuple[Place, ...]:  # fmt: skip
    """Return one customer's list: notices that must be sent, then what was chosen."""
    held_out = bool(moment.changed.get("held_out", dossier.inputs["held_out"]))
    listed = [Place(int(column[row]), MANDATORY, 1.0) for column in forced if column[row] >= 0]
    for choice in choices:
        action, arm = int(choice.action[row]), EXPLORED if choice.explored[row] else BEST
        ended = action == setting.problem.nothing and choice.probability[row] == 1.0 and listed
        if action >= 0 and not ended:
            listed.append(Place(action, HELD_OUT if held_out else arm, float(choice.probability[row])))
    return tuple(listed)


def lots(seeds: Sequence[str], places: int) -> NDArray[np.float64]:
    """Return two numbers in [0, 1) for every place of some decisions' lists: whether to explore, and what.

    Returns
    -------
    ndarray of float, shape (n_decisions, places, 2)
    """
    return np.stack([hash_uniforms(seeds, f"serve|{place}", 2) for place in range(places)], axis=1)


def _net(
    setting: ServingSetting, dossiers: Sequence[Dossier], moments: Sequence[Moment], value: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return order of preference and utility less what is charged for what is scarce."""
    keys, utility = preference(setting, value, np.concatenate([one.score for one in dossiers]))
    if setting.scarcity is None:
        return keys, utility
    charge = np.concatenate(
        [
            setting.scarcity.charges(
                np.array([one.segment]), None if now.prices is None else np.array(now.prices)
            )
            for one, now in zip(dossiers, moments, strict=True)
        ]
    )
    net_keys = keys - charge * setting.major
    net_keys[:, setting.problem.nothing] = 0.0
    return net_keys, utility - charge


def _closed(setting: ServingSetting, moment: Moment) -> NDArray[np.bool_]:
    """Return which actions cannot be chosen in this moment whatever the conditions say, shape (n_actions,)."""
    closed = np.zeros(len(setting.actions), dtype=np.bool_)
    if setting.scarcity is not None:
        closed |= setting.scarcity.closed
    if moment.channels:
        nowhere = np.zeros_like(closed)
        closed |= ~np.any([setting.by_channel.get(name, nowhere) for name in moment.channels], axis=0)
    closed[list(moment.unwanted)] = True
    if moment.left is not None:
        closed |= setting.day_caps.counted[np.array(moment.left, dtype=np.int64) <= 0].any(axis=0)
    closed[setting.problem.nothing] = False
    return closed


def _within_caps(setting: ServingSetting, dossier: Dossier, moment: Moment) -> tuple[NDArray[np.int64], int]:
    """Return most actions by code of channel, and places of the list: no more contacts than the caps leave."""
    limit, asked = setting.problem.channel_limit, moment.most
    places = setting.policy.limits.actions_per_customer if asked is None else asked
    if not moment.outbound:
        return limit, places
    limit = limit.copy()
    for code, column, maximum in setting.caps:
        left = maximum - (moment.changed.get(column, dossier.inputs[column]) or 0)
        # Where nothing is left the condition refuses; what it does not refuse does not count.
        if left > 0 and code < 0:
            places = min(places, left)
        elif left > 0:
            limit[code] = min(limit[code], left)
    return limit, places


def _room(setting: ServingSetting, moments: Sequence[Moment], channel: NDArray[np.int64]) -> Room:
    """Return what channels and the day's caps leave; of caps that are not asked, more than a list has places."""
    counted = setting.day_caps.counted
    unbounded = (setting.policy.limits.actions_per_customer + 1,) * len(counted)
    left = [unbounded if moment.left is None else moment.left for moment in moments]
    return Room(channel, counted, np.array(left, dtype=np.int64))


def attempts(setting: ServingSetting, served: Served) -> dict[str, int]:
    """Return what became of the candidates: refused by each layer, not worth their cost or ruled out now, worthwhile."""
    left = np.ones(len(served.optional), dtype=np.bool_)
    counts: dict[str, int] = {}
    for layer in LAYERS:
        here = left & (served.verdict & setting.layer_words[layer][:, None]).any(axis=0)
        counts[layer] = int(here.sum())
        left &= ~here
    worthwhile = int(served.optional.sum()) - 1
    counts |= {"not_worth_its_cost": int(left.sum()) - 1 - worthwhile, "worthwhile": worthwhile}
    return {name: count for name, count in counts.items() if count}
