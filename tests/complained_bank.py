"""Complaints of the small bank's customers, seen through in the ledger as staff would: enough of them that figures can be told."""

import numpy as np

from zhike.act.complaint_desk import ComplaintDesk
from zhike.act.complaints import NewComplaint, complaint_row, do_intake, do_move
from zhike.govern.complaint_life import Mover

VERBS = frozenset({"case.manage", "case.approve"})
NOTICE = {"channel": "phone", "sha256": "ab" * 32}
NAMES = [f"C{place:02}" for place in range(1, 11)]


def complain(bank, count, *, seed=1, apart=30, tiers=(), sweetened=0):
    """Take in and see through complaints, so many hours apart, each answered within days; some stay open.

    Parameters
    ----------
    tiers : collection of str
        Customers who get so much more for the same harm.
    sweetened : int
        In minor units.
    """
    rng, rules = np.random.default_rng(seed), ComplaintDesk.of(bank.service.rulebook, bank.service.today())
    for place in range(count):
        customer = str(rng.choice(NAMES))
        bank.clock.later(hours=int(rng.integers(1, 2 * apart)))
        given = {
            "complexity": "simple", "business": str(rng.choice(["credit_card", "loan", "payment"], p=[0.6, 0.3, 0.1])),
            "issue": str(rng.choice(["rules", "pricing", "manner"], p=[0.5, 0.3, 0.2])),
            "origin": str(rng.choice(["mobile_app", "counter", "back_office"])), "harm": int(rng.choice([10_000, 20_000])),
        }  # fmt: skip
        paid = given["harm"] + (sweetened if customer in tiers else 0) + int(rng.integers(0, 500))
        redress = [{"kind": "refund", "amount": paid}, *([{"kind": "apology"}] if rng.random() < 0.5 else [])]
        _see_through(bank, rules, customer, {**given, "redress": redress}, answered=place < count - 3)


def _see_through(bank, rules, customer, given, *, answered):
    acting = bank.acting
    with bank.store.write() as tx:
        new = NewComplaint(customer, "clerk", "phone", bank.clock.now(), "charged twice 重复扣费")
        name = do_intake(acting, tx, new, rules)["complaint_id"]
    said = {
        "assess": {name: given[name] for name in ("complexity", "business", "issue", "origin")},
        "investigate": {},
        "propose": {
            "findings": "so it was", "outcome": "upheld", "redress": given["redress"], "harm": given["harm"], "evidence": "documented",
            "facts": {"amount": 0, "limit": 1, "major": 0, "complexity": "simple", "legal": 0, "regulatory": 0},
        },
        "inform": {"notice": NOTICE}, "close": {"cause": "mistake" if given["issue"] == "rules" else "price"},
    }  # fmt: skip
    for move, words in said.items() if answered else list(said.items())[:1]:
        with bank.store.write() as tx:
            do_move(acting, tx, complaint_row(tx, name), move, Mover("ann", VERBS), words, rules)
