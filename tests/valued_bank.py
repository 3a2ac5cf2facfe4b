"""A bank whose decisions were carried out: a folder of them under a policy that explores, and the bank two months later, with the answers."""

import datetime as dt
from pathlib import Path

import decide_bank
import numpy as np
import polars as pl
import yaml

from zhike.adapters.bank import Bank
from zhike.adapters.decision_files import decide_bank as decide
from zhike.adapters.policy_files import load_policy

CUSTOMERS = 500
LATER = decide_bank.AT + dt.timedelta(days=63)
SHIPPED = dict(decide_bank.SHIPPED.at("policies.wealth_eu", decide_bank.AT).value)
EXPLORED = {"share": 0.8, "temperature": 1000.0}


def policy_file(folder, name, **changes):
    """Write the shipped policy with some keys changed; return the file."""
    raw = decide_bank.document("policy", {**SHIPPED, **changes})
    file = Path(folder) / f"{name}.yaml"
    file.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    return file


def rows(customers=CUSTOMERS):
    """Return the rows of a bank whose customers differ in level and holdings."""
    names = [f"C{place:04}" for place in range(customers)]
    held = (["C0"], ["C0", "B1"], ["B1", "F2"], ["F2"], ["P0"])
    return {
        "customers": [decide_bank.customer(name) for name in names],
        "products": list(decide_bank.PRODUCTS),
        "assessments": [decide_bank.level(name, 1 + place % 5) for place, name in enumerate(names)],
        "consents": [decide_bank.consent(name) for name in names],
        "holdings": [
            decide_bank.holding(name, product, "2026-01-15" if number == 0 else "2026-05-20")
            for place, name in enumerate(names) for number, product in enumerate(held[place % len(held)])
        ],
    }  # fmt: skip


def answered(content, folder, seed=0):
    """Return the rows two months after the decisions in a folder, with answers that a dice threw and what was bought."""
    rng = np.random.default_rng(seed)
    made = pl.read_parquet(folder / "decisions.parquet").filter(~pl.col("kind").is_in(["none", "mandatory"]))
    responses, holdings = [], []
    for number, one in enumerate(made.iter_rows(named=True)):
        outcome = rng.choice(["accepted", "refused", "blocked"], p=[0.3, 0.5, 0.2])
        responses.append(
            {"response_id": f"R{number}", "decision_id": one["decision_id"], "customer_id": one["customer_id"],
             "action_id": one["action_id"], "responded_on": "2026-07-10", "outcome": outcome}
        )  # fmt: skip
        if outcome == "accepted" and one["product_id"] is not None:
            holdings.append(
                {
                    **decide_bank.holding(one["customer_id"], one["product_id"], "2026-07-12"),
                    "holding_id": f"N{number}",
                }
            )
    after = {
        "responses": responses,
        "interactions": [decide_bank.contact("C0000", str(LATER), purpose="service")],
    }
    return content | after | {"holdings": content["holdings"] + holdings}


def build(place):
    """Write bank, decisions and the bank later into a folder; return the decisions and the later bank."""
    content = rows()
    bank = Bank.open(decide_bank.write(place / "bank", content))
    file = policy_file(place, "exploring", exploration=EXPLORED)
    policy = load_policy(decide_bank.SHIPPED, str(file), decide_bank.AT)
    decide(bank, decide_bank.SHIPPED, policy, decide_bank.AT, place / "log")
    return place / "log", decide_bank.write(place / "later", answered(content, place / "log"))
