"""A made-up log of lists of up to two actions whose truth is known by enumeration.

Customers are of three kinds and differ besides by a lasting taste that nobody sees; each gets a list on two days. Doing nothing (action 0) ends
a list. What comes of the second place hangs on the first.
"""

from dataclasses import dataclass

import numpy as np

from zhike.measure.list_log import ENDED, ListLog

KINDS, ACTIONS, DAYS = 3, 5, 2
SHARE = np.array([0.5, 0.3, 0.2])
TASTE = 0.5
WORTH = 100.0
COST = np.array([0.0, 1.0, 1.0, 2.0, 3.0])


def table(seed):
    """Return the chances that something comes of the first place, and of the second given the first."""
    rng = np.random.default_rng(seed)
    first = np.append(np.full((KINDS, 1), 0.02), rng.uniform(0.02, 0.4, (KINDS, ACTIONS - 1)), axis=1)
    second = rng.uniform(0.02, 0.4, (KINDS, ACTIONS, ACTIONS)) * 0.5
    second[:, :, 0] = 0.01
    return first, second


@dataclass(frozen=True)
class Chooser:
    """Best first with chance 1 - share, else by lot over what is open; an action is not taken twice."""

    score: np.ndarray
    share: float

    def chances(self, kind, closed=None):
        score = self.score[kind].astype(float)
        if closed is not None:
            score[np.arange(len(kind)), closed] = -np.inf
        open_ = np.isfinite(score)
        found = self.share * open_ / open_.sum(axis=1, keepdims=True)
        found[np.arange(len(kind)), score.argmax(axis=1)] += 1 - self.share
        return found


def truth(policy, tables):
    """Return the policy's value a list, by enumeration."""
    first, second = tables
    kind = np.arange(KINDS)
    one = policy.chances(kind)
    total = (one * (WORTH * first - COST)).sum(axis=1)
    for action in range(1, ACTIONS):
        two = policy.chances(kind, np.full(KINDS, action))
        total += one[:, action] * (two * (WORTH * second[:, action] - COST)).sum(axis=1)
    return float(SHARE @ total)


def drawn(chance, rng):
    return (
        (rng.random(len(chance))[:, None] > np.cumsum(chance, axis=1))
        .sum(axis=1)
        .clip(0, chance.shape[1] - 1)
    )


def log_of(logging, policy, tables, customers, rng, recorded=1.0):
    """Return a log of lists; what is on record of the first place may be off by a factor."""
    first, second = tables
    group = np.repeat(np.arange(customers), DAYS)
    kind = rng.choice(KINDS, customers, p=SHARE)[group]
    taste = np.exp(rng.normal(-0.5 * TASTE**2, TASTE, customers))[group]
    at_first = logging.chances(kind)
    one = drawn(at_first, rng)
    at_second = logging.chances(kind, np.where(one > 0, one, -1))
    two = np.where(one > 0, drawn(at_second, rng), ENDED)
    rows = np.arange(len(kind))
    p_two = np.where(one > 0, second[kind, one, np.maximum(two, 0)], 0.0)
    hits = (
        rng.random((len(kind), 2))
        < np.stack([first[kind, one], p_two], axis=1) * np.minimum(taste, 2.5)[:, None]
    )
    reward = WORTH * hits - np.stack([COST[one], np.where(one > 0, COST[np.maximum(two, 0)], 0.0)], axis=1)
    chance = np.stack(
        [at_first[rows, one] * recorded, np.where(one > 0, at_second[rows, np.maximum(two, 0)], 1.0)], axis=1
    )
    evaluation = np.stack(
        [policy.chances(kind), policy.chances(kind, np.where(one > 0, one, -1)) * (one > 0)[:, None]], axis=1
    )
    features = np.eye(KINDS)[kind]
    return ListLog(
        np.stack([one, two], axis=1),
        np.minimum(chance, 1.0),
        reward,
        hits.any(axis=1),
        evaluation,
        at_first,
        features,
        group,
    )
