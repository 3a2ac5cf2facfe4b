"""Compare the simulated bank with published figures: one line a marginal, with its 95 % interval.

    python benchmarks/quality/lab_marginals.py --customers 20000 --months 12 --seed 7
    python benchmarks/quality/lab_marginals.py --write          # into README.md

The bank is played under its own campaigns, as its history is. A figure is held against a *published* one only where the source is among the
reference notes or the data sets; ``aim`` is what the simulation was set to, which nobody published.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import beta, chi2

from zhike.adapters.rule_files import load_rulebook
from zhike.core.contracts import CHANNELS
from zhike.lab import campaigns, complaints, contact, offers
from zhike.lab.dice import Dice
from zhike.lab.shelf import FAMILIES, SHELF, TALKING
from zhike.lab.simulated_bank import LAST_MONTH, deck_of
from zhike.lab.tiers import SAVINGS
from zhike.lab.traits import FIRM
from zhike.lab.world import World

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- figures: lab_marginals.py --write -->", "<!-- end of figures: lab_marginals.py -->"
TAIL = 0.025
REPEATS = 200

CAUSES = "joint-stock bank, 2022; service-quality.md 3.2"
PLACES = "joint-stock bank, first half of 2023; service-quality.md 3.2"
ELECTRONIC = ("phone", "app", "web", "sms")
SCF = "SCF panel extract, household net worth: a comparison only"
AIM = "aim, invented"


@dataclass(frozen=True)
class Line:
    """One marginal: simulated value with its interval, what it is held against, and on which ground."""

    name: str
    value: float
    low: float
    high: float
    against: tuple[float, float] | None
    source: str
    size: int

    @property
    def verdict(self):
        """Return whether the interval meets what the figure is held against."""
        if self.against is None:
            return "-"
        low, high = self.against
        return "inside" if self.low <= high and self.high >= low else "outside"


def main():
    arguments = parsed()
    lines = marginals(arguments.customers, arguments.months, arguments.seed)
    table = rendered(lines, arguments)
    print(table)
    if arguments.write:
        text = README.read_text("utf-8")
        before, after = text.split(BEGIN)[0], text.split(END)[1]
        README.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", "utf-8")


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="write the table into README.md")
    return parser.parse_args()


def rendered(lines, arguments):
    head = f"{arguments.customers} customers, {arguments.months} months, seed {arguments.seed}; measured on {dt.datetime.now(tz=dt.UTC).date()}."
    rows = [
        f"| {line.name} | {shown(line.value)} | {shown(line.low)} to {shown(line.high)} | {line.size} | {target(line)} | {line.source} | {line.verdict} |"
        for line in lines
    ]
    return "\n".join([
        head, "", "| marginal | simulated | 95 % interval | of | against | source | |", "|---|---:|---:|---:|---:|---|---|", *rows,
    ])  # fmt: skip


def shown(value):
    return f"{value:.4f}" if abs(value) < 0.1 else f"{value:.3f}"


def target(line):
    if line.against is None:
        return "-"
    low, high = line.against
    return shown(low) if low == high else f"{shown(low)} to {shown(high)}"


def marginals(customers, months, seed):
    """Play a bank and return its marginals."""
    world = World.opening(Dice(seed), deck_of(load_rulebook()), customers, LAST_MONTH - months + 1)
    seen = _play(world, months)
    return [
        *_complaints(seen),
        *_money(world),
        *_people(world),
        *_responses(seen),
        *_rates(seen),
        *_organic(seen),
    ]


def _play(world, months):
    """Return counts by name over all months."""
    seen = defaultdict(lambda: 0)
    capacity = world.resources.monthly

    def order(traits, state, weather):
        return campaigns.orders(world.dice, world.deck, traits, state, weather, capacity)

    def count(results, _traits, state):
        seen["here"] += int(state.here.sum()) + len(results.leavers.row)
        seen["left"] += len(results.leavers.row)
        seen["causes"] += np.bincount(results.cases.cause, minlength=len(complaints.CAUSES))
        seen["places"] += np.bincount(results.cases.channel, minlength=len(CHANNELS))
        seen["in time"] += int((results.cases.days <= 15).sum())
        seen["invited"] += len(results.answers.row)
        seen["answered"] += int(results.answers.answered.sum())
        _count_contacts(world, results, seen)
        by_itself = results.sales.p_contact == offers.ORGANIC
        seen["organic"] += np.bincount(
            SHELF.family[results.sales.p_product[by_itself]], minlength=len(FAMILIES)
        )

    for _ in range(months):
        world.play(order, campaigns.name_of(world.month), count)
    return seen


def _count_contacts(world, results, seen):
    """Count sales that were shown, and accepted, by channel."""
    action, status = results.contacts.action, results.contacts.status
    sales = np.array([kind == "sale" for kind in world.deck.kind])[action] & (status == contact.SHOWN)
    channel = world.deck.channel[action]
    won = sales & (results.sales.outcome == offers.ACCEPTED)
    seen["shown"] += np.bincount(channel[sales], minlength=len(TALKING))
    seen["accepted"] += np.bincount(channel[won], minlength=len(TALKING))


def share(name, hits, of, against, source):
    """Return a share with its exact binomial interval (Clopper and Pearson, 1934)."""
    low = beta.ppf(TAIL, hits, of - hits + 1) if hits else 0.0
    high = beta.ppf(1 - TAIL, hits + 1, of - hits) if hits < of else 1.0
    return Line(name, hits / max(of, 1), low, high, against, source, int(of))


def rate(name, events, exposure, against, source):
    """Return events per unit of exposure with the exact Poisson interval (Garwood, 1936)."""
    low = chi2.ppf(TAIL, 2 * events) / 2 if events else 0.0
    high = chi2.ppf(1 - TAIL, 2 * events + 2) / 2
    return Line(name, events / exposure, low / exposure, high / exposure, against, source, int(events))


def point(value):
    return (value, value)


def _complaints(seen):
    total = int(seen["causes"].sum())
    lines = [rate("complaints a customer and year", total, seen["here"] / 12, point(0.0042), PLACES)]
    lines += [
        share(f"complaints: {cause}", int(count), total, point(float(usual)), CAUSES)
        for cause, count, usual in zip(complaints.CAUSES, seen["causes"], complaints.SHARES, strict=True)
    ]
    places = dict(zip(CHANNELS, seen["places"].tolist(), strict=True))
    lines.append(share("complaints: at a branch", places["branch"], total, point(0.2148), PLACES))
    electronic = sum(places[name] for name in ELECTRONIC)
    lines.append(share("complaints: electronic channels", electronic, total, point(0.7720), PLACES))
    lines.append(share("complaints decided in 15 days", seen["in time"], total, point(0.5), AIM))
    return lines


def _money(world):
    """Return top-decile share and Gini coefficient of money at the bank, with bootstrap intervals over customers."""
    here = world.state.here
    money = np.maximum(world.state.balance[here], 0.0) + world.state.amount[here][:, SAVINGS].sum(
        axis=1, dtype=np.float64
    )
    chance = np.random.default_rng(1)
    draws = [concentration(money[chance.integers(0, len(money), len(money))]) for _ in range(REPEATS)]
    values, ends = concentration(money), np.quantile(np.array(draws), [TAIL, 1 - TAIL], axis=0)
    names = ("money at the bank: top tenth", "money at the bank: Gini")
    return [
        Line(name, values[place], ends[0][place], ends[1][place], point(published), SCF, len(money))
        for place, (name, published) in enumerate(zip(names, (0.80, 0.88), strict=True))
    ]


def concentration(money):
    """Return the share of the top tenth and the Gini coefficient."""
    ranked = np.sort(money)
    size = len(ranked)
    gini = (2 * np.arange(1, size + 1) - size - 1) @ ranked / size / ranked.sum()
    return float(ranked[int(0.9 * size) :].sum() / ranked.sum()), float(gini)


def _people(world):
    persons = world.state.here & (world.traits.kind != FIRM)
    age = (world.month - world.traits.born[persons].astype(np.int64)) // 12
    return [share("persons of 60 or older", int((age >= 60).sum()), len(age), None, "no source was checked")]


def _responses(seen):
    aims = {"branch": (0.0, 0.15), "adviser": (0.05, 0.15), "phone": (0.0, 0.117), "app": (0.003, 0.02), "sms": (0.003, 0.02)}  # fmt: skip
    sources = {"phone": "at most, UCI bank marketing: calls about a term deposit"}
    return [
        share(f"accepted of sales shown: {name}", int(seen["accepted"][place]), int(seen["shown"][place]), aims[name], sources.get(name, AIM))
        for place, name in enumerate(TALKING)
    ]  # fmt: skip


def _rates(seen):
    return [
        share("survey: answered of invited", seen["answered"], seen["invited"], point(0.18), AIM),
        rate("customers lost a year", seen["left"], seen["here"] / 12, point(0.05), AIM),
    ]


def _organic(seen):
    return [
        rate(f"taken unasked a month: {name}", int(seen["organic"][place]), seen["here"], (0.002, 0.01), AIM)
        for place, name in enumerate(FAMILIES)
    ]


if __name__ == "__main__":
    main()
