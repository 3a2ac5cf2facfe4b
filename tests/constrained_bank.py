"""Constraints for the small bank of the tests, and what its decisions take of them."""

import decide_bank
import numpy as np
import polars as pl

from zhike.decide.strategy import decide_blocks, plan_of

CALLS = {"channel": ["phone"]}
SALES = {"kind": ["sale"]}


def constraint(name, kind, **given):
    """Return one constraint as a policy's document holds it."""
    return {"id": name, "kind": kind, "title": decide_bank.text(name), "owner": "tests", **given}


def calls(maximum, **given):
    return constraint("calls", "capacity", **{"actions": CALLS, "maximum": maximum, **given})


def planned(constraints, content=None, *, rules=None, **changes):
    """Return the preparation, the plan and the one block of a small bank under some constraints."""
    ready = decide_bank.prepared(content, rules=rules, constraints=constraints, **changes)
    plan = plan_of(ready)
    blocks = list(decide_blocks(ready, plan=plan))
    return ready, plan, blocks[0] if blocks else None


def taken(ready, decisions):
    """Return the decisions with the columns of their actions, doing nothing and notices that must be sent left out."""
    columns = ready.actions.table.select("action_id", "template", "group", "cost", "hours", "mandatory")
    return decisions.join(columns, on="action_id", how="left", maintain_order="left").filter(
        pl.col("kind") != "none", ~pl.col("mandatory")
    )


def loads(ready, plan, decisions):
    """Count the load of every row anew from the table of decisions, one decision at a time; minimums are not negated."""
    place = {name: row for row, name in enumerate(ready.inputs["customer_id"])}
    column = {name: at for at, name in enumerate(ready.actions.table["action_id"])}
    found = np.zeros(len(plan.rows.rows))
    cost = ready.actions.column("cost") / 100
    for name, action in taken(ready, decisions).select("customer_id", "action_id").iter_rows():
        segment, at = plan.rows.segments.code[place[name]], column[action]
        for number, row in enumerate(plan.rows.rows):
            found[number] += row.by_unit[segment, at] + row.by_cost[segment, at] * cost[at]
    return found


def holds(ready, plan, decisions):
    """Tell whether no row is exceeded by what was decided, beside what the plan says it had to loosen."""
    load = loads(ready, plan, decisions)
    sign = plan.rows.sign
    return bool((sign * load <= plan.allocation.kept + 1e-6).all())
