"""A made-up bank of customers who come one after the other: rich and poor ones, two channels, a budget, calls and floors."""

import numpy as np

PRODUCTS, SEGMENTS = 6, 3
ACTIONS = 2 * PRODUCTS
CALLS = np.arange(ACTIONS) % 2 == 1


def arriving_bank(customers, seed, *, share=0.1, floors=True, capped=False):
    """Return the arrays of a problem; ``share`` of the customers can be called, and cost what the budget has."""
    rng = np.random.default_rng(seed)
    degree = rng.integers(4, ACTIONS + 1, customers)
    act = np.concatenate([np.sort(rng.permutation(ACTIONS)[:size]) for size in degree]).astype(np.uint8)
    wealth = np.repeat(np.exp(rng.normal(0, 0.8, customers)), degree)
    value = np.exp(rng.normal(2, 0.5, PRODUCTS))[act // 2] * np.where(CALLS[act], 2.0, 1.0) * wealth
    val = (value * rng.uniform(0.2, 1.0, len(act))).astype(np.float32)
    cost = (np.where(CALLS, 4.0, 0.5)[act] * rng.uniform(0.5, 1.5, len(act))).astype(np.float32)
    by_unit, by_cost = np.zeros((2, 4, SEGMENTS, ACTIONS))
    by_unit[0], by_cost[1] = CALLS, 1.0
    by_unit[2, 2], by_unit[3, :, :2] = -1.0, -1.0
    b = customers * np.array([share, 8 * share, -3.0 * share, -2.0 * share])
    rows = 4 if floors else 2
    return {
        "indptr": np.concatenate([[0], np.cumsum(degree)]), "act": act, "val": val, "cost": cost,
        "seg": rng.choice(SEGMENTS, customers, p=[0.5, 0.3, 0.2]).astype(np.uint8), "group": np.arange(ACTIONS) // 2, "use_group": 1,
        "k": 2, "W0": by_unit[:rows], "W1": by_cost[:rows], "b": b[:rows],
        "names": np.array(["calls", "budget", "actions for segment 2", "volume of product 0"][:rows]),
        **(caps(customers, rng) if capped else {}),
    }  # fmt: skip


def caps(customers, rng):
    """At most one call a customer, three actions a household."""
    return {
        "cap_actions": np.array([CALLS, np.ones(ACTIONS, bool)]), "cap_limit": np.array([1, 3]), "cap_scope": np.array([0, 1]),
        "household": rng.integers(0, customers // 3, customers),
    }  # fmt: skip
