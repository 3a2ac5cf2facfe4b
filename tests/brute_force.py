"""The best plan of a tiny allocation problem, found by looking at every set of its variables.

From the definition alone; nothing of the package is used. Up to about 20 variables.
"""

import itertools

import numpy as np

ROUNDING = 1e-9
AT_ONCE = 1 << 14


def brute_force(problem):
    """Return the best value and the chosen variables as a tuple, the first such set; None when no set is feasible.

    ``problem`` holds the arrays of docs/reference/allocation-files.md.
    """
    variables, best = len(problem["val"]), None
    for first in range(0, 2**variables, AT_ONCE):
        numbers = np.arange(first, min(first + AT_ONCE, 2**variables))
        sets = (numbers[:, None] >> np.arange(variables)) & 1
        sets = sets[feasible(problem, sets)]
        if len(sets):
            value = sets @ problem["val"].astype(float)
            place = int(value.argmax())
            if best is None or value[place] > best[0]:
                best = float(value[place]), tuple(np.flatnonzero(sets[place]).tolist())
    return best


def feasible(problem, sets):
    """Return which sets (rows of zeros and ones, a column a variable) keep every limit."""
    return locally_feasible(problem, sets) & (sets @ weights(problem).T <= room(problem)).all(axis=1)


def locally_feasible(problem, sets):
    """Return which sets keep the limits of single customers and households; the rows are not looked at."""
    keeps = np.ones(len(sets), dtype=bool)
    for counted, limit in local_limits(problem):
        keeps &= sets[:, counted].sum(axis=1) <= limit
    return keeps


def local_limits(problem):
    """Yield each limit of a customer or household: which variables count, and how many may be chosen."""
    owner, action = owners(problem), problem["act"]
    for customer in np.unique(owner):
        mine = owner == customer
        yield mine, int(problem["k"])
        if problem["use_group"]:
            for group in np.unique(problem["group"]):
                yield mine & (problem["group"][action] == group), 1
    for cap, limit in enumerate(problem.get("cap_limit", ())):
        counted = problem["cap_actions"][cap][action]
        unit = problem["household"][owner] if problem["cap_scope"][cap] else owner
        for one in np.unique(unit):
            yield counted & (unit == one), int(limit)


def owners(problem):
    """Return the customer of each variable."""
    pairs = itertools.pairwise(problem["indptr"].tolist())
    return np.array([customer for customer, (a, b) in enumerate(pairs) for _ in range(a, b)], dtype=int)


def weights(problem):
    """Return what each variable puts on each row, shape (R, nnz)."""
    segment, action = problem["seg"][owners(problem)], problem["act"]
    return problem["W0"][:, segment, action] + problem["W1"][:, segment, action] * problem["cost"].astype(
        float
    )


def room(problem):
    """Return the right-hand sides with what rounding may add."""
    return problem["b"] + ROUNDING * np.maximum(1.0, np.abs(problem["b"]))
