"""The value of a draft as `zhike value --json` has it, from a made-up log."""

import numpy as np
from made_up_lists import Chooser, log_of, table

from zhike.cli.value import value_payload
from zhike.measure.policy_value import ValueRule, policy_value

LOG = {
    "folder": "log",
    "at": "2026-05-31",
    "policy": "tests.policy",
    "version": "v0",
    "lists": 600,
    "left_out": 0,
    "answers": 9,
}
HEAD = {
    "policy": "draft", "version": "abc", "outcome": "acquired", "horizon_days": 60, "currency": "EUR", "decimals": 2, "logs": [LOG],
    "untried": [{"action_id": "everyday:P0:app", "share": 0.2}],
}  # fmt: skip


def told(rule=None):
    """Return a value as `zhike value --json` has it."""
    scores = np.random.default_rng(9).normal(size=(2, 3, 5))
    log = log_of(Chooser(scores[0], 0.7), Chooser(scores[1], 0.4), table(4), 300, np.random.default_rng(0))
    limits = rule or ValueRule()
    return HEAD | value_payload(policy_value(log, limits, np.random.default_rng(0)), limits)
