"""Make up a bank's allocation problem with numpy alone, for where no other generator is at hand.

    python benchmarks/speed/allocation_made_up.py --customers 100000 --actions 100 --out problem.npz

Family ``bank``: five channels a product, at most one action a product and two a customer; 20 rows: a total budget, six campaign
budgets, five channel capacities, four minimum volumes, four floors of contacts by segment. Family ``match``: one budget an action,
one action a customer. Right-hand sides leave room for one plan that is made first, so that every problem can be solved.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

CHANNELS = ("email", "sms", "push", "call", "rm")
SEGMENTS, CAMPAIGNS, VOLUMES = 4, 6, 4
CHUNK = 50_000


class Case(NamedTuple):
    """An instance of the comparison: its size, its family, and what is changed about it once it is made."""

    customers: int
    actions: int
    family: str = "bank"
    changed: tuple = ()
    large: bool = False


CASES = {
    "S": Case(10_000, 50),
    "M": Case(100_000, 100),
    "match-M": Case(100_000, 100, "match"),
    "scarce-0.1": Case(100_000, 100, changed=("scarce", 0.1)),
    "scarce-0.05": Case(100_000, 100, changed=("scarce", 0.05)),
    "ties": Case(100_000, 100, changed=("ties", 5)),
    "floors": Case(100_000, 100, changed=("floors", 0.85, 1.15, 1.2, 1.25)),
    "L": Case(1_000_000, 100, large=True),
    "XL": Case(10_000_000, 100, large=True),
}


def main():
    arguments = parsed()
    begun = time.perf_counter()
    problem = generate(arguments.customers, arguments.actions, family=arguments.family, seed=arguments.seed)
    print(
        f"{len(problem['seg']):,} customers, {len(problem['val']):,} variables, {len(problem['b'])} rows, "
        f"made in {time.perf_counter() - begun:.1f} s"
    )
    if arguments.out:
        np.savez(arguments.out, **problem)


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--actions", type=int, default=50, help="five a product; at most 255")
    parser.add_argument("--family", choices=["bank", "match"], default="bank")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def generate(n, m, k=2, family="bank", seed=1):
    """Return the arrays of a problem; docs/reference/allocation-files.md says what each means."""
    rng = np.random.default_rng(seed)
    product = np.arange(m) // len(CHANNELS)
    k = k if family == "bank" else 1
    group = product if family == "bank" else np.arange(m)
    worth, rivalry = market(rng, product), rng.lognormal(0, 0.5, m)
    parts = [part(rng, min(CHUNK, n - start), worth) for start in range(0, n, CHUNK)]
    degree, act, val, cost, seg = (np.concatenate(column) for column in zip(*parts, strict=True))
    indptr = np.concatenate([[0], np.cumsum(degree)])
    rows = bank_rows(rng, product) if family == "bank" else match_rows(m)
    by_unit, by_cost, floor, names = rows
    count, spent = (np.zeros((SEGMENTS, m)) for _ in range(2))
    for start in range(0, n, CHUNK):
        some = slice(start, min(start + CHUNK, n))
        places = planned(indptr, act, val * rivalry[act], group, k, some)
        cell = (seg[owners(indptr, places)], act[places])
        np.add.at(count, cell, 1.0)
        np.add.at(spent, cell, cost[places])
    load = np.einsum("rsj,sj->r", by_unit, count) + np.einsum("rsj,sj->r", by_cost, spent)
    limit = load * np.where(floor, rng.uniform(0.85, 0.97, len(load)), rng.uniform(1.03, 1.2, len(load)))
    if family == "match":
        limit = np.maximum(limit, 0.01 * np.bincount(act, cost, m))
    sign = np.where(floor, -1.0, 1.0)
    return {
        "indptr": indptr, "act": act, "val": val, "cost": cost, "seg": seg, "group": group.astype(np.uint8),
        "use_group": np.int64(family == "bank"), "k": np.int64(k), "names": np.array(names), "b": limit * sign,
        "W0": by_unit * sign[:, None, None], "W1": by_cost * sign[:, None, None],
    }  # fmt: skip


def market(rng, product):
    """Return what actions are worth and cost on average: margin, logit of a response, fixed cost, incentive."""
    products, channel = product.max() + 1, np.arange(len(product)) % len(CHANNELS)
    margin = rng.lognormal(4.2, 0.8, products)[product]
    logit = rng.normal(-2.4, 0.6, products)[product] + np.array([-0.4, -0.1, -0.3, 0.6, 1.2])[channel]
    fixed = np.array([0.03, 0.05, 0.01, 5.0, 28.0])[channel]
    return margin, logit, fixed, margin * rng.uniform(0.05, 0.3, len(product))


def part(rng, size, worth):
    """Return some customers: how many variables each, and the columns of the variables; about 20 a customer are open."""
    margin, logit, fixed, incentive = worth
    share = rng.uniform(0.5, 1.5, size) * min(20 / len(margin), 0.6)
    open_ = rng.random((size, len(margin)), dtype=np.float32) < share[:, None]
    open_[np.arange(size), rng.integers(0, len(margin), size)] = True
    customer, act = np.nonzero(open_)
    mood, wealth = rng.normal(0, 0.7, size), rng.lognormal(0, 0.5, size)
    response = 1 / (1 + np.exp(-(logit[act] + mood[customer] + rng.normal(0, 0.6, len(act)))))
    val = response * margin[act] * wealth[customer]
    cost = fixed[act] + response * incentive[act] * rng.uniform(0.5, 1.5, len(act))
    seg = rng.choice(SEGMENTS, size, p=[0.55, 0.25, 0.13, 0.07]).astype(np.uint8)
    return open_.sum(axis=1), act.astype(np.uint8), val.astype(np.float32), cost.astype(np.float32), seg


def bank_rows(rng, product):
    """Return weights by unit and by cost, which rows are floors, and their names."""
    m, channel = len(product), np.arange(len(product)) % len(CHANNELS)
    hours = np.where(channel == CHANNELS.index("rm"), rng.uniform(0.5, 2.0, m), 1.0)
    grown = rng.choice(product.max() + 1, VOLUMES, replace=False)
    money = [np.ones(m), *(product % CAMPAIGNS == c for c in range(CAMPAIGNS))]
    units = [*((channel == c) * hours for c in range(len(CHANNELS))), *(product == one for one in grown)]
    by_unit, by_cost = (np.zeros((len(money) + len(units) + SEGMENTS, SEGMENTS, m)) for _ in range(2))
    by_cost[: len(money)] = np.array(money, dtype=float)[:, None]
    by_unit[len(money) : -SEGMENTS] = np.array(units, dtype=float)[:, None]
    by_unit[np.arange(-SEGMENTS, 0), np.arange(SEGMENTS)] = 1.0
    names = [
        "total budget", *(f"campaign {c} budget" for c in range(CAMPAIGNS)), *(f"{name} capacity" for name in CHANNELS),
        *(f"minimum volume product {one}" for one in grown), *(f"fairness floor segment {s}" for s in range(SEGMENTS)),
    ]  # fmt: skip
    return by_unit, by_cost, np.arange(len(names)) >= len(names) - VOLUMES - SEGMENTS, names


def match_rows(m):
    by_cost = np.repeat(np.eye(m)[:, None], SEGMENTS, axis=1)
    return np.zeros_like(by_cost), by_cost, np.zeros(m, dtype=bool), [f"action {j} budget" for j in range(m)]


def planned(indptr, act, score, group, k, some):
    """Return the places of each customer's k best scores, no two of a group."""
    low, high = indptr[some.start], indptr[some.stop]
    left, start = score[low:high].copy(), indptr[some] - low
    degree = indptr[some.start + 1 : some.stop + 1] - indptr[some]
    customer, of = np.repeat(np.arange(len(start)), degree), group[act[low:high]]
    found = []
    for _ in range(k):
        best = np.maximum.reduceat(left, start)
        highest = np.flatnonzero((left == best[customer]) & (left > 0))
        places = highest[np.unique(customer[highest], return_index=True)[1]]
        taken = np.full(len(start), -1)
        taken[customer[places]] = of[places]
        left[of == taken[customer]] = 0.0
        found.append(low + places)
    return np.concatenate(found)


