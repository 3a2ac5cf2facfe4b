"""Made-up allocation problems of any size: customers, actions over channels, budgets, capacities, hours, minima, a floor."""

import numpy as np

CHANNELS = 3


def scarce_service(customers, actions, seed, k=2, share=0.5):
    """Return the arrays of a problem whose limits are a share of what would be taken without any; minima are small."""
    rng = np.random.default_rng(seed)
    degree = rng.integers(0, min(actions, 8) + 1, customers)
    indptr = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    act = np.concatenate([np.sort(rng.permutation(actions)[:size]) for size in degree] + [np.zeros(0, int)])
    value = rng.gamma(2.0, 5.0, len(act)) * rng.gamma(1.0, 1.0, actions)[act.astype(int)]
    cost = rng.uniform(0.1, 3.0, len(act))
    channel = np.arange(actions) % CHANNELS
    one, none = np.ones(actions), np.zeros(actions)
    rows = [("budget", none, one, 1), *((f"channel {c}", 1.0 * (channel == c), none, 1) for c in range(CHANNELS)),
            ("minimum", -1.0 * (np.arange(actions) < 2), none, -1)]  # fmt: skip
    unit = np.array([[row[1]] * 2 for row in rows])
    by_cost = np.array([[row[2]] * 2 for row in rows])
    unit = np.concatenate([unit, [[-one, none]]])
    by_cost = np.concatenate([by_cost, [[none, none]]])
    seg = (rng.random(customers) < 0.7).astype(np.uint8)
    asked = customers * k
    limits = [asked * share * 0.6, *[asked * share * 0.3] * CHANNELS, -customers * 0.004, -customers * 0.02]
    return {
        "indptr": indptr, "act": act.astype(np.uint8), "val": value.astype(np.float32), "cost": cost.astype(np.float32), "seg": seg,
        "group": (np.arange(actions) // CHANNELS).astype(np.uint8), "use_group": np.int64(1), "k": np.int64(k),
        "W0": unit, "W1": by_cost, "b": np.array(limits), "names": np.array([*(row[0] for row in rows), "floor"]),
    }  # fmt: skip


def with_caps(problem, seed):
    """Return the problem with a cap by customer and one by household, on overlapping sets of actions."""
    rng = np.random.default_rng(seed)
    customers, actions = len(problem["indptr"]) - 1, problem["W0"].shape[2]
    return problem | {
        "cap_actions": rng.random((2, actions)) < 0.6, "cap_limit": np.array([1, 2]), "cap_scope": np.array([0, 1]),
        "cap_names": np.array(["some", "home"]), "household": rng.integers(0, customers // 2 + 1, customers),
    }  # fmt: skip


def plan_of(problem, allocation):
    """Return what a plan file holds."""
    return {
        "chosen": allocation.chosen, "prices": allocation.prices, "bound": np.float64(allocation.bound),
        "objective": np.float64(allocation.objective), "gap": np.float64(allocation.gap), "status": np.array(allocation.status),
        "b_kept": allocation.kept, "names": problem["names"],
    }  # fmt: skip