def made(case, generator, seed):
    """Return the problem of a case, from ``generate`` of this module or of another that makes the same rows."""
    problem = generator(case.customers, case.actions, family=case.family, seed=seed)
    if case.changed:
        change, *amounts = case.changed
        {"scarce": scarce, "ties": ties, "floors": floors}[change](problem, *amounts)
    return problem


def scarce(problem, share):
    """Leave a share of all right-hand sides, those of floors too."""
    problem["b"] = problem["b"] * share


def ties(problem, grid):
    """Round values and costs, so that many are alike."""
    for name in ("val", "cost"):
        problem[name] = (np.round(problem[name] / grid) * grid).astype(np.float32)


def floors(problem, *shares):
    """Let the floors of segments count contacts by phone or adviser only, and ask for shares of them.

    By themselves segments get such contacts in proportion to their customers, nearly; a share of 1 is that much.
    """
    names, channel = problem["names"].tolist(), np.arange(problem["W0"].shape[2]) % len(CHANNELS)
    call, adviser = (names.index(f"{one} capacity") for one in ("call", "rm"))
    hours = problem["W0"][adviser, 0, channel == CHANNELS.index("rm")].mean()
    contacts = problem["b"][call] + problem["b"][adviser] / hours
    customers = np.bincount(problem["seg"], minlength=SEGMENTS) / len(problem["seg"])
    for segment, share in enumerate(shares):
        row = names.index(f"fairness floor segment {segment}")
        problem["W0"][row] = 0.0
        problem["W0"][row, segment, channel >= CHANNELS.index("call")] = -1.0
        problem["b"][row] = -np.floor(share * customers[segment] * contacts)


def owners(indptr, places):
    return np.searchsorted(indptr, places, side="right") - 1


if __name__ == "__main__":
    main()
